from datetime import UTC, datetime, timedelta

from chat.ids import Platform, Profile, UserRef
from storage.engine import Database
from storage.people.choices import DIGEST, OFF, ON, PERSONAL_DIGEST, RECOGNITION
from storage.unit import Unit

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


async def _join(unit: Unit, name: str) -> int:
    user = UserRef(Platform.SLACK, "T1", name)
    return (await unit.people.record_join(Profile(user=user, name=name), NOW)).member.id


async def test_the_newest_choice_counts_and_each_stands_for_itself(database: Database) -> None:
    async with database.writing() as conn:
        unit = Unit(conn, "main", NOW)
        aiko, ben = await _join(unit, "Aiko"), await _join(unit, "Ben")
        await unit.choices.set(aiko, DIGEST, OFF, NOW)
        await unit.choices.set(aiko, PERSONAL_DIGEST, OFF, NOW)
        await unit.choices.set(aiko, PERSONAL_DIGEST, ON, NOW + timedelta(days=1))
        await unit.choices.set(ben, RECOGNITION, OFF, NOW)
    async with database.reading() as conn:
        unit = Unit(conn, "main", NOW)
        assert await unit.choices.of(aiko) == {DIGEST: OFF, PERSONAL_DIGEST: ON}
        assert await unit.choices.of(ben) == {RECOGNITION: OFF}
        assert await unit.choices.who(PERSONAL_DIGEST, ON) == {aiko}
        assert await unit.choices.those_out(DIGEST) == {aiko}
        assert await unit.choices.those_out(RECOGNITION) == {ben}
        assert await unit.choices.those_out("survey") == set()


async def test_another_community_does_not_see_what_was_chosen(database: Database) -> None:
    async with database.writing() as conn:
        unit = Unit(conn, "main", NOW)
        aiko = await _join(unit, "Aiko")
        await unit.choices.set(aiko, DIGEST, OFF, NOW)
        other = Unit(conn, "other", NOW)
        assert await other.choices.of(aiko) == {}
        assert await other.choices.those_out(DIGEST) == set()
