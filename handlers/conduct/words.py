"""What reports, outcomes and cases are called, and who may handle them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from chat.answers import Say
from chat.card import Card
from chat.effects import DirectMessage
from chat.events import ActionPressed, FormSubmitted, Interaction
from chat.ids import Place, Workspace
from chat.text import RichText
from community.conduct.cases import Case, CaseState, Outcome, Reason, Refusal, Report, may_see, to_the_hour
from community.hours.waking import next_waking
from community.languages import choose_language
from community.people.members import Account, Member
from community.permissions import Role
from community.when.zones import zone_or
from handlers.context import Context
from handlers.public import is_closed
from handlers.readers import (
    Reader,
    account_at,
    account_to_reach,
    arguments,
    as_reader,
    is_owner,
    is_staff,
    name_of,
    number,
    quiet_hours_of,
    reader,
    refused,
    zone_of,
)
from handlers.roles import roles_of
from locales import Translator, msg, translator

SLEEPS_AT_MOST = timedelta(days=2)
REASONS: Mapping[Reason, str] = {
    Reason.HARASSMENT: msg("Harassment or stalking"),
    Reason.INSULT: msg("Hurtful or degrading words"),
    Reason.UNSAFE: msg("A threat, or somebody may be in danger"),
    Reason.PRIVACY: msg("Private things made public"),
    Reason.SPAM: msg("Spam or advertising"),
    Reason.OTHER: msg("Something else"),
}
OUTCOMES: Mapping[Outcome, str] = {
    Outcome.SPOKE: msg("Spoke with the member"),
    Outcome.WARNED: msg("Warned the member"),
    Outcome.MESSAGE_REMOVED: msg("The message was removed"),
    Outcome.MEMBER_REMOVED: msg("The member was removed"),
    Outcome.NOTHING_FOUND: msg("Nothing against the rules was found"),
    Outcome.NOT_OURS: msg("Not a matter for the moderators"),
}
STATES: Mapping[CaseState, str] = {
    CaseState.OPEN: msg("waiting for somebody"),
    CaseState.CLAIMED: msg("is being looked after"),
    CaseState.RESOLVED: msg("resolved"),
    CaseState.DISMISSED: msg("dismissed"),
}
REFUSALS: Mapping[Refusal, str] = {
    # the same word for a report that there is not: whom it is about does not learn by it that there is one
    Refusal.ABOUT_YOU: msg(
        "I cannot show you this report: it is gone, or it is for others to look after. If nobody else can, I let the "
        "owners know."
    ),
    Refusal.TAKEN: msg("Somebody else looks after this already. After a day it can be taken over."),
    Refusal.YOURS: msg("You look after this already. To let somebody else do it, press “Hand it back”."),
    Refusal.NOT_YOURS: msg("Only who looks after it can give it back."),
    Refusal.CLOSED: msg("This is closed already. It can be reopened."),
    Refusal.NOT_CLOSED: msg("This is open already."),
}
GONE = msg("I do not find this report any more.")


def spoken_to(ctx: Context, event: Interaction) -> Translator:
    """Return the words for somebody whose account is not known: in the language that came with the event."""
    return translator(choose_language(None, event.locale, ctx.config.language))


async def moderating(ctx: Context, event: Interaction) -> Reader | Say:
    """Return who acts, where they moderate; else the kind word for somebody who does not."""
    who = await reader(ctx, event)
    if Role.MODERATOR in await roles_of(ctx, who.member, who.account):
        return who
    return refused(who.t("This is for moderators. `/tsudoi help` shows what there is for you."))


async def handling(
    ctx: Context, event: ActionPressed | FormSubmitted, chosen: int | None = None
) -> tuple[Reader, Case] | Say:
    """Return who acts and the case, held against others; a word where it is not theirs to handle.

    The case is the one chosen from a list, else the one that the button or form bears.
    """
    who = await moderating(ctx, event)
    if isinstance(who, Say):
        return who
    case_id = chosen if chosen is not None else number(arguments(event), 0)
    case = await ctx.db.cases.get(case_id, hold=True) if case_id is not None else None
    away = await ctx.db.cases.exclusions.away(case.id, [who.member]) if case is not None else ()
    if case is None or not may_see(case, who.member.id, away):
        return refused(who.t(REFUSALS[Refusal.ABOUT_YOU]))
    return who, case


async def name_for(ctx: Context, member_id: int | None, home: Workspace, t: Translator) -> str:
    """Return what a member is called in a workspace, without a mention: nobody is pinged by being reported."""
    member = await ctx.db.people.by_id(member_id) if member_id is not None else None
    account = account_at(member, home) if member else None
    return name_of(account, t) if account else t.line("a member who is not here any more")


async def reporter_of(ctx: Context, report: Report) -> Reader | None:
    """Return who reported, as they are told about it; None without a name, and for who has left or was erased."""
    if report.nameless or report.member is None:
        return None
    member = await ctx.db.people.by_id(report.member)
    if member is None or member.left_at is not None:
        return None
    account: Account | None = next((a for a in member.accounts if str(a.user) == report.account), None)
    if account is None or account.left_at is not None:
        account = account_to_reach(member)
    return as_reader(member, account, ctx.config) if account else None


def moderators_places(ctx: Context) -> list[Place]:
    """Return the moderators' channel of each workspace that has one: cards about a case stand in all of them.

    A channel that everybody reads is none: there moderators are told in private, as where there is no channel.
    """
    found = (ctx.channel(w.workspace, w.channels.moderators) for w in ctx.config.workspaces)
    return [place for place in found if place is not None and is_closed(ctx, place, unseen=False)]


def write(ctx: Context, who: Reader, card: Card, *, key: str) -> None:
    """Write to a member in private, when they are awake."""
    zone = zone_of(who.member, who.account, ctx.config)
    due = next_waking(ctx.now, quiet_hours_of(who.member), zone, ctx.now + SLEEPS_AT_MOST)
    ctx.db.outbox.add(DirectMessage(who.account.user, card), key=key, due=due)


def write_about(ctx: Context, case: Case, who: Reader, card: Card, *, key: str) -> None:
    """Write about one case: at once where it is urgent, else when they are awake."""
    if case.urgent and case.is_living:
        ctx.db.outbox.add(DirectMessage(who.account.user, card), key=key)
    else:
        write(ctx, who, card, key=key)


async def team(ctx: Context, *, owners: bool = False) -> list[tuple[Member, Account]]:
    """Return the moderators who are here, or only the owners, each with the account to write to."""
    found = []
    for member in await ctx.db.people.present():
        if member.is_bot or not is_staff(member, ctx.config):
            continue
        accounts = [a for a in member.accounts if a.left_at is None]
        fitting = [a for a in accounts if is_owner(a, ctx.config)] if owners else accounts
        if fitting:
            found.append((member, fitting[0]))
    return found


def since(ctx: Context, case: Case, t: Translator) -> RichText:
    """Return since when a case waits: where only the hour is kept, for the sake of who reported, it says no minute."""
    return moment_of(ctx, case.opened_at, t)


def moment_of(ctx: Context, at: datetime, t: Translator) -> RichText:
    """Return when something was said about a case; a full hour may be all that is known, so it is said as one."""
    zone = zone_or(None, ctx.config.time_zone)
    moment = RichText((t.moment(at, zone, now=ctx.now),))
    if at != to_the_hour(at):
        return moment
    here = at.astimezone(zone)
    if here.minute:  # a zone whose hours begin in the middle of others
        return t("around {time}", time=moment)
    return t("{day}, {hour}:00–{hour}:59", day=t.date(at, zone, now=ctx.now), hour=here.hour)
