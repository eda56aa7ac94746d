"""Takes a person out of an effect: mentions, names, words, and buttons that lead to them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import msgspec

from chat import effects
from chat.effects import Effect
from chat.ids import UserRef

_READ = frozenset({"alt", "comment", "description", "label", "name", "placeholder", "summary", "text", "title"})
_JAPANESE = re.compile("[\u3040-\u30ff]")  # hiragana and katakana: no text of ours is without
_INSTEAD = {True: "（削除済み）", False: "(deleted)"}
_ACCOUNT_FIELDS = {"platform", "workspace", "id"}
TELLING = 8  # characters of words that cannot stand in somebody else's text by chance
NEEDLE = 24  # by which a text is known again: cards quote its beginning, some of them shortened


@dataclass(frozen=True, slots=True)
class Person:
    """Who is taken out."""

    users: frozenset[UserRef]
    member: int  # whose number stands in the actions of buttons
    names: Collection[str] = ()
    words: Collection[str] = ()  # all that they wrote

    def needles(self) -> list[str]:
        """Return by what their words are known again."""
        lines = (line.strip() for text in self.words for line in text.splitlines())
        return sorted({line[:NEEDLE] for line in lines if len(line) >= TELLING})


def without(effect: Effect, person: Person) -> Effect:
    """Return an effect without a person; the very same where they are not in it."""
    written = msgspec.json.encode(effect)
    built = msgspec.json.decode(written)
    instead = _INSTEAD[bool(_JAPANESE.search(written.decode()))]
    found = _Redactor(person, instead).value(built)
    if found == built:
        return effect
    kept: Effect = msgspec.convert(found, type(effect))
    return kept


def is_to(effect: Effect, users: Collection[UserRef]) -> bool:
    """Say whether an effect goes to one of these accounts and nobody else."""
    match effect:
        case effects.DirectMessage(user=user) | effects.ShowHome(user=user) | effects.SetBadge(user=user):
            return user in users
        case effects.Invite(user=user) | effects.Post(only_for=UserRef() as user):
            return user in users
        case effects.OpenThread(private_for=private) if private:
            return set(private) <= set(users)
        case _:
            return False


class _Redactor:
    def __init__(self, person: Person, instead: str) -> None:
        self._users = [msgspec.to_builtins(user) for user in person.users]
        self._member = str(person.member)
        self._instead = instead
        said = [re.escape(needle) + r"[^\n]*" for needle in sorted(person.needles(), key=len, reverse=True)]
        names = [_whole(name) for name in sorted(person.names, key=len, reverse=True) if _is_name(name)]
        self._pattern = re.compile("|".join([*said, *names])) if said or names else None

    def value(self, value: Any, field: str = "") -> Any:  # noqa: ANN401 - what JSON can be
        match value:
            case dict():
                return self._struct(value)
            case list() | tuple():
                kept = (self.value(one, field) for one in value if not self._goes(one))
                return [one for one in kept if not _is_hollow(one)]
            case str() if field in _READ or field == "spans":
                return self._pattern.sub(self._instead, value) if self._pattern else value
            case _:
                return value

    def _struct(self, value: dict[str, Any]) -> Any:  # noqa: ANN401 - a mention becomes plain text
        if value.get("type") == "Mention" and value.get("user") in self._users:
            return self._instead
        return {
            name: None if name == "only_for" and inner in self._users else self.value(inner, _field(name, inner))
            for name, inner in value.items()
        }

    def _goes(self, value: object) -> bool:
        """Say whether something in a list is left out: an account of theirs, a button that names them."""
        if not isinstance(value, dict):
            return False
        if value.keys() == _ACCOUNT_FIELDS:
            return value in self._users
        if value.get("type") == "Button":
            return self._member in str(value.get("action", "")).split(":")[1:]
        return "label" in value and value.get("value") == self._member  # an option of a menu


def _field(name: str, inner: object) -> str:
    return "spans" if name == "value" and isinstance(inner, dict) else name


def _is_hollow(value: object) -> bool:
    """Whether a part has lost all its buttons or options."""
    if not isinstance(value, dict):
        return False
    return any(value.get(name) == [] for name in ("buttons", "options") if name in value)


def _is_name(name: str) -> bool:
    """Whether a name is long enough to be told from a part of other words."""
    return len(name.strip()) >= (3 if name.isascii() else 2)


def _whole(name: str) -> str:
    """Return a pattern for a name that is no part of a longer word of the same letters."""
    before = r"(?<![A-Za-z0-9])" if name[:1].isascii() and name[:1].isalnum() else ""
    after = r"(?![A-Za-z0-9])" if name[-1:].isascii() and name[-1:].isalnum() else ""
    return before + re.escape(name) + after
