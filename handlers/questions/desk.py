"""``/community questions``: what needs a human, and everything a moderator can do with a question."""

from __future__ import annotations

from collections import Counter

from chat.answers import Answer, Redraw, Say
from chat.card import Accent, Button, Buttons, Card, Footnote, Option, Part, Quote, Select, Text, Title
from chat.commands import Localised, SubCommand
from chat.events import ActionPressed, CommandUsed
from chat.text import Bold, Link, RichText, join, rich
from community.questions.life import Change, CloseReason, Question, QuestionState, close, merge
from community.questions.needs import Need, sorted_by_need
from handlers.context import Context
from handlers.public import mention_of, shortened
from handlers.questions.cards import REASONS, state_text
from handlers.questions.deeds import DEEDS, UNDOES
from handlers.questions.escalation import EXCERPT, invited_text, moderator_buttons
from handlers.questions.steps import shown_of, take_step
from handlers.readers import Reader, arguments, note, number, reader, refused, settings_of
from handlers.routes import Feature, command, press
from locales import msg

LISTED = 12  # more are counted; a longer list is not read
OPTION = 75  # characters of a select's option
QUESTIONS = SubCommand(
    name="questions",
    description=Localised(en="Questions that need a human", ja="対応が必要な質問の一覧"),
)
NEEDS = {
    Need.NO_ANSWER: msg("No answer yet"),
    Need.PRODUCT: msg("With the product team"),
    Need.PROMISED: msg("Promised, not answered"),
    Need.UNSETTLED: msg("Answered, not settled"),
    Need.FRESH: msg("In good time"),
}
CLOSABLE = (CloseReason.OUTDATED, CloseReason.OFF_TOPIC, CloseReason.WITHDRAWN)
SAME = 24  # options for "the same as…"


async def show_questions(ctx: Context, event: CommandUsed) -> Answer:
    """Show what needs a human."""
    who = await reader(ctx, event)
    return Say(await _list_card(ctx, who))


async def show_again(ctx: Context, event: ActionPressed) -> Answer:
    """Go back to the list."""
    who = await reader(ctx, event)
    return Redraw(await _list_card(ctx, who))


async def choose(ctx: Context, event: ActionPressed) -> Answer:
    """Show one question of the list."""
    who = await reader(ctx, event)
    question = await _find(ctx, next(iter(event.values), ""))
    return Redraw(await _detail_card(ctx, who, question)) if question else _gone(who)


async def open_desk(ctx: Context, event: ActionPressed) -> Answer:
    """Show one question from the moderators' channel, to the moderator who pressed."""
    who = await reader(ctx, event)
    question = await _find(ctx, "".join(arguments(event)[:1]))
    return Say(await _detail_card(ctx, who, question)) if question else _gone(who)


async def close_as(ctx: Context, event: ActionPressed) -> Answer:
    """Close a question with a reason."""
    who = await reader(ctx, event)
    question = await _find(ctx, "".join(arguments(event)[:1]))
    reason = next((r for r in CLOSABLE if r.value in event.values), None)
    if question is None or reason is None:
        return _gone(who)
    return await _after(ctx, who, question, close(question, who.member.id, reason, ctx.now), event.key)


async def merge_into(ctx: Context, event: ActionPressed) -> Answer:
    """Close a question as the same as another."""
    who = await reader(ctx, event)
    question = await _find(ctx, "".join(arguments(event)[:1]))
    other = await _find(ctx, next(iter(event.values), ""))
    if question is None or other is None:
        return _gone(who)
    return await _after(ctx, who, question, merge(question, other, who.member.id, ctx.now), event.key)


async def _after(ctx: Context, who: Reader, question: Question, change: Change | None, key: str) -> Answer:
    if change is None:
        said = who.t("Nothing was changed: somebody was faster, or the question has ended already.")
        return note(said, Accent.WARM)
    question = await take_step(ctx, change, key=key)
    return Redraw(await _detail_card(ctx, who, question))


async def _find(ctx: Context, typed: str) -> Question | None:
    question_id = number([typed], 0)
    question = await ctx.db.questions.get(question_id) if question_id is not None else None
    return question if question and question.state is not QuestionState.DRAFT else None


def _gone(who: Reader) -> Say:
    return refused(who.t("This question is no longer there."))


# ---- cards


async def _list_card(ctx: Context, who: Reader) -> Card:
    t = who.t
    waiting = sorted_by_need(await ctx.db.questions.living(), ctx.now, ctx.config.questions)
    if not waiting:
        return Card(parts=(Title(t.line("Questions")), Text(t("Nothing waits. Every question has found its end."))))
    counts = Counter(need for need, _ in waiting)
    summary = " · ".join(f"{t.line(name)} {counts[need]}" for need, name in NEEDS.items() if counts[need])
    lines: list[RichText] = []
    for need, question in waiting[:LISTED]:
        title = shortened(question.title or "…", OPTION)
        named = Link(ctx.chat.link(question.root), title) if question.root else title
        since = t.span(ctx.now - question.asked_at)
        lines.append(rich("• ", named, " ", t("({need}, {span})", need=t.line(NEEDS[need]), span=since)))
    if len(waiting) > LISTED:
        lines.append(t.n("and {n} more question", "and {n} more questions", len(waiting) - LISTED))
    options = tuple(
        Option(str(question.id), shortened(question.title or "…", OPTION)) for _, question in waiting[:LISTED]
    )
    parts: list[Part] = [
        Title(t.line("Questions")),
        Text(rich(Bold(summary))),
        Text(join("\n", lines)),
        Select(action="q_pick", placeholder=t.line("Choose a question…"), options=options),
    ]
    return Card(parts=tuple(parts))


async def _detail_card(ctx: Context, who: Reader, question: Question) -> Card:
    t = who.t
    place = question.place
    parts: list[Part] = [Title(shortened(question.title or "…", OPTION))]
    if question.text:
        parts.append(Quote(shortened(question.text, EXCERPT)))
    asker = await mention_of(ctx, question.asker, place, t) if place and not question.anonymous else None
    since = t.span(ctx.now - question.asked_at)
    asked = t("Asked by {who} {span} ago.", who=asker, span=since) if asker else t("Asked {span} ago.", span=since)
    parts.append(Text(asked))
    if place:
        parts.append(Text(state_text(question, await shown_of(ctx, question, place), t)))
    if said := await invited_text(ctx, question, t):
        parts.append(Text(said))
    home = place.home if place else None
    settings = settings_of(ctx.config, home) if home else None
    buttons = [
        b
        for b in moderator_buttons(ctx, question, t, product=bool(settings and settings.channels.product))
        if not (isinstance(b, Button) and b.action.startswith("q_desk:"))
    ]
    if question.is_living:
        buttons.append(Button(f"q_solve:{question.id}", t.line("✅ Solved")))
    else:
        buttons.append(Button(f"q_reopen:{question.id}", t.line("Open again")))
    buttons.append(Button("q_list", t.line("Back to the list")))
    parts.append(Buttons(tuple(buttons)))
    if question.is_living:
        parts += await _endings(ctx, who, question)
    return Card(parts=tuple(parts))


async def _endings(ctx: Context, who: Reader, question: Question) -> list[Part]:
    t = who.t
    reasons = tuple(Option(reason.value, t.line(REASONS[reason])) for reason in CLOSABLE)
    parts: list[Part] = [
        Select(action=f"q_close:{question.id}", placeholder=t.line("Close it, because…"), options=reasons)
    ]
    others = await _alike(ctx, question)
    if others:
        options = tuple(Option(str(other.id), shortened(other.title or "…", OPTION)) for other in others)
        parts.append(Select(action=f"q_merge:{question.id}", placeholder=t.line("It is the same as…"), options=options))
    parts.append(Footnote(t("Who asked is told kindly, and can open it again.")))
    return parts


async def _alike(ctx: Context, question: Question) -> list[Question]:
    """Return the questions that could be the same: solved ones on the same words first, then all that wait."""
    hits = await ctx.db.knowledge.search(f"{question.title}\n{question.text}", limit=10, exclude=(question.id,))
    found = await ctx.db.questions.of_ids([hit.question_id for hit in hits])
    alike = [found[hit.question_id] for hit in hits if hit.question_id in found]
    alike += [q for q in reversed(await ctx.db.questions.living()) if q.merged_into is None]
    return list({q.id: q for q in alike if q.id != question.id}.values())[:SAME]


FEATURE = Feature(
    "questions.desk",
    routes=(
        command("community", QUESTIONS.name, show_questions),
        press("q_list", show_again),
        press("q_pick", choose),
        press("q_desk", open_desk),
        press("q_close", close_as),
        press("q_merge", merge_into),
    ),
    deeds=DEEDS,
    undoes=UNDOES,
)
