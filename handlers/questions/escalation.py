"""Tells the moderators of a question that nobody has answered, once."""

from __future__ import annotations

from chat.card import Accent, Button, Buttons, Card, Footnote, LinkButton, Part, Quote, Text, Title
from chat.effects import Post
from chat.ids import Place
from chat.text import RichText
from community.questions.life import Question, escalate
from community.signals import TimerDue
from handlers.context import Context
from handlers.public import channel_translator, mention_of, shortened
from handlers.questions.steps import take_step
from handlers.questions.withdraw import ESCALATE
from handlers.readers import settings_of
from handlers.routes import Feature, due
from locales import Translator
from storage.questions.invitations import UNASKED, InvitationState

EXCERPT = 500  # characters of a question that tell what it is about


async def note_silence(ctx: Context, event: TimerDue) -> None:
    """Bring a question without a human reply before the moderators."""
    question = await ctx.db.questions.get(int(event.subject))
    if question is not None:
        await tell_moderators(ctx, question, key=event.key)


async def tell_moderators(ctx: Context, question: Question, *, key: str) -> None:
    """Tell the moderators of a question that needs them; a second time changes nothing."""
    change = escalate(question, ctx.now)
    if change is None:
        return
    question = await take_step(ctx, change, key=key)
    home = question.account.home if question.account else question.root.place.home if question.root else None
    settings = settings_of(ctx.config, home) if home else None
    place = ctx.channel(home, settings.channels.moderators) if home and settings else None
    if place is None:
        return  # it stands in the list of what needs a human
    card = await _card(ctx, question, place, product=bool(settings and settings.channels.product))
    ctx.db.outbox.add(Post(place, card), key=f"escalated:{question.id}:{ctx.now.isoformat()}")


async def _card(ctx: Context, question: Question, place: Place, *, product: bool) -> Card:
    t = channel_translator(ctx, place, ctx.config.language)
    waited = t.span(ctx.now - question.asked_at)
    parts: list[Part] = [
        Title(t.line("A question waits for an answer")),
        Text(await _who(ctx, question, place, t, waited)),
        Quote(shortened(question.title, EXCERPT)),
    ]
    if said := await invited_text(ctx, question, t):
        parts.append(Text(said))
    parts.append(Buttons(moderator_buttons(ctx, question, t, product=product)))
    parts.append(Footnote(t("`/community questions` shows everything that waits.")))
    return Card(parts=tuple(parts), accent=Accent.WARM)


async def _who(ctx: Context, question: Question, place: Place, t: Translator, waited: str) -> RichText:
    asker = None if question.anonymous else await mention_of(ctx, question.asker, place, t)
    if question.first_reply_at is not None:
        if asker:
            return t("{who} asked {span} ago, and the answers have not helped yet.", who=asker, span=waited)
        return t("Somebody asked {span} ago, and the answers have not helped yet.", span=waited)
    if asker:
        return t("{who} asked {span} ago, and nobody has answered yet.", who=asker, span=waited)
    return t("Somebody asked {span} ago, and nobody has answered yet.", span=waited)


async def invited_text(ctx: Context, question: Question, t: Translator) -> RichText | None:
    """Return how far the search for peers has come."""
    about = await ctx.db.invitations.about(question.id)
    invitations = [i for i in about if i.round > UNASKED and i.state is not InvitationState.UNREACHED]
    if not invitations:
        return None
    passed = sum(i.state in (InvitationState.PASSED, InvitationState.PAUSED) for i in invitations)
    silent = sum(i.state is InvitationState.SILENT for i in invitations)
    return t.n(
        "{n} peer was asked ({passed} passed, {silent} did not reply).",
        "{n} peers were asked ({passed} passed, {silent} did not reply).",
        len(invitations),
        passed=passed,
        silent=silent,
    )


def moderator_buttons(
    ctx: Context, question: Question, t: Translator, *, product: bool
) -> tuple[Button | LinkButton, ...]:
    """Return what moderators can do with a question."""
    buttons: list[Button | LinkButton] = []
    if question.root:
        buttons.append(LinkButton(ctx.chat.link(question.root), t.line("Go there")))
    if product and question.handed_over_at is None:
        buttons.append(Button(f"q_handover:{question.id}", t.line("Hand to the product team")))
    buttons.append(Button(f"q_desk:{question.id}", t.line("More…")))
    return tuple(buttons)


FEATURE = Feature("questions.escalation", routes=(due(ESCALATE, note_silence),))
