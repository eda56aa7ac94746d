"""What every chat must do, told as cases. An adapter, or a fake, passes when each case runs with its driver.

Use: ``@pytest.mark.parametrize("case", contract.CASES, ids=contract.name)`` and ``await case(ChatUnderTest(...))``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from chat.answers import Invalid, Nothing, Redraw, Say
from chat.card import Button, Buttons, Card, Footnote, Quote, Text, Title
from chat.effects import NativeEvent
from chat.events import MessagePosted
from chat.form import Form, Line
from chat.ids import MessageRef, Place, UserRef, Workspace
from chat.port import Chat, RateLimitedError, RefusedError, UncertainError
from chat.text import BadgeMention, Bold, Mention, rich


class Driver(Protocol):
    """The platform as its members and its faults see it."""

    workspace: Workspace
    place: Place  # the bot and everybody is here
    side_room: Place  # the bot is here, others only when let in
    gone: Place  # there is no such channel
    forum: Place | None  # the bot and everybody is here, where there are forums

    async def join(self, name: str) -> UserRef:
        """Let somebody enter the workspace."""
        ...

    async def say(self, user: UserRef, text: str, reply_to: MessageRef | None = None) -> MessageRef:
        """Let a member write at ``place``, or answer a message there as members do."""
        ...

    async def say_in(self, user: UserRef, thread: Place, text: str) -> MessagePosted:
        """Let a member write in a thread; return what came in of it."""
        ...

    async def badge(self, name: str) -> str:
        """Make a role or user group with somebody in it, which everybody may mention; return its id."""
        ...

    async def command(self, user: UserRef) -> str:
        """Let a member use a command at ``place``; return the event's ``reply``."""
        ...

    async def press(self, user: UserRef, message: MessageRef, action: str) -> str:
        """Let a member press a button; return the event's ``reply``."""
        ...

    def shown(self, message: MessageRef) -> str | None:
        """Return all that stands in a message, as one text; None when it is gone."""
        ...

    def standing(self, place: Place) -> list[MessageRef]:
        """List the bot's own messages in a channel or thread that everybody there sees, oldest first."""
        ...

    def private(self, user: UserRef) -> list[str]:
        """Return what only this member saw at ``place``."""
        ...

    def direct(self, user: UserRef) -> list[str]:
        """Return what the bot told the member in direct messages."""
        ...

    def reactions(self, message: MessageRef) -> set[str]:
        """Return the Unicode emoji on a message."""
        ...

    def wears(self, user: UserRef, badge: str) -> bool:
        """Say whether a member has a role or is in a user group."""
        ...

    def pinged(self, message: MessageRef) -> set[str]:
        """Return the ids of the roles or user groups that a message pings."""
        ...

    def is_in(self, user: UserRef, place: Place) -> bool:
        """Say whether a member can read a channel that not everybody can."""
        ...

    def title(self, thread: Place) -> str:
        """Return what a thread is called ("" where threads have no titles, or where it is none)."""
        ...

    def files(self, message: MessageRef) -> list[str]:
        """Return the names of a message's files."""
        ...

    def home(self, user: UserRef) -> str:
        """Return what the home tab says ("" where there is none)."""
        ...

    def fail_posts(self, how: str) -> None:
        """Let posts fail from now on: ``dropped`` (done, no reply), ``rate_limited`` (by 3 s), ``""`` (no more)."""
        ...


@dataclass
class ChatUnderTest:
    """A started chat and what drives the other side."""

    chat: Chat
    driver: Driver


Case = Callable[[ChatUnderTest], Awaitable[None]]


def card(text: str, *actions: str) -> Card:
    """Make a small card."""
    row = (Buttons(tuple(Button(action, action) for action in actions)),) if actions else ()
    return Card(parts=(Title("Contract"), Text(rich(text)), *row))


def soon() -> datetime:
    """Return a time just before now, as an outbox remembers the moment it began to send."""
    return datetime.now(UTC) - timedelta(seconds=2)


async def it_serves_its_workspace(c: ChatUnderTest) -> None:
    assert c.driver.workspace in c.chat.workspaces()
    assert c.driver.workspace.platform is c.chat.platform


async def a_post_stands_where_it_was_put(c: ChatUnderTest) -> None:
    posted = await c.chat.post(c.driver.place, card("hello"), key="contract-1")
    assert posted.place == c.driver.place
    assert c.driver.standing(c.driver.place) == [posted]
    assert "hello" in (c.driver.shown(posted) or "")


async def a_post_is_found_by_its_key_and_by_no_other(c: ChatUnderTest) -> None:
    since = soon()
    posted = await c.chat.post(c.driver.place, card("one"), key="contract-1")
    await c.chat.post(c.driver.place, card("two"), key="contract-2")
    if c.chat.capabilities().post_lookup:
        assert await c.chat.find(c.driver.place, "contract-1", since) == posted
    assert await c.chat.find(c.driver.place, "contract-3", since) is None


async def a_post_without_reply_is_uncertain_and_stands_once(c: ChatUnderTest) -> None:
    since = soon()
    c.driver.fail_posts("dropped")
    with pytest.raises(UncertainError):
        await c.chat.post(c.driver.place, card("once"), key="contract-1")
    c.driver.fail_posts("")
    standing = c.driver.standing(c.driver.place)
    assert len(standing) == 1
    if c.chat.capabilities().post_lookup:
        assert await c.chat.find(c.driver.place, "contract-1", since) == standing[0]


async def a_slowed_down_post_says_how_long(c: ChatUnderTest) -> None:
    c.driver.fail_posts("rate_limited")
    with pytest.raises(RateLimitedError) as caught:
        await c.chat.post(c.driver.place, card("later"), key="contract-1")
    c.driver.fail_posts("")
    assert 0 < caught.value.retry_after <= 4
    assert c.driver.standing(c.driver.place) == []


async def a_post_nowhere_is_refused(c: ChatUnderTest) -> None:
    with pytest.raises(RefusedError) as caught:
        await c.chat.post(c.driver.gone, card("hello"), key="contract-1")
    assert caught.value.code


async def a_post_for_one_reader_is_seen_by_that_reader(c: ChatUnderTest) -> None:
    if not c.chat.capabilities().private_posts:
        return
    aya = await c.driver.join("Aya")
    await c.chat.post(c.driver.place, card("for you"), key="contract-1", only_for=aya)
    assert len(c.driver.private(aya)) == 1
    assert c.driver.standing(c.driver.place) == []


async def what_members_wrote_stays_as_it_is(c: ChatUnderTest) -> None:
    aya = await c.driver.join("Aya")
    rude = "*bold* <@everyone> <!channel> @here `x` || [a](http://b.example)"
    shown = Card(parts=(Text(rich(rude, Bold("strong"), Mention(aya, "Aya"))), Footnote(rich("small"))))
    posted = await c.chat.post(c.driver.place, shown, key="contract-1")
    text = c.driver.shown(posted) or ""
    assert "<!channel>" not in text
    assert "strong" in text


async def a_badge_is_pinged_only_where_the_card_says_so(c: ChatUnderTest) -> None:
    badge = await c.driver.badge("Python")
    for called in ("Python", badge):
        text = Text(rich("Hello ", BadgeMention(called, "Python"), "!"))
        quiet = await c.chat.post(c.driver.place, Card(parts=(text,)), key=f"quiet {called}")
        assert c.driver.pinged(quiet) == set()
        loud = await c.chat.post(c.driver.place, Card(parts=(text,), notify_badges=(badge,)), key=f"loud {called}")
        assert c.driver.pinged(loud) == {badge}


async def an_unknown_badge_is_shown_by_name_and_pings_nobody(c: ChatUnderTest) -> None:
    named = Card(parts=(Text(rich("Hello ", BadgeMention("Rust", "Rust"))),), notify_badges=("Rust",))
    posted = await c.chat.post(c.driver.place, named, key="contract-1")
    assert "@Rust" in (c.driver.shown(posted) or "")
    assert c.driver.pinged(posted) == set()


async def no_words_of_a_member_ping_a_badge(c: ChatUnderTest) -> None:
    badge = await c.driver.badge("Python")
    rude = f"<@&{badge}> <!subteam^{badge}> <!subteam^{badge}|x> @Python"
    parts = (Text(rich(rude, BadgeMention("Rust", rude), Bold(rude))), Quote(rude), Title(rude), Footnote(rich(rude)))
    posted = await c.chat.post(c.driver.place, Card(parts=parts, notify_badges=("Rust",)), key="contract-1")
    assert c.driver.pinged(posted) == set()


async def a_redraw_replaces_and_may_be_repeated(c: ChatUnderTest) -> None:
    posted = await c.chat.post(c.driver.place, card("before", "go"), key="contract-1")
    for _ in range(2):
        await c.chat.redraw(posted, card("after"))
    text = c.driver.shown(posted) or ""
    assert "after" in text
    assert "before" not in text
    assert c.driver.standing(c.driver.place) == [posted]


async def a_removal_may_be_repeated(c: ChatUnderTest) -> None:
    posted = await c.chat.post(c.driver.place, card("gone soon"), key="contract-1")
    for _ in range(2):
        await c.chat.remove(posted)
    assert c.driver.shown(posted) is None
    with pytest.raises(RefusedError):
        await c.chat.redraw(posted, card("again"))


async def a_direct_message_reaches_one_member(c: ChatUnderTest) -> None:
    aya, ken = await c.driver.join("Aya"), await c.driver.join("Ken")
    since = soon()
    sent = await c.chat.dm(aya, card("psst"), key="contract-1")
    assert len(c.driver.direct(aya)) == 1
    assert "psst" in c.driver.direct(aya)[0]
    assert c.driver.direct(ken) == []
    if c.chat.capabilities().post_lookup:
        assert await c.chat.find(aya, "contract-1", since) == sent


async def a_thread_on_a_message_takes_more_posts(c: ChatUnderTest) -> None:
    aya = await c.driver.join("Aya")
    asked = await c.driver.say(aya, "how?")
    first = await c.chat.open_thread(asked, "How?", card("let us see"), key="contract-1")
    assert first.place.thread
    assert first.place.home == c.driver.workspace
    second = await c.chat.post(first.place, card("more"), key="contract-2")
    assert second.place == first.place
    assert "more" in (c.driver.shown(second) or "")


async def a_thread_in_a_channel_has_its_first_card(c: ChatUnderTest) -> None:
    first = await c.chat.open_thread(c.driver.place, "Meetup", card("about it"), key="contract-1")
    assert first.place.thread
    assert "about it" in (c.driver.shown(first) or "")


async def a_private_thread_holds_its_members(c: ChatUnderTest) -> None:
    if not c.chat.capabilities().private_threads:
        return
    aya, ken = await c.driver.join("Aya"), await c.driver.join("Ken")
    first = await c.chat.open_thread(c.driver.place, "You two", card("hi"), key="contract-1", private_for=(aya,))
    assert "hi" in (c.driver.shown(first) or "")
    assert c.driver.is_in(aya, first.place)
    assert not c.driver.is_in(ken, first.place)


async def a_reaction_may_be_repeated_and_taken_back(c: ChatUnderTest) -> None:
    aya = await c.driver.join("Aya")
    said = await c.driver.say(aya, "solved!")
    for _ in range(2):
        await c.chat.react(said, "✅")
    assert c.driver.reactions(said) == {"✅"}
    for _ in range(2):
        await c.chat.react(said, "✅", on=False)
    assert c.driver.reactions(said) == set()


async def a_member_is_looked_up_and_listed(c: ChatUnderTest) -> None:
    aya = await c.driver.join("Aya")
    profile = await c.chat.member(aya)
    assert (profile.user, profile.name, profile.is_bot, profile.gone) == (aya, "Aya", False, False)
    listed = {p.user: p async for p in c.chat.members(c.driver.workspace)}
    assert listed[aya].name == "Aya"
    with pytest.raises(RefusedError):
        await c.chat.member(UserRef(aya.platform, aya.workspace, "1"))


async def a_badge_is_given_and_taken_by_name_or_id(c: ChatUnderTest) -> None:
    aya = await c.driver.join("Aya")
    badge = await c.driver.badge("Python")
    for called in ("Python", badge):
        for _ in range(2):
            await c.chat.set_badge(aya, called)
        assert c.driver.wears(aya, badge)
        assert {"Python", badge} <= ((await c.chat.member(aya)).badges or set())
        for _ in range(2):
            await c.chat.set_badge(aya, called, on=False)
        assert not c.driver.wears(aya, badge)
    with pytest.raises(RefusedError):
        await c.chat.set_badge(aya, "no such badge")


async def an_invitation_may_be_repeated(c: ChatUnderTest) -> None:
    aya = await c.driver.join("Aya")
    assert not c.driver.is_in(aya, c.driver.side_room)
    for _ in range(2):
        await c.chat.invite(aya, c.driver.side_room)
    assert c.driver.is_in(aya, c.driver.side_room)


async def the_places_are_listed(c: ChatUnderTest) -> None:
    found = {info.place: info for info in await c.chat.places(c.driver.workspace)}
    assert found[c.driver.place].may_post
    assert found[c.driver.place].name
    assert c.driver.gone not in found


async def a_file_stands_at_its_place(c: ChatUnderTest) -> None:
    shown = await c.chat.upload(c.driver.place, "a.ics", b"BEGIN:VCALENDAR", comment="The date", alt="Calendar")
    assert c.driver.files(shown) == ["a.ics"]


async def a_home_tab_is_shown_where_there_is_one(c: ChatUnderTest) -> None:
    aya = await c.driver.join("Aya")
    await c.chat.show_home(aya, card("at home"))
    assert ("at home" in c.driver.home(aya)) is c.chat.capabilities().home_tab


async def a_native_event_has_an_id_where_there_are_such(c: ChatUnderTest) -> None:
    start = datetime.now(UTC) + timedelta(days=1)
    end = start + timedelta(hours=1)
    event = NativeEvent(title="Meetup", description="d", starts_at=start, ends_at=end, where="online")
    event_id = await c.chat.put_event(c.driver.workspace, event)
    assert bool(event_id) is c.chat.capabilities().scheduled_events


async def history_holds_what_was_said_since_then(c: ChatUnderTest) -> None:
    aya = await c.driver.join("Aya")
    await c.driver.say(aya, "before")
    begun = datetime.now(UTC)
    first = await c.driver.say(aya, "first")
    await c.driver.say(aya, "second")
    found = [event async for event in c.chat.history(c.driver.place, begun - timedelta(minutes=5))]
    assert [event.text for event in found] == ["before", "first", "second"]
    assert len({event.key for event in found}) == 3
    assert found[1].message == first
    assert found[1].author == aya
    later = [event.text async for event in c.chat.history(c.driver.place, found[1].at)]
    assert later == ["second"]


async def history_reads_answers_too(c: ChatUnderTest) -> None:
    aya, ken = await c.driver.join("Aya"), await c.driver.join("Ken")
    asked = await c.driver.say(aya, "how?")
    await c.driver.say(ken, "so", reply_to=asked)
    found = [event async for event in c.chat.history(c.driver.place, soon())]
    assert {event.text for event in found} == {"how?", "so"}
    answer = next(event for event in found if event.text == "so")
    assert answer.reply_to == asked.id


async def a_link_leads_to_a_message(c: ChatUnderTest) -> None:
    posted = await c.chat.post(c.driver.place, card("here"), key="contract-1")
    other = await c.chat.post(c.driver.place, card("there"), key="contract-2")
    assert c.chat.link(posted).startswith("https://")
    assert c.chat.link(posted) != c.chat.link(other)


async def a_late_answer_is_said_privately(c: ChatUnderTest) -> None:
    aya = await c.driver.join("Aya")
    reply = await c.driver.command(aya)
    await c.chat.answer(reply, Nothing())
    await c.chat.answer(reply, Say(card("only you")))
    assert any("only you" in text for text in c.driver.private(aya))
    assert c.driver.standing(c.driver.place) == []


async def a_late_redraw_reaches_what_was_pressed(c: ChatUnderTest) -> None:
    aya = await c.driver.join("Aya")
    posted = await c.chat.post(c.driver.place, card("0 going", "go:1"), key="contract-1")
    reply = await c.driver.press(aya, posted, "go:1")
    await c.chat.answer(reply, Redraw(card("1 going", "go:1")))
    assert "1 going" in (c.driver.shown(posted) or "")


async def a_late_refusal_of_a_form_is_said_by_its_card(c: ChatUnderTest) -> None:
    aya = await c.driver.join("Aya")
    reply = await c.driver.command(aya)
    form = Form(id="f", title="F", fields=(Line(key="name", label="Name"),), submit="Send", cancel="Cancel")
    await c.chat.answer(reply, Invalid({"name": "Too short."}, form, card("Too short.", "again")))
    assert any("Too short." in text for text in c.driver.private(aya))


async def a_reply_of_another_making_is_refused(c: ChatUnderTest) -> None:
    with pytest.raises(RefusedError):
        await c.chat.answer("not ours", Say(card("hello")))


CASES: tuple[Case, ...] = (
    it_serves_its_workspace,
    a_post_stands_where_it_was_put,
    a_post_is_found_by_its_key_and_by_no_other,
    a_post_without_reply_is_uncertain_and_stands_once,
    a_slowed_down_post_says_how_long,
    a_post_nowhere_is_refused,
    a_post_for_one_reader_is_seen_by_that_reader,
    what_members_wrote_stays_as_it_is,
    a_badge_is_pinged_only_where_the_card_says_so,
    an_unknown_badge_is_shown_by_name_and_pings_nobody,
    no_words_of_a_member_ping_a_badge,
    a_redraw_replaces_and_may_be_repeated,
    a_removal_may_be_repeated,
    a_direct_message_reaches_one_member,
    a_thread_on_a_message_takes_more_posts,
    a_thread_in_a_channel_has_its_first_card,
    a_private_thread_holds_its_members,
    a_reaction_may_be_repeated_and_taken_back,
    a_member_is_looked_up_and_listed,
    a_badge_is_given_and_taken_by_name_or_id,
    an_invitation_may_be_repeated,
    the_places_are_listed,
    a_file_stands_at_its_place,
    a_home_tab_is_shown_where_there_is_one,
    a_native_event_has_an_id_where_there_are_such,
    history_holds_what_was_said_since_then,
    history_reads_answers_too,
    a_link_leads_to_a_message,
    a_late_answer_is_said_privately,
    a_late_redraw_reaches_what_was_pressed,
    a_late_refusal_of_a_form_is_said_by_its_card,
    a_reply_of_another_making_is_refused,
)


def name(case: Case) -> str:
    """Return a case's sentence, for the test's id."""
    return getattr(case, "__name__", repr(case))
