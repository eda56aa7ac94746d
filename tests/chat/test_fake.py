"""FakeChat passes the contract of the real adapters, as either platform."""

import pytest

from chat.events import MessagePosted
from chat.fake import FakeChat, shown
from chat.ids import MessageRef, Place, Platform, UserRef
from tests.chat import contract, contract_threads


class FakeDriver:
    """Drives the fake by its own methods."""

    def __init__(self, fake: FakeChat) -> None:
        self.fake = fake
        self.workspace = fake.home
        self.place = fake.let_be("general")
        self.side_room = fake.let_be("side", kind="private")
        self.forum: Place | None = fake.let_be("ideas", kind="forum")
        self.gone = Place(fake.platform, fake.home.id, "nowhere")

    async def join(self, name: str) -> UserRef:
        return self.fake.let_join(name)

    async def say(self, user: UserRef, text: str, reply_to: MessageRef | None = None) -> MessageRef:
        return self.fake.let_say(user, self.place, text, reply_to).message

    async def say_in(self, user: UserRef, thread: Place, text: str) -> MessagePosted:
        return self.fake.let_say(user, thread, text)

    async def badge(self, name: str) -> str:
        self.fake.badges["b1"] = name
        return "b1"

    async def command(self, user: UserRef) -> str:
        return self.fake.let_reply(user)

    async def press(self, user: UserRef, message: MessageRef, action: str) -> str:
        assert action
        return self.fake.let_reply(user, message)

    def shown(self, message: MessageRef) -> str | None:
        found = [p for p in self.fake.posted if p.ref == message and not p.removed]
        return shown(found[0].card).replace("<!", "") if found else None

    def standing(self, place: Place) -> list[MessageRef]:
        return [posted.ref for posted in self.fake.standing(place)]

    def private(self, user: UserRef) -> list[str]:
        return [shown(posted.card) for posted in self.fake.private(user)]

    def direct(self, user: UserRef) -> list[str]:
        return [shown(posted.card) for posted in self.fake.direct(user)]

    def reactions(self, message: MessageRef) -> set[str]:
        return self.fake.reactions.get(message, set())

    def wears(self, user: UserRef, badge: str) -> bool:
        return badge in (self.fake.people[user].badges or ())

    def pinged(self, message: MessageRef) -> set[str]:
        return {badge for p in self.fake.posted if p.ref == message for badge in p.pinged}

    def is_in(self, user: UserRef, place: Place) -> bool:
        return user in self.fake.inside.get(place, set())

    def title(self, thread: Place) -> str:
        return self.fake.titles.get(thread, "")

    def files(self, message: MessageRef) -> list[str]:
        return [name for posted in self.fake.posted if posted.ref == message for name in posted.files]

    def home(self, user: UserRef) -> str:
        return shown(self.fake.homes[user]) if user in self.fake.homes else ""

    def fail_posts(self, how: str) -> None:
        self.fake.failure = how


@pytest.mark.parametrize("platform", list(Platform))
@pytest.mark.parametrize("case", [*contract.CASES, *contract_threads.CASES], ids=contract.name)
async def test_the_fake_keeps_the_contract(case: contract.Case, platform: Platform) -> None:
    fake = FakeChat(platform)
    await case(contract.ChatUnderTest(fake, FakeDriver(fake)))
