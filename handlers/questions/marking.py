"""Marks on messages that say something about a question: ✅ and 👀, and the message menu's "This solved it"."""

from __future__ import annotations

from chat.answers import Answer
from chat.card import Accent
from chat.commands import Localised, Menu
from chat.events import MenuUsed, Reacted
from chat.ids import MessageRef
from community.questions.answers import choices, goes_on
from community.questions.life import Question, QuestionMessage, QuestionState
from community.words import tame
from handlers.context import Context
from handlers.questions.endings import asker_of
from handlers.questions.life_cards import which_card
from handlers.questions.proposals import propose_solved, tell_asker
from handlers.questions.solving import settle, solve_for
from handlers.questions.taking import give_back, take
from handlers.readers import note, reader
from handlers.routes import Feature, menu, on

SOLVED_IT = Menu(name="solved_it", label=Localised(en="This solved it", ja="これで解決"))
CHECKS = frozenset("✅☑✔")  # people who mean "solved" take the one that their keyboard offers
EYES = "👀"
_VARIATION = "\ufe0f"


async def use_menu(ctx: Context, event: MenuUsed) -> Answer:
    """Take a message as the one that solved the question in whose thread it stands."""
    who = await reader(ctx, event)
    question, answer = await _found(ctx, event.message)
    if question is None:
        said = who.t("This entry is for answers: use it on a reply in the thread of a question.")
        return note(said, Accent.WARM)
    if answer is None and event.message != question.root:
        answer = await _keep(ctx, question, event)
    return await solve_for(ctx, who, question, answer, event.key)


async def note_reaction(ctx: Context, event: Reacted) -> None:
    """Take a ✅ of the asker's as "solved", and anybody's 👀 on a question as "I am on it"."""
    emoji = event.emoji.replace(_VARIATION, "")
    if (emoji not in CHECKS and emoji != EYES) or ctx.chat.is_bot(event.workspace, event.user.id):
        return
    question, answer = await _found(ctx, event.message)
    member = await ctx.db.people.by_user(event.user)
    if question is None or member is None or member.is_bot or question.state is QuestionState.DRAFT:
        return
    if emoji == EYES:
        if answer is None and event.message == question.root:
            await (take if event.on else give_back)(ctx, question, member, event.user, key=event.key)
    elif event.on and member.id == question.asker and question.anonymous:
        if question.is_living:  # acting on it in public would tell who asked
            await propose_solved(ctx, question, answer, by=None)
    elif event.on and member.id == question.asker:
        await _check(ctx, question, answer, member.id, event.key)


async def _check(ctx: Context, question: Question, answer: QuestionMessage | None, by: int, key: str) -> None:
    if question.state is QuestionState.CLOSED:
        return
    before = question
    question = await settle(ctx, question, by, answer.id if answer else None, key)
    if before.state is QuestionState.SOLVED or question.answer is not None:
        return
    messages = await ctx.db.questions.messages(question.id)
    if choices(messages) and (asker := await asker_of(ctx, question)):
        card = await which_card(ctx, asker, question, messages)
        tell_asker(ctx, question, asker, card, key=f"qwhich:{question.id}:{key}")


async def _found(ctx: Context, ref: MessageRef) -> tuple[Question | None, QuestionMessage | None]:
    """Return the question that a message asks or belongs to, and the message where it is kept."""
    if question := await ctx.db.questions.by_root(ref):
        return question, None
    if said := await ctx.db.questions.message_at(ref):
        question = await ctx.db.questions.get(said.question)
        return question, None if question and goes_on(question, said) else said
    return await ctx.db.questions.in_thread(ref.place), None


async def _keep(ctx: Context, question: Question, event: MenuUsed) -> QuestionMessage | None:
    """Keep an answer that was given before the question was known; a bot's is none."""
    author = await ctx.db.people.by_user(event.author) if event.author else None
    if author is None or author.is_bot or event.author is None or ctx.chat.is_bot(event.workspace, event.author.id):
        return None
    kept = QuestionMessage(
        question=question.id,
        member=author.id,
        ref=event.message,
        text=tame(event.text),
        at=ctx.now,
        by_asker=author.id == question.asker,
    )
    await ctx.db.questions.add_message(kept)
    return await ctx.db.questions.message_at(event.message)


FEATURE = Feature(
    "questions.marking",
    routes=(menu("solved_it", use_menu), on(Reacted, note_reaction)),
    menus=(SOLVED_IT,),
)
