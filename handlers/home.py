"""The home tab, where a platform has one: always drawn as a whole, whatever was the reason to draw it."""

from __future__ import annotations

from chat.card import Card, Footnote, Text
from chat.effects import ShowHome
from chat.text import Code
from handlers.context import Context
from handlers.digest.mine import waiting_on_home
from handlers.known import Known, me_parts
from handlers.meetups.lists import meetups_on_home


async def refresh_home(ctx: Context, known: Known) -> None:
    """Let a member's home tab show their meetups, what is known of them, and where help is."""
    who = known.who
    if not ctx.chat.capabilities(who.account.user.home).home_tab:
        return
    hint = who.t("{help} shows everything I can do.", help=Code("/tsudoi help"))
    parts = (
        *await waiting_on_home(ctx, who),
        *await meetups_on_home(ctx, who),
        *me_parts(ctx, known),
        Footnote(who.t("Only you can see this.")),
        Text(hint),
    )
    ctx.db.outbox.put(ShowHome(who.account.user, Card(parts=parts)))
