"""A community with one person of every role on both platforms, behind the real inbox and dispatcher."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from bot.dispatch import Dispatcher
from bot.inbox import Inbox
from bot.suggesting import Suggesting
from chat.answers import Answer, Redraw, Say
from chat.card import part_text
from chat.events import (
    ActionPressed,
    CommandUsed,
    Event,
    FormSubmitted,
    HomeOpened,
    Interaction,
    MemberJoined,
    MenuUsed,
)
from chat.form import Values
from chat.ids import MessageRef, Place, PlaceInfo, Platform, Profile, UserRef, Workspace
from chat.port import NotStoredError
from community.config import Channels, CommunitySettings, WorkspaceSettings
from community.permissions import RULES
from community.roles import Role, Rule
from handlers import FEATURES
from handlers.gate import key_of, refusal_of
from handlers.membership.night import AWAKE
from handlers.routes import Routes
from locales import translator
from storage.codec import dump
from storage.engine import Database
from storage.people.welcomers import RotaEntry
from storage.queues.inbox import Item
from storage.tables.core import metadata, timers
from storage.tables.membership import applications
from storage.unit import Unit
from tests.handlers.stage import ASKING, DISCORD, SLACK, START, TOPICS, Obedient

ELSEWHERE = Workspace(Platform.SLACK, "T2")  # of another community, in the same store
COMMUNITIES = {SLACK: "c1", DISCORD: "c1", ELSEWHERE: "c2"}
HOMES = (SLACK, DISCORD)
BADGES = {Role.ORGANISER: frozenset({"planners"}), Role.MODERATOR: frozenset({"keepers"})}
# What an arrival itself leaves, and what is learnt of who acts: their presence
OWN_TRACES = {"inbox", "members", "accounts"}
AT_ONCE = 100  # more would wait for the store longer than a receiver does
PATIENCE = 50
_numbers = itertools.count(1)
Rows = dict[str, set[tuple[Any, ...]]]


class Clock:
    """A clock that stands still."""

    def now(self) -> datetime:
        return START


class Rooms(Obedient):
    """A directory in which only some can read the moderators' channel."""

    def place(self, workspace: Workspace, name: str) -> PlaceInfo | None:
        found = super().place(workspace, name)
        closed = found is not None and found.name == "moderators"
        return msgspec.structs.replace(found, kind="private") if found and closed else found


@dataclass(frozen=True)
class Outcome:
    """What came of one interaction."""

    event: Interaction
    answer: Answer

    @property
    def words(self) -> str:
        """What was said; nothing where the answer is no card."""
        if not isinstance(self.answer, Say | Redraw):
            return ""
        return "\n".join(filter(None, map(part_text, self.answer.card.parts)))


class Hall:
    """What a test holds."""

    def __init__(self, db: Database) -> None:
        self.db = db
        workspaces = [
            WorkspaceSettings(
                workspace=home,
                channels=Channels(**ASKING),
                moderator_badges=("keepers",),
                organiser_badges=("planners",),
                moderators=("Uboss",) if home is SLACK else (),
                owners=() if home is SLACK else ("Uowner",),
            )
            for home in (SLACK, DISCORD, ELSEWHERE)
        ]
        self.communities = {
            "c1": CommunitySettings(
                id="c1", name="Here", language="en", topics=TOPICS, workspaces=tuple(workspaces[:2])
            ),
            "c2": CommunitySettings(
                id="c2", name="There", language="en", topics=TOPICS, workspaces=tuple(workspaces[2:])
            ),
        }
        routes = Routes.of(FEATURES)
        self.late: list[Answer] = []
        self.dispatcher = Dispatcher(
            db,
            routes,
            Rooms(),
            self.communities,
            after_commit=lambda: None,
            on_signal=lambda: None,
            late_answer=self._late,
            retry_s=0.01,
        )
        self.suggesting = Suggesting(
            db,
            Clock(),
            routes,
            directory=Rooms(),
            communities=self.communities,
            community_of=COMMUNITIES.get,
        )
        self.inbox = Inbox(db, Clock(), self.dispatcher, COMMUNITIES.get, self.suggesting)
        self.people: dict[tuple[Workspace, Role], UserRef] = {}

    async def _late(self, item: Item, answer: Answer) -> None:
        del item
        self.late.append(answer)

    async def fill(self) -> None:
        """Let one of every role join every workspace."""
        for home in COMMUNITIES:
            for role in Role:
                user = UserRef(home.platform, home.id, f"U{role}")
                self.people[home, role] = user
                owns = role is Role.OWNER and home is SLACK  # elsewhere only the settings say so: that is as good
                profile = Profile(user=user, name=role.value, badges=BADGES.get(role, frozenset()), is_owner=owns)
                await self.accept(MemberJoined(key=f"join:{next(_numbers)}", at=START, workspace=home, member=profile))
        await self.dispatcher.idle()
        for home, community in COMMUNITIES.items():
            async with self.db.writing() as conn:
                unit = Unit(conn, community, START)
                welcomer = await self._member(unit, home, Role.WELCOMER)
                await unit.welcomers.put(RotaEntry(welcomer, "active", 3), START)
                await conn.execute(
                    sa.insert(applications).values(
                        community=community,
                        member_id=await self._member(unit, home, Role.APPLICANT),
                        account=dump(self.people[home, Role.APPLICANT]),
                        state="waiting",
                        rank=1.0,
                        came_at=START,
                        lapsed=0,
                    )
                )

    async def _member(self, unit: Unit, home: Workspace, role: Role) -> int:
        found = await unit.people.by_user(self.people[home, role])
        assert found is not None
        return found.id

    async def member(self, home: Workspace, role: Role) -> int:
        """Return the member of a role."""
        async with self.db.reading() as conn:
            return await self._member(Unit(conn, COMMUNITIES[home], START), home, role)

    # ---- what happens

    async def accept(self, event: Event) -> Answer:
        """Take one event in, and wait for its answer; on a busy machine it comes again, as the platforms bring it."""
        for _ in range(PATIENCE):
            with contextlib.suppress(NotStoredError):
                receipt = await self.inbox.accept(event)
                return await receipt.answer
            await asyncio.sleep(0.1)
        raise TimeoutError(event.key)

    async def all_of(self, events: Iterable[Interaction]) -> list[Outcome]:
        """Take many in, and wait until all is handled; an answer is an apology where a handler failed."""
        sent = list(events)
        failed = self.dispatcher.failed
        answers: list[Answer] = []
        async with asyncio.timeout(300):
            for first in range(0, len(sent), AT_ONCE):
                answers += await asyncio.gather(*map(self.accept, sent[first : first + AT_ONCE]))
            await self.dispatcher.idle()
        assert self.dispatcher.failed == failed, [
            o.event for o in map(Outcome, sent, answers) if "went wrong" in o.words
        ]
        return [Outcome(event, answer) for event, answer in zip(sent, answers, strict=True)]

    # ---- looking

    async def rows(self, leave_out: Collection[str] = OWN_TRACES) -> Rows:
        """Return everything that stands in the store, but for what every arrival leaves."""
        found: Rows = {}
        async with self.db.reading() as conn:
            for table in metadata.sorted_tables:
                if table.name not in leave_out:
                    query = sa.select(table)
                    if table.name == timers.name:  # that somebody who waits is awake is learnt of all that they do
                        query = query.where(timers.c.kind != AWAKE)
                    kept = await conn.execute(query)
                    found[table.name] = {tuple(map(_plain, row)) for row in kept}
        return found

    async def refusals(self) -> list[tuple[int | None, str, str | None]]:
        """Return who was refused what, and why."""
        audit = metadata.tables["audit"]
        query = sa.select(audit.c.actor, audit.c.subject, audit.c.after).where(audit.c.deed == "access.refused")
        async with self.db.reading() as conn:
            return [(row.actor, row.subject, row.after) for row in await conn.execute(query.order_by(audit.c.id))]


def _plain(value: object) -> object:
    return repr(value) if isinstance(value, list | dict | set) else value


def changed(before: Rows, after: Rows) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows that came or went, by table."""
    return {name: sorted(before[name] ^ after[name], key=repr) for name in after if before[name] != after[name]}


@contextlib.asynccontextmanager
async def hall(db: Database) -> AsyncIterator[Hall]:
    """Open a hall and close it."""
    made = Hall(db)
    made.inbox.start()
    made.dispatcher.start()
    try:
        await made.fill()
        yield made
    finally:
        await made.inbox.stop()
        await made.dispatcher.stop()


def interaction(
    key: str,
    user: UserRef,
    *,
    rest: str = "",
    values: Sequence[str] = (),
    typed: Values | None = None,
    options: Mapping[str, str] | None = None,
    event_key: str = "",
) -> Interaction:
    """Return what the platform brings when somebody uses a route; ``rest`` is what stands after its name."""
    kind, _, name = key.partition(" ")
    home = user.home
    place = Place(user.platform, user.workspace, "C-general")
    shared: dict[str, Any] = {
        "key": event_key or f"i{next(_numbers)}",
        "at": START,
        "workspace": home,
        "user": user,
        "user_name": user.id,
        "place": place,
    }
    match kind:
        case "command":
            command, _, sub = name.partition(" ")
            return CommandUsed(**shared, command=command, sub=sub, options=dict(options or {}))
        case "press":
            return ActionPressed(**shared, action=name + rest, values=tuple(values))
        case "form":
            return FormSubmitted(**shared, form=name + rest, values=typed or {})
        case "menu":
            message = MessageRef(place, f"m{next(_numbers)}")
            author = UserRef(user.platform, user.workspace, "Umember")
            return MenuUsed(**shared, menu=name, message=message, author=author, text="Could anybody help me?")
        case "home":
            return HomeOpened(**shared)
    raise ValueError(key)


def routes() -> list[str]:
    """Return the keys of all routes that have a rule; that all have one is held by ``test_table``."""
    return sorted({key for feature in FEATURES for route in feature.routes if (key := key_of(route)) in RULES and key})


def refusal_words(rule: Rule, roles: Collection[Role]) -> str:
    """Return what somebody with these roles is told by the gate."""
    said = refusal_of(translator("en"), frozenset(roles), rule)
    return Outcome(HomeOpened(key="", at=START, workspace=SLACK, user=UserRef(Platform.SLACK, "T1", "U")), said).words


def copied(event: Interaction, **changes: object) -> Interaction:
    """Return an interaction with something changed."""
    return msgspec.structs.replace(event, **changes)
