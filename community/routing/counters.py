"""What members do, counted with fading memory: the numbers behind "who is about, and who answers"."""

from __future__ import annotations

import math
from collections.abc import MutableSequence, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NEVER = -1e12  # a time before anything that was ever said
_ROOM = 64  # members a fresh table has room for; doubles as needed
_exp2 = math.exp2
_TOO_LARGE = 400.0  # powers of two; a double overflows at 1024


def _cells(array: NDArray[Any]) -> MutableSequence[float]:
    """Return an array's cells to write one by one: a third of what numpy takes for a scalar."""
    return cast("MutableSequence[float]", array.data)


def _scale(power: float) -> float:
    """Return a power of two that is a number; one that looks far back (see an import) is as good as endless."""
    return math.exp2(max(min(power, _TOO_LARGE), -1000.0))


class Fading:
    """One number per member and half-life, halving as time passes.

    Forward decay (Cormode, Shkapenyuk, Srivastava and Xu, "Forward Decay: A Practical Time Decay Model for Streaming
    Systems", ICDE 2009): what is added later is added larger, so nothing has to be touched when time passes. The
    common scale is taken back before it overflows.
    """

    def __init__(self, half_lives: Sequence[float]) -> None:
        self._half_lives = tuple(half_lives)
        self._origin = NEVER
        self._reach = _TOO_LARGE * min(half_lives)
        self._table = np.zeros((len(self._half_lives), _ROOM))
        self._share()

    def _share(self) -> None:
        self._rows = [_cells(row) for row in self._table]
        self._parts = [(1.0 / half_life, row) for half_life, row in zip(self._half_lives, self._rows, strict=True)]

    def reserve(self, members: int) -> None:
        """Make room for that many members."""
        if members <= self._table.shape[1]:
            return
        grown = np.zeros((len(self._half_lives), max(members, 2 * self._table.shape[1])))
        grown[:, : self._table.shape[1]] = self._table
        self._table = grown
        self._share()

    def add(self, member: int, at: float, weight: float = 1.0) -> None:
        """Count something a member did."""
        since = at - self._origin
        if since > self._reach:
            self._table *= [[math.exp2(max(-since / half_life, -1000.0))] for half_life in self._half_lives]
            self._origin, since = at, 0.0
        for speed, cells in self._parts:
            cells[member] += weight * _exp2(since * speed)

    def now(self, which: int, at: float, members: Ints | slice) -> Floats:
        """Return the numbers of these members, faded to this moment."""
        power = (self._origin - at) / self._half_lives[which]
        values: Floats = self._table[which][members] * _scale(power)
        return values

    def one(self, which: int, at: float, member: int) -> float:
        """Return the number of one member, faded to this moment."""
        power = (self._origin - at) / self._half_lives[which]
        return self._rows[which][member] * _scale(power)

    def clear(self, member: int) -> None:
        """Forget one member."""
        if member < self._table.shape[1]:
            self._table[:, member] = 0.0


class Latest:
    """When each member last did something."""

    def __init__(self) -> None:
        self._at = np.full(_ROOM, NEVER)
        self._cells = _cells(self._at)

    def reserve(self, members: int) -> None:
        """Make room for that many members."""
        if members <= len(self._at):
            return
        grown = np.full(max(members, 2 * len(self._at)), NEVER)
        grown[: len(self._at)] = self._at
        self._at, self._cells = grown, _cells(grown)

    def set(self, member: int, at: float) -> None:
        """Note the moment; what is told late (an import) does not make it earlier."""
        self._cells[member] = max(self._cells[member], at)

    def put(self, member: int, at: float) -> None:
        """Note the moment, though it be earlier: what was told last, not what was last."""
        self._cells[member] = at

    def lower(self, member: int, at: float) -> None:
        """Note the moment where none is known, or a later one: the first of all."""
        if self._cells[member] == NEVER or at < self._cells[member]:
            self._cells[member] = at

    def get(self, member: int) -> float:
        """Return the moment of one member."""
        return self._cells[member]

    def of(self, members: Ints | slice) -> Floats:
        """Return the moments of these members."""
        values: Floats = self._at[members]
        return values

    def clear(self, member: int) -> None:
        """Forget one member."""
        if member < len(self._at):
            self._cells[member] = NEVER


class Rhythm:
    """At which hours members are about: one fading count per member and slot of the day or week."""

    def __init__(self, slots: int, slot_seconds: float, half_life: float) -> None:
        self._slots, self._seconds, self._half_life = slots, slot_seconds, half_life
        self._origin = NEVER
        self._table = np.zeros((_ROOM, slots), dtype=np.float32)
        self._cells = _cells(self._table.reshape(-1))

    def reserve(self, members: int) -> None:
        """Make room for that many members."""
        if members <= len(self._table):
            return
        grown = np.zeros((max(members, 2 * len(self._table)), self._slots), dtype=np.float32)
        grown[: len(self._table)] = self._table
        self._table, self._cells = grown, _cells(grown.reshape(-1))

    def add(self, member: int, at: float, weight: float = 1.0) -> None:
        """Count something done at this moment."""
        power = (at - self._origin) / self._half_life
        if power > 60.0:  # noqa: PLR2004 - single precision ends at 2**127
            self._table *= 2.0**-power if power < 120.0 else 0.0  # noqa: PLR2004 - the same
            self._origin, power = at, 0.0
        self._cells[member * self._slots + int(at // self._seconds) % self._slots] += weight * math.exp2(power)

    def near(self, at: float, members: Ints | slice) -> Floats:
        """Return the faded counts around this time: two neighbouring slots, by their distance to the moment."""
        place = at / self._seconds - 0.5
        low = math.floor(place)
        share = place - low
        before, after = low % self._slots, (low + 1) % self._slots
        scale = math.exp2(max(min((self._origin - at) / self._half_life, 60.0), -1000.0))
        one, other = self._table[members, before], self._table[members, after]
        values: Floats = ((1.0 - share) * one + share * other).astype(np.float64) * scale
        return values

    def clear(self, member: int) -> None:
        """Forget one member."""
        if member < len(self._table):
            self._table[member] = 0.0
