"""A peak moment in one line of a digest."""

from __future__ import annotations

from chat.ids import Place
from chat.text import RichText
from handlers.context import Context
from handlers.public import mention_of, shortened
from locales import Translator
from storage.digest_week import StoredPeak

WORDS = 140  # characters of a nomination in a line


async def moment_text(ctx: Context, peak: StoredPeak, place: Place, t: Translator) -> RichText:
    """Return a peak moment's line."""
    who = await mention_of(ctx, peak.member, place, t)
    words = shortened(" ".join(peak.words.split()), WORDS) if peak.words.strip() else ""
    if who is None:
        return (
            t("The community has reached something: {words}", words=words) if words else t("A milestone of all of us")
        )
    return t("{who}: {words}", who=who, words=words) if words else t("A special moment of {who}", who=who)
