"""The audit: newest first, filtered, undone once, and of one community alone. On both databases."""

from datetime import UTC, datetime, timedelta

from chat.ids import Platform, UserRef, Workspace
from storage.audit import Deed, StoredDeed
from storage.engine import Database
from storage.unit import Unit

NOW = datetime(2026, 12, 4, 1, 0, tzinfo=UTC)
HOME = Workspace(Platform.DISCORD, "900")


async def member(unit: Unit, name: str) -> int:
    return (await unit.people.ensure(UserRef(Platform.SLACK, "T1", name), name, NOW)).id


def subjects(deeds: list[StoredDeed]) -> list[str]:
    return [deed.what.subject for deed in deeds]


async def test_deeds_come_newest_first_in_pages_and_by_filter(database: Database) -> None:
    async with database.writing() as conn:
        unit = Unit(conn, "c1", NOW)
        mod, aki = await member(unit, "mod"), await member(unit, "aki")
        kinds = ("setting.changed", "setting.reset", "settings.x", "access.refused", "case.closed")
        for n, kind in enumerate(kinds):
            what = Deed(kind, NOW + timedelta(hours=n), mod, f"s{n}", aki if kind == "case.closed" else None)
            assert await unit.audit.record(what, key=kind) is not None
        assert await unit.audit.record(Deed("case.closed", NOW, mod), key="case.closed") is None, "written down once"
        assert subjects(await unit.audit.page(limit=2)) == ["s4", "s3"]
        assert subjects(await unit.audit.page(limit=2, offset=2)) == ["s2", "s1"]
        assert subjects(await unit.audit.page(limit=9, member=aki)) == ["s4"]
        assert len(await unit.audit.page(limit=9, member=mod)) == len(kinds)
        assert subjects(await unit.audit.page(limit=9, deed="setting")) == ["s1", "s0"]
        assert subjects(await unit.audit.page(limit=9, deed="setting.reset")) == ["s1"]
        assert subjects(await unit.audit.page(limit=9, deed="s_tting%")) == []
        assert "s3" not in subjects(await unit.audit.page(limit=9, without=("access.refused",)))
        assert await unit.audit.kinds() == sorted(kinds)


async def test_a_deed_is_undone_once_and_keeps_what_it_was(database: Database) -> None:
    what = Deed("setting.changed", NOW, None, "digest.time", None, "09:00", "10:00", "later", HOME)
    async with database.writing() as conn:
        unit = Unit(conn, "c1", NOW)
        mod = await member(unit, "mod")
        deed = await unit.audit.record(what, key="k")
        assert deed is not None
        assert await unit.audit.mark_undone(deed, by=mod, at=NOW)
        assert not await unit.audit.mark_undone(deed, by=mod, at=NOW + timedelta(hours=1))
        assert await unit.audit.get(deed) == StoredDeed(deed, what, NOW, mod)
        again = await unit.audit.record(Deed("setting.changed", NOW, None, "digest.time"), key="k2")
        newest = await unit.audit.newest_of("digest.time")
        assert newest is not None
        assert newest.id == again
        assert await unit.audit.newest_of("digest") is None


async def test_another_community_sees_and_undoes_nothing_of_it(database: Database) -> None:
    async with database.writing() as conn:
        unit, other = Unit(conn, "c1", NOW), Unit(conn, "c2", NOW)
        deed = await unit.audit.record(Deed("setting.changed", NOW, None, "x"), key="k")
        assert deed is not None
        assert await other.audit.get(deed) is None
        assert await other.audit.page(limit=9) == []
        assert await other.audit.newest_of("x") is None
        assert await other.audit.kinds() == []
        assert not await other.audit.mark_undone(deed, by=1, at=NOW)
