"""Takes the words of somebody who is erased out of the effects that quoted them."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import outbox

NEEDLE = 24  # characters by which a text is known again: cards quote its beginning, some of them shortened
TELLING = 8  # shorter ones stand in other people's messages, too: what waits to be sent is left alone
AT_ONCE = 50  # texts looked for in one statement
_ESCAPED = frozenset('"\\') | frozenset(map(chr, range(0x20)))  # written otherwise in JSON


async def take_words_out(conn: AsyncConnection, community: str, words: Collection[str]) -> None:
    """Empty what was sent and quotes one of these texts, and send nothing more that does.

    An emptied row keeps its key and its message, so that nothing is sent twice and what stands can still be redrawn. To
    empty one too many does no harm, so a short text is looked for as well.
    """
    needles = sorted({needle for text in words if (needle := _needle(text))})
    for start in range(0, len(needles), AT_ONCE):
        some = needles[start : start + AT_ONCE]
        sent = sa.and_(outbox.c.state.in_(("sent", "dead")), _quotes(some))
        await conn.execute(sa.update(outbox).where(outbox.c.community == community, sent).values(effect=""))
        if telling := [needle for needle in some if len(needle) >= TELLING]:
            waiting = sa.and_(outbox.c.state == "queued", outbox.c.tried_at.is_(None), _quotes(telling))
            await conn.execute(sa.delete(outbox).where(outbox.c.community == community, waiting))


def _quotes(needles: list[str]) -> sa.ColumnElement[bool]:
    return sa.or_(*(outbox.c.effect.contains(needle, autoescape=True) for needle in needles))


def _needle(text: str) -> str:
    """Return the longest run at the beginning of a text that JSON writes as it is; else of a later line."""
    runs = "".join("\n" if char in _ESCAPED else char for char in text).split("\n")
    return max((run.strip()[:NEEDLE] for run in runs[:3]), key=len, default="")
