"""An unmodified discord.py client in the sandbox's Discord server: messages, reactions, members, threads, events."""

from __future__ import annotations

import io
from datetime import timedelta

import discord
import pytest

from sandbox.discord import build_server
from sandbox.discord.build import moderator_role
from sandbox.face import Face
from sandbox.world import Person, WorldError
from tests.sandbox.discord_stage import staged
from tests.waiting import until


async def test_the_client_sees_the_server_as_it_is() -> None:
    async with staged() as stage:
        assert [c.name for c in stage.guild.channels] == ["welcome", "general", "moderators", "ideas"]
        assert {m.global_name for m in stage.guild.members} == {None, "彩"}
        assert stage.guild.me.guild_permissions.manage_roles
        assert isinstance(stage.guild.channels[3], discord.ForumChannel)
        assert stage.face.connected()


async def test_a_member_writes_and_the_bot_answers_in_reply() -> None:
    async with staged() as stage:
        said = stage.face.say(stage.aya, "general", f"こんにちは <@{stage.face.application_id}>")
        event = await stage.heard("MESSAGE_CREATE")
        assert event["content"] == said.text
        message = await stage.channel("general").fetch_message(int(said.id))
        answer = await message.reply("いらっしゃい")
        kept = stage.world.message(stage.space.id, stage.place("general"), str(answer.id))
        assert (kept.text, kept.reply_to) == ("いらっしゃい", said.id)
        assert message.mentions[0].id == int(stage.face.application_id)


async def test_a_nonce_makes_a_repeated_send_one_message() -> None:
    async with staged() as stage:
        channel = stage.channel("general")
        first = await channel.send("お知らせ", nonce="digest-2026-47")
        again = await channel.send("お知らせ", nonce="digest-2026-47")
        other = await channel.send("お知らせ", nonce="digest-2026-48")
        assert first.id == again.id != other.id
        stage.world.move_clock(stage.world.now() + timedelta(minutes=10))
        late = await channel.send("お知らせ", nonce="digest-2026-47")
        assert late.id != first.id


async def test_a_nonce_does_not_bring_back_a_deleted_message() -> None:
    async with staged() as stage:
        channel = stage.channel("general")
        await (await channel.send("x", nonce="n")).delete()
        with pytest.raises(discord.NotFound) as caught:
            await channel.send("x", nonce="n")
        assert caught.value.code == 10008


async def test_history_is_paged_in_both_directions() -> None:
    async with staged() as stage:
        ids = [int(stage.face.say(stage.aya, "general", str(n)).id) for n in range(250)]
        stage.world.delete(stage.space.id, stage.place("general"), str(ids[249]))
        channel = stage.channel("general")
        newest = [m.id async for m in channel.history(limit=120)]
        assert newest == list(reversed(ids[129:249]))
        after = [m.id async for m in channel.history(limit=None, after=discord.Object(ids[9]), oldest_first=True)]
        assert after == ids[10:249]
        around = [m.id async for m in channel.history(limit=5, around=discord.Object(ids[100]))]
        assert sorted(around) == ids[98:103]


async def test_edits_deletions_and_pins_reach_both_sides() -> None:
    async with staged() as stage:
        message = await stage.channel("general").send("draft")
        await message.edit(content="final")
        event = await stage.heard("MESSAGE_UPDATE")
        assert (event["content"], event["author"]["id"]) == ("final", stage.face.application_id)
        await message.pin()
        assert [m.id async for m in stage.channel("general").pins()] == [message.id]
        await message.delete()
        assert (await stage.heard("MESSAGE_DELETE"))["id"] == str(message.id)
        with pytest.raises(WorldError, match="no message"):
            stage.world.message(stage.space.id, stage.place("general"), str(message.id))


async def test_reactions_come_and_go() -> None:
    async with staged() as stage:
        said = stage.face.say(stage.aya, "general", "乾杯")
        message = await stage.channel("general").fetch_message(int(said.id))
        await message.add_reaction("🎉")
        stage.world.react(stage.space.id, said.channel, said.id, stage.aya.user_id, "🎉")
        added = await stage.heard("MESSAGE_REACTION_ADD", 2)
        assert (added["emoji"]["name"], added["member"]["user"]["id"]) == ("🎉", stage.aya.user_id)
        message = await message.fetch()
        assert [(r.emoji, r.count, r.me) for r in message.reactions] == [("🎉", 2, True)]
        assert {u.id async for u in message.reactions[0].users()} == {
            int(stage.aya.user_id),
            int(stage.face.application_id),
        }
        await message.remove_reaction("🎉", discord.Object(int(stage.aya.user_id)))
        assert said.reactions == {"🎉": [stage.face.application_id]}
        assert (await stage.heard("MESSAGE_REACTION_REMOVE"))["user_id"] == stage.aya.user_id


async def test_a_file_is_served_back() -> None:
    async with staged() as stage:
        chart = discord.File(io.BytesIO(b"png!"), filename="chart.png", description="members by week")
        message = await stage.channel("general").send("chart", file=chart)
        assert await message.attachments[0].read() == b"png!"
        assert message.attachments[0].description == "members by week"
        said = stage.face.say(
            stage.aya, "general", "", files=({"name": "a.txt", "content": "あ", "content_type": "text/plain"},)
        )
        theirs = await stage.channel("general").fetch_message(int(said.id))
        assert (await theirs.attachments[0].read()).decode() == "あ"


async def test_members_join_leave_and_carry_roles() -> None:
    async with staged() as stage:
        ken = stage.face.new_account(stage.space.id, Person("ken", "Ken"), invited_by=stage.aya.user_id)
        assert (await stage.heard("GUILD_MEMBER_ADD"))["user"]["global_name"] == "Ken"
        member = stage.guild.get_member(int(ken.user_id))
        assert member is not None
        role = await stage.guild.create_role(name="python")
        await member.add_roles(role)
        assert ken.roles == {str(role.id)}
        assert (await stage.heard("GUILD_MEMBER_UPDATE"))["roles"] == [str(role.id)]
        await member.remove_roles(role)
        assert ken.roles == set()
        await role.delete()
        assert str(role.id) not in stage.space.roles
        invites = await stage.guild.invites()
        assert [(i.inviter.id, i.uses) for i in invites if i.inviter] == [(int(stage.aya.user_id), 1)]
        stage.world.leave(stage.space.id, ken.user_id)
        assert (await stage.heard("GUILD_MEMBER_REMOVE"))["user"]["id"] == ken.user_id
        with pytest.raises(discord.NotFound) as caught:
            await stage.guild.fetch_member(int(ken.user_id))
        assert caught.value.code == 10007


async def test_a_role_above_the_bots_own_cannot_be_given() -> None:
    async with staged() as stage:
        top = next(role for role in stage.guild.roles if role.managed)
        member = stage.guild.get_member(int(stage.aya.user_id))
        assert member is not None
        with pytest.raises(discord.Forbidden) as caught:
            await member.add_roles(top)
        assert caught.value.code == 50013


async def test_members_are_listed_by_id_and_found_by_name() -> None:
    async with staged() as stage:
        for number in range(7):
            stage.face.new_account(stage.space.id, Person(f"p{number}", f"Person {number}"))
        found = [m.id async for m in stage.guild.fetch_members(limit=None)]
        assert sorted(found) == sorted(int(user) for user in stage.space.accounts)
        assert [m.global_name for m in await stage.guild.query_members("Person 3")] == ["Person 3"]


async def test_a_thread_on_a_message_has_the_messages_id() -> None:
    async with staged() as stage:
        said = stage.face.say(stage.aya, "general", "質問です")
        message = await stage.channel("general").fetch_message(int(said.id))
        thread = await message.create_thread(name="回答")
        assert thread.id == message.id
        await thread.send("こちらへどうぞ")
        stage.face.say(stage.aya, "general", "ありがとう", thread=str(thread.id))
        event = await stage.heard("MESSAGE_CREATE", 3)
        assert (event["channel_id"], event["content"]) == (said.id, "ありがとう")
        added = await stage.heard("THREAD_MEMBERS_UPDATE")
        assert [m["user_id"] for m in added["added_members"]] == [stage.aya.user_id]
        assert [t.id for t in await stage.guild.active_threads()] == [thread.id]
        await thread.edit(archived=True)
        assert [t.id async for t in stage.channel("general").archived_threads()] == [thread.id]
        with pytest.raises(discord.HTTPException) as caught:
            await message.create_thread(name="again")
        assert caught.value.code == 160004


async def test_a_private_thread_is_only_for_who_was_taken_in() -> None:
    async with staged() as stage:
        thread = await stage.channel("general").create_thread(name="ようこそ", invitable=False)
        assert thread.is_private()
        with pytest.raises(WorldError, match="cannot see"):
            stage.face.say(stage.aya, str(thread.id), "hello?")
        await thread.add_user(discord.Object(int(stage.aya.user_id)))
        stage.face.say(stage.aya, str(thread.id), "hello!")
        assert (await stage.heard("MESSAGE_CREATE"))["content"] == "hello!"
        await thread.remove_user(discord.Object(int(stage.aya.user_id)))
        assert stage.aya.user_id not in stage.world.channel(stage.space.id, str(thread.id)).members


async def test_a_forum_post_carries_its_tags() -> None:
    async with staged() as stage:
        forum = stage.guild.forums[0]
        forum = await forum.edit(available_tags=[discord.ForumTag(name="solved")])
        assert forum is not None
        tag = forum.available_tags[0]
        post = await forum.create_thread(name="最初の投稿", content="本文", applied_tags=[tag])
        assert (post.thread.id, post.message.content) == (post.message.id, "本文")
        assert post.thread.applied_tags == [tag]
        theirs = stage.face.open_thread(stage.aya, "ideas", "提案", text="どうでしょう", tags=(str(tag.id),))
        heard = await stage.heard("THREAD_CREATE", 2)
        assert (heard["id"], heard["parent_id"], heard["newly_created"]) == (theirs.id, str(forum.id), True)
        with pytest.raises(discord.HTTPException) as caught:
            await stage.channel("general").guild._state.http.send_message(
                forum.id, params=discord.http.handle_message_parameters(content="x")
            )
        assert caught.value.code == 50008


async def test_changes_of_channels_roles_and_threads_are_told() -> None:
    async with staged() as stage:
        channel = await stage.guild.create_text_channel("news", topic="お知らせ")
        await channel.edit(topic="ニュース")
        thread = await channel.create_thread(name="t", type=discord.ChannelType.public_thread)
        await thread.edit(name="u")
        await thread.delete()
        await channel.delete()
        role = await stage.guild.create_role(name="python")
        await role.edit(name="Python")
        await role.delete()
        await stage.heard("GUILD_ROLE_DELETE")
        told = [e["t"] for e in stage.bot.heard if e["t"].startswith(("CHANNEL_", "THREAD_", "GUILD_ROLE_"))]
        assert told == [
            "CHANNEL_CREATE",
            "CHANNEL_UPDATE",
            "THREAD_CREATE",
            "THREAD_UPDATE",
            "THREAD_DELETE",
            "CHANNEL_DELETE",
            "GUILD_ROLE_CREATE",
            "GUILD_ROLE_UPDATE",
            "GUILD_ROLE_DELETE",
        ]
        assert (await stage.heard("CHANNEL_UPDATE"))["topic"] == "ニュース"


async def test_a_closed_channel_opens_to_whom_it_is_opened() -> None:
    async with staged() as stage:
        with pytest.raises(WorldError, match="cannot see"):
            stage.face.say(stage.aya, "moderators", "hello?")
        member = stage.guild.get_member(int(stage.aya.user_id))
        assert member is not None
        await stage.channel("moderators").set_permissions(member, view_channel=True, send_messages=True)
        stage.face.say(stage.aya, "moderators", "hello!")
        assert (await stage.heard("MESSAGE_CREATE"))["content"] == "hello!"
        await stage.channel("moderators").set_permissions(member, overwrite=None)
        with pytest.raises(WorldError, match="cannot see"):
            stage.face.say(stage.aya, "moderators", "again?")


async def test_scheduled_events_live_their_life() -> None:
    async with staged() as stage:
        start = discord.utils.utcnow() + timedelta(days=3)
        event = await stage.guild.create_scheduled_event(
            name="もくもく会",
            start_time=start,
            end_time=start + timedelta(hours=2),
            entity_type=discord.EntityType.external,
            location="渋谷",
            privacy_level=discord.PrivacyLevel.guild_only,
        )
        await stage.heard("GUILD_SCHEDULED_EVENT_CREATE")
        stage.face.interested(stage.aya, str(event.id))
        assert (await stage.heard("GUILD_SCHEDULED_EVENT_USER_ADD"))["user_id"] == stage.aya.user_id
        assert [u.id async for u in event.users()] == [int(stage.aya.user_id)]
        await event.edit(description="持ち物: パソコン")
        changed = await stage.heard("GUILD_SCHEDULED_EVENT_UPDATE")
        assert changed["description"] == "持ち物: パソコン"
        assert [e.location for e in await stage.guild.fetch_scheduled_events()] == ["渋谷"]
        event = await event.start()
        event = await event.end()
        with pytest.raises(discord.HTTPException) as caught:
            await stage.guild._state.http.edit_scheduled_event(
                stage.guild.id, event.id, status=1, privacy_level=2, entity_type=3
            )
        assert caught.value.code == 180000
        await event.delete()
        assert stage.space.events == {}


async def test_the_hundred_and_first_event_is_refused() -> None:
    async with staged(log_in=False) as stage:
        start = stage.world.now() + timedelta(days=1)
        form = {
            "name": "e",
            "privacy_level": 2,
            "entity_type": 3,
            "entity_metadata": {"location": "x"},
            "scheduled_start_time": start.isoformat(),
            "scheduled_end_time": (start + timedelta(hours=1)).isoformat(),
        }
        path = f"/guilds/{stage.space.id}/scheduled-events"
        for _ in range(100):
            assert (await stage.call("POST", path, form))[0] == 200
        status, body = await stage.call("POST", path, form)
        assert (status, body["code"]) == (400, 30038)


async def test_direct_messages_go_both_ways_and_can_be_closed() -> None:
    async with staged() as stage:
        member = stage.guild.get_member(int(stage.aya.user_id))
        assert member is not None
        sent = await member.send("ようこそ")
        stage.face.say(stage.aya, stage.face.direct(stage.aya).id, "どうも")
        event = await stage.heard("MESSAGE_CREATE", 2)
        assert event["channel_id"] == str(sent.channel.id)
        assert "guild_id" not in event
        stage.world.people["aya"].accepts_dms = False
        with pytest.raises(discord.Forbidden) as caught:
            await member.send("もう一度")
        assert caught.value.code == 50007


async def test_one_person_has_one_id_in_two_servers() -> None:
    async with staged(log_in=False) as stage:
        second = build_server(stage.world, name="other")
        there = stage.face.new_account(second.id, stage.world.people["aya"])
        assert there.user_id == stage.aya.user_id
        assert stage.face.direct(there).id == stage.face.direct(stage.aya).id


async def test_without_the_intent_the_text_is_blank_unless_the_bot_is_meant() -> None:
    intents = discord.Intents.all()
    intents.message_content = False
    async with staged(intents=intents) as stage:
        stage.face.say(stage.aya, "general", "secret")
        stage.face.say(stage.aya, "general", f"<@{stage.face.application_id}> hello")
        stage.face.say(stage.aya, stage.face.direct(stage.aya).id, "direct")
        await until(lambda: len(stage.bot.events("MESSAGE_CREATE")) == 3)
        texts = [e["content"] for e in stage.bot.events("MESSAGE_CREATE")]
        assert texts == ["", f"<@{stage.face.application_id}> hello", "direct"]


async def test_what_many_say_without_a_pause_is_heard_and_kept_in_order() -> None:
    async with staged() as stage:
        there = [stage.face.new_account(stage.space.id, Person(f"p{n}", f"P{n}")) for n in range(30)]
        place = stage.world.channel(stage.space.id, "general")
        for number in range(900):
            stage.face.say(there[number % 30], place.id, str(number))
        await until(lambda: len(stage.bot.events("MESSAGE_CREATE")) == 900)
        assert [e["content"] for e in stage.bot.events("MESSAGE_CREATE")] == [str(n) for n in range(900)]
        page = await stage.call("GET", f"/channels/{place.id}/messages?limit=5")
        assert [m["content"] for m in page[1]] == ["899", "898", "897", "896", "895"]


async def test_the_face_is_what_the_server_expects() -> None:
    async with staged(log_in=False) as stage:
        wire: Face = stage.face
        assert await wire.open_home(stage.aya) is None  # type: ignore[func-returns-value]
        with pytest.raises(WorldError, match="no home tab"):
            await wire.press_home(stage.aya, {"custom_id": "x"})


async def test_only_who_may_and_wants_to_pings_everybody() -> None:
    async with staged() as stage:
        channel, bot = stage.channel("general"), stage.space.accounts[stage.face.application_id]
        everyone = discord.AllowedMentions(everyone=True)
        assert not (await channel.send("@everyone", allowed_mentions=everyone)).mention_everyone
        bot.roles.add(moderator_role(stage.space).id)
        assert (await channel.send("@everyone", allowed_mentions=everyone)).mention_everyone
        assert not (await channel.send("@everyone", allowed_mentions=discord.AllowedMentions.none())).mention_everyone
        quiet = await channel.send(f"<@{stage.aya.user_id}>", allowed_mentions=discord.AllowedMentions.none())
        loud = await channel.send(f"<@{stage.aya.user_id}>")
        assert (quiet.mentions, [m.id for m in loud.mentions]) == ([], [int(stage.aya.user_id)])
