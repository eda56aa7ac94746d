"""When a message was written, as its id tells on its platform: its fact is then found by time, however old it is.

Sources: docs.slack.dev/messaging/retrieving-messages (``ts``: seconds since 1970, with six places),
discord.com/developers/docs/reference, on ids (milliseconds since 2015 in the upper 42 bits).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from chat.ids import Platform

_STAMP = re.compile(r"(\d{9,10})\.(\d{6})", re.ASCII)
_COUNTED = re.compile(r"\d{16,19}", re.ASCII)
_EPOCH, _DISCORD_EPOCH = datetime(1970, 1, 1, tzinfo=UTC), datetime(2015, 1, 1, tzinfo=UTC)
_SHIFT = 22


def moment_of(platform: Platform, id_: str) -> datetime | None:
    """Return when a message, or the thread that hangs on it, began; none where the id is not the platform's own."""
    if platform is Platform.DISCORD:
        return _DISCORD_EPOCH + timedelta(milliseconds=int(id_) >> _SHIFT) if _COUNTED.fullmatch(id_) else None
    found = _STAMP.fullmatch(id_)
    return _EPOCH + timedelta(seconds=int(found[1]), microseconds=int(found[2])) if found else None
