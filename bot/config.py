"""Reads ``config.toml``. Every key stands in ``config.example.toml`` with its default and one sentence."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from datetime import time
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from chat.ids import Platform, Workspace
from community.conduct.settings import ConductSettings
from community.config import (
    Channels,
    CommunitySettings,
    ConfigError,
    OnboardingSettings,
    QuestionSettings,
    TopicSettings,
    WorkspaceSettings,
    check_locked,
)
from community.digest.settings import DigestSettings
from community.membership.settings import MembershipSettings
from community.recognition.settings import RecognitionSettings
from community.reports.settings import ReportSettings
from community.seats.settings import MeetupSettings
from community.settings.privacy import PrivacySettings
from community.thanks.settings import ThanksSettings

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
MOST_DAYS = 3_650
_ADDRESS = re.compile(r"https?://[!-~]{1,200}")


class _Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file: a misspelt key is an error, not silence."""


class StoreSection(_Strict, frozen=True, kw_only=True):
    """Where things are kept."""

    url: str = "sqlite:///data/tsudoi.sqlite"


class ServerSection(_Strict, frozen=True, kw_only=True):
    """The HTTP server: health, metrics and, in Slack's HTTP mode, its events."""

    host: str = "127.0.0.1"
    port: int = 8710
    public_url: str = ""

    def __post_init__(self) -> None:
        """Refuse an address that no calendar could open.

        Raises:
            ConfigError: names the key.

        """
        if self.public_url and not _ADDRESS.fullmatch(self.public_url):
            raise ConfigError(f"server.public_url must be like https://tsudoi.example.org, not {self.public_url!r}")


class BackupSection(_Strict, frozen=True, kw_only=True):
    """When a copy of the store is made, and how long it is kept."""

    enabled: bool = True
    folder: str = "data/backups"
    at: str = "03:30"
    keep_days: int = 14
    keep_least: int = 3

    def __post_init__(self) -> None:
        """Refuse what would keep nothing, or come at no time.

        Raises:
            ConfigError: names the key.

        """
        if not _TIME.fullmatch(self.at):
            raise ConfigError(f"backup.at must be a time like 03:30, not {self.at!r}")
        if not 1 <= self.keep_days <= MOST_DAYS:
            raise ConfigError(f"backup.keep_days must be from 1 to {MOST_DAYS}, not {self.keep_days}")
        if self.keep_least < 1:
            raise ConfigError("backup.keep_least must be 1 or more: the last backup always stays")
        if not self.folder:
            raise ConfigError("backup.folder is empty; name a folder that only the bot's user can read")

    @property
    def hour(self) -> time:
        """When it is made."""
        return time.fromisoformat(self.at)


class LogSection(_Strict, frozen=True, kw_only=True):
    """What is logged, and how."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"


class ClockSection(_Strict, frozen=True, kw_only=True):
    """Whose clock it is."""

    follow: str = ""  # address of a sandbox


class CommunitySection(_Strict, frozen=True, kw_only=True):
    """One community."""

    id: str = "main"
    name: str = "Tsudoi"
    language: Literal["ja", "en"] = "ja"
    time_zone: str = "Asia/Tokyo"
    topics: tuple[TopicSettings, ...] = ()
    onboarding: OnboardingSettings = OnboardingSettings()
    questions: QuestionSettings = QuestionSettings()
    meetups: MeetupSettings = MeetupSettings()
    digest: DigestSettings = DigestSettings()
    thanks: ThanksSettings = ThanksSettings()
    reports: ReportSettings = ReportSettings()
    recognition: RecognitionSettings = RecognitionSettings()
    membership: MembershipSettings = MembershipSettings()
    conduct: ConductSettings = ConductSettings()
    privacy: PrivacySettings = PrivacySettings()
    locked: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse to lock what there is not.

        Raises:
            ConfigError: names it.

        """
        check_locked(self.locked)


class SlackSection(_Strict, frozen=True, kw_only=True):
    """One Slack workspace."""

    community: str = "main"
    workspace: str = ""  # learnt from Slack where it is empty
    mode: Literal["socket", "http"] = "socket"
    path: str = "/slack/events"  # of the request URL; HTTP mode only, one of its own for each workspace
    bot_token: str = "env:SLACK_BOT_TOKEN"  # noqa: S105 - where the token is, not the token
    app_token: str = "env:SLACK_APP_TOKEN"  # noqa: S105 - the same
    signing_secret: str = "env:SLACK_SIGNING_SECRET"  # noqa: S105 - the same
    api_url: str = "https://slack.com/api/"
    moderators: tuple[str, ...] = ()
    moderator_badges: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    organiser_badges: tuple[str, ...] = ()
    member_badge: str = ""
    lobby_badge: str = ""
    duty_badge: str = ""
    channels: Channels = Channels()


class DiscordSection(_Strict, frozen=True, kw_only=True):
    """One Discord server."""

    community: str = "main"
    server: str
    token: str = "env:DISCORD_TOKEN"  # noqa: S105 - where the token is, not the token
    api_url: str = ""
    gateway_url: str = ""
    moderators: tuple[str, ...] = ()
    moderator_badges: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    organiser_badges: tuple[str, ...] = ()
    member_badge: str = ""
    lobby_badge: str = ""
    duty_badge: str = ""
    channels: Channels = Channels()


class Config(_Strict, frozen=True, kw_only=True):
    """The whole file."""

    store: StoreSection = StoreSection()
    server: ServerSection = ServerSection()
    backup: BackupSection = BackupSection()
    log: LogSection = LogSection()
    clock: ClockSection = ClockSection()
    instance: str = "main"
    community: tuple[CommunitySection, ...] = (CommunitySection(),)
    slack: tuple[SlackSection, ...] = ()
    discord: tuple[DiscordSection, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what does not hold together.

        Raises:
            ConfigError: names the key and what to do.

        """
        ids = [community.id for community in self.community]
        if len(set(ids)) != len(ids):
            raise ConfigError(f"community.id: each community needs an id of its own, got {', '.join(ids)}")
        for kind, sections in (("slack", self.slack), ("discord", self.discord)):
            for section in sections:
                if section.community not in ids:
                    raise ConfigError(
                        f"{kind}.community: no community {section.community!r}; there are: {', '.join(ids)}"
                    )
        for community in self.community:
            _check_zone(community.time_zone)
        paths = [section.path for section in self.slack if section.mode == "http"]
        if len(set(paths)) != len(paths):
            raise ConfigError("slack.path: in HTTP mode each workspace needs a path of its own")
        servers = [section.server for section in self.discord]
        if len(set(servers)) != len(servers):
            raise ConfigError("discord.server: one server can belong to one community only")


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ConfigError(f"community.time_zone: {name!r} is no time zone; e.g. Asia/Tokyo, Europe/Berlin") from None


def load_config(path: Path) -> Config:
    """Read the file.

    Raises:
        ConfigError: the file is missing or something in it cannot be used; the text says what to do.

    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file; copy config.example.toml and fill it in") from None
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not TOML: {error}") from None
    return read_config(raw, str(path))


def read_config(raw: dict[str, object], name: str = "config") -> Config:
    """Turn the file's tables into values.

    Raises:
        ConfigError: something cannot be used; the text says what to do.

    """
    try:
        return msgspec.convert(raw, Config)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{name}: {error}") from None


class SecretError(ConfigError):
    """A token that is not there, or that others can read. Never holds the token."""

    def __init__(self, key: str, problem: str, said: str, **values: str) -> None:
        super().__init__(f"{key}: {said}")
        self.problem = problem  # names the sentence of ``tsudoi doctor``
        self.values = {"key": key, **values}


def secret(where: str, *, key: str) -> str:
    """Return a token: ``env:NAME`` from the environment, ``file:PATH`` from a file that only its owner can read.

    Raises:
        SecretError: it is not there, or others can read it. The text never holds the token.

    """
    kind, colon, rest = where.partition(":")
    if colon and kind == "env":
        if value := os.environ.get(rest, "").strip():
            return value
        raise SecretError(key, "token_not_set", f"the environment variable {rest} is not set", name=rest)
    if colon and kind == "file":
        path = Path(rest).expanduser()
        try:
            mode = path.stat().st_mode
            value = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "not text"
            raise SecretError(key, "token_unreadable", f"{path}: {reason}", path=str(path), reason=reason) from None
        if others_may_read(mode):
            said = f"others can read {path}; run: chmod 600 {path}"
            raise SecretError(key, "token_open", said, path=str(path))
        if value:
            return value
        raise SecretError(key, "token_empty", f"{path} is empty", path=str(path))
    raise SecretError(key, "token_inline", "write env:NAME or file:PATH; a token itself does not belong in the file")


def others_may_read(mode: int) -> bool:
    """Whether a file's mode lets anybody but its owner at it."""
    return bool(stat.S_IMODE(mode) & 0o077)


def community_settings(
    section: CommunitySection, workspaces: tuple[WorkspaceSettings, ...], *, public_url: str = ""
) -> CommunitySettings:
    """Return a community's settings with its workspaces."""
    return CommunitySettings(
        id=section.id,
        name=section.name,
        language=section.language,
        time_zone=section.time_zone,
        topics=section.topics,
        onboarding=section.onboarding,
        questions=section.questions,
        meetups=section.meetups,
        digest=section.digest,
        thanks=section.thanks,
        reports=section.reports,
        recognition=section.recognition,
        membership=section.membership,
        conduct=section.conduct,
        privacy=section.privacy,
        locked=section.locked,
        workspaces=workspaces,
        public_url=public_url,
    )


def workspace_settings(section: SlackSection | DiscordSection, workspace_id: str) -> WorkspaceSettings:
    """Return the settings of one workspace or server."""
    platform = Platform.SLACK if isinstance(section, SlackSection) else Platform.DISCORD
    return WorkspaceSettings(
        workspace=Workspace(platform, workspace_id),
        channels=section.channels,
        moderators=section.moderators,
        moderator_badges=section.moderator_badges,
        owners=section.owners,
        organiser_badges=section.organiser_badges,
        member_badge=section.member_badge,
        lobby_badge=section.lobby_badge,
        duty_badge=section.duty_badge,
    )
