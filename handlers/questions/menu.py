"""“Ask the community” in the menu of a message: it becomes a question where it stands."""

from __future__ import annotations

from chat.answers import Answer, Say
from chat.card import Accent, Card, Part, Text
from chat.commands import Localised, Menu
from chat.events import MenuUsed
from chat.ids import thread_of
from chat.text import Code, RichText
from community.questions.finding import Substance, has_substance, title_of
from community.questions.life import Question, Search, Via
from community.questions.text import language_of
from community.words import tame
from handlers.context import Context
from handlers.public import shortened
from handlers.questions.ask_form import SWITCHED_OFF, TITLE, WHAT_TO_DO
from handlers.questions.earlier import SHOWN_AT_ONCE, earlier_parts, find_earlier
from handlers.questions.offers import may_search, start_search, started_card
from handlers.questions.places import just_deleted, may_write
from handlers.questions.steps import log, stand_in_thread, watch_question
from handlers.readers import Reader, as_reader, is_moderator, note, reader, refused
from handlers.routes import Feature, menu

ASK_COMMUNITY = Menu(name="ask_community", label=Localised(en="Ask the community", ja="みんなに質問する"))


async def ask_community(ctx: Context, event: MenuUsed) -> Answer:
    """Make a message a question, for its writer or for a moderator who does it for them."""
    who = await reader(ctx, event)
    t = who.t
    if not ctx.config.questions.enabled:
        return note(t(SWITCHED_OFF), Accent.WARM)
    asker = await _writer(ctx, event)
    if asker is not None and asker.member.id != who.member.id and not is_moderator(who.account, ctx.config):
        return refused(
            t(
                "These are somebody else's words, so they decide. You could tell them: the menu of their message has "
                "“Ask the community”, and I find people who may know."
            )
        )
    if why_not := await _why_not(ctx, who, event, asker):
        return note(why_not, Accent.WARM)
    question = await ctx.db.questions.by_root(event.message)
    if question is not None:
        if not question.is_living or not may_search(question):
            return note(t("This is a question already. How it stands is said in its thread."))
        await start_search(ctx, question, who.member.id, event.key)
    elif asker is not None:
        question = await watch_question(ctx, _question_of(ctx, event, asker), key=event.key)
        if question is not None:
            question = await stand_in_thread(ctx, question, event.message)
    if question is None:
        return note(t("This is a question already. How it stands is said in its thread."))
    return Say(await _card(ctx, who, question))


async def _writer(ctx: Context, event: MenuUsed) -> Reader | None:
    """Return who wrote the message, where that is a person."""
    if event.author is None or ctx.chat.is_bot(event.workspace, event.author.id):
        return None
    if event.author == event.user:
        return await reader(ctx, event)
    member = await ctx.db.people.ensure(event.author, "", ctx.now)
    account = next(a for a in member.accounts if a.user == event.author)
    return None if member.is_bot else as_reader(member, account, ctx.config)


async def _why_not(ctx: Context, who: Reader, event: MenuUsed, asker: Reader | None) -> RichText | None:
    t, message = who.t, event.message
    if asker is None:
        return t("A bot wrote this, and I cannot ask for it. {ask} asks in your own words.", ask=Code("/ask"))
    if await just_deleted(ctx, message):
        return t("This message has just been deleted.")
    if not may_write(ctx, message.place):
        return t("I cannot write here. Invite me to this channel, or ask by {ask}.", ask=Code("/ask"))
    around = await ctx.db.questions.in_thread(message.place)
    if around is not None and around.root != message:
        return t("This belongs to a question already: how that one stands is said in its thread.")
    said = has_substance(event.text)
    if said is Substance.NOTHING:
        return t("I can only pass on words. Please add a sentence to your message, or ask by {ask}.", ask=Code("/ask"))
    return None if said is Substance.ENOUGH else t(WHAT_TO_DO[said])


def _question_of(ctx: Context, event: MenuUsed, asker: Reader) -> Question:
    text = tame(event.text)
    title = " ".join(title_of(text, TITLE).split()) or shortened(" ".join(text.split()), TITLE)
    return Question(
        asker=asker.member.id,
        account=asker.account.user,
        via=Via.MENU,
        search=Search.PEERS,
        title=title,
        text=text,
        language=language_of(text),
        asked_at=ctx.now,
        root=event.message,
        thread=thread_of(event.message),
    )


async def _card(ctx: Context, who: Reader, question: Question) -> Card:
    """Return what happens now, and what was answered before."""
    words = f"{question.title}\n{question.text}"
    place = question.root.place if question.root else None
    found = await find_earlier(ctx, who, words, most=SHOWN_AT_ONCE, likely=True, place=place, but=(question.id,))
    card = started_card(who)
    if not found:
        return card
    log(ctx, question, "shown_earlier", who.member.id, "menu", n=len(found))
    about = question.id if question.asker == who.member.id else None
    earlier: tuple[Part, ...] = (
        Text(who.t("Something like this was answered before:")),
        *earlier_parts(ctx, who, found, about),
    )
    return Card(parts=(*card.parts, *earlier), accent=card.accent)


FEATURE = Feature("questions.menu", routes=(menu("ask_community", ask_community),), menus=(ASK_COMMUNITY,))
