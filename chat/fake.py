"""A chat without a platform, for tests of features: it passes the same contract as the real adapters.

It keeps everything in memory and is looked into directly: ``fake.standing(place)``, ``fake.direct(user)``. The other
side is driven by plain methods: ``fake.let_join("Aya")``, ``fake.let_say(user, place, "hello")``.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import msgspec

from chat.answers import Answer, Invalid, Nothing, OpenForm, Redraw, Say
from chat.card import Card, Quote, part_text
from chat.commands import Command, Menu
from chat.effects import NativeEvent
from chat.events import MemberJoined, MemberLeft, MessagePosted
from chat.fake_things import DISCORD_LIKE, SLACK_LIKE, Posted, Said
from chat.form import Form
from chat.ids import MessageRef, Place, PlaceInfo, Platform, Profile, UserRef, Workspace, thread_of
from chat.port import Capabilities, Finding, Intake, RateLimitedError, RefusedError, UncertainError


def _now() -> datetime:
    return datetime.now(UTC)


class FakeChat:
    """One workspace in memory. ``now`` tells its time; ``failure`` ("dropped", "rate_limited") makes posts fail."""

    def __init__(
        self,
        platform: Platform = Platform.SLACK,
        workspace: str = "T1",
        *,
        capabilities: Capabilities | None = None,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self.platform = platform
        self.home = Workspace(platform, workspace)
        self._capabilities = capabilities or (SLACK_LIKE if platform is Platform.SLACK else DISCORD_LIKE)
        self._now = now
        self._serial = itertools.count(1)
        self.failure = ""
        self.closed_to: set[UserRef] = set()  # members who take no direct messages
        self.rooms: dict[str, PlaceInfo] = {}
        self.people: dict[UserRef, Profile] = {}
        self.posted: list[Posted] = []
        self.said: list[Said] = []
        self.inside: dict[Place, set[UserRef]] = {}
        self.badges: dict[str, str] = {}  # name by id
        self.reactions: dict[MessageRef, set[str]] = {}
        self.titles: dict[Place, str] = {}  # of threads
        self.homes: dict[UserRef, Card] = {}
        self.events: dict[str, NativeEvent] = {}
        self.forms: list[tuple[str, Form]] = []
        self._replies: dict[str, tuple[UserRef, MessageRef | None]] = {}

    # ---- the other side

    def let_be(self, name: str, **details: object) -> Place:
        """Make a channel."""
        place = Place(self.platform, self.home.id, f"c{next(self._serial)}")
        self.rooms[place.channel] = msgspec.convert(
            {"place": place, "name": name, **details}, PlaceInfo, from_attributes=True
        )
        return place

    def let_join(
        self, name: str, *, is_bot: bool = False, is_admin: bool = False, locale: str | None = None
    ) -> UserRef:
        """Let somebody enter the workspace."""
        user = UserRef(self.platform, self.home.id, f"u{next(self._serial)}")
        self.people[user] = Profile(
            user=user,
            name=name,
            is_bot=is_bot,
            is_admin=is_admin,
            locale=locale,
            joined_at=self._now(),
            badges=frozenset(),
        )
        return user

    def let_say(self, user: UserRef, place: Place, text: str, reply_to: MessageRef | None = None) -> MessagePosted:
        """Let a member write; the event is returned for whoever handles it. On Slack an answer goes to the thread."""
        if reply_to and self.platform is Platform.SLACK:
            place = thread_of(reply_to)
        number = f"m{next(self._serial)}"
        event = MessagePosted(
            key=f"{self.platform}:{self.home.id}:message:{number}",
            at=self._now(),
            workspace=self.home,
            message=MessageRef(place, number),
            author=user,
            author_name=self.people[user].name,
            text=text,
            reply_to=reply_to.id if reply_to else place.thread,
        )
        self.said.append(Said(event))
        return event

    def let_reply(self, user: UserRef, message: MessageRef | None = None) -> str:
        """Let a member use a command, or press something on a message; returns the event's ``reply``."""
        reply = f"r{next(self._serial)}"
        self._replies[reply] = (user, message)
        return reply

    # ---- looking

    def standing(self, place: Place) -> list[Posted]:
        """Return the bot's messages that everybody at a place sees, oldest first."""
        return [p for p in self._present() if p.ref.place == place and not p.only_for and not p.direct_to]

    def private(self, user: UserRef) -> list[Posted]:
        """Return what only one member sees in a channel."""
        return [p for p in self._present() if p.only_for == user]

    def direct(self, user: UserRef) -> list[Posted]:
        """Return the bot's direct messages to a member."""
        return [p for p in self._present() if p.direct_to == user]

    def _present(self) -> list[Posted]:
        return [posted for posted in self.posted if not posted.removed]

    # ---- the port: who and where

    def workspaces(self) -> tuple[Workspace, ...]:
        """Return its one workspace."""
        return (self.home,)

    def capabilities(self) -> Capabilities:
        """Return what it was made with."""
        return self._capabilities

    def workspace_name(self, workspace: Workspace) -> str:
        """Return the workspace's id."""
        return workspace.id

    def own_user(self, workspace: Workspace) -> str:
        """Return the bot's user id."""
        return "bot" if workspace == self.home else ""

    async def member(self, user: UserRef) -> Profile:
        """Look an account up."""
        if user not in self.people:
            raise RefusedError("user_not_found", f"there is no {user}")
        return self.people[user]

    async def members(self, workspace: Workspace) -> AsyncIterator[Profile]:
        """List the accounts."""
        self._own(workspace)
        for profile in list(self.people.values()):
            yield profile

    def joined(self, profile: Profile, at: datetime) -> MemberJoined:
        """Return a join."""
        key = f"{self.home}:join:{profile.user.id}"
        return MemberJoined(key=key, at=profile.joined_at or at, workspace=self.home, member=profile)

    def left(self, user: UserRef, at: datetime) -> MemberLeft:
        """Return a leave."""
        return MemberLeft(key=f"{self.home}:left:{user.id}:{at.isoformat()}", at=at, workspace=self.home, user=user)

    async def places(self, workspace: Workspace) -> tuple[PlaceInfo, ...]:
        """List the channels."""
        self._own(workspace)
        return tuple(self.rooms.values())

    async def set_badge(self, user: UserRef, badge: str, *, on: bool = True) -> None:
        """Give or take a badge."""
        badge_id = self._badge(badge)
        if badge_id is None:
            raise RefusedError("no_such_badge", f"there is no {badge!r}; there are: {', '.join(self.badges.values())}")
        profile = await self.member(user)
        names = {badge_id, self.badges[badge_id]}
        held = profile.badges or frozenset()
        badges = held | names if on else held - names
        self.people[user] = msgspec.structs.replace(profile, badges=badges)

    async def invite(self, user: UserRef, place: Place) -> None:
        """Let a member in."""
        self.inside.setdefault(self._room(place), set()).add(user)

    # ---- the port: messages

    async def post(self, place: Place, card: Card, *, key: str, only_for: UserRef | None = None) -> MessageRef:
        """Post a card."""
        self._room(place)
        return self._put(Posted(self._fresh(place), card, key, self._now(), only_for=only_for))

    async def dm(self, user: UserRef, card: Card, *, key: str) -> MessageRef:
        """Post a card in private."""
        await self.member(user)
        if user in self.closed_to:
            raise RefusedError("cannot_dm", "the member takes no direct messages")
        place = Place(self.platform, self.home.id, f"d{user.id}")
        return self._put(Posted(self._fresh(place), card, key, self._now(), direct_to=user))

    async def find(self, place: Place | UserRef, key: str, since: datetime) -> MessageRef | None:
        """Look for a post by its key."""
        for posted in self._present():
            here = posted.direct_to == place if isinstance(place, UserRef) else posted.ref.place.top == place.top
            if here and posted.key == key and posted.at >= since and not posted.only_for:
                return posted.ref
        return None

    async def redraw(self, message: MessageRef, card: Card) -> None:
        """Replace a message."""
        self._posted(message).card = card

    async def remove(self, message: MessageRef) -> None:
        """Take a message away."""
        for posted in self.posted:
            if posted.ref == message:
                posted.removed = True

    async def open_thread(
        self, start: MessageRef | Place, title: str, card: Card, *, key: str, private_for: tuple[UserRef, ...] = ()
    ) -> MessageRef:
        """Open a thread."""
        place = thread_of(start) if isinstance(start, MessageRef) else start
        self._room(place)
        # no threads within threads; one that hangs on no message has an id of its own
        thread = place if place.thread else msgspec.structs.replace(place, thread=f"t{next(self._serial)}")
        for user in private_for:
            self.inside.setdefault(thread, set()).add(user)
        if self._capabilities.thread_titles:
            self.titles.setdefault(thread, title)
        return self._put(Posted(self._fresh(thread), card, key, self._now()))

    async def mark_thread(self, thread: Place | MessageRef, title: str) -> None:
        """Give a thread a title, if it can have one and is there."""
        place = thread_of(thread) if isinstance(thread, MessageRef) else thread
        if place in self.titles:
            self.titles[place] = title

    async def react(self, message: MessageRef, emoji: str, *, on: bool = True) -> None:
        """Put a reaction, or take it back."""
        held = self.reactions.setdefault(message, set())
        held.add(emoji) if on else held.discard(emoji)

    async def upload(self, place: Place, name: str, content: bytes, *, comment: str, alt: str = "") -> MessageRef:
        """Put a file at a place."""
        del content, alt
        self._room(place)
        card = Card(parts=(Quote(comment or name),))
        return self._put(Posted(self._fresh(place), card, f"upload:{name}", self._now(), files=(name,)))

    async def show_home(self, user: UserRef, card: Card) -> None:
        """Show a home tab, if there is one."""
        if self._capabilities.home_tab:
            self.homes[user] = card

    async def put_event(self, workspace: Workspace, event: NativeEvent, *, event_id: str | None = None) -> str:
        """Make or change an event, if there are such."""
        self._own(workspace)
        if not self._capabilities.scheduled_events:
            return ""
        number = event_id or f"e{next(self._serial)}"
        self.events[number] = event
        return number

    async def history(self, place: Place, after: datetime) -> AsyncIterator[MessagePosted]:
        """Yield what members said."""
        for said in list(self.said):
            if said.event.message.place.top == place.top and said.event.at > after:
                yield said.event

    def link(self, message: MessageRef) -> str:
        """Return an address."""
        return f"https://chat.example/{message.place.channel}/{message.place.thread or '-'}/{message.id}"

    async def answer(self, reply: str, answer: Answer) -> None:
        """Give an answer."""
        if reply not in self._replies:
            raise RefusedError("unknown_reply", "this reply is not ours")
        user, message = self._replies[reply]
        match answer:
            case Say(card):
                self._whisper(user, card)
            case Redraw(card) if message is not None:
                await self.redraw(message, card)
            case Redraw(card):
                self._whisper(user, card)
            case Invalid(card=Card() as card):
                self._whisper(user, card)
            case OpenForm(form):
                self.forms.append((reply, form))
            case Invalid() | Nothing():
                pass

    # ---- the adapter

    async def start(self, intake: Intake, commands: tuple[Command, ...], menus: tuple[Menu, ...]) -> None:
        """Begin; nothing comes in by itself."""
        del intake, commands, menus

    async def stop(self) -> None:
        """End."""

    def last_heard(self) -> datetime | None:
        """Return nothing: a fake is never silent."""
        return None

    async def reconnect(self) -> None:
        """Do nothing."""

    def gap(self) -> int:
        """Return that nothing was missed."""
        return 0

    async def examine(self) -> tuple[Finding, ...]:
        """Find nothing wrong."""
        return ()

    # ---- inside

    def _own(self, workspace: Workspace) -> None:
        if workspace != self.home:
            raise RefusedError("other_workspace", f"{workspace} is not {self.home}")

    def _room(self, place: Place) -> Place:
        if place.channel not in self.rooms and not place.channel.startswith("d"):
            raise RefusedError("channel_not_found", f"there is no {place}")
        return place

    def _badge(self, called: str) -> str | None:
        return next((i for i, name in self.badges.items() if called in {i, name}), None)

    def _fresh(self, place: Place) -> MessageRef:
        return MessageRef(place, f"m{next(self._serial)}")

    def _put(self, posted: Posted) -> MessageRef:
        if self.failure == "rate_limited":
            raise RateLimitedError(3.0)
        posted.pinged = frozenset(filter(None, map(self._badge, posted.card.notify_badges)))
        self.posted.append(posted)
        if self.failure == "dropped":
            raise UncertainError("no reply came")
        return posted.ref

    def _posted(self, message: MessageRef) -> Posted:
        for posted in self._present():
            if posted.ref == message:
                return posted
        raise RefusedError("gone", f"there is no {message}")

    def _whisper(self, user: UserRef, card: Card) -> None:
        place = next(iter(self.rooms.values())).place
        self.posted.append(Posted(self._fresh(place), card, "", self._now(), only_for=user))


def shown(card: Card) -> str:
    """Return what a person reads on a card, for looking things up in tests."""
    lines = [part_text(part) for part in card.parts]
    labels = [button.label for part in card.parts for button in getattr(part, "buttons", ())]
    return "\n".join(filter(None, [*lines, *labels]))
