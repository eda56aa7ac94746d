"""Writes a deed down: who did what to whom, and what an undo needs."""

from __future__ import annotations

from chat.events import ActionPressed, CommandUsed, FormSubmitted, MenuUsed
from handlers.context import Context
from handlers.readers import Reader
from storage.audit import Deed

Using = ActionPressed | CommandUsed | FormSubmitted | MenuUsed


async def write_down(
    ctx: Context,
    who: Reader,
    event: Using,
    deed: str,
    subject: str = "",
    *,
    member: int | None = None,
    before: str | None = None,
    after: str | None = None,
    reason: str | None = None,
    nth: int = 0,
) -> int | None:
    """Write a deed down, the ``nth`` of its kind for one event; returns its id for an undo button.

    No member's number goes into the texts: whom it concerns is ``member``, which an erasure empties.
    """
    what = Deed(deed, ctx.now, who.member.id, subject, member, before, after, reason, event.workspace)
    return await ctx.db.audit.record(what, key=f"{deed}:{subject}:{nth}:{event.key}")
