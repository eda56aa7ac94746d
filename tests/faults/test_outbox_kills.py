"""The outbox keeps its word though its process is killed at random moments and replies are lost."""

from __future__ import annotations

import pytest

from chat.ids import Platform
from tests.faults.outbox_kills import kill_through


@pytest.mark.parametrize("platform", list(Platform))
async def test_every_post_arrives_once_though_the_bot_is_killed_twice(platform: Platform) -> None:
    tally = await kill_through(platform, 24, 2)
    assert (tally.arrived, tally.twice, tally.states) == (24, 0, {"sent": 24})
    assert tally.kills == 2


async def test_so_it_is_with_postgresql(postgres_store: str) -> None:
    tally = await kill_through(Platform.SLACK, 12, 2, store=postgres_store)
    assert (tally.arrived, tally.twice, tally.states) == (12, 0, {"sent": 12})
    assert tally.kills == 2
