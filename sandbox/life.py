"""The standard world of a first start, and the scripted members who keep it lively.

Everything scripted follows the world's clock and a seed: the same seed and the same acts give the same life.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import heapq
import itertools
import json
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sandbox import cast
from sandbox.control.stage import Platform
from sandbox.discord import build_server
from sandbox.slack import build_workspace
from sandbox.world import Account, ChannelKind, Happening, Message, Space, SpaceKind, World, WorldError

PRIVATE: Final = (cast.MODERATORS, cast.PRODUCT)
HOME: Final = ZoneInfo("Asia/Tokyo")
WAKING: Final = (9, 21)  # hours in which scripted members talk, in the community's zone
POSTS_A_DAY: Final = 3
MOST_AT_ONCE: Final = 4  # posts after a jump of the clock; a week's worth would bury what the visitor did
FIRST_HELLO: Final = (timedelta(minutes=40), timedelta(hours=3))  # soon enough to feel seen, late enough to wait
SECOND_HELLO: Final = (timedelta(hours=4), timedelta(hours=9))
WAVE: Final = (timedelta(minutes=3), timedelta(minutes=20))
LOOK: Final = 30.0  # seconds between looks at the clock


def build_spaces(world: World) -> tuple[Space, Space]:
    """Open the workspace and the server of the community, without people."""
    slack = build_workspace(
        world,
        id=cast.SLACK_SPACE,
        name=cast.COMMUNITY,
        channels=cast.CHANNELS,
        private=PRIVATE,
        by_choice=cast.TOPIC_CHANNELS,
    )
    kinds = tuple((name, ChannelKind.TEXT.value) for name, _ in cast.CHANNELS)
    discord = build_server(
        world,
        id=cast.DISCORD_SPACE,
        name=cast.COMMUNITY,
        channels=(
            *kinds,
            (cast.FORUM, ChannelKind.FORUM.value),
            *((name, ChannelKind.PRIVATE.value) for name in PRIVATE),
        ),
        roles=cast.TOPIC_ROLES,
    )
    for name, topic in cast.CHANNELS:
        world.change_channel(discord.id, world.channel(discord.id, name).id, topic=topic)
    return slack, discord


def populate(world: World, platforms: dict[SpaceKind, Platform], until: datetime) -> None:
    """Let the cast be, enter where they belong, and have talked for the three days before ``until``."""
    spaces = {space.kind: space for space in world.spaces.values()}
    for role in cast.cast():
        world.add_person(role.person)
        for kind, is_there in ((SpaceKind.SLACK, role.slack), (SpaceKind.DISCORD, role.discord)):
            if is_there:
                account = platforms[kind].new_account(spaces[kind].id, role.person)
                if role.person.role == "moderator":
                    _make_moderator(world, spaces[kind], account)
                if role.person.id in cast.PRODUCT_TEAM:
                    world.join_channel(spaces[kind].id, cast.PRODUCT, account.user_id)
    said: list[Message] = []
    for line in cast.PAST:
        at = until - timedelta(hours=line.hours_ago)
        if at > world.now():
            world.move_clock(at)
        said.append(_say_line(world, platforms, spaces[line.where], line, said))
    if until > world.now():
        world.move_clock(until)


def _make_moderator(world: World, space: Space, account: Account) -> None:
    for channel in PRIVATE:
        world.join_channel(space.id, channel, account.user_id)
    if not any(other.is_owner for other in space.accounts.values()):  # who was there first founded it
        world.change_account(space.id, account.user_id, is_owner=True)
    if space.kind is SpaceKind.SLACK:
        world.change_account(space.id, account.user_id, is_admin=True)
        return
    role = next(role for role in space.roles.values() if role.name == "moderator")
    world.give_role(space.id, account.user_id, role.id)


def _say_line(
    world: World, platforms: dict[SpaceKind, Platform], space: Space, line: cast.Line, said: list[Message]
) -> Message:
    account = _account(world, space, line.who)
    root = said[-line.answers].id if line.answers else None
    message = _speak(platforms[space.kind], account, line.channel, line.text, root)
    for who, name, character in line.reactions:
        emoji = name if space.kind is SpaceKind.SLACK else character
        world.react(space.id, message.channel, message.id, _account(world, space, who).user_id, emoji)
    return message


def _account(world: World, space: Space, person: str) -> Account:
    account = world.account_of(space.id, person)
    if account is None:
        raise WorldError(f"{person} is not in {space.name}")
    return account


def _speak(platform: Platform, account: Account, channel: str, text: str, root: str | None) -> Message:
    """Say something, as an answer where ``root`` is given: in its thread on Slack, as a reply on Discord."""
    return platform.face.say(account, channel, text, reply_to=root)


class Life:
    """The scripted members. ``step`` does what is due; ``run`` does so for as long as it is let."""

    def __init__(self, world: World, platforms: dict[SpaceKind, Platform], seed: int = 1) -> None:
        self.on = True
        self._world, self._platforms, self._seed = world, platforms, seed
        self._agenda: list[tuple[datetime, int, Callable[[], object]]] = []
        self._serial = itertools.count()
        self._seen = world.now()
        self._wake = asyncio.Event()
        self._stop = world.listen(self._hear)

    def close(self) -> None:
        """Stop listening to the world."""
        self._stop()

    # ---- newcomers are answered

    def _hear(self, happening: Happening) -> None:
        if happening.what == "clock_moved":
            self._wake.set()
        elif happening.what == "said" and isinstance(happening.subject, Message) and self.on:
            newcomer = self._introduced(happening.subject)
            if newcomer is not None:
                self._greet_later(happening.subject, newcomer)
                self._wake.set()

    def _introduced(self, message: Message) -> Account | None:
        """Return the newcomer whom a message in the introductions channel introduces: its author, or whom it names."""
        space = self._world.space(message.space)
        channel = space.channels.get(message.channel)
        if channel is None or channel.name != cast.INTRODUCTIONS or message.thread or message.reply_to:
            return None
        if message.only_for is not None or message.body.get("subtype") == "channel_join":
            return None
        author = space.accounts.get(message.author)
        if author is not None and self._is_newcomer(author):
            return author
        if author is None or not author.is_bot:
            return None
        words = message.text + json.dumps(message.body, ensure_ascii=False)
        named = (a for a in space.accounts.values() if self._is_newcomer(a) and a.user_id in words)
        return next(named, None)

    def _is_newcomer(self, account: Account) -> bool:
        person = self._world.people.get(account.person or "")
        return person is not None and person.role == "newcomer" and account.left_at is None

    def _greet_later(self, message: Message, newcomer: Account) -> None:
        space = self._world.space(message.space)
        chance = random.Random(f"{self._seed}/{newcomer.person}/{space.kind}")  # noqa: S311 - a script, not a secret
        scripted = {role.person.id for role in cast.cast() if role.person.role in {"expert", "member"}}
        around = sorted(a.person for a in space.accounts.values() if a.person in scripted and a.left_at is None)
        hellos = cast.WELCOMES["ja" if newcomer.language.startswith("ja") else "en"]
        if not around:
            return
        friends = chance.sample(around, k=min(3, len(around)))
        words = chance.sample(hellos, k=min(2, len(hellos)))
        now = self._world.now()
        self._plan(now + _between(chance, WAVE), lambda: self._wave(message, friends[-1]))
        for friend, text, span in zip(friends, words, (FIRST_HELLO, SECOND_HELLO), strict=False):
            self._plan(now + _between(chance, span), functools.partial(self._answer, message, friend, text))

    def _plan(self, at: datetime, act: Callable[[], object]) -> None:
        heapq.heappush(self._agenda, (at, next(self._serial), act))

    def _wave(self, message: Message, person: str) -> None:
        space = self._world.space(message.space)
        emoji = "wave" if space.kind is SpaceKind.SLACK else "👋"
        user = _account(self._world, space, person).user_id
        self._world.react(space.id, message.channel, message.id, user, emoji)

    def _answer(self, message: Message, person: str, text: str) -> None:
        space = self._world.space(message.space)
        self._world.message(space.id, message.channel, message.id)  # nobody answers what was taken back
        _speak(self._platforms[space.kind], _account(self._world, space, person), message.channel, text, message.id)

    # ---- small talk

    def posts_of(self, day: date) -> list[tuple[datetime, str, str, str]]:
        """Return the small talk of a day in the community's zone: when, who, channel, words."""
        chance = random.Random(f"{self._seed}/{day.isoformat()}")  # noqa: S311 - a script, not a secret
        minutes = sorted(chance.sample(range(WAKING[0] * 60, WAKING[1] * 60), k=POSTS_A_DAY))
        said = chance.sample(cast.CHATTER, k=POSTS_A_DAY)
        at = (datetime.combine(day, time(m // 60, m % 60), HOME).astimezone(UTC) for m in minutes)
        return [(when, *words) for when, words in zip(at, said, strict=True)]

    def _small_talk(self, since: datetime, until: datetime) -> list[tuple[datetime, str, str, str]]:
        day, last = since.astimezone(HOME).date(), until.astimezone(HOME).date()
        day = max(day, last - timedelta(days=2))
        due = []
        while day <= last:
            due += [post for post in self.posts_of(day) if since < post[0] <= until]
            day += timedelta(days=1)
        return due[-MOST_AT_ONCE:]

    def _chat(self, at: datetime, person: str, channel: str, text: str) -> None:
        homes = [s for s in self._world.spaces.values() if self._is_in(s, person)]
        if homes:
            space = homes[int(at.timestamp()) // 60 % len(homes)]
            _speak(self._platforms[space.kind], _account(self._world, space, person), channel, text, None)

    def _is_in(self, space: Space, person: str) -> bool:
        account = self._world.account_of(space.id, person)
        return account is not None and account.left_at is None

    # ---- time

    def step(self) -> int:
        """Do what has become due, and return how many acts that were."""
        now, since = self._world.now(), self._seen
        self._seen = now
        if not self.on:
            self._agenda.clear()
            return 0
        acts: list[Callable[[], object]] = []
        while self._agenda and self._agenda[0][0] <= now:
            acts.append(heapq.heappop(self._agenda)[2])
        acts += [functools.partial(self._chat, *post) for post in self._small_talk(since, now)]
        for act in acts:
            with contextlib.suppress(WorldError):  # who was to speak has left, or the place is gone
                act()
        return len(acts)

    async def run(self) -> None:
        """Live until cancelled."""
        while True:
            self.step()
            wait = LOOK
            if self._agenda:
                wait = min(wait, max((self._agenda[0][0] - self._world.now()).total_seconds(), 0.05))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), wait)
            self._wake.clear()


def _between(chance: random.Random, span: tuple[timedelta, timedelta]) -> timedelta:
    return timedelta(seconds=chance.randint(int(span[0].total_seconds()), int(span[1].total_seconds())))
