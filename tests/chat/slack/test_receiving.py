"""What comes in, through the sandbox's Slack and its socket."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from chat.answers import Answer, Invalid, Nothing, OpenForm, Redraw, Say
from chat.card import Option
from chat.events import (
    ActionPressed,
    ChannelEntered,
    CommandUsed,
    Event,
    FormSubmitted,
    HomeOpened,
    MemberChanged,
    MemberJoined,
    MemberLeft,
    MenuUsed,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    Reacted,
)
from chat.form import Choices, Date, Form, Line
from chat.ids import MessageRef
from chat.port import RefusedError
from chat.slack.adapter import SlackAdapter
from sandbox.slack import SlackFace
from sandbox.world import Account, Message, World
from tests.chat.slack.stage import COMMANDS, MENUS, Stage, apologise, card, settings, stage
from tests.sandbox.slack_setup import SPACE
from tests.waiting import until

FORM = Form(
    id="intro:7",
    title="About you",
    submit="Send",
    cancel="Cancel",
    fields=(
        Line(key="name", label="Name"),
        Choices(key="topics", label="Topics", options=(Option("py", "Python"), Option("elm", "Elm")), required=False),
        Date(key="day", label="Day", required=False),
    ),
)


def quick(world: World) -> SlackFace:
    return SlackFace(world, redeliver_after=0.2)


async def posted(s: Stage, *actions: str) -> Message:
    ref = await s.adapter.post(s.place(), card("press", *actions), key="p")
    return s.setup.world.message(SPACE, ref.place.channel, ref.id)


def ephemerals(s: Stage, account: Account) -> list[str]:
    return [m.text for m in s.setup.said() if m.only_for == account.user_id]


async def test_what_is_said_arrives_once_with_its_thread_and_mentions() -> None:
    async with stage() as s:
        mika, ken = s.setup.join(), s.setup.join("Ken")
        asked = s.face.say(mika, "general", f"<@{ken.user_id}> how & <why>?")
        s.face.say(ken, "general", "so", thread=asked.id)
        await until(lambda: len(s.process.said()) == 2)
        question, answer = s.process.of(MessagePosted)
        assert question.text == f"<@{ken.user_id}> how & <why>?"
        assert question.mentions == (s.user(ken),)
        assert question.message == MessageRef(s.place(), asked.id)
        assert question.key == f"slack:{SPACE}:message:{s.place().channel}:{asked.id}"
        assert answer.message.place.thread == asked.id == answer.reply_to
        assert answer.reply_to_author == s.user(mika)


async def test_the_bots_own_words_are_not_heard() -> None:
    async with stage() as s:
        await s.adapter.post(s.place(), card(), key="k")
        mika = s.setup.join()
        s.face.say(mika, s.setup.space.bot, "in private")
        await until(s.process.said)
        assert s.process.said() == ["in private"]
        assert s.process.of(MessagePosted)[0].direct


async def test_edits_deletions_reactions_and_comings_and_goings() -> None:
    async with stage() as s:
        mika = s.setup.join()
        said = s.face.say(mika, "general", "frist")
        s.setup.world.edit(SPACE, said.channel, said.id, text="first")
        s.setup.world.react(SPACE, said.channel, said.id, mika.user_id, "+1")
        s.setup.world.react(SPACE, said.channel, said.id, mika.user_id, "+1", on=False)
        s.setup.world.delete(SPACE, said.channel, said.id)
        s.setup.world.change_account(SPACE, mika.user_id, language="en")
        s.setup.world.leave(SPACE, mika.user_id)
        await until(lambda: s.process.of(MemberLeft))
        assert [e.text for e in s.process.of(MessageEdited)] == ["first"]
        assert [(e.emoji, e.on) for e in s.process.of(Reacted)] == [("👍", True), ("👍", False)]
        assert [e.message.id for e in s.process.of(MessageDeleted)] == [said.id]
        joined = s.process.of(MemberJoined)[0]
        assert (joined.member.name, joined.key) == ("Mika", f"slack:{SPACE}:join:{mika.user_id}")
        assert s.process.of(ChannelEntered)
        assert any(e.member.locale == "en-US" for e in s.process.of(MemberChanged))


async def test_an_owner_is_an_admin_too_and_may_be_neither_again() -> None:
    async with stage() as s:
        mika = s.setup.join()
        for is_owner in (True, False):
            s.setup.world.change_account(SPACE, mika.user_id, is_owner=is_owner)
        await until(lambda: len(s.process.of(MemberChanged)) > 1)
        told = [(e.member.is_owner, e.member.is_admin) for e in s.process.of(MemberChanged)]
        assert told == [(True, True), (False, False)]


async def test_what_could_not_be_stored_is_not_acknowledged_and_comes_again() -> None:
    async with stage(quick) as s:
        mika = s.setup.join()
        await until(lambda: s.process.of(MemberJoined) and not s.face.pending())
        s.process.refuse = 1
        s.face.say(mika, "general", "once more")
        await until(s.process.said)
        assert s.process.refused == 1
        assert s.process.said() == ["once more"]


async def test_twice_delivered_is_once_stored() -> None:
    async with stage() as s:
        s.face.faults.duplicate = 1.0
        mika = s.setup.join()
        for n in range(10):
            s.face.say(mika, "general", str(n))
        await until(lambda: not s.face.pending())
        assert s.process.said() == [str(n) for n in range(10)]


async def test_a_command_becomes_sub_command_and_options() -> None:
    async with stage() as s:
        s.process.reply = lambda _: Say(card("only you"))
        mika, ken = s.setup.join(), s.setup.join("Ken")
        await s.face.command(mika, "general", "/tsudoi", f'thank <@{ken.user_id}|ken "k" x> for "two words" & more')
        await until(lambda: ephemerals(s, mika))
        used = s.process.of(CommandUsed)[0]
        assert (used.command, used.sub) == ("tsudoi", "thank")
        assert used.options == {"member": ken.user_id, "words": 'for "two words" & more'}
        assert used.place == s.place()
        await s.face.command(mika, "general", "/unknown", "x <y>")
        await until(lambda: len(s.process.of(CommandUsed)) == 2)
        assert s.process.of(CommandUsed)[1].text == "x <y>"


async def test_a_message_menu_and_the_home_tab() -> None:
    async with stage() as s:
        mika = s.setup.join()
        said = s.face.say(mika, "general", "rude")
        await s.face.menu(mika, said, "report")
        await s.face.open_home(mika)
        await until(lambda: s.process.of(HomeOpened))
        menu = s.process.of(MenuUsed)[0]
        assert (menu.menu, menu.text, menu.author) == ("report", "rude", s.user(mika))
        assert menu.message == MessageRef(s.place(), said.id)


async def test_a_press_redraws_the_message_it_was_on() -> None:
    async with stage() as s:
        s.process.reply = lambda _: Redraw(card("12 going", "go:1"))
        mika = s.setup.join()
        shown = await posted(s, "go:1", "no:1")
        await s.face.press(mika, shown, {"action_id": "go:1"})
        await until(lambda: "12 going" in str(shown.body))
        pressed = s.process.of(ActionPressed)[0]
        assert (pressed.action, pressed.values) == ("go:1", ())
        assert pressed.message == MessageRef(s.place(), shown.id)
        assert pressed.user == s.user(mika)


async def through_form(s: Stage, mika: Account) -> None:
    shown = await posted(s, "begin")
    await s.face.press(mika, shown, {"action_id": "begin"})
    await until(lambda: mika.user_id in s.setup.space.forms)


def form_then(answer: Answer) -> object:
    def reply(event: Event) -> Answer:
        match event:
            case ActionPressed():
                return OpenForm(FORM)
            case FormSubmitted(values=values) if values["name"] == "bad":
                return Invalid({"name": "Not that one.", "elsewhere": "And choose."}, FORM.filled(values))
            case FormSubmitted():
                return answer
            case _:
                return Nothing()

    return reply


async def test_a_form_shows_its_errors_and_is_taken_when_they_are_mended() -> None:
    async with stage() as s:
        s.process.reply = form_then(Say(card("thank you")))  # type: ignore[assignment]
        mika = s.setup.join()
        await through_form(s, mika)
        assert await s.face.submit(mika, {"name": "bad"}) == {"name": "Not that one. And choose."}
        assert await s.face.submit(mika, {"name": "Mika", "topics": ["elm", "py"], "day": "2026-12-04"}) == {}
        submitted = s.process.of(FormSubmitted)[-1]
        assert submitted.form == "intro:7"
        assert submitted.values == {"name": "Mika", "topics": ("elm", "py"), "day": "2026-12-04"}
        assert submitted.place == s.place()
        await until(lambda: ephemerals(s, mika))
        assert mika.user_id not in s.setup.space.forms


async def test_a_redraw_after_a_form_reaches_the_message_it_was_opened_from() -> None:
    async with stage() as s:
        s.process.reply = form_then(Redraw(card("done")))  # type: ignore[assignment]
        mika = s.setup.join()
        await through_form(s, mika)
        await s.face.submit(mika, {"name": "Mika"})
        await until(lambda: any("done" in str(m.body) for m in s.setup.said()))
        assert len([m for m in s.setup.said() if m.author == s.setup.space.bot]) == 1


async def test_an_answer_that_comes_too_late_for_the_acknowledgement_is_said_privately(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("chat.slack.intake.FORM_WAIT", 0.05)
    async with stage() as s:
        s.process.reply = form_then(Nothing())  # type: ignore[assignment]
        mika = s.setup.join()
        await through_form(s, mika)
        s.process.slow = 0.2
        assert await s.face.submit(mika, {"name": "bad"}) == {}
        await until(lambda: ephemerals(s, mika))
        assert "ja-JP too_late" in ephemerals(s, mika)[0]


async def test_a_form_that_comes_too_late_is_apologised_for_in_the_members_language() -> None:
    async with stage() as s:
        mika = s.setup.join(language="en")
        await s.face.command(mika, "general", "/tsudoi", "me")
        await until(lambda: s.process.of(CommandUsed))
        reply = s.process.of(CommandUsed)[0].reply
        await s.adapter.answer(reply.replace('"trigger":"', '"trigger":"9'), OpenForm(FORM))
        await until(lambda: ephemerals(s, mika))
        assert ephemerals(s, mika) == ["en-US expired_trigger"]
        assert mika.user_id not in s.setup.space.forms


async def test_an_answer_after_a_restart_reaches_who_asked() -> None:
    async with stage() as s:
        mika = s.setup.join()
        await s.face.command(mika, "general", "/tsudoi", "me")
        await until(lambda: s.process.of(CommandUsed))
        reply = s.process.of(CommandUsed)[0].reply
        await s.adapter.stop()
        again = SlackAdapter(settings(s.setup), apologise)
        await again.start(s.process, COMMANDS, MENUS)
        await again.answer(reply, Say(card("late but here")))
        await again.answer(reply, Redraw(card("no message to redraw")))
        with pytest.raises(RefusedError, match="unknown_reply"):
            await again.answer("not ours", Nothing())
        await again.stop()
        assert len(ephemerals(s, mika)) == 2


async def test_when_the_address_is_used_up_there_is_another_way() -> None:
    async with stage() as s:
        mika = s.setup.join()
        await s.face.command(mika, "general", "/tsudoi", "me")
        await until(lambda: s.process.of(CommandUsed))
        reply = s.process.of(CommandUsed)[0].reply
        for _ in range(7):  # an address is good for five
            await s.adapter.answer(reply, Say(card("again")))
        assert len(ephemerals(s, mika)) == 7


async def test_from_the_home_tab_a_window_says_it_and_the_tab_is_redrawn() -> None:
    async with stage() as s:
        mika = s.setup.join()
        await s.adapter.show_home(s.user(mika), card("home", "tell", "draw", "form"))

        def reply(event: Event) -> Answer:
            match event:
                case ActionPressed(action="tell"):
                    return Say(card("in a window", "draw"))
                case ActionPressed(action="form"):
                    return OpenForm(FORM)
                case FormSubmitted():
                    return Say(card("form done"))
                case ActionPressed():
                    return Redraw(card("drawn anew", "tell", "draw", "form"))
                case _:
                    return Nothing()

        s.process.reply = reply
        await s.face.press_home(mika, {"action_id": "tell"})
        await until(lambda: "in a window" in str(s.setup.space.forms.get(mika.user_id)))
        assert s.process.of(ActionPressed)[0].message is None
        await s.face.press_form(mika, {"action_id": "draw"})
        await until(lambda: "drawn anew" in str(s.setup.space.forms.get(mika.user_id)))
        await s.face.dismiss(mika)
        await s.face.press_home(mika, {"action_id": "draw"})
        await until(lambda: "drawn anew" in str(s.setup.space.homes[mika.user_id]))
        await s.face.press_home(mika, {"action_id": "form"})
        await until(lambda: "About you" in str(s.setup.space.forms.get(mika.user_id)))
        await s.face.submit(mika, {"name": "Mika"})
        assert "form done" in str(s.setup.space.forms[mika.user_id])


async def test_history_tells_the_same_events_as_the_socket() -> None:
    async with stage() as s:
        mika, ken = s.setup.join(), s.setup.join("Ken")
        begun = datetime.now(UTC) - timedelta(minutes=1)
        asked = s.face.say(mika, "general", "one")
        s.face.say(ken, "general", "two", thread=asked.id)
        s.face.say(ken, "general", "three")
        await s.adapter.post(s.place(), card(), key="own")
        await until(lambda: len(s.process.said()) == 3)
        found = [event async for event in s.adapter.history(s.place(), begun)]
        assert [event.text for event in found] == ["one", "three", "two"]
        live = {event.key: event for event in s.process.of(MessagePosted)}
        assert {event.key: event for event in found} == live
        later = [event async for event in s.adapter.history(s.place(), found[0].at)]
        assert [event.text for event in later] == ["three", "two"]
        thread = [e async for e in s.adapter.history(found[2].message.place, begun)]
        assert "two" in [event.text for event in thread]


async def test_long_history_is_read_to_its_end() -> None:
    async with stage() as s:
        mika = s.setup.join()
        begun = datetime.now(UTC) - timedelta(minutes=1)
        for n in range(450):
            s.face.say(mika, "general", str(n))
        found = [event.text async for event in s.adapter.history(s.place(), begun)]
        assert found == [str(n) for n in range(450)]


@pytest.mark.parametrize("abruptly", [False, True])
async def test_a_lost_connection_comes_back_and_tells_of_the_gap(
    abruptly: bool,  # noqa: FBT001 - a parameter of the test
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("chat.slack.socket.PING", 0.2)
    async with stage() as s:
        gap = s.adapter.gap()
        await s.face.disconnect(lose_session=abruptly)
        await until(lambda: s.adapter.gap() > gap)
        mika = s.setup.join()
        s.face.say(mika, "general", "back")
        await until(s.process.said)
        await asyncio.sleep(0.5)
        assert s.adapter.gap() == gap + 1


async def test_reconnecting_by_hand_makes_one_new_connection() -> None:
    async with stage() as s:
        heard = s.adapter.last_heard()
        assert heard is not None
        await s.adapter.reconnect()
        assert s.adapter.gap() == 2
        assert (s.adapter.last_heard() or heard) >= heard
        mika = s.setup.join()
        s.face.say(mika, "general", "here")
        await until(s.process.said)
        assert s.process.said() == ["here"]


async def test_stopping_finishes_what_was_accepted() -> None:
    async with stage() as s:
        s.process.reply, s.process.slow = (lambda _: Say(card("done"))), 0.2
        mika = s.setup.join()
        await s.face.command(mika, "general", "/tsudoi", "me")
        await until(lambda: s.process.of(CommandUsed))
        await s.adapter.stop()
        assert len(ephemerals(s, mika)) == 1


async def test_the_order_of_a_conversation_is_kept_in_a_flood() -> None:
    async with stage() as s:
        mika = s.setup.join()
        said = [str(n) for n in range(500)]
        for text in said:
            s.face.say(mika, "general", text)
        await until(lambda: len(s.process.said()) == 500)
        assert s.process.said() == said
