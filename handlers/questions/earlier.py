"""What was answered before, shown to one person: before others are asked, and to whoever looks for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from chat.answers import Answer, Redraw
from chat.card import Accent, Button, Buttons, LinkButton, Part, Text
from chat.events import ActionPressed
from chat.ids import Place
from chat.limits import TITLE
from chat.text import Bold, Mention, MomentStyle, rich
from community.questions.life import CloseReason, Question, QuestionState, close
from handlers.context import Context
from handlers.public import is_closed, mention_of, shortened
from handlers.questions.drafts import forget, gone, pressed_question
from handlers.questions.steps import log, take_step
from handlers.readers import Reader, arguments, not_yours, note, number, reader, zone_of
from handlers.routes import Feature, press

SHOWN_AT_ONCE = 3
LOOKED_AT = 4  # times as many hits are loaded as are shown: some may be opened again or stand where few can read


@dataclass(frozen=True, slots=True)
class Earlier:
    """A solved question that may help."""

    question: Question
    link: str  # to the answer, where one is marked
    answered_by: Mention | None


async def find_earlier(
    ctx: Context,
    who: Reader,
    text: str,
    *,
    most: int,
    likely: bool,
    place: Place | None = None,
    but: Collection[int] = (),
) -> list[Earlier]:
    """Return solved questions that answer a text, best first.

    ``likely``: only what is worth showing to somebody who did not look for it. ``place`` is where it is asked: what
    stands in a channel that not everybody can read is only shown there.
    """
    hits = await ctx.db.knowledge.search(text, limit=most * LOOKED_AT, exclude=but)
    ids = [hit.question_id for hit in hits if hit.likely or not likely]
    known = await ctx.db.questions.of_ids(ids)
    fit = [known[id_] for id_ in ids if id_ in known and _may_be_shown(ctx, known[id_], place)]
    return [await _read(ctx, who, question) for question in fit[:most]]


def _may_be_shown(ctx: Context, question: Question, place: Place | None) -> bool:
    if question.state is not QuestionState.SOLVED or not question.title or question.root is None:
        return False
    stands = question.root.place
    return (place is not None and place.top == stands.top) or not is_closed(ctx, stands, unseen=True)


async def _read(ctx: Context, who: Reader, question: Question) -> Earlier:
    answer = await ctx.db.questions.message(question.answer) if question.answer else None
    ref = answer.ref if answer else question.root
    by = None
    if answer and not (answer.by_asker and question.anonymous):
        home = Place(who.account.user.platform, who.account.user.workspace, "")
        by = await mention_of(ctx, answer.member, home, who.t)
    return Earlier(question, ctx.chat.link(ref) if ref else "", by)


def earlier_parts(ctx: Context, who: Reader, found: Sequence[Earlier], about: int | None = None) -> list[Part]:
    """Return the parts of a card that show solved questions; ``about``: the question that they may settle."""
    t, parts = who.t, list[Part]()
    zone = zone_of(who.member, who.account, ctx.config)
    for each in found:
        question = each.question
        when = t.moment(question.solved_at or question.asked_at, zone, MomentStyle.DATE)
        told = (
            t("Solved {when}, answered by {who}", when=when, who=each.answered_by)
            if each.answered_by
            else t("Solved {when}", when=when)
        )
        parts.append(Text(rich(Bold(shortened(question.title, TITLE)), "\n", told)))
        buttons: list[Button | LinkButton] = [LinkButton(each.link, t.line("Read the answer"))]
        if about is not None:
            buttons.append(Button(f"q_earlier:{about}:{question.id}", t.line("This answered it")))
        parts.append(Buttons(tuple(buttons)))
    return parts


async def settle_by_earlier(ctx: Context, event: ActionPressed) -> Answer:
    """Note that an earlier answer was enough: nobody has to be asked any more."""
    who = await reader(ctx, event)
    question, helped_id = await pressed_question(ctx, event), number(arguments(event), 1)
    if question is None:
        return gone(who)
    if question.asker != who.member.id:
        return not_yours(who.t)
    if not (question.state is QuestionState.DRAFT or question.is_living):
        return Redraw(note(who.t("This question is settled already.")).card)
    helped = await ctx.db.questions.get(helped_id) if helped_id else None
    if helped is None or helped.id == question.id or not _may_be_shown(ctx, helped, question.place):
        return gone(who)  # a client can send any number
    log(ctx, helped, "deflected", who.member.id, f"{question.id}:{event.key}", asked=question.id)
    if question.state is QuestionState.DRAFT:
        await forget(ctx, question)
    elif change := close(question, who.member.id, CloseReason.ANSWERED_EARLIER, ctx.now):
        await take_step(ctx, change, key=event.key)
    said = who.t("Glad that helped! Whoever answered it then has helped twice now.")
    return Redraw(note(said, Accent.GOOD).card)


FEATURE = Feature("questions.earlier", routes=(press("q_earlier", settle_by_earlier),))
