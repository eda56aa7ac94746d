"""What was done, as a sentence: each feature brings those of its deeds, and a kind without one is named as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping

from chat.text import Code, Mention, RichText, Span, rich
from community.knob_list import of_key
from handlers.audit.undone_words import UNDONE_WORDS
from handlers.context import Context
from handlers.knob_words import shown, titled
from handlers.public import shortened
from handlers.readers import Reader, account_at, name_of
from locales import Translator, msg
from storage.audit import StoredDeed

WORDS = 80  # characters of a value: the record is read for who and what, the whole value stands in the settings
UNDONE_OTHER = msg("something ({deed})")
RESPECT = re.compile(r"^\s*さん\s*")
FALLBACK = msg("{who}: `{deed}` {subject}")


async def mention_in(ctx: Context, member_id: int | None, who: Reader) -> Mention | None:
    """Return a member by the account that is at home where the reader is; none: not known, or erased."""
    member = await ctx.db.people.by_id(member_id) if member_id is not None else None
    account = account_at(member, who.account.user.home) if member else None
    return Mention(account.user, name_of(account, who.t)) if account else None


async def sentence(ctx: Context, who: Reader, deed: StoredDeed, deeds: Mapping[str, str]) -> RichText:
    """Say a deed in the reader's language."""
    t, what = who.t, deed.what
    actor = await mention_in(ctx, what.actor, who)
    member = await mention_in(ctx, what.member_id, who)
    nobody = (t.line("Somebody who is no longer known"), t.line("somebody who is no longer known"))
    whom, subject = member or nobody[1], await _subject(ctx, who, what.subject)
    undone = t(UNDONE_WORDS.get(what.before or "", UNDONE_OTHER), subject=subject, member=whom, deed=what.before or "–")
    said = t(
        deeds.get(what.deed, FALLBACK),
        who=actor or nobody[0],
        member=whom,
        subject=subject,
        undone=undone,
        before=_value(what.subject, what.before, t),
        after=_value(what.subject, what.after, t),
        reason=shortened(what.reason or "–", WORDS),
        deed=what.deed,
    )
    return _ended(_plainly_named(said, nobody), t)


def _plainly_named(said: RichText, nobody: tuple[str, ...]) -> RichText:
    """Take the Japanese word of respect from behind a description: it follows names only."""
    spans: list[Span] = []
    for span in said.spans:
        follows = bool(spans) and spans[-1] in nobody
        spans.append(RESPECT.sub("", span, count=1) if follows and isinstance(span, str) else span)
    return RichText(tuple(spans))


def _ended(said: RichText, t: Translator) -> RichText:
    """Let all lines of the record end alike."""
    stop = "。" if t.language == "ja" else "."
    return said if said.plain().endswith((stop, "！", "!")) else rich(said, stop)


def _value(subject: str, held: str | None, t: Translator) -> Code:
    """Return a value as people read it; that of a setting as the settings show it."""
    knob = of_key(subject)
    if knob is not None:
        return Code(shown(knob, held or "", t))
    return Code(shortened(held or "–", WORDS).replace("\n", " "))


async def _subject(ctx: Context, who: Reader, subject: str) -> RichText:
    """Return what something was done to, by the name that people know it by."""
    kind, _, rest = subject.partition(":")
    stored = int(rest) if rest.isascii() and rest.isdecimal() else None
    if kind == "meetup" and stored is not None:
        meetup = await ctx.db.meetups.get(stored)
        return RichText((shortened(meetup.meetup.plan.title, WORDS) if meetup else who.t.line("a meetup"),))
    if kind == "question" and stored is not None:
        question = await ctx.db.questions.get(stored)
        return RichText((shortened(question.title or "…", WORDS) if question else who.t.line("a question"),))
    if kind == "member" and stored is not None:
        found = await mention_in(ctx, stored, who)
        return RichText((found or who.t.line("a member"),))
    if kind == "case" and stored is not None:
        return RichText((f"#{stored}",))
    if knob := of_key(subject):
        return RichText((titled(knob, who.t),))
    return RichText((Code(shortened(subject, WORDS)),)) if subject else RichText(("–",))
