"""The port: what every adapter and the fake offer, and what they may expect of the process they serve."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from datetime import datetime
from typing import Protocol

import msgspec

from chat.answers import Answer, Suggest
from chat.card import Card
from chat.commands import Command, Menu
from chat.effects import NativeEvent
from chat.events import Event, MemberJoined, MemberLeft, MessagePosted, OptionTyped
from chat.ids import MessageRef, Place, PlaceInfo, Platform, Profile, UserRef, Workspace


class ChatError(Exception):
    """The platform did not do what was asked. Subclasses say whether trying again helps."""


class RateLimitedError(ChatError):
    """Nothing was done; try again after ``retry_after`` seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"rate limited, retry after {retry_after:g} s")
        self.retry_after = retry_after


class UnreachableError(ChatError):
    """Nothing was done (no connection, or the platform said so); trying again is safe."""


class UncertainError(ChatError):
    """It may or may not have been done (time-out, broken connection, 5xx): look before trying again."""


class RefusedError(ChatError):
    """It will never be done as asked. ``code`` is the platform's own word, ``mend`` says what an operator can do."""

    def __init__(self, code: str, mend: str = "") -> None:
        super().__init__(f"{code}: {mend}" if mend else code)
        self.code = code
        self.mend = mend


class NotStoredError(Exception):
    """The intake could not store an event, so it must not be acknowledged: the platform will bring it again."""


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """How platforms differ, where the rules of a community need to know."""

    inline_form_errors: bool  # a form can show errors at its fields and stay open
    private_posts: bool  # a post in a channel can be for one reader only
    private_threads: bool
    thread_titles: bool = False
    home_tab: bool
    scheduled_events: bool
    tells_time_zone: bool
    tells_language: bool
    post_lookup: bool  # an uncertain post can be found again by its key (see ``find``)


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that ``tsudoi doctor`` looked at. ``code`` names its sentence in the catalogues."""

    ok: bool
    code: str
    values: dict[str, str] = {}


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """What the bot sees in one workspace, without being connected: for ``tsudoi doctor``."""

    workspace: Workspace
    places: tuple[PlaceInfo, ...] = ()
    badges: frozenset[str] = frozenset()  # names and ids of roles or user groups
    out_of_reach: frozenset[str] = frozenset()  # of these, the ones the bot may not give


class Accepted(Protocol):
    """An event that is safely stored."""

    @property
    def fresh(self) -> bool:
        """False: it had been accepted before, and there is nothing to answer."""
        ...

    @property
    def opens_form(self) -> bool:
        """Whether the route answers with a form, which no deferred answer can carry."""
        ...

    @property
    def answer(self) -> Awaitable[Answer]:
        """Comes when the event has been handled; never raises."""
        ...


class Intake(Protocol):
    """The process, as an adapter sees it."""

    async def accept(self, event: Event) -> Accepted:
        """Store an event. When this returns, it is committed and may be acknowledged.

        Raises:
            NotStoredError: it may not be acknowledged.

        """
        ...

    async def suggest(self, typed: OptionTyped) -> Suggest:
        """Propose choices for what is being typed, within about a second; never raises."""
        ...


class Chat(Protocol):
    """One adapter: one bot identity on one platform. ``key`` makes an act recognisable if its outcome is uncertain.

    Every method raises only ``ChatError``.
    """

    platform: Platform

    def workspaces(self) -> tuple[Workspace, ...]:
        """Return the workspaces this adapter serves."""
        ...

    def capabilities(self) -> Capabilities:
        """Return how this platform differs."""
        ...

    async def post(self, place: Place, card: Card, *, key: str, only_for: UserRef | None = None) -> MessageRef:
        """Post a card. With ``only_for`` only that reader sees it (at most once: it cannot be found again)."""
        ...

    async def find(self, place: Place | UserRef, key: str, since: datetime) -> MessageRef | None:
        """Look for a post (at a place, or in the direct messages with a member) made with ``key`` since then."""
        ...

    async def redraw(self, message: MessageRef, card: Card) -> None:
        """Replace a message of the bot."""
        ...

    async def remove(self, message: MessageRef) -> None:
        """Take a message of the bot away; one that is gone already is no error."""
        ...

    async def dm(self, user: UserRef, card: Card, *, key: str) -> MessageRef:
        """Post a card to one member in private."""
        ...

    async def open_thread(
        self, start: MessageRef | Place, title: str, card: Card, *, key: str, private_for: tuple[UserRef, ...] = ()
    ) -> MessageRef:
        """Open a thread with a first card; the place of the returned message is the thread."""
        ...

    async def mark_thread(self, thread: Place | MessageRef, title: str) -> None:
        """Give a thread a title. Having it already, or being gone, is no error; nothing where threads have none."""
        ...

    async def react(self, message: MessageRef, emoji: str, *, on: bool = True) -> None:
        """Put a reaction on a message, or take the bot's own back. Being so already is no error."""
        ...

    async def member(self, user: UserRef) -> Profile:
        """Look an account up."""
        ...

    def members(self, workspace: Workspace) -> AsyncIterator[Profile]:
        """List the accounts of a workspace, bots included."""
        ...

    def joined(self, profile: Profile, at: datetime) -> MemberJoined:
        """Return the join of an account found by ``members``, with the key that the live event would have had."""
        ...

    def left(self, user: UserRef, at: datetime) -> MemberLeft:
        """Return the leave of an account that ``members`` no longer has, with the key the live event would have had."""
        ...

    async def places(self, workspace: Workspace) -> tuple[PlaceInfo, ...]:
        """List the channels the bot can see."""
        ...

    async def set_badge(self, user: UserRef, badge: str, *, on: bool = True) -> None:
        """Give or take a role or user group, by name or id. Being so already is no error."""
        ...

    async def invite(self, user: UserRef, place: Place) -> None:
        """Let a member into a channel or thread. Being there already is no error."""
        ...

    async def put_event(self, workspace: Workspace, event: NativeEvent, *, event_id: str | None = None) -> str:
        """Make or change the platform's scheduled event; returns its id ("" where there are none)."""
        ...

    async def upload(self, place: Place, name: str, content: bytes, *, comment: str, alt: str = "") -> MessageRef:
        """Put a file at a place."""
        ...

    async def show_home(self, user: UserRef, card: Card) -> None:
        """Show a card as the member's home tab (nothing where there is none)."""
        ...

    def history(self, place: Place, after: datetime) -> AsyncIterator[MessagePosted]:
        """Yield what was said at a place and in its threads since then, oldest first within each."""
        ...

    def workspace_name(self, workspace: Workspace) -> str:
        """Return what people call a workspace (its id before the adapter has started)."""
        ...

    def own_user(self, workspace: Workspace) -> str:
        """Return the bot's own user id there ("" before the adapter has started)."""
        ...

    def link(self, message: MessageRef) -> str:
        """Return the web address of a message."""
        ...

    async def answer(self, reply: str, answer: Answer) -> None:
        """Give a late answer (after a restart, or when the first three seconds were missed)."""
        ...


class Adapter(Chat, Protocol):
    """A chat with its own connection."""

    async def start(self, intake: Intake, commands: tuple[Command, ...], menus: tuple[Menu, ...]) -> None:
        """Connect and feed what comes in to ``intake``. Returns when the platform is ready."""
        ...

    async def stop(self) -> None:
        """Take no more, finish what has been accepted, disconnect."""
        ...

    def last_heard(self) -> datetime | None:
        """Return when the platform last gave a sign of life (machine's clock), for the watchdog."""
        ...

    async def reconnect(self) -> None:
        """Throw the connection away and make a new one."""
        ...

    def gap(self) -> int:
        """Return a number that grows whenever events may have been missed; a change calls for a catch-up."""
        ...

    async def examine(self) -> tuple[Finding, ...]:
        """Check tokens, scopes, intents and permissions for ``tsudoi doctor``."""
        ...
