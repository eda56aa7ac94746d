"""What a deed was done to, by the name that people know it by."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime

from chat.text import Code, Mention, RichText
from community.settings.knob_list import of_key
from handlers.context import Context
from handlers.knob_words import LANGUAGE_NAMES, named, today_of, workspace_in
from handlers.public import shortened
from handlers.readers import Reader, account_at, name_of

WORDS = 80  # characters of a value: the record is read for who and what, the whole value stands in the settings


async def mention_in(ctx: Context, member_id: int | None, who: Reader) -> Mention | None:
    """Return a member by the account that is at home where the reader is; none: not known, or erased."""
    member = await ctx.db.people.by_id(member_id) if member_id is not None else None
    account = account_at(member, who.account.user.home) if member else None
    return Mention(account.user, name_of(account, who.t)) if account else None


async def subject_of(ctx: Context, who: Reader, subject: str) -> RichText:
    """Return what something was done to."""
    kind, _, rest = subject.partition(":")
    if (name_it := _NAMED.get(kind)) and rest.isascii() and rest.isdecimal():
        return RichText((await name_it(ctx, who, int(rest)),))
    if kind == "digest" and (monday := _monday(rest)):
        return who.t("the week of {day}", day=who.t.day(monday, today=today_of(ctx)))
    language, _, word = subject.partition(" ")
    if language in LANGUAGE_NAMES and word:  # of the kind words
        name = who.t.line(LANGUAGE_NAMES[language])
        return who.t("{word} ({language})", word=Code(shortened(word, WORDS)), language=name)
    if knob := of_key(subject):
        return RichText((named(ctx, knob, workspace_in(subject), who.t),))
    return RichText((Code(shortened(subject, WORDS)),)) if subject else RichText(("–",))


async def _meetup(ctx: Context, who: Reader, meetup_id: int) -> str:
    meetup = await ctx.db.meetups.get(meetup_id)
    return shortened(meetup.meetup.plan.title, WORDS) if meetup else who.t.line("a meetup")


async def _question(ctx: Context, who: Reader, question_id: int) -> str:
    question = await ctx.db.questions.get(question_id)
    return shortened(question.title or "…", WORDS) if question else who.t.line("a question")


async def _idea(ctx: Context, who: Reader, idea_id: int) -> str:
    idea = await ctx.db.ideas.get(idea_id)
    return shortened(idea.text, WORDS).replace("\n", " ") if idea and idea.text.strip() else who.t.line("an idea")


async def _member(ctx: Context, who: Reader, member_id: int) -> Mention | str:
    return await mention_in(ctx, member_id, who) or who.t.line("a member")


async def _case(_ctx: Context, _who: Reader, case_id: int) -> str:
    return f"#{case_id}"


_NAMED: Mapping[str, Callable[[Context, Reader, int], Awaitable[Mention | str]]] = {
    "meetup": _meetup,
    "question": _question,
    "idea": _idea,
    "member": _member,
    "case": _case,
}


def _monday(week: str) -> date | None:
    """Return the first day of a week that is written as in ISO 8601: 2026-W49."""
    try:
        return datetime.strptime(f"{week}-1", "%G-W%V-%u").date()  # noqa: DTZ007 - a day of the calendar, without a zone
    except ValueError:
        return None
