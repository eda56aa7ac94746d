"""Starts an import: finds community, workspace and question channels, reads the file and prints what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from bot.config import CommunitySection, Config, LogSection, community_settings, load_config, workspace_settings
from bot.importing.lines import LinesExport
from bot.importing.report import Bars, draw
from bot.importing.runner import Importer, Plan
from bot.install import terminal_language
from bot.logs import set_up
from chat.discord.export import DiscordExport
from chat.exports import Export
from chat.ids import Platform, Workspace
from chat.slack.export import SlackExport
from community.config import Channels, ConfigError
from community.people.members import Account
from handlers.readers import is_moderator
from locales import translator
from storage.engine import Database
from storage.migrate import upgrade

PLATFORMS = {SlackExport.kind: Platform.SLACK, DiscordExport.kind: Platform.DISCORD}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was typed."""

    kind: str
    source: Path
    config: Path
    community: str | None = None
    workspace: str | None = None
    private: bool = False
    dry_run: bool = False
    again: bool = False
    questions: bool = True
    question_channels: tuple[str, ...] = ()
    language: str | None = None


def start(request: Request) -> None:
    """Import, and print what came of it.

    Raises:
        ConfigError: the request does not say enough, or does not fit the configuration.

    """
    settings = load_config(request.config)
    section = _community(settings, request.community)
    t = translator(terminal_language(request.language, section.language))
    set_up(LogSection(level="error"))
    console = Console()
    export = _open(request, settings, section)
    owner = _owner(settings, export.workspace)
    if owner is not None and owner != section.id:
        raise ConfigError(f"{export.workspace} belongs to community {owner!r}, not to {section.id!r}; see --community")
    plan = Plan(
        community=section.id,
        export=export,
        question_channels=watched_channels(settings, export, request.question_channels),
        questions=request.questions and section.questions.enabled,
        again=request.again,
        dry_run=request.dry_run,
        is_staff=staff_rule(settings, section, export.workspace),
    )

    async def run() -> None:
        db = Database(settings.store.url)
        try:
            if not request.dry_run:
                await upgrade(db)
            with Bars(console, t) as bars:
                report = await Importer(db, plan, bars, datetime.now(UTC)).run()
            draw(console, t, plan, report)
        finally:
            await db.close()

    asyncio.run(run())


def _open(request: Request, settings: Config, section: CommunitySection) -> Export:
    platform = PLATFORMS.get(request.kind)
    home = _home(request.workspace, platform) or _only(settings, section, platform)
    if request.kind == SlackExport.kind:
        return SlackExport(request.source, team=home.id if home else "", private=request.private)
    if request.kind == DiscordExport.kind:
        return DiscordExport(request.source, server=home.id if home else "")
    if home is None:
        raise ConfigError("say where the messages belong, so that their keys fit: --workspace slack:T… or discord:ID")
    return LinesExport(request.source, workspace=home, zone=ZoneInfo(section.time_zone))


def _community(settings: Config, wanted: str | None) -> CommunitySection:
    known = {section.id: section for section in settings.community}
    if wanted is None and len(known) == 1:
        return settings.community[0]
    if wanted is None:
        raise ConfigError(f"there are several communities; name one: --community {' | '.join(known)}")
    if wanted not in known:
        raise ConfigError(f"--community: no community {wanted!r}; there are: {', '.join(known)}")
    return known[wanted]


def _home(text: str | None, expected: Platform | None) -> Workspace | None:
    if text is None:
        return None
    name, _, id_ = text.rpartition(":")
    try:
        platform = Platform(name) if name else expected
    except ValueError:
        platform = None
    if platform is None or not id_ or (expected is not None and platform is not expected):
        raise ConfigError(f"--workspace: write slack:T… or discord:ID, not {text!r}")
    return Workspace(platform, id_)


def _homes(settings: Config) -> list[tuple[str, Workspace, Channels]]:
    slack = [(s.community, Workspace(Platform.SLACK, s.workspace), s.channels) for s in settings.slack]
    discord = [(s.community, Workspace(Platform.DISCORD, s.server), s.channels) for s in settings.discord]
    return slack + discord


def staff_rule(settings: Config, section: CommunitySection, home: Workspace) -> Callable[[Account], bool]:
    """Return what says whether an account moderates, by the configuration and what the platform tells."""
    slack = [workspace_settings(s, s.workspace or home.id) for s in settings.slack if s.community == section.id]
    discord = [workspace_settings(s, s.server) for s in settings.discord if s.community == section.id]
    workspaces = (*slack, *discord)
    return partial(is_moderator, config=community_settings(section, workspaces))


def _only(settings: Config, section: CommunitySection, platform: Platform | None) -> Workspace | None:
    """Return the community's only workspace; none where there is another, or its id is not in the configuration."""
    here = [home for owner, home, _ in _homes(settings) if owner == section.id and platform in (None, home.platform)]
    return here[0] if len(here) == 1 and here[0].id else None


def _owner(settings: Config, home: Workspace) -> str | None:
    return next((owner for owner, known, _ in _homes(settings) if known == home), None)


def watched_channels(settings: Config, export: Export, wanted: tuple[str, ...]) -> set[str] | None:
    """Return the ids of the channels in which questions are looked for; None for all.

    Raises:
        ConfigError: a channel was named that is not there.

    """
    by_name = {name: id_ for id_, name in export.channels.items()}
    if wanted:
        named = [name.removeprefix("#") for name in wanted]
        # an export of lines tells its channels only while it is read
        missing = [name for name in named if export.channels and name not in by_name and name not in export.channels]
        if missing:
            raise ConfigError(
                f"--question-channel: no channel {missing[0]!r} in it; there are: {', '.join(sorted(by_name))}"
            )
        return {by_name.get(name, name) for name in named}
    here = [channels for _, home, channels in _homes(settings) if home in (export.workspace, _unnamed(export))]
    configured = {by_name.get(name, name) for channels in here for name in channels.questions}
    if not export.channels:
        return configured or None
    return configured & export.channels.keys() or None


def _unnamed(export: Export) -> Workspace:
    """Return a workspace whose id the configuration leaves to Slack."""
    return Workspace(export.workspace.platform, "")
