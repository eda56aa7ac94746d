"""Peers are invited in private, a few at a time; then the topic's group is called, then the moderators are told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from chat.answers import Redraw
from chat.effects import DirectMessage, Effect, Post, RedrawPost
from chat.ids import PlaceInfo, UserRef, Workspace
from chat.text import BadgeMention
from community.config import QuestionSettings
from community.questions.life import Question, QuestionState, Search, reply
from community.signals import TimerDue
from handlers.context import Context
from handlers.questions.steps import take_step
from handlers.questions.withdraw import INVITE
from storage.questions.invitations import Invitation, InvitationState
from tests.handlers.questions.asked import again, ask, within
from tests.handlers.questions.asking import Closed
from tests.handlers.stage import DISCORD, GOOD, SLACK, START, Obedient, Stage, card_of, text_of

Build = Callable[..., Awaitable[Stage]]
SOON, LATER = timedelta(minutes=11), timedelta(hours=4, minutes=1)
SETTINGS = QuestionSettings(exploration=0)


async def knows(stage: Stage, name: str, home: Workspace = SLACK, **told: object) -> UserRef:
    """Let somebody join who says that they can help with operations."""
    user = await stage.joins(name, home, **told)
    member = await stage.member(user)
    await stage.sends(user, f"about:{member}", {**GOOD, "consent": "no"})
    stage.sent.clear()
    return user


async def asked(stage: Stage, home: Workspace = SLACK, *, anonymous: bool = False) -> Question:
    """Let a newcomer ask about operations, and their card reach its channel."""
    question = await ask(stage, await stage.joins("asker", home), topic="ops", anonymous=anonymous)
    stage.sent.clear()
    return question


def invitations(stage: Stage) -> dict[UserRef, DirectMessage]:
    """Return the private messages since the last look, by who got them."""
    return {dm.user: dm for dm in stage.took(DirectMessage) if "Could you help" in text_of(dm)}


async def states(stage: Stage, question: Question) -> list[InvitationState]:
    found = await stage.look(lambda db: db.invitations.about(question.id))
    assert isinstance(found, list)
    return [i.state for i in found if isinstance(i, Invitation)]


async def answers(stage: Stage, question: Question, user: UserRef) -> None:
    """Let somebody's answer be recognised."""

    async def note(ctx: Context) -> None:
        stands = await ctx.db.questions.get(question.id)
        member = await ctx.db.people.by_user(user)
        assert stands
        assert member
        change = reply(stands, member.id, ctx.now)
        assert change
        await take_step(ctx, change, key=stage.key())

    await within(stage, note)


def redrawn(stage: Stage, key: str) -> list[str]:
    """Return what now stands in place of an invitation."""
    found: list[Effect] = [e for e in stage.sent if isinstance(e, RedrawPost) and key in repr(e.target)]
    return [text_of(e) for e in found]


@pytest.mark.parametrize("home", [SLACK, DISCORD])
async def test_two_peers_are_invited_in_private_with_the_reason_and_the_way_out(build: Build, home: Workspace) -> None:
    stage = await build(questions=SETTINGS)
    people = [await knows(stage, name, home) for name in ("ben", "cho", "dai")]
    await asked(stage, home)
    await stage.passes(timedelta(minutes=9))
    assert invitations(stage) == {}
    await stage.passes(timedelta(minutes=2))
    got = invitations(stage)
    assert len(got) == 2
    assert set(got) < set(people)
    for dm in got.values():
        shown = text_of(dm)
        for words in (
            "Could you help with a question?",
            "@asker asks:",
            "Since Monday every webhook reaches us twice.",
            "you said that you can help with Operations",
            "I'll answer",
            "Pass",
            "Not this week",
            "Passing is always fine.",
        ):
            assert words in shown, words
    assert await stage.facts("invitation.offered") == ["invitation.offered"] * 2


async def test_a_timer_that_rings_twice_invites_once(build: Build) -> None:
    stage = await build(questions=SETTINGS)
    for name in ("ben", "cho", "dai", "eri"):
        await knows(stage, name)
    question = await asked(stage)
    ring = TimerDue(key="t", at=stage.now, kind=INVITE, subject=str(question.id))
    await stage.happens(ring)
    await stage.happens(ring)
    assert len(invitations(stage)) == 2


async def test_who_asks_without_a_name_is_not_named_to_peers(build: Build) -> None:
    stage = await build(questions=SETTINGS)
    await knows(stage, "ben")
    await asked(stage, anonymous=True)
    await stage.passes(SOON)
    (dm,) = invitations(stage).values()
    assert "Somebody asks, without a name:" in text_of(dm)
    assert "asker" not in text_of(dm)


async def test_a_peer_of_the_other_platform_gets_a_link(build: Build) -> None:
    stage = await build(questions=SETTINGS)
    ben = await knows(stage, "ben", DISCORD)
    await asked(stage, SLACK)
    await stage.passes(SOON)
    assert set(invitations(stage)) == {ben}


async def test_yes_takes_the_question_up_and_takes_the_other_invitation_back(build: Build) -> None:
    stage = await build(questions=SETTINGS)
    await knows(stage, "ben")
    await knows(stage, "cho")
    question = await asked(stage)
    await stage.passes(SOON)
    (first, dm), (_, _) = invitations(stage).items()
    answer = await stage.presses(first, dm.card, "inv_yes")
    assert "A guess or a pointer is plenty" in text_of(answer)
    assert "on it, too" not in text_of(answer)
    assert (await again(stage, question.id)).state is QuestionState.BEING_ANSWERED
    assert await states(stage, question) == [InvitationState.ACCEPTED, InvitationState.WITHDRAWN]
    assert "Somebody has taken this question up" in "".join(redrawn(stage, "invite:2"))
    await answers(stage, question, first)
    assert (await states(stage, question))[0] is InvitationState.ANSWERED
    assert await stage.facts("invitation.accepted", "invitation.withdrawn", "invitation.answered") == [
        "invitation.accepted",
        "invitation.withdrawn",
        "invitation.answered",
    ]
    stage.sent.clear()
    await stage.passes(timedelta(days=3))
    assert [dm for dm in stage.took(DirectMessage) if "Could you" in text_of(dm)] == []


async def test_who_passes_is_replaced_at_once_and_who_is_silent_when_their_time_is_over(build: Build) -> None:
    stage = await build(questions=SETTINGS)
    people = [await knows(stage, name) for name in ("ben", "cho", "dai", "eri")]
    question = await asked(stage)
    await stage.passes(SOON)
    first = invitations(stage)
    who, dm = next(iter(first.items()))
    answer = await stage.presses(who, dm.card, "inv_no")
    assert "No problem." in text_of(answer)
    await stage.passes(timedelta(0))
    second = invitations(stage)
    assert len(second) == 1
    assert not set(second) & set(first)
    await stage.passes(LATER)
    assert InvitationState.SILENT in await states(stage, question)
    assert "If you still want to answer" in "".join(redrawn(stage, "invite:"))
    third = invitations(stage)
    assert set(first) | set(second) | set(third) == set(people)
    assert len(await states(stage, question)) == 4


async def test_a_late_yes_is_still_welcome(build: Build) -> None:
    stage = await build(questions=SETTINGS)
    await knows(stage, "ben")
    question = await asked(stage)
    await stage.passes(SOON)
    ((ben, dm),) = invitations(stage).items()
    await stage.passes(LATER)
    assert await states(stage, question) == [InvitationState.SILENT]
    await stage.presses(ben, dm.card, "inv_yes")
    assert (await again(stage, question.id)).state is QuestionState.BEING_ANSWERED


async def test_not_this_week_is_a_week(build: Build) -> None:
    stage = await build(questions=SETTINGS)
    await knows(stage, "ben")
    await asked(stage)
    await stage.passes(SOON)
    ((ben, dm),) = invitations(stage).items()
    assert "I ask you nothing until Fri, 11 Dec 2026" in text_of(await stage.presses(ben, dm.card, "inv_pause"))
    await stage.passes(timedelta(days=6))
    await ask(stage, await stage.joins("bob"), topic="ops")
    await stage.passes(SOON)
    assert ben not in invitations(stage)
    await stage.passes(timedelta(days=1))
    await ask(stage, await stage.joins("cat"), topic="ops", text="And what about Tuesday?")
    await stage.passes(SOON)
    assert ben in invitations(stage)


async def test_never_again_holds_until_the_member_wants_it_again(build: Build) -> None:
    stage = await build(questions=SETTINGS)
    await knows(stage, "ben")
    await asked(stage)
    await stage.passes(SOON)
    ((ben, dm),) = invitations(stage).items()
    passed = await stage.presses(ben, dm.card, "inv_no")
    stopped = await stage.presses(ben, card_of(passed), "inv_stop")
    me = await stage.types(ben, "tsudoi", "me")
    assert "Questions of others: I don't ask you" in text_of(me)
    await ask(stage, await stage.joins("bob"), topic="ops")
    await stage.passes(SOON)
    assert ben not in invitations(stage)
    await stage.presses(ben, card_of(stopped), "route_on")
    me = await stage.types(ben, "tsudoi", "me")
    assert "Questions of others: I may ask you" in text_of(me)
    await ask(stage, await stage.joins("cat"), topic="ops", text="And what about Tuesday?")
    await stage.passes(SOON)
    assert ben in invitations(stage)
    off = await stage.presses(ben, card_of(me), "route_off")
    assert isinstance(off, Redraw)
    assert "Questions of others: I don't ask you" in text_of(off)


async def test_nobody_presses_anothers_invitation(build: Build) -> None:
    stage = await build(questions=SETTINGS)
    await knows(stage, "ben")
    question = await asked(stage)
    await stage.passes(SOON)
    ((_, dm),) = invitations(stage).items()
    eve = await stage.joins("eve")
    for name in ("inv_yes", "inv_no", "inv_pause"):
        assert "for somebody else" in text_of(await stage.presses(eve, dm.card, name))
    for raw in ("inv_stop:1", "inv_yes:9999", "inv_yes:x", "inv_no"):
        assert "for somebody else" in text_of(await stage.acts(eve, raw))
    assert await states(stage, question) == [InvitationState.OFFERED]


async def test_nobody_is_invited_at_night_and_the_good_ones_are_waited_for(build: Build) -> None:
    stage = await build(questions=SETTINGS)
    await knows(stage, "ben")
    stage.now = datetime(2026, 12, 4, 14, 0, tzinfo=UTC)  # eleven in the evening in Tokyo
    await asked(stage)
    await stage.passes(timedelta(hours=8, minutes=59))
    assert invitations(stage) == {}
    await stage.passes(timedelta(minutes=1))
    assert len(invitations(stage)) == 1


async def test_a_promise_is_reminded_of_once_then_the_search_goes_on(build: Build) -> None:
    stage = await build(questions=SETTINGS)
    await knows(stage, "ben")
    await knows(stage, "cho")
    await knows(stage, "dai")
    question = await asked(stage)
    await stage.passes(SOON)
    (first, dm), _ = invitations(stage).items()
    await stage.presses(first, dm.card, "inv_yes")
    await stage.passes(LATER)
    (reminder,) = stage.took(DirectMessage)
    assert reminder.user == first
    assert "You said that you would answer this one" in text_of(reminder)
    assert (await again(stage, question.id)).state is QuestionState.BEING_ANSWERED
    await stage.passes(timedelta(hours=20))
    assert (await again(stage, question.id)).state is QuestionState.BEING_ANSWERED or invitations(stage)
    assert (await states(stage, question))[0] is InvitationState.SILENT
    assert await stage.facts("question.given_back") == ["question.given_back"]


async def test_a_promise_that_cannot_be_kept_is_given_back(build: Build) -> None:
    stage = await build(questions=SETTINGS)
    for name in ("ben", "cho", "dai"):
        await knows(stage, name)
    question = await asked(stage)
    await stage.passes(SOON)
    (first, dm), _ = invitations(stage).items()
    accepted = await stage.presses(first, dm.card, "inv_yes")
    await stage.presses(first, card_of(accepted), "inv_no")
    assert (await again(stage, question.id)).state is QuestionState.OPEN
    await stage.passes(timedelta(0))
    assert len(invitations(stage)) == 1


@pytest.mark.parametrize("home", [SLACK, DISCORD])
async def test_then_the_topics_group_is_called_by_day_and_the_moderators_are_told(
    build: Build, home: Workspace
) -> None:
    stage = await build(questions=SETTINGS)
    question = await asked(stage, home)
    await stage.passes(SOON)
    (call,) = [post for post in stage.took(Post) if post.place.thread]
    badge = "ops-people" if home == SLACK else "ops"
    assert call.card.notify_badges == (badge,)
    assert any(isinstance(span, BadgeMention) for part in call.card.parts for span in getattr(part, "text").spans)  # noqa: B009 - parts differ
    assert (await again(stage, question.id)).search is Search.GROUP
    await stage.passes(LATER)
    (told,) = stage.took(Post)
    assert told.place.channel == "C-moderators"
    assert (await again(stage, question.id)).search is Search.STAFF


async def test_the_group_is_not_called_in_the_evening(build: Build) -> None:
    stage = await build(questions=SETTINGS)
    stage.now = datetime(2026, 12, 4, 12, 0, tzinfo=UTC)  # nine in the evening in Tokyo
    await asked(stage)
    await stage.passes(datetime(2026, 12, 4, 23, 59, tzinfo=UTC))
    assert [post for post in stage.took(Post) if post.place.thread] == []
    await stage.passes(datetime(2026, 12, 5, 0, 0, tzinfo=UTC))
    assert len([post for post in stage.took(Post) if post.place.thread]) == 1


async def test_after_the_rounds_no_more_peers_are_asked(build: Build) -> None:
    stage = await build(questions=QuestionSettings(exploration=0, rounds=1, invite_at_once=1))
    for name in ("ben", "cho", "dai"):
        await knows(stage, name)
    question = await asked(stage)
    await stage.passes(SOON)
    ((ben, dm),) = invitations(stage).items()
    await stage.presses(ben, dm.card, "inv_no")
    await stage.passes(timedelta(0))
    assert len(invitations(stage)) == 1, "who passes is replaced"
    await stage.passes(LATER)
    assert invitations(stage) == {}, "who is silent is not, in the last round"
    assert (await again(stage, question.id)).search is Search.GROUP


async def test_who_cannot_be_reached_is_passed_over_and_not_counted(build: Build) -> None:
    stage = await build(questions=SETTINGS)
    ben, cho, dai = [await knows(stage, name) for name in ("ben", "cho", "dai")]
    stage.refuses = lambda effect: isinstance(effect, DirectMessage) and effect.user == ben
    question = await asked(stage)
    await stage.passes(SOON)
    assert set(invitations(stage)) == {cho, dai}
    assert InvitationState.UNREACHED in await states(stage, question)
    member = await stage.member(ben)
    assert member not in dict(await stage.look(lambda db: db.invitations.asked_since(START)))  # type: ignore[call-overload]


async def test_an_invited_member_who_leaves_is_replaced(build: Build) -> None:
    stage = await build(questions=SETTINGS)
    for name in ("ben", "cho", "dai"):
        await knows(stage, name)
    question = await asked(stage)
    await stage.passes(SOON)
    first = invitations(stage)
    gone, stays = first
    await stage.leaves(gone)
    await stage.passes(timedelta(0))
    assert len(invitations(stage)) == 1
    await stage.presses(stays, first[stays].card, "inv_yes")
    await stage.leaves(stays)
    assert (await again(stage, question.id)).state is QuestionState.OPEN


async def test_nobody_is_invited_for_who_has_left_or_has_been_answered(build: Build) -> None:
    stage = await build(questions=SETTINGS)
    ben = await knows(stage, "ben")
    question = await asked(stage)
    await answers(stage, question, ben)
    other = await ask(stage, await stage.joins("bob"), topic="ops", text="And what about Tuesday?")
    assert other.account
    await stage.leaves(other.account)
    stage.sent.clear()
    await stage.passes(timedelta(days=1))
    assert [dm for dm in stage.took(DirectMessage) if dm.user == ben] == []


async def test_a_question_asked_at_once_by_many_does_not_fall_on_one(build: Build) -> None:
    stage = await build(questions=SETTINGS)
    people = [await knows(stage, f"p{n}") for n in range(4)]
    for n in range(4):
        await ask(stage, await stage.joins(f"asker{n}"), topic="ops", text=f"What about number {n}?")
    await stage.passes(SOON)
    got = [dm.user for dm in stage.took(DirectMessage) if "Could you" in text_of(dm)]
    assert set(people) <= set(got)
    assert len(got) == len(set(got)), "nobody has two invitations to look at"


async def test_a_peers_first_chance_comes_with_its_reason(build: Build) -> None:
    stage = await build(questions=QuestionSettings(exploration=1, invite_at_once=1))
    quiet = await stage.joins("quiet")
    await stage.says(quiet, "good morning")
    await ask(stage, await stage.joins("asker"), topic=None)
    stage.sent.clear()
    await stage.passes(SOON)
    got = invitations(stage)
    assert set(got) == {quiet}
    assert "I have not asked you before" in text_of(got[quiet])


async def test_the_whole_search_on_postgresql(postgres_store: str) -> None:
    stage = await Stage.build(postgres_store, questions=SETTINGS)
    try:
        for name in ("ben", "cho", "dai"):
            await knows(stage, name)
        question = await asked(stage)
        await stage.passes(SOON)
        (first, dm), (second, other) = invitations(stage).items()
        await stage.presses(first, dm.card, "inv_pause")
        await stage.presses(second, other.card, "inv_yes")
        assert (await again(stage, question.id)).state is QuestionState.BEING_ANSWERED
        await answers(stage, question, second)
        assert await states(stage, question) == [InvitationState.PAUSED, InvitationState.ANSWERED]
    finally:
        await stage.db.close()


class ClosedForum(Obedient):
    """A directory whose question channel is a forum that not everybody can read."""

    def place(self, workspace: Workspace, name: str) -> PlaceInfo | None:
        found = super().place(workspace, name)
        hidden = found is not None and found.name == "questions"
        return msgspec.structs.replace(found, kind="forum", closed=True) if hidden and found else found


@pytest.mark.parametrize("directory", [Closed, ClosedForum])
async def test_what_is_asked_in_a_closed_channel_is_told_to_nobody_who_was_never_there(
    build: Build, directory: type[Obedient]
) -> None:
    stage = await build(questions=SETTINGS)
    await knows(stage, "ben")
    cho = await knows(stage, "cho")
    stage.directory = directory()
    await stage.says(cho, "Good morning!", channel="questions")
    stage.sent.clear()
    await asked(stage)
    await stage.passes(SOON)
    assert set(invitations(stage)) == {cho}
    await stage.passes(timedelta(days=2))
    assert {dm.user for dm in stage.took(DirectMessage)} <= {cho}
