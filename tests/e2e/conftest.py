"""All plays look at their pages through one browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser import on_one_loop

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run them where the browser runs."""
    on_one_loop(item for item in items if item.path.is_relative_to(HERE))


@pytest.fixture(autouse=True)
def _browser(browser: None) -> None:
    """See that the browser ends with the session."""
