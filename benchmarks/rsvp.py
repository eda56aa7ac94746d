"""RSVP clicks per second to the committed seat, beside the floor, and how often the card is drawn meanwhile.

The floor is what no bot can beat without deciding several clicks at once: for each click one transaction that counts
the taken seats and takes one more, on the same database. The bot's figure is that of its own dispatch: clicks stored in
the inbox, decided in groups, seats, facts and what follows committed; no platform in between.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from bot.dispatch import Dispatcher
from bot.waiting import Waiting
from chat.answers import Answer
from chat.events import ActionPressed
from chat.ids import Place, Platform, UserRef, Workspace
from community.config import CommunitySettings, WorkspaceSettings
from community.meetups.plan import Meetup, Plan
from community.seats.ledger import open_ledger
from community.seats.settings import MeetupSettings
from community.seats.values import Allotment, SeatKind
from handlers import FEATURES
from handlers.meetups.steps import REDRAW, SOON
from handlers.routes import Routes
from storage.codec import Arrival
from storage.engine import Database
from storage.migrate import upgrade
from storage.queues import inbox, timers
from storage.unit import Unit
from tests.handlers.stage import Obedient

CLICKS = 2_000
SEATS = 100
ROUNDS = 3
RATE = 2_000 / 60  # clicks a second, as in a storm of 2,000 within a minute
COMMUNITY = "main"
SLACK, DISCORD = Workspace(Platform.SLACK, "T1"), Workspace(Platform.DISCORD, "900")
START = datetime(2026, 12, 4, 1, 0, tzinfo=UTC)


async def floor(folder: Path) -> float:
    """Return the clicks per second of one transaction each that takes a seat or a place in line."""
    db = Database(f"sqlite:///{folder / 'floor.sqlite'}")
    meta = sa.MetaData()
    people = sa.Table("people", meta, sa.Column("id", sa.Integer, primary_key=True), sa.Column("seat", sa.Integer))
    async with db.writing() as conn:
        await conn.run_sync(meta.create_all)
        await conn.execute(sa.insert(people), [{"id": n, "seat": None} for n in range(CLICKS)])
    taken = sa.select(sa.func.count()).where(people.c.seat == 1).scalar_subquery()
    began = time.perf_counter()
    for n in range(CLICKS):
        async with db.writing() as conn:
            await conn.execute(
                sa.update(people).where(people.c.id == n).values(seat=sa.case((taken < SEATS, 1), else_=0))
            )
    took = time.perf_counter() - began
    await db.close()
    return CLICKS / took


async def planned(db: Database) -> int:
    """Store a meetup."""
    async with db.writing() as conn:
        unit = Unit(conn, COMMUNITY, START)
        starts = START + timedelta(days=7)
        plan = Plan(title="Measured", starts=starts, ends=starts + timedelta(hours=2), zone="Asia/Tokyo")
        home = Place(SLACK.platform, SLACK.id, "C1")
        meetup = await unit.meetups.add(Meetup(plan=plan, organiser=None), home, START)
        if meetup is None:
            raise RuntimeError("a new meetup has no slot to share")
        unit.meetups.put_ledger(
            open_ledger(
                meetup=meetup,
                starts=plan.starts,
                ends=plan.ends,
                zone=plan.zone,
                allotments={SeatKind.VENUE: Allotment(cap=SEATS)},
                rules=MeetupSettings().rules,
                at=START,
            )
        )
        await unit.flush()
    return meetup


def click(meetup: int, number: int, at: datetime) -> ActionPressed:
    """Return one click; the platforms take turns."""
    home = (SLACK, DISCORD)[number % 2]
    user = UserRef(home.platform, home.id, f"U{number}")
    action = f"rsvp:{meetup}:going"
    return ActionPressed(key=f"click{number}", at=at, workspace=home, user=user, user_name=f"P{number}", action=action)


class House:
    """The inbox and the dispatch of a bot, without platforms."""

    def __init__(self, db: Database) -> None:
        self.db = db
        settings = CommunitySettings(
            id=COMMUNITY, name="", workspaces=tuple(WorkspaceSettings(workspace=home) for home in (SLACK, DISCORD))
        )
        self._dispatcher = Dispatcher(
            db,
            Routes.of(FEATURES),
            Obedient(),
            {COMMUNITY: settings},
            after_commit=lambda: None,
            on_signal=lambda: None,
            late_answer=self._late,
        )
        self._dispatcher.start()

    async def _late(self, _item: inbox.Item, _answer: Answer) -> None:
        """Nobody waits for an answer here."""

    async def take(self, arrivals: Sequence[Arrival], now: datetime) -> None:
        """Store arrivals and let them be handled."""
        rows = [inbox.row_of(COMMUNITY, arrival, now) for arrival in arrivals]
        async with self.db.writing() as conn:
            ids = await inbox.insert_rows(conn, rows)
        for arrival in arrivals:
            self._dispatcher.put(Waiting(inbox.Item(ids[arrival.key], COMMUNITY, arrival, now)))
        await self._dispatcher.idle()

    async def close(self) -> None:
        """Stop."""
        await self._dispatcher.stop()


async def throughput(folder: Path, group: int) -> float:
    """Return clicks per second to the committed seat, when so many come together."""
    db = Database(f"sqlite:///{folder / f'tsudoi{group}.sqlite'}")
    await upgrade(db)
    meetup, house = await planned(db), House(db)
    began = time.perf_counter()
    for first in range(0, CLICKS, group):
        await house.take([click(meetup, n, START) for n in range(first, min(CLICKS, first + group))], START)
    took = time.perf_counter() - began
    await house.close()
    await db.close()
    return CLICKS / took


async def redraws(folder: Path) -> float:
    """Return how often the card is drawn per 100 clicks that come evenly, 2,000 in a minute."""
    db = Database(f"sqlite:///{folder / 'redraws.sqlite'}")
    await upgrade(db)
    meetup, house, drawn = await planned(db), House(db), 0
    for n in range(CLICKS // 4):
        now = START + timedelta(seconds=n / RATE)
        async with db.writing() as conn:
            due = await timers.take_due(conn, now, 50)
        drawn += sum(event.kind == REDRAW for _, event in due)
        await house.take([click(meetup, n, now)], now)
    async with db.writing() as conn:
        drawn += len(await timers.take_due(conn, now + SOON, 50))
    await house.close()
    await db.close()
    return drawn / (CLICKS // 4) * 100


async def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        ratios = []
        for number in range(ROUNDS):
            folder = Path(name) / str(number)
            folder.mkdir()
            base, single, burst = await floor(folder), await throughput(folder, 1), await throughput(folder, 128)
            ratios.append(burst / base)
            print(
                f"rsvp clicks/s, round {number + 1}: floor {base:6.0f}   tsudoi, one by one {single:6.0f}   "
                f"128 together {burst:6.0f}   ratio {ratios[-1]:.2f}",
                flush=True,
            )
        print(f"rsvp median ratio {statistics.median(ratios):.2f}")
        print(f"card redraws per 100 clicks, 2,000 a minute: {await redraws(Path(name)):.1f} on each platform")
