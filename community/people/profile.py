"""What a member tells about themself, and whether it can be taken as it is.

A problem is a sentence of the catalogues (its English text is its key) that says what to do, by the form's field.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import msgspec

from chat.card import Quote
from chat.form import Values
from chat.limits import LimitError
from chat.marks import msg
from community.config import TopicSettings
from community.hours.quiet_hours import QuietHours, parse_quiet_hours
from community.languages import LANGUAGES
from community.people.topics import Level, only_known
from community.when.zones import parse_zone
from community.words import tame

PURPOSE = 200
INTRODUCTION = 1000
LEAST_WORDS = 2  # letters; a lone emoji tells a newcomer's future friends nothing to answer to
NO_HOURS = ("", "-", "none", "no", "off", "なし", "ない", "無し")


class Problem(msgspec.Struct, frozen=True):
    """Why a field cannot be taken. ``text`` is a message of the catalogues."""

    text: str
    values: dict[str, str | int] = {}


Problems = dict[str, Problem]  # by the key of the form's field


class About(msgspec.Struct, frozen=True, kw_only=True):
    """The first form: why, what to give, what to learn, and an introduction."""

    purpose: str = ""
    give: tuple[str, ...] = ()
    learn: tuple[str, ...] = ()
    introduction: str = ""
    consent: bool = False


class Rhythm(msgspec.Struct, frozen=True, kw_only=True):
    """The form for language and hours."""

    language: str | None
    zone: str | None
    quiet_hours: QuietHours | None


def check_about(values: Values, topics: Sequence[TopicSettings]) -> About | Problems:
    """Read the first form."""
    problems: Problems = {}
    purpose = tame(_text(values, "purpose"))
    introduction = tame(_text(values, "introduction"))
    consent = _text(values, "consent") == "yes"
    if not _says_something(purpose):
        problems["purpose"] = Problem(msg("Please say in a few words what brings you here."))
    elif len(purpose) > PURPOSE:
        problems["purpose"] = Problem(msg("Please keep it to {limit} characters."), {"limit": PURPOSE})
    if consent and not _says_something(introduction):
        problems["introduction"] = Problem(
            msg("There is nothing to post yet. Write a line about yourself, or choose not to post.")
        )
    elif len(introduction) > INTRODUCTION:
        problems["introduction"] = Problem(msg("Please keep it to {limit} characters."), {"limit": INTRODUCTION})
    elif introduction and not _fits(introduction):
        problems["introduction"] = Problem(msg("That is too long to show in one post. Please make it shorter."))
    if problems:
        return problems
    return About(
        purpose=purpose,
        give=only_known(topics, _several(values, "give")),
        learn=only_known(topics, _several(values, "learn")),
        introduction=introduction,
        consent=consent,
    )


def check_levels(values: Values, asked: Sequence[str]) -> dict[str, Level]:
    """Read a page of the levels form: what was chosen for the topics that it asked about."""
    known = {level.value for level in Level}
    return {topic: Level(value) for topic in asked if (value := _text(values, topic)) in known}


def check_rhythm(values: Values) -> Rhythm | Problems:
    """Read the form for language and hours. An empty field means: as my client and community have it."""
    problems: Problems = {}
    language = _text(values, "language")
    typed_zone = _text(values, "zone").strip()
    zone = parse_zone(typed_zone) if typed_zone else None
    if typed_zone and zone is None:
        problems["zone"] = Problem(
            msg("I don't know “{typed}”. Write a city or a zone, like Tokyo, Europe/Berlin or UTC+9."),
            {"typed": tame(typed_zone)[:40]},
        )
    typed_hours = _text(values, "quiet").strip()
    hours: QuietHours | None = None
    if typed_hours.lower() not in NO_HOURS:
        try:
            hours = parse_quiet_hours(typed_hours)
        except ValueError:
            problems["quiet"] = Problem(msg("Write a start and an end, like 22:00-8:00, or leave it empty."))
    if problems:
        return problems
    return Rhythm(language=language if language in LANGUAGES else None, zone=zone, quiet_hours=hours)


def _text(values: Values, key: str) -> str:
    value = values.get(key, "")
    return value if isinstance(value, str) else next(iter(value), "")


def _several(values: Values, key: str) -> tuple[str, ...]:
    value = values.get(key, ())
    return (value,) if isinstance(value, str) else tuple(value)


def _says_something(text: str) -> bool:
    return sum(unicodedata.category(char)[0] in "LN" for char in text) >= LEAST_WORDS


def _fits(text: str) -> bool:
    try:
        Quote(text)
    except LimitError:
        return False
    return True
