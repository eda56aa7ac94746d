"""What KPIs are computed from by hand: the list of facts alone, in the plainest Python there is, nothing shared.

Written from ``docs/kpi.md``, not from the code that it checks: no roll-up, no numpy, no helper of ``community``.
"""

from __future__ import annotations

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


def share(hits: int, n: int, of: int | None = None) -> Result:
    """Return a share."""
    coverage: float | None = -1
    if of is not None:
        coverage = n / of if of else None
    return Result(hits / n if n else None, n, coverage)


def count(things: int) -> Result:
    """Return a count."""
    return Result(things, things)
