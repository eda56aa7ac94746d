"""What an operator needs to let the bot in: Slack's app manifest, Discord's invitation."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal
from urllib.parse import urlsplit

from bot.config import Config, DiscordSection, secret
from bot.doctor.sayings import name
from chat.commands import Command, Menu
from chat.discord.doctor import application_id
from chat.discord.invite import INTENTS, PERMISSIONS, invite_url
from chat.discord.settings import DiscordSettings
from chat.slack.manifest import APP_TOKEN_SCOPE, SCOPES, manifest
from community.config import ConfigError
from handlers.routes import Feature
from locales import Translator

Json = dict[str, Any]
Language = Literal["ja", "en"]
LANGUAGES = ("ja", "en")
REQUEST_PATH = "/slack/events"  # where the process listens unless the settings say otherwise
PRIVILEGED = ("members", "message_content")  # the ones that the developer portal has a switch for
_PLAIN = re.compile(r"[A-Za-z_][\w.:-]*(?<!:)")


def slack_manifest(features: Iterable[Feature], t: Translator, *, http: str | None, app_name: str) -> str:
    """Return the manifest as YAML, each scope with its reason.

    Raises:
        ConfigError: the address is none that Slack can send to.

    """
    known = tuple(features)
    commands: tuple[Command, ...] = tuple(command for feature in known for command in feature.commands)
    menus: tuple[Menu, ...] = tuple(menu for feature in known for menu in feature.menus)
    language: Language = "ja" if t.language == "ja" else "en"
    url = _request_url(http) if http else None
    document = manifest(commands, menus, "http" if url else "socket", url, name=app_name, language=language)
    reasons = {scope: t.line(reason) for scope, reason in SCOPES.items()}
    return "\n".join(_yaml(document, reasons)) + "\n"


def slack_reasons(t: Translator, *, http: bool) -> str:
    """Return the table of scopes and reasons."""
    rows = [(scope, t.line(reason)) for scope, reason in sorted(SCOPES.items())]
    text = _table(rows)
    if http:
        return text
    return f"{text}\n\n" + t.line(
        "Besides, Socket Mode needs an app-level token (xapp-…) with the scope `{scope}`.", scope=APP_TOKEN_SCOPE
    )


def discord_invitation(application: str, t: Translator) -> str:
    """Return the link, what it asks for, and the switches to set first."""
    switches = [(f"  {name(t, intent)}", t.line(INTENTS[intent])) for intent in PRIVILEGED]
    asked = [(f"  {name(t, permission)}", t.line(reason)) for permission, reason in PERMISSIONS.items()]
    return "\n".join(
        (
            t.line("1. In the developer portal, under “Bot”, switch on:"),
            _table(switches),
            "",
            t.line("2. Open this address as somebody who manages the server, and choose it:"),
            f"  {invite_url(application)}",
            "",
            t.line("It asks for the least the bot needs:"),
            _table(asked),
        )
    )


async def find_application(config: Config) -> str:
    """Ask Discord for the id of the bot in the settings.

    Raises:
        ConfigError: no Discord server is set, or its token is missing.
        ChatError: Discord does not answer, or refuses the token.

    """
    if not config.discord:
        raise ConfigError("no [[discord]] is set: name the bot with --application, the id on its page in the portal")
    return await application_id(discord_settings(config.discord[0]))


def discord_settings(section: DiscordSection) -> DiscordSettings:
    """Return what is needed to log in for one server.

    Raises:
        SecretError: the token is missing.

    """
    return DiscordSettings(
        token=secret(section.token, key="discord.token"),
        servers=(section.server,),
        api_url=section.api_url or None,
        gateway_url=section.gateway_url or None,
    )


def terminal_language(asked: str | None, fallback: str) -> str:
    """Return the language for the person at the terminal: asked for, the terminal's own, or the community's.

    Raises:
        ConfigError: a language we do not speak was asked for.

    """
    if asked:
        if asked not in LANGUAGES:
            raise ConfigError(f"--lang: ja or en, not {asked!r}")
        return asked
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")
        if value:
            spoken = value[:2].lower()
            return spoken if spoken in LANGUAGES else fallback
    return fallback


def _request_url(address: str) -> str:
    if not address.startswith("https://"):
        raise ConfigError(f"--http: Slack sends to public https addresses only, not to {address!r}")
    return address if urlsplit(address).path.strip("/") else f"{address.rstrip('/')}{REQUEST_PATH}"


def _table(rows: Sequence[tuple[str, str]]) -> str:
    width = max(_width(left) for left, _ in rows)
    return "\n".join(f"{left}{' ' * (width - _width(left))}  {right}" for left, right in rows)


def _width(text: str) -> int:
    """Return the columns a terminal gives a text: two for kana and kanji."""
    return sum(2 if ord(letter) >= 0x1100 else 1 for letter in text)  # noqa: PLR2004 - the first wide block


# ---- YAML. Strings stand in JSON's quotes, which YAML reads the same: yaml.org/spec/1.2.2, 1.3 "Relation to JSON"


def _yaml(document: Json, reasons: dict[str, str], indent: str = "") -> Iterator[str]:
    for key, value in document.items():
        match value:
            case dict() if value:
                yield f"{indent}{key}:"
                yield from _yaml(value, reasons, f"{indent}  ")
            case []:
                continue  # an empty table says nothing
            case list():
                yield f"{indent}{key}:"
                for item in value:
                    yield from _item(item, reasons, f"{indent}  ")
            case _:
                yield f"{indent}{key}: {_scalar(value)}"


def _item(item: object, reasons: dict[str, str], indent: str) -> Iterator[str]:
    if isinstance(item, dict):
        first, *rest = _yaml(item, reasons, f"{indent}  ")
        yield f"{indent}- {first.lstrip()}"
        yield from rest
    else:
        reason = reasons.get(str(item))
        yield f"{indent}- {_scalar(item)}" + (f"  # {reason}" if reason else "")


def _scalar(value: object) -> str:
    if (
        isinstance(value, str)
        and _PLAIN.fullmatch(value)
        and value.lower() not in {"true", "false", "null", "yes", "no", "on", "off"}
    ):
        return value
    return json.dumps(value, ensure_ascii=False)
