"""The cards that stand with who waits, in their conversation with the bot and their thread: drawn again as things go.

What was for one reader's eyes and only for a moment (Slack) cannot be drawn again, and is gone anyway.
"""

from __future__ import annotations

from chat.card import Card, Text
from chat.effects import PostedAs, RedrawPost, Remove, ShowHome
from community.membership.line import rests
from community.membership.values import Application, Standing
from community.people.onboarding import Rung
from handlers.context import Context
from handlers.membership.cards import home_card, notice_card, place_card
from handlers.membership.looking import Placed, placed
from handlers.membership.notices import HELLO, IN, KEY, Notice, still_so, waiting_reader
from handlers.readers import Reader

STANDING = frozenset({Rung.DIRECT.value, Rung.PRIVATE_THREAD.value})
OFFERS = frozenset({Notice.OFFERED, Notice.REMIND})
ENDS = {Standing.DECLINED: Notice.DECLINED, Standing.CLOSED: Notice.CLOSED}  # with a message of its own


async def draw_theirs(
    ctx: Context, one: Application, *, was: Application | None = None, by: Notice | None = None
) -> None:
    """Let every card that stands with who waits say how they stand now, and take back what is not true any more.

    ``was``: how they stood before, so that the cards of an offer that ended are known; ``by``: what they are told now.
    """
    who = await waiting_reader(ctx, one)
    if who is None:
        return
    seen = await placed(ctx, one)
    now = notice_card(ctx, who, seen, by.value) if by in IN else place_card(ctx, who, seen)
    stale = []
    for key in await ctx.db.outbox.keyed(f"{KEY}:{one.id}:"):
        _, _, name, stamp, rung = key.split(":")
        notice = Notice(name)
        if not still_so(one, notice):
            stale.append(key)
        card = _card(ctx, who, one, was, notice=notice, stamp=int(stamp), now=now)
        if card is not None and rung in STANDING and await ctx.db.outbox.ref(key):
            ctx.db.outbox.put(RedrawPost(PostedAs(key), card))
    await ctx.db.outbox.cancel(*stale)
    for key in sorted(await ctx.db.outbox.keyed(f"{HELLO}:{one.id}:"))[-1:]:  # the last answer to what they wrote
        if await ctx.db.outbox.ref(key):
            ctx.db.outbox.put(RedrawPost(PostedAs(key), _answered(who) if one.standing in ENDS else now))
    if one.standing is not Standing.SEATED:
        _draw_home(ctx, who, seen)


async def draw_home(ctx: Context, one: Application) -> None:
    """Let the home tab of somebody who waits say how they stand, where there is one."""
    who = await waiting_reader(ctx, one)
    if who is not None:
        _draw_home(ctx, who, await placed(ctx, one))


def _draw_home(ctx: Context, who: Reader, seen: Placed) -> None:
    if ctx.chat.capabilities(seen.application.account.home).home_tab:
        ctx.db.outbox.put(ShowHome(who.account.user, home_card(who, place_card(ctx, who, seen))))


def _card(
    ctx: Context,
    who: Reader,
    one: Application,
    was: Application | None,
    *,
    notice: Notice,
    stamp: int,
    now: Card,
) -> Card | None:
    """Return what stands in place of a notice; none: what stands there is right."""
    if notice in OFFERS and not (one.standing is Standing.OFFERED and _began(one) <= stamp):
        if not (was and was.offered_at and _began(was) <= stamp):
            return None  # over for long
        if one.standing is not Standing.SEATED and not rests(one, ctx.now):
            return Card(parts=(Text(who.t("This offer is over.")),))
        return now
    if one.standing in ENDS:
        return None if notice is ENDS[one.standing] else _answered(who)
    return now


def _began(one: Application) -> int:
    return int(one.offered_at.timestamp()) if one.offered_at else 0


def _answered(who: Reader) -> Card:
    return Card(parts=(Text(who.t("The answer to your application is in another message from me.")),))


async def take_down(ctx: Context, application_id: int) -> None:
    """Take away what stands with somebody who is forgotten, and every card of theirs that moderators have."""
    for kind in (f"{KEY}:{application_id}:", f"{HELLO}:{application_id}:", f"applicant:{application_id}:"):
        for key in await ctx.db.outbox.keyed(kind):
            await ctx.db.outbox.cancel(key)
            if kind.startswith(f"{KEY}:") and key.rpartition(":")[2] not in STANDING:
                continue
            if ref := await ctx.db.outbox.ref(key):
                ctx.db.outbox.add(Remove(ref), key=f"applicant_gone:{key}")
