"""Payloads as events: recorded ones where they are at hand, and the corners of ours."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from chat.events import (
    ActionPressed,
    ChannelEntered,
    ChannelLeft,
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
from chat.slack.identity import Identity, moment, stamp
from chat.slack.inbound import mentioned, read_event, read_message, readable
from chat.slack.interactions import read_command, read_interaction
from chat.slack.reply import Reply, Where, from_metadata, metadata, pack, unpack

REFERENCE = Path(__file__).resolve().parents[4] / "shared" / "reference" / "slack"
ME = Identity(team="T111", user="UBOT", bot="BBOT", url="https://t.example", name="tsudoi")
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def recorded(path: str) -> Any:  # noqa: ANN401 - JSON
    if not REFERENCE.exists():
        pytest.skip("no recorded platform payloads here (../shared/reference)")
    return json.loads((REFERENCE / path).read_text(encoding="utf-8"))


def said(**fields: object) -> dict[str, Any]:
    return {"type": "message", "user": "U1", "text": "x", "ts": "1700000000.000100", **fields}


@pytest.mark.parametrize(
    ("path", "kind", "key"),
    [
        ("wire/message.message_body.json", MessagePosted, "slack:T111:message:C111:1596183880.004200"),
        ("wire/message_bot.bot_message_event_payload.json", MessagePosted, "slack:T111:message:C111:1610261539.000900"),
        ("wire/message_file_share.event_payload.json", MessagePosted, "slack:T111:message:C111:1652227646.593159"),
        ("wire/message_thread_broadcast.event_payload.json", MessagePosted, None),
        ("wire/message_changed.event_payload.json", MessageEdited,
         "slack:T111:edited:C111:1665102338.901939:1665102362.013600"),
        ("wire/message_deleted.event_payload.json", MessageDeleted, "slack:T111:deleted:C111:1665368619.804829"),
        ("wire/events.reaction_added_body.json", Reacted, "slack:T111:event:Ev111"),
    ],
)  # fmt: skip
def test_events_as_they_are_on_the_wire(path: str, kind: type[Event], key: str | None) -> None:
    event = read_event(recorded(path), ME)
    assert isinstance(event, kind)
    assert key in (None, event.key)


def test_what_recorded_messages_say() -> None:
    bot = read_event(recorded("wire/message_bot.bot_message_event_payload.json"), ME)
    assert isinstance(bot, MessagePosted)
    assert bot.by_bot
    file = read_event(recorded("wire/message_file_share.event_payload.json"), ME)
    assert isinstance(file, MessagePosted)
    assert file.files == 1
    reply = read_event(recorded("wire/message_thread_broadcast.event_payload.json"), ME)
    assert isinstance(reply, MessagePosted)
    assert reply.reply_to == reply.message.place.thread == "1633663824.000500"
    assert reply.reply_to_author == ME.member("U111")


def test_every_recorded_kind_of_event_is_read_or_passed_over() -> None:
    if not REFERENCE.exists():
        pytest.skip("no recorded platform payloads here (../shared/reference)")
    # their values were blanked, so only the shape is looked at: no key may be missed that Slack leaves out
    for path in sorted((REFERENCE / "events").glob("*.json")):
        payload = json.loads(path.read_text(encoding="utf-8"))
        if "event" in payload:
            read_event(_filled(payload), ME)


def _filled(value: Any, key: str = "") -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return {k: _filled(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [_filled(v, key) for v in value]
    if value in ("", "0000000000.000000"):
        return "1700000000.000100" if key.endswith("ts") or key == "latest_reply" else "X1"
    return value


def test_interactions_as_they_are_on_the_wire() -> None:
    pressed = read_interaction(recorded("wire/block_actions.body.json"), ME, NOW)
    assert isinstance(pressed, ActionPressed)
    assert pressed.message is not None
    assert (pressed.action, pressed.message.id, pressed.key) == ("a", "111.222", "slack:T111:action:111.222.valid")
    assert unpack(pressed.reply).ephemeral
    menu = read_interaction(recorded("wire/shortcut.message_shortcut_body.json"), ME, NOW)
    assert isinstance(menu, MenuUsed)
    assert (menu.menu, menu.text, menu.message.id) == ("test-shortcut", "<@W222> test", "1583636382.000300")
    assert read_interaction(recorded("wire/shortcut.global_shortcut_body.json"), ME, NOW) is None
    form = read_interaction(recorded("wire/view_submission.body.json"), ME, NOW)
    assert isinstance(form, FormSubmitted)
    assert (form.form, form.values, form.place) == ("view-id", {"hspI": "test"}, None)
    assert read_interaction(recorded("wire/view_closed.body.json"), ME, NOW) is None
    assert read_interaction(recorded("wire/block_suggestion.body.json"), ME, NOW) is None


def test_a_command_as_it_is_on_the_wire() -> None:
    raw = recorded("wire/slash_command.slash_command_body.form.json")
    payload = dict(parse_qsl(raw)) if isinstance(raw, str) else raw
    used = read_command(payload, ME, (), NOW)
    assert (used.command, used.text, used.user) == ("hello-world", "Hi", ME.member("W111"))


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("a &amp; b &lt;c&gt;", "a & b <c>"),
        ("&amp;lt;", "&lt;"),
        ("<@U1|ken> and <@U2>", "<@U1> and <@U2>"),
        ("<#C1|general> <#C2>", "#general <#C2>"),
        ("<!here> <!subteam^S1|@mods> <!date^1^{date}|today>", "@here @mods today"),
        ("<https://a.example/?x=1&amp;y=2|here>", "here (https://a.example/?x=1&y=2)"),
        ("<https://a.example> <mailto:a@b.example|a@b.example>", "https://a.example a@b.example"),
        ("1 < 2 > 0", "1 < 2 > 0"),
    ],
)
def test_text_is_made_readable(raw: str, read: str) -> None:
    assert readable(raw) == read


def test_members_are_mentioned_once_and_a_typed_mention_is_none() -> None:
    assert mentioned("<@U1> <@U2|x> <@U1> &lt;@U3&gt;") == ("U1", "U2")


@pytest.mark.parametrize("subtype", ["channel_join", "channel_topic", "pinned_item", "reminder_add", "bot_add"])
def test_what_nobody_said_is_passed_over(subtype: str) -> None:
    assert read_message(said(subtype=subtype), "C1", ME) is None


@pytest.mark.parametrize("own", [{"user": "UBOT"}, {"bot_id": "BBOT"}, {"user": "UBOT", "bot_id": "BBOT"}])
def test_the_bots_own_words_are_passed_over(own: dict[str, str]) -> None:
    assert read_message(said(**own), "C1", ME) is None


def test_the_root_of_a_thread_stands_in_the_channel_live_and_in_history() -> None:
    live = read_message(said(channel="C1", channel_type="channel"), "C1", ME)
    past = read_message(said(thread_ts="1700000000.000100", reply_count=3, latest_reply="1700000009.000100"), "C1", ME)
    assert live == past
    assert live is not None
    assert live.message.place.thread is None


def changed(now: dict[str, Any], before: dict[str, Any]) -> Event | None:
    event = {"type": "message", "subtype": "message_changed", "channel": "C1", "message": now}
    event |= {"previous_message": before, "event_ts": "1700000005.000000"}
    return read_event({"event": event, "event_id": "Ev"}, ME)


def test_a_preview_or_a_growing_thread_is_no_edit() -> None:
    edited = {"edited": {"user": "U1", "ts": "1700000004.000000"}}
    assert changed(said(attachments=[{}]), said()) is None
    assert changed(said(reply_count=1, **edited), said(**edited)) is None
    assert changed(said(attachments=[{}], **edited), said(text="x", **edited)) is None
    assert changed(said(attachments=[{"text": "z"}], **edited), {"ts": "1700000000.000100", **edited}) is None
    assert isinstance(changed(said(text="y", **edited), said()), MessageEdited)


def test_two_edits_in_one_second_are_two_and_one_delivered_again_is_one() -> None:
    edited = {"edited": {"user": "U1", "ts": "1700000004.000000"}}

    def edit(text: str, before: dict[str, Any], event_ts: str) -> str:
        event: dict[str, Any] = {"type": "message", "subtype": "message_changed", "channel": "C1", "event_ts": event_ts}
        event |= {"message": said(text=text, **edited), "previous_message": before}
        read = read_event({"event": event, "event_id": "Ev"}, ME)
        assert read is not None
        return read.key

    first, again = (edit("b", said(text="a"), "1700000004.000100") for _ in range(2))
    assert first == again != edit("c", said(text="b", **edited), "1700000004.000200")


def test_the_words_beside_a_file_can_be_edited() -> None:
    edited = {"edited": {"user": "U1", "ts": "1700000004.000000"}}
    for subtype in ({}, {"subtype": "file_share"}):
        file: dict[str, object] = {"files": [{"id": "F1"}], "upload": False, **subtype}
        event = changed(said(text="and so?", **file, **edited), said(text="", **file))
        assert isinstance(event, MessageEdited)
        assert event.text == "and so?"
    taken = changed(said(files=[{"id": "F1", "mode": "tombstone"}]), said(files=[{"id": "F1", "mode": "hosted"}]))
    assert taken is None, "a file that was taken away changes no words"


def test_a_picture_alone_and_a_very_long_text_are_whole() -> None:
    picture = read_message(said(subtype="file_share", text="", files=[{"id": "F1"}]), "C1", ME)
    assert picture is not None
    assert (picture.text, picture.files) == ("", 1)
    long = read_message(said(text="長い" * 20_000), "C1", ME)
    assert long is not None
    assert len(long.text) == 40_000


def test_a_root_that_leaves_a_tombstone_is_deleted() -> None:
    event = changed(said(subtype="tombstone", user="USLACKBOT"), said())
    assert isinstance(event, MessageDeleted)
    assert event.key == "slack:T111:deleted:C1:1700000000.000100"


def test_a_post_of_our_own_that_somebody_takes_away_is_told() -> None:
    event = wrapped(
        type="message",
        subtype="message_deleted",
        channel="C1",
        deleted_ts="1700000000.000100",
        event_ts="1700000009.000100",
        previous_message=said(user=ME.user),
    )
    assert isinstance(event, MessageDeleted)
    assert event.message == ME.message("C1", "1700000000.000100", None)


def wrapped(**event: object) -> Event | None:
    return read_event({"event": event, "event_id": "Ev9", "event_time": 1700000000}, ME)


@pytest.mark.parametrize(
    ("told", "is_admin", "is_owner"),
    [
        ({}, False, False),
        ({"is_admin": True, "is_owner": False, "is_primary_owner": False}, True, False),
        ({"is_admin": True, "is_owner": True, "is_primary_owner": False}, True, True),
        ({"is_admin": False, "is_owner": False, "is_primary_owner": True}, True, True),
    ],
)
def test_admins_and_owners(told: dict[str, bool], *, is_admin: bool, is_owner: bool) -> None:
    changed = wrapped(type="user_change", user={"id": "U1", "name": "mika", **told})
    assert isinstance(changed, MemberChanged)
    assert (changed.member.is_admin, changed.member.is_owner) == (is_admin, is_owner)


def test_members_and_channels() -> None:
    user = {"id": "U1", "name": "mika", "profile": {"display_name": "", "real_name": "Mika K"}, "locale": "ja-JP"}
    joined = wrapped(type="team_join", user=user)
    assert isinstance(joined, MemberJoined)
    assert (joined.member.name, joined.member.locale, joined.at.year) == ("Mika K", "ja-JP", 2023)
    assert isinstance(wrapped(type="user_change", user={**user, "deleted": True}), MemberLeft)
    assert wrapped(type="user_change", user={**user, "id": "UBOT"}) is None
    entered = wrapped(type="member_joined_channel", user="U1", channel="C1", inviter="U2")
    assert isinstance(entered, ChannelEntered)
    assert entered.inviter == ME.member("U2")
    assert isinstance(wrapped(type="member_left_channel", user="U1", channel="C1"), ChannelLeft)
    assert wrapped(type="member_joined_channel", user="UBOT", channel="C1") is None


def test_reactions_and_the_home_tab() -> None:
    item = {"type": "message", "channel": "C1", "ts": "1700000000.000100"}
    found = wrapped(type="reaction_removed", user="U1", reaction="+1::skin-tone-3", item=item)
    assert isinstance(found, Reacted)
    assert (found.emoji, found.on) == ("👍", False)
    assert wrapped(type="reaction_added", user="UBOT", reaction="eyes", item=item) is None
    assert wrapped(type="reaction_added", user="U1", reaction="eyes", item={"type": "file"}) is None
    assert isinstance(wrapped(type="app_home_opened", user="U1", tab="home", event_ts="1.000001"), HomeOpened)
    assert wrapped(type="app_home_opened", user="U1", tab="messages", event_ts="1.000001") is None


def pressed_with(element: dict[str, Any]) -> Event | None:
    payload = {
        "type": "block_actions",
        "trigger_id": "t",
        "user": {"id": "U1", "name": "mika"},
        "container": {"type": "message", "message_ts": "1.000002", "channel_id": "C1", "thread_ts": "1.000001"},
        "actions": [element],
    }
    return read_interaction(payload, ME, NOW)


def test_what_is_pressed_on_a_message_with_replies_is_answered_beside_it() -> None:
    payload = {
        "type": "block_actions",
        "trigger_id": "t",
        "user": {"id": "U1", "name": "mika"},
        "container": {"type": "message", "message_ts": "1.000001", "channel_id": "C1"},
        "message": {"ts": "1.000001", "thread_ts": "1.000001", "reply_count": 2},
        "actions": [{"action_id": "a", "type": "button"}],
    }
    event = read_interaction(payload, ME, NOW)
    assert isinstance(event, ActionPressed)
    assert event.message == ME.message("C1", "1.000001", None)
    assert unpack(event.reply).thread is None


def test_selects_tell_what_was_chosen_and_link_buttons_nothing() -> None:
    option = {"value": "py", "text": {"type": "plain_text", "text": "Python"}}
    one = pressed_with({"action_id": "s", "type": "static_select", "selected_option": option})
    assert isinstance(one, ActionPressed)
    assert one.values == ("py",)
    assert one.message is not None
    assert one.message.place.thread == "1.000001"
    several = pressed_with({"action_id": "s", "type": "multi_static_select", "selected_options": [option, option]})
    assert isinstance(several, ActionPressed)
    assert several.values == ("py", "py")
    assert pressed_with({"action_id": "link.0.1", "type": "button"}) is None


def test_a_form_corrected_after_errors_is_another_happening() -> None:
    view = {"id": "V1", "hash": "h", "callback_id": "f", "state": {"values": {}}, "private_metadata": ""}
    sent = [
        read_interaction({"type": "view_submission", "user": {"id": "U1"}, "view": view, "trigger_id": t}, ME, NOW)
        for t in ("t1", "t2", "t2")
    ]
    first, second, again = (event.key for event in sent if event)
    assert first != second == again


def test_whose_answer_it_is_comes_from_slack_and_not_from_the_form() -> None:
    forged = metadata(Reply(user="U9", where=Where.MESSAGE, channel="C1", message="1.000001"))
    view = {"id": "V1", "callback_id": "f", "state": {"values": {}}, "private_metadata": forged}
    event = read_interaction(
        {"type": "view_submission", "user": {"id": "U1"}, "view": view, "trigger_id": "t"}, ME, NOW
    )
    assert isinstance(event, FormSubmitted)
    assert unpack(event.reply).user == "U1"
    assert event.place == ME.place("C1")


def test_replies_survive_their_journey() -> None:
    reply = Reply(user="U1", where=Where.MESSAGE, channel="C1", response_url="https://x.example", trigger="t")
    assert unpack(pack(reply)) == reply
    kept = from_metadata(metadata(reply), "U1")
    assert (kept.trigger, kept.response_url, kept.place) == (None, "https://x.example", Where.MESSAGE)
    assert from_metadata("p1", "U1") == Reply(user="U1", where=Where.FORM)
    long = Reply(user="U1", where=Where.MESSAGE, response_url="https://" + "x" * 4000)
    assert len(metadata(long)) <= 3000


def test_times_are_exact() -> None:
    assert stamp(moment("1700000000.123457")) == "1700000000.123457"
    assert stamp(moment("1700000000")) == "1700000000.000000"
