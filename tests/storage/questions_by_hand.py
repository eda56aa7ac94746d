"""The KPIs of questions once more, in the plainest Python there is; see ``kpis_by_hand``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from storage.activity import Fact
from tests.storage.history_by_hand import DAY, History, Result, count, share


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
        return share(hits, n, len(waits))

    return compute


def _percentile(what: str, part: float) -> Callable[[History], Result]:
    """Kaplan and Meier: at each length the share of those still waiting that went on waiting, multiplied."""

    def compute(history: History) -> Result:
        waits = [(length, happened) for length, happened, _ in _waits(history, what)]
        n, over = len(waits), sum(happened for _, happened in waits)
        coverage = over / n if n else None
        if part > 0.5 and n < 5:  # nine of ten, where there are not even five
            return Result(None, n, coverage)
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
    return share(peers, known, solved)


def _deflection(history: History) -> Result:
    shown = {
        fact.subject
        for fact in history.inside("question.shown_earlier", everywhere=True)
        if history.platform is None
        or (_platform_of(history, fact.subject or "") or (fact.place and fact.place.platform.value)) == history.platform
    }
    accepted = {str(fact.data.get("asked")) for fact in history.every("question.deflected")}
    return share(len(shown & accepted), len(shown))


def _helped(history: History) -> Result:
    askers = set()
    for fact in history.inside("question.answered", everywhere=True):
        if _here(history, fact.subject or ""):
            askers.add(history.every("question.asked", fact.subject)[0].actor)
    return count(len(askers - {None}))


def _handed_over(history: History) -> Result:
    facts = history.inside("question.handed_over", everywhere=True)
    return count(len({fact.subject for fact in facts if _here(history, fact.subject or "")}))


QUESTIONS_BY_HAND: dict[str, Callable[[History], Result]] = {
    "questions": lambda h: count(len(_asked(h))),
    "answered_24h": _in_time("answered", DAY),
    "first_answer_median": _percentile("answered", 0.5),
    "first_answer_p90": _percentile("answered", 0.9),
    "solved_7d": _in_time("solved", 7 * DAY),
    "solved_median": _percentile("solved", 0.5),
    "solved_p90": _percentile("solved", 0.9),
    "solved_by_peers": _by_peers,
    "deflection": _deflection,
    "handed_over": _handed_over,
    "helped": _helped,
}
