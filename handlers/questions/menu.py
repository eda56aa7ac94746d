"""“Ask the community” in the menu of a message: it becomes a question where it stands."""

from __future__ import annotations

from datetime import timedelta

from chat.answers import Answer, Say
from chat.card import Accent, Card, Part, Text
from chat.commands import Localised, Menu
from chat.events import MenuUsed
from chat.ids import UserRef, thread_of
from chat.text import Code, RichText
from community.question_life import Question, Search, Via
from community.questions import Substance, has_substance, title_of
from community.questions_text import language_of
from community.words import tame
from handlers.context import Context
from handlers.questions.ask_form import TITLE, WHAT_TO_DO
from handlers.questions.cards import shortened
from handlers.questions.earlier import SHOWN_AT_ONCE, earlier_parts, find_earlier
from handlers.questions.offers import start_search, started_card
from handlers.questions.steps import stand_in_thread, watch_question
from handlers.readers import Reader, is_moderator, note, reader
from handlers.routes import Feature, menu

ASK_COMMUNITY = Menu(name="ask_community", label=Localised(en="Ask the community", ja="みんなに質問する"))
STILL_IN_A_MENU = timedelta(hours=1)  # a menu that was opened before the message went is not open longer


async def ask_community(ctx: Context, event: MenuUsed) -> Answer:
    """Make a message a question, for its writer or for a moderator who does it for them."""
    who = await reader(ctx, event)
    t = who.t
    if not ctx.config.questions.enabled:
        return note(t("Questions are switched off here. The moderators are happy to help."), Accent.WARM)
    asker = await _writer(ctx, event)
    refused = _why_not_theirs(ctx, who, event, asker) or await _why_not_it(ctx, who, event)
    if refused is not None:
        return note(refused, Accent.WARM)
    question = await ctx.db.questions.by_root(event.message)
    if question is not None:
        if not question.is_living or question.search is not Search.OFF:
            return note(t("This is a question already. How it stands is said in its thread."))
        await start_search(ctx, question, who.member.id, event.key)
    elif asker is not None:
        text = tame(event.text)
        question = await watch_question(ctx, _question_of(event, asker, text, t.line("A question"), ctx), key=event.key)
        if question is not None:
            question = await stand_in_thread(ctx, question, event.message)
    if question is None:
        return note(t("This is a question already. How it stands is said in its thread."))
    return Say(await _card(ctx, who, question))
