"""How a case ends: looked at first, by as many as have to agree, told to who reported; and opened again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from chat.card import Quote
from chat.effects import DirectMessage, RedrawPost
from chat.form import Values
from community.conduct.cases import CaseState, Outcome
from community.conduct.settings import ConductSettings
from tests.handlers.conduct.reporting import FILLED, ends, options_of, people, reports, the_case, value_of
from tests.handlers.conduct.test_desk import deeds
from tests.handlers.stage import DISCORD, Stage, card_of, form_of, text_of


async def test_an_end_is_looked_at_then_done_and_told_once(stage: Stage) -> None:
    boss, _, emi, bad = await people(stage)
    await reports(stage, emi, bad)
    await reports(stage, emi, bad, text="another one")
    form = form_of(await stage.acts(boss, "case_resolve:1"))
    offered = [value for value, _ in options_of(form, "outcome")]
    assert offered == ["spoke", "warned", "message_removed", "member_removed"]
    stage.sent.clear()
    looked = await stage.sends(boss, form, {"outcome": "warned", "words": "We spoke with them <b>"})
    text = text_of(looked)
    assert "would be closed: Warned the member" in text
    assert "code" not in text, "all who reported gave their names"
    assert "We spoke with them <b>" in text
    assert stage.sent == []
    assert (await the_case(stage)).state is CaseState.OPEN
    done = await stage.presses(boss, card_of(looked), "case_do")
    assert "is closed" in text_of(done)
    case = await the_case(stage)
    assert (case.state, case.outcome, case.told) == (CaseState.RESOLVED, Outcome.WARNED, "We spoke with them <b>")
    assert len([effect for effect in stage.sent if isinstance(effect, RedrawPost)]) == 2
    (told,) = stage.took(DirectMessage)
    assert told.user == emi, "who reported twice is told once"
    assert Quote("We spoke with them <b>") in told.card.parts
    assert "Warned" not in text_of(told), "what was done to somebody is theirs"
    assert "closed already" in text_of(await stage.presses(boss, card_of(looked), "case_do"))
    assert stage.took(DirectMessage) == []
    assert ("case.resolved", "case:1", None, None) in await deeds(stage)
    assert await stage.facts("case.closed", "report.received") == ["report.received", "report.received", "case.closed"]


async def test_of_reports_without_a_name_it_says_that_nobody_can_be_written_to(stage: Stage) -> None:
    boss, _, emi, bad = await people(stage)
    await reports(stage, emi, bad, FILLED)
    form = form_of(await stage.acts(boss, "case_resolve:1"))
    looked = await stage.sends(boss, form, {"outcome": "warned", "words": ""})
    done = await stage.presses(boss, card_of(looked), "case_do")
    assert all("find it with their code" in text_of(answer) for answer in (looked, done))


async def test_dismissed_it_is_as_kindly_told(stage: Stage) -> None:
    boss, _, emi, bad = await people(stage, DISCORD)
    await reports(stage, emi, bad)
    form = form_of(await stage.acts(boss, "case_dismiss:1"))
    assert [value for value, _ in options_of(form, "outcome")] == ["nothing_found", "not_ours"]
    stage.sent.clear()
    await ends(stage, boss, await the_case(stage), "nothing_found", "")
    assert (await the_case(stage)).state is CaseState.DISMISSED
    (told,) = stage.took(DirectMessage)
    assert "Thank you for telling them" in text_of(told)


async def test_where_two_have_to_agree_the_difference_is_seen_and_agreement_ends_it(
    build: Callable[..., Awaitable[Stage]],
) -> None:
    stage = await build(conduct=ConductSettings(quorum=2))
    boss, aide, emi, bad = await people(stage)
    await reports(stage, emi, bad)
    case = await the_case(stage)
    stage.sent.clear()
    assert "1 of 2 agree" in text_of(await ends(stage, boss, case, "warned", "Words of the boss"))
    assert stage.took(DirectMessage) == []
    form = form_of(await stage.acts(aide, "case_resolve:1"))
    assert value_of(form, "outcome") == "warned", "what was proposed stands there to agree with"
    assert "1 of 2 agree" in text_of(await ends(stage, aide, case, "nothing_found", ""))
    drawn = text_of(stage.took(RedrawPost)[-1])
    assert "differ so far" in drawn
    assert "boss: Warned the member" in drawn
    assert "aide: Nothing against the rules" in drawn
    assert (await the_case(stage)).is_living
    looked = await stage.sends(aide, "case_end:1", {"outcome": "warned", "words": ""})
    assert (await the_case(stage)).is_living, "only looked at"
    assert "is closed" in text_of(await stage.presses(aide, card_of(looked), "case_do"))
    closed = await the_case(stage)
    assert (closed.outcome, closed.told) == (Outcome.WARNED, "Words of the boss")
    names = [deed for deed, *_ in await deeds(stage)]
    assert names.count("case.voted") == 2
    assert names.count("case.resolved") == 1


async def test_no_more_have_to_agree_than_there_are_who_may(build: Callable[..., Awaitable[Stage]]) -> None:
    stage = await build(conduct=ConductSettings(quorum=3))
    boss, aide, emi, _ = await people(stage)
    await reports(stage, emi, aide)
    assert "is closed" in text_of(await ends(stage, boss, await the_case(stage)))


async def test_it_can_be_opened_again_from_its_card_and_from_the_audit(stage: Stage) -> None:
    boss, aide, emi, bad = await people(stage)
    await reports(stage, emi, bad)
    await ends(stage, boss, await the_case(stage))
    assert "closed already" in text_of(await stage.acts(aide, "case_claim:1"))
    assert "closed already" in text_of(await stage.acts(aide, "case_resolve:1"))
    stage.sent.clear()
    assert "is open again" in text_of(await stage.acts(aide, "case_reopen:1"))
    case = await the_case(stage)
    assert (case.state, case.claimed_by, case.outcome) == (CaseState.CLAIMED, await stage.member(aide), None)
    (told,) = stage.took(DirectMessage)
    assert "A moderator is looking" in text_of(told)
    assert "open already" in text_of(await stage.acts(aide, "case_reopen:1"))
    await ends(stage, boss, case)
    rows = await stage.look(lambda db: db.audit.page(limit=1))
    assert isinstance(rows, list)
    await stage.acts(boss, f"undo:{rows[0].id}")
    assert (await the_case(stage)).state is CaseState.CLAIMED


async def test_values_that_no_form_offered_change_nothing(stage: Stage) -> None:
    boss, _, emi, bad = await people(stage)
    await reports(stage, emi, bad)
    before = await the_case(stage)
    made_up: list[Values] = [{}, {"outcome": "burn"}, {"outcome": ("warned",)}]
    for values in made_up:
        assert "choose what came of it" in text_of(await stage.sends(boss, "case_end:1", values))
    for raw in ("case_do:1:warned", "case_do:1:burn", "case_do:1", "case_do"):
        assert text_of(await stage.acts(boss, raw))
    assert await the_case(stage) == before
