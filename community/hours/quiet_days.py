"""Quiet days: until a day ends the bot prompts nobody, and what it would have said comes afterwards, bit by bit.

A prompt is what the bot says unasked to make somebody do something. What somebody asked for themselves, what keeps a
promise, and what only tells is no prompt. Each kind of timer stands in one of two tables; a test holds this.
"""

from __future__ import annotations

import math
import zlib
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from community.config import CommunitySettings
from community.hours.quiet_hours import MORNING, next_decent_moment
from community.hours.schedule import at_local
from community.when.zones import zone_or

QUIET_DAYS = 7  # where a moderator names no number
QUIET_DAYS_MOST = 31  # a month of silence is a decision about the community, and is taken anew
SPREAD = timedelta(hours=9)  # of the first day after: from the morning to the end of work
SPREAD_WHEN_LIFTED = timedelta(hours=3)
_LATEST_TO_BEGIN = time(17)  # what is spread over three hours is said before the evening
_DAY = timedelta(days=1)
_LOTS = 10_000

# Timers that prompt somebody, and whom to do what. During quiet days they are put off
PROMPTS = {
    "onboarding.nudge": "a newcomer is nudged to say hello",
    "onboarding.reply": "a welcomer is asked to greet somebody",
    "onboarding.silence": "the next welcomer is asked; who was asked before may take their time as well",
    "onboarding.alone": "moderators are asked to greet somebody",
    "question.invite": "a peer is invited to answer",
    "question.silence": "who was invited is reminded or passed over; nobody's time runs out during quiet days",
    "question.escalate": "moderators are asked to look after a question",
    "question.idle": "who asked is asked whether it helped",
    "thanks.hint": "a writer is asked whether words were thanks",
    "peaks": "a member is asked whether a moment may be told, moderators whether it is fit to be",
    "conduct.remind": "moderators are reminded of reports that wait",
    "pulse": "members are asked how safe it feels here",
    "pulse.one": "a member is asked how safe it feels here",
}

# Timers that prompt nobody, and why they go on
NOT_PROMPTS = {
    "question.draft": "forgets what nobody came back for",
    "question.relay": "brings answers to who asked for them",
    "meetup.clock": "seats: who waits for one is told in time, or it is lost to them",
    "meetup.redraw": "draws cards anew",
    "meetup.remind": "reminders of a meetup that its participants chose",
    "meetup.draft": "forgets what nobody came back for",
    "meetup.series": "keeps a series going that its organisers planned",
    "meetup.opens": "opens the door of a meetup that takes place",
    "meetup.over": "closes a meetup; its survey is an effect, and that is put off",
    "digest": "tells in a channel what was; moderators skip a week there",
    "digest_personal": "those who asked for it are looked for",
    "digest_personal_one": "each of them asked for it",
    "thanks.lapse": "forgets what nobody confirmed",
    "introductions.retry": "posts what its writer asked to be posted",
    "topic.refused": "tells who pressed a button what became of it",
    "figures.fold": "counts",
    "reports.weekly": "tells moderators figures that they chose to be told",
    "reports.monthly": "tells moderators figures that they chose to be told",
    "conduct.hands": "cases of who moderates no longer wait for somebody again",
    "conduct.alarm": "owners are called: somebody may be in need",
    "pulse.close": "counts what was answered",
    "membership.settle": "seats in the community: who waits for one is offered it, or it stays empty",
    "membership.lapse": "offers of seats lapse when they were said to",
    "membership.rest": "offers of seats lapse when they were said to",
    "membership.ask": "offers of seats that waited for the morning of whom they are for",
    "membership.tell": "tells who waits what was decided about their application at night",
    "membership.remind": "reminds of an offer that somebody applied for, before it is lost to them",
    "privacy.again": "lets others go on without somebody who was erased again after a restore",
    "privacy.forget": "erases somebody who asked for it",
    "privacy.keep": "deletes what is kept no longer",
    "backup.failed": "the community's data is at risk",
}

# Effects that prompt, by what stands before the first colon of their key. Most follow from a timer above and wait with
# it; these are those that were queued before the quiet days began, or that follow from what somebody else does
PROMPTING_EFFECTS = {
    "nudge": "a newcomer is nudged to say hello",
    "ask": "a welcomer is asked to greet somebody",
    "invite": "a peer is invited to answer",
    "invremind": "who said yes is reminded",
    "peak_ask": "a member is asked whether a moment may be told",
    "peak_review": "moderators are asked whether a moment is fit to be told",
    "meetup_survey": "who was at a meetup is asked how it was",
    "thanks_hint": "a writer is asked whether words were thanks",
    "pulse": "a member is asked how safe it feels here",
}


def quiet_ends(settings: CommunitySettings) -> datetime | None:
    """Return when the last quiet day that is set ends in the community's zone, UTC; it may be long ago."""
    day = settings.conduct.quiet_day
    if day is None:
        return None
    return at_local(datetime.combine(day + _DAY, time()), time(), _zone(settings))


def is_resting(settings: CommunitySettings, now: datetime) -> bool:
    """Say whether these are quiet days."""
    ends = quiet_ends(settings)
    return ends is not None and now < ends


def is_prompt(kind: str) -> bool:
    """Say whether a timer of this kind prompts somebody."""
    return kind in PROMPTS


def is_prompting(key: str) -> bool:
    """Say whether the effect with this key prompts somebody."""
    return key.partition(":")[0] in PROMPTING_EFFECTS


def resumes(settings: CommunitySettings, now: datetime) -> tuple[datetime, timedelta]:
    """Return from when on, and over how long, what was put off comes.

    After quiet days that is the first working day. Where they were lifted, it is from now on, or from the morning.
    """
    ends = quiet_ends(settings)
    zone = _zone(settings)
    if ends is not None:
        morning = at_local(ends.astimezone(zone), MORNING, zone)
        if now < morning + SPREAD:
            return morning, SPREAD
    begin = next_decent_moment(None, now, zone, latest=_LATEST_TO_BEGIN)
    return begin or now, SPREAD_WHEN_LIFTED


def resume_at(settings: CommunitySettings, now: datetime, name: str) -> datetime:
    """Return when what bears a name comes that was put off: always the same moment, so that nothing moves twice."""
    begin, over = resumes(settings, now)
    return max(now, begin + over * (zlib.crc32(name.encode()) % _LOTS / _LOTS))


def put_off_by_days(settings: CommunitySettings, now: datetime, due: datetime) -> datetime:
    """Return when an effect is sent that was due in quiet days: at the hour it was meant for, some days later.

    Its hour was chosen for who receives it, who may live elsewhere; an effect is asked no more what hour it is there.
    """
    begin, _ = resumes(settings, now)
    return due if due >= begin else due + math.ceil((begin - due) / _DAY) * _DAY


def bring_forward(settings: CommunitySettings, now: datetime, due: datetime) -> datetime:
    """Return when an effect is sent whose quiet days were shortened: at its hour, the first time that comes."""
    first = resumes(settings, now)[0] if is_resting(settings, now) else now
    return due if due <= first else due - (due - first) // _DAY * _DAY


def open_until(settings: CommunitySettings, ended: datetime, open_for: timedelta) -> datetime:
    """Return until when something may be answered that was asked about when it ended; quiet days do not count."""
    ends = quiet_ends(settings)
    held_up = ends is not None and ended < ends <= ended + QUIET_DAYS_MOST * _DAY
    return (ends if held_up and ends else ended) + open_for


def last_quiet_day(settings: CommunitySettings, now: datetime, days: int) -> str:
    """Return the last of so many quiet days, of which today is the first, as the setting holds it."""
    today = now.astimezone(_zone(settings)).date()
    return (today + timedelta(days=days - 1)).isoformat()


def quiet_days_left(settings: CommunitySettings, now: datetime) -> int:
    """Return how many days are quiet from today on."""
    day = settings.conduct.quiet_day
    return max(0, (day - now.astimezone(_zone(settings)).date()).days + 1) if day else 0


def _zone(settings: CommunitySettings) -> ZoneInfo:
    return zone_or(None, settings.time_zone)
