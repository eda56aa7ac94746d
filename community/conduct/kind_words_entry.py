"""One word of a list of hurtful words."""

from __future__ import annotations

import msgspec


class Entry(msgspec.Struct, frozen=True):
    """A word that may hurt. ``but`` are phrases that contain it and hurt nobody."""

    word: str
    instead: str = ""  # what could be said instead, in the words of the list's language
    but: tuple[str, ...] = ()
