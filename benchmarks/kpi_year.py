"""A year of a community of 20,000 members, as facts: mostly talk and reactions, with questions, meetups and newcomers.

Rows are made with numpy, a day at a time, so that ten million of them need little memory; times are texts in UTC.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import numpy as np

COMMUNITY = "main"
MEMBERS, THERE_BEFORE, STAFF = 20_000, 12_000, 40
BEGAN = datetime(2025, 11, 1, tzinfo=UTC)
DAYS = 396  # thirteen months: the newest month and the twelve that are over
QUESTIONS_A_DAY, MEETUPS_A_WEEK, SEATS = 101, 3, 40
THREADS_A_DAY = 60
REACTIONS, OTHERS, BOTS = 0.40, 0.05, 0.02  # of the talk: reactions; edits, deletions, coming and going; of bots
COLUMNS = ("id", "community", "key", "at", "kind", "actor", "platform", "workspace", "place", "subject", "data")

Row: TypeAlias = tuple[Any, ...]
_Fact: TypeAlias = tuple[float, str, int | None, str | None, dict[str, Any] | None]  # second of the day, what, who


def rows(facts: int) -> Iterator[list[Row]]:
    """Give the facts of each day: as many in all as were asked for, within one in a hundred."""
    rng = np.random.default_rng(1)
    weight = rng.lognormal(0.0, 1.6, MEMBERS)
    joined = np.concatenate([np.zeros(THERE_BEFORE), np.sort(rng.uniform(0, DAYS, MEMBERS - THERE_BEFORE))])
    fading = rng.exponential(300.0, MEMBERS)  # most come less often with time
    lives = _Lives(rng)
    newest = 0
    for day in range(DAYS):
        age = day - joined
        there = np.where(age >= 0, weight * np.exp(-np.maximum(age, 0) / fading), 0.0)
        chances = there / there.sum()
        newcomers = np.flatnonzero((joined > day - 1) & (joined <= day)) if day else np.array([], dtype=np.int64)
        special = lives.of_day(day, chances, newcomers)
        talk = max(0, facts * (day + 1) // DAYS - facts * day // DAYS - len(special))
        yield [
            *_talk(rng, newest, day, talk, chances),
            *(_row(newest + talk + n, day, fact) for n, fact in enumerate(special, start=1)),
        ]
        newest += talk + len(special)


def _talk(
    rng: np.random.Generator, newest: int, day: int, n: int, chances: np.ndarray[Any, np.dtype[np.float64]]
) -> Iterator[Row]:
    who = (rng.choice(MEMBERS, n, p=chances) + 1).tolist()
    begins = np.datetime64(BEGAN.replace(tzinfo=None), "us") + np.timedelta64(day, "D")
    seconds = np.sort(rng.integers(0, 86_400_000_000, n)).astype("timedelta64[us]")
    when = [str(at).replace("T", " ") for at in np.datetime_as_string(begins + seconds, unit="us")]
    which, bots = rng.uniform(size=n).tolist(), (rng.uniform(size=n) < BOTS).tolist()
    lengths = rng.integers(2, 400, n).tolist()
    for id_, (at, kind, actor, bot, length) in enumerate(
        zip(when, which, who, bots, lengths, strict=True), start=newest + 1
    ):
        data: str | None = None
        if kind < REACTIONS:
            name, data = "reaction.added", '{"emoji":"+1"}'
        elif kind < REACTIONS + OTHERS:
            name = "channel.entered" if kind < REACTIONS + OTHERS / 2 else "message.edited"
        else:
            name, flags = "message.posted", f'"bot":{"true" if bot else "false"}'
            staff = ',"staff":true' if actor <= STAFF else ""
            data = f'{{"length":{length},"files":0,"mentions":0,"reply_to":null,{flags}{staff}}}'
        platform, workspace = _home(actor)
        place, subject = f"C{id_ % 40}", str(id_)
        if name == "message.posted" and id_ % 3 == 0:  # in one of the day's threads, some of days ago
            place = f"{place}:{_thread(platform, day, id_ // 40 % THREADS_A_DAY)}"
        yield id_, COMMUNITY, f"k{id_:09}", at, name, actor, platform, workspace, place, subject, data


class _Lives:
    """Questions, meetups, ideas and newcomers, whose facts lie days apart."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._later: dict[int, list[_Fact]] = {}
        self._question = self._meetup = self._idea = 0

    def of_day(
        self, day: int, chances: np.ndarray[Any, np.dtype[np.float64]], newcomers: np.ndarray[Any, np.dtype[np.int64]]
    ) -> list[_Fact]:
        pick = (self._rng.choice(MEMBERS, QUESTIONS_A_DAY * 6, p=chances) + 1).tolist()
        for _ in range(QUESTIONS_A_DAY):
            self._ask(day, pick)
        if day % 7 in (1, 3, 5):
            self._meet(day, self._rng.choice(MEMBERS, SEATS, p=chances, replace=False) + 1)
        for who in (newcomers + 1).tolist():
            self._arrive(day, who)
        if day % 2:
            self._idea += 1
            self._put(day, 40_000, "idea.noted", pick.pop(), self._idea)
            for supporter in {pick.pop() for _ in range(8)}:
                self._put(day + 1, 50_000, "idea.supported", supporter, self._idea)
            if self._idea % 6 == 0:
                self._put(day + 60, 50_000, "idea.decided", 1, self._idea, state="shipped")
        return self._later.pop(day, [])

    def _put(self, day: float, second: float, kind: str, who: int | None, subject: object, /, **data: object) -> None:
        whole, rest = divmod(day * 86_400 + second, 86_400)
        self._later.setdefault(int(whole), []).append((rest, kind, who, str(subject), data or None))

    def _ask(self, day: int, pick: list[int]) -> None:
        rng = self._rng
        self._question += 1
        question, at, asker = self._question, float(rng.uniform(0, 86_399)), pick.pop()
        told = {"topic": "python", "level": None}
        self._put(day, at, "question.asked", asker, question, **told, via="channel", anonymous=False)
        if rng.uniform() < 0.25:  # noqa: PLR2004 - one in four is shown what was answered before
            self._put(day, at, "question.shown_earlier", asker, question, **told, n=2)
            if rng.uniform() < 0.2:  # noqa: PLR2004 - and of these one in five needs no more
                self._put(day, at + 60, "question.deflected", asker, max(1, question - 50), asked=question)
                self._put(day, at + 61, "question.closed", asker, question, **told, reason="earlier")
                return
        if rng.uniform() > 0.9:  # noqa: PLR2004 - one in ten is never answered
            return
        waited = float(rng.lognormal(7.5, 2.0))
        helper = pick.pop()
        said = {**told, "staff": helper <= STAFF}
        self._put(day, at + waited, "question.answered", helper, question, **said, seconds=waited, first=True)
        for n in range(int(rng.integers(1, 4))):
            who = helper if not n else pick.pop()
            self._put(day, at + waited + 600 * n, "question.replied", who, question, **told, staff=who <= STAFF)
        if rng.uniform() < 0.75:  # noqa: PLR2004 - three of four that are answered are solved
            solved = at + waited + float(rng.lognormal(8.5, 1.5))
            self._put(day, solved, "question.solved", asker, question, **told, helper=helper, staff=helper <= STAFF)
            if rng.uniform() < 0.4:  # noqa: PLR2004 - two of five say thank you
                self._put(day, solved + 30, "thanks.given", asker, question, receiver=helper, via="menu")

    def _meet(self, day: int, who: np.ndarray[Any, np.dtype[np.int64]]) -> None:
        self._meetup += 1
        meetup, end = self._meetup, 46_800
        for member in who.tolist():
            self._put(day, 3_600, "seat.seated", member, meetup, kind="on_site", by=None)
            mark = "attended" if self._rng.uniform() < 0.7 else "no_show"  # noqa: PLR2004 - seven of ten come
            self._put(day + (0 if mark == "attended" else 2), end - 3_600, "seat.marked", member, meetup, mark=mark)
        self._put(day, end, "meetup.over", None, meetup)
        self._put(day + 2, end - 3_601, "seat.closed", None, meetup)

    def _arrive(self, day: int, who: int) -> None:
        chance = self._rng.uniform(size=4)
        referrer = int(self._rng.integers(1, who)) if chance[0] < 0.3 else None  # noqa: PLR2004 - three of ten
        data = {"via": "invite" if referrer else None, "referrer": referrer, "workspace": _home(who)[0] + ":T1"}
        self._put(day, 1_000, "member.joined", who, None, **data)
        if chance[1] < 0.7:  # noqa: PLR2004 - seven of ten agree
            self._put(day, 1_000 + chance[1] * 700_000, "member.agreed", who, None)
        if chance[2] < 0.5:  # noqa: PLR2004 - half get a reply
            self._put(day, 9_000 + chance[2] * 3_000_000, "member.replied_to", who, None, by=1)
        if chance[3] < 0.2:  # noqa: PLR2004 - one in five leaves
            self._put(day, 90_000 + chance[3] * 40_000_000, "member.left", who, None, workspace=data["workspace"])


def _thread(platform: str, day: int, n: int) -> str:
    """Return a thread's id, which tells when it began, as the platform makes it."""
    began = int(BEGAN.timestamp()) + max(0, day - n % 9) * 86_400 + n * 1_000
    return f"{began}.000100" if platform == "slack" else str((began * 1_000 - 1_420_070_400_000) << 22)


def _home(member: int | None) -> tuple[str, str]:
    return ("slack", "T1") if (member or 0) % 3 else ("discord", "900")


def _row(id_: int, day: int, fact: _Fact) -> Row:
    second, kind, actor, subject, data = fact
    at = f"{BEGAN.replace(tzinfo=None) + timedelta(days=day, seconds=second, microseconds=1)}"
    nowhere = kind.startswith("member.")
    platform, workspace = (None, None) if nowhere else _home(int(subject or 0) if kind[0] in "qsi" else actor)
    place = None if nowhere else f"C{id_ % 40}"
    told = json.dumps(data, separators=(",", ":")) if data else None
    return (
        id_,
        COMMUNITY,
        f"k{id_:09}",
        at,
        kind,
        actor,
        platform,
        workspace,
        place,
        None if subject == "None" else subject or str(id_),
        told,
    )
