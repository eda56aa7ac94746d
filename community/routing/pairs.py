"""Who has been talking with whom: one fading number and a moment per pair of members, and no more pairs than fit."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from community.routing.counters import NEVER, Floats

PAIRS = 150_000  # remembered; then those who were answered longest ago lose all of theirs
_NOTHING = (0.0, NEVER)
_NOBODY: Mapping[int, tuple[float, float]] = MappingProxyType({})


class Pairs:
    """How often, fading, each member was answered by each other, and when last."""

    def __init__(self, half_life: float, kept: int = PAIRS) -> None:
        self._half_life, self._kept = half_life, kept
        self._rows: OrderedDict[int, dict[int, tuple[float, float]]] = OrderedDict()  # who was answered last, last
        self._count = 0

    def add(self, one: int, other: int, at: float) -> None:
        """Count that ``other`` answered ``one``."""
        row = self._rows.get(one)
        if row is None:
            row = self._rows[one] = {}
        else:
            self._rows.move_to_end(one)
        known = row.get(other)
        if known is not None and at < known[1]:  # told late, by an import
            row[other] = (known[0] + 0.5 ** ((known[1] - at) / self._half_life), known[1])
            return
        if known is not None:
            row[other] = (1.0 + known[0] * 0.5 ** ((at - known[1]) / self._half_life), at)
            return
        row[other] = (1.0, at)
        self._count += 1
        if self._count > self._kept and len(self._rows) > 1:
            self._count -= len(self._rows.popitem(last=False)[1])

    def of(self, one: int) -> Mapping[int, tuple[float, float]]:
        """Return who answered a member: how often as of when last."""
        return self._rows.get(one, _NOBODY)

    def toward(self, one: int, others: Sequence[int], at: float) -> tuple[Floats, Floats]:
        """Return how often each of the others answered one, and when last."""
        row = self._rows.get(one)
        if not row:
            return np.zeros(len(others)), np.full(len(others), NEVER)
        return self._faded([row.get(who, _NOTHING) for who in others], at)

    def back(self, one: int, others: Sequence[int], at: float) -> tuple[Floats, Floats]:
        """Return how often one answered each of the others, and when last."""
        rows = self._rows
        return self._faded([rows.get(who, _NOBODY).get(one, _NOTHING) for who in others], at)

    def _faded(self, found: list[tuple[float, float]], at: float) -> tuple[Floats, Floats]:
        table = np.array(found).reshape(-1, 2)
        moments: Floats = table[:, 1]
        values: Floats = table[:, 0] * np.exp2((moments - at) / self._half_life)
        return values, moments

    def forget(self, member: int) -> None:
        """Take a member out of both sides."""
        self._rows.pop(member, None)
        for row in self._rows.values():
            row.pop(member, None)
        self._count = sum(map(len, self._rows.values()))
