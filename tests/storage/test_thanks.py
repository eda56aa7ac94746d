"""Thanks on both databases: once for each key, found by giver, lapsing, gone with their people."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from chat.ids import MessageRef, Place, Platform
from community.thanks.giving import State, Thanked, Way
from storage.engine import Database
from storage.tables.core import members
from storage.unit import Unit
from tests.storage.test_meetups import NOW, person, unit

HERE = MessageRef(Place(Platform.DISCORD, "900", "C1", "t1"), "m1")


async def two(db: Unit) -> Thanked:
    aki, ben = await person(db, "aki"), await person(db, "ben")
    return Thanked(key="k", giver=aki, receiver=ben, words="お茶 & <tea>", way=Way.MENU, about=HERE, at=NOW)


async def test_thanks_are_kept_as_they_were_said_and_once(database: Database) -> None:
    async with unit(database) as db:
        new = await two(db)
        first = await db.thanks.add(new)
        assert first is not None
        assert await db.thanks.add(replace(new, words="again")) is None
    async with unit(database) as db:
        stored = replace(new, id=first)
        assert await db.thanks.get(first) == stored
        assert await db.thanks.by_key("k") == stored
        assert await db.thanks.by_key("other") is None
        given = replace(stored, state=State.GIVEN, words="the tea", way=Way.REACTION, at=NOW + timedelta(1))
        given = replace(given, about=None, openly=True)
        await db.thanks.save(given)
        assert await db.thanks.get(first) == given
        assert await db.thanks.by_giver(new.giver, NOW + timedelta(1)) == [given]
        assert await db.thanks.by_giver(new.giver, NOW + timedelta(2)) == []
        assert await db.thanks.by_giver(new.receiver, NOW) == []


async def test_only_what_nobody_confirmed_lapses(database: Database) -> None:
    async with unit(database) as db:
        new = await two(db)
        noticed = await db.thanks.add(new)
        given = await db.thanks.add(replace(new, key="given", state=State.GIVEN))
        assert noticed
        assert given
        await db.thanks.lapse(noticed)
        await db.thanks.lapse(given)
        assert await db.thanks.get(noticed) is None
        assert await db.thanks.get(given) is not None


async def test_receivers_are_those_whose_thanks_stand(database: Database) -> None:
    async with unit(database) as db:
        new = await two(db)
        await db.thanks.add(new)
        assert await db.thanks.receivers(NOW) == set()
        for n in range(2):
            await db.thanks.add(replace(new, key=f"given{n}", state=State.GIVEN))
        await db.thanks.add(replace(new, key="back", giver=new.receiver, receiver=new.giver, state=State.WITHDRAWN))
        assert await db.thanks.receivers(NOW) == {new.receiver}
        assert await db.thanks.receivers(NOW + timedelta(seconds=1)) == set()


async def test_another_community_sees_and_changes_nothing(database: Database) -> None:
    async with unit(database) as db:
        new = await two(db)
        first = await db.thanks.add(new)
        assert first
    async with unit(database, "another") as db:
        assert await db.thanks.get(first) is None
        assert await db.thanks.by_giver(new.giver, NOW) == []
        await db.thanks.lapse(first)
        await db.thanks.save(replace(new, id=first, words="other"))
    async with unit(database) as db:
        assert await db.thanks.get(first) == replace(new, id=first)


async def test_thanks_go_with_who_gave_or_got_them(database: Database) -> None:
    async with unit(database) as db:
        new = await two(db)
        cho = await person(db, "cho")
        await db.thanks.add(new)
        await db.thanks.add(replace(new, key="k2", giver=cho, receiver=new.giver))
        stays = await db.thanks.add(replace(new, key="k3", giver=cho))
        await db.conn.execute(sa.delete(members).where(members.c.id == new.giver))
        left = [thanks.id for thanks in await db.thanks.by_giver(cho, NOW)]
        assert left == [stays]
        assert await db.thanks.by_key("k") is None
