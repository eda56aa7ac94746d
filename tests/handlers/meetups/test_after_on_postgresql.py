"""A meetup's day and after on PostgreSQL, as on SQLite."""

from __future__ import annotations

import asyncio

from chat.form import Values
from community.seats.values import Mark
from tests.handlers.meetups.day import AHEAD, LENGTH, OVERNIGHT, chooses, come, goes, marks, told
from tests.handlers.meetups.planned import planned
from tests.handlers.stage import DISCORD, Stage, text_of


async def test_a_day_and_what_follows_on_postgresql(postgres_store: str) -> None:
    stage = await Stage.build(postgres_store)
    try:
        org, aki = await stage.joins("org"), await stage.joins("aki")
        people = [await stage.joins(f"p{n}", DISCORD) for n in range(5)]
        meetup = await planned(stage, organiser=org)
        await goes(stage, meetup, aki)
        await stage.passes(AHEAD)
        await come(stage, meetup, aki, *people)
        assert await marks(stage, meetup, aki, people[0]) == [Mark.ATTENDED, Mark.WALK_IN]
        await stage.passes(LENGTH + OVERNIGHT)
        assert "How was it?" in told(stage, aki)[-1]
        for n, user in enumerate((aki, *people)):
            values: Values = {"recommends": str(10 - n), "satisfied": "4", "words": f"word {n}"}
            assert "without your name" in text_of(await stage.sends(user, f"survey:{meetup}", values))
        stage.sent.clear()
        ids = [await stage.member(user) for user in (aki, people[0])]
        # both tick at the same moment: whoever comes second finds the first
        await asyncio.gather(
            chooses(stage, aki, f"wish_set:{meetup}:0", ids[1:]),
            chooses(stage, people[0], f"wish_set:{meetup}:0", ids[:1]),
        )
        assert await stage.facts("meetup.introduced") == ["meetup.introduced"]
        assert len(told(stage, aki)) == len(told(stage, people[0])) == 1
        shown = text_of(await stage.types(org, "meetup", "figures", meetup=str(meetup)))
        assert "1 came with a seat, 5 without; 0 did not come, 0 excused." in shown
        assert "(NPS)  +20.0 (5 answers)" in shown  # 10 and 9, less 6; the sixth waits for four more
        assert "Attendance  100.0 % (1 of 1)" in shown
    finally:
        await stage.db.close()
