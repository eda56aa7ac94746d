"""What somebody exported from a platform, read as the very events that the platform would have told live.

Keys are those of live delivery wherever the platform gave the happening an id, so that what was seen live is not
counted a second time. An export is read several times over, always in the same order; it is never held as a whole.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import Protocol

from chat.events import Event
from chat.ids import Profile, Workspace
from chat.port import ChatError

LONGEST_ID = 60  # characters; ids of both platforms have about twenty, and no column of the store has room for more
LONGEST_NAME = 255
_CONTROLS = re.compile("[\x00-\x1f\x7f\ud800-\udfff]+")
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")  # what PostgreSQL takes in no text


class ExportError(ChatError):
    """A file that cannot be imported. Names it, what is wrong and what to do."""


class Trouble(StrEnum):
    """What was left out or had to be guessed, so that the person at the terminal can judge whether it matters."""

    BROKEN_FILE = "broken_file"  # from some point on; what stood before was read
    BROKEN_MESSAGE = "broken_message"
    NO_PEOPLE = "no_people"  # the list of members is missing: ids stand for names
    STRANGER = "stranger"  # wrote, and is not on the list of members
    UNKNOWN_CHANNEL = "unknown_channel"
    PRIVATE = "private"  # private channels and direct messages stay private
    REPEATED = "repeated"  # the same file twice
    ELSEWHERE = "elsewhere"  # of another workspace or server
    NO_ZONE = "no_zone"  # a time that does not say in which zone


class Troubles:
    """What went wrong while an export was read: where, what, and how often."""

    def __init__(self) -> None:
        self.found: Counter[tuple[Trouble, str]] = Counter()

    def note(self, what: Trouble, where: str) -> None:
        """Count a trouble."""
        self.found[what, where] += 1


def id_in(typed: str) -> str:
    """Return an id of a file as it is.

    Raises:
        ValueError: no platform gives such an id, and no store would take it.

    """
    if not 0 < len(typed) <= LONGEST_ID or _CONTROLS.search(typed):
        raise ValueError("an id that is none")
    return typed


def name_in(typed: str) -> str:
    """Return a name of a file, without what is no letter."""
    return _CONTROLS.sub(" ", typed).strip()[:LONGEST_NAME]


def text_in(typed: str) -> str:
    """Return a message of a file, without what no store takes."""
    return _NO_TEXT.sub("", typed)


class Export(Protocol):
    """An export that can be read."""

    kind: str
    workspace: Workspace
    channels: dict[str, str]  # names by id, of those read so far
    forums: set[str]
    people: dict[str, Profile]  # what the export tells about accounts, of those read so far
    troubles: Troubles  # of the reading that goes on, or went on last
    size: int  # bytes, or whatever else ``done`` counts
    done: int  # how far the reading has come

    def fingerprint(self) -> str:
        """Return what tells this export from every other, by its content."""
        ...

    def events(self) -> Iterator[Event]:
        """Read it from the start: each place's messages in their order, a thread after the message it hangs on."""
        ...
