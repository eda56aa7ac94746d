"""Lets two members be one with everything that others see of it: seats, posts, thanks; and lets one be two again."""

from __future__ import annotations

from dataclasses import replace

from chat.effects import PostedAs, Remove
from chat.ids import UserRef
from community.people.linking import kept_of
from community.people.members import Account, Member
from community.seats.commands import Link
from community.thanks.giving import State
from handlers.context import Context
from handlers.home import refresh_home
from handlers.introductions import introduction_key, publish
from handlers.known import load_known
from handlers.meetups.steps import act
from handlers.membership.linked import offer_freed, part_seats, share_seat
from handlers.readers import account_to_reach, as_reader
from handlers.thanks.steps import LAPSE, withdraw
from handlers.waiting import withdraw as stop_watching
from storage.activity import Fact

STANDING = "standing"


async def link(ctx: Context, first: Member, second: Member) -> tuple[Member, int]:
    """Make two members one, and return that one, with the number that is nobody's any more."""
    kept, gone = kept_of(first, second)
    await share_seat(ctx, first, second)
    await _take_thanks_back(ctx, kept.id, gone.id)
    await _take_introduction_down(ctx, kept.id, gone.id)
    for meetup in await ctx.db.links.seats_of(gone.id):
        if stored := await ctx.db.meetups.get(meetup):
            await act(ctx, stored, Link(kept=kept.id, gone=gone.id))
    await ctx.db.start_over()
    await ctx.db.links.merge(kept, gone, ctx.now)
    await ctx.db.start_over()
    fact = Fact("member.linked", ctx.now, kept.id, subject=f"member:{kept.id}", data={"gone": gone.id})
    ctx.db.activity.record(fact, key=f"member.linked:{gone.id}")
    member = await _again(ctx, kept.id)
    await show_anew(ctx, member)
    await offer_freed(ctx)
    return member, gone.id


async def unlink(ctx: Context, member: Member, account: UserRef) -> tuple[Member, Member]:
    """Let an account be a member of its own, and return who stays and who went."""
    await ctx.db.start_over()
    fresh = await ctx.db.links.unlink(member, account, ctx.now)
    return await after_split(ctx, member.id, fresh)


async def take_back(ctx: Context, member: Member, gone: int, *, gone_stays: bool) -> tuple[Member, Member] | None:
    """Undo a link that was not this person's; None where there is nothing to undo any more."""
    await ctx.db.start_over()
    fresh = await ctx.db.links.take_back(member, gone, ctx.now, gone_stays=gone_stays)
    return None if fresh is None else await after_split(ctx, member.id, fresh)


async def after_split(ctx: Context, stays: int, fresh: int) -> tuple[Member, Member]:
    """Log that one member is two, and draw what both see."""
    await ctx.db.start_over()
    fact = Fact("member.unlinked", ctx.now, stays, subject=f"member:{stays}", data={"fresh": fresh})
    ctx.db.activity.record(fact, key=f"member.unlinked:{fresh}")
    members = await _again(ctx, stays), await _again(ctx, fresh)
    for member in members:
        await show_anew(ctx, member)
    await part_seats(ctx, *members)
    return members


async def show_anew(ctx: Context, member: Member) -> None:
    """Draw a member's introduction and home tabs as they are now."""
    account = account_to_reach(member)
    stands = await ctx.db.profiles.introduction(member.id)
    if account is not None and stands is not None and stands.state == STANDING:
        await publish(ctx, as_reader(member, account, ctx.config))
    for one in member.accounts:
        if one.left_at is None:
            await refresh_home(ctx, await load_known(ctx, as_reader(member, one, ctx.config)))


def account_that(member: Member, user: UserRef) -> Account | None:
    """Return a member's account."""
    return next((account for account in member.accounts if account.user == user), None)


async def _again(ctx: Context, member_id: int) -> Member:
    member = await ctx.db.people.by_id(member_id)
    if member is None:  # it was there a moment ago, in this very transaction
        raise LookupError(f"member {member_id} vanished")
    return member


async def _take_thanks_back(ctx: Context, kept: int, gone: int) -> None:
    """Nobody thanks themselves: what stands between the two is taken back, with what was said of it."""
    for thanks_id in await ctx.db.links.thanks_between(kept, gone):
        thanks = await ctx.db.thanks.get(thanks_id)
        if thanks is not None and thanks.state is State.GIVEN:
            await withdraw(ctx, thanks, key=f"linked:{gone}")
        elif thanks is not None:
            await ctx.db.thanks.lapse(thanks.id)
            await ctx.db.timers.drop(LAPSE, thanks.id)


async def _take_introduction_down(ctx: Context, kept: int, gone: int) -> None:
    """Take the second of two introductions down: one member has one."""
    own, theirs = await ctx.db.profiles.introduction(kept), await ctx.db.profiles.introduction(gone)
    if own is None or theirs is None or own.state == "removed" or theirs.state != STANDING:
        return
    key = introduction_key(gone, theirs.round)
    if not await ctx.db.outbox.cancel(key):
        ctx.db.outbox.add(Remove(PostedAs(key)), key=f"un{key}")
    await ctx.db.profiles.save_introduction(gone, replace(theirs, state="removed", shown=None))
    await stop_watching(ctx, gone, "introduction")
