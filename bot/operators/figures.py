"""``tsudoi figures rebuild``: makes what figures are read from anew from the activity log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.config import Config, community_settings
from community.settings.overrides import effective_settings
from community.when.zones import zone_or
from storage.engine import Database
from storage.figures import rollup
from storage.unit import Unit

PORTION = 100_000  # facts in one transaction: the bot may be running


async def rebuild(config: Config, now: datetime, say: Callable[[str], None]) -> None:
    """Rebuild the roll-ups of all communities."""
    db = Database(config.store.url)
    try:
        for section in config.community:
            base = community_settings(section, ())
            async with db.writing() as conn:
                overrides = await Unit(conn, base.id, now).settings.all()
                await rollup.forget(conn, base.id)
            settings = effective_settings(base, {key: held.value for key, held in overrides.items()})
            zone, facts = zone_or(None, settings.time_zone), 0
            while True:
                async with db.writing() as conn:
                    done = await rollup.fold(conn, base.id, zone, most=PORTION)
                facts += done
                if done < PORTION:
                    break
            say(f"{base.id}: rebuilt from {facts:,} facts")
    finally:
        await db.close()
