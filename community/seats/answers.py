"""What a member does about their own seat: going, maybe, cannot, another kind, leaving the line."""

from __future__ import annotations

from msgspec.structs import replace

from community.seats.commands import Depart, Link, Rsvp, StopWaiting
from community.seats.desk import Desk
from community.seats.offers import take_offer
from community.seats.outcomes import Ask, AskedError, Reason, Refusal, RefusedError, What
from community.seats.values import CLICKS, RANK, Answer, Entry, Mark, Phase, SeatKind, Wait

_MARKS = (Mark.ATTENDED, Mark.WALK_IN, Mark.EXCUSED, Mark.NO_SHOW)  # of two accounts, the one that saw more


def refuse_unless_ahead(desk: Desk) -> None:
    """Refuse what makes sense only before the start.

    Raises:
        RefusedError: the meetup was cancelled, has begun or is over.

    """
    if desk.ledger.cancelled:
        raise RefusedError(Refusal(reason=Reason.CANCELLED))
    if desk.phase in {Phase.BEGUN, Phase.CLOSED}:
        raise RefusedError(Refusal(reason=Reason.BEGUN))


def rsvp(desk: Desk, command: Rsvp) -> None:
    """Answer the invitation.

    Raises:
        RefusedError: it cannot be; the reason says why.
        AskedError: a seat would be lost, and the command is not confirmed.

    """
    refuse_unless_ahead(desk)
    entry = desk.entry(command.member)
    if command.quiet or command.zone:
        entry = desk.put(replace(entry, quiet=command.quiet, zone=command.zone or entry.zone))
    if command.answer is Answer.GOING:
        _go(desk, entry, command)
    else:
        _step_back(desk, entry, command)


def _step_back(desk: Desk, entry: Entry, command: Rsvp) -> None:
    if entry.answer is command.answer:
        return  # who said so before has no seat and no place in a line
    if entry.seat and desk.would_be_lost(entry.seat) and not command.confirmed:
        raise AskedError(Ask.LEAVE, entry.seat)
    entry = free(desk, entry)
    desk.put(replace(entry, answer=command.answer))
    desk.fact(What.ANSWERED, entry.member, answer=command.answer.value)


def free(desk: Desk, entry: Entry) -> Entry:
    """Take away seat, place and offer."""
    if entry.wait:
        desk.fact(What.STOPPED_WAITING, entry.member, entry.wait.kind)
        entry = desk.leave_line(entry)
    if entry.seat:
        desk.fact(What.LEFT, entry.member, entry.seat)
        entry = desk.put(replace(entry, seat=None))
        if entry.mark:  # checked in early, and left again before the start
            entry = desk.put(replace(entry, mark=None, marked_by=None))
            desk.fact(What.MARKED, entry.member, None, None, mark=None)
    return entry


def _go(desk: Desk, entry: Entry, command: Rsvp) -> None:
    kind = command.kind or _kind_of(desk, entry) or _only_kind(desk)
    allotment = desk.allotment(kind)
    if entry.seat is kind:
        if entry.wait and command.kind and not command.keep_waiting:  # chosen again: they would rather stay
            desk.fact(What.STOPPED_WAITING, entry.member, entry.wait.kind)
            desk.leave_line(entry)
        return
    if entry.offer and entry.offer.kind is kind:
        take_offer(desk, entry)
        return
    waits_here = entry.wait is not None and entry.wait.kind is kind
    if allotment.by_invitation and not waits_here:
        raise RefusedError(Refusal(reason=Reason.BY_INVITATION, kind=kind))
    if desk.is_open(kind):
        _take(desk, entry, kind, command)
    elif not waits_here:
        if entry.wait:
            desk.fact(What.STOPPED_WAITING, entry.member, entry.wait.kind)
        desk.queue(entry, kind)
        desk.fact(What.WAITING, entry.member, kind)


def _kind_of(desk: Desk, entry: Entry) -> SeatKind | None:
    """Return the kind that somebody has or waits for, as long as there are such seats."""
    kind = entry.wait.kind if entry.wait and not entry.seat else entry.seat
    return None if kind is None or desk.ledger.allotments[kind].closed else kind


def _take(desk: Desk, entry: Entry, kind: SeatKind, command: Rsvp) -> None:
    if entry.seat and desk.would_be_lost(entry.seat) and not command.confirmed:
        raise AskedError(Ask.MOVE, entry.seat)
    if entry.wait and entry.wait.kind is not kind and not command.keep_waiting:
        desk.fact(What.STOPPED_WAITING, entry.member, entry.wait.kind)
        entry = desk.leave_line(entry)
    if entry.seat:
        desk.fact(What.MOVED, entry.member, kind, **{"from": entry.seat.value})
    else:
        desk.fact(What.SEATED, entry.member, kind)
    desk.sit(entry, kind)


def _only_kind(desk: Desk) -> SeatKind:
    kinds = desk.ledger.choices
    if len(kinds) != 1:
        raise RefusedError(Refusal(reason=Reason.WHICH_KIND))
    return kinds[0]


def stop_waiting(desk: Desk, command: StopWaiting) -> None:
    """Leave the line. Who has no seat either has no answer any more.

    Raises:
        RefusedError: it is too late to change anything.

    """
    refuse_unless_ahead(desk)
    entry = desk.entry(command.member)
    if entry.wait:
        desk.fact(What.STOPPED_WAITING, entry.member, entry.wait.kind)
        entry = desk.leave_line(entry)
        desk.put(replace(entry, answer=Answer.GOING if entry.seat else None))


def depart(desk: Desk, command: Depart) -> None:
    """Free what somebody had who left the community. What happened at a meetup stays, unless they are erased."""
    entry = desk.entries.get(command.member)
    if entry is None:
        return
    if desk.phase in {Phase.BEGUN, Phase.CLOSED}:
        if command.erase:
            desk.drop(entry.member)
            desk.fact(What.DEPARTED, entry.member)
        return
    if entry.seat or entry.wait or entry.answer:
        free(desk, entry)
        desk.fact(What.DEPARTED, entry.member)
    desk.drop(entry.member)
    if not command.erase:
        desk.put(Entry(member=entry.member, clicks=entry.clicks))


def link(desk: Desk, command: Link) -> None:
    """Make two members one: of two seats the better stays and the other is freed, of two places the earlier."""
    kept, gone = desk.ledger.member(command.kept), desk.ledger.member(command.gone)
    if kept == gone:
        return
    desk.ledger = replace(desk.ledger, aliases=desk.ledger.aliases | {gone: kept})
    if gone not in desk.entries:
        return
    first, second = desk.entry(kept), desk.entry(gone)
    seats = sorted(
        (e.seat for e in (first, second) if e.seat), key=lambda k: (desk.ledger.allotments[k].closed, RANK[k])
    )
    seat = seats[0] if seats else None
    for freed in seats[1:]:
        desk.fact(What.LEFT, kept, freed)
    source = _better_place(first, second, seat)
    for entry in (first, second):
        if entry is not source:
            desk.withdraw(entry)
    desk.drop(gone)
    desk.put(
        replace(
            first,
            answer=_answer(first, second),
            seat=seat,
            wait=_joined_wait(first, second, source),
            offer=source.offer if source else None,
            claimed=max(first.claimed, second.claimed),
            declined=max(first.declined, second.declined),
            quiet=first.quiet or second.quiet,
            zone=first.zone or second.zone,
            mark=_mark(first, second, seat),
            marked_by=first.marked_by if first.mark else second.marked_by,
            clicks=(*first.clicks, *second.clicks)[-CLICKS * 2 :],
        )
    )
    desk.fact(What.MERGED, kept, gone=gone)


def _better_place(first: Entry, second: Entry, seat: SeatKind | None) -> Entry | None:
    """Return whose place in a line is kept: of the better kind, then with an offer, then the earlier.

    A line for a kind that is worth less than the seat is left, unless they wished so as one: promotion would take the
    better seat from them.
    """
    waits = [
        (RANK[e.wait.kind], e.offer is None, e.wait.place, e)
        for e in (first, second)
        if e.wait and (seat is None or RANK[e.wait.kind] < RANK[seat] or (e.seat is seat and e.wait.kind is not seat))
    ]
    return min(waits, key=lambda wait: wait[:3])[3] if waits else None


def _joined_wait(first: Entry, second: Entry, source: Entry | None) -> Wait | None:
    """Return the place that is kept, with all that was passed by either."""
    if source is None or source.wait is None:
        return None
    same = [e.wait for e in (first, second) if e.wait and e.wait.kind is source.wait.kind]
    passed = tuple(sorted({vacancy for wait in same for vacancy in wait.passed}))
    return replace(min(same, key=lambda wait: wait.place), passed=passed)


def _mark(first: Entry, second: Entry, seat: SeatKind | None) -> Mark | None:
    mark = next((m for m in _MARKS if m in {first.mark, second.mark}), None)
    return Mark.ATTENDED if mark is Mark.WALK_IN and seat else mark  # came as one, had the seat as the other


def _answer(first: Entry, second: Entry) -> Answer | None:
    answers = {first.answer, second.answer}
    return next((answer for answer in Answer if answer in answers), None)
