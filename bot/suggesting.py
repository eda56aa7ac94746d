"""Proposes choices while an option is being typed: reads only, stores nothing, and proposes nothing when it is late."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import structlog

from bot.clock import Clock
from bot.tracing import new_incident
from chat.answers import Suggest
from chat.events import OptionTyped
from chat.ids import Workspace
from community.config import CommunitySettings
from community.languages import choose_language
from community.permissions import RULES, Rule
from community.settings.overrides import effective_settings
from handlers import gate
from handlers.context import Context, Directory
from handlers.peers import NoPeers, Peers
from handlers.routes import Routes
from locales import translator
from storage.engine import Database
from storage.unit import Unit

log = structlog.get_logger()

PATIENCE_S = 1.0  # by then people have typed on, and what is proposed must fit what stands there


class Suggesting:
    """Runs the handlers that ``handlers.routes.complete`` names, each in a transaction that reads and writes nothing.

    No turn is taken and no lock: a click never waits for somebody's typing. The unit is not flushed, so whatever a
    handler queues in it is lost.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        routes: Routes,
        *,
        directory: Directory,
        peers: Peers | None = None,
        communities: Mapping[str, CommunitySettings],
        community_of: Callable[[Workspace], str | None],
        rules: Mapping[str, Rule] = RULES,
    ) -> None:
        self._rules = rules
        self._db = db
        self._clock = clock
        self._routes = routes
        self._directory = directory
        self._peers = peers or NoPeers()
        self._communities = communities
        self._community_of = community_of

    async def suggest(self, typed: OptionTyped) -> Suggest:
        """Return what fits; nothing where nobody knows, where it fails, or where it takes too long."""
        handler, community = self._routes.completion(typed), self._community_of(typed.workspace)
        if handler is None or community is None:
            return Suggest()
        try:
            async with asyncio.timeout(PATIENCE_S), self._db.reading() as conn:
                ctx = await self._context(Unit(conn, community, self._clock.now()), typed)
                return await gate.suggest(ctx, typed, handler, self._rules)
        except Exception:  # who types on misses nothing
            log.exception("suggesting.failed", command=typed.command, option=typed.option, incident=new_incident())
            return Suggest()

    async def _context(self, unit: Unit, typed: OptionTyped) -> Context:
        overrides = await unit.settings.all()
        settings = effective_settings(
            self._communities[unit.community], {key: override.value for key, override in overrides.items()}
        )
        member = await unit.people.by_user(typed.user)
        language = choose_language(member.language if member else None, typed.locale, settings.language)
        return Context(unit, unit.now, translator(language), settings, self._directory, self._peers)
