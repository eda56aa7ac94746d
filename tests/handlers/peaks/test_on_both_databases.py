"""A moment from its finding to its telling, and the first pins, on both databases."""

from __future__ import annotations

from tests.handlers.peaks.peaking import A_DAY, asked, begins, prepare, solved, states, told
from tests.handlers.stage import Stage, card_of, text_of


async def test_a_moment_is_found_agreed_to_and_told(stage_on_both: Stage) -> None:
    stage = prepare(stage_on_both, review=True)
    await begins(stage)
    aiko, ken = await stage.joins("Aiko"), await stage.joins("Ken")
    boss = await stage.joins("boss", is_admin=True)
    question = await solved(stage, aiko, ken)
    await stage.types(aiko, "tsudoi", "nominate", member="UKen", **{"for": "being so kind"})
    assert set(asked(stage)) == {"UKen"}
    await stage.passes(A_DAY)
    assert await states(stage) == {
        "first_answer": "found",
        "first_solved": "found",
        "fast_solved": "found",
        "nominated": "asked",
    }, "one question at a time"
    assert await stage.look(lambda unit: unit.peaks.first_solved([2])) == {2: question.id}
    await stage.acts(ken, "peak_yes:1")
    await stage.acts(boss, "peak_post:1")
    await stage.passes(A_DAY)
    assert len(told(stage)) == 2
    assert "Nobody stands out" in text_of(card_of(await stage.types(boss, "community", "pins")))
