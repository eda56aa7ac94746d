"""What an operator or moderator sets for a community, as values. ``bot.config`` reads them from the file.

Every key stands in ``config.example.toml`` with its default and one sentence; a test holds the two together.
"""

from __future__ import annotations

import functools
from datetime import timedelta
from html import escape

import msgspec

from chat.ids import Workspace
from chat.limits import BODY, FORM_LABEL
from community.conduct.settings import ConductSettings
from community.digest.settings import DigestSettings
from community.membership.settings import MembershipSettings
from community.recognition.settings import RecognitionSettings
from community.reports.settings import ReportSettings
from community.seats.settings import MeetupSettings
from community.settings.privacy import PrivacySettings
from community.thanks.settings import ThanksSettings

# Two evenings to write an introduction before the one nudge
NUDGE_AFTER_DAYS = 3.0
# Whoever waits longer than a day for a first reply tends not to come back: a welcomer is asked to say hello
REPLY_WITHIN_HOURS = 24.0

TOPICS_MOST = 25  # one menu shows no more
TOPIC_ID = 40
HELLO = 200  # characters of a card that a greeting takes
PURPOSE = 500  # a welcome is short
RULES = 2500  # one card
PEERS_AT_ONCE = 5  # more at a time is a crowd, and nobody feels meant
ROUNDS_MOST = 20
LONGEST = 3650  # days or hours; a span that no calendar can hold is a typing mistake


class ConfigError(ValueError):
    """A setting that cannot be used. Names the key, what is wrong and what to do."""


def _check_words(key: str, text: str, most: int, room: int) -> None:
    """Refuse a text that no card could show.

    Raises:
        ConfigError: names the key.

    """
    if not 1 <= len(text.strip()) <= most or len(escape(text, quote=False)) > room:
        raise ConfigError(f"{key} has 1 to {most} characters (& and < count more), not {len(text)}")


class TopicSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A topic that members can help with or want to learn."""

    id: str
    en: str
    ja: str
    discord_role: str = ""  # role given to who joins the topic
    slack_channel: str = ""  # channel that who joins the topic is invited to
    slack_group: str = ""  # user group that who joins the topic enters

    def __post_init__(self) -> None:
        """Refuse what no form could show.

        Raises:
            ConfigError: names the topic.

        """
        if not (self.id.isascii() and self.id.replace("-", "").replace("_", "").isalnum() and len(self.id) <= TOPIC_ID):
            raise ConfigError(f"topics: the id {self.id!r} must be up to {TOPIC_ID} ASCII letters, digits, - or _")
        for name in (self.en, self.ja):
            if not 1 <= len(name) <= FORM_LABEL:
                raise ConfigError(f"topics.{self.id}: a name has 1 to {FORM_LABEL} characters, not {len(name)}")


class OnboardingSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How newcomers are received."""

    enabled: bool = True
    purpose_en: str = "Learn together, help each other, and meet."
    purpose_ja: str = "一緒に学び、助け合い、出会う場所です。"
    rules_en: str = "Be kind. No harassment, no spam. Ask when in doubt; nobody is laughed at here."
    rules_ja: str = (
        "おたがいを尊重しましょう。いやがらせや宣伝はお断りします。"
        "困ったときは気軽に聞いてください。どんな小さな質問も歓迎です。"
    )
    nudge_after_days: float = NUDGE_AFTER_DAYS
    reply_within_hours: float = REPLY_WITHIN_HOURS
    welcomer_weekly_cap: int = 3
    welcomer_answer_hours: float = 24.0  # silence this long, and the next welcomer is asked
    greetings_per_hour: int = 20  # direct messages; the rest are spaced out
    greet_joined_within_days: float = 7.0  # older joins found in a catch-up are recorded, not greeted
    watch_first_posts: bool = True  # a newcomer's first post without a reply is brought to a welcomer, too

    def __post_init__(self) -> None:
        """Refuse figures that would make no sense.

        Raises:
            ConfigError: names the key.

        """
        for key in ("nudge_after_days", "reply_within_hours", "welcomer_answer_hours", "greet_joined_within_days"):
            if not 0 < getattr(self, key) <= LONGEST:  # refuses "nan", too
                raise ConfigError(f"onboarding.{key} must be more than 0 and at most {LONGEST}")
        for key in ("welcomer_weekly_cap", "greetings_per_hour"):
            if getattr(self, key) < 1:
                raise ConfigError(f"onboarding.{key} must be at least 1")
        for key in ("purpose_en", "purpose_ja"):  # a greeting may say both, each with its hello
            _check_words(f"onboarding.{key}", getattr(self, key), PURPOSE, BODY // 2 - HELLO)
        for key in ("rules_en", "rules_ja"):
            _check_words(f"onboarding.{key}", getattr(self, key), RULES, BODY)

    @property
    def nudge_after(self) -> timedelta:
        """How long a newcomer may be quiet before the one nudge."""
        return timedelta(days=self.nudge_after_days)

    @property
    def reply_within(self) -> timedelta:
        """How long an introduction may stand without a human reply."""
        return timedelta(hours=self.reply_within_hours)


class QuestionSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How questions reach the peers who can answer them."""

    enabled: bool = True
    watch_channels: bool = True  # a question in a question channel is recognised, and the bot offers to help
    invite_after_minutes: float = 10.0  # whoever is about gets the first word; then peers are invited
    invite_at_once: int = 2  # peers asked at a time
    widen_after_hours: float = 4.0  # silence this long, in their waking hours, and the next peers are invited
    rounds: int = 3  # of peers; then the topic's role or group is called, then the moderators are told
    weekly_cap: int = 0  # invitations per member and week at most; 0: follows the community's rate of questions
    exploration: float = 0.15  # share of the invitations that give a quiet member a first chance
    escalate_after_hours: float = 24.0  # no human reply this long, and the moderators are told
    idle_after_days: float = 7.0  # answered, not solved: the asker is asked once whether it helped
    anonymous: bool = True  # whether one may ask without a name

    def __post_init__(self) -> None:
        """Refuse figures that would make no sense.

        Raises:
            ConfigError: names the key.

        """
        for key in ("widen_after_hours", "escalate_after_hours", "idle_after_days"):
            if not 0 < getattr(self, key) <= LONGEST:  # refuses "nan", too
                raise ConfigError(f"questions.{key} must be more than 0 and at most {LONGEST}")
        if not 0 <= self.invite_after_minutes <= LONGEST:
            raise ConfigError(f"questions.invite_after_minutes must be from 0 to {LONGEST}")
        if not 1 <= self.invite_at_once <= PEERS_AT_ONCE:
            raise ConfigError(f"questions.invite_at_once must be from 1 to {PEERS_AT_ONCE}")
        if not 0 <= self.rounds <= ROUNDS_MOST or not 0 <= self.weekly_cap <= LONGEST:
            raise ConfigError(f"questions.rounds is from 0 to {ROUNDS_MOST}, questions.weekly_cap from 0 to {LONGEST}")
        if not 0 <= self.exploration <= 1:
            raise ConfigError("questions.exploration is a share, from 0 to 1")


class Channels(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The places of one workspace or server, by name or id."""

    welcome: str = "general"
    introductions: str = "introductions"
    moderators: str = "moderators"
    questions: tuple[str, ...] = ()
    meetups: str = ""  # where meetups are announced; empty: nowhere
    digest: str = ""  # where the weekly digest is posted; empty: nowhere
    lobby: str = ""  # where applicants wait while the community is full; empty: nowhere
    product: str = ""  # where the product team reads what is handed over to it; empty: nowhere
    languages: dict[str, str] = {}  # by channel: "ja", "en" or "ja+en"; else the community's language


class WorkspaceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One workspace or server of a community."""

    workspace: Workspace
    channels: Channels = Channels()
    moderators: tuple[str, ...] = ()  # user ids
    moderator_badges: tuple[str, ...] = ()  # roles or user groups, by name or id
    owners: tuple[str, ...] = ()  # user ids, besides the platform's own owner
    organiser_badges: tuple[str, ...] = ()  # who may plan meetups; none: every member
    member_badge: str = ""  # given to who has a seat in the community
    lobby_badge: str = ""  # given to who waits for one
    duty_badge: str = ""  # called when a report is urgent


class CommunitySettings(msgspec.Struct, frozen=True, kw_only=True):
    """One community: what holds for all its workspaces and servers."""

    id: str
    name: str = "Tsudoi"
    language: str = "ja"
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
    locked: tuple[str, ...] = ()  # settings, or whole tables of them, that only the file may change
    workspaces: tuple[WorkspaceSettings, ...] = ()
    public_url: str = ""  # where the process's server is reached from outside; empty: nowhere

    def __post_init__(self) -> None:
        """Refuse topics that no menu could show.

        Raises:
            ConfigError: there are too many, or one stands twice.

        """
        ids = [topic.id for topic in self.topics]
        if len(ids) > TOPICS_MOST or len(set(ids)) != len(ids):
            raise ConfigError(f"topics: at most {TOPICS_MOST}, each id once; these are {len(ids)}: {', '.join(ids)}")
        check_locked(self.locked)


def check_locked(names: tuple[str, ...]) -> None:
    """Refuse to lock what there is not.

    Raises:
        ConfigError: names it.

    """
    if unknown := [name for name in names if name not in lockable()]:
        raise ConfigError(
            f"locked: there is no setting {', '.join(repr(name[:60]) for name in unknown)}; name a table like "
            "digest, a setting like digest.time, or one of a workspace like channels.digest"
        )


@functools.cache
def lockable() -> frozenset[str]:
    """Return what ``locked`` may name: each setting, and each table of them, as the file calls it."""
    found = {*CommunitySettings.__struct_fields__, *WorkspaceSettings.__struct_fields__}
    tables = [*msgspec.structs.fields(CommunitySettings), *msgspec.structs.fields(WorkspaceSettings)]
    for field in tables:
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct) and field.type is not Workspace:
            found |= {f"{field.name}.{name}" for name in field.type.__struct_fields__}
    return frozenset(found - {"id", "locked", "workspaces", "workspace", "public_url"})
