"""Two accounts that become one member have one seat; and an account that came in by that waits again when they part."""

from __future__ import annotations

from msgspec.structs import replace

from community.members import Member
from community.membership_commands import Settle
from community.membership_values import Standing
from handlers.context import Context
from handlers.membership.desk_card import draw_desk_card
from handlers.membership.lobby import is_full, let_wait
from handlers.membership.steps import LAPSE, REMIND, REST, carry_out, draw_home, open_doors
from handlers.readers import account_of, is_staff

LINKED = "linked"  # the reason of a seat that was another account's first


async def has_seat(ctx: Context, *members: Member) -> bool:
    """Say whether one of some members has a seat."""
    waiting = await ctx.db.applications.waiting_ids()
    return any(member.id not in waiting for member in members)


async def join_seats(ctx: Context, member: Member, *, had_seat: bool) -> None:
    """Let who was linked to a member with a seat in; where both had one, the other is offered to the next in line."""
    one = await ctx.db.applications.of(member.id)
    if one is not None and one.standing is not Standing.SEATED:
        if had_seat:
            seated = replace(one, standing=Standing.SEATED, offered_at=None, claim_until=None, rests_until=None)
            seated = replace(seated, decided_at=ctx.now, decided_by=None, reason=LINKED)
            await ctx.db.applications.save([seated])
            for timer in (LAPSE, REMIND, REST):
                await ctx.db.timers.drop(timer, one.id)
            open_doors(ctx, member, seated)
            await draw_desk_card(ctx, seated)
        else:
            await draw_home(ctx, one)
    await carry_out(ctx, Settle())


async def part_seats(ctx: Context, stays: Member, fresh: Member) -> None:
    """Let an account wait again that had come in by being linked, where the community is full."""
    for holder, other in ((stays, fresh), (fresh, stays)):
        one = await ctx.db.applications.of(holder.id)
        if one is None or one.standing is not Standing.SEATED or one.reason != LINKED:
            continue
        waits = holder if account_of(holder, one.account) else other
        await ctx.db.applications.save([replace(one, reason=None)])
        if not is_staff(waits, ctx.config) and ctx.config.membership.cap and await is_full(ctx, waits):
            await let_wait(ctx, waits, one.account, None)
        return
