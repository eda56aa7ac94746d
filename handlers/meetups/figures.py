"""``/meetup figures``: how meetups went, each and over time, beside what is usual elsewhere."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from chat.answers import Answer, Redraw, Say
from chat.card import Accent, Card
from chat.commands import Localised, SubCommand
from chat.events import ActionPressed, CommandUsed
from chat.text import Code
from community.meetups.attendance import Held, forecast
from community.meetups.figures import Past, of_one, over_time, warmed_up
from community.meetups.plan import FARTHEST, MeetupState
from community.seats.outcomes import SeatFact, What
from community.seats.values import Mark, SeatKind
from handlers.context import Context
from handlers.meetups.figure_cards import Ahead, one_card, overview_card
from handlers.meetups.finding import WHICH, by_id, gone, matching
from handlers.meetups.held import may_run
from handlers.meetups.presence import not_organiser
from handlers.readers import Reader, arguments, is_moderator, note, reader
from handlers.routes import Feature, command, press
from storage.activity import Fact
from storage.meetups.plans import StoredMeetup

PERIOD = timedelta(days=365)  # a year: each season once
SAID_EARLIER = timedelta(days=366)  # before a meetup; who waits for a seat has asked for it by then
_WAITING = (What.WAITING, What.PROMOTED, What.CLAIMED, What.SEATED, What.MOVED, What.SEATED_BY, What.MERGED)
_PAST = (MeetupState.PLANNED.value, MeetupState.OVER.value)
FIGURES = SubCommand(
    name="figures",
    description=Localised(en="For organisers: who came, how it was", ja="主催者用：出席率や満足度などの数値"),
    options=(WHICH,),
)


async def show(ctx: Context, event: CommandUsed) -> Answer:
    """Show the figures of one meetup or of all that are theirs."""
    who = await reader(ctx, event)
    typed = (event.options.get("meetup", "") or event.text).strip()
    if not typed:
        return await _overview(ctx, who)
    stored = await by_id(ctx, typed)
    if stored is None:
        behind = [s for s in await matching(ctx, typed) if s.meetup.plan.ends <= ctx.now]
        stored = next(iter(behind), None)
    return Say(await _one(ctx, who, stored)) if stored and may_run(ctx, who, stored) else _not_theirs(who, stored)


async def back(ctx: Context, event: ActionPressed) -> Answer:
    """Show all again."""
    said = await _overview(ctx, await reader(ctx, event))
    return Redraw(said.card)


async def pick(ctx: Context, event: ActionPressed) -> Answer:
    """Show the figures of the meetup that was chosen."""
    who = await reader(ctx, event)
    stored = await by_id(ctx, next(iter(event.values), "") or "".join(arguments(event)[:1]))
    return Redraw(await _one(ctx, who, stored)) if stored and may_run(ctx, who, stored) else _not_theirs(who, stored)


def _not_theirs(who: Reader, stored: StoredMeetup | None) -> Say:
    return not_organiser(who) if stored else gone(who.t)


# ---- what is known


async def _overview(ctx: Context, who: Reader) -> Say:
    t = who.t
    found = await ctx.db.meetups.between(ctx.now - PERIOD, ctx.now, *_PAST)
    theirs = [stored for stored in found if may_run(ctx, who, stored)]
    ahead = await _ahead(ctx, who)
    if not theirs and ahead is None:
        said = t("Figures are for organisers. {command} plans a meetup of your own.", command=Code("/meetup new"))
        return note(said, Accent.WARM)
    history = await _history(ctx)
    settled = [stored for stored in theirs if stored.id in history]
    pasts = await _pasts(ctx, [stored.id for stored in settled], history)
    warm = warmed_up([past.held for past in pasts], await ctx.db.meetup_after.answered([s.id for s in settled]))
    figures = over_time(pasts, list(history.values()))
    listed = [(stored.id, stored.meetup.plan) for stored in theirs[::-1]]
    everything = is_moderator(who.account, ctx.config)
    return Say(overview_card(figures, warm, ahead, listed=listed, t=t, config=ctx.config, everything=everything))


async def _one(ctx: Context, who: Reader, stored: StoredMeetup) -> Card:
    history = await _history(ctx)
    is_settled = stored.id in history
    if not is_settled:
        history[stored.id] = _held(stored.id, stored.meetup.plan.starts, await _marks(ctx, stored))
    (past,) = await _pasts(ctx, [stored.id], history)
    ledger = await ctx.db.meetups.ledger(stored.id)
    closes = None if is_settled or ledger is None else ledger.closes
    return one_card(of_one(past, history.values()), stored.meetup.plan, who, ctx.config, closes=closes)


async def _marks(ctx: Context, stored: StoredMeetup) -> dict[int, Mark]:
    ledger = await ctx.db.meetups.ledger(stored.id)
    return {entry.member: entry.mark for entry in ledger.entries.values() if entry.mark} if ledger else {}


async def _history(ctx: Context) -> dict[int, Held]:
    """Return the community's meetups whose attendance is settled, the earliest first."""
    stored = await ctx.db.meetups.between(ctx.now - FARTHEST, ctx.now, *_PAST)
    settled = await ctx.db.meetup_after.settled([one.id for one in stored])
    marks: dict[int, dict[int, Mark]] = {}
    for member, attended in (await ctx.db.meetups.attended_by(None, ctx.now)).items():
        for one in attended:
            if one.mark:
                marks.setdefault(one.meetup, {})[member] = one.mark
    return {s.id: _held(s.id, s.meetup.plan.starts, marks.get(s.id, {})) for s in stored if s.id in settled}


def _held(meetup_id: int, starts: datetime, marks: dict[int, Mark]) -> Held:
    return Held(meetup=meetup_id, starts=starts, marks=marks)


async def _pasts(ctx: Context, ids: Collection[int], history: dict[int, Held]) -> list[Past]:
    if not ids:
        return []
    since = min(history[i].starts for i in ids) - SAID_EARLIER
    logged = await ctx.db.activity.facts([f"seat.{what.value}" for what in _WAITING], since=since)
    facts: dict[int, list[SeatFact]] = {i: [] for i in ids}
    for n, fact in enumerate(logged):
        meetup_id = int(fact.subject) if fact.subject and fact.subject.isdecimal() else 0
        if meetup_id in facts:
            facts[meetup_id].append(_seat_fact(fact, n))
    voices = await ctx.db.meetup_after.voices(ids)
    return [Past(held=history[i], facts=tuple(facts[i]), voices=voices.get(i, ())) for i in ids]


def _seat_fact(fact: Fact, n: int) -> SeatFact:
    """Return what the log holds of a ledger as the ledger told it."""
    kind = fact.data.get("kind")
    gone_member = fact.data.get("gone")
    return SeatFact(
        what=What(fact.kind.removeprefix("seat.")),
        at=fact.at,
        key=str(n),
        member=fact.actor,
        kind=SeatKind(kind) if isinstance(kind, str) else None,
        data={"gone": gone_member} if isinstance(gone_member, int) else {},
    )


async def _ahead(ctx: Context, who: Reader) -> Ahead | None:
    """Return how many will come to their next meetup."""
    found = await ctx.db.meetups.between(ctx.now, ctx.now + FARTHEST, MeetupState.PLANNED.value)
    stored = next((one for one in found if may_run(ctx, who, one)), None)
    if stored is None:
        return None
    await ctx.db.meetups.flush()
    seats = await ctx.db.meetup_after.seats_taken(stored.id)
    return Ahead(stored.meetup.plan, forecast(seats, (await _history(ctx)).values()))


FEATURE = Feature(
    "meetups.figures",
    routes=(
        command("meetup", FIGURES.name, show),
        press("fig_pick", pick),
        press("fig_all", back),
    ),
)
