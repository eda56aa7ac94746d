"""What a menu of people showed when it was drawn, carried in its action.

A menu sends who is ticked, not what was changed. Read against the list of now, everybody who was ticked elsewhere in
the meantime would look like somebody who was just unticked. So the action says who was ticked when it was drawn.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from hashlib import sha256

_LENGTH = 8  # of a digest; it only has to notice that the list has changed


def drawn(shown: Sequence[int], ticked: Collection[int]) -> str:
    """Return what a menu shows, short enough for its action."""
    bits = sum(1 << n for n, member in enumerate(shown) if member in ticked)
    return f"{bits:x}-{_digest(shown)}"


def ticked_then(word: str, shown: Sequence[int]) -> set[int] | None:
    """Return who was ticked when a menu was drawn; None where it showed others than it would now."""
    bits, _, digest = word.partition("-")
    if digest != _digest(shown):
        return None
    try:
        kept = int(bits, 16)
    except ValueError:
        return None
    return {member for n, member in enumerate(shown) if kept >> n & 1}


def _digest(shown: Sequence[int]) -> str:
    return sha256(",".join(str(member) for member in shown).encode()).hexdigest()[:_LENGTH]
