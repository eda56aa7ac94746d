"""What Slack keeps beside the world for one workspace: the app, direct messages, threads, triggers, hooks, views."""

from __future__ import annotations

import bisect
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.slack import ids
from sandbox.slack.errors import SlackError
from sandbox.world import Account, Channel, ChannelKind, Happening, Json, Message, Space, World, monotonic_ms

TRIGGER_LIFE_MS = 3_000  # https://docs.slack.dev/interactivity/handling-user-interaction
HOOK_LIFE = timedelta(minutes=30)  # the same page: a response_url
HOOK_USES = 5


@dataclass(slots=True)
class Trigger:
    """The right to open a view, given with an interaction."""

    user: str
    deadline: int  # the machine's clock in ms: Slack counts real seconds, whatever the world's clock says
    used: bool = False


@dataclass(slots=True)
class Hook:
    """Where a ``response_url`` leads."""

    user: str
    channel: str
    message: str | None  # the message that was pressed
    thread: str | None
    until: datetime
    uses: int = 0


@dataclass(slots=True)
class StoredFile:
    """An uploaded file."""

    id: str
    name: str
    title: str
    owner: str
    created: datetime
    mimetype: str
    content: bytes = b""
    channels: list[str] = field(default_factory=list)
    complete: bool = False
    claimed_size: int = 0
    alt_text: str = ""


@dataclass(slots=True)
class Scheduled:
    """A message that waits for its time."""

    id: str
    channel: str
    post_at: int
    args: Json


class Workspace:
    """One Slack workspace: its space in the world and what only Slack knows of it."""

    def __init__(self, world: World, space: Space) -> None:
        self.world, self.space = world, space
        self.id = space.id
        self.bot = space.bot
        self.bot_id = "B" + space.bot[1:]
        self.app_id = "A" + space.id[1:]
        self.domain = "".join(c for c in space.name.lower() if c.isascii() and c.isalnum()) or "workspace"
        self.manifest: Json | None = None
        self.emit: Callable[[Json], object] = id  # the face puts the app's outlet here
        self.triggers: dict[str, Trigger] = {}
        self.hooks: dict[str, Hook] = {}
        self.views: dict[str, Json] = {}  # every view that stands, modals and homes, by view id
        self.stacks: dict[str, list[str]] = {}  # open modals by user, the visible one last
        self.files: dict[str, StoredFile] = {}
        self.scheduled: dict[str, Scheduled] = {}
        self.pins: set[tuple[str, str]] = set()
        self.dms: dict[str, str] = {}
        self.threads: dict[tuple[str, str], list[Message]] = {}
        for channel in space.channels.values():
            self._index_channel(channel)
        for messages in space.messages.values():
            for message in messages:
                self._index_message(message)

    # ---- indexes, so that no call has to look through all messages

    def note(self, happening: Happening) -> None:
        """Keep the indexes in step with the world."""
        if happening.what == "said" and isinstance(happening.subject, Message):
            self._index_message(happening.subject)
        elif happening.what == "channel_created" and isinstance(happening.subject, Channel):
            self._index_channel(happening.subject)

    def _index_channel(self, channel: Channel) -> None:
        if channel.kind is ChannelKind.DM and self.bot in channel.members:
            for user in channel.members - {self.bot}:
                self.dms[user] = channel.id

    def _index_message(self, message: Message) -> None:
        if message.thread is not None and message.thread != message.id:
            self.threads.setdefault((message.channel, message.thread), []).append(message)

    def replies(self, channel: str, root: str) -> list[Message]:
        """Return the replies that stand in a thread, oldest first."""
        return [m for m in self.threads.get((channel, root), ()) if not m.deleted and m.only_for is None]

    def span(self, messages: list[Message], oldest: str, latest: str, *, inclusive: bool) -> tuple[int, int]:
        """Return the slice of a list in order of ``ts`` that lies between two of them (either may be empty)."""
        first = bisect.bisect_left if inclusive else bisect.bisect_right
        last = bisect.bisect_right if inclusive else bisect.bisect_left
        low = first(messages, _width(oldest), key=_key) if oldest else 0
        high = last(messages, _width(latest), key=_key) if latest else len(messages)
        return low, max(low, high)

    # ---- looking up, with Slack's words for what is missing

    def now(self) -> datetime:
        """Return the world's time."""
        return self.world.now()

    def account(self, user: str) -> Account:
        """Return a member by id."""
        found = self.space.accounts.get(user)
        if found is None:
            raise SlackError("user_not_found")
        return found

    def channel(self, channel: str) -> Channel:
        """Return a channel that the bot can see, by id."""
        found = self.space.channels.get(channel)
        if found is None or (is_closed(found) and self.bot not in found.members):
            raise SlackError("channel_not_found")
        return found

    def message(self, channel: str, ts: str) -> Message:
        """Return a message that stands and is for all to see."""
        found = self.space.by_id.get((channel, ts))
        if found is None or found.deleted or found.only_for is not None:
            raise SlackError("message_not_found")
        return found

    def open_dm(self, user: str) -> Channel:
        """Return the direct messages of the bot with a member, opened where there were none."""
        if user in self.dms:
            return self.space.channels[self.dms[user]]
        channel = Channel(
            ids.stable("D", self.id, user),
            self.id,
            user,
            ChannelKind.DM,
            {user, self.bot},
            private=True,
            extra={"created": int(self.now().timestamp())},
        )
        return self.world.add_channel(channel)

    # ---- what an interaction hands out

    def trigger(self, user: str) -> str:
        """Give out a trigger id."""
        now = monotonic_ms()
        for old in [key for key, held in self.triggers.items() if held.deadline < now - 60_000]:
            del self.triggers[old]
        key = f"{now}.{int.from_bytes(self.id.encode()[-4:], 'big')}.{secrets.token_hex(16)}"
        self.triggers[key] = Trigger(user, now + TRIGGER_LIFE_MS)
        return key

    def exchange(self, trigger: str) -> str:
        """Take a trigger id in and return whose it is. https://docs.slack.dev/reference/methods/views.open."""
        held = self.triggers.get(trigger)
        if held is None:
            raise SlackError("invalid_trigger_id")
        if held.used:
            raise SlackError("exchanged_trigger_id")
        if monotonic_ms() > held.deadline:
            raise SlackError("expired_trigger_id")
        held.used = True
        return held.user

    def hook(self, user: str, channel: str, message: str | None = None, thread: str | None = None) -> str:
        """Give out a response URL's id."""
        now = self.now()
        for old in [key for key, held in self.hooks.items() if held.until < now]:
            del self.hooks[old]
        key = f"{self.id}/{secrets.token_hex(12)}"
        self.hooks[key] = Hook(user, channel, message, thread, now + HOOK_LIFE)
        return key

    # ---- modals

    def top(self, user: str) -> Json | None:
        """Return the modal a member sees."""
        stack = self.stacks.get(user)
        return self.views[stack[-1]] if stack else None

    def show(self, user: str, view: Json, *, push: bool = False) -> Json:
        """Open a modal, alone or on top of those that stand."""
        if not push:
            self.clear(user, tell=False)
        stack = self.stacks.setdefault(user, [])
        view["root_view_id"] = stack[0] if stack else view["id"]
        view["previous_view_id"] = stack[-1] if stack else None
        stack.append(view["id"])
        self.views[view["id"]] = view
        self.world.open_form(self.id, user, view)
        return view

    def redraw(self, view: Json) -> None:
        """Show a view again after a change, where its owner sees it just now."""
        for user, stack in self.stacks.items():
            if stack and stack[-1] == view["id"]:
                self.world.open_form(self.id, user, view)
        for user, home in self.space.homes.items():
            if home.get("id") == view["id"]:
                self.world.set_home(self.id, user, view)
                break

    def pop(self, user: str) -> None:
        """Close the modal a member sees and show the one below it."""
        stack = self.stacks.get(user)
        if not stack:
            return
        self.views.pop(stack.pop(), None)
        if stack:
            self.world.open_form(self.id, user, self.views[stack[-1]])
        else:
            self.world.close_form(self.id, user)

    def clear(self, user: str, *, tell: bool = True) -> None:
        """Close all modals of a member."""
        for view in self.stacks.pop(user, ()):
            self.views.pop(view, None)
        if tell:
            self.world.close_form(self.id, user)


def is_closed(channel: Channel) -> bool:
    """Say whether only members can see a channel."""
    return channel.private or channel.kind in (ChannelKind.PRIVATE, ChannelKind.DM)


def _key(message: Message) -> str:
    return message.id


def _width(ts: str) -> str:
    # ``oldest`` and ``latest`` may be written "1700000000" or "1700000000.5"; ours compare as text of one width.
    seconds, _, micros = ts.partition(".")
    return f"{seconds or '0':0>10}.{micros[:6]:0<6}"
