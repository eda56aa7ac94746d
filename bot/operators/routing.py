"""``tsudoi routing``: who would be asked about a question and why, and what routing would have done for a history."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.clock import Clock, SystemClock
from bot.config import Config, community_settings
from bot.directory import KnownPlaces
from bot.replaying.record import read_record
from bot.routing import Follower
from community.config import ConfigError
from community.people.members import Member
from community.questions.finding import recognise
from community.questions.life import Question
from community.routing.invitations import AWAY_AFTER, Bar, bar_of, lean
from community.routing.ranking import Reason, ReasonKind
from community.routing.trial import CAP, Figures, MostAnswers, Production, Ranking, Share, evaluate, find_questions
from community.settings.overrides import effective_settings
from handlers.context import Context
from handlers.questions.candidates import Around, account_for, look_around
from handlers.questions.invitation_cards import reason_text, told_reason
from handlers.readers import name_of, zone_of
from locales import Translator, msg
from storage.engine import Database
from storage.unit import Unit

SHOWN = 15  # lines; further down nobody would be asked
ENOUGH = 100  # scored questions below which a table says little

BARS = {
    Bar.LEFT: msg("no: has left"),
    Bar.BOT: msg("no: is a bot"),
    Bar.ASKER: msg("no: asks it"),
    Bar.OPTED_OUT: msg("no: does not want to be asked"),
    Bar.ASKED_ALREADY: msg("no: was asked about it already"),
    Bar.AWAY: msg("no: not seen for {n} days"),
    Bar.PAUSED: msg("no: not this week"),
    Bar.BUSY: msg("no: has another invitation to look at"),
    Bar.AT_CAP: msg("no: has been asked often enough this week"),
    Bar.QUIET: msg("later: quiet hours"),
}


# ---- explain


def explain(
    config: Config, question_id: int | None, t: Translator, console: Console, clock: Clock | None = None
) -> None:
    """Print who would be asked about a question now, and why; and who not. Without a number: which questions wait.

    Raises:
        ConfigError: there is no such question.

    """
    asyncio.run(_explain(config, question_id, t, console, clock or SystemClock()))


async def _explain(config: Config, question_id: int | None, t: Translator, console: Console, clock: Clock) -> None:
    db = Database(config.store.url)
    try:
        for section in config.community:
            settings = community_settings(section, ())
            async with db.reading() as conn:
                unit = Unit(conn, section.id, clock.now())
                if question_id is None:
                    for waiting in await unit.questions.living():
                        console.print(Text(f"{waiting.id:>6}  {waiting.title}"))
                    continue
                question = await unit.questions.get(question_id)
                if question is None:
                    continue
                follower = Follower(section.id)
                await follower.catch_up(conn)
                overrides = {key: override.value for key, override in (await unit.settings.all()).items()}
                settings = effective_settings(settings, overrides)
                ctx = Context(unit, clock.now(), t, settings, KnownPlaces(), follower)
                await _print(ctx, question, console)
                return
    finally:
        await db.close()
    if question_id is not None:
        raise ConfigError(f"there is no question {question_id}; without a number, those that wait are listed")


async def _print(ctx: Context, question: Question, console: Console) -> None:
    t = ctx.t
    invitations = await ctx.db.invitations.about(question.id)
    around = await look_around(ctx, question, invitations)
    places = ctx.config.questions.invite_at_once
    decision = around.decide(ctx, question, len(invitations), places)
    now = {choice.member: choice for choice in decision.invite}
    console.print(Text(f"{question.id}  {question.title}"))
    console.print(Text(t.n("At most {n} invitation a week.", "At most {n} invitations a week.", around.cap).plain()))
    if not around.standings:
        console.print(Text(t.line("Nobody is known yet who could be asked.")))
        return
    table = Table(t.line("Member"), t.line("Would be asked"), t.line("Because"))
    why = {line.member: line.reasons for line in around.ranking}
    for member_id in _order(around, ctx, list(now))[:SHOWN]:
        member = around.members[member_id]
        if member_id in now:
            asked = t.line("yes, as a first chance") if now[member_id].explored else t.line("yes, now")
        else:
            asked = _bar(around, member_id, ctx)
        because = _because(ctx, question, member, why.get(member_id, ()), first=around.standings[member_id].gives)
        table.add_row(Text(_name(ctx, question, member)), Text(asked), Text(because))
    console.print(table)
    if decision.wait_until:
        zone = decision.wait_until.astimezone(UTC)
        console.print(
            Text(t.line("All who could help have quiet hours; the first wake at {time} UTC.", time=f"{zone:%H:%M}"))
        )


def _order(around: Around, ctx: Context, first: list[int]) -> list[int]:
    """Return members as the decision sees them: who is asked, then by how likely they would be."""
    score = {line.member: line.score for line in around.ranking}
    rest = [member for member in around.standings if member not in first]
    standing = around.standings
    rest.sort(key=lambda m: (m not in score, -(score.get(m, 0.0) + lean(standing[m], around.level, ctx.now)), m))
    return first + rest


def _bar(around: Around, member_id: int, ctx: Context) -> str:
    bar = bar_of(around.standings[member_id], around.cap, ctx.now)
    if bar is None:
        return ctx.t.line("next, if those say no")
    return ctx.t.line(BARS[bar], n=AWAY_AFTER.days)


def _because(ctx: Context, question: Question, member: Member, reasons: tuple[Reason, ...], *, first: bool) -> str:
    if not reasons and first and question.topic:
        reasons = (Reason(ReasonKind.SAYS, (question.topic,)),)
    told = told_reason(reasons, explored=False, anonymous=question.anonymous)
    account = account_for(member, question)
    return reason_text(told, ctx.t, ctx.config, zone_of(member, account, ctx.config)).plain()


def _name(ctx: Context, question: Question, member: Member) -> str:
    account = account_for(member, question) or next(iter(member.accounts), None)
    return name_of(account, ctx.t) if account else member.name


# ---- evaluate


def evaluate_history(path: Path, t: Translator, console: Console) -> None:
    """Play a community's own history back and print how often the right members would have been asked.

    Raises:
        ConfigError: the file cannot be read, or holds too few questions.

    """
    history = read_record(path)

    def is_question(text: str) -> bool:
        return recognise(text).is_question

    questions = find_questions(history, is_question)
    rankings: dict[str, Ranking] = {
        t.line("Most answers lately"): MostAnswers(by_hour=False),
        t.line("Most answers at this hour"): MostAnswers(by_hour=True),
        "Tsudoi": Production(is_question),
    }
    n, figures = evaluate(history, questions.scored, list(rankings.values()))
    if not n:
        raise ConfigError(
            f"{path}: no question in it that somebody answered; each line is one message, see docs/routing.md"
        )
    members = len({said.user for said in history})
    console.print(
        Text(
            t.line(
                "{messages} messages, {members} members, {scored} questions scored ({unanswered} got no answer, "
                "{directed} named somebody).",
                messages=len(history), members=members, scored=n, unanswered=questions.unanswered,
                directed=questions.directed,
            )
        )
    )  # fmt: skip
    columns: list[tuple[str, Callable[[Figures], Share], bool]] = [
        ("Hit@1", lambda f: f.hit_1, False),
        ("Hit@3", lambda f: f.hit_3, True),
        ("Hit@5", lambda f: f.hit_5, False),
        ("MRR", lambda f: f.mrr, False),
        (t.line("Hit@3, {n} a week", n=CAP), lambda f: f.hit_3_capped, True),
    ]
    table = Table("", *(name for name, _, _ in columns))
    for name, row in zip(rankings, figures, strict=True):
        table.add_row(name, *(_cell(read(row), interval=interval) for _, read, interval in columns))
    console.print(table)
    console.print(
        Text(t.line("Hit@3: one of the first three did answer. In brackets, the interval that holds 95 times in 100."))
    )
    if n < ENOUGH:
        console.print(Text(t.line("These are few questions: differences within the brackets mean nothing.")))


def _cell(share: Share, *, interval: bool) -> str:
    figure = f"{share.value:.3f}"
    return f"{figure} ({share.low:.2f}–{share.high:.2f})" if interval else figure
