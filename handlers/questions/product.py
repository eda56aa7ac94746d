"""Hands a question to the product team's channel, and brings the team's answer back to who asked."""

from __future__ import annotations

from dataclasses import replace

from chat.answers import Answer, Invalid, OpenForm, Redraw, Say
from chat.card import Accent, Button, Buttons, Card, LinkButton, Part, Quote, Style, Text, Title
from chat.effects import Post
from chat.events import ActionPressed, FormSubmitted
from chat.form import Form, Paragraph
from chat.ids import MessageRef, Place
from chat.text import rich
from community.questions.life import Question, QuestionMessage, QuestionState, hand_over, reply
from community.signals import EffectSettled
from community.words import tame
from handlers.context import Context
from handlers.previews import preview_card
from handlers.public import channel_translator, mention_of, shortened
from handlers.questions.deeds import handover_key
from handlers.questions.drafts import pressed_question
from handlers.questions.relay import bring, nameless_asker
from handlers.questions.steps import log, take_step
from handlers.readers import Reader, arguments, is_moderator, note, number, reader, refused, settings_of
from handlers.routes import Feature, form, press, settled

ANSWER = 2500  # characters; the card must hold it
EXCERPT = 1500
LEAST = 2  # characters of an answer that says something


async def hand_to_product(ctx: Context, event: ActionPressed) -> Answer:
    """Bring a question before the product team."""
    who = await reader(ctx, event)
    t = who.t
    question = await _question(ctx, event)
    place = product_place(ctx, question) if question else None
    if question is None or place is None:
        said = t("There is no channel of the product team yet: set `product` under channels in the settings.")
        return note(said, Accent.WARM)
    change = hand_over(question, who.member.id, ctx.now)
    if change is not None and arguments(event)[1:2] != ["go"]:
        info = ctx.chat.place(place.home, place.channel)
        would = t("The question would be posted in {channel}, where the product team reads and answers it.",
                  channel=f"#{info.name}" if info else "…")  # fmt: skip
        return Say(preview_card(t, would, do=f"q_handover:{question.id}:go"))
    if change is None:
        return note(t("It is with the product team already, or it has ended."), Accent.WARM)
    question = await take_step(ctx, change, key=event.key)
    ctx.db.outbox.add(Post(place, await _product_card(ctx, question, place)), key=handover_key(question))
    said = t("Done: the product team can read it now, and its answer comes back into the thread.")
    return Redraw(note(said, Accent.GOOD).card)


def product_place(ctx: Context, question: Question) -> Place | None:
    """Return the product team's channel beside a question, where there is one."""
    home = question.place.home if question.place else None
    settings = settings_of(ctx.config, home) if home else None
    return ctx.channel(home, settings.channels.product) if home and settings else None


async def _product_card(ctx: Context, question: Question, place: Place) -> Card:
    t = channel_translator(ctx, place, ctx.config.language)
    asker = None if question.anonymous else await mention_of(ctx, question.asker, place, t)
    words = "\n".join(filter(None, (question.title, question.text)))
    buttons: list[Button | LinkButton] = [Button(f"q_product:{question.id}", t.line("Answer"), Style.PRIMARY)]
    if question.root:
        buttons.append(LinkButton(ctx.chat.link(question.root), t.line("Go there")))
    asked = t("{who} asks, and the community would like to hear from you:", who=asker or t.line("Somebody"))
    parts: list[Part] = [
        Title(t.line("A question for the product team")),
        Text(asked),
        Quote(shortened(words or "…", EXCERPT)),
        Buttons(tuple(buttons)),
    ]
    return Card(parts=tuple(parts), accent=Accent.WARM)


async def open_answer(ctx: Context, event: ActionPressed) -> Answer:
    """Open the form for the product team's answer."""
    who = await reader(ctx, event)
    question = await _question(ctx, event)
    if question is None or not _may_answer(ctx, who, question, event.place):
        return _not_here(who)
    return OpenForm(_form(who, question.id))


async def take_answer(ctx: Context, event: FormSubmitted) -> Answer:
    """Post the product team's answer into the question's thread."""
    who = await reader(ctx, event)
    question = await _question(ctx, event)
    if question is None or question.thread is None or not _may_answer(ctx, who, question, event.place):
        return _not_here(who)
    typed = event.values.get("answer", "")
    words = tame(typed) if isinstance(typed, str) else ""
    if len(words) < LEAST or shortened(words, ANSWER) != words:
        said = who.t.line("Please write an answer of up to {limit} characters.", limit=ANSWER)
        return Invalid({"answer": said}, _form(who, question.id).filled(event.values))
    thread = question.thread
    draft = QuestionMessage(
        question=question.id, member=who.member.id, ref=MessageRef(thread, event.key), text=words, at=ctx.now
    )
    message_id = await ctx.db.questions.add_message(draft)
    if message_id is None:
        return note(who.t("This answer is on its way already."))
    change = reply(question, who.member.id, ctx.now)
    question = replace(change.question if change else question, product_reply_at=question.product_reply_at or ctx.now)
    if change:
        question = await take_step(ctx, replace(change, question=question), key=event.key)
    else:
        await ctx.db.questions.save(question)
    log(ctx, question, "product_replied", who.member.id, event.key)
    t = channel_translator(ctx, thread, question.language)
    asker = None if question.anonymous else await mention_of(ctx, question.asker, thread, t)
    head = t("{who}, the product team answers:", who=asker) if asker else t("The product team answers:")
    card = Card(
        parts=(Text(rich(head)), Quote(words)),
        accent=Accent.GOOD,
        notify=(asker.user,) if asker else (),
    )
    ctx.db.outbox.add(Post(thread, card), key=f"product:{message_id}", report=True)
    return note(who.t("Thank you! Your answer is on its way into the thread."), Accent.GOOD)


async def note_posted(ctx: Context, event: EffectSettled) -> None:
    """Note where the product team's answer stands, so that it can be linked to."""
    message_id = number(event.effect_key.split(":"), 1)
    if not event.ok or event.ref is None or message_id is None:
        return
    await ctx.db.questions.place_message(message_id, event.ref)
    said = await ctx.db.questions.message(message_id)
    question = await ctx.db.questions.get(said.question) if said else None
    if said is None or question is None or not question.anonymous:
        return
    if who := await nameless_asker(ctx, question):  # nobody could be called in the thread
        bring(ctx, who, question, said, who.t("The product team answers:"))


def _may_answer(ctx: Context, who: Reader, question: Question, place: Place | None) -> bool:
    """Say whether somebody speaks for the product team: who is in its channel, and the moderators."""
    channel = product_place(ctx, question)
    return is_moderator(who.account, ctx.config) or (
        place is not None and channel is not None and place.top == channel.top
    )


async def _question(ctx: Context, event: ActionPressed | FormSubmitted) -> Question | None:
    question = await pressed_question(ctx, event)
    return question if question and question.state is not QuestionState.DRAFT else None


def _form(who: Reader, question_id: int) -> Form:
    t = who.t
    return Form(
        id=f"q_product:{question_id}",
        title=t.line("Answer the question"),
        fields=(
            Paragraph(
                key="answer",
                label=t.line("The product team's answer"),
                hint=t.line("It is posted in the question's thread."),
                max_length=ANSWER,
            ),
        ),
        submit=t.line("Send"),
        cancel=t.line("Cancel"),
    )


def _not_here(who: Reader) -> Say:
    return refused(who.t("Answers of the product team are given from its own channel."))


FEATURE = Feature(
    "questions.product",
    routes=(
        press("q_handover", hand_to_product),
        press("q_product", open_answer, opens_form=True),
        form("q_product", take_answer),
        settled("product", note_posted),
    ),
)
