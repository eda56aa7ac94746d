"""A reported message that is changed or taken away: the case says so, and keeps what it said."""

from __future__ import annotations

from chat.events import MessageDeleted, MessageEdited
from chat.ids import MessageRef
from handlers.conduct.cards import draw
from handlers.context import Context
from handlers.routes import Feature, on


async def note_edit(ctx: Context, event: MessageEdited) -> None:
    """Note that a reported message says something else now."""
    await _note(ctx, event.message, "edited")


async def note_deletion(ctx: Context, event: MessageDeleted) -> None:
    """Note that a reported message is gone."""
    await _note(ctx, event.message, "deleted")


async def _note(ctx: Context, message: MessageRef, since: str) -> None:
    for case_id in sorted(await ctx.db.cases.note_change(message, since)):
        case = await ctx.db.cases.get(case_id)
        if case is not None and case.is_living:
            await draw(ctx, case)


FEATURE = Feature("conduct.changes", routes=(on(MessageEdited, note_edit), on(MessageDeleted, note_deletion)))
