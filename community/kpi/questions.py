"""The KPIs that questions tell, from the facts about them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from community.kpi.measures import read_told
from community.kpi.periods import Period
from community.kpi.survival import Quantile, quantiles
from community.kpi.terms import LEAST_N, Figure
from community.kpi.values import DAY, Figures, Row, Spans, Timeline, count, share

ASKED = "question.asked"
ANSWERED = "question.answered"
SOLVED = "question.solved"
SOLVING = (SOLVED, "question.answer_marked")
STEPS = (ASKED, ANSWERED, *SOLVING, "question.reopened", "question.closed", "question.merged")
KINDS = (*STEPS, "question.shown_earlier", "question.deflected", "question.handed_over")
ANSWER_WITHIN, SOLVE_WITHIN = DAY, 7 * DAY
_STEPS = frozenset(STEPS)
_MEDIAN, _P90 = 0.5, 0.9


class Asked(msgspec.Struct, gc=False):  # numbers and texts: nothing that could go round in a circle
    """What became of one question. Built from its facts, one after the other."""

    at: float | None = None
    asker: int | None = None
    platform: str | None = None
    first: float | None = None  # the first answer
    first_by: int | None = None
    first_by_staff: bool = False
    solved: float | None = None
    helper: int | None = None  # who wrote the answer that is marked
    helper_is_staff: bool = False
    closed: float | None = None

    def note(self, fact: Row) -> None:
        """Take in the next fact about it; its data is read only where it is needed."""
        at, _, kind, actor, platform, _, data = fact
        if not self.platform:
            self.platform = platform or read_told(data).platform
        if kind == ASKED:
            if self.at is None:
                self.at, self.asker = at, actor
        elif kind == ANSWERED:
            if self.first is None:
                self.first, self.first_by, self.first_by_staff = at, actor, read_told(data).staff
        elif kind in SOLVING:
            if kind == SOLVED:
                self.solved = at
            told = read_told(data)
            self.helper, self.helper_is_staff = told.helper, told.staff
        elif kind == "question.reopened":
            self.solved = self.helper = self.closed = None
        elif self.solved is None and self.closed is None:
            self.closed = at

    def answered_after(self) -> float | None:
        """Return how long the first answer took; none where it was closed before, or there is none."""
        return self._after(self.first)

    def solved_after(self) -> float | None:
        """Return how long the solution took."""
        return self._after(self.solved)

    def ended_after(self) -> float | None:
        """Return after how long it was closed unsolved."""
        return None if self.closed is None or self.at is None else max(0.0, self.closed - self.at)

    def _after(self, moment: float | None) -> float | None:
        if moment is None or self.at is None or (self.closed is not None and self.closed < moment):
            return None
        return max(0.0, moment - self.at)

    @property
    def by_peer(self) -> bool | None:
        """Whether another member solved it; none where it is not known who did."""
        solver, is_staff = self.helper, self.helper_is_staff
        if solver is None:
            solver, is_staff = self.first_by, self.first_by_staff
        return None if solver is None else solver != self.asker and not is_staff


class QuestionFigures:
    """Questions of some periods. Facts come in their order, also those from before of questions that live on."""

    def __init__(self, facts: Iterable[Row], spans: Spans, platform: str | None) -> None:
        self._spans = spans
        known: dict[str, Asked] = {}
        others: list[Row] = []
        for fact in facts:
            kind, subject = fact[2], fact[5] or ""
            if kind in _STEPS:
                one = known.get(subject)
                if one is None:
                    one = known[subject] = Asked()
                one.note(fact)
            if kind == ANSWERED or kind not in _STEPS:
                others.append(fact)
        self._known = known
        self._others = [fact for fact in others if self._platform(fact) == platform] if platform else others
        self._order = Timeline([fact[0] for fact in self._others])
        here = [one for one in known.values() if not platform or one.platform == platform]
        self._asked = sorted((one for one in here if one.at is not None), key=_asked_at)
        self._solved = [one for one in here if one.solved is not None]
        self._askings = Timeline([_asked_at(one) for one in self._asked])
        self._accepted = {
            str(told.asked)
            for fact in others
            if fact[2] == "question.deflected" and (told := read_told(fact[6])).asked is not None
        }

    def _platform(self, fact: Row) -> str | None:
        one = self._known.get(fact[5] or "")
        return (one.platform if one else None) or fact[4]

    def figures(self) -> Figures:
        """Return every figure of every period."""
        found: Figures = {}
        for period in self._spans.periods:
            bounds = self._spans.of(period)
            asked = self._asked[self._askings.within(bounds)]
            found["questions", period] = count(len(asked))
            found.update(self._waits(period, asked))
            found.update(self._doings(period, self._others[self._order.within(bounds)]))
            solved = [one for one in self._solved if bounds[0] <= (one.solved or 0.0) < bounds[1]]
            peers = [by for one in solved if (by := one.by_peer) is not None]
            found["solved_by_peers", period] = share(sum(peers), len(peers), len(solved))
        return found

    def _waits(self, period: Period, asked: Sequence[Asked]) -> Figures:
        now = self._spans.now
        answered = [(one, one.answered_after()) for one in asked]
        solved = [(one, one.solved_after()) for one in asked]
        found: Figures = {
            ("answered_24h", period): _in_time(answered, ANSWER_WITHIN, now),
            ("solved_7d", period): _in_time(solved, SOLVE_WITHIN, now),
        }
        for name, waits in (("first_answer", answered), ("solved", solved)):
            over = [after is not None for _, after in waits]
            lengths = [_waited(one, now) if after is None else after for one, after in waits]
            estimates = quantiles(lengths, over, (_MEDIAN, _P90))
            for part, at, quantile in zip(("median", "p90"), (_MEDIAN, _P90), estimates, strict=True):
                found[f"{name}_{part}", period] = _duration(quantile, at, over)
        return found

    def _doings(self, period: Period, facts: Sequence[Row]) -> Figures:
        answered = {fact[5] for fact in facts if fact[2] == ANSWERED}
        askers = {self._known[subject].asker for subject in answered if subject in self._known}
        shown = {fact[5] for fact in facts if fact[2] == "question.shown_earlier"}
        return {
            ("helped", period): count(len(askers - {None})),
            ("deflection", period): share(len(shown & self._accepted), len(shown)),
            ("handed_over", period): count(len({fact[5] for fact in facts if fact[2] == "question.handed_over"})),
        }


def _asked_at(one: Asked) -> float:
    return one.at or 0.0


def _waited(one: Asked, now: float) -> float:
    ended = one.ended_after()
    return max(0.0, now - _asked_at(one)) if ended is None else ended


def _in_time(waits: Sequence[tuple[Asked, float | None]], within: float, now: float) -> Figure:
    """Return how many were done in time, of those whose time is over and who were not closed before."""
    counted = [
        after is not None and after <= within
        for one, after in waits
        if _asked_at(one) + within <= now and not (after is None and _is_ended(one, within))
    ]
    return share(sum(counted), len(counted), len(waits))


def _is_ended(one: Asked, within: float) -> bool:
    ended = one.ended_after()
    return ended is not None and ended <= within


def _duration(quantile: Quantile, share_: float, over: Sequence[bool]) -> Figure:
    coverage = sum(over) / len(over) if over else None
    if share_ > _MEDIAN and len(over) < LEAST_N:  # nine of ten, where there are not even five
        return Figure(None, len(over), coverage)
    return Figure(quantile.value, len(over), coverage, quantile.low, quantile.high)
