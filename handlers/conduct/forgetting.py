"""Cards of cases in the moderators' channels after somebody was erased: drawn without them, however old they are."""

from __future__ import annotations

from collections.abc import Iterable

from chat.effects import PostedAs, RedrawPost
from handlers.conduct.cards import card_key, case_card
from handlers.conduct.words import moderators_places
from handlers.context import Context
from handlers.public import languages_of
from locales import translator


async def draw_again(ctx: Context, case_ids: Iterable[int]) -> None:
    """Draw the cards that stand; a case that was never shown gets none by this."""
    for case_id in case_ids:
        case = await ctx.db.cases.get(case_id)
        for place in moderators_places(ctx) if case else ():
            if case and await ctx.db.outbox.holds(card_key(case, place)):
                card = await case_card(ctx, case, place.home, translator(languages_of(ctx, place)[0]))
                ctx.db.outbox.put(RedrawPost(PostedAs(card_key(case, place)), card))
