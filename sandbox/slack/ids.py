"""Identifiers and secrets that look as Slack's do. Those of spaces, people and tokens are stable across restarts."""

from __future__ import annotations

import hashlib
import itertools
import re
import time
from datetime import UTC, datetime

BASE36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TS = re.compile(r"\d{1,12}\.\d{6}")
# Never the same after a restart of the sandbox: the bot's store outlives it and takes a known event id for a repeat.
_serial = itertools.count(time.time_ns() // 1000)


def base36(number: int) -> str:
    """Write a number with the digits and letters of Slack's ids."""
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = BASE36[digit] + digits
    return digits or "0"


def fresh(prefix: str) -> str:
    """Return an id that was never given before, in this run or an earlier one."""
    return prefix + base36(next(_serial))


def stable(prefix: str, *parts: str) -> str:
    """Return the id that belongs to ``parts``, the same in every run."""
    digest = hashlib.blake2b("\0".join(parts).encode(), digest_size=8).digest()
    return prefix + base36(int.from_bytes(digest, "big"))[-10:].rjust(10, "0")


def ts_of(stamp: int) -> str:
    """Write microseconds since 1970 as a message's ``ts``."""
    return f"{stamp // 1_000_000}.{stamp % 1_000_000:06d}"


def is_ts(text: str) -> bool:
    """Say whether this could be a message's ``ts``."""
    return _TS.fullmatch(text) is not None


def when(ts: str) -> datetime:
    """Return the time that a ``ts`` tells."""
    seconds, _, micros = ts.partition(".")
    return datetime.fromtimestamp(int(seconds), UTC).replace(microsecond=int(micros or 0))


def bot_token(space: str) -> str:
    """Return the bot token of a workspace of the sandbox."""
    return f"xoxb-{space}"


def app_token(space: str) -> str:
    """Return the app-level token of a workspace of the sandbox, for Socket Mode."""
    return f"xapp-{space}"


def signing_secret(space: str) -> str:
    """Return what requests to the bot are signed with."""
    return f"secret-{space}"
