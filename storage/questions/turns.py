"""Reads the activity log as the ranking wants it: who said what where, and what came of asking whom.

Words are joined from the questions and their threads; of all other talk the log has none. Rows are read by their id, in
portions, so the same reader rebuilds everything at the start and follows the log afterwards. Facts of one community are
committed in the order of their ids (``Database.take_turn``), so nothing is passed over. Where history was imported, ids
say nothing of time, so what is there at the start is read in the order in which it happened.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.ids import Place
from community.questions.conversations import Guesser, Said
from community.questions.life import Via
from community.routing.ranking import Outcome, OutcomeKind, Turn
from storage.tables.core import activity, members
from storage.tables.figures import imports
from storage.tables.questions import question_messages, questions

PORTION = 1_000  # rows at a time: about ten milliseconds of work
REMEMBERED = 20_000  # messages whose writer and conversation are kept, for replies to them
THREADED = 0.2  # where one message in five stands in a thread, what does not begins something new
KINDS = {
    "invitation.offered": OutcomeKind.OFFERED,
    "invitation.accepted": OutcomeKind.ACCEPTED,
    "invitation.passed": OutcomeKind.PASSED,
    "invitation.paused": OutcomeKind.PASSED,
    "invitation.silent": OutcomeKind.SILENT,
    "invitation.answered": OutcomeKind.ANSWERED,
    "question.answered": OutcomeKind.ANSWERED,
}
SOLVING = ("question.solved", "question.answer_marked")
RELINKED = ("member.linked", "member.unlinked")
OTHER = ("message.posted", "question.asked", "question.thanked", "member.erased", *RELINKED)
Row: TypeAlias = sa.Row[Any]
_MESSAGE = (  # as ``MessageRef`` writes it
    activity.c.platform + ":" + activity.c.workspace + ":" + activity.c.place + "/" + activity.c.subject
)


@dataclass(frozen=True, slots=True)
class Relinked:
    """Two members have become one, or one two: the log tells the past otherwise than it was read."""

    gone: int | None  # who is nobody any more


Heard: TypeAlias = Turn | Outcome | Relinked | int  # a number: a member to forget


class TurnReader:
    """Reads one community's log from where it stopped."""

    def __init__(self, community: str) -> None:
        self.after = 0
        self._community = community
        self._known: OrderedDict[str, tuple[int, str]] = OrderedDict()  # writer and conversation, by message
        self._guesser = Guesser()
        self._threads: dict[str, list[int]] = {}  # messages in the channel itself, and in its threads
        self._answered: OrderedDict[tuple[str, int], None] = OrderedDict()
        self._unplaced: dict[int, None] = {}  # questions of a form whose card does not stand in its channel yet
        self._past: array[int] | None = None  # what there was at the start, by time; empty where ids tell that, too
        self._past_read = 0
        self._there = 0  # the newest fact when reading began: up to it, everything is read as it stands now
        self._heard_of: set[int] = set()

    async def _gone(self, conn: AsyncConnection) -> list[int]:
        """Return the members who were heard of and are none any more: the log does not say who was erased."""
        query = sa.select(members.c.id).where(members.c.community == self._community)
        gone = self._heard_of.difference((await conn.execute(query)).scalars())
        self._heard_of -= gone
        return sorted(gone)

    async def read(self, conn: AsyncConnection, limit: int = PORTION) -> tuple[Sequence[Heard], bool]:
        """Return the next portion, and whether there is more."""
        if self._past is None:
            self._past = await self._by_time(conn)
            self._there = await self.newest(conn)
        past = self._past[self._past_read : self._past_read + limit]
        heard = await self._placed(conn)
        if past:
            rows = (await conn.execute(self._query(past).order_by(activity.c.at, activity.c.id))).all()
        else:
            rows = (await conn.execute(self._query().order_by(activity.c.id).limit(limit))).all()
        if rows:
            asked = await self._asked(conn, rows)
            solvers = await self._solvers(conn, rows)
            for row in rows:
                heard.extend(self._heard(row, asked, solvers))
            self._heard_of.update(row.known for row in rows if row.known is not None)
            if any(row.kind == "member.erased" for row in rows):
                heard.extend(await self._gone(conn))
        if past:
            self._past_read += len(past)
            self.after = max(self.after, *past)
        elif rows:
            self.after = rows[-1].id
        return heard, bool(past) or len(rows) == limit

    async def _by_time(self, conn: AsyncConnection) -> array[int]:
        """Return what there is in the order in which it happened, where an import has told of the past."""
        imported = sa.exists().where(imports.c.community == self._community)
        if not (await conn.execute(sa.select(imported))).scalar_one():
            return array("q")
        query = sa.select(activity.c.id).where(
            activity.c.community == self._community, activity.c.kind.in_((*KINDS, *SOLVING, *OTHER))
        )
        found = await conn.execute(query.order_by(activity.c.at, activity.c.id))
        return array("q", found.scalars())

    async def newest(self, conn: AsyncConnection) -> int:
        """Return the id of the community's newest fact."""
        query = sa.select(sa.func.max(activity.c.id)).where(activity.c.community == self._community)
        return int((await conn.execute(query)).scalar_one() or 0)

    def _query(self, among: Sequence[int] | None = None) -> sa.Select[Any]:
        """Return the facts that are new, or some by their ids."""
        columns = (activity.c.id, activity.c.at, activity.c.kind, activity.c.actor, activity.c.subject, activity.c.data)
        place = (activity.c.platform, activity.c.workspace, activity.c.place)
        told = (
            members.c.id.label("known"),
            questions.c.title,
            questions.c.text,
            question_messages.c.text.label("reply"),
        )
        said = activity.c.kind == "message.posted"
        opens = sa.and_(said, questions.c.community == activity.c.community, questions.c.root == _MESSAGE)
        replies = sa.and_(
            said, question_messages.c.community == activity.c.community, question_messages.c.message == _MESSAGE
        )
        return (
            sa.select(*columns, *place, *told)
            .outerjoin(members, members.c.id == activity.c.actor)
            .outerjoin(questions, opens)
            .outerjoin(question_messages, replies)
            .where(
                activity.c.id > self.after if among is None else activity.c.id.in_(among),
                # joined to nothing, so that no other index tempts the database: it would sort the whole log each time
                activity.c.community.concat("") == self._community,
                activity.c.kind.concat("").in_((*KINDS, *SOLVING, *OTHER)),
            )
        )

    def _heard(self, row: Row, asked: dict[int, Row], solvers: dict[int, int | None]) -> Iterable[Heard]:
        data: dict[str, Any] = msgspec.json.decode(row.data) if row.data else {}
        at = row.at.timestamp()
        if row.kind == "message.posted":
            if row.known is not None and not data.get("bot") and row.place and row.subject:
                yield self._turn(row, at, data)
        elif row.kind == "question.asked":
            if question := asked.get(int(row.subject)):
                yield from self._opening(question)
        elif row.kind in RELINKED:
            if row.id > self._there:
                yield Relinked(data.get("gone"))
        elif row.kind in KINDS:
            if row.known is not None and self._is_news(row):
                yield _outcome(KINDS[row.kind], row, row.known, at, data)
        elif (member := data.get("member") if row.kind == "question.thanked" else solvers.get(row.id)) is not None:
            kind = OutcomeKind.THANKED if row.kind == "question.thanked" else OutcomeKind.SOLVED
            yield _outcome(kind, row, int(member), at, data)

    def _turn(self, row: Row, at: float, data: dict[str, Any]) -> Turn:
        channel, thread = _places(row)
        text = row.reply or (_opening_words(row) if row.title is not None else "")
        quoted = data.get("reply_to")
        target = self._known.get(f"{channel}/{quoted}") if quoted else None
        if thread:
            root = self._known.get(f"{channel}/{thread}")
            conversation = root[1] if root else f"{channel}:{thread}"
        else:
            conversation = self._guess(row, at, channel, quoted, asks=row.title is not None)
        self._threads.setdefault(channel, [0, 0])[thread is not None] += 1
        self._known[f"{channel}/{row.subject}"] = row.known, conversation
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return Turn(
            at=at,
            member=row.known,
            channel=channel,
            conversation=conversation,
            text=text,
            length=int(data.get("length") or 0),
            reply_to=target[0] if target else None,
        )

    def _guess(self, row: Row, at: float, channel: str, quoted: str | None, *, asks: bool) -> str:
        """Return the conversation of what was said in the channel itself.

        A thread bears the id of the message it hangs on, so a message that may become one is named alike.
        """
        said = Said(at=at, member=row.known, channel=channel, id=row.subject, is_question=asks, reply_to=quoted)
        guessed = self._guesser.assign(said)
        flat, threaded = self._threads.get(channel, (0, 0))
        if quoted and (answered := self._known.get(f"{channel}/{quoted}")):
            return answered[1]
        if asks or threaded > THREADED * (flat + threaded):
            return f"{channel}:{quoted or row.subject}"
        return f"{channel}:{guessed}"

    def _is_news(self, row: Row) -> bool:
        """Say whether this was not heard before: an invited member's answer is logged of the question, too."""
        if KINDS[row.kind] is not OutcomeKind.ANSWERED:
            return True
        key = (row.subject, row.known)
        if key in self._answered:
            return False
        self._answered[key] = None
        if len(self._answered) > REMEMBERED:
            self._answered.popitem(last=False)
        return True

    # ---- what the log leaves out

    async def _asked(self, conn: AsyncConnection, rows: Sequence[Row]) -> dict[int, Row]:
        ids = [int(row.subject) for row in rows if row.kind == "question.asked"]
        return await self._forms(conn, ids) if ids else {}

    async def _placed(self, conn: AsyncConnection) -> list[Heard]:
        """Return the openings of questions whose card stands by now."""
        if not self._unplaced:
            return []
        found = await self._forms(conn, list(self._unplaced))
        return [turn for row in found.values() if row.thread_place for turn in self._opening(row)]

    async def _forms(self, conn: AsyncConnection, ids: Sequence[int]) -> dict[int, Row]:
        """Return those of some questions that the bot asked for their askers: no message of theirs says it."""
        query: sa.Select[Any] = sa.select(questions).where(
            questions.c.community == self._community, questions.c.via == Via.FORM, questions.c.id.in_(ids)
        )
        return {row.id: row for row in await conn.execute(query)}

    def _opening(self, question: Row) -> Iterable[Turn]:
        if question.asker is None:
            return
        if question.thread_place is None:
            self._unplaced[question.id] = None
            return
        self._unplaced.pop(question.id, None)
        thread = msgspec.json.decode(question.thread_place, type=Place)
        text = _opening_words(question)
        yield Turn(
            at=question.asked_at.timestamp(),
            member=question.asker,
            channel=str(thread.top),
            conversation=str(thread),
            text=text,
            length=len(text),
        )

    async def _solvers(self, conn: AsyncConnection, rows: Sequence[Row]) -> dict[int, int | None]:
        """Return who wrote the answer, by the row that says that it solved a question."""
        answers = {
            row.id: msgspec.json.decode(row.data).get("answer") for row in rows if row.kind in SOLVING and row.data
        }
        wanted = [answer for answer in answers.values() if answer is not None]
        if not wanted:
            return {}
        query = sa.select(question_messages.c.id, question_messages.c.member_id).where(
            question_messages.c.community == self._community,
            question_messages.c.id.in_(wanted),
            ~question_messages.c.by_asker,
        )
        writers = {row.id: row.member_id for row in await conn.execute(query)}
        return {row_id: writers.get(answer) for row_id, answer in answers.items()}


def _outcome(kind: OutcomeKind, row: Row, member: int, at: float, data: dict[str, Any]) -> Outcome:
    channel, thread = _places(row) if row.place else ("question", None)
    conversation = f"{channel}:{thread or row.subject}"
    return Outcome(kind=kind, conversation=conversation, member=member, at=at, topic=data.get("topic"))


def _places(row: Row) -> tuple[str, str | None]:
    """Return the channel as ``Place`` writes it, and the id of the thread where there is one."""
    channel, _, thread = row.place.partition(":")
    return f"{row.platform}:{row.workspace}:{channel}", thread or None


def _opening_words(row: Row) -> str:
    title, text = row.title, row.text
    return text if text.startswith(title) else f"{title}\n{text}"
