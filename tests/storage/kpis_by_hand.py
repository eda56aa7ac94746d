"""Every KPI once more, from the list of facts alone, in the plainest Python there is: slow, and nothing shared.

Written from ``docs/kpi.md``, not from the code that it checks: no roll-up, no numpy, no helper of ``community``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from storage.activity import Fact

DAY = timedelta(days=1)


@dataclass
class Result:
    """A figure: its value, n, and coverage (-1: there is none)."""

    value: float | None
    n: int
    coverage: float | None = -1


@dataclass
class History:
    """Facts in the order of time, and the answers to surveys by meetup: recommends, satisfied."""

    facts: list[Fact]
    voices: dict[int, list[tuple[int, int]]]
    zone: ZoneInfo
    now: datetime
    platform: str | None = None
    span: str = "w"
    start: date = date.min
    kinds: dict[str, list[Fact]] = field(default_factory=dict)

    def move(self, months: int = 0, weeks: int = 0) -> tuple[date, date]:
        """Return the first days of a period so far away, and of the one after it."""
        if self.span == "w":
            day = self.start + timedelta(weeks=weeks)
            return day, day + timedelta(weeks=1)
        first = self.start
        for _ in range(abs(months)):
            first = (first - DAY).replace(day=1) if months < 0 else (first + 31 * DAY).replace(day=1)
        return first, (first + 31 * DAY).replace(day=1)

    def edges(self, days: tuple[date, date]) -> tuple[datetime, datetime]:
        """Return the midnights."""
        start, end = (datetime.combine(day, time(), tzinfo=self.zone).astimezone(UTC) for day in days)
        return start, end

    def inside(self, *kinds: str, days: tuple[date, date] | None = None, everywhere: bool = False) -> list[Fact]:
        """Return facts of some kinds in the period, on the platform that is asked for."""
        start, end = self.edges(days or self.move())
        found = []
        for fact in self.facts:
            if fact.kind in kinds and start <= fact.at < end:
                where = fact.place.platform.value if fact.place else None
                if fact.kind == "question.asked" and fact.data.get("platform"):
                    where = str(fact.data["platform"])
                if fact.kind in ("member.joined", "member.left"):
                    where = str(fact.data["workspace"]).split(":")[0]
                if everywhere or self.platform is None or where == self.platform:
                    found.append(fact)
        return found

    def every(self, kind: str, subject: str | None = None) -> list[Fact]:
        """Return all facts of a kind, whenever, about one subject if it is given."""
        return [f for f in self.facts if f.kind == kind and (subject is None or f.subject == subject)]

    @property
    def is_over(self) -> bool:
        """Whether the period is."""
        return self.now >= self.edges(self.move())[1]


def _share(hits: int, n: int, of: int | None = None) -> Result:
    coverage: float | None = -1
    if of is not None:
        coverage = n / of if of else None
    return Result(hits / n if n else None, n, coverage)


def _count(things: int) -> Result:
    return Result(things, things)


# ---- people


def _is_activity(fact: Fact) -> bool:
    if fact.actor is None:
        return False
    if fact.kind == "message.posted":
        return not fact.data.get("bot")
    if fact.kind == "seat.marked":
        return fact.data["mark"] in ("attended", "walk_in")
    return fact.kind in (
        "reaction.added", "question.asked", "question.answered", "question.replied", "seat.answered", "seat.seated",
        "seat.waiting", "idea.supported", "thanks.given", "member.introduced",
    )  # fmt: skip


ALL_ACTIVITY = (
    "message.posted", "reaction.added", "question.asked", "question.answered", "question.replied", "seat.answered",
    "seat.seated", "seat.waiting", "seat.marked", "idea.supported", "thanks.given", "member.introduced",
)  # fmt: skip


def _active(history: History, days: tuple[date, date] | None = None) -> set[int | None]:
    found = set()
    for fact in history.inside(*ALL_ACTIVITY, days=days):
        if _is_activity(fact):
            found.add(fact.actor)
    return found


def _posts(history: History) -> list[Fact]:
    return [fact for fact in history.inside("message.posted") if not fact.data.get("bot")]


def _members_posts(history: History) -> list[Fact]:
    return [fact for fact in _posts(history) if not fact.data.get("staff")]


def _actors(facts: Sequence[Fact]) -> set[int]:
    return {fact.actor for fact in facts if fact.actor is not None}


def _retention(months: int, weeks: int) -> Callable[[History], Result]:
    def compute(history: History) -> Result:
        if not history.is_over:
            return Result(None, 0)
        joined = _actors(history.inside("member.joined", days=history.move(-months, -weeks)))
        return _share(len(joined & _active(history)), len(joined))

    return compute


def _stickiness(history: History) -> Result:
    if not history.is_over:
        return Result(None, 0)
    active = _active(history)
    if history.span == "w":
        four = set()
        for back in range(4):
            four |= _active(history, history.move(weeks=-back))
        return Result(len(active) / len(four) if four else None, len(four))
    first, after = history.move()
    weeks, day = [], first
    while day + 7 * DAY <= after:
        if day.weekday() == 0:
            weeks.append((day, day + 7 * DAY))
        day += DAY
    mean = sum(len(_active(history, week)) for week in weeks) / len(weeks)
    return Result(mean / len(active) if active else None, len(active))


def _quiet(history: History) -> tuple[int, int]:
    before = history.move(-1, -1)
    left = _actors(history.inside("member.left")) | _actors(history.inside("member.left", days=before))
    were = _active(history, before) - left
    return len(were - _active(history)), len(were)


# ---- questions


def _platform_of(history: History, question: str) -> str | None:
    for fact in history.facts:
        if fact.subject == question and fact.kind in QUESTION_STEPS:
            if fact.place:
                return fact.place.platform.value
            if fact.data.get("platform"):
                return str(fact.data["platform"])
    return None


QUESTION_STEPS = (
    "question.asked", "question.answered", "question.solved", "question.answer_marked", "question.reopened",
    "question.closed", "question.merged",
)  # fmt: skip


def _here(history: History, question: str) -> bool:
    return history.platform is None or _platform_of(history, question) == history.platform


def _asked(history: History) -> list[Fact]:
    return [f for f in history.inside("question.asked", everywhere=True) if _here(history, f.subject or "")]


def _end(history: History, question: str) -> tuple[datetime | None, datetime | None, Fact | None]:
    """Return when a question was solved or closed, as it stands, and the fact that names the answer."""
    solved = closed = None
    named: Fact | None = None
    for fact in history.facts:
        if fact.subject != question:
            continue
        if fact.kind == "question.solved":
            solved, named = fact.at, fact
        elif fact.kind == "question.answer_marked":
            named = fact
        elif fact.kind == "question.reopened":
            solved = closed = named = None
        elif fact.kind in ("question.closed", "question.merged") and solved is None and closed is None:
            closed = fact.at
    return solved, closed, named


def _waits(history: History, what: str) -> list[tuple[float, bool, float]]:
    """Return of each question of the period the seconds until it happened or it was given up, and its age."""
    waits = []
    for fact in _asked(history):
        solved, closed, _ = _end(history, fact.subject or "")
        answers = history.every("question.answered", fact.subject)
        happened = solved if what == "solved" else (answers[0].at if answers else None)
        if happened is not None and closed is not None and closed < happened:
            happened = None
        until = happened or closed or history.now
        age = (history.now - fact.at).total_seconds()
        waits.append((max(0.0, (until - fact.at).total_seconds()), happened is not None, age))
    return waits


def _in_time(what: str, limit: timedelta) -> Callable[[History], Result]:
    def compute(history: History) -> Result:
        waits, seconds = _waits(history, what), limit.total_seconds()
        hits = n = 0
        for length, happened, age in waits:
            if age < seconds:
                continue
            if not happened and length <= seconds and length < age:
                continue  # closed in the meantime
            n += 1
            hits += happened and length <= seconds
        return _share(hits, n, len(waits))

    return compute


def _percentile(what: str, part: float) -> Callable[[History], Result]:
    """Kaplan and Meier: at each length the share of those still waiting that went on waiting, multiplied."""

    def compute(history: History) -> Result:
        waits = [(length, happened) for length, happened, _ in _waits(history, what)]
        n, over = len(waits), sum(happened for _, happened in waits)
        coverage = over / n if n else None
        still = 1.0
        for length in sorted({length for length, happened in waits if happened}):
            at_risk = sum(other >= length for other, _ in waits)
            ended = sum(happened and other == length for other, happened in waits)
            still *= 1 - ended / at_risk
            if still <= 1 - part + 1e-9:
                return Result(length, n, coverage)
        return Result(None, n, coverage)

    return compute


def _by_peers(history: History) -> Result:
    start, end = history.edges(history.move())
    solved = known = peers = 0
    for question in dict.fromkeys(f.subject or "" for f in history.every("question.solved")):
        when, _, named = _end(history, question)
        if when is None or not start <= when < end or not _here(history, question):
            continue
        solved += 1
        asker = history.every("question.asked", question)[0].actor
        answers = history.every("question.answered", question)
        if named is not None and named.data.get("helper") is not None:
            who, staff = named.data["helper"], named.data.get("staff")
        elif answers:
            who, staff = answers[0].actor, answers[0].data.get("staff")
        else:
            continue
        known += 1
        peers += who != asker and not staff
    return _share(peers, known, solved)


def _deflection(history: History) -> Result:
    shown = {
        fact.subject
        for fact in history.inside("question.shown_earlier", everywhere=True)
        if history.platform is None
        or (_platform_of(history, fact.subject or "") or (fact.place and fact.place.platform.value)) == history.platform
    }
    accepted = {str(fact.data.get("asked")) for fact in history.every("question.deflected")}
    return _share(len(shown & accepted), len(shown))


def _helped(history: History) -> Result:
    askers = set()
    for fact in history.inside("question.answered", everywhere=True):
        if _here(history, fact.subject or ""):
            askers.add(history.every("question.asked", fact.subject)[0].actor)
    return _count(len(askers - {None}))


def _handed_over(history: History) -> Result:
    facts = history.inside("question.handed_over", everywhere=True)
    return _count(len({fact.subject for fact in facts if _here(history, fact.subject or "")}))


# ---- arrivals


def _newcomers(history: History) -> list[Fact]:
    first: dict[int | None, Fact] = {}
    for fact in history.inside("member.joined"):
        first.setdefault(fact.actor, fact)
    return list(first.values())


def _reached(within: timedelta, when: Callable[[History, int], list[datetime]]) -> Callable[[History], Result]:
    def compute(history: History) -> Result:
        newcomers = _newcomers(history)
        ripe = [fact for fact in newcomers if fact.at + within <= history.now]
        hits = sum(any(at <= fact.at + within for at in when(history, fact.actor or 0)) for fact in ripe)
        return _share(hits, len(ripe), len(newcomers))

    return compute


def _replies_to(history: History, member: int) -> list[datetime]:
    found = [f.at for f in history.every("member.replied_to") if f.actor == member]
    found += [f.at for f in history.every("welcome.replied", str(member))]
    for asked in history.every("question.asked"):
        if asked.actor == member:
            found += [f.at for f in history.every("question.answered", asked.subject)]
    return found


def _agreements_of(history: History, member: int) -> list[datetime]:
    return [f.at for f in history.every("member.agreed") if f.actor == member]


# ---- meetups


def _marks(history: History, meetup: str) -> dict[int, str]:
    marks: dict[int, str] = {}
    for fact in history.every("seat.marked", meetup):
        assert fact.actor is not None
        if fact.data["mark"] is None:
            marks.pop(fact.actor, None)
        else:
            marks[fact.actor] = str(fact.data["mark"])
    merged = {f.data["gone"]: f.actor for f in history.every("seat.merged")}
    return {int(merged.get(member) or member): mark for member, mark in marks.items()}


def _came(history: History, meetup: str) -> set[int]:
    return {member for member, mark in _marks(history, meetup).items() if mark in ("attended", "walk_in")}


def _taken(history: History, days: tuple[datetime, datetime] | None = None) -> list[Fact]:
    """Return the ends of meetups whose attendance was taken and settled."""
    start, end = days or history.edges(history.move())
    return [
        over
        for over in history.every("meetup.over")
        if start <= over.at < end
        and (history.platform is None or (over.place and over.place.platform.value == history.platform))
        and history.every("seat.closed", over.subject)
        and _came(history, over.subject or "")
    ]


def _attendance(mark: str) -> Callable[[History], Result]:
    def compute(history: History) -> Result:
        taken, every = _taken(history), history.inside("meetup.over")
        marks = [m for over in taken for m in _marks(history, over.subject or "").values()]
        seats = marks.count("attended") + marks.count("no_show")
        result = _share(marks.count(mark), seats)
        result.coverage = len(taken) / len(every) if every else None
        return result

    return compute


def _first_timers(history: History) -> Result:
    taken, every = _taken(history), history.inside("meetup.over")
    visits = first = 0
    for over in taken:
        for member in _came(history, over.subject or ""):
            earlier = [o for o in history.every("meetup.over") if o.at < over.at]
            visits += 1
            first += not any(member in _came(history, o.subject or "") for o in earlier)
    result = _share(first, visits)
    result.coverage = len(taken) / len(every) if every else None
    return result


def _repeat(history: History) -> Result:
    end = history.edges(history.move())[1]
    visits = [m for o in _taken(history, (end - 365 * DAY, end)) for m in _came(history, o.subject or "")]
    return _share(sum(visits.count(member) > 1 for member in set(visits)), len(set(visits)))


def _score(column: int, good: range, bad: range) -> Callable[[History], Result]:
    def compute(history: History) -> Result:
        overs = history.inside("meetup.over")
        answers = []
        for over in overs:
            voices = history.voices.get(int(over.subject or 0), [])
            answers += voices[: 5 * (len(voices) // 5)]  # in groups of five
        if not answers:
            return Result(None, 0)
        came = sum(len(_came(history, o.subject or "")) for o in overs)
        net = sum(a[column] in good for a in answers) - sum(a[column] in bad for a in answers)
        coverage = min(1.0, len(answers) / came) if came else None
        return Result(100 * net / len(answers), len(answers), coverage)

    return compute


# ---- ideas and thanks


def _shipped(history: History) -> Result:
    return _count(len({f.subject for f in history.inside("idea.decided") if f.data["state"] == "shipped"}))


def _thanks(history: History) -> Result:
    back = {f.subject for f in history.every("thanks.withdrawn")}
    return _count(sum(f.subject not in back for f in history.inside("thanks.given")))


BY_HAND: dict[str, Callable[[History], Result]] = {
    "questions": lambda h: _count(len(_asked(h))),
    "answered_24h": _in_time("answered", DAY),
    "first_answer_median": _percentile("answered", 0.5),
    "first_answer_p90": _percentile("answered", 0.9),
    "solved_7d": _in_time("solved", 7 * DAY),
    "solved_median": _percentile("solved", 0.5),
    "solved_p90": _percentile("solved", 0.9),
    "solved_by_peers": _by_peers,
    "deflection": _deflection,
    "ideas": lambda h: _count(len(h.inside("idea.noted"))),
    "ideas_shipped": _shipped,
    "voices": lambda h: _count(len(_actors(h.inside("idea.noted", "idea.supported")))),
    "handed_over": _handed_over,
    "joins": lambda h: _count(len(_newcomers(h))),
    "referred": lambda h: _share(sum(f.data["referrer"] is not None for f in _newcomers(h)), len(_newcomers(h))),
    "referrers": lambda h: _count(len({f.data["referrer"] for f in _newcomers(h)} - {None})),
    "source_known": lambda h: _share(
        sum(f.data["via"] is not None or f.data["referrer"] is not None for f in _newcomers(h)), len(_newcomers(h))
    ),
    "leavers": lambda h: _count(len(_actors(h.inside("member.left")))),
    "member_posts": lambda h: _count(len(_members_posts(h))),
    "member_share": lambda h: _share(len(_members_posts(h)), len(_posts(h))),
    "speakers": lambda h: _count(len(_actors(_posts(h)))),
    "speaker_share": lambda h: _share(len(_actors(_posts(h))), len(_active(h))),
    "answers": lambda h: _count(len(h.inside("question.replied"))),
    "helpers": lambda h: _count(len(_actors(h.inside("question.replied")))),
    "thanks": _thanks,
    "active": lambda h: _count(len(_active(h))),
    "stickiness": _stickiness,
    "retention_1": _retention(1, 4),
    "retention_3": _retention(3, 12),
    "activation": _reached(14 * DAY, _replies_to),
    "agreed": _reached(7 * DAY, _agreements_of),
    "meetups": lambda h: _count(len(h.inside("meetup.over"))),
    "attendees": lambda h: _count(len({m for o in h.inside("meetup.over") for m in _came(h, o.subject or "")})),
    "attendance": _attendance("attended"),
    "no_show": _attendance("no_show"),
    "first_timers": _first_timers,
    "repeat": _repeat,
    "helped": _helped,
    "nsat": _score(1, range(3, 5), range(1, 3)),
    "nps": _score(0, range(9, 11), range(7)),
    "at_risk": lambda h: Result(*map(float, _quiet(h))) if h.is_over else Result(None, 0),  # type: ignore[arg-type]
    "at_risk_share": lambda h: _share(*_quiet(h)) if h.is_over else Result(None, 0),
}


def wilson_by_hand(hits: float, n: int) -> tuple[float, float]:
    """Return the roots of (p - x)² = z² x (1 - x) / n, which is what the score interval is."""
    z2, p = 1.959963984540054**2, hits / n
    a, b, c = 1 + z2 / n, -(2 * p + z2 / n), p * p
    root = math.sqrt(max(0.0, b * b - 4 * a * c))
    return (-b - root) / (2 * a), (-b + root) / (2 * a)
