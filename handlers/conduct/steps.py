"""The steps of a case: a report comes in, a deed is done, who reported hears of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from chat.card import Accent, Button, Buttons, Card, Part, Quote, Text
from chat.events import Interaction
from chat.ids import Workspace
from chat.text import RichText
from community.conduct.cases import (
    Case,
    CaseState,
    Command,
    Decide,
    Decision,
    Reopen,
    Report,
    Vote,
    decide,
    is_flood,
    to_the_hour,
)
from community.words import tame
from handlers.conduct import alarm
from handlers.conduct.cards import draw, draw_alike
from handlers.conduct.handing_back import take_from_kept_away
from handlers.conduct.hands import away_of, hands, is_of_team, presume
from handlers.conduct.words import reporter_of, write
from handlers.context import Context
from handlers.public import shortened
from handlers.readers import Reader
from locales import Translator, msg
from storage.activity import Fact, Value
from storage.audit import Deed

STANDING = {
    CaseState.OPEN: msg("The moderators have your report. They will look at it."),
    CaseState.CLAIMED: msg("A moderator is looking at your report now."),
    CaseState.RESOLVED: msg(
        "The moderators have looked into your report and dealt with it. Thank you for speaking up."
    ),
    CaseState.DISMISSED: msg(
        "The moderators have looked into your report and closed it. Thank you for telling them; please do so again "
        "whenever something does not feel right."
    ),
}


@dataclass(frozen=True, slots=True)
class Sign:
    """What tells one deed from every other, where no click stands for it."""

    key: str
    workspace: Workspace


@dataclass(frozen=True, slots=True)
class About:
    """What a report is about, beside its message."""

    member: int | None = None
    mark: str = ""  # of whom, where they were erased
    called: str = ""  # as the reporter typed it
    urgent: bool = False


async def take_report(ctx: Context, report: Report, what: About, *, code: str | None) -> Report:
    """Store a report with the case that it belongs to, and let the moderators see it."""
    hour = timedelta(hours=1)
    if code is None and report.member is not None:
        recent = await ctx.db.cases.sent_by(report.member, ctx.now - hour)
    else:  # nobody can say whose they are, so the limit is that of all together
        recent = await ctx.db.cases.sent_nameless(to_the_hour(ctx.now))
    at = ctx.now if code is None else to_the_hour(ctx.now)
    known = case = await ctx.db.cases.living_about(what.member, report.message)
    alarms = what.urgent and not is_flood(recent) and not (case and case.urgent)
    if case is None:
        delicate = what.member is not None and await is_of_team(ctx, what.member)
        new = Case(opened_at=at, member=what.member, urgent=what.urgent, delicate=delicate)
        case = await ctx.db.cases.open(new, mark=what.mark)
    elif what.urgent and not case.urgent:
        case = replace(case, urgent=True)
        await ctx.db.cases.save(case)
    presumed = await presume(ctx, case, what.called)
    stored = await ctx.db.cases.add_report(replace(report, case=case.id, at=at), code)
    data: dict[str, Value] = {"reason": report.reason.value, "nameless": code is not None, "urgent": what.urgent}
    ctx.db.activity.record(Fact("report.received", at, subject=f"case:{case.id}", data=data), key=f"report:{stored.id}")
    freed = await take_from_kept_away(ctx, case, f"report:{stored.id}", at) if presumed else None
    if freed is not None:
        case, alarms = freed, alarms or freed.urgent
    await draw(ctx, case)
    if known is None or presumed:
        await draw_alike(ctx, case)
    told = await alarm.announce(ctx, case)
    if alarms:
        await alarm.ring(ctx, case, told=told)
    return stored


async def carry_out(ctx: Context, event: Interaction | Sign, who: Reader, case: Case, command: Command) -> Decision:
    """Do what a moderator decides about a case, and let everybody know who has to."""
    if isinstance(command, Reopen):  # who bears the name by now has not been looked at since it was closed
        await presume(ctx, case)
    votes = await ctx.db.cases.votes(case.id)
    done = await decided(ctx, case, votes, command)
    if done.deed is None:
        return done
    await ctx.db.cases.save(done.case)
    if done.votes is not votes:
        await ctx.db.cases.set_votes(case.id, done.votes)
    await log(ctx, event, who, done.case, done.deed, after=_after(done))
    first = done.deed == "case.claimed" and case.claimed_by is None
    if first or done.closes or done.deed == "case.reopened":
        await alarm.settle(ctx, done.case)
        await tell_reporters(ctx, done.case, event.key)
    elif done.deed == "case.released":
        await alarm.settle(ctx, done.case)
    if done.closes:
        data: dict[str, Value] = {
            "outcome": done.case.outcome.value if done.case.outcome else "",
            "hours": _hours(ctx, case),
        }
        fact = Fact("case.closed", ctx.now, subject=f"case:{case.id}", data=data)
        ctx.db.activity.record(fact, key=f"case.closed:{case.id}:{event.key}")
    await draw(ctx, done.case)
    return done


async def decided(ctx: Context, case: Case, votes: Mapping[int, Vote], command: Command) -> Decision:
    """Return what a command would make of a case, without whom it is about and with one vote for each person."""
    away = await away_of(ctx, case, {command.by, case.claimed_by or command.by, *votes})
    if isinstance(command, Decide):
        same = await ctx.db.cases.exclusions.kin_of(command.by) - {command.by}
        command = replace(command, same=frozenset(same))
    return decide(case, votes, command, ctx.now, await quorum_of(ctx, case), away=away)


async def quorum_of(ctx: Context, case: Case) -> int:
    """Return how many have to agree: as set, but no more than there are who may have a say."""
    asked = ctx.config.conduct.quorum
    if asked == 1:
        return asked
    able = await ctx.db.cases.exclusions.persons([member.id for member, _ in await hands(ctx, case)])
    return max(1, min(asked, able))


def _after(done: Decision) -> str:
    return done.case.outcome.value if done.case.outcome else done.case.state.value


def _hours(ctx: Context, case: Case) -> float:
    return round(max(0.0, (ctx.now - case.opened_at) / timedelta(hours=1)), 1)


async def log(ctx: Context, event: Interaction | Sign, who: Reader, case: Case, deed: str, *, after: str = "") -> None:
    """Write a moderator's deed down; never about whom the case is, for whom it is about may read the audit."""
    what = Deed(
        deed,
        ctx.now,
        who.member.id,
        subject=f"case:{case.id}",
        after=after or None,
        workspace=event.workspace,
    )
    await ctx.db.audit.record(what, key=f"{deed}:{event.key}")


async def tell_reporters(ctx: Context, case: Case, key: str) -> None:
    """Tell those who reported by name how their report stands; the others look with their code."""
    told: set[int] = set()
    for report in await ctx.db.cases.reports(case.id):
        who = await reporter_of(ctx, report)
        if who is None or who.member.id in told:
            continue
        told.add(who.member.id)
        card = standing_card(case, report, who)
        write(ctx, who, card, key=f"case_told:{report.id}:{key}")


def standing_card(case: Case, report: Report, who: Reader) -> Card:
    """Return how a report stands, for who sent it by name."""
    parts: list[Part] = [Text(standing(case, who.t))]
    if case.told:
        parts.append(Quote(shortened(tame(case.told), 1000)))
    parts.append(Buttons((Button(f"conduct_mine:{report.id}", who.t.line("Show my report")),)))
    return Card(parts=tuple(parts), accent=Accent.CALM if case.is_living else Accent.GOOD)


def standing(case: Case, t: Translator) -> RichText:
    """Return how a case stands, for who reported; what was done to somebody is theirs alone, so it is not told."""
    return t(STANDING[case.state])
