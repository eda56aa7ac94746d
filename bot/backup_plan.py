"""What the configuration says of backups, as the job needs it."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from bot.config import Config
from jobs.backup import Plan


def plan_of(config: Config) -> Plan:
    """Return what the file says of backups; the hour is in the zone of the first community, which hears of failures."""
    section, first = config.backup, config.community[0]
    return Plan(
        folder=Path(section.folder),
        at=section.hour,
        zone=ZoneInfo(first.time_zone),
        keep_days=section.keep_days,
        keep_least=section.keep_least,
        tell=first.id,
    )
