"""KPIs as data, weeks and months, times that are not over yet, and when a figure has changed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from community.kpi.everything import (
    KPI_OF,
    KPIS,
    Better,
    Direction,
    Figure,
    Period,
    PeriodSpan,
    Stakeholder,
    kpis_for,
    trend_of,
)
from community.kpi.periods import read_period
from community.kpi.survival import quantiles

TOKYO, BERLIN = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin")
# Freireich et al., Blood 21 (1963): weeks in remission under 6-MP; a length that is not over is marked by False
REMISSION = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
ENDED = [True] * 9 + [False] * 12


def test_ids_are_unique_and_every_stakeholder_reads_good_and_bad() -> None:
    assert len(KPI_OF) == len(KPIS)
    for stakeholder in Stakeholder:
        ways = {kpi.better for kpi in kpis_for(stakeholder)}
        assert Better.UP in ways
    assert {Better.UP, Better.DOWN} <= {kpi.better for kpi in kpis_for(Stakeholder.MANAGEMENT)}


def test_the_median_of_a_published_trial_is_found() -> None:
    """23 weeks, with the lower bound of 13 and no upper one: as R's ``survfit`` with ``conf.type="log-log"`` has it."""
    (median,) = quantiles(REMISSION, ENDED, [0.5])
    assert (median.value, median.low, median.high) == (23, 13, None)


def test_what_is_not_over_makes_the_median_longer_never_shorter() -> None:
    (all_over,), (waiting,) = (
        quantiles([1, 2, 3], [True] * 3, [0.5]),
        quantiles([1, 2, 3, 9], [True] * 3 + [False], [0.5]),
    )
    assert all_over.value == 2
    assert waiting.value == 2
    (never,) = quantiles([1, 9, 9, 9], [True, False, False, False], [0.5])
    assert never.value is None
    assert quantiles([], [], [0.5])[0].value is None


@pytest.mark.parametrize(
    ("name", "days"),
    [("2026-W53", (date(2026, 12, 28), date(2027, 1, 4))), ("2026-12", (date(2026, 12, 1), date(2027, 1, 1)))],
)
def test_a_period_has_a_name_and_an_end(name: str, days: tuple[date, date]) -> None:
    period = read_period(name)
    assert (period.start, period.end) == days
    assert str(period) == name
    assert period.next.before(1) == period
    assert period.past(3)[-1] == period


def test_a_week_in_which_the_clocks_change_is_an_hour_longer() -> None:
    start, end = Period.at(PeriodSpan.WEEK, datetime(2026, 10, 24, tzinfo=UTC), BERLIN).bounds(BERLIN)
    assert (end - start).total_seconds() == (7 * 24 + 1) * 3600


def test_the_newest_period_that_is_over_is_told_by_the_communitys_clock() -> None:
    sunday_in_utc = datetime(2026, 11, 29, 16, 0, tzinfo=UTC)  # Monday in Tokyo
    assert str(Period.latest(PeriodSpan.WEEK, sunday_in_utc, TOKYO)) == "2026-W48"
    assert str(Period.latest(PeriodSpan.WEEK, sunday_in_utc, BERLIN)) == "2026-W47"


def counted(n: int) -> Figure:
    return Figure(float(n), n)


def test_a_count_that_moves_as_it_always_does_is_level() -> None:
    active = KPI_OF["active"]
    past = [counted(n) for n in (100, 110, 95, 105, 98, 107, 101, 99)]
    assert trend_of(active, counted(112), past).direction is Direction.LEVEL
    risen = trend_of(active, counted(160), past)
    assert (risen.direction, risen.is_good(active)) == (Direction.UP, True)
    fallen = trend_of(active, counted(40), past)
    assert (fallen.direction, fallen.is_good(active)) == (Direction.DOWN, False)
    assert fallen.change == pytest.approx(40 / 100.5 - 1)
    assert trend_of(active, counted(40), past[:2]).direction is Direction.UNKNOWN


def test_a_share_is_level_while_what_is_usual_lies_in_its_interval() -> None:
    in_a_day = KPI_OF["answered_24h"]
    past = [Figure(0.6, 50, None, 0.46, 0.72)] * 8
    assert trend_of(in_a_day, Figure(0.7, 20, None, 0.48, 0.85), past).direction is Direction.LEVEL
    assert trend_of(in_a_day, Figure(0.7, 400, None, 0.65, 0.74), past).direction is Direction.UP
    assert trend_of(in_a_day, Figure(0.0, 4, None, 0.0, 0.49), past).direction is Direction.UNKNOWN
    assert trend_of(KPI_OF["no_show"], Figure(0.7, 400, None, 0.65, 0.74), past).is_good(KPI_OF["no_show"]) is False
