"""What somebody is here, from what the platforms and the settings say, and from the rota."""

from __future__ import annotations

from community.config import CommunitySettings
from community.people.members import Account, Member
from community.roles import Role, with_included
from handlers.context import Context
from handlers.readers import is_moderator, is_owner, settings_of

ON_ROTA = "active"


def is_organiser(account: Account, config: CommunitySettings) -> bool:
    """Say whether an account may plan meetups: with a badge for it, or where none is asked for."""
    settings = settings_of(config, account.user.home)
    badges = set(settings.organiser_badges) if settings else set()
    return not badges or bool(account.badges & badges)


async def roles_of(ctx: Context, member: Member, account: Account) -> frozenset[Role]:
    """Return what a member is with one account. The rights are the account's: a linked one does not lend its own."""
    roles: set[Role] = set()
    if is_owner(account, ctx.config):
        roles.add(Role.OWNER)
    elif is_moderator(account, ctx.config):
        roles.add(Role.MODERATOR)
    elif await ctx.db.applications.is_waiting(member.id):
        return frozenset({Role.APPLICANT})
    else:
        roles.add(Role.ORGANISER if is_organiser(account, ctx.config) else Role.MEMBER)
    entry = await ctx.db.welcomers.entry(member.id)
    if entry is not None and entry.state == ON_ROTA:
        roles.add(Role.WELCOMER)
    return with_included(roles)
