"""Whose content the outbox keeps for longer than a month: posts in channels that nothing but it could draw anew.

They may name people, or quote them. An erasure takes these out of the kept card and draws the post with what is left
(``storage/erasing/outbox.py``). Posts that a feature draws from what it keeps itself, or takes away, are not kept
twice; nor is what one member got in private.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat import effects
from chat.effects import PostedAs
from storage.codec import UNREADABLE, load_effect
from storage.tables.core import outbox

# The kinds of keys of posts that the features draw anew, or take away, when somebody is erased
DRAWN = (
    "applicant", "case", "idea", "intro", "meetup", "meetup_report", "meetup_thread", "peak", "qthread", "question",
    "thanks",
)  # fmt: skip
ABOUT_CASES = ("case_alarm", "case_remind", "case_said")  # they go with the case, or are removed by hand
WHILE_IT_STANDS = ("digest",)
YEAR = timedelta(days=365)
_CHANGE = "redraw:as:"


def stays(now: datetime) -> sa.ColumnElement[bool]:
    """Return a condition for rows that keep their content: posts that stand, and their last cards."""
    change = outbox.c.key.startswith(_CHANGE, autoescape=True)
    post = outbox.alias("post")
    of_post = sa.and_(
        change,
        sa.exists().where(
            post.c.community == outbox.c.community,
            post.c.key == sa.func.substr(outbox.c.key, len(_CHANGE) + 1),
            _is_standing(post, now),
        ),
    )
    return sa.or_(of_post, sa.and_(~change, _is_standing(outbox, now)))


def _is_standing(table: sa.FromClause, now: datetime) -> sa.ColumnElement[bool]:
    key, effect = table.c.key, table.c.effect
    public = sa.or_(
        sa.and_(effect.startswith('{"type":"Post"', autoescape=True), effect.endswith('"only_for":null}')),
        sa.and_(effect.startswith('{"type":"OpenThread"', autoescape=True), effect.endswith('"private_for":[]}')),
    )
    drawn = [key.startswith(f"{kind}:", autoescape=True) for kind in (*DRAWN, *ABOUT_CASES)]
    endless = [key.startswith(f"{kind}:", autoescape=True) for kind in WHILE_IT_STANDS]
    lasts = sa.or_(*endless, table.c.settled_at >= now - YEAR)
    return sa.and_(table.c.state == "sent", public, ~sa.or_(*drawn), lasts)


def is_kept(key: str, effect: effects.Effect) -> bool:
    """Say whether a post that was sent keeps its content, so that it can be drawn once more."""
    if key.partition(":")[0] in {*DRAWN, *ABOUT_CASES}:
        return False
    match effect:
        case effects.Post(only_for=None) | effects.OpenThread(private_for=()):
            return True
        case _:
            return False


async def empty_removed(conn: AsyncConnection, community: str) -> None:
    """Let posts have no content any more that were taken away; a removal is known for a month."""
    query = sa.select(outbox.c.effect).where(
        outbox.c.community == community,
        outbox.c.state == "sent",
        outbox.c.effect.startswith('{"type":"Remove"', autoescape=True),
    )
    gone: list[str] = []
    for written in (await conn.execute(query)).scalars():
        try:
            effect = load_effect(written)
        except UNREADABLE:
            continue
        if isinstance(effect, effects.Remove) and isinstance(effect.target, PostedAs):
            gone += [effect.target.key, f"{_CHANGE}{effect.target.key}"]
    for start in range(0, len(gone), 500):
        these = outbox.c.key.in_(gone[start : start + 500])
        settled = sa.and_(outbox.c.community == community, outbox.c.state.in_(("sent", "dead")))
        await conn.execute(sa.update(outbox).where(settled, these).values(effect=""))
