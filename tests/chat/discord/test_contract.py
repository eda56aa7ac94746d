"""The Discord adapter keeps the contract of ``tests.chat.contract``."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from chat.events import ActionPressed, CommandUsed, MessagePosted
from chat.ids import MessageRef, Place, Platform, UserRef, Workspace
from sandbox.discord.messages import mentioned
from sandbox.discord.permissions import Permission
from sandbox.face import Faults
from sandbox.world import Account, Message, Role
from tests.chat import contract, contract_threads
from tests.chat.discord.stage import Stage, staged
from tests.waiting import until


@dataclass
class DiscordDriver:
    stage: Stage
    workspace: Workspace
    place: Place
    side_room: Place
    gone: Place
    forum: Place | None

    async def join(self, name: str) -> UserRef:
        return self.stage.user(self.stage.join(name.lower() + "-2", name))

    async def say(self, user: UserRef, text: str, reply_to: MessageRef | None = None) -> MessageRef:
        answered = reply_to.id if reply_to else None
        said = self.stage.face.say(self._account(user), self.place.channel, text, reply_to=answered)
        return MessageRef(self.place, said.id)

    async def say_in(self, user: UserRef, thread: Place, text: str) -> MessagePosted:
        self.stage.face.say(self._account(user), thread.channel, text, thread=thread.thread)
        inbox = self.stage.inbox
        await until(lambda: any(event.text == text for event in inbox.of(MessagePosted)))
        return next(event for event in inbox.of(MessagePosted) if event.text == text)

    async def badge(self, name: str) -> str:
        world, server = self.stage.world, self.stage.space.id
        role = world.add_role(Role(self.stage.face.hub.new_id(), server, name, extra={"mentionable": True}))
        world.give_role(server, self.stage.aya.user_id, role.id)
        return role.id

    async def command(self, user: UserRef) -> str:
        before = len(self.stage.inbox.of(CommandUsed))
        await self.stage.face.command(self._account(user), self.place.channel, "tsudoi", "me")
        return (await self.stage.inbox.got(CommandUsed, before + 1)).reply

    async def press(self, user: UserRef, message: MessageRef, action: str) -> str:
        await self.stage.face.press(self._account(user), self.stage.shown(message), {"custom_id": action})
        return (await self.stage.inbox.got(ActionPressed)).reply

    def shown(self, message: MessageRef) -> str | None:
        found = self.stage.space.by_id.get((message.place.thread or message.place.channel, message.id))
        return None if found is None or found.deleted else text_of(found)

    def standing(self, place: Place) -> list[MessageRef]:
        said = self.stage.said(place.thread or place.channel)
        return [MessageRef(place, m.id) for m in said if m.only_for is None]

    def private(self, user: UserRef) -> list[str]:
        return [text_of(m) for m in self.stage.said(self.place.channel) if m.only_for == user.id]

    def direct(self, user: UserRef) -> list[str]:
        return [text_of(m) for m in self.stage.direct(self._account(user)) if m.author == self.stage.space.bot]

    def reactions(self, message: MessageRef) -> set[str]:
        return {emoji for emoji, users in self.stage.shown(message).reactions.items() if users}

    def wears(self, user: UserRef, badge: str) -> bool:
        return badge in self._account(user).roles

    def pinged(self, message: MessageRef) -> set[str]:
        return set(mentioned(self.stage.space, self.stage.shown(message))[1])

    def is_in(self, user: UserRef, place: Place) -> bool:
        space = self.stage.space
        channel = self.stage.world.channel(space.id, place.thread or place.channel)
        return bool(self.stage.face.hub.may(space, channel, self._account(user)) & Permission.VIEW_CHANNEL)

    def title(self, thread: Place) -> str:
        found = self.stage.space.channels.get(thread.thread or "")
        return found.name if found else ""

    def files(self, message: MessageRef) -> list[str]:
        return [str(file["filename"]) for file in self.stage.shown(message).files]

    def home(self, user: UserRef) -> str:
        return json.dumps(self.stage.space.homes.get(user.id, ""))

    def fail_posts(self, how: str) -> None:
        self.stage.face.faults = Faults(
            dropped=float(how == "dropped"),
            rate_limited=float(how == "rate_limited"),
            retry_after=3,
            only=("POST",),
        )

    def _account(self, user: UserRef) -> Account:
        return self.stage.world.account(user.workspace, user.id)


def text_of(message: Message) -> str:
    return json.dumps([message.text, message.body.get("components", [])], ensure_ascii=False)


@pytest.mark.parametrize("case", [*contract.CASES, *contract_threads.CASES], ids=contract.name)
async def test_contract(case: contract.Case) -> None:
    async with staged() as stage:
        place = stage.place("general")
        gone = Place(Platform.DISCORD, stage.space.id, "42")
        driver = DiscordDriver(stage, place.home, place, stage.place("moderators"), gone, stage.place("ideas"))
        await case(contract.ChatUnderTest(stage.adapter, driver))
