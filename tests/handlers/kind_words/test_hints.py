"""The hint goes to the writer alone, seldom, and leaves nothing behind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import msgspec
import pytest
import sqlalchemy as sa

from chat.answers import Redraw
from chat.card import Buttons, LinkButton
from chat.effects import DirectMessage, Effect, Post
from chat.ids import UserRef, Workspace
from community.conduct.settings import ConductSettings
from handlers.kind_words.noticing import LATELY, TODAY
from storage.held.ids import TIMER_SUBJECTS
from storage.tables.core import metadata
from tests.handlers.kind_words.late import says_late
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, text_of

BOTH = pytest.mark.parametrize("workspace", [SLACK, DISCORD])
HURTS = "お前バカじゃないの？"


async def someone(stage: Stage, name: str = "aki", workspace: Workspace = SLACK, **told: object) -> UserRef:
    user = await stage.joins(name, workspace, **told)
    stage.sent.clear()
    return user


def hints(stage: Stage) -> Sequence[Effect]:
    """Return the hints that were given, and forget everything."""
    found = [e for e in stage.sent if isinstance(e, Post | DirectMessage) and "kind_off" in str(e.card)]
    stage.sent.clear()
    return found


@BOTH
@pytest.mark.parametrize("locale", ["ja", "en"])
async def test_the_writer_alone_is_told_and_may_edit(stage: Stage, workspace: Workspace, locale: str) -> None:
    aki = await someone(stage, workspace=workspace, locale=locale)
    ref = await stage.says(aki, HURTS)
    (hint,) = hints(stage)
    if workspace == SLACK:
        assert isinstance(hint, Post)
        assert (hint.only_for, hint.place) == (aki, ref.place)
    else:
        assert isinstance(hint, DirectMessage)
        assert hint.user == aki
    card = card_of(hint)
    said = text_of(card)
    assert "バカ" in said
    assert ("「バカ」" in said) is (locale == "ja")
    links = [
        b.url for part in card.parts if isinstance(part, Buttons) for b in part.buttons if isinstance(b, LinkButton)
    ]
    assert links == [stage.directory.link(ref)]


async def test_once_a_day_and_three_times_a_week(stage: Stage) -> None:
    aki, ben = await someone(stage), await someone(stage, "ben")
    given = []
    for _ in range(10):
        await stage.says(aki, HURTS)
        await stage.says(aki, "You idiot")
        given.append(len(hints(stage)))
        await stage.passes(timedelta(days=1))
        stage.sent.clear()
    assert given == [1, 1, 1, 0, 0, 0, 0, 1, 1, 1]
    await stage.says(ben, HURTS)
    assert len(hints(stage)) == 1, "another member's hints are their own"


async def test_nothing_is_left_of_it(stage_on_both: Stage) -> None:
    stage = stage_on_both
    aki = await someone(stage)
    await stage.says(aki, "you idiot 馬鹿野郎")
    assert len(hints(stage)) == 1
    member = await stage.member(aki)
    kinds = {"vanishing.kind_words.day", "vanishing.kind_words.0"}
    rows = await everything(stage)
    assert {text for text in rows if "kind_words" in text} == kinds | {f"{kind}:{member}" for kind in kinds}
    assert not [text for text in rows if "idiot" in text or "馬鹿" in text]
    await stage.passes(timedelta(days=8))
    assert not [text for text in await everything(stage) if "kind_words" in text]


def test_an_erasure_knows_the_timers() -> None:
    assert {TODAY, *LATELY} <= {*TIMER_SUBJECTS}


async def everything(stage: Stage) -> list[str]:
    """Return every text that stands in the store."""
    found: list[str] = []
    async with stage.db.reading() as conn:
        for table in metadata.sorted_tables:
            for row in await conn.execute(sa.select(table)):
                found += [value for value in row if isinstance(value, str)]
    return found


@BOTH
async def test_who_wants_no_hints_gets_none_and_may_want_them_again(stage: Stage, workspace: Workspace) -> None:
    aki, ben = await someone(stage, workspace=workspace), await someone(stage, "ben", workspace)
    await stage.says(aki, HURTS)
    card = card_of(hints(stage)[0])
    assert not isinstance(await stage.presses(ben, card, "kind_off"), Redraw), "it is not theirs"
    done = await stage.presses(aki, card, "kind_off")
    await stage.passes(timedelta(days=2))
    stage.sent.clear()
    await stage.says(aki, HURTS)
    assert not hints(stage)
    await stage.presses(aki, card_of(done), "kind_on")
    await stage.says(aki, HURTS)
    assert len(hints(stage)) == 1


@pytest.mark.parametrize(
    "conduct", [ConductSettings(kind_words=False), ConductSettings(quiet_until="2026-12-06")], ids=["off", "quiet"]
)
async def test_no_hints_where_they_are_switched_off_or_in_quiet_days(stage: Stage, conduct: ConductSettings) -> None:
    aki = await someone(stage)
    stage.settings = msgspec.structs.replace(stage.settings, conduct=conduct)
    await stage.says(aki, HURTS)
    assert not hints(stage)


async def test_bots_direct_messages_and_kind_words_get_none(stage: Stage) -> None:
    aki, robot = await someone(stage), await someone(stage, "robot", is_bot=True)
    await stage.says(robot, HURTS)
    await stage.says(aki, HURTS, direct=True)
    await stage.says(aki, HURTS, by_bot=True)
    await stage.says(aki, "ありがとう、助かりました")
    assert not hints(stage)


async def test_a_title_counts_and_an_old_message_does_not(stage: Stage) -> None:
    aki = await someone(stage, workspace=DISCORD)
    await stage.says(aki, "why?", title="Are you stupid?")
    assert len(hints(stage)) == 1
    ben = await someone(stage, "ben", DISCORD)
    stage.now += timedelta(hours=3)
    await says_late(stage, ben, HURTS)
    assert not hints(stage)


async def test_a_hint_that_cannot_be_sent_is_no_news_to_anybody(stage: Stage) -> None:
    aki = await someone(stage, workspace=DISCORD)
    stage.refuses = lambda effect: isinstance(effect, DirectMessage)
    await stage.says(aki, HURTS)
    assert stage.sent == []
    assert not [text for text in await everything(stage) if text.startswith("kind_words:")]
