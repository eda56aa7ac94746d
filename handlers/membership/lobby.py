"""The one door: whatever somebody does who has no seat is taken aside here, before any other feature hears of it.

So nothing they write is a question, a first post or thanks, nothing they do is counted, and nobody else hears of them.
Presses, forms and commands go on: who may use them is said in ``community.permissions``.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from chat.answers import Answer, Nothing, Say
from chat.effects import DirectMessage, Invite, SetBadge
from chat.events import (
    ActionPressed,
    ChannelEntered,
    ChannelLeft,
    CommandUsed,
    FormSubmitted,
    HomeOpened,
    Interaction,
    MemberJoined,
    MemberLeft,
    MessageEdited,
    MessagePosted,
    Reacted,
)
from chat.ids import Profile, UserRef
from community.membership.commands import Admit, Settle, Withdraw
from community.membership.decisions import Tell
from community.membership.line import must_wait
from community.membership.values import OPEN, Application, Standing, waits_for_morning
from community.people.members import Account, Member
from community.people.onboarding import Stage
from handlers.context import Context
from handlers.membership.cards import place_card, with_ways
from handlers.membership.desk_card import draw_desk_card
from handlers.membership.looking import load_roll, placed
from handlers.membership.night import TELL, note_awake
from handlers.membership.notices import DOORS_OPEN, HELLO, Notice, lobby_of, send_notice
from handlers.membership.steps import BADGE, DOOR, answer_card, carry_out, tell_now
from handlers.membership.theirs import draw_home, draw_theirs
from handlers.readers import as_reader, is_moderator, reader, settings_of
from storage.codec import Arrival

ONCE_IN = timedelta(hours=1)  # somebody who writes line by line gets one answer
OWN = frozenset({"", "help", "me"})  # of /tsudoi: what these say to who has a seat would not fit
TAKEN = Nothing()


async def take_aside(ctx: Context, arrival: Arrival) -> Answer | None:
    """Return what is said to somebody without a seat; None: everything goes its usual way."""
    one: Application | None = None
    if isinstance(arrival, Interaction | MessagePosted | Reacted):
        one = await _application(ctx, arrival.author if isinstance(arrival, MessagePosted) else arrival.user)
        told = one is not None and await _wake(ctx, arrival, one)
        if told and isinstance(arrival, MessagePosted) and arrival.direct:
            return TAKEN  # what waited for them stands below what they wrote: that is the answer
    match arrival:
        case MemberJoined():
            return await _come(ctx, arrival)
        case ChannelEntered(user=user, place=place, at=at):
            return await _enter(ctx, user, at, is_landing=place.top == _landing(ctx, user))
        case MessagePosted() | Reacted():
            pass
        case CommandUsed(command="tsudoi", sub=sub) if sub in OWN:
            pass
        case MessageEdited(author=user):
            one = await _application(ctx, user)
        case MemberLeft(user=user) | ChannelLeft(user=user) | HomeOpened(user=user):
            one = await _application(ctx, user)
        case _:
            return None
    return await _instead(ctx, arrival, one) if one is not None else None


async def _wake(ctx: Context, arrival: Interaction | MessagePosted | Reacted, one: Application) -> bool:
    """Note that somebody without a seat is awake; says whether something that waited for their morning comes now.

    Where they are answered with how they stand, it is on that (``steps.answer_card``), and comes once.
    """
    if not await note_awake(ctx, one, arrival.at):
        return False
    if _says_place(arrival):
        return False
    if waits_for_morning(one):
        decision = await carry_out(ctx, Settle())
        return decision.tells.get(one.member) is Tell.OFFERED
    told = False
    if (waits := await ctx.db.timers.take(TELL, one.id)) is not None:
        told = await tell_now(ctx, one, waits)
        await draw_desk_card(ctx, one)
    return told


def _says_place(arrival: Interaction | MessagePosted | Reacted) -> bool:
    match arrival:
        case CommandUsed(command="tsudoi", sub=sub):
            return sub in OWN
        case ActionPressed(action=name) | FormSubmitted(form=name):
            return name.startswith("lobby_")
    return False


async def _instead(ctx: Context, arrival: Arrival, one: Application) -> Answer:
    """Do what is done for somebody without a seat."""
    match arrival:
        case MemberLeft():
            await _leave(ctx, arrival, one)
        case MessagePosted(direct=True):
            await _answer(ctx, arrival, one)
        case HomeOpened():
            await draw_home(ctx, one)
        case CommandUsed():
            who = await reader(ctx, arrival)
            card = await answer_card(ctx, who, one)
            return Say(with_ways(who, card) if arrival.sub == "help" else card)
    return TAKEN


async def _application(ctx: Context, user: UserRef) -> Application | None:
    """Return the application of somebody who has no seat."""
    if not await ctx.db.applications.waiting_ids():  # the usual case costs one question for a whole group of events
        return None
    member = await ctx.db.people.by_user(user)
    if member is None or not await ctx.db.applications.is_waiting(member.id):
        return None
    return await ctx.db.applications.of(member.id)


# ---- coming and going


async def _come(ctx: Context, event: MemberJoined) -> Answer | None:
    """Let a newcomer wait where the community is full."""
    profile = event.member
    known, one = await ctx.db.people.by_user(profile.user), await _application(ctx, profile.user)
    if profile.is_bot or _is_team(ctx, profile):  # the team never waits; some were seen before their rights were told
        if one is not None:
            await ctx.db.people.record_join(profile, event.at)
            await ctx.db.applications.save([replace(one, standing=Standing.SEATED)])
        return None
    if one is None and not (ctx.config.membership.cap and await _is_new(ctx, known, profile.user)):
        return None
    full = await is_full(ctx, known)
    if one is None and not full:
        return None
    joined = await ctx.db.people.record_join(profile, event.at)
    if one is not None and one.standing in OPEN and not joined.is_back:
        return TAKEN  # seen in the landing channel a moment before the join was told
    referrer = await ctx.db.people.by_user(event.referrer) if event.referrer else None
    member_id = joined.member.id
    await ctx.db.onboarding.record_newcomer(member_id, referrer=referrer.id if referrer else None, via=event.via)
    if full or (one is not None and one.standing is Standing.DECLINED):
        await let_wait(ctx, joined.member, profile.user, one)
    else:
        await ctx.db.applications.arrive(member_id, profile.user, ctx.now)
        await carry_out(ctx, Admit(member_id, None))
    return TAKEN


def _is_team(ctx: Context, profile: Profile) -> bool:
    told = profile.badges or frozenset()
    account = Account(profile.user, "", is_admin=profile.is_admin, is_owner=profile.is_owner, badges=told)
    return is_moderator(account, ctx.config)


async def _enter(ctx: Context, user: UserRef, at: datetime, *, is_landing: bool) -> Answer | None:
    """Take aside who waits; somebody never seen who enters the landing channel has just come, and waits, too."""
    if await _application(ctx, user):
        return TAKEN
    if not (is_landing and ctx.config.membership.cap) or ctx.chat.is_bot(user.home, user.id):
        return None
    if await ctx.db.people.by_user(user) is not None or not await is_full(ctx, None):
        return None
    await let_wait(ctx, await ctx.db.people.ensure(user, "", at), user, None)
    return TAKEN


async def _is_new(ctx: Context, known: Member | None, user: UserRef) -> bool:
    """Say whether a join is the coming of somebody: a second account of a member who is here brings nobody new."""
    if known is None or known.left_at is not None:
        return True
    if any(account.left_at is None and account.user != user for account in known.accounts):
        return False
    return Stage.JOINED not in await ctx.db.onboarding.stages(known.id)


async def is_full(ctx: Context, newcomer: Member | None) -> bool:
    """Say whether a newcomer has to wait, once whoever was before them has been asked."""
    await carry_out(ctx, Settle())
    return must_wait(await load_roll(ctx, without=newcomer.id if newcomer else None))


async def let_wait(ctx: Context, member: Member, user: UserRef, one: Application | None) -> None:
    """Let somebody wait in the lobby from now on."""
    declined = one is not None and one.standing is Standing.DECLINED  # coming again does not undo that
    one = one if one and declined else await ctx.db.applications.arrive(member.id, user, ctx.now)
    for account in member.accounts:
        if account.left_at is None:
            _close_doors(ctx, account.user, one)
    if not declined:
        await send_notice(ctx, one, Notice.LOBBY, due=ctx.now + DOORS_OPEN)
    await draw_theirs(ctx, one)


def _close_doors(ctx: Context, user: UserRef, one: Application) -> None:
    """Swap the badges of an account that waits, and show it into the lobby."""
    settings = settings_of(ctx.config, user.home)
    key = f"{user.platform}:{user.id}:{one.id}:{int(ctx.now.timestamp())}"
    if settings and settings.lobby_badge:
        ctx.db.outbox.add(SetBadge(user, settings.lobby_badge), key=f"{BADGE}:wait:{key}", report=True)
    if settings and settings.member_badge:
        gone = SetBadge(user, settings.member_badge, on=False)
        ctx.db.outbox.add(gone, key=f"{BADGE}:back:{key}", report=True)
    lobby = lobby_of(ctx, user.home)
    if lobby and ctx.chat.capabilities(user.home).private_posts:  # elsewhere the badge opens the lobby
        ctx.db.outbox.add(Invite(user, lobby), key=f"{DOOR}:lobby:{key}", report=True)


async def _leave(ctx: Context, event: MemberLeft, one: Application) -> None:
    """Let somebody go who waited; nobody hears of it."""
    member = await ctx.db.people.record_leave(event.user, event.at)
    if member is not None and member.left_at is not None and one.standing in OPEN:
        await carry_out(ctx, Withdraw(member.id))


async def _answer(ctx: Context, event: MessagePosted, one: Application) -> None:
    """Answer who writes to the bot in private, once an hour: how they stand."""
    member = await ctx.db.people.by_user(event.author)
    account = next((a for a in member.accounts if a.user == event.author), None) if member else None
    if member and account and not event.by_bot and ctx.now - event.at <= ONCE_IN:
        card = place_card(ctx, as_reader(member, account, ctx.config), await placed(ctx, one))
        ctx.db.outbox.add(DirectMessage(account.user, card), key=f"{HELLO}:{one.id}:{ctx.now:%Y-%m-%dT%H}")


def _landing(ctx: Context, user: UserRef) -> object:
    settings = settings_of(ctx.config, user.home)
    return ctx.channel(user.home, settings.channels.welcome) if settings else None
