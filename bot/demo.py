"""The demonstration: the sandbox and the bot in one process, a fresh store, and one page to click on."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from bot.config import Config, read_config
from chat.slack.manifest import manifest
from handlers import FEATURES
from sandbox import cast
from sandbox.server import Sandbox
from sandbox.slack import app_token, bot_token

STORE = Path(".demo/tsudoi.sqlite")
_CHANNELS: dict[str, Any] = {
    "welcome": "general",
    "introductions": "introductions",
    "moderators": "moderators",
    "questions": ["questions"],
    "meetups": "meetups",
    "digest": "general",
    "product": cast.PRODUCT,
    "languages": {"questions": "ja+en", cast.FORUM: "ja+en"},  # an English question is answered in English there
}
_FORUMS = {"questions": ["questions", cast.FORUM]}  # Slack has none
_NAMES = {
    "python": ("Python", "Python"),
    "frontend": ("Front end", "フロントエンド"),
    "database": ("Databases", "データベース"),
    "cloud": ("Cloud", "クラウド"),
    "design": ("Design", "デザイン"),
    "talks": ("Giving talks", "登壇"),
}
_TOPICS = [
    {"id": topic, "en": en, "ja": ja}
    | ({"discord_role": topic} if topic in cast.TOPIC_ROLES else {})
    | ({"slack_channel": topic} if topic in dict(cast.TOPIC_CHANNELS) else {})
    for topic, (en, ja) in _NAMES.items()
]


def fresh_store(path: Path = STORE) -> str:
    """Throw the last demonstration's store away: its people went with the sandbox that held them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for leftover in path.parent.glob(f"{path.name}*"):
        leftover.unlink()
    return f"sqlite:///{path}"


def install_app(sandbox: Sandbox) -> None:
    """Install the Slack app from its manifest, as `tsudoi manifest slack` prints it for a real workspace."""
    commands = tuple(command for feature in FEATURES for command in feature.commands)
    menus = tuple(menu for feature in FEATURES for menu in feature.menus)
    workspace, _ = sandbox.spaces
    sandbox.slack.install(workspace.id, manifest(commands, menus, language="ja"))


def sandbox_tokens(sandbox: Sandbox) -> dict[str, str]:
    """Return the environment in which a bot in the sandbox finds its tokens."""
    workspace, _ = sandbox.spaces
    return {
        "TSUDOI_SANDBOX_SLACK_BOT": bot_token(workspace.id),
        "TSUDOI_SANDBOX_SLACK_APP": app_token(workspace.id),
        "TSUDOI_SANDBOX_DISCORD": sandbox.discord.token,
    }


def sandbox_tables(sandbox: Sandbox, store: str, port: int) -> dict[str, Any]:
    """Return the tables of ``config.toml`` for a bot in the sandbox, on both platforms."""
    workspace, server = sandbox.spaces
    return {
        "store": {"url": store},
        "backup": {"enabled": False},
        "server": {"port": port, "public_url": f"http://127.0.0.1:{port}"},
        "clock": {"follow": sandbox.url},
        "community": [{"id": "main", "name": workspace.name, "language": "ja", "topics": _TOPICS}],
        "slack": [
            {
                "bot_token": "env:TSUDOI_SANDBOX_SLACK_BOT",
                "app_token": "env:TSUDOI_SANDBOX_SLACK_APP",
                "api_url": f"{sandbox.url}/slack/api/",
                "channels": _CHANNELS,
            }
        ],
        "discord": [
            {
                "server": server.id,
                "token": "env:TSUDOI_SANDBOX_DISCORD",
                "api_url": sandbox.discord.rest_url,
                "gateway_url": sandbox.discord.gateway_url,
                "channels": _CHANNELS | _FORUMS,
            }
        ],
    }


def demo_config(sandbox: Sandbox, store: str, port: int) -> Config:
    """Return the configuration of a bot in a sandbox, its tokens in this process's environment."""
    install_app(sandbox)
    os.environ.update(sandbox_tokens(sandbox))
    return read_config(sandbox_tables(sandbox, store, port), "demo")
