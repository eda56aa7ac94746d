"""Reads the JSON files of DiscordChatExporter, one for each channel or thread (github.com/Tyrrrz/DiscordChatExporter).

A file may have gigabytes. Its messages begin with the same three keys, always, and no text can look like them (quotes
inside of texts are escaped), so the file is cut there, and one broken message costs only itself. A file that somebody
has written anew with its keys in another order is read by a parser for streams.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import OrderedDict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import ijson
import msgspec

from chat.discord.inbound import home_of, place_in, user_of
from chat.events import Event, MemberJoined, MessageEdited, MessagePosted, Reacted
from chat.exports import LONGEST_ID, ExportError, Trouble, Troubles, id_in, name_in, text_in
from chat.ids import MessageRef, Place, Profile, UserRef

HEAD = 1 << 20  # bytes in which the messages must begin
PIECE = 1 << 20  # bytes read at a time
REMEMBERED = 200_000  # messages whose authors are known when somebody answers them
LONGEST = 32 << 20  # bytes of one message; more than that is something broken
_BEGIN = re.compile(rb'(?<!\\)"messages"\s*:\s*\[\s*')
_MESSAGE = re.compile(rb'\{\s*"id"\s*:\s*"\d+"\s*,\s*"type"\s*:\s*"[^"]*"\s*,\s*"timestamp"\s*:')
_BETWEEN = b", \r\n\t"
# Plain messages, replies, and what other bots answer to a command or menu, by name or (where it has none) number
_SAID = frozenset({"Default", "Reply", "0", "19", "20", "23"})
_REPLIES = frozenset({"Reply", "19"})
_JOINS = frozenset({"GuildMemberJoin", "7"})


class _Struct(msgspec.Struct, frozen=True, rename="camel"):
    """A part of the file."""


class _Role(_Struct, frozen=True):
    id: str
    name: str = ""


class _User(_Struct, frozen=True):
    id: str
    name: str = ""
    nickname: str | None = None
    is_bot: bool = False
    roles: tuple[_Role, ...] = ()


class _Emoji(_Struct, frozen=True):
    name: str = ""


class _Reaction(_Struct, frozen=True):
    emoji: _Emoji
    users: tuple[_User, ...] = ()


class _Reference(_Struct, frozen=True):
    message_id: str | None = None


class _Message(_Struct, frozen=True):
    id: str
    type: str
    timestamp: str
    author: _User
    timestamp_edited: str | None = None
    content: str | None = None
    attachments: tuple[msgspec.Raw, ...] = ()
    reactions: tuple[_Reaction, ...] = ()
    mentions: tuple[_User, ...] = ()
    reference: _Reference | None = None


class _Server(_Struct, frozen=True):
    id: str
    name: str = ""


class _Channel(_Struct, frozen=True):
    id: str
    type: str = ""
    category_id: str | None = None
    category: str | None = None
    name: str = ""

    @property
    def is_thread(self) -> bool:
        """Whether the file is a thread or forum post: then its "category" is the channel around it."""
        return "thread" in self.type.lower() and bool(self.category_id)


class _Head(_Struct, frozen=True):
    guild: _Server
    channel: _Channel


class DiscordExport:
    """One file, or all files of a folder."""

    kind = "discord-export"

    def __init__(self, path: Path, *, server: str = "") -> None:
        """Read the head of each file.

        Raises:
            ExportError: there is nothing to import.

        """
        self.troubles = Troubles()
        self.channels: dict[str, str] = {}
        self.forums: set[str] = set()
        self.people: dict[str, Profile] = {}
        self.done = 0
        self._decoder = msgspec.json.Decoder(_Message)
        self._wrong: list[tuple[Trouble, str]] = []
        self._authors: OrderedDict[str, UserRef] = OrderedDict()  # by message, for answers to it
        heads = self._heads(path)
        servers = dict.fromkeys(head.guild.id for _, head in heads if head.guild.id != "0")
        self._server = server or next(iter(servers), "")
        if not self._server:
            raise ExportError(f"{path}: only direct messages are in it, and those stay private")
        if self._server not in servers:
            raise ExportError(
                f"{path}: of server {', '.join(servers)}, not of {self._server}; "
                "export the channels of this community's server, or name another with --workspace"
            )
        self.workspace = home_of(self._server)
        self._files: list[tuple[Path, _Channel]] = []
        for file, head in heads:
            if head.guild.id == self._server:
                self._files.append((file, head.channel))
            else:
                self._wrong.append((Trouble.PRIVATE if head.guild.id == "0" else Trouble.ELSEWHERE, file.name))
        self._files.sort(key=lambda entry: (entry[1].is_thread, entry[0].name))  # threads after what they hang on
        for _, channel in self._files:
            if channel.is_thread:
                self.channels.setdefault(str(channel.category_id), channel.category or "")
            else:
                self.channels[channel.id] = channel.name
        self.size = sum(file.stat().st_size for file, _ in self._files)

    def _heads(self, path: Path) -> list[tuple[Path, _Head]]:
        if not path.exists():
            raise ExportError(f"{path}: no such file or folder")
        files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
        found = []
        seen: dict[str, Path] = {}
        for file in files:
            try:
                head = _head(file)
            except (msgspec.DecodeError, OSError, ValueError) as error:
                if not path.is_dir():
                    raise ExportError(
                        f"{file}: not a JSON file of DiscordChatExporter ({error}); export with the format JSON"
                    ) from None
                self._wrong.append((Trouble.BROKEN_FILE, file.name))
                continue
            same = _digest(file) if len(files) > 1 else ""
            if same and same in seen:
                self._wrong.append((Trouble.REPEATED, file.name))
                continue
            seen[same] = file
            found.append((file, head))
        if not found:
            raise ExportError(f"{path}: no JSON file of DiscordChatExporter in it; export with the format JSON")
        return found

    def fingerprint(self) -> str:
        """Return the digest of all that is in the files."""
        whole = hashlib.blake2b(self._server.encode(), digest_size=16)
        for file, _ in self._files:
            whole.update(_digest(file).encode())
        return whole.hexdigest()

    def events(self) -> Iterator[Event]:
        """Read all files, one after the other."""
        self.troubles = Troubles()
        self.people = {}
        self._authors.clear()
        self.done = 0
        for what, where in self._wrong:
            self.troubles.note(what, where)
        for path, channel in self._files:
            place = place_in(self._server, channel.id, channel.category_id if channel.is_thread else None)
            before = self.done
            for message in self._messages(path):
                try:
                    found = list(self._read(message, place, channel, path.name))
                except (ValueError, OverflowError):
                    self.troubles.note(Trouble.BROKEN_MESSAGE, path.name)
                    continue
                yield from found
            self.done = before + path.stat().st_size

    # ---- the file

    def _messages(self, path: Path) -> Iterator[_Message]:
        with path.open("rb") as file:
            head = file.read(HEAD)
            begin = _BEGIN.search(head)
            if begin is None:
                self.troubles.note(Trouble.BROKEN_FILE, path.name)
                return
            rest = head[begin.end() :]
            if rest.startswith(b"{") and not _MESSAGE.match(rest):
                file.seek(0)
                yield from self._parsed(file, path.name)
            else:
                yield from self._cut(file, rest, path.name)

    def _cut(self, file: IO[bytes], rest: bytes, name: str) -> Iterator[_Message]:
        """Yield the messages between one beginning and the next."""
        at = 0  # where the message that is not complete yet begins
        scanned = 0
        while True:
            starts = [found.start() for found in _MESSAGE.finditer(rest, max(scanned, at + 1))]
            for start in starts:
                if (message := self._decoded(rest[at:start].rstrip(_BETWEEN), name)) is not None:
                    yield message
                at = start
            rest = rest[at:]
            at, scanned = 0, max(0, len(rest) - 256)  # a beginning may lie across two pieces
            if len(rest) > LONGEST:
                self.troubles.note(Trouble.BROKEN_MESSAGE, name)
                rest, scanned = b"", 0
            piece = file.read(PIECE)
            self.done += len(piece)
            if not piece:
                break
            rest += piece
        if rest.startswith(b"{"):
            yield from self._last(rest, name)

    def _decoded(self, raw: bytes, name: str) -> _Message | None:
        if not raw.startswith(b"{"):
            return None  # what was left of a message that was too long
        try:
            return self._decoder.decode(raw)
        except msgspec.DecodeError:
            self.troubles.note(Trouble.BROKEN_MESSAGE, name)
            return None

    def _last(self, raw: bytes, name: str) -> Iterator[_Message]:
        try:
            found, _ = json.JSONDecoder().raw_decode(raw.decode("utf-8", "replace"))
            yield msgspec.convert(found, _Message)
        except (ValueError, msgspec.ValidationError):
            self.troubles.note(Trouble.BROKEN_FILE, name)

    def _parsed(self, file: IO[bytes], name: str) -> Iterator[_Message]:
        try:
            for found in ijson.items(file, "messages.item", use_float=True):
                self.done = self.done if file.closed else max(self.done, 0)
                try:
                    yield msgspec.convert(found | {"attachments": []}, _Message)
                except (msgspec.ValidationError, TypeError):
                    self.troubles.note(Trouble.BROKEN_MESSAGE, name)
        except ijson.JSONError:
            self.troubles.note(Trouble.BROKEN_FILE, name)

    # ---- one message

    def _read(self, message: _Message, place: Place, channel: _Channel, name: str) -> Iterator[Event]:
        at = self._time(message.timestamp, name)
        author = self._meet(message.author)
        if message.type in _JOINS:
            yield MemberJoined(
                key=f"discord:{self._server}:join:{author.id}:{at.isoformat(timespec='seconds')}",
                at=at,
                workspace=self.workspace,
                member=self.people[author.id],
            )
            return
        if message.type not in _SAID:
            return
        opens_post = place.thread == message.id
        if opens_post:
            self.forums.add(place.channel)
        reply_to = place.thread if place.thread and not opens_post else None
        if message.type in _REPLIES and message.reference and message.reference.message_id:
            reply_to = message.reference.message_id
        ref = MessageRef(place, id_in(message.id))
        self._authors[message.id] = author
        if len(self._authors) > REMEMBERED:
            self._authors.popitem(last=False)
        text = text_in(message.content or "")
        yield MessagePosted(
            key=f"discord:{self._server}:message:{message.id}",
            at=at,
            workspace=self.workspace,
            message=ref,
            author=author,
            author_name=self.people[author.id].name,
            by_bot=message.author.is_bot,
            text=text,
            mentions=tuple(self._meet(user) for user in message.mentions),
            reply_to=reply_to,
            reply_to_author=self._authors.get(reply_to) if reply_to else None,
            title=channel.name if opens_post else "",
            files=len(message.attachments),
        )
        if message.timestamp_edited:
            edited = self._time(message.timestamp_edited, name)
            yield MessageEdited(
                # as the platform writes it, so that the key is that of the live edit
                key=f"discord:{self._server}:edited:{message.id}:{edited.isoformat(timespec='microseconds')}",
                at=edited,
                workspace=self.workspace,
                message=ref,
                author=author,
                text=text,
            )
        for reaction in message.reactions:
            emoji = id_in(reaction.emoji.name[:LONGEST_ID])
            for user in reaction.users:
                who = self._meet(user)
                yield Reacted(
                    key=f"discord:{self._server}:reaction:{message.id}:{who.id}:{emoji}",
                    at=at,  # the file does not tell when it was put
                    workspace=self.workspace,
                    message=ref,
                    user=who,
                    emoji=emoji,
                    author=author,
                )

    def _meet(self, user: _User) -> UserRef:
        known = self.people.get(user.id)
        if known is None or (known.badges is None and user.roles):
            badges = frozenset(part for role in user.roles for part in (role.id, role.name)) if user.roles else None
            ref = user_of(self._server, id_in(user.id))
            name = name_in(user.nickname or user.name) or user.id
            known = Profile(user=ref, name=name, is_bot=user.is_bot, badges=badges)
            self.people[user.id] = known
        return known.user

    def _time(self, stamp: str, name: str) -> datetime:
        at = datetime.fromisoformat(stamp)
        if at.tzinfo is None:
            self.troubles.note(Trouble.NO_ZONE, name)
            return at.replace(tzinfo=UTC)
        return at.astimezone(UTC)


def _head(path: Path) -> _Head:
    """Read what stands before the messages.

    Raises:
        ValueError: no messages follow.

    """
    with path.open("rb") as file:
        raw = file.read(HEAD)
    begin = _BEGIN.search(raw)
    if begin is None:
        raise ValueError("there is no list of messages in it")
    return msgspec.json.decode(raw[: begin.end()] + b"]}", type=_Head)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
