"""The ranking after two accounts were linked: one candidate, who knows what both knew."""

from __future__ import annotations

from bot.routing import Follower
from chat.ids import UserRef
from community.routing.ranking import Ask
from storage.unit import Unit
from tests.handlers.linking.linked import link
from tests.handlers.stage import DISCORD, Stage


async def _ranked(stage: Stage, follower: Follower, asker: UserRef) -> dict[int, float]:
    ask = Ask(
        at=stage.now.timestamp(),
        asker=await stage.member(asker),
        channel="slack:T1:C-general",
        conversation="slack:T1:C-general:q",
        text="how do pytest fixtures work?",
        topic=None,
        level=None,
    )
    async with stage.db.writing() as conn:
        await follower.catch_up(conn)
        found = await follower.rank(Unit(conn, "c1", stage.now), ask, exclude=(), limit=9)
    return {candidate.member: candidate.score for candidate in found}


async def test_who_is_one_is_one_candidate_with_all_that_both_said(stage_on_both: Stage) -> None:
    stage = stage_on_both
    aki, ben, chi = await stage.joins("aki"), await stage.joins("ben", DISCORD), await stage.joins("chi", DISCORD)
    for n in range(3):
        await stage.says(aki, f"pytest fixtures again {n}")
        await stage.says(ben, f"pytest plugins {n}")
    await stage.says(chi, "hello")
    following, fresh = Follower("c1"), Follower("c1")
    one, gone = await stage.member(aki), await stage.member(ben)
    assert {one, gone} <= (await _ranked(stage, following, chi)).keys()
    before = following.state
    await link(stage, aki, ben)
    ranked = await _ranked(stage, following, chi)
    assert ranked == await _ranked(stage, fresh, chi), "as if it had been read after the link alone"
    assert one in ranked
    assert gone not in ranked
    assert following.state is not before
    assert following.turns == 7
    kept = following.state
    await stage.says(ben, "one more")
    await _ranked(stage, following, chi)
    assert (following.turns, following.state is kept) == (8, True), "it is read anew once"
