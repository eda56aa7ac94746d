"""Reads one message per line, as JSON: what ``tsudoi replay`` and ``tsudoi routing evaluate`` read, too."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections import OrderedDict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

import msgspec

from chat.events import Event, MessagePosted
from chat.exports import ExportError, Trouble, Troubles, id_in, name_in, text_in
from chat.ids import MessageRef, Place, Platform, Profile, UserRef, Workspace
from chat.slack.identity import stamp
from chat.slack.inbound import mentioned

CONVERSATIONS = 100_000  # that may go on; the longest silent are forgotten first
SAME_MOMENT = 1_000  # messages in which a line that says the same is looked for
LONGEST = 1 << 20  # bytes of a line


class Line(msgspec.Struct, frozen=True):
    """One message. Only the first four have to be there."""

    channel: str
    ts: datetime
    user: str
    text: str
    conversation: str = ""  # the thread or topic it belongs to; without: said in the channel itself
    id: str = ""  # on its platform, where that is known: then it is not counted again when the bot saw it, too
    name: str = ""  # of who wrote
    bot: bool = False
    title: str = ""


class LinesExport:
    """One file of lines."""

    kind = "jsonl"

    def __init__(self, path: Path, *, workspace: Workspace, zone: ZoneInfo) -> None:
        """Look whether it is there.

        Raises:
            ExportError: there is no such file.

        """
        self._path = path
        self._zone = zone
        self.workspace = workspace
        self.channels: dict[str, str] = {}
        self.forums: set[str] = set()
        self.people: dict[str, Profile] = {}
        self.troubles = Troubles()
        self.done = 0
        try:
            self.size = path.stat().st_size
            with path.open("rb") as file:
                self._packed = file.read(2) == b"\x1f\x8b"
        except OSError as error:
            raise ExportError(f"{path}: {error.strerror or error}") from None

    def fingerprint(self) -> str:
        """Return the digest of what is in the file, and of where it goes."""
        with self._path.open("rb") as file:
            content = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
        return hashlib.blake2b(f"{self.workspace}:{content}".encode(), digest_size=16).hexdigest()

    def events(self) -> Iterator[Event]:
        """Read the lines in their order."""
        self.troubles = Troubles()
        self.people = {}
        self.done = 0
        decoder = msgspec.json.Decoder(Line)
        maker = _Maker(self.workspace)
        for number, raw in self._lines():
            try:
                line = decoder.decode(raw)
            except (msgspec.DecodeError, ValueError):
                if raw.strip():
                    self.troubles.note(Trouble.BROKEN_MESSAGE, f"{self._path.name}:{number}")
                continue
            if line.ts.tzinfo is None:
                self.troubles.note(Trouble.NO_ZONE, self._path.name)
                line = msgspec.structs.replace(line, ts=line.ts.replace(tzinfo=self._zone))
            try:
                event = maker.event(line)
            except (ValueError, OverflowError):  # a time of no zone's calendar, or an id that is none
                self.troubles.note(Trouble.BROKEN_MESSAGE, f"{self._path.name}:{number}")
                continue
            self.channels.setdefault(line.channel, line.channel)
            if line.user not in self.people:
                name = event.author_name or line.user
                self.people[line.user] = Profile(user=event.author, name=name, is_bot=line.bot)
            yield event

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        with self._path.open("rb") as raw:
            file: IO[bytes] = gzip.GzipFile(fileobj=raw) if self._packed else raw  # type: ignore[assignment]
            number = 0
            try:
                while line := file.readline(LONGEST):
                    number += 1
                    if len(line) == LONGEST and not line.endswith(b"\n"):
                        while (more := file.readline(LONGEST)) and not more.endswith(b"\n"):
                            pass  # the rest of a line that is no message
                    self.done = raw.tell()
                    yield number, line
            except (OSError, EOFError, zlib.error):
                self.troubles.note(Trouble.BROKEN_FILE, f"{self._path.name}:{number + 1}")


class _Maker:
    """Makes events of lines: gives names to what has none."""

    def __init__(self, workspace: Workspace) -> None:
        self._home = workspace
        self._roots: OrderedDict[tuple[str, str], tuple[str, str]] = OrderedDict()  # id and author, by conversation
        self._same: OrderedDict[str, int] = OrderedDict()

    def event(self, line: Line) -> MessagePosted:
        at = line.ts.astimezone(UTC)
        channel, user = id_in(line.channel), id_in(line.user)
        id_ = id_in(line.id) if line.id else self._id(line, at)
        thread, opener = self._thread(line, id_)
        home = self._home
        place = Place(home.platform, home.id, channel, thread)
        return MessagePosted(
            key=self._key(channel, id_),
            at=at,
            workspace=home,
            message=MessageRef(place, id_),
            author=self._user(user),
            author_name=name_in(line.name),
            by_bot=line.bot,
            text=text_in(line.text),
            mentions=tuple(self._user(user) for user in mentioned(line.text)),
            reply_to=thread,
            reply_to_author=self._user(opener) if opener else None,
        )

    def _user(self, id_: str) -> UserRef:
        return UserRef(self._home.platform, self._home.id, id_)

    def _key(self, channel: str, id_: str) -> str:
        """Return the key that the platform's live event has, where the id is the platform's."""
        if self._home.platform is Platform.SLACK:
            return f"slack:{self._home.id}:message:{channel}:{id_}"
        return f"discord:{self._home.id}:message:{id_}"

    def _id(self, line: Line, at: datetime) -> str:
        """Name a message by what it is. Who says the very same twice in one moment says it twice."""
        said = repr((line.channel, line.user, line.text, line.conversation)).encode()
        name = f"{stamp(at)}-{hashlib.blake2b(said, digest_size=6).hexdigest()}"
        times = self._same[name] = self._same.pop(name, 0) + 1
        if len(self._same) > SAME_MOMENT:
            self._same.popitem(last=False)
        return name if times == 1 else f"{name}-{times}"

    def _thread(self, line: Line, id_: str) -> tuple[str | None, str | None]:
        """Return the thread that a message stands in, and who opened it."""
        if not line.conversation:
            return None, None
        name = (line.channel, line.conversation)
        if name in self._roots:
            self._roots.move_to_end(name)
            return self._roots[name]
        self._roots[name] = id_, line.user
        if len(self._roots) > CONVERSATIONS:
            self._roots.popitem(last=False)
        return None, None
