"""What was set in the chat and no longer holds, because the file locks it: ``tsudoi doctor`` names it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from bot.config import Config
from chat.port import Finding
from community.config import CommunitySettings
from community.settings.knob_list import of_key
from community.settings.overrides import is_locked
from storage.engine import Database, StoreError
from storage.tables.core import settings


async def check_locked(config: Config) -> list[Finding]:
    """Name what was set in the chat and is overruled by the file; nothing where the store cannot be read."""
    locked = {c.id: CommunitySettings(id=c.id, locked=c.locked) for c in config.community if c.locked}
    if not locked:
        return []
    try:
        db = Database(config.store.url)
    except StoreError:
        return []
    try:
        async with db.reading() as conn:
            rows = (await conn.execute(sa.select(settings.c.community, settings.c.key))).all()
    except (SQLAlchemyError, OSError):  # said already, by whoever looked at the store itself
        return []
    finally:
        await db.close()
    overruled = [key for name, key in rows if name in locked and is_locked(locked[name], key)]
    names = ", ".join(sorted({knob.name if (knob := of_key(key)) else key for key in overruled}))
    return [Finding(ok=True, code="overruled", values={"names": names})] if names else []
