"""A click, a command or a form that could not be kept: Slack brings none of them again, so who waits is told."""

from __future__ import annotations

from chat.answers import Answer, Nothing, OpenForm
from chat.events import ActionPressed, CommandUsed, Event, FormSubmitted
from tests.chat.slack.stage import stage
from tests.chat.slack.test_receiving import FORM, ephemerals, posted
from tests.waiting import until


async def test_a_press_and_a_command_are_apologised_for_in_private() -> None:
    async with stage() as s:
        mika = s.setup.join()
        shown = await posted(s, "go:1")
        await until(lambda: s.process.events and not s.face.pending())
        s.process.refuse = 2
        await s.face.press(mika, shown, {"action_id": "go:1"})
        await s.face.command(mika, "general", "/tsudoi", "me")
        await until(lambda: len(ephemerals(s, mika)) == 2)
        assert ephemerals(s, mika) == ["ja-JP not_stored"] * 2
        assert s.process.of(ActionPressed) == []
        assert s.process.of(CommandUsed) == []


async def test_a_form_stays_open_with_what_was_typed_and_can_be_sent_again() -> None:
    async with stage() as s:

        def reply(event: Event) -> Answer:
            return OpenForm(FORM) if isinstance(event, ActionPressed) else Nothing()

        s.process.reply = reply
        mika = s.setup.join()
        shown = await posted(s, "begin")
        await s.face.press(mika, shown, {"action_id": "begin"})
        await until(lambda: mika.user_id in s.setup.space.forms)
        await until(lambda: not s.face.pending())
        s.process.refuse = 1
        assert await s.face.submit(mika, {"name": "Mika"}) == {"name": "ja-JP not_stored"}
        assert mika.user_id in s.setup.space.forms
        assert await s.face.submit(mika, {"name": "Mika"}) == {}
        assert len(s.process.of(FormSubmitted)) == 1
