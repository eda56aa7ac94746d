"""The figures of KPIs: what is new in the log is folded, then each kind of fact is read once for all that need it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from community import kpi_meetups, kpi_others, kpi_questions
from community.kpi import KPI_OF, Kpi, Source
from community.kpi_meetups import MeetupFigures
from community.kpi_others import ArrivalFigures, idea_figures
from community.kpi_people import PeopleFigures, counts_needed, names_needed
from community.kpi_questions import QuestionFigures
from community.kpi_values import Figures, Noted, Spans, only
from community.measures import Measure
from community.periods import Period
from storage.activity import ActivityStore
from storage.meetup_after import MeetupAfterStore
from storage.rollup import fold, listed
from storage.sql import fetch_all

_FACTS = """
    SELECT at, fact, kind, actor, platform, subject, data FROM activity_steps
    WHERE community = {{community}} AND kind IN ({kinds}) AND at >= {{since}} AND at < {{until}}
"""
_ALWAYS = 1e12  # seconds: before and after everything
_COUNTS = """
    SELECT measure, COUNT(DISTINCT actor), SUM(n) FROM activity_rollup
    WHERE community = {{community}} AND span = {{span}} AND start = {{start}} {platform} GROUP BY measure
"""
_NAMES = """
    SELECT DISTINCT actor FROM activity_rollup
    WHERE community = {{community}} AND span = {{span}} AND start = {{start}} AND measure = {{measure}} {platform}
"""


class FigureStore:
    """The figures of one community, inside one unit of work that writes: it folds first."""

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
        self._now = now
        self._activity = activity
        self._surveys = surveys

    async def read(
        self, kpis: Iterable[str], periods: Iterable[Period], *, zone: ZoneInfo, platform: str | None = None
    ) -> Figures:
        """Return the figures of KPIs, by id and period; of one platform, or of all together."""
        wanted = [KPI_OF[name] for name in kpis]
        spans = Spans(periods, zone, self._now)
        if not wanted or not spans.periods:
            return {}
        await self._activity.flush()
        await fold(self._conn, self._community, zone)
        found: Figures = {}
        sources = {kpi.source for kpi in wanted}
        if Source.PEOPLE in sources:
            found |= await self._people(_ids(wanted, Source.PEOPLE), spans, platform)
        if Source.QUESTIONS in sources:
            found |= await self._questions(spans, platform)
        if sources & {Source.MEETUPS, Source.SURVEY}:
            found |= await self._meetups(spans, platform, surveys=Source.SURVEY in sources)
        if Source.ARRIVALS in sources:
            found |= (await self._arrivals(spans, platform)).figures()
        if Source.IDEAS in sources:
            facts = await self._facts(kpi_others.IDEAS, since=spans.first)
            found |= idea_figures(facts, spans, platform)
        return only(found, (kpi.id for kpi in wanted))

    async def fold(self, zone: ZoneInfo, *, most: int) -> int:
        """Fold some of what is new, and return how many facts that were."""
        await self._activity.flush()
        return await fold(self._conn, self._community, zone, most=most)

    async def sources(self, period: Period, *, zone: ZoneInfo, platform: str | None = None) -> dict[str, int]:
        """Return how many joined by which way in a period; the empty name: it is not known."""
        await self._activity.flush()
        return (await self._arrivals(Spans([period], zone, self._now), platform)).sources(period)

    # ---- kinds of facts

    async def _people(self, ids: Collection[str], spans: Spans, platform: str | None) -> Figures:
        of_platform = "AND platform = {platform}" if platform else ""
        values = {"community": self._community, **({"platform": platform} if platform else {})}
        counts: dict[tuple[Period, Measure], tuple[int, int]] = {}
        for period in sorted(counts_needed(ids, spans.periods)):
            given = {**values, "span": period.span.value, "start": self._day(period)}
            for measure, people, times in await self._rows(_COUNTS.format(platform=of_platform), given):
                counts[period, Measure(measure)] = (people, int(times))
        names: dict[tuple[Period, Measure], list[int]] = {}
        for period, measure in sorted(names_needed(ids, spans.periods)):
            given = {**values, "span": period.span.value, "start": self._day(period), "measure": measure.value}
            rows = await self._rows(_NAMES.format(platform=of_platform), given)
            names[period, measure] = [actor for (actor,) in rows]
        return PeopleFigures(counts, names, spans).figures(ids)

    async def _questions(self, spans: Spans, platform: str | None) -> Figures:
        facts = await self._facts(kpi_questions.KINDS, since=spans.first)
        begun = {fact.subject for fact in facts if fact.kind == kpi_questions.ASKED}
        older = {f.subject for f in facts if f.kind in kpi_questions.STEPS and f.subject not in begun}
        if older:
            facts = [*await self._facts(kpi_questions.STEPS, until=spans.first, about=older), *facts]
        return QuestionFigures(facts, spans, platform).figures()

    async def _meetups(self, spans: Spans, platform: str | None, *, surveys: bool) -> Figures:
        meetups = MeetupFigures(await self._facts(kpi_meetups.KINDS), spans, platform)
        found = meetups.figures()
        if surveys:
            found |= meetups.surveyed(await self._surveys.voices(meetups.subjects()))
        return found

    async def _arrivals(self, spans: Spans, platform: str | None) -> ArrivalFigures:
        until = spans.last + kpi_others.REPLY_WITHIN
        return ArrivalFigures(await self._facts(kpi_others.ARRIVALS, spans.first, until), spans, platform)

    # ---- reading

    async def _facts(
        self,
        kinds: Sequence[str],
        since: float = -_ALWAYS,
        until: float = _ALWAYS,
        *,
        about: Iterable[str | None] | None = None,
    ) -> list[Noted]:
        """Return facts in their order; ``about`` some questions, or all."""
        query = _FACTS.format(kinds=listed(kinds)) + ("AND subject {among}" if about is not None else "")
        values = {"community": self._community, "since": since, "until": until}
        among = [subject for subject in about or () if subject]
        found = list(map(Noted._make, await fetch_all(self._conn, query, values, among)))
        found.sort()  # no two have the same time and number, so it is never asked what comes after these
        return found

    async def _rows(self, query: str, values: dict[str, Any]) -> list[Any]:
        return await fetch_all(self._conn, query, values, ())

    def _day(self, period: Period) -> Any:  # noqa: ANN401 - the driver's
        return period.start.isoformat() if self._conn.dialect.name == "sqlite" else period.start


def _ids(kpis: Iterable[Kpi], source: Source) -> list[str]:
    return [kpi.id for kpi in kpis if kpi.source is source]
