"""Small steps for tests about planning meetups."""

from __future__ import annotations

from typing import Any

from chat.answers import Answer, Say
from chat.card import Card
from chat.form import Values
from chat.ids import UserRef
from community.seats.commands import Rsvp
from community.seats.values import Answer as Reply
from community.seats.values import Ledger, SeatKind
from handlers.context import Context
from handlers.meetups.steps import act
from storage.meetups.plans import StoredMeetup
from storage.meetups.series import StoredSeries
from tests.handlers.questions.asked import within
from tests.handlers.stage import Stage, card_of

TYPED: Values = {
    "title": "Reading *Dune*",
    "when": "2026-12-11 19:00-21:00",
    "spot": "Cafe Aozora, Shibuya",
    "kind": "meetup",
    "description": "We read & talk <slowly>.",
}


async def draft(stage: Stage, user: UserRef, **changes: str) -> Card:
    """Let somebody fill in the form, and return the private card of the plan."""
    answer = await stage.sends(user, "plan:0", {**TYPED, **changes})
    assert isinstance(answer, Say), answer
    return card_of(answer)


async def planned(stage: Stage, user: UserRef, **changes: str) -> StoredMeetup:
    """Let somebody plan and announce a meetup."""
    await stage.presses(user, await draft(stage, user, **changes), "plan_go")
    return (await stored(stage))[-1]


async def stored(stage: Stage) -> list[StoredMeetup]:
    """Return every meetup that is stored, oldest first."""

    async def get(ctx: Context) -> list[StoredMeetup]:
        found = await ctx.db.meetups.of_ids(range(1, 100))
        return [found[id_] for id_ in sorted(found)]

    return await within(stage, get)


async def only(stage: Stage) -> StoredMeetup:
    """Return the one meetup that there is."""
    (found,) = await stored(stage)
    return found


async def ledger(stage: Stage, meetup_id: int) -> Ledger:
    """Return a meetup's ledger."""

    async def get(ctx: Context) -> Ledger | None:
        return await ctx.db.meetups.ledger(meetup_id)

    found = await within(stage, get)
    assert found is not None
    return found


async def comes(stage: Stage, user: UserRef, meetup_id: int, kind: SeatKind | None = None) -> None:
    """Let somebody take a seat."""
    member = await stage.member(user)

    async def rsvp(ctx: Context) -> None:
        found = await ctx.db.meetups.get(meetup_id)
        assert found is not None
        await act(ctx, found, Rsvp(member=member, answer=Reply.GOING, kind=kind, key=stage.key()))

    await within(stage, rsvp)


async def series_of(stage: Stage, series_id: int) -> StoredSeries:
    """Return a series."""

    async def get(ctx: Context) -> StoredSeries | None:
        return await ctx.db.series.get(series_id)

    found = await within(stage, get)
    assert found is not None
    return found


def errors(answer: Answer) -> dict[str, Any]:
    """Return what a form says must be done."""
    found = getattr(answer, "errors", None)
    assert found, answer
    return dict(found)
