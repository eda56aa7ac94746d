"""Every KPI once more, from the list of facts alone, in the plainest Python there is: slow, and nothing shared.

Written from ``docs/kpi.md``, not from the code that it checks: no roll-up, no numpy, no helper of ``community``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from storage.activity import Fact
from tests.storage.history_by_hand import DAY, History, Result, count, share
from tests.storage.questions_by_hand import QUESTIONS_BY_HAND

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


def _talk_share(history: History) -> Result:
    each: dict[int | None, int] = {}
    for fact in _posts(history):
        if fact.actor is not None:
            each[fact.actor] = each.get(fact.actor, 0) + 1
    if len(each) < 20:
        return Result(None, 0)
    left, theirs = len(each) / 10, 0.0
    for written in sorted(each.values(), reverse=True):
        theirs += written * min(1.0, max(0.0, left))
        left -= 1
    return Result(theirs / sum(each.values()), len(each))


def _retention(months: int, weeks: int) -> Callable[[History], Result]:
    def compute(history: History) -> Result:
        if not history.is_over:
            return Result(None, 0)
        joined = _actors(history.inside("member.joined", days=history.move(-months, -weeks)))
        return share(len(joined & _active(history)), len(joined))

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
    begun = min(fact.at for fact in history.facts)  # before, there was nobody to count
    weeks, day = [], first
    while day + 7 * DAY <= after:
        if day.weekday() == 0 and history.edges((day, day + 7 * DAY))[1] > begun:
            weeks.append((day, day + 7 * DAY))
        day += DAY
    mean = sum(len(_active(history, week)) for week in weeks) / len(weeks)
    return Result(mean / len(active) if active else None, len(active))


def _quiet(history: History) -> tuple[int, int]:
    before = history.move(-1, -1)
    left = _actors(history.inside("member.left")) | _actors(history.inside("member.left", days=before))
    were = _active(history, before) - left
    return len(were - _active(history)), len(were)


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
        return share(hits, len(ripe), len(newcomers))

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
        result = share(marks.count(mark), seats)
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
    result = share(first, visits)
    result.coverage = len(taken) / len(every) if every else None
    return result


def _repeat(history: History) -> Result:
    end = history.edges(history.move())[1]
    visits = [m for o in _taken(history, (end - 365 * DAY, end)) for m in _came(history, o.subject or "")]
    return share(sum(visits.count(member) > 1 for member in set(visits)), len(set(visits)))


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
    return count(len({f.subject for f in history.inside("idea.decided") if f.data["state"] == "shipped"}))


def _thanks(history: History) -> Result:
    back = {f.subject for f in history.every("thanks.withdrawn")}
    return count(sum(f.subject not in back for f in history.inside("thanks.given")))


BY_HAND: dict[str, Callable[[History], Result]] = {
    **QUESTIONS_BY_HAND,
    "ideas": lambda h: count(len(h.inside("idea.noted"))),
    "ideas_shipped": _shipped,
    "voices": lambda h: count(len(_actors(h.inside("idea.noted", "idea.supported")))),
    "joins": lambda h: count(len(_newcomers(h))),
    "referred": lambda h: share(sum(f.data["referrer"] is not None for f in _newcomers(h)), len(_newcomers(h))),
    "referrers": lambda h: count(len({f.data["referrer"] for f in _newcomers(h)} - {None})),
    "source_known": lambda h: share(
        sum(f.data["via"] is not None or f.data["referrer"] is not None for f in _newcomers(h)), len(_newcomers(h))
    ),
    "leavers": lambda h: count(len(_actors(h.inside("member.left")))),
    "member_posts": lambda h: count(len(_members_posts(h))),
    "talk_share": _talk_share,
    "member_share": lambda h: share(len(_members_posts(h)), len(_posts(h))),
    "speakers": lambda h: count(len(_actors(_posts(h)))),
    "speaker_share": lambda h: share(len(_actors(_posts(h))), len(_active(h))),
    "answers": lambda h: count(len(h.inside("question.replied"))),
    "helpers": lambda h: count(len(_actors(h.inside("question.replied")))),
    "thanks": _thanks,
    "active": lambda h: count(len(_active(h))),
    "stickiness": _stickiness,
    "retention_1": _retention(1, 4),
    "retention_3": _retention(3, 12),
    "activation": _reached(14 * DAY, _replies_to),
    "agreed": _reached(7 * DAY, _agreements_of),
    "meetups": lambda h: count(len(h.inside("meetup.over"))),
    "attendees": lambda h: count(len({m for o in h.inside("meetup.over") for m in _came(h, o.subject or "")})),
    "attendance": _attendance("attended"),
    "no_show": _attendance("no_show"),
    "first_timers": _first_timers,
    "repeat": _repeat,
    "nsat": _score(1, range(3, 5), range(1, 3)),
    "nps": _score(0, range(9, 11), range(7)),
    "at_risk": lambda h: Result(*map(float, _quiet(h))) if h.is_over else Result(None, 0),  # type: ignore[arg-type]
    "at_risk_share": lambda h: share(*_quiet(h)) if h.is_over else Result(None, 0),
}


def wilson_by_hand(hits: float, n: int) -> tuple[float, float]:
    """Return the roots of (p - x)² = z² x (1 - x) / n, which is what the score interval is."""
    z2, p = 1.959963984540054**2, hits / n
    a, b, c = 1 + z2 / n, -(2 * p + z2 / n), p * p
    root = math.sqrt(max(0.0, b * b - 4 * a * c))
    return (-b - root) / (2 * a), (-b + root) / (2 * a)
