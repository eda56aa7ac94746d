"""How a report speaks: its name, its month, its remarks, and each figure in words."""

from __future__ import annotations

from babel.dates import format_skeleton

from chat.limits import OPTION_LABEL
from community.kpi.everything import Direction, Figure, Kpi, Period, Stakeholder, Trend, Unit
from community.kpi.terms import LEAST_N
from community.reports.report import Against, Line, Remark, Report, Tone
from handlers.figures.words import READERS, figure_text, trend_text, value_text
from handlers.public import shortened
from locales import Translator, msg

HEADS = {Tone.WELL: msg("What went well"), Tone.BADLY: msg("What went badly"), Tone.TODO: msg("What to do now")}
SILENT = {
    Tone.WELL: msg("Nothing is clearly better than usual."),
    Tone.BADLY: msg("Nothing is clearly worse than usual."),
}
PURPOSES = {
    Stakeholder.CUSTOMER_SUCCESS: msg("Do customers get help, settle in and stay?"),
    Stakeholder.SALES: msg("Does the community open doors and keep relationships warm?"),
    Stakeholder.MARKETING: msg("Do new people find us, join in and tell others?"),
    Stakeholder.DEVELOPMENT: msg("What do users want, and where do they get stuck?"),
    Stakeholder.MANAGEMENT: msg("Is the community alive, does it help, and does it carry itself?"),
}
_NAME = OPTION_LABEL  # characters of the community's name in a title


def title_of(report: Report, t: Translator) -> str:
    """Return the report's name."""
    return t.line("{reader}: report for {month}", reader=t.line(READERS[report.stakeholder]), month=month_of(report, t))


def month_of(report: Report, t: Translator) -> str:
    """Return the report's month."""
    return month_name(report.month, t)


def month_name(month: Period, t: Translator) -> str:
    """Return a month as people of this language write it."""
    return format_skeleton("yMMMM", month.start, locale=t.locale)


def community_name(name: str) -> str:
    """Return the community's name, fit for a title."""
    return shortened(" ".join(name.split()), _NAME)


def state_of(report: Report, t: Translator) -> str:
    """Return what has to be known before the figures are read; empty where nothing has."""
    if report.is_empty:
        return t.line("Nothing was counted in {month}, so there is nothing to report.", month=month_of(report, t))
    said = []
    if not report.over:
        said.append(t.line("The month is not over: its figures will still change."))
    if not report.has_trends:
        said.append(t.line("There are not yet enough months to say what is usual; arrows appear with the fourth."))
    return ("" if t.language == "ja" else " ").join(said)


def remarks_of(report: Report, tone: Tone, t: Translator) -> list[str]:
    """Return the sentences of one kind; where there are none, the one that says so, if it is worth saying."""
    said = [remark_text(report, remark, t) for remark in report.told(tone)]
    if said or report.is_empty or tone not in SILENT or not report.has_trends:
        return said
    return [t.line(SILENT[tone])]


def remark_text(report: Report, remark: Remark, t: Translator) -> str:
    """Return a remark as a sentence."""
    if remark.tone is Tone.TODO:
        return t.line(remark.advice)
    line = report.line(remark.kpi)
    told = {"name": t.line(line.about.name), "figure": bare_text(line.about, line.figure, t)}
    well = remark.tone is Tone.WELL
    if remark.against is Against.REFERENCE:
        usual = value_text(line.about.unit, _reference(line), t)
        if well:
            return t.line("{name}: {figure}. That is better than elsewhere ({usual}).", usual=usual, **told)
        return t.line("{name}: {figure}. That is worse than elsewhere ({usual}).", usual=usual, **told)
    usual = value_text(line.about.unit, line.trend.usual or 0.0, t)
    if well:
        return t.line("{name}: {figure}. That is better than usual ({usual}).", usual=usual, **told)
    return t.line("{name}: {figure}. That is worse than usual ({usual}).", usual=usual, **told)


def _reference(line: Line) -> float:
    return (line.about.reference.value if line.about.reference else None) or 0.0


def bare_text(kpi: Kpi, figure: Figure, t: Translator) -> str:
    """Return a figure's value with its unit, or that there is none. Nothing of nothing is never shown as 0 %."""
    if figure.value is None or (not figure.n and kpi.unit is not Unit.COUNT):
        return t.line("no data")
    return value_text(kpi.unit, figure.value, t)


def interval_text(kpi: Kpi, figure: Figure, t: Translator) -> str:
    """Return the interval of a figure; empty where it has none."""
    if figure.value is None or figure.low is None or figure.high is None or figure.n < LEAST_N:
        return ""
    low, high = value_text(kpi.unit, figure.low, t), value_text(kpi.unit, figure.high, t)
    return t.line("{low} to {high}", low=low, high=high)


def usual_text(kpi: Kpi, trend: Trend, t: Translator) -> str:
    """Return what is usual here; empty where that is not known."""
    return "" if trend.usual is None else t.line("usually {value}", value=value_text(kpi.unit, trend.usual, t))


def goes_text(line: Line, t: Translator) -> str:
    """Return which way a figure goes, and whether that is good."""
    return " · ".join(part for part in (trend_text(line.trend, t), verdict_text(line, t)) if part)


def verdict_text(line: Line, t: Translator) -> str:
    """Return whether the way that a figure goes is good news; empty where it is neither."""
    good = line.trend.is_good(line.about)
    if good is None:
        return ""
    return t.line("good") if good else t.line("not good")


def line_text(line: Line, t: Translator) -> str:
    """Return a line as a sentence: of a chart, too, for who does not see it."""
    parts = [t.line("{name}: {figure}", name=t.line(line.about.name), figure=figure_text(line.about, line.figure, t))]
    if line.trend.direction is not Direction.UNKNOWN:
        parts += [trend_text(line.trend, t), usual_text(line.about, line.trend, t)]
    return " · ".join(part for part in parts if part)
