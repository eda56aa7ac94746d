"""What the log says of a step beyond the step itself: who helped, and whether that was staff."""

from __future__ import annotations

from community.questions.life import Change
from handlers.context import Context
from handlers.readers import is_staff
from storage.activity import Value


async def helper_told(ctx: Context, change: Change) -> dict[str, Value]:
    """Return who gave the answer that a step tells of; empty where it tells of none."""
    if change.kind == "answered" and change.actor is not None:
        return {"staff": await was_staff(ctx, change.actor)}
    if change.kind not in ("solved", "answer_marked"):
        return {}
    said = await ctx.db.questions.message(answer) if (answer := change.question.answer) else None
    if said is None or said.member is None:
        return {}
    return {"helper": said.member, "staff": await was_staff(ctx, said.member)}


async def was_staff(ctx: Context, member_id: int) -> bool:
    """Say whether somebody moderates now."""
    member = await ctx.db.people.by_id(member_id)
    return member is not None and is_staff(member, ctx.config)
