"""How a newcomer arrives: who is greeted, by which way, when the introduction is posted, and the one nudge.

Everything here decides and does nothing: the state is passed in, the time is passed in, and what comes back is a value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from community.config import OnboardingSettings

HOUR = timedelta(hours=1)


class Stage(StrEnum):
    """The steps of arriving, in the order in which most people take them."""

    JOINED = "joined"
    GREETED = "greeted"
    AGREED = "agreed"
    INTRODUCED = "introduced"
    FIRST_POST = "first_post"
    FIRST_REPLY = "first_reply"
    FIRST_MEETUP = "first_meetup"


Stages = Mapping[Stage, datetime]


class Rung(StrEnum):
    """The ways to reach a newcomer, from the least to the most intrusive that the platform offers."""

    PRIVATE_POST = "private_post"  # in the landing channel, seen by the newcomer alone
    PRIVATE_THREAD = "private_thread"  # a thread in the landing channel with nobody else in it
    DIRECT = "direct"
    HOME = "home"  # waits until it is opened, and disturbs nobody
    MENTION = "mention"  # in the landing channel before all eyes, so only a line


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """What a platform offers to reach somebody."""

    private_posts: bool
    private_threads: bool
    home_tab: bool
    landing: bool = True  # there is a landing channel that the bot can see


def ladder(reach: Reach) -> tuple[Rung, ...]:
    """Return the rungs to try, first to last."""
    rungs: list[Rung] = []
    if reach.landing and reach.private_posts:
        rungs.append(Rung.PRIVATE_POST)
    elif reach.landing and reach.private_threads:
        rungs.append(Rung.PRIVATE_THREAD)
    rungs.append(Rung.DIRECT)
    if reach.home_tab:
        rungs.append(Rung.HOME)
    elif reach.landing:
        rungs.append(Rung.MENTION)
    return tuple(rungs)


def next_rung(rungs: Sequence[Rung], failed: Rung | None) -> Rung | None:
    """Return the rung after the one that failed; none at the end of the ladder."""
    if failed is None:
        return rungs[0] if rungs else None
    if failed not in rungs:
        return None
    at = rungs.index(failed) + 1
    return rungs[at] if at < len(rungs) else None


class Greeting(StrEnum):
    """What becomes of a join."""

    WELCOME = "welcome"
    WELCOME_BACK = "welcome_back"
    SKIP_BOT = "skip_bot"
    SKIP_KNOWN = "skip_known"  # greeted before: here on a second platform, or the join came twice
    SKIP_OLD = "skip_old"  # found while catching up, long after the fact
    SKIP_OFF = "skip_off"


class Join(msgspec.Struct, frozen=True, kw_only=True):
    """What is known when somebody joins."""

    at: datetime
    is_bot: bool
    returning: bool  # this account had been here and left
    greeted: bool  # the member has been greeted before, wherever it was
    joined_at: datetime | None = None  # where the platform tells when it really was


def decide_greeting(join: Join, settings: OnboardingSettings, now: datetime) -> Greeting:
    """Decide whether somebody who joined is greeted, and how."""
    since = min(join.at, join.joined_at) if join.joined_at and not join.returning else join.at
    if join.is_bot:
        return Greeting.SKIP_BOT
    if not settings.enabled:
        return Greeting.SKIP_OFF
    if now - since > timedelta(days=settings.greet_joined_within_days):
        return Greeting.SKIP_OLD
    if join.returning:
        return Greeting.WELCOME_BACK
    return Greeting.SKIP_KNOWN if join.greeted else Greeting.WELCOME


def space_out(now: datetime, sent: Sequence[datetime], per_hour: int) -> datetime:
    """Return when the next direct greeting may go, so that no hour sees more than ``per_hour``.

    ``sent`` are the times of earlier ones, those still to come included.
    """
    if len(sent) < per_hour:
        return now
    return max(now, sorted(sent)[-per_hour] + HOUR)


class Publish(StrEnum):
    """What becomes of an introduction."""

    NOTHING = "nothing"  # kept for the profile alone
    POST = "post"
    WAIT_FOR_RULES = "wait_for_rules"  # consent is there, agreement to the rules is not yet
    REDRAW = "redraw"
    REMOVE = "remove"  # it stands in the channel, and the member has thought better of it


class Introduction(msgspec.Struct, frozen=True, kw_only=True):
    """What a member wrote about themself."""

    text: str
    consent: bool
    agreed: bool
    posted: bool


def decide_introduction(introduction: Introduction) -> Publish:
    """Decide whether an introduction goes to its channel: with words, consent and agreed rules, and once."""
    wanted = bool(introduction.text) and introduction.consent
    if introduction.posted:
        return Publish.REDRAW if wanted else Publish.REMOVE
    if not wanted:
        return Publish.NOTHING
    return Publish.POST if introduction.agreed else Publish.WAIT_FOR_RULES


class Quiet(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a newcomer when the nudge would be due."""

    stages: Stages
    nudged: bool
    opted_out: bool
    gone: bool


def decide_nudge(newcomer: Quiet) -> bool:
    """Decide whether a quiet newcomer gets the one nudge: nothing said, never nudged, still here, and willing."""
    said_something = Stage.INTRODUCED in newcomer.stages or Stage.FIRST_POST in newcomer.stages
    return not (said_something or newcomer.nudged or newcomer.opted_out or newcomer.gone)


def is_newcomer(stages: Stages, now: datetime, within: timedelta) -> bool:
    """Tell whether somebody is new enough for their first post to be brought to a welcomer."""
    joined = stages.get(Stage.JOINED)
    return joined is not None and now - joined <= within
