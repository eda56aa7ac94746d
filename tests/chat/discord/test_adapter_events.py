from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from chat.events import (
    ChannelEntered,
    MemberChanged,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    Reacted,
)
from chat.ids import MessageRef, same_message
from sandbox.face import Faults
from sandbox.world import Json, Person
from tests.chat.discord.stage import Stage, card
from tests.waiting import until


async def test_what_a_member_writes_comes_in_with_its_place_and_author(stage: Stage) -> None:
    said = stage.face.say(stage.aya, "general", f"こんにちは <@{stage.space.bot}>")
    event = await stage.inbox.got(MessagePosted)
    assert event.message == MessageRef(stage.place("general"), said.id)
    assert event.author == stage.user(stage.aya)
    assert (event.author_name, event.text) == ("彩", f"こんにちは <@{stage.space.bot}>")
    assert [user.id for user in event.mentions] == [stage.space.bot]
    assert event.key == f"discord:{stage.space.id}:message:{said.id}"
    assert abs(event.at - said.at) < timedelta(milliseconds=2)
    assert not event.direct
    assert event.reply_to is None


async def test_a_reply_says_what_and_whom_it_answers(stage: Stage) -> None:
    ken = stage.join("ken", "健")
    asked = stage.face.say(stage.aya, "general", "誰か？")
    stage.face.say(ken, "general", "はい", reply_to=asked.id)
    event = await stage.inbox.got(MessagePosted, 2)
    assert (event.reply_to, event.reply_to_author) == (asked.id, stage.user(stage.aya))


async def test_messages_in_a_thread_answer_the_message_it_was_opened_on(stage: Stage) -> None:
    asked = stage.face.say(stage.aya, "general", "誰か？")
    thread = stage.face.open_thread(stage.aya, "general", "質問", message=asked)
    stage.face.say(stage.aya, "general", "もう少し詳しく", thread=thread.id)
    event = await stage.inbox.got(MessagePosted, 2)
    assert event.message.place == stage.place("general", thread.id)
    assert event.reply_to == asked.id


async def test_a_forum_post_begins_with_a_message_that_answers_nothing(stage: Stage) -> None:
    ken = stage.join("ken", "健")
    post = stage.face.open_thread(stage.aya, "ideas", "勉強会", text="来月どうですか")
    stage.face.say(ken, "ideas", "賛成", thread=post.id)
    second = await stage.inbox.got(MessagePosted, 2)
    first = stage.inbox.of(MessagePosted)[0]
    assert first.message.place == second.message.place == stage.place("ideas", post.id)
    assert (first.reply_to, first.message.id) == (None, post.id)
    assert (second.reply_to, second.reply_to_author) == (post.id, stage.user(stage.aya))


async def test_a_forum_post_is_the_same_live_and_in_the_history(stage: Stage) -> None:
    ken = stage.join("ken", "健")
    post = stage.face.open_thread(stage.aya, "ideas", "勉強会をしたい", text="来月どうですか")
    stage.face.say(ken, "ideas", "", thread=post.id, files=({"name": "a.png", "content": b"png"},))
    await stage.inbox.got(MessagePosted, 2)
    live = stage.inbox.of(MessagePosted)
    assert [(event.title, event.text, event.files) for event in live] == [
        ("勉強会をしたい", "来月どうですか", 0),
        ("", "", 1),
    ]
    since = stage.world.now() - timedelta(minutes=5)
    assert [event async for event in stage.adapter.history(stage.place("ideas"), since)] == live
    assert [event async for event in stage.adapter.history(stage.place("ideas", post.id), since)] == live


async def test_a_post_that_was_folded_away_is_read_as_one_that_was_not(stage: Stage) -> None:
    ken = stage.join("ken", "健")
    post = stage.face.open_thread(stage.aya, "ideas", "勉強会をしたい", text="来月どうですか")
    stage.world.change_channel(stage.space.id, post.id, archived=True)
    await stage.inbox.got(MessagePosted)
    await stage.adapter.reconnect()
    assert stage.adapter._directory.channel(stage.space.id, post.id) is None
    stage.world.edit(stage.space.id, post.id, post.id, text="再来月どうですか")
    edited = await stage.inbox.got(MessageEdited)
    assert edited.message == MessageRef(stage.place("ideas", post.id), post.id)
    said = stage.face.say(ken, "ideas", "賛成", thread=post.id)
    answer = await stage.inbox.got(MessagePosted, 2)
    assert answer.message == MessageRef(stage.place("ideas", post.id), said.id)
    assert answer.reply_to_author == stage.user(stage.aya)


async def test_a_thread_that_was_folded_away_is_looked_up_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    post = stage.face.open_thread(stage.aya, "ideas", "勉強会をしたい", text="来月どうですか")
    said = [stage.face.say(stage.aya, "ideas", str(n), thread=post.id) for n in range(3)]
    stage.world.change_channel(stage.space.id, post.id, archived=True)
    await stage.inbox.got(MessagePosted, 4)
    await stage.adapter.reconnect()
    listening, looked = stage.adapter._listening, list[str]()
    look_up = listening._look_up

    async def noted(channel: str) -> Json:
        looked.append(channel)
        return await look_up(channel)

    monkeypatch.setattr(listening, "_look_up", noted)
    await stage.adapter.rest().call(
        "POST",
        "/channels/{channel_id}/messages/bulk-delete",
        json={"messages": [message.id for message in said]},
        channel_id=post.id,
    )
    await stage.inbox.got(MessageDeleted, 3)
    gone = stage.inbox.of(MessageDeleted)
    assert {event.message for event in gone} == {MessageRef(stage.place("ideas", post.id), m.id) for m in said}
    assert looked == [post.id]


async def test_a_thread_or_post_that_is_deleted_comes_in_as_its_first_message(stage: Stage) -> None:
    post = stage.face.open_thread(stage.aya, "ideas", "勉強会", text="来月どうですか")
    asked = stage.face.say(stage.aya, "general", "誰か？")
    on_message = stage.face.open_thread(stage.aya, "general", "質問", message=asked)
    alone = stage.face.open_thread(stage.aya, "general", "雑談")
    for thread in (post, on_message, alone):
        stage.world.delete_channel(stage.space.id, thread.id)
    await stage.inbox.got(MessageDeleted, 3)
    gone = stage.inbox.of(MessageDeleted)
    assert [event.message for event in gone] == [
        MessageRef(stage.place("ideas", post.id), post.id),
        MessageRef(stage.place("general", asked.id), asked.id),
        MessageRef(stage.place("general", alone.id), alone.id),
    ]
    assert same_message(gone[1].message, MessageRef(stage.place("general"), asked.id))
    assert len({event.key for event in gone}) == 3


async def test_messages_deleted_together_are_told_one_by_one(stage: Stage) -> None:
    said = [stage.face.say(stage.aya, "general", str(n)) for n in range(3)]
    await stage.adapter.rest().call(
        "POST",
        "/channels/{channel_id}/messages/bulk-delete",
        json={"messages": [message.id for message in said]},
        channel_id=stage.place("general").channel,
    )
    await stage.inbox.got(MessageDeleted, 3)
    found = {event.key: event.message for event in stage.inbox.of(MessageDeleted)}
    assert found == {
        f"discord:{stage.space.id}:deleted:{message.id}": MessageRef(stage.place("general"), message.id)
        for message in said
    }


async def test_direct_messages_belong_to_the_server_that_is_shared(stage: Stage) -> None:
    channel = stage.face.direct(stage.aya)
    stage.face.say(stage.aya, channel.id, "ひみつ")
    event = await stage.inbox.got(MessagePosted)
    assert event.direct
    assert event.workspace.id == stage.space.id


async def test_our_own_messages_are_not_news(stage: Stage) -> None:
    await stage.adapter.post(stage.place("general"), card("hello"), key="k")
    stage.face.say(stage.aya, "general", "次")
    await stage.inbox.got(MessagePosted)
    assert [event.text for event in stage.inbox.of(MessagePosted)] == ["次"]


async def test_edits_deletions_and_reactions_come_in(stage: Stage) -> None:
    said = stage.face.say(stage.aya, "general", "まちがい")
    stage.world.edit(stage.space.id, said.channel, said.id, text="正しい")
    stage.world.react(stage.space.id, said.channel, said.id, stage.aya.user_id, "🎉")
    stage.world.react(stage.space.id, said.channel, said.id, stage.aya.user_id, "🎉", on=False)
    stage.world.delete(stage.space.id, said.channel, said.id)
    ref = MessageRef(stage.place("general"), said.id)
    deleted = await stage.inbox.got(MessageDeleted)
    assert deleted.message == ref
    edited = stage.inbox.of(MessageEdited)[0]
    assert (edited.message, edited.text) == (ref, "正しい")
    put, taken = stage.inbox.of(Reacted)
    assert (put.message, put.emoji, put.on, put.author) == (ref, "🎉", True, stage.user(stage.aya))
    assert (taken.emoji, taken.on) == ("🎉", False)


async def test_a_server_has_one_owner_and_a_new_one_is_learnt_with_the_one_before(stage: Stage) -> None:
    ken, rei = stage.join("ken", "健"), stage.join("rei", "玲")
    await stage.inbox.got(MemberJoined, 2)
    gap = stage.adapter.gap()
    stage.world.change_account(stage.space.id, ken.user_id, is_owner=True)
    changed = await stage.inbox.got(MemberChanged)
    assert (changed.member.user, changed.member.is_owner, changed.member.is_admin) == (stage.user(ken), True, True)
    assert stage.adapter.gap() > gap, "who was owner before is told by no event: the list of members is read again"
    profiles = {profile.user: profile async for profile in stage.adapter.members(stage.user(ken).home)}
    assert (profiles[stage.user(ken)].is_owner, profiles[stage.user(rei)].is_owner) == (True, False)


async def test_members_come_change_and_go(stage: Stage) -> None:
    ken = stage.join("ken", "健")
    joined = await stage.inbox.got(MemberJoined)
    assert (joined.member.user, joined.member.name) == (stage.user(ken), "健")
    assert joined.key.startswith(f"discord:{stage.space.id}:join:{ken.user_id}:")
    role = next(role for role in stage.space.roles.values() if role.name == "moderator")
    stage.world.give_role(stage.space.id, ken.user_id, role.id)
    changed = await stage.inbox.got(MemberChanged)
    assert {"moderator", role.id} <= (changed.member.badges or set())
    assert changed.member.is_admin
    stage.world.leave(stage.space.id, ken.user_id)
    left = await stage.inbox.got(MemberLeft)
    assert left.user == stage.user(ken)


async def test_who_invited_a_member_is_told(stage: Stage) -> None:
    await asyncio.sleep(0.1)  # the invitations are counted after the start
    stage.join("first", "一")  # by no invitation
    assert (await stage.inbox.got(MemberJoined)).referrer is None
    stage.face.new_account(stage.space.id, Person("second", "二"), invited_by=stage.aya.user_id)
    second = await stage.inbox.got(MemberJoined, 2)
    assert second.referrer == stage.user(stage.aya)
    assert second.via


async def test_when_it_is_not_certain_who_was_invited_nobody_is_credited(stage: Stage) -> None:
    await asyncio.sleep(0.1)
    stage.join("first", "一")
    stage.face.new_account(stage.space.id, Person("second", "二"), invited_by=stage.aya.user_id)
    await stage.inbox.got(MemberJoined, 2)
    assert [joined.referrer for joined in stage.inbox.of(MemberJoined)] == [None, None]


async def test_without_the_right_to_read_invitations_joins_come_without_referral(stage: Stage) -> None:
    stage.face.faults = Faults(missing_scopes=frozenset({"MANAGE_GUILD"}))
    await stage.adapter.reconnect()
    stage.face.new_account(stage.space.id, Person("second", "二"), invited_by=stage.aya.user_id)
    joined = await stage.inbox.got(MemberJoined)
    assert joined.referrer is None


async def test_entering_a_thread_is_told(stage: Stage) -> None:
    ken = stage.join("ken", "健")
    asked = stage.face.say(stage.aya, "general", "誰か？")
    thread = stage.face.open_thread(stage.aya, "general", "質問", message=asked)
    stage.face.say(ken, "general", "来ました", thread=thread.id)
    await until(lambda: any(e.user == stage.user(ken) for e in stage.inbox.of(ChannelEntered)))


async def test_an_event_delivered_twice_is_one_event(stage: Stage) -> None:
    stage.face.faults = Faults(duplicate=1.0)
    said = stage.face.say(stage.aya, "general", "一度だけ")
    stage.world.react(stage.space.id, said.channel, said.id, stage.aya.user_id, "🎉")
    stage.face.faults = Faults()
    stage.face.say(stage.aya, "general", "次")
    await stage.inbox.got(MessagePosted, 2)
    assert len(stage.inbox.of(MessagePosted)) == 2
    assert len(stage.inbox.of(Reacted)) == 1


async def test_events_come_in_the_order_they_happened(stage: Stage) -> None:
    for number in range(300):
        stage.face.say(stage.aya, "general", str(number))
    await stage.inbox.got(MessagePosted, 300)
    assert [event.text for event in stage.inbox.of(MessagePosted)] == [str(number) for number in range(300)]


async def test_an_event_that_cannot_be_stored_at_once_is_tried_again(stage: Stage) -> None:
    stage.inbox.failures = 2
    stage.face.say(stage.aya, "general", "大事")
    assert (await stage.inbox.got(MessagePosted)).text == "大事"
