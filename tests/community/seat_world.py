"""A meetup under test: it hears commands, and after each one checks by its own counting that the ledger is valid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from community.hours.quiet_hours import QuietHours
from community.hours.waking import waking_time
from community.seats.commands import (
    Cancel,
    CheckIn,
    Claim,
    ClockMoved,
    Close,
    Command,
    Configure,
    Correct,
    Decline,
    Depart,
    Link,
    MemberCommand,
    OrganiserCommand,
    Remove,
    Reschedule,
    Rsvp,
    Seat,
    SetCap,
    SetPlace,
    StopWaiting,
)  # fmt: skip
from community.seats.desk import involved
from community.seats.ledger import decide, next_deadline, open_ledger
from community.seats.offers import LEAST_WINDOW
from community.seats.outcomes import Decision, Tell, What
from community.seats.values import Allotment, Answer, Entry, Ledger, Mark, Phase, SeatKind, SeatRules

MEMBERS = 7
ORGANISER = 99
STARTS = datetime(2026, 12, 4, 10, tzinfo=UTC)
ZONES = ("Asia/Tokyo", "Europe/Berlin", "America/New_York", "")
QUIETS = (None, QuietHours(time(22), time(7)), QuietHours(time(0), time(6)), QuietHours(time(13), time(12)))
KINDS = tuple(SeatKind)
SELF_SERVICE = (SeatKind.VENUE, SeatKind.ONLINE)
STEPS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 30, 60, 100, 190, 600))
DIRECT = {What.SEATED, What.MOVED}


def new_ledger(
    venue: int | None = 2, online: int | None = None, rules: SeatRules | None = None, days_before: float = 4
) -> Ledger:
    """Open a hybrid meetup, some days before it starts."""
    return open_ledger(
        meetup=1,
        starts=STARTS,
        ends=STARTS + timedelta(hours=2),
        zone="Asia/Tokyo",
        allotments={
            SeatKind.VENUE: Allotment(cap=venue),
            SeatKind.ONLINE: Allotment(cap=online),
            SeatKind.SPEAKER: Allotment(cap=1, by_invitation=True),
        },
        rules=rules or SeatRules(),
        at=STARTS - timedelta(days=days_before),
    )


class World:
    """A ledger that is checked after every command."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.now = ledger.at
        self.keys: set[str] = set()
        self.asked: set[tuple[int, int]] = set()  # (vacancy, member): asked about it
        self.clicks = 0
        self.met: Counter[str] = Counter()  # what a run has seen: commands, facts, refusals, questions

    def wait(self, span: timedelta) -> None:
        self.now += span

    def do(self, command: Command) -> Decision:
        before = self.ledger
        decision = decide(before, command, self.now)
        after = decision.state
        check_state(after, self.now)
        check_read_back(before, command, self.now, decision)
        check_repeats(after, command, self.now)
        self.check_outcome(before, decision)
        check_order(before, decision, self.now)
        self.met[f"command {type(command).__name__}"] += 1
        self.met.update(f"fact {fact.what.value}" for fact in decision.facts)
        if decision.refusal:
            self.met[f"refused {decision.refusal.reason.value}"] += 1
        if decision.ask:
            self.met[f"asked {decision.ask.value}"] += 1
        self.ledger = after
        return decision

    def check_outcome(self, before: Ledger, decision: Decision) -> None:
        keys = [fact.key for fact in decision.facts] + [notice.key for notice in decision.notices]
        assert len(keys) == len(set(keys))
        assert not self.keys & set(keys)
        self.keys |= set(keys)
        assert all(notice.not_before >= self.now for notice in decision.notices)
        for tell, what in ((Tell.PROMOTED, What.PROMOTED), (Tell.OFFERED, What.OFFERED)):
            told = [n.member for n in decision.notices if n.tell is tell]
            happened = [f.member for f in decision.facts if f.what is what]
            assert sorted(told) == sorted(m for m in happened if m is not None)
            assert len(told) == len(set(told)), "nobody is told twice in one go"
        if any(f.what is What.RESCHEDULED for f in decision.facts):
            self.asked.clear()
        for fact in decision.facts:
            if fact.what in {What.STOPPED_WAITING, What.MERGED, What.WITHDRAWN}:
                self.asked = {(v, m) for v, m in self.asked if m not in {fact.member, fact.data.get("gone")}}
        old = {e.offer.id for e in before.entries.values() if e.offer}
        for entry in decision.state.entries.values():
            if entry.offer and entry.offer.id not in old:
                assert (entry.offer.vacancy, entry.member) not in self.asked, "asked twice about one seat"
                self.asked.add((entry.offer.vacancy, entry.member))

    def click(self) -> str:
        self.clicks += 1
        return f"click {self.clicks}"


def reachable(ledger: Ledger, entry: Entry, now: datetime) -> bool:
    zone = ZoneInfo(entry.zone or ledger.zone)
    return waking_time(now, ledger.offers_until, entry.quiet, zone) >= min(LEAST_WINDOW, ledger.rules.claim_window)


def line(ledger: Ledger, kind: SeatKind) -> list[Entry]:
    waiting = [(e.wait.place, e.member, e) for e in ledger.entries.values() if e.wait and e.wait.kind is kind]
    return [entry for _, _, entry in sorted(waiting, key=lambda w: w[:2])]


def free_seats(ledger: Ledger, kind: SeatKind) -> int | None:
    cap = ledger.allotments[kind].cap
    taken = sum(1 for e in ledger.entries.values() if e.seat is kind)
    kept = sum(1 for e in ledger.entries.values() if e.offer and e.offer.kind is kind)
    return None if cap is None else cap - taken - kept


def check_state(ledger: Ledger, now: datetime) -> None:
    places = [e.wait.place for e in ledger.entries.values() if e.wait]
    assert len(places) == len(set(places))
    assert not set(ledger.aliases) & set(ledger.entries), "who became one with another stands nowhere twice"
    vacancies = [e.offer.vacancy for e in ledger.entries.values() if e.offer]
    assert len(vacancies) == len(set(vacancies)), "a freed seat is offered to one at a time"
    phase = ledger.phase(now)
    for member, entry in ledger.entries.items():
        assert entry.member == member
        if entry.seat or entry.wait:
            assert entry.answer is Answer.GOING
        assert not (entry.wait and entry.wait.kind is entry.seat)
        if entry.offer:
            assert entry.wait
            assert entry.wait.kind is entry.offer.kind
            assert phase is Phase.OFFER
            assert now < entry.offer.until <= ledger.offers_until
        if entry.mark in {Mark.NO_SHOW, Mark.EXCUSED, Mark.ATTENDED}:
            assert entry.seat or ledger.cancelled
        if ledger.cancelled:
            assert (entry.seat, entry.wait, entry.offer) == (None, None, None)
    for kind in ledger.allotments:
        check_kind(ledger, kind, phase, now)
    deadline = next_deadline(ledger)
    assert deadline is None or deadline > now
    assert (deadline is None) == (ledger.closed or ledger.cancelled)


def check_kind(ledger: Ledger, kind: SeatKind, phase: Phase, now: datetime) -> None:
    if ledger.allotments[kind].closed:
        assert not line(ledger, kind), "somebody waits for seats that nobody will get"
        return
    free = free_seats(ledger, kind)
    assert free is None or free >= 0, f"the cap of {kind} is exceeded"
    if free == 0:
        return
    idle = [e for e in line(ledger, kind) if not e.offer]
    if phase is Phase.PROMOTE or (phase is Phase.OFFER and free is None):
        assert not idle, "somebody waits beside a free seat"
    if phase is Phase.OFFER:
        assert all((e.wait and e.wait.passed) or not reachable(ledger, e, now) for e in idle)


def check_read_back(before: Ledger, command: Command, now: datetime, decision: Decision) -> None:
    """What is stored and read back decides the same, and the ledger that went in was not touched."""
    stored = msgspec.json.encode(before)
    again = decide(msgspec.json.decode(stored, type=Ledger), command, now)
    assert again == decision
    assert msgspec.json.decode(msgspec.json.encode(command), type=type(command)) == command
    assert msgspec.json.decode(msgspec.json.encode(decision), type=Decision) == decision


def check_repeats(after: Ledger, command: Command, now: datetime) -> None:
    """The same at once again changes nothing; where the click has a key, not even much later."""
    again = decide(after, command, now)
    assert again.facts == ()
    assert again.notices == ()
    assert same(again.state, after)
    if isinstance(command, MemberCommand | OrganiserCommand) and command.key and not isinstance(command, Depart):
        later = now + timedelta(hours=5)
        time_alone = decide(after, ClockMoved(), later)
        late = decide(after, command, later)
        assert late.again
        assert (late.state, late.facts, late.notices) == (time_alone.state, time_alone.facts, time_alone.notices)


def same(first: Ledger, second: Ledger) -> bool:
    """Tell whether two ledgers say the same, whatever clicks were heard and numbers given."""
    return msgspec.json.encode(_bare(first)) == msgspec.json.encode(_bare(second))


def _bare(ledger: Ledger) -> Ledger:
    entries = {
        number: replace(entry, clicks=(), quiet=None, zone="")
        for number, entry in sorted(ledger.entries.items())
        if involved(entry) or entry.answer or entry.mark
    }
    return replace(ledger, entries=entries, clicks=(), number=0, at=ledger.starts)


def check_order(before: Ledger, decision: Decision, now: datetime) -> None:
    """Nobody overtakes: whoever got a seat or an offer left nobody behind who stood before them and could have it."""
    after = decision.state
    renewed = any(f.what in {What.RESCHEDULED, What.CONFIGURED} for f in decision.facts)
    merged = any(f.what in {What.MERGED, What.PLACE} for f in decision.facts)
    for fact in decision.facts:
        if fact.member is None or fact.kind is None or fact.member not in after.entries:
            continue
        old = before.entries.get(fact.member)
        had = old.wait.place if old and old.wait and old.wait.kind is fact.kind else None
        stood = {e.member: e.wait.place for e in line(before, fact.kind) if e.wait}
        behind = [e for e in line(after, fact.kind) if e.member in stood and not e.offer]
        if fact.what is What.PROMOTED and not (renewed and old and old.offer) and not merged:
            assert had is not None
            assert all(e.wait and e.wait.place > had for e in behind)
        elif fact.what in DIRECT and after.phase(now) is Phase.PROMOTE:
            assert not behind
        elif fact.what in DIRECT and after.phase(now) is Phase.OFFER:
            assert all((e.wait and e.wait.passed) or not reachable(after, e, now) for e in behind)
        elif fact.what is What.OFFERED:
            check_offer(before, after, after.entries[fact.member], now)


def check_offer(before: Ledger, after: Ledger, entry: Entry, now: datetime) -> None:
    if entry.offer is None or entry.wait is None:
        return
    for other in line(after, entry.offer.kind):
        if other.wait and other.wait.place < entry.wait.place and not other.offer:
            asleep = not reachable(after, other, now) or not reachable(
                after, before.entries.get(other.member, other), now
            )
            assert entry.offer.vacancy in other.wait.passed or asleep


def script(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Read a script of steps out of bytes: the cheapest way to draw and to shrink many steps."""
    for at in range(0, len(data) - 2, 3):
        yield data[at], data[at + 1], data[at + 2]


def world_of(data: bytes) -> tuple[World, bytes]:
    """Open a meetup as the first bytes say: small caps, so that they are reached."""
    head, rest = (data + bytes(4))[:4], data[4:]
    rules = SeatRules(
        declined_keeps_place=bool(head[2] & 1),
        lapsed_keeps_place=bool(head[2] & 2),
        no_offers_from=timedelta(hours=(2, 0, 10, 24)[head[2] >> 2 & 3]),
        claim_window=timedelta(minutes=(180, 30, 600, 5)[head[2] >> 4 & 3]),
    )
    days = (4, 0.9, 1.1, 1.5)[head[3] & 3]
    world = World(new_ledger((2, 1, 1, 0)[head[0] & 3], (None, 1, 2, 1)[head[1] & 3], rules, days))
    for member in range(1, 1 + (head[3] >> 2) % MEMBERS):  # most begin with a line that waits
        world.do(Rsvp(member=member, answer=Answer.GOING, kind=SeatKind.VENUE))
    return world, rest


def command_of(world: World, what: int, who: int, how: int) -> Command:
    """Turn a step into a command that may make sense just now; often enough it does not."""
    member, kind = 1 + who % MEMBERS, SELF_SERVICE[how % 3 == 0]
    key = world.click() if who & 128 else ""
    entry = world.ledger.entries.get(world.ledger.member(member))
    holder = next((e for e in world.ledger.entries.values() if e.offer), entry)
    if what >= 150 and how & 3 and holder:
        member = holder.member
    offer = holder.offer.id if holder and holder.offer else how
    if what < 150:
        answer = (Answer.GOING, Answer.GOING, Answer.GOING, Answer.CANNOT, Answer.MAYBE)[what % 5]
        holders = [e.member for e in world.ledger.entries.values() if e.seat]
        if answer is Answer.CANNOT and how & 3 and holders:  # who has something to lose
            member = holders[who % len(holders)]
        chosen = None if how & 64 else KINDS[who >> 3 & 3] if how & 56 == 56 else kind
        return Rsvp(
            member=member, key=key, answer=answer, kind=chosen, confirmed=bool(how & 2), keep_waiting=bool(how & 4),
            quiet=QUIETS[who >> 3 & 3], zone=ZONES[who >> 5 & 3],
        )  # fmt: skip
    return rare_command(world, what, how, member=member, key=key, offer=offer, kind=kind)


def rare_command(world: World, what: int, how: int, *, member: int, key: str, offer: int, kind: SeatKind) -> Command:
    choices: list[Command] = [
        Claim(member=member, key=key, offer=offer),
        Claim(member=member, key=key, offer=offer),
        Decline(member=member, key=key, offer=offer),
        Decline(member=member, key=key, offer=offer),
        SetCap(by=ORGANISER, key=key, kind=KINDS[how & 3], cap=None if how & 128 else how >> 2 & 7),
        SetCap(by=ORGANISER, key=key, kind=kind, cap=how >> 2 & 3),
        SetPlace(by=ORGANISER, key=key, kinds=(SELF_SERVICE, SELF_SERVICE[:1], SELF_SERVICE[1:])[how % 3]),
        Seat(by=ORGANISER, key=key, member=member, kind=KINDS[how & 3]),
        Remove(by=ORGANISER, key=key, member=member),
        StopWaiting(member=member, key=key),
        Link(kept=member, gone=1 + how % MEMBERS),
        CheckIn(member=member, key=key, by=ORGANISER if how & 1 else None),
        Correct(by=ORGANISER, key=key, marks={member: (*Mark, None)[how % 5]}),
        Depart(member=member, key=key, erase=bool(how & 1)),
        Reschedule(
            by=ORGANISER, key=key,
            starts=world.now + timedelta(hours=how - 20), ends=world.now + timedelta(hours=how - 18),
        ),
        Configure(by=ORGANISER, key=key, rules=SeatRules(no_offers_from=timedelta(hours=how & 31))),
        ClockMoved(),
        ClockMoved(),
        Cancel(by=ORGANISER, key=key) if how > 200 else ClockMoved(),
        Close(by=ORGANISER, key=key),
    ]  # fmt: skip
    return choices[what % len(choices)]


def play(data: bytes) -> World:
    """Play a script; each step is checked."""
    world, rest = world_of(data)
    for what, who, how in script(rest):
        if world.ledger.phase(world.now) is Phase.CLOSED and how & 1:
            break  # little is left to happen
        world.wait(STEPS[how >> 5] if what % 3 == 0 else timedelta(0))
        world.do(command_of(world, what, who, how))
    return world
