"""Turns a message and its values into text for one reader.

The message comes from our own catalogue and may hold ``**bold**``, `` `code` `` and ``{values}``. Values are data: a
``str`` put into a message stays plain text, whatever it looks like, and spans stay the spans they are.
"""

from __future__ import annotations

import functools
import re
from datetime import date, datetime, timedelta
from importlib import resources
from typing import TypeAlias
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta, get_timezone, get_timezone_name
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from chat.text import BadgeMention, Bold, ChannelLink, Code, Link, Mention, Moment, MomentStyle, RichText, Span

LANGUAGES = ("en", "ja")
Value: TypeAlias = str | int | Span | RichText
Day: TypeAlias = date

_TOKEN = re.compile(r"\*\*(?P<bold>.+?)\*\*|`(?P<code>[^`]+)`|\{(?P<name>\w+)\}", re.DOTALL)
_DATE = {"en": "EEE, d MMM y", "ja": "y年M月d日(EEE)"}
_THIS_YEAR = {"en": "EEE, d MMM", "ja": "M月d日(EEE)"}
_TIME = {"en": "HH:mm", "ja": "H:mm"}  # as the clients of both platforms show them
_BETWEEN = {"en": ", ", "ja": " "}  # a day and its hour


class Translator:
    """The catalogue of one language. Calling it gives rich text; ``line`` gives plain text for titles and labels."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else "en"
        self.locale = Locale.parse(self.language)
        self._messages = _messages(self.language)

    def __call__(self, text: str, /, **values: Value) -> RichText:
        """Return a message as rich text."""
        return _fill(self._find(text), values)

    def line(self, text: str, /, **values: Value) -> str:
        """Return a message as one plain text: for titles, labels, errors."""
        return self(text, **values).plain()

    def n(self, singular: str, plural: str, n: int, /, **values: Value) -> RichText:
        """Return the form of a message that fits the number, which it holds as ``{n}``."""
        forms = self._messages.get(singular)
        if isinstance(forms, tuple):
            template = forms[0] if self.locale.plural_form(n) == "one" else forms[-1]
        else:
            template = singular if n == 1 else plural
        return _fill(template, {"n": n, **values})

    def date(self, at: datetime, zone: ZoneInfo, *, now: datetime | None = None) -> str:
        """Return a day, with its weekday, as people of this language write it; without the year where it is now's."""
        return self.day(at.astimezone(zone).date(), today=now.astimezone(zone).date() if now else None)

    def day(self, day: Day, *, today: Day | None = None) -> str:
        """Return a day that has no zone any more; without the year where it is today's."""
        pattern = _THIS_YEAR if today and day.year == today.year else _DATE
        return format_date(day, pattern[self.language], locale=self.locale)

    def days(self, first: Day, last: Day) -> tuple[str, str]:
        """Return the ends of a span of this year's days; what need not be said twice is said once."""
        same = self.language == "ja" and (first.year, first.month) == (last.year, last.month)
        end = format_date(last, "d日(EEE)", locale=self.locale) if same else self.day(last, today=last)
        return self.day(first, today=first), end

    def time(self, at: datetime, zone: ZoneInfo) -> str:
        """Return a time of day."""
        return format_time(at, _TIME[self.language], tzinfo=zone, locale=self.locale)

    def moment(
        self, at: datetime, zone: ZoneInfo, style: MomentStyle = MomentStyle.FULL, *, now: datetime | None = None
    ) -> Moment:
        """Return a moment that each reader sees in their own time; ``zone`` is for clients that cannot."""
        match style:
            case MomentStyle.DATE:
                fallback = self.date(at, zone, now=now)
            case MomentStyle.TIME:
                fallback = self.time(at, zone)
            case MomentStyle.FULL | MomentStyle.RELATIVE:
                fallback = self.date(at, zone, now=now) + _BETWEEN[self.language] + self.time(at, zone)
        return Moment(at, style, fallback)

    def zone(self, zone: ZoneInfo) -> str:
        """Return what people call a zone: 日本時間, Central European Time; its own key where it has no such name."""
        name = get_timezone_name(get_timezone(zone.key), width="long", zone_variant="generic", locale=self.locale)
        return zone.key if zone.key in name or zone.key.startswith("Etc/") else name

    def span(self, took: timedelta) -> str:
        """Return a length of time in its largest fitting unit."""
        return format_timedelta(took, threshold=1, locale=self.locale)

    def _find(self, text: str) -> str:
        found = self._messages.get(text, text)
        return found if isinstance(found, str) else found[0]


@functools.lru_cache(maxsize=len(LANGUAGES) * 4)
def translator(language: str) -> Translator:
    """Return the translator of a language; English for one we do not speak."""
    return Translator(language)


@functools.cache
def _catalogue(language: str) -> Catalog:
    with resources.files("locales").joinpath(language, "tsudoi.po").open("rb") as po:
        return read_po(po, locale=language, abort_invalid=True)


@functools.cache
def _messages(language: str) -> dict[str, str | tuple[str, ...]]:
    found: dict[str, str | tuple[str, ...]] = {}
    for message in _catalogue(language):
        if isinstance(message.id, str):
            if message.id and isinstance(message.string, str) and message.string:
                found[message.id] = message.string
        elif message.string and all(message.string):
            found[message.id[0]] = tuple(message.string)
    return found


def _fill(template: str, values: dict[str, Value]) -> RichText:
    spans: list[Span] = []
    at = 0
    for token in _TOKEN.finditer(template):
        if token.start() > at:
            spans.append(template[at : token.start()])
        at = token.end()
        if token["name"]:
            spans.extend(_spans(values[token["name"]]))
        elif token["bold"]:
            spans.append(Bold(_fill(token["bold"], values).plain()))
        else:
            spans.append(Code(_fill(token["code"], values).plain()))
    if at < len(template):
        spans.append(template[at:])
    return RichText(tuple(spans))


def _spans(value: Value) -> tuple[Span, ...]:
    match value:
        case RichText(spans):
            return spans
        case int():
            return (str(value),)
        case str() | Bold() | Code() | Mention() | BadgeMention() | ChannelLink() | Moment() | Link():
            return (value,)
