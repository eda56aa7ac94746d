"""Lets the members of a record join one platform of the sandbox and say there what they once said."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.replaying.record import Line
from sandbox.server import Sandbox
from sandbox.slack.ids import stable
from sandbox.world import Account, Channel, ChannelKind, Json, Message, Person, Space, SpaceKind

_MENTION = re.compile(r"<@([^<>|\s]+)(?:\|[^<>]*)?>")
_DISCORD_LENGTH = 2_000  # https://discord.com/developers/docs/resources/message#create-message
_THREAD_NAME = 100  # https://discord.com/developers/docs/resources/channel#channel-object


@dataclass(slots=True)
class _Root:
    """The message that began a conversation."""

    message: Message
    thread: Channel | None = None  # on Discord, once somebody replied


class Speakers:
    """The members of a record on one platform.

    With ``threads`` a conversation is a thread there: on Slack replies under its first message, on Discord a thread
    opened on that message by whoever replies first. Without, everything is said in the channel.
    """

    def __init__(self, sandbox: Sandbox, space: Space, *, threads: bool) -> None:
        self._sandbox = sandbox
        self._space = space
        self._platform = sandbox.platforms[space.kind]
        self._threads = threads
        self._accounts: dict[str, Account] = {}
        self._roots: dict[tuple[str, str], _Root] = {}
        self.said: set[str] = set()  # message ids; both platforms give them out once only
        self.openers: dict[str, tuple[Message, str]] = {}  # what began a conversation in a channel, and its plain words

    @property
    def name(self) -> str:
        """The platform's name."""
        return self._space.kind.value

    @property
    def space(self) -> Space:
        """The workspace or server."""
        return self._space

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Those who joined."""
        return tuple(self._accounts.values())

    @property
    def joined(self) -> set[str]:
        """The user ids of those who joined."""
        return {account.user_id for account in self._accounts.values()}

    def open_channel(self, name: str) -> None:
        """Let a channel exist, with the bot in it."""
        if any(channel.name == name for channel in self._space.channels.values()):
            return
        space, bot = self._space, self._space.bot
        if space.kind is SpaceKind.SLACK:
            extra = {"created": int(self._sandbox.world.now().timestamp()), "creator": bot}
            made = Channel(stable("C", space.id, name), space.id, name, ChannelKind.TEXT, {bot}, extra=extra)
        else:
            made = Channel(self._sandbox.discord.hub.new_id(), space.id, name, ChannelKind.TEXT)
        self._sandbox.world.add_channel(made)

    def say(self, line: Line) -> None:
        """Let a message be said, its author joining first where they are new."""
        account = self._account(line)
        channel = self._sandbox.world.channel(self._space.id, line.channel)
        if self._space.kind is SpaceKind.SLACK:
            self._sandbox.world.join_channel(self._space.id, channel.id, account.user_id)
        text = _MENTION.sub(self._mention, line.text).strip()
        # the record does not keep files; a message without words was one
        files: tuple[Json, ...] = () if text else ({"name": "attachment.txt", "content": "attachment"},)
        for piece in self._pieces(text):
            self._say(account, channel, line, piece, files)

    def _say(self, account: Account, channel: Channel, line: Line, text: str, files: tuple[Json, ...]) -> None:
        key = (channel.id, line.conversation)
        root = self._roots.get(key) if self._threads else None
        thread = self._thread(account, channel, root, text) if root else None
        said = self._platform.face.say(account, channel.id, text, thread=thread, files=files)
        self.said.add(said.id)
        if root is None:
            self.openers[said.id] = (said, text)
            if self._threads:
                self._roots[key] = _Root(said)

    def _thread(self, account: Account, channel: Channel, root: _Root, text: str) -> str:
        if self._space.kind is SpaceKind.SLACK:
            return root.message.id
        root.thread = root.thread or self._space.channels.get(root.message.id)  # the bot may have opened it
        if root.thread is None:
            title = (root.message.text or text)[:_THREAD_NAME] or "thread"
            root.thread = self._sandbox.discord.open_thread(account, channel.id, title, message=root.message)
        return root.thread.id

    def _pieces(self, text: str) -> list[str]:
        if self._space.kind is SpaceKind.SLACK or len(text) <= _DISCORD_LENGTH:
            return [text]
        cut = [text[at : at + _DISCORD_LENGTH] for at in range(0, len(text), _DISCORD_LENGTH)]
        return [piece for piece in cut if piece.strip()]

    def _account(self, line: Line) -> Account:
        known = self._accounts.get(line.user)
        if known is None:
            language, zone = ("ja", "Asia/Tokyo") if line.is_japanese else ("en", "Europe/London")
            person = self._sandbox.world.people.get(line.user) or Person(line.user, line.user, language, zone)
            known = self._accounts[line.user] = self._platform.new_account(self._space.id, person)
        return known

    def _mention(self, found: re.Match[str]) -> str:
        account = self._accounts.get(found[1])
        return f"<@{account.user_id}>" if account else f"@{found[1]}"
