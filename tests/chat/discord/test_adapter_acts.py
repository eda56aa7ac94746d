from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from chat.card import Button, Buttons, Card, Text
from chat.effects import NativeEvent
from chat.events import MessagePosted
from chat.ids import MessageRef
from chat.port import RateLimitedError, RefusedError, UncertainError, UnreachableError
from chat.text import rich
from sandbox.face import Faults
from tests.chat.discord.stage import Stage, card, staged, words

LONG_AGO = timedelta(minutes=5)


async def test_a_post_stands_where_it_was_sent(stage: Stage) -> None:
    ref = await stage.adapter.post(stage.place("general"), card("ようこそ"), key="welcome:1")
    assert words(stage.shown(ref)) == "ようこそ"
    assert stage.adapter.link(ref).endswith(f"/{stage.space.id}/{ref.place.channel}/{ref.id}")


async def test_the_same_key_posts_once_even_when_the_reply_is_lost(stage: Stage) -> None:
    place, since = stage.place("general"), stage.world.now() - LONG_AGO
    stage.face.faults = Faults(dropped=1.0)
    with pytest.raises(UncertainError):
        await stage.adapter.post(place, card("一度だけ"), key="once")
    stage.face.faults = Faults()
    found = await stage.adapter.find(place, "once", since)
    again = await stage.adapter.post(place, card("一度だけ"), key="once")
    assert found == again
    assert len(stage.said("general")) == 1


async def test_a_post_is_found_by_its_key_and_by_no_other(stage: Stage) -> None:
    place, since = stage.place("general"), stage.world.now() - LONG_AGO
    one = await stage.adapter.post(place, card("単独"), key="one")
    two = await stage.adapter.post(place, card("部品", "二つ"), key="two")
    assert await stage.adapter.find(place, "one", since) == one
    assert await stage.adapter.find(place, "two", since) == two
    assert await stage.adapter.find(place, "three", since) is None


async def test_a_message_is_redrawn_and_removed(stage: Stage) -> None:
    ref = await stage.adapter.post(stage.place("general"), card("前"), key="k")
    await stage.adapter.redraw(ref, card("後"))
    assert words(stage.shown(ref)) == "後"
    await stage.adapter.remove(ref)
    await stage.adapter.remove(ref)
    assert stage.said("general") == []
    with pytest.raises(RefusedError) as refused:
        await stage.adapter.redraw(ref, card("遅い"))
    assert refused.value.code == "gone"


async def test_direct_messages_arrive_and_are_found(stage: Stage) -> None:
    since = stage.world.now() - LONG_AGO
    ref = await stage.adapter.dm(stage.user(stage.aya), card("こっそり"), key="dm:aya")
    assert [words(message) for message in stage.direct(stage.aya)] == ["こっそり"]
    assert await stage.adapter.find(stage.user(stage.aya), "dm:aya", since) == ref
    assert "/@me/" in stage.adapter.link(ref)


async def test_who_takes_no_direct_messages_is_said_plainly(stage: Stage) -> None:
    shy = stage.join("shy", "静", accepts_dms=False)
    with pytest.raises(RefusedError) as refused:
        await stage.adapter.dm(stage.user(shy), card("?"), key="k")
    assert refused.value.code == "cannot_dm"


async def test_a_post_for_one_reader_goes_to_that_reader_alone(stage: Stage) -> None:
    await stage.adapter.post(stage.place("general"), card("あなたに"), key="k", only_for=stage.user(stage.aya))
    assert stage.said("general") == []
    assert [words(message) for message in stage.direct(stage.aya)] == ["あなたに"]


async def test_threads_open_on_messages_once(stage: Stage) -> None:
    asked = stage.face.say(stage.aya, "general", "誰か？")
    start = MessageRef(stage.place("general"), asked.id)
    first = await stage.adapter.open_thread(start, "質問", card("こちらで"), key="t1")
    second = await stage.adapter.open_thread(start, "質問", card("もう一つ"), key="t2")
    assert first.place == second.place == stage.place("general", asked.id)
    assert words(stage.shown(first)) == "こちらで"
    since = stage.world.now() - LONG_AGO
    assert await stage.adapter.find(stage.place("general"), "t1", since) == first


async def test_private_threads_hold_whom_they_are_for(stage: Stage) -> None:
    ref = await stage.adapter.open_thread(
        stage.place("welcome"), "はじめまして", card("やあ"), key="p", private_for=(stage.user(stage.aya),)
    )
    thread = stage.world.channel(stage.space.id, ref.place.thread or "")
    assert stage.aya.user_id in thread.members
    assert thread.extra["type"] == 12


async def test_an_empty_thread_left_by_a_broken_attempt_is_taken_up(stage: Stage) -> None:
    place = stage.place("general")
    stage.face.faults = Faults(dropped=1.0, only=(f"/channels/{place.channel}/threads",))
    with pytest.raises(UncertainError):
        await stage.adapter.open_thread(place, "雑談", card("一"), key="a")
    stage.face.faults = Faults()
    ref = await stage.adapter.open_thread(place, "雑談", card("一"), key="a")
    threads = [c for c in stage.space.channels.values() if c.parent == place.channel]
    assert [thread.id for thread in threads] == [ref.place.thread]
    assert words(stage.shown(ref)) == "一"


async def test_forum_posts_open_with_their_card_and_are_found(stage: Stage) -> None:
    since = stage.world.now() - LONG_AGO
    ref = await stage.adapter.open_thread(stage.place("ideas"), "勉強会", card("どうですか"), key="f")
    assert ref.place.channel == stage.place("ideas").channel
    assert words(stage.shown(ref)) == "どうですか"
    assert await stage.adapter.find(stage.place("ideas"), "f", since) == ref


async def test_a_third_rename_within_ten_minutes_says_how_long_to_wait(stage: Stage) -> None:
    ref = await stage.adapter.open_thread(stage.place("general"), "一", card("やあ"), key="t")
    for title in ("二", "二", "三", "三"):
        await stage.adapter.mark_thread(ref, title)
    with pytest.raises(RateLimitedError) as slowed:
        await stage.adapter.mark_thread(ref, "四")
    assert 500 < slowed.value.retry_after <= 600
    await stage.adapter.mark_thread(ref, "三")
    stage.world.move_clock(stage.world.now() + timedelta(minutes=10))
    await stage.adapter.mark_thread(ref, "四")
    assert stage.world.channel(stage.space.id, ref.place.thread or "").name == "四"


async def test_the_bot_renames_its_own_threads_without_managing_all(stage: Stage) -> None:
    stage.face.faults = Faults(missing_scopes=frozenset({"manage_threads", "manage_channels"}))
    asked = stage.face.say(stage.aya, "general", "誰か？")
    own = await stage.adapter.open_thread(MessageRef(stage.place("general"), asked.id), "質問", card("は"), key="t")
    post = await stage.adapter.open_thread(stage.place("ideas"), "案", card("は"), key="f")
    others = stage.face.open_thread(stage.aya, "ideas", "彩の案", text="どう？")
    for thread in (own.place, post.place, stage.place("ideas", others.id)):
        await stage.adapter.mark_thread(thread, "✔ 済")
    names = [stage.world.channel(stage.space.id, t or "").name for t in (own.place.thread, post.place.thread)]
    assert names == ["✔ 済", "✔ 済"]
    assert others.name == "彩の案", "what only moderators may rename is left as it is, and nobody is alarmed"


async def test_a_thread_that_was_folded_away_is_renamed(stage: Stage) -> None:
    ref = await stage.adapter.open_thread(stage.place("general"), "質問", card("は"), key="t")
    thread = stage.world.channel(stage.space.id, ref.place.thread or "")
    thread.archived = True
    await stage.adapter.mark_thread(ref, "✔ 質問")
    assert thread.name == "✔ 質問"


async def test_reactions_are_put_and_taken_back(stage: Stage) -> None:
    said = stage.face.say(stage.aya, "general", "ありがとう")
    ref = MessageRef(stage.place("general"), said.id)
    await stage.adapter.react(ref, "🎉")
    await stage.adapter.react(ref, "🎉")
    assert said.reactions == {"🎉": [stage.space.bot]}
    await stage.adapter.react(ref, "🎉", on=False)
    await stage.adapter.react(ref, "🎉", on=False)
    assert not said.reactions.get("🎉")


async def test_roles_are_given_by_name_or_id_and_taken(stage: Stage) -> None:
    role = next(role for role in stage.space.roles.values() if role.name == "moderator")
    user = stage.user(stage.aya)
    await stage.adapter.set_badge(user, "Moderator")
    assert role.id in stage.aya.roles
    assert "moderator" in ((await stage.adapter.member(user)).badges or ())
    await stage.adapter.set_badge(user, role.id, on=False)
    assert role.id not in stage.aya.roles
    with pytest.raises(RefusedError, match=r"the bot sees: .*moderator") as refused:
        await stage.adapter.set_badge(user, "wizard")
    assert refused.value.code == "unknown_role"


async def test_a_missing_permission_is_named(stage: Stage) -> None:
    everyone = stage.space.roles[stage.space.id]
    bot_role = next(role for role in stage.space.roles.values() if role.extra.get("managed"))
    for role in (everyone, bot_role):
        role.permissions &= ~(1 << 11)
        stage.world.add_role(role)
    await asyncio.sleep(0.1)
    with pytest.raises(RefusedError, match="send messages") as refused:
        await stage.adapter.post(stage.place("general"), card("?"), key="k")
    assert refused.value.code == "missing_permission"


async def test_members_are_let_into_channels_and_threads(stage: Stage) -> None:
    await stage.adapter.invite(stage.user(stage.aya), stage.place("moderators"))
    stage.face.say(stage.aya, "moderators", "入れました")
    ken = stage.join("ken", "健")
    ref = await stage.adapter.open_thread(stage.place("general"), "相談", card("."), key="k")
    await stage.adapter.invite(stage.user(ken), ref.place)
    assert ken.user_id in stage.world.channel(stage.space.id, ref.place.thread or "").members


async def test_scheduled_events_are_made_once_changed_and_cancelled(stage: Stage) -> None:
    starts = stage.world.now().replace(microsecond=0) + timedelta(days=3)
    event = NativeEvent(
        title="もくもく会",
        description="静かに作業",
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        where="オンライン",
    )
    home = stage.place("general").home
    made = await stage.adapter.put_event(home, event)
    assert await stage.adapter.put_event(home, event) == made
    moved = NativeEvent(
        title="もくもく会 2",
        description="",
        starts_at=starts + timedelta(days=1),
        ends_at=starts + timedelta(days=1, hours=2),
        where="渋谷",
    )
    assert await stage.adapter.put_event(home, moved, event_id=made) == made
    assert stage.space.events[made]["name"] == "もくもく会 2"
    gone = NativeEvent(title="x", description="", starts_at=starts, ends_at=starts, where="", cancelled=True)
    await stage.adapter.put_event(home, gone, event_id=made)
    await stage.adapter.put_event(home, gone, event_id=made)
    assert stage.space.events.get(made, {"status": 4})["status"] == 4


async def test_a_file_is_put_at_a_place(stage: Stage) -> None:
    ref = await stage.adapter.upload(
        stage.place("general"), "図.png", b"\x89PNG...", comment="今週の*図* @everyone", alt="折れ線"
    )
    shown = stage.shown(ref)
    assert shown.text == "今週の\\*図\\* @\u200beveryone"
    assert [file["filename"] for file in shown.files] == ["図.png"]


async def test_members_and_places_are_listed(stage: Stage) -> None:
    stage.join("ken", "健")
    home = stage.place("general").home
    names = {profile.name: profile async for profile in stage.adapter.members(home)}
    assert {"彩", "健"} <= set(names)
    assert any(profile.is_bot for profile in names.values())
    assert names["彩"].joined_at is not None
    places = {info.name: info for info in await stage.adapter.places(home)}
    assert {name: info.kind for name, info in places.items()} == {
        "welcome": "text",
        "general": "text",
        "moderators": "private",
        "ideas": "forum",
    }


async def test_who_has_left_is_still_known_by_name(stage: Stage) -> None:
    stage.world.leave(stage.space.id, stage.aya.user_id)
    profile = await stage.adapter.member(stage.user(stage.aya))
    assert profile.gone
    assert profile.name == "彩"


async def test_history_gives_what_was_missed_with_the_same_keys(stage: Stage) -> None:
    stage.face.say(stage.aya, "general", "古い")
    await asyncio.sleep(0.01)
    since = stage.world.now()
    for number in range(130):
        stage.face.say(stage.aya, "general", str(number))
    asked = stage.face.say(stage.aya, "general", "誰か？")
    thread = stage.face.open_thread(stage.aya, "general", "質問", message=asked, text="続き")
    await stage.adapter.post(stage.place("general"), card("私"), key="own")
    told = [event async for event in stage.adapter.history(stage.place("general"), since)]
    assert [event.text for event in told] == [*map(str, range(130)), "誰か？", "続き"]
    assert told[-1].message.place == stage.place("general", thread.id)
    assert told[-1].reply_to == asked.id
    await stage.inbox.got(MessagePosted, 133)
    assert {event.key for event in told} <= {event.key for event in stage.inbox.of(MessagePosted)}


async def test_history_of_a_forum_is_its_posts(stage: Stage) -> None:
    since = stage.world.now() - LONG_AGO
    stage.face.open_thread(stage.aya, "ideas", "勉強会", text="来月どうですか")
    folded = stage.face.open_thread(stage.aya, "ideas", "遠足", text="山へ")
    stage.world.change_channel(stage.space.id, folded.id, archived=True)
    told = {event.text: event async for event in stage.adapter.history(stage.place("ideas"), since)}
    assert set(told) == {"来月どうですか", "山へ"}
    assert all(event.reply_to is None for event in told.values())


async def test_a_card_too_long_in_markdown_is_refused_not_cut(stage: Stage) -> None:
    stars = Card(parts=(Text(rich("*" * 3000)),))
    ref = await stage.adapter.post(stage.place("general"), stars, key="stars")
    assert words(stage.shown(ref)) == "∗" * 3000


async def test_a_failing_server_leaves_the_outcome_open(stage: Stage) -> None:
    stage.face.faults = Faults(slow=1.0, slow_by=0.01)
    await stage.adapter.post(stage.place("general"), card("遅いが届く"), key="slow")
    stage.face.faults = Faults(rate_limited=1.0, retry_after=90)
    with pytest.raises(RateLimitedError) as limited:
        await stage.adapter.post(stage.place("general"), card("?"), key="limited")
    assert limited.value.retry_after == pytest.approx(90, abs=1)


async def test_unconnected_nothing_is_done() -> None:
    async with staged(start=False) as stage:
        with pytest.raises(UnreachableError):
            await stage.adapter.post(stage.place("general"), card("?"), key="k")


async def test_the_moment_of_a_message_is_the_platforms(stage: Stage) -> None:
    said = stage.face.say(stage.aya, "general", "今")
    told = [event async for event in stage.adapter.history(stage.place("general"), said.at - LONG_AGO)]
    assert abs(told[0].at - said.at) < timedelta(milliseconds=2)
    assert told[0].at.tzinfo == UTC
    assert isinstance(told[0].at, datetime)


async def test_buttons_keep_their_actions(stage: Stage) -> None:
    shown = Card(parts=(Buttons((Button("rsvp:12", "参加する"),)),))
    ref = await stage.adapter.post(stage.place("general"), shown, key="b")
    row = stage.shown(ref).body["components"][0]["components"][0]
    assert row["components"][0]["custom_id"] == "rsvp:12"
