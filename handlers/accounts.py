"""The accounts of a member, as people tell them apart: by name, platform and place."""

from __future__ import annotations

from chat.ids import Workspace
from chat.text import Bold, RichText, join, rich
from community.people.members import Account, Member
from handlers.context import Context
from handlers.public import shortened
from handlers.readers import name_of
from locales import Translator

NAME = 60  # characters of a workspace's name
LISTED = 8  # accounts of one member; nobody has more communities of one community


def account_text(ctx: Context, account: Account, t: Translator) -> RichText:
    """Return an account by its name and where it is; names are told apart by that alone."""
    user = account.user
    place = ctx.chat.workspace_name(user.home)
    return t(
        "{name} – {platform}, {place}",
        name=RichText((Bold(name_of(account, t)),)),
        platform=user.platform.value.capitalize(),
        place=place,
    )


def accounts_text(ctx: Context, member: Member, t: Translator) -> RichText:
    """Return all accounts of a member, a line each."""
    lines = [rich("• ", account_text(ctx, account, t)) for account in member.accounts[:LISTED]]
    return join("\n", lines)


def told_apart(ctx: Context, workspace: Workspace, *, between: str, most: int = NAME) -> str:
    """Return what tells a workspace from the community's others: its platform, or its name; empty where it is alone."""
    homes = [settings.workspace for settings in ctx.config.workspaces]
    if homes == [workspace]:
        return ""
    platform = workspace.platform.value.capitalize()
    if not any(home.platform is workspace.platform for home in homes if home != workspace):
        return platform
    name = ctx.chat.workspace_name(workspace) if workspace in homes else workspace.id
    return f"{platform}{between}{shortened(name, most)}"
