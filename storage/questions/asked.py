"""Questions and what was said in their threads."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.ids import MessageRef, Place, UserRef
from community.questions.life import LIVING, CloseReason, Question, QuestionMessage, QuestionState, Search, Via
from storage.codec import dump
from storage.sql import Row, insert_new
from storage.tables.questions import question_messages, questions

T = TypeVar("T")
# what was asked and answered before the bot came waits for nobody's help
_WAITING = (questions.c.state.in_(LIVING), questions.c.via != Via.IMPORT)


class QuestionStore:
    """The questions of one community, inside one unit of work."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community

    # ---- questions

    async def add(self, question: Question) -> Question | None:
        """Store a new question and return it with its id; None where its message asks already."""
        row = question_row(self._community, question)
        statement = insert_new(self._conn, questions).values(row).returning(questions.c.id)
        new_id = (await self._conn.execute(statement)).scalar_one_or_none()
        return replace(question, id=new_id) if new_id is not None else None

    async def save(self, question: Question) -> None:
        """Store how a question stands now."""
        row = question_row(self._community, question)
        await self._conn.execute(sa.update(questions).where(self._is(question.id)).values(row))

    async def get(self, question_id: int) -> Question | None:
        """Return a question."""
        return next(iter(await self._load(questions.c.id == question_id)), None)

    async def of_ids(self, ids: Collection[int]) -> dict[int, Question]:
        """Return several questions by id."""
        return {q.id: q for q in await self._load(questions.c.id.in_(ids))} if ids else {}

    async def by_root(self, root: MessageRef) -> Question | None:
        """Return the question that a message asks."""
        return next(iter(await self._load(questions.c.root == str(root))), None)

    async def in_thread(self, place: Place) -> Question | None:
        """Return the question whose answers are given at a place; the oldest where there are several."""
        found = await self._load(questions.c.thread == str(place)) if place.thread else ()
        return next((q for q in found if q.state is not QuestionState.DRAFT), None)

    async def asked_by(self, member_id: int, *, living: bool = False) -> list[Question]:
        """Return what a member asked, oldest first."""
        conditions = [questions.c.asker == member_id]
        if living:
            conditions += _WAITING
        return await self._load(*conditions)

    async def living(self, *, limit: int = 500) -> list[Question]:
        """Return the questions that wait for something, oldest first."""
        return await self._load(*_WAITING, limit=limit)

    async def unanswered(self, since: datetime, until: datetime, *, limit: int = 500) -> list[Question]:
        """Return the questions of a span that nobody has answered yet, newest first: the ones that can still be caught.

        The begin of the span is not included, its end is. However many older questions wait, the new ones are in it.
        """
        conditions = (
            questions.c.state.in_((QuestionState.OPEN, QuestionState.BEING_ANSWERED)),
            questions.c.via != Via.IMPORT,
            questions.c.asked_at > since,
            questions.c.asked_at <= until,
        )
        return await self._load(*conditions, limit=limit, newest_first=True)

    async def delete_draft(self, question_id: int) -> None:
        """Forget a question that was never posted."""
        await self._conn.execute(
            sa.delete(questions).where(self._is(question_id), questions.c.state == QuestionState.DRAFT)
        )

    async def merged_with(self, question_id: int) -> list[Question]:
        """Return the questions that were closed as the same as this one."""
        return await self._load(questions.c.merged_into == question_id)

    async def solved_since(self, since: datetime) -> list[Question]:
        """Return the questions solved from then on, oldest first."""
        return await self._load(questions.c.state == QuestionState.SOLVED, questions.c.solved_at >= since)

    async def _load(
        self, *conditions: sa.ColumnElement[bool], limit: int | None = None, newest_first: bool = False
    ) -> list[Question]:
        query = sa.select(questions).where(questions.c.community == self._community, *conditions)
        order = (questions.c.asked_at, questions.c.id)
        query = query.order_by(*(column.desc() for column in order) if newest_first else order).limit(limit)
        return [_question(row) for row in await self._conn.execute(query)]

    def _is(self, question_id: int) -> sa.ColumnElement[bool]:
        return sa.and_(questions.c.community == self._community, questions.c.id == question_id)

    # ---- what is said in threads

    async def add_message(self, message: QuestionMessage) -> int | None:
        """Keep something said in a question's thread; None where it is kept already."""
        row = message_row(self._community, message)
        statement = insert_new(self._conn, question_messages).values(row).returning(question_messages.c.id)
        new_id: int | None = (await self._conn.execute(statement)).scalar_one_or_none()
        return new_id

    async def messages(self, question_id: int) -> list[QuestionMessage]:
        """Return what was said in a question's thread, oldest first."""
        return await self._messages(question_messages.c.question_id == question_id)

    async def message(self, message_id: int) -> QuestionMessage | None:
        """Return one message of a thread by its row."""
        return next(iter(await self._messages(question_messages.c.id == message_id)), None)

    async def message_at(self, ref: MessageRef) -> QuestionMessage | None:
        """Return one message of a thread by where it stands."""
        return next(iter(await self._messages(question_messages.c.message == str(ref))), None)

    async def edit_message(self, message_id: int, text: str) -> None:
        """Store what a message says now."""
        await self._conn.execute(sa.update(question_messages).where(self._of(message_id)).values(text=text))

    async def place_message(self, message_id: int, ref: MessageRef) -> None:
        """Store where a message of the bot's stands, once it does."""
        row = {"message": str(ref), "ref": dump(ref)}
        await self._conn.execute(sa.update(question_messages).where(self._of(message_id)).values(row))

    async def delete_message(self, message_id: int) -> None:
        """Forget a message of a thread."""
        await self._conn.execute(sa.delete(question_messages).where(self._of(message_id)))

    async def _messages(self, *conditions: sa.ColumnElement[bool]) -> list[QuestionMessage]:
        query = sa.select(question_messages).where(question_messages.c.community == self._community, *conditions)
        rows = await self._conn.execute(query.order_by(question_messages.c.at, question_messages.c.id))
        return [
            QuestionMessage(
                id=row.id,
                question=row.question_id,
                member=row.member_id,
                ref=msgspec.json.decode(row.ref, type=MessageRef),
                text=row.text,
                at=row.at,
                by_asker=row.by_asker,
            )
            for row in rows
        ]

    def _of(self, message_id: int) -> sa.ColumnElement[bool]:
        return sa.and_(question_messages.c.community == self._community, question_messages.c.id == message_id)

    # ---- a member who is erased

    async def answered_by(self, member_id: int) -> list[int]:
        """Return the questions in whose threads a member said something."""
        query = (
            sa.select(question_messages.c.question_id)
            .distinct()
            .where(question_messages.c.community == self._community, question_messages.c.member_id == member_id)
        )
        return sorted((await self._conn.execute(query)).scalars())

    async def forget(self, member_id: int) -> None:
        """Take a member's words and name out: questions and answers stay as facts without either."""
        mine = [questions.c.community == self._community, questions.c.asker == member_id]
        gone = {"asker": None, "account": None, "title": "", "text": ""}
        await self._conn.execute(sa.update(questions).where(*mine).values(gone))
        for column in (questions.c.first_reply_by, questions.c.solved_by):
            theirs = [questions.c.community == self._community, column == member_id]
            await self._conn.execute(sa.update(questions).where(*theirs).values({column.name: None}))
        said = [question_messages.c.community == self._community, question_messages.c.member_id == member_id]
        await self._conn.execute(sa.update(question_messages).where(*said).values(member_id=None, text=""))


def _question(row: sa.Row[Any]) -> Question:
    values = {name: getattr(row, name) for name in ("id", "asker", "anonymous", "title", "text", "topic", "level")}
    values |= {name: getattr(row, name) for name in ("language", "asked_at", "round", "solved_by", "answer")}
    values |= {name: getattr(row, name) for name in ("first_reply_at", "first_reply_by", "solved_at", "closed_at")}
    values |= {name: getattr(row, name) for name in ("merged_into", "escalated_at", "handed_over_at")}
    return Question(
        **values,
        product_reply_at=row.product_reply_at,
        account=_read(row.account, UserRef),
        via=Via(row.via),
        state=QuestionState(row.state),
        root=_read(row.root_ref, MessageRef),
        thread=_read(row.thread_place, Place),
        search=Search(row.search),
        close_reason=CloseReason(row.close_reason) if row.close_reason else None,
    )


def question_row(community: str, question: Question) -> Row:
    """Return a question as the table holds it, without its number."""
    names = set(questions.c.keys()) - {"id", "community", "account", "root", "root_ref", "thread", "thread_place"}
    row: Row = {name: getattr(question, name) for name in names}
    row["community"] = community
    row["account"] = dump(question.account) if question.account else None
    row["root"] = str(question.root) if question.root else None
    row["root_ref"] = dump(question.root) if question.root else None
    row["thread"] = str(question.thread) if question.thread else None
    row["thread_place"] = dump(question.thread) if question.thread else None
    return row


def message_row(community: str, message: QuestionMessage) -> Row:
    """Return something said in a question's thread as the table holds it, without its number."""
    return {
        "community": community,
        "question_id": message.question,
        "member_id": message.member,
        "message": str(message.ref),
        "ref": dump(message.ref),
        "text": message.text,
        "at": message.at,
        "by_asker": message.by_asker,
    }


def _read(text: str | None, kind: type[T]) -> T | None:
    return msgspec.json.decode(text, type=kind) if text else None


def texts_of(messages: Sequence[QuestionMessage]) -> list[str]:
    """Return the words of a thread that can be searched: those of others than the asker first."""
    return [m.text for m in sorted(messages, key=lambda m: m.by_asker) if m.text]
