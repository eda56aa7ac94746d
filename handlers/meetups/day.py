"""When a meetup's day begins and ends: the two timers that follow its time."""

from __future__ import annotations

from datetime import datetime

from community.seats.values import Ledger
from handlers.context import Context

OPENS = "meetup.opens"  # timer of a meetup: check-in begins
OVER = "meetup.over"  # timer of a meetup: it has ended


def opening(ledger: Ledger) -> datetime:
    """Return when check-in begins."""
    return ledger.starts - ledger.rules.check_in_opens


async def set_day(ctx: Context, ledger: Ledger, before: Ledger | None = None) -> None:
    """Wake up when check-in begins and when the meetup ends; nothing is done where the time is as ``before``."""
    if before is not None and _day(before) == _day(ledger):
        return
    if ledger.cancelled:
        await ctx.db.timers.drop(OPENS, ledger.meetup)
        await ctx.db.timers.drop(OVER, ledger.meetup)
    else:
        await ctx.db.timers.set(OPENS, ledger.meetup, opening(ledger))
        await ctx.db.timers.set(OVER, ledger.meetup, ledger.ends)


def _day(ledger: Ledger) -> tuple[datetime, datetime, bool]:
    return opening(ledger), ledger.ends, ledger.cancelled
