"""The KPIs of those who arrive, and of ideas and thanks, from the facts about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from community.kpi.measures import platform_of, read_told
from community.kpi.periods import Period
from community.kpi.values import DAY, Figures, Noted, Row, Spans, count, share

JOINED, AGREED = "member.joined", "member.agreed"
REPLIES = ("member.replied_to", "welcome.replied")  # of whom: the actor, the subject
ASKED, ANSWERED = "question.asked", "question.answered"
QUESTIONS = (ASKED, ANSWERED)
NEWCOMERS = (JOINED, AGREED, *REPLIES)
ARRIVALS = (*NEWCOMERS, *QUESTIONS)
IDEAS = ("idea.noted", "idea.supported", "idea.decided", "thanks.given", "thanks.withdrawn")
REPLY_WITHIN, AGREE_WITHIN = 14 * DAY, 7 * DAY


class ArrivalFigures:
    """Those who joined in some periods. Facts are needed until ``REPLY_WITHIN`` after the last; others do no harm."""

    def __init__(self, facts: Iterable[Row], spans: Spans, platform: str | None) -> None:
        self._spans = spans
        self._joins: list[Noted] = []
        self._agreed: dict[int, float] = {}
        self._replied: dict[int, float] = {}
        askers: dict[str | None, int | None] = {}
        for at, id_, kind, actor, where, subject, data in facts:
            if kind == ASKED:
                askers[subject] = actor
            elif kind == ANSWERED:
                _first(self._replied, askers.get(subject), at)
            elif kind == JOINED:
                if not platform or platform_of(kind, where, data) == platform:
                    self._joins.append(Noted(at, id_, kind, actor, where, subject, data))
            elif kind == AGREED:
                _first(self._agreed, actor, at)
            elif kind in REPLIES:
                _first(self._replied, actor if kind == REPLIES[0] else int(subject or 0), at)

    def sources(self, period: Period) -> dict[str, int]:
        """Return how many came which way; empty: unknown."""
        return dict(Counter(read_told(fact.data).via or "" for fact in self._cohort(period)))

    def figures(self) -> Figures:
        """Return every figure of every period."""
        found: Figures = {}
        for period in self._spans.periods:
            cohort = self._cohort(period)
            told = [read_told(fact.data) for fact in cohort]
            referrers = {one.referrer for one in told if one.referrer is not None}
            known = sum(one.via is not None or one.referrer is not None for one in told)
            found |= {
                ("referred", period): share(sum(one.referrer is not None for one in told), len(told)),
                ("referrers", period): count(len(referrers)),
                ("source_known", period): share(known, len(told)),
            }
            for name, reached, within in (
                ("activation", self._replied, REPLY_WITHIN),
                ("agreed", self._agreed, AGREE_WITHIN),
            ):
                ripe = [fact for fact in cohort if fact.at + within <= self._spans.now]
                hits = sum(reached.get(fact.actor or 0, float("inf")) <= fact.at + within for fact in ripe)
                found[name, period] = share(hits, len(ripe), len(cohort))
        return found

    def _cohort(self, period: Period) -> list[Noted]:
        """Return each newcomer's first joining in the period."""
        start, end = self._spans.of(period)
        cohort: dict[int, Noted] = {}
        for fact in self._joins:
            if start <= fact.at < end and fact.actor is not None:
                cohort.setdefault(fact.actor, fact)
        return list(cohort.values())


def idea_figures(facts: Sequence[Noted], spans: Spans, platform: str | None) -> Figures:
    """Return the figures of ideas and thanks."""
    withdrawn = {fact.subject for fact in facts if fact.kind == "thanks.withdrawn"}
    here = [fact for fact in facts if not platform or fact.platform == platform]
    found: Figures = {}
    for period in spans.periods:
        start, end = spans.of(period)
        inside = [fact for fact in here if start <= fact.at < end]
        noted = {fact.subject for fact in inside if fact.kind == "idea.noted"}
        voices = {fact.actor for fact in inside if fact.kind in ("idea.noted", "idea.supported")}
        shipped = {f.subject for f in inside if f.kind == "idea.decided" and read_told(f.data).state == "shipped"}
        thanks = [f for f in inside if f.kind == "thanks.given" and (not f.subject or f.subject not in withdrawn)]
        found |= {
            ("ideas", period): count(len(noted)),
            ("voices", period): count(len(voices - {None})),
            ("ideas_shipped", period): count(len(shipped)),
            ("thanks", period): count(len(thanks)),
        }
    return found


def _first(reached: dict[int, float], member: int | None, at: float) -> None:
    if member is not None:
        reached[member] = min(at, reached.get(member, at))
