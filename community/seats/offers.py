"""What becomes of a free seat: given to the next in line, offered to the next in line, or left to who comes first."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from community.hours.quiet_hours import is_quiet
from community.hours.waking import NIGHT, waking_end, waking_time
from community.seats.commands import Claim, Decline
from community.seats.desk import Desk
from community.seats.outcomes import Reason, Refusal, RefusedError, Tell, What
from community.seats.values import Entry, Phase, SeatKind, Vacancy

LEAST_WINDOW = timedelta(minutes=15)  # awake; an offer to who sleeps until the end of offers would only block the seat


def settle(desk: Desk) -> None:
    """Do what time and free seats ask for, until nothing is left to do.

    Whoever moves up gives up a seat of another kind, which may serve somebody else: hence the loop. It ends, because
    every round gives somebody who waits a seat or an offer.
    """
    lapse_due(desk)
    lines = desk.waited_for()
    while any(_fill(desk, kind) for kind in lines):
        pass
    waited_for, offered = desk.waited_for(), _offered(desk)
    phase_of_offers = desk.phase is Phase.OFFER
    desk.vacancies = [v for v in desk.vacancies if v.id in offered or (phase_of_offers and v.kind in waited_for)]
    _say_what_became(desk)


def _say_what_became(desk: Desk) -> None:
    """Let those whose offers lapsed know whether somebody else was asked; and the line, once nobody is asked any more.

    Who sleeps is not woken for a seat that has to be taken at once.
    """
    lapsed = {n.kind: desk.is_open(n.kind) for n in desk.notices if n.tell is Tell.LAPSED and n.kind}
    if not lapsed or desk.ledger.cancelled:
        desk.notices = [n for n in desk.notices if n.tell is not Tell.LAPSED]
        return
    late = desk.phase is Phase.FIRST_COME
    keeps = desk.ledger.rules.lapsed_keeps_place and not late
    desk.notices = [
        replace(n, is_free=bool(n.kind and lapsed[n.kind]), keeps_place=keeps) if n.tell is Tell.LAPSED else n
        for n in desk.notices
    ]
    told = {n.member for n in desk.notices if n.tell in {Tell.LAPSED, Tell.FREE}}
    for kind in [kind for kind, is_free in lapsed.items() if late and is_free]:
        for entry in desk.line(kind):
            if entry.member not in told and not is_quiet(entry.quiet or NIGHT, desk.now, desk.zone(entry)):
                desk.tell(Tell.FREE, entry, kind)


def lapse_due(desk: Desk) -> None:
    """End the offers whose time has run out."""
    late = desk.phase not in {Phase.PROMOTE, Phase.OFFER}
    due = [e for e in desk.asked() if e.offer and (late or e.offer.until <= desk.now)]
    for entry in sorted(due, key=lambda e: e.offer.id if e.offer else 0):
        _let_go(desk, entry, What.LAPSED, keeps_place=desk.ledger.rules.lapsed_keeps_place)
        if desk.now < desk.ledger.starts:  # later, it would only be a reproach
            desk.tell(Tell.LAPSED, entry, entry.offer.kind if entry.offer else None)


def _fill(desk: Desk, kind: SeatKind) -> bool:
    """Give or offer the free seats of a kind; tell whether a seat changed hands."""
    if desk.phase is Phase.PROMOTE:
        return _promote(desk, kind)
    if desk.phase is Phase.OFFER:
        if desk.ledger.allotments[kind].cap is None:  # the cap was lifted: there is nothing to ask
            return _promote(desk, kind)
        _offer(desk, kind)
    return False


def _promote(desk: Desk, kind: SeatKind) -> bool:
    moved = False
    for entry in desk.line(kind) if desk.is_open(kind) else []:
        if not desk.is_open(kind):
            break
        seat_from_line(desk, entry, kind)
        moved = True
    return moved


def seat_from_line(desk: Desk, entry: Entry, kind: SeatKind) -> None:
    """Give a seat to somebody who waited for it."""
    desk.fact(What.PROMOTED, entry.member, kind, **({"from": entry.seat.value} if entry.seat else {}))
    desk.tell(Tell.PROMOTED, entry, kind, moved_from=entry.seat)
    desk.sit(entry, kind)


def _offer(desk: Desk, kind: SeatKind) -> None:
    """Offer each free seat to the first in line who was not asked about it yet."""
    _forget_taken(desk, kind)
    if not desk.is_open(kind):
        return
    line = [entry for entry in desk.line(kind) if not entry.offer]
    taken_up = _offered(desk)
    for vacancy in [v for v in desk.vacancies if v.kind is kind and v.id not in taken_up]:
        if asked := _first(desk, line, vacancy.id):
            line.remove(asked)
            _offer_to(desk, asked, vacancy)
    while _unnamed(desk, kind) > 0 and (asked := _first(desk, line, None)):
        line.remove(asked)
        vacancy = Vacancy(desk.next_number(), kind)
        desk.vacancies.append(vacancy)
        _offer_to(desk, asked, vacancy)


def _offered(desk: Desk) -> set[int]:
    """Return the vacancies that somebody is asked about."""
    return {entry.offer.vacancy for entry in desk.asked() if entry.offer}


def _first(desk: Desk, line: list[Entry], vacancy: int | None) -> Entry | None:
    """Return the first in line who was not asked about this vacancy and can still answer."""
    return next((e for e in line if e.wait and vacancy not in e.wait.passed and _can_answer(desk, e)), None)


def _offer_to(desk: Desk, entry: Entry, vacancy: Vacancy) -> None:
    rules = desk.ledger.rules
    until = waking_end(desk.now, rules.claim_window, entry.quiet, desk.zone(entry), desk.ledger.offers_until)
    desk.make_offer(entry, vacancy, until)


def _can_answer(desk: Desk, entry: Entry) -> bool:
    awake = waking_time(desk.now, desk.ledger.offers_until, entry.quiet, desk.zone(entry))
    return awake >= min(LEAST_WINDOW, desk.ledger.rules.claim_window)


def _unnamed(desk: Desk, kind: SeatKind) -> int:
    """Return how many free seats nobody was asked about yet."""
    cap = desk.ledger.allotments[kind].cap or 0
    return cap - desk.taken(kind) - sum(1 for v in desk.vacancies if v.kind is kind)


def _forget_taken(desk: Desk, kind: SeatKind) -> None:
    """Drop vacancies that were taken without an offer, or with a lower cap are none: the longest known first."""
    offered = _offered(desk)
    for vacancy in list(desk.vacancies):
        if _unnamed(desk, kind) >= 0:
            return
        if vacancy.kind is kind and vacancy.id not in offered:
            desk.vacancies.remove(vacancy)


def claim(desk: Desk, command: Claim) -> None:
    """Take an offered seat.

    Raises:
        RefusedError: the offer is open no more.

    """
    entry = desk.entry(command.member)
    if entry.claimed == command.offer:
        return
    if entry.offer is None or entry.offer.id != command.offer:
        raise RefusedError(Refusal(reason=Reason.OFFER_GONE))
    take_offer(desk, entry)


def take_offer(desk: Desk, entry: Entry) -> None:
    """Give the seat that was kept for somebody."""
    if entry.offer is None:
        return
    offer = entry.offer
    left = {"from": entry.seat.value} if entry.seat else {}
    desk.fact(What.CLAIMED, entry.member, offer.kind, offer=offer.id, **left)
    desk.sit(replace(desk.without_offer(entry), claimed=offer.id), offer.kind)


def decline(desk: Desk, command: Decline) -> None:
    """Let an offered seat go to the next.

    Raises:
        RefusedError: the offer is open no more.

    """
    entry = desk.entry(command.member)
    if entry.declined == command.offer:
        return
    if entry.offer is None or entry.offer.id != command.offer:
        raise RefusedError(Refusal(reason=Reason.OFFER_GONE))
    entry = desk.put(replace(entry, declined=command.offer))
    _let_go(desk, entry, What.DECLINED, keeps_place=desk.ledger.rules.declined_keeps_place)


def _let_go(desk: Desk, entry: Entry, what: What, *, keeps_place: bool) -> None:
    """Note that an offer was not taken. Of seats one is as good as the other: all that are free now count as passed.

    Else two who let their offers lapse together would be offered each other's, before those who wait behind them.
    """
    if entry.offer is None or entry.wait is None:
        return
    desk.fact(what, entry.member, entry.offer.kind, offer=entry.offer.id)
    place = entry.wait.place if keeps_place else desk.next_number()
    free = {vacancy.id for vacancy in desk.vacancies if vacancy.kind is entry.wait.kind}
    wait = replace(entry.wait, place=place, passed=tuple(sorted(free)))
    desk.put(replace(entry, offer=None, wait=wait))


def renew_offers(desk: Desk, *, new_time: bool) -> None:
    """Look again at open offers after the time or the rules changed.

    What was offered is not taken away while it can be kept: where seats are given at once again, it is given to whom
    it was offered; else its window is cut or stretched to the new end of offers. Whoever passed before may want the
    new time, so passes are forgotten.
    """
    rules = desk.ledger.rules
    for entry in sorted(desk.entries.values(), key=lambda e: e.wait.place if e.wait else 0):
        if new_time and entry.wait and entry.wait.passed:
            entry = desk.put(replace(entry, wait=replace(entry.wait, passed=())))  # noqa: PLW2901 - the newer of two
        if entry.offer is None:
            continue
        if desk.phase is Phase.PROMOTE:
            seat_from_line(desk, desk.without_offer(entry), entry.offer.kind)
        elif desk.phase is Phase.OFFER:
            end = desk.ledger.offers_until
            until = waking_end(entry.offer.at, rules.claim_window, entry.quiet, desk.zone(entry), end)
            desk.put(replace(entry, offer=replace(entry.offer, until=until)))
    if new_time:
        offered = _offered(desk)
        desk.vacancies = [v for v in desk.vacancies if v.id in offered]
