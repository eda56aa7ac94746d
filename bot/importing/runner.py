"""Runs an import: a look through, the people, the questions, the facts, and how each question ended.

Each portion is a short transaction in the community's turn that also notes how far it got, so the bot may run meanwhile
and a killed import goes on where it was. Everything is read again up to that point: what threads and guesses need is in
memory only. Questions come before the messages that ask them, because the ranking reads the log in order and takes the
words along.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import Protocol, TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.importing.arrivals import Arrivals
from bot.importing.asking import Finder, placed
from bot.importing.facts import FactMaker, asked_row, ending_rows, joined_row
from bot.importing.survey import Survey
from chat.events import Event, MessagePosted
from chat.exports import Export, ExportError
from chat.ids import Profile, UserRef
from community.hours.schedule import ONE
from community.people.members import Account
from community.people.onboarding import Stage
from community.questions.answers import goes_on
from community.questions.imported import Ending, find_ending
from community.questions.life import QuestionMessage, QuestionState
from handlers.figures.folding import FOLD
from storage import progress as cursors
from storage.engine import Database, is_stores_fault
from storage.erasing.erased import ErasedStore
from storage.imports import ImportStore, Known, Newcomer, Progress
from storage.questions.asked import QuestionStore, texts_of
from storage.questions.knowledge import Conversation, KnowledgeStore
from storage.queues.timers import TimerStore
from storage.sql import Row

PORTION = 5_000  # facts of one transaction: a tenth of a second, so that a click meanwhile is not late
PEOPLE = 2_000  # accounts of one transaction
ENDINGS = 200  # questions of one transaction
STEP = 2_000  # messages between two looks at whether enough was collected, and at the progress bar
TRIES, PAUSE_S = 8, 0.5  # while something else holds the database
_NAMED = re.compile(r"<@!?(\w+)>")
T = TypeVar("T")


class Meter(Protocol):
    """Shows how far a pass has come."""

    def begin(self, name: str, total: int) -> None:
        """Begin a pass: ``look``, ``questions``, ``facts`` or ``endings``."""

    def reach(self, done: int) -> None:
        """Show how much of it is done."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be imported, and how."""

    community: str
    export: Export
    question_channels: Collection[str] | None = None  # ids; None: questions are looked for everywhere
    questions: bool = True
    again: bool = False  # although it was finished once
    dry_run: bool = False
    is_staff: Callable[[Account], bool] = attrgetter("is_admin")  # whether an account moderates


@dataclass(slots=True)
class Report:
    """What an import did."""

    survey: Survey
    finished_before: datetime | None = None
    resumed: bool = False
    people: int = 0
    joined: int = 0
    facts: int = 0  # that were not there yet
    questions: int = 0
    replies: int = 0
    endings: dict[QuestionState, int] = field(default_factory=dict)


class Importer:
    """One run over one export."""

    def __init__(self, db: Database, plan: Plan, meter: Meter, now: datetime) -> None:
        self._db, self._plan, self._meter, self._now = db, plan, meter, now
        self._export = plan.export
        self._people: dict[str, Known] = {}
        self._staff: frozenset[int] = frozenset()
        self.report = Report(Survey(now))

    async def run(self) -> Report:
        """Import what is not there yet.

        Raises:
            ExportError: there is no message in it.

        """
        survey, export = self.report.survey, self._export
        source = export.fingerprint()
        if not self._plan.dry_run and not self._plan.again:
            self.report.finished_before = (await self._progress(source)).finished_at
            if self.report.finished_before is not None:
                return self.report
        self._meter.begin("look", export.size)
        survey.look(export, self._watch())
        if not survey.messages:
            raise ExportError(
                f"there is no message in it that could be imported ({survey.events} other entries): is it the right "
                "file, and does it hold the public channels?"
            )
        if self._plan.dry_run:
            return self.report
        await self._take_in()
        if self._plan.questions:
            await self._find_questions(f"{source}:questions")
        await self._log_facts(f"{source}:facts")
        if self._plan.questions:
            await self._end_questions()
        await self._note(source, Progress(survey.events, self.report.facts, self._now))
        await self._write_with(self._let_fold)
        return self.report

    async def _let_fold(self, conn: AsyncConnection) -> None:
        """Let a bot that runs count the figures of what has come, before anybody asks for them."""
        await TimerStore(conn, self._plan.community).set(FOLD, ONE, self._now)

    # ---- people

    async def _take_in(self) -> None:
        home, survey = self._export.workspace, self.report.survey
        async with self._db.reading() as conn:
            self._people = await ImportStore(conn, self._plan.community).accounts_of(home)
            listed = await cursors.newest_cursor(conn, home) is not None
        told = self._export.people
        new = [user for user in dict.fromkeys([*told, *survey.seen]) if user not in self._people]
        async with self._db.reading() as conn:  # who asked to be forgotten is nobody here: what they did is passed over
            erased = await ErasedStore(conn, self._plan.community).among_ids(home, new)
        new = [user for user in new if user not in erased]
        rows = [self._newcomer(user, told.get(user), listed=listed) for user in new]
        for start in range(0, len(rows), PEOPLE):
            some = rows[start : start + PEOPLE]
            self._people |= await self._write(partial(_take_in, people=some))
        self.report.people = len(rows)
        await self._write(self._join)
        async with self._db.reading() as conn:
            everybody = await ImportStore(conn, self._plan.community).everybody()
        self._staff = frozenset(member for member, account in everybody if self._plan.is_staff(account))

    def _newcomer(self, user: str, told: Profile | None, *, listed: bool) -> Newcomer:
        """Return somebody new. Where the bot has listed who is there and does not know them, they are not there."""
        survey, home = self.report.survey, self._export.workspace
        profile = told or Profile(user=UserRef(home.platform, home.id, user), name=user)
        first, last = survey.seen.get(user, (survey.first or self._now, survey.last or self._now))
        return Newcomer(profile, first, last if profile.gone or listed else None)

    async def _join(self, store: ImportStore) -> None:
        home, survey = self._export.workspace, self.report.survey
        watched = await store.watched_since(home)
        joins: dict[int, tuple[str, datetime]] = {}
        for user, (at, key) in survey.joined.items():
            known = self._people.get(user)
            if known is not None and not known.is_bot and (watched is None or at < watched):
                joins[known.member] = (key, min(at, survey.seen[user][0]))
        new = await store.join({member: at for member, (_, at) in joins.items()})
        told = {"via": None, "referrer": None, "workspace": str(home)}
        await store.add_facts([joined_row(self._plan.community, *joins[member], member, told) for member in new])
        self.report.joined = len(new)

    # ---- questions

    async def _find_questions(self, source: str) -> None:
        community, survey, report = self._plan.community, self.report.survey, self.report
        async with self._db.reading() as conn:
            threads = await ImportStore(conn, community).threads()
        begun = await self._progress(source)
        if begun.finished_at is not None and not self._plan.again:
            return
        after = 0 if self._plan.again else begun.position
        askers = {thread: asker for thread, (_, asker) in threads.items()}
        finder = Finder(self._export, survey, self._people, self._plan.question_channels, askers)
        ids = {thread: id_ for thread, (id_, _) in threads.items()}
        self._meter.begin("questions", self._export.size)
        report.resumed = report.resumed or after > 0
        position, written = 0, begun.facts

        async def store_all(*, done: bool) -> None:
            nonlocal written
            asked, said = finder.drain()

            async def write(store: ImportStore) -> tuple[dict[str, int], int, int]:
                new = await store.add_questions([one.question for one in asked])
                found = ids | new
                stored = [(one, new[one.thread]) for one in asked if one.thread in new]
                rows = [asked_row(community, one.question, number, one.key) for one, number in stored]
                facts = await store.add_facts(rows)
                told = [placed(one, found[thread]) for thread, one in said if thread in found]
                replies = await store.add_messages(told) if told else 0
                at = Progress(position, written + facts, self._now if done else None)
                await store.reach(source, self._export.kind, at)
                return new, facts, replies

            new, facts, replies = await self._write(write)
            ids.update(new)
            written += facts
            report.questions += len(new)
            report.replies += replies

        for position, event in self._read():
            if isinstance(event, MessagePosted) and survey.is_dated(event):
                finder.take(event)
            if position <= after:
                finder.drain()
            elif position % STEP == 0 and len(finder.asked) + len(finder.said) >= PORTION // 5:
                await store_all(done=False)
        await store_all(done=True)

    # ---- facts

    async def _log_facts(self, source: str) -> None:
        begun = await self._progress(source)
        if begun.finished_at is not None and not self._plan.again:
            return
        after = 0 if self._plan.again else begun.position
        self.report.resumed = self.report.resumed or after > 0
        async with self._db.reading() as conn:
            store = ImportStore(conn, self._plan.community)
            watched = await store.watched_since(self._export.workspace)
            reached = await store.stages((Stage.FIRST_POST, Stage.INTRODUCED, Stage.FIRST_REPLY))
        survey = self.report.survey
        maker = FactMaker(self._plan.community, self._people, watched, self._staff)
        arrivals = Arrivals(self._people, survey.posted, reached)
        self._meter.begin("facts", self._export.size)
        rows: list[Row] = []
        position, written = 0, begun.facts

        async def store_all(*, done: bool) -> None:
            nonlocal rows, written
            some, rows = rows, []

            async def write(store: ImportStore) -> int:
                new = await store.add_facts(some)
                if done:
                    await store.reached(arrivals.stages())
                    await store.add_facts(arrivals.rows(self._plan.community))
                at = Progress(position, written + new, self._now if done else None)
                await store.reach(source, self._export.kind, at)
                return new

            new = await self._write(write)
            written += new
            self.report.facts += new

        for position, event in self._read():
            if not survey.is_dated(event):
                continue
            if isinstance(event, MessagePosted):
                arrivals.take(event)
            row = maker.row(event) if position > after else None
            if row is not None:
                rows.append(row)
                if len(rows) >= PORTION:
                    await store_all(done=False)
        await store_all(done=True)

    # ---- endings

    async def _end_questions(self) -> None:
        community = self._plan.community
        async with self._db.reading() as conn:
            waiting = await ImportStore(conn, community).count_unsettled()
        self._meter.begin("endings", waiting)
        done = 0
        while True:
            async with self._db.reading() as conn:
                store = ImportStore(conn, community)
                ids = await store.unsettled(ENDINGS)
                found = await QuestionStore(conn, community).of_ids(ids)
                said = await store.said_to(ids)
            if not ids:
                return
            endings = [find_ending(found[id_], said[id_], self._named, self._now) for id_ in ids]
            await self._write_with(partial(self._store_endings, endings=endings, said=said))
            done += len(ids)
            self._meter.reach(done)

    def _named(self, text: str) -> set[int]:
        return {known.member for user in _NAMED.findall(text) if (known := self._people.get(user))}

    async def _store_endings(
        self, conn: AsyncConnection, endings: list[Ending], said: dict[int, list[QuestionMessage]]
    ) -> None:
        community = self._plan.community
        store = ImportStore(conn, community)
        waiting = set(await store.unsettled(ENDINGS))
        endings = [ending for ending in endings if ending.question.id in waiting]
        await store.settle([ending.question for ending in endings])
        rows: list[Row] = []
        found: list[Conversation] = []
        for ending in endings:
            question = ending.question
            rows += ending_rows(community, ending, said[question.id], self._staff)
            if question.state is QuestionState.SOLVED:
                texts = texts_of([m for m in said[question.id] if not goes_on(question, m)])
                found.append(Conversation(question.id, question.title, question.text, texts, question.asked_at))
            self.report.endings[question.state] = self.report.endings.get(question.state, 0) + 1
        await store.add_facts(rows)
        if found:
            await KnowledgeStore(conn, community, self._now).put_all(found)

    # ---- reading and writing

    def _read(self) -> Iterator[tuple[int, Event]]:
        watch = self._watch()
        for position, event in enumerate(self._export.events(), 1):
            watch()
            yield position, event

    def _watch(self) -> Callable[[], None]:
        seen = 0

        def watch() -> None:
            nonlocal seen
            seen += 1
            if seen % STEP == 0:
                self._meter.reach(self._export.done)

        return watch

    async def _progress(self, source: str) -> Progress:
        async with self._db.reading() as conn:
            return await ImportStore(conn, self._plan.community).progress(source)

    async def _note(self, source: str, progress: Progress) -> None:
        await self._write(lambda store: store.reach(source, self._export.kind, progress))

    async def _write(self, work: Callable[[ImportStore], Awaitable[T]]) -> T:
        return await self._write_with(lambda conn: work(ImportStore(conn, self._plan.community)))

    async def _write_with(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Write in the community's turn; while somebody else holds the database, wait and try again."""
        for tries_left in reversed(range(TRIES)):
            try:
                async with self._db.writing() as conn:
                    await self._db.take_turn(conn, self._plan.community)
                    return await work(conn)
            except SQLAlchemyError as error:
                if not tries_left or not is_stores_fault(error):
                    raise
            await asyncio.sleep(PAUSE_S)
        raise AssertionError("the last try returns or raises")


async def _take_in(store: ImportStore, people: list[Newcomer]) -> dict[str, Known]:
    return await store.take_in(people)
