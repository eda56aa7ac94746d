"""Who reads, and how: the language, the zone and the name under which somebody is addressed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from chat.answers import Say
from chat.card import Accent, Card, Text
from chat.events import ActionPressed, FormSubmitted, Interaction
from chat.ids import UserRef, Workspace
from chat.text import Mention, RichText
from community.config import CommunitySettings, WorkspaceSettings
from community.hours.quiet_hours import QuietHours, parse_quiet_hours
from community.languages import choose_language
from community.people.members import Account, Member
from community.when.zones import zone_or
from community.words import display_name, tame
from handlers.context import Context
from locales import Translator, translator

LONGEST = 18  # digits of a number: more than that may not fit the 64 bits that a database gives it


@dataclass(frozen=True, slots=True)
class Reader:
    """The person behind an account, and the words for them."""

    member: Member
    account: Account
    t: Translator

    def owns(self, event: ActionPressed | FormSubmitted) -> bool:
        """Say whether a card or form is this member's own: its action carries the member's id."""
        return any(map(self.member.goes_by, arguments(event)[:1]))

    @property
    def mention(self) -> Mention:
        """The account as a mention."""
        return Mention(self.account.user, name_of(self.account, self.t))


async def reader(ctx: Context, event: Interaction) -> Reader:
    """Return who clicked or typed; somebody never seen before is taken in."""
    member = await ctx.db.people.ensure(event.user, event.user_name, ctx.now)
    account = next(a for a in member.accounts if a.user == event.user)
    return Reader(member, account, translator(language_of(member, account, ctx.config, event.locale)))


def as_reader(member: Member, account: Account, config: CommunitySettings) -> Reader:
    """Return a member as the reader of what goes to one account."""
    return Reader(member, account, translator(language_of(member, account, config)))


def arguments(event: ActionPressed | FormSubmitted) -> list[str]:
    """Return what stands after an action's or form's name."""
    return (event.action if isinstance(event, ActionPressed) else event.form).split(":")[1:]


def written(event: FormSubmitted, most: int, key: str = "words") -> str:
    """Return what somebody wrote into a form's field, fit to be shown, up to so many characters."""
    return tame(str(event.values.get(key) or ""))[:most]


def number(words: list[str], at: int) -> int | None:
    """Return an argument that is a number the store can hold; clients can send anything."""
    word = words[at] if at < len(words) else ""
    return int(word) if word.isascii() and word.isdecimal() and len(word) <= LONGEST else None


def numbers(words: Iterable[str]) -> set[int]:
    """Return what was chosen in a menu of numbers; anything else is left out."""
    return {found for word in words if (found := number([word], 0)) is not None}


def language_of(member: Member, account: Account, config: CommunitySettings, locale: str | None = None) -> str:
    """Return the language in which somebody reads in private."""
    return choose_language(member.language, locale or account.locale, config.language)


def zone_of(member: Member, account: Account | None, config: CommunitySettings) -> ZoneInfo:
    """Return the zone in which somebody lives."""
    return zone_or(member.time_zone or (account.time_zone if account else None), config.time_zone)


def quiet_hours_of(member: Member) -> QuietHours | None:
    """Return when somebody wants no messages; none where it was set by an earlier version that took more."""
    try:
        return parse_quiet_hours(member.quiet_hours) if member.quiet_hours else None
    except ValueError:  # one member's old setting must not keep a message from everybody else
        return None


def name_of(account: Account, t: Translator) -> str:
    """Return an account's name, fit for one line."""
    return display_name(account.name, t.line("a member"))


def account_in(member: Member, workspace: Workspace) -> Account | None:
    """Return a member's account in a workspace, where they have not left."""
    return next((a for a in member.accounts if a.user.home == workspace and a.left_at is None), None)


def account_of(member: Member | None, user: UserRef | None) -> Account | None:
    """Return the account of a member that a platform calls ``user``, where it is theirs."""
    return next((a for a in member.accounts if a.user == user), None) if member else None


def account_at(member: Member, home: Workspace) -> Account | None:
    """Return the account under which a member is named: the one that is at home there, else their oldest."""
    return next((a for a in member.accounts if a.user.home == home), next(iter(member.accounts), None))


def account_to_reach(member: Member) -> Account | None:
    """Return the account under which to write to a member: the oldest that is still here."""
    return next((a for a in member.accounts if a.left_at is None), None)


def was_last(member: Member, user: UserRef) -> bool:
    """Tell whether an account that left was the last one that a member had here."""
    return all(account.left_at is not None or account.user == user for account in member.accounts)


def settings_of(config: CommunitySettings, workspace: Workspace) -> WorkspaceSettings | None:
    """Return the settings of a workspace, where it is one of the community's."""
    return next((w for w in config.workspaces if w.workspace == workspace), None)


def is_owner(account: Account, config: CommunitySettings) -> bool:
    """Say whether an account owns the community: it is the platform's own owner, or the settings name it."""
    settings = settings_of(config, account.user.home)
    return account.is_owner or (settings is not None and account.user.id in settings.owners)


def is_moderator(account: Account, config: CommunitySettings) -> bool:
    """Say whether an account may moderate: the platform says so, the settings name it or a badge of it, or it owns."""
    settings = settings_of(config, account.user.home)
    if account.is_admin or is_owner(account, config):
        return True
    return settings is not None and (
        account.user.id in settings.moderators or bool(account.badges & set(settings.moderator_badges))
    )


def is_staff(member: Member, config: CommunitySettings) -> bool:
    """Say whether a member moderates with one account or another."""
    return any(is_moderator(account, config) for account in member.accounts)


def note(text: RichText, accent: Accent = Accent.CALM) -> Say:
    """Say one thing in private."""
    return Say(Card(parts=(Text(text),), accent=accent))


class Refused(Say, frozen=True, tag=True):
    """A kind word to somebody who may not do this; ``handlers.gate`` writes it down and says it."""

    redraw: bool = False  # in place of the private card that was pressed, which leads nowhere any more


def refused(text: RichText, *, redraw: bool = False) -> Refused:
    """Refuse: it is not theirs, not there (any more), or made up. What is merely too late is a ``note``."""
    return Refused(Card(parts=(Text(text),), accent=Accent.WARM), redraw)


def not_yours(t: Translator) -> Refused:
    """Tell somebody kindly that a button is another member's."""
    return refused(t("This one is for somebody else. Type `/tsudoi me` for your own."))


def read_user(typed: str, workspace: Workspace) -> UserRef | None:
    """Read a member option: an id, or a mention as the platforms write it."""
    user_id = typed.strip().lstrip("<@!").partition("|")[0].rstrip(">")
    return UserRef(workspace.platform, workspace.id, user_id) if user_id.isascii() and user_id.isalnum() else None
