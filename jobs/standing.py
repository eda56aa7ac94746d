"""Keeps the timers that always stand: what comes again by itself, at the moments that the settings say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from community.config import CommunitySettings
from community.hours.schedule import ONE, Standing
from community.settings.overrides import effective_settings
from storage.queues.resting import Resting
from storage.queues.timers import TimerStore
from storage.settings import SettingStore


async def keep_standing(
    conn: AsyncConnection, base: CommunitySettings, standing: Sequence[Standing], now: datetime
) -> None:
    """Set each timer to its next moment; one that is due already is left to arrive first."""
    settings = await _settings(conn, base)
    timers = TimerStore(conn, base.id)
    for one in standing:
        held, wanted = await timers.due_at(one.kind, ONE), one.next(settings, now)
        if held == wanted or (held is not None and held <= now):
            continue
        if wanted is not None and await timers.is_put_off(one.kind, ONE):
            continue  # it was due in quiet days: that one comes first
        if wanted is None:
            await timers.drop(one.kind, ONE)
        else:
            await timers.set(one.kind, ONE, wanted)


async def keep_resting(conn: AsyncConnection, base: CommunitySettings, now: datetime) -> None:
    """Put off what was queued before quiet days began, and bring forward what was put off for too long."""
    await Resting(conn, base.id).follow(await _settings(conn, base), now)


async def _settings(conn: AsyncConnection, base: CommunitySettings) -> CommunitySettings:
    overrides = await SettingStore(conn, base.id).all()
    return effective_settings(base, {key: held.value for key, held in overrides.items()})
