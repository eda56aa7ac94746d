"""The pulse from the asking to the telling: private, seldom, without names; on both platforms and both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import msgspec
import pytest
import sqlalchemy as sa

from chat.answers import Answer, Invalid, OpenForm, Say
from chat.effects import DirectMessage, Post
from chat.form import Values
from chat.ids import UserRef
from community.conduct.settings import ConductSettings
from handlers import FEATURES
from storage.tables.core import metadata
from storage.unit import Unit
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, form_of, text_of

DAY = timedelta(days=1)
ASKING = datetime(2026, 12, 20, 1, tzinfo=UTC)
GOOD: Values = {"safe": "5", "heard": "4", "belonging": "2"}


async def community(stage: Stage, n: int, **conduct: object) -> list[UserRef]:
    """Let members join, half on each platform, and be here long enough."""
    settings = {"pulse": True, "pulse_day": 20, **conduct}
    stage.settings = msgspec.structs.replace(stage.settings, conduct=msgspec.convert(settings, ConductSettings))
    stage.standing = [one for feature in FEATURES for one in feature.standing if one.kind == "pulse"]
    users = [await stage.joins(f"u{k}", (SLACK, DISCORD)[k % 2]) for k in range(n)]
    await stage.passes(ASKING - timedelta(seconds=1))
    stage.sent.clear()
    return users


def asked(stage: Stage) -> dict[UserRef, DirectMessage]:
    return {e.user: e for e in stage.took(DirectMessage) if "pulse:" in str(e.card)}


async def answers(stage: Stage, user: UserRef, card: DirectMessage, **grades: str) -> Answer:
    form = form_of(await stage.presses(user, card.card, "pulse"))
    return await stage.sends(user, form, {**GOOD, **grades})


async def test_everybody_is_asked_once_by_day_and_not_all_at_once(stage_on_both: Stage) -> None:
    stage = stage_on_both
    users = await community(stage, 12)
    newcomer = None
    by_day: list[int] = []
    seen: dict[UserRef, DirectMessage] = {}
    for _ in range(5):
        newcomer = newcomer or await stage.joins("late")
        for _ in range(24):
            await stage.passes(timedelta(hours=1))
            now = asked(stage)
            assert not now or 0 <= stage.now.hour <= 11, "by day in Tokyo"
            assert not seen.keys() & now.keys()
            seen |= now
        by_day.append(len(seen))
    assert seen.keys() == {*users}, "who has just come is not asked"
    assert by_day[0] < len(users)


async def test_who_opted_out_left_or_waits_is_not_asked(stage: Stage) -> None:
    users = await community(stage, 4)
    out = await stage.member(users[0])
    await stage.look(lambda unit: unit.choices.set(out, "survey", "off", stage.now))
    await stage.leaves(users[1])
    await stage.passes(5 * DAY)
    assert asked(stage).keys() == {*users[2:]}


async def test_what_is_told_and_when(stage_on_both: Stage) -> None:
    stage = stage_on_both
    users = await community(stage, 6)
    mod = await stage.joins("mod", is_admin=True)
    await stage.passes(4 * DAY)
    cards = asked(stage)
    for user in users:
        assert isinstance(await answers(stage, user, cards[user]), Say)
    again = await stage.presses(users[0], cards[users[0]].card, "pulse")
    assert not isinstance(again, OpenForm), "once"
    before = text_of(await stage.types(mod, "community", "pulse"))
    assert "open" in before
    assert "%" not in before.replace("95 %", ""), "nothing before it is closed"
    await stage.passes(8 * DAY)
    told = [effect for effect in stage.took(Post) if "pulse" in text_of(effect).lower()]
    assert len(told) == 2, "the moderators' channel of each platform"
    said = text_of(told[0])
    assert "6 answers of 6" in said
    assert "100% agree (6 of 6" in said
    assert "0% agree (0 of 6" in said
    assert text_of(await stage.types(mod, "community", "pulse")) == said
    late = await stage.presses(users[0], cards[users[0]].card, "pulse")
    assert "closed" in text_of(late)


async def test_four_answers_are_deleted_unread(stage_on_both: Stage) -> None:
    stage = stage_on_both
    users = await community(stage, 4)
    mod = await stage.joins("mod", is_admin=True)
    await stage.passes(4 * DAY)
    cards = asked(stage)
    for user in users:
        await answers(stage, user, cards[user])
    await stage.passes(8 * DAY)
    assert "fewer than 5" in text_of(await stage.types(mod, "community", "pulse"))
    assert await count(stage, "pulse_answers") == await count(stage, "pulse_answered") == 0


async def count(stage: Stage, table: str) -> int:
    async with stage.db.reading() as conn:
        return int((await conn.execute(sa.select(sa.func.count()).select_from(metadata.tables[table]))).scalar_one())


async def test_no_store_tells_whose_answer_it_is(stage_on_both: Stage) -> None:
    """Answers are known by their grades here: rows hold no member, no time, and lie in no common order."""
    stage = stage_on_both
    users = await community(stage, 8)
    await stage.passes(4 * DAY)
    cards = asked(stage)
    orders: list[list[str]] = []
    for k, user in enumerate(users):
        grade = "5" if k < 4 else "1"
        await answers(stage, user, cards[user], safe=grade, heard=grade, belonging=grade)
        async with stage.db.reading() as conn:
            table = metadata.tables["pulse_answers"]
            orders.append(list((await conn.execute(sa.select(table.c.id).order_by(table.c.id))).scalars()))
    assert not {*orders[-2]} & {*orders[-1]}, "all are laid down anew with each answer"
    columns = {column.name for column in metadata.tables["pulse_answers"].columns}
    assert columns == {"id", "community", "month", "topic", "agrees"}
    members = [await stage.member(user) for user in users]
    async with stage.db.reading() as conn:
        for name in ("facts", "activity", "drafts", "timers", "inbox", "audit"):
            if name in metadata.tables:
                rows = (await conn.execute(sa.select(metadata.tables[name]))).all()
                late = [row for row in rows if "pulse" in str(row) and "form" in str(row).lower()]
                assert not late, name
    assert len(members) == 8
    await stage.passes(8 * DAY)
    assert await count(stage, "pulse_answered") == 0, "who answered is forgotten with the round"
    assert await count(stage, "pulse_answers") == 24


async def test_an_answer_that_is_none_keeps_nothing(stage: Stage) -> None:
    (user,) = await community(stage, 1)
    await stage.passes(4 * DAY)
    card = asked(stage)[user]
    form = form_of(await stage.presses(user, card.card, "pulse"))
    invalid = await stage.sends(user, form, {"safe": "5", "heard": "9", "belonging": "1"})
    assert isinstance(invalid, Invalid)
    assert invalid.card is not None
    assert await count(stage, "drafts") == await count(stage, "pulse_answers") == 0


async def test_a_made_up_month_is_closed(stage: Stage) -> None:
    (user,) = await community(stage, 1)
    for raw in ("pulse:2020-01", "pulse:", "pulse:x:y"):
        assert "closed" in text_of(await stage.acts(user, raw))
    assert "closed" in text_of(await stage.sends(user, "pulse:2030-01", GOOD))


async def test_no_and_never_are_heard(stage: Stage) -> None:
    users = await community(stage, 2)
    await stage.passes(4 * DAY)
    cards = asked(stage)
    assert "pulse" in text_of(await stage.presses(users[0], cards[users[0]].card, "pulse_no"))
    other = await stage.presses(users[1], cards[users[0]].card, "pulse_off")
    assert "somebody else" in text_of(other)
    done = await stage.presses(users[0], cards[users[0]].card, "pulse_off")
    await stage.passes(31 * DAY)
    assert asked(stage).keys() == {users[1]}
    await stage.presses(users[0], card_of(done), "pulse_on")
    await stage.passes(31 * DAY)
    assert asked(stage).keys() == {*users}


@pytest.mark.parametrize("locale", ["en", "ja"])
async def test_who_was_not_asked_answers_by_the_command(stage: Stage, locale: str) -> None:
    await community(stage, 1)
    aki = await stage.joins("aki", DISCORD, locale=locale)
    assert text_of(await stage.types(aki, "tsudoi", "pulse"))
    await stage.passes(DAY)
    card = card_of(await stage.types(aki, "tsudoi", "pulse"))
    form = form_of(await stage.presses(aki, card, "pulse"))
    assert len(form.fields) == 3
    assert isinstance(await stage.sends(aki, form, GOOD), Say)
    assert "form" not in str(await stage.types(aki, "tsudoi", "pulse"))


async def test_quiet_days_put_the_asking_off_and_hold_the_round_open(stage: Stage) -> None:
    users = await community(stage, 6)
    await stage.passes(timedelta(hours=1))
    early = asked(stage)
    conduct = msgspec.structs.replace(stage.settings.conduct, quiet_until="2027-01-02")
    stage.settings = msgspec.structs.replace(stage.settings, conduct=conduct)
    await stage.passes(datetime(2027, 1, 2, 14, 59, tzinfo=UTC))
    assert not asked(stage)
    rounds = await stage.look(lambda unit: unit.pulses.rounds(most=3))
    assert isinstance(rounds, list)
    assert [held.closed_at for held in rounds] == [None]
    await stage.passes(3 * DAY)
    assert asked(stage).keys() | early.keys() == {*users}
    await stage.passes(12 * DAY)
    rounds = await stage.look(lambda unit: unit.pulses.rounds(most=3))
    assert isinstance(rounds, list)
    assert rounds[0].closed_at is not None


async def test_it_is_off_unless_switched_on(stage: Stage) -> None:
    await community(stage, 2, pulse=False)
    await stage.passes(40 * DAY)
    assert not asked(stage)
    mod = await stage.joins("mod", is_admin=True)
    assert "switched off" in text_of(await stage.types(mod, "community", "pulse"))


async def test_the_way_it_went_is_said_in_words(stage: Stage) -> None:
    mod = await stage.joins("mod", is_admin=True)

    async def hold(month: str, grade: int, n: int, unit: Unit) -> None:
        at = datetime.fromisoformat(f"{month}-20T01:00:00+00:00")
        await unit.pulses.open(month, at)
        for topic in ("safe", "heard", "belonging"):
            rows = [{"id": f"{month}{topic}{k}", "community": "c1", "month": month, "topic": topic, "agrees": grade}
                    for k in range(n)]  # fmt: skip
            await unit.conn.execute(sa.insert(metadata.tables["pulse_answers"]), rows)
        await unit.pulses.close(month, at + 10 * DAY)

    for month, grade in (("2026-09", 2), ("2026-10", 2), ("2026-11", 5)):
        await stage.look(partial(hold, month, grade, 12))
    said = text_of(await stage.types(mod, "community", "pulse"))
    assert "clearly more than before" in said
    assert "0% → 0% → 100%" in said
