from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from chat.discord import inbound
from chat.discord.interactions import Kind, Reply, read_interaction, read_reply, reply_of
from chat.discord.invite import INTENTS, PERMISSIONS, intents, invite_url, permission_bits
from chat.events import ActionPressed, CommandUsed, FormSubmitted, MenuUsed
from chat.ids import MessageRef, Place, Platform, in_thread_of, same_message

HERE = Place(Platform.DISCORD, "901", "10")
THREAD = Place(Platform.DISCORD, "901", "10", "20")
NOW = datetime(2026, 12, 4, tzinfo=UTC)


def message(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    return {
        "id": "30",
        "type": 0,
        "content": "やあ",
        "timestamp": "2026-12-04T10:00:00.123000+00:00",
        "author": {"id": "77", "username": "aya", "global_name": "彩"},
        **more,
    }


def interaction(kind: int, data: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    return {
        "id": "1573904841147973632",
        "application_id": "1",
        "type": kind,
        "token": "tok",
        "data": data,
        "channel": {"id": "20", "type": 11, "parent_id": "10"},
        "member": {"nick": "あや", "user": {"id": "77", "username": "aya"}},
        "locale": "ja",
        **more,
    }


@pytest.mark.parametrize("type_", [1, 6, 7, 8, 18, 21, 24])
def test_what_discord_says_itself_is_no_message_of_anybody(type_: int) -> None:
    assert inbound.read_message(message(type=type_), HERE) is None


def test_bots_and_webhooks_are_marked() -> None:
    for more in ({"author": {"id": "5", "username": "b", "bot": True}}, {"webhook_id": "6"}):
        read = inbound.read_message(message(**more), HERE)
        assert read is not None
        assert read.by_bot


def test_a_name_is_the_one_that_others_see() -> None:
    assert inbound.name_of({"username": "aya"}) == "aya"
    assert inbound.name_of({"username": "aya", "global_name": "彩"}) == "彩"
    assert inbound.name_of({"username": "aya", "global_name": "彩"}, {"nick": "😀"}) == "😀"


def test_a_forwarded_or_lost_quotation_is_no_reply() -> None:
    forwarded = inbound.read_message(message(message_reference={"message_id": "9", "type": 1}), HERE)
    lost = inbound.read_message(message(type=19, message_reference={"message_id": "9"}, referenced_message=None), HERE)
    assert forwarded is not None
    assert lost is not None
    assert (forwarded.reply_to, lost.reply_to, lost.reply_to_author) == (None, "9", None)


def test_the_first_message_of_a_thread_answers_nothing() -> None:
    first = inbound.read_message(message(id="20"), THREAD)
    second = inbound.read_message(message(), THREAD)
    assert first is not None
    assert second is not None
    assert (first.reply_to, second.reply_to) == (None, "20")


def test_a_forum_post_has_a_title_and_its_answers_have_none() -> None:
    post = inbound.post_of({"id": "20", "name": "来月の勉強会", "owner_id": "77"})
    first = inbound.read_message(message(id="20"), THREAD, post=post)
    second = inbound.read_message(message(), THREAD, post=post)
    assert first is not None
    assert second is not None
    assert (first.title, second.title) == ("来月の勉強会", "")
    assert second.reply_to_author is not None


def test_a_picture_alone_is_something_said() -> None:
    read = inbound.read_message(message(content="", attachments=[{"id": "5"}]), HERE)
    assert read is not None
    assert (read.text, read.files) == ("", 1)


def test_a_thread_that_is_gone_takes_the_message_of_its_id_with_it() -> None:
    gone = inbound.read_thread_deletion({"id": "20", "guild_id": "901", "parent_id": "10", "type": 11}, NOW)
    assert gone is not None
    assert gone.key == "discord:901:thread-deleted:20"
    assert same_message(gone.message, MessageRef(HERE, "20"))
    assert in_thread_of(gone.message.place, MessageRef(HERE, "20"))
    assert in_thread_of(gone.message.place, MessageRef(THREAD, "33"))


def test_a_preview_added_to_a_message_is_no_edit() -> None:
    assert inbound.read_edit(message(edited_timestamp=None), HERE) is None
    edits = [inbound.read_edit(message(edited_timestamp=f"2026-12-04T10:0{n}:00+00:00"), HERE) for n in (1, 1, 2)]
    assert len({edit.key for edit in edits if edit}) == 2


def test_a_custom_emoji_goes_by_its_name() -> None:
    reaction = {"message_id": "30", "user_id": "77", "emoji": {"id": "5", "name": "partyparrot"}}
    read = inbound.read_reaction(reaction, HERE, NOW, "s:1", on=True)
    assert read.emoji == "partyparrot"
    assert read.author is None


def test_the_key_of_a_join_is_the_same_live_and_in_a_list() -> None:
    member = {"user": {"id": "77", "username": "aya"}, "roles": ["2", "9"], "joined_at": "2026-12-01T00:00:00.5+00:00"}
    profile = inbound.read_profile("901", member, {"2": "Python"})
    assert profile.badges == frozenset({"2", "Python"})
    live = inbound.read_join(profile, NOW, referrer=None, via="abc")
    listed = inbound.read_join(profile, datetime(2027, 1, 1, tzinfo=UTC), referrer=None, via=None)
    assert live.key == listed.key == "discord:901:join:77:2026-12-01T00:00:00+00:00"


def test_commands_menus_presses_and_forms_are_told_apart() -> None:
    sub = {"type": 1, "name": "tsudoi", "options": [{"type": 1, "name": "me", "options": []}]}
    used = read_interaction(interaction(2, sub), "901", {})
    assert isinstance(used, CommandUsed)
    assert (used.command, used.sub, used.user_name, used.place) == ("tsudoi", "me", "あや", THREAD)
    target = {"content": "?", "author": {"id": "5", "username": "k"}}
    menu = {"type": 3, "name": "Ask", "target_id": "30", "resolved": {"messages": {"30": target}}}
    asked = read_interaction(interaction(2, menu), "901", {"Ask": "ask"})
    assert isinstance(asked, MenuUsed)
    assert (asked.menu, asked.message.id, asked.text) == ("ask", "30", "?")
    pressed = read_interaction(interaction(3, {"custom_id": "go"}, message={"id": "30"}), "901", {})
    assert isinstance(pressed, ActionPressed)
    assert pressed.message is not None
    for completion in (1, 4):
        assert read_interaction(interaction(completion, {"type": 1, "name": "tsudoi"}), "901", {}) is None


def test_a_form_may_come_in_rows_or_labels() -> None:
    components = [
        {"type": 1, "components": [{"type": 4, "custom_id": "old", "value": "a"}]},
        {"type": 18, "component": {"type": 4, "custom_id": "line", "value": "b"}},
        {"type": 18, "component": {"type": 3, "custom_id": "one", "values": ["c"]}},
        {"type": 18, "component": {"type": 3, "custom_id": "none", "values": []}},
        {"type": 18, "component": {"type": 3, "custom_id": "many *", "values": ["d", "e"]}},
        {"type": 10, "id": 7},
    ]
    sent = read_interaction(interaction(5, {"custom_id": "f:1", "components": components}), "901", {})
    assert isinstance(sent, FormSubmitted)
    assert sent.values == {"old": "a", "line": "b", "one": "c", "none": "", "many": ("d", "e")}


def test_a_reply_survives_being_stored() -> None:
    reply = reply_of(interaction(5, {"custom_id": "f"}, message={"id": "30"}), "901")
    assert reply == Reply("1573904841147973632", "tok", "1", Kind.FORM_ON_MESSAGE, "901", "ja")
    assert read_reply(reply.packed()) == reply


def test_the_invitation_asks_for_what_has_a_reason_and_no_more() -> None:
    assert all(reason for reason in (*PERMISSIONS.values(), *INTENTS.values()))
    url = invite_url("123")
    assert f"permissions={permission_bits()}" in url
    assert "client_id=123" in url
    assert not permission_bits() & 1 << 3  # never administrator
    assert {"manage_threads", "mention_everyone"}.isdisjoint(PERMISSIONS)  # its own threads it may rename without
    asked = intents()
    assert asked.members
    assert asked.message_content
    assert not asked.presences


@pytest.mark.parametrize(("said", "read"), [("ja", "ja"), (3.5, None), (["ja"], None), (None, None)])
def test_a_locale_that_is_no_text_is_none(said: object, read: str | None) -> None:
    pressed = interaction(3, {"custom_id": "go"}, message={"id": "30"}, locale=said)
    assert reply_of(pressed, "901").locale == read
    event = read_interaction(pressed, "901", {})
    assert event is not None
    assert event.locale == read
