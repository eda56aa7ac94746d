"""Posts the digest: by itself at its hour, once per week and place, whatever happens to the process around it."""

from __future__ import annotations

from chat.effects import Post
from chat.ids import Place
from community.digest.week import (
    Week,
    coming_slot,
    is_wanted,
    latest_slot,
    name_of_slot,
    next_slot,
    week_over,
    week_running,
    zone_of_digest,
)
from community.hours.quiet_hours import later_by_day
from community.hours.schedule import Standing
from community.signals import TimerDue
from handlers.context import Context
from handlers.digest.cards import digest_card
from handlers.digest.gather import Story, gather
from handlers.routes import Feature, due
from storage.activity import Fact
from storage.recognition.digests import StoredDigest

DIGEST = "digest"
LATE = "late"  # the subject of the timer of a digest that would have come at night


async def post_over(ctx: Context, event: TimerDue) -> None:
    """Post the digest of the newest slot, unless it is posted, skipped, or too old. Asking twice posts once."""
    if not is_wanted(ctx.config):
        return
    if later := later_by_day(event.at, ctx.now, zone_of_digest(ctx.config)):
        await ctx.db.timers.set(DIGEST, LATE, later)
        return
    # a timer that comes late or twice means the same: look for the newest slot
    before = await ctx.db.digests.before(name_of_slot(ctx.config, latest_slot(ctx.config, ctx.now)))
    week = week_over(ctx.config, ctx.now, before.told_until if before else None)
    if week is None:
        return
    stands = await ctx.db.digests.take(week.name)
    if stands.told_until is not None:
        return
    if not stands.skipped:
        await post(ctx, await gather(ctx, week), stands)
    await ctx.db.digests.close(week.name, week.until)


async def running(ctx: Context) -> Week:
    """Return the week of the slot to come, as far as it has run."""
    before = await ctx.db.digests.before(name_of_slot(ctx.config, coming_slot(ctx.config, ctx.now)))
    return week_running(ctx.config, ctx.now, before.told_until if before else None)


async def post(ctx: Context, story: Story, stands: StoredDigest, *, by: int | None = None) -> int:
    """Post a story at all the places for digests, and log what it shows; returns to how many."""
    posted = 0
    for place in digest_places(ctx):
        card = await digest_card(ctx, story, place, stands.opening)
        if card is None:
            continue
        ctx.db.outbox.add(Post(place, card), key=f"digest:{story.week.name}:{place}")
        posted += 1
    if posted:
        _log(ctx, story, posted, by)
    return posted


def digest_places(ctx: Context) -> list[Place]:
    """Return where digests are posted."""
    places = [ctx.channel(w.workspace, w.channels.digest) for w in ctx.config.workspaces if w.channels.digest]
    return list(dict.fromkeys(place for place in places if place))


def _log(ctx: Context, story: Story, places: int, by: int | None) -> None:
    week = story.week.name
    items = sum(len(section.shown) for section in story.digest.sections)
    fact = Fact("digest.posted", ctx.now, by, subject=week, data={"week": week, "items": items, "places": places})
    ctx.db.activity.record(fact, key=f"digest.posted:{week}")
    for subject, place in story.subjects.items():
        shown = Fact("digest.showed", ctx.now, place=place, subject=subject, data={"week": week})
        ctx.db.activity.record(shown, key=f"digest.showed:{week}:{subject}")


FEATURE = Feature("digest", routes=(due(DIGEST, post_over),), standing=(Standing(DIGEST, next_slot),))
