"""``tsudoi doctor``: looks at everything a running bot needs and says what to mend.

Changes nothing: it connects to no gateway, registers no command, posts no message, and what it writes into the
database to see whether that works, it takes back.
"""

from __future__ import annotations

from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.adapters import apologise, slack_adapter
from bot.clock import SystemClock
from bot.config import Config, SlackSection, load_config
from bot.doctor.checks import (
    Section,
    check_lobby,
    check_machine,
    check_names,
    check_settings,
    check_store,
    check_tokens,
    found,
)
from bot.doctor.overruled import check_locked
from bot.doctor.sayings import say_mend, say_what
from bot.install import discord_settings
from chat.discord import DiscordAdapter
from chat.discord.doctor import survey as discord_survey
from chat.discord.invite import INTENTS, PERMISSIONS
from chat.port import ChatError, Finding, RefusedError, Survey
from chat.slack.doctor import survey as slack_survey
from community.config import ConfigError, TopicSettings
from locales import Translator, msg

WELL, ILL = "✓", "✗"
_OUTSIDE = frozenset({"slack_token", "discord_login", "discord_server"})


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the report."""

    title: str  # a message
    findings: tuple[Finding, ...]


async def examine(path: Path) -> list[Part]:
    """Look at everything, as far as it can be reached."""
    config = _read(path)
    if isinstance(config, Finding):
        return [Part(msg("This machine"), (*check_machine(), config))]
    machine = (*check_machine(), found("config", path=str(path)), *check_settings(config, path))
    parts = [
        Part(msg("This machine"), machine),
        Part(msg("Database"), (*await check_store(config.store), *await check_locked(config))),
    ]
    sections: tuple[Section, ...] = (*config.slack, *config.discord)
    for section in sections:
        title = "Slack" if isinstance(section, SlackSection) else "Discord"
        parts.append(Part(title, tuple(await _platform(config, section))))
    return parts


def _read(path: Path) -> Config | Finding:
    if not path.exists():
        return found("config_missing", ok=False, path=str(path))
    try:
        return load_config(path)
    except ConfigError as error:
        return found("config", ok=False, path=str(path), reason=str(error).removeprefix(f"{path}: "))


async def _platform(config: Config, section: Section) -> list[Finding]:
    tokens = list(check_tokens(section))
    if not all(finding.ok for finding in tokens):
        return tokens
    community = next(c for c in config.community if c.id == section.community)
    topics: tuple[TopicSettings, ...] = community.topics
    if isinstance(section, SlackSection):
        slack = slack_adapter(section, SystemClock().now)
        try:
            told = fold(await slack.examine())
            names = await _names(section, topics, told, slack_survey(slack))
        finally:
            await slack.stop()
    else:
        settings = discord_settings(section)
        told = fold(await DiscordAdapter(settings, apologise=apologise).examine())
        names = await _names(section, topics, told, discord_survey(settings, section.server))
    return [*tokens, *told, *names, *check_lobby(section, community.membership.cap)]


async def _names(
    section: Section, topics: tuple[TopicSettings, ...], told: list[Finding], looking: Coroutine[Any, Any, Survey]
) -> list[Finding]:
    if any(not finding.ok and finding.code in _OUTSIDE for finding in told):
        looking.close()
        return []  # who is not let in sees nothing; saying so once is enough
    try:
        survey = await looking
    except ChatError as error:
        problem = error.code if isinstance(error, RefusedError) else str(error)
        return [found("survey", ok=False, problem=problem)]
    bot = next((finding.values["bot"] for finding in told if finding.code == "slack_token"), "Tsudoi")
    return list(check_names(section, topics, survey, bot))


def fold(findings: Iterable[Finding]) -> list[Finding]:
    """Say in one line that every permission of a server is given, and give each intent its reason."""
    kept: list[Finding] = []
    given: dict[str, int] = {}
    for finding in findings:
        if finding.code == "discord_permission":
            server = finding.values["server"]
            given[server] = given.get(server, 0) + finding.ok
            if not finding.ok:
                kept.append(finding)
        elif finding.code == "discord_intent":
            reason = INTENTS[finding.values["intent"]]
            kept.append(Finding(ok=finding.ok, code=finding.code, values={**finding.values, "reason": reason}))
        else:
            kept.append(finding)
    kept += [found("discord_permissions", count=str(n)) for n in given.values() if n == len(PERMISSIONS)]
    return kept


def report(parts: Iterable[Part], t: Translator) -> str:
    """Return the report as text."""
    lines: list[str] = []
    wrong = 0
    for part in parts:
        lines += ["", t.line(part.title)]
        for finding in part.findings:
            lines.append(f"  {WELL if finding.ok else ILL} {say_what(t, finding)}")
            if not finding.ok:
                wrong += 1
                lines.append(f"      → {say_mend(t, finding)}")
    closing = t.n("{n} thing to mend.", "{n} things to mend.", wrong).plain() if wrong else t.line("All is well.")
    return "\n".join([*lines[1:], "", closing])
