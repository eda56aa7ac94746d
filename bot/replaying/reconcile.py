"""Compares what was said in the sandbox with what stands in the bot's store: nothing lost, nothing twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.replaying.speakers import Speakers
from sandbox.world import Message, Space, SpaceKind
from storage.engine import Database
from storage.tables.core import accounts, activity, inbox, outbox

EXAMPLES = 5  # ids shown of what is missing or doubled


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The figures of one platform."""

    platform: str
    said: int
    facts: int
    doubled: tuple[str, ...]  # message ids with more than one fact
    lost: tuple[str, ...]  # message ids without a fact
    strange: int  # facts about messages that nobody said
    joined: int
    known: int
    unknown: tuple[str, ...]  # who joined and is not known
    posts: int  # of the bot, that can be told apart by their key
    posts_doubled: tuple[str, ...]
    outbox: dict[str, int] = field(default_factory=dict)
    faults: int = 0

    @property
    def ok(self) -> bool:
        """Whether everything is there, once."""
        return not (self.doubled or self.lost or self.strange or self.unknown or self.posts_doubled)


@dataclass(frozen=True, slots=True)
class Remainder:
    """What the store holds of work that is not done."""

    inbox: dict[str, int]
    dead_letters: tuple[tuple[str, str], ...]  # key and reason

    @property
    def ok(self) -> bool:
        """Whether every event was handled."""
        return not (self.inbox.get("new") or self.inbox.get("failed"))


async def count_facts(conn: AsyncConnection) -> int:
    """Count the messages that the store knows of."""
    query = sa.select(sa.func.count()).where(activity.c.kind == "message.posted")
    return int((await conn.execute(query)).scalar_one())


async def reconcile(db: Database, speakers: Speakers, faults: int) -> Reconciliation:
    """Compare one platform with the store."""
    platform, workspace = speakers.name, speakers.space.id
    async with db.reading() as conn:
        # one row per fact: what the data says of its author is the bot's word, so ids are compared, not counts
        stored = await _column(
            conn,
            sa.select(activity.c.subject)
            .join(accounts, accounts.c.member_id == activity.c.actor)
            .where(
                activity.c.kind == "message.posted",
                activity.c.platform == platform,
                activity.c.workspace == workspace,
                accounts.c.platform == platform,
                accounts.c.is_bot.is_(False),
            ),
        )
        here = sa.and_(accounts.c.platform == platform, accounts.c.workspace == workspace)
        known = set(await _column(conn, sa.select(accounts.c.user_id).where(here, accounts.c.is_bot.is_(False))))
        states = await conn.execute(
            sa.select(outbox.c.state, sa.func.count())
            .where(outbox.c.workspace == f"{platform}:{workspace}")
            .group_by(outbox.c.state)
        )
        by_state = {state: int(n) for state, n in states}
    keys = list(post_keys(speakers.space))
    return Reconciliation(
        platform=platform,
        said=len(speakers.said),
        facts=len(stored),
        doubled=_twice(stored),
        lost=tuple(sorted(speakers.said - set(stored))),
        strange=len(set(stored) - speakers.said),
        joined=len(speakers.joined),
        known=len(known & speakers.joined),
        unknown=tuple(sorted(speakers.joined - known)),
        posts=len(keys),
        posts_doubled=_twice(keys),
        outbox=by_state,
        faults=faults,
    )


async def remainder(db: Database) -> Remainder:
    """Return what is left to do, and what was given up."""
    async with db.reading() as conn:
        left = await conn.execute(
            sa.select(inbox.c.state, sa.func.count()).where(inbox.c.state != "done").group_by(inbox.c.state)
        )
        dead = await conn.execute(sa.select(outbox.c.key, outbox.c.error).where(outbox.c.state == "dead"))
        return Remainder({state: int(n) for state, n in left}, tuple((key, error or "") for key, error in dead))


async def _column(conn: AsyncConnection, query: sa.Select[Any]) -> list[str]:
    return list((await conn.execute(query)).scalars())


def _twice(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(id_ for id_, n in Counter(ids).items() if n > 1)


def post_keys(space: Space) -> Iterable[str]:
    """Yield the keys by which the bot's posts in the sandbox can be told apart, as often as they were posted."""
    for message in space.by_id.values():
        if message.author == space.bot and (key := _key(space, message)):
            yield key


def _key(space: Space, message: Message) -> str:
    if space.kind is SpaceKind.SLACK:
        payload = (message.body.get("metadata") or {}).get("event_payload") or {}
        return str(payload.get("key") or "")
    return str(message.body.get("nonce") or "")


def draw_table(results: Sequence[Reconciliation], left: Remainder, *, kills: int, seconds: float) -> Table:
    """Return the figures as a table for the terminal, one column per platform."""
    table = Table(title="Reconciliation")
    table.add_column("")
    for result in results:
        table.add_column(result.platform, justify="right")
    rows = (
        ("messages said", [str(r.said) for r in results]),
        ("facts stored", [str(r.facts) for r in results]),
        ("duplicates", [_flag(r.doubled) for r in results]),
        ("losses", [_flag(r.lost) for r in results]),
        ("facts about nothing said", [str(r.strange) for r in results]),
        ("members joined / known", [f"{r.joined} / {r.known}" for r in results]),
        ("posts of the bot / doubled", [f"{r.posts} / {_flag(r.posts_doubled)}" for r in results]),
        ("outbox", [", ".join(f"{s} {n}" for s, n in sorted(r.outbox.items())) or "-" for r in results]),
        ("faults injected", [str(r.faults) for r in results]),
    )
    for name, cells in rows:
        table.add_row(name, *cells)
    table.add_section()
    table.add_row("inbox left", ", ".join(f"{s} {n}" for s, n in left.inbox.items()) or "0")
    table.add_row("dead letters", str(len(left.dead_letters)))
    table.add_row("kills", str(kills))
    table.add_row("seconds", f"{seconds:.0f}")
    return table


def _flag(ids: Sequence[str]) -> str:
    if not ids:
        return "0"
    more = " …" if len(ids) > EXAMPLES else ""
    return f"[red]{len(ids)}[/red] ({', '.join(ids[:EXAMPLES])}{more})"
