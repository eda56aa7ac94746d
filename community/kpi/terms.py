"""What a KPI is: its name, what it says, how it is computed, and what one figure of it is."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Letter(StrEnum):
    """The six sides of SPACES. Source: CMX, "The SPACES Model" (2020)."""

    SUPPORT = "support"
    PRODUCT = "product"
    ACQUISITION = "acquisition"
    CONTRIBUTION = "contribution"
    ENGAGEMENT = "engagement"
    SUCCESS = "success"


class Unit(StrEnum):
    """What a figure is counted in."""

    COUNT = "count"
    SHARE = "share"  # 0 to 1
    DURATION = "duration"  # seconds
    SCORE = "score"  # -100 to 100
    RATIO = "ratio"  # 0 to 1, of two figures: no share of people, so it has no interval


class Better(StrEnum):
    """Which way is good."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


class Stakeholder(StrEnum):
    """Who reads a report."""

    CUSTOMER_SUCCESS = "customer-success"
    SALES = "sales"
    MARKETING = "marketing"
    DEVELOPMENT = "development"
    MANAGEMENT = "management"


class Source(StrEnum):
    """Which facts a KPI is computed from: each kind is read once for all that need it."""

    PEOPLE = "people"  # the roll-up: who did what in a period
    QUESTIONS = "questions"
    MEETUPS = "meetups"
    ARRIVALS = "arrivals"
    IDEAS = "ideas"  # and thanks
    SURVEY = "survey"  # not the log: see docs/kpi.md


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """What is usual elsewhere."""

    text: str  # a marked message
    value: float | None
    source: str


class Kpi(msgspec.Struct, frozen=True, kw_only=True):
    """One figure that the community is told by. Texts are marked messages."""

    id: str
    letter: Letter
    name: str
    sentence: str  # what it says, to somebody who has never heard of it
    formula: str
    unit: Unit
    better: Better
    source: Source
    stakeholders: frozenset[Stakeholder]
    reference: Reference | None = None
    by_platform: bool = True
    closed_only: bool = False  # of a period that is not over it says nothing


class Figure(msgspec.Struct, frozen=True):
    """One value of a KPI."""

    value: float | None  # none: nothing to tell
    n: int  # how many people or things it rests on
    coverage: float | None = None  # which part of all that belong here could be counted
    low: float | None = None  # the 95 % interval
    high: float | None = None


NOTHING = Figure(None, 0)
LEAST_N = 5  # people or things that a figure other than a count has to rest on
