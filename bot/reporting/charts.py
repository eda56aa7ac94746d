"""Draws figures of months as charts: a picture for a chat, and drawings for a page that take its colours.

matplotlib costs 40 MB, so it is imported only where something is drawn: in a process of its own
(``bot.reporting.files``) or by ``tsudoi report``. Colours: Okabe and Ito, "Color Universal Design" (2008), told apart
with any kind of sight.
"""

from __future__ import annotations

import importlib.util
import io
import re
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from babel.dates import format_skeleton

from community.kpi.everything import Figure, Unit
from community.reports.report import Line, Report
from handlers.figures.words import value_text
from handlers.reports.words import bare_text, goes_text, title_of, usual_text
from locales import Translator

BLUE, ORANGE = "#0072B2", "#D55E00"  # Okabe and Ito's blue and vermillion: the figure, and what is usual
INK, QUIET, PAPER = "#1f2328", "#57606a", "#ffffff"
# What stands for a colour of the page until it is drawn: no other part of a drawing has these
PAGE_COLOURS = {"#010203": "--ink", "#010204": "--quiet", "#010205": "--series", "#010206": "--usual"}
PANEL = (5.0, 2.6)  # inches, two in a row
DRAWING = (4.2, 1.5)
HEAD = 0.7  # inches, for the title
DPI = 150
COLUMNS = 2
TICKS = 3  # months between the labels below
_WIDE = 34  # characters of a title in one line; a Japanese one counts twice
_HOUR, _DAY = 3600.0, 86400.0


class Colours:
    """The colours of one drawing."""

    def __init__(self, ink: str, quiet: str, series: str, usual: str) -> None:
        self.ink, self.quiet, self.series, self.usual = ink, quiet, series, usual


OF_PICTURE = Colours(INK, QUIET, BLUE, ORANGE)
OF_PAGE = Colours(*PAGE_COLOURS)


def font_file() -> Path:
    """Return the font that has Japanese, found without importing what brings it."""
    spec = importlib.util.find_spec("matplotlib_fontja")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the package matplotlib-fontja, which brings the font for Japanese, is not installed")
    return Path(spec.submodule_search_locations[0]) / "fonts" / "ipaexg.ttf"


def draw_picture(report: Report, lines: Sequence[Line], community: str, t: Translator) -> bytes:
    """Return some figures of a report as one PNG, legible on light and dark backgrounds by its own."""
    from matplotlib import rc_context  # noqa: PLC0415 - see above
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure as Sheet  # noqa: PLC0415

    rows = max(1, -(-len(lines) // COLUMNS))
    columns = min(COLUMNS, max(1, len(lines)))
    with rc_context(_font()):
        sheet = Sheet(figsize=(PANEL[0] * columns, PANEL[1] * rows + HEAD), dpi=DPI, facecolor=PAPER)
        canvas: Any = FigureCanvasAgg(sheet)
        top = 1 - HEAD / (PANEL[1] * rows + HEAD)
        sheet.text(0.08, 1 - (1 - top) * 0.55, f"{community} · {title_of(report, t)}", size=14, color=INK, va="center")
        grid = sheet.add_gridspec(
            rows, columns, left=0.08, right=0.97, top=top - 0.22 / rows, bottom=0.13 / rows, hspace=0.75, wspace=0.22
        )
        for n, line in enumerate(lines):
            axes = sheet.add_subplot(grid[n // COLUMNS, n % COLUMNS])
            _draw(axes, report, line, t, OF_PICTURE)
            axes.set_title(_folded(t.line(line.about.name)), loc="left", size=11, color=INK, pad=24)
            axes.text(0, 1.06, _caption(line, t), transform=axes.transAxes, size=10, color=QUIET)
        out = io.BytesIO()
        canvas.print_png(out)
    return out.getvalue()


def draw_for_page(report: Report, line: Line, t: Translator) -> str:
    """Return a figure's months as an SVG element whose colours are those of the page around it, its texts as text."""
    from matplotlib import rc_context  # noqa: PLC0415 - see above
    from matplotlib.backends.backend_svg import FigureCanvasSVG  # noqa: PLC0415
    from matplotlib.figure import Figure as Sheet  # noqa: PLC0415

    with rc_context({**_font(), "svg.fonttype": "none", "svg.hashsalt": line.kpi}):
        sheet = Sheet(figsize=DRAWING, facecolor="none")
        canvas: Any = FigureCanvasSVG(sheet)
        axes = sheet.add_axes((0.17, 0.19, 0.81, 0.73))
        _draw(axes, report, line, t, OF_PAGE)
        out = io.StringIO()
        canvas.print_svg(out, metadata={"Creator": None, "Date": None, "Format": None, "Type": None})
    return _for_page(out.getvalue())


def _font() -> Any:  # noqa: ANN401 - matplotlib has a type of its own for each key
    """Return the settings under which all texts of a drawing are in the font that has Japanese."""
    from matplotlib import font_manager  # noqa: PLC0415 - see above

    path = str(font_file())
    name = font_manager.FontProperties(fname=path).get_name()
    if all(known.name != name for known in font_manager.fontManager.ttflist):
        font_manager.fontManager.addfont(path)
    return {"font.family": name, "axes.unicode_minus": False}


def _for_page(svg: str) -> str:
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r'<svg [^>]*?viewBox="([^"]+)"[^>]*>', r'<svg viewBox="\1" aria-hidden="true" focusable="false">', svg)
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<g id="[^"]*"', "<g", svg).replace("xlink:href", "href")
    svg = re.sub(r"font-family: [^;\"]*;? ?", "", svg)  # that of the page, which has a font for every letter
    svg = re.sub(r"<style[^>]*>.*?</style>", "", svg, flags=re.DOTALL)  # it would hold for the whole page
    for colour, variable in PAGE_COLOURS.items():
        svg = svg.replace(colour, f"var({variable})")
    return svg.strip()


# ---- one chart


def _draw(axes: Any, report: Report, line: Line, t: Translator, colours: Colours) -> None:  # noqa: ANN401 - matplotlib's
    """Draw a figure's months: counts as bars, all else as a line with its interval where that is known."""
    kpi, scale = line.about, _scale(line)
    at = range(len(report.months))
    values = [_known(figure, scale, counts=kpi.unit is Unit.COUNT) for figure in line.figures]
    if kpi.unit is Unit.COUNT:
        for x, value in zip(at, values, strict=True):
            if value is not None:
                axes.bar(x, value, width=0.7, color=colours.series, alpha=1.0 if x == len(at) - 1 else 0.45, lw=0)
    else:
        gaps = [float("nan") if value is None else value for value in values]
        low = [_bound(figure, figure.low, scale) for figure in line.figures]
        high = [_bound(figure, figure.high, scale) for figure in line.figures]
        axes.fill_between(at, low, high, color=colours.series, alpha=0.18, lw=0)
        axes.plot(at, gaps, color=colours.series, lw=1.8, marker="o", ms=3)
        axes.plot(at[-1:], gaps[-1:], color=colours.series, marker="o", ms=7)
    if line.trend.usual is not None:
        axes.axhline(line.trend.usual / scale, color=colours.usual, lw=1.2, ls=(0, (4, 3)))
    _dress(axes, report, line, t, colours)


def _dress(axes: Any, report: Report, line: Line, t: Translator, colours: Colours) -> None:  # noqa: ANN401
    """Name the months and some values, and leave out whatever tells nothing."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator  # noqa: PLC0415 - see above

    kpi, scale, last = line.about, _scale(line), len(report.months) - 1
    axes.set_xlim(-0.6, last + 0.6)
    if kpi.unit in (Unit.COUNT, Unit.DURATION):
        axes.set_ylim(bottom=0)
        if axes.get_ylim()[1] < 1:
            axes.set_ylim(top=1)
    elif kpi.unit in (Unit.SHARE, Unit.RATIO):
        low, high = axes.get_ylim()
        axes.set_ylim(max(0.0, low), min(1.02, high))
    ticks = list(range(last, -1, -TICKS))
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.set_xticks(ticks, [format_skeleton("MMM", report.months[n].start, locale=t.locale) for n in ticks])
    axes.yaxis.set_major_locator(MaxNLocator(nbins=3, integer=kpi.unit is Unit.COUNT))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick(kpi.unit, value, scale, t)))
    axes.tick_params(colors=colours.quiet, labelsize=10, length=0)
    axes.patch.set_alpha(0)
    for side, spine in axes.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(colours.quiet)
    axes.grid(axis="y", color=colours.quiet, alpha=0.2, lw=0.8)
    axes.set_axisbelow(True)


def _scale(line: Line) -> float:
    """Return in which unit a duration's axis counts."""
    if line.about.unit is not Unit.DURATION:
        return 1.0
    most = max((figure.value for figure in line.figures if figure.value is not None), default=0.0)
    return _DAY if most >= 2 * _DAY else _HOUR if most >= 2 * _HOUR else 60.0


def _known(figure: Figure, scale: float, *, counts: bool) -> float | None:
    """Return a value to draw; none where there was nothing to count, which is no zero."""
    return None if figure.value is None or not (figure.n or counts) else figure.value / scale


def _bound(figure: Figure, bound: float | None, scale: float) -> float:
    return float("nan") if bound is None or figure.value is None else bound / scale


def _tick(unit: Unit, value: float, scale: float, t: Translator) -> str:
    match unit:
        case Unit.DURATION:
            shown = f"{value:g}"
            if scale == _DAY:
                return t.line("{n} d", n=shown)
            return t.line("{n} h", n=shown) if scale == _HOUR else t.line("{n} min", n=shown)
        case Unit.SHARE | Unit.RATIO:
            return t.line("{share} %", share=f"{100 * value:.0f}")
        case _:
            return value_text(unit, value, t)


def _caption(line: Line, t: Translator) -> str:
    parts = [bare_text(line.about, line.figure, t), goes_text(line, t), usual_text(line.about, line.trend, t)]
    return "  ".join(part for part in parts if part)


def _folded(title: str) -> str:
    wide = _WIDE if title.isascii() else _WIDE // 2 + 8
    return textwrap.shorten(title, wide, placeholder="…") if title.isascii() else title[:wide]
