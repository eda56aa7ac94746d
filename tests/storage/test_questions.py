"""Questions, what is said in their threads, invitations and ideas, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from chat.ids import MessageRef, Place, Platform, UserRef
from community.questions.life import Question, QuestionMessage, QuestionState, Via, reply, solve
from storage.engine import Database
from storage.questions.ideas import Idea, IdeaState
from storage.questions.invitations import ROUTING, Invitation, InvitationState
from storage.tables.core import metadata
from storage.unit import Unit

NOW = datetime(2026, 12, 4, 1, 0, tzinfo=UTC)
CHANNEL = Place(Platform.SLACK, "T1", "C1")
ROOT = MessageRef(CHANNEL, "100.1")
THREAD = Place(Platform.SLACK, "T1", "C1", "100.1")
AKI = UserRef(Platform.SLACK, "T1", "U1")
BEN = UserRef(Platform.SLACK, "T1", "U2")


@asynccontextmanager
async def unit(db: Database, community: str = "c1") -> AsyncIterator[Unit]:
    async with db.writing() as conn:
        await conn.run_sync(metadata.create_all)
        open_unit = Unit(conn, community, NOW)
        yield open_unit
        await open_unit.flush()


def question(asker: int | None = 1, root: MessageRef | None = ROOT) -> Question:
    return Question(
        asker=asker,
        account=AKI,
        via=Via.CHANNEL,
        title="Webhooks twice?",
        text="Why do webhooks come twice?",
        asked_at=NOW,
        root=root,
        thread=THREAD,
    )


async def test_a_question_is_stored_once_per_message_and_found_again(database: Database) -> None:
    async with unit(database) as db:
        stored = await db.questions.add(question())
        assert stored
        assert await db.questions.add(question()) is None
        assert await db.questions.by_root(ROOT) == stored
        assert await db.questions.in_thread(THREAD) == stored
        assert await db.questions.in_thread(CHANNEL) is None
        assert await db.questions.asked_by(1, living=True) == [stored]
    async with unit(database, "another") as db:
        assert await db.questions.get(stored.id) is None


async def test_how_a_question_stands_is_kept_whole(database: Database) -> None:
    async with unit(database) as db:
        stored = await db.questions.add(question())
        assert stored
        message = QuestionMessage(question=stored.id, member=2, ref=MessageRef(THREAD, "101.1"), text="Ids!", at=NOW)
        row = await db.questions.add_message(message)
        assert row
        assert await db.questions.add_message(message) is None
        answered = reply(stored, 2, NOW + timedelta(minutes=9))
        assert answered
        solved = solve(answered.question, 1, NOW + timedelta(minutes=10), row)
        assert solved
        await db.questions.save(solved.question)
    async with unit(database) as db:
        again = await db.questions.get(stored.id)
        assert again == solved.question
        assert again.state is QuestionState.SOLVED
        assert await db.questions.messages(stored.id) == [replace(message, id=row)]
        assert await db.questions.solved_since(NOW) == [again]
        assert await db.questions.living() == []
        assert await db.questions.solved_since(NOW + timedelta(days=1)) == []


async def test_a_new_question_is_among_those_that_wait_however_many_wait_already(database: Database) -> None:
    async with unit(database) as db:
        for n in range(7):
            root = MessageRef(CHANNEL, f"{n}.0")
            asked = await db.questions.add(replace(question(), root=root, asked_at=NOW + timedelta(hours=n)))
            assert asked
            if n == 5:
                answered = reply(asked, 2, NOW + timedelta(hours=6))
                assert answered
                await db.questions.save(answered.question)
    async with unit(database) as db:
        newest = await db.questions.unanswered(NOW, NOW + timedelta(hours=6), limit=3)
        assert [q.root.id for q in newest if q.root] == ["6.0", "4.0", "3.0"], "the answered one takes no place"
        until_five = await db.questions.unanswered(NOW, NOW + timedelta(hours=5))
        assert [q.root.id for q in until_five if q.root] == ["4.0", "3.0", "2.0", "1.0"]


async def test_nobody_is_invited_twice_to_one_question(database: Database) -> None:
    async with unit(database) as db:
        stored = await db.questions.add(question())
        ben = await db.people.ensure(BEN, "Ben", NOW)
        assert stored
        invitation = Invitation(
            question=stored.id, member=ben.id, account=BEN, round=1, reason={"kind": "solved", "n": 2}, asked_at=NOW
        )
        first = await db.invitations.add(invitation)
        assert first
        assert await db.invitations.add(invitation) is None
        assert await db.invitations.about(stored.id) == [replace(invitation, id=first)]
        assert await db.invitations.busy() == {ben.id}
        await db.invitations.settle(first, InvitationState.PASSED, NOW)
        assert await db.invitations.busy() == set()
        assert await db.invitations.asked_since(NOW) == {ben.id: [NOW]}
        await db.invitations.pause(ben.id, NOW + timedelta(days=7))
        assert set(await db.invitations.paused(NOW)) == {ben.id}
        assert await db.invitations.paused(NOW + timedelta(days=7)) == {}
        await db.invitations.opt_out(ben.id, ROUTING, NOW)
        await db.invitations.opt_out(ben.id, ROUTING, NOW)
        assert await db.invitations.opted_out(ROUTING) == {ben.id}
        await db.invitations.opt_in(ben.id, ROUTING)
        assert await db.invitations.opted_out(ROUTING) == set()


async def test_an_idea_counts_each_supporter_once(database: Database) -> None:
    async with unit(database) as db:
        aki, ben = await db.people.ensure(AKI, "Aki", NOW), await db.people.ensure(BEN, "Ben", NOW)
        idea = Idea(member=aki.id, account=AKI, root=ROOT, text="A dark theme", noted_at=NOW, changed_at=NOW)
        new_id = await db.ideas.add(idea)
        assert new_id
        assert await db.ideas.add(idea) is None
        assert await db.ideas.support(new_id, ben.id, NOW)
        assert not await db.ideas.support(new_id, ben.id, NOW)
        assert await db.ideas.supporters(new_id) == [ben.id]
        await db.ideas.decide(new_id, IdeaState.SHIPPED, "Here it is.", NOW + timedelta(days=1))
        assert [i.note for i in await db.ideas.all(IdeaState.SHIPPED)] == ["Here it is."]
        await db.ideas.withdraw_support(new_id, ben.id)
        assert await db.ideas.supporters(new_id) == []


async def test_who_is_erased_leaves_no_word_behind(database: Database) -> None:
    async with unit(database) as db:
        aki, ben = await db.people.ensure(AKI, "Aki", NOW), await db.people.ensure(BEN, "Ben", NOW)
        mine = await db.questions.add(question(aki.id))
        theirs = await db.questions.add(question(ben.id, MessageRef(CHANNEL, "200.1")))
        assert mine
        assert theirs
        said = QuestionMessage(question=theirs.id, member=aki.id, ref=MessageRef(THREAD, "9"), text="secret", at=NOW)
        await db.questions.add_message(said)
        await db.ideas.add(Idea(member=aki.id, account=AKI, root=ROOT, text="secret", noted_at=NOW, changed_at=NOW))
        assert await db.questions.answered_by(aki.id) == [theirs.id]
        await db.questions.forget(aki.id)
        await db.ideas.forget(aki.id)
    async with unit(database) as db:
        left = await db.questions.get(mine.id)
        assert left
        assert (left.asker, left.account, left.title, left.text) == (None, None, "", "")
        for table in ("questions", "question_messages", "ideas"):
            rows = (await db.conn.execute(sa.select(metadata.tables[table]))).all()
            assert rows
            assert not any("secret" in str(row) for row in rows)
        assert [m.member for m in await db.questions.messages(theirs.id)] == [None]
