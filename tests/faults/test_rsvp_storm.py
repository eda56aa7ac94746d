"""A small storm of clicks on a meetup: no seat too many, nobody overtaken, everybody told once, the card right."""

from __future__ import annotations

from tests.faults.rsvp_storm import Storm, storm


async def test_seats_are_right_though_the_bot_is_killed_and_replies_are_lost() -> None:
    found = await storm(Storm(clicks=60, seats=12, kills=1, within_s=4))
    assert found.wrong() == []
    assert (found.taken, found.members, found.kills) == (12, 45, 1)
    assert found.waiting >= 45 - 12 - 2 * 12  # who only waited and pressed "cannot" has left the line


async def test_so_it_is_on_postgresql_with_two_replicas(postgres_store: str) -> None:
    found = await storm(Storm(clicks=60, seats=12, kills=1, replicas=2, within_s=4), postgres_store)
    assert found.wrong() == []
    assert (found.taken, found.members, found.kills) == (12, 45, 1)
