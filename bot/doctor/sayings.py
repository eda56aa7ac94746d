"""What ``tsudoi doctor`` says about each thing it looked at: when it is well, when it is not, and what to do then."""

from __future__ import annotations

from dataclasses import dataclass

from chat.port import Finding
from locales import Translator, msg


@dataclass(frozen=True, slots=True)
class Saying:
    """The sentences for one code. ``asks_first``: our own advice is better than the platform's."""

    good: str = ""
    bad: str = ""
    mend: str = ""
    asks_first: bool = False


_REACH = msg("Check that this machine reaches the platform, and that `api_url` is set only for a sandbox.")
_CLOCK = msg("Let the machine set its clock by itself (NTP): `timedatectl set-ntp true`.")

SAYINGS: dict[str, Saying] = {
    # ---- the machine and the file
    "python": Saying(
        good=msg("Python {version}"),
        bad=msg("Python {version} is too old."),
        mend=msg("Install Python 3.11 or newer."),
    ),
    "config": Saying(
        good=msg("{path} can be used."),
        bad=msg("{path} cannot be used: {reason}"),
        mend=msg("Compare it with config.example.toml, where every key is explained."),
    ),
    "config_missing": Saying(
        bad=msg("There is no {path}."),
        mend=msg("Copy config.example.toml to {path} and fill it in, or name another file with `--config`."),
    ),
    "config_open": Saying(
        bad=msg("{path} holds a database password, and other users of this machine can read it."),
        mend=msg("Run: `chmod 600 {path}`"),
    ),
    "no_platform": Saying(
        bad=msg("Neither Slack nor Discord is set."),
        mend=msg("Add a `[[slack]]` or `[[discord]]` table; config.example.toml shows both."),
    ),
    "community": Saying(good=msg("{name}: {language}, {zone}, where it is {time} now")),
    "overruled": Saying(good=msg("Set in the chat, but `locked` in the file overrules it: {names}")),
    "clock_follow": Saying(
        good=msg("The clock follows the sandbox at {url}."),
        bad=msg("The clock follows a sandbox ({url}), but the bot is connected to the real platform."),
        mend=msg("Take `follow` out of `[clock]`."),
    ),
    "channel_language": Saying(
        bad=msg("{key}: “{value}” is no language of a channel."),
        mend=msg('Write "ja", "en" or "ja+en".'),
    ),
    # ---- tokens
    "token": Saying(good=msg("{key} is there.")),
    "token_not_set": Saying(
        bad=msg("{key}: the environment variable {name} is not set."),
        mend=msg("Set it where the bot starts, or write `file:PATH` and put the token into a file with mode 600."),
    ),
    "token_unreadable": Saying(
        bad=msg("{key}: {path} cannot be read ({reason})."),
        mend=msg("Put the token into this file, owned by the user that runs the bot, with mode 600."),
    ),
    "token_open": Saying(
        bad=msg("{key}: other users of this machine can read {path}."),
        mend=msg("Run: `chmod 600 {path}`"),
    ),
    "token_empty": Saying(bad=msg("{key}: {path} is empty."), mend=msg("Put the token into this file.")),
    "token_inline": Saying(
        bad=msg("{key}: a token itself does not belong in the file."),
        mend=msg("Write `env:NAME` or `file:PATH`. If the file was shared, renew the token."),
    ),
    # ---- the database
    "store": Saying(
        good=msg("The database can be read and written: {url}"),
        bad=msg("The database cannot be used: {url} ({reason})"),
        mend=msg("Check `store.url`, that the server runs, and that its user may create tables."),
    ),
    "store_new": Saying(
        good=msg("The database will be made at the first start: {url}"),
        bad=msg("The database cannot be made: {folder} is not writable."),
        mend=msg("Give the folder to the user that runs the bot, or set `store.url` to another place."),
    ),
    "schema": Saying(
        good=msg("The schema is the newest ({revision})."),
        bad=msg("The schema is at {revision}; the newest is {newest}."),
        mend=msg("Run `tsudoi migrate` (`tsudoi run` does so by itself)."),
    ),
    "schema_empty": Saying(good=msg("The database is empty; the first start makes its tables.")),
    "schema_unknown": Saying(
        bad=msg("The schema is at {revision}, which this version of Tsudoi does not know."),
        mend=msg("A newer version has written here: update this one, or go back to the backup made before."),
    ),
    "disk": Saying(
        good=msg("{free} MB are free on the disk."),
        bad=msg("Only {free} MB are free on the disk of {folder}."),
        mend=msg("Make room: with a full disk the bot can take nothing in."),
    ),
    # ---- channels, roles, user groups
    "channel": Saying(good=msg("#{name} ({key}): the bot is in and may post.")),
    "channel_missing": Saying(
        bad=msg("{key}: no channel “{name}”; the bot sees: {seen}"),
        mend=msg("Write the name as the chat shows it. A private channel is seen only once the bot is invited to it."),
    ),
    "channel_misspelt": Saying(
        bad=msg("{key}: no channel “{name}”; the bot sees: {seen}"),
        mend=msg("Did you mean “{near}”?"),
    ),
    "channel_outside": Saying(
        bad=msg("#{name} ({key}): the bot is not in this channel."),
        mend=msg("Write in #{name}: `/invite @{bot}`"),
    ),
    "channel_silent": Saying(
        bad=msg("#{name} ({key}): the bot may not post there."),
        mend=msg("In this channel's permissions, give the bot “Send Messages” and “Embed Links”."),
    ),
    "badge_missing": Saying(
        bad=msg("{key}: no role or user group “{name}”; there are: {seen}"),
        mend=msg("Make it in the chat, or correct its name in the settings."),
    ),
    "badge_out_of_reach": Saying(
        bad=msg("{key}: the bot may not give the role “{name}”, which stands above its own."),
        mend=msg("In the server's list of roles, move the bot's role above “{name}”."),
    ),
    "lobby_missing": Saying(
        bad=msg("{key}: there is a cap on members, but no channel where newcomers can wait."),
        mend=msg("Make a channel for the lobby and name it here; docs/membership.md says how."),
    ),
    "lobby_open": Saying(
        bad=msg("{key}: there is a cap on members, but no role tells who has a seat, so newcomers see everything."),
        mend=msg("Make a role that may see the channels, and name it here; docs/membership.md says how."),
    ),
    "survey": Saying(
        bad=msg("The channels could not be listed ({problem})."),
        mend=msg("Mend what is said above, then look again."),
    ),
    # ---- Slack
    "slack_token": Saying(
        good=msg("The bot token is valid: @{bot} in {workspace}"),
        bad=msg("Slack does not take the bot token ({problem})."),
        mend=_REACH,
    ),
    "slack_workspace": Saying(
        good=msg("The token is for the workspace in the settings ({found})."),
        bad=msg("The token is for the workspace {found}; the settings say {expected}."),
        mend=msg("Correct `slack.workspace`, leave it empty, or use the other workspace's token."),
    ),
    "slack_scopes": Saying(
        good=msg("All {count} scopes are granted."),
        bad=msg("Scopes are missing: {missing}"),
        mend=msg("Paste `tsudoi manifest slack` into the app's page “App Manifest”, save, and install the app again."),
    ),
    "slack_clock": Saying(
        good=msg("This machine's clock and Slack's agree."),
        bad=msg("This machine's clock and Slack's differ by {seconds} seconds."),
        mend=_CLOCK,
    ),
    "slack_signing_secret": Saying(
        good=msg("The signing secret is there (HTTP mode)."),
        bad=msg("HTTP mode needs the signing secret."),
        mend=msg("Copy it from the app's page “Basic Information”."),
    ),
    "slack_app_token": Saying(
        good=msg("The app token is valid (Socket Mode)."),
        bad=msg("Slack does not take the app token ({problem})."),
        mend=msg(
            "On the app's page “Basic Information”, make an app-level token with the scope `connections:write`, "
            "and switch Socket Mode on."
        ),
        asks_first=True,
    ),
    # ---- Discord
    "discord_login": Saying(
        good=msg("The token is valid: {name}"),
        bad=msg("Discord does not take the token ({problem})."),
        mend=_REACH,
    ),
    "discord_intent": Saying(
        good=msg("{intent} is switched on."),
        bad=msg("{intent} is switched off: {reason}"),
        mend=msg("Switch it on in the developer portal: “Bot”, “Privileged Gateway Intents”."),
    ),
    "discord_server": Saying(
        good=msg("The bot is on the server {server}."),
        bad=msg("The bot is not on the server {server} ({problem})."),
        mend=msg("Let it in: {invite}"),
        asks_first=True,
    ),
    "discord_permissions": Saying(good=msg("All {count} permissions are given.")),
    "discord_permission": Saying(
        good=msg("{permission}: {reason}"),
        bad=msg("The permission “{permission}” is missing: {reason}"),
        mend=msg("Give it to the bot's role in the server's settings, or invite the bot once more."),
    ),
    "discord_clock": Saying(
        good=msg("This machine's clock and Discord's agree."),
        bad=msg("This machine's clock and Discord's differ by {seconds} seconds."),
        mend=_CLOCK,
    ),
}

# As the platforms' own pages call them
NAMES = {
    "ja": msg("Japanese"),
    "en": msg("English"),
    "members": msg("Server Members Intent"),
    "message_content": msg("Message Content Intent"),
    "view_channel": msg("View Channels"),
    "send_messages": msg("Send Messages"),
    "send_messages_in_threads": msg("Send Messages in Threads"),
    "create_public_threads": msg("Create Public Threads"),
    "create_private_threads": msg("Create Private Threads"),
    "embed_links": msg("Embed Links"),
    "attach_files": msg("Attach Files"),
    "read_message_history": msg("Read Message History"),
    "add_reactions": msg("Add Reactions"),
    "manage_roles": msg("Manage Roles"),
    "manage_events": msg("Manage Events"),
    "create_events": msg("Create Events"),
    "manage_guild": msg("Manage Server"),
}


def say_what(t: Translator, finding: Finding) -> str:
    """Return the sentence about a finding."""
    saying = SAYINGS[finding.code]
    return t.line(saying.good if finding.ok else saying.bad, **_words(t, finding))


def say_mend(t: Translator, finding: Finding) -> str:
    """Return what to do about a finding: what the platform's own refusal calls for, or our advice."""
    saying = SAYINGS[finding.code]
    theirs = finding.values.get("mend", "")
    if theirs and not saying.asks_first:
        return _own_words(t, theirs)
    return t.line(saying.mend, **_words(t, finding))


def name(t: Translator, code: str) -> str:
    """Return what people call an intent, a permission or a language."""
    return t.line(NAMES[code]) if code in NAMES else code


def _words(t: Translator, finding: Finding) -> dict[str, str]:
    """Return a finding's values, with what is itself one of our messages in the reader's language."""
    words = dict(finding.values)
    for key, value in words.items():
        if key in {"intent", "permission", "language"}:
            words[key] = name(t, value)
        elif key == "reason":
            words[key] = _own_words(t, value)
    return words


def _own_words(t: Translator, text: str) -> str:
    """Translate what an adapter or a library said, where it is a message of ours."""
    try:
        return t.line(text)
    except KeyError:  # words of somebody else, with braces in them
        return text
