"""Who has a hand in a case: the team, without whom it is about, whatever account they use by now."""

from __future__ import annotations

from collections.abc import Iterable

from community.conduct import Case, may_see
from community.members import Account, Member
from handlers.conduct.words import team
from handlers.context import Context
from handlers.readers import is_staff


async def hands(ctx: Context, case: Case, *, owners: bool = False) -> list[tuple[Member, Account]]:
    """Return the team, or its owners, each with the account to write to; without whom the case is about."""
    everybody = await team(ctx, owners=owners)
    away = await ctx.db.cases.exclusions.away(case.id, [member for member, _ in everybody])
    return [(member, account) for member, account in everybody if may_see(case, member.id, away)]


async def away_of(ctx: Context, case: Case, ids: Iterable[int]) -> frozenset[int]:
    """Return which members have no hand in a case."""
    wanted = set(ids)
    return await ctx.db.cases.exclusions.away(case.id, await ctx.db.people.by_ids(wanted))


async def is_delicate(ctx: Context, case: Case) -> bool:
    """Say whether a case is about one of the team, who reads the channel: then the card there tells no details."""
    if case.delicate:
        return True
    if case.member is not None:
        return await is_of_team(ctx, case.member)
    if not await ctx.db.cases.exclusions.any_of(case.id):  # about nobody in particular
        return False
    everybody = [member for member, _ in await team(ctx)]  # about somebody who was erased, and may be of the team now
    return bool(await ctx.db.cases.exclusions.away(case.id, everybody))


async def is_of_team(ctx: Context, member_id: int) -> bool:
    """Say whether a member is of the team, or somebody is who was one with them once."""
    kin = await ctx.db.people.by_ids(await ctx.db.cases.exclusions.kin_of(member_id))
    return any(is_staff(member, ctx.config) for member in kin)
