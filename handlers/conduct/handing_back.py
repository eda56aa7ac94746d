"""Cases of somebody who looks after none any more, because they left, moderate no longer, or were erased.

They wait for somebody again, and an urgent one calls for them: nothing is silent because somebody is gone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chat.events import MemberChanged, MemberJoined, MemberLeft
from community.conduct.cases import Case, CaseState
from community.people.members import Member
from community.signals import TimerDue
from community.words import same_name
from handlers.conduct import alarm
from handlers.conduct.cards import draw, draw_alike
from handlers.conduct.hands import away_of, called_by, hands, is_of_team, presume
from handlers.conduct.words import team
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
    """Let others look after a case whose holder is to have no hand in it, and let them know."""
    free = await take_from_kept_away(ctx, case, key, ctx.now)
    if free is not None:
        await _call_for(ctx, free)


async def take_from_kept_away(ctx: Context, case: Case, key: str, at: datetime) -> Case | None:
    """Free a case whose holder is to have no hand in it; the record does not say whose it was. None: nothing changed.

    A closed case still says who looked after it, and stays closed.
    """
    if case.state is not CaseState.CLAIMED or case.claimed_by is None:
        return None
    if case.claimed_by not in await away_of(ctx, case, [case.claimed_by]):
        return None
    return await _freed(ctx, case, key, by=None, at=at)


async def _free(ctx: Context, case: Case, key: str, *, by: int | None) -> None:
    await _call_for(ctx, await _freed(ctx, case, key, by=by, at=ctx.now))


async def _freed(ctx: Context, case: Case, key: str, *, by: int | None, at: datetime) -> Case:
    free = replace(case, state=CaseState.OPEN, claimed_by=None, claimed_at=None)
    await ctx.db.cases.save(free)
    deed = Deed("case.released", at, by, f"case:{case.id}", after=free.state.value)
    await ctx.db.audit.record(deed, key=f"case.released:{case.id}:{key}")
    await alarm.settle(ctx, free)
    return free


async def _call_for(ctx: Context, free: Case) -> None:
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
        await _cover(ctx, member)
        await _look_at_names(ctx, event.key, member)


async def _cover(ctx: Context, member: Member) -> None:
    """Take the details of cases about somebody off the channel's cards, who is of the team now and reads them."""
    for case_id in sorted(await ctx.db.cases.make_delicate(member.id)):
        case = await ctx.db.cases.get(case_id)
        if case is not None:
            await draw(ctx, case)
            await draw_alike(ctx, case)


async def look(ctx: Context, event: TimerDue) -> None:
    """Look whether who looks after a case still moderates, and who of the team bears the name of whom one is about."""
    claimed = await ctx.db.cases.page(states=(CaseState.CLAIMED,), limit=LOOKED_AT)
    for member_id in sorted({case.claimed_by for case in claimed if case.claimed_by is not None}):
        await _look_at(ctx, await ctx.db.people.by_id(member_id), f"{event.key}:{member_id}")
    for case in claimed:
        if case.claimed_by is None:  # who looked after it was erased in a restored copy
            await _free(ctx, case, event.key, by=None)
    for member, _ in await team(ctx):
        await _cover(ctx, member)
    await _look_at_names(ctx, event.key)


async def _look_at(ctx: Context, member: Member | None, key: str) -> None:
    if member is None or any(a.left_at is None and is_moderator(a, ctx.config) for a in member.accounts):
        return
    await hand_back(ctx, member.id, key)


async def _look_at_names(ctx: Context, key: str, member: Member | None = None) -> None:
    """Keep who of the team bears such a name away from closed cases as well: these tell who reported.

    With a member it is looked for their names alone; most changes of a profile fit no case, and end with one query.
    """
    everybody = await team(ctx) if member is None else None
    whom = [one for one, _ in everybody] if everybody is not None else [member] if member is not None else []
    names = {name for one in whom for name in called_by(one)} - {""}
    about = await ctx.db.cases.exclusions.names() if names else {}
    fitting = sorted(case_id for case_id, called in about.items() if not names.isdisjoint(map(same_name, called)))
    if fitting and everybody is None:
        everybody = await team(ctx)
    for case_id in fitting:
        case = await ctx.db.cases.get(case_id, hold=True)
        if case is not None and await presume(ctx, case, among=everybody):
            await hand_back_of_kept_away(ctx, case, f"{key}:{case_id}")
            case = await ctx.db.cases.get(case_id) or case
            await draw(ctx, case)
            if case.state is CaseState.OPEN and not await hands(ctx, case, among=everybody):
                await alarm.announce(ctx, case)
            await draw_alike(ctx, case)
    held = member.id if member is not None else None
    for case in await ctx.db.cases.page(states=(CaseState.CLAIMED,), claimed_by=held, limit=LOOKED_AT):
        await hand_back_of_kept_away(ctx, case, f"{key}:{case.id}")


FEATURE = Feature(
    "conduct.handing_back",
    routes=(
        on(MemberLeft, note_leave),
        on(MemberChanged, note_rights),
        on(MemberJoined, note_rights),
        due(alarm.HANDS, look),
    ),
)
