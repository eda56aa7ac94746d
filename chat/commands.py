"""Commands as data: Discord registers them, Slack's manifest lists them, and one parser reads what Slack users type."""

from __future__ import annotations

import re
import shlex
from enum import StrEnum

import msgspec

from chat import limits

_NAMED_WHOLE = re.compile(r"<[@!#]|@")  # a mention: nothing of a name follows it
_FIRST = re.compile(r'(?P<who><@[^<>\s]+>|"[^"]*"|\S+)(?P<rest>.*)', re.DOTALL)


class OptionKind(StrEnum):
    """What an option takes."""

    TEXT = "text"
    NUMBER = "number"
    MEMBER = "member"
    CHOICE = "choice"


class Localised(msgspec.Struct, frozen=True):
    """One description in the languages that a client may ask for."""

    en: str
    ja: str

    def __post_init__(self) -> None:
        """Hold the limit of a command's description."""
        limits.check_length("description", self.en, limits.COMMAND_DESCRIPTION)
        limits.check_length("description", self.ja, limits.COMMAND_DESCRIPTION)


class CommandOption(msgspec.Struct, frozen=True, kw_only=True):
    """An option of a command."""

    name: str
    description: Localised
    kind: OptionKind = OptionKind.TEXT
    choices: tuple[str, ...] = ()
    required: bool = False
    completes: bool = False  # choices are proposed while it is typed, where the platform can (see ``OptionTyped``)

    def __post_init__(self) -> None:
        """Refuse what cannot be completed."""
        if self.completes and (self.choices or self.kind not in {OptionKind.TEXT, OptionKind.NUMBER}):
            raise ValueError(f"option {self.name!r} has its choices already and completes nothing")


class SubCommand(msgspec.Struct, frozen=True, kw_only=True):
    """A sub-command, such as ``me`` of ``/tsudoi me``."""

    name: str
    description: Localised
    options: tuple[CommandOption, ...] = ()


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """A slash command. Without sub-commands it takes ``options`` itself."""

    name: str
    description: Localised
    subs: tuple[SubCommand, ...] = ()
    options: tuple[CommandOption, ...] = ()
    for_moderators: bool = False

    def options_of(self, sub: str) -> tuple[CommandOption, ...]:
        """Return the options that a sub-command takes."""
        return next((s.options for s in self.subs if s.name == sub), self.options)


class Menu(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the message menu."""

    name: str  # the id; ASCII
    label: Localised  # at most 24 characters on Slack


def parse_words(command: Command, typed: str) -> tuple[str, dict[str, str], str]:
    """Read what follows a command in Slack: the sub-command, its options, and what is left over.

    ``name:value`` sets an option; other words fill the options in their order, the last text option taking the rest.
    Quotes hold words together; a quote that never closes is taken as it stands. Where one text is all that a command
    takes, or all beside a member, it is taken as it was written: a question keeps its quotes, colons and line breaks.
    """
    words = _words(typed)
    sub = ""
    if command.subs:
        known = {s.name for s in command.subs}
        if words and words[0].lower() in known:
            sub = words.pop(0).lower()
        elif words:
            return "", {}, typed.strip()
    options = command.options_of(sub)
    match [(option.name, option.kind) for option in options if not option.choices]:
        case [(name, OptionKind.TEXT)] if len(options) == 1:
            said = _as_written(typed, sub, name)
            return sub, {name: said} if said else {}, ""
        case [(member, OptionKind.MEMBER), (name, OptionKind.TEXT)] if len(options) == 2 and not options[1].completes:  # noqa: PLR2004 - these two
            return sub, _member_and_words(typed, sub, member, name), ""
    return sub, *_options(words, options)


def _options(words: list[str], options: tuple[CommandOption, ...]) -> tuple[dict[str, str], str]:
    kinds = {option.name: option.kind for option in options}
    found: dict[str, str] = {}
    loose: list[str] = []
    spoken = ""  # the member whose name is being read: it may hold spaces
    for word in words:
        name, colon, value = word.partition(":")
        if colon and name in kinds and value:
            found[name] = value
            spoken = name if kinds[name] is OptionKind.MEMBER and not _NAMED_WHOLE.match(value) else ""
        elif spoken:
            found[spoken] += f" {word}"
        else:
            loose.append(word)
    free = [option for option in options if option.name not in found]
    for option in free:
        if not loose:
            continue
        last_name = option is free[-1] and option.kind is OptionKind.MEMBER and not _NAMED_WHOLE.match(loose[0])
        if last_name or (option is options[-1] and option.kind is OptionKind.TEXT):
            found[option.name], loose = " ".join(loose), []
        else:
            found[option.name] = loose.pop(0)
    return found, " ".join(loose)


def _as_written(typed: str, sub: str, name: str) -> str:
    said = typed.strip()
    if sub and said.lower().startswith(sub):
        said = said[len(sub) :].strip()
    return said.removeprefix(f"{name}:").strip()


def _member_and_words(typed: str, sub: str, member: str, words: str) -> dict[str, str]:
    """Read who is meant and what is said, which is taken as it was written."""
    found = _FIRST.match(_as_written(typed, sub, member))
    if found is None:
        return {}
    said = {member: found["who"].strip('"'), words: found["rest"].strip().removeprefix(f"{words}:").strip()}
    return {name: value for name, value in said.items() if value}


def _words(typed: str) -> list[str]:
    try:
        return shlex.split(typed)
    except ValueError:
        return typed.split()
