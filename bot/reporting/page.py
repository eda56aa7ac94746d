"""A report as one HTML page that needs nothing else: charts inside, tables behind them, no script and no address."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from html import escape
from pathlib import Path

from bot.reporting.charts import draw_for_page, font_file
from community.kpi.everything import Direction, Figure, Unit
from community.reports.report import Line, Report, Section, Tone
from handlers.figures.words import trend_text
from handlers.reports.words import (
    HEADS,
    PURPOSES,
    bare_text,
    interval_text,
    line_text,
    month_name,
    remarks_of,
    state_of,
    title_of,
    usual_text,
)
from locales import Translator

STYLE = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
FALLBACK = "Tsudoi Report"  # the name in the style sheet of the font that the page brings along

ALL = 0.995  # from here on, 100 % are shown
Draw = Callable[[Report, Line, Translator], str]


def report_page(report: Report, community: str, t: Translator, draw: Draw = draw_for_page) -> str:
    """Return the page."""
    body = "\n".join(
        [
            "<header>",
            f'<p class="community">{escape(community)}</p>',
            f"<h1>{escape(title_of(report, t))}</h1>",
            f'<p class="purpose">{escape(t.line(PURPOSES[report.stakeholder]))}</p>',
            _state(report, t),
            "</header>",
            "<main>",
            _remarks(report, t),
            *([] if report.is_empty else [_section(report, section, t, draw) for section in report.sections]),
            "</main>",
            f"<footer>{''.join(f'<p>{escape(said)}</p>' for said in _foot(t))}</footer>",
        ]
    )
    title = f"{title_of(report, t)} – {community}"
    font = _font_face(body + title)
    return (
        f'<!DOCTYPE html>\n<html lang="{t.language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(title)}</title>\n<style>\n{font}{STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _text(said: str) -> str:
    """Return a text for the page, whose numbers stay with their sign in one line."""
    return escape(said).replace(" %", "\u00a0%")


def _state(report: Report, t: Translator) -> str:
    said = state_of(report, t)
    return f'<p class="state">{_text(said)}</p>' if said else ""


def _remarks(report: Report, t: Translator) -> str:
    found = {tone: remarks_of(report, tone, t) for tone in Tone}
    boxes = [
        f'<section class="{tone.value}"><h2>{escape(t.line(HEADS[tone]))}</h2>'
        f"<ul>{''.join(f'<li>{_text(one)}</li>' for one in said)}</ul></section>"
        for tone, said in found.items()
        if said
    ]
    return f'<div class="remarks">{"".join(boxes)}</div>' if boxes else ""


def _section(report: Report, section: Section, t: Translator, draw: Draw) -> str:
    figures = "\n".join(_figure(report, line, t, draw) for line in section.lines)
    return f'<section><h2>{escape(t.line(section.title))}</h2>\n<div class="figures">\n{figures}\n</div></section>'


def _figure(report: Report, line: Line, t: Translator, draw: Draw) -> str:
    kpi, figure = line.about, line.figure
    rests = []
    if kpi.unit is not Unit.COUNT:
        rests.append(t.line("n = {n}", n=f"{figure.n:,}"))
    if likely := interval_text(kpi, figure, t):
        rests.append(t.line("likely {interval}", interval=likely))
    if figure.coverage is not None and figure.coverage < ALL:
        rests.append(t.line("{share} % could be counted", share=f"{100 * figure.coverage:.0f}"))
    parts = [
        f'<article class="figure{"" if line.has_data else " none"}" id="{kpi.id}">',
        f"<h3>{escape(t.line(kpi.name))}</h3>",
        f'<p class="value">{_text(bare_text(kpi, figure, t))}</p>',
        _goes(line, t),
        f'<p class="rests">{_text(" · ".join(rests))}</p>' if line.has_data and rests else "",
        f'<p class="says">{escape(t.line(kpi.sentence))}</p>',
    ]
    if kpi.reference:
        said = t.line("Elsewhere: {text}.", text=t.line(kpi.reference.text))
        parts.append(f'<p class="small">{_text(said)} ({_text(t.line(kpi.reference.source))})</p>')
    if line.has_chart:
        label = escape(t.line("Chart of twelve months. {line}", line=line_text(line, t)), quote=True)
        parts.append(f'<div class="chart" role="img" aria-label="{label}">{draw(report, line, t)}</div>')
    if line.has_past:
        parts.append(_table(report, line, t))
    parts.append("</article>")
    return "\n".join(part for part in parts if part)


def _goes(line: Line, t: Translator) -> str:
    """Return which way a figure goes; good and bad are told by words, and by colour only beside them."""
    if line.trend.direction is Direction.UNKNOWN:
        return ""
    said = escape(trend_text(line.trend, t))
    good = line.trend.is_good(line.about)
    if good is not None:
        word = t.line("good") if good else t.line("not good")
        said = f'<span class="{"is-good" if good else "is-bad"}">{said} · {escape(word)}</span>'
    usual = usual_text(line.about, line.trend, t)
    return f'<p class="goes">{said}{f" · {_text(usual)}" if usual else ""}</p>'


def _table(report: Report, line: Line, t: Translator) -> str:
    names = (t.line("Month"), t.line("Value"), t.line("n"), t.line("Interval"))
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    rows = "\n".join(
        f'<tr><th scope="row">{escape(month_name(month, t))}</th>'
        + "".join(f"<td>{_text(cell)}</td>" for cell in _cells(line, figure, t))
        + "</tr>"
        for month, figure in zip(report.months, line.figures, strict=True)
    )
    caption = escape(t.line("{name}, month by month", name=t.line(line.about.name)))
    summary = escape(t.line("As a table"))
    return (
        f'<details><summary>{summary}</summary><div class="scroll"><table>'
        f"<caption>{caption}</caption><thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div></details>"
    )


def _cells(line: Line, figure: Figure, t: Translator) -> tuple[str, str, str]:
    return bare_text(line.about, figure, t), f"{figure.n:,}", interval_text(line.about, figure, t) or "–"


def _foot(t: Translator) -> list[str]:
    return [
        t.line(
            "n is what a figure rests on. Likely: the 95 % interval. Usual (the dashed line) is the median of up to six"
            " months before; a figure is called rising or falling only where chance does not explain the difference."
        ),
        t.line("Counted from the community's activity log. No message and no member can be read out of this page."),
    ]


def _font_face(text: str) -> str:
    """Return the letters of the page that not every reader's fonts have, as a font inside it.

    It is only used where the reader has no font for Japanese. The IPA Font License v1.0 lets documents embed it.
    """
    letters = {letter for letter in text if not letter.isascii()}
    if not letters:
        return ""
    from fontTools import subset  # type: ignore[import-untyped] # noqa: PLC0415 - comes with matplotlib, and is as slow

    options = subset.Options(flavor="woff", layout_features=[], notdef_outline=True, hinting=False)
    with subset.load_font(str(font_file()), options) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(text="".join(sorted(letters)))
        cutter.subset(font)
        out = io.BytesIO()
        subset.save_font(font, out, options)
    data = base64.b64encode(out.getvalue()).decode()
    return f'@font-face {{ font-family: "{FALLBACK}"; src: url(data:font/woff;base64,{data}) format("woff"); }}\n'
