"""Who is kept away from a case, on both databases: for certain, for the name alone, let in, joined, erased."""

from __future__ import annotations

from dataclasses import replace

from community.conduct.cases import Case, CaseState
from storage.engine import Database
from storage.unit import Unit
from tests.storage.test_cases import AT
from tests.storage.test_meetups import person, unit

ALL = tuple(CaseState)


async def three(db: Unit) -> tuple[int, int, int, int]:
    """Store a case about one member with two others; returns the case and the three."""
    bad, mod, aide = await person(db, "bad"), await person(db, "mod"), await person(db, "aide")
    case = await db.cases.open(Case(opened_at=AT, member=bad))
    return case.id, bad, mod, aide


async def why(db: Unit, case: int) -> dict[int, bool]:
    return await db.cases.exclusions.why_away(case, await db.people.present())


async def test_a_namesake_is_kept_away_let_in_and_kept_away_again(database: Database) -> None:
    async with unit(database) as db:
        case, bad, mod, aide = await three(db)
        known = db.cases.exclusions
        assert await known.presume(case, [mod]) is True
        assert await known.presume(case, [mod]) is False
        assert await why(db, case) == {bad: False, mod: True}
        assert await known.any_of(case, presumed=True)
        assert await db.cases.count(states=ALL, without=mod) == 0
        assert await db.cases.count(states=ALL, without=aide) == 1
        assert await known.lift(case, bad) is None, "what is certain"
        assert await known.lift(case, aide) is None, "nobody keeps them away"
        word = await known.lift(case, mod)
        assert word
        assert await known.lift(case, mod) is None
        assert await known.presume(case, [mod]) is False, "an owner has spoken"
        assert await why(db, case) == {bad: False}
        assert not await known.any_of(case, presumed=True)
        assert await db.cases.count(states=ALL, without=mod) == 1
        assert await known.keep_away_again(case, "another") is False
        assert await known.keep_away_again(case, word) is True
        assert await known.keep_away_again(case, word) is False
        assert await why(db, case) == {bad: False, mod: True}
    async with unit(database, "c2") as other:
        assert await other.cases.exclusions.lift(case, mod) is None
        assert not await other.cases.exclusions.any_of(case)


async def test_who_becomes_one_with_whom_it_is_about_is_that_for_certain(database: Database) -> None:
    async with unit(database) as db:
        case, bad, mod, aide = await three(db)
        known = db.cases.exclusions
        await known.presume(case, [mod])
        await known.lift(case, mod)
        await known.join(mod, aide)
        assert await why(db, case) == {bad: False}, "both are let in"
        await known.join(mod, bad)
        assert await why(db, case) == {bad: False, mod: False}
        assert await known.lift(case, mod) is None


async def test_a_presumption_goes_over_to_who_becomes_one_with_them(database: Database) -> None:
    async with unit(database) as db:
        case, bad, mod, aide = await three(db)
        await db.cases.exclusions.presume(case, [mod])
        await db.cases.exclusions.join(aide, mod)
        assert await why(db, case) == {bad: False, mod: True, aide: True}


async def test_a_mark_alone_keeps_an_account_away(database: Database) -> None:
    async with unit(database) as db:
        _, _, mod, _ = await three(db)
        (member,) = [one for one in await db.people.present() if one.id == mod]
        case = await db.cases.open(Case(opened_at=AT), mark=await db.erased.mark(member.accounts[0].user))
        assert await why(db, case.id) == {mod: False}


async def test_what_is_about_an_erased_one_of_the_team_stays_so(database: Database) -> None:
    async with unit(database) as db:
        case, bad, mod, _ = await three(db)
        other = await db.cases.open(Case(opened_at=AT, member=mod))
        await db.erasure.erase_here(bad, of_team=True)
        await db.erasure.erase_here(mod)
        first, second = await db.cases.get(case), await db.cases.get(other.id)
        assert first
        assert second
        assert (first.member, first.delicate) == (None, True)
        assert (second.member, second.delicate) == (None, False)


async def test_what_those_are_called_whom_cases_are_about(database: Database) -> None:
    async with unit(database) as db:
        case, bad, mod, _ = await three(db)
        await db.cases.open(Case(opened_at=AT))
        names = await db.cases.exclusions.names()
        assert names == {case: await called(db, bad)}, "nobody else, and no case about nobody"
        await db.cases.exclusions.part(bad, mod)
        found = await db.cases.get(case)
        assert found is not None
        await db.cases.save(replace(found, state=CaseState.RESOLVED))
        assert await db.cases.exclusions.names() == {case: await called(db, bad) | await called(db, mod)}
    async with unit(database, "c2") as other:
        assert await other.cases.exclusions.names() == {}


async def called(db: Unit, member: int) -> set[str]:
    found = await db.people.by_id(member)
    assert found is not None
    return {found.name, *(account.name for account in found.accounts)}
