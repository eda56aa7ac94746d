"""Reads what a report is made of."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from community.kpi.everything import Period, PeriodSpan, Stakeholder
from community.reports.report import MONTHS, Report, build, kpis_of
from storage.figures.reading import FigureStore

EARLIEST = 2000  # no chat on either platform is older; a year before is a typing mistake


async def gather(
    figures: FigureStore, stakeholder: Stakeholder, month: Period, *, zone: ZoneInfo, now: datetime
) -> Report:
    """Return a stakeholder's report on a month."""
    months = month.past(MONTHS)
    found = await figures.read(kpis_of(stakeholder), months, zone=zone)
    return build(stakeholder, months, found, over=month.is_over(zone, now))


def read_month(typed: str, zone: ZoneInfo, now: datetime) -> Period | None:
    """Return the month that is meant, the last one where none is said; none where it cannot be told or is to come.

    2026-11, 2026/11, 2026.11 and 2026年11月 are one, in narrow and wide digits.
    """
    newest = Period.latest(PeriodSpan.MONTH, now, zone)
    said = typed.strip()
    if not said:
        return newest
    for mark in "/.年／．－":
        said = said.replace(mark, "-")
    year, _, number = said.removesuffix("月").partition("-")
    if not (year.isdecimal() and number.isdecimal()):
        return None
    if not (EARLIEST <= int(year) <= newest.next.start.year and 1 <= int(number) <= 12):  # noqa: PLR2004 - months
        return None
    month = Period(PeriodSpan.MONTH, newest.start.replace(year=int(year), month=int(number)))
    return month if month <= newest.next else None
