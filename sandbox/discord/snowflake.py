"""Discord's ids: time and a serial in one number. https://discord.com/developers/docs/reference#snowflakes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

EPOCH_MS: Final = 1_420_070_400_000  # 2015-01-01


def snowflake(tick: int) -> str:
    """Return the id that belongs to a unique microsecond stamp; a later stamp gives a larger id."""
    ms, rest = divmod(tick, 1000)
    return str((ms - EPOCH_MS) << 22 | rest << 12)


def time_of(id_: str) -> datetime:
    """Return when an id was made."""
    return datetime.fromtimestamp(((int(id_) >> 22) + EPOCH_MS) / 1000, UTC)


def stamp(at: datetime) -> str:
    """Write a time as Discord does."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
