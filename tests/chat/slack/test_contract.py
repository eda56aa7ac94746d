"""The Slack adapter keeps the contract of ``tests.chat.contract``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from chat.events import ActionPressed, CommandUsed, MessagePosted
from chat.ids import MessageRef, Place, Platform, UserRef, Workspace
from chat.slack import emoji
from sandbox.world import Account, Channel, ChannelKind, Message, Role
from tests.chat import contract, contract_threads
from tests.chat.slack.stage import HERE, Stage, stage
from tests.sandbox.slack_setup import SPACE
from tests.waiting import until


@dataclass
class SlackDriver:
    stage: Stage
    workspace: Workspace
    place: Place
    side_room: Place
    gone: Place
    forum: Place | None = None

    async def join(self, name: str) -> UserRef:
        return self.stage.user(self.stage.setup.join(name))

    async def say(self, user: UserRef, text: str, reply_to: MessageRef | None = None) -> MessageRef:
        account = self._account(user)
        said = self.stage.face.say(account, self.place.channel, text, reply_to=reply_to.id if reply_to else None)
        return MessageRef(Place(Platform.SLACK, SPACE, said.channel, said.thread), said.id)

    async def say_in(self, user: UserRef, thread: Place, text: str) -> MessagePosted:
        self.stage.face.say(self._account(user), thread.channel, text, thread=thread.thread)
        await until(lambda: text in self.stage.process.said())
        return next(event for event in self.stage.process.of(MessagePosted) if event.text == text)

    async def badge(self, name: str) -> str:
        world = self.stage.setup.world
        role = world.add_role(Role("S0CONTRACT", SPACE, name, extra={"handle": name.lower()}))
        world.give_role(SPACE, self.stage.setup.join("Keeper").user_id, role.id)
        return role.id

    async def command(self, user: UserRef) -> str:
        before = len(self.stage.process.of(CommandUsed))
        await self.stage.face.command(self._account(user), self.place.channel, "/tsudoi", "me")
        await until(lambda: len(self.stage.process.of(CommandUsed)) > before)
        return self.stage.process.of(CommandUsed)[-1].reply

    async def press(self, user: UserRef, message: MessageRef, action: str) -> str:
        found = self.stage.setup.world.message(SPACE, message.place.channel, message.id)
        await self.stage.face.press(self._account(user), found, {"action_id": action})
        await until(lambda: self.stage.process.of(ActionPressed))
        return self.stage.process.of(ActionPressed)[-1].reply

    def shown(self, message: MessageRef) -> str | None:
        found = self.stage.setup.space.by_id.get((message.place.channel, message.id))
        return None if found is None or found.deleted else text_of(found)

    def standing(self, place: Place) -> list[MessageRef]:
        return [
            MessageRef(place, m.id)
            for m in self.stage.setup.world.history(SPACE, place.channel, place.thread)
            if m.author == self.stage.setup.space.bot and m.only_for is None and m.thread == place.thread
        ]

    def private(self, user: UserRef) -> list[str]:
        here = self.stage.setup.world.history(SPACE, self.place.channel)
        return [text_of(m) for m in here if m.only_for == user.id]

    def direct(self, user: UserRef) -> list[str]:
        bot = self.stage.setup.space.bot
        return [
            text_of(m)
            for channel in self.stage.setup.space.channels.values()
            if channel.kind is ChannelKind.DM and channel.members == {user.id, bot}
            for m in self.stage.setup.world.history(SPACE, channel.id)
            if m.author == bot
        ]

    def reactions(self, message: MessageRef) -> set[str]:
        found = self.stage.setup.world.message(SPACE, message.place.channel, message.id)
        return {emoji.to_unicode(name) for name, users in found.reactions.items() if users}

    def wears(self, user: UserRef, badge: str) -> bool:
        return badge in self._account(user).roles

    def pinged(self, message: MessageRef) -> set[str]:
        found = self.stage.setup.world.message(SPACE, message.place.channel, message.id)
        read = [found.text, *markup_in(found.body.get("blocks", []))]
        return set(re.findall(r"<!subteam\^(\w+)", " ".join(read)))

    def is_in(self, user: UserRef, place: Place) -> bool:
        return user.id in self.stage.setup.world.channel(SPACE, place.channel).members

    def title(self, thread: Place) -> str:
        assert thread.thread
        return ""

    def files(self, message: MessageRef) -> list[str]:
        found = self.stage.setup.world.message(SPACE, message.place.channel, message.id)
        return [str(file["name"]) for file in found.files]

    def home(self, user: UserRef) -> str:
        return json.dumps(self.stage.setup.space.homes.get(user.id, ""))

    def fail_posts(self, how: str) -> None:
        faults = self.stage.face.faults
        faults.only, faults.retry_after = ("chat.postMessage",), 3
        faults.dropped, faults.rate_limited = float(how == "dropped"), float(how == "rate_limited")

    def _account(self, user: UserRef) -> Account:
        return self.stage.setup.world.account(SPACE, user.id)


def markup_in(part: object) -> Iterator[str]:
    """Yield the texts that Slack reads for mentions: no plain ones."""
    if isinstance(part, dict):
        if part.get("type") == "mrkdwn":
            yield str(part["text"])
        part = list(part.values())
    for inner in part if isinstance(part, list) else ():
        yield from markup_in(inner)


def text_of(message: Message) -> str:
    return json.dumps([message.text, message.body.get("blocks", [])], ensure_ascii=False)


@pytest.mark.parametrize("case", [*contract.CASES, *contract_threads.CASES], ids=contract.name)
async def test_contract(case: contract.Case) -> None:
    async with stage() as s:
        bot = s.setup.space.bot
        s.setup.world.add_channel(Channel("C0SIDE", SPACE, "side-room", ChannelKind.TEXT, {bot}))
        gone = Place(Platform.SLACK, SPACE, "C0GONE")
        side = Place(Platform.SLACK, SPACE, "C0SIDE")
        await case(contract.ChatUnderTest(s.adapter, SlackDriver(s, HERE, s.place(), side, gone)))
