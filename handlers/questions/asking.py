"""Whether a member wants to be asked questions at all: the switch in ``/tsudoi me`` and under an invitation."""

from __future__ import annotations

from chat.answers import Answer, Redraw
from chat.card import Card
from chat.events import ActionPressed
from handlers.context import Context
from handlers.home import refresh_home
from handlers.known import load_known, me_parts
from handlers.questions.invite import go_on
from handlers.questions.withdraw import settle_invitation
from handlers.readers import Reader, not_yours, reader
from handlers.routes import Feature, press
from storage.activity import Fact
from storage.questions.invitations import ROUTING, InvitationState


async def opt_out(ctx: Context, who: Reader, key: str) -> None:
    """Ask a member nothing any more."""
    await ctx.db.invitations.opt_out(who.member.id, ROUTING, ctx.now)
    ctx.db.activity.record(Fact("routing.opted_out", ctx.now, who.member.id), key=f"routing.opted_out:{key}")
    for invitation in await ctx.db.invitations.unsettled_of(who.member.id):
        question = await ctx.db.questions.get(invitation.question)
        if question is not None and invitation.state is InvitationState.OFFERED:
            await settle_invitation(ctx, question, invitation, InvitationState.PASSED)
            await go_on(ctx, question)
    await refresh_home(ctx, await load_known(ctx, who))


async def switch_off(ctx: Context, event: ActionPressed) -> Answer:
    """Ask a member nothing any more, from what is known of them."""
    who = await reader(ctx, event)
    if not who.owns(event):
        return not_yours(who.t)
    await opt_out(ctx, who, event.key)
    return await _me(ctx, who)


async def switch_on(ctx: Context, event: ActionPressed) -> Answer:
    """Ask a member again."""
    who = await reader(ctx, event)
    if not who.owns(event):
        return not_yours(who.t)
    await opt_in(ctx, who, event.key)
    return await _me(ctx, who)


async def opt_in(ctx: Context, who: Reader, key: str) -> None:
    """Ask a member questions again."""
    await ctx.db.invitations.opt_in(who.member.id, ROUTING)
    ctx.db.activity.record(Fact("routing.opted_in", ctx.now, who.member.id), key=f"routing.opted_in:{key}")
    await refresh_home(ctx, await load_known(ctx, who))


async def _me(ctx: Context, who: Reader) -> Answer:
    return Redraw(Card(parts=tuple(me_parts(ctx, await load_known(ctx, who)))))


FEATURE = Feature("questions.asking", routes=(press("route_off", switch_off), press("route_on", switch_on)))
