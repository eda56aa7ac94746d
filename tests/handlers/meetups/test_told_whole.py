"""What cards and messages about a meetup say: which one it is, who runs it, what comes next."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chat.card import Button, Buttons
from chat.effects import DirectMessage, OpenThread, Post, RedrawPost
from community.meetups.plan import MeetupState
from community.seats.values import SeatKind
from tests.handlers.meetups.planned import planned as held
from tests.handlers.meetups.planning import comes, draft, errors, ledger, only, planned, stored
from tests.handlers.meetups.test_series import repeating
from tests.handlers.stage import DISCORD, Stage, card_of, text_of


def told(stage: Stage) -> dict[str, str]:
    """Return what members were told in private, by their ids."""
    return {e.user.id: text_of(e) for e in stage.sent if isinstance(e, DirectMessage)}


async def test_a_cancelled_one_says_which_it_was_and_what_comes_next(stage: Stage) -> None:
    aki, bo = await stage.joins("aki"), await stage.joins("bo")
    meetups = await repeating(stage, aki)
    await comes(stage, bo, meetups[0].id)
    await comes(stage, bo, meetups[1].id)
    stage.sent.clear()
    await stage.sends(aki, f"plan_cancel:{meetups[0].id}", {"reason": "Rain.", "scope": "one"})
    said = told(stage)["Ubo"]
    assert "This meetup is cancelled: Fri, 11 Dec 2026, 19:00" in said
    assert "Why: Rain." in said
    assert "The next one: Fri, 18 Dec 2026" in said
    shown = text_of(await stage.types(bo, "meetup", "mine"))
    assert f"#{meetups[0].id} Cancelled: " in shown
    stage.sent.clear()
    await stage.sends(aki, f"plan_cancel:{meetups[1].id}", {"reason": "", "scope": "all"})
    assert "The next one" not in told(stage)["Ubo"]
    assert all(m.meetup.state is MeetupState.CANCELLED for m in await stored(stage))


@pytest.mark.parametrize("kind", ["venue", "online"])
async def test_no_seats_at_all_is_said_how_else_to_have_it(stage: Stage, kind: str) -> None:
    aki = await stage.joins("aki")
    found = await planned(stage, aki, spot="Cafe / online")
    answer = await stage.sends(aki, f"plan_part:{found.id}:seats", {"venue": "3", "online": "3", kind: "0"})
    assert "Write at least 1" in errors(answer)[kind]
    assert (await ledger(stage, found.id)).allotments[SeatKind.VENUE].cap is None


async def test_who_helps_from_now_on_hears_of_it(stage: Stage) -> None:
    aki, cho = await stage.joins("aki"), await stage.joins("cho")
    await stage.joins("bo", DISCORD)
    await draft(stage, aki)
    meetup_id = (await only(stage)).id
    await stage.sends(aki, f"plan_part:{meetup_id}:people", {"speakers": "", "co": "bo"})
    assert told(stage) == {}
    await stage.acts(aki, f"plan_go:{meetup_id}")
    assert "aki has made you a co-organiser" in told(stage)["Ubo"]
    stage.sent.clear()
    await stage.sends(aki, f"plan_part:{meetup_id}:people", {"speakers": "", "co": "bo, cho"})
    assert list(told(stage)) == ["Ucho"]
    (said,) = [e for e in stage.sent if isinstance(e, DirectMessage)]
    assert "Reading" in text_of(await stage.presses(cho, said.card, "plan_open"))


async def test_the_card_names_who_runs_it_and_its_series_and_threads_their_day(stage: Stage) -> None:
    aki = await stage.joins("aki")
    stage.sent.clear()
    await repeating(stage, aki)
    (post, *_) = [e for e in stage.sent if isinstance(e, Post)]
    assert "Run by: aki" in text_of(post)
    assert "Repeats: every week on Friday at 19:00" in text_of(post)
    threads = [e for e in stage.sent if isinstance(e, OpenThread)]
    assert threads
    assert {e.title for e in threads} == {"Reading *Dune* Fri, 11 Dec 2026"}


async def test_my_meetups_are_those_that_i_run_too_and_one_is_shown_whole(stage: Stage) -> None:
    aki, bo = await stage.joins("aki"), await stage.joins("bo")
    found = await planned(stage, aki)
    shown = await stage.types(aki, "meetup", "mine")
    assert "Meetups that you run" in text_of(shown)
    assert "Reading *Dune*" in text_of(shown)
    assert "Meetups that you run" not in text_of(await stage.types(bo, "meetup", "mine"))
    whole = text_of(await stage.types(bo, "meetup", "show", str(found.id)))
    assert "We read & talk <slowly>." in whole
    assert "Cafe Aozora, Shibuya" in whole
    assert "Run by: aki" in whole
    assert whole.index("Run by") < whole.index("You have not answered yet.")
    for n in range(8):
        await planned(stage, aki, title=f"More {n}")
    await comes(stage, aki, found.id)
    many = await stage.types(aki, "meetup", "mine")
    assert "and 4 more" in text_of(many)


async def test_names_of_nothing_but_markup_fit_the_card(stage: Stage) -> None:
    meetup = await held(stage, {SeatKind.VENUE: None})
    for n in range(20):
        user = await stage.joins(f"m{n}", shown="&" * 79 + str(n % 10))
        await stage.acts(user, f"rsvp:{meetup}:going")
    await stage.passes(timedelta(seconds=2))
    card = card_of(await stage.types(user, "meetup", "show", str(meetup)))
    assert "20 going" in text_of(card)
    assert [b.action for p in card.parts if isinstance(p, Buttons) for b in p.buttons if isinstance(b, Button)]
    (last, *_) = [e for e in stage.sent[::-1] if isinstance(e, RedrawPost)]
    assert "Coming: &&&" in text_of(last)
    assert " more" in text_of(last)


@pytest.mark.parametrize(("sub", "kind"), [("seat", "mako"), ("remove", "")])
async def test_a_name_that_is_nobodys_is_what_is_said(stage: Stage, sub: str, kind: str) -> None:
    aki = await stage.joins("aki")
    await planned(stage, aki)
    said = text_of(await stage.types(aki, "meetup", sub, "venue 1", member="Suzuki", kind=kind, meetup="nowhere"))
    assert "I cannot tell who “Suzuki” is" in said
    assert f"/meetup {sub} @aki" in said
