"""Tells who asked how their question ended, when somebody else ended it; and those whose question was the same."""

from __future__ import annotations

from chat.card import Accent, Button, Buttons, Card, LinkButton, Part, Quote, Text
from chat.effects import DirectMessage
from community.questions.life import Change, Question
from handlers.context import Context
from handlers.public import shortened
from handlers.questions.cards import REASONS
from handlers.readers import Reader, as_reader

EXCERPT = 300


async def tell_ending(ctx: Context, change: Change, *, key: str) -> None:
    """Tell the asker of a question that a moderator closed or merged; and of one that is solved, its duplicates'."""
    question = change.question
    if change.kind == "solved":
        for other in await ctx.db.questions.merged_with(question.id):
            await _tell_solved(ctx, other, question)
    if change.kind not in ("closed", "merged") or change.actor in (None, question.asker):
        return
    who = await asker_of(ctx, question)
    if who is None:
        return
    t = who.t
    parts: list[Part] = [Text(t("Your question was closed by a moderator:")), Quote(_words(question))]
    if question.close_reason:
        parts.append(Text(t("{reason} Nothing is lost: you can open it again.", reason=t.line(_reason(question)))))
    into = await ctx.db.questions.get(question.merged_into) if question.merged_into else None
    buttons: list[Button | LinkButton] = []
    if into and into.root:
        buttons.append(LinkButton(ctx.chat.link(into.root), t.line("To that question")))
    buttons.append(Button(f"q_reopen:{question.id}", t.line("Open again")))
    parts.append(Buttons(tuple(buttons)))
    card = Card(parts=tuple(parts), accent=Accent.WARM)
    ctx.db.outbox.add(DirectMessage(who.account.user, card), key=f"qended:{question.id}:{key}", report=True)


async def _tell_solved(ctx: Context, duplicate: Question, solved: Question) -> None:
    who = await asker_of(ctx, duplicate)
    if who is None or duplicate.asker == solved.asker:
        return
    t = who.t
    parts: list[Part] = [Text(t("A question like yours has been solved:")), Quote(_words(solved))]
    answer = await ctx.db.questions.message(solved.answer) if solved.answer else None
    where = answer.ref if answer else solved.root
    if where:
        parts.append(Buttons((LinkButton(ctx.chat.link(where), t.line("To the answer")),)))
    card = Card(parts=tuple(parts), accent=Accent.GOOD)
    ctx.db.outbox.add(DirectMessage(who.account.user, card), key=f"qsame:{duplicate.id}:{solved.id}", report=True)


async def asker_of(ctx: Context, question: Question) -> Reader | None:
    """Return who asked, where they can be written to."""
    member = await ctx.db.people.by_id(question.asker) if question.asker is not None else None
    if member is None:
        return None
    account = next((a for a in member.accounts if a.user == question.account and a.left_at is None), None)
    account = account or next((a for a in member.accounts if a.left_at is None), None)
    return as_reader(member, account, ctx.config) if account else None


def _words(question: Question) -> str:
    return shortened(question.title or "…", EXCERPT)


def _reason(question: Question) -> str:
    return REASONS[question.close_reason] if question.close_reason else ""
