"""Peak moments and first pins in the store, on both databases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from chat.ids import Place, Platform, Profile, UserRef
from community.recognition.first_pins import Said, Verdict
from community.recognition.moments import PENDING, Kind, Moment, State
from storage.activity import Fact
from storage.engine import Database
from storage.unit import Unit

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
A_DAY = timedelta(days=1)
PLACE = Place(Platform.SLACK, "T1", "C1")


async def join(unit: Unit, name: str, at: datetime = NOW, *, is_bot: bool = False) -> int:
    user = UserRef(Platform.SLACK, "T1", name)
    profile = Profile(user=user, name=name, is_bot=is_bot, joined_at=at)
    return (await unit.people.record_join(profile, at)).member.id


def moment(member: int | None, key: str = "comeback:1", **more: object) -> Moment:
    whole: dict[str, object] = {"key": key, "kind": Kind.COMEBACK, "member": member, "at": NOW, "changed_at": NOW}
    return Moment(**{**whole, **more})  # type: ignore[arg-type]


async def test_a_moment_is_kept_once_whatever_becomes_of_it(database: Database) -> None:
    async with database.writing() as conn:
        unit = Unit(conn, "main", NOW)
        aiko, ben = await join(unit, "Aiko"), await join(unit, "Ben")
        new = moment(aiko, data={"question": 3, "minutes": 9}, by=ben, words="<b>so</b> kind 🎉")
        first = await unit.peaks.add(new)
        assert first
        assert await unit.peaks.add(new) is None
        kept = await unit.peaks.get(first)
        assert kept
        assert (kept.data, kept.by, kept.words, kept.at) == (new.data, ben, new.words, NOW)
        assert await unit.peaks.set_state(kept, State.DROPPED, NOW + A_DAY)
        assert not await unit.peaks.set_state(kept, State.ASKED, NOW), "somebody else was faster"
        assert await unit.peaks.add(new) is None
    async with database.reading() as conn:
        unit, other = Unit(conn, "main", NOW), Unit(conn, "other", NOW)
        (stands,) = await unit.peaks.of_members([aiko])
        assert (stands.state, stands.changed_at) == (State.DROPPED, NOW + A_DAY)
        assert [m.id for m in await unit.peaks.nominated_by(ben, NOW)] == [first]
        assert await unit.peaks.standing(PENDING) == []
        assert await unit.peaks.came_back(NOW) == {aiko}
        assert await unit.peaks.came_back(NOW + A_DAY) == set()
        assert await other.peaks.get(first) is None
        assert await other.peaks.standing((State.DROPPED,)) == []
        assert await unit.peaks.of_members([]) == []


async def test_a_moment_keeps_the_time_since_which_it_may_be_told(database: Database) -> None:
    async with database.writing() as conn:
        unit = Unit(conn, "main", NOW)
        new_id = await unit.peaks.add(moment(await join(unit, "Aiko"), state=State.AGREED))
        kept = await unit.peaks.get(new_id or 0)
        assert kept
        await unit.peaks.set_state(kept, State.POSTED)
        posted = await unit.peaks.get(kept.id)
        assert posted
        assert (posted.state, posted.changed_at) == (State.POSTED, NOW)
        (told,) = await unit.weeks.peaks(NOW - A_DAY, NOW)
        assert told.id == kept.id
        assert await unit.weeks.peaks(NOW, NOW + A_DAY) == []


def record(unit: Unit, facts: Iterable[tuple[str, int, datetime, bool]]) -> None:
    for n, (kind, actor, at, imported) in enumerate(facts):
        data: dict[str, str | int | float | bool | None] = {"imported": True} if imported else {"length": 3}
        unit.activity.record(Fact(kind, at, actor, PLACE, "1", data), key=f"{kind}:{actor}:{n}:{at}")


async def test_who_wrote_again_after_a_silence(database: Database) -> None:
    since, silent = NOW - 3 * A_DAY, NOW - 60 * A_DAY
    async with database.writing() as conn:
        unit = Unit(conn, "main", NOW)
        back, about, new, read, old = [await join(unit, name) for name in ("back", "about", "new", "read", "old")]
        record(
            unit,
            [
                ("message.posted", back, NOW - 100 * A_DAY, True),  # known from an import only
                ("member.greeted", back, NOW - 10 * A_DAY, False),  # done to them, not by them
                ("message.posted", back, NOW - A_DAY, False),
                ("message.posted", back, NOW - A_DAY / 2, False),
                ("message.posted", about, NOW - 100 * A_DAY, False),
                ("reaction.added", about, NOW - 30 * A_DAY, False),
                ("message.posted", about, NOW - A_DAY, False),
                ("member.joined", new, NOW - 100 * A_DAY, False),  # and never said a word
                ("message.posted", new, NOW - A_DAY, False),
                ("message.posted", read, NOW - 100 * A_DAY, False),
                ("message.posted", old, NOW - 100 * A_DAY, True),
                ("message.posted", old, NOW - A_DAY, True),  # an import of yesterday is no comeback
            ],
        )
        await unit.activity.flush()
        assert await unit.peaks.wrote_again(since, NOW, silent) == [(back, NOW - 100 * A_DAY, NOW - A_DAY)]
        assert await Unit(conn, "other", NOW).peaks.wrote_again(since, NOW, silent) == []


async def test_what_is_known_of_the_past(database: Database) -> None:
    async with database.writing() as conn:
        unit = Unit(conn, "main", NOW)
        assert await unit.peaks.first_look() is None
        assert await unit.peaks.founded_at() is None
        aiko = await join(unit, "Aiko", NOW - 365 * A_DAY)
        ben = await join(unit, "Ben", NOW - 400 * A_DAY)
        await join(unit, "robot", NOW - 365 * A_DAY, is_bot=True)
        record(
            unit,
            [
                ("question.answered", aiko, NOW - 9 * A_DAY, True),
                ("question.replied", aiko, NOW - A_DAY, False),
                ("question.replied", ben, NOW - A_DAY, False),
                ("peak.began", ben, NOW - 5 * A_DAY, False),
            ],
        )
        await unit.activity.flush()
        assert await unit.peaks.first_answers([aiko, ben]) == {aiko: NOW - 9 * A_DAY, ben: NOW - A_DAY}
        assert await unit.peaks.first_answers([]) == {}
        assert await unit.peaks.first_look() == NOW - 5 * A_DAY
        assert await unit.peaks.founded_at() == NOW - 400 * A_DAY
        spans = [(NOW - 366 * A_DAY, NOW - 364 * A_DAY)]
        assert await unit.peaks.joined_within(spans) == {aiko: NOW - 365 * A_DAY}
        assert await unit.peaks.joined_within([]) == {}
        assert (await unit.peaks.solved(), await unit.peaks.held()) == (0, 0)
        assert await unit.peaks.answerers([]) == {}
        assert await unit.peaks.answerers([1]) == {}
        assert await unit.peaks.first_solved([aiko]) == {}


async def test_the_newest_verdict_counts_and_can_be_forgotten(database: Database) -> None:
    async with database.writing() as conn:
        unit = Unit(conn, "main", NOW)
        aiko, boss = await join(unit, "Aiko"), await join(unit, "boss")
        await unit.pins.say(aiko, Said(Verdict.NOT_NOW, NOW, boss))
        await unit.pins.say(aiko, Said(Verdict.ACCEPTED, NOW + A_DAY, boss))
        assert await unit.pins.said() == {aiko: Said(Verdict.ACCEPTED, NOW + A_DAY, boss)}
        assert await Unit(conn, "other", NOW).pins.said() == {}
        await unit.pins.unsay(aiko)
        assert await unit.pins.said() == {}
        assert await unit.pins.visits(NOW - A_DAY, NOW) == {}
        assert await unit.pins.answers(NOW - A_DAY) == ({}, {})
        record(unit, [("member.returned", aiko, NOW, False), ("member.joined", boss, NOW, False)])
        await unit.activity.flush()
        assert await unit.pins.returned(NOW - A_DAY) == {aiko}


async def test_who_brought_whom(database: Database) -> None:
    async with database.writing() as conn:
        unit = Unit(conn, "main", NOW)
        aiko, ben, gone = await join(unit, "Aiko"), await join(unit, "Ben"), await join(unit, "Gone")
        await unit.onboarding.record_newcomer(ben, referrer=aiko, via=None)
        await unit.onboarding.record_newcomer(gone, referrer=aiko, via=None)
        await unit.onboarding.record_newcomer(aiko, referrer=aiko, via=None)
        await unit.people.record_leave(UserRef(Platform.SLACK, "T1", "Gone"), NOW)
        await unit.flush()
        assert await unit.pins.brought(NOW - A_DAY) == {aiko: 1}
        assert await unit.pins.brought(NOW + A_DAY) == {}
