"""Planning on PostgreSQL: a plan, its seats, a series, one moved together with all that follow, one left out."""

from datetime import UTC, datetime, timedelta

from community.meetups.plan import MeetupState
from tests.handlers.meetups.planning import TYPED, comes, draft, ledger, stored
from tests.handlers.stage import Stage, form_of


async def test_planning_is_the_same_on_postgresql(postgres_store: str) -> None:
    stage = await Stage.build(postgres_store)
    try:
        aki, bo = await stage.joins("aki"), await stage.joins("bo")
        await draft(stage, aki)
        await stage.sends(aki, "plan_part:1:seats", {"venue": "1"})
        await stage.sends(aki, "plan_part:1:repeat", {"how": "毎週", "end": "4", "ends": "ends", "holidays": "yes"})
        for _ in range(2):
            await stage.acts(aki, "plan_go:1")
        await comes(stage, bo, 2)
        form = form_of(await stage.acts(aki, "plan_change:2:all"))
        await stage.sends(aki, form, TYPED | {"when": "2026-12-18 20:00-22:00"})
        moved = datetime(2026, 12, 18, 11, 0, tzinfo=UTC)
        assert (await ledger(stage, 2)).starts == moved
        await stage.acts(aki, "series_skip:2", values=("2026-12-25",))
        meetups = await stored(stage)
        by_state = {m.meetup.plan.starts: m.meetup.state for m in meetups}
        assert by_state[moved] is MeetupState.PLANNED
        assert by_state[moved + timedelta(weeks=1)] is MeetupState.CANCELLED
        assert by_state[moved + timedelta(weeks=2)] is MeetupState.PLANNED
        await draft(stage, bo, title="Thrown away")
        thrown = (await stored(stage))[-1].id
        await stage.acts(bo, f"plan_drop:{thrown}")
        await stage.leaves(aki)
        assert {m.meetup.organiser for m in await stored(stage) if m.meetup.state is MeetupState.PLANNED} == {None}
        assert thrown not in {m.id for m in await stored(stage)}
    finally:
        await stage.db.close()
