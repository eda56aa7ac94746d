"""What goes out, through the sandbox's Slack."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chat.events import MemberLeft
from chat.ids import MessageRef, Place, Platform, UserRef, Workspace
from chat.port import RateLimitedError, RefusedError, UncertainError, UnreachableError
from chat.slack.adapter import SlackAdapter
from sandbox.world import Role
from tests.chat.slack.stage import HERE, apologise, card, settings, stage
from tests.sandbox.slack_setup import SPACE
from tests.waiting import until


def soon() -> datetime:
    return datetime.now(UTC) - timedelta(seconds=5)


async def test_a_post_is_found_again_by_its_key() -> None:
    async with stage() as s:
        place = s.place()
        posted = await s.adapter.post(place, card("one"), key="k1")
        await s.adapter.post(place, card("two"), key="k2")
        assert await s.adapter.find(place, "k1", soon()) == posted
        assert await s.adapter.find(place, "k3", soon()) is None
        assert await s.adapter.find(place, "k1", datetime.now(UTC) + timedelta(minutes=5)) is None


async def test_a_post_whose_reply_was_dropped_stands_once_and_is_found() -> None:
    async with stage() as s:
        s.face.faults.dropped, s.face.faults.only = 1.0, ("chat.postMessage",)
        with pytest.raises(UncertainError):
            await s.adapter.post(s.place(), card("once"), key="k1")
        found = await s.adapter.find(s.place(), "k1", soon())
        assert found is not None
        standing = [m for m in s.setup.said() if m.author == s.setup.space.bot]
        assert [m.id for m in standing] == [found.id]


@pytest.mark.parametrize(("fault", "expected"), [("rate_limited", RateLimitedError), ("server_error", UncertainError)])
async def test_a_fault_of_the_platform_is_told_by_its_kind(fault: str, expected: type[Exception]) -> None:
    async with stage() as s:
        setattr(s.face.faults, fault, 1.0)
        s.face.faults.only, s.face.faults.retry_after = ("chat.",), 7
        with pytest.raises(expected) as caught:
            await s.adapter.post(s.place(), card(), key="k1")
        if isinstance(caught.value, RateLimitedError):
            assert caught.value.retry_after == 7


async def test_a_platform_that_is_not_there_is_unreachable() -> None:
    async with stage() as s:
        adapter = SlackAdapter(settings(s.setup, api_url="http://127.0.0.1:9/slack/api/"), apologise)
        with pytest.raises(UnreachableError):
            await adapter.start(s.process, (), ())
        await adapter.stop()


async def test_a_missing_scope_is_named() -> None:
    async with stage() as s:
        s.face.faults.missing_scopes = frozenset({"chat:write"})
        with pytest.raises(RefusedError) as caught:
            await s.adapter.post(s.place(), card(), key="k1")
        assert caught.value.code == "missing_scope"
        assert "chat:write" in caught.value.mend


async def test_what_is_not_of_this_workspace_is_refused() -> None:
    async with stage() as s:
        with pytest.raises(RefusedError, match="other_workspace"):
            await s.adapter.post(Place(Platform.SLACK, "T2", "C1"), card(), key="k")
        with pytest.raises(RefusedError, match="other_workspace"):
            await s.adapter.dm(UserRef(Platform.DISCORD, SPACE, "U1"), card(), key="k")
        with pytest.raises(RefusedError, match="other_workspace"):
            await s.adapter.places(Workspace(Platform.DISCORD, SPACE))


async def test_only_one_reader_sees_a_private_post() -> None:
    async with stage() as s:
        mika = s.setup.join()
        ref = await s.adapter.post(s.place(), card(), key="k", only_for=s.user(mika))
        assert s.setup.world.message(SPACE, ref.place.channel, ref.id).only_for == mika.user_id


async def test_redraw_and_remove() -> None:
    async with stage() as s:
        ref = await s.adapter.post(s.place(), card("before", "go"), key="k")
        await s.adapter.redraw(ref, card("after"))
        shown = s.setup.world.message(SPACE, ref.place.channel, ref.id)
        assert "after" in str(shown.body)
        assert "before" not in str(shown.body)
        await s.adapter.remove(ref)
        assert shown.deleted
        await s.adapter.remove(ref)
        with pytest.raises(RefusedError, match="message_not_found"):
            await s.adapter.redraw(ref, card("again"))


async def test_a_direct_message_is_found_by_who_got_it() -> None:
    async with stage() as s:
        mika = s.setup.join()
        ref = await s.adapter.dm(s.user(mika), card("psst"), key="d1")
        assert ref.place.channel.startswith("D")
        assert await s.adapter.find(s.user(mika), "d1", soon()) == ref


async def test_threads_on_a_message_in_a_channel_and_in_private() -> None:
    async with stage() as s:
        mika, ken = s.setup.join(), s.setup.join("Ken")
        asked = s.face.say(mika, "general", "how?")
        on_message = await s.adapter.open_thread(MessageRef(s.place(), asked.id), "How?", card("reply"), key="t1")
        assert on_message.place.thread == asked.id
        assert await s.adapter.find(on_message.place, "t1", soon()) == on_message
        in_channel = await s.adapter.open_thread(s.place(), "Meetup", card("root"), key="t2")
        assert in_channel.place.thread == in_channel.id
        assert await s.adapter.find(s.place(), "t2", soon()) == in_channel
        more = await s.adapter.post(in_channel.place, card("more"), key="t3")
        assert more.place == in_channel.place
        private = await s.adapter.open_thread(
            s.place(), "You two", card("hi"), key="t4", private_for=(s.user(mika), s.user(ken))
        )
        group = s.setup.world.channel(SPACE, private.place.channel)
        assert {mika.user_id, ken.user_id} <= group.members


async def test_reactions_are_put_and_taken_once() -> None:
    async with stage() as s:
        mika = s.setup.join()
        said = s.face.say(mika, "general", "solved")
        ref = MessageRef(s.place(), said.id)
        for _ in range(2):
            await s.adapter.react(ref, "✅")
        assert list(said.reactions) == ["white_check_mark"]
        for _ in range(2):
            await s.adapter.react(ref, "✅", on=False)
        assert not any(said.reactions.values())
        with pytest.raises(RefusedError):
            await s.adapter.react(ref, "no such emoji")


async def test_members_with_their_language_zone_and_groups() -> None:
    async with stage() as s:
        mika = s.setup.join(language="ja", time_zone="Asia/Tokyo")
        group = s.setup.world.add_role(Role("S0PY", SPACE, "Python people", extra={"handle": "py"}))
        await s.adapter.set_badge(s.user(mika), group.id)
        profile = await s.adapter.member(s.user(mika))
        assert (profile.name, profile.locale, profile.time_zone) == ("Mika", "ja-JP", "Asia/Tokyo")
        assert profile.badges == frozenset({group.id, group.name, "py"})
        listed = {p.user.id: p async for p in s.adapter.members(HERE)}
        assert listed[mika.user_id] == profile
        assert listed[s.setup.space.bot].is_bot


async def test_who_and_where_the_bot_is() -> None:
    async with stage() as s:
        assert s.adapter.workspaces() == (HERE,)
        assert s.adapter.workspace_name(HERE) == s.setup.space.name
        assert s.adapter.own_user(HERE) == s.setup.space.bot
        other = Workspace(Platform.SLACK, "T2")
        assert (s.adapter.workspace_name(other), s.adapter.own_user(other)) == ("T2", "")


async def test_a_leave_found_later_has_the_key_of_the_live_one() -> None:
    async with stage() as s:
        mika = s.setup.join()
        s.setup.world.leave(SPACE, mika.user_id)
        await until(lambda: s.process.of(MemberLeft))
        assert s.adapter.left(s.user(mika), datetime.now(UTC)).key in s.process.keys
        assert s.adapter.joined(await s.adapter.member(s.user(mika)), datetime.now(UTC)).key in s.process.keys


async def test_a_badge_is_given_and_taken_by_handle_name_or_id() -> None:
    async with stage() as s:
        mika, ken = s.setup.join(), s.setup.join("Ken")
        group = s.setup.world.add_role(Role("S0PY", SPACE, "Python people", extra={"handle": "py"}))
        await s.adapter.set_badge(s.user(ken), group.id)
        for badge in ("py", "@py", group.name, group.id):
            for _ in range(2):
                await s.adapter.set_badge(s.user(mika), badge)
            assert group.id in mika.roles
            for _ in range(2):
                await s.adapter.set_badge(s.user(mika), badge, on=False)
            assert group.id not in mika.roles
        assert group.id in ken.roles
        with pytest.raises(RefusedError, match="last_member"):
            await s.adapter.set_badge(s.user(ken), group.id, on=False)
        with pytest.raises(RefusedError, match="there are"):
            await s.adapter.set_badge(s.user(ken), "no-such")


async def test_an_invitation_may_be_repeated() -> None:
    async with stage() as s:
        mika = s.setup.join()
        other = next(p for p in await s.adapter.places(HERE) if p.bot_is_in and p.name != "general")
        s.setup.world.leave_channel(SPACE, other.place.channel, mika.user_id)
        for _ in range(2):
            await s.adapter.invite(s.user(mika), other.place)
        assert mika.user_id in s.setup.world.channel(SPACE, other.place.channel).members


async def test_places_say_whether_the_bot_is_there() -> None:
    async with stage() as s:
        found = {p.name: p for p in await s.adapter.places(HERE)}
        assert found["general"].bot_is_in
        s.setup.world.leave_channel(SPACE, found["general"].place.channel, s.setup.space.bot)
        found = {p.name: p for p in await s.adapter.places(HERE)}
        assert not found["general"].may_post


async def test_a_file_stands_in_a_message() -> None:
    async with stage() as s:
        ref = await s.adapter.upload(s.place(), "a.ics", b"BEGIN:VCALENDAR", comment="The <date>", alt="A calendar")
        shown = s.setup.world.message(SPACE, ref.place.channel, ref.id)
        assert shown.files[0]["name"] == "a.ics"
        assert shown.text == "The &lt;date&gt;"


@pytest.mark.parametrize(
    ("step", "expected"),
    [("files.getUploadURLExternal", UnreachableError), ("files.completeUploadExternal", UncertainError)],
)
async def test_a_broken_upload_may_be_repeated_until_its_last_step(step: str, expected: type[Exception]) -> None:
    async with stage() as s:
        s.face.faults.dropped, s.face.faults.only = 1.0, (step,)
        with pytest.raises(expected):
            await s.adapter.upload(s.place(), "a.ics", b"BEGIN:VCALENDAR", comment="The date")
        shown = [m for m in s.setup.said() if m.files]
        assert len(shown) == (expected is UncertainError)


async def test_a_file_goes_into_a_thread() -> None:
    async with stage() as s:
        root = await s.adapter.open_thread(s.place(), "T", card(), key="t")
        ref = await s.adapter.upload(root.place, "a.png", b"png", comment="Chart")
        assert ref.place == root.place
        assert s.setup.world.message(SPACE, ref.place.channel, ref.id).thread == root.id


async def test_the_home_tab_and_the_address_of_a_message() -> None:
    async with stage() as s:
        mika = s.setup.join()
        await s.adapter.show_home(s.user(mika), card("home"))
        assert "home" in str(s.setup.space.homes[mika.user_id])
        ref = MessageRef(Place(Platform.SLACK, SPACE, "C1"), "1700000000.000100")
        assert s.adapter.link(ref).endswith("/archives/C1/p1700000000000100")
        reply = MessageRef(Place(Platform.SLACK, SPACE, "C1", "1600000000.000001"), "1700000000.000100")
        assert s.adapter.link(reply).endswith("/p1700000000000100?thread_ts=1600000000.000001&cid=C1")
