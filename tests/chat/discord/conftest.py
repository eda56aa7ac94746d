"""One stage per test; discord.py is loaded before the tests turn warnings into errors."""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator

import pytest_asyncio

with warnings.catch_warnings():
    # discord.py imports audioop for voice; Python 3.13 drops it, and discord.py then brings its own
    warnings.filterwarnings("ignore", message="'audioop' is deprecated", category=DeprecationWarning)
    from tests.chat.discord.stage import Stage, staged


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged() as opened:
        yield opened
