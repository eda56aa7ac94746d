"""Makes the files that are sent: a report's in a process of its own, what is kept of a member from the store."""

from __future__ import annotations

from bot.clock import Clock
from bot.reporting.files import Workshop
from chat.port import RefusedError
from storage.engine import Database
from storage.held.export_recipe import read_recipe
from storage.unit import Unit


class Files:
    """Whoever makes files for the outbox."""

    def __init__(self, db: Database, clock: Clock, workshop: Workshop | None = None) -> None:
        self._db = db
        self._clock = clock
        self._workshop = workshop or Workshop()

    async def make(self, written: bytes) -> bytes:
        """Return the file of a recipe.

        Raises:
            RefusedError: it cannot be made, for example because its member has been erased meanwhile.

        """
        recipe = read_recipe(written)
        if recipe is None:
            return await self._workshop.make(written)
        now = self._clock.now()
        async with self._db.reading() as conn:
            unit = Unit(conn, recipe.community, now)
            if await unit.people.by_id(recipe.member) is None:
                raise RefusedError("no_member", "there is no such member any more")
            return await unit.export.everything(recipe.member, now)
