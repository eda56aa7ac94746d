"""Two accounts of one member have one seat, whichever of them waited."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from chat.ids import Platform, UserRef, Workspace
from community.config import WorkspaceSettings
from community.membership.values import Application, Standing
from tests.handlers.linking.linked import code_of, link, types_code
from tests.handlers.membership.house import BADGES, Make, applies, badges, comes, full, leaves, redrawn, to
from tests.handlers.stage import DISCORD, SLACK, Stage, action, card_of, text_of

AIKO = UserRef(SLACK.platform, SLACK.id, "UAiko")
OTHER_SERVER = Workspace(Platform.DISCORD, "901")


async def waiting(stage: Stage) -> set[int]:
    found = await stage.look(lambda unit: unit.applications.waiting_ids())
    assert isinstance(found, set)
    return found


async def line(stage: Stage) -> list[Application]:
    found = await stage.look(lambda unit: unit.applications.open())
    assert isinstance(found, list)
    return found


async def unlinks(stage: Stage, who: UserRef, n: int) -> str:
    """Let somebody unlink one of their accounts; returns what they were told before."""
    asked = card_of(await stage.acts(who, f"unlink:{await stage.member(who)}:{n}"))
    await stage.acts(who, action(asked, "unlink_do"))
    return text_of(asked)


async def seats(stage: Stage) -> object:
    return await stage.look(lambda unit: unit.applications.seats_taken())


@pytest.mark.parametrize("waits_first", [True, False], ids=["the code is of who waits", "who waits types it"])
async def test_who_waits_with_a_second_account_comes_in_with_the_first_ones_seat(
    build: Make, *, waits_first: bool
) -> None:
    stage, _ = await full(build)
    again = await applies(stage, "Aiko2", DISCORD)
    stage.sent.clear()
    first, second = (again, AIKO) if waits_first else (AIKO, again)
    preview = await types_code(stage, second, await code_of(stage, first))
    assert "still waits for a seat comes in" in text_of(preview)
    assert "one member" in text_of(await stage.acts(second, action(card_of(preview), "link_do")))
    assert await waiting(stage) == set()
    assert await seats(stage) == 2
    assert badges(stage.sent, again) == [("members", True), ("lobby", False)]
    assert badges(stage.sent, AIKO) == [], "they are in already"
    assert [text_of(card) for card in to(stage.sent, again)].count(
        "You are in\nYour accounts are linked, so the seat you have in the community is for this account, too. Come in!"
    ) == 1
    assert redrawn(stage.sent)["lobby private_thread"].startswith("You are in")
    (undo,) = [action(card, "link_undo") for card in to(stage.sent, first) if "You are in" not in text_of(card)]
    stage.sent.clear()
    await stage.acts(first, undo)
    assert await waiting(stage) == {await stage.member(again)}, "a seat cannot be made by linking and unlinking"
    assert badges(stage.sent, again) == [("lobby", True), ("members", False)]
    assert await seats(stage) == 2
    assert [bool(one.answers) for one in await line(stage)] == [True], "what they had answered is theirs still"


@pytest.mark.parametrize("goes", [0, 1, 2], ids=["who had the seat", "the one", "the other"])
async def test_of_three_accounts_the_seat_stays_with_the_one_that_had_it(build: Make, goes: int) -> None:
    stage, _ = await full(build)
    more = WorkspaceSettings(workspace=OTHER_SERVER, channels=stage.settings.workspaces[0].channels, **BADGES)
    stage.settings = replace(stage.settings, workspaces=(*stage.settings.workspaces, more))
    there, beside = await applies(stage, "Aiko2", DISCORD), await comes(stage, "Aiko3", OTHER_SERVER)
    await link(stage, AIKO, there)
    stage.sent.clear()
    await link(stage, AIKO, beside)
    assert ("members", True) in badges(stage.sent, beside), "the second one comes in, too"
    accounts = (AIKO, there, beside)
    member = await stage.look(lambda unit: unit.people.by_user(AIKO))
    order = [account.user for account in member.accounts]  # type: ignore[attr-defined]
    said = await unlinks(stage, AIKO, order.index(accounts[goes]))
    assert "has no seat of their own" in said
    expected = {there, beside} if goes == 0 else {accounts[goes]}
    assert {user for user in accounts if await stage.member(user) in await waiting(stage)} == expected
    assert await seats(stage) == 2
    for user in expected:
        assert badges(stage.sent, user)[-2:] == [("lobby", True), ("members", False)]


async def test_the_reason_that_a_moderator_writes_takes_no_seat(build: Make) -> None:
    """Who came in by waiting, and whose row says ``linked``, is a member like others."""
    stage, moe = await full(build)
    ben = await applies(stage, "Ben")
    stage.settings = replace(stage.settings, membership=replace(stage.settings.membership, cap=4))
    there = await stage.joins("Ben2", DISCORD, locale="en")
    (one,) = await line(stage)
    await stage.look(lambda unit: unit.applications.save([replace(one, standing=Standing.SEATED, reason="linked")]))
    await link(stage, ben, there)
    stage.settings = replace(stage.settings, membership=replace(stage.settings.membership, cap=2))
    await unlinks(stage, ben, 1)
    assert await waiting(stage) == set()
    assert await stage.member(moe)


async def test_two_members_who_become_one_free_a_seat(build: Make) -> None:
    stage, _ = await full(build, cap=3)
    third = await stage.joins("Third", DISCORD, locale="en")
    ben = await applies(stage, "Ben")
    stage.sent.clear()
    await link(stage, AIKO, third)
    assert len(to(stage.sent, ben)) == 1
    assert [(one.account.id, one.standing) for one in await line(stage)] == [("UBen", Standing.OFFERED)]


async def test_two_who_wait_are_not_linked(build: Make) -> None:
    stage, _ = await full(build)
    ben, again = await applies(stage, "Ben"), await applies(stage, "Ben2", DISCORD)
    assert "Both accounts wait for a seat" in text_of(await types_code(stage, again, await code_of(stage, ben)))
    await leaves(stage, "Aiko")
    assert len(await waiting(stage)) == 2


async def test_a_no_of_the_moderators_is_not_undone_by_linking(build: Make) -> None:
    stage, _ = await full(build)
    ben = await applies(stage, "Ben2", DISCORD)
    code = await code_of(stage, ben)
    (one,) = await line(stage)
    await stage.look(lambda unit: unit.applications.save([replace(one, standing=Standing.DECLINED)]))
    for said in (await types_code(stage, AIKO, code), await stage.types(ben, "tsudoi", "link")):
        assert "not given a seat in the community" in text_of(said)
    assert await waiting(stage) == {await stage.member(ben)}
