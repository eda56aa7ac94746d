"""Week by week over both changes of clocks, the process killed around each slot: each digest once, and in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from chat.effects import Effect, Post
from chat.ids import Platform
from chat.text import RichText
from community.digest.settings import DigestSettings
from community.signals import TimerDue
from handlers.digest.posting import DIGEST
from storage.unit import Unit
from tests.handlers.digest.weekly import digests_of, introduced, prepare
from tests.handlers.questions.asked import ask
from tests.handlers.stage import Stage, text_of

BERLIN = ZoneInfo("Europe/Berlin")
A_MINUTE, A_DAY, A_WEEK = timedelta(minutes=1), timedelta(days=1), timedelta(weeks=1)


def in_berlin(stage: Stage, weekday: str = "sunday", at: str = "02:30") -> Stage:
    """Let the digest come at an hour that one Sunday of the year does not have, and another has twice."""
    prepare(stage)
    digest = DigestSettings(weekday=weekday, time=at)
    stage.settings = msgspec.structs.replace(stage.settings, time_zone="Europe/Berlin", digest=digest)
    return stage


def restarted(stage: Stage) -> Stage:
    """Return what a new process finds: the same store, the same clock, the same platforms, and nothing in memory."""
    fresh = Stage(stage.db, stage.settings)
    fresh.now, fresh.standing, fresh._n = stage.now, stage.standing, stage._n
    return fresh


@pytest.mark.parametrize("changes", [datetime(2027, 3, 28, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)])
async def test_each_week_once_over_both_changes_of_clocks_with_a_kill_around_each_slot(
    stage_on_both: Stage, changes: datetime
) -> None:
    stage = in_berlin(stage_on_both)
    stage.now = changes - 2 * A_WEEK - 3 * A_DAY
    found: list[tuple[datetime, str]] = []
    for week in range(5):
        await introduced(stage, f"person{week}")
        slot = datetime.combine(
            (changes + (week - 2) * A_WEEK).date(), datetime.min.time().replace(hour=2, minute=30), BERLIN
        ).astimezone(UTC)
        await stage.passes(slot - A_MINUTE)
        assert digests_of(stage) == {}
        stage = restarted(stage)
        await stage.passes(slot)
        for platform, card in digests_of(stage).items():
            if platform is Platform.SLACK:
                found.append((stage.now, text_of(card)))
        stage = restarted(stage)
        await stage.passes(slot + A_MINUTE)
        assert digests_of(stage) == {}
        stage = restarted(stage)
        await stage.passes(slot + 3 * A_DAY)
        assert digests_of(stage) == {}
    assert len(found) == 5
    for week, (_, text) in enumerate(found):
        told = [n for n in range(5) if f"@person{n}" in text]
        assert told == [week], "each newcomer in one digest, and in that of their own week"
    hours = [at.astimezone(BERLIN).strftime("%H:%M") for at, _ in found]
    assert set(hours) - {"02:30", "03:30"} == set()


async def test_a_process_that_dies_between_commit_and_sending_leaves_the_rest_to_the_next(stage: Stage) -> None:
    stage = in_berlin(stage, "monday", "09:00")
    await introduced(stage, "aki")
    slot = datetime(2026, 12, 7, 8, 0, tzinfo=UTC)
    await stage.passes(slot - A_MINUTE)
    stage.sent.clear()

    class KilledError(Exception):
        """The process is gone."""

    async def die() -> None:
        raise KilledError

    stage.deliver = die  # type: ignore[method-assign]  # the process ends after the commit
    stage.now = slot
    with pytest.raises(KilledError):
        await stage.happens(TimerDue(key=stage.key(), at=slot, kind=DIGEST, subject="-"))
    stage = restarted(stage)
    await stage.deliver()
    assert set(digests_of(stage)) == {Platform.SLACK, Platform.DISCORD}
    await stage.passes(slot + A_DAY)
    assert digests_of(stage) == {}


async def test_after_three_weeks_of_downtime_exactly_one_digest_comes_for_the_latest_week(stage_on_both: Stage) -> None:
    stage = in_berlin(stage_on_both, "monday", "09:00")
    await introduced(stage, "before")
    await stage.passes(datetime(2026, 12, 7, 9, 0, tzinfo=UTC))
    assert set(digests_of(stage)) == {Platform.SLACK, Platform.DISCORD}
    stage.now = datetime(2026, 12, 12, 9, 0, tzinfo=UTC)  # what happens while the bot is away is found by catching up
    await introduced(stage, "inweekone")
    stage.now = datetime(2026, 12, 26, 9, 0, tzinfo=UTC)
    await introduced(stage, "inweekthree")
    stage = restarted(stage)
    await stage.passes(datetime(2026, 12, 30, 12, 0, tzinfo=UTC))
    found = digests_of(stage)
    assert set(found) == {Platform.SLACK, Platform.DISCORD}
    text = text_of(found[Platform.SLACK])
    assert "@inweekthree" in text
    assert "@inweekone" not in text
    assert "Mon, 21 Dec" in text
    assert await stage.facts("digest.posted") == ["digest.posted"] * 2
    await stage.passes(datetime(2027, 1, 2, tzinfo=UTC))
    assert digests_of(stage) == {}


async def test_a_timer_that_rings_twice_posts_once_and_one_that_rings_too_late_not_at_all(stage: Stage) -> None:
    stage = in_berlin(stage, "monday", "09:00")
    await introduced(stage, "aki")
    slot = datetime(2026, 12, 7, 8, 0, tzinfo=UTC)
    for now, posts in ((slot + A_MINUTE, 2), (slot + 2 * A_MINUTE, 0), (slot + A_DAY, 0)):
        stage.now = now
        stage.sent.clear()
        await rings(stage)
        assert len(digests_of(stage)) == posts
    await introduced(stage, "ben")
    stage.now = slot + A_WEEK + 6 * A_DAY + A_MINUTE
    stage.sent.clear()
    await rings(stage)
    assert digests_of(stage) == {}


async def test_a_late_digest_waits_for_the_morning_and_tells_nothing_of_after_its_week(stage: Stage) -> None:
    stage = in_berlin(stage, "monday", "09:00")
    aki = await introduced(stage, "aki")
    slot = datetime(2026, 12, 7, 8, 0, tzinfo=UTC)
    await stage.passes(slot - A_MINUTE)
    stage.now = slot + timedelta(hours=15)  # it comes back at eleven at night
    await ask(stage, aki, "Asked after the week?")
    stage.sent.clear()
    stage = restarted(stage)
    await stage.passes(stage.now + A_MINUTE)
    assert digests_of(stage) == {}
    await stage.passes(slot + A_DAY - A_MINUTE)
    assert digests_of(stage) == {}
    await stage.passes(slot + A_DAY)
    text = text_of(digests_of(stage)[Platform.SLACK])
    assert "@aki" in text
    assert "Asked after the week?" not in text


async def rings(stage: Stage) -> None:
    """Let the digest's timer ring now."""
    async with stage.db.writing() as conn:
        await Unit(conn, stage.settings.id, stage.now).timers.set(DIGEST, "-", stage.now)
    standing, stage.standing = stage.standing, ()
    await stage.passes(timedelta())
    stage.standing = standing


async def test_a_place_that_refuses_does_not_keep_the_other_waiting(stage: Stage) -> None:
    stage = in_berlin(stage, "monday", "09:00")
    await introduced(stage, "aki")
    stage.refuses = _on_slack
    await stage.passes(datetime(2026, 12, 7, 9, 0, tzinfo=UTC))
    assert set(digests_of(stage)) == {Platform.DISCORD}


def _on_slack(effect: Effect) -> bool:
    return isinstance(effect, Post) and effect.place.platform is Platform.SLACK and _is_digest(effect)


def _is_digest(post: Post) -> bool:
    texts = [getattr(part, "text", "") for part in post.card.parts]
    return any("This week" in (text.plain() if isinstance(text, RichText) else text) for text in texts)
