"""A report's files: every figure of them equals what the store tells, and they hold nothing else."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser

import pytest

from bot.reporting.charts import OF_PAGE, draw_for_page, font_file
from bot.reporting.files import Workshop, make
from bot.reporting.page import report_page
from chat.port import RefusedError, UnreachableError
from community.kpi.everything import KPI_OF, KPIS, NOTHING, Figure, Stakeholder, Unit
from community.reports.report import MONTHS, Report, build
from handlers.reports.csv_file import COLUMNS
from handlers.reports.recipe import FileKind, Recipe, read_recipe, write_recipe
from locales import translator
from tests.reporting import YEAR, invented, invented_report

LANGUAGES = pytest.mark.parametrize("language", ["en", "ja"])
VOID = {"meta", "path", "use", "rect"}


class Page(HTMLParser):
    """Reads a page: the words of each element that has a class or is a cell, by the figure it stands in."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.figure = ""
        self.values: dict[str, str] = {}
        self.cells: dict[str, list[str]] = {}
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self._into: list[str] | None = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.attributes += [(tag, name, value) for name, value in given.items()]
        if tag == "article":
            self.figure = given["id"]
        if tag == "p" and given.get("class") == "value":
            self._into = []
        if tag == "td":
            self._into = []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"{tag} closes nothing"
        if self._into is not None and tag in ("p", "td"):
            said = "".join(self._into).replace("\u00a0", " ")
            if tag == "p":
                self.values[self.figure] = said
            else:
                self.cells.setdefault(self.figure, []).append(said)
            self._into = None

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)
        if self._into is not None:
            self._into.append(data)


def written(unit: Unit, figure: Figure, language: str) -> str:
    """Write a figure down a second time, apart from the code that the page uses."""
    if figure.value is None:
        return {"en": "no data", "ja": "データなし"}[language]
    match unit:
        case Unit.COUNT:
            return format(round(figure.value), ",d")
        case Unit.SCORE:
            net = round(figure.value)
            return f"+{net}" if net > 0 else f"−{-net}" if net else "0"
        case Unit.DURATION:
            hours = round(figure.value / 3600)
            return f"{hours} hours" if language == "en" else f"{hours} 時間"
        case _:
            return f"{figure.value:.1%}" if language == "ja" else f"{100 * figure.value:.1f} %"


@LANGUAGES
@pytest.mark.parametrize("stakeholder", Stakeholder)
def test_every_figure_of_the_page_is_what_the_store_tells(stakeholder: Stakeholder, language: str) -> None:
    found, report = invented(), invented_report(stakeholder)
    page = Page(report_page(report, "Aozora", translator(language), draw=lambda *_: ""))
    assert not page.open, "every element is closed"
    names = [line.kpi for line in report.lines]
    assert list(page.values) == names
    for name in names:
        unit = KPI_OF[name].unit
        assert page.values[name] == written(unit, found[name, YEAR[-1]], language)
        if name == "deflection":
            assert name not in page.cells, "there is nothing to draw"
            continue
        values, ns = page.cells[name][::3], page.cells[name][1::3]
        assert values == [written(unit, found[name, month], language) for month in YEAR]
        assert ns == [f"{found[name, month].n:,}" for month in YEAR]


@LANGUAGES
def test_a_page_needs_nothing_from_elsewhere_and_can_be_read_by_everybody(language: str) -> None:
    text = make(Recipe(FileKind.HTML, language, '<script>"Aozora" & 集い', invented_report(Stakeholder.SALES))).decode()
    page = Page(text)
    assert ("html", "lang", language) in page.attributes
    assert "http" not in text
    assert "//" not in re.sub(r"base64,[^)]*", "", text)
    assert not [value for _, name, value in page.attributes if name in ("src", "href") and value[:1] != "#"]
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text
    charts = [value for tag, name, value in page.attributes if (tag, name) == ("div", "aria-label")]
    assert len(charts) == len(list(invented_report(Stakeholder.SALES).lines))
    assert text.count("<caption>") == len(charts)
    assert ("th", "scope", "row") in page.attributes
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids)), "ids of several drawings are apart"
    for used in re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', text):
        assert (used[0] or used[1]) in ids


@LANGUAGES
def test_a_drawing_has_the_colours_and_letters_of_its_page(language: str) -> None:
    report = invented_report(Stakeholder.MANAGEMENT)
    svg = draw_for_page(report, report.line("answered_24h"), translator(language))
    assert svg.startswith("<svg viewBox=")
    assert not re.search(r"#[0-9a-f]{6}\b", svg, re.IGNORECASE), "no colour of its own"
    assert OF_PAGE.series not in svg
    for variable in ("--quiet", "--series", "--usual"):
        assert f"var({variable})" in svg
    assert "font-family" not in svg
    assert ("10月" if language == "ja" else "Oct") in re.findall(r">([^<>]+)</text>", svg)


@LANGUAGES
@pytest.mark.parametrize("kind", FileKind)
def test_a_month_with_no_data_is_a_file_that_says_so(kind: FileKind, language: str) -> None:
    zero = {(kpi.id, month): Figure(0.0, 0) if kpi.unit is Unit.COUNT else NOTHING for kpi in KPIS for month in YEAR}
    report = build(Stakeholder.MANAGEMENT, YEAR, zero)
    made = make(Recipe(kind, language, "Aozora", report))
    if kind is FileKind.HTML:
        said = "".join(Page(made.decode().partition("<footer>")[0] + "</body></html>").words)
        assert ("Nothing was counted in October 2026" if language == "en" else "2026年10月は集計できる") in said
        assert not re.search(r"\d ?%", said)
    assert made


@LANGUAGES
def test_a_table_holds_numbers_as_numbers(language: str) -> None:
    found, report = invented(), invented_report(Stakeholder.CUSTOMER_SUCCESS)
    made = make(Recipe(FileKind.CSV, language, "Aozora", report))
    assert made.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(made.decode("utf-8-sig"))))
    assert len(rows[0]) == len(COLUMNS)
    assert len(rows) == 1 + MONTHS * len(list(report.lines))
    t = translator(language)
    by_name = {t.line(kpi.name): kpi.id for kpi in KPIS}
    months = {str(month): month for month in YEAR}
    for row in rows[1:]:
        figure = found[by_name[row[2]], months[row[3]]]
        assert row[6] == str(figure.n)
        if figure.value is None:
            assert row[4] == ""
        else:
            assert float(row[4]) == pytest.approx(figure.value, abs=1e-6)
        assert not any(cell[:1] in "=@\t" for cell in row if cell)
    assert any(row[4].startswith("-") for row in rows), "a negative score stays a number"


@LANGUAGES
def test_a_picture_is_a_picture_with_a_ground_of_its_own(language: str) -> None:
    from matplotlib import image  # noqa: PLC0415 - as the code does

    made = make(Recipe(FileKind.PNG, language, "青空 Aozora", invented_report(Stakeholder.MARKETING)))
    assert made.startswith(b"\x89PNG")
    pixels = image.imread(io.BytesIO(made))
    assert pixels.shape[1] == 1500
    assert (pixels[0, 0] == 1.0).all(), "white, and not clear: legible on dark backgrounds"


def test_the_font_has_japanese() -> None:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped] # noqa: PLC0415 - as the code does

    with TTFont(font_file(), lazy=True) as font:
        letters = font.getBestCmap()
    assert all(ord(letter) in letters for letter in "経営向けレポート（年月）〜→↑↓·％")


# ---- made elsewhere


def recipe(kind: FileKind, report: Report) -> bytes:
    return write_recipe(Recipe(kind, "ja", "Aozora", report))


async def test_a_file_is_made_in_a_process_of_its_own() -> None:
    report = invented_report(Stakeholder.SALES)
    made = await Workshop().make(recipe(FileKind.CSV, report))
    assert made == make(read_recipe(recipe(FileKind.CSV, report)))


async def test_what_is_no_recipe_is_refused_and_not_tried_again() -> None:
    with pytest.raises(RefusedError, match="not_drawn"):
        await Workshop().make(b"{}")


async def test_a_process_that_hangs_is_ended_and_tried_again_later() -> None:
    with pytest.raises(UnreachableError, match="within"):
        await Workshop(within_s=0.01).make(recipe(FileKind.PNG, invented_report(Stakeholder.SALES)))
