"""The figures of KPIs: what is new in the log is folded, then each kind of fact is read once for all that need it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime
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
from storage.rollup import fold
from storage.sql import fetch_all

_FACTS = """
    SELECT at, kind, actor, platform, subject, data FROM activity
    WHERE community = {{community}} AND kind IN ({kinds}) {since} {until} ORDER BY at, id
"""
_EARLIER = """
    SELECT at, kind, actor, platform, subject, data FROM activity
    WHERE community = {{community}} AND kind IN ({kinds}) AND at < {{until}} AND subject {{among}}
    ORDER BY at, id
"""
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
            facts = [*await self._earlier(older, spans.first), *facts]
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

    async def _facts(self, kinds: Sequence[str], since: float | None = None, until: float | None = None) -> list[Noted]:
        values: dict[str, Any] = {"community": self._community}
        if since is not None:
            values["since"] = self._moment(since)
        if until is not None:
            values["until"] = self._moment(until)
        query = _FACTS.format(
            kinds=_listed(kinds),
            since="AND at >= {since}" if since is not None else "",
            until="AND at < {until}" if until is not None else "",
        )
        return self._noted(await self._rows(query, values))

    async def _earlier(self, subjects: Iterable[str | None], until: float) -> list[Noted]:
        """Return what was noted before about questions that live on."""
        among = [subject for subject in subjects if subject]
        values = {"community": self._community, "until": self._moment(until)}
        query = _EARLIER.format(kinds=_listed(kpi_questions.STEPS))
        return self._noted(await fetch_all(self._conn, query, values, among))

    async def _rows(self, query: str, values: dict[str, Any]) -> list[Any]:
        return await fetch_all(self._conn, query, values, ())

    def _noted(self, rows: Iterable[Sequence[Any]]) -> list[Noted]:
        seconds = _SECONDS[self._conn.dialect.name]
        return [Noted(seconds(at), kind, actor, where, subject, data) for at, kind, actor, where, subject, data in rows]

    def _moment(self, seconds: float) -> datetime | str:
        """Return a moment as the database's driver takes it."""
        at = datetime.fromtimestamp(seconds, UTC)
        return f"{at:%Y-%m-%d %H:%M:%S.%f}" if self._conn.dialect.name == "sqlite" else at

    def _day(self, period: Period) -> Any:  # noqa: ANN401 - the driver's
        return period.start.isoformat() if self._conn.dialect.name == "sqlite" else period.start


def _ids(kpis: Iterable[Kpi], source: Source) -> list[str]:
    return [kpi.id for kpi in kpis if kpi.source is source]


def _listed(kinds: Iterable[str]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds)


def _from_text(at: str) -> float:
    return datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp()


def _from_moment(at: datetime) -> float:
    return at.timestamp()


_SECONDS: dict[str, Callable[[Any], float]] = {"sqlite": _from_text, "postgresql": _from_moment}
