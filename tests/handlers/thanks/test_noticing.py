"""Thanks that are noticed: a reaction, and words whose writer is asked in private."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from chat.card import Card
from chat.effects import DirectMessage, Effect, Post, React
from chat.events import MessagePosted
from chat.ids import MessageRef, Place, UserRef, Workspace
from community.thanks.giving import State, Way
from storage.people.members import PeopleStore
from tests.handlers.questions.asked import again, ask
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, text_of
from tests.handlers.thanks.thanking import is_shy, reacts, spot, stored, thank

BOTH = pytest.mark.parametrize("workspace", [SLACK, DISCORD])
SAID = pytest.mark.parametrize("text", ["Thank you so much, that helped!", "ありがとうございます！助かりました。"])


def hints(stage: Stage) -> list[Effect]:
    """Return the private questions that were asked."""
    asked = [*stage.sent]
    stage.sent.clear()
    return [e for e in asked if isinstance(e, Post | DirectMessage) and "thanks_yes" in str(e.card)]


async def quotes(stage: Stage, user: UserRef, text: str, ref: MessageRef, author: UserRef | None) -> MessageRef:
    """Let somebody answer a message where it stands, by quoting it."""
    said = MessageRef(ref.place, stage.key())
    event = MessagePosted(
        key=stage.key(), at=stage.now, workspace=user.home, message=said, author=user, author_name=user.id,
        text=text, reply_to=ref.id, reply_to_author=author,
    )  # fmt: skip
    await stage.happens(event)
    return said


async def two(stage: Stage, workspace: Workspace = SLACK) -> tuple[UserRef, UserRef]:
    aki, ben = await stage.joins("aki", workspace), await stage.joins("ben", workspace)
    stage.sent.clear()
    return aki, ben


def only(found: list[Effect]) -> Card:
    (hint,) = found
    return card_of(hint)


# ---- a reaction


@BOTH
async def test_the_reaction_counts_once_without_a_word_and_goes_with_it(stage: Stage, workspace: Workspace) -> None:
    aki, ben = await two(stage, workspace)
    ref = await stage.says(ben, "Here is how it works.")
    await reacts(stage, aki, ref, ben, "🙏🏽")
    await reacts(stage, aki, ref, ben)
    (given,) = await stored(stage, aki)
    assert (given.state, given.way, given.about) == (State.GIVEN, Way.REACTION, ref)
    assert stage.sent == [], "the reaction is its own news"
    assert await stage.facts("thanks.given") == ["thanks.given"]
    await reacts(stage, aki, ref, None, on=False)
    assert [thanks.state for thanks in await stored(stage, aki)] == [State.WITHDRAWN]
    await reacts(stage, aki, ref, ben)
    assert [thanks.state for thanks in await stored(stage, aki)] == [State.GIVEN]
    kinds = await stage.facts("thanks.given", "thanks.withdrawn")
    assert kinds == ["thanks.given", "thanks.withdrawn", "thanks.given"]


@BOTH
async def test_reactions_that_are_no_thanks(stage: Stage, workspace: Workspace) -> None:
    aki, ben = await two(stage, workspace)
    robot = await stage.joins("robot", workspace, is_bot=True)
    ref = await stage.says(ben, "Here is how it works.")
    itself = UserRef(workspace.platform, workspace.id, f"{workspace.platform}bot")
    await reacts(stage, aki, ref, ben, "👍")
    await reacts(stage, ben, ref, ben)
    await reacts(stage, robot, ref, ben)
    await reacts(stage, itself, ref, ben)
    await reacts(stage, aki, ref, None)
    await reacts(stage, aki, MessageRef(ref.place, "bots"), robot)
    await reacts(stage, aki, MessageRef(ref.place, "its"), itself)
    await reacts(stage, aki, MessageRef(ref.place, "whose"), UserRef(workspace.platform, workspace.id, "Unobody"))
    assert await stage.facts("thanks.given") == []


async def test_the_reaction_can_be_another_or_none(stage: Stage) -> None:
    aki, ben = await two(stage)
    ref = await stage.says(ben, "Here is how it works.")
    for reaction, emoji, n in ((":kansha:", "kansha", 1), ("", "🙏", 0), ("pray", "🙏", 1)):
        stage.settings = msgspec.structs.replace(
            stage.settings, thanks=msgspec.structs.replace(stage.settings.thanks, reaction=reaction)
        )
        await reacts(stage, aki, ref, ben, emoji)
        assert len([t for t in await stored(stage, aki) if t.state is State.GIVEN]) == n, reaction
        await reacts(stage, aki, ref, ben, emoji, on=False)


async def test_with_a_second_account_one_still_thanks_nobody_but_oneself(stage: Stage) -> None:
    aki, other = await stage.joins("aki"), await stage.joins("aki", DISCORD)
    async with stage.db.writing() as conn:
        member = await PeopleStore(conn, stage.settings.id).by_user(aki)
        assert member
        await conn.exec_driver_sql(f"UPDATE accounts SET member_id = {member.id} WHERE user_id = '{other.id}'")  # noqa: S608 - a number of ours
    ref = await stage.says(aki, "Here is how it works.")
    await reacts(stage, other, ref, aki)
    assert "That is you" in text_of(await thank(stage, other, f"<@{other.id}>", "me"))
    assert await stage.facts("thanks.given") == []


async def test_reactions_never_use_up_what_may_be_said(stage: Stage) -> None:
    aki = await stage.joins("aki")
    others = [await stage.joins(f"other{n}") for n in range(7)]
    for other in others:
        await reacts(stage, aki, await stage.says(other, "Here is how it works."), other)
    assert await stage.facts("thanks.given") == ["thanks.given"] * 5
    stage.sent.clear()
    await thank(stage, aki, others[0].id, "the tea")
    assert len(stage.took(Post)) == 1


# ---- words


@BOTH
@SAID
async def test_words_to_somebody_count_when_their_writer_says_so(stage: Stage, workspace: Workspace, text: str) -> None:
    aki, ben = await two(stage, workspace)
    ref = await stage.says(ben, "Here is how it works.")
    said = await stage.says(aki, text, to=ref, mentions=(ben,))
    (hint,) = hints(stage)
    if workspace is SLACK:
        assert isinstance(hint, Post)
        assert (hint.only_for, hint.place) == (aki, said.place)
    else:
        assert isinstance(hint, DirectMessage)
        assert hint.user == aki
    assert "your thanks to @ben?" in text_of(hint)
    assert [t.state for t in await stored(stage, aki)] == [State.NOTICED]
    assert "somebody else" in text_of(await stage.presses(ben, card_of(hint), "thanks_yes"))
    assert "Noted" in text_of(await stage.presses(aki, card_of(hint), "thanks_yes"))
    assert "Noted" in text_of(await stage.presses(aki, card_of(hint), "thanks_yes"))
    assert await stage.facts("thanks.noticed", "thanks.given") == ["thanks.noticed", "thanks.given"]
    assert stage.took(React) == [React(said, "🙏")]


async def test_the_question_is_asked_in_the_writers_language(stage: Stage) -> None:
    aki, ben = await stage.joins("aki", locale="ja"), await stage.joins("ben")
    stage.sent.clear()
    await stage.says(aki, "ありがとうございます！", mentions=(ben,))
    assert "@benさんへのお礼として記録しますか？" in text_of(only(hints(stage)))


async def test_who_is_quoted_is_thanked_for_that_message_once(stage: Stage) -> None:
    aki, ben = await two(stage, DISCORD)
    ref = await stage.says(ben, "Here is how it works.")
    await quotes(stage, aki, "Thanks a lot!", ref, ben)
    card = only(hints(stage))
    await reacts(stage, aki, ref, ben)
    assert await stage.facts("thanks.given") == ["thanks.given"]
    assert "Noted" in text_of(await stage.presses(aki, card, "thanks_yes"))
    await quotes(stage, aki, "Thanks again!", ref, ben)
    assert hints(stage) == []
    assert await stage.facts("thanks.given") == ["thanks.given"]


@BOTH
async def test_in_a_thread_the_only_other_one_is_meant_and_of_two_nobody(stage: Stage, workspace: Workspace) -> None:
    aki, ben = await two(stage, workspace)
    cho = await stage.joins("cho", workspace)
    root = await stage.says(aki, "I wonder about the weather.")
    await stage.says(ben, "It will rain.", to=root)
    stage.sent.clear()
    await stage.says(aki, "Thank you!", to=root)
    assert "@ben" in text_of(only(hints(stage)))
    other = await stage.says(aki, "I wonder about the lunch.")
    await stage.says(ben, "Noodles.", to=other)
    await stage.says(cho, "Rice.", to=other)
    stage.sent.clear()
    await stage.says(aki, "Thank you!", to=other)
    assert hints(stage) == []


async def test_words_that_ask_nothing(stage: Stage) -> None:
    aki, ben = await two(stage)
    cho, robot = await stage.joins("cho"), await stage.joins("robot", is_bot=True)
    stage.sent.clear()
    for text, mentions in (
        ("Thanks in advance!", (ben,)),
        ("No thanks.", (ben,)),
        ("Thanks anyway, it still fails.", (ben,)),
        ("Hello!", (ben,)),
        ("Thank you!", ()),
        ("Thank you!", (ben, cho)),
        ("Thank you!", (robot,)),
        ("Thank you!", (aki,)),
        ("Thank you! " + "And then this happened. " * 100, (ben,)),
    ):
        await stage.says(aki, text, mentions=mentions)
        assert hints(stage) == [], text
    await stage.says(robot, "Thank you!", mentions=(ben,), by_bot=True)
    await stage.says(aki, "Thank you!", mentions=(ben,), direct=True)
    assert hints(stage) == []
    assert await stored(stage, aki) == []


async def test_what_is_heard_late_is_not_asked_about(stage: Stage) -> None:
    aki, ben = await two(stage)
    event = MessagePosted(
        key=stage.key(), at=stage.now - timedelta(hours=2), workspace=SLACK, message=MessageRef(spot(SLACK), "old"),
        author=aki, text="Thank you!", mentions=(ben,),
    )  # fmt: skip
    await stage.happens(event)
    assert hints(stage) == []


async def test_politeness_is_not_asked_about_all_day(stage: Stage) -> None:
    aki = await stage.joins("aki")
    others = [await stage.joins(f"other{n}") for n in range(4)]
    stage.sent.clear()
    for other in others:
        await stage.says(aki, "Thank you!", mentions=(other,))
    assert len(hints(stage)) == 2
    stage.now += timedelta(days=1)
    await stage.says(aki, "Thank you!", mentions=(others[3],))
    assert len(hints(stage)) == 1


async def test_no_and_never_again_are_kept(stage: Stage) -> None:
    aki, ben = await two(stage)
    ref = await stage.says(ben, "Here is how it works.")
    await stage.says(aki, "Thank you!", to=ref, mentions=(ben,))
    assert "nothing is noted" in text_of(await stage.presses(aki, only(hints(stage)), "thanks_no"))
    await stage.says(aki, "Thank you!", to=ref, mentions=(ben,))
    assert hints(stage) == []
    other = await stage.says(ben, "Here is more.")
    await stage.says(aki, "Thank you!", to=other, mentions=(ben,))
    await stage.presses(aki, only(hints(stage)), "thanks_hints")
    stage.now += timedelta(days=2)
    await stage.says(aki, "Thank you!", mentions=(ben,))
    assert hints(stage) == []
    assert await stage.facts("thanks.given") == []


async def test_what_nobody_confirms_lapses(stage: Stage) -> None:
    aki, ben = await two(stage)
    await stage.says(aki, "Thank you!", mentions=(ben,))
    card = only(hints(stage))
    await stage.passes(timedelta(days=3, minutes=1))
    assert await stored(stage, aki) == []
    assert "a while ago" in text_of(await stage.presses(aki, card, "thanks_yes"))
    assert await stage.facts("thanks.given") == []


async def test_who_is_shy_gets_no_mark_in_public(stage: Stage) -> None:
    aki, ben = await two(stage)
    await is_shy(stage, ben)
    await stage.says(aki, "Thank you!", mentions=(ben,))
    await stage.presses(aki, only(hints(stage)), "thanks_yes")
    assert stage.sent == []
    assert await stage.facts("thanks.given") == ["thanks.given"]


async def test_switched_off_nothing_is_noticed(stage: Stage) -> None:
    aki, ben = await two(stage)
    for change in ({"notice_words": False}, {"enabled": False}):
        stage.settings = msgspec.structs.replace(
            stage.settings, thanks=msgspec.structs.replace(stage.settings.thanks, **change)
        )
        await stage.says(aki, "Thank you!", mentions=(ben,))
        assert hints(stage) == []
    ref = await stage.says(ben, "Here is how it works.")
    await reacts(stage, aki, ref, ben)
    assert await stored(stage, aki) == []


# ---- in the thread of a question


async def _answered(stage: Stage, aki: UserRef, ben: UserRef, *, anonymous: bool = False) -> Place:
    question = await again(stage, (await ask(stage, aki, anonymous=anonymous)).id)
    assert question.root
    await stage.says(ben, "Set the time-out of the client to thirty seconds.", to=question.root, channel="questions")
    stage.sent.clear()
    return question.thread or question.root.place


@BOTH
async def test_thanks_to_an_answer_are_asked_about_after_whether_it_is_solved(
    stage: Stage, workspace: Workspace
) -> None:
    aki, ben = await two(stage, workspace)
    place = await _answered(stage, aki, ben)
    await stage.says(aki, "Thank you, that solved it!", to=MessageRef(place, place.thread or ""), channel="questions")
    assert hints(stage) == [], "one question at a time"
    await stage.passes(timedelta(minutes=11))
    assert "@ben" in text_of(only(hints(stage)))


async def test_who_asked_without_a_name_is_not_given_away(stage: Stage) -> None:
    aki, ben = await two(stage)
    place = await _answered(stage, aki, ben, anonymous=True)
    await stage.says(aki, "Thank you, that solved it!", to=MessageRef(place, place.thread or ""), channel="questions")
    await stage.passes(timedelta(minutes=11))
    assert hints(stage) == []
    assert await stored(stage, aki) == []
