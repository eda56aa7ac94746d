"""After a gap only what was missed becomes facts, and what the platform refuses to tell keeps nothing else back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from chat.answers import Suggest
from chat.events import Event, MemberJoined, MemberLeft, MessagePosted, OptionTyped
from chat.fake import FakeChat
from chat.ids import Place, Profile, UserRef, Workspace
from chat.port import Accepted, RateLimitedError, RefusedError
from jobs.catch_up import CatchUp
from jobs.checkpoints import Progress
from storage import progress
from storage.engine import Database
from storage.unit import Unit
from tests.bot.house import house, noting
from tests.jobs.house import START, HandClock


class Spotty(FakeChat):
    """A chat whose readings fail as told."""

    history_fails: list[Exception]
    members_fail: Exception | None = None
    closed: Place | None = None

    async def history(self, place: Place, after: datetime) -> AsyncIterator[MessagePosted]:
        given = 0
        if place == self.closed:
            raise RefusedError("missing_access")
        async for event in super().history(place, after):
            if given and getattr(self, "history_fails", []):
                raise self.history_fails.pop(0)
            given += 1
            yield event

    async def members(self, workspace: Workspace) -> AsyncIterator[Profile]:
        if self.members_fail:
            raise self.members_fail
        async for profile in super().members(workspace):
            yield profile


class Intake:
    """Takes everything, and remembers it."""

    def __init__(self, inner: object) -> None:
        self._inner = inner
        self.events: list[Event] = []

    async def accept(self, event: Event) -> Accepted:
        self.events.append(event)
        accepted: Accepted = await self._inner.accept(event)  # type: ignore[attr-defined]
        return accepted

    async def suggest(self, typed: OptionTyped) -> Suggest:
        raise AssertionError(f"nobody types while an outage is caught up with: {typed}")

    def said(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, MessagePosted)]


def chat_of(clock: HandClock) -> Spotty:
    chat = Spotty(now=clock.now)
    chat.let_be("general")
    return chat


async def catch_up(db: Database, clock: HandClock, chat: Spotty) -> tuple[Intake, int]:
    """Run once; returns what came in, and how many facts there are now."""
    async with house(db, noting()) as home:
        intake = Intake(home.inbox)
        await CatchUp(db, clock, intake, {chat.home: "c1"}.get, Progress()).run(chat)
        await home.settled()
        return intake, len(await home.facts())


async def test_the_first_start_takes_in_who_is_there_in_silence_and_later_ones_find_who_came_and_went(
    database: Database,
) -> None:
    clock = HandClock()
    chat = chat_of(clock)
    aki, ben = chat.let_join("Aki"), chat.let_join("Ben")
    room = next(iter(chat.rooms.values())).place
    chat.let_say(aki, room, "from before us")
    first, facts = await catch_up(database, clock, chat)
    assert (first.events, facts) == ([], 0)
    async with database.reading() as conn:
        assert await Unit(conn, "c1", START).people.count_present() == 2
    clock.pass_(3600)
    cho = chat.let_join("Cho")
    del chat.people[ben]
    second, _ = await catch_up(database, clock, chat)
    joined = [event.member.user for event in second.events if isinstance(event, MemberJoined)]
    left = [event.user for event in second.events if isinstance(event, MemberLeft)]
    assert (joined, left) == ([cho], [ben])


async def test_somebody_known_before_the_first_look_does_not_make_newcomers_of_everybody(database: Database) -> None:
    clock = HandClock()
    chat = chat_of(clock)
    for name in ("Aki", "Ben", "Cho"):
        chat.let_join(name)
    async with database.writing() as conn:  # somebody spoke in the very first second
        await Unit(conn, "c1", START).people.ensure(next(iter(chat.people)), "Aki", START)
    intake, _ = await catch_up(database, clock, chat)
    assert intake.events == []


async def test_whom_only_an_import_knew_has_left_without_news_of_it(database: Database) -> None:
    clock = HandClock()
    chat = chat_of(clock)
    aki = chat.let_join("Aki")
    gone = UserRef(aki.platform, aki.workspace, "GONE")
    async with database.writing() as conn:
        for user in (aki, gone):
            await Unit(conn, "c1", START).people.ensure(user, "from long ago", START)
    for _ in range(2):
        intake, facts = await catch_up(database, clock, chat)
        assert (intake.events, facts) == ([], 0)
        clock.pass_(3600)
    async with database.reading() as conn:
        known = await Unit(conn, "c1", START).people.known_users(aki.platform, aki.workspace)
    assert known == {aki.id: True, "GONE": False}


async def test_only_what_was_missed_becomes_facts(database: Database) -> None:
    clock = HandClock()
    chat = chat_of(clock)
    aki, room = chat.let_join("Aki"), next(iter(chat.rooms.values())).place
    await catch_up(database, clock, chat)
    clock.pass_(60)
    heard = chat.let_say(aki, room, "heard live")
    async with house(database, noting()) as home:
        await home.inbox.accept(heard)
    clock.pass_(60)
    for n in range(150):
        chat.let_say(aki, room, f"missed {n}")
    chat.history_fails = [RateLimitedError(0.01), RateLimitedError(0.01)]
    intake, facts = await catch_up(database, clock, chat)
    assert facts == 151
    assert intake.said() == ["heard live", *(f"missed {n}" for n in range(150))], (
        "read on from where it stood, in order"
    )
    _, again = await catch_up(database, clock, chat)
    assert again == 151


async def test_what_the_platform_refuses_keeps_nothing_else_back(database: Database) -> None:
    clock = HandClock()
    chat = chat_of(clock)
    aki, room = chat.let_join("Aki"), next(iter(chat.rooms.values())).place
    shut = chat.let_be("shut")
    await catch_up(database, clock, chat)
    clock.pass_(60)
    chat.let_say(aki, room, "missed")
    chat.let_say(aki, shut, "unreadable")
    chat.members_fail, chat.closed = RefusedError("missing_scope", "users:read"), shut
    intake, _ = await catch_up(database, clock, chat)
    assert intake.said() == ["missed"]


async def test_an_empty_list_is_no_news_of_everybody_leaving(database: Database) -> None:
    clock = HandClock()
    chat = chat_of(clock)
    chat.let_join("Aki")
    await catch_up(database, clock, chat)
    chat.people.clear()
    clock.pass_(timedelta(days=1).total_seconds())
    intake, _ = await catch_up(database, clock, chat)
    assert intake.events == []
    async with database.reading() as conn:
        assert await progress.newest_cursor(conn, chat.home) is not None
