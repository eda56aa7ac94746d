"""``/meetup answers``: what people said before a meetup, and how far they are, for those who prepare it."""

from __future__ import annotations

from collections.abc import Mapping

from chat.answers import Answer, Say
from chat.card import Card, Footnote, Part, Text, Title
from chat.commands import Localised, SubCommand
from chat.events import CommandUsed
from chat.limits import CARD_TEXT, TITLE
from chat.text import Bold, Code, RichText, join, rich
from community.meetups.questions import Summary, summarise
from community.people.topics import Level, topic_name
from community.seats.values import Ledger, SeatKind
from handlers.context import Context
from handlers.meetups.cards import LEVELS
from handlers.meetups.finding import WHICH, meant
from handlers.public import shortened
from handlers.readers import Reader, is_moderator, reader, refused
from handlers.routes import Feature, command
from locales import Translator
from storage.meetups.plans import StoredMeetup

ANSWERS = SubCommand(
    name="answers",
    description=Localised(
        en="For organisers and speakers: what people answered", ja="主催者・登壇者用：事前アンケートの回答"
    ),
    options=(WHICH,),
)
TOPICS = 6  # of a meetup's people; the rest is of few
TEXT = 160  # characters of one answer
ROOM = CARD_TEXT - 900  # for all answers; title, levels and footnote need the rest


async def show(ctx: Context, event: CommandUsed) -> Answer:
    """Show the answers to who organises or speaks, and to nobody else."""
    who = await reader(ctx, event)
    stored = await meant(ctx, who, event.options.get("meetup", event.text))
    if isinstance(stored, Say):
        return stored
    t, ledger = who.t, await ctx.db.meetups.ledger(stored.id)
    if ledger is None or not _may_see(ctx, who, stored, ledger):
        return refused(t("The answers are for the organisers and the speakers of this meetup."))
    asked = await ctx.db.meetup_before.questions(stored.id)
    seated = {entry.member for entry in ledger.entries.values() if entry.seat is not None}
    answers = await ctx.db.meetup_before.answers(stored.id)
    theirs = [said for member, said in answers.items() if ledger.member(member) in seated]
    parts: list[Part] = [Title(shortened(stored.meetup.plan.title, TITLE))]
    if not asked:
        parts.append(Text(t("Nothing is asked before this meetup. {command} asks.", command=_typed(stored))))
    else:
        said = t("{answered} of {seated} who hold a seat have answered.", answered=len(theirs), seated=len(seated))
        parts.append(Text(said))
        room = ROOM // len(asked)
        parts += [Text(_summary_text(summary, room, t)) for summary in summarise(asked, theirs)]
    parts.append(Text(_levels_text(ctx, await ctx.db.meetup_before.levels(seated), t)))
    parts.append(Footnote(t("Of those who hold a seat now. Only the organisers and the speakers see this.")))
    return Say(Card(parts=tuple(parts)))


def _may_see(ctx: Context, who: Reader, stored: StoredMeetup, ledger: Ledger) -> bool:
    """Say whether somebody prepares the meetup; where nobody organises it any more, moderators do."""
    meetup, member = stored.meetup, who.member.id
    entry = ledger.entries.get(ledger.member(member))
    speaks = member in meetup.plan.speakers or (entry is not None and entry.seat is SeatKind.SPEAKER)
    left_alone = not meetup.organisers and is_moderator(who.account, ctx.config)
    return speaks or member in meetup.organisers or left_alone


def _typed(stored: StoredMeetup) -> Code:
    return Code(f"/meetup questions {stored.id}")


def _summary_text(summary: Summary, room: int, t: Translator) -> RichText:
    head = rich(Bold(summary.question.text), "  ", t.n("{n} answer", "{n} answers", summary.n))
    if summary.question.options:
        counted = [t("{option}: {n}", option=option, n=n) for option, n in summary.counts]
        return rich(head, "\n", join(" · ", counted))
    lines: list[RichText] = []
    for text in summary.texts:
        line = shortened(" ".join(text.split()), TEXT)
        if sum(len(shown.plain()) for shown in lines) + len(line) > room:
            lines.append(t.n("… and {n} more", "… and {n} more", len(summary.texts) - len(lines)))
            break
        lines.append(rich("• ", line))
    return rich(head, "\n", join("\n", lines)) if lines else head


def _levels_text(ctx: Context, found: Mapping[str, Mapping[Level, int]], t: Translator) -> RichText:
    """Say how far people are, topic by topic, the most common first."""
    head = rich(Bold(t.line("How far people are, as they say themselves")))
    known = [topic for topic in ctx.config.topics if topic.id in found]
    known.sort(key=lambda topic: -sum(found[topic.id].values()))
    lines = [
        t(
            "{topic}: {levels}",
            topic=topic_name(topic, t.language),
            levels=" · ".join(_count(level, found[topic.id], t) for level in Level),
        )
        for topic in known[:TOPICS]
    ]
    if not lines:
        lines = [t("Nobody has said it in their profile yet.")]
    return rich(head, "\n", join("\n", lines))


def _count(level: Level, counts: Mapping[Level, int], t: Translator) -> str:
    return f"{t.line(LEVELS[level])} {counts.get(level, 0)}"


FEATURE = Feature("meetups.answers", routes=(command("meetup", ANSWERS.name, show),))
