"""Erases a member, in one transaction: what follows for others first, then every table, then a mark stays behind."""

from __future__ import annotations

import secrets
from dataclasses import replace

from chat.effects import MarkThread, PostedAs, RedrawPost, Remove, ShowHome
from chat.redaction import Person
from community.hours.schedule import ONE
from community.people.members import Member
from community.recognition.moments import State
from handlers.conduct import handing_back
from handlers.conduct.forgetting import draw_again
from handlers.context import Context
from handlers.introductions import take_down as take_introduction_down
from handlers.meetups import after, ask_before
from handlers.meetups.forgetting import forget_member as forget_in_meetups
from handlers.membership.standing import SETTLE
from handlers.membership.theirs import take_down as take_cards_down
from handlers.peaks.steps import places_of, take_down
from handlers.peaks.steps import post_key as moment_key
from handlers.peaks.wording import moment_card
from handlers.privacy.admitting import forgotten_card
from handlers.questions import ideas, leaving
from handlers.thanks.steps import post_key, private_key
from handlers.waiting import withdraw
from storage.activity import Fact
from storage.erasing.erasure import new_number

ERASED = "member.erased"
HOME = "forgotten"  # the effect that blanks a home tab; its row goes as soon as it is sent


async def erase(ctx: Context, member: Member, *, key: str, marked: bool = True) -> int:
    """Take a member out of everything, and return the number that stands in their place in the log.

    ``marked`` keeps them out from now on; a member who left long ago may come back without being asked.
    """
    users = tuple(account.user for account in member.accounts)
    await ctx.db.flush()
    person = await ctx.db.erasure.person(member.id)  # before the features forget what they wrote
    await _let_others_go_on(ctx, member, key)
    await ctx.db.flush()
    await _draw_without(ctx, person)
    number = new_number()
    shown = await ctx.db.erasure.cases_showing(member.id)
    await ctx.db.erasure.erase(member.id, users, number)
    await draw_again(ctx, shown)
    if marked:
        await ctx.db.erased.add(users, ctx.now)
    ctx.db.people.forget(member.id)
    if ctx.config.membership.cap:
        await ctx.db.timers.set(SETTLE, ONE, ctx.now)  # their seat is offered to who waits
    for account in member.accounts:
        if account.left_at is None and ctx.chat.capabilities(account.user.home).home_tab:
            blank = ShowHome(account.user, forgotten_card(ctx))
            ctx.db.outbox.add(blank, key=f"{HOME}:{secrets.token_hex(8)}", report=True)
    ctx.db.activity.record(Fact(ERASED, ctx.now, number), key=f"{ERASED}:{number}")
    ctx.db.tidy_up()
    return number


async def _let_others_go_on(ctx: Context, member: Member, key: str) -> None:
    """Free what they held, take down what they posted through the bot, and let others go on without them."""
    await take_introduction_down(ctx, member.id)
    for kind in ("introduction", "first_post"):
        await withdraw(ctx, member.id, kind)
    await forget_in_meetups(ctx, member.id, key=key)
    await after.forget_member(ctx, member.id)
    await ask_before.forget_member(ctx, member.id)
    await leaving.forget_member(ctx, member.id, key=key)
    await ideas.forget_member(ctx, member.id)
    await handing_back.forget_member(ctx, member, key=key)
    await _take_application_down(ctx, member.id)
    await _take_thanks_down(ctx, member.id)
    await _take_moments_down(ctx, member.id)


async def _take_thanks_down(ctx: Context, member: int) -> None:
    for thanks in await ctx.db.thanks.of_member(member):
        for key in (post_key(thanks), private_key(thanks)):
            if not await ctx.db.outbox.cancel(key) and await ctx.db.outbox.holds(key):
                ctx.db.outbox.add(Remove(PostedAs(key)), key=f"thanks_gone:{key}")


async def _take_application_down(ctx: Context, member: int) -> None:
    if one := await ctx.db.applications.of(member):
        await take_cards_down(ctx, one.id)


async def _take_moments_down(ctx: Context, member: int) -> None:
    for moment in await ctx.db.peaks.of_members([member]):
        await take_down(ctx, moment)
    for moment in await ctx.db.peaks.nominated_by(member, ctx.now.replace(year=1970)):
        if moment.state is State.POSTED:
            without = replace(moment, words="", by=None)
            for place in places_of(ctx):
                if await ctx.db.outbox.holds(moment_key(moment, place)):
                    card = await moment_card(ctx, without, place)
                    ctx.db.outbox.put(RedrawPost(PostedAs(moment_key(moment, place)), card), report=True)


async def _draw_without(ctx: Context, person: Person) -> None:
    """Draw anew whatever else shows them, as far as it is known what stands there."""
    redrawn = await ctx.db.erasure.outbox.take_out(person)
    for target, card in redrawn.cards.values():
        ctx.db.outbox.put(RedrawPost(target, card), report=True)
    for key, title in redrawn.titles.items():
        ctx.db.outbox.put(MarkThread(PostedAs(key), title), report=True)
    await ctx.db.outbox.flush()
