"""Small steps for tests of a meetup's day and what follows: people come, the clock moves, private words arrive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from chat.answers import Answer
from chat.card import Card, Select
from chat.effects import DirectMessage
from chat.ids import UserRef
from community.seats.commands import Rsvp
from community.seats.values import Answer as Reply
from community.seats.values import Mark, SeatKind
from handlers.context import Context
from handlers.meetups.steps import act
from storage.meetups.plans import StoredMeetup
from tests.handlers.meetups.planned import ledger_of, within
from tests.handlers.stage import Stage, text_of

AHEAD = timedelta(days=7)  # how long before a meetup the tests plan it
LENGTH = timedelta(hours=2)
OVERNIGHT = timedelta(hours=30)  # every survey has come, and attendance is settled


async def stored(stage: Stage, meetup: int) -> StoredMeetup:
    """Return a meetup as it is stored."""

    async def get(ctx: Context) -> StoredMeetup | None:
        return await ctx.db.meetups.get(meetup)

    found = await within(stage, get)
    assert found
    return found


async def goes(stage: Stage, meetup: int, *people: UserRef) -> None:
    """Let people take seats."""
    for user in people:
        member = await stage.member(user)

        async def rsvp(ctx: Context, member: int = member) -> None:
            found = await ctx.db.meetups.get(meetup)
            assert found
            rsvp = Rsvp(member=member, answer=Reply.GOING, kind=SeatKind.VENUE, key=stage.key())
            await act(ctx, found, rsvp)

        await within(stage, rsvp)


async def come(stage: Stage, meetup: int, *people: UserRef) -> list[str]:
    """Let people press that they are here; returns what each is told."""
    return [text_of(await stage.acts(user, f"here:{meetup}")) for user in people]


async def marks(stage: Stage, meetup: int, *people: UserRef) -> list[Mark | None]:
    """Return how it went with people."""
    entries = (await ledger_of(stage, meetup)).entries
    ids = [await stage.member(user) for user in people]
    return [entries[i].mark if i in entries else None for i in ids]


async def chooses(stage: Stage, user: UserRef, action: str, values: Sequence[object]) -> Answer:
    """Let somebody choose in a menu."""
    return await stage.acts(user, action, values=tuple(str(value) for value in values))


def told(stage: Stage, user: UserRef) -> list[str]:
    """Return the private messages that somebody got so far."""
    return [text_of(effect) for effect in stage.sent if isinstance(effect, DirectMessage) and effect.user == user]


def select(card: Card, name: str) -> Select:
    """Return a menu of a card by the beginning of its action."""
    (found,) = [part for part in card.parts if isinstance(part, Select) and part.action.startswith(name)]
    return found
