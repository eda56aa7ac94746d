"""A peak moment in one line of a digest."""

from __future__ import annotations

from chat.ids import Place
from chat.text import RichText
from community.recognition.moments import Kind, Moment
from handlers.context import Context
from handlers.peaks import wording
from handlers.public import mention_of, shortened
from locales import Translator
from storage.recognition.digest_week import StoredPeak

WORDS = 140  # characters of a nomination in a line


async def moment_text(ctx: Context, peak: StoredPeak, place: Place, t: Translator) -> RichText:
    """Return a peak moment's line: a nomination in the words of who nominated, any other as it is told by itself."""
    who = await mention_of(ctx, peak.member, place, t)
    words = shortened(" ".join(peak.words.split()), WORDS) if peak.words.strip() else ""
    if words:
        return t("{who}: {words}", who=who or t.line("a member"), words=words)
    moment = Moment(
        id=peak.id,
        key=str(peak.id),
        kind=Kind(peak.kind),
        member=peak.member,
        data=peak.data,
        at=peak.at,
        changed_at=peak.at,
    )
    return await wording.moment_text(ctx, moment, place, t)
