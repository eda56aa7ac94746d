"""The figures of KPIs: what is new in the log is folded, then each kind of fact is read once for all that need it."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from community.kpi import meetups as kpi_meetups
from community.kpi import others as kpi_others
from community.kpi import questions as kpi_questions
from community.kpi.everything import KPI_OF, Kpi, Source
from community.kpi.measures import Measure
from community.kpi.meetups import MeetupFigures
from community.kpi.others import ArrivalFigures, idea_figures
from community.kpi.people import TALK_SHARE, PeopleFigures, counts_needed, names_needed
from community.kpi.periods import Period, PeriodSpan
from community.kpi.questions import QuestionFigures
from community.kpi.values import Figures, Noted, Row, Spans, only
from storage.activity import ActivityStore
from storage.figures.rollup import PORTION, fold, listed
from storage.figures.totals import TOGETHER
from storage.meetups.after import MeetupAfterStore
from storage.sql import fetch_all
from storage.tables.figures import rollup

_FACTS = """
    SELECT at, fact, kind, actor, platform, subject, data FROM activity_steps
    WHERE community = {{community}} AND kind IN ({kinds}) AND at >= {{since}} AND at < {{until}}
"""
_ALWAYS = 1e12  # seconds: before and after everything
# By subject, of which there are few: no other index is left to it, by which it would read all that came before
_OLDER = """
    SELECT at, fact, kind, actor, platform, subject, data FROM activity_steps
    WHERE community || '' = {{community}} AND kind || '' IN ({kinds}) AND at < {{until}} AND subject {{among}}
"""
_TOTALS = """
    SELECT start, measure, people, n FROM activity_totals
    WHERE community = {community} AND span = {span} AND platform = {platform} AND start {among}
"""
_NAMES = """
    SELECT start, {names} FROM activity_rollup
    WHERE community = {{community}} AND span = {{span}} AND start {{among}} AND measure = {{measure}} {platform}
    GROUP BY start
"""
_POSTS = """
    SELECT start, {posts} FROM (
        SELECT start, SUM(n) AS n FROM activity_rollup
        WHERE community = {{community}} AND span = {{span}} AND start {{among}} AND measure = 'posts' {platform}
        GROUP BY start, actor
    ) AS each_person GROUP BY start
"""
_AS_ONE = {"sqlite": "json_group_array({})", "postgresql": "array_agg({})"}  # a quarter of what rows cost
_read_names = msgspec.json.Decoder(frozenset[int]).decode
_read_posts = msgspec.json.Decoder(list[int]).decode


class FigureStore:
    """The figures of one community, inside one unit of work that writes: it folds first, a portion at most."""

    def __init__(
        self,
        conn: AsyncConnection,
        community: str,
        now: datetime,
        activity: ActivityStore,
        surveys: MeetupAfterStore,
    ) -> None:
        self._conn = conn
        self._community = community
        self.now = now
        self._activity = activity
        self._surveys = surveys

    async def read(
        self, kpis: Iterable[str], periods: Iterable[Period], *, zone: ZoneInfo, platform: str | None = None
    ) -> Figures:
        """Return the figures of KPIs, by id and period; of one platform, or of all together.

        Where more than a portion is new, they are those of what is folded: ``fold`` tells, and is asked first.
        """
        wanted = [KPI_OF[name] for name in kpis]
        spans = Spans(periods, zone, self.now)
        if not wanted or not spans.periods:
            return {}
        await self._activity.flush()
        await fold(self._conn, self._community, zone, most=PORTION)
        found: Figures = {}
        sources = {kpi.source for kpi in wanted}
        if Source.PEOPLE in sources:
            found |= await self._people(_ids(wanted, Source.PEOPLE), spans, platform)
        of_questions: list[Row] | None = None
        if Source.QUESTIONS in sources:
            of_questions = await self._facts(kpi_questions.KINDS, since=spans.first)
            found |= await self._questions(of_questions, spans, platform)
        if sources & {Source.MEETUPS, Source.SURVEY}:
            found |= await self._meetups(spans, platform, surveys=Source.SURVEY in sources)
        if Source.ARRIVALS in sources:
            found |= (await self._arrivals(spans, platform, of_questions)).figures()
        if Source.IDEAS in sources:
            facts = await self._facts(kpi_others.IDEAS, since=spans.first)
            found |= idea_figures(list(map(Noted._make, facts)), spans, platform)
        return only(found, (kpi.id for kpi in wanted))

    async def begun(self, span: PeriodSpan) -> date | None:
        """Return the first day of the first period of which anything is known."""
        first = sa.select(sa.func.min(rollup.c.start)).where(
            rollup.c.community == self._community, rollup.c.span == span.value
        )
        found: date | None = (await self._conn.execute(first)).scalar_one()
        return found

    async def fold(self, zone: ZoneInfo, *, most: int = PORTION) -> int:
        """Fold some of what is new, and return how many facts that were."""
        await self._activity.flush()
        return await fold(self._conn, self._community, zone, most=most)

    async def sources(self, period: Period, *, zone: ZoneInfo, platform: str | None = None) -> dict[str, int]:
        """Return how many joined by which way in a period; the empty name: it is not known."""
        await self._activity.flush()
        return (await self._arrivals(Spans([period], zone, self.now), platform)).sources(period)

    # ---- kinds of facts

    async def _people(self, ids: Collection[str], spans: Spans, platform: str | None) -> Figures:
        values = {"community": self._community, "platform": platform or TOGETHER}
        counts: dict[tuple[Period, Measure], tuple[int, int]] = {}
        for span, days in _by_span(counts_needed(ids, spans.periods)):
            rows = await self._rows(_TOTALS, {**values, "span": span.value}, self._listed(days))
            counts |= {(days[str(start)], Measure(measure)): (people, n) for start, measure, people, n in rows}
        names: dict[tuple[Period, Measure], frozenset[int]] = {}
        of_platform = "AND platform = {platform}" if platform else ""
        as_one = _AS_ONE[self._conn.dialect.name]
        query = _NAMES.format(names=as_one.format("actor"), platform=of_platform)
        needed = names_needed(ids, spans.periods)
        for measure in sorted({measure for _, measure in needed}):
            for span, days in _by_span(period for period, one in needed if one is measure):
                given = {"community": self._community, "span": span.value, "measure": measure.value}
                rows = await self._rows(query, values | given, self._listed(days))
                for start, who in rows:
                    names[days[str(start)], measure] = _read_names(who) if isinstance(who, str) else frozenset(who)
        posts: dict[Period, list[int]] = {}
        query = _POSTS.format(posts=as_one.format("n"), platform=of_platform)
        for span, days in _by_span(spans.periods) if TALK_SHARE in ids else ():
            for start, each in await self._rows(query, {**values, "span": span.value}, self._listed(days)):
                posts[days[str(start)]] = _read_posts(each) if isinstance(each, str) else [int(n) for n in each]
        return PeopleFigures(counts, names, spans, await self.begun(PeriodSpan.WEEK), posts).figures(ids)

    async def _questions(self, facts: list[Row], spans: Spans, platform: str | None) -> Figures:
        begun = {subject for _, _, kind, _, _, subject, _ in facts if kind == kpi_questions.ASKED}
        steps = frozenset(kpi_questions.STEPS)
        older = {subject for _, _, kind, _, _, subject, _ in facts if kind in steps and subject not in begun}
        if older:
            query = _OLDER.format(kinds=listed(steps))
            about = [subject for subject in older if subject]
            values = {"community": self._community, "until": spans.first}
            facts = [*sorted(await self._rows(query, values, about)), *facts]
        return QuestionFigures(facts, spans, platform).figures()

    async def _meetups(self, spans: Spans, platform: str | None, *, surveys: bool) -> Figures:
        facts = map(Noted._make, await self._facts(kpi_meetups.KINDS))
        meetups = MeetupFigures(facts, spans, platform)
        found = meetups.figures()
        if surveys:
            found |= meetups.surveyed(await self._surveys.voices(meetups.subjects()))
        return found

    async def _arrivals(
        self, spans: Spans, platform: str | None, of_questions: list[Row] | None = None
    ) -> ArrivalFigures:
        """``of_questions``: the facts about them, where they have been read already."""
        until = spans.last + kpi_others.REPLY_WITHIN
        facts = await self._facts(kpi_others.NEWCOMERS, spans.first, until)
        if of_questions is None:
            of_questions = await self._facts(kpi_others.QUESTIONS, spans.first, until)
        return ArrivalFigures([*facts, *of_questions], spans, platform)

    # ---- reading

    async def _facts(self, kinds: Sequence[str], since: float = -_ALWAYS, until: float = _ALWAYS) -> list[Row]:
        """Return facts in their order."""
        query = _FACTS.format(kinds=listed(kinds))
        found: list[Row] = await self._rows(query, {"community": self._community, "since": since, "until": until})
        found.sort()  # no two have the same time and number, so it is never asked what comes after these
        return found

    async def _rows(self, query: str, values: dict[str, Any], among: Sequence[Any] = ()) -> list[Any]:
        return await fetch_all(self._conn, query, values, among)

    def _listed(self, days: Mapping[str, Period]) -> list[Any]:
        return list(days) if self._conn.dialect.name == "sqlite" else [period.start for period in days.values()]


def _by_span(periods: Iterable[Period]) -> Iterator[tuple[PeriodSpan, dict[str, Period]]]:
    """Give the weeks and the months by their first day, which is how they are asked for."""
    for span, group in itertools.groupby(sorted(periods), lambda period: period.span):
        yield span, {period.start.isoformat(): period for period in group}


def _ids(kpis: Iterable[Kpi], source: Source) -> list[str]:
    return [kpi.id for kpi in kpis if kpi.source is source]
