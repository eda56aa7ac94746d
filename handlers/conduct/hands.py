"""Who has a hand in a case: the team, without whom it is about, whatever account they use by now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from community.conduct.cases import Case, may_see
from community.people.members import Account, Member
from community.words import same_name
from handlers.conduct.words import team
from handlers.context import Context
from handlers.readers import is_staff

Team: TypeAlias = list[tuple[Member, Account]]


async def hands(ctx: Context, case: Case, *, owners: bool = False, among: Team | None = None) -> Team:
    """Return the team, or its owners, each with the account to write to; without whom the case is about."""
    everybody = among if among is not None else await team(ctx, owners=owners)
    away = await ctx.db.cases.exclusions.away(case.id, [member for member, _ in everybody])
    return [(member, account) for member, account in everybody if may_see(case, member.id, away)]


async def namesakes(ctx: Context, case: Case, *, among: Team | None = None) -> Team:
    """Return who of the team is kept away from a case for the name alone."""
    everybody = among if among is not None else await team(ctx)
    why = await ctx.db.cases.exclusions.why_away(case.id, [member for member, _ in everybody])
    return [(m, account) for m, account in everybody if why.get(m.id) and m.id != case.member]


async def away_of(ctx: Context, case: Case, ids: Iterable[int]) -> frozenset[int]:
    """Return which members have no hand in a case."""
    wanted = set(ids)
    return await ctx.db.cases.exclusions.away(case.id, await ctx.db.people.by_ids(wanted))


async def is_delicate(ctx: Context, case: Case) -> bool:
    """Say whether a case is about one of the team, who reads the channel: then the card there tells no details."""
    if case.delicate:
        return True
    if case.member is not None and await is_of_team(ctx, case.member):
        return True
    # where it is about somebody known, only who bears the same name may read the channel; else it is about nobody in
    # particular, or about somebody who was erased and may be of the team now
    if not await ctx.db.cases.exclusions.any_of(case.id, presumed=case.member is not None):
        return False
    everybody = [member for member, _ in await team(ctx)]
    return bool(await ctx.db.cases.exclusions.away(case.id, everybody))


async def is_of_team(ctx: Context, member_id: int) -> bool:
    """Say whether a member is of the team, or somebody is who was one with them once."""
    kin = await ctx.db.people.by_ids(await ctx.db.cases.exclusions.kin_of(member_id))
    return any(is_staff(member, ctx.config) for member in kin)


async def presume(ctx: Context, case: Case, called: str = "", *, among: Team | None = None) -> bool:
    """Keep away who of the team bears the name of whom a case is about; says whether that is new of anybody.

    Nothing proves that they are one person: an owner lifts it. Nor may anybody keep all others away from a case by
    calling themselves as they are called: who is the last says so, see ``handlers.conduct.alone``.
    """
    names = {same_name(called), *(await names_of(ctx, case.member) if case.member is not None else ())} - {""}
    if not names:
        return False
    everybody = among if among is not None else await team(ctx)
    if not any(names & called_by(member) for member, _ in everybody):
        return False
    left = [member for member, _ in await hands(ctx, case, among=everybody)]
    fitting = [member.id for member in left if names & called_by(member)]
    return await ctx.db.cases.exclusions.presume(case.id, fitting)


async def names_of(ctx: Context, member_id: int) -> set[str]:
    """Return the names of a member and of who was one with them once, as they are compared."""
    kin = await ctx.db.people.by_ids(await ctx.db.cases.exclusions.kin_of(member_id))
    return {name for member in kin for name in called_by(member)}


def called_by(member: Member) -> set[str]:
    """Return the names of a member and of their accounts, as they are compared."""
    return {same_name(name) for name in (member.name, *(account.name for account in member.accounts))}
