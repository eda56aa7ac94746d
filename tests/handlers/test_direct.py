from datetime import timedelta

import pytest

from chat.effects import DirectMessage
from tests.handlers.stage import Stage, text_of


async def test_who_writes_to_the_bot_is_answered_once_an_hour(stage: Stage) -> None:
    aki, ren = await stage.joins("aki"), await stage.joins("ren", locale="ja")
    stage.sent.clear()
    for _ in range(3):
        await stage.says(aki, "Is anybody there?", direct=True)
    await stage.says(ren, "こんにちは", direct=True)
    mine, theirs = stage.took(DirectMessage)
    assert (mine.user, theirs.user) == (aki, ren)
    assert "/tsudoi help" in text_of(mine)
    assert "ボット" in text_of(theirs)
    assert "What I know about you" in text_of(await stage.presses(aki, mine.card, "me"))
    await stage.passes(timedelta(hours=1, minutes=1))
    await stage.says(aki, "Hello again", direct=True)
    assert len(stage.took(DirectMessage)) == 1


@pytest.mark.parametrize(("direct", "by_bot"), [("", ""), ("yes", "yes")])
async def test_what_is_said_elsewhere_or_by_bots_gets_no_such_answer(stage: Stage, direct: str, by_bot: str) -> None:
    aki = await stage.joins("aki")
    stage.sent.clear()
    await stage.says(aki, direct=bool(direct), by_bot=bool(by_bot))
    assert stage.took(DirectMessage) == []
