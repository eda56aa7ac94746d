"""Whose message a thread hangs on is found by the time that its id tells, and without it where it tells none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chat.ids import Place, Platform
from chat.moments import moment_of
from storage.activity import Fact
from storage.engine import Database
from storage.unit import Unit

AT = datetime(2026, 3, 1, 9, 30, 0, 123_000, tzinfo=UTC)
LATER = AT + timedelta(days=200)
STAMP = f"{int(AT.timestamp())}.123000"
SNOWFLAKE = str((int(AT.timestamp() * 1000) - 1_420_070_400_000) << 22 | 77)
SHY, OPEN = 5, 6


def test_an_id_tells_when_it_was_made_where_it_is_the_platforms_own() -> None:
    assert moment_of(Platform.SLACK, STAMP) == AT
    assert moment_of(Platform.DISCORD, SNOWFLAKE) == AT
    assert moment_of(Platform.DISCORD, "175928847299117063") == datetime(2016, 4, 30, 11, 18, 25, 796_000, tzinfo=UTC)
    for platform, id_ in ((Platform.SLACK, SNOWFLAKE), (Platform.DISCORD, STAMP), (Platform.DISCORD, "12"), *NAMED):
        assert moment_of(platform, id_) is None, "a name of another make"


NAMED = [
    (platform, id_) for platform in Platform for id_ in ("", "m12", "1700000000.12-a1b2", "１２３４５６７８９０.123456")
]


@pytest.mark.parametrize(
    ("platform", "id_"), [(Platform.SLACK, STAMP), (Platform.DISCORD, SNOWFLAKE), (Platform.SLACK, "m12")]
)
async def test_old_threads_of_some_members_are_found_and_those_of_others_are_not(
    database: Database, platform: Platform, id_: str
) -> None:
    home = Place(platform, "W", "C1")
    thread, elsewhere = Place(platform, "W", "C1", id_), Place(platform, "W", "C2", id_)
    async with database.writing() as conn:
        unit = Unit(conn, "c1", LATER)
        unit.activity.record(Fact("message.posted", AT, SHY, home, id_), key="root")
        unit.activity.record(Fact("message.posted", LATER, OPEN, thread, "later"), key="reply")
        await unit.flush()
        assert await unit.weeks.began_by({SHY}, [thread, elsewhere]) == {thread}
        assert await unit.weeks.began_by({OPEN}, [thread]) == set()
        assert await unit.weeks.began_by(set(), [thread]) == set()
        assert await Unit(conn, "c2", LATER).weeks.began_by({SHY}, [thread]) == set()
