"""Decides who gets a seat in the community: first come, first served among those who applied, never above the cap.

A freed seat is kept for the next in line until a given time, counted while they are awake. Where it is night for them,
they are told in the morning, and the seat is kept meanwhile: nobody overtakes them. Who lets it lapse goes to the end
of the line, so that nobody behind them waits for somebody who does not look; after a few times the application is
closed. Who says "not now" keeps the place and is left in peace for as long as an offer stands. Members who are here
already keep their seats, however low the cap is set.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec.structs import replace

from community.hours.waking import NIGHT, next_waking, waking_end, waking_time
from community.membership.commands import (
    Admit,
    Apply,
    Command,
    Decline,
    Move,
    OfOne,
    Pass,
    Ready,
    Restore,
    Settle,
    Take,
    Withdraw,
)
from community.membership.decisions import Decision, Reason, Tell
from community.membership.values import (
    IN_LINE,
    OPEN,
    Answers,
    Application,
    Rhythm,
    Roll,
    Standing,
    waits_for_morning,
)

LONGEST_OFFER = timedelta(days=366)  # whoever says quiet hours of nearly a whole day is not kept waiting for ever
LONGEST_NIGHT = timedelta(days=2)
REMIND_BEFORE = timedelta(hours=6)  # awake, before an offer ends; where it is shorter than twice that, half of it


class _RefusedError(Exception):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def decide(roll: Roll, command: Command, now: datetime) -> Decision:
    """Decide about a command; first of all, offers whose time is over lapse, and those of the night begin."""
    desk = _Desk(roll, now)
    desk.lapse()
    desk.begin()
    refused = None
    try:
        _carry_out(desk, command)
    except _RefusedError as error:
        refused = error.reason
    desk.offer()
    return Decision(changed=tuple(desk.changed.values()), tells=desk.tells, refused=refused)


def must_wait(roll: Roll) -> bool:
    """Say whether a newcomer waits. ``roll`` is settled: a seat that is still free then is asked for by nobody."""
    return free_seats(roll) == 0


def free_seats(roll: Roll) -> int | None:
    """Return how many seats are free and kept for nobody; none: as many as come."""
    if not roll.rules.cap:
        return None
    offered = sum(1 for one in roll.applications if one.standing is Standing.OFFERED)
    return max(0, roll.rules.cap - roll.seated - offered)


def line_of(applications: Iterable[Application]) -> list[Application]:
    """Return those who applied and were not offered a seat, in order."""
    waiting = (one for one in applications if one.standing is Standing.APPLIED)
    return sorted(waiting, key=lambda one: (one.rank, one.id))


def place_of(applications: Iterable[Application], member: int) -> tuple[int, int] | None:
    """Return somebody's place in the line, from 1, and how long the line is."""
    line = line_of(applications)
    found = next((n for n, one in enumerate(line, 1) if one.member == member), None)
    return (found, len(line)) if found else None


def rests(one: Application, now: datetime) -> bool:
    """Say whether somebody in the line said "not now" and is left in peace still."""
    return one.standing is Standing.APPLIED and one.rests_until is not None and one.rests_until > now


def ready_line(applications: Iterable[Application], now: datetime) -> list[Application]:
    """Return those in the line who may be asked now, in order: the first of them is the next."""
    return [one for one in line_of(applications) if not rests(one, now)]


def wakes_at(rhythm: Rhythm, now: datetime) -> datetime:
    """Return when somebody may be written to: now, or when their night is over."""
    if rhythm.awake:
        return now
    return next_waking(now, rhythm.quiet, rhythm.zone, now + LONGEST_NIGHT) or now


def remind_at(application: Application, rhythm: Rhythm, now: datetime) -> datetime | None:
    """Return when to remind of an offer, once: some waking hours before its end; none where that is over."""
    if application.claim_until is None or application.offered_at is None:
        return None
    awake = waking_time(application.offered_at, application.claim_until, rhythm.quiet, rhythm.zone)
    before = min(REMIND_BEFORE, awake / 2)
    quiet = rhythm.quiet or NIGHT
    at = waking_end(application.offered_at, awake - before, quiet, rhythm.zone, application.claim_until)
    return at if now < at < application.claim_until else None


# ---- how it goes


class _Desk:
    """The roll while it is worked on."""

    def __init__(self, roll: Roll, now: datetime) -> None:
        self.roll, self.now = roll, now
        self.seated = roll.seated
        self.last_rank = max([roll.last_rank, *(one.rank for one in roll.applications)])
        self.all = {one.member: one for one in roll.applications}
        self.changed: dict[int, Application] = {}
        self.tells: dict[int, Tell] = {}

    def get(self, member: int) -> Application:
        if member not in self.all:
            raise _RefusedError(Reason.NO_APPLICATION)
        return self.all[member]

    def put(self, one: Application) -> None:
        self.all[one.member] = self.changed[one.member] = one

    def free(self) -> int | None:
        return free_seats(replace(self.roll, seated=self.seated, applications=tuple(self.all.values())))

    def at_the_end(self) -> float:
        self.last_rank = float(int(self.last_rank) + 1)
        return self.last_rank

    def rhythm(self, member: int) -> Rhythm:
        return self.roll.rhythms.get(member, Rhythm(None, self.roll.zone))

    def window(self, member: int) -> datetime:
        """Return when an offer, or a rest, of now would end."""
        own = self.rhythm(member)
        return waking_end(self.now, self.roll.rules.claim, own.quiet, own.zone, self.now + LONGEST_OFFER)

    def seat(self, one: Application, *, by: int | None = None, reason: str | None = None) -> None:
        self.seated += 1
        self.put(_end(one, Standing.SEATED, self.now, by=by, reason=reason))
        self.tells[one.member] = Tell.SEATED

    def lapse(self) -> None:
        """Take back the offers whose time is over, in the order of the line."""
        over = [
            one
            for one in self.all.values()
            if one.standing is Standing.OFFERED and one.claim_until and one.claim_until <= self.now
        ]
        for one in sorted(over, key=lambda one: (one.rank, one.id)):
            lapsed = one.lapsed + 1
            if lapsed >= self.roll.rules.offers_most:
                self.put(replace(_end(one, Standing.CLOSED, self.now), lapsed=lapsed))
                self.tells[one.member] = Tell.CLOSED
            else:
                self.put(replace(_without_offer(one), rank=self.at_the_end(), lapsed=lapsed))
                self.tells[one.member] = Tell.LAPSED

    def begin(self) -> None:
        """Make the offers that waited for the morning, where it has come; their time begins with it."""
        for one in [one for one in self.all.values() if waits_for_morning(one)]:
            self.ask(one)

    def ask(self, one: Application) -> None:
        """Offer somebody a seat; where it is night, keep it until they are awake and say nothing yet."""
        at = wakes_at(self.rhythm(one.member), self.now)
        asleep = at > self.now
        offered = replace(one, standing=Standing.OFFERED, offered_at=at, rests_until=None)
        offered = replace(offered, claim_until=None if asleep else self.window(one.member))
        if offered != one:
            self.put(offered)
        if asleep:  # one thing is told, in the morning
            self.tells.pop(one.member, None)
        else:
            self.tells[one.member] = Tell.OFFERED

    def offer(self) -> None:
        """Offer each free seat to the next in line; without a cap, everybody who waits is let in."""
        free = self.free()
        if free is None:
            for one in sorted(self.all.values(), key=_in_order):
                if one.standing in OPEN:
                    self.seat(one)
            return
        for one in ready_line(self.all.values(), self.now)[:free]:
            self.ask(one)


def _carry_out(desk: _Desk, command: Command) -> None:
    if not isinstance(command, Settle):
        _of_one(desk, desk.get(command.member), command)


def _of_one(desk: _Desk, one: Application, command: OfOne) -> None:
    match command:
        case Apply(answers=answers):
            _apply(desk, one, answers)
        case Take():
            _take(desk, one)
        case Pass():
            _pass(desk, one)
        case Admit():
            _admit(desk, one, command)
        case Move():
            _move(desk, one, command)
        case Restore():
            _restore(desk, one)
        case Ready():
            _need(one.standing is Standing.APPLIED, Reason.NOT_IN_LINE)
            desk.put(replace(one, rests_until=None))
        case Withdraw():
            _need(one.standing in OPEN, Reason.NOT_IN_LINE)
            desk.put(_end(one, Standing.WITHDRAWN, desk.now))
            desk.tells.pop(one.member, None)
        case Decline(by=by, reason=reason):
            _need(one.standing in OPEN, Reason.NOT_IN_LINE)
            desk.put(_end(one, Standing.DECLINED, desk.now, by=by, reason=reason))
            desk.tells[one.member] = Tell.DECLINED


def _need(condition: bool, reason: Reason) -> None:  # noqa: FBT001 - what is needed
    if not condition:
        raise _RefusedError(reason)


def _apply(desk: _Desk, one: Application, answers: Answers) -> None:
    match one.standing:
        case Standing.DECLINED:
            raise _RefusedError(Reason.DECLINED)
        case Standing.SEATED:
            raise _RefusedError(Reason.SEATED)
        case Standing.APPLIED | Standing.OFFERED:
            desk.put(replace(one, answers=answers))
        case _:  # for the first time, or again: always at the end of the line
            again = replace(_without_offer(one), answers=answers, applied_at=desk.now, rank=desk.at_the_end())
            desk.put(replace(again, lapsed=0, decided_by=None, decided_at=None, reason=None))
            desk.tells[one.member] = Tell.APPLIED


def _take(desk: _Desk, one: Application) -> None:
    if one.standing is Standing.SEATED:
        return
    if one.standing is Standing.APPLIED:  # what lapsed a moment ago may be free again
        desk.put(replace(one, rests_until=None))
        desk.offer()
        one = desk.get(one.member)
    _need(one.standing is Standing.OFFERED, Reason.OFFER_GONE)
    desk.seat(one)


def _pass(desk: _Desk, one: Application) -> None:
    _need(one.standing is Standing.OFFERED, Reason.OFFER_GONE)
    desk.put(replace(_without_offer(one), rests_until=desk.window(one.member)))
    desk.tells.pop(one.member, None)  # what began with this very press is answered by it


def _admit(desk: _Desk, one: Application, command: Admit) -> None:
    _need(one.standing is not Standing.SEATED, Reason.SEATED)
    _need(one.standing is Standing.OFFERED or command.over or desk.free() != 0, Reason.FULL)
    desk.seat(one, by=command.by, reason=command.reason)


def _restore(desk: _Desk, one: Application) -> None:
    _need(one.standing is Standing.DECLINED, Reason.NOT_DECLINED)
    back = Standing.APPLIED if one.applied_at else Standing.WAITING
    desk.put(replace(one, standing=back, decided_by=None, decided_at=None, reason=None))
    desk.tells[one.member] = Tell.RESTORED


def _move(desk: _Desk, one: Application, command: Move) -> None:
    _need(one.standing is Standing.APPLIED, Reason.NOT_IN_LINE)
    others = [other for other in line_of(desk.all.values()) if other.member != one.member]
    at = min(max(command.place, 1), len(others) + 1) - 1
    before = others[at - 1].rank if at else None
    after = others[at].rank if at < len(others) else None
    if after is None:
        rank = desk.at_the_end()
    elif before is None:
        rank = after - 1.0
    else:
        rank = (before + after) / 2
    if rank in {before, after}:  # the room between two floats has been used up: number the line anew
        for other in [*others[:at], one, *others[at:]]:
            desk.put(replace(other, rank=desk.at_the_end()))
        rank = desk.get(one.member).rank
    moved = replace(one, rank=rank, decided_by=command.by, decided_at=desk.now, reason=command.reason or None)
    desk.put(moved)


def _without_offer(one: Application) -> Application:
    return replace(one, standing=Standing.APPLIED, offered_at=None, claim_until=None, rests_until=None)


def _end(
    one: Application, standing: Standing, now: datetime, *, by: int | None = None, reason: str | None = None
) -> Application:
    ended = replace(_without_offer(one), standing=standing)
    return replace(ended, decided_by=by, decided_at=now, reason=reason or None)


def _in_order(one: Application) -> tuple[bool, float, int]:
    return one.standing not in IN_LINE, one.rank, one.id
