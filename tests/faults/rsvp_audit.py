"""What must be true of a meetup's seats after a storm, read from the store and from the platforms."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.replaying.reconcile import post_keys
from chat.card import Text
from chat.discord.marks import nonce
from community.seats.counts import counts
from community.seats.values import CLICKS, Answer, Ledger, SeatKind
from handlers.meetups.cards import meetup_card
from handlers.meetups.steps import REDRAW
from locales import translator
from sandbox.server import Sandbox
from sandbox.world import Message, SpaceKind
from storage.engine import Database
from storage.tables.core import activity, inbox, outbox, timers
from storage.unit import Unit

COMMUNITY = "main"
SETTLE_S = 180.0


@dataclass(slots=True)
class Audit:
    """What was found."""

    taken: int
    cap: int
    waiting: int
    members: int
    clicks: int  # accepted: rows of the inbox
    unhandled: dict[str, int]
    overtaken: tuple[int, ...]  # members whose place is not that of their first accepted click
    notices: int
    told: int  # of them, that stand on a platform
    told_twice: int
    promoted: int  # facts
    cards: dict[str, bool]  # whether the card shows what the ledger says
    redraws: int
    outbox: dict[str, int]
    dead: tuple[str, ...]  # notices; greetings and threads may be missing rather than doubled (docs/delivery.md)
    kills: int = 0
    lost: int = 0
    faults: int = 0
    clicked_s: float = 0.0
    seconds: float = 0.0

    def wrong(self) -> list[str]:
        """Return what must not be, in words."""
        found = []
        if self.taken != self.cap:
            found.append(f"{self.taken} of {self.cap} seats are taken")
        if self.unhandled:
            found.append(f"the inbox holds {self.unhandled}")
        if self.overtaken:
            found.append(f"{len(self.overtaken)} overtaken, such as {self.overtaken[:5]}")
        if not self.notices == self.promoted == self.told or self.told_twice:
            found.append(f"{self.promoted} promoted, {self.notices} notices, {self.told} told, {self.told_twice} twice")
        found += [f"the card on {platform} is wrong" for platform, right in self.cards.items() if not right]
        if self.dead or self.outbox.keys() - {"sent", "dead"}:
            found.append(f"the outbox holds {self.outbox}, given up: {self.dead}")
        return found

    def __str__(self) -> str:
        return (
            f"{self.clicks} clicks accepted in {self.clicked_s:.0f} s ({self.lost} more came to nothing and were made "
            f"again), {self.kills} kills, {self.faults} faults: {self.taken} of {self.cap} seats, {self.waiting} wait, "
            f"{self.members} members; {self.notices} notices, {self.told} told, {self.told_twice} twice; cards "
            f"{self.cards}, {self.redraws} redraws; outbox {self.outbox}; {self.seconds:.0f} s in all. "
            f"{'WRONG: ' + '; '.join(self.wrong()) if self.wrong() else 'All is as it must be.'}"
        )


async def settled(db: Database) -> None:
    """Wait until nothing is left to do."""
    until = time.monotonic() + SETTLE_S
    quiet = 0
    while quiet < 5 and time.monotonic() < until:
        async with db.reading() as conn:
            busy = [
                (await conn.execute(sa.select(sa.func.count()).where(column.in_(states)))).scalar_one()
                for column, states in ((inbox.c.state, ("new",)), (outbox.c.state, ("queued", "claimed")))
            ]
            drawing = (await conn.execute(sa.select(sa.func.count()).where(timers.c.kind == REDRAW))).scalar_one()
        quiet = 0 if any(busy) or drawing else quiet + 1
        await asyncio.sleep(0.2)


async def audit(db: Database, sandbox: Sandbox, meetup_id: int, cards: Mapping[SpaceKind, Message]) -> Audit:
    """Look at everything once all has settled."""
    async with db.writing() as conn:
        unit = Unit(conn, COMMUNITY, sandbox.world.now())
        ledger, stored = await unit.meetups.ledger(meetup_id), await unit.meetups.get(meetup_id)
        if ledger is None or stored is None:
            raise RuntimeError("the meetup is gone")
        accepted = {row.key: row.id for row in await conn.execute(sa.select(inbox.c.key, inbox.c.id))}
        states, sent = await _count(conn, inbox.c.state), await _count(conn, outbox.c.state)
        keys = list((await conn.execute(sa.select(outbox.c.key).where(outbox.c.key.like("seat_notice:%")))).scalars())
        kinds = await _count(conn, activity.c.kind)
        dead = [f"{key}: {reason}" for key, reason in await conn.execute(_DEAD)]
    arrived = Counter(key for space in sandbox.spaces for key in post_keys(space))
    found = counts(ledger).kinds[SeatKind.VENUE]
    told = [arrived[f"{COMMUNITY}:{key}"] + arrived[nonce(f"{COMMUNITY}:{key}")] for key in keys]
    card = meetup_card(meetup_id, stored.meetup, counts(ledger), translator("ja"))
    lines = [line for part in card.parts if isinstance(part, Text) for line in part.text.plain().split("  ")[-1:]]
    return Audit(
        taken=found.taken,
        cap=found.cap or 0,
        waiting=found.waiting,
        members=len(ledger.entries),
        clicks=sum(1 for entry in ledger.entries.values() for key in entry.clicks if key in accepted),
        unhandled={state: n for state, n in states.items() if state != "done"},
        overtaken=_overtaken(ledger, accepted),
        notices=len(keys),
        told=sum(n > 0 for n in told),
        told_twice=sum(n > 1 for n in told),
        promoted=kinds.get("seat.promoted", 0),
        cards={kind.value: _shows(message, lines[-1]) for kind, message in cards.items()},
        redraws=sum(key.startswith(f"timer:{COMMUNITY}:{REDRAW}:") for key in accepted),
        outbox=sent,
        dead=tuple(dead),
    )


_DEAD = sa.select(outbox.c.key, outbox.c.error).where(outbox.c.state == "dead", outbox.c.key.like("seat_notice:%"))


async def _count(conn: AsyncConnection, column: sa.Column[str]) -> dict[str, int]:
    rows = await conn.execute(sa.select(column.label("name"), sa.func.count().label("n")).group_by(column))
    return {row.name: row.n for row in rows}


def _shows(message: Message, line: str) -> bool:
    words = json.dumps(message.body, ensure_ascii=False) + message.text
    return all(part in words for part in line.split("\n"))


def _overtaken(ledger: Ledger, accepted: dict[str, int]) -> tuple[int, ...]:
    """Return who sits or waits before somebody whose click was accepted earlier.

    Who gave a seat up is left out; promotion gives seats in the order of the line, so it changes nothing. Left out is
    also who pressed more often than the ledger remembers: which of their clicks was the first is not known any more.
    """
    going = [e for e in ledger.entries.values() if e.answer is Answer.GOING and len(e.clicks) < CLICKS]
    first = {entry.member: min(accepted[key] for key in entry.clicks if key in accepted) for entry in going}
    seated = [first[entry.member] for entry in going if entry.seat]
    line = sorted(
        (entry for entry in going if entry.wait and not entry.seat), key=lambda e: e.wait.place if e.wait else 0
    )
    last, overtaken = max(seated, default=0), []
    for entry in line:
        if first[entry.member] < last:
            overtaken.append(entry.member)
        last = max(last, first[entry.member])
    return tuple(overtaken)
