"""Makes the adapters that the configuration asks for, and tells which workspace belongs to which community."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from bot.clock import Clock
from bot.config import Config, DiscordSection, SlackSection, secret, workspace_settings
from bot.tracing import remembered
from chat.card import Card
from chat.discord import DiscordAdapter, DiscordSettings
from chat.port import Adapter, ChatError, RefusedError
from chat.slack.adapter import SlackAdapter
from chat.slack.settings import SlackSettings
from community.config import WorkspaceSettings
from community.languages import choose_language
from handlers.fallback import problem_card
from locales import translator

log = structlog.get_logger()

CONNECT_RETRY_S = (1.0, 2.0, 5.0, 10.0, 30.0)  # and then the last one again and again


@dataclass(slots=True)
class Fittings:
    """Adapters that are not connected yet, and the workspaces of each community."""

    adapters: list[Adapter] = field(default_factory=list)
    workspaces: dict[str, list[WorkspaceSettings]] = field(default_factory=dict)

    def belongs(self, community: str, workspace: WorkspaceSettings) -> None:
        """Note that a workspace belongs to a community."""
        self.workspaces.setdefault(community, []).append(workspace)


MakeAdapters = Callable[[Config, Clock], Awaitable[Fittings]]


async def make_adapters(config: Config, clock: Clock) -> Fittings:
    """Make one adapter for each Slack workspace and for each Discord bot; Slack is asked which workspace a token is of.

    Raises:
        ConfigError: a token is missing.
        RefusedError: Slack does not take a token.

    """
    made = Fittings()
    for slack in config.slack:
        adapter = slack_adapter(slack, clock.now)
        workspace_id = slack.workspace or await _learn(adapter)
        made.belongs(slack.community, workspace_settings(slack, workspace_id))
        made.adapters.append(adapter)
    for discord in config.discord:
        made.belongs(discord.community, workspace_settings(discord, discord.server))
    made.adapters.extend(discord_adapters(config.discord, clock.now))
    return made


async def patiently(what: str, work: Callable[[], Awaitable[None]]) -> None:
    """Do something that needs a platform, again and again until it is reached.

    Raises:
        RefusedError: waiting does not help.

    """
    attempt = 0
    while True:
        try:
            await work()
        except RefusedError:
            raise
        except ChatError as error:
            pause = CONNECT_RETRY_S[min(attempt, len(CONNECT_RETRY_S) - 1)]
            log.warning("not_connected", platform=what, error=str(error), retry=pause)
            await asyncio.sleep(pause)
            attempt += 1
        else:
            return


async def _learn(adapter: SlackAdapter) -> str:
    learnt: list[str] = []

    async def ask() -> None:
        learnt.append((await adapter.learn()).team)

    await patiently("slack", ask)
    return learnt[0]


def apologise(locale: str | None, code: str) -> Card:
    """Word what an adapter itself has to say to a member, with the number by which the log says why."""
    incident = remembered()
    log.warning("adapter.apologised", code=code, incident=incident)
    return problem_card(translator(choose_language(None, locale, None)), code, incident)


def slack_adapter(section: SlackSection, now: Callable[[], datetime]) -> SlackAdapter:
    """Make the adapter of one Slack workspace.

    Raises:
        ConfigError: a token is missing.

    """
    http = section.mode == "http"
    return SlackAdapter(
        SlackSettings(
            bot_token=secret(section.bot_token, key="slack.bot_token"),
            workspace_id=section.workspace or None,
            app_token=None if http else secret(section.app_token, key="slack.app_token"),
            signing_secret=secret(section.signing_secret, key="slack.signing_secret") if http else None,
            mode=section.mode,
            api_url=section.api_url,
            path=section.path,
        ),
        apologise,
        now=now,
    )


def discord_adapters(sections: Sequence[DiscordSection], now: Callable[[], datetime]) -> list[DiscordAdapter]:
    """Make one adapter for each bot: servers with the same token share it.

    Raises:
        ConfigError: a token is missing.

    """
    servers: dict[str, list[DiscordSection]] = {}
    for section in sections:
        servers.setdefault(secret(section.token, key="discord.token"), []).append(section)
    return [
        DiscordAdapter(
            DiscordSettings(
                token=token,
                servers=tuple(section.server for section in group),
                api_url=group[0].api_url or None,
                gateway_url=group[0].gateway_url or None,
            ),
            apologise=apologise,
            clock=now,
        )
        for token, group in servers.items()
    ]
