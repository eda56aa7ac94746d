"""Who wakes by asking how they stand is told once, by the answer; and a full lobby is told of a seat in one go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from chat.effects import DirectMessage, ShowHome
from chat.ids import UserRef
from community.membership.values import Standing
from handlers.membership.night import AWAKE, AWAKE_FOR
from storage.unit import Unit
from tests.handlers.membership.house import Make, comes, desk, full, leaves, to
from tests.handlers.membership.test_night import EIGHT, MIDNIGHT, application, at_midnight, declines
from tests.handlers.stage import SLACK, Stage, card_of, text_of


async def kept_at_night(build: Make) -> tuple[Stage, UserRef, UserRef]:
    """Keep a seat for Ben, who sleeps; Cho is the next."""
    stage, _, ben, cho = await at_midnight(build, SLACK)
    await leaves(stage, "Aiko")
    assert to(stage.sent, ben) == []
    return stage, ben, cho


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements about applications that go to the database."""
    found: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_more: object) -> None:
        if "applications" in statement or "timers" in statement or "lobby" in statement:
            found.append(statement)

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("verb", "then"),
    [("lobby_take", Standing.SEATED), ("lobby_pass", Standing.APPLIED), ("lobby_leave_yes", Standing.WITHDRAWN)],
)
async def test_a_sleeper_who_answers_from_the_home_tab_is_sent_no_offer(build: Make, verb: str, then: Standing) -> None:
    stage, ben, cho = await kept_at_night(build)
    home = next(effect.card for effect in stage.took(ShowHome) if effect.user == ben)
    if verb == "lobby_leave_yes":
        home = card_of(await stage.presses(ben, home, "lobby_leave"))
    await stage.presses(ben, home, verb)
    assert (await application(stage, ben)).standing is then
    await stage.passes(EIGHT + timedelta(minutes=5))
    assert not [card for card in to(stage.sent, ben) if "A seat for you" in text_of(card)]
    assert bool(to(stage.sent, cho)) is (then is not Standing.SEATED), "the seat that is let go is offered on"


@pytest.mark.parametrize("verb", ["lobby_take", "lobby_pass"])
async def test_an_offer_that_is_not_sent_yet_is_not_sent_once_it_is_answered(build: Make, verb: str) -> None:
    stage, ben, _ = await kept_at_night(build)
    await stage.passes(EIGHT + timedelta(minutes=1))
    one = await application(stage, ben)
    (offer,) = to(stage.sent, ben)
    key = f"lobby:{one.id}:offered:{int(stage.now.timestamp())}:private_post"  # the platform was away, it waits

    async def wait(unit: Unit) -> None:
        unit.outbox.add(DirectMessage(ben, offer), key=key, due=stage.now + timedelta(minutes=1), report=True)
        await unit.outbox.flush()

    await stage.look(wait)
    stage.sent.clear()
    await stage.presses(ben, offer, verb)
    await stage.passes(timedelta(minutes=5))
    assert not [card for card in to(stage.sent, ben) if "A seat for you" in text_of(card)]


async def test_a_sleeper_who_asks_for_the_place_gets_the_offer_as_the_answer(build: Make) -> None:
    stage, ben, _ = await kept_at_night(build)
    answer = await stage.types(ben, "tsudoi", "me")
    assert "You can take it until" in text_of(answer), "its time begins"
    assert "a seat is offered" in text_of(desk(stage.sent)[-1])
    again = await stage.presses(ben, card_of(await stage.presses(ben, card_of(answer), "lobby_leave")), "lobby_place")
    assert "You can take it until" in text_of(again)
    await stage.passes(EIGHT + timedelta(minutes=5))
    assert to(stage.sent, ben) == []
    assert (await application(stage, ben)).standing is Standing.OFFERED


async def test_a_sleeper_who_writes_to_the_bot_gets_one_card(build: Make) -> None:
    stage, ben, _ = await kept_at_night(build)
    await stage.says(ben, "are you there?", direct=True)
    (offer,) = to(stage.sent, ben)
    assert "You can take it until" in text_of(offer)
    await stage.says(ben, "and now?", direct=True)
    assert len(to(stage.sent, ben)) == 2, "whoever asks again is answered"


@pytest.mark.parametrize("how", ["me", "lobby_place", "lobby_apply"])
async def test_a_no_that_is_read_in_an_answer_does_not_come_again(build: Make, how: str) -> None:
    stage, moe, ben, _ = await at_midnight(build, SLACK)
    await declines(stage, moe, ben)
    stage.sent.clear()
    member = await stage.member(ben)
    answer = await stage.types(ben, "tsudoi", "me") if how == "me" else await stage.acts(ben, f"{how}:{member}")
    assert "Come in spring." in text_of(answer)
    assert "They read it at" not in text_of(desk(stage.sent)[-1])
    await stage.passes(EIGHT + timedelta(minutes=5))
    assert to(stage.sent, ben) == []


async def test_a_second_no_at_night_that_is_taken_back_does_not_hide_the_first_undo(build: Make) -> None:
    stage, moe, ben, _ = await at_midnight(build, SLACK)
    _, first = await declines(stage, moe, ben)
    await stage.passes(MIDNIGHT + timedelta(days=1))
    assert len(to(stage.sent, ben)) == 1, "the first was read by day"
    stage.sent.clear()
    await stage.presses(moe, card_of(first), "undo")
    for _ in range(2):
        _, again = await declines(stage, moe, ben)
        assert "reads it at Sun, 6 Dec, 08:00" in text_of(await stage.presses(moe, card_of(again), "undo"))
    await stage.passes(EIGHT + timedelta(days=1, minutes=5))
    (told,) = to(stage.sent, ben)
    assert "open again" in text_of(told)


async def test_a_full_lobby_is_told_of_a_free_seat_without_a_look_at_each(build: Make) -> None:
    looks: list[tuple[int, int]] = []
    for size in (2, 12):
        stage, moe = await full(build)
        waits = [await comes(stage, f"L{n}") for n in range(size)]
        preview = card_of(await stage.types(moe, "community", "waitlist", cap="3"))
        stage.sent.clear()
        with statements() as first:
            await stage.presses(moe, preview, "appl_cap_yes")
        assert all(len(to(stage.sent, user)) == 1 for user in waits)
        assert "A seat in Aozora is free now" in text_of(to(stage.sent, waits[-1])[0])
        with statements() as later:
            await leaves(stage, "Aiko")
        assert all(len(to(stage.sent, user)) == 1 for user in waits)
        seats = [said for said in first if "count(*)" in said]
        looks.append((len(seats), len(later)))
    assert looks[0] == looks[1]
    assert min(looks[0]) > 0


async def test_who_waits_is_looked_up_once_for_each_thing_they_do(build: Make) -> None:
    stage, _ = await full(build)
    ben = await comes(stage, "Ben")
    await stage.says(ben, "the first wakes them")
    with statements() as asked:
        await stage.says(ben, "hello")
    of_member = [said for said in asked if "FROM applications" in said and "applications.member_id = " in said]
    assert len(of_member) == 1, of_member


async def awake_until(stage: Stage, user: UserRef) -> datetime | None:
    one = await application(stage, user)
    until = await stage.look(lambda unit: unit.timers.due_at(AWAKE, one.id))
    assert until is None or isinstance(until, datetime)
    return until


async def test_only_who_waits_is_noted_as_awake_and_once_a_minute(build: Make) -> None:
    stage, moe, ben, cho = await at_midnight(build, SLACK)
    await stage.says(ben, "one")
    first = stage.now + AWAKE_FOR
    await stage.passes(timedelta(seconds=30))
    await stage.says(ben, "two")
    assert await awake_until(stage, ben) == first
    await stage.passes(timedelta(seconds=40))
    await stage.says(ben, "three")
    assert await awake_until(stage, ben) == stage.now + AWAKE_FOR
    await declines(stage, moe, cho)
    await stage.passes(EIGHT + timedelta(minutes=5))
    await stage.says(cho, "a pity")
    assert await awake_until(stage, cho) is None
