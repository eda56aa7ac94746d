"""What happens when the card that asks has reached its channel, or never will."""

from __future__ import annotations

from dataclasses import replace

from chat.card import Accent, Button, Buttons, Card, Footnote, Quote, Style, Text
from chat.effects import DirectMessage
from community.questions.life import Question, QuestionState, Search
from community.signals import EffectSettled
from handlers.context import Context
from handlers.public import shortened
from handlers.questions.cards import SHOWN
from handlers.questions.drafts import keep
from handlers.questions.steps import log, root_key, show, stand_in_thread
from handlers.questions.withdraw import ESCALATE, INVITE
from handlers.readers import account_of, as_reader
from handlers.routes import Feature, settled


async def note_posted(ctx: Context, event: EffectSettled) -> None:
    """Open the thread of a question that stands in its channel now."""
    question_id = int(event.effect_key.split(":")[1])
    question = await ctx.db.questions.get(question_id)
    if question is None or question.root is not None:
        return
    if event.ok and event.ref is not None:
        question = await stand_in_thread(ctx, question, event.ref)
        await _catch_up(ctx, question)
        return
    if not question.is_living:  # taken back meanwhile
        return
    await keep(ctx, replace(question, search=Search.OFF, thread=None))
    log(ctx, question, "not_posted", None, event.key, reason=event.reason)
    for timer in (INVITE, ESCALATE):
        await ctx.db.timers.drop(timer, question_id)
    asker = await ctx.db.people.by_id(question.asker) if question.asker is not None else None
    account = account_of(asker, question.account)
    if asker is None or account is None:
        return
    t = as_reader(asker, account, ctx.config).t
    said = t(
        "Your question could not be posted: I may not write there. A moderator has been told. Here are your words:"
    )
    words = Quote(shortened("\n".join(filter(None, (question.title, question.text))), SHOWN))
    buttons = (
        Button(f"q_anyway:{question_id}", t.line("Try again"), Style.PRIMARY),
        Button(f"q_change:{question_id}", t.line("Change it")),
    )
    kept = Footnote(t("I keep your words for a week."))
    card = Card(parts=(Text(said), words, Buttons(buttons), kept), accent=Accent.WARM)
    ctx.db.outbox.add(DirectMessage(account.user, card), key=f"unposted:{root_key(question_id)}", report=True)


async def _catch_up(ctx: Context, question: Question) -> None:
    """Catch up with what came while the card was on its way: it ended, or the time to ask peers passed."""
    if question.state is not QuestionState.OPEN:
        await show(ctx, question)
    elif question.search is Search.PEERS and await ctx.db.timers.due_at(INVITE, question.id) is None:
        await ctx.db.timers.set(INVITE, question.id, ctx.now)


FEATURE = Feature("questions.standing", routes=(settled("question", note_posted),))
