"""Takes a person out of an effect: mentions, names, words, and buttons that lead to them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from chat import effects
from chat.effects import Effect
from chat.ids import UserRef

_READ = frozenset({"alt", "comment", "description", "label", "name", "summary", "text", "title"})
_KEPT = {  # labels of ours, and what others are called
    "BadgeMention": "name", "Button": "label", "LinkButton": "label", "Mention": "name", "Select": "placeholder",
}  # fmt: skip
_JAPANESE = re.compile("[\u3040-\u30ff]")  # hiragana and katakana: no text of ours is without
_THREADS = ("OpenThread", "MarkThread")
_INSTEAD = {True: "（削除済み）", False: "(deleted)"}
_ACCOUNT_FIELDS = {"platform", "workspace", "id"}
_LISTED = re.compile(r"\s*[,、]\s*")
TELLING = 8  # characters of words that cannot stand in somebody else's text by chance
NEEDLE = 24  # by which a text is looked for: cards quote its beginning, some of them shortened


class Places(NamedTuple):
    """Where members' numbers stand on cards: other things have numbers, too, and some of them are the same."""

    actions: Mapping[str, tuple[int, ...]] = {}  # which parts of a button's action, by its name, counted from 0
    menus: frozenset[str] = frozenset()  # actions of menus whose values are members, alone or before a colon


@dataclass(frozen=True, slots=True)
class Person:
    """Who is taken out."""

    users: frozenset[UserRef]
    member: int
    names: Collection[str] = ()
    words: Collection[str] = ()  # all that they wrote
    places: Places = field(default_factory=Places)

    def lines(self) -> set[str]:
        """Return the lines that they wrote."""
        return {line.strip() for text in self.words for line in text.splitlines()} - {""}

    def needles(self) -> list[str]:
        """Return by what their words are looked for."""
        return sorted({line[:NEEDLE] for line in self.lines() if len(line) >= TELLING})


def without(effect: Effect, person: Person, *, about: bool = False) -> Effect:
    """Return an effect without a person; the very same where they are not in it.

    Names are words like others ("May"), and two people may begin a line alike. So a name, and the beginning of a line,
    are taken out where the effect names the person: by an account, a number, a name that stands for itself, or because
    it is ``about`` them. Elsewhere only what is their line as a whole goes, and only from where words are quoted.
    """
    written = msgspec.json.encode(effect)
    built = msgspec.json.decode(written)
    instead = _INSTEAD[bool(_JAPANESE.search(written.decode()))]
    found = _Redactor(person, instead, about=about).of(built)
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
    def __init__(self, person: Person, instead: str, *, about: bool) -> None:
        self._users = [msgspec.to_builtins(user) for user in person.users]
        self._member = str(person.member)
        self._names = {name.strip() for name in person.names if _is_name(name)}
        self._lines = person.lines()
        self._places = person.places
        self._instead = instead
        self._about = about
        said = [re.escape(needle) + r"[^\n]*" for needle in sorted(person.needles(), key=len, reverse=True)]
        names = [_whole(name) for name in sorted(self._names, key=len, reverse=True)]
        self._pattern = re.compile("|".join([*said, *names])) if said or names else None

    def of(self, built: Any) -> Any:  # noqa: ANN401 - what JSON can be
        """Return an effect without them."""
        self._about = self._about or self._names_them(built)
        return self._value(built)

    # ---- is it about them?

    def _names_them(self, value: Any, field: str = "") -> bool:  # noqa: ANN401 - what JSON can be
        match value:
            case dict():
                if value in self._users or self._leads(value):
                    return True
                kept = {_kept(value), "title", "text" if value.get("type") in {"Quote", "Title"} else None}
                rest = ((name, inner) for name, inner in value.items() if name not in kept)
                return any(self._names_them(inner, _field(name, inner)) for name, inner in rest)
            case list() | tuple():
                return any(self._names_them(one, field) for one in value)
            case str() if field in _READ or field == "spans":
                return self._is_called(value)
            case _:
                return False

    def _is_called(self, text: str) -> bool:
        """Say whether a text is a name of theirs, alone, in a list of names, or before what they said."""
        told = (item.partition(" (")[0] for item in _LISTED.split(text.strip()))
        return not self._names.isdisjoint({*told, text.partition(": ")[0]})

    def _leads(self, value: dict[str, Any]) -> bool:
        """Say whether this is a button that names them."""
        words = str(value.get("action", "")).split(":")
        places = self._places.actions.get(words[0], ())
        return any(len(words) > place and words[place] == self._member for place in places)

    # ---- taking them out

    def _value(self, value: Any, field: str = "", kind: str = "") -> Any:  # noqa: ANN401 - what JSON can be
        match value:
            case dict():
                return self._struct(value)
            case list() | tuple():
                kept = (self._value(one, field, kind) for one in value if not self._goes(one))
                return [one for one in kept if not _is_hollow(one)]
            case str() if field in _READ or field == "spans":
                return self._text(value, field, kind)
            case _:
                return value

    def _struct(self, value: dict[str, Any]) -> Any:  # noqa: ANN401 - a mention becomes plain text
        kind = value.get("type", "")
        if kind == "Mention" and value.get("user") in self._users:
            return self._instead
        of_members = kind == "Select" and str(value.get("action")).partition(":")[0] in self._places.menus
        found = {}
        for name, inner in value.items():
            if name == _kept(value):
                found[name] = inner
            elif name == "only_for" and inner in self._users:
                found[name] = None
            elif name == "options" and of_members:
                found[name] = [self._value(one) for one in inner if _first(one.get("value")) != self._member]
            else:
                found[name] = self._value(inner, _field(name, inner), kind)
        return found

    def _text(self, text: str, field: str, kind: str) -> str:
        if self._about:
            text = self._pattern.sub(self._instead, text) if self._pattern else text
            return self._unquoted(text, least=1) if kind == "Quote" else text
        if kind == "Quote" or (field, kind) == ("label", "Link") or (field == "title" and kind in _THREADS):
            return self._unquoted(text, least=TELLING)
        return text

    def _unquoted(self, text: str, *, least: int) -> str:
        """Return a quote without lines that are theirs; the last one may have been cut short."""
        return "\n".join(self._instead if self._is_theirs(line.strip(), least) else line for line in text.split("\n"))

    def _is_theirs(self, line: str, least: int) -> bool:
        kept = line.removesuffix("…")
        if len(kept) < least:
            return False
        return line in self._lines or (kept != line and any(their.startswith(kept) for their in self._lines))

    def _goes(self, value: object) -> bool:
        """Say whether something in a list is left out: an account of theirs, a button that names them."""
        if not isinstance(value, dict):
            return False
        if value.keys() == _ACCOUNT_FIELDS:
            return value in self._users
        return value.get("type") == "Button" and self._leads(value)


def _first(value: object) -> str:
    return str(value).partition(":")[0]


def _kept(value: dict[str, Any]) -> str | None:
    """Return which field of something is never theirs."""
    is_field = isinstance(value.get("value"), dict)  # of a card, with a label of ours
    return "label" if is_field else _KEPT.get(value.get("type", ""))


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
