"""Forgets and exports members for an operator, on the store itself.

A bot that runs is asked to forget: it knows the platforms, so what follows for others is as if the member had asked.
Where none runs, it is done here; what is to be changed on the platforms waits in the outbox.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from bot.clock import SystemClock
from bot.config import CommunitySection, Config
from bot.operators.offline import settings_here
from chat.ids import MessageRef, PlaceInfo, Platform, UserRef, Workspace
from chat.port import Capabilities
from community.config import ConfigError
from community.people.members import Member
from handlers.context import Context
from handlers.peers import NoPeers
from handlers.privacy.asking import FORGET
from handlers.privacy.erasing import erase
from locales import translator
from storage.engine import Database
from storage.erasing.erased import ErasedStore
from storage.unit import Unit

ANSWER_S = 12.0  # a running bot looks at its timers every second
LOOK_S = 0.5
_BOTS: frozenset[tuple[Workspace, str]] = frozenset()
_PLACES: dict[tuple[Workspace, str], PlaceInfo] = {}
_PARTS = 3  # of an account
_NOTHING = Capabilities(
    inline_form_errors=False, private_posts=False, private_threads=False, home_tab=False, scheduled_events=False,
    tells_time_zone=False, tells_language=False, post_lookup=False,
)  # fmt: skip


class NoDirectory:
    """Sees no platform: nothing new is posted from the command line."""

    def capabilities(self, workspace: Workspace) -> Capabilities:
        """Return that nothing is possible."""
        del workspace
        return _NOTHING

    def place(self, workspace: Workspace, name: str) -> PlaceInfo | None:
        """Return no channel."""
        return _PLACES.get((workspace, name))

    def link(self, message: MessageRef) -> str:
        """Return no real address."""
        return f"https://invalid/{message.id}"

    def workspace_name(self, workspace: Workspace) -> str:
        """Return the workspace's own id."""
        return str(workspace)

    def is_bot(self, workspace: Workspace, user_id: str) -> bool:
        """Say that nobody is known to be the bot."""
        return (workspace, user_id) in _BOTS
        return False


async def describe(config: Config, who: str, community: str | None, say: Callable[[str], None]) -> None:
    """Say whom it is about, and how much there is of them."""
    async with _store(config) as db, db.reading() as conn:
        unit = Unit(conn, _section(config, community).id, SystemClock().now())
        member = await _member(unit, who)
        counts = await unit.export.counts(member.id)
    say(f"{member.name} (member {member.id}): {', '.join(str(account.user) for account in member.accounts)}")
    say(", ".join(f"{one.table.name} {n}" for one, n in counts))


async def export(config: Config, who: str, community: str | None) -> bytes:
    """Return what is kept about a member."""
    now = SystemClock().now()
    async with _store(config) as db, db.reading() as conn:
        unit = Unit(conn, _section(config, community).id, now)
        return await unit.export.everything((await _member(unit, who)).id, now)


async def forget(config: Config, who: str, community: str | None, say: Callable[[str], None]) -> None:
    """Erase a member, by the bot that runs, or here."""
    section = _section(config, community)
    async with _store(config) as db:
        async with db.writing() as conn:
            unit = Unit(conn, section.id, SystemClock().now())
            member = await _member(unit, who)
            await unit.timers.set(FORGET, member.id, SystemClock().now() - timedelta(seconds=1))
        waited = 0.0
        while waited < ANSWER_S:
            async with db.reading() as conn:
                if await Unit(conn, section.id, SystemClock().now()).people.by_id(member.id) is None:
                    say("Forgotten, by the bot that is running.")
                    return
            await asyncio.sleep(LOOK_S)
            waited += LOOK_S
        await _erase_here(db, config, section, member.id)
        say("Forgotten. What is to be changed on the platforms is done when the bot runs.")


async def _erase_here(db: Database, config: Config, section: CommunitySection, member_id: int) -> None:
    async with db.writing() as conn:
        await db.take_turn(conn, section.id)
        now = SystemClock().now()
        unit = Unit(conn, section.id, now)
        await unit.timers.drop(FORGET, member_id)
        member = await unit.people.by_id(member_id)
        if member is not None:
            settings = await settings_here(config, section, unit, member)
            ctx = Context(unit, now, translator(settings.language), settings, NoDirectory(), NoPeers())
            await erase(ctx, member, key=f"{FORGET}:{now.isoformat()}")
        await unit.flush()


@asynccontextmanager
async def _store(config: Config) -> AsyncIterator[Database]:
    db = Database(config.store.url)
    try:
        db.check_presence()
        yield db
    finally:
        await db.close()


def _section(config: Config, community: str | None) -> CommunitySection:
    sections = {section.id: section for section in config.community}
    if community is None and len(sections) == 1:
        return next(iter(sections.values()))
    if community not in sections:
        raise ConfigError(f"--community is one of {', '.join(sections)}, not {community!r}")
    return sections[community]


async def _member(unit: Unit, who: str) -> Member:
    """Return whom an account or a number means.

    Raises:
        ConfigError: nobody.

    """
    member = None
    parts = who.split(":")
    if who.isdecimal():
        member = await unit.people.by_id(int(who))
    elif len(parts) == _PARTS and parts[0] in {platform.value for platform in Platform}:
        user = UserRef(Platform(parts[0]), parts[1], parts[2])
        member = await unit.people.by_user(user)
        if member is None and await ErasedStore(unit.conn, unit.community).is_erased(user):
            raise ConfigError(f"{who} has been forgotten already")
    if member is None:
        raise ConfigError(f"no member {who!r}; an account is written like slack:T012:U034 or discord:900:123")
    return member
