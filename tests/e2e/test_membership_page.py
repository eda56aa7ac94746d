"""A full community, as people at the page see it: three wait, a seat is offered, lapses, and goes to the next."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from bot.demo import sandbox_tables
from locales import Translator, translator
from sandbox.discord.permissions import Permission
from sandbox.server import Sandbox
from sandbox.things import Channel, ChannelKind, Role, Space
from tests.e2e.visit import BROWSER, PAIRS, WAIT_MS, Visitor, visit

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="no Chromium here: the page cannot be looked at"),
    pytest.mark.timeout(240),
]
expect.set_options(timeout=WAIT_MS)

LOBBY, INSIDE, OUTSIDE = "lobby", "members", "lobby-guests"
APPLICANTS = {"ja": ("sora", "riku", "emma"), "en": ("emma", "sora", "riku")}
LANGUAGES = {"sora": "ja", "riku": "ja", "emma": "en"}
PURPOSE = {"sora": "テストの書き方を学びたくて", "riku": "仲間がほしくて", "emma": "To learn how to write tests"}
SEE = str(int(Permission.VIEW_CHANNEL))
LAPSED = (
    (
        "The seat went to somebody else. Your application goes on: when it is your turn, I offer you one again "
        "({n} more time at most)."
    ),
    (
        "The seat went to somebody else. Your application goes on: when it is your turn, I offer you one again "
        "(up to {n} more times)."
    ),
)


def furnish(sandbox: Sandbox) -> dict[str, Any]:
    """Let there be a lobby, and on the server roles that tell who is in; the community is as large as its cap."""
    world = sandbox.world
    key = f"C{LOBBY.upper()}"
    extra = {"created": int(world.now().timestamp()), "creator": sandbox.workspace.bot}
    slack = Channel(key, sandbox.workspace.id, LOBBY, ChannelKind.TEXT, {sandbox.workspace.bot}, extra=extra)
    world.add_channel(slack)
    close_server(sandbox, sandbox.server)
    people = sum(
        1
        for space in sandbox.spaces
        for account in space.accounts.values()
        if not account.is_bot and not account.left_at
    )
    tables = sandbox_tables(sandbox, "", 0)
    found = {"community": [{**tables["community"][0], "membership": {"cap": people}}]}
    for platform in ("slack", "discord"):
        section = tables[platform][0]
        found[platform] = [{**section, "channels": {**section["channels"], "lobby": LOBBY}}]
    found["discord"][0] |= {"member_badge": INSIDE, "lobby_badge": OUTSIDE}
    return found


def close_server(sandbox: Sandbox, server: Space) -> None:
    """Show the channels to members alone and the lobby to those who wait alone, as docs/membership.md says."""
    world = sandbox.world
    roles = {role.name: role.id for role in server.roles.values()}
    for n, name in enumerate((INSIDE, OUTSIDE)):
        roles[name] = world.add_role(Role(f"11213000000000099{n}0", server.id, name, position=1)).id
    for account in list(server.accounts.values()):
        if not account.is_bot:
            world.give_role(server.id, account.user_id, roles[INSIDE])
    team = [roles["moderator"], next(role.id for role in server.roles.values() if role.extra.get("managed"))]
    for channel in list(server.channels.values()):
        if channel.kind in {ChannelKind.TEXT, ChannelKind.FORUM}:
            channel.extra["permission_overwrites"] = seen_by(server, roles[INSIDE], *team)
    lobby = Channel("1121300000000009999", server.id, LOBBY, ChannelKind.TEXT)
    lobby.extra["permission_overwrites"] = seen_by(server, roles[OUTSIDE], *team)
    world.add_channel(lobby)


def seen_by(server: Space, *roles: str) -> list[dict[str, Any]]:
    """Return the overwrites that show a channel to some roles alone."""
    closed = {"id": server.id, "type": 0, "allow": "0", "deny": SEE}
    return [closed, *({"id": role, "type": 0, "allow": SEE, "deny": "0"} for role in roles)]


@pytest.mark.parametrize(("platform", "language"), PAIRS)
async def test_a_seat_is_offered_lapses_and_goes_to_the_next(platform: str, language: str, tmp_path: Path) -> None:
    first, second, third = APPLICANTS[language]
    async with visit(tmp_path, platform, first, language, furnish=furnish) as visitor:
        for person in (first, second, third):
            await visitor.become(person)
            await apply(visitor, person)
        await visitor.become_member(second)
        await see_place(visitor, second, 2)
        await raise_cap(visitor)

        await visitor.become_member(first)
        offer = await see_offer(visitor, first)
        await visitor.picture("offer")
        for _ in range(5):
            await visitor.page.get_by_test_id("clock-day").click()
        t = translator(LANGUAGES[first])
        await visitor.restart_bot()  # kill -9: the offer's end is a row
        await expect(visitor.said(t.n(*LAPSED, 2).plain())).to_have_count(1)
        await visitor.picture("lapsed")

        await visitor.become_member(second)
        offer = await see_offer(visitor, second)
        t = translator(LANGUAGES[second])
        await offer.get_by_role("button", name=t.line("Take my seat")).click()
        await visitor.once(t.line("Welcome! The doors are opening; a short greeting comes next."))
        await visitor.picture("taken")
        await see_welcome(visitor, t)
        await visitor.picture("welcomed")

        await visitor.become_member("makoto")
        await visitor.open("moderators")
        await visitor.write("/community waitlist")
        shown = visitor.said(translator("ja").line("Waiting for a seat")).last
        await expect(shown).to_contain_text(visitor.sandbox.world.people[third].name)
        await expect(shown).not_to_contain_text(visitor.sandbox.world.people[second].name)
        await visitor.picture("waitlist")
        nothing_in_public(visitor)


async def apply(visitor: Visitor, person: str) -> None:
    """Come, be told in private that the community is full, and send the form."""
    t = translator(LANGUAGES[person])
    await visitor.join()
    if visitor.platform == "slack":
        await visitor.open(LOBBY)
    else:
        await visitor.pane.locator(".deep .place.fresh").click()
        await expect(visitor.pane.locator(".self .role", has_text=OUTSIDE)).to_be_visible()
    card = visitor.said(t.line("Good that you are here"))
    await expect(card).to_have_count(1)
    await visitor.picture("lobby")
    await card.get_by_role("button", name=t.line("Apply for a seat")).click()
    await visitor.field("purpose").fill(PURPOSE[person])
    await visitor.picture("form")
    await visitor.sent()
    await expect(visitor.said(t.line("Your place in line")).last).to_be_visible()
    await visitor.picture("applied")


async def see_place(visitor: Visitor, person: str, place: int) -> None:
    """Ask for one's place."""
    t = translator(LANGUAGES[person])
    await visitor.open(LOBBY)
    await visitor.write("/tsudoi me")
    shown = visitor.said(t.line("You are number {place} of {length}.", place=place, length=3)).last
    await expect(shown).to_be_visible()


async def raise_cap(visitor: Visitor) -> None:
    """Let a moderator look at the line and raise the cap by one."""
    t = translator("ja")
    await visitor.become_member("makoto")
    await visitor.open("moderators")
    card = visitor.said(t.line("An application for a seat"))
    await expect(card).to_have_count(3)
    await visitor.picture("applications")
    cap = visitor.sandbox.world
    people = sum(1 for space in cap.spaces.values() for a in space.accounts.values() if not a.is_bot) - 3
    await visitor.write(f"/community waitlist cap:{people + 1}")
    preview = visitor.said(t.n("{n} seat is offered at once: {names}", "{n} seats are offered at once: {names}", 1,
                               names="").plain()[:8]).last  # fmt: skip
    await expect(preview).to_be_visible()
    await visitor.picture("cap")
    await visitor.pane.get_by_role("button", name=t.line("Set the cap")).last.click()
    await expect(visitor.said(t.line("The cap is {cap} now.", cap=people + 1)).last).to_be_visible()


async def see_offer(visitor: Visitor, person: str) -> Locator:
    """See the offer in the conversation with the bot."""
    t: Translator = translator(LANGUAGES[person])
    await visitor.open_bot()
    card = visitor.said(t.line("A seat has become free, and it is kept for you."))
    await expect(card).to_have_count(1)
    return card


async def see_welcome(visitor: Visitor, t: Translator) -> None:
    """See the welcome of newcomers where it is given, as if one had joined just now."""
    if visitor.platform == "slack":
        await visitor.open("general")
    else:
        await expect(visitor.pane.locator(".self .role", has_text=INSIDE)).to_be_visible()
        await expect(visitor.pane.locator(".self .role", has_text=OUTSIDE)).to_have_count(0)
        threads = visitor.pane.locator(".deep .place.fresh")  # the lobby's is fresh, too: its card was drawn anew
        await threads.filter(has_not_text=t.line("Your place in line")).click()
    await expect(visitor.pane.get_by_role("button", name=t.line("Start")).last).to_be_visible()


def nothing_in_public(visitor: Visitor) -> None:
    """See that the bot said nothing of those who wait where others read it."""
    names = [visitor.sandbox.world.people[person].name for person in APPLICANTS["ja"]]
    for space in visitor.sandbox.spaces:
        open_ones = {c.id for c in space.channels.values() if c.kind in {ChannelKind.TEXT, ChannelKind.FORUM}}
        for held in space.messages.values():
            for message in held:
                if message.author == space.bot and message.channel in open_ones and message.only_for is None:
                    assert not any(name in message.text + str(message.body) for name in names), message
