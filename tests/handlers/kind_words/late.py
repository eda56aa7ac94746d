"""A message that is heard hours after it was written."""

from __future__ import annotations

from datetime import timedelta

from chat.events import MessagePosted
from chat.ids import MessageRef, Place, UserRef
from tests.handlers.stage import Stage


async def says_late(stage: Stage, user: UserRef, text: str) -> None:
    """Let a message arrive that was written two hours ago."""
    place = Place(user.platform, user.workspace, "C-general")
    event = MessagePosted(
        key=stage.key(),
        at=stage.now - timedelta(hours=2),
        workspace=user.home,
        message=MessageRef(place, stage.key()),
        author=user,
        author_name=user.id,
        text=text,
    )
    await stage.happens(event)
