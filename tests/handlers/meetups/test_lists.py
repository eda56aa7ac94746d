"""Lists of meetups, and of who comes: for members, organisers, and spreadsheets."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from chat.answers import Redraw
from chat.card import Option
from chat.effects import DirectMessage, ShowHome, Upload
from chat.events import HomeOpened, OptionTyped
from chat.ids import UserRef, Workspace
from community.seats.values import SeatKind
from handlers.meetups.files import defused
from handlers.routes import Routes
from locales import translator
from storage.unit import Unit
from tests.handlers.meetups.planned import ledger_of, menus, planned
from tests.handlers.stage import DISCORD, GOOD, SLACK, Stage, card_of, text_of

BOTH = pytest.mark.parametrize("home", [SLACK, DISCORD])


@BOTH
async def test_the_list_shows_what_is_to_come_with_seats_left_and_where_one_stands(
    stage: Stage, home: Workspace
) -> None:
    later = await planned(stage, {SeatKind.VENUE: 5}, title="Later", ahead=timedelta(days=9))
    sooner = await planned(stage, {SeatKind.VENUE: 1, SeatKind.ONLINE: None}, title="Sooner")
    aki = await stage.joins("aki", home)
    assert "answered none" in text_of(await stage.types(aki, "meetup", "mine"))
    await stage.acts(aki, f"seat:{sooner}", values=("venue",))
    shown = text_of(await stage.types(aki, "meetup", "list"))
    assert shown.index("Sooner") < shown.index("Later")
    assert "On site: 0 of 1 free · Online: room for all · you have a seat" in shown
    assert "On site: 5 of 5 free" in shown
    mine = await stage.types(aki, "meetup", "mine")
    assert menus(card_of(mine)) == {"meetup_pick": (str(sooner),)}
    assert "Later" not in text_of(mine)
    picked = await stage.acts(aki, "meetup_pick", values=(str(later),))
    assert isinstance(picked, Redraw)
    assert "You have not answered yet." in text_of(picked)


async def test_a_long_list_has_pages_and_an_empty_one_says_what_to_do(stage: Stage) -> None:
    aki = await stage.joins("aki")
    assert "Nothing is planned yet. /meetup new plans" in text_of(await stage.types(aki, "meetup", "list"))
    for n in range(14):
        await planned(stage, title=f"{'Long title ' * 9}{n:02}", ahead=timedelta(days=n + 1))
    first = await stage.types(aki, "meetup", "list")
    assert "Page 1 of 3" in text_of(first)
    last = await stage.acts(aki, "meetups_page:2")
    assert "Page 3 of 3" in text_of(last)
    assert "#13" in text_of(last)


@BOTH
async def test_a_meetup_is_found_by_number_or_words_and_several_are_asked_about(stage: Stage, home: Workspace) -> None:
    aki = await stage.joins("aki", home)
    rust = await planned(stage, title="Rust 読書会 Ｖｏｌ．１")
    await planned(stage, title="Rust evening", ahead=timedelta(days=8))
    assert "読書会" in text_of(await stage.types(aki, "meetup", "show", meetup=str(rust)))
    assert "読書会" in text_of(await stage.types(aki, "meetup", "show", meetup="読書会 vol.1"))
    assert "Which one?" in text_of(await stage.types(aki, "meetup", "show", meetup="rust"))
    assert "Which one?" in text_of(await stage.types(aki, "meetup", "show"))
    assert "no such meetup" in text_of(await stage.types(aki, "meetup", "show", meetup="go"))


async def test_what_is_typed_is_completed(stage: Stage) -> None:
    aki = await stage.joins("aki", DISCORD)
    rust = await planned(stage, title="Rust 読書会")
    await planned(stage, title="Go evening")
    found = await completed(stage, aki, "読書")
    assert [(choice.value, choice.label) for choice in found] == [(str(rust), "#1 Rust 読書会 (Fri, 11 Dec)")]
    assert len(await completed(stage, aki, "")) == 2
    await stage.passes(timedelta(days=8))
    assert len(await completed(stage, aki, "")) == 2  # what is over can still be looked at


async def completed(stage: Stage, user: UserRef, typed: str) -> list[Option]:
    event = OptionTyped(workspace=user.home, user=user, command="meetup", sub="show", option="meetup", typed=typed)
    handler = stage.routes.completion(event)
    assert isinstance(stage.routes, Routes)
    assert handler
    async with stage.db.reading() as conn:
        unit = Unit(conn, stage.settings.id, stage.now)
        return [*(await handler(stage.context(unit, stage.settings, translator("en")), event)).choices]


# ---- who comes


async def crowded(stage: Stage) -> tuple[int, UserRef, list[UserRef]]:
    """Give a meetup with an organiser, one who sits, two who wait and one who may come."""
    boss = await stage.joins("boss")
    meetup = await planned(stage, organiser=boss)
    people = [await stage.joins(f"p{n}", (SLACK, DISCORD)[n % 2], shown=f"=p{n}") for n in range(4)]
    for user in people[:3]:
        await stage.acts(user, f"rsvp:{meetup}:going")
    await stage.acts(people[3], f"rsvp:{meetup}:maybe")
    stage.sent.clear()
    return meetup, boss, people


@BOTH
async def test_organisers_and_moderators_see_who_comes_and_nobody_else(stage: Stage, home: Workspace) -> None:
    meetup, boss, people = await crowded(stage)
    shown = text_of(await stage.types(boss, "meetup", "participants", meetup=str(meetup)))
    assert "1 with a seat · 2 waiting · 1 maybe · 0 cannot" in shown
    rows = [line for line in shown.splitlines() if line.startswith("• ")]
    assert [row.partition("  ")[2] for row in rows] == [
        "On site",
        "number 1 in line (On site)",
        "number 2 in line (On site)",
        "maybe",
    ]
    keeper = await stage.joins("keeper", home, is_admin=True)
    assert "2 waiting" in text_of(await stage.types(keeper, "meetup", "participants", meetup=str(meetup)))
    for sub in ("participants", "csv", "seat", "remove"):
        said = await stage.types(people[0], "meetup", sub, meetup=str(meetup), member=people[1].id, kind="venue")
        assert "Only the organisers" in text_of(said), sub
    for raw in ("people", "people_csv", "people_pick", "people_seat", "people_off"):
        said = await stage.acts(people[0], f"{raw}:{meetup}:1", values=("venue",))
        assert "Only the organisers" in text_of(said), raw


async def test_a_long_list_of_people_has_pages(stage: Stage) -> None:
    boss = await stage.joins("boss")
    meetup = await planned(stage, {SeatKind.VENUE: 20}, organiser=boss)
    for n in range(60):
        user = await stage.joins(f"p{n}", (SLACK, DISCORD)[n % 2], shown=f"{n:03} " + "ながい名前" * 12)
        await stage.acts(user, f"rsvp:{meetup}:going")
    first = await stage.types(boss, "meetup", "participants", meetup=str(meetup))
    assert "Page 1 of 3" in text_of(first)
    last = await stage.acts(boss, f"people:{meetup}:2")
    assert "number 40 in line" in text_of(last)
    assert len(menus(card_of(last))["people_pick"]) == 10


async def test_organisers_seat_and_remove_within_the_cap(stage: Stage) -> None:
    meetup, boss, people = await crowded(stage)
    full = await stage.types(boss, "meetup", "seat", member=f"<@{people[2].id}>", kind="venue", meetup=str(meetup))
    assert "There is no free seat (On site): 1 of 1 are taken." in text_of(full)
    picked = await stage.acts(boss, f"people_pick:{meetup}", values=(str(await stage.member(people[0])),))
    would = card_of(await stage.presses(boss, card_of(picked), "people_off"))
    assert "cannot be undone" in text_of(would)
    assert (await ledger_of(stage, meetup)).entries[await stage.member(people[0])].seat
    gone = await stage.presses(boss, would, "people_off")
    assert "Done." in text_of(gone)
    told = {dm.user: text_of(dm) for dm in stage.took(DirectMessage)}
    assert "taken you off the list" in told[people[0]]
    assert "it is yours" in told[people[1]]
    off = await stage.types(boss, "meetup", "remove", member=people[0].id, meetup=str(meetup))
    assert "not on the list" in text_of(off)
    assert "Please say who" in text_of(await stage.types(boss, "meetup", "seat", member="nobody!", meetup=str(meetup)))
    assert (await ledger_of(stage, meetup)).entries[await stage.member(people[1])].seat


async def test_a_seat_by_invitation_is_given_from_the_list(stage: Stage) -> None:
    boss = await stage.joins("boss")
    meetup = await planned(stage, {SeatKind.SPEAKER: 1, SeatKind.VENUE: 1}, organiser=boss)
    aki = await stage.joins("aki", DISCORD)
    await stage.acts(aki, f"rsvp:{meetup}:maybe")
    member = await stage.member(aki)
    would = await stage.acts(boss, f"people_seat:{meetup}:{member}", values=("speaker",))
    assert "would get a seat" in text_of(would)
    said = await stage.presses(boss, card_of(would), "people_seat")
    assert "Done." in text_of(said)
    assert (await ledger_of(stage, meetup)).entries[member].seat is SeatKind.SPEAKER


@BOTH
async def test_the_list_comes_as_a_file_in_private_that_excel_opens_and_that_runs_nothing(
    stage: Stage, home: Workspace
) -> None:
    meetup, _, _ = await crowded(stage)
    keeper = await stage.joins("keeper", home, is_admin=True)
    stage.sent.clear()
    assert "on its way" in text_of(await stage.types(keeper, "meetup", "csv", meetup=str(meetup)))
    [file] = [effect for effect in stage.sent if isinstance(effect, Upload)]
    assert file.place.channel == f"D-{keeper.id}"
    assert file.name == f"meetup-{meetup}.csv"
    assert file.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert [row["Name"] for row in rows] == ["'=p0", "'=p1", "'=p2", "'=p3"]
    assert [(row["RSVP"], row["Seat"], row["Place in line"]) for row in rows] == [
        ("Going", "On site", ""),
        ("Going", "", "1"),
        ("Going", "", "2"),
        ("Maybe", "", ""),
    ]
    assert rows[1]["In line since"] == "2026-12-04 10:00:00"


async def test_the_home_tab_shows_ones_own_meetups_else_the_next(stage: Stage) -> None:
    first, _ = await planned(stage, title="First"), await planned(stage, title="Other", ahead=timedelta(days=8))
    aki = await stage.joins("aki")
    stage.sent.clear()
    await stage.happens(HomeOpened(key=stage.key(), at=stage.now, workspace=aki.home, user=aki))
    [home] = stage.took(ShowHome)
    assert "Meetups to come" in text_of(home.card)
    assert "Other" in text_of(home.card)
    await stage.acts(aki, f"rsvp:{first}:going")
    stage.sent.clear()
    await stage.happens(HomeOpened(key=stage.key(), at=stage.now, workspace=aki.home, user=aki))
    [home] = stage.took(ShowHome)
    assert "Your meetups" in text_of(home.card)
    assert "Other" not in text_of(home.card)


async def test_the_home_tab_keeps_the_meetups_when_something_else_changes(stage: Stage) -> None:
    meetup, aki = await planned(stage, title="First"), await stage.joins("aki")
    member = await stage.member(aki)
    await stage.acts(aki, f"rsvp:{meetup}:going")
    for change in (
        stage.sends(aki, f"about:{member}", GOOD),
        stage.acts(aki, f"agree:{member}"),
        stage.sends(aki, f"levels:{member}:0", {"python": "expert"}),
        stage.sends(aki, f"rhythm:{member}", {"language": "en", "zone": "Tokyo", "quiet": ""}),
        stage.acts(aki, f"route_off:{member}"),
        stage.acts(aki, f"route_on:{member}"),
    ):
        stage.sent.clear()
        await change
        home = stage.took(ShowHome)[-1]
        assert "Your meetups" in text_of(home.card)
        assert "First" in text_of(home.card)
        assert "What I know about you" in text_of(home.card)


@pytest.mark.parametrize("cell", ["=1+1", "+81", "-1", "@aki", "＝１", "\tx"])
def test_a_cell_that_could_be_a_formula_is_defused(cell: str) -> None:
    assert defused(cell) == f"'{cell}"
    assert defused(f"a{cell}") == f"a{cell}"


@BOTH
async def test_a_member_gets_a_file_for_their_calendar(stage: Stage, home: Workspace) -> None:
    meetup, aki = await planned(stage, title="Tea, cake\nand talk"), await stage.joins("aki", home)
    mine = await stage.acts(aki, f"mine:{meetup}")
    stage.sent.clear()
    await stage.presses(aki, card_of(mine), "seat_ics")
    [file] = [effect for effect in stage.sent if isinstance(effect, Upload)]
    assert b"BEGIN:VEVENT" in file.content
    assert b"SUMMARY:Tea\\, cake" in file.content


@pytest.mark.parametrize("typed", ["99999999999999999999", "9223372036854775808", "#9223372036854775807", "9" * 5000])
async def test_a_number_that_no_database_can_hold_is_a_meetup_that_is_not_there(
    stage_on_both: Stage, typed: str
) -> None:
    stage = stage_on_both
    meetup = await planned(stage)
    aki = await stage.joins("aki", DISCORD)
    assert "I find no such meetup" in text_of(await stage.types(aki, "meetup", "show", meetup=typed))
    assert "no longer there" in text_of(await stage.acts(aki, "meetup_pick", values=(typed,)))
    assert "no longer there" in text_of(await stage.acts(aki, f"rsvp:{typed}:going"))
    assert "no longer kept" in text_of(await stage.acts(aki, f"plan_change:{typed}"))
    assert "Page" not in text_of(await stage.acts(aki, f"meetups_page:{typed}"))
    for sub in ("participants", "questions", "answers", "attendance", "figures"):
        assert text_of(await stage.types(aki, "meetup", sub, meetup=typed))
    for name in ("claim", "decline", "seat_ics", "preq", "remind", "here", "wish", "survey", "feed_new"):
        assert text_of(await stage.acts(aki, f"{name}:{typed}:{typed}"))
    assert (await ledger_of(stage, meetup)).entries == {}
