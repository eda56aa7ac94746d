"""The KPIs that the roll-up tells: who was there, who wrote, who stayed and who went quiet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from community.kpi.measures import Measure
from community.kpi.periods import Period, PeriodSpan
from community.kpi.talk_share import SPEAKERS_LEAST, share_of_talk
from community.kpi.terms import NOTHING, Figure
from community.kpi.values import Figures, Spans, count, ratio, share

AFTER = {  # how many periods after joining one month and three months are
    "retention_1": {PeriodSpan.MONTH: 1, PeriodSpan.WEEK: 4},
    "retention_3": {PeriodSpan.MONTH: 3, PeriodSpan.WEEK: 12},
}
MONTH = 4  # weeks
TALK_SHARE = "talk_share"
_COUNTED = {
    "joins": Measure.JOINED,
    "leavers": Measure.LEFT,
    "active": Measure.ACTIVE,
    "speakers": Measure.POSTS,
    "helpers": Measure.ANSWERED,
}
_BY_SET = {  # whose names are needed, how many periods before: 0 is the period itself
    "retention_1": ((Measure.ACTIVE, 0),),
    "retention_3": ((Measure.ACTIVE, 0),),
    "at_risk": ((Measure.ACTIVE, 0), (Measure.ACTIVE, 1), (Measure.LEFT, 0), (Measure.LEFT, 1)),
    "at_risk_share": ((Measure.ACTIVE, 0), (Measure.ACTIVE, 1), (Measure.LEFT, 0), (Measure.LEFT, 1)),
}


def names_needed(ids: Collection[str], periods: Iterable[Period]) -> set[tuple[Period, Measure]]:
    """Return of which periods it has to be known who, not only how many."""
    needed: set[tuple[Period, Measure]] = set()
    for period in periods:
        for name in ids:
            needed |= {(period.before(back), measure) for measure, back in _BY_SET.get(name, ())}
            if name in AFTER:
                needed.add((period.before(AFTER[name][period.span]), Measure.JOINED))
            if name == "stickiness" and period.span is PeriodSpan.WEEK:
                needed |= {(week, Measure.ACTIVE) for week in period.past(MONTH)}
    return needed


def weeks_of(month: Period) -> tuple[Period, ...]:
    """Return the weeks that lie in a month with all their days."""
    week = Period.of(PeriodSpan.WEEK, month.start)
    weeks: list[Period] = []
    while week.end <= month.end:
        if week.start >= month.start:
            weeks.append(week)
        week = week.next
    return tuple(weeks)


def counts_needed(ids: Collection[str], periods: Iterable[Period]) -> set[Period]:
    """Return of which periods it has to be known how many."""
    needed = set(periods)
    if "stickiness" in ids:
        needed |= {week for month in periods if month.span is PeriodSpan.MONTH for week in weeks_of(month)}
    return needed


class PeopleFigures:
    """The roll-up of some periods: how many people and things there were, and who, where that is needed."""

    def __init__(
        self,
        counts: Mapping[tuple[Period, Measure], tuple[int, int]],
        names: Mapping[tuple[Period, Measure], frozenset[int]],
        spans: Spans,
        begun: date | None = None,
        posts: Mapping[Period, Sequence[int]] | None = None,
    ) -> None:
        """``begun``: the first week of which anything is known; the weeks before are no zeros.

        ``posts``: how much each person wrote, without who they are.
        """
        self._posts = posts or {}
        self._counts = counts
        self._names = names
        self._spans = spans
        self._begun = begun

    def figures(self, ids: Collection[str]) -> Figures:
        """Return the figures that are asked for."""
        return {(name, period): self._figure(name, period) for period in self._spans.periods for name in ids}

    def _figure(self, name: str, period: Period) -> Figure:
        if name in _COUNTED:
            return count(self._people(period, _COUNTED[name]))
        if name == "answers":
            return count(self._times(period, Measure.ANSWERED))
        if name == "speaker_share":
            return share(self._people(period, Measure.POSTS), self._people(period, Measure.ACTIVE))
        if name in ("member_posts", "member_share"):
            written = self._times(period, Measure.POSTS)
            theirs = written - self._times(period, Measure.STAFF_POSTS)
            return count(theirs) if name == "member_posts" else ratio(theirs, written)
        if name == TALK_SHARE:
            posts = self._posts.get(period, ())
            return Figure(share_of_talk(posts), len(posts)) if len(posts) >= SPEAKERS_LEAST else NOTHING
        return self._of_names(name, period) if self._spans.is_over(period) else NOTHING

    def _of_names(self, name: str, period: Period) -> Figure:
        if name == "stickiness":
            return self._stickiness(period)
        active = self._who(period, Measure.ACTIVE)
        if name in AFTER:
            joined = self._who(period.before(AFTER[name][period.span]), Measure.JOINED)
            return share(len(joined & active), len(joined))
        left = self._who(period, Measure.LEFT) | self._who(period.before(1), Measure.LEFT)
        before = self._who(period.before(1), Measure.ACTIVE) - left
        quiet = len(before - active)
        return Figure(float(quiet), len(before)) if name == "at_risk" else share(quiet, len(before))

    def _stickiness(self, period: Period) -> Figure:
        active = self._people(period, Measure.ACTIVE)
        if period.span is PeriodSpan.WEEK:
            month: frozenset[int] = frozenset().union(*(self._who(w, Measure.ACTIVE) for w in period.past(MONTH)))
            return ratio(active, len(month))
        weeks = [week for week in weeks_of(period) if self._begun is None or week.start >= self._begun]
        if not weeks:
            return NOTHING
        return ratio(sum(self._people(week, Measure.ACTIVE) for week in weeks) / len(weeks), active)

    def _people(self, period: Period, measure: Measure) -> int:
        return self._counts.get((period, measure), (0, 0))[0]

    def _times(self, period: Period, measure: Measure) -> int:
        return self._counts.get((period, measure), (0, 0))[1]

    def _who(self, period: Period, measure: Measure) -> frozenset[int]:
        return self._names.get((period, measure), frozenset())
