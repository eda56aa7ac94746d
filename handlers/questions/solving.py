"""A question is solved in one tap by who asked, proposed by anybody else, and easily opened again."""

from __future__ import annotations

from chat.answers import Answer, Redraw, Say
from chat.card import Accent, Button, Buttons, Card, Text
from chat.events import ActionPressed
from chat.text import Code
from community.questions.answers import clear_answer
from community.questions.life import (
    Actor,
    CloseReason,
    Question,
    QuestionMessage,
    QuestionState,
    Search,
    close,
    reopen,
    solve,
    unanswered,
    unmark,
)
from handlers.context import Context
from handlers.questions.drafts import pressed_question
from handlers.questions.life_cards import MYSELF, solved_card
from handlers.questions.proposals import not_now, propose_solved
from handlers.questions.steps import root_key, take_step
from handlers.readers import Reader, Refused, arguments, is_moderator, not_yours, note, number, reader, refused
from handlers.routes import Feature, press


async def settle(ctx: Context, question: Question, by: int, answer: int | None, key: str) -> Question:
    """Let a question be solved; where it is clear which message did it, that one is marked."""
    if answer is None and question.answer is None:
        clear = clear_answer(await ctx.db.questions.messages(question.id))
        answer = clear.id if clear else None
    change = solve(question, by, ctx.now, answer)
    return await take_step(ctx, change, key=key) if change else question


# ---- buttons


async def press_solved(ctx: Context, event: ActionPressed) -> Answer:
    """Solve a question by its asker's or a moderator's press; else ask its asker."""
    who, question = await reader(ctx, event), await pressed_question(ctx, event)
    return await solve_for(ctx, who, question, None, event.key)


async def solve_for(
    ctx: Context, who: Reader, question: Question | None, answer: QuestionMessage | None, key: str
) -> Answer:
    """Let somebody say that a question is solved, and by which message: it counts, or it is proposed."""
    if question is None or question.state is QuestionState.DRAFT:
        return refused(who.t("This question is no longer there."))
    if question.state is QuestionState.CLOSED:
        return note(who.t("This question is closed. Open it again first, if it still matters."))
    if not _leads(ctx, who, question):
        return await _proposed_by(ctx, who, question, answer)
    again = question.state is QuestionState.SOLVED and answer is None
    if not again:
        question = await settle(ctx, question, who.member.id, answer.id if answer else None, key)
    return Say(await _solved(ctx, who, question, again=again))


async def _proposed_by(ctx: Context, who: Reader, question: Question, answer: QuestionMessage | None) -> Say:
    t = who.t
    if question.state is QuestionState.SOLVED:
        return note(t("It is solved already."))
    if await propose_solved(ctx, question, answer, by=who):
        return note(t("Thank you! I have asked who asked whether it is solved."), Accent.GOOD)
    return note(t("Thank you! Who asked has been asked about it already, and decides."))


async def say_yes(ctx: Context, event: ActionPressed) -> Answer:
    """Take the asker's word that it is solved, with the answer that was proposed."""
    who, question = await _led(ctx, event)
    if question is None:
        return not_yours(who.t)
    if question.state is QuestionState.CLOSED:
        return Redraw(note(who.t("This question is closed. Open it again first, if it still matters.")).card)
    again = question.state is QuestionState.SOLVED
    if not again:
        answer = await _answer_of(ctx, question, number(arguments(event), 1))
        question = await settle(ctx, question, who.member.id, answer.id if answer else None, event.key)
    return Redraw(await _solved(ctx, who, question, again=again))


async def say_not_yet(ctx: Context, event: ActionPressed) -> Answer:
    """Let a question wait again that was answered, and ask no more for a while."""
    who, question = await _led(ctx, event)
    if question is None:
        return not_yours(who.t)
    await not_now(ctx, question)
    if not question.is_living:
        return Redraw(note(who.t("All right, I leave it as it is.")).card)
    if change := unanswered(question, who.member.id):
        question = await take_step(ctx, change, key=event.key)
    return Redraw(_stays_open(who, question))


def _stays_open(who: Reader, question: Question) -> Card:
    t = who.t
    if question.state is QuestionState.OPEN and question.search is Search.PEERS:
        said = t("All right, it stays open, and I look for somebody else. Say in the thread what is still missing.")
        return note(said).card
    text = Text(t("All right, it stays open. Say in the thread what is still missing."))
    if question.state is not QuestionState.OPEN or question.asker != who.member.id:
        return Card(parts=(text,))
    return Card(parts=(text, Buttons((Button(f"q_find:{question.id}", t.line("Find somebody")),))))


async def say_settled(ctx: Context, event: ActionPressed) -> Answer:
    """Close a question whose asker needs no answer any more."""
    return await _close(ctx, event, CloseReason.OUTDATED)


async def take_back(ctx: Context, event: ActionPressed) -> Answer:
    """Close a question that its asker takes back; what was not posted yet never is."""
    return await _close(ctx, event, CloseReason.WITHDRAWN)


async def _close(ctx: Context, event: ActionPressed, reason: CloseReason) -> Answer:
    who, question = await _led(ctx, event)
    if question is None or (reason is CloseReason.WITHDRAWN and question.asker != who.member.id):
        return not_yours(who.t)
    if change := close(question, who.member.id, reason, ctx.now):
        if question.root is None:
            await ctx.db.outbox.cancel(root_key(question.id))
        await take_step(ctx, change, key=event.key)
        return Redraw(note(who.t("Done: I have closed your question. Nobody is asked any more.")).card)
    return Redraw(note(who.t("This question is settled already.")).card)


async def choose_answer(ctx: Context, event: ActionPressed) -> Answer:
    """Mark the answer that helped, or none."""
    who, question = await _led(ctx, event)
    if question is None:
        return not_yours(who.t)
    if question.state is QuestionState.CLOSED:
        return Redraw(note(who.t("This question is closed. Open it again first, if it still matters.")).card)
    chosen = event.values[0] if event.values else ""
    thanks = note(who.t("Thank you! Whoever has the same question finds it now."), Accent.GOOD)
    if chosen == MYSELF:
        change = unmark(question, who.member.id) or solve(question, who.member.id, ctx.now)
    else:
        answer = await _answer_of(ctx, question, number([chosen], 0))
        if answer is None:
            return Redraw(note(who.t("This answer is no longer there."), Accent.WARM).card)
        change = solve(question, who.member.id, ctx.now, answer.id)
    if change:
        await take_step(ctx, change, key=event.key)
    return Redraw(thanks.card)


# ---- open again


async def press_reopen(ctx: Context, event: ActionPressed) -> Answer:
    """Open a question again, from the card that all see."""
    return await _reopen(ctx, event)


async def say_again(ctx: Context, event: ActionPressed) -> Answer:
    """Open a question again, from a private card that has done its work."""
    said = await _reopen(ctx, event)
    return said if isinstance(said, Refused) else Redraw(said.card)


async def _reopen(ctx: Context, event: ActionPressed) -> Say:
    who, question = await reader(ctx, event), await pressed_question(ctx, event)
    t = who.t
    if question is None or question.state is QuestionState.DRAFT:
        return refused(t("This question is no longer there."))
    if not _leads(ctx, who, question):
        return refused(t("Who asked or a moderator can open it again. You can ask anew with {ask}.", ask=Code("/ask")))
    if change := reopen(question, who.member.id):
        question = await take_step(ctx, change, key=event.key)
        return note(t("It is open again. Say in the thread what is still missing."), Accent.GOOD)
    if question.is_living:
        return note(t("It is open already."))
    return note(t("Its words are gone, so it cannot be opened again. {ask} asks anew.", ask=Code("/ask")), Accent.WARM)


# ---- small things


async def _solved(ctx: Context, who: Reader, question: Question, *, again: bool) -> Card:
    return await solved_card(ctx, who, question, await ctx.db.questions.messages(question.id), again=again)


async def _led(ctx: Context, event: ActionPressed) -> tuple[Reader, Question | None]:
    """Return who pressed, and the question where it is theirs to settle; ids in actions are only ids."""
    who, question = await reader(ctx, event), await pressed_question(ctx, event)
    if question is None or question.state is QuestionState.DRAFT or not _leads(ctx, who, question):
        return who, None
    return who, question


def _leads(ctx: Context, who: Reader, question: Question) -> bool:
    return Actor(who.member.id, is_moderator(who.account, ctx.config)).leads(question)


async def _answer_of(ctx: Context, question: Question, message_id: int | None) -> QuestionMessage | None:
    """Return a message of this question's thread; of no other's, whatever a client sends."""
    found = await ctx.db.questions.message(message_id) if message_id else None
    return found if found is not None and found.question == question.id else None


FEATURE = Feature(
    "questions.solving",
    routes=(
        press("q_solve", press_solved),
        press("q_yes", say_yes),
        press("q_notyet", say_not_yet),
        press("q_settled", say_settled),
        press("q_withdraw", take_back),
        press("q_answer", choose_answer),
        press("q_reopen", press_reopen),
        press("q_again", say_again),
    ),
)
