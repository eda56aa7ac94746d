"""Lets the askers of a replay accept the bot's help, and checks afterwards that nobody was asked who should not be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from rich.table import Table

from bot.replaying.speakers import Speakers
from community.hours.quiet_hours import is_quiet
from community.hours.waking import NIGHT
from community.questions.finding import recognise
from community.routing.invitations import WEEK
from sandbox.server import Sandbox
from sandbox.world import Account, Json, Message
from storage.engine import Database
from storage.tables.core import accounts, activity
from storage.tables.questions import questions

CAP = 3  # invitations per member and week in a replay
OFFER = "q_find:"  # the action of the button that says yes to help
SAME_BREATH = timedelta(minutes=2)  # what is said within it belongs to the question before


class Askers:
    """The people of one platform who say yes when the bot offers to find somebody."""

    def __init__(self, sandbox: Sandbox, speakers: Speakers) -> None:
        self._sandbox = sandbox
        self._speakers = speakers
        self._seen = 0
        self.pressed = 0

    async def accept(self) -> int:
        """Press the offers that have come since the last time, and return how many there were."""
        space = self._speakers.space
        fresh = list(islice(space.by_id.values(), self._seen, None))
        self._seen += len(fresh)
        pressed = 0
        for message in fresh:
            element = next(_offers(message.body), None) if message.author == space.bot else None
            reader = self._reader(message) if element else None
            if element is None or reader is None:
                continue
            await self._sandbox.platforms[space.kind].face.press(reader, message, element)
            pressed += 1
        self.pressed += pressed
        return pressed

    def _reader(self, message: Message) -> Account | None:
        space = self._speakers.space
        channel = space.channels.get(message.channel)
        wanted = {message.only_for} if message.only_for else (channel.members if channel else set())
        return next((account for account in self._speakers.accounts if account.user_id in wanted), None)


def _offers(body: object) -> Iterator[Json]:
    """Yield the buttons of a message that accept help, in the platform's own JSON."""
    if isinstance(body, dict):
        name = body.get("action_id") or body.get("custom_id")
        if isinstance(name, str) and OFFER in name:
            yield body
        for part in body.values():
            yield from _offers(part)
    elif isinstance(body, list):
        for part in body:
            yield from _offers(part)


def asks(text: str) -> bool:
    """Say whether a message is one that the bot offers help with, when it opens a conversation."""
    return recognise(text).offer


@dataclass(frozen=True, slots=True)
class RoutingCheck:
    """What the log says of questions and invitations."""

    questions: int
    lost: tuple[str, ...]  # openers that ask, and of which the store has no question
    accepted: int  # offers of help
    invited: int
    at_night: tuple[str, ...]  # invitations in quiet hours
    beyond_cap: tuple[str, ...]
    twice: tuple[str, ...]  # one member, one question, two invitations

    @property
    def ok(self) -> bool:
        """Whether no question was lost, and nobody asked who should not be."""
        return not (self.lost or self.at_night or self.beyond_cap or self.twice)


async def check(db: Database, openers: Mapping[str, Message], accepted: int) -> RoutingCheck:
    """Read from the log whether the rules held. ``openers``: messages that began a conversation, by id."""
    async with db.reading() as conn:
        roots = list((await conn.execute(sa.select(questions.c.root).where(questions.c.root.is_not(None)))).scalars())
        zones = {row.member_id: row.time_zone for row in await conn.execute(sa.select(accounts))}
        offered = (
            await conn.execute(
                sa.select(activity.c.actor, activity.c.subject, activity.c.at)
                .where(activity.c.kind == "invitation.offered")
                .order_by(activity.c.at, activity.c.id)
            )
        ).all()
    stored = {root.rpartition("/")[2] for root in roots}
    at_night, beyond, twice = [], [], []
    asked: dict[int, list[datetime]] = {}
    pairs: set[tuple[int, str]] = set()
    for member, question, at in offered:
        if is_quiet(NIGHT, at, ZoneInfo(zones.get(member) or "Asia/Tokyo")):
            at_night.append(f"{question}: {at:%Y-%m-%d %H:%M}")
        recent = [earlier for earlier in asked.get(member, ()) if at - earlier < WEEK]
        if len(recent) >= CAP:
            beyond.append(f"{question}: {at:%Y-%m-%d %H:%M}")
        asked[member] = [*recent, at]
        if (member, question) in pairs:
            twice.append(question)
        pairs.add((member, question))
    lost = [id_ for id_, message in openers.items() if id_ not in stored and not _goes_on(message, openers)]
    return RoutingCheck(
        questions=len(stored),
        lost=tuple(lost),
        accepted=accepted,
        invited=len(offered),
        at_night=tuple(at_night),
        beyond_cap=tuple(beyond),
        twice=tuple(twice),
    )


def _goes_on(message: Message, openers: Mapping[str, Message]) -> bool:
    """Say whether a message was said in one breath with another question of its writer."""
    return any(
        other.author == message.author
        and other.channel == message.channel
        and timedelta(0) < message.at - other.at <= SAME_BREATH
        for other in openers.values()
    )


def draw(found: RoutingCheck) -> Table:
    """Return the check as a table for the terminal."""
    table = Table(title="Questions")
    table.add_column("")
    table.add_column("", justify="right")
    for name, value in (
        ("questions stored", found.questions),
        ("questions lost", _flag(found.lost)),
        ("offers of help accepted", found.accepted),
        ("invitations", found.invited),
        ("in quiet hours", _flag(found.at_night)),
        (f"beyond {CAP} in seven days", _flag(found.beyond_cap)),
        ("twice for one question", _flag(found.twice)),
    ):
        table.add_row(name, str(value))
    return table


def _flag(found: tuple[str, ...]) -> str:
    return f"[red]{len(found)}[/red] ({', '.join(found[:5])})" if found else "0"
