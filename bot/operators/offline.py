"""Settings where no bot runs: from the file, what was set in chat, and the accounts that are looked at."""

from __future__ import annotations

from collections.abc import Iterable

from bot.config import CommunitySection, Config, DiscordSection, SlackSection, community_settings, workspace_settings
from chat.ids import Platform, Workspace
from community.config import CommunitySettings, WorkspaceSettings
from community.people.members import Member
from community.settings.overrides import effective_settings
from handlers.readers import is_staff
from storage.erasing.again import OfTeam
from storage.unit import Unit


async def settings_here(config: Config, section: CommunitySection, unit: Unit, *people: Member) -> CommunitySettings:
    """Return a community's settings with the workspaces of some members: platforms are not asked."""
    homes = {account.user.home for member in people for account in member.accounts}
    overrides = {key: held.value for key, held in (await unit.settings.all()).items()}
    return effective_settings(community_settings(section, _workspaces(config, section, homes)), overrides)


def _workspaces(config: Config, section: CommunitySection, homes: Iterable[Workspace]) -> tuple[WorkspaceSettings, ...]:
    found = []
    for home in sorted(homes, key=str):
        slack: Iterable[SlackSection | DiscordSection] = (
            s for s in config.slack if home.platform is Platform.SLACK and s.workspace in {"", home.id}
        )
        discord: Iterable[SlackSection | DiscordSection] = (
            s for s in config.discord if home.platform is Platform.DISCORD and s.server == home.id
        )
        sections = [one for one in (*slack, *discord) if one.community == section.id]
        found += [workspace_settings(one, home.id) for one in sections[:1]]
    return tuple(found)


def team_rule(config: Config) -> OfTeam:
    """Return what says whether a member is of the moderators' team, or somebody is who was one with them once."""
    sections = {section.id: section for section in config.community}

    async def of_team(unit: Unit, member: int) -> bool:
        section = sections.get(unit.community)
        if section is None:  # nobody knows any more who moderated there: then cases show no details to all of the team
            return True
        kin = await unit.people.by_ids(await unit.cases.exclusions.kin_of(member))
        settings = await settings_here(config, section, unit, *kin)
        return any(is_staff(one, settings) for one in kin)

    return of_team
