"""What a setting is to those who change it in the chat: its name, what kind of value it takes, and reading one.

The table of all settings is ``community.settings.knob_list``. A value set in the chat is kept as text: a list or table
as JSON, everything else as it would stand in the file.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import msgspec

from chat.ids import Workspace
from community.config import Channels, CommunitySettings, WorkspaceSettings
from community.digest.settings import WEEKDAYS
from community.languages import known_language
from community.when.zones import parse_zone

TEXT_MOST = 500  # characters, where a knob does not say another limit
LISTED = 50  # names of one list
ON = frozenset({"on", "true", "yes", "1", "はい", "オン"})
OFF = frozenset({"off", "false", "no", "0", "いいえ", "オフ"})
NONE = frozenset({"", "-", "–", "none", "なし"})
JAPANESE_DAYS = "月火水木金土日"
_HOUR = re.compile(r"(\d{1,2})(?::(\d{2})|時(?:(\d{1,2})分?)?)?")
_PERSON = re.compile(r"<@!?([A-Za-z0-9]+)(?:\|[^>]*)?>")
_GROUP = re.compile(r"<(?:@&|!subteam\^)([A-Za-z0-9]+)(?:\|[^>]*)?>")


class Kind(StrEnum):
    """What a setting takes."""

    SWITCH = "switch"
    NUMBER = "number"
    WHOLE = "whole"
    HOUR = "hour"
    WEEKDAY = "weekday"
    DAY = "day"  # of the calendar, or none
    TEXT = "text"
    CHANNEL = "channel"
    CHANNELS = "channels"
    LANGUAGES = "languages"  # by channel
    BADGE = "badge"
    BADGES = "badges"
    PEOPLE = "people"
    LANGUAGE = "language"
    ZONE = "zone"
    CHOICE = "choice"
    CHOICES = "choices"  # any of them


class Section(StrEnum):
    """Where a setting is found in the chat."""

    COMMUNITY = "community"
    CHANNELS = "channels"
    PEOPLE = "people"
    ONBOARDING = "onboarding"
    QUESTIONS = "questions"
    MEETUPS = "meetups"
    DIGEST = "digest"
    THANKS = "thanks"
    RECOGNITION = "recognition"
    REPORTS = "reports"
    MEMBERSHIP = "membership"
    CONDUCT = "conduct"
    PRIVACY = "privacy"


HERE = "workspaces.{workspace}."  # stands before what each workspace has of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Knob:
    """A setting that can be changed in the chat."""

    name: str  # as it is typed
    path: str  # in the settings; ``{workspace}`` is the one where it is typed
    section: Section
    kind: Kind
    meaning: str  # a message of the catalogues
    least: float = 0
    most: float = TEXT_MOST
    choices: tuple[str, ...] = ()
    owner: bool = False  # only owners change it

    def key(self, workspace: Workspace) -> str:
        """Return where the value is kept."""
        return self.path.format(workspace=workspace)

    @property
    def is_list(self) -> bool:
        """Whether several values are held."""
        return self.kind in {Kind.CHANNELS, Kind.BADGES, Kind.PEOPLE, Kind.CHOICES, Kind.LANGUAGES}

    @property
    def may_be_empty(self) -> bool:
        """Whether nothing is a value, too."""
        return self.is_list or self.kind in {Kind.CHANNEL, Kind.BADGE, Kind.DAY} or (self.least == 0 and self._is_text)

    @property
    def _is_text(self) -> bool:
        return self.kind in {Kind.TEXT, Kind.CHOICE}


class UnfitError(ValueError):
    """What was typed is no value of this kind."""


def held(knob: Knob, settings: CommunitySettings, workspace: Workspace) -> Any:  # noqa: ANN401 - whatever it holds
    """Return a setting's value."""
    spot: Any = settings
    path = knob.path
    if path.startswith(HERE):
        path = path.removeprefix(HERE)
        spot = next((w for w in settings.workspaces if w.workspace == workspace), None)
        if spot is None:
            spot = WorkspaceSettings(
                workspace=workspace, channels=Channels(welcome="", introductions="", moderators="")
            )
    for part in path.split("."):
        spot = getattr(spot, part)
    return spot


def figure(n: float) -> str:
    """Return a number as people write it, without an exponent where it has a few digits only."""
    return f"{n:.12g}"


def raw(value: Any) -> str:  # noqa: ANN401 - whatever a setting holds
    """Return a setting's value as the text that is kept."""
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return figure(value)
        case list() | tuple() | dict():
            return json.dumps(msgspec.to_builtins(value), ensure_ascii=False)
        case _:
            return str(value)


def plain(knob: Knob, kept: str) -> str:
    """Return a kept text as one that can be typed: for forms, and to be read."""
    if knob.kind is Kind.LANGUAGES:
        return ", ".join(f"{channel}={spoken}" for channel, spoken in _table(kept).items())
    return ", ".join(_list(kept)) if knob.is_list else kept


def read(knob: Knob, typed: str) -> str:
    """Read a value as people type it, and return the text that is kept.

    Raises:
        UnfitError: it is no value of the knob's kind.

    """
    if knob.kind is Kind.TEXT:
        value = typed.strip()
        if not knob.least <= len(value) <= knob.most:
            raise UnfitError(knob.name)
        return value
    value = unicodedata.normalize("NFKC", typed).strip()
    value = "" if value.lower() in NONE and knob.may_be_empty else value
    found = _READ[knob.kind](knob, value)
    if found is None:
        raise UnfitError(knob.name)
    return found


def _switch(_knob: Knob, value: str) -> str | None:
    return "true" if value.lower() in ON else "false" if value.lower() in OFF else None


def _number(knob: Knob, value: str) -> str | None:
    percent = 100 if value.endswith("%") and knob.most == 1 else 1  # a share is read as it is shown, too
    try:
        n = float(value.removesuffix("%") if percent > 1 else value) / percent
    except ValueError:
        return None
    fits = math.isfinite(n) and knob.least <= n <= knob.most
    return figure(n) if fits else None


def _whole(knob: Knob, value: str) -> str | None:
    fits = value.isascii() and value.isdecimal() and len(value) <= len(figure(knob.most))
    return str(int(value)) if fits and knob.least <= int(value) <= knob.most else None


def _hour(_knob: Knob, value: str) -> str | None:
    if not (match := _HOUR.fullmatch(value)):
        return None
    hours, minutes = int(match[1]), int(match[2] or match[3] or 0)
    return f"{hours:02}:{minutes:02}" if hours < 24 and minutes < 60 else None  # noqa: PLR2004 - a clock's


def _weekday(_knob: Knob, value: str) -> str | None:
    if value and value[0] in JAPANESE_DAYS and value[1:] in {"", "曜", "曜日"}:
        return WEEKDAYS[JAPANESE_DAYS.index(value[0])]
    short = 3
    return next((day for day in WEEKDAYS if value.lower() in {day, day[:short]}), None)


def _day(_knob: Knob, value: str) -> str | None:
    if not value:
        return ""
    try:
        return date.fromisoformat(value.replace("/", "-")).isoformat()
    except ValueError:
        return None


def bare(channel: str) -> str:
    """Return a channel's name or id from what the platforms let people type: ``#general``, ``<#C1|general>``."""
    return channel.strip().removeprefix("<#").removesuffix(">").partition("|")[0].lstrip("#")


def _channel(knob: Knob, value: str) -> str | None:
    found = bare(value)
    return found if len(found) <= knob.most else None


def _names(value: str) -> list[str]:
    return [name for part in re.split(r"[,、，\n]", value) if (name := part.strip())]


def _channels(_knob: Knob, value: str) -> str | None:
    return _json([bare(name) for part in _names(value) for name in part.split()])


def _badge(knob: Knob, value: str) -> str | None:
    found = _GROUP.sub(r"\1", value).lstrip("@").strip()
    return found if len(found) <= knob.most else None


def _badges(knob: Knob, value: str) -> str | None:
    return _json([_badge(knob, name) or "" for name in _names(value)])


def _people(_knob: Knob, value: str) -> str | None:
    ids = [_PERSON.sub(r"\1", name).lstrip("@") for part in _names(value) for name in part.split()]
    return _json(ids) if all(user.isascii() and user.isalnum() for user in ids) else None


def _json(names: list[str]) -> str | None:
    kept = list(dict.fromkeys(name for name in names if name))
    fits = len(kept) <= LISTED and all(len(name) <= TEXT_MOST for name in kept)
    return json.dumps(kept, ensure_ascii=False) if fits else None


def _languages(_knob: Knob, value: str) -> str | None:
    found: dict[str, str] = {}
    for part in _names(value):
        channel, equals, spoken = part.partition("=")
        spoken = spoken.strip().lower()
        known = [known_language(language) == language for language in spoken.split("+")]
        if not equals or not bare(channel) or not all(known):
            return None
        found[bare(channel)] = spoken
    return json.dumps(found, ensure_ascii=False) if len(found) <= LISTED else None


def _language(_knob: Knob, value: str) -> str | None:
    names = {"ja": "ja", "en": "en", "日本語": "ja", "japanese": "ja", "英語": "en", "english": "en"}
    return names.get(value.lower())


def _zone(_knob: Knob, value: str) -> str | None:
    return parse_zone(value)


def _choice(knob: Knob, value: str) -> str | None:
    return value.lower() if value.lower() in knob.choices else None


def _choices(knob: Knob, value: str) -> str | None:
    chosen = [name.lower() for part in _names(value) for name in part.split()]
    return _json(chosen) if set(chosen) <= set(knob.choices) else None


_READ = {
    Kind.SWITCH: _switch, Kind.NUMBER: _number, Kind.WHOLE: _whole, Kind.HOUR: _hour, Kind.WEEKDAY: _weekday,
    Kind.DAY: _day, Kind.CHANNEL: _channel, Kind.CHANNELS: _channels, Kind.LANGUAGES: _languages, Kind.BADGE: _badge,
    Kind.BADGES: _badges, Kind.PEOPLE: _people, Kind.LANGUAGE: _language, Kind.ZONE: _zone, Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
}  # fmt: skip


def listed(kept: str) -> list[str]:
    """Return the names of a kept list."""
    return _list(kept)


def _list(kept: str) -> list[str]:
    try:
        found = json.loads(kept)
    except ValueError:
        return []
    return [str(name) for name in found] if isinstance(found, list) else []


def _table(kept: str) -> dict[str, str]:
    try:
        found = json.loads(kept)
    except ValueError:
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}
