"""``/community quiet``: looked at first, written down, taken back, and seen in the status."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from chat.answers import Redraw, Say
from chat.effects import DirectMessage
from chat.ids import UserRef, Workspace
from storage.unit import Unit
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, text_of

BOTH = pytest.mark.parametrize("workspace", [SLACK, DISCORD])


async def boss(stage: Stage, workspace: Workspace = SLACK, **told: object) -> UserRef:
    return await stage.joins("mod", workspace, is_admin=True, **told)


async def until(stage: Stage) -> str | None:
    async def look(unit: Unit) -> str | None:
        held = (await unit.settings.all()).get("conduct.quiet_until")
        return held.value if held else None

    found = await stage.look(look)
    assert found is None or isinstance(found, str)
    return found


async def deeds(stage: Stage) -> list[tuple[str, str | None, str | None]]:
    async def load(unit: Unit) -> list[tuple[str, str | None, str | None]]:
        return [(d.what.deed, d.what.before, d.what.after) for d in await unit.audit.page(limit=20)]

    found = await stage.look(load)
    assert isinstance(found, list)
    return found


@BOTH
@pytest.mark.parametrize("locale", ["ja", "en"])
async def test_quiet_days_are_looked_at_begun_seen_and_taken_back(
    stage: Stage, workspace: Workspace, locale: str
) -> None:
    mod = await boss(stage, workspace, locale=locale)
    await stage.joins("aki", workspace)
    preview = await stage.types(mod, "community", "quiet", days="3")
    assert isinstance(preview, Say)
    assert await until(stage) is None, "it was only looked at"
    done = await stage.presses(mod, card_of(preview), "quiet_set")
    assert await until(stage) == "2026-12-06"
    assert await deeds(stage) == [("quiet.set", None, "2026-12-06")]
    day = "12月6日" if locale == "ja" else "6 Dec"
    assert day in text_of(done)
    assert day in text_of(await stage.types(mod, "community", "status"))
    await stage.presses(mod, card_of(done), "undo")
    assert not await until(stage)
    assert day not in text_of(await stage.types(mod, "community", "status"))


@pytest.mark.parametrize(("locale", "now", "then"), [("ja", "12月6日", "12月8日"), ("en", "6 Dec", "8 Dec")])
async def test_a_moved_end_is_shown_beside_the_old_one(stage: Stage, locale: str, now: str, then: str) -> None:
    mod = await boss(stage, locale=locale)
    await stage.presses(mod, card_of(await stage.types(mod, "community", "quiet", days="3")), "quiet_set")
    preview = await stage.types(mod, "community", "quiet", days="5")
    assert now in text_of(preview)
    assert then in text_of(preview)
    await stage.presses(mod, card_of(preview), "quiet_set")
    assert await until(stage) == "2026-12-08"


async def test_the_preview_says_how_much_waits(stage: Stage) -> None:
    mod = await boss(stage)
    for n in range(3):
        await stage.joins(f"u{n}")
    assert "4 messages" in text_of(await stage.types(mod, "community", "quiet")), "a nudge for each newcomer"
    assert "0 messages" in text_of(await stage.types(mod, "community", "quiet", days="1"))


@BOTH
async def test_they_end_by_themselves_and_nothing_is_lost(stage: Stage, workspace: Workspace) -> None:
    mod = await boss(stage, workspace)
    await stage.joins("aki", workspace)
    await stage.presses(mod, card_of(await stage.types(mod, "community", "quiet")), "quiet_set")
    stage.sent.clear()
    await stage.passes(timedelta(days=6, hours=13))
    assert stage.took(DirectMessage) == []
    assert "2026" not in text_of(await stage.types(mod, "community", "quiet")), "said as people say a day"
    await stage.passes(timedelta(days=1))
    assert len(stage.took(DirectMessage)) == 2


async def test_they_are_ended_early_with_a_look_before(stage_on_both: Stage) -> None:
    stage = stage_on_both
    mod = await boss(stage)
    await stage.presses(mod, card_of(await stage.types(mod, "community", "quiet", days="31")), "quiet_set")
    await stage.passes(timedelta(days=4))
    stage.sent.clear()
    standing = await stage.types(mod, "community", "quiet")
    assert "1 message waits" in text_of(standing)
    preview = await stage.types(mod, "community", "quiet", days="0")
    done = await stage.presses(mod, card_of(preview), "quiet_set")
    assert await until(stage) == ""
    await stage.passes(timedelta(days=1))
    assert len(stage.took(DirectMessage)) == 1
    refused = await stage.acts(mod, "quiet_set:2026-12-31")
    assert isinstance(refused, Redraw)
    assert isinstance(await stage.presses(mod, card_of(done), "undo"), Say), "they were begun again since"


@pytest.mark.parametrize("typed", ["32", "-1", "many", "９", "1" * 30])
async def test_what_is_no_number_of_days_is_refused(stage: Stage, typed: str) -> None:
    mod = await boss(stage)
    assert "0 to 31" in text_of(await stage.types(mod, "community", "quiet", days=typed))


@pytest.mark.parametrize("day", ["", "2026-12-03", "2027-02-01", "tomorrow", "9999-12-31", "2026-12-06:x"])
async def test_a_made_up_button_sets_nothing_wrong(stage: Stage, day: str) -> None:
    mod = await boss(stage)
    await stage.acts(mod, f"quiet_set:{day}")
    assert await until(stage) in (None, "2026-12-06")


async def test_members_do_not_set_them(stage: Stage) -> None:
    aki = await stage.joins("aki")
    await stage.acts(aki, "quiet_set:2026-12-06")
    assert await until(stage) is None


@pytest.mark.parametrize("lock", ["conduct", "conduct.quiet_until"])
async def test_what_the_operator_locks_stays(stage: Stage, lock: str) -> None:
    mod = await boss(stage)
    preview = await stage.types(mod, "community", "quiet")
    stage.settings = msgspec.structs.replace(stage.settings, locked=(lock,))
    assert "cannot be changed here" in text_of(await stage.types(mod, "community", "quiet"))
    await stage.presses(mod, card_of(preview), "quiet_set")
    assert await until(stage) is None
