"""Reaches who waits, in private: one way after the other until one gets through, and never before all eyes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from chat.card import Accent, Card, Footnote, Text, Title
from chat.effects import DirectMessage, Effect, OpenThread, Post, ShowHome
from chat.ids import Place, Workspace
from chat.text import Code
from community.membership.values import Application, Standing
from community.people.members import Member
from community.people.onboarding import Rung
from community.signals import EffectSettled
from handlers.context import Context
from handlers.dead_letters import REASON, bring_to_moderators
from handlers.membership.cards import home_card, notice_card, place_card
from handlers.membership.looking import Placed, placed
from handlers.readers import Reader, account_in, as_reader, settings_of
from locales import translator

DOORS_OPEN = timedelta(seconds=3)  # a badge and a channel come first: words behind a closed door reach nobody
KEY = "lobby"  # what the keys of these effects begin with
HELLO = "hello:wait"  # those of the answers to what somebody writes who waits


class Notice(StrEnum):
    """What somebody who waits is told without having asked."""

    LOBBY = "lobby"  # the community is full
    FREE = "free"  # a seat is, that nobody in the line is offered
    OFFERED = "offered"
    REMIND = "remind"
    LAPSED = "lapsed"
    CLOSED = "closed"
    DECLINED = "declined"
    RESTORED = "restored"
    SEATED = "seated"  # without a press of their own
    LINKED = "linked"  # by the seat of another account of theirs


IN = frozenset({Notice.SEATED, Notice.LINKED})
_STILL = {  # a notice whose time is over is not sent again by another way
    Notice.LOBBY: {Standing.WAITING},
    Notice.FREE: {Standing.WAITING},
    Notice.OFFERED: {Standing.OFFERED},
    Notice.REMIND: {Standing.OFFERED},
    Notice.LAPSED: {Standing.APPLIED},
    Notice.CLOSED: {Standing.CLOSED},
    Notice.DECLINED: {Standing.DECLINED},
    Notice.RESTORED: {Standing.APPLIED, Standing.WAITING},
    Notice.SEATED: {Standing.SEATED},
    Notice.LINKED: {Standing.SEATED},
}


def still_so(one: Application, notice: Notice) -> bool:
    """Say whether a notice is still true."""
    return one.standing in _STILL[notice]


def lobby_of(ctx: Context, workspace: Workspace) -> Place | None:
    """Return the channel where those wait who have no seat, where the bot can see it."""
    settings = settings_of(ctx.config, workspace)
    return ctx.channel(workspace, settings.channels.lobby) if settings else None


def without_lobby(ctx: Context) -> bool:
    """Say whether there is a workspace where those who wait have no channel of their own."""
    return any(lobby_of(ctx, settings.workspace) is None for settings in ctx.config.workspaces)


def rungs(ctx: Context, workspace: Workspace, notice: Notice) -> tuple[Rung, ...]:
    """Return the ways to reach somebody who waits. What has a deadline goes where it stays: ephemeral words do not."""
    able = ctx.chat.capabilities(workspace)
    near: tuple[Rung, ...] = ()
    if notice in IN:  # the lobby closes behind them, and the welcome has ways of its own
        return (Rung.DIRECT,)
    if lobby_of(ctx, workspace) is not None:
        near = (Rung.PRIVATE_POST,) if able.private_posts else (Rung.PRIVATE_THREAD,) if able.private_threads else ()
    ways = (*near, Rung.DIRECT) if notice is Notice.LOBBY else (Rung.DIRECT, *near)
    return (*ways, Rung.HOME) if able.home_tab else ways


async def send_notice(ctx: Context, application: Application, notice: Notice, *, due: datetime | None = None) -> None:
    """Tell somebody who waits, by the first way there is."""
    who = await waiting_reader(ctx, application)
    if who is None:
        return
    ways = rungs(ctx, application.account.home, notice)
    stamp = int(ctx.now.timestamp())
    await _send(ctx, who, application, notice, rung=ways[0], stamp=stamp, due=due)


async def send_free(ctx: Context, applications: Iterable[Application]) -> None:
    """Tell all these that a seat is free, however many they are: nothing is looked up for each of them."""
    told = {one.member: one for one in applications}
    stamp = int(ctx.now.timestamp())
    for member in await ctx.db.people.by_ids(told):
        one = told[member.id]
        who = _reader_of(ctx, one, member)
        if who is not None:
            rung = rungs(ctx, one.account.home, Notice.FREE)[0]
            _queue(ctx, who, Placed(one, None, 0, free=True, about=None), Notice.FREE, rung=rung, stamp=stamp)


async def end_offer(ctx: Context, application: Application) -> None:
    """Take back what is not sent yet of an offer that is over."""
    if application.offered_at is None:
        return
    began = int(application.offered_at.timestamp())
    keys = [
        key
        for notice in (Notice.OFFERED, Notice.REMIND)
        for key in await ctx.db.outbox.keyed(f"{KEY}:{application.id}:{notice}:")
        if int(key.split(":")[3]) >= began
    ]
    await ctx.db.outbox.cancel(*keys)


async def waiting_reader(ctx: Context, application: Application) -> Reader | None:
    """Return who waits, as the reader of what goes to the account with which they came; none: they left."""
    return _reader_of(ctx, application, await ctx.db.people.by_id(application.member))


def _reader_of(ctx: Context, application: Application, member: Member | None) -> Reader | None:
    account = account_in(member, application.account.home) if member else None
    return as_reader(member, account, ctx.config) if member and account else None


async def _send(
    ctx: Context,
    who: Reader,
    application: Application,
    notice: Notice,
    *,
    rung: Rung,
    stamp: int,
    due: datetime | None = None,
) -> None:
    _queue(ctx, who, await placed(ctx, application), notice, rung=rung, stamp=stamp, due=due)


def _queue(
    ctx: Context, who: Reader, seen: Placed, notice: Notice, *, rung: Rung, stamp: int, due: datetime | None = None
) -> None:
    effect = _effect(ctx, who, seen, notice, rung)
    if effect is not None:
        key = f"{KEY}:{seen.application.id}:{notice}:{stamp}:{rung}"
        ctx.db.outbox.add(effect, key=key, due=due, report=True)


def _effect(ctx: Context, who: Reader, seen: Placed, notice: Notice, rung: Rung) -> Effect | None:
    user, lobby = who.account.user, lobby_of(ctx, who.account.user.home)
    card = notice_card(ctx, who, seen, notice.value)
    match rung:
        case Rung.DIRECT:
            return DirectMessage(user, card)
        case Rung.HOME:
            return ShowHome(user, home_card(who, place_card(ctx, who, seen)))
        case Rung.PRIVATE_POST if lobby:
            return Post(lobby, card, only_for=user)
        case Rung.PRIVATE_THREAD if lobby:
            return OpenThread(lobby, who.t.line("Your place in line"), card, private_for=(user,))
    return None


async def note_notice(ctx: Context, event: EffectSettled) -> None:
    """Go on to the next way where one did not get through; at the end, tell the moderators."""
    if event.ok:
        return
    _, number, notice_name, stamp, rung_name = event.effect_key.split(":")
    application, notice, rung = await ctx.db.applications.by_id(int(number)), Notice(notice_name), Rung(rung_name)
    if application is None or not still_so(application, notice) or notice in IN:
        return
    who = await waiting_reader(ctx, application)
    if who is None:
        return
    ways = rungs(ctx, application.account.home, notice)
    following = ways[ways.index(rung) + 1 :] if rung in ways else ()
    if following:
        await _send(ctx, who, application, notice, rung=following[0], stamp=int(stamp))
        return
    t = translator(ctx.config.language)
    card = Card(
        parts=(
            Title(t.line("Somebody who waits could not be reached")),
            Text(t("I could not write to {who}, who waits for a seat. Please tell them yourself.", who=who.mention)),
            Footnote(t("The chat said: {reason}", reason=Code(event.reason[:REASON] or "?"))),
        ),
        accent=Accent.ALERT,
    )
    bring_to_moderators(ctx, card, key=f"{KEY}:{application.id}", near=application.account.home)
