"""Meetups in people's calendars: the file in the thread, and the address that is shown once."""

from __future__ import annotations

import importlib
import re
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from chat.effects import Upload
from chat.ids import UserRef, Workspace
from storage.meetups.feeds import community_of
from tests.handlers.meetups.planned import planned
from tests.handlers.meetups.planning import draft
from tests.handlers.meetups.test_native_events import changed
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, text_of

vobject: Any = importlib.import_module("vobject")  # it has no types
BOTH = pytest.mark.parametrize("home", [SLACK, DISCORD])
PUBLIC = "https://tsudoi.example.org"


async def test_the_file_lies_in_each_thread_and_comes_again_with_a_new_time_or_place_only(stage: Stage) -> None:
    boss = await stage.joins("boss")
    title = "Tea, cake; and\nmore \\ talk"
    meetup, by = await planned(stage, organiser=boss, title=title), await stage.member(boss)
    files = stage.took(Upload)
    assert {file.place.platform for file in files} == {SLACK.platform, DISCORD.platform}
    assert all(file.place.thread for file in files)
    for file in files:
        entry = vobject.readOne(file.content.decode()).vevent
        assert entry.summary.value == "Tea, cake; and more \\ talk"
        assert entry.location.value == "Room 3"
        assert entry.url.value.startswith("https://chat.example/")
    await changed(stage, meetup, by, description="With cake")
    assert stage.took(Upload) == []
    await changed(stage, meetup, by, place="Room 4, 2F; left")
    files = stage.took(Upload)
    assert len(files) == 2
    again = vobject.readOne(files[0].content.decode()).vevent
    assert again.location.value == "Room 4, 2F; left"
    assert again.uid.value == entry.uid.value
    assert int(again.sequence.value) > int(entry.sequence.value)


async def secret_of(stage: Stage, user: UserRef, answer: object = None) -> str:
    said = text_of(answer if answer is not None else await stage.types(user, "meetup", "calendar"))  # type: ignore[arg-type]
    found = re.search(rf"{PUBLIC}/calendar/([A-Za-z0-9_-]+)\.ics", said)
    assert found, said
    return found[1]


async def opens(stage: Stage, secret: str) -> str | None:
    async with stage.db.reading() as conn:
        return await community_of(conn, secret)


@BOTH
async def test_an_address_is_shown_once_and_a_new_one_ends_the_last(build: Any, home: Workspace) -> None:  # noqa: ANN401 - a fixture
    stage: Stage = await build(public_url=f"{PUBLIC}/")
    aki = await stage.joins("aki", home)
    first = await secret_of(stage, aki)
    assert await opens(stage, first) == "c1"
    again = text_of(await stage.types(aki, "meetup", "calendar"))
    assert first not in again
    assert "only its fingerprint" in again
    second = await secret_of(stage, aki, await stage.acts(aki, "feed_new"))
    assert await opens(stage, first) is None
    assert await opens(stage, second) == "c1"
    await stage.acts(aki, "feed_off")
    assert await opens(stage, second) is None


async def test_an_address_opens_and_closes_on_both_databases(stage_on_both: Stage) -> None:
    stage = stage_on_both
    stage.settings = msgspec.structs.replace(stage.settings, public_url=PUBLIC)
    aki, boss = await stage.joins("aki", DISCORD), await stage.joins("boss", is_admin=True)
    first = await secret_of(stage, aki)
    second = await secret_of(stage, aki, await stage.acts(aki, "feed_new"))
    assert [await opens(stage, secret) for secret in (first, second)] == [None, "c1"]
    would = card_of(await stage.acts(boss, "feed_all_off"))
    assert "1 address would show nothing" in text_of(would)
    assert "1 address shows nothing" in text_of(await stage.presses(boss, would, "feed_all_off"))
    assert await opens(stage, second) is None


async def test_the_file_for_one_member_is_the_one_in_the_thread(stage: Stage) -> None:
    boss = await stage.joins("boss")
    await stage.presses(
        boss, await draft(stage, boss, title="Tea, cake;\nand talk", spot="https://call.example/a?b=c,d"), "plan_go"
    )
    (thread, *_) = stage.took(Upload)
    await stage.presses(boss, card_of(await stage.acts(boss, "mine:1")), "seat_ics")
    (own,) = stage.took(Upload)
    entries = [vobject.readOne(file.content.decode()).vevent for file in (thread, own)]
    for name in ("uid", "summary", "location", "description", "url", "sequence", "dtstart", "dtend"):
        assert getattr(entries[0], name).value == getattr(entries[1], name).value, name
    assert entries[1].location.value == "https://call.example/a?b=c,d"
    assert entries[1].url.value.startswith("https://chat.example/")


async def test_moderators_revoke_all_addresses_and_nobody_else_does(build: Any) -> None:  # noqa: ANN401 - a fixture
    stage: Stage = await build(public_url=PUBLIC)
    aki, boss = await stage.joins("aki"), await stage.joins("boss", is_admin=True)
    secret, own = await secret_of(stage, aki), await secret_of(stage, boss)
    assert "Revoke all" not in text_of(await stage.types(aki, "meetup", "calendar"))
    assert "for moderators" in text_of(await stage.acts(aki, "feed_all_off"))
    assert await opens(stage, secret) == "c1"
    assert "there are 2 addresses" in text_of(await stage.types(boss, "meetup", "calendar"))
    assert "2 addresses show nothing" in text_of(await stage.acts(boss, "feed_all_off:go"))
    assert await opens(stage, secret) is None
    assert await opens(stage, own) is None


async def test_who_leaves_takes_their_address_along(build: Any) -> None:  # noqa: ANN401 - a fixture
    stage: Stage = await build(public_url=PUBLIC)
    aki = await stage.joins("aki")
    secret = await secret_of(stage, aki)
    await stage.leaves(aki)
    assert await opens(stage, secret) is None


async def test_without_an_address_of_its_own_the_bot_says_what_is_missing(stage: Stage) -> None:
    aki = await stage.joins("aki")
    for said in (await stage.types(aki, "meetup", "calendar"), await stage.acts(aki, "feed_new")):
        assert "server.public_url" in text_of(said)
    await stage.passes(timedelta(minutes=1))
