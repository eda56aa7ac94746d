"""The sandbox's Slack: Web API, Socket Mode and signed HTTP on one aiohttp server."""

from sandbox.slack.build import build_workspace, new_account
from sandbox.slack.face import SlackFace
from sandbox.slack.ids import app_token, bot_token, signing_secret

__all__ = ["SlackFace", "app_token", "bot_token", "build_workspace", "new_account", "signing_secret"]
