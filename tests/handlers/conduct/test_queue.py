"""What waits, the oldest first; what there was about one member; and how many in the status."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from chat.answers import Redraw
from chat.card import Card, Select
from chat.ids import Workspace
from tests.handlers.conduct.reporting import FILLED, NAMED, URGENT, actions, ends, people, reports, the_case
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, text_of


def listed(card: Card) -> list[str]:
    """Return the numbers of the reports that a list offers to open."""
    return [option.value for part in card.parts if isinstance(part, Select) for option in part.options]


@pytest.mark.parametrize("workspace", [SLACK, DISCORD])
async def test_what_waits_is_shown_oldest_first_and_paged(stage: Stage, workspace: Workspace) -> None:
    boss, _, emi, _ = await people(stage, workspace)
    for n in range(8):
        await reports(stage, emi, await stage.joins(f"other{n}", workspace), NAMED | (URGENT if n == 2 else {}))
        stage.now += timedelta(hours=1)
    first = card_of(await stage.types(boss, "community", "cases"))
    assert listed(first) == ["1", "2", "3", "4", "5", "6"]
    assert "#3 · urgent · other2" in text_of(first)
    assert f"other0 ({workspace.platform.capitalize()}) · Hurtful" in text_of(first)
    more = next(a for a in actions(first) if a == "cases_page:open:6")
    second = await stage.acts(boss, more)
    assert isinstance(second, Redraw)
    assert listed(card_of(second)) == ["7", "8"]
    assert "cases_page:open:0" in actions(card_of(second))
    shown = await stage.acts(boss, "case_show", values=("4",))
    assert "Report #4" in text_of(shown)


async def test_filters_show_mine_and_what_is_closed(stage: Stage) -> None:
    boss, aide, emi, bad = await people(stage)
    await reports(stage, emi, bad)
    await reports(stage, emi, await stage.joins("other"))
    await reports(stage, emi, await stage.joins("third"))
    await stage.acts(boss, "case_claim:2")
    await ends(stage, aide, await the_case(stage), "nothing_found")
    assert listed(card_of(await stage.types(boss, "community", "cases"))) == ["1", "2"]
    assert listed(card_of(await stage.acts(boss, "cases_page:mine:0"))) == ["2"]
    closed = card_of(await stage.acts(boss, "cases_page:closed:0"))
    assert listed(closed) == ["3"]
    assert "dismissed: Nothing against the rules was found" in text_of(closed)
    for odd in ("cases_page", "cases_page:x:y:z", "cases_page:open:999", "cases_page:open:" + "9" * 30):
        assert card_of(await stage.acts(boss, odd)).parts


async def test_the_history_of_a_member_holds_what_is_closed_too(stage: Stage) -> None:
    boss, _, emi, bad = await people(stage)
    await reports(stage, emi, bad)
    await ends(stage, boss, await the_case(stage))
    await reports(stage, emi, bad, FILLED)
    for named in (bad.id, "bad"):
        card = card_of(await stage.types(boss, "community", "cases", member=named))
        assert listed(card) == ["1", "2"]
        assert "Reports about bad" in text_of(card)
        assert "no verdict" in text_of(card)
    assert "nobody called" in text_of(await stage.types(boss, "community", "cases", member="zoe"))
    assert listed(card_of(await stage.types(boss, "community", "cases", member=emi.id))) == []


async def test_the_status_counts_what_waits_but_not_what_is_about_who_asks(stage: Stage) -> None:
    boss, aide, emi, bad = await people(stage)
    await reports(stage, emi, bad)
    await reports(stage, emi, aide)
    said = "Reports that wait for somebody: {n}"
    assert said.format(n=2) in text_of(await stage.types(boss, "community", "status"))
    assert said.format(n=1) in text_of(await stage.types(aide, "community", "status"))


async def test_a_whole_case_on_both_databases(stage_on_both: Stage) -> None:
    stage = stage_on_both
    boss, aide, emi, bad = await people(stage)
    await stage.acts(aide, "case_duty:on")
    await reports(stage, emi, bad, FILLED | URGENT)
    await reports(stage, emi, bad, NAMED)
    await stage.passes(timedelta(minutes=16))
    await stage.acts(boss, "case_claim:1")
    await stage.sends(boss, "case_noted:1", {"words": "a note"})
    await stage.sends(boss, "case_asked:1", {"words": "a question?"})
    looked = await stage.sends(boss, "case_worded:1", {"words": "please"})
    await stage.presses(boss, card_of(looked), "case_send")
    await ends(stage, boss, await the_case(stage))
    await stage.acts(aide, "case_reopen:1")
    await ends(stage, aide, await the_case(stage), "not_ours", "")
    card = card_of(await stage.types(boss, "community", "cases", member=bad.id))
    assert "dismissed: Not a matter for the moderators" in text_of(card)
    assert "1 report" not in text_of(await stage.types(boss, "community", "cases"))


async def test_in_japanese_the_list_reads_as_japanese(build: Callable[..., Awaitable[Stage]]) -> None:
    stage = await build(language="ja")
    boss, _, emi, bad = await people(stage)
    await reports(stage, emi, bad, FILLED | URGENT)
    text = text_of(await stage.types(boss, "community", "cases"))
    assert "至急" in text
    assert "傷つける言葉" in text
    duty = await stage.types(boss, "community", "duty")
    assert "当番に入ると" in text_of(duty)
    assert "当番に入りました" in text_of(await stage.presses(boss, card_of(duty), "case_duty"))
