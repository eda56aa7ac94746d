"""Notices questions in question channels. Everything it says is private; in public it says nothing unasked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from chat.events import MessagePosted
from chat.ids import PlaceInfo, thread_of
from community.questions.answers import goes_on, in_one, own_words
from community.questions.finding import Recognition, Substance, has_substance, recognise, title_of
from community.questions.life import Question, QuestionMessage, Via
from community.words import tame
from handlers.context import Context
from handlers.public import shortened
from handlers.questions.ask_form import TITLE
from handlers.questions.earlier import SHOWN_AT_ONCE, find_earlier
from handlers.questions.offers import offer_help
from handlers.questions.places import question_channel
from handlers.questions.steps import watch_question
from handlers.quiet.pause import rests
from handlers.readers import Reader, as_reader
from handlers.routes import Feature, on
from locales import translator
from storage.held import questions as held_questions

TOO_OLD = timedelta(hours=3)  # found while catching up: an offer now would be odd


async def notice(ctx: Context, event: MessagePosted) -> None:
    """Watch over a message that asks the community, and offer its asker help in private."""
    info = question_channel(ctx, event.message.place)
    if info is None or not _opens(event, info):
        return
    who = await _asker(ctx, event)
    if who is None or (info.kind != "forum" and await _goes_on(ctx, who, event)):
        return
    text = "\n".join(filter(None, (event.title, event.text)))
    found = recognise(text, opens=True, names_somebody=bool(event.mentions))
    if not (found.is_question if info.kind == "forum" else found.offer):
        return
    who = _spoken_to(who, found.language)
    question = _question_of(who, event, found)
    if has_substance(text, event.files) is not Substance.ENOUGH or not question.title:
        return
    stored = await watch_question(ctx, question, key=event.key)
    if stored is None or ctx.now - event.at > TOO_OLD or rests(ctx):
        return
    place = event.message.place
    earlier = await find_earlier(ctx, who, text, most=SHOWN_AT_ONCE, likely=True, place=place, but=(stored.id,))
    await offer_help(ctx, who, stored, earlier, event.key)


async def _asker(ctx: Context, event: MessagePosted) -> Reader | None:
    """Return who wrote, where that is a person and questions are looked for."""
    settings = ctx.config.questions
    if not (settings.enabled and settings.watch_channels) or event.by_bot or event.direct:
        return None
    if ctx.chat.is_bot(event.workspace, event.author.id):
        return None
    member = await ctx.db.people.ensure(event.author, event.author_name, event.at)
    account = next(a for a in member.accounts if a.user == event.author)
    return None if member.is_bot else as_reader(member, account, ctx.config)


def _spoken_to(who: Reader, language: str) -> Reader:
    """Speak the language of the question to somebody of whom no other is known: Discord tells it with a click only."""
    known = who.member.language or who.account.locale
    return who if known else replace(who, t=translator(language))


def _opens(event: MessagePosted, info: PlaceInfo) -> bool:
    """Say whether a message opens a conversation: in a channel by itself, or as the first one of a forum post."""
    thread = event.message.place.thread
    if info.kind == "forum":
        return thread == event.message.id  # a forum post has the id of the message that it begins with
    return thread is None and event.reply_to is None


async def _goes_on(ctx: Context, who: Reader, event: MessagePosted) -> bool:
    """Add a message to the question that its writer has just asked in the same channel."""
    words = tame(event.text)
    for question in reversed(await ctx.db.questions.asked_by(who.member.id, living=True)):
        said = QuestionMessage(
            question=question.id, member=who.member.id, ref=event.message, text=words, at=event.at, by_asker=True
        )
        if not words.strip() or not goes_on(question, said):
            continue
        breath = [m for m in await ctx.db.questions.messages(question.id) if goes_on(question, m)]
        if await ctx.db.questions.add_message(said) is not None:  # else it was read twice
            own = own_words(question, breath)
            await ctx.db.questions.save(replace(question, text=in_one(own, sorted([*breath, said], key=_when))))
        return True
    return False


def _when(message: QuestionMessage) -> datetime:
    return message.at


def _question_of(who: Reader, event: MessagePosted, found: Recognition) -> Question:
    given = " ".join(tame(event.title).split())
    return Question(
        asker=who.member.id,
        account=event.author,
        via=Via.CHANNEL,
        title=shortened(given, TITLE) if given else " ".join(tame(title_of(event.text, TITLE)).split()),
        text=tame(event.text),
        language=found.language,
        asked_at=event.at,
        root=event.message,
        thread=thread_of(event.message),
    )


FEATURE = Feature("questions.channel", stores=held_questions.HELD, routes=(on(MessagePosted, notice),))
