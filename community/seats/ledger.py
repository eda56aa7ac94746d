"""The seat ledger of a meetup: one decision for every click, on whichever platform, and for the passing of time.

``decide`` takes the ledger as it stands, what is asked, and when it was asked; it gives the new ledger with the facts
to log and the people to tell. It does nothing itself. docs/decisions/0010-seat-ledger.md says why it is as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from community.seats import answers as seat_answers
from community.seats import commands as seat_commands
from community.seats import day as seat_day
from community.seats import offers as seat_offers
from community.seats import organisers as seat_organisers
from community.seats import places as seat_places
from community.seats.commands import Command, MemberCommand, OrganiserCommand, Remove, Seat
from community.seats.desk import Desk
from community.seats.outcomes import AskedError, Decision, RefusedError
from community.seats.values import CLICKS, Allotment, Entry, Ledger, SeatKind, SeatRules

_ORGANISER_CLICKS = 32


def open_ledger(
    *,
    meetup: int,
    starts: datetime,
    ends: datetime,
    zone: str,
    allotments: Mapping[SeatKind, Allotment],
    rules: SeatRules,
    at: datetime,
) -> Ledger:
    """Open the ledger of a new meetup.

    Raises:
        ValueError: the end is not after the start, a cap is no number of seats, or the rules contradict each other.

    """
    if ends <= starts:
        raise ValueError("a meetup ends after it starts")
    if not seat_organisers.are_sound(rules):
        raise ValueError("offers end before promotion does, or the claim window has no length")
    if any(a.cap is not None and not 0 <= a.cap <= seat_organisers.MOST_SEATS for a in allotments.values()):
        raise ValueError(f"a cap is 0 to {seat_organisers.MOST_SEATS}")
    return Ledger(
        meetup=meetup,
        starts=starts.astimezone(UTC),
        ends=ends.astimezone(UTC),
        zone=zone,
        at=at.astimezone(UTC),
        allotments=seat_organisers.kinds_in_order(dict(allotments)),
        rules=rules,
    )


def decide(state: Ledger, command: Command, now: datetime) -> Decision:
    """Decide on one command.

    First what is due by now is done, whatever is asked; so a click after the end of an offer finds it lapsed even if
    nobody had looked at the clock. ``now`` is when the command was accepted; where the ledger has already seen a later
    moment, that one counts.
    """
    now = max(now.astimezone(UTC), state.at)
    settled = _due(state, now, seat_offers.settle)
    due = settled.decision()
    if isinstance(command, seat_commands.ClockMoved):
        return due
    command = _resolved(command, state)
    if _heard_before(due.state, command):
        return replace(due, again=True)
    due = _remember(due, command)
    # Where the terms change, nobody is made an offer by the old ones in the same breath
    if type(command) in _NEW_TERMS:
        settled = _due(state, now, seat_offers.lapse_due)
    begin = _remember(settled.decision(), command)
    desk = Desk(begin.state, now, counted=settled)
    desk.facts, desk.notices = list(begin.facts), list(begin.notices)
    try:
        _STEPS[type(command)](desk, command)
    except RefusedError as refused:
        return replace(due, refusal=refused.refusal)
    except AskedError as asked:
        return replace(due, ask=asked.ask, ask_kind=asked.kind)
    seat_day.close_when_due(desk)
    seat_offers.settle(desk)
    return desk.decision()


def next_deadline(state: Ledger) -> datetime | None:
    """Return when ``ClockMoved`` is to be asked next: an offer ends, or another rule holds from then on."""
    if state.cancelled or state.closed:
        return None
    edges = (state.promotes_until, state.offers_until, state.starts, state.closes)
    offers = (entry.offer.until for entry in state.entries.values() if entry.offer)
    return min((*offers, *(edge for edge in edges if edge > state.at)), default=None)


def changed_entries(before: Ledger, after: Ledger) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return whose entries a store has to write, and whose to delete: a click changes a few of a thousand."""
    written = (m for m, entry in after.entries.items() if before.entries.get(m) is not entry)
    return tuple(sorted(written)), tuple(sorted(before.entries.keys() - after.entries.keys()))


def _due(state: Ledger, now: datetime, step: Callable[[Desk], None]) -> Desk:
    desk = Desk(state, now)
    seat_day.close_when_due(desk)
    step(desk)
    return desk


def _resolved(command: Command, state: Ledger) -> Command:
    """Let a command about a member who became one with another be about the other."""
    if isinstance(command, MemberCommand | Seat | Remove):
        member = state.member(command.member)
        return command if member == command.member else replace(command, member=member)
    return command


def _heard_before(state: Ledger, command: Command) -> bool:
    if isinstance(command, MemberCommand):
        entry = state.entries.get(command.member)
        return entry is not None and command.key in entry.clicks
    return isinstance(command, OrganiserCommand) and command.key in state.clicks


def _remember(due: Decision, command: Command) -> Decision:
    """Remember a click even if it comes to nothing: its late twin must not do what it did not."""
    state = due.state
    if isinstance(command, seat_commands.Depart | seat_commands.Link | seat_commands.ClockMoved) or not command.key:
        return due  # these leave nothing that could be done twice
    if isinstance(command, OrganiserCommand):
        state = replace(state, clicks=(*state.clicks, command.key)[-_ORGANISER_CLICKS:])
    else:
        entry = state.entries.get(command.member) or Entry(member=command.member)
        heard = replace(entry, clicks=(*entry.clicks, command.key)[-CLICKS:])
        state = replace(state, entries=state.entries | {command.member: heard})
    return replace(due, state=state)


_NEW_TERMS = frozenset(
    {seat_commands.Reschedule, seat_commands.SetPlace, seat_commands.Configure, seat_commands.Cancel}
)
_STEPS: dict[type, Callable[[Desk, Any], None]] = {
    seat_commands.Rsvp: seat_answers.rsvp,
    seat_commands.Claim: seat_offers.claim,
    seat_commands.Decline: seat_offers.decline,
    seat_commands.StopWaiting: seat_answers.stop_waiting,
    seat_commands.Depart: seat_answers.depart,
    seat_commands.Link: seat_answers.link,
    seat_commands.SetCap: seat_organisers.set_cap,
    seat_commands.SetPlace: seat_places.set_place,
    seat_commands.Seat: seat_organisers.seat,
    seat_commands.Remove: seat_organisers.remove,
    seat_commands.Reschedule: seat_organisers.reschedule,
    seat_commands.Configure: seat_organisers.configure,
    seat_commands.Cancel: seat_organisers.cancel,
    seat_commands.CheckIn: seat_day.check_in,
    seat_commands.Correct: seat_day.correct,
    seat_commands.Close: seat_day.close,
}
