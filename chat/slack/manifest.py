"""The app's manifest, made from the commands the bot has: docs.slack.dev/reference/app-manifest."""

from __future__ import annotations

from typing import Any, Literal

from chat.commands import Command, Menu
from chat.marks import msg

Json = dict[str, Any]
Mode = Literal["socket", "http"]

SCOPES: dict[str, str] = {
    "channels:history": msg(
        "hear questions and answers in the public channels the bot was invited to, and catch up after an outage"
    ),
    "channels:read": msg("know the public channels, and who enters them"),
    "channels:write.invites": msg("invite a newcomer to the channels of their topics"),
    "chat:write": msg("write at all"),
    "commands": msg("slash commands and the message menu"),
    "files:read": msg("know in which message a chart or calendar file was shown"),
    "files:write": msg("share charts and calendar files"),
    "groups:history": msg("hear private channels the bot was invited to, such as the moderators'"),
    "groups:read": msg("know the private channels the bot was invited to"),
    "groups:write.invites": msg("invite a member to a private channel the bot is in"),
    "im:history": msg("hear what members tell the bot in private, and find its own messages again"),
    "im:write": msg("begin a direct message"),
    "mpim:history": msg("hear small groups opened for a private thread"),
    "mpim:write": msg("open a small group as a private thread"),
    "reactions:read": msg("notice marks such as a tick on a solved question"),
    "reactions:write": msg("put such marks"),
    "usergroups:read": msg("know the user groups that stand for topics"),
    "usergroups:write": msg("put members into them"),
    "users:read": msg("know members' names, languages and time zones, and who joins"),
}

USES: dict[str, tuple[str, ...]] = {
    "channels:history": ("message.channels", "conversations.history", "conversations.replies"),
    "channels:read": ("member_joined_channel", "member_left_channel", "conversations.list"),
    "channels:write.invites": ("conversations.invite",),
    "chat:write": ("chat.postMessage", "chat.postEphemeral", "chat.update", "chat.delete"),
    "commands": ("slash_commands", "message_action"),
    "files:read": ("files.info",),
    "files:write": ("files.getUploadURLExternal", "files.completeUploadExternal"),
    "groups:history": ("message.groups", "conversations.history", "conversations.replies"),
    "groups:read": ("member_joined_channel", "member_left_channel", "conversations.list"),
    "groups:write.invites": ("conversations.invite",),
    "im:history": ("message.im", "conversations.history"),
    "im:write": ("conversations.open",),
    "mpim:history": ("message.mpim",),
    "mpim:write": ("conversations.open",),
    "reactions:read": ("reaction_added", "reaction_removed"),
    "reactions:write": ("reactions.add", "reactions.remove"),
    "usergroups:read": ("usergroups.list", "usergroups.users.list"),
    "usergroups:write": ("usergroups.users.update",),
    "users:read": ("team_join", "user_change", "users.info", "users.list"),
}

EVENTS = (
    "app_home_opened",
    "member_joined_channel",
    "member_left_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "reaction_added",
    "reaction_removed",
    "team_join",
    "user_change",
)
APP_TOKEN_SCOPE = "connections:write"  # noqa: S105 - a scope's name; Socket Mode's app-level token needs it


def manifest(
    commands: tuple[Command, ...],
    menus: tuple[Menu, ...],
    mode: Mode = "socket",
    request_url: str | None = None,
    *,
    name: str = "Tsudoi",
    language: Literal["en", "ja"] = "en",
) -> Json:
    """Return the manifest; ``request_url`` is the public address of ``/slack/events`` in HTTP mode.

    Raises:
        ValueError: for HTTP mode without an address.

    """
    if mode == "http" and not request_url:
        raise ValueError("HTTP mode needs the public https address that Slack sends to")
    url = {"request_url": request_url} if mode == "http" else {}
    return {
        "display_information": {"name": name},
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": name, "always_online": True},
            "slash_commands": [_command(c, language, request_url if mode == "http" else None) for c in commands],
            "shortcuts": [
                {
                    "name": getattr(menu.label, language),
                    "type": "message",
                    "callback_id": menu.name,
                    "description": getattr(menu.label, language),
                }
                for menu in menus
            ],
        },
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "event_subscriptions": {**url, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **url},
            "org_deploy_enabled": False,
            "socket_mode_enabled": mode == "socket",
            "token_rotation_enabled": False,
        },
    }


def _command(command: Command, language: str, url: str | None) -> Json:
    options = [f"[{option.name}]" for option in command.options]
    shown: Json = {
        "command": f"/{command.name}",
        "description": getattr(command.description, language),
        "should_escape": True,  # members arrive as ids
    }
    if hint := " | ".join(sub.name for sub in command.subs) or " ".join(options):
        shown["usage_hint"] = hint
    if url:
        shown["url"] = url
    return shown
