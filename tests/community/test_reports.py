"""What a report says at its head: chosen by rules, good and bad alike, and nothing of nothing."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from chat.marks import msg
from community.kpi.everything import KPI_OF, KPIS, NOTHING, Better, Direction, Figure, Period, Stakeholder, kpis_for
from community.reports.goals import ADVICE, GOALS
from community.reports.report import MONTHS, REMARKS, Against, Remark, Report, Tone, build, kpis_of
from community.reports.settings import ReportSettings
from tests.reporting import YEAR, invented, invented_report

EVERYBODY = pytest.mark.parametrize("stakeholder", Stakeholder)


@dataclass
class Year:
    """A year in which every figure is what it always was, but for those that are told to be different."""

    stakeholder: Stakeholder = Stakeholder.CUSTOMER_SUCCESS

    def report(self, **newest: Figure) -> Report:
        found = {(name, month): Figure(100.0, 100) for name in kpis_of(self.stakeholder) for month in YEAR}
        for name in kpis_of(self.stakeholder):
            if KPI_OF[name].unit in ("share", "score"):
                for month in YEAR:
                    found[name, month] = Figure(0.5, 100, 1.0, -1.0, 1.0)
        return build(self.stakeholder, YEAR, found | {(name, YEAR[-1]): figure for name, figure in newest.items()})


GOOD, BAD = Figure(0.9, 100, 1.0, 0.85, 0.95), Figure(0.1, 100, 1.0, 0.05, 0.15)


@EVERYBODY
def test_a_report_holds_what_belongs_to_its_reader_and_each_figure_once(stakeholder: Stakeholder) -> None:
    names = kpis_of(stakeholder)
    assert set(names) == {kpi.id for kpi in kpis_for(stakeholder)}
    assert len(names) == len(set(names))
    assert len(GOALS[stakeholder]) >= 4


def test_whatever_can_go_wrong_has_something_that_helps() -> None:
    assert {kpi.id for kpi in KPIS if kpi.better is not Better.NEITHER} <= set(ADVICE)
    assert set(ADVICE) <= set(KPI_OF)


def test_nothing_is_said_of_what_is_as_always() -> None:
    told = [remark for remark in Year().report().remarks if remark.against is Against.PAST]
    assert told == []


def test_good_and_bad_news_stand_side_by_side_with_what_to_do() -> None:
    report = Year().report(answered_24h=GOOD, solved_by_peers=BAD, at_risk_share=GOOD)
    assert [r.kpi for r in report.told(Tone.WELL)] == ["answered_24h"]
    assert [r.kpi for r in report.told(Tone.BADLY)] == ["solved_by_peers", "at_risk_share"], "more gone quiet is bad"
    todo = report.told(Tone.TODO)
    assert [r.advice for r in todo] == [ADVICE["solved_by_peers"], ADVICE["at_risk_share"]]


def test_one_goal_gives_one_piece_of_news_of_each_kind() -> None:
    report = Year().report(answered_24h=BAD, first_answer_median=Figure(900.0, 50, 1.0, 800.0, 1000.0))
    assert [r.kpi for r in report.told(Tone.BADLY)] == ["answered_24h"]


def test_the_same_advice_is_given_once() -> None:
    report = Year().report(answered_24h=BAD, helpers=Figure(3.0, 3))
    assert [r.kpi for r in report.told(Tone.BADLY)] == ["answered_24h", "helpers"]
    assert len(report.told(Tone.TODO)) == 1


@EVERYBODY
def test_no_more_is_said_than_can_be_remembered(stakeholder: Stakeholder) -> None:
    report = invented_report(stakeholder)
    for tone in Tone:
        assert len(report.told(tone)) <= REMARKS


def test_what_is_better_than_elsewhere_is_said_where_the_past_says_nothing() -> None:
    found = {(name, month): NOTHING for name in kpis_of(Stakeholder.MARKETING) for month in YEAR}
    found["attendance", YEAR[-1]] = Figure(0.9, 80, 1.0, 0.82, 0.95)
    found["no_show", YEAR[-1]] = Figure(0.1, 80, 1.0, 0.05, 0.18)
    report = build(Stakeholder.MARKETING, YEAR, found)
    assert report.told(Tone.WELL) == (Remark(Tone.WELL, "attendance", Against.REFERENCE),)
    found["attendance", YEAR[-1]] = Figure(0.9, 4, 1.0, 0.7, 0.95)
    found["no_show", YEAR[-1]] = NOTHING
    assert build(Stakeholder.MARKETING, YEAR, found).remarks == (), "four people say nothing"


def test_months_before_the_community_are_no_zeros() -> None:
    report = invented_report(Stakeholder.MANAGEMENT, begun=10)
    joins = report.line("joins")
    assert joins.figures[:10] == (NOTHING,) * 10
    assert joins.trend.direction is Direction.UNKNOWN, "a start is no rise"
    assert not report.has_trends
    assert report.line("leavers").figures[9] == NOTHING


@EVERYBODY
def test_a_year_without_anything_is_empty_and_divides_by_nothing(stakeholder: Stakeholder) -> None:
    zero = {(kpi.id, month): Figure(0.0, 0) if kpi.unit == "count" else NOTHING for kpi in KPIS for month in YEAR}
    report = build(stakeholder, YEAR, zero)
    assert report.is_empty
    assert report.remarks == ()
    assert report.leads(6) == ()


@EVERYBODY
def test_the_leading_figures_come_from_all_goals_in_the_reports_order(stakeholder: Stakeholder) -> None:
    report = invented_report(stakeholder)
    for most in (1, 4, 6, 8):
        leads = report.leads(most)
        assert len(leads) == most
        assert [line.kpi for line in leads] == [line.kpi for line in report.lines if line in leads]
    goals = [section for section in report.sections if set(section.lines) & set(report.leads(6))]
    assert len(goals) >= min(4, len(report.sections))


def test_a_year_is_reported_whole() -> None:
    assert MONTHS == 12
    report = build(Stakeholder.SALES, YEAR, invented())
    assert report.month == YEAR[-1]
    assert all(len(line.figures) == MONTHS for line in report.lines)
    assert all(isinstance(month, Period) for month in report.months)


@pytest.mark.parametrize(
    "wrong", [{"weekday": "someday"}, {"time": "25:00"}, {"monthly": ("the-boss",)}, {"time": "noon"}]
)
def test_a_setting_that_is_on_no_calendar_is_refused_by_its_name(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=f"reports.{next(iter(wrong))}"):
        ReportSettings(**wrong)  # type: ignore[arg-type]


def test_advice_is_marked_for_translation() -> None:
    assert all(text == msg(text) and text.endswith(".") for text in ADVICE.values())
