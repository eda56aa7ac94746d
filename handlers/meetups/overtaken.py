"""Takes back what waits for somebody's morning and is true no longer, so that they read how it is then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from community.hours.quiet_hours import is_quiet
from community.hours.waking import NIGHT
from community.seats.commands import Command, MemberCommand
from community.seats.desk import involved
from community.seats.outcomes import Decision, Tell
from community.seats.values import Entry, Ledger
from handlers.context import Context

NOTICE, MOVED = "seat_notice", "meetup_moved"
_ALL_NEW = frozenset({Tell.TIME_CHANGED.value, Tell.CANCELLED.value, Tell.REMOVED.value})  # these say how one stands
_OVER = frozenset({Tell.CANCELLED.value, Tell.REMOVED.value})
_LEFT = Tell.REMOVED.value  # who takes themselves off the list has left it like who is taken off


async def take_back(ctx: Context, decision: Decision, command: Command) -> None:
    """Take back what a decision makes untrue of messages that wait, as they do only for those who sleep."""
    ledger = decision.state
    latest = {n.member: n.tell.value for n in decision.notices if _sleeps(ledger, n.member, ctx.now)}
    if isinstance(command, MemberCommand) and decision.facts:
        member = ledger.member(command.member)
        if _sleeps(ledger, member, ctx.now):  # and yet they acted: their own card has shown them how they stand
            entry = ledger.entries.get(member)
            latest.setdefault(member, "" if entry and involved(entry) else _LEFT)
    if latest:
        keys = await ctx.db.outbox.waiting(f"{NOTICE}:{ledger.meetup}:", f"{MOVED}:{ledger.meetup}:")
        await ctx.db.outbox.cancel(*(key for key in keys if _is_overtaken(key, latest)))


async def take_back_places(ctx: Context, meetup_id: int) -> None:
    """Take back what waits about a place, because another one is going to be told."""
    await ctx.db.outbox.cancel(*await ctx.db.outbox.waiting(f"{MOVED}:{meetup_id}:"))


def _is_overtaken(key: str, latest: Mapping[int, str]) -> bool:
    words = key.split(":")
    if words[0] == MOVED:
        return latest.get(int(words[-1]), "") in _OVER
    tell, member = words[-3], int(words[-2])
    return member in latest and (tell != Tell.TIME_CHANGED.value or latest[member] in _ALL_NEW)


def _sleeps(ledger: Ledger, member: int, now: datetime) -> bool:
    entry = ledger.entries.get(member) or Entry(member=member)
    return is_quiet(entry.quiet or NIGHT, now, ZoneInfo(entry.zone or ledger.zone))
