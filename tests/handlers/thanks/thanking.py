"""What tests of thanks share: what stands in the store, and who says and does what."""

from __future__ import annotations

from chat.answers import Answer
from chat.events import CommandUsed, Reacted
from chat.ids import MessageRef, Place, UserRef, Workspace
from community.thanks.giving import Thanked
from handlers.context import Context
from storage.people.choices import OFF, RECOGNITION
from tests.handlers.questions.asked import within
from tests.handlers.stage import Stage


def spot(workspace: Workspace, channel: str = "general") -> Place:
    """Return a channel."""
    return Place(workspace.platform, workspace.id, f"C-{channel}")


async def thank(stage: Stage, giver: UserRef, member: str, words: str = "", channel: str = "general") -> Answer:
    """Let somebody type ``/thanks``."""
    place = spot(giver.home, channel)
    options = {name: value for name, value in (("member", member), ("for", words)) if value}
    event = CommandUsed(
        key=stage.key(), at=stage.now, workspace=giver.home, user=giver, command="thanks", options=options, place=place
    )
    answer = await stage.happens(event)
    assert answer is not None
    return answer


async def reacts(
    stage: Stage, user: UserRef, message: MessageRef, author: UserRef | None, emoji: str = "🙏", *, on: bool = True
) -> None:
    """Let somebody put a reaction, or take it back."""
    event = Reacted(
        key=stage.key(),
        at=stage.now,
        workspace=user.home,
        message=message,
        user=user,
        emoji=emoji,
        on=on,
        author=author,
    )
    await stage.happens(event)


async def stored(stage: Stage, giver: UserRef) -> list[Thanked]:
    """Return what somebody gave, or was asked about."""
    member = await stage.member(giver)

    async def load(ctx: Context) -> list[Thanked]:
        return await ctx.db.thanks.by_giver(member, stage.now.replace(year=2000))

    return await within(stage, load)


async def is_shy(stage: Stage, user: UserRef) -> None:
    """Let somebody want no public praise."""
    member = await stage.member(user)

    async def choose(ctx: Context) -> None:
        await ctx.db.choices.set(member, RECOGNITION, OFF, ctx.now)

    await within(stage, choose)
