"""A stakeholder's report on a month: its figures by goals, and what went well, what badly and what to do, by rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

import msgspec

from community.kpi.everything import (
    KPI_OF,
    NOTHING,
    Better,
    Direction,
    Figure,
    Kpi,
    Period,
    Stakeholder,
    Trend,
    Unit,
    trend_of,
)
from community.kpi.terms import LEAST_N
from community.kpi.trend import LOOK_BACK
from community.reports.goals import ADVICE, GOALS

MONTHS = 12  # a year: the same season stands at both ends of a chart
CHARTED = 3  # months that a chart needs: two make a line that tells nothing
REMARKS = 3  # of a kind: who is told more remembers none


class Tone(StrEnum):
    """What a remark is about."""

    WELL = "well"
    BADLY = "badly"
    TODO = "todo"


class Against(StrEnum):
    """What a figure is compared with."""

    PAST = "past"
    REFERENCE = "reference"


class Remark(msgspec.Struct, frozen=True):
    """One sentence at the head of a report."""

    tone: Tone
    kpi: str
    against: Against
    advice: str = ""  # a marked message, where it says what to do


class Line(msgspec.Struct, frozen=True):
    """One KPI: each month's figure, the newest last, and how that stands to its past."""

    kpi: str
    figures: tuple[Figure, ...]
    trend: Trend

    @property
    def about(self) -> Kpi:
        """What is told of."""
        return KPI_OF[self.kpi]

    @property
    def figure(self) -> Figure:
        """The month's own."""
        return self.figures[-1]

    @property
    def has_data(self) -> bool:
        """Whether there is something to tell of the month."""
        return self.figure.value is not None and (self.figure.n > 0 or self.about.unit is Unit.COUNT)

    @property
    def has_past(self) -> bool:
        """Whether there was ever anything."""
        return any(figure.value is not None and figure.n > 0 for figure in self.figures)

    @property
    def has_chart(self) -> bool:
        """Whether a chart would show more than a dot or two."""
        return sum(figure.value is not None and figure.n > 0 for figure in self.figures) >= CHARTED


class Section(msgspec.Struct, frozen=True):
    """What tells of one goal."""

    title: str  # a marked message
    lines: tuple[Line, ...]


class Report(msgspec.Struct, frozen=True):
    """What one stakeholder is told of a month."""

    stakeholder: Stakeholder
    months: tuple[Period, ...]  # the report's own last
    sections: tuple[Section, ...]
    remarks: tuple[Remark, ...]
    over: bool = True  # the month; figures of one that runs will change

    @property
    def month(self) -> Period:
        """The month that is reported on."""
        return self.months[-1]

    @property
    def lines(self) -> Iterator[Line]:
        """All lines, in their order."""
        for section in self.sections:
            yield from section.lines

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened in the month that a figure could rest on."""
        return not any(line.figure.n for line in self.lines)

    @property
    def has_trends(self) -> bool:
        """Whether there is enough past to compare with."""
        return any(line.trend.direction is not Direction.UNKNOWN for line in self.lines)

    def line(self, kpi: str) -> Line:
        """Return a KPI's line."""
        return next(line for line in self.lines if line.kpi == kpi)

    def told(self, tone: Tone) -> tuple[Remark, ...]:
        """Return the remarks of one kind."""
        return tuple(remark for remark in self.remarks if remark.tone is tone)

    def leads(self, most: int) -> tuple[Line, ...]:
        """Return the lines that tell most: the first with data of each goal, then the second, up to ``most``."""
        told = [[line for line in section.lines if line.has_data and line.has_past] for section in self.sections]
        rounds = max(map(len, told), default=0)
        chosen = [lines[n] for n in range(rounds) for lines in told if n < len(lines)][:most]
        return tuple(line for line in self.lines if line in chosen)


def kpis_of(stakeholder: Stakeholder) -> tuple[str, ...]:
    """Return the KPIs of a report, in its order."""
    return tuple(kpi for goal in GOALS[stakeholder] for kpi in goal.kpis)


def build(
    stakeholder: Stakeholder,
    months: Sequence[Period],
    found: Mapping[tuple[str, Period], Figure],
    *,
    over: bool = True,
) -> Report:
    """Return the report on the last of some months.

    Months before the first in which anything happened are no zeros: the community was not there, or not watched.
    """
    names = kpis_of(stakeholder)
    begun = next((month for month in months if any(found[name, month].n for name in names)), months[-1])
    sections = tuple(
        Section(goal.title, tuple(_line(KPI_OF[name], months, begun, found) for name in goal.kpis))
        for goal in GOALS[stakeholder]
    )
    return Report(stakeholder, tuple(months), sections, _remarks(sections), over)


def _line(kpi: Kpi, months: Sequence[Period], begun: Period, found: Mapping[tuple[str, Period], Figure]) -> Line:
    figures = tuple(found[kpi.id, month] if month >= begun else NOTHING for month in months)
    past = figures[:-1][-LOOK_BACK[months[-1].span] :]
    return Line(kpi.id, figures, trend_of(kpi, figures[-1], past))


# ---- what is said at the head


def _remarks(sections: Sequence[Section]) -> tuple[Remark, ...]:
    """Choose what is said: of each goal the first good and the first bad news, in the order of the goals.

    A figure of which neither its past nor a reference point says that it is clearly better or worse gives no remark.
    """
    well: list[Remark] = []
    badly: list[Remark] = []
    for section in sections:
        judged = [(line, *_judge(line)) for line in section.lines if line.has_data]
        for good, kept, tone in ((True, well, Tone.WELL), (False, badly, Tone.BADLY)):
            first = next(((line, against) for line, verdict, against in judged if verdict is good), None)
            if first is not None:
                kept.append(Remark(tone, first[0].kpi, first[1]))
    badly = badly[:REMARKS]
    advice = {ADVICE[remark.kpi]: remark for remark in reversed(badly) if remark.kpi in ADVICE}
    todo = [Remark(Tone.TODO, remark.kpi, remark.against, text) for text, remark in reversed(advice.items())]
    return (*well[:REMARKS], *badly, *todo)


def _judge(line: Line) -> tuple[bool | None, Against]:
    """Return whether a figure is good or bad news, and against what; its own past says more than other communities."""
    good = line.trend.is_good(line.about)
    return (good, Against.PAST) if good is not None else (_beats_reference(line), Against.REFERENCE)


def _beats_reference(line: Line) -> bool | None:
    kpi, figure = line.about, line.figure
    held = kpi.reference.value if kpi.reference else None
    comparable = kpi.unit in (Unit.SHARE, Unit.SCORE) and kpi.better is not Better.NEITHER
    if held is None or not comparable or figure.n < LEAST_N or figure.low is None or figure.high is None:
        return None
    if figure.low <= held <= figure.high:
        return None
    return (figure.low > held) == (kpi.better is Better.UP)
