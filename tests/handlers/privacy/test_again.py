"""Who is erased again after a restore: whoever waited for something of theirs goes on as soon as the bot starts."""

from __future__ import annotations

from datetime import timedelta

from chat.effects import Post, RedrawPost
from chat.ids import MessageRef, Place, UserRef
from community.questions.life import CloseReason, QuestionState
from community.seats.values import Answer as Rsvp
from community.seats.values import SeatKind
from storage.erasing.again import AGAIN, erase_marked
from storage.questions.ideas import Idea
from storage.unit import Unit
from tests.handlers.meetups.day import goes
from tests.handlers.meetups.planned import ledger_of, planned
from tests.handlers.membership.house import Make, applies, full, to
from tests.handlers.questions.asked import again, ask
from tests.handlers.stage import SLACK, Stage, text_of

SOON = timedelta(seconds=5)


async def of_no_team(_unit: Unit, _member: int) -> bool:
    return False


async def restored(stage: Stage, *gone: UserRef) -> int:
    """Let the store be one that was restored, with these people in it again."""
    async with stage.db.writing() as conn:
        unit = Unit(conn, stage.settings.id, stage.now)
        await unit.erased.add(gone, stage.now)
        await unit.flush()
        return await erase_marked(conn, stage.now, of_team=of_no_team)


async def due(stage: Stage, kind: str, subject: str | int = "-") -> object:
    return await stage.look(lambda db: db.timers.due_at(kind, subject))


async def test_a_seat_of_theirs_goes_to_who_waits_at_once(stage_on_both: Stage) -> None:
    stage = stage_on_both
    host, one, ben = [await stage.joins(name) for name in ("host", "one", "ben")]
    meetup = await planned(stage, {SeatKind.VENUE: 1}, organiser=host)
    await goes(stage, meetup, one, ben)
    stage.sent.clear()
    assert await restored(stage, one) == 1
    assert (await ledger_of(stage, meetup)).entries.keys() == {await stage.member(ben)}
    await stage.passes(SOON)
    entry = (await ledger_of(stage, meetup)).entries[await stage.member(ben)]
    assert (entry.seat, entry.answer) == (SeatKind.VENUE, Rsvp.GOING)
    assert any(isinstance(effect, RedrawPost) for effect in stage.sent)
    assert await due(stage, AGAIN) is None


async def test_what_only_they_ran_is_brought_to_the_moderators(stage_on_both: Stage) -> None:
    stage = stage_on_both
    one, two = await stage.joins("one"), await stage.joins("two")
    await planned(stage, {SeatKind.VENUE: 1}, organiser=one, title="Owls")
    await planned(stage, {SeatKind.VENUE: 1}, organiser=two, title="Larks")
    stage.sent.clear()
    await restored(stage, one)
    await stage.passes(SOON)
    told = [text_of(post) for post in stage.took(Post)]
    assert sum("nobody else runs it" in text and "Owls" in text for text in told) == 1
    assert not any("Larks" in text for text in told)


async def test_their_question_is_closed_and_one_they_had_taken_goes_on(stage_on_both: Stage) -> None:
    stage = stage_on_both
    one, ben = await stage.joins("one"), await stage.joins("ben")
    theirs, bens = await ask(stage, one, "Why do owls turn?"), await ask(stage, ben, "Why do larks sing?")
    await stage.acts(one, f"q_take:{bens.id}")
    assert (await again(stage, bens.id)).state is QuestionState.BEING_ANSWERED
    await restored(stage, one)
    await stage.passes(SOON)
    closed, open_ = await again(stage, theirs.id), await again(stage, bens.id)
    assert (closed.state, closed.close_reason, closed.text) == (QuestionState.CLOSED, CloseReason.LEFT, "")
    assert open_.state is QuestionState.OPEN
    assert open_.text


async def test_their_seat_in_the_community_is_offered_at_once(build: Make) -> None:
    stage, _ = await full(build)
    ben = await applies(stage, "Ben")
    stage.sent.clear()
    await restored(stage, UserRef(SLACK.platform, SLACK.id, "UAiko"))
    assert to(stage.sent, ben) == []
    await stage.passes(SOON)
    (offer,) = to(stage.sent, ben)
    assert "You can take it until" in text_of(offer)


async def test_an_idea_they_supported_is_drawn_without_them_and_nothing_follows_where_nobody_is_erased(
    stage_on_both: Stage,
) -> None:
    stage = stage_on_both
    one, ben = await stage.joins("one"), await stage.joins("ben")
    place = Place(SLACK.platform, SLACK.id, "C-general")
    for n, user in enumerate((ben, one)):
        root = MessageRef(place, f"{n}.0")
        await stage.uses_menu(ben, "idea", root, text=f"Feathers for all of them, {n}", author=user)
    found = await stage.look(lambda db: db.ideas.by_root(MessageRef(place, "0.0")))
    assert isinstance(found, Idea)
    await stage.acts(one, f"idea_up:{found.id}")
    await stage.passes(SOON)
    assert "Support (1)" in text_of([effect for effect in stage.sent if isinstance(effect, RedrawPost)][-1].card)
    stage.sent.clear()
    await restored(stage, one)
    await stage.passes(SOON)
    drawn = [text_of(effect.card) for effect in stage.sent if isinstance(effect, RedrawPost)]
    assert any("An idea by @ben" in text and "Support (0)" in text for text in drawn)
    assert any("An idea:" in text for text in drawn), "their own, without them"
    assert await stage.facts("member.erased") == ["member.erased"]
    assert await restored(stage) == 0
    assert await due(stage, AGAIN) is None
