"""Figures of an invented year, with a rise, a fall, a gap and small numbers, for tests of reports."""

from __future__ import annotations

import random
from datetime import date

from community.kpi.everything import KPIS, NOTHING, Better, Figure, Kpi, Period, PeriodSpan, Stakeholder, Unit
from community.kpi.intervals import wilson
from community.reports.report import MONTHS, Report, build

MONTH = Period(PeriodSpan.MONTH, date(2026, 10, 1))
YEAR = MONTH.past(MONTHS)
RISING, FALLING, EMPTY = (
    {"active", "answered_24h", "joins"},
    {"solved_by_peers", "member_share", "nsat"},
    {"deflection"},
)


def figure_of(kpi: Kpi, n: int, chance: random.Random) -> Figure:
    """Return a figure of the ``n``-th month."""
    if kpi.id in EMPTY:
        return NOTHING
    last = n == MONTHS - 1
    good = 1.0 if kpi.better is not Better.DOWN else -1.0
    push = (good if kpi.id in RISING else -good if kpi.id in FALLING else 0.0) * last
    if kpi.unit is Unit.COUNT:
        value = max(0.0, round(40 + chance.gauss(0, 3) + 35 * push))
        return Figure(float(value), int(value))
    if kpi.unit is Unit.DURATION:
        value = 3600 * 5 * (1 + 0.1 * chance.random()) * (1 + 2 * max(0.0, -push))
        return Figure(value, 44, 0.96, value * 0.7, value * 1.4)
    if kpi.unit is Unit.SCORE:
        value = 42 + chance.gauss(0, 4) + 60 * push
        return Figure(value, 30, 0.6, value - 15, value + 15)
    of = 60
    hits = min(of, max(0, round(of * (0.6 + chance.gauss(0, 0.03) + 0.3 * push))))
    low, high = wilson(hits, of)
    return Figure(hits / of, of, 1.0, low, high) if kpi.unit is Unit.SHARE else Figure(hits / of, of)


def invented(begun: int = 0) -> dict[tuple[str, Period], Figure]:
    """Return the figures of a year in which the community began with the ``begun``-th month."""
    chance = random.Random(7)  # noqa: S311 - an invention, not a secret
    zero = {kpi.id: Figure(0.0, 0) if kpi.unit is Unit.COUNT else NOTHING for kpi in KPIS}
    return {
        (kpi.id, month): figure_of(kpi, n, chance) if n >= begun else zero[kpi.id]
        for n, month in enumerate(YEAR)
        for kpi in KPIS
    }


def invented_report(stakeholder: Stakeholder, begun: int = 0) -> Report:
    """Return a stakeholder's report on the invented year."""
    return build(stakeholder, YEAR, invented(begun))
