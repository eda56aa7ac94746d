"""What organisers do with seats: more or fewer of them, somebody seated or removed, another time, all called off."""

from __future__ import annotations

from datetime import UTC, timedelta

from msgspec.structs import replace

from community.seats.answers import free, refuse_unless_ahead
from community.seats.commands import Cancel, Configure, Remove, Reschedule, Seat, SetCap
from community.seats.desk import Desk, involved
from community.seats.offers import renew_offers
from community.seats.outcomes import Reason, Refusal, RefusedError, Tell, What
from community.seats.values import BY_INVITATION, Allotment, SeatKind, SeatRules

MOST_SEATS = 100_000


def refuse_when_over(desk: Desk) -> None:
    """Refuse what makes no sense once the meetup is settled.

    Raises:
        RefusedError: it was cancelled, or is closed.

    """
    if desk.ledger.cancelled:
        raise RefusedError(Refusal(reason=Reason.CANCELLED))
    if desk.ledger.closed:
        raise RefusedError(Refusal(reason=Reason.CLOSED))


def set_cap(desk: Desk, command: SetCap) -> None:
    """Set how many seats there are of a kind.

    A cap below the seats that are taken or promised is refused, with both figures: nobody is thrown out by a number.

    Raises:
        RefusedError: the cap is no number of seats, or too low.

    """
    refuse_when_over(desk)
    kind, cap = command.kind, command.cap
    taken, offered = desk.taken(kind), desk.offered(kind)
    if cap is not None and not 0 <= cap <= MOST_SEATS:
        raise RefusedError(Refusal(reason=Reason.BAD_CAP, kind=kind, cap=cap))
    if cap is not None and cap < taken + offered:
        raise RefusedError(Refusal(reason=Reason.BELOW_TAKEN, kind=kind, cap=cap, taken=taken, offered=offered))
    before = desk.ledger.allotments.get(kind)
    invited = kind in BY_INVITATION if before is None else before.by_invitation
    closed = before is not None and before.closed
    after = Allotment(cap=cap, by_invitation=invited, closed=closed)
    if after == before:
        return
    desk.set_allotment(kind, after)
    desk.fact(What.CAP, None, kind, command.by, cap=cap, before=before.cap if before else 0)


def seat(desk: Desk, command: Seat) -> None:
    """Give somebody a seat, past the line.

    Raises:
        RefusedError: there is no free one that is not promised to somebody else.

    """
    refuse_when_over(desk)
    cap = desk.allotment(command.kind).cap
    entry = desk.entry(command.member)
    if entry.seat is command.kind:
        return
    kept_for_them = entry.offer is not None and entry.offer.kind is command.kind
    if not desk.is_open(command.kind) and not kept_for_them:
        taken, offered = desk.taken(command.kind), desk.offered(command.kind)
        raise RefusedError(Refusal(reason=Reason.FULL, kind=command.kind, cap=cap, taken=taken, offered=offered))
    moved_from = entry.seat
    desk.fact(
        What.SEATED_BY, entry.member, command.kind, command.by, **({"from": moved_from.value} if moved_from else {})
    )
    desk.tell(Tell.SEATED, entry, command.kind, moved_from=moved_from)
    desk.sit(entry, command.kind)


def remove(desk: Desk, command: Remove) -> None:
    """Take somebody off the list, whatever they had.

    Raises:
        RefusedError: they stand nowhere on it, or it has begun: then a mark says how it went.

    """
    refuse_unless_ahead(desk)
    entry = desk.entries.get(command.member)
    if entry is None or not involved(entry):
        raise RefusedError(Refusal(reason=Reason.NOT_LISTED, members=(command.member,)))
    kind = entry.seat or (entry.wait.kind if entry.wait else None)
    desk.tell(Tell.REMOVED, entry, kind)
    entry = free(desk, entry)
    desk.put(replace(entry, answer=None))
    desk.fact(What.REMOVED_BY, entry.member, kind, command.by)


def cancel(desk: Desk, command: Cancel) -> None:
    """Call the meetup off: all seats, places and offers are released, and everybody concerned is told.

    Raises:
        RefusedError: it is over.

    """
    if desk.ledger.cancelled:
        return
    refuse_when_over(desk)
    desk.ledger = replace(desk.ledger, cancelled=True)
    desk.fact(What.CANCELLED, None, None, command.by)
    for entry in sorted(desk.entries.values(), key=lambda e: e.member):
        if involved(entry):
            desk.tell(Tell.CANCELLED, entry, entry.seat or (entry.wait.kind if entry.wait else None))
            desk.put(replace(desk.leave_line(entry), seat=None))


def reschedule(desk: Desk, command: Reschedule) -> None:
    """Change the time. Seats stay, open offers are looked at again, everybody concerned is told.

    Raises:
        RefusedError: the new time is not to come, or somebody has been at the meetup already.

    """
    refuse_when_over(desk)
    starts, ends = command.starts.astimezone(UTC), command.ends.astimezone(UTC)
    if (starts, ends) == (desk.ledger.starts, desk.ledger.ends):
        return
    if starts <= desk.now or ends <= starts:
        raise RefusedError(Refusal(reason=Reason.PAST))
    if any(entry.mark for entry in desk.entries.values()):
        raise RefusedError(Refusal(reason=Reason.BEGUN))
    before = desk.ledger.starts
    desk.ledger = replace(desk.ledger, starts=starts, ends=ends)
    desk.fact(What.RESCHEDULED, None, None, command.by, starts=starts.isoformat(), before=before.isoformat())
    renew_offers(desk, new_time=True)
    for entry in sorted(desk.entries.values(), key=lambda e: e.member):
        if involved(entry):
            kind = entry.seat or (entry.wait.kind if entry.wait else None)
            offer = entry.offer
            desk.tell(
                Tell.TIME_CHANGED, entry, kind, offer=offer.id if offer else None, until=offer.until if offer else None
            )


def configure(desk: Desk, command: Configure) -> None:
    """Change the rules, and look at open offers by the new ones.

    Raises:
        RefusedError: the rules contradict each other, or it is over.

    """
    refuse_when_over(desk)
    if not are_sound(command.rules):
        raise RefusedError(Refusal(reason=Reason.BAD_RULES))
    if command.rules == desk.ledger.rules:
        return
    desk.ledger = replace(desk.ledger, rules=command.rules)
    desk.fact(What.CONFIGURED, None, None, command.by)
    renew_offers(desk, new_time=False)


def are_sound(rules: SeatRules) -> bool:
    """Tell whether rules make sense together: offers end after promotion does, and a window has a length."""
    nothing = timedelta()
    spans = (rules.no_offers_from, rules.check_in_opens, rules.settle)
    return (
        all(s >= nothing for s in spans)
        and rules.promote_until >= rules.no_offers_from
        and rules.claim_window > nothing
    )


def kinds_in_order(allotments: dict[SeatKind, Allotment]) -> dict[SeatKind, Allotment]:
    """Return allotments in the order of kinds, so that equal ledgers are written equally."""
    return {kind: allotments[kind] for kind in SeatKind if kind in allotments}
