"""Cases of somebody who looks after none any more, because they left, moderate no longer, or were erased.

They wait for somebody again, and an urgent one calls for them: nothing is silent because somebody is gone.
"""

from __future__ import annotations

from dataclasses import replace

from chat.events import MemberChanged, MemberLeft
from community.conduct import CaseState, Release, decide
from community.members import Member
from community.signals import TimerDue
from handlers.conduct import alarm
from handlers.conduct.cards import draw
from handlers.conduct.hands import is_of_team
from handlers.context import Context
from handlers.readers import is_moderator
from handlers.routes import Feature, due, on
from storage.audit import Deed

LOOKED_AT = 500  # claimed cases at a time; a team does not look after more


async def hand_back(ctx: Context, member_id: int, key: str, *, known: bool = True) -> None:
    """Let others look after a member's cases; ``known``: the record may name who gave them back."""
    for case in await ctx.db.cases.page(states=(CaseState.CLAIMED,), claimed_by=member_id, limit=LOOKED_AT):
        done = decide(case, await ctx.db.cases.votes(case.id), Release(member_id), ctx.now)
        # whoever was linked to whom it is about may not even give it back; the machine may
        free = replace(case, state=CaseState.OPEN, claimed_by=None, claimed_at=None) if done.refusal else done.case
        await ctx.db.cases.save(free)
        deed = Deed("case.released", ctx.now, member_id if known else None, f"case:{case.id}", after=free.state.value)
        await ctx.db.audit.record(deed, key=f"case.released:{case.id}:{key}")
        await alarm.settle(ctx, free)
        await draw(ctx, free)
        if free.urgent:
            await alarm.ring(ctx, free)


async def forget_member(ctx: Context, member: Member, *, key: str) -> None:
    """Before somebody is erased: their cases are others', and what is about one of the team stays so."""
    await hand_back(ctx, member.id, key, known=False)
    if not await is_of_team(ctx, member.id):
        return
    for case in await ctx.db.cases.page(states=tuple(CaseState), member=member.id, limit=LOOKED_AT):
        await ctx.db.cases.save(replace(case, delicate=True))


async def note_leave(ctx: Context, event: MemberLeft) -> None:
    """Hand the cases of a moderator back who left."""
    await _look_at(ctx, await ctx.db.people.by_user(event.user), event.key)


async def note_rights(ctx: Context, event: MemberChanged) -> None:
    """Hand the cases of somebody back who moderates no longer."""
    await _look_at(ctx, await ctx.db.people.by_user(event.member.user), event.key)


async def look(ctx: Context, event: TimerDue) -> None:
    """Hand back what somebody looks after whom the settings name no longer."""
    claimed = await ctx.db.cases.page(states=(CaseState.CLAIMED,), limit=LOOKED_AT)
    for member_id in sorted({case.claimed_by for case in claimed if case.claimed_by is not None}):
        await _look_at(ctx, await ctx.db.people.by_id(member_id), f"{event.key}:{member_id}")


async def _look_at(ctx: Context, member: Member | None, key: str) -> None:
    if member is None or any(a.left_at is None and is_moderator(a, ctx.config) for a in member.accounts):
        return
    await hand_back(ctx, member.id, key)


FEATURE = Feature(
    "conduct.handing_back",
    routes=(on(MemberLeft, note_leave), on(MemberChanged, note_rights), due(alarm.HANDS, look)),
)
