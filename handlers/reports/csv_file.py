"""A report as CSV: one row for each figure and month, numbers as numbers, for a spreadsheet."""

from __future__ import annotations

import csv
import io

from community.kpi.everything import Figure, Unit
from community.reports.report import Line, Report
from handlers.figures.words import LETTERS, trend_text
from handlers.meetups.files import BOM, defused
from handlers.reports.words import verdict_text
from locales import Translator, msg

COLUMNS = (
    msg("Goal"),
    msg("Side"),
    msg("Figure"),
    msg("Month"),
    msg("Value"),
    msg("Unit"),
    msg("n"),
    msg("Interval from"),
    msg("Interval to"),
    msg("Part that could be counted"),
    msg("Usual"),
    msg("Trend"),
    msg("Verdict"),
)
UNITS = {
    Unit.COUNT: msg("number"),
    Unit.SHARE: msg("share from 0 to 1"),
    Unit.RATIO: msg("share from 0 to 1"),
    Unit.DURATION: msg("seconds"),
    Unit.SCORE: msg("points from −100 to 100"),
}
_DIGITS = 6


def report_csv(report: Report, t: Translator) -> bytes:
    """Return the file. RFC 4180; a figure that there is not is an empty cell, never a zero."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([t.line(column) for column in COLUMNS])
    for section in report.sections:
        for line in section.lines:
            for n, (month, figure) in enumerate(zip(report.months, line.figures, strict=True), start=1):
                row = _row(line, figure, t, newest=n == len(report.months))
                writer.writerow([_cell(cell) for cell in (t.line(section.title), *row[:2], str(month), *row[2:])])
    return BOM + text.getvalue().encode()


def _row(line: Line, figure: Figure, t: Translator, *, newest: bool) -> list[str | float | None]:
    kpi = line.about
    return [
        t.line(LETTERS[kpi.letter]),
        t.line(kpi.name),
        figure.value,
        t.line(UNITS[kpi.unit]),
        figure.n,
        figure.low,
        figure.high,
        figure.coverage,
        line.trend.usual if newest else None,
        trend_text(line.trend, t) if newest else "",
        verdict_text(line, t) if newest else "",
    ]


def _cell(cell: str | float | None) -> str:
    """Return a cell: a number as it is, however it begins; words so that no spreadsheet takes them for a formula."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return defused(cell)
    return f"{cell:.{_DIGITS}f}".rstrip("0").rstrip(".") if isinstance(cell, float) else str(cell)
