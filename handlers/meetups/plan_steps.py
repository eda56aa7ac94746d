"""The one way a plan changes: checked, stored, seats brought in line, and those who come told of what concerns them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import msgspec

from chat.ids import Place
from community.meetups.plan import Meetup, MeetupChange, MeetupError, Part, Plan, Where, create, edit
from community.seats.commands import Reschedule, SetPlace
from community.seats.ledger import open_ledger
from community.seats.outcomes import Reason, Refusal
from community.seats.values import Allotment, Ledger, SeatKind
from handlers.context import Context
from handlers.meetups.calendar import put_files
from handlers.meetups.held import Held
from handlers.meetups.moved import tell_moved
from handlers.meetups.steps import act, log, redraw_soon
from handlers.readers import Reader
from locales import Translator, msg
from storage.meetups.plans import StoredMeetup

DRAFT_OVER = "meetup.draft"  # timer of a plan that nobody has announced
KEPT = timedelta(days=7)
KINDS_AT: Mapping[Where, tuple[SeatKind, ...]] = {
    Where.ONLINE: (SeatKind.ONLINE,),
    Where.VENUE: (SeatKind.VENUE,),
    Where.HYBRID: (SeatKind.VENUE, SeatKind.ONLINE),
}
REFUSED = {
    Reason.BELOW_TAKEN: msg(
        "{taken} of these seats are taken, so there cannot be only {cap}. Nobody is thrown out by a number."
    ),
    Reason.BAD_CAP: msg("Write a number of seats, like 20, or leave it empty for no limit."),
    Reason.BEGUN: msg("Somebody has checked in already, so the time stays as it is."),
    Reason.PAST: msg("That is over already. When will it be?"),
}

OFFERED = msg(
    "{taken} of these seats are taken and {offered} are being offered, so there cannot be only {cap}. "
    "Nobody is thrown out by a number."
)


class SeatsRefusedError(Exception):
    """The ledger says no to a change; its reason and figures say why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.reason.value)
        self.refusal = refusal


def refused_text(refusal: Refusal, t: Translator) -> str:
    """Return why the ledger says no, with its figures."""
    said = REFUSED.get(refusal.reason, msg("This meetup is over or cancelled; it cannot be changed any more."))
    if refusal.reason is Reason.BELOW_TAKEN and refusal.offered:
        said = OFFERED
    return t.line(said, taken=refusal.taken or 0, offered=refusal.offered or 0, cap=refusal.cap or 0)


def seats_at(where: Where, before: Mapping[SeatKind, Allotment] | None = None) -> dict[SeatKind, Allotment]:
    """Return the kinds of seats that a place has; caps that were set stay. Speakers and staff are always invited."""
    kept = before or {}
    kinds = {kind: msgspec.structs.replace(kept.get(kind, Allotment()), closed=False) for kind in KINDS_AT[where]}
    invited = {kind: Allotment(by_invitation=True) for kind in (SeatKind.SPEAKER, SeatKind.STAFF)}
    return kinds | invited


def fresh_ledger(ctx: Context, meetup_id: int, plan: Plan, seats: Mapping[SeatKind, Allotment]) -> Ledger:
    """Return the empty ledger of a meetup."""
    return open_ledger(
        meetup=meetup_id,
        starts=plan.starts,
        ends=plan.ends,
        zone=plan.zone,
        allotments=seats,
        rules=ctx.config.meetups.rules,
        at=ctx.now,
    )


# ---- drafts


async def begin_draft(
    ctx: Context, who: Reader, plan: Plan, home: Place, *, others: tuple[int, ...] = (),
    seats: Mapping[SeatKind, Allotment] | None = None,
) -> Held:  # fmt: skip
    """Store a new plan that nobody but its organiser sees.

    Raises:
        MeetupError: with all that is wrong with it.

    """
    change = create(plan, who.member.id, ctx.now, draft=True)
    meetup = msgspec.structs.replace(change.meetup, co_organisers=others)
    meetup_id = await ctx.db.meetups.add(meetup, home, ctx.now)
    if meetup_id is None:
        raise LookupError("a plan without a series stands in nobody's way")
    stored = StoredMeetup(id=meetup_id, meetup=meetup, home=home)
    await put_draft(ctx, stored, seats_at(meetup.plan.where, seats))
    return Held(who, stored, moderator=False)


async def put_draft(ctx: Context, stored: StoredMeetup, seats: Mapping[SeatKind, Allotment]) -> None:
    """Store a plan in the making as it is now, for another week."""
    await ctx.db.meetups.save(stored.id, stored.meetup)
    await ctx.db.meetups.ledger(stored.id)
    ctx.db.meetups.put_ledger(fresh_ledger(ctx, stored.id, stored.meetup.plan, seats))
    await ctx.db.timers.set(DRAFT_OVER, stored.id, ctx.now + KEPT)


async def drop_draft(ctx: Context, stored: StoredMeetup) -> None:
    """Forget a plan, and the series that it would have begun."""
    await ctx.db.timers.drop(DRAFT_OVER, stored.id)
    await ctx.db.meetups.delete_draft(stored.id)
    if stored.series is not None:
        await ctx.db.series.delete(stored.series)


# ---- changes


async def change_plan(ctx: Context, held: Held, plan: Plan, key: str) -> Held:
    """Change what is said of a meetup, and let everything follow from it.

    Raises:
        MeetupError: the plan cannot be, or it is too late to change it.
        SeatsRefusedError: the ledger does not allow the new time.

    """
    change = edit(held.meetup, plan, held.who.member.id, ctx.now, moderator=held.moderator)
    if held.is_draft:
        return await _change_draft(ctx, held, change.meetup)
    after = await apply_change(ctx, held.stored, change, key)
    return replace(held, stored=after)


async def _change_draft(ctx: Context, held: Held, meetup: Meetup) -> Held:
    ledger = await ctx.db.meetups.ledger(held.stored.id)
    stored = replace(held.stored, meetup=msgspec.structs.replace(meetup, revision=0))
    await put_draft(ctx, stored, seats_at(meetup.plan.where, ledger.allotments if ledger else None))
    return replace(held, stored=stored)


async def apply_change(ctx: Context, stored: StoredMeetup, change: MeetupChange, key: str) -> StoredMeetup:
    """Store a change of an announced meetup; those who come hear of a new time or place.

    Raises:
        SeatsRefusedError: the ledger does not allow the new time.

    """
    after, plan, by = replace(stored, meetup=change.meetup), change.meetup.plan, change.by
    if not change.parts or by is None:
        return after
    if Part.TIME in change.parts:
        command = Reschedule(by=by, starts=plan.starts, ends=plan.ends, key=f"{key}:time")
        decision = await act(ctx, after, command)
        if decision is not None and decision.refusal is not None:
            raise SeatsRefusedError(decision.refusal)
    await ctx.db.meetups.save(stored.id, change.meetup)
    before = await ctx.db.meetups.ledger(stored.id)
    if stored.meetup.plan.where is not plan.where:
        await act(ctx, after, SetPlace(by=by, kinds=KINDS_AT[plan.where], key=f"{key}:place"))
    if Part.PLACE in change.parts and change.is_told:
        await tell_moved(ctx, after, before)
    if change.is_told:
        await put_files(ctx, after)
    log(ctx, after, "edited", by, key, parts=",".join(sorted(part.value for part in change.parts)))
    await redraw_soon(ctx, stored.id)
    return after


__all__ = ["MeetupError", "SeatsRefusedError", "apply_change", "begin_draft", "change_plan", "drop_draft", "put_draft"]
