"""The one place where prompts are stopped: in quiet days what would prompt somebody is put off, and nothing is lost.

Hints that follow from a message make no sense days later: the features that give them ask ``rests`` and give none.
"""

from __future__ import annotations

from datetime import datetime

from community.hours.quiet_days import is_prompt, is_prompting, is_resting, put_off_by_days, resume_at
from community.signals import TimerDue
from handlers.context import Context
from storage.codec import Arrival


def rests(ctx: Context) -> bool:
    """Say whether these are quiet days, in which nobody is given a hint that they did not ask for."""
    return is_resting(ctx.config, ctx.now)


async def goes_on(ctx: Context, arrival: Arrival) -> bool:
    """Say whether an event is handled now; one that would prompt somebody in quiet days is put off instead."""
    hold_prompts(ctx)
    if not rests(ctx) or not isinstance(arrival, TimerDue) or not is_prompt(arrival.kind):
        return True
    name = f"{arrival.kind}:{arrival.subject}"
    await ctx.db.timers.put_off(arrival, resume_at(ctx.config, ctx.now, name))
    return False


def hold_prompts(ctx: Context) -> None:
    """Let prompting effects that are queued while this event is handled wait for the end of quiet days."""

    def later(key: str, due: datetime) -> datetime:
        return put_off_by_days(ctx.config, ctx.now, due) if is_prompting(key) else due

    ctx.db.outbox.put_off = later if rests(ctx) else None
