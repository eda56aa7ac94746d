"""Taking back what was changed about a list of words, as long as nobody has changed the same word since."""

from __future__ import annotations

import msgspec

from chat.text import Bold, RichText
from community.conduct.kind_words import BUILT_IN, Change, folded
from handlers.context import Context
from handlers.readers import Reader
from handlers.routes import CannotUndoError
from locales import msg
from storage.audit import StoredDeed

ADDED, TAKEN_OUT, PUT_BACK = "words.added", "words.taken_out", "words.put_back"
DEEDS = {
    ADDED: msg("{who} put a word on the list of kind words: {subject}"),
    TAKEN_OUT: msg("{who} took a word off the list of kind words: {subject}"),
    PUT_BACK: msg("{who} let a word of the list of kind words be as it came: {subject}"),
}


def change_to_text(change: Change | None) -> str | None:
    """Return a change as the audit keeps it."""
    return msgspec.json.encode(change).decode() if change else None


def _change(text: str | None) -> Change | None:
    return msgspec.json.decode(text, type=Change) if text else None


async def undo(ctx: Context, who: Reader, deed: StoredDeed) -> RichText:
    """Let a word be as it was."""
    language, _, word = deed.what.subject.partition(" ")
    before, after = _change(deed.what.before), _change(deed.what.after)
    now = (await ctx.db.kind_words.changes(language)).get(folded(word))
    if language not in BUILT_IN or now != after:
        raise CannotUndoError(who.t("Somebody has changed this word again meanwhile, so I leave it as it is."))
    if before is None:
        await ctx.db.kind_words.drop(language, word)
    else:
        await ctx.db.kind_words.put(language, before, by=who.member.id, at=ctx.now)
    return who.t("{word} is as it was before.", word=Bold(who.t.line("“{item}”", item=word)))


UNDOES = dict.fromkeys(DEEDS, undo)
