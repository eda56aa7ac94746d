"""In quiet days nobody is prompted, nothing is lost, and afterwards it comes bit by bit; on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from chat.card import Card, Text
from chat.effects import DirectMessage
from chat.ids import UserRef
from chat.text import rich
from community.conduct.settings import ConductSettings
from community.hours.quiet_days import PROMPTS, quiet_ends
from community.hours.schedule import ONE, Standing
from handlers.context import Context
from handlers.nudge import NUDGE
from handlers.peaks.standing import PEAKS
from handlers.quiet.pause import hold_prompts
from tests.handlers.questions.asked import within
from tests.handlers.stage import START, Stage

SUNDAY = "2026-12-13"  # nine days from the start, in Tokyo until 15:00 UTC
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def rest_until(stage: Stage, day: str) -> datetime | None:
    """Set the last quiet day in the file; returns when they end."""
    conduct = ConductSettings(quiet_until=day)
    stage.settings = msgspec.structs.replace(stage.settings, conduct=conduct)
    return quiet_ends(stage.settings)


async def set_timer(stage: Stage, kind: str, subject: str | int, due: datetime, **data: str) -> None:
    async def do(ctx: Context) -> None:
        await ctx.db.timers.set(kind, subject, due, **data)

    await within(stage, do)


async def due_at(stage: Stage, kind: str, subject: str | int) -> datetime | None:
    async def find(ctx: Context) -> datetime | None:
        return await ctx.db.timers.due_at(kind, subject)

    return await within(stage, find)


async def queue(stage: Stage, user: UserRef, key: str, due: datetime) -> None:
    """Queue a message, as a feature does while it handles something."""

    async def do(ctx: Context) -> None:
        hold_prompts(ctx)
        ctx.db.outbox.add(DirectMessage(user, Card(parts=(Text(rich(key)),))), key=key, due=due)

    await within(stage, do)


def said(stage: Stage) -> list[str]:
    """Return what was sent in private, by its first text."""
    return [effect.card.headline() for effect in stage.took(DirectMessage)]


async def test_a_nudge_waits_for_the_end_and_comes_once(stage_on_both: Stage) -> None:
    stage = stage_on_both
    await stage.joins("aki")
    stage.sent.clear()
    ends = rest_until(stage, SUNDAY)
    assert ends is not None
    await stage.passes(ends - timedelta(seconds=1))
    assert not stage.took(DirectMessage)
    await stage.passes(2 * DAY)
    assert len(stage.took(DirectMessage)) == 1
    await stage.passes(30 * DAY)
    assert not stage.took(DirectMessage)


async def test_every_kind_of_prompt_is_put_off_with_what_it_carries(stage: Stage) -> None:
    ends = rest_until(stage, SUNDAY)
    assert ends is not None
    for kind in PROMPTS:
        await set_timer(stage, kind, "1", stage.now + HOUR, slot="7")
    await stage.passes(5 * HOUR)
    for kind in PROMPTS:
        moment = await due_at(stage, kind, "1")
        assert moment is not None, kind
        assert ends < moment < ends + DAY, kind
    assert stage.sent == []


async def test_what_waits_does_not_come_all_at_once(stage: Stage) -> None:
    users = [await stage.joins(f"u{n}") for n in range(60)]
    await stage.passes(timedelta(minutes=1))
    ends = rest_until(stage, SUNDAY)
    assert ends is not None
    await stage.passes(ends)
    stage.sent.clear()
    each: list[int] = []
    for _ in range(24):
        await stage.passes(HOUR)
        each.append(len(stage.took(DirectMessage)))
    assert sum(each) == len(users)
    assert max(each) <= 15, each
    assert not any(each[:9]), "the night after is still night"


async def test_a_standing_look_comes_once_after_them_whatever_is_changed_meanwhile(stage: Stage) -> None:
    stage.standing = [one for one in _standing() if one.kind == PEAKS]
    ends = rest_until(stage, SUNDAY)
    assert ends is not None
    await stage.passes(2 * DAY)
    put_off = await due_at(stage, PEAKS, ONE)
    assert put_off is not None
    assert ends < put_off < ends + DAY
    await stage.passes(3 * DAY)
    assert await due_at(stage, PEAKS, ONE) == put_off, "each day's look is the same one"
    await stage.passes(put_off + timedelta(seconds=1))
    assert await stage.facts("peak.began") == ["peak.began"]
    following = await due_at(stage, PEAKS, ONE)
    assert following is not None
    assert following <= stage.now + DAY


def _standing() -> list[Standing]:
    from handlers import FEATURES  # noqa: PLC0415 - one test needs it

    return [one for feature in FEATURES for one in feature.standing]


async def test_what_was_queued_before_waits_too_and_keeps_its_hour(stage_on_both: Stage) -> None:
    stage = stage_on_both
    aki = await stage.joins("aki")
    await queue(stage, aki, "peak_ask:1", stage.now + 2 * HOUR)
    await queue(stage, aki, "meetup_remind:1", stage.now + 2 * HOUR)
    await queue(stage, aki, "meetup_survey:1:1", stage.now + 12 * DAY)
    stage.sent.clear()
    ends = rest_until(stage, SUNDAY)
    assert ends is not None
    await stage.passes(DAY)
    assert said(stage) == ["meetup_remind:1"], "a reminder was asked for"
    await stage.passes(ends)
    assert said(stage) == []
    await stage.passes(START + 10 * DAY + 2 * HOUR - timedelta(seconds=1))
    assert "peak_ask:1" not in said(stage)
    await stage.passes(timedelta(seconds=1))
    assert said(stage) == ["peak_ask:1"]
    await stage.passes(START + 12 * DAY)
    assert "meetup_survey:1:1" in said(stage), "what was not due in quiet days was left alone"


async def test_what_is_queued_in_quiet_days_waits(stage: Stage) -> None:
    aki = await stage.joins("aki")
    stage.sent.clear()
    ends = rest_until(stage, SUNDAY)
    assert ends is not None
    await queue(stage, aki, "invite:1", stage.now)
    await queue(stage, aki, "qrelay:1", stage.now)
    await stage.deliver()
    assert said(stage) == ["qrelay:1"]
    await stage.passes(ends + 2 * DAY)
    assert "invite:1" in said(stage)


async def test_who_lifts_them_early_waits_for_nothing(stage_on_both: Stage) -> None:
    stage = stage_on_both
    aki = await stage.joins("aki")
    await queue(stage, aki, "peak_ask:1", stage.now + HOUR)
    stage.sent.clear()
    rest_until(stage, "2026-12-31")
    await stage.passes(4 * DAY)
    assert said(stage) == []
    rest_until(stage, "")
    await stage.passes(DAY)
    told = said(stage)
    assert len(told) == 2, "the nudge and the question"
    assert "peak_ask:1" in told
    assert await due_at(stage, NUDGE, await stage.member(aki)) is None


async def test_longer_quiet_days_hold_longer(stage: Stage) -> None:
    await stage.joins("aki")
    stage.sent.clear()
    rest_until(stage, "2026-12-08")
    await stage.passes(4 * DAY)
    ends = rest_until(stage, SUNDAY)
    assert ends is not None
    await stage.passes(ends)
    assert not stage.took(DirectMessage)
    await stage.passes(DAY)
    assert len(stage.took(DirectMessage)) == 1
