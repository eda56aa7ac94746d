"""What a new place means for seats: kinds are opened and closed, and where one takes another's place all move along."""

from __future__ import annotations

from msgspec.structs import replace

from community.seats.commands import SetPlace
from community.seats.desk import Desk
from community.seats.organisers import refuse_when_over
from community.seats.outcomes import What
from community.seats.values import Allotment, Answer, SeatKind

PLACES = (SeatKind.VENUE, SeatKind.ONLINE)  # the kinds that a place has or has not


def set_place(desk: Desk, command: SetPlace) -> None:
    """Offer the kinds of seats that a place has, and no others.

    Where one kind comes in place of the other, everybody's seat and place in line is of the new kind: nobody is asked
    to do again what they have done. Where a kind is only given up, who sits there keeps the seat until they choose
    another, because whether they can come elsewhere nobody knows; nobody new gets one, and nobody waits for one.

    Raises:
        RefusedError: the meetup is over.

    """
    refuse_when_over(desk)
    had = tuple(k for k in PLACES if k in desk.ledger.allotments and not desk.ledger.allotments[k].closed)
    has = tuple(k for k in PLACES if k in command.kinds)
    if had == has:
        return
    gone = tuple(kind for kind in had if kind not in has)
    new = tuple(kind for kind in has if kind not in had)
    for kind in new:
        before = desk.ledger.allotments.get(kind, Allotment())
        desk.set_allotment(kind, replace(before, closed=False, cap=before.cap or None))  # a cap of none left it shut
    for kind in gone:
        for entry in desk.line(kind):
            desk.withdraw(entry)
        desk.set_allotment(kind, replace(desk.ledger.allotments[kind], closed=True))
    if len(gone) == len(new) == 1:
        _move_all(desk, gone[0], new[0])
    for kind in gone:
        for entry in desk.line(kind):
            desk.fact(What.STOPPED_WAITING, entry.member, kind)
            desk.put(replace(desk.leave_line(entry), answer=Answer.GOING if entry.seat else None))
    desk.fact(What.PLACE, None, None, command.by, kinds=",".join(has))


def _move_all(desk: Desk, old: SeatKind, new: SeatKind) -> None:
    """Make seats and places in line of one kind such of another. A cap that is too low for them is raised."""
    for entry in sorted(desk.entries.values(), key=lambda e: e.member):
        if entry.seat is old:
            desk.fact(What.MOVED, entry.member, new, **{"from": old.value})
            stays = entry.wait if entry.wait and entry.wait.kind is not new else None
            desk.put(replace(entry, seat=new, wait=stays))
    for entry in desk.line(old):
        if entry.wait and entry.seat is not new:
            desk.put(replace(entry, wait=replace(entry.wait, kind=new, passed=())))
    allotment = desk.ledger.allotments[new]
    if allotment.cap is not None and allotment.cap < desk.taken(new):
        desk.set_allotment(new, replace(allotment, cap=desk.taken(new)))
