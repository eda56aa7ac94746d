"""A meetup becomes one that people can come to: its clock runs, its speakers have their seats."""

from __future__ import annotations

from community.seats.commands import Seat
from community.seats.ledger import next_deadline
from community.seats.values import SeatKind
from handlers.context import Context
from handlers.meetups.helping import tell_helping
from handlers.meetups.notices import tell
from handlers.meetups.steps import act, log, set_clock
from storage.meetups.plans import StoredMeetup


async def open_meetup(ctx: Context, stored: StoredMeetup, key: str, *, first: bool = True) -> None:
    """Log that a meetup is planned, seat its speakers, and set its clock.

    Speakers of a series hear of it with the ``first`` meetup, and not again with each that follows.
    """
    plan, by = stored.meetup.plan, stored.meetup.organiser
    what = {"what": plan.kind.value, "where": plan.where.value, "series": stored.series}
    log(ctx, stored, "planned", by, key, **what)
    series = await ctx.db.series.get(stored.series) if stored.series is not None and first else None
    here = {member.id for member in await ctx.db.people.by_ids(plan.speakers) if member.left_at is None}
    for member in plan.speakers if by is not None else ():
        if member not in here:
            continue
        command = Seat(by=by or 0, member=member, kind=SeatKind.SPEAKER, key=f"{key}:speaker:{member}")
        decision = await act(ctx, stored, command, tells=False)
        for notice in decision.notices if decision and first else ():
            await tell(ctx, stored, notice, rhythm=series.series if series else None)
    for member in stored.meetup.co_organisers if by is not None and first else ():
        await tell_helping(ctx, stored, member, by or 0, key)
    ledger = await ctx.db.meetups.ledger(stored.id)
    if ledger is not None:
        await set_clock(ctx, stored.id, next_deadline(ledger))
