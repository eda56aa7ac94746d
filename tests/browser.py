"""Headless Chromium for the tests: one for all that a worker looks at, and for each look a context of its own.

A context has its own storage, cookies, language and size, so that no test sees what another left. What is shared needs
one event loop for all who use it: tests that look at a page run in the session's (``on_one_loop``).
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator, Iterable
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Playwright, async_playwright

BROWSER = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
SIZE: Any = {"width": 1500, "height": 950}
REFUSED = "status of 400"  # the browser reports every refusal of the API, also those that a test wants


class _Shared:
    """The running browser, started when it is first wanted."""

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    async def browser(self) -> Browser:
        """Give it; one that has fallen over is replaced."""
        if self._playwright is None:
            self._playwright = await async_playwright().start()
        if self._browser is None or not self._browser.is_connected():
            self._browser = await self._playwright.chromium.launch(executable_path=BROWSER, args=ARGUMENTS)
        return self._browser

    async def close(self) -> None:
        """End it."""
        if self._browser is not None:
            await self._browser.close()
        if self._playwright is not None:
            await self._playwright.stop()
        self._browser = self._playwright = None


_shared = _Shared()
close = _shared.close


@contextlib.asynccontextmanager
async def new_page(**context: Any) -> AsyncIterator[Page]:  # noqa: ANN401 - Playwright's own options
    """Give a page in a context of its own."""
    browser = await _shared.browser()
    async with await browser.new_context(**context) as own:
        yield await own.new_page()


@contextlib.asynccontextmanager
async def sound_page(locale: str, within_ms: float) -> AsyncIterator[Page]:
    """Give a page of a desk's size; whatever it logs as an error fails the test."""
    problems: list[str] = []
    async with new_page(viewport=SIZE, locale=locale) as page:
        page.set_default_timeout(within_ms)
        page.on("console", lambda m: problems.append(m.text) if m.type == "error" and REFUSED not in m.text else None)
        page.on("pageerror", lambda e: problems.append(str(e)))
        yield page
    assert problems == []


def on_one_loop(items: Iterable[pytest.Item]) -> None:
    """Let tests run in the session's event loop, where the browser is."""
    for item in items:
        item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
