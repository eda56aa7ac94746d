"""The cap has two doors, the waiting list and the settings: either writes the same down, and is undone the same way."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

import pytest
from msgspec.structs import replace

from chat.answers import Answer
from chat.ids import UserRef
from handlers.audit.undoing import UNDO
from storage.audit import StoredDeed
from tests.handlers.membership.house import Make, applies, full, leaves, to
from tests.handlers.stage import Stage, action, card_of, text_of

Door = Callable[[Stage, UserRef, int], Awaitable[Answer]]


async def by_the_line(stage: Stage, moe: UserRef, cap: int) -> Answer:
    """Set the cap with ``/community waitlist``."""
    preview = card_of(await stage.types(moe, "community", "waitlist", cap=str(cap)))
    return await stage.presses(moe, preview, "appl_cap_yes")


async def by_the_settings(stage: Stage, moe: UserRef, cap: int) -> Answer:
    """Set the cap with ``/community settings``."""
    preview = card_of(await stage.types(moe, "community", "settings", set="membership_cap", value=str(cap)))
    return await stage.presses(moe, preview, "set_go")


BOTH = pytest.mark.parametrize("door", [by_the_line, by_the_settings], ids=["line", "settings"])


async def undoes(stage: Stage, moe: UserRef, done: Answer) -> str:
    return text_of(await stage.acts(moe, action(card_of(done), UNDO)))


async def newest(stage: Stage) -> StoredDeed:
    found = await stage.look(lambda unit: unit.audit.newest_of("membership.cap"))
    assert isinstance(found, StoredDeed)
    return found


@BOTH
async def test_one_deed_one_fact_and_seats_offered_at_once(build: Make, door: Door) -> None:
    stage, moe = await full(build)
    ben = await applies(stage, "Ben")
    stage.sent.clear()
    await door(stage, moe, 3)
    assert len(to(stage.sent, ben)) == 1, "not only when a timer rings"
    deed = (await newest(stage)).what
    assert (deed.deed, deed.subject, deed.before, deed.after, deed.reason) == (
        "membership.cap", "membership.cap", "2", "3", "file"
    )  # fmt: skip
    assert await stage.facts("setting.changed") == ["setting.changed"]
    said = text_of(await stage.types(moe, "community", "audit"))
    assert re.search(r"the cap from 2\b.* to 3\b", said)


@BOTH
async def test_an_undo_goes_back_to_the_file_and_keeps_what_was_promised(build: Make, door: Door) -> None:
    stage, moe = await full(build)
    await applies(stage, "Ben")
    done = await door(stage, moe, 3)
    assert "The cap is 2 again. Seats that were offered meanwhile stay offered." in await undoes(stage, moe, done)
    assert await stage.facts("setting.changed") == ["setting.changed"] * 2
    assert await stage.look(lambda unit: unit.settings.all()) == {}
    stage.settings = replace(stage.settings, membership=replace(stage.settings.membership, cap=7))
    assert "The cap is 7" not in await undoes(stage, moe, done), "once"


@BOTH
async def test_no_undo_when_somebody_has_come_in_by_it(build: Make, door: Door) -> None:
    stage, moe = await full(build)
    ben = await applies(stage, "Ben")
    done = await door(stage, moe, 3)
    await stage.presses(ben, to(stage.sent, ben)[-1], "lobby_take")
    assert "1 seat has been taken since" in await undoes(stage, moe, done)
    assert "membership.cap" in await stage.look(lambda unit: unit.settings.all())  # type: ignore[operator]


@pytest.mark.parametrize(
    ("first", "then"), [(by_the_line, by_the_settings), (by_the_settings, by_the_line)], ids=["line", "settings"]
)
async def test_what_one_door_set_is_undone_to_what_the_other_had_set(build: Make, first: Door, then: Door) -> None:
    stage, moe = await full(build)
    older = await first(stage, moe, 5)
    newer = await then(stage, moe, 9)
    assert "changed again since: it is 9 now" in await undoes(stage, moe, older)
    assert "The cap is 5 again" in await undoes(stage, moe, newer)
    assert "The cap is 2 again" in await undoes(stage, moe, older)


async def test_back_to_the_file_is_not_undone_when_somebody_has_come_in_by_it(build: Make) -> None:
    stage, moe = await full(build)
    ben = await applies(stage, "Ben")
    await by_the_line(stage, moe, 1)
    await leaves(stage, "Aiko")  # the cap of the chat lets nobody in, that of the file would
    preview = card_of(await stage.types(moe, "community", "settings", set="membership_cap", value="default"))
    done = await stage.presses(moe, preview, "set_default")
    await stage.passes(stage.now)
    await stage.presses(ben, to(stage.sent, ben)[-1], "lobby_take")
    assert "1 seat has been taken since" in await undoes(stage, moe, done)
