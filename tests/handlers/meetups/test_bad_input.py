"""What people type or run into by mistake: each gets a kind answer in their language, and nothing is lost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from chat.answers import Invalid, Say
from chat.card import Button, Buttons, Card
from chat.effects import DirectMessage, Effect, Post, PutEvent, Upload
from chat.form import Values
from chat.ids import UserRef
from community.meetups.plan import MeetupState
from community.seats.values import SeatKind
from tests.handlers.meetups.planned import ledger_of
from tests.handlers.meetups.planning import TYPED, comes, draft, errors, planned, stored
from tests.handlers.stage import DISCORD, Stage, card_of, form_of, text_of

LANGUAGES = pytest.mark.parametrize("language", ["en", "ja"])
Build = Callable[..., Awaitable[Stage]]


def picks(card: Card | None) -> list[str]:
    """Return the actions of the times that are proposed."""
    buttons = [b for part in card.parts if isinstance(part, Buttons) for b in part.buttons] if card else []
    return [b.action for b in buttons if isinstance(b, Button) and b.action.startswith("plan_pick")]


async def refused(stage: Stage, user: UserRef, when: str) -> Invalid:
    """Type a time that cannot be; what else was typed is kept."""
    answer = await stage.sends(user, "plan:0", TYPED | {"when": when})
    assert isinstance(answer, Invalid)
    kept = {field.key: getattr(field, "value", None) for field in answer.form.fields}
    assert kept == TYPED | {"when": when}
    assert await stored(stage) == []
    return answer


@LANGUAGES
@pytest.mark.parametrize("when", ["2026-12-03 19:00", "2020-02-29 10:00"])
async def test_a_date_in_the_past(build: Build, language: str, when: str) -> None:
    stage = await build(language=language)
    answer = await refused(stage, await stage.joins("aki"), when)
    assert {"en": "is over", "ja": "過ぎています"}[language] in answer.errors["when"]


@LANGUAGES
async def test_the_hour_that_does_not_exist_on_the_day_clocks_change(build: Build, language: str) -> None:
    stage = await build(language=language)
    aki = await stage.joins("aki", time_zone="America/New_York")
    answer = await refused(stage, aki, "2027-03-14 02:30")
    said = {"en": "02:30 is left out. The nearest times are 01:59 and 03:00", "ja": "02:30という時刻がありません"}
    assert said[language] in answer.errors["when"]
    assert isinstance(await stage.acts(aki, picks(answer.card)[-1]), Say)
    assert [m.meetup.plan.starts for m in await stored(stage)] == [datetime(2027, 3, 14, 7, 0, tzinfo=UTC)]


@LANGUAGES
async def test_the_hour_that_exists_twice(build: Build, language: str) -> None:
    stage = await build(language=language)
    stage.now = datetime(2026, 10, 20, 12, 0, tzinfo=UTC)
    aki = await stage.joins("aki", DISCORD, time_zone="Europe/Berlin")
    answer = await refused(stage, aki, "2026-10-25 02:30")
    assert {"en": "02:30 comes twice", "ja": "02:30が2回あります"}[language] in answer.errors["when"]
    first, second = picks(answer.card)
    await stage.acts(aki, second)
    await stage.acts(aki, first)
    starts = [m.meetup.plan.starts for m in await stored(stage)]
    assert starts == [datetime(2026, 10, 25, 1, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]


@LANGUAGES
async def test_a_cap_below_the_seats_taken(build: Build, language: str) -> None:
    stage = await build(language=language)
    aki, bo, cho = [await stage.joins(name) for name in ("aki", "bo", "cho")]
    found = await planned(stage, aki)
    for user in (bo, cho):
        await comes(stage, user, found.id)
    answer = await stage.sends(aki, f"plan_part:{found.id}:seats", {"venue": "1"})
    said = {"en": "2 of these seats are taken", "ja": "すでに2人の席が決まっている"}
    assert said[language] in errors(answer)["venue"]
    assert (await ledger_of(stage, found.id)).allotments[SeatKind.VENUE].cap is None


@LANGUAGES
async def test_a_series_without_an_end(build: Build, language: str) -> None:
    stage = await build(language=language)
    aki = await stage.joins("aki")
    await draft(stage, aki)
    how = {"en": "every week", "ja": "毎週"}[language]
    repeat: Values = {"how": how, "end": "", "ends": "ends", "holidays": "yes"}
    answer = await stage.sends(aki, "plan_part:1:repeat", repeat)
    assert {"en": "When does the series end?", "ja": "いつまで続けますか？"}[language] in errors(answer)["end"]
    await stage.sends(aki, "plan_part:1:repeat", repeat | {"ends": "no_end"})  # on purpose it may be
    await stage.acts(aki, "plan_go:1")
    assert len(await stored(stage)) == 3  # and even so only the next few are made


@LANGUAGES
async def test_a_form_reopened_after_a_restart(build: Build, language: str) -> None:
    stage = await build(language=language)
    aki = await stage.joins("aki", DISCORD, time_zone="America/New_York")
    refusal = await refused(stage, aki, "2027-03-14 02:30")
    assert refusal.card is not None
    after = Stage(stage.db, stage.settings)
    after.now = stage.now + timedelta(hours=3)
    form = form_of(await after.presses(aki, refusal.card, "draft"))
    assert {field.key: getattr(field, "value", None) for field in form.fields} == TYPED | {"when": "2027-03-14 02:30"}
    done = await after.sends(aki, form, TYPED)
    assert {"en": "Announce it", "ja": "告知する"}[language] in text_of(done)
    lost = text_of(await after.acts(aki, "draft:0123456789abcdef"))
    assert {"en": "no longer kept", "ja": "保存期間が過ぎました"}[language] in lost


@LANGUAGES
async def test_a_member_who_left_the_workspace(build: Build, language: str) -> None:
    stage = await build(language=language)
    aki, bo, cho = await stage.joins("aki"), await stage.joins("bo", DISCORD), await stage.joins("cho")
    found = await planned(stage, aki)
    await stage.sends(aki, f"plan_part:{found.id}:seats", {"venue": "1"})
    for user in (bo, cho):
        await comes(stage, user, found.id)
    stage.sent.clear()
    await stage.leaves(bo)
    (told,) = stage.took(DirectMessage)  # nothing goes to who left
    assert told.user == cho
    assert {"en": "it is yours", "ja": "繰り上げ"}[language] in text_of(told)
    answer = await stage.sends(aki, f"plan_part:{found.id}:people", {"speakers": "bo", "co": ""})
    said = {"en": "I find nobody called “bo”", "ja": "「bo」さんが見つかりません"}
    assert said[language] in errors(answer)["speakers"]
    entry = (await ledger_of(stage, found.id)).entries.get(await stage.member(bo))
    assert entry is None or entry.seat is None


@LANGUAGES
async def test_a_speaker_who_left_gets_no_seat_at_what_follows_in_the_series(build: Build, language: str) -> None:
    stage = await build(language=language)
    aki, bo = await stage.joins("aki"), await stage.joins("bo")
    await draft(stage, aki)
    await stage.sends(aki, "plan_part:1:people", {"speakers": "bo", "co": ""})
    how = {"en": "every week", "ja": "毎週"}[language]
    await stage.sends(aki, "plan_part:1:repeat", {"how": how, "end": "10", "ends": "ends", "holidays": "yes"})
    await stage.acts(aki, "plan_go:1")
    member = await stage.member(bo)
    await stage.leaves(bo)
    await stage.passes(timedelta(days=8))
    (*_, last) = await stored(stage)
    assert last.id == 4
    assert member not in (await ledger_of(stage, last.id)).entries


@LANGUAGES
async def test_an_organiser_who_left(build: Build, language: str) -> None:
    stage = await build(language=language)
    aki, bo, keeper = await stage.joins("aki"), await stage.joins("bo"), await stage.joins("keeper", is_admin=True)
    found = await planned(stage, aki)
    await comes(stage, bo, found.id)
    stage.sent.clear()
    await stage.leaves(aki)
    (post,) = stage.took(Post)
    assert post.place.channel == "C-moderators"
    said = {"en": "Who has a seat keeps it.", "ja": "参加者の席はそのままです。"}
    assert said[language] in text_of(post)
    took = text_of(await stage.presses(keeper, post.card, "plan_take"))
    assert {"en": "You run it now.", "ja": "あなたが主催者になりました。"}[language] in took
    (left,) = await stored(stage)
    assert (left.meetup.organiser, left.meetup.state) == (await stage.member(keeper), MeetupState.PLANNED)
    assert (await ledger_of(stage, found.id)).entries[await stage.member(bo)].seat is SeatKind.VENUE


@LANGUAGES
async def test_a_hundred_native_events_already_on_the_server(build: Build, language: str) -> None:
    stage = await build(language=language)
    aki = await stage.joins("aki", DISCORD)

    def full(effect: Effect) -> bool:
        return isinstance(effect, PutEvent)

    stage.refuses = full
    found = await planned(stage, aki)
    (told,) = stage.took(DirectMessage)
    assert told.user == aki
    for said in {"en": ("goes on as planned", "100 events"), "ja": ("予定どおり", "100件まで")}[language]:
        assert said in text_of(told)
    going = text_of(await stage.acts(aki, f"rsvp:{found.id}:going"))
    assert {"en": "You have a seat", "ja": "の席があります"}[language] in going


@LANGUAGES
async def test_a_title_with_newlines_and_commas_in_the_calendar(build: Build, language: str) -> None:
    stage = await build(language=language)
    aki = await stage.joins("aki")
    await planned(stage, aki, title="お茶, cake; \\n\r\nBEGIN:VEVENT\nとお話")
    mine = card_of(await stage.acts(aki, "mine:1"))
    await stage.presses(aki, mine, "seat_ics")
    files = stage.took(Upload)
    assert len(files) == 3  # in both threads, and in private
    for file in files:
        lines = file.content.decode().replace("\r\n ", "").split("\r\n")
        assert lines.count("BEGIN:VEVENT") == 1
        (title,) = [line for line in lines if line.startswith("SUMMARY")]
        assert title.endswith(":お茶\\, cake\\; \\\\n BEGIN:VEVENT とお話")
        assert all(len(line.encode()) <= 75 for line in file.content.decode().split("\r\n"))
