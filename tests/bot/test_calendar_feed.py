"""The calendar feed as a calendar sees it: over HTTP, read by another library than the one that wrote it."""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest

from bot.config import read_config
from bot.process import Process
from chat.ids import MessageRef, Place, Platform
from community.config import ConfigError
from community.meetups.plan import Meetup, MeetupState, Plan, Where
from storage.activity import Fact
from storage.meetups.plans import Stand
from storage.unit import Unit
from tests.bot.test_process import Line, running

vobject: Any = importlib.import_module("vobject")  # it has no types
SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=7)
TITLE = "Tea, cake; and \\ talk\nBEGIN:VEVENT"


class Feed:
    """A running process with a feed."""

    def __init__(self, process: Process, base: str, session: aiohttp.ClientSession) -> None:
        self.process, self.base, self.session = process, base, session

    async def has(self, title: str, starts: datetime, state: MeetupState = MeetupState.PLANNED, **more: Any) -> int:  # noqa: ANN401 - fields
        """Let there be a meetup."""
        plan = Plan(title=title, starts=starts, ends=starts + timedelta(hours=2), zone="Asia/Tokyo", **more)
        async with self.process.db.writing() as conn:
            unit = Unit(conn, "main", datetime.now(UTC))
            home = Place(Platform.SLACK, "T1", "C1")
            new_id = await unit.meetups.add(Meetup(plan=plan, organiser=None, state=state), home, unit.now)
            assert new_id is not None
            await unit.meetups.stand(
                Stand(meetup=new_id, workspace=home.home, place=home, root=MessageRef(home, f"{new_id}.5"))
            )
            await unit.flush()
        return new_id

    async def secret(self) -> str:
        """Return the secret of a fresh address."""
        async with self.process.db.writing() as conn:
            return await Unit(conn, "main", datetime.now(UTC)).feeds.renew(1, datetime.now(UTC))

    async def get(self, secret: str, **headers: str) -> tuple[int, str, Mapping[str, str]]:
        """Ask as a calendar does."""
        async with self.session.get(f"{self.base}/calendar/{secret}.ics", headers=headers) as reply:
            return reply.status, await reply.text(), reply.headers


@pytest.fixture(params=["sqlite", "postgresql"])
async def feed(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Feed]:
    """Let a bot run with a feed, once on each database."""
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    async with (
        running(url, Line()) as (process, base),
        aiohttp.ClientSession() as session,
    ):
        yield Feed(process, base, session)


async def test_a_calendar_reads_what_is_to_come_and_the_last_season(feed: Feed) -> None:
    await feed.has(TITLE, SOON, place="Room 3, 2F", where=Where.VENUE, description="Bring:\n- cups; plates")
    await feed.has("Online talk", SOON + timedelta(days=1), link="https://call.example/a?b=c,d;e")
    await feed.has("Off", SOON, MeetupState.CANCELLED)
    await feed.has("Last month", SOON - timedelta(days=40), MeetupState.OVER)
    await feed.has("Last year", SOON - timedelta(days=400), MeetupState.OVER)
    await feed.has("Nobody has seen it", SOON, MeetupState.DRAFT)
    status, body, headers = await feed.get(await feed.secret())
    assert status == 200
    assert headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert headers["Cache-Control"].startswith("private, max-age=")
    found = {entry.summary.value: entry for entry in vobject.readOne(body).vevent_list}
    assert set(found) == {"Tea, cake; and \\ talk BEGIN:VEVENT", "Online talk", "Off", "Last month"}
    tea = found["Tea, cake; and \\ talk BEGIN:VEVENT"]
    assert tea.dtstart.value == SOON
    assert tea.location.value == "Room 3, 2F"
    assert tea.description.value.startswith("Bring:\n- cups; plates")
    assert found["Online talk"].location.value == "https://call.example/a?b=c,d;e"
    assert found["Off"].status.value == "CANCELLED"
    assert all(len(line.encode()) <= 75 for line in body.split("\r\n"))


async def test_nothing_new_is_answered_with_nothing_and_a_change_with_all(feed: Feed) -> None:
    meetup, secret = await feed.has("Tea", SOON), await feed.secret()
    _, body, headers = await feed.get(secret)
    tag = headers["ETag"]
    status, again, headers = await feed.get(secret, **{"If-None-Match": tag})
    assert (status, again, headers["ETag"]) == (304, "", tag)
    async with feed.process.db.writing() as conn:
        unit = Unit(conn, "main", datetime.now(UTC))
        stored = await unit.meetups.get(meetup)
        assert stored
        moved = msgspec.structs.replace(stored.meetup.plan, title="Coffee")
        await unit.meetups.save(meetup, msgspec.structs.replace(stored.meetup, plan=moved, revision=1))
        later = datetime.now(UTC) + timedelta(minutes=5)
        unit.activity.record(Fact("meetup.edited", later, 1, None, str(meetup)), key="edited")
        await unit.flush()
    status, changed, _ = await feed.get(secret, **{"If-None-Match": tag})
    assert status == 200
    before, after = vobject.readOne(body).vevent, vobject.readOne(changed).vevent
    assert after.summary.value == "Coffee"
    assert int(after.sequence.value) == int(before.sequence.value) + 1
    assert after.last_modified.value > before.last_modified.value
    assert after.uid.value == before.uid.value


async def test_an_unknown_a_revoked_and_a_malformed_address_look_alike(feed: Feed) -> None:
    revoked = await feed.secret()
    assert (await feed.get(revoked))[0] == 200
    await feed.secret()  # the member makes a new one
    answers = [await feed.get(secret) for secret in (revoked, "A" * 32, "x", "%00", "A" * 5000, "ü" * 32)]
    assert {status for status, _, _ in answers} == {404}
    assert len({body for _, body, _ in answers}) == 1
    assert all(headers["Cache-Control"] == "no-store" for _, _, headers in answers)


async def test_a_store_that_does_not_answer_is_no_end_of_the_subscription(feed: Feed) -> None:
    secret = await feed.secret()
    async with feed.process.db.writing() as conn:
        await conn.exec_driver_sql("ALTER TABLE calendar_feeds RENAME TO calendar_feeds_away")
    status, _, headers = await feed.get(secret)
    assert status == 503
    assert headers["Retry-After"] == "60"


@pytest.mark.parametrize("typed", ["tsudoi.example.org", "ftp://x", "https://", "https://a b", "https://日本.jp"])
def test_an_address_that_no_calendar_could_open_is_refused(typed: str) -> None:
    with pytest.raises(ConfigError, match="public_url"):
        read_config({"server": {"public_url": typed}})
