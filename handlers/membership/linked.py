"""Two accounts that become one member have one seat; and an account that came in by that waits again when they part."""

from __future__ import annotations

from msgspec.structs import replace

from community.membership.commands import Settle
from community.membership.values import Standing
from community.people.members import Member
from handlers.context import Context
from handlers.membership.desk_card import draw_desk_card
from handlers.membership.lobby import is_full, let_wait
from handlers.membership.notices import Notice, end_offer, send_notice
from handlers.membership.steps import TIMERS, carry_out, open_doors
from handlers.membership.theirs import draw_theirs
from handlers.readers import account_of, account_to_reach, is_staff


async def share_seat(ctx: Context, first: Member, second: Member) -> None:
    """Let who waits in by the seat of whom they are linked to, before the two become one.

    All their accounts bear a mark from then on: whichever of several is unlinked one day, the seat stays the other's.
    """
    waiting = await ctx.db.applications.waiting_ids()
    waits = [member for member in (first, second) if member.id in waiting]
    if len(waits) != 1:
        return
    one = await ctx.db.applications.of(waits[0].id)
    if one is None:
        return
    await end_offer(ctx, one)
    seated = replace(one, standing=Standing.SEATED, offered_at=None, claim_until=None, rests_until=None)
    seated = replace(seated, decided_at=ctx.now, decided_by=None, reason=None)
    await ctx.db.applications.save([seated])
    await ctx.db.applications.let_in_by_link(waits[0].id, by_link=True)
    for timer in TIMERS:
        await ctx.db.timers.drop(timer, one.id)
    open_doors(ctx, waits[0], seated)
    await draw_desk_card(ctx, seated)
    await send_notice(ctx, seated, Notice.LINKED)
    await draw_theirs(ctx, seated, was=one, by=Notice.LINKED)


async def offer_freed(ctx: Context) -> None:
    """Offer the seat that is free because two who had one each are one member now."""
    await carry_out(ctx, Settle())


async def part_seats(ctx: Context, stays: Member, fresh: Member) -> None:
    """Let accounts wait again that had come in by being linked, where the community is full."""
    one = await ctx.db.applications.of(stays.id)
    if one is not None and account_of(fresh, one.account):  # what was answered goes with the account that did
        await ctx.db.applications.hand_over(one.id, fresh.id)
    for side in (stays, fresh):
        if {account.user for account in side.accounts} <= await ctx.db.applications.came_by_link(side.id):
            await _stand_alone(ctx, side)


async def _stand_alone(ctx: Context, member: Member) -> None:
    await ctx.db.applications.let_in_by_link(member.id, by_link=False)
    account = account_to_reach(member)
    if account is None or is_staff(member, ctx.config) or not ctx.config.membership.cap:
        return
    if await is_full(ctx, member):
        await let_wait(ctx, member, account.user, None)
