from __future__ import annotations

import asyncio
from datetime import date

import pytest

from chat.answers import Invalid, Nothing, OpenForm, Redraw, Say, Suggest
from chat.card import Button, Buttons, Card, LinkButton, Option, Select, Text
from chat.discord.interactions import read_reply, suggested
from chat.discord.render import MANY
from chat.events import ActionPressed, CommandUsed, FormSubmitted, Interaction, MenuUsed
from chat.form import Choice, Choices, Date, Form, Line, Paragraph
from chat.ids import MessageRef
from chat.port import RefusedError
from chat.text import rich
from sandbox.face import Faults
from sandbox.world import Message, WorldError
from tests.chat.discord.stage import Stage, card, words
from tests.waiting import until

FORM = Form(
    id="intro:1",
    title="自己紹介",
    submit="送る",
    cancel="やめる",
    fields=(
        Line(key="name", label="名前", hint="呼ばれたい名前"),
        Paragraph(key="about", label="ひとこと", required=False),
        Choice(key="stage", label="段階", options=(Option("new", "新人"), Option("old", "古株"))),
        Choices(key="topics", label="話題", options=(Option("a", "い"), Option("b", "ろ"), Option("c", "は"))),
        Date(key="day", label="日", value=date(2026, 12, 4)),
    ),
)
BUTTON = Card(parts=(Text(rich("押して")), Buttons((Button("go:7", "行く"),))))


async def post_button(stage: Stage) -> Message:
    return stage.shown(await stage.adapter.post(stage.place("general"), BUTTON, key="button"))


async def test_commands_are_registered_in_both_languages(stage: Stage) -> None:
    listed = {command["name"]: command for command in stage.face.commands(stage.space.id)}
    assert listed["tsudoi"]["description_localizations"] == {"ja": "このコミュニティでのあなた"}
    assert listed["Make it a question"]["name_localizations"] == {"ja": "質問にする"}
    assert [option["name"] for option in listed["tsudoi"]["options"][1]["options"]] == ["member", "for"]


async def test_a_command_is_answered_privately(stage: Stage) -> None:
    ken = stage.join("ken", "健", language="en")
    stage.inbox.answers = lambda _: Say(card("thanked"))
    await stage.face.command(ken, "general", "tsudoi", f"thank member:{stage.aya.name} for:help")
    used = await stage.inbox.got(CommandUsed)
    assert (used.command, used.sub, used.options["for"]) == ("tsudoi", "thank", "help")
    assert used.options["member"] == stage.aya.user_id
    assert (used.user, used.user_name, used.locale) == (stage.user(ken), "健", "en-US")
    said = stage.said("general")[-1]
    assert (words(said), said.only_for) == ("thanked", ken.user_id)


async def test_commands_for_moderators_are_closed_to_members(stage: Stage) -> None:
    with pytest.raises(WorldError, match="may not use"):
        await stage.face.command(stage.aya, "general", "community", "")


async def test_a_command_with_nothing_to_say_leaves_nothing_behind(stage: Stage) -> None:
    await stage.face.command(stage.aya, "general", "tsudoi", "me")
    await until(lambda: stage.said("general") == [])


async def test_a_pressed_button_redraws_its_message(stage: Stage) -> None:
    message = await post_button(stage)
    stage.inbox.answers = lambda _: Redraw(card("行きました"))
    await stage.face.press(stage.aya, message, {"custom_id": "go:7"})
    pressed = await stage.inbox.got(ActionPressed)
    assert (pressed.action, pressed.values) == ("go:7", ())
    assert pressed.message == MessageRef(stage.place("general"), message.id)
    assert words(message) == "行きました"


async def test_a_select_sends_what_was_chosen(stage: Stage) -> None:
    options = (Option("a", "い"), Option("b", "ろ"))
    select = Card(parts=(Select(action="pick", placeholder="選ぶ", options=options, most=2),))
    message = stage.shown(await stage.adapter.post(stage.place("general"), select, key="s"))
    await stage.face.press(stage.aya, message, {"custom_id": "pick", "values": ["a", "b"]})
    assert (await stage.inbox.got(ActionPressed)).values == ("a", "b")


async def test_a_menu_says_which_message_it_was_used_on(stage: Stage) -> None:
    said = stage.face.say(stage.aya, "general", "これは？")
    stage.inbox.answers = lambda _: Say(card("質問にしました"))
    await stage.face.menu(stage.aya, said, "Make it a question")
    used = await stage.inbox.got(MenuUsed)
    assert used.menu == "ask"
    assert used.message == MessageRef(stage.place("general"), said.id)
    assert (used.author, used.text) == (stage.user(stage.aya), "これは？")


async def test_a_form_comes_back_with_its_values(stage: Stage) -> None:
    message = await post_button(stage)
    stage.inbox.answers = lambda event: OpenForm(FORM) if isinstance(event, ActionPressed) else Redraw(card("済み"))
    await stage.face.press(stage.aya, message, {"custom_id": "go:7"})
    await stage.face.submit(stage.aya, {"name": "彩", "stage": ["new"], "topics" + MANY: ["a", "c"]})
    sent = await stage.inbox.got(FormSubmitted)
    assert sent.form == "intro:1"
    assert sent.values == {"name": "彩", "about": "", "stage": "new", "topics": ("a", "c"), "day": "2026-12-04"}
    assert words(message) == "済み"


async def test_errors_of_a_form_are_said_privately_with_a_way_back(stage: Stage) -> None:
    message = await post_button(stage)
    again = Card(parts=(Text(rich("日付が昔です")), Buttons((Button("reopen:1", "直す"),))))

    def answer(event: object) -> OpenForm | Invalid:
        return Invalid({"day": "日付が昔です"}, FORM, again) if isinstance(event, FormSubmitted) else OpenForm(FORM)

    stage.inbox.answers = answer
    await stage.face.press(stage.aya, message, {"custom_id": "go:7"})
    await stage.face.submit(stage.aya, {"name": "彩", "stage": ["new"], "topics" + MANY: ["a"]})
    error = stage.said("general")[-1]
    assert (words(error), error.only_for) == ("日付が昔です", stage.aya.user_id)
    await stage.face.press(stage.aya, error, {"custom_id": "reopen:1"})
    form = stage.form(stage.aya)
    assert form is not None
    assert form["custom_id"] == "intro:1"


async def test_a_form_opened_before_a_restart_is_taken_after_it(stage: Stage) -> None:
    message = await post_button(stage)
    stage.inbox.answers = lambda event: OpenForm(FORM) if isinstance(event, ActionPressed) else Say(card("届きました"))
    await stage.face.press(stage.aya, message, {"custom_id": "go:7"})
    await stage.adapter.stop()
    stage.adapter = stage.new_adapter()
    await stage.start()
    await stage.face.submit(stage.aya, {"name": "彩", "stage": ["new"], "topics" + MANY: ["a"]})
    assert (await stage.inbox.got(FormSubmitted)).values["name"] == "彩"
    await until(lambda: words(stage.said("general")[-1]) == "届きました")


async def test_a_slow_command_is_deferred_and_answered_later(stage: Stage) -> None:
    stage.inbox.answers, stage.inbox.slowness = lambda _: Say(card("やっと")), 2.5
    await stage.face.command(stage.aya, "general", "tsudoi", "me")
    await until(lambda: words(stage.said("general")[-1]) == "やっと")
    assert [message.only_for for message in stage.said("general")] == [stage.aya.user_id]


async def test_a_slow_button_still_redraws(stage: Stage) -> None:
    message = await post_button(stage)
    stage.inbox.answers, stage.inbox.slowness = lambda _: Redraw(card("やっと")), 2.3
    await stage.face.press(stage.aya, message, {"custom_id": "go:7"})
    await until(lambda: words(message) == "やっと")


async def test_a_form_that_comes_too_late_is_apologised_for(stage: Stage) -> None:
    message = await post_button(stage)
    stage.inbox.answers, stage.inbox.slowness = lambda _: OpenForm(FORM), 4
    await stage.face.press(stage.aya, message, {"custom_id": "go:7"})
    said = stage.said("general")[-1]
    assert (words(said), said.only_for) == ("ja too\\_late", stage.aya.user_id)


async def test_a_click_that_cannot_be_stored_is_apologised_for(stage: Stage) -> None:
    message = await post_button(stage)
    stage.inbox.failures = 1
    await stage.face.press(stage.aya, message, {"custom_id": "go:7"})
    assert words(stage.said("general")[-1]) == "ja not\\_stored"


async def test_an_answer_that_was_given_is_followed_up_by_another_process(stage: Stage) -> None:
    stage.inbox.answers = lambda _: Say(card("一"))
    await stage.face.command(stage.aya, "general", "tsudoi", "me")
    used = await stage.inbox.got(CommandUsed)
    await stage.adapter.stop()
    stage.adapter = stage.new_adapter()
    await stage.start()
    await stage.adapter.answer(used.reply, Say(card("二")))
    assert [words(message) for message in stage.said("general")] == ["一", "二"]


async def test_an_expired_reply_is_refused(stage: Stage) -> None:
    await stage.face.command(stage.aya, "general", "tsudoi", "me")
    used = await stage.inbox.got(CommandUsed)
    stage.world.move_clock(stage.world.now().replace(microsecond=0) + (date(2026, 1, 2) - date(2026, 1, 1)))
    with pytest.raises(RefusedError) as refused:
        await stage.adapter.answer(used.reply, Say(card("遅い")))
    assert refused.value.code == "too_late"


async def test_a_button_in_a_direct_message_acts_for_the_server_that_sent_it(stage: Stage) -> None:
    ref = await stage.adapter.dm(stage.user(stage.aya), BUTTON, key="dm")
    stage.inbox.answers = lambda _: Redraw(card("済み"))
    message = stage.shown(ref)
    await stage.face.press(stage.aya, message, {"custom_id": "go:7"})
    pressed = await stage.inbox.got(ActionPressed)
    assert pressed.user == stage.user(stage.aya)
    assert pressed.message == ref
    assert words(message) == "済み"


async def test_what_is_typed_into_an_option_is_completed_and_not_stored(stage: Stage) -> None:
    ken = stage.join("ken", "健")
    stage.inbox.suggests = lambda typed: Suggest((Option("1", f"{typed.typed}…"), Option("2", "別のこと")))
    words = f"thank member:<@{ken.user_id}> for:本を"
    found = await stage.face.autocomplete(stage.aya, "general", "tsudoi", words, "for")
    assert found == [{"name": "本を…", "value": "1"}, {"name": "別のこと", "value": "2"}]
    [typed] = stage.inbox.typed
    assert (typed.command, typed.sub, typed.option, typed.typed) == ("tsudoi", "thank", "for", "本を")
    assert (typed.user, typed.options, typed.locale) == (stage.user(stage.aya), {"member": ken.user_id}, "ja")
    assert typed.place == stage.place("general")
    assert not any(isinstance(event, CommandUsed) for event in stage.inbox.events)
    stage.inbox.suggests = lambda _: Suggest()
    assert await stage.face.autocomplete(stage.aya, "general", "tsudoi", "thank for:", "for") == []


def test_a_number_is_completed_by_numbers() -> None:
    option: dict[str, object] = {"type": 4, "name": "how_many", "value": "", "focused": True}
    interaction = {"type": 4, "data": {"name": "seats", "options": [option]}}
    choices = Suggest((Option("10", "ten"), Option("x", "no number")))
    assert suggested(interaction, choices) == [{"name": "ten", "value": 10}]
    option["type"] = 3
    assert [choice["value"] for choice in suggested(interaction, choices)] == ["10", "x"]


async def test_a_button_in_a_thread_says_where_it_stands(stage: Stage) -> None:
    ref = await stage.adapter.open_thread(stage.place("general"), "相談", BUTTON, key="t")
    await stage.face.press(stage.aya, stage.shown(ref), {"custom_id": "go:7"})
    pressed = await stage.inbox.got(ActionPressed)
    assert (pressed.place, pressed.message) == (ref.place, ref)


async def test_what_discord_would_not_show_becomes_an_apology(stage: Stage) -> None:
    message = await post_button(stage)
    broken = Card(parts=(Buttons((LinkButton("ftp://example.com", "?"),)),))
    stage.inbox.answers = lambda _: Redraw(broken)
    await stage.face.press(stage.aya, message, {"custom_id": "go:7"})
    assert words(stage.said("general")[-1]) == "ja platform\\_refused"
    assert words(message) == "押して"


async def test_a_lost_reply_to_an_answer_shows_it_once(stage: Stage) -> None:
    message = await post_button(stage)
    stage.inbox.answers = lambda _: Say(card("一度"))
    stage.face.faults = Faults(dropped=1.0, only=("POST",))
    await stage.face.press(stage.aya, message, {"custom_id": "go:7"})
    await asyncio.sleep(0.2)
    assert [words(said) for said in stage.said("general")[1:]] == ["一度"]


async def test_an_interaction_delivered_twice_is_answered_once(stage: Stage) -> None:
    message = await post_button(stage)
    stage.face.faults = Faults(duplicate=1.0)
    stage.inbox.answers = lambda _: Say(card("一度"))
    await stage.face.press(stage.aya, message, {"custom_id": "go:7"})
    await asyncio.sleep(0.1)
    assert [words(said) for said in stage.said("general")[1:]] == ["一度"]


async def test_a_reply_says_nothing_but_what_it_takes_to_answer(stage: Stage) -> None:
    await stage.face.command(stage.aya, "general", "tsudoi", "me")
    used: Interaction = await stage.inbox.got(CommandUsed)
    reply = read_reply(used.reply)
    assert (reply.server, reply.locale) == (stage.space.id, "ja")
    assert isinstance(stage.inbox.answers(used), Nothing)
