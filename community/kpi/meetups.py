"""The KPIs that meetups tell, from the facts about them; a meetup belongs to the period in which it was over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from community.kpi.measures import read_told
from community.kpi.terms import Figure
from community.kpi.values import DAY, Figures, Noted, Spans, count, share
from community.meetups.survey import Balance, Voice, pooled

KINDS = ("meetup.over", "seat.marked", "seat.closed", "seat.merged")
YEAR = 365 * DAY
_CAME = frozenset({"attended", "walk_in"})


class Past(msgspec.Struct):
    """What is known of one meetup."""

    subject: str
    over: float | None = None
    platform: str | None = None
    settled: bool = False
    marks: dict[int, str] = {}

    @property
    def came(self) -> set[int]:
        """Who was there."""
        return {member for member, mark in self.marks.items() if mark in _CAME}


class MeetupFigures:
    """Meetups of some periods. All facts are needed, from the first meetup on: who came before is asked of them."""

    def __init__(self, facts: Iterable[Noted], spans: Spans, platform: str | None) -> None:
        self._spans = spans
        self._platform = platform
        self._every = _read(facts)
        self._first: dict[int, float] = {}  # when each was at a meetup first
        for past in self._every:
            for member in past.came:
                self._first.setdefault(member, past.over or 0.0)

    def subjects(self) -> tuple[int, ...]:
        """Return which meetups lie in the periods."""
        pasts = (past for period in self._spans.periods for past in self._within(*self._spans.of(period)))
        return tuple(dict.fromkeys(int(past.subject) for past in pasts if past.subject.isdecimal()))

    def figures(self) -> Figures:
        """Return every figure of every period."""
        found: Figures = {}
        for period in self._spans.periods:
            start, end = self._spans.of(period)
            pasts = self._within(start, end)
            settled = [past for past in pasts if past.settled and past.came]
            seats = Counter(mark for past in settled for mark in past.marks.values())
            came, held = seats["attended"], seats["attended"] + seats["no_show"]
            visits = [(member, past.over or 0.0) for past in settled for member in past.came]
            first = sum(self._first[member] >= at for member, at in visits)
            year = Counter(m for past in self._within(end - YEAR, end) if past.settled for m in past.came)
            of = len(pasts)
            found |= {
                ("meetups", period): count(of),
                ("attendees", period): count(len({member for past in pasts for member in past.came})),
                ("attendance", period): _covered(share(came, held), len(settled), of),
                ("no_show", period): _covered(share(held - came, held), len(settled), of),
                ("first_timers", period): _covered(share(first, len(visits)), len(settled), of),
                ("repeat", period): share(sum(times > 1 for times in year.values()), len(year)),
            }
        return found

    def surveyed(self, voices: Mapping[int, Sequence[Voice]]) -> Figures:
        """Return what the answers to surveys tell, by meetup; of too few nothing is told."""
        found: Figures = {}
        for period in self._spans.periods:
            pasts = self._within(*self._spans.of(period))
            results = pooled(voices.get(int(past.subject), ()) for past in pasts if past.subject.isdecimal())
            came = sum(len(past.came) for past in pasts)
            for name in ("nsat", "nps"):
                balance: Balance | None = getattr(results, name) if results else None
                found[name, period] = _score(balance, came)
        return found

    def _within(self, start: float, end: float) -> list[Past]:
        return [
            past
            for past in self._every
            if start <= (past.over or 0.0) < end and (not self._platform or past.platform == self._platform)
        ]


def _read(facts: Iterable[Noted]) -> list[Past]:
    """Return the meetups that are over, the earliest first, each member under the number that they bear now."""
    known: dict[str, Past] = {}
    now_is: dict[int, int] = {}
    for fact in facts:
        past = known.setdefault(fact.subject or "", Past(fact.subject or ""))
        told = read_told(fact.data)
        if fact.kind == "meetup.over":
            past.over, past.platform = fact.at, fact.platform
        elif fact.kind == "seat.closed":
            past.settled = True
        elif fact.kind == "seat.merged":
            if told.gone is not None and fact.actor is not None:
                now_is[told.gone] = fact.actor
        elif fact.actor is not None:
            past.marks.pop(fact.actor, None)
            if told.mark:
                past.marks[fact.actor] = told.mark
    for past in known.values():
        past.marks = {_now(member, now_is): mark for member, mark in past.marks.items()}
    over = [past for past in known.values() if past.over is not None]
    return sorted(over, key=lambda past: past.over or 0.0)


def _now(member: int, now_is: Mapping[int, int]) -> int:
    seen = {member}
    while member in now_is and now_is[member] not in seen:
        member = now_is[member]
        seen.add(member)
    return member


def _covered(figure: Figure, counted: int, of: int) -> Figure:
    return msgspec.structs.replace(figure, coverage=counted / of if of else None)


def _score(balance: Balance | None, came: int) -> Figure:
    if balance is None or balance.interval is None:
        return Figure(None, 0)
    low, high = balance.interval
    coverage = min(1.0, balance.n / came) if came else None
    return Figure(100 * (balance.favour - balance.against) / balance.n, balance.n, coverage, 100 * low, 100 * high)
