"""All KPIs by which a community is told how it stands, as data: computed, shown and documented from here."""

from __future__ import annotations

from community.kpi.answers import PRODUCT, SUPPORT
from community.kpi.growth import ACQUISITION, CONTRIBUTION
from community.kpi.periods import Period, PeriodSpan
from community.kpi.terms import (
    NOTHING,
    Better,
    Figure,
    Kpi,
    Letter,
    Reference,
    Source,
    Stakeholder,
    Unit,
)
from community.kpi.ties import ENGAGEMENT, SUCCESS
from community.kpi.trend import Direction, Trend, trend_of

KPIS: tuple[Kpi, ...] = (*SUPPORT, *PRODUCT, *ACQUISITION, *CONTRIBUTION, *ENGAGEMENT, *SUCCESS)
KPI_OF = {kpi.id: kpi for kpi in KPIS}


def kpis_for(stakeholder: Stakeholder) -> tuple[Kpi, ...]:
    """Return what a stakeholder's report tells, in its order."""
    return tuple(kpi for kpi in KPIS if stakeholder in kpi.stakeholders)


__all__ = [
    "KPIS",
    "KPI_OF",
    "NOTHING",
    "Better",
    "Direction",
    "Figure",
    "Kpi",
    "Letter",
    "Period",
    "PeriodSpan",
    "Reference",
    "Source",
    "Stakeholder",
    "Trend",
    "Unit",
    "kpis_for",
    "trend_of",
]
