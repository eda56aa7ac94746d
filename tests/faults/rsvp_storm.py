"""Lets hundreds of members press at once on a meetup whose bot is killed again and again, and audits what came of it.

``python -m tests.faults.rsvp_storm --clicks 2000 --seats 100 --kills 10 [--store postgresql --replicas 2]``

``--store postgresql`` starts a throw-away server; an address of an empty database is taken, too.

People press once more where nothing seems to happen, as people do. Half of them press on Slack, half on Discord; events
come twice, and of what the bot sends some replies are lost after the deed. Some who have a seat give it up.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.demo import install_app, sandbox_tables
from bot.replaying.child import BotProcess
from chat.effects import Post
from chat.ids import Place, Platform
from community.meetups.plan import Meetup, Plan
from community.seats.counts import counts
from community.seats.ledger import open_ledger
from community.seats.settings import MeetupSettings
from community.seats.values import Allotment, SeatKind
from handlers.meetups.cards import meetup_card
from handlers.meetups.steps import card_key
from locales import translator
from sandbox.server import Sandbox
from sandbox.world import Account, Message, Person, SpaceKind, WorldError
from storage.engine import Database
from storage.meetups.plans import Stand
from storage.migrate import upgrade
from storage.tables.core import accounts
from storage.tables.meetups import seats
from storage.unit import Unit
from tests.faults.rsvp_audit import COMMUNITY, Audit, audit, settled
from tests.postgres import postgres_cluster, postgres_database
from tests.stores import new_sqlite

DROPPED = 0.05  # share of the bot's calls that are carried out and never answered
TWICE = 0.1  # share of events that are delivered twice
AGAIN = 0.25  # share of the clicks that are by somebody who has pressed before
LEAVERS = 0.1  # of the seats: so many are given up
PRESSES = 60  # times that somebody tries before giving up
PAUSES_S = (4.0, 16.0)  # before they try again: at first, and when they have waited often
CHANNEL = "general"
NOON = datetime(2026, 11, 25, 3, tzinfo=UTC)  # in Tokyo: at night, notices wait for the morning


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """What is let loose."""

    clicks: int = 2000
    seats: int = 100
    kills: int = 10
    replicas: int = 1
    within_s: float = 50.0  # in which the clicks come
    seed: int = 1


@dataclass(slots=True)
class Stormed:
    """What is under way."""

    sandbox: Sandbox
    db: Database
    meetup: int
    bots: list[BotProcess]
    crowd: list[tuple[SpaceKind, Account]]
    lost: int = 0  # presses of which nothing came, that were made again
    kills: int = 0
    cards: dict[SpaceKind, Message] = field(default_factory=dict)


async def storm(what: Storm, store: str | None = None) -> Audit:
    """Let it loose, wait until all is settled, and audit."""
    chance = random.Random(what.seed)  # noqa: S311 - a run that failed must be repeatable
    began = time.monotonic()
    async with _stage(what, store) as stormed:
        stormed.cards = await _cards(stormed)
        crowd = stormed.crowd
        _set_faults(stormed.sandbox, what.seed)
        clicking = asyncio.create_task(_click(stormed, what, crowd, chance))
        killing = asyncio.create_task(_kill(stormed, what, chance))
        await asyncio.gather(clicking, killing)
        for bot in stormed.bots:
            await bot.wait_ready()
        clicked = time.monotonic() - began
        await _leave(stormed, crowd, int(what.seats * LEAVERS), chance)
        await settled(stormed.db)
        found = await audit(stormed.db, stormed.sandbox, stormed.meetup, stormed.cards)
        found.kills, found.lost, found.clicked_s = stormed.kills, stormed.lost, clicked
        found.faults = stormed.sandbox.slack.injected() + stormed.sandbox.discord.injected()
        found.seconds = time.monotonic() - began
        return found


@contextlib.asynccontextmanager
async def _stage(what: Storm, store: str | None) -> AsyncIterator[Stormed]:
    """Give a sandbox with a meetup in it, and its bots, ready."""
    with tempfile.TemporaryDirectory(prefix="tsudoi-storm-") as name:
        db = Database(store or f"sqlite:///{name}/store.sqlite")
        if db.file is not None:
            new_sqlite(f"sqlite:///{db.file}")
        await upgrade(db)
        bots: list[BotProcess] = []
        try:
            async with Sandbox(empty=True, start=NOON) as sandbox:
                install_app(sandbox)
                meetup = await _plan(db, sandbox, what.seats)
                crowd = _crowd(sandbox, max(what.seats + 20, int(what.clicks * (1 - AGAIN))))  # they have been here
                for number in range(what.replicas):
                    folder = Path(name) / str(number)
                    folder.mkdir()
                    overrides = _tables(sandbox, db.url) | {"instance": f"storm{number}"}
                    bots.append(BotProcess(sandbox, db.url, folder, overrides=overrides))
                    await bots[-1].start()
                    await bots[-1].wait_ready()
                yield Stormed(sandbox, db, meetup, bots, crowd)
        finally:
            for bot in bots:
                await bot.stop()
            await db.close()


def _tables(sandbox: Sandbox, store: str) -> dict[str, Any]:
    """Return the settings of both platforms: a channel for meetups, and no other feature in the way."""
    tables = sandbox_tables(sandbox, store, 0)
    channels = {"meetups": CHANNEL}
    changes: dict[str, dict[str, Any]] = {"slack": {"channels": channels}, "discord": {"channels": channels}}
    changes["community"] = {"onboarding": {"enabled": False}}  # greeting a thousand newcomers takes the outbox longer
    return {kind: [tables[kind][0] | change] for kind, change in changes.items()}


async def _plan(db: Database, sandbox: Sandbox, seats: int) -> int:
    """Store a meetup, and its cards in the outbox."""
    async with db.writing() as conn:
        now = sandbox.world.now()
        unit = Unit(conn, COMMUNITY, now)
        starts = now + timedelta(days=7)
        plan = Plan(title="嵐の勉強会", starts=starts, ends=starts + timedelta(hours=2), zone="Asia/Tokyo")
        meetup = Meetup(plan=plan, organiser=None)
        home = Place(Platform.SLACK, sandbox.workspace.id, "planned")
        meetup_id = await unit.meetups.add(meetup, home, now)
        if meetup_id is None:
            raise RuntimeError("a new meetup has no slot to share")
        ledger = open_ledger(
            meetup=meetup_id,
            starts=plan.starts,
            ends=plan.ends,
            zone=plan.zone,
            allotments={SeatKind.VENUE: Allotment(cap=seats)},
            rules=MeetupSettings().rules,
            at=now,
        )
        unit.meetups.put_ledger(ledger)
        card = meetup_card(meetup_id, meetup, counts(ledger), translator("ja"))
        for space in sandbox.spaces:
            channel = next(c for c in space.channels.values() if c.name == CHANNEL)
            place = Place(Platform(space.kind.value), space.id, channel.id)
            await unit.meetups.stand(Stand(meetup=meetup_id, workspace=place.home, place=place))
            unit.outbox.add(Post(place, card), key=card_key(meetup_id, place.home), report=True)
        await unit.flush()
    return meetup_id


async def _cards(stormed: Stormed) -> dict[SpaceKind, Message]:
    """Wait until the card stands in both channels."""
    found: dict[SpaceKind, Message] = {}
    async with asyncio.timeout(60):
        while len(found) < 2:
            await asyncio.sleep(0.1)
            for space in stormed.sandbox.spaces:
                for message in space.by_id.values():
                    if f"rsvp:{stormed.meetup}:going" in json.dumps(message.body):
                        found[space.kind] = message
    return found


def _crowd(sandbox: Sandbox, size: int) -> list[tuple[SpaceKind, Account]]:
    """Let people come in, half of them on each platform."""
    crowd = []
    for number in range(size):
        person = sandbox.world.add_person(Person(f"s{number}", f"Storm {number}"))
        space = sandbox.spaces[number % 2]
        face = sandbox.slack if space.kind is SpaceKind.SLACK else sandbox.discord
        crowd.append((space.kind, face.new_account(space.id, person)))
    return crowd


def _set_faults(sandbox: Sandbox, seed: int) -> None:
    for kind, only in ((SpaceKind.SLACK, ("chat.", "conversations.open")), (SpaceKind.DISCORD, ("POST", "PATCH"))):
        faults = sandbox.platforms[kind].face.faults
        faults.dropped, faults.duplicate, faults.only, faults.seed = DROPPED, TWICE, only, seed


# ---- what people do


async def _click(
    stormed: Stormed, what: Storm, crowd: Sequence[tuple[SpaceKind, Account]], chance: random.Random
) -> None:
    """Let everybody press at their own moment, some of them twice."""
    pressing = [*crowd[: what.clicks], *chance.choices(crowd, k=max(0, what.clicks - len(crowd)))]
    chance.shuffle(pressing)

    async def press_at(moment: float, kind: SpaceKind, account: Account) -> None:
        await asyncio.sleep(moment)
        await _press(stormed, kind, account, stormed.cards[kind], f"rsvp:{stormed.meetup}:going")

    await asyncio.gather(*(press_at(chance.uniform(0, what.within_s), kind, who) for kind, who in pressing))


async def _press(stormed: Stormed, kind: SpaceKind, account: Account, message: Message, action: str) -> None:
    """Press until the platform says that the bot took it."""
    face = stormed.sandbox.platforms[kind].face
    shortest, longest = PAUSES_S
    for number in range(PRESSES):
        try:
            await face.press(account, message, {"action_id": action, "custom_id": action})
        except WorldError:
            stormed.lost += 1
            pause = min(longest, shortest * 2**number)
            await asyncio.sleep(pause * random.uniform(0.7, 1.3))  # noqa: S311 - people are not in step
        else:
            return
    raise RuntimeError(f"{account.user_id} pressed {PRESSES} times, and nothing happened")


async def _kill(stormed: Stormed, what: Storm, chance: random.Random) -> None:
    """Kill one bot after the other, at moments that nobody can foresee."""
    for number in range(what.kills):
        await asyncio.sleep(chance.uniform(0.3, 1.7) * what.within_s / max(1, what.kills) / 2)
        bot = stormed.bots[number % len(stormed.bots)]
        await bot.restart()
        stormed.kills += 1


async def _leave(
    stormed: Stormed, crowd: Sequence[tuple[SpaceKind, Account]], leavers: int, chance: random.Random
) -> None:
    """Let some who have a seat give it up: they are asked first, in private, and say yes."""
    async with stormed.db.reading() as conn:
        holders = sa.select(accounts.c.user_id).join(seats, seats.c.member_id == accounts.c.member_id)
        seated = set((await conn.execute(holders.where(seats.c.seat.is_not(None)))).scalars())
    sure = f"seat_answer:{stormed.meetup}:cannot:yes"
    for kind, account in chance.sample([one for one in crowd if one[1].user_id in seated], leavers):
        asked = None
        while asked is None:  # a private answer may be lost with a reply; then they press again
            await _press(stormed, kind, account, stormed.cards[kind], f"rsvp:{stormed.meetup}:cannot")
            asked = await _private(stormed, kind, account, sure)
        await _press(stormed, kind, account, asked, sure)


async def _private(stormed: Stormed, kind: SpaceKind, account: Account, action: str) -> Message | None:
    """Return the private card that offers an action to somebody, once it is shown."""
    space = next(space for space in stormed.sandbox.spaces if space.kind is kind)
    for _ in range(30):
        for message in space.by_id.values():
            if message.only_for == account.user_id and not message.deleted and action in json.dumps(message.body):
                return message
        await asyncio.sleep(0.1)
    return None


def main() -> int:
    """Run it at length, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clicks", type=int, default=2000)
    parser.add_argument("--seats", type=int, default=100)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--replicas", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=50.0)
    parser.add_argument("--store")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    what = Storm(
        clicks=given.clicks,
        seats=given.seats,
        kills=given.kills,
        replicas=given.replicas,
        within_s=given.seconds,
        seed=given.seed,
    )
    with contextlib.ExitStack() as stack:
        store = given.store
        if store == "postgresql":
            store = stack.enter_context(postgres_database(stack.enter_context(postgres_cluster()), "storm"))
        found = asyncio.run(storm(what, store))
    print(found, flush=True)  # noqa: T201 - what the script is run for
    return int(bool(found.wrong()))


if __name__ == "__main__":
    raise SystemExit(main())
