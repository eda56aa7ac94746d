"""Two accounts of one member have one seat, whichever of them waited."""

from __future__ import annotations

from chat.ids import UserRef
from community.membership_values import Application, Standing
from handlers.linking.doing import link, take_back
from locales import translator
from storage.unit import Unit
from tests.handlers.membership.house import Make, applies, badges, full, leaves, to
from tests.handlers.stage import DISCORD, SLACK, Stage


async def links(stage: Stage, one: UserRef, other: UserRef) -> tuple[int, int]:
    async with stage.db.writing() as conn:
        unit = Unit(conn, stage.settings.id, stage.now)
        ctx = stage.context(unit, stage.settings, translator("en"))
        first, second = await unit.people.by_user(one), await unit.people.by_user(other)
        assert first
        assert second
        member, gone = await link(ctx, first, second)
        await unit.flush()
    await stage.deliver()
    return member.id, gone


async def waiting(stage: Stage) -> set[int]:
    found = await stage.look(lambda unit: unit.applications.waiting_ids())
    assert isinstance(found, set)
    return found


async def test_who_waits_with_a_second_account_comes_in_with_the_first_ones_seat(build: Make) -> None:
    stage, _ = await full(build)
    aiko = UserRef(SLACK.platform, "T1", "UAiko")
    again = await applies(stage, "Aiko2", DISCORD)
    stage.sent.clear()
    member, gone = await links(stage, aiko, again)
    assert await waiting(stage) == set()
    assert await stage.look(lambda unit: unit.applications.seats_taken()) == 2
    assert badges(stage.sent, again) == [("members", True), ("lobby", False)]
    async with stage.db.writing() as conn:
        unit = Unit(conn, stage.settings.id, stage.now)
        ctx = stage.context(unit, stage.settings, translator("en"))
        kept = await unit.people.by_id(member)
        assert kept
        assert await take_back(ctx, kept, gone, gone_stays=False)
        await unit.flush()
    await stage.deliver()
    assert await waiting(stage) == {await stage.member(again)}, "a seat cannot be made by linking and unlinking"
    assert await stage.look(lambda unit: unit.applications.seats_taken()) == 2


async def test_two_members_who_become_one_free_a_seat(build: Make) -> None:
    stage, _ = await full(build, cap=3)
    third = await stage.joins("Third", DISCORD, locale="en")
    ben = await applies(stage, "Ben")
    stage.sent.clear()
    await links(stage, UserRef(SLACK.platform, "T1", "UAiko"), third)
    assert len(to(stage.sent, ben)) == 1
    one = await stage.look(lambda unit: unit.applications.open())
    assert [(a.account.id, a.standing) for a in one if isinstance(a, Application)] == [("UBen", Standing.OFFERED)]  # type: ignore[attr-defined]


async def test_two_who_wait_and_are_one_wait_once(build: Make) -> None:
    stage, _ = await full(build)
    ben, again = await applies(stage, "Ben"), await applies(stage, "Ben2", DISCORD)
    await links(stage, ben, again)
    found = await stage.look(lambda unit: unit.applications.open())
    assert len(found) == 1  # type: ignore[arg-type]
    await leaves(stage, "Aiko")
    assert len(await waiting(stage)) == 1
