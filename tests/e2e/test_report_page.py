"""The report's page in headless Chromium, in both languages and themes: its letters, its contrast, its width."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page

from bot.reporting.files import make
from community.kpi.everything import Stakeholder
from handlers.reports.recipe import FileKind, Recipe
from tests.browser import BROWSER, new_page
from tests.e2e.visit import PICTURES
from tests.reporting import invented_report

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")
LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3
PHONE = {"width": 390, "height": 844}
# Draws letters with the page's own font alone; letters that a font does not have all look alike
GLYPHS = """async (letters) => {
  await document.fonts.load('40px "Tsudoi Report"', letters);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 50;
  const pen = canvas.getContext("2d");
  return [...letters].map((letter) => {
    pen.clearRect(0, 0, 50, 50);
    pen.font = '40px "Tsudoi Report"';
    pen.fillText(letter, 2, 42);
    return pen.getImageData(0, 0, 50, 50).data.join("");
  });
}"""
# The least contrast of any words of the page with what lies behind them. Source: WCAG 2.2, relative luminance
CONTRAST = """() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const share = (n) => (n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = numbers(colour).map((n) => share(n / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (spot) => {
    for (let e = spot; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if ((numbers(colour)[3] ?? 1) > 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const found = [];
  for (const e of document.querySelectorAll("h1, h2, h3, p, li, td, th, caption, summary, svg text, span")) {
    const style = getComputedStyle(e);
    const [a, b] = [light(e.closest("svg") ? style.fill : style.color), light(behind(e))].sort((x, y) => y - x);
    found.push([(a + 0.05) / (b + 0.05), e.tagName]);
  }
  return found.sort((x, y) => x[0] - y[0])[0];
}"""


@contextlib.asynccontextmanager
async def shown(folder: Path, language: str, theme: str, stakeholder: Stakeholder) -> AsyncIterator[Page]:
    """Write the page, and open it without any network."""
    path = folder / f"{stakeholder}-{language}.html"
    path.write_bytes(make(Recipe(FileKind.HTML, language, "青空コミュニティ", invented_report(stakeholder))))
    async with new_page(color_scheme="dark" if theme == "dark" else "light", offline=True) as page:
        await page.goto(path.as_uri())
        if PICTURES:
            await page.screenshot(path=Path(PICTURES) / f"report-{stakeholder}-{language}-{theme}.png", full_page=True)
        yield page


@pytest.mark.parametrize(("language", "theme"), [("ja", "light"), ("ja", "dark"), ("en", "light"), ("en", "dark")])
async def test_a_report_is_legible(tmp_path: Path, language: str, theme: str) -> None:
    async with shown(tmp_path, language, theme, Stakeholder.CUSTOMER_SUCCESS) as page:
        ground = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == ("rgb(13, 17, 23)" if theme == "dark" else "rgb(255, 255, 255)")
        contrast, where = await page.evaluate(CONTRAST)
        assert contrast >= LEAST_CONTRAST, where
        texts = await page.locator("svg text").all_text_contents()
        assert ("10月" if language == "ja" else "Oct") in texts
        letters = sorted({letter for letter in "".join(texts) + await page.inner_text("body") if letter > "\u2fff"})
        assert letters, "the community's own name is Japanese"
        drawn = await page.evaluate(GLYPHS, "".join(letters))
        blank = await page.evaluate(GLYPHS, "\U0010fffd")
        assert len(set(drawn)) == len(letters), "each letter has its own form"
        assert blank[0] not in drawn
        overlaps = await page.evaluate(
            """() => [...document.querySelectorAll("svg")].filter((svg) => {
              const boxes = [...svg.querySelectorAll("text")].map((text) => text.getBoundingClientRect());
              return boxes.some((a, i) => boxes.some((b, j) => i < j && a.left < b.right && b.left < a.right
                && a.top < b.bottom && b.top < a.bottom));
            }).length"""
        )
        assert overlaps == 0, "no words of a chart lie on others"


async def test_a_phone_shows_it_without_scrolling_sideways(tmp_path: Path) -> None:
    async with shown(tmp_path, "ja", "light", Stakeholder.MANAGEMENT) as page:
        await page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        for summary in await page.locator("summary").all():
            await summary.click()
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        if PICTURES:
            await page.screenshot(path=Path(PICTURES) / "report-phone.png")


async def test_paper_shows_the_tables_on_white(tmp_path: Path) -> None:
    async with shown(tmp_path, "en", "dark", Stakeholder.SALES) as page:
        await page.emulate_media(media="print")
        assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        table = page.locator("#joins table")
        assert await table.evaluate("(e) => e.checkVisibility({contentVisibilityAuto: true})")
        printed = await page.pdf(format="A4")
        assert printed.startswith(b"%PDF")
        if PICTURES:
            await page.screenshot(path=Path(PICTURES) / "report-paper.png", full_page=True)
