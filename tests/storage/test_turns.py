"""The log as the ranking reads it: words only of questions, outcomes once, and nothing of who was erased."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from chat.ids import MessageRef, Place, Platform, Profile, UserRef
from community.questions.life import Question, QuestionMessage, Via
from community.routing.ranking import Outcome, OutcomeKind, Turn
from storage.activity import Fact, Value
from storage.engine import Database
from storage.imports import ImportStore, Progress
from storage.questions.turns import Heard, TurnReader
from storage.tables.core import members
from storage.unit import Unit

NOW = datetime(2026, 12, 4, 1, 0, tzinfo=UTC)
CHANNEL = Place(Platform.SLACK, "T1", "C1")
THREAD = Place(Platform.SLACK, "T1", "C1", "10")
FORM_THREAD = Place(Platform.SLACK, "T1", "C1", "77")


@asynccontextmanager
async def unit(db: Database, community: str = "c1") -> AsyncIterator[Unit]:
    async with db.writing() as conn:
        opened = Unit(conn, community, NOW)
        yield opened
        await opened.flush()


async def joins(db: Unit, name: str) -> int:
    profile = Profile(user=UserRef(Platform.SLACK, "T1", name), name=name)
    return (await db.people.record_join(profile, NOW)).member.id


def says(db: Unit, member: int, message: str, place: Place = CHANNEL, **data: Value) -> None:
    told = {"length": 5, "bot": False, **data}
    db.activity.record(Fact("message.posted", NOW, member, place, message, told), key=f"m{message}")


def logs(db: Unit, kind: str, actor: int, question: int, **data: Value) -> None:
    key = f"{kind}:{question}:{actor}"
    db.activity.record(Fact(kind, NOW, actor, THREAD, str(question), {"topic": "ops", **data}), key=key)


async def read(db: Database, reader: TurnReader | None = None, portion: int = 1_000) -> list[Heard]:
    reader = reader or TurnReader("c1")
    heard: list[Heard] = []
    more = True
    while more:
        async with db.reading() as conn:
            some, more = await reader.read(conn, portion)
        heard += some
    return heard


def question(asker: int, root: MessageRef | None, thread: Place | None, via: Via = Via.CHANNEL) -> Question:
    words = "Webhooks twice?", "Why do webhooks come twice?"
    return Question(
        asker=asker, account=None, via=via, title=words[0], text=words[1], asked_at=NOW, root=root, thread=thread
    )


async def test_words_come_only_with_questions_and_their_threads(database: Database) -> None:
    async with unit(database) as db:
        aki, ben = await joins(db, "aki"), await joins(db, "ben")
        stored = await db.questions.add(question(aki, MessageRef(CHANNEL, "10"), THREAD))
        assert stored
        await db.questions.add_message(
            QuestionMessage(question=stored.id, member=ben, ref=MessageRef(THREAD, "11"), text="Retry.", at=NOW)
        )
        says(db, ben, "9", length=400)
        says(db, aki, "10")
        says(db, ben, "11", THREAD, reply_to="10")
        says(db, ben, "12", bot=True)
    talk, opening, reply = await read(database)
    assert isinstance(talk, Turn)
    assert (talk.text, talk.length, talk.conversation) == ("", 400, "slack:T1:C1:9")
    assert isinstance(opening, Turn)
    assert opening.text == "Webhooks twice?\nWhy do webhooks come twice?"
    assert isinstance(reply, Turn)
    assert (reply.text, reply.reply_to, reply.channel) == ("Retry.", aki, "slack:T1:C1")
    assert reply.conversation == opening.conversation == str(THREAD)


async def test_a_reply_that_only_quotes_belongs_to_the_conversation_of_what_it_quotes(database: Database) -> None:
    async with unit(database) as db:
        aki, ben = await joins(db, "aki"), await joins(db, "ben")
        says(db, aki, "10")
        says(db, ben, "11", reply_to="10")
    one, other = await read(database)
    assert isinstance(one, Turn)
    assert isinstance(other, Turn)
    assert other.conversation == one.conversation
    assert other.reply_to == aki


async def test_a_question_of_a_form_opens_its_conversation_when_its_card_stands(database: Database) -> None:
    reader = TurnReader("c1")
    async with unit(database) as db:
        aki = await joins(db, "aki")
        stored = await db.questions.add(question(aki, None, None, Via.FORM))
        assert stored
        db.activity.record(Fact("question.asked", NOW, aki, None, str(stored.id)), key="asked")
    assert await read(database, reader) == []
    async with unit(database) as db:
        await db.questions.save(replace(stored, root=MessageRef(CHANNEL, "77"), thread=FORM_THREAD))
    (turn,) = await read(database, reader)
    assert isinstance(turn, Turn)
    assert (turn.member, turn.conversation) == (aki, str(FORM_THREAD))
    assert turn.text.startswith("Webhooks twice?")
    assert await read(database, reader) == [], "once"
    assert await read(database) == [turn], "and the same when everything is read again"


async def test_outcomes_are_told_with_their_topic_and_an_answer_once(database: Database) -> None:
    async with unit(database) as db:
        aki, ben = await joins(db, "aki"), await joins(db, "ben")
        stored = await db.questions.add(question(aki, MessageRef(CHANNEL, "10"), THREAD))
        assert stored
        answer = await db.questions.add_message(
            QuestionMessage(question=stored.id, member=ben, ref=MessageRef(THREAD, "11"), text="Retry.", at=NOW)
        )
        for kind in ("invitation.offered", "invitation.accepted", "question.answered", "invitation.answered"):
            logs(db, kind, ben, stored.id)
        logs(db, "question.solved", aki, stored.id, answer=answer)
        logs(db, "question.thanked", aki, stored.id, member=ben)
        logs(db, "question.closed", aki, stored.id)
    heard = [one for one in await read(database) if isinstance(one, Outcome)]
    kinds = [OutcomeKind.OFFERED, OutcomeKind.ACCEPTED, OutcomeKind.ANSWERED, OutcomeKind.SOLVED, OutcomeKind.THANKED]
    assert [one.kind for one in heard] == kinds
    assert {(one.member, one.topic, one.conversation) for one in heard} == {(ben, "ops", str(THREAD))}


async def test_nothing_is_read_of_who_was_erased_or_of_another_community(database: Database) -> None:
    async with unit(database) as db:
        aki, ben = await joins(db, "aki"), await joins(db, "ben")
        says(db, aki, "1")
        says(db, ben, "2")
    async with unit(database, "c2") as db:
        says(db, ben, "3")
    async with database.writing() as conn:
        await conn.execute(sa.delete(members).where(members.c.id == aki))
    assert [one.member for one in await read(database) if isinstance(one, Turn)] == [ben]


async def test_portions_come_to_the_same_as_the_whole(database: Database) -> None:
    async with unit(database) as db:
        people = [await joins(db, f"m{n}") for n in range(3)]
        for n in range(25):
            says(db, people[n % 3], str(n), reply_to=str(n - 1) if n % 2 else None)
    whole = await read(database)
    assert len(whole) == 25
    assert await read(database, portion=4) == whole


async def test_imported_history_is_read_in_the_order_in_which_it_happened(database: Database) -> None:
    async with unit(database) as db:
        aki = await joins(db, "aki")
        says(db, aki, "live")
    follower = TurnReader("c1")
    assert len(await read(database, follower)) == 1
    async with unit(database) as db:
        for n in (3, 1, 2):  # channel by channel, as exports are read
            at = NOW - timedelta(days=400 - n)
            data: dict[str, Value] = {"length": n, "bot": False, "imported": True}
            db.activity.record(Fact("message.posted", at, aki, CHANNEL, f"old{n}", data), key=f"old{n}")
        await ImportStore(db.conn, "c1").reach("f", "slack-export", Progress(3, 3, NOW))
    assert [one.length for one in await read(database, follower) if isinstance(one, Turn)] == [3, 1, 2], "as they come"
    for portion in (1_000, 2, 3, 4):
        again = TurnReader("c1")
        turns = [one for one in await read(database, again, portion) if isinstance(one, Turn)]
        assert [turn.length for turn in turns] == [1, 2, 3, 5], "from the start: by time"
    async with unit(database) as db:
        says(db, aki, "next", length=9)
    assert [one.length for one in await read(database, again) if isinstance(one, Turn)] == [9]


async def test_quiet_members_with_a_topic_or_seen_lately_are_untried_until_they_are_asked(database: Database) -> None:
    async with unit(database) as db:
        seen, answered = await joins(db, "seen"), await joins(db, "answered")
        await joins(db, "never")
        says(db, seen, "1")
        says(db, answered, "2")
        logs(db, "question.answered", answered, 1)
    async with unit(database) as db:
        assert await db.peers.untried(None, NOW + timedelta(days=1), limit=5) == [seen]
        assert await db.peers.untried(None, NOW + timedelta(days=15), limit=5) == []
        pace = await db.peers.pace(NOW + timedelta(days=1))
        assert (pace.questions, pace.answerers) == (0, 1)
        assert await db.peers.last_seen([seen, 999]) == {seen: NOW}
