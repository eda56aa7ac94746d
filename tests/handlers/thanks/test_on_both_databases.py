"""A way through thanks on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

from chat.effects import Post, Remove
from community.thanks.giving import State
from tests.handlers.stage import Stage, card_of, form_of, text_of
from tests.handlers.thanks.test_desk import answered, chooses, desk
from tests.handlers.thanks.test_noticing import hints
from tests.handlers.thanks.thanking import reacts, stored, thank


async def test_thanks_from_the_first_word_to_the_desk(stage_on_both: Stage) -> None:
    stage = stage_on_both
    boss = await stage.joins("boss", is_admin=True)
    aki, ben, cho = [await stage.joins(name) for name in ("aki", "ben", "cho")]
    await answered(stage, aki, ben, "Why does it time out?", topic="python")
    await answered(stage, cho, ben, "Why is it slow?", topic="python")
    card = await desk(stage, boss)
    assert "ben — " in text_of(card)
    form = form_of(await chooses(stage, boss, card, "thanks_them"))
    await stage.sends(boss, form, {"words": "for both"})
    receipt = card_of(await thank(stage, aki, ben.id, "for the time-out"))
    assert len(stage.took(Post)) == 1
    await stage.presses(aki, receipt, "thanks_back")
    assert len(stage.took(Remove)) == 1
    ref = await stage.says(ben, "Here is how it works.")
    await reacts(stage, aki, ref, ben)
    await stage.says(cho, "Thank you!", to=ref, mentions=(ben,))
    (hint,) = hints(stage)
    await stage.presses(cho, card_of(hint), "thanks_yes")
    await stage.says(boss, "Thank you!", to=ref, mentions=(cho,))
    await stage.passes(timedelta(days=4))
    assert [thanks.state for thanks in await stored(stage, aki)] == [State.WITHDRAWN, State.GIVEN]
    assert [thanks.state for thanks in await stored(stage, cho)] == [State.GIVEN]
    assert [thanks.state for thanks in await stored(stage, boss)] == [State.GIVEN]
    assert len(await stage.facts("thanks.given")) == 4
