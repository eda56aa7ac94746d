"""Reads the file that Slack's "Export data" gives: a zip with lists of members and channels, and a file for each day.

The format: slack.com/help/articles/220556107 (how to read a data export). Public channels only, unless private ones
are asked for; direct messages never.
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ijson
import msgspec

from chat.events import ChannelEntered, ChannelLeft, Event, MessageEdited, MessagePosted, Reacted
from chat.exports import LONGEST_ID, ExportError, Trouble, Troubles, id_in, name_in, text_in
from chat.ids import Profile
from chat.slack import emoji
from chat.slack.identity import Identity, moment
from chat.slack.inbound import read_message, read_profile, readable

Json = dict[str, Any]

WHOLE = 8 << 20  # bytes; a day's file up to that is read in one piece, a greater one message by message
_PUBLIC, _PRIVATE, _PEOPLE = (f"{name}.json" for name in ("channels", "groups", "users"))
_DIRECT = ("dms.json", "mpims.json")
_JOINS, _LEAVES = frozenset({"channel_join", "group_join"}), frozenset({"channel_leave", "group_leave"})
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError)
_ODD = (KeyError, TypeError, ValueError, AttributeError, OverflowError)


class SlackExport:
    """One export of a workspace."""

    kind = "slack-export"

    def __init__(self, path: Path, *, team: str = "", private: bool = False) -> None:
        """Read the lists of members and channels.

        Raises:
            ExportError: it is no such export, or of another workspace.

        """
        self._path = path
        self.troubles = Troubles()
        self.channels: dict[str, str] = {}
        self.forums: set[str] = set()
        self.people: dict[str, Profile] = {}
        self.done = 0
        try:
            self._zip = zipfile.ZipFile(path)
        except FileNotFoundError:
            raise ExportError(f"{path}: no such file") from None
        except (zipfile.BadZipFile, OSError) as error:
            raise ExportError(
                f"{path}: not a zip file ({error}); give the .zip as Slack sent it, not unpacked and not renamed"
            ) from None
        self._members = {info.filename.removeprefix("./"): info for info in self._zip.infolist() if not info.is_dir()}
        self._root = self._find_root()
        users = self._list(_PEOPLE) or []
        self._me = Identity(team=self._team(users, team), user="", bot="")
        self.workspace = self._me.workspace
        self._users = users
        for name in (_PUBLIC, _PRIVATE) if private else (_PUBLIC,):
            for channel in self._list(name) or []:
                if isinstance(channel, dict) and channel.get("id") and channel.get("name"):
                    self.channels[str(channel["id"])] = str(channel["name"])
        self._files = self._days()
        self.size = sum(self._members[name].file_size for _, names in self._files for name in names)
        self._begin()

    def _find_root(self) -> str:
        """Return the folder inside the zip that the export lies in: some people pack it again."""
        found = sorted((name for name in self._members if name.rpartition("/")[2] == _PUBLIC), key=len)
        if not found:
            raise ExportError(
                f"{self._path}: there is no {_PUBLIC} in it, which says which channel is which; "
                "ask Slack for the export again (Settings → Import/Export data → Export)"
            )
        return found[0].removesuffix(_PUBLIC)

    def _list(self, name: str) -> list[Any] | None:
        info = self._members.get(self._root + name)
        if info is None:
            return None
        try:
            found = msgspec.json.decode(self._zip.read(info))
        except (msgspec.DecodeError, *_DAMAGED) as error:
            raise ExportError(
                f"{self._path}: {name} cannot be read ({error}); the file may have been cut off: fetch it again"
            ) from None
        return found if isinstance(found, list) else []

    def _team(self, users: list[Any], wanted: str) -> str:
        teams = Counter(str(user["team_id"]) for user in users if isinstance(user, dict) and user.get("team_id"))
        if wanted:
            if teams and wanted not in teams:
                raise ExportError(
                    f"{self._path}: its members belong to workspace {teams.most_common(1)[0][0]}, not to {wanted}; "
                    "give the export of this community's workspace, or name another with --workspace"
                )
            return wanted
        if not teams:
            raise ExportError(
                f"{self._path}: nothing in it says of which workspace it is; name it: --workspace slack:T…"
            )
        return teams.most_common(1)[0][0]

    def _days(self) -> list[tuple[str, list[str]]]:
        """Return each channel's files, oldest first."""
        by_name = {name: id_ for id_, name in self.channels.items()}
        found: dict[str, list[str]] = {}
        for name in sorted(self._members):
            folder, _, file = name.removeprefix(self._root).rpartition("/")
            if name.startswith(self._root) and file.endswith(".json") and folder in by_name:
                found.setdefault(by_name[folder], []).append(name)
        return list(found.items())

    def _begin(self) -> None:
        self.troubles = Troubles()
        self.people = {}
        self.done = 0
        for user in self._users:
            try:
                profile = read_profile(user, self._me)
                named = name_in(profile.name) or profile.user.id
                self.people[id_in(profile.user.id)] = msgspec.structs.replace(profile, name=named)
            except _ODD:
                self.troubles.note(Trouble.BROKEN_MESSAGE, _PEOPLE)
        if not self._users:
            self.troubles.note(Trouble.NO_PEOPLE, _PEOPLE)
        ours = {name for _, names in self._files for name in names}
        private = {
            str(channel.get("name") or channel.get("id"))
            for name in (_PRIVATE, *_DIRECT)
            for channel in self._list(name) or []
            if isinstance(channel, dict)
        }
        for name in sorted(self._members.keys() - ours):
            folder = name.removeprefix(self._root).rpartition("/")[0]
            if folder and "/" not in folder and name.endswith(".json"):
                what = Trouble.PRIVATE if folder in private else Trouble.UNKNOWN_CHANNEL
                self.troubles.note(what, f"{folder}/")
        for name, times in Counter(info.filename for info in self._zip.infolist()).items():
            if times > 1:
                self.troubles.note(Trouble.REPEATED, name)

    def fingerprint(self) -> str:
        """Return the digest of the lists of what is packed: names, sizes and checksums of all files."""
        packed = sorted((info.filename, info.file_size, info.CRC) for info in self._members.values())
        return hashlib.blake2b(
            repr((self._me.team, sorted(self.channels), packed)).encode(), digest_size=16
        ).hexdigest()

    def events(self) -> Iterator[Event]:
        """Read all channels, one after the other."""
        self._begin()
        for channel, names in self._files:
            for name in names:
                info = self._members[name]
                for message in self._messages(info):
                    try:
                        found = self._read(message, channel)
                    except _ODD:
                        self.troubles.note(Trouble.BROKEN_MESSAGE, name)
                        continue
                    yield from found
                self.done += info.file_size

    def _messages(self, info: zipfile.ZipInfo) -> Iterator[Json]:
        if info.file_size <= WHOLE:
            try:
                yield from self._listed(msgspec.json.decode(self._zip.read(info)), info)
            except (msgspec.DecodeError, *_DAMAGED):  # as much of it as can be read
                yield from self._one_by_one(info)
        else:
            yield from self._one_by_one(info)

    def _listed(self, found: object, info: zipfile.ZipInfo) -> list[Json]:
        if isinstance(found, list):
            return found
        self.troubles.note(Trouble.BROKEN_FILE, info.filename)
        return []

    def _one_by_one(self, info: zipfile.ZipInfo) -> Iterator[Json]:
        try:
            with self._zip.open(info) as file:
                yield from ijson.items(file, "item", use_float=True)
        except (ijson.JSONError, *_DAMAGED):
            self.troubles.note(Trouble.BROKEN_FILE, info.filename)

    # ---- one message

    def _read(self, message: Json, channel: str) -> list[Event]:
        subtype = message.get("subtype")
        if subtype in _JOINS or subtype in _LEAVES:
            return [self._moved(message, channel, entered=subtype in _JOINS)]
        said = read_message(message, channel, self._me)
        if said is None:
            return []
        id_in(said.message.id)
        if (text := text_in(said.text)) != said.text:
            said = msgspec.structs.replace(said, text=text)
        if said.author.id not in self.people:
            self._meet(message, said.author.id)
        if "edited" in message or "reactions" in message:
            return [said, *self._happened_to(message, said, channel)]
        return [said]

    def _happened_to(self, message: Json, said: MessagePosted, channel: str) -> Iterator[Event]:
        if edited := message.get("edited"):
            when = str(edited["ts"])
            yield MessageEdited(
                key=self._me.key("edited", channel, said.message.id, when),
                at=moment(when),
                workspace=self.workspace,
                message=said.message,
                author=said.author,
                text=text_in(readable(str(message.get("text") or ""))),
            )
        for reaction in message.get("reactions") or ():
            name = id_in(str(reaction["name"])[:LONGEST_ID])
            for user in map(id_in, map(str, reaction.get("users") or ())):
                yield Reacted(
                    key=self._me.key("reaction", channel, said.message.id, user, name),
                    at=said.at,  # the export does not tell when it was put
                    workspace=self.workspace,
                    message=said.message,
                    user=self._me.member(user),
                    emoji=emoji.to_unicode(name),
                    author=said.author,
                )

    def _moved(self, message: Json, channel: str, *, entered: bool) -> Event:
        user, ts = str(message["user"]), str(message["ts"])
        self._meet(message, user)
        place, who = self._me.place(channel), self._me.member(user)
        key = self._me.key("entered" if entered else "exited", channel, user, ts)
        if not entered:
            return ChannelLeft(key=key, at=moment(ts), workspace=self.workspace, user=who, place=place)
        inviter = message.get("inviter")
        return ChannelEntered(
            key=key,
            at=moment(ts),
            workspace=self.workspace,
            user=who,
            place=place,
            inviter=self._me.member(str(inviter)) if inviter else None,
        )

    def _meet(self, message: Json, user: str) -> None:
        """Take in somebody who is not on the list of members, by what their message says of them."""
        if id_in(user) in self.people:
            return
        profile = message.get("user_profile") or message.get("bot_profile") or {}
        name = profile.get("display_name") or profile.get("real_name") or profile.get("name") or message.get("username")
        bot = bool(message.get("bot_id")) or message.get("subtype") == "bot_message"
        if not bot:
            self.troubles.note(Trouble.STRANGER, user)
        self.people[user] = Profile(user=self._me.member(user), name=name_in(str(name or user)) or user, is_bot=bot)
