"""The inbox and the dispatcher over a real store, with features made for the test."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from bot.dispatch import Dispatcher
from bot.inbox import Inbox
from bot.suggesting import Suggesting
from chat.answers import Answer, Say
from chat.card import Card, Text, part_text
from chat.events import ActionPressed, CommandUsed, MessagePosted
from chat.fake_things import SLACK_LIKE
from chat.ids import MessageRef, Place, PlaceInfo, Platform, UserRef, Workspace
from chat.port import Capabilities
from chat.text import rich
from community.config import CommunitySettings, WorkspaceSettings
from community.roles import everybody
from handlers.context import Context
from handlers.gate import key_of
from handlers.routes import Feature, Routes, on
from storage.activity import Fact
from storage.engine import Database
from storage.queues.inbox import Item
from storage.tables import core as tables
from tests.waiting import PATIENCE_S

START = datetime(2026, 12, 4, 1, 0, tzinfo=UTC)
HOME = Workspace(Platform.SLACK, "T1")
OTHER_HOME = Workspace(Platform.DISCORD, "900")
STRANGE = Workspace(Platform.SLACK, "T9")
OWNERS = {HOME: "c1", OTHER_HOME: "c2"}
ROOM = Place(Platform.SLACK, "T1", "C1")
AKI = UserRef(Platform.SLACK, "T1", "U1")
_numbers = itertools.count(1)


class HandClock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time

    def pass_(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


class NoPlaces:
    """A directory that knows nothing."""

    def capabilities(self, workspace: Workspace) -> Capabilities:
        del workspace
        return SLACK_LIKE

    def place(self, workspace: Workspace, name: str) -> PlaceInfo | None:
        del workspace, name
        return None

    def link(self, message: MessageRef) -> str:
        return f"https://chat.example/{message.id}"

    def workspace_name(self, workspace: Workspace) -> str:
        return workspace.id

    def is_bot(self, workspace: Workspace, user_id: str) -> bool:
        del workspace
        return user_id == "bot"


class House:
    """What a test holds."""

    def __init__(self, db: Database, features: Sequence[Feature]) -> None:
        self.db = db
        self.clock = HandClock()
        self.communities = {
            "c1": CommunitySettings(
                id="c1", name="One", language="en", workspaces=(WorkspaceSettings(workspace=HOME),)
            ),
            "c2": CommunitySettings(
                id="c2", name="Two", language="ja", workspaces=(WorkspaceSettings(workspace=OTHER_HOME),)
            ),
        }
        self.late: list[tuple[str, Answer]] = []
        self.commits = 0
        self._loading: set[asyncio.Task[int]] = set()
        routes = Routes.of(features)
        rules = {key: everybody() for feature in features for route in feature.routes if (key := key_of(route))}
        rules |= {
            f"command {one.name} {sub.name}": everybody() for f in features for one in f.commands for sub in one.subs
        }
        rules |= {f"command {one.name}": everybody() for f in features for one in f.commands}
        self.dispatcher = Dispatcher(
            db,
            routes,
            NoPlaces(),
            self.communities,
            after_commit=self._count,
            on_signal=self._signal,
            late_answer=self._late,
            retry_s=0.02,
            rules=rules,
        )
        suggesting = Suggesting(
            db,
            self.clock,
            routes,
            directory=NoPlaces(),
            communities=self.communities,
            community_of=OWNERS.get,
            rules=rules,
        )
        self.inbox = Inbox(db, self.clock, self.dispatcher, OWNERS.get, suggesting)

    def _count(self) -> None:
        self.commits += 1

    def _signal(self) -> None:
        task = asyncio.ensure_future(self.dispatcher.load_waiting())
        self._loading.add(task)
        task.add_done_callback(self._loading.discard)

    async def _late(self, item: Item, answer: Answer) -> None:
        self.late.append((item.arrival.key, answer))

    async def states(self) -> dict[str, str]:
        """Return the state of every inbox row, by key."""
        async with self.db.reading() as conn:
            return {
                row.key: row.state for row in await conn.execute(sa.select(tables.inbox.c.key, tables.inbox.c.state))
            }

    async def facts(self) -> list[tuple[str, str]]:
        """Return all facts, as (community, kind), in the order of their recording."""
        query = sa.select(tables.activity.c.community, tables.activity.c.kind).order_by(tables.activity.c.id)
        async with self.db.reading() as conn:
            return [(row.community, row.kind) for row in await conn.execute(query)]

    async def settled(self) -> None:
        """Wait until all that was accepted has been handled."""
        async with asyncio.timeout(PATIENCE_S):
            await self.dispatcher.idle()
            while self._loading:
                await asyncio.wait(self._loading)
                await self.dispatcher.idle()


@contextlib.asynccontextmanager
async def house(db: Database, *features: Feature, started: bool = True) -> AsyncIterator[House]:
    """Open a house and close it."""
    made = House(db, features)
    made.inbox.start()
    if started:
        made.dispatcher.start()
    try:
        yield made
    finally:
        await made.inbox.stop()
        await made.dispatcher.stop()


def said(text: str = "hi", *, key: str = "", workspace: Workspace = HOME) -> MessagePosted:
    number = next(_numbers)
    place = Place(workspace.platform, workspace.id, "C1")
    return MessagePosted(
        key=key or f"m{number}",
        at=START,
        workspace=workspace,
        message=MessageRef(place, f"{number}"),
        author=UserRef(workspace.platform, workspace.id, "U1"),
        text=text,
    )


def pressed(action: str, *, key: str = "", locale: str | None = None, workspace: Workspace = HOME) -> ActionPressed:
    user = UserRef(workspace.platform, workspace.id, "U1")
    return ActionPressed(
        key=key or f"p{next(_numbers)}", at=START, workspace=workspace, user=user, action=action, locale=locale
    )


def typed(command: str, sub: str = "", *, locale: str | None = None) -> CommandUsed:
    return CommandUsed(
        key=f"t{next(_numbers)}", at=START, workspace=HOME, user=AKI, command=command, sub=sub, locale=locale
    )


def card(text: str) -> Card:
    return Card(parts=(Text(rich(text)),))


def words(answer: Answer) -> str:
    """Return what an answer says."""
    assert isinstance(answer, Say), answer
    return "\n".join(filter(None, map(part_text, answer.card.parts)))


def noting(kind: str = "noted") -> Feature:
    """Return a feature that logs one fact for each message."""

    async def note(ctx: Context, event: MessagePosted) -> None:
        ctx.db.activity.record(Fact(kind, ctx.now, data={"text": event.text}), key=event.key)

    return Feature(kind, routes=(on(MessagePosted, note),))
