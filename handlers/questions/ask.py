"""``/ask``: a form, a look at what was answered before, and the question in its channel."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chat.answers import Answer, Invalid, OpenForm, Redraw, Say
from chat.card import Accent, Button, Buttons, Card, Footnote, LinkButton, Part, Quote, Style, Text, Title
from chat.commands import Command, CommandOption, Localised
from chat.events import ActionPressed, CommandUsed, FormSubmitted
from chat.form import Form
from chat.ids import Place, PlaceInfo
from chat.text import ChannelLink, Code, RichText
from community.questions.life import Question, QuestionState, Via
from community.questions.text import language_of
from handlers.context import Context
from handlers.public import shortened
from handlers.questions.ask_form import SWITCHED_OFF, Asked, ask_form, begun, errors_of, filled_from, read_form
from handlers.questions.cards import SHOWN
from handlers.questions.drafts import DRAFT_OVER, forget, gone, keep, pressed_question
from handlers.questions.earlier import SHOWN_AT_ONCE, Earlier, earlier_parts, find_earlier
from handlers.questions.places import where_to_ask
from handlers.questions.steps import log, post_question, root_key
from handlers.readers import Reader, arguments, not_yours, note, number, reader
from handlers.routes import Feature, command, form, press

ASK = Command(
    name="ask",
    description=Localised(en="Ask the community a question", ja="コミュニティに質問する"),
    options=(
        CommandOption(
            name="question",
            description=Localised(
                en="Your question, if you like; a form opens", ja="質問（なくてもフォームが開きます）"
            ),
        ),
    ),
)
AN_HOUR = 10  # questions of one member in an hour: nobody asks that many and reads the answers
TWICE_WITHIN = timedelta(minutes=10)  # the same words again this soon are a form that was sent twice


async def open_form(ctx: Context, event: CommandUsed) -> Answer:
    """Open the form, with what was typed already."""
    who = await reader(ctx, event)
    blank = ask_form(who, ctx.config, event.place)
    filled = begun(blank, event.options.get("question", "") or event.text)
    if not ctx.config.questions.enabled:
        return note(who.t(SWITCHED_OFF), Accent.WARM)
    if where_to_ask(ctx, event.workspace, event.place, None) is None:
        return await _nowhere(ctx, who, filled)
    return OpenForm(filled)


async def _nowhere(ctx: Context, who: Reader, filled: Form) -> Say:
    parts: list[Part] = [Text(no_channel(who))]
    typed = "\n".join(str(getattr(field, "value", "")) for field in filled.fields[:2]).strip()
    if typed:
        kept = await ctx.db.drafts.keep(who.account.user, filled, ctx.now)
        parts += [
            Quote(shortened(typed, SHOWN)),
            Buttons((Button(f"draft:{kept}", who.t.line("Open the form again"), Style.PRIMARY),)),
        ]
    return Say(Card(parts=tuple(parts), accent=Accent.WARM))


def no_channel(who: Reader) -> RichText:
    """Return what to do where a workspace has no question channel that the bot can post in."""
    return who.t(
        "There is no question channel here that I can post in. A moderator can name one under {key} and let me in.",
        key=Code("channels.questions"),
    )


async def submit(ctx: Context, event: FormSubmitted) -> Answer:
    """Take a question: say what must be done about it, show what was answered before, or post it."""
    who = await reader(ctx, event)
    blank = _blank(ctx, who, event)
    asked = read_form(event.values, ctx.config)
    if errors := errors_of(asked, who, ctx.config):
        return Invalid(errors, blank.filled(event.values))
    before = await _before(ctx, who, event, asked)
    if isinstance(before, Say):
        return before
    if before is None and await _asked_lately(ctx, who) >= AN_HOUR:
        said = who.t.line("That is a lot of questions for one hour. Give people a little time; your words stay here.")
        return Invalid({"title": said}, blank.filled(event.values))
    info = where_to_ask(ctx, event.workspace, _typed_in(event), asked.topic)
    if info is None:
        return Invalid({"title": no_channel(who).plain()}, blank.filled(event.values))
    question = Question(
        id=before.id if before else 0,
        asker=who.member.id,
        account=who.account.user,
        anonymous=asked.anonymous,
        via=Via.FORM,
        title=asked.title,
        text=asked.text,
        topic=asked.topic,
        level=asked.level,
        language=language_of(asked.words),
        asked_at=ctx.now,
        thread=info.place,  # while it is a draft: the channel that it is meant for
    )
    found = await find_earlier(ctx, who, asked.words, most=SHOWN_AT_ONCE, likely=True, place=info.place)
    if not found:
        return await _post(ctx, who, question, info, event.key)
    draft = await keep(ctx, question)
    log(ctx, draft, "shown_earlier", who.member.id, event.key, n=len(found))
    return Say(_earlier_card(ctx, who, draft, found))


async def _before(ctx: Context, who: Reader, event: FormSubmitted, asked: Asked) -> Question | Say | None:
    """Return the draft that a form changes or repeats; a word to its writer where it is posted already."""
    draft_id = number(arguments(event), 0)
    before = await ctx.db.questions.get(draft_id) if draft_id else None
    if before is not None and before.asker != who.member.id:
        return not_yours(who.t)
    before = before or await _same(ctx, who, asked)
    if before is not None and before.state is not QuestionState.DRAFT:
        return _asked_already(ctx, who, before)
    return before


def _blank(ctx: Context, who: Reader, event: FormSubmitted) -> Form:
    return ask_form(who, ctx.config, _typed_in(event), number(arguments(event), 0) or 0)


def _typed_in(event: FormSubmitted) -> Place | None:
    told = [*arguments(event), "", ""][1]
    return Place(event.workspace.platform, event.workspace.id, told) if told else None


async def _asked_lately(ctx: Context, who: Reader) -> int:
    asked = await ctx.db.questions.asked_by(who.member.id)
    return sum(q.via is Via.FORM and ctx.now - q.asked_at < timedelta(hours=1) for q in asked)


async def _same(ctx: Context, who: Reader, asked: Asked) -> Question | None:
    """Return what the same member asked in the same words a moment ago."""
    recent = [q for q in await ctx.db.questions.asked_by(who.member.id) if ctx.now - q.asked_at <= TWICE_WITHIN]
    return next((q for q in recent if (q.title, q.text) == (asked.title, asked.text)), None)


def _asked_already(ctx: Context, who: Reader, question: Question) -> Say:
    parts: list[Part] = [Text(who.t("This question is asked already. I have not asked it twice."))]
    if question.root is not None:
        parts.append(Buttons((LinkButton(ctx.chat.link(question.root), who.t.line("To the question")),)))
    return Say(Card(parts=tuple(parts)))


def _earlier_card(ctx: Context, who: Reader, draft: Question, found: list[Earlier]) -> Card:
    t = who.t
    buttons = (
        Button(f"q_anyway:{draft.id}", t.line("Ask anyway"), Style.PRIMARY),
        Button(f"q_change:{draft.id}", t.line("Change it")),
    )
    parts: tuple[Part, ...] = (
        Title(t.line("Something like this was answered before")),
        *earlier_parts(ctx, who, found, about=draft.id),
        Text(t("Not what you meant? Your question is ready: “{title}”", title=draft.title)),
        Buttons(buttons),
        Footnote(t("Nothing has been posted yet. I keep your words for a week.")),
    )
    return Card(parts=parts, accent=Accent.WARM)


# ---- from draft to question


async def ask_anyway(ctx: Context, event: ActionPressed) -> Answer:
    """Post a draft whose writer has looked at the earlier answers."""
    who = await reader(ctx, event)
    draft = await pressed_question(ctx, event)
    if draft is None:
        return gone(who)
    if draft.asker != who.member.id:
        return not_yours(who.t)
    if draft.state is not QuestionState.DRAFT:
        return Redraw(_asked_already(ctx, who, draft).card)
    home = draft.account.home if draft.account else event.workspace
    info = where_to_ask(ctx, home, draft.thread, draft.topic)
    if info is None:
        return note(no_channel(who), Accent.WARM)
    return Redraw((await _post(ctx, who, draft, info, event.key)).card)


async def change(ctx: Context, event: ActionPressed) -> Answer:
    """Open the form again as the draft was written."""
    who = await reader(ctx, event)
    draft = await pressed_question(ctx, event)
    if draft is None:
        return gone(who)
    if draft.asker != who.member.id:
        return not_yours(who.t)
    if draft.state is not QuestionState.DRAFT:
        return _asked_already(ctx, who, draft)
    return OpenForm(filled_from(ask_form(who, ctx.config, draft.thread, draft.id), draft))


async def _post(ctx: Context, who: Reader, question: Question, info: PlaceInfo, key: str) -> Say:
    question = replace(question, thread=None)
    if question.id:
        await ctx.db.timers.drop(DRAFT_OVER, question.id)
        if await ctx.db.outbox.holds(root_key(question.id)):  # it could not be posted once; its key is used up
            await forget(ctx, question)
            question = replace(question, id=0)
    await post_question(ctx, question, info.place, key=key)
    t = who.t
    channel = ChannelLink(info.place, info.name)
    parts: list[Part] = [Text(t("Your question goes to {channel}.", channel=channel))]
    if question.anonymous:
        parts.append(Text(t("Nobody sees that it is yours. I bring you every reply in private, and you can answer.")))
    else:
        parts.append(
            Text(t("Answers go into its thread. I also look for people who may know, and ask them in private."))
        )
    parts.append(Footnote(t("When it is solved, press ✅ there: others will find it.")))
    return Say(Card(parts=tuple(parts), accent=Accent.GOOD))


FEATURE = Feature(
    "questions.ask",
    routes=(
        command("ask", "", open_form, opens_form=True),
        form("ask", submit),
        press("q_anyway", ask_anyway),
        press("q_change", change, opens_form=True),
    ),
)
