"""Thanks from one member to another: what counts, what does not, and what is the same thanks once more.

Everything counts members, never accounts: with two accounts one is still oneself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from chat.ids import MessageRef, thread_of
from community.words import tame

WORDS = 300  # characters of what somebody is thanked for
SAME_WITHIN = timedelta(days=1)  # in one conversation, or in the same words, this soon is the same thanks
OPEN_FOR = timedelta(days=3)  # what nobody has confirmed by then was not meant
HINTS_A_DAY = 2  # polite words are not all thanks: more questions than this would be a nuisance
_FOR = re.compile(r"for\b:?(?:\s+|$)", re.IGNORECASE)
_VARIATION = "\ufe0f"
_TONES = {ord(tone): None for tone in map(chr, range(0x1F3FB, 0x1F400))}
_NAMED = {"pray": "🙏"}


class Way(StrEnum):
    """How thanks came."""

    COMMAND = "command"
    MENU = "menu"
    REACTION = "reaction"
    WORDS = "words"


QUIET = (Way.REACTION, Way.WORDS)  # noticed beside what people do anyway


class State(StrEnum):
    """How thanks stand."""

    NOTICED = "noticed"  # not confirmed, or the form is open
    GIVEN = "given"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thanked:
    """A word of thanks. ``id`` 0: not stored yet.

    ``about`` is the message that somebody is thanked for. Of a command it is where it was typed, with the id of the
    post that came of it, "" where there is none.
    """

    id: int = 0
    key: str
    giver: int
    receiver: int
    words: str = ""
    way: Way
    state: State = State.NOTICED
    about: MessageRef | None = None
    openly: bool = False  # it stands where everybody can read it; all else stays between the two
    at: datetime


class Refusal(StrEnum):
    """Why it is not taken as thanks."""

    SELF = "self"
    BOT = "bot"
    GONE = "gone"  # the receiver is no longer here
    EMPTY = "empty"
    LONG = "long"
    TWICE = "twice"
    QUOTA = "quota"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Who is to be thanked."""

    member: int
    is_bot: bool = False
    is_here: bool = True


def judge(
    new: Thanked, receiver: Receiver, lately: Iterable[Thanked], *, quota: int, day_began: datetime
) -> Refusal | None:
    """Say why it cannot be taken as thanks; None where it can.

    ``lately``: what the same member gave in the last ``SAME_WITHIN`` and since ``day_began``. The quota is counted for
    what people type and what they do by the way apart: five friendly reactions do not take the words away.
    """
    if reason := _not_to(new, receiver):
        return reason
    if new.way is Way.COMMAND and not new.words:
        return Refusal.EMPTY
    if len(new.words) > WORDS:
        return Refusal.LONG
    given = [old for old in lately if old.state is State.GIVEN and old.giver == new.giver and old.id != new.id]
    if any(is_same(new, old) for old in given):
        return Refusal.TWICE
    today = [old for old in given if old.at >= day_began and _is_quiet(old) == _is_quiet(new)]
    return Refusal.QUOTA if len(today) >= quota else None


def _not_to(new: Thanked, receiver: Receiver) -> Refusal | None:
    if new.giver == receiver.member:
        return Refusal.SELF
    if receiver.is_bot:
        return Refusal.BOT
    return None if receiver.is_here else Refusal.GONE


def _is_quiet(thanks: Thanked) -> bool:
    return thanks.way in QUIET


def is_same(new: Thanked, old: Thanked) -> bool:
    """Say whether somebody says the same thanks once more."""
    if new.key == old.key:
        return True
    if new.receiver != old.receiver or abs(new.at - old.at) >= SAME_WITHIN:
        return False
    if new.words and _plain(new.words) == _plain(old.words):
        return True
    return (
        (_is_quiet(new) or _is_quiet(old))
        and _conversation(new) is not None
        and _conversation(new) == _conversation(old)
    )


def _conversation(thanks: Thanked) -> str | None:
    return str(thread_of(thanks.about)) if thanks.about and thanks.about.id else None


def _plain(words: str) -> str:
    return "".join(char for char in words.casefold() if char.isalnum()) or words


def message_key(giver: int, message: MessageRef) -> str:
    """Return the key of thanks for a message: it is thanked for once by each, in whatever way.

    The thread is left out, because not every event tells it.
    """
    return f"about:{giver}:{message.place.top}/{message.id}"


def what_for(typed: str) -> str:
    """Return what somebody is thanked for, without the "for" that the command suggests."""
    said = tame(typed)
    begins = _FOR.match(said)
    return said[begins.end() :].strip() if begins else said


def emoji_of(typed: str) -> str:
    """Return an emoji without skin tone and variation; one may also write the name that people type."""
    bare = typed.strip().strip(":").replace(_VARIATION, "").translate(_TONES)
    return _NAMED.get(bare, bare)


def whom(writer: int, mentioned: Collection[int], quoted: int | None, thread: Collection[int]) -> int | None:
    """Return who words of thanks are for; None where that is not clear.

    Who is mentioned, if it is one; else who is quoted; else, in a thread, the only other one who has spoken in it.
    """
    named = set(mentioned) - {writer}
    if named:
        return named.pop() if len(named) == 1 else None
    if quoted is not None:
        return quoted if quoted != writer else None
    others = set(thread) - {writer}
    return others.pop() if len(others) == 1 else None


def may_ask(today: Sequence[Thanked]) -> bool:
    """Say whether somebody may be asked once more today whether their words were thanks."""
    return sum(thanks.way is Way.WORDS for thanks in today) < HINTS_A_DAY


def day_began(now: datetime, zone: ZoneInfo) -> datetime:
    """Return when somebody's day began."""
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
