"""Finds peak moments in what happened: the same facts give the same moments, imported history gives none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from community.recognition.moments import Kind, Moment

QUIET_AFTER = timedelta(days=3)  # what is older is no news: nothing is told late after an outage
SILENCE = timedelta(days=60)  # who was away as long as this, comes back
FAST = timedelta(minutes=15)
HANDS = 5  # different people at one question
SAME_HOUR = 5  # more who joined within one hour did not: it is when the bot first saw them
VISITS = {1: Kind.FIRST_MEETUP, 3: Kind.THIRD_MEETUP, 10: Kind.TENTH_MEETUP}
STEPS: Mapping[Kind, tuple[int, ...]] = {
    Kind.MEMBERS: (100, 250, 500, 1_000, 2_000, 3_000, 5_000, 10_000, 20_000, 50_000, 100_000),
    Kind.MEETUPS: (10, 25, 50, 100, 200, 300, 500, 1_000),
    Kind.SOLVED: (50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """Somebody's first answer to one question."""

    member: int
    question: int
    at: datetime
    imported: bool = False


@dataclass(frozen=True, slots=True)
class Solution:
    """An answer that solved a question."""

    member: int  # who gave it
    question: int
    asked_at: datetime
    answered_at: datetime
    at: datetime  # when it was said to have solved it
    is_first: bool  # of this member's
    imported: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """A meetup to which somebody came."""

    member: int
    meetup: int
    nth: int  # of this member's
    at: datetime  # when the marks of attendance were settled: until then they are corrected


@dataclass(frozen=True, slots=True)
class Return:
    """The first words of somebody after a while."""

    member: int
    last: datetime  # when they did anything before
    at: datetime


@dataclass(frozen=True, slots=True)
class Growth:
    """A number of the community: how it stands, and how much of it came in the span, imports left out."""

    now: int
    gained: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What happened in a span, its begin left out, its end included."""

    since: datetime
    until: datetime
    zone: ZoneInfo
    answers: Sequence[Answer] = ()
    first_answers: Mapping[int, datetime]  # by member, of all times
    hands: Mapping[int, Mapping[int, datetime]]  # by question: who answered it, and when first
    solutions: Sequence[Solution] = ()
    visits: Sequence[Visit] = ()
    returns: Sequence[Return] = ()
    joined: Mapping[int, datetime]  # who joined about this day in an earlier year
    about_lately: frozenset[int] = frozenset()  # of those who joined
    growth: Mapping[Kind, Growth]


def span_of(first_look: datetime, now: datetime) -> datetime:
    """Return from when on moments count: nothing from before the first look, nothing that is no news any more."""
    return max(first_look, now - QUIET_AFTER)


def find(seen: Seen) -> list[Moment]:
    """Return the moments of a span, each with the key that names it for good."""
    found: dict[str, Moment] = {}
    for moment in (*_answers(seen), *_solutions(seen), *_visits(seen), *_returns(seen), *_years(seen), *_ours(seen)):
        if seen.since < moment.at <= seen.until:
            found.setdefault(moment.key, moment)
    return list(found.values())


def _moment(kind: Kind, subject: str, at: datetime, member: int | None = None, **data: int) -> Moment:
    return Moment(key=f"{kind}:{subject}", kind=kind, member=member, data=data, at=at, changed_at=at)


def _answers(seen: Seen) -> Iterator[Moment]:
    for answer in seen.answers:
        if not answer.imported and seen.first_answers.get(answer.member, answer.at) >= answer.at:
            yield _moment(Kind.FIRST_ANSWER, str(answer.member), answer.at, answer.member, question=answer.question)
    for question, people in seen.hands.items():
        if len(people) >= HANDS:
            at = sorted(people.values())[HANDS - 1]
            yield _moment(Kind.MANY_HANDS, str(question), at, question=question, n=len(people))


def _solutions(seen: Seen) -> Iterator[Moment]:
    for solution in seen.solutions:
        if solution.imported:
            continue
        member, question = solution.member, solution.question
        if solution.is_first:
            yield _moment(Kind.FIRST_SOLVED, str(member), solution.at, member, question=question)
        took = solution.answered_at - solution.asked_at
        if timedelta() <= took <= FAST:
            minutes = max(1, -(-took // timedelta(minutes=1)))  # nine minutes and a second are told as ten
            yield _moment(Kind.FAST_SOLVED, str(question), solution.at, member, question=question, minutes=minutes)


def _visits(seen: Seen) -> Iterator[Moment]:
    for visit in seen.visits:
        if kind := VISITS.get(visit.nth):
            yield _moment(kind, str(visit.member), visit.at, visit.member, meetup=visit.meetup)


def _returns(seen: Seen) -> Iterator[Moment]:
    for back in seen.returns:
        if back.at - back.last >= SILENCE:
            yield _moment(Kind.COMEBACK, f"{back.member}:{back.last:%Y%m%d}", back.at, back.member)


def _years(seen: Seen) -> Iterator[Moment]:
    hours = Counter(f"{at:%Y%m%d%H}" for at in seen.joined.values())
    for member, joined in seen.joined.items():
        if member not in seen.about_lately or hours[f"{joined:%Y%m%d%H}"] > SAME_HOUR:
            continue
        for year in range(seen.since.year - 1, seen.until.year + 2):  # a zone may be in another year already
            at = anniversary(joined, year, seen.zone)
            years = year - joined.astimezone(seen.zone).year
            if years >= 1 and seen.since < at <= seen.until:
                yield _moment(Kind.ANNIVERSARY, f"{member}:{years}", at, member, years=years)


def anniversary(joined: datetime, year: int, zone: ZoneInfo) -> datetime:
    """Return the begin of the day in a year on which somebody joined; the 28th of February where there is no 29th."""
    day = joined.astimezone(zone).date()
    try:
        day = day.replace(year=year)
    except ValueError:
        day = date(year, 2, 28)
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _ours(seen: Seen) -> Iterator[Moment]:
    """Yield the newest step that was passed in the span by what happened in it."""
    for kind, growth in seen.growth.items():
        before = growth.now - growth.gained
        if passed := [step for step in STEPS[kind] if before < step <= growth.now]:
            yield _moment(kind, str(passed[-1]), growth.at, n=passed[-1])
