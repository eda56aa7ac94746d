"""A bot that was backed up while members talked, killed and restored has every fact once."""

from __future__ import annotations

import pytest

from tests.faults.restore_drill import Drill, drill


def check(done: Drill) -> None:
    assert done.ok, str(done)
    assert 0 < done.manifest.facts < done.killed_with, "what came after the backup was lost with the store"
    assert done.said_during_backup > 0
    assert all(one.facts == one.said == 90 for one in done.platforms)


async def test_a_restored_bot_has_the_backup_exactly_and_reads_the_rest_again() -> None:
    check(await drill(90))


@pytest.mark.timeout(240)
async def test_so_it_is_with_postgresql(postgres_url: str) -> None:
    check(await drill(90, store=postgres_url))
