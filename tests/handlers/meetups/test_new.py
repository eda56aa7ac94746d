"""A meetup is planned: words for its time, a look at what was understood, and nothing posted before that."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from chat.answers import Invalid, OpenForm, Say
from chat.card import Card
from chat.effects import Post
from chat.ids import Workspace
from community.config import Channels, WorkspaceSettings
from community.meetups.plan import MeetupKind, MeetupState, Where
from community.seats.values import SeatKind
from tests.handlers.meetups.planning import TYPED, draft, errors, ledger, only, planned, stored
from tests.handlers.stage import DISCORD, SLACK, Stage, action, form_of, text_of

BOTH = pytest.mark.parametrize("home", [SLACK, DISCORD])


@BOTH
async def test_a_plan_is_shown_to_its_organiser_alone_until_it_is_announced(stage: Stage, home: Workspace) -> None:
    aki = await stage.joins("aki", home)
    stage.sent.clear()
    opened = await stage.types(aki, "meetup", "new", text="Reading circle")
    assert isinstance(opened, OpenForm)
    assert opened.form.fields[0].value == "Reading circle"  # type: ignore[union-attr]
    card = await draft(stage, aki, when="来週の金曜19時")
    assert stage.sent == []
    words = text_of(card)
    assert "Fri, 11 Dec, 19:00" in words
    assert "21:00" in words
    assert "Japan Time" in words
    assert "Cafe Aozora" in words
    assert (await only(stage)).meetup.state is MeetupState.DRAFT
    assert await stage.facts("meetup.planned") == []
    done = await stage.presses(aki, card, "plan_go")
    assert "announced" in text_of(done)
    posts = [e for e in stage.sent if isinstance(e, Post)]
    assert {p.place.home for p in posts} == {SLACK, DISCORD}
    assert all("Reading *Dune*" in text_of(p) for p in posts)
    stands = await only(stage)
    assert stands.meetup.state is MeetupState.PLANNED
    assert stands.meetup.plan.starts == datetime(2026, 12, 11, 10, 0, tzinfo=UTC)
    assert stands.meetup.plan.where is Where.VENUE
    assert await stage.facts("meetup.planned") == ["meetup.planned"]


async def test_announced_twice_it_is_announced_once(stage: Stage) -> None:
    aki = await stage.joins("aki")
    card = await draft(stage, aki)
    await stage.presses(aki, card, "plan_go")
    stage.sent.clear()
    again = await stage.presses(aki, card, "plan_go")
    assert "already" in text_of(again)
    assert [e for e in stage.sent if isinstance(e, Post)] == []
    assert await stage.facts("meetup.planned") == ["meetup.planned"]


async def test_the_clock_of_an_announced_meetup_runs(stage: Stage) -> None:
    aki = await stage.joins("aki")
    found = await planned(stage, aki)
    due = await stage.look(lambda unit: unit.timers.due_at("meetup.clock", found.id))
    assert due == found.meetup.plan.starts - timedelta(hours=24)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("2026-12-03 19:00", "Thu, 3 Dec 19:00 is over. Which day did you mean?"),
        ("sometime soon", "I don't understand"),
        ("2026-12-11", "At what time on Fri, 11 Dec?"),
        ("毎週金曜19時", "sounds like a series"),
        ("2026-12-11 21:00-19:00", "It would end before it begins"),
        ("2035-12-11 19:00", "more than two years ahead"),
        ("", "When is it?"),
    ],
)
async def test_a_time_that_cannot_be_is_said_at_its_field(stage: Stage, when: str, said: str) -> None:
    aki = await stage.joins("aki")
    answer = await stage.sends(aki, "plan:0", TYPED | {"when": when})
    assert said in errors(answer)["when"]
    assert isinstance(answer, Invalid)
    kept = {field.key: getattr(field, "value", None) for field in answer.form.fields}
    assert kept == TYPED | {"when": when}
    assert await stored(stage) == []


async def test_a_meetup_over_midnight_is_taken_and_pointed_out(stage: Stage) -> None:
    aki = await stage.joins("aki")
    card = await draft(stage, aki, when="2026-12-11 22:00-1:00")
    assert "It ends on the next day, Sat, 12 Dec 01:00" in text_of(card)


async def test_an_hour_that_comes_twice_is_asked_back_and_can_be_chosen(stage: Stage) -> None:
    aki = await stage.joins("aki", DISCORD, time_zone="America/New_York")
    stage.now = datetime(2026, 10, 20, 12, 0, tzinfo=UTC)
    answer = await stage.sends(aki, "plan:0", TYPED | {"when": "2026-11-01 01:30"})
    assert isinstance(answer, Invalid)
    assert "comes twice" in answer.errors["when"]
    assert "2026-11-01 01:30 UTC-0500" in answer.errors["when"]
    assert answer.card is not None
    picks = [b.action for part in answer.card.parts for b in getattr(part, "buttons", ()) if "plan_pick" in b.action]
    assert len(picks) == 2
    chosen = await stage.acts(aki, picks[1])
    assert "Sun, 1 Nov, 01:30" in text_of(chosen)
    assert (await only(stage)).meetup.plan.starts == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    # what was offered reads back as typed, too
    answer = await stage.sends(aki, "plan:0", TYPED | {"when": "2026-11-01 01:30 UTC-0400"})
    assert isinstance(answer, Say)
    assert (await stored(stage))[-1].meetup.plan.starts == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


async def test_an_hour_that_is_left_out_gets_the_nearest_ones(stage: Stage) -> None:
    aki = await stage.joins("aki", time_zone="America/New_York")
    answer = await stage.sends(aki, "plan:0", TYPED | {"when": "2027-03-14 02:30"})
    assert isinstance(answer, Invalid)
    assert "02:30 is left out. The nearest times are 01:59 and 03:00" in answer.errors["when"]
    assert answer.card is not None
    await stage.acts(aki, [a for a in _actions(answer.card) if a.startswith("plan_pick")][-1])
    assert (await only(stage)).meetup.plan.starts == datetime(2027, 3, 14, 7, 0, tzinfo=UTC)


async def test_a_choice_is_its_writers_alone(stage: Stage) -> None:
    aki, bo = await stage.joins("aki", time_zone="America/New_York"), await stage.joins("bo")
    answer = await stage.sends(aki, "plan:0", TYPED | {"when": "2027-03-14 02:30"})
    assert isinstance(answer, Invalid)
    assert answer.card is not None
    pick = next(a for a in _actions(answer.card) if a.startswith("plan_pick"))
    assert "no longer kept" in text_of(await stage.acts(bo, pick))
    assert "no longer kept" in text_of(await stage.acts(aki, "plan_pick:nonsense:0"))
    assert isinstance(await stage.acts(aki, pick[:-1] + "9"), Invalid)
    assert await stored(stage) == []


async def test_the_other_reading_of_a_time_is_a_button(stage: Stage) -> None:
    aki = await stage.joins("aki")
    card = await draft(stage, aki, when="金曜19時")  # today is a Friday
    assert "That is today" in text_of(card)
    done = await stage.presses(aki, card, "plan_at")
    assert "Fri, 11 Dec, 19:00" in text_of(done)
    meetup_id = (await only(stage)).id
    for forged in (
        "plan_at:1",
        f"plan_at:{meetup_id}:0:0",
        f"plan_at:{meetup_id}:{10**18}:0",
        f"plan_at:{meetup_id}:5:0",
    ):
        before = await only(stage)
        await stage.acts(aki, forged)
        assert await only(stage) == before


async def test_where_is_read_from_one_line(stage: Stage) -> None:
    aki = await stage.joins("aki")
    await draft(stage, aki, spot="Shibuya 1-2-3, https://meet.example/abc")
    await draft(stage, aki, spot="https://meet.example/abc")
    await draft(stage, aki, spot="")
    plans = [found.meetup.plan for found in await stored(stage)]
    assert [(p.where, p.place, p.link) for p in plans] == [
        (Where.HYBRID, "Shibuya 1-2-3", "https://meet.example/abc"),
        (Where.ONLINE, "", "https://meet.example/abc"),
        (Where.ONLINE, "", ""),
    ]
    kinds = set((await ledger(stage, 1)).allotments)
    assert kinds == {SeatKind.VENUE, SeatKind.ONLINE, SeatKind.SPEAKER, SeatKind.STAFF}
    answer = await stage.sends(aki, "plan:0", TYPED | {"spot": "x" * 101, "title": " "})
    assert set(errors(answer)) == {"spot", "title"}


async def test_a_plan_is_changed_before_it_is_announced(stage: Stage) -> None:
    aki = await stage.joins("aki")
    card = await draft(stage, aki)
    form = form_of(await stage.presses(aki, card, "plan_change"))
    assert {field.key: getattr(field, "value", None) for field in form.fields} == TYPED
    changed = await stage.sends(aki, form, TYPED | {"title": "Dune again", "kind": "study_group", "spot": "online"})
    found = await only(stage)
    assert found.meetup.plan.title == "Dune again"
    assert found.meetup.plan.kind is MeetupKind.STUDY_GROUP
    assert SeatKind.VENUE not in (await ledger(stage, found.id)).allotments
    assert "Dune again" in text_of(changed)
    assert [e for e in stage.sent if isinstance(e, Post) and "Dune" in text_of(e)] == []


async def test_a_restart_loses_no_plan_and_no_open_form(stage: Stage) -> None:
    aki = await stage.joins("aki")
    card = await draft(stage, aki)
    form = form_of(await stage.presses(aki, card, "plan_change"))
    after = Stage(stage.db, stage.settings)
    after._n = stage._n
    changed = await after.sends(aki, form.id, TYPED | {"title": "After the restart"})
    assert "After the restart" in text_of(changed)
    await after.presses(aki, card, "plan_go")
    assert (await only(after)).meetup.state is MeetupState.PLANNED
    assert "After the restart" in text_of(after.took(Post)[0])


@BOTH
async def test_a_plan_belongs_to_who_makes_it(stage: Stage, home: Workspace) -> None:
    aki, bo = await stage.joins("aki"), await stage.joins("bo", home, is_admin=True)
    card = await draft(stage, aki)
    before = await only(stage)
    for name in ("plan_go", "plan_change", "plan_drop"):
        assert "somebody else's" in text_of(await stage.acts(bo, action(card, name)))
    assert "somebody else's" in text_of(await stage.sends(bo, f"plan:{before.id}", TYPED | {"title": "Mine now"}))
    assert await only(stage) == before


@pytest.mark.parametrize("forged", ["", ":", ":0", ":-1", ":abc", ":99", f":{2**70}", ":1١"])
async def test_a_forged_id_gets_a_kind_word(stage: Stage, forged: str) -> None:
    aki = await stage.joins("aki")
    for name in ("plan_go", "plan_change", "plan_drop", "plan_at"):
        assert isinstance(await stage.acts(aki, f"{name}{forged}"), Say)
    if forged != ":0":
        assert isinstance(await stage.sends(aki, f"plan{forged}", TYPED), Say)
    assert await stored(stage) == []


async def test_a_plan_is_thrown_away(stage: Stage) -> None:
    aki = await stage.joins("aki")
    card = await draft(stage, aki)
    assert "Thrown away" in text_of(await stage.presses(aki, card, "plan_drop"))
    assert await stored(stage) == []
    assert "no longer kept" in text_of(await stage.presses(aki, card, "plan_go"))
    kept = await planned(stage, aki)
    assert "announced already" in text_of(await stage.acts(aki, f"plan_drop:{kept.id}"))
    assert len(await stored(stage)) == 1


async def test_a_plan_is_forgotten_after_a_week_without_a_change(stage: Stage) -> None:
    aki = await stage.joins("aki")
    await draft(stage, aki, when="2027-02-01 19:00")
    await stage.passes(timedelta(days=6))
    meetup_id = (await only(stage)).id
    await stage.sends(aki, f"plan:{meetup_id}", TYPED | {"when": "2027-02-02 19:00"})
    await stage.passes(timedelta(days=6))
    assert len(await stored(stage)) == 1
    await stage.passes(timedelta(days=2))
    assert await stored(stage) == []


async def test_without_a_channel_the_plan_waits_for_one(build: Callable[..., Awaitable[Stage]]) -> None:
    nowhere = (WorkspaceSettings(workspace=SLACK, channels=Channels()),)
    stage = await build(workspaces=nowhere)
    aki = await stage.joins("aki")
    card = await draft(stage, aki)
    assert "channels.meetups" in text_of(await stage.presses(aki, card, "plan_go"))
    assert (await only(stage)).meetup.state is MeetupState.DRAFT


async def test_a_plan_whose_time_has_come_is_not_announced(stage: Stage) -> None:
    aki = await stage.joins("aki")
    card = await draft(stage, aki, when="2026-12-05 19:00")
    await stage.passes(timedelta(days=3))
    assert "over already" in text_of(await stage.presses(aki, card, "plan_go"))
    assert (await only(stage)).meetup.state is MeetupState.DRAFT


def _actions(card: Card) -> list[str]:
    return [b.action for part in card.parts for b in getattr(part, "buttons", ()) if hasattr(b, "action")]


async def test_words_in_japanese_are_read_and_the_day_is_written_in_japanese(stage: Stage) -> None:
    aki = await stage.joins("aki", locale="ja")
    card = await draft(stage, aki, when="12月11日(金) 19時〜21時", spot="青空カフェ / オンライン")
    assert "12月11日(金) 19:00〜21:00（日本時間）" in text_of(card)
    plan = (await only(stage)).meetup.plan
    assert (plan.where, plan.place) == (Where.HYBRID, "青空カフェ")
