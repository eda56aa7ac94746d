"""The one gentle nudge for newcomers who have said nothing, at a decent hour of theirs; after it, silence for ever."""

from __future__ import annotations

from datetime import datetime

from chat.answers import Answer, Redraw
from chat.effects import DirectMessage
from chat.events import ActionPressed
from community.hours.quiet_hours import is_decent, next_decent_moment
from community.people.members import Account, Member
from community.people.onboarding import Quiet, decide_nudge
from community.signals import TimerDue
from handlers.context import Context
from handlers.onboarding_cards import nudge_card
from handlers.readers import (
    account_to_reach,
    as_reader,
    not_yours,
    note,
    quiet_hours_of,
    reader,
    zone_of,
)
from handlers.routes import Feature, due, press
from storage.activity import Fact

NUDGE = "onboarding.nudge"


async def plan_nudge(ctx: Context, member: Member, account: Account, joined: datetime) -> None:
    """Set the timer for the nudge, at the first decent moment after the quiet days."""
    at = joined + ctx.config.onboarding.nudge_after
    moment = next_decent_moment(quiet_hours_of(member), at, zone_of(member, account, ctx.config))
    if moment is not None:
        await ctx.db.timers.set(NUDGE, member.id, moment)


async def nudge(ctx: Context, event: TimerDue) -> None:
    """Nudge somebody who is still quiet, unless the hour is wrong by now."""
    member = await ctx.db.people.by_id(int(event.subject))
    if member is None:
        return
    account = account_to_reach(member)
    newcomer = await ctx.db.onboarding.newcomer(member.id)
    quiet = Quiet(
        stages=await ctx.db.onboarding.stages(member.id),
        nudged=newcomer.nudged_at is not None,
        opted_out=newcomer.nudges_off,
        gone=account is None,
    )
    if account is None or not decide_nudge(quiet):
        return
    zone, hours = zone_of(member, account, ctx.config), quiet_hours_of(member)
    if not is_decent(hours, ctx.now, zone):  # the member has changed their hours, or the bot was away
        moment = next_decent_moment(hours, ctx.now, zone)
        if moment is not None:
            await ctx.db.timers.set(NUDGE, member.id, moment)
        return
    await ctx.db.onboarding.note_nudge(member.id, ctx.now)
    card = nudge_card(as_reader(member, account, ctx.config), ctx.config)
    ctx.db.outbox.add(DirectMessage(account.user, card), key=f"nudge:{member.id}")
    ctx.db.activity.record(Fact("member.nudged", ctx.now, member.id), key=f"member.nudged:{member.id}")


async def leave_it(ctx: Context, event: ActionPressed) -> Answer:
    """Leave somebody in peace who says so."""
    who = await reader(ctx, event)
    if not who.owns(event):
        return not_yours(who.t)
    await ctx.db.onboarding.switch_nudges_off(who.member.id)
    await ctx.db.timers.drop(NUDGE, who.member.id)
    said = who.t("All right. Just reading along is welcome, too; `/tsudoi me` is there whenever you like.")
    return Redraw(note(said).card)


FEATURE = Feature("nudge", routes=(due(NUDGE, nudge), press("nudge_off", leave_it)))
