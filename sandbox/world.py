"""The sandbox's one world: people, spaces (a Slack workspace or a Discord server), channels, messages, clock.

It knows no platform's wire format. A face (``sandbox/slack``, ``sandbox/discord``) translates between the world and
its platform's protocol; bodies of messages are kept as the platform's own JSON and are opaque here.
Every change is told to the listeners as a ``Happening``, in order.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.things import (
    Account,
    Channel,
    ChannelKind,
    Happening,
    Json,
    Listener,
    Message,
    Person,
    Role,
    Space,
    SpaceKind,
    WorldError,
)

__all__ = [
    "Account",
    "Channel",
    "ChannelKind",
    "Happening",
    "Json",
    "Listener",
    "Message",
    "Person",
    "Role",
    "Space",
    "SpaceKind",
    "World",
    "WorldError",
    "monotonic_ms",
]


class World:
    """All state of the sandbox, in memory. Not thread-safe: one event loop owns it."""

    def __init__(self, start: datetime | None = None) -> None:
        self.people: dict[str, Person] = {}
        self.spaces: dict[str, Space] = {}
        self._listeners: list[Listener] = []
        self._serial = itertools.count(1)
        self._offset = (start - datetime.now(UTC)) if start else timedelta()
        self._last_tick = 0
        self._frozen_at: datetime | None = None

    # ---- clock

    def now(self) -> datetime:
        """Return the world's time, UTC."""
        return self._frozen_at or datetime.now(UTC) + self._offset

    @property
    def offset(self) -> timedelta:
        """How far the world's clock is ahead of the machine's."""
        return self._offset

    def move_clock(self, to: datetime) -> None:
        """Set the world's clock to ``to``; it goes on from there. Time never runs backwards."""
        if to < self.now():
            raise WorldError(
                f"the clock only moves forward: it is {self.now():%Y-%m-%d %H:%M} already", "clock_backwards"
            )
        self._offset = to - datetime.now(UTC)
        self._tell(Happening("clock_moved", ""))

    def tick(self) -> int:
        """Return a microsecond time stamp that no other call has got, never smaller than the last."""
        stamp = int(self.now().timestamp() * 1_000_000)
        self._last_tick = max(stamp, self._last_tick + 1)
        return self._last_tick

    # ---- listening

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` with every happening from now on; the returned function stops that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _tell(self, happening: Happening) -> None:
        for listener in tuple(self._listeners):
            listener(happening)

    # ---- looking up

    def space(self, space: str) -> Space:
        """Return a space or say that there is none of that id."""
        try:
            return self.spaces[space]
        except KeyError:
            raise WorldError(f"no space {space!r}; there are: {', '.join(self.spaces)}") from None

    def channel(self, space: str, channel: str) -> Channel:
        """Return a channel by id, or by name where no id fits."""
        held = self.space(space).channels
        found = held.get(channel) or next((c for c in held.values() if c.name == channel), None)
        if found is None:
            raise WorldError(f"no channel {channel!r} in {space}")
        return found

    def account(self, space: str, user_id: str) -> Account:
        """Return an account by its id on the platform."""
        try:
            return self.space(space).accounts[user_id]
        except KeyError:
            raise WorldError(f"no member {user_id!r} in {space}") from None

    def account_of(self, space: str, person: str) -> Account | None:
        """Return the account that a person has in a space, if they joined it."""
        return next((a for a in self.space(space).accounts.values() if a.person == person), None)

    def message(self, space: str, channel: str, message: str) -> Message:
        """Return a message that has not been deleted."""
        found = self.space(space).by_id.get((channel, message))
        if found is None or found.deleted:
            raise WorldError(f"no message {message!r} in {channel}")
        return found

    def history(self, space: str, channel: str, thread: str | None = None) -> Iterator[Message]:
        """Yield what stands in a channel (top level and thread replies, or one Slack thread), oldest first."""
        for message in self.space(space).messages.get(channel, ()):
            if not message.deleted and (thread is None or thread in (message.thread, message.id)):
                yield message

    # ---- building

    def add_person(self, person: Person) -> Person:
        """Let a persona exist."""
        self.people[person.id] = person
        return person

    def add_space(self, space: Space) -> Space:
        """Open a workspace or server, its bot account included."""
        self.spaces[space.id] = space
        if space.bot not in space.accounts:
            space.accounts[space.bot] = Account(
                space.id, space.bot, "Tsudoi", None, self.now(), is_bot=True, is_admin=False
            )
        return space

    def add_channel(self, channel: Channel) -> Channel:
        """Open a channel."""
        space = self.space(channel.space)
        channel.position = channel.position or len(space.channels)
        space.channels[channel.id] = channel
        space.messages.setdefault(channel.id, [])
        self._tell(Happening("channel_created", space.id, channel))
        return channel

    def change_channel(self, space: str, channel: str, **changes: Any) -> Channel:  # noqa: ANN401 - any field of Channel
        """Set fields of a channel."""
        found = self.channel(space, channel)
        before = {name: getattr(found, name) for name in changes}
        for name, value in changes.items():
            setattr(found, name, value)
        self._tell(Happening("channel_changed", space, found, detail=before))
        return found

    def delete_channel(self, space: str, channel: str) -> None:
        """Close a channel with all that stands in it."""
        found = self.channel(space, channel)
        held = self.space(space)
        del held.channels[found.id]
        for message in held.messages.pop(found.id, ()):
            held.by_id.pop((found.id, message.id), None)
        self._tell(Happening("channel_deleted", space, found))

    def add_role(self, role: Role) -> Role:
        """Let a role or user group exist."""
        self.space(role.space).roles[role.id] = role
        self._tell(Happening("role_changed", role.space, role))
        return role

    def delete_role(self, space: str, role: str) -> None:
        """Take a role away, from its members too."""
        held = self.space(space)
        gone = held.roles.pop(role, None)
        if gone is None:
            raise WorldError(f"no role {role!r} in {space}")
        for account in held.accounts.values():
            account.roles.discard(role)
        self._tell(Happening("role_deleted", space, gone))

    # ---- what people and bots do

    def join(self, account: Account, channels: tuple[str, ...] = ()) -> Account:
        """Let somebody enter a space and its channels (ids or names)."""
        space = self.space(account.space)
        known = space.accounts.get(account.user_id)
        if known is not None and known.left_at is None:
            raise WorldError(f"{account.name} is already in {space.name}")
        space.accounts[account.user_id] = account
        self._tell(Happening("joined", space.id, account))
        for channel in channels:
            self.join_channel(space.id, channel, account.user_id)
        return account

    def leave(self, space: str, user_id: str) -> None:
        """Let somebody leave a space."""
        account = self.account(space, user_id)
        account.left_at = self.now()
        for channel in self.space(space).channels.values():
            channel.members.discard(user_id)
        self._tell(Happening("left", space, account))

    def change_account(self, space: str, user_id: str, **changes: Any) -> Account:  # noqa: ANN401 - any field of Account
        """Set fields of an account (name, language, time zone, admin)."""
        account = self.account(space, user_id)
        for name, value in changes.items():
            setattr(account, name, value)
        self._tell(Happening("account_changed", space, account))
        return account

    def join_channel(self, space: str, channel: str, user_id: str, inviter: str | None = None) -> None:
        """Let a member enter a channel; being there already changes nothing."""
        found = self.channel(space, channel)
        if user_id not in found.members:
            found.members.add(user_id)
            self._tell(Happening("channel_joined", space, found, user=user_id, detail=inviter))

    def leave_channel(self, space: str, channel: str, user_id: str) -> None:
        """Let a member leave a channel."""
        found = self.channel(space, channel)
        if user_id in found.members:
            found.members.discard(user_id)
            self._tell(Happening("channel_left", space, found, user=user_id))

    def say(self, message: Message) -> Message:
        """Put a message where it belongs and tell everybody."""
        space = self.space(message.space)
        if message.channel not in space.channels:
            raise WorldError(f"no channel {message.channel!r} in {space.name}")
        space.messages[message.channel].append(message)
        space.by_id[message.channel, message.id] = message
        self._tell(Happening("said", space.id, message, user=message.author))
        return message

    def edit(
        self,
        space: str,
        channel: str,
        message: str,
        *,
        text: str | None = None,
        body: Json | None = None,
        marked: bool = True,
    ) -> Message:
        """Change what a message says. Without ``marked`` it does not count as edited (a pin, a loading answer)."""
        found = self.message(space, channel, message)
        before = replace(found)
        if text is not None:
            found.text = text
        if body is not None:
            found.body = {**found.body, **body}
        found.edited_at = self.now() if marked else found.edited_at
        self._tell(Happening("edited", space, found, user=found.author, detail=before))
        return found

    def delete(self, space: str, channel: str, message: str) -> None:
        """Take a message away."""
        found = self.message(space, channel, message)
        found.deleted = True
        self._tell(Happening("deleted", space, found, user=found.author))

    def react(self, space: str, channel: str, message: str, user_id: str, emoji: str, *, on: bool = True) -> bool:
        """Put a reaction on a message or take it back; says whether that changed anything."""
        found = self.message(space, channel, message)
        users = found.reactions.setdefault(emoji, [])
        if (user_id in users) is on:
            return False
        users.append(user_id) if on else users.remove(user_id)
        if not users:
            del found.reactions[emoji]
        self._tell(Happening("reacted" if on else "unreacted", space, found, user=user_id, detail=emoji))
        return True

    def give_role(self, space: str, user_id: str, role: str, *, on: bool = True) -> None:
        """Give a member a role (or put them in a user group), or take it back."""
        account, held = self.account(space, user_id), self.space(space).roles.get(role)
        if held is None:
            raise WorldError(f"no role {role!r} in {space}")
        if (role in account.roles) is not on:
            account.roles.add(role) if on else account.roles.discard(role)
            self._tell(Happening("role_given" if on else "role_taken", space, held, user=user_id))

    def open_form(self, space: str, user_id: str, form: Json) -> None:
        """Show a member a form (a Slack view, a Discord modal), in place of one that stands open."""
        self.space(space).forms[user_id] = form
        self._tell(Happening("form_opened", space, user=user_id, detail=form))

    def close_form(self, space: str, user_id: str) -> Json | None:
        """Take a member's form away and return it."""
        form = self.space(space).forms.pop(user_id, None)
        self._tell(Happening("form_closed", space, user=user_id, detail=form))
        return form

    def set_home(self, space: str, user_id: str, view: Json) -> None:
        """Show a member a home tab."""
        self.space(space).homes[user_id] = view
        self._tell(Happening("home_changed", space, user=user_id, detail=view))

    def put_event(self, space: str, event_id: str, event: Json | None) -> None:
        """Set or (None) remove a scheduled event."""
        events = self.space(space).events
        if event is None:
            event = events.pop(event_id, None)
        else:
            events[event_id] = event
        self._tell(Happening("event_changed", space, detail=event))


def monotonic_ms() -> int:
    """Return the machine's steady clock in milliseconds, for deadlines the world's clock must not touch."""
    return int(time.monotonic() * 1000)
