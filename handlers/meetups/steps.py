"""The one way a meetup and its seats change: stored, logged, people told, the card drawn anew soon."""

from __future__ import annotations

from datetime import datetime, timedelta

from chat.card import Card
from chat.effects import Post, PostedAs, RedrawPost
from chat.ids import Place, Workspace
from community.config import WorkspaceSettings
from community.meetups.series_text import describe
from community.seats.commands import Command
from community.seats.counts import counts, seated
from community.seats.ledger import decide, next_deadline
from community.seats.outcomes import Decision, SeatFact
from handlers.context import Context
from handlers.meetups.cards import NAMED, meetup_card
from handlers.meetups.day import set_day
from handlers.meetups.notices import tell
from handlers.meetups.overtaken import take_back
from handlers.public import channel_translator, names_apart
from locales import Translator
from storage.activity import Fact, Value
from storage.meetups.plans import Stand, StoredMeetup

REDRAW = "meetup.redraw"  # timer of a meetup: the card shows what the last second brought
CLOCK = "meetup.clock"  # timer of a meetup: an offer ends, or another rule holds from then on
SOON = timedelta(seconds=1)  # clicks of one second make one redraw


def card_key(meetup_id: int, workspace: Workspace) -> str:
    """Return the business key of a meetup's card in a workspace."""
    return f"meetup:{meetup_id}:{workspace}"


def thread_key(meetup_id: int, workspace: Workspace) -> str:
    """Return the business key of the first words in a meetup's thread."""
    return f"meetup_thread:{meetup_id}:{workspace}"


def event_key(meetup_id: int, workspace: Workspace) -> str:
    """Return the business key of the platform's own event for a meetup."""
    return f"meetup_event:{meetup_id}:{workspace}"


async def act(ctx: Context, stored: StoredMeetup, command: Command, *, tells: bool = True) -> Decision | None:
    """Decide on a command, and let everything follow from it; None where there is no ledger.

    Without ``tells`` nobody gets a message: the caller knows how to say it once for several meetups.
    """
    ledger = await ctx.db.meetups.ledger(stored.id)
    if ledger is None:
        return None
    decision = decide(ledger, command, ctx.now)
    ctx.db.meetups.put_ledger(decision.state)
    for fact in decision.facts:
        log_seat(ctx, stored, fact)
    await take_back(ctx, decision, command)
    for notice in decision.notices if tells else ():
        await tell(ctx, stored, notice)
    await set_clock(ctx, stored.id, next_deadline(decision.state))
    await set_day(ctx, decision.state, before=ledger)
    if decision.facts:
        await redraw_soon(ctx, stored.id)
    return decision


async def set_clock(ctx: Context, meetup_id: int, at: datetime | None) -> None:
    """Wake up when the next thing is due in a ledger."""
    clocks = ctx.db.meetups.clocks
    if meetup_id not in clocks:
        clocks[meetup_id] = await ctx.db.timers.due_at(CLOCK, meetup_id)
    if clocks[meetup_id] == at:
        return
    clocks[meetup_id] = at
    if at is None:
        await ctx.db.timers.drop(CLOCK, meetup_id)
    else:
        await ctx.db.timers.set(CLOCK, meetup_id, at)


def log_seat(ctx: Context, stored: StoredMeetup, fact: SeatFact) -> None:
    """Log what happened in a ledger."""
    told: dict[str, Value] = {"kind": fact.kind.value if fact.kind else None, "by": fact.by, **fact.data}
    logged = Fact(f"seat.{fact.what.value}", fact.at, fact.member, stored.home, str(stored.id), told)
    ctx.db.activity.record(logged, key=f"seat:{stored.id}:{fact.key}")


def log(ctx: Context, stored: StoredMeetup, kind: str, actor: int | None, key: str, **data: Value) -> None:
    """Log a fact about a meetup. ``key`` names the happening, usually the event's key."""
    fact = Fact(f"meetup.{kind}", ctx.now, actor, stored.home, str(stored.id), dict(data))
    ctx.db.activity.record(fact, key=f"meetup.{kind}:{stored.id}:{key}")


# ---- what is shown


async def redraw_soon(ctx: Context, meetup_id: int) -> None:
    """Draw a meetup's cards anew within a second or so; more clicks until then cost nothing."""
    if meetup_id not in ctx.db.meetups.drawn_soon:
        ctx.db.meetups.drawn_soon.add(meetup_id)
        await ctx.db.timers.set_once(REDRAW, meetup_id, ctx.now + SOON)


async def redraw(ctx: Context, stored: StoredMeetup) -> None:
    """Draw a meetup's cards anew."""
    for stand in await ctx.db.meetups.stands(stored.id):
        card = await card_for(ctx, stored, stand.place)
        ctx.db.outbox.put(RedrawPost(PostedAs(card_key(stored.id, stand.workspace)), card))


async def card_for(ctx: Context, stored: StoredMeetup, place: Place) -> Card:
    """Return a meetup's card in the words of a channel.

    Raises:
        LookupError: it has no ledger, so it is none that people can come to.

    """
    ledger = await ctx.db.meetups.ledger(stored.id)
    if ledger is None:
        raise LookupError(f"meetup {stored.id} has no ledger")
    t = channel_translator(ctx, place, ctx.config.language)
    names: list[str] = []
    if not stored.meetup.plan.hide_attendees:
        coming = [member for kind in ledger.allotments for member in seated(ledger, kind)][:NAMED]
        known = names_apart(await ctx.db.people.by_ids(coming), t)
        names = [known[i] for i in coming if i in known]
    organisers, rhythm = await run_by(ctx, stored, t)
    return meetup_card(stored.id, stored.meetup, counts(ledger), t, names=names, organisers=organisers, rhythm=rhythm)


async def run_by(ctx: Context, stored: StoredMeetup, t: Translator) -> tuple[list[str], str]:
    """Return the names of who runs a meetup, and the rhythm of its series where it has one."""
    known = names_apart(await ctx.db.people.by_ids(stored.meetup.organisers), t)
    kept = await ctx.db.series.get(stored.series) if stored.series is not None else None
    rhythm = describe(kept.series, t) if kept is not None and not kept.ended else ""
    return [known[i] for i in stored.meetup.organisers if i in known], rhythm


async def announce(ctx: Context, stored: StoredMeetup) -> None:
    """Post a meetup's card in the meetup channel of every workspace that has one, each with a thread."""
    for settings in ctx.config.workspaces:
        place = meetup_channel(ctx, settings)
        if place is None:
            continue
        await ctx.db.meetups.stand(Stand(meetup=stored.id, workspace=settings.workspace, place=place))
        card = await card_for(ctx, stored, place)
        key = card_key(stored.id, settings.workspace)
        ctx.db.outbox.add(Post(place, card), key=key, report=True)
    if ledger := await ctx.db.meetups.ledger(stored.id):
        await set_day(ctx, ledger)


def meetup_channel(ctx: Context, settings: WorkspaceSettings) -> Place | None:
    """Return the channel in which a workspace's meetups are announced, where the bot can see it."""
    return ctx.channel(settings.workspace, settings.channels.meetups)
