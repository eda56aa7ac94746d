"""Marks by which a message of ours is known again: its key, and the server it was written for.

A nonce is checked for a few minutes only and comes back with the creation only, so it cannot be looked for later.
Components may carry an ``id`` of our choice (a 32-bit integer, unique in its message, returned with every reading of
the message; discord.com/developers/docs/components/reference#anatomy-of-a-component). Readers never see it.

- the container's id is a hash of the key (31 bits);
- the last component directly in the container has another 31 bits of it, where there is more than one component;
- the first component directly in the container has a hash of the server's id. A direct message belongs to no server,
  yet whoever presses its button acts in the community that wrote it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from typing import Any, Final

Json = dict[str, Any]

_MOST: Final = 2**31 - 1
_RESERVED: Final = 64  # ids up to here are what Discord gives to components that have none
_TYPE_CONTAINER: Final = 17


def nonce(key: str) -> str:
    """Return the key as a nonce: at most 25 characters, the same for the same key."""
    return base64.b32encode(hashlib.blake2b(key.encode(), digest_size=20).digest()).decode()[:25]


def _hash(what: str, text: str) -> int:
    digest = hashlib.blake2b(text.encode(), digest_size=8, person=what.encode()).digest()
    return _RESERVED + int.from_bytes(digest, "big") % (_MOST - _RESERVED)


def mark(container: Json, *, key: str | None, server: str) -> None:
    """Write the marks into a container that has not been sent yet."""
    inner: list[Json] = container["components"]
    inner[0]["id"] = _hash("server", server)
    if key is not None:
        container["id"] = _hash("key", key)
        if len(inner) > 1:
            inner[-1]["id"] = _hash("key-again", key)


def _container(message: Json) -> Json | None:
    components = message.get("components") or ()
    return next((c for c in components if c.get("type") == _TYPE_CONTAINER and c.get("components")), None)


def has_key(message: Json, key: str) -> bool:
    """Say whether a message carries the marks of a key."""
    container = _container(message)
    if container is None or container.get("id") != _hash("key", key):
        return False
    inner: list[Json] = container["components"]
    return len(inner) == 1 or inner[-1].get("id") == _hash("key-again", key)


def server_of(message: Json, servers: Iterable[str]) -> str | None:
    """Return which of the servers a message was written for, where it says so."""
    container = _container(message)
    if container is None:
        return None
    written = container["components"][0].get("id")
    return next((server for server in servers if _hash("server", server) == written), None)
