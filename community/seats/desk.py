"""The desk at which one decision about seats is made: a working copy of the ledger that counts as it goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from community.hours.waking import next_waking
from community.seats.outcomes import Decision, Notice, Reason, Refusal, RefusedError, SeatFact, Tell, What
from community.seats.values import Allotment, Answer, Entry, Ledger, Offer, Phase, SeatKind, Vacancy, Wait


class Tally:
    """Who sits, waits and is asked, so that a click does not have to look at a thousand others."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.taken: Counter[SeatKind] = Counter()
        self.waiting: dict[SeatKind, dict[int, int]] = {kind: {} for kind in SeatKind}  # place in line, by member
        self.asked: dict[int, SeatKind] = {}  # the kind of their open offer, by member
        for entry in entries:
            self.add(entry)

    def copy(self) -> Tally:
        """Return another that counts on from here."""
        other = Tally()
        other.taken.update(self.taken)
        other.waiting = {kind: dict(line) for kind, line in self.waiting.items()}
        other.asked = dict(self.asked)
        return other

    def add(self, entry: Entry) -> None:
        """Count somebody."""
        if entry.seat:
            self.taken[entry.seat] += 1
        if entry.wait:
            self.waiting[entry.wait.kind][entry.member] = entry.wait.place
        if entry.offer:
            self.asked[entry.member] = entry.offer.kind

    def drop(self, entry: Entry) -> None:
        """Count somebody no longer."""
        if entry.seat:
            self.taken[entry.seat] -= 1
        if entry.wait:
            del self.waiting[entry.wait.kind][entry.member]
        if entry.offer:
            del self.asked[entry.member]


class Desk:
    """One decision under way. The ledger it was given is left as it was.

    A desk that goes on from another, over the same seats, takes over what that one has counted.
    """

    def __init__(self, ledger: Ledger, now: datetime, *, counted: Desk | None = None) -> None:
        self.ledger = ledger
        self.now = now
        self.entries = dict(ledger.entries)
        self.vacancies = list(ledger.vacancies)
        self.facts: list[SeatFact] = []
        self.notices: list[Notice] = []
        self._number = ledger.number
        self._tally = counted.tally() if counted else Tally(self.entries.values())

    @property
    def phase(self) -> Phase:
        """What becomes of a seat that is freed now."""
        return self.ledger.phase(self.now)

    def decision(self) -> Decision:
        """Return what was decided."""
        state = replace(
            self.ledger, entries=self.entries, vacancies=tuple(self.vacancies), number=self._number, at=self.now
        )
        return Decision(state=state, facts=tuple(self.facts), notices=tuple(self.notices))

    # Numbers and counts

    def next_number(self) -> int:
        """Return a number that was never given before in this ledger."""
        self._number += 1
        return self._number

    def taken(self, kind: SeatKind) -> int:
        """Return how many sit on seats of this kind."""
        return self._tally.taken[kind]

    def offered(self, kind: SeatKind) -> int:
        """Return how many seats of this kind are kept for somebody who was asked."""
        return sum(1 for asked in self._tally.asked.values() if asked is kind)

    def asked(self) -> list[Entry]:
        """Return who has an open offer."""
        return [self.entries[member] for member in self._tally.asked]

    def waited_for(self) -> list[SeatKind]:
        """Return the kinds of seats that somebody waits for."""
        return [kind for kind, line in self._tally.waiting.items() if line]

    def is_open(self, kind: SeatKind) -> bool:
        """Tell whether whoever asks now gets a seat of this kind."""
        allotment = self.ledger.allotments[kind]
        cap = allotment.cap
        return not allotment.closed and (cap is None or self._tally.taken[kind] + self.offered(kind) < cap)

    def would_be_lost(self, kind: SeatKind) -> bool:
        """Tell whether who gives up a seat of this kind could not take it again a moment later."""
        allotment = self.ledger.allotments[kind]
        return not allotment.closed and (not self.is_open(kind) or allotment.by_invitation)

    def line(self, kind: SeatKind) -> list[Entry]:
        """Return who waits for this kind, first come first."""
        line = self._tally.waiting[kind]
        return [self.entries[member] for member in sorted(line, key=line.__getitem__)]

    def tally(self) -> Tally:
        """Return a copy of what was counted so far."""
        return self._tally.copy()

    # Entries

    def entry(self, member: int) -> Entry:
        """Return what is known of a member; an empty entry for who is new."""
        return self.entries.get(member) or Entry(member=member)

    def put(self, entry: Entry) -> Entry:
        """Keep an entry in place of what was there."""
        if before := self.entries.get(entry.member):
            self._tally.drop(before)
        self.entries[entry.member] = entry
        self._tally.add(entry)
        return entry

    def drop(self, member: int) -> None:
        """Forget an entry."""
        if before := self.entries.pop(member, None):
            self._tally.drop(before)

    def set_allotment(self, kind: SeatKind, allotment: Allotment) -> None:
        """Change the seats of a kind."""
        self.ledger = replace(self.ledger, allotments=self.ledger.allotments | {kind: allotment})

    def allotment(self, kind: SeatKind) -> Allotment:
        """Return the seats of a kind that can be asked for or given.

        Raises:
            RefusedError: this meetup has no such seats, or none any more.

        """
        found = self.ledger.allotments.get(kind)
        if found is None or found.closed:
            raise RefusedError(Refusal(reason=Reason.NO_SUCH_KIND, kind=kind))
        return found

    # Steps that several commands share

    def sit(self, entry: Entry, kind: SeatKind) -> Entry:
        """Give a seat, in place of the one that was held; the line for this kind is left with it."""
        keeps = entry.wait if entry.wait and entry.wait.kind is not kind else None
        if entry.offer and not keeps:
            entry = self.without_offer(entry)
        return self.put(replace(entry, answer=Answer.GOING, seat=kind, wait=keeps))

    def queue(self, entry: Entry, kind: SeatKind) -> Entry:
        """Put somebody at the end of a line; a line they stood in before is left."""
        entry = self.withdraw(entry)
        wait = Wait(kind=kind, place=self.next_number(), since=self.now)
        return self.put(replace(entry, answer=Answer.GOING, wait=wait))

    def leave_line(self, entry: Entry) -> Entry:
        """Take somebody out of the line; an offer they had is withdrawn."""
        return self.put(replace(self.withdraw(entry), wait=None))

    def withdraw(self, entry: Entry) -> Entry:
        """Take back an open offer; its seat is offered on."""
        if entry.offer is None:
            return entry
        self.fact(What.WITHDRAWN, entry.member, entry.offer.kind, offer=entry.offer.id)
        return self.put(replace(entry, offer=None))

    def without_offer(self, entry: Entry) -> Entry:
        """End an offer because its seat is taken: the vacancy is none any more."""
        if entry.offer is None:
            return entry
        vacancy = Vacancy(entry.offer.vacancy, entry.offer.kind)
        self.vacancies = [v for v in self.vacancies if v != vacancy]
        return self.put(replace(entry, offer=None))

    def make_offer(self, entry: Entry, vacancy: Vacancy, until: datetime) -> Entry:
        """Keep a seat for somebody until then, and let them know."""
        offer = Offer(id=self.next_number(), kind=vacancy.kind, vacancy=vacancy.id, at=self.now, until=until)
        self.fact(What.OFFERED, entry.member, vacancy.kind, offer=offer.id)
        self.tell(Tell.OFFERED, entry, vacancy.kind, moved_from=entry.seat, offer=offer.id, until=until)
        return self.put(replace(entry, offer=offer))

    # What comes out

    def fact(
        self,
        what: What,
        member: int | None = None,
        kind: SeatKind | None = None,
        by: int | None = None,
        /,
        **data: str | int | None,
    ) -> None:
        """Note something that happened."""
        key = f"meetup:{self.ledger.meetup}:fact:{self.next_number()}"
        self.facts.append(SeatFact(what=what, at=self.now, key=key, member=member, kind=kind, by=by, data=data))

    def tell(
        self,
        tell: Tell,
        entry: Entry,
        kind: SeatKind | None = None,
        *,
        moved_from: SeatKind | None = None,
        offer: int | None = None,
        until: datetime | None = None,
    ) -> None:
        """Note that somebody has to be told."""
        morning = next_waking(self.now, entry.quiet, self.zone(entry), max(self.now, self.ledger.offers_until))
        notice = Notice(
            member=entry.member,
            tell=tell,
            key=f"meetup:{self.ledger.meetup}:{tell.value}:{entry.member}:{self.next_number()}",
            not_before=morning or self.now,
            kind=kind,
            moved_from=moved_from,
            offer=offer,
            until=until,
        )
        self.notices.append(notice)

    def zone(self, entry: Entry) -> ZoneInfo:
        """Return the zone that a member lives in."""
        return ZoneInfo(entry.zone or self.ledger.zone)


def involved(entry: Entry) -> bool:
    """Tell whether news of the meetup concerns somebody: they hold a seat, wait for one, or may come."""
    return bool(entry.seat or entry.wait or entry.answer is Answer.MAYBE)
