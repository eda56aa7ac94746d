"""What was done, as a sentence: each feature brings those of its deeds, and a kind without one is named as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping

from chat.text import Code, RichText, Span, rich
from community.settings.knob_list import of_key
from handlers.audit.subjects import WORDS, mention_in, subject_of
from handlers.audit.undone_words import UNDONE_WORDS
from handlers.audit.value_words import in_words
from handlers.context import Context
from handlers.knob_words import value_in, workspace_in
from handlers.public import shortened
from handlers.readers import Reader
from locales import Translator, msg
from storage.audit import Deed, StoredDeed

UNDONE_OTHER = msg("something ({deed})")
RESPECT = re.compile(r"^\s*さん\s*")
FALLBACK = msg("{who}: `{deed}` {subject}")


async def sentence(ctx: Context, who: Reader, deed: StoredDeed, deeds: Mapping[str, str]) -> RichText:
    """Say a deed in the reader's language."""
    t, what = who.t, deed.what
    actor = await mention_in(ctx, what.actor, who)
    member = await mention_in(ctx, what.member_id, who)
    nobody = (t.line("Somebody who is no longer known"), t.line("somebody who is no longer known"))
    whom, subject = member or nobody[1], await subject_of(ctx, who, what.subject)
    undone = t(UNDONE_WORDS.get(what.before or "", UNDONE_OTHER), subject=subject, member=whom, deed=what.before or "–")
    said = t(
        deeds.get(what.deed, FALLBACK),
        who=actor or nobody[0],
        member=whom,
        subject=subject,
        undone=undone,
        before=await _value(ctx, who, what, what.before),
        after=await _value(ctx, who, what, what.after),
        reason=shortened(in_words(what.deed, what.reason, t) or "–", WORDS),
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


async def _value(ctx: Context, who: Reader, what: Deed, held: str | None) -> Span:
    """Return a value as people read it; that of a setting as the settings show it."""
    knob = of_key(what.subject)
    if knob is not None:
        return await value_in(ctx, knob, held or "", workspace_in(what.subject) or what.workspace, who.t)
    said = in_words(what.deed, held, who.t)
    kept = shortened(said or "–", WORDS).replace("\n", " ")
    return Code(kept) if said == (held or "") else kept
