"""How figures are written: with their unit, with what they rest on, and which way they go."""

from __future__ import annotations

from datetime import timedelta

from chat.answers import Say
from chat.card import Accent
from community.kpi.everything import Direction, Figure, Kpi, Letter, Stakeholder, Trend, Unit
from community.kpi.terms import LEAST_N
from handlers.readers import note
from locales import Translator, msg

SMALL = 100  # below, chance moves a share by ten points either way, so the interval is shown
LETTERS = {
    Letter.SUPPORT: msg("Support"),
    Letter.PRODUCT: msg("Product"),
    Letter.ACQUISITION: msg("Acquisition"),
    Letter.CONTRIBUTION: msg("Contribution"),
    Letter.ENGAGEMENT: msg("Engagement"),
    Letter.SUCCESS: msg("Success"),
}
READERS = {
    Stakeholder.CUSTOMER_SUCCESS: msg("Customer success"),
    Stakeholder.SALES: msg("Sales"),
    Stakeholder.MARKETING: msg("Marketing"),
    Stakeholder.DEVELOPMENT: msg("Development"),
    Stakeholder.MANAGEMENT: msg("Management"),
}
ARROWS = {Direction.UP: "↑", Direction.DOWN: "↓", Direction.LEVEL: "→", Direction.UNKNOWN: ""}
_WORDS = {Direction.UP: msg("rising"), Direction.DOWN: msg("falling"), Direction.LEVEL: msg("steady")}


def value_text(unit: Unit, value: float, t: Translator) -> str:
    """Return a value with its unit."""
    match unit:
        case Unit.COUNT:
            return f"{value:,.0f}"
        case Unit.DURATION:
            return t.span(timedelta(seconds=value))
        case Unit.SCORE:
            return f"{value:+.0f}".replace("-", "−") if round(value) else "0"
        case Unit.SHARE | Unit.RATIO:
            return t.line("{share} %", share=f"{100 * value:.1f}")


def figure_text(kpi: Kpi, figure: Figure, t: Translator) -> str:
    """Return a figure: its value, what it rests on, and its interval where that is little."""
    if figure.value is None:
        return t.line("not known yet (n = {n})", n=f"{figure.n:,}") if figure.n else t.line("nothing to count yet")
    said = value_text(kpi.unit, figure.value, t)
    if kpi.unit is not Unit.COUNT and figure.n < LEAST_N:
        return said + t.n(" (only {n}: a hint)", " (only {n}: a hint)", figure.n).plain()
    if kpi.unit is not Unit.COUNT:
        said += t.line(" (n = {n}{likely})", n=f"{figure.n:,}", likely=_interval(kpi, figure, t))
    return said


def still_counting(t: Translator) -> Say:
    """Return what a moderator is told while a large log is folded."""
    return note(t("The figures are being counted. Please try again in a minute."), Accent.WARM)


def trend_text(trend: Trend, t: Translator) -> str:
    """Return which way a figure goes, as an arrow and a word; empty where that is not known."""
    if trend.direction is Direction.UNKNOWN:
        return ""
    return f"{ARROWS[trend.direction]} {t.line(_WORDS[trend.direction])}"


def _interval(kpi: Kpi, figure: Figure, t: Translator) -> str:
    if figure.n >= SMALL or figure.low is None or figure.high is None:
        return ""
    low, high = value_text(kpi.unit, figure.low, t), value_text(kpi.unit, figure.high, t)
    return t.line(", likely {low} to {high}", low=low, high=high)
