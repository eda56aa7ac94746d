"""Two replicas at once: an offer is taken while it lapses, several are let in to one seat; never one seat too many."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from msgspec.structs import replace

from chat.events import ActionPressed
from community.membership.settings import MembershipSettings
from community.membership.values import Application, Standing
from community.signals import TimerDue
from handlers import gate
from handlers.membership.steps import LAPSE
from locales import translator
from storage.codec import Arrival
from storage.unit import Unit
from tests.handlers.membership.house import BADGES, applies, comes, leaves
from tests.handlers.stage import SLACK, Stage, action, card_of


async def in_turn(stage: Stage, arrival: Arrival) -> None:
    """Handle an event as the dispatcher of any replica does: in a transaction, when it is this community's turn."""
    async with stage.db.writing() as conn:
        await stage.db.take_turn(conn, stage.settings.id)
        unit = Unit(conn, stage.settings.id, stage.now)
        ctx = stage.context(unit, stage.settings, translator("en"))
        await gate.handle(ctx, arrival, stage.routes.find(arrival))
        await asyncio.sleep(0.01)  # the other replica is in the middle of its own
        await unit.flush()


async def fill(stage: Stage, cap: int) -> None:
    workspaces = [replace(w, channels=replace(w.channels, lobby="lobby"), **BADGES) for w in stage.settings.workspaces]
    rules = MembershipSettings(cap=cap)
    stage.settings = replace(stage.settings, membership=rules, workspaces=tuple(workspaces))
    for n in range(cap):
        await stage.joins(f"m{n}" if n else "moe", locale="en")


async def line(stage: Stage) -> list[Application]:
    found = await stage.look(lambda unit: unit.applications.open())
    assert isinstance(found, list)
    return found


async def test_an_offer_that_is_taken_while_it_lapses_is_one_or_the_other(stage_on_both: Stage) -> None:
    stage = stage_on_both
    await fill(stage, 2)
    ben = await applies(stage, "Ben")
    await applies(stage, "Cho")
    await leaves(stage, "m1")
    (offered,) = [one for one in await line(stage) if one.standing is Standing.OFFERED]
    assert offered.claim_until is not None
    stage.now = offered.claim_until
    take = f"lobby_take:{offered.member}"
    presses = [ActionPressed(key=f"p{n}", at=stage.now, workspace=SLACK, user=ben, action=take) for n in range(3)]
    lapses = [TimerDue(key=f"t{n}", at=stage.now, kind=LAPSE, subject=str(offered.id), data={}) for n in range(3)]
    await asyncio.gather(*(in_turn(stage, arrival) for pair in zip(presses, lapses, strict=True) for arrival in pair))
    taken = await stage.look(lambda unit: unit.applications.seats_taken())
    offers = [one for one in await line(stage) if one.standing is Standing.OFFERED]
    assert (taken, len(offers)) == (1, 1)


async def test_one_free_seat_and_many_moderators(stage_on_both: Stage) -> None:
    stage = stage_on_both
    await fill(stage, 2)
    moe = await stage.look(lambda unit: unit.people.by_id(1))
    moderator = moe.accounts[0].user  # type: ignore[attr-defined]
    for name in ("Ben", "Cho", "Dai"):
        await comes(stage, name)  # in the lobby, not applied: the seat is offered to nobody
    await leaves(stage, "m1")
    presses = []
    for one in await line(stage):  # each is shown while the seat is free
        preview = await stage.sends(moderator, f"appl_admit:{one.id}", {"reason": "because"})
        yes = action(card_of(preview), "appl_admit_yes")
        assert yes.startswith(f"appl_admit_yes:{one.id}:0:"), "not above the cap"
        presses.append(ActionPressed(key=f"a{one.id}", at=stage.now, workspace=SLACK, user=moderator, action=yes))
    await asyncio.gather(*(in_turn(stage, arrival) for arrival in presses))
    assert await stage.look(lambda unit: unit.applications.seats_taken()) == 2
    assert len(await line(stage)) == 2


async def test_a_bot_that_was_away_when_offers_ended_goes_on_in_order(stage_on_both: Stage) -> None:
    stage = stage_on_both
    await fill(stage, 1)
    for name in ("Ben", "Cho", "Dai"):
        await applies(stage, name)
    await leaves(stage, "moe")
    stage.now += timedelta(days=9)  # no timer rang
    await stage.passes(timedelta(minutes=1))
    found = {one.account.id: one.standing for one in await line(stage)}
    assert found == {"UBen": Standing.APPLIED, "UCho": Standing.OFFERED, "UDai": Standing.APPLIED}
