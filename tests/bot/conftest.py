"""Logs of the tests are plain lines: drawing a traceback with all its values takes a second each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import structlog

from bot.logs import PROCESSORS


@pytest.fixture(autouse=True)
def plain_logs() -> Iterator[None]:
    before = structlog.get_config()
    structlog.configure(processors=[*PROCESSORS, structlog.processors.KeyValueRenderer()])
    yield
    structlog.configure(**before)
