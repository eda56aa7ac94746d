"""A meetup that stands in its channels, for tests of what people do with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from chat.card import Card, Select
from chat.effects import RedrawPost
from chat.ids import Place, UserRef
from community.meetups.plan import Meetup, Plan, Where
from community.seats.ledger import open_ledger
from community.seats.settings import MeetupSettings
from community.seats.values import Allotment, Ledger, SeatKind
from handlers.context import Context
from handlers.meetups.steps import announce
from locales import translator
from storage.unit import Unit
from tests.handlers.stage import SLACK, Stage

T = TypeVar("T")
A_WEEK = timedelta(days=7)


async def within(stage: Stage, do: Callable[[Context], Awaitable[T]]) -> T:
    """Do something as a handler would, in a transaction of its own; then the platforms carry out what is due."""
    async with stage.db.writing() as conn:
        unit = Unit(conn, stage.settings.id, stage.now)
        done = await do(stage.context(unit, stage.settings, translator(stage.settings.language)))
        await unit.flush()
    await stage.deliver()
    return done


async def planned(
    stage: Stage,
    seats: dict[SeatKind, int | None] | None = None,
    *,
    title: str = "Quiet work",
    ahead: timedelta = A_WEEK,
    organiser: UserRef | None = None,
    hide_attendees: bool = False,
) -> int:
    """Plan a meetup and announce it on both platforms."""
    caps = {SeatKind.VENUE: 1} if seats is None else seats
    organiser_id = await stage.member(organiser) if organiser else None

    async def plan(ctx: Context) -> int:
        starts = ctx.now + ahead
        plan = Plan(
            title=title,
            starts=starts,
            ends=starts + timedelta(hours=2),
            zone="Asia/Tokyo",
            where=Where.HYBRID,
            place="Room 3",
            hide_attendees=hide_attendees,
        )
        meetup = Meetup(plan=plan, organiser=organiser_id)
        meetup_id = await ctx.db.meetups.add(meetup, Place(SLACK.platform, SLACK.id, "C-meetups"), ctx.now)
        assert meetup_id is not None
        ctx.db.meetups.put_ledger(
            open_ledger(
                meetup=meetup_id,
                starts=plan.starts,
                ends=plan.ends,
                zone=plan.zone,
                allotments={kind: Allotment(cap=cap, by_invitation=kind in _INVITED) for kind, cap in caps.items()},
                rules=MeetupSettings().rules,
                at=ctx.now,
            )
        )
        stored = await ctx.db.meetups.get(meetup_id)
        assert stored
        await announce(ctx, stored)
        return meetup_id

    return await within(stage, plan)


_INVITED = (SeatKind.SPEAKER, SeatKind.STAFF)


async def ledger_of(stage: Stage, meetup_id: int) -> Ledger:
    """Return a ledger as it is stored."""
    async with stage.db.writing() as conn:
        found = await Unit(conn, stage.settings.id, stage.now).meetups.ledger(meetup_id)
    assert found
    return found


def menus(card: Card) -> dict[str, tuple[str, ...]]:
    """Return the menus of a card: the values on offer by the name of their action."""
    return {
        part.action.partition(":")[0]: tuple(option.value for option in part.options)
        for part in card.parts
        if isinstance(part, Select)
    }


def redraws(stage: Stage) -> list[RedrawPost]:
    """Return the cards that were drawn anew since the last look."""
    return stage.took(RedrawPost)
