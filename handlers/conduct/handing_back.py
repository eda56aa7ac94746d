"""Cases of somebody who looks after none any more, because they left, moderate no longer, or were erased.

They wait for somebody again, and an urgent one calls for them: nothing is silent because somebody is gone.
"""

from __future__ import annotations

from dataclasses import replace

from chat.events import MemberChanged, MemberJoined, MemberLeft
from community.conduct import LIVING, Case, CaseState
from community.members import Member
from community.signals import TimerDue
from handlers.conduct import alarm
from handlers.conduct.cards import draw
from handlers.conduct.hands import away_of, is_of_team, presume
from handlers.context import Context
from handlers.readers import is_moderator, is_staff
from handlers.routes import Feature, due, on
from storage.audit import Deed

LOOKED_AT = 500  # claimed cases at a time; a team does not look after more


async def hand_back(ctx: Context, member_id: int, key: str, *, known: bool = True) -> None:
    """Let others look after a member's cases; ``known``: the record may name who gave them back."""
    for case in await ctx.db.cases.page(states=(CaseState.CLAIMED,), claimed_by=member_id, limit=LOOKED_AT):
        await _free(ctx, case, key, by=member_id if known else None)


async def hand_back_of_kept_away(ctx: Context, case: Case, key: str) -> None:
    """Let others look after a case whose holder is to have no hand in it; the record does not say whose it was."""
    if case.claimed_by is not None and case.claimed_by in await away_of(ctx, case, [case.claimed_by]):
        await _free(ctx, case, key, by=None)


async def _free(ctx: Context, case: Case, key: str, *, by: int | None) -> None:
    free = replace(case, state=CaseState.OPEN, claimed_by=None, claimed_at=None)
    await ctx.db.cases.save(free)
    deed = Deed("case.released", ctx.now, by, f"case:{case.id}", after=free.state.value)
    await ctx.db.audit.record(deed, key=f"case.released:{case.id}:{key}")
    await alarm.settle(ctx, free)
    await draw(ctx, free)
    if free.urgent:
        await alarm.ring(ctx, free)


async def forget_member(ctx: Context, member: Member, *, key: str) -> None:
    """Before somebody is erased: their cases are others', and what is about one of the team stays so."""
    await hand_back(ctx, member.id, key, known=False)
    if await is_of_team(ctx, member.id):
        await ctx.db.cases.make_delicate(member.id)


async def note_leave(ctx: Context, event: MemberLeft) -> None:
    """Hand the cases of a moderator back who left."""
    await _look_at(ctx, await ctx.db.people.by_user(event.user), event.key)


async def note_rights(ctx: Context, event: MemberChanged | MemberJoined) -> None:
    """Hand the cases of somebody back who moderates no longer; keep who does now away from those of a namesake."""
    member = await ctx.db.people.by_user(event.member.user)
    await _look_at(ctx, member, event.key)
    if member is not None and is_staff(member, ctx.config):
        await _look_at_names(ctx, event.key)


async def look(ctx: Context, event: TimerDue) -> None:
    """Look whether who looks after a case still moderates, and who of the team bears the name of whom one is about."""
    claimed = await ctx.db.cases.page(states=(CaseState.CLAIMED,), limit=LOOKED_AT)
    for member_id in sorted({case.claimed_by for case in claimed if case.claimed_by is not None}):
        await _look_at(ctx, await ctx.db.people.by_id(member_id), f"{event.key}:{member_id}")
    for case in claimed:
        if case.claimed_by is None:  # who looked after it was erased in a restored copy
            await _free(ctx, case, event.key, by=None)
    await _look_at_names(ctx, event.key)


async def _look_at(ctx: Context, member: Member | None, key: str) -> None:
    if member is None or any(a.left_at is None and is_moderator(a, ctx.config) for a in member.accounts):
        return
    await hand_back(ctx, member.id, key)


async def _look_at_names(ctx: Context, key: str) -> None:
    for case in await ctx.db.cases.page(states=LIVING, limit=LOOKED_AT):
        if await presume(ctx, case):
            await hand_back_of_kept_away(ctx, case, f"{key}:{case.id}")
            found = await ctx.db.cases.get(case.id)
            if found is not None:
                await draw(ctx, found)


FEATURE = Feature(
    "conduct.handing_back",
    routes=(
        on(MemberLeft, note_leave),
        on(MemberChanged, note_rights),
        on(MemberJoined, note_rights),
        due(alarm.HANDS, look),
    ),
)
