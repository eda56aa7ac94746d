"""What the newest digest led to, read from the log."""

from __future__ import annotations

from chat.text import RichText
from community.digest.effect import WITHIN, Deed, DeedKind, Effect, effect_of
from community.seats.values import Answer
from handlers.context import Context
from locales import Translator

COMING = ("seat.seated", "seat.waiting", "seat.claimed")  # by the member's own press; "maybe" is an answer
PRESSED, ANSWERED = "digest.opened", "seat.answered"


async def effect_of_newest(ctx: Context, before: str) -> Effect | None:
    """Return what the newest digest led to of those before a week; none where it was not posted."""
    held = await ctx.db.digests.before(before)
    posted = await ctx.db.activity.about(held.week, ["digest.posted"]) if held else []
    if held is None or not posted:
        return None
    began = posted[0].at
    end = min(ctx.now, began + WITHIN)
    showed = {
        fact.subject: fact.place
        for fact in await ctx.db.activity.facts(["digest.showed"], since=began)
        if fact.subject and fact.data.get("week") == held.week
    }
    subjects = {str(place): subject for subject, place in showed.items() if place}
    said = await ctx.db.weeks.said_at([place for place in showed.values() if place], began, end)
    deeds = [Deed(DeedKind.REPLY, subjects[thread], member, at) for thread, member, at in said]
    for fact in await ctx.db.activity.facts([*COMING, ANSWERED, PRESSED], since=began):
        if fact.actor is None or fact.subject is None:
            continue
        if fact.kind == PRESSED:
            deeds.append(Deed(DeedKind.PRESS, fact.subject, fact.actor, fact.at))
        elif fact.kind in COMING or fact.data.get("answer") == Answer.MAYBE.value:
            deeds.append(Deed(DeedKind.SEAT, f"meetup:{fact.subject}", fact.actor, fact.at))
    return effect_of(began, held.week, showed, deeds)


def effect_text(effect: Effect, t: Translator) -> RichText:
    """Return the figures in one line."""
    return t(
        "Within 72 hours of the last digest, where it pointed: replies {replies} · answers to meetups {seats} · "
        "looked for themselves {presses} · people in all {people}. Some would have come anyway.",
        replies=effect.replies,
        seats=effect.seats,
        presses=effect.presses,
        people=effect.people,
    )
