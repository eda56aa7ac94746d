"""Marks of who was erased: they tell nobody whom, and an older copy of the store can take them over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chat.ids import Platform, UserRef
from storage.engine import Database
from storage.erasing.erased import Marks
from storage.unit import Unit

NOW = datetime(2026, 12, 4, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
AKI, BEN = (UserRef(Platform.SLACK, "T1", name) for name in ("Uaki", "Uben"))


async def test_only_who_was_erased_is_known_and_only_in_their_community(database: Database) -> None:
    async with database.writing() as conn:
        await Unit(conn, "c1", NOW).erased.add([AKI], NOW)
    async with database.writing() as conn:
        one, other = Unit(conn, "c1", NOW).erased, Unit(conn, "c2", NOW).erased
        assert await one.among([AKI, BEN]) == {AKI: NOW}
        assert await other.among([AKI, BEN]) == {}
        assert await one.remove([BEN], NOW) is False
        assert await one.remove([AKI], NOW) is True
        assert await one.is_erased(AKI) is False
        assert await one.remove([AKI], NOW) is False
        assert await one.all() == Marks("c1", await one.key(), ())
        await one.add([AKI], LATER)
        assert await one.among([AKI]) == {AKI: LATER}


async def test_an_older_copy_takes_the_marks_over_and_another_key_is_refused(database: Database) -> None:
    async with database.writing() as conn:
        await Unit(conn, "c1", NOW).erased.add([AKI], NOW)
        kept = await Unit(conn, "c1", NOW).erased.all()
        await Unit(conn, "c1", NOW).erased.remove([AKI], NOW)
    assert kept
    assert "Uaki" not in str(kept)
    async with database.writing() as conn:
        again = Unit(conn, "c1", NOW).erased
        await again.put(kept)
        await again.put(kept)
        assert await again.is_erased(AKI)
        await Unit(conn, "c2", NOW).erased.add([BEN], NOW)
    async with database.writing() as conn:
        foreign = await Unit(conn, "c2", NOW).erased.all()
        assert foreign
        assert foreign.key != kept.key
        with pytest.raises(ValueError, match="another key"):
            await Unit(conn, "c1", NOW).erased.put(type(kept)("c1", foreign.key, ()))
