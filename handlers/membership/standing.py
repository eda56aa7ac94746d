"""What time brings to the line: offers that lapse, the one reminder, rests that end, and a look at the free seats."""

from __future__ import annotations

from datetime import datetime, timedelta

from chat.card import Accent, Card, Footnote, Text, Title
from chat.effects import SetBadge
from chat.events import MemberChanged, MemberJoined, MemberLeft
from chat.text import Code
from community.config import CommunitySettings
from community.hours.quiet_hours import is_quiet
from community.hours.schedule import Standing as Recurring
from community.hours.waking import NIGHT, next_waking
from community.membership.commands import Admit, Settle
from community.membership.values import Standing
from community.signals import EffectSettled, TimerDue
from handlers.context import Context
from handlers.dead_letters import REASON, bring_to_moderators
from handlers.membership.desk_card import draw_desk_card
from handlers.membership.night import TELL
from handlers.membership.notices import KEY, Notice, note_notice, send_notice
from handlers.membership.steps import ASK, BADGE, DOOR, LAPSE, REMIND, REST, carry_out, tell_now
from handlers.membership.theirs import draw_theirs
from handlers.readers import account_of, is_staff, quiet_hours_of, settings_of, zone_of
from handlers.routes import Feature, due, on, settled
from locales import msg, translator
from storage.held import membership as held_membership

SETTLE = "membership.settle"
LOOK = timedelta(hours=6)  # a start, a changed cap, a leave and the end of an offer look at once; this finds the rest


def next_look(_settings: CommunitySettings, now: datetime) -> datetime:
    """Return when to look again whether there are free seats."""
    seconds = int(LOOK.total_seconds())
    return datetime.fromtimestamp((int(now.timestamp()) // seconds + 1) * seconds, tz=now.tzinfo)


async def look(ctx: Context, _event: TimerDue) -> None:
    """Let in who is of the team by now, let offers lapse whose time is over, and offer the seats that are free."""
    waiting = await ctx.db.applications.open()
    for member in await ctx.db.people.by_ids(one.member for one in waiting):
        if is_staff(member, ctx.config):  # the settings name them since
            await carry_out(ctx, Admit(member.id, None, over=True))
    if waiting:
        await carry_out(ctx, Settle())


async def rest_over(ctx: Context, event: TimerDue) -> None:
    """Look at the free seats, and show that who said "not now" may be asked again, also where none is free."""
    await look(ctx, event)
    one = await ctx.db.applications.by_id(int(event.subject))
    if one is not None and one.standing is Standing.APPLIED:
        await draw_desk_card(ctx, one)
        await draw_theirs(ctx, one)


async def remind(ctx: Context, event: TimerDue) -> None:
    """Remind of an offer, once, while its reader is awake."""
    one = await ctx.db.applications.by_id(int(event.subject))
    if one is None or one.standing is not Standing.OFFERED or not one.claim_until or one.claim_until <= ctx.now:
        return
    member = await ctx.db.people.by_id(one.member)
    account = account_of(member, one.account)
    if member is None or account is None:
        return
    quiet, zone = quiet_hours_of(member) or NIGHT, zone_of(member, account, ctx.config)
    if is_quiet(quiet, ctx.now, zone):  # the bot was away at its hour
        if later := next_waking(ctx.now, quiet, zone, one.claim_until):
            await ctx.db.timers.set(REMIND, one.id, later)
        return
    await send_notice(ctx, one, Notice.REMIND)


async def tell_in_the_morning(ctx: Context, event: TimerDue) -> None:
    """Tell somebody what was decided while it was night for them."""
    one = await ctx.db.applications.by_id(int(event.subject))
    if one is not None:
        await tell_now(ctx, one, event.data)


async def note_leave(ctx: Context, event: MemberLeft) -> None:
    """Offer the seat of a member who left."""
    member = await ctx.db.people.by_user(event.user)
    if member is not None and member.left_at is not None and ctx.config.membership.cap:
        await carry_out(ctx, Settle())


async def note_rights(ctx: Context, event: MemberChanged) -> None:
    """Let somebody in who waited and is of the team now."""
    member = await ctx.db.people.by_user(event.member.user)
    if member is not None and await ctx.db.applications.is_waiting(member.id) and is_staff(member, ctx.config):
        await carry_out(ctx, Admit(member.id, None, over=True))


async def give_badge(ctx: Context, event: MemberJoined) -> None:
    """Give the badge of members to a newcomer who found a free seat."""
    settings = settings_of(ctx.config, event.workspace)
    if settings and settings.member_badge and not event.member.is_bot:
        effect = SetBadge(event.member.user, settings.member_badge)
        ctx.db.outbox.add(effect, key=f"{BADGE}:in:{event.key}", report=True)


async def note_door(ctx: Context, event: EffectSettled) -> None:
    """Tell the moderators, once a day for each kind of door, where the bot may not open or close it."""
    if event.ok:
        return
    kind = ":".join(event.effect_key.split(":")[:2])
    t = translator(ctx.config.language)
    card = Card(
        parts=(
            Title(t.line("A door of the community did not move")),
            Text(t(_DOORS.get(kind, _DOORS[f"{BADGE}:in"]))),
            Text(t("Please do it by hand, and see that I may do it the next time: {doctor} checks the roles and "
                   "channels of the waiting list.", doctor=Code("tsudoi doctor"))),
            Footnote(t("The chat said: {reason}", reason=Code(event.reason[:REASON] or "?"))),
        ),
        accent=Accent.ALERT,
    )  # fmt: skip
    bring_to_moderators(ctx, card, key=f"{kind}:{ctx.now:%Y-%m-%d}")


_DOORS = {
    f"{BADGE}:in": msg("I could not give somebody the role of members, though they have a seat."),
    f"{BADGE}:out": msg("I could not take the role of the lobby from somebody who has a seat now."),
    f"{BADGE}:wait": msg("I could not give somebody the role of the lobby, so they may see nothing yet."),
    f"{BADGE}:back": msg("I could not take the role of members from somebody who waits."),
    f"{DOOR}:lobby": msg("I could not invite somebody who waits to the lobby."),
    f"{DOOR}:welcome": msg("I could not invite a new member to the landing channel."),
}
FEATURE = Feature(
    "membership",
    stores=held_membership.JOINING,
    routes=(
        due(SETTLE, look),
        due(LAPSE, look),
        due(REST, rest_over),
        due(ASK, look),
        due(TELL, tell_in_the_morning),
        due(REMIND, remind),
        on(MemberLeft, note_leave),
        on(MemberChanged, note_rights),
        on(MemberJoined, give_badge),
        settled(KEY, note_notice),
        settled(BADGE, note_door),
        settled(DOOR, note_door),
    ),
    standing=(Recurring(SETTLE, next_look),),
)
