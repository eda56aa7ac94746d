"""Carries out what was decided about the line: the store, the timers, who hears of it, and who comes in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from chat.card import Card
from chat.effects import Invite, SetBadge
from community.membership.commands import Admit, Command, Restore, Settle, Take
from community.membership.decisions import Decision, Tell
from community.membership.line import decide, free_seats, remind_at, wakes_at
from community.membership.values import Application, Standing, waits_for_morning
from community.people.members import Member
from community.people.onboarding import Stage
from handlers import onboarding
from handlers.context import Context
from handlers.home import refresh_home
from handlers.known import load_known
from handlers.membership.cards import notice_card, place_card
from handlers.membership.desk_card import draw_desk_card
from handlers.membership.looking import load_roll, placed
from handlers.membership.night import TELL, heard_at, rhythms_of
from handlers.membership.notices import (
    DOORS_OPEN,
    KEY,
    Notice,
    end_offer,
    lobby_of,
    send_free,
    send_notice,
    still_so,
)
from handlers.membership.theirs import ENDS, draw_theirs
from handlers.onboarding import Arrival
from handlers.readers import Reader, account_in, account_to_reach, as_reader, settings_of

LAPSE, REMIND, REST = "membership.lapse", "membership.remind", "membership.rest"  # timers, of an application
ASK = "membership.ask"  # in the morning: make the offer
TIMERS = (LAPSE, REMIND, REST, ASK, TELL)
OWED = "owed"  # in the data of TELL: told if that is taken back, because of what they had read before
BADGE, DOOR = "seat_badge", "seat_door"  # what the keys of these effects begin with
_NOTICES = {
    Tell.OFFERED: Notice.OFFERED,
    Tell.LAPSED: Notice.LAPSED,
    Tell.CLOSED: Notice.CLOSED,
    Tell.DECLINED: Notice.DECLINED,
    Tell.RESTORED: Notice.RESTORED,
}


async def carry_out(ctx: Context, command: Command, *, answered: int | None = None) -> Decision:
    """Decide about a command, and let everything follow that follows from it.

    ``answered``: the member to whom the answer says how they stand. An offer that waited for their morning and begins
    now is on it, and is not sent to them, too.
    """
    about = None if isinstance(command, Settle) else command.member
    roll = await load_roll(ctx, about=about)
    decision = decide(roll, command, ctx.now)
    await ctx.db.applications.save(decision.changed)
    before = {one.member: one for one in roll.applications}
    for one in decision.changed:
        was, tell = before[one.member], decision.tells.get(one.member)
        if one.offered_at != was.offered_at:
            await end_offer(ctx, was)
        if tell is Tell.OFFERED and one.member == answered and waits_for_morning(was):
            tell = None
        if isinstance(command, Restore) and command.member == one.member and waits_for_morning(one):
            tell = Tell.RESTORED  # the offer takes its place in the morning, if it still stands then
        asked = not isinstance(command, Settle) and command.member == one.member
        knows = asked and (isinstance(command, Take) or (isinstance(command, Admit) and command.by is None))
        await _follow(ctx, one, tell, was=was, knows=knows)
    if roll.rules.cap:
        await _tell_of_free(ctx)
    return decision


async def _tell_of_free(ctx: Context) -> None:
    """Tell those in the lobby who have not applied that a seat is there for the asking: each of them once."""
    roll = await load_roll(ctx)
    waiting = [one for one in roll.applications if one.standing is Standing.WAITING and lobby_of(ctx, one.account.home)]
    if not waiting or not free_seats(roll):
        return
    waits = await ctx.db.timers.remembered(TELL, min(one.came_at for one in waiting))  # all: they are due after that
    told: dict[str, int] = {}
    for key in await ctx.db.outbox.keyed(f"{KEY}:"):
        _, number, notice, stamp, *_ = key.split(":")
        if notice == Notice.FREE:
            told[number] = max(told.get(number, 0), int(stamp))
    now = []
    for one in waiting:
        if str(one.id) in waits or told.get(str(one.id), -1) >= int(one.came_at.timestamp()):
            continue
        rhythm = roll.rhythms.get(one.member)
        at = wakes_at(rhythm, ctx.now) if rhythm else ctx.now
        if at > ctx.now:
            await ctx.db.timers.set(TELL, one.id, at, notice=Notice.FREE.value)
        else:
            now.append(one)
    if now:
        await send_free(ctx, now)


async def _follow(ctx: Context, one: Application, tell: Tell | None, *, was: Application, knows: bool) -> None:
    """Let follow what follows for one person; ``knows``: that they have a seat, from a press or because they came."""
    await _set_timers(ctx, one)
    later = None
    if tell is Tell.SEATED:
        await ctx.db.timers.drop(TELL, one.id)
        later = await _seat(ctx, one, knows=knows)
    elif tell in _NOTICES:
        later = await _tell(ctx, one, _NOTICES[tell])
    await draw_desk_card(ctx, one, heard=later)
    if later is None or one.standing not in ENDS:  # a no is not to be found before it is said
        by = Notice.SEATED if tell is Tell.SEATED and not knows else None
        await draw_theirs(ctx, one, was=was, by=by)


async def _tell(ctx: Context, one: Application, notice: Notice) -> datetime | None:
    """Tell somebody what became of their application, now or in the morning: then, when. The last word is the truth."""
    unread = await ctx.db.timers.take(TELL, one.id) or {}
    owed = unread.get(OWED) or (Notice.RESTORED.value if unread.get("notice") == Notice.RESTORED else "")
    if unread and not owed and notice is Notice.RESTORED:  # a no that was never read needs no taking back
        return None
    data = {"notice": notice.value}
    if owed and notice is Notice.DECLINED:  # an earlier no was read: if this one is taken back, that has to be told
        data[OWED] = owed
    return await _send_or_keep(ctx, one, data)


async def _send_or_keep(ctx: Context, one: Application, data: Mapping[str, str]) -> datetime | None:
    at = await heard_at(ctx, one)
    if at is None:
        await send_notice(ctx, one, Notice(data["notice"]))
    else:
        await ctx.db.timers.set(TELL, one.id, at, **data)
    return at


async def tell_now(ctx: Context, one: Application, data: Mapping[str, str]) -> bool:
    """Tell what waited for the morning, if it still is so; where it is night again, it goes on waiting.

    Says whether it is told now; ``data`` is what the timer carried.
    """
    notice = Notice(data["notice"])
    if not still_so(one, notice):
        return False
    if notice is Notice.FREE and not (await placed(ctx, one)).free:  # taken before the morning
        return False
    kept = {key: value for key, value in data.items() if key in {"notice", OWED}}
    if await _send_or_keep(ctx, one, kept) is not None:  # it is night again where the bot was away all day
        return False
    await draw_theirs(ctx, one)
    return True


async def answer_card(ctx: Context, who: Reader, one: Application) -> Card:
    """Return how somebody stands, for an answer: what waited for their morning is on it and does not come again."""
    if await heard_at(ctx, one) is not None:  # their press arrives late, and they may sleep by now
        return place_card(ctx, who, await placed(ctx, one))
    if waits_for_morning(one):
        await carry_out(ctx, Settle(), answered=one.member)
        one = await ctx.db.applications.by_id(one.id) or one
    waited = await ctx.db.timers.take(TELL, one.id)
    seen = await placed(ctx, one)
    if waited is None:
        return place_card(ctx, who, seen)
    await draw_desk_card(ctx, one)
    await draw_theirs(ctx, one)
    notice = Notice(waited["notice"])
    return notice_card(ctx, who, seen, notice.value) if still_so(one, notice) else place_card(ctx, who, seen)


async def _set_timers(ctx: Context, one: Application) -> None:
    rests = one.rests_until if one.standing is Standing.APPLIED else None
    if waits_for_morning(one) and one.offered_at:
        await ctx.db.timers.set(ASK, one.id, one.offered_at)
    else:
        await ctx.db.timers.drop(ASK, one.id)
    if one.standing is not Standing.OFFERED or one.claim_until is None:
        await ctx.db.timers.drop(LAPSE, one.id)
        await ctx.db.timers.drop(REMIND, one.id)
    elif await ctx.db.timers.due_at(LAPSE, one.id) != one.claim_until:
        await ctx.db.timers.set(LAPSE, one.id, one.claim_until)
        rhythm = (await rhythms_of(ctx, {one.member: one})).get(one.member)
        if rhythm and (at := remind_at(one, rhythm, ctx.now)) is not None:
            await ctx.db.timers.set(REMIND, one.id, at)
    if rests is None:
        await ctx.db.timers.drop(REST, one.id)
    else:
        await ctx.db.timers.set(REST, one.id, rests)


# ---- coming in


async def _seat(ctx: Context, one: Application, *, knows: bool) -> datetime | None:
    """Open the doors to somebody who has a seat from now on, and welcome them as if they had come just now.

    The doors open at once and make no sound. Where it is night for them the welcome comes later: returned is when.
    """
    member = await ctx.db.people.by_id(one.member)
    account = (account_in(member, one.account.home) or account_to_reach(member)) if member else None
    if member is None or account is None:
        return None
    later = await heard_at(ctx, one)
    if not knows:
        await send_notice(ctx, one, Notice.SEATED, due=later)
    stamp = open_doors(ctx, member, one)
    back = Stage.JOINED in await ctx.db.onboarding.stages(member.id)
    came = await ctx.db.onboarding.newcomer(member.id)
    arrival = Arrival(f"seat:{stamp}", ctx.now, ctx.now, came.referrer, came.via, later or ctx.now + DOORS_OPEN)
    await onboarding.receive(ctx, member, account, arrival, returning=back)
    await refresh_home(ctx, await load_known(ctx, as_reader(member, account, ctx.config)))
    return later


def open_doors(ctx: Context, member: Member, one: Application) -> str:
    """Swap the badges of all accounts of somebody who has a seat now, and show them in; returns a mark of this time."""
    stamp = f"{one.id}:{int(ctx.now.timestamp())}"
    for each in member.accounts:
        settings = settings_of(ctx.config, each.user.home)
        if each.left_at is not None or settings is None:
            continue
        key = f"{each.user.platform}:{each.user.id}:{stamp}"
        if settings.member_badge:
            ctx.db.outbox.add(SetBadge(each.user, settings.member_badge), key=f"{BADGE}:in:{key}", report=True)
        if settings.lobby_badge:
            gone = SetBadge(each.user, settings.lobby_badge, on=False)
            ctx.db.outbox.add(gone, key=f"{BADGE}:out:{key}", report=True)
        landing = ctx.channel(each.user.home, settings.channels.welcome)
        if landing and settings.channels.lobby and ctx.chat.capabilities(each.user.home).private_posts:
            ctx.db.outbox.add(Invite(each.user, landing), key=f"{DOOR}:welcome:{key}", report=True)
    return stamp
