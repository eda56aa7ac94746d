"""``/community pulse``: what the rounds that are closed say, item by item, with how sure that is and how it went on."""

from __future__ import annotations

from chat.answers import Answer, Say
from chat.card import Card, Footnote, Part, Text, Title
from chat.commands import Localised, SubCommand
from chat.events import CommandUsed
from chat.text import Bold, RichText, join, rich
from community.conduct.pulse import SHOWN_FROM, Agreement, Course, Round, Topic, course_of, results
from handlers.context import Context
from handlers.pulse.items import ITEMS, NAMES
from handlers.readers import reader
from handlers.routes import Feature, command
from locales import Translator, msg

ROUNDS = 12  # a year
PULSE = SubCommand(
    name="pulse",
    description=Localised(en="How safe it feels here, by the anonymous pulse", ja="匿名の「安心アンケート」の結果"),
)
COURSES = {
    Course.UP: msg("clearly more than before"),
    Course.DOWN: msg("clearly fewer than before"),
    Course.LEVEL: msg("about as before"),
    Course.UNKNOWN: msg("nothing to compare with yet"),
}


async def show(ctx: Context, event: CommandUsed) -> Answer:
    """Show what the rounds say."""
    who = await reader(ctx, event)
    return Say(await told_card(ctx, who.t))


async def told_card(ctx: Context, t: Translator) -> Card:
    """Return what may be told: of rounds that are closed, and where enough have answered."""
    rounds = await ctx.db.pulses.rounds(most=ROUNDS)
    closed = [one for one in rounds if one.closed_at is not None]
    grades = await ctx.db.pulses.grades([one.month for one in closed])
    told = [(one, found) for one in closed if (found := results(grades.get(one.month, {}))) is not None]
    parts: list[Part] = [Title(t.line("The pulse: how safe it feels here"))]
    if closed and (not told or told[-1][0] is not closed[-1]):
        parts.append(Text(_too_few(t, closed[-1])))
    if told:
        parts += _newest(t, told)
    if not closed and len(rounds) < 1:
        parts.append(Text(t("No round has been held yet.")))
    if any(one.closed_at is None for one in rounds):
        parts.append(Text(t("A round is open. Nothing is shown before it closes.")))
    if not ctx.config.conduct.pulse:
        parts.append(Text(t("The pulse is switched off: see `/community settings`, {name}.", name="pulse")))
    parts.append(
        Footnote(
            t(
                "In brackets: where the true share lies with 95 % certainty. Told from {n} answers on, so that "
                "nobody's own answer can be seen.",
                n=SHOWN_FROM,
            )
        )
    )
    return Card(parts=tuple(parts))


def _too_few(t: Translator, held: Round) -> RichText:
    return t(
        "{month}: fewer than {n} answered, so nothing is shown, and what they said was deleted unread.",
        month=held.month,
        n=SHOWN_FROM,
    )


def _newest(t: Translator, told: list[tuple[Round, dict[Topic, Agreement]]]) -> list[Part]:
    held, newest = told[-1]
    before = [found for _, found in told[:-1]]
    n = next(iter(newest.values())).n
    head = t.n("{month}: {n} answer of {asked} who were asked.", "{month}: {n} answers of {asked} who were asked.", n,
               month=held.month, asked=held.asked)  # fmt: skip
    parts: list[Part] = [Text(head)]
    for topic, found in newest.items():
        course = course_of(found, [one[topic] for one in before])
        low, high = found.interval
        share = t(
            "{share} agree ({agree} of {n}; {low} to {high}), {course}",
            share=f"{found.share:.0%}",
            agree=found.agree,
            n=found.n,
            low=f"{low:.0%}",
            high=f"{high:.0%}",
            course=t.line(COURSES[course]),
        )
        lines = [rich(Bold(t.line(NAMES[topic])), "  ", t.line("“{item}”", item=t.line(ITEMS[topic]))), share]
        if before:
            past = " → ".join(f"{one[topic].share:.0%}" for one in (*before, newest))
            lines.append(t("Month by month: {shares}", shares=past))
        parts.append(Text(join("\n", lines)))
    return parts


FEATURE = Feature("pulse.desk", routes=(command("community", PULSE.name, show),))
