"""What the control API plays on: the world, its faces, and look-ups that answer 404 where there is nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from aiohttp import ClientSession

from sandbox.face import Face
from sandbox.world import Account, Channel, ChannelKind, Json, Message, Person, Space, SpaceKind, World, WorldError

Found = TypeVar("Found")


class NotFoundError(WorldError):
    """What was asked for by id does not exist: HTTP 404."""


class Enter(Protocol):
    """How a person gets an account in a space."""

    def __call__(self, space_id: str, person: Person, *, invited_by: str | None = None) -> Account:
        """Let ``person`` join."""
        ...


PressForm = Callable[[Account, Json], Awaitable[None]]


class Complete(Protocol):
    """How a client asks what may be meant by an option that is being typed."""

    async def __call__(self, account: Account, channel: str, name: str, text: str, focused: str) -> list[Json]:
        """Return the choices that the bot proposes."""
        ...


class OpenThread(Protocol):
    """How a member opens a thread that is a channel of its own."""

    def __call__(
        self, account: Account, channel: str, name: str, *, text: str | None = None, message: Message | None = None
    ) -> Channel:
        """Open it, on ``message`` or (a forum's post) with ``text``."""
        ...


@dataclass(frozen=True, slots=True)
class Platform:
    """A face, and what its platform's client does that not every platform has in the same way."""

    face: Face
    new_account: Enter
    bot_dm: Callable[[Account], Channel]
    press_form: PressForm | None = None  # Discord's forms have nothing to press
    open_thread: OpenThread | None = None  # Slack's threads are not channels
    complete: Complete | None = None  # Slack's commands have no options


class Switch(Protocol):
    """Something that can be switched on and off: the scripted members."""

    on: bool


def look(find: Callable[[], Found]) -> Found:
    """Run a look-up of the world; finding nothing is a 404."""
    try:
        return find()
    except WorldError as error:
        raise NotFoundError(str(error)) from None


@dataclass(slots=True)
class Stage:
    """The world with its faces, as the control API sees them."""

    world: World
    platforms: dict[SpaceKind, Platform]
    life: Switch | None = None
    panel_url: str | None = None
    http: ClientSession | None = None
    serials: dict[str, int] = field(default_factory=dict)
    closing: bool = False
    patient: set[asyncio.Event] = field(default_factory=set)  # of requests that are answered when something happens

    async def close(self) -> None:
        """Let nobody wait any longer: a server does not end before its requests."""
        self.closing = True
        for waiting in self.patient:
            waiting.set()

    def space(self, space: str) -> Space:
        """Return a space by its id, or the first one of a platform by that platform's name."""
        by_kind = next((s for s in self.world.spaces.values() if s.kind.value == space), None)
        return by_kind or look(lambda: self.world.space(space))

    def platform(self, space: Space) -> Platform:
        """Return the platform of a space."""
        return self.platforms[space.kind]

    def face(self, space: Space) -> Face:
        """Return the face that speaks for a space."""
        return self.platforms[space.kind].face

    def person(self, person: str) -> Person:
        """Return a persona."""
        if person not in self.world.people:
            raise NotFoundError(f"no person {person!r}; there are: {', '.join(self.world.people)}")
        return self.world.people[person]

    def account(self, space: Space, who: str) -> Account:
        """Return the account with that id on the platform, or that of the person with that id."""
        found = space.accounts.get(who) or self.world.account_of(space.id, who)
        if found is None:
            raise NotFoundError(f"no member {who!r} in {space.name}")
        return found

    def actor(self, space: Space, who: str) -> Account:
        """Return an account that can act: a human who has not left."""
        account = self.account(space, who)
        if account.is_bot:
            raise WorldError(f"{account.name} is a bot and acts by itself")
        if account.left_at is not None:
            raise WorldError(f"{account.name} has left {space.name}")
        return account

    def channel(self, space: Space, channel: str) -> Channel:
        """Return a channel by id or name."""
        return look(lambda: self.world.channel(space.id, channel))

    def message(self, space: Space, channel: str, message: str) -> Message:
        """Return a message that still stands."""
        return look(lambda: self.world.message(space.id, self.channel(space, channel).id, message))

    def next_id(self, prefix: str) -> str:
        """Return an id nobody has, for a person made on the page or by a replay."""
        while True:
            self.serials[prefix] = self.serials.get(prefix, 0) + 1
            made = f"{prefix}{self.serials[prefix]}"
            if made not in self.world.people:
                return made


def may_see(space: Space, channel: Channel, account: Account) -> bool:
    """Say whether a member sees a channel: public ones all, private ones and direct messages those who are in."""
    if channel.parent is not None and channel.parent in space.channels and not channel.private:
        return may_see(space, space.channels[channel.parent], account)
    if channel.kind in {ChannelKind.PRIVATE, ChannelKind.DM} or channel.private:
        return account.user_id in channel.members
    return True
