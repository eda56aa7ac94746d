"""After a restore: others go on at once without those who were erased again, as after any erasure.

The restore took them out of the store (``storage/erasing/again.py``). Here, where the platforms are known, their
seats go to who waits, their questions are closed or looked after by others, and cards are drawn without them.
"""

from __future__ import annotations

from community.hours.schedule import ONE
from community.signals import TimerDue
from handlers.conduct.alarm import HANDS
from handlers.context import Context
from handlers.meetups.forgetting import go_on_after
from handlers.membership.standing import SETTLE
from handlers.questions import ideas, leaving


async def follow(ctx: Context, event: TimerDue) -> None:
    """Let others go on wherever somebody was who was erased."""
    key = f"{event.kind}:{event.at.isoformat()}"
    await go_on_after(ctx, _ids(event, "meetups"))
    await leaving.go_on_after(ctx, _ids(event, "questions"), key=key)
    await ideas.draw_again(ctx, _ids(event, "ideas"))
    await ctx.db.timers.set(HANDS, ONE, ctx.now)
    if ctx.config.membership.cap:
        await ctx.db.timers.set(SETTLE, ONE, ctx.now)


def _ids(event: TimerDue, name: str) -> list[int]:
    return [int(one) for one in event.data.get(name, "").split(",") if one]
