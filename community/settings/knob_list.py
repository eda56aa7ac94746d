"""Every setting that can be changed in the chat, and why the others cannot. A test compares it with the settings."""

from __future__ import annotations

from collections.abc import Mapping

from chat.marks import msg
from community.conduct.settings import DAY_LAST, QUORUM_MOST, URGENT_MOST
from community.config import LONGEST, PEERS_AT_ONCE, PURPOSE, ROUNDS_MOST, RULES
from community.kpi.everything import Stakeholder
from community.membership.settings import CAP_MOST, HOURS_MOST, OFFERS_MOST
from community.people.welcomers import MAX_CAP
from community.recognition.settings import DAYS_MOST as ASKED_MOST
from community.recognition.settings import WEEKLY_MOST
from community.settings.knobs import HERE, TEXT_MOST, Kind, Knob, Section
from community.settings.privacy import DAYS_MOST as KEPT_MOST
from community.thanks.settings import QUOTA_MOST, REACTION

SMALL = 0.01  # what has to be more than 0
MANY = 1000
NAME = 80
CHANNEL = 100

ONLY_IN_THE_FILE: Mapping[str, str] = {
    "id": "it names the community in the store",
    "topics": "a topic has two names, a badge and a channel, and what members chose hangs on its id",
    "locked": "it says what the chat may not change",
    "workspaces": "each has a token; what it has besides is listed one by one",
    "workspaces.workspace": "it is the workspace itself",
    "workspaces.owners": "who owns the community is the operator's word, or the platform's",
    "public_url": "it is an address of the machine",
}


def _knob(
    path: str,
    kind: Kind,
    meaning: str,
    least: float = 0,
    most: float = TEXT_MOST,
    *,
    choices: tuple[str, ...] = (),
    owner: bool = False,
) -> Knob:
    table, _, last = path.rpartition(".")
    section = Section(table or Section.COMMUNITY)
    name = f"{table}_{last}" if table else last
    return Knob(
        name=name, path=path, section=section, kind=kind, meaning=meaning, least=least, most=most, choices=choices,
        owner=owner,
    )  # fmt: skip


def _channel(name: str, meaning: str, kind: Kind = Kind.CHANNEL, *, owner: bool = False) -> Knob:
    path = f"{HERE}channels.{name}"
    return Knob(name=name, path=path, section=Section.CHANNELS, kind=kind, meaning=meaning, most=CHANNEL, owner=owner)


def _here(field: str, kind: Kind, meaning: str, *, owner: bool = False, name: str = "") -> Knob:
    section, name = Section.PEOPLE, name or field
    return Knob(name=name, path=HERE + field, section=section, kind=kind, meaning=meaning, most=CHANNEL, owner=owner)


def _kept(name: str, meaning: str) -> Knob:
    return _knob(f"privacy.{name}", Kind.WHOLE, meaning, 0, KEPT_MOST, owner=True)


KNOBS: tuple[Knob, ...] = (
    _knob("name", Kind.TEXT, msg("the community's name"), 1, NAME),
    _knob("language", Kind.LANGUAGE, msg("the community's language: ja or en")),
    _knob("time_zone", Kind.ZONE, msg("the community's time zone")),
    _channel("welcome", msg("where newcomers are greeted")),
    _channel("introductions", msg("where introductions are posted")),
    _channel("moderators", msg("where moderators are told what needs them"), owner=True),
    _channel("questions", msg("the channels where members ask"), Kind.CHANNELS),
    _channel("meetups", msg("where meetups are announced")),
    _channel("digest", msg("where the weekly digest is posted")),
    _channel("lobby", msg("where newcomers wait while the community is full")),
    _channel("product", msg("where the product team reads what is handed over to it")),
    _channel(
        "languages", msg("channels with a language of their own, like english=en or lounge=ja+en"), Kind.LANGUAGES
    ),
    _here(
        "moderators",
        Kind.PEOPLE,
        msg("who moderates besides the platform's own administrators"),
        owner=True,
        name="moderator_ids",
    ),
    _here("moderator_badges", Kind.BADGES, msg("roles or user groups whose members moderate"), owner=True),
    _here("organiser_badges", Kind.BADGES, msg("roles or user groups whose members may plan meetups; none: everybody")),
    _here(
        "member_badge", Kind.BADGE, msg("the role or user group given to who has a seat in the community"), owner=True
    ),
    _here("lobby_badge", Kind.BADGE, msg("the role or user group given to who waits for a seat"), owner=True),
    _here("duty_badge", Kind.BADGE, msg("the role or user group that is called when a report is urgent"), owner=True),
    _knob("onboarding.enabled", Kind.SWITCH, msg("whether newcomers are greeted: on or off")),
    _knob("onboarding.purpose_ja", Kind.TEXT, msg("what this community is for, in Japanese"), 1, PURPOSE),
    _knob("onboarding.purpose_en", Kind.TEXT, msg("what this community is for, in English"), 1, PURPOSE),
    _knob("onboarding.rules_ja", Kind.TEXT, msg("the community's rules, in Japanese"), 1, RULES),
    _knob("onboarding.rules_en", Kind.TEXT, msg("the community's rules, in English"), 1, RULES),
    _knob("onboarding.nudge_after_days", Kind.NUMBER, msg("days of silence before the one nudge"), SMALL, LONGEST),
    _knob(
        "onboarding.reply_within_hours",
        Kind.NUMBER,
        msg("hours without a reply before a welcomer is asked"),
        SMALL,
        LONGEST,
    ),
    _knob(
        "onboarding.welcomer_answer_hours", Kind.NUMBER, msg("hours until the next welcomer is asked"), SMALL, LONGEST
    ),
    _knob(
        "onboarding.welcomer_weekly_cap",
        Kind.WHOLE,
        msg("how often a week a new welcomer is asked at most"),
        1,
        MAX_CAP,
    ),
    _knob("onboarding.greetings_per_hour", Kind.WHOLE, msg("direct greetings per hour at most"), 1, MANY),
    _knob(
        "onboarding.greet_joined_within_days",
        Kind.NUMBER,
        msg("days after joining in which a newcomer is greeted late rather than not at all"),
        SMALL,
        LONGEST,
    ),
    _knob("onboarding.watch_first_posts", Kind.SWITCH, msg("whether first posts are watched over, too: on or off")),
    _knob("questions.enabled", Kind.SWITCH, msg("whether questions are taken care of: on or off")),
    _knob(
        "questions.watch_channels",
        Kind.SWITCH,
        msg("whether I offer help when somebody asks in a question channel: on or off"),
    ),
    _knob("questions.invite_after_minutes", Kind.NUMBER, msg("minutes before peers are invited to answer"), 0, LONGEST),
    _knob("questions.invite_at_once", Kind.WHOLE, msg("how many peers are invited at a time"), 1, PEERS_AT_ONCE),
    _knob(
        "questions.widen_after_hours",
        Kind.NUMBER,
        msg("hours without an answer, while they are awake, before the next peers are invited"),
        SMALL,
        LONGEST,
    ),
    _knob("questions.rounds", Kind.WHOLE, msg("how many rounds of peers are invited"), 0, ROUNDS_MOST),
    _knob(
        "questions.weekly_cap",
        Kind.WHOLE,
        msg("how often a week one member is invited at most; 0: as many questions as there are call for"),
        0,
        LONGEST,
    ),
    _knob(
        "questions.exploration",
        Kind.NUMBER,
        msg("the share of invitations that give a quiet member a first chance, from 0 to 1"),
        0,
        1,
    ),
    _knob(
        "questions.escalate_after_hours",
        Kind.NUMBER,
        msg("hours without an answer before moderators are told"),
        SMALL,
        LONGEST,
    ),
    _knob(
        "questions.idle_after_days",
        Kind.NUMBER,
        msg("days after an answer before the asker is asked whether it helped"),
        SMALL,
        LONGEST,
    ),
    _knob("questions.anonymous", Kind.SWITCH, msg("whether one may ask without a name: on or off")),
    _knob(
        "meetups.promote_until_hours",
        Kind.NUMBER,
        msg("hours before the start until which a freed seat goes to the next at once"),
        0,
        LONGEST,
    ),
    _knob(
        "meetups.no_offers_from_hours",
        Kind.NUMBER,
        msg("hours before the start from which nobody is offered a seat any more"),
        0,
        LONGEST,
    ),
    _knob(
        "meetups.claim_hours", Kind.NUMBER, msg("waking hours in which an offered seat can be taken"), SMALL, LONGEST
    ),
    _knob(
        "meetups.declined_keeps_place",
        Kind.SWITCH,
        msg("whether who declines an offered seat keeps the place in the line: on or off"),
    ),
    _knob(
        "meetups.lapsed_keeps_place",
        Kind.SWITCH,
        msg("whether who misses an offered seat keeps the place in the line: on or off"),
    ),
    _knob(
        "meetups.check_in_opens_hours", Kind.NUMBER, msg("hours before the start at which check-in opens"), 0, LONGEST
    ),
    _knob(
        "meetups.settle_hours", Kind.NUMBER, msg("hours after the end in which attendance can be corrected"), 0, LONGEST
    ),
    _knob(
        "meetups.holidays",
        Kind.TEXT,
        msg("the country whose holidays a series can leave out, like JP; none: no holidays"),
        0,
        2,
    ),
    _knob("digest.enabled", Kind.SWITCH, msg("whether the weekly digest is posted: on or off")),
    _knob("digest.weekday", Kind.WEEKDAY, msg("the day of the weekly digest, like monday")),
    _knob("digest.time", Kind.HOUR, msg("the hour of the weekly digest, like 09:00")),
    _knob("thanks.enabled", Kind.SWITCH, msg("whether members can thank each other through me: on or off")),
    _knob("thanks.daily_quota", Kind.WHOLE, msg("how often a day one member can thank others"), 1, QUOTA_MOST),
    _knob("thanks.reaction", Kind.TEXT, msg("the reaction that counts as thanks"), 0, REACTION),
    _knob(
        "thanks.notice_words",
        Kind.SWITCH,
        msg("whether I ask who writes words of thanks if they are to be noted: on or off"),
    ),
    _knob(
        "recognition.enabled",
        Kind.SWITCH,
        msg("whether peak moments are looked for and told, if their member agrees: on or off"),
    ),
    _knob("recognition.time", Kind.HOUR, msg("the hour at which peak moments are told, like 10:00")),
    _knob(
        "recognition.weekly_most", Kind.WHOLE, msg("how many peak moments are told in a week at most"), 0, WEEKLY_MOST
    ),
    _knob("recognition.review", Kind.SWITCH, msg("whether moderators see a peak moment before it is told: on or off")),
    _knob(
        "recognition.ask_within_days",
        Kind.WHOLE,
        msg("days that I wait for a member's word on their moment"),
        1,
        ASKED_MOST,
    ),
    _knob("reports.weekly", Kind.SWITCH, msg("whether the week's figures are posted for moderators: on or off")),
    _knob("reports.weekday", Kind.WEEKDAY, msg("the day of the week's figures, like monday")),
    _knob("reports.time", Kind.HOUR, msg("the hour of the week's figures and of monthly reports, like 09:30")),
    _knob(
        "reports.monthly",
        Kind.CHOICES,
        msg("whose reports come on the first of a month"),
        choices=tuple(stakeholder.value for stakeholder in Stakeholder),
    ),
    _knob("reports.channel", Kind.CHANNEL, msg("where reports are posted; none: the moderators' channel"), 0, CHANNEL),
    _knob(
        "reports.language",
        Kind.CHOICE,
        msg("the language of reports, ja or en; none: the channel's"),
        choices=("", "ja", "en"),
    ),
    _knob("membership.cap", Kind.WHOLE, msg("how many members the community takes; 0: everybody"), 0, CAP_MOST),
    _knob(
        "membership.claim_hours",
        Kind.NUMBER,
        msg("waking hours in which an offered seat in the community can be taken"),
        SMALL,
        HOURS_MOST,
    ),
    _knob(
        "membership.offers_most",
        Kind.WHOLE,
        msg("offers without an answer before an application is closed"),
        1,
        OFFERS_MOST,
    ),
    _knob(
        "conduct.anonymous",
        Kind.SWITCH,
        msg("whether one may report to moderators without a name: on or off"),
        owner=True,
    ),
    _knob(
        "conduct.quorum",
        Kind.WHOLE,
        msg("how many moderators must agree before a report is closed"),
        1,
        QUORUM_MOST,
        owner=True,
    ),
    _knob(
        "conduct.urgent_minutes",
        Kind.WHOLE,
        msg("minutes that nobody takes up an urgent report before the owners are called"),
        1,
        URGENT_MOST,
    ),
    _knob("conduct.kind_words", Kind.SWITCH, msg("whether who writes a hurtful word is told so in private: on or off")),
    _knob(
        "conduct.pulse",
        Kind.SWITCH,
        msg("whether members are asked once a month, without names, how safe it feels here: on or off"),
    ),
    _knob("conduct.pulse_day", Kind.WHOLE, msg("the day of the month on which they are asked"), 1, DAY_LAST),
    _knob(
        "conduct.quiet_until", Kind.DAY, msg("the last day on which I prompt nobody, like 2026-12-31; none: no pause")
    ),
    _kept("facts_days", msg("days that names stay on who did what; 0: always")),
    _kept("questions_days", msg("days that closed questions are kept; 0: always")),
    _kept("left_members_days", msg("days that it is kept what is known of members who left; 0: always")),
    _kept("cases_days", msg("days that closed reports are kept; 0: always")),
    _kept("audit_days", msg("days that it is kept who changed what; 0: always")),
    _kept("applications_days", msg("days that declined or withdrawn applications are kept; 0: always")),
    _kept("thanks_words_days", msg("days that the words of a thanks are kept; 0: always")),
)

SECTIONS: Mapping[Section, str] = {
    Section.COMMUNITY: msg("The community"),
    Section.CHANNELS: msg("Channels here"),
    Section.PEOPLE: msg("Who is who here"),
    Section.ONBOARDING: msg("Newcomers"),
    Section.QUESTIONS: msg("Questions"),
    Section.MEETUPS: msg("Meetups"),
    Section.DIGEST: msg("The weekly digest"),
    Section.THANKS: msg("Thanks"),
    Section.RECOGNITION: msg("Peak moments"),
    Section.REPORTS: msg("Reports on figures"),
    Section.MEMBERSHIP: msg("Seats in the community"),
    Section.CONDUCT: msg("Looking after people"),
    Section.PRIVACY: msg("How long things are kept"),
}
_BY_NAME = {knob.name: knob for knob in KNOBS}


def find(typed: str) -> list[Knob]:
    """Return the settings that a name may mean: its own name, its key in the file, or the end of just one name."""
    wanted = typed.strip().lower().replace(".", "_").replace("-", "_")
    if knob := _BY_NAME.get(wanted):
        return [knob]
    return [knob for knob in KNOBS if knob.path.rpartition(".")[2] == wanted or knob.name.endswith(f"_{wanted}")]


def of_section(section: Section) -> list[Knob]:
    """Return the settings of a section, in their order."""
    return [knob for knob in KNOBS if knob.section is section]


def of_key(key: str) -> Knob | None:
    """Return the setting that is kept under a key, whichever workspace it is of."""
    parts = key.split(".")
    if parts[0] == "workspaces":
        parts[1] = "{workspace}"
    path = ".".join(parts)
    return next((knob for knob in KNOBS if knob.path == path), None)
