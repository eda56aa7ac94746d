"""Who asked or answered is gone: from the community, or from everything that is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.effects import PostedAs, RedrawPost
from community.questions.life import CloseReason, QuestionState
from storage.questions.invitations import InvitationState
from storage.tables.core import metadata
from tests.handlers.questions.asked import WORDS, ask, within
from tests.handlers.questions.life import (
    FIX,
    OTHER,
    asked,
    facts_of,
    finds,
    invitation_states,
    invites,
    private_to,
    replies,
    stands,
)
from tests.handlers.stage import DISCORD, Stage, text_of

if TYPE_CHECKING:
    from handlers.context import Context
from handlers.privacy import erasing


async def test_what_nobody_has_answered_is_closed_when_its_asker_leaves(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await asked(stage, aki)
    await invites(stage, question, ben)
    await stage.leaves(aki)
    now = await stands(stage, question)
    assert (now.state, now.close_reason) == (QuestionState.CLOSED, CloseReason.LEFT)
    assert await invitation_states(stage, question) == [InvitationState.WITHDRAWN]
    assert any("is no longer here" in text_of(e) for e in stage.took(RedrawPost))


async def test_answers_stay_and_nobody_is_asked_whether_they_helped(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await asked(stage, aki)
    await replies(stage, ben, question)
    await stage.leaves(aki)
    stage.sent.clear()
    assert (await stands(stage, question)).state is QuestionState.ANSWERED
    await stage.passes(timedelta(days=30))
    await stage.acts(ben, f"q_solve:{question.id}")
    assert private_to(stage, aki) == []
    assert (await stands(stage, question)).state is QuestionState.ANSWERED


async def test_who_has_a_second_account_stays_the_asker_and_is_written_to_there(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    other = await stage.joins("aki2", DISCORD)
    question = await asked(stage, aki)
    async with stage.db.writing() as conn:
        accounts, members = metadata.tables["accounts"], metadata.tables["members"]
        mine = (await conn.execute(sa.select(accounts.c.member_id).where(accounts.c.user_id == other.id))).scalar_one()
        asker = await stage_member(conn, aki.id)
        await conn.execute(sa.update(accounts).where(accounts.c.member_id == mine).values(member_id=asker))
        await conn.execute(sa.delete(members).where(members.c.id == mine))
    await stage.leaves(aki)
    assert (await stands(stage, question)).state is QuestionState.OPEN
    stage.sent.clear()
    await replies(stage, ben, question)
    assert len(private_to(stage, other)) == 1
    await stage.acts(other, f"q_solve:{question.id}")
    assert (await stands(stage, question)).state is QuestionState.SOLVED


async def stage_member(conn: AsyncConnection, user_id: str) -> int:
    """Return the member behind an account, from the tables."""
    accounts = metadata.tables["accounts"]
    found = await conn.execute(sa.select(accounts.c.member_id).where(accounts.c.user_id == user_id))
    return int(found.scalar_one())


async def test_when_the_invited_one_leaves_the_search_goes_on(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await asked(stage, aki)
    await invites(stage, question, ben)
    await stage.leaves(ben)
    assert await invitation_states(stage, question) == [InvitationState.WITHDRAWN]
    assert await stage.look(lambda unit: unit.timers.due_at("question.invite", question.id)) == stage.now


async def test_when_who_took_it_up_leaves_it_is_open_again(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await asked(stage, aki)
    await stage.acts(ben, f"q_take:{question.id}")
    await stage.leaves(ben)
    assert (await stands(stage, question)).state is QuestionState.OPEN


async def test_of_two_who_promised_the_one_who_stays_is_named(stage: Stage) -> None:
    aki, ben, chie = [await stage.joins(name) for name in ("aki", "ben", "chie")]
    question = await asked(stage, aki)
    for user in (ben, chie):
        await stage.acts(user, f"q_take:{question.id}")
    stage.sent.clear()
    await stage.leaves(ben)
    assert (await stands(stage, question)).state is QuestionState.BEING_ANSWERED
    card = [e for e in stage.sent if isinstance(e, RedrawPost) and e.target == PostedAs(f"qthread:{question.id}")][-1]
    assert "chie is on it" in text_of(card)


# ---- erased


async def erase(stage: Stage, member: int) -> None:
    """Erase a member, as their confirmation does."""

    async def forget(ctx: Context) -> None:
        found = await ctx.db.people.by_id(member)
        assert found
        await erasing.erase(ctx, found, key="erasure:1")

    await within(stage, forget)


async def words_kept(stage: Stage, *words: str) -> list[str]:
    """Return the tables, and the rows, in which a word of somebody still stands."""
    found = []
    async with stage.db.reading() as conn:
        for table in metadata.sorted_tables:
            rows = (await conn.execute(sa.select(table))).all()
            found += [f"{table.name}: {row}" for row in rows if any(word in str(row) for word in words)]
    return found


async def test_who_is_erased_leaves_no_word_in_any_table(stage: Stage) -> None:
    aki, ben, chie = [await stage.joins(name) for name in ("aki", "ben", "chie")]
    member = await stage.member(aki)
    mine = await ask(stage, aki, "Why does Zanzibar blink?", 'My "zanzibar" lamp\nblinks: what can I do?')
    await replies(stage, ben, mine)
    await replies(stage, aki, mine, "The zanzibar lamp is blue, and thank you, that fixed it!")
    await stage.acts(aki, f"q_solve:{mine.id}")
    theirs = await ask(stage, ben)
    await replies(stage, aki, theirs, "Restart the zanzibar service.\nThen wait.")
    await replies(stage, chie, theirs, OTHER)
    await stage.acts(ben, f"q_yes:{theirs.id}:3")
    open_one = await ask(stage, aki, "How do I paint Zanzibar?", "It is a wall.")
    await invites(stage, open_one, chie)
    assert len(await words_kept(stage, "anzibar")) > 5
    assert sorted(await finds(stage, "zanzibar")) == [mine.id, theirs.id]
    kinds = ("question.asked", "question.answered", "question.solved", "question.thanked")
    facts = [(fact.kind, fact.at, fact.subject) for fact in await facts_of(stage, *kinds)]
    await erase(stage, member)
    assert await words_kept(stage, "anzibar") == []
    assert await finds(stage, "zanzibar") == []
    assert [(fact.kind, fact.at, fact.subject) for fact in await facts_of(stage, *kinds)] == facts
    left = await stands(stage, mine)
    assert (left.asker, left.account, left.title, left.state) == (None, None, "", QuestionState.SOLVED)
    kept = await stands(stage, theirs)
    assert (kept.text, kept.answer, kept.first_reply_by) == (WORDS, 3, None)
    assert await finds(stage, "webhook twice") == [theirs.id]
    assert (await stands(stage, open_one)).close_reason is CloseReason.LEFT
    assert await invitation_states(stage, open_one) == [InvitationState.WITHDRAWN]
    drawn = [text_of(e) for e in stage.sent if isinstance(e, RedrawPost)][-4:]
    assert not any("aki" in text or "anzibar" in text for text in drawn)


async def test_the_promise_of_who_is_erased_is_given_back(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await asked(stage, aki)
    await stage.acts(ben, f"q_take:{question.id}")
    await erase(stage, await stage.member(ben))
    assert (await stands(stage, question)).state is QuestionState.OPEN
    assert await stage.look(lambda unit: unit.timers.due_at("question.invite", question.id)) is not None


async def test_an_answerer_who_is_erased_leaves_a_question_that_still_works(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await ask(stage, aki)
    await replies(stage, ben, question)
    await erase(stage, await stage.member(ben))
    said = await stage.acts(aki, f"q_solve:{question.id}")
    assert "Solved" in text_of(said)
    assert (await stands(stage, question)).state is QuestionState.SOLVED
    assert await words_kept(stage, FIX) == []


async def test_an_erased_askers_question_can_still_be_settled_by_a_moderator(stage: Stage) -> None:
    aki, ben, boss = await stage.joins("aki"), await stage.joins("ben"), await stage.joins("boss", is_admin=True)
    question = await ask(stage, aki)
    await replies(stage, ben, question)
    await erase(stage, await stage.member(aki))
    await replies(stage, ben, question, OTHER)
    await stage.acts(ben, f"q_solve:{question.id}")
    assert (await stands(stage, question)).state is QuestionState.ANSWERED
    await stage.acts(boss, f"q_solve:{question.id}")
    assert (await stands(stage, question)).state is QuestionState.SOLVED


async def test_relays_to_who_asked_without_a_name_end_with_the_erasure(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await ask(stage, aki, anonymous=True)
    await replies(stage, ben, question)
    assert len(private_to(stage, aki)) == 1
    await erase(stage, await stage.member(aki))
    stage.sent.clear()
    await replies(stage, ben, question, OTHER)
    assert private_to(stage, aki) == []
