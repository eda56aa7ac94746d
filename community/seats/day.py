"""The day itself: who is here, who came without a seat, who did not come, and corrections by moderators."""

from __future__ import annotations

from msgspec.structs import replace

from community.seats.commands import CheckIn, Close, Correct
from community.seats.desk import Desk
from community.seats.outcomes import Reason, Refusal, RefusedError, What
from community.seats.values import CAME, Entry, Ledger, Mark, Phase

_NEEDS_SEAT = frozenset({Mark.NO_SHOW, Mark.EXCUSED})


def check_in(desk: Desk, command: CheckIn) -> None:
    """Note that somebody is here. A walk-in takes no seat: they came, and the list of seats stays as promised.

    Raises:
        RefusedError: it is too early or too late, or a moderator has said otherwise.

    """
    _refuse_outside_the_day(desk)
    entry = desk.entry(command.member)
    mark = Mark.ATTENDED if entry.seat else Mark.WALK_IN
    if entry.mark in CAME:
        return
    if entry.marked_by is not None and command.by is None:
        raise RefusedError(Refusal(reason=Reason.ALREADY_MARKED, members=(entry.member,)))
    _mark(desk, entry, mark, command.by)


def correct(desk: Desk, command: Correct) -> None:
    """Set for many at once how it went: all, or none and the names of those for whom it cannot be.

    Raises:
        RefusedError: it is too early, or somebody without a seat would be a no-show or excused.

    """
    if desk.ledger.cancelled:
        raise RefusedError(Refusal(reason=Reason.CANCELLED))
    if desk.now < desk.ledger.starts - desk.ledger.rules.check_in_opens:
        raise RefusedError(Refusal(reason=Reason.TOO_EARLY))
    marks = {desk.ledger.member(member): mark for member, mark in command.marks.items()}
    without = tuple(m for m, mark in sorted(marks.items()) if mark in _NEEDS_SEAT and not desk.entry(m).seat)
    if without:
        raise RefusedError(Refusal(reason=Reason.NO_SEAT, members=without))
    for member, wished in sorted(marks.items()):
        entry = desk.entry(member)
        came = Mark.ATTENDED if entry.seat else Mark.WALK_IN
        mark = came if wished in CAME else wished
        if mark is not entry.mark:
            _mark(desk, entry, mark, command.by)


def close(desk: Desk, command: Close) -> None:
    """Settle attendance now.

    Raises:
        RefusedError: it has not begun, or was cancelled.

    """
    if desk.ledger.closed:
        return
    if desk.ledger.cancelled:
        raise RefusedError(Refusal(reason=Reason.CANCELLED))
    if desk.phase is not Phase.BEGUN:
        raise RefusedError(Refusal(reason=Reason.TOO_EARLY))
    _settle_attendance(desk, command.by)


def close_when_due(desk: Desk) -> None:
    """Settle attendance when the time for corrections is over."""
    if not (desk.ledger.closed or desk.ledger.cancelled) and desk.now >= desk.ledger.closes:
        _settle_attendance(desk, None)


def _settle_attendance(desk: Desk, by: int | None) -> None:
    """Make absence a fact, where attendance was taken at all: with no check-in, nobody is called a no-show."""
    desk.ledger = replace(desk.ledger, closed=True)
    desk.fact(What.CLOSED, None, None, by)
    if any(entry.mark in CAME for entry in desk.entries.values()):
        for entry in sorted(desk.entries.values(), key=lambda e: e.member):
            if entry.seat and not entry.mark:
                _mark(desk, entry, Mark.NO_SHOW, None)


def _mark(desk: Desk, entry: Entry, mark: Mark | None, by: int | None) -> None:
    desk.put(replace(entry, mark=mark, marked_by=by if mark else None))
    desk.fact(What.MARKED, entry.member, entry.seat, by, mark=mark.value if mark else None)


def _refuse_outside_the_day(desk: Desk) -> None:
    if desk.ledger.cancelled:
        raise RefusedError(Refusal(reason=Reason.CANCELLED))
    if desk.ledger.closed:
        raise RefusedError(Refusal(reason=Reason.CLOSED))
    if desk.now < desk.ledger.starts - desk.ledger.rules.check_in_opens:
        raise RefusedError(Refusal(reason=Reason.TOO_EARLY))


def attendance(ledger: Ledger) -> dict[int, Mark]:
    """Return how it went with everybody of whom it is known."""
    return {entry.member: entry.mark for entry in ledger.entries.values() if entry.mark}
