"""A meetup itself: what it is, when and where, who may change it, and what a change means for who is coming.

Seats are another subject: community/seats/ledger.py. Whether an hour exists on the day clocks change is decided where
the words for it are read; here a time is a moment.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from community.people.topics import Level

TITLE = 100  # characters; the title of a native event on the stricter platform
DESCRIPTION = 1000  # the same for its description
PLACE = 100  # the same for its place
LINK = 500
CHAPTERS = 50
PEOPLE = 25  # organisers or speakers; one menu shows no more
LONGEST = timedelta(days=7)
FARTHEST = timedelta(days=5 * 366)  # the farthest a native event can be away


class MeetupKind(StrEnum):
    """The kinds of meetups."""

    MEETUP = "meetup"
    STUDY_GROUP = "study_group"
    READING_CIRCLE = "reading_circle"
    OFFICE_HOURS = "office_hours"


class Where(StrEnum):
    """Where people meet."""

    ONLINE = "online"
    VENUE = "venue"
    HYBRID = "hybrid"


class MeetupState(StrEnum):
    """How far a meetup has come."""

    DRAFT = "draft"
    PLANNED = "planned"
    CANCELLED = "cancelled"
    OVER = "over"


class Chapter(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the book that a reading circle reads, and who presents it."""

    title: str
    presenter: int | None = None


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What an organiser says of a meetup."""

    title: str
    starts: datetime
    ends: datetime
    zone: str  # IANA name: of the organiser, in which it was said and is repeated
    kind: MeetupKind = MeetupKind.MEETUP
    where: Where = Where.ONLINE
    level: Level | None = None  # none: for everybody
    description: str = ""
    place: str = ""  # address of the venue
    link: str = ""  # of the call
    cover: str = ""
    speakers: tuple[int, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    rota: tuple[int, ...] = ()  # who present in turn, chapter by chapter
    hide_attendees: bool = False


class Meetup(msgspec.Struct, frozen=True, kw_only=True):
    """A meetup as it stands."""

    plan: Plan
    organiser: int | None  # none: they left, and nobody has taken over
    state: MeetupState = MeetupState.PLANNED
    co_organisers: tuple[int, ...] = ()
    revision: int = 0  # one more with every change that people are told; iCalendar's SEQUENCE
    reason: str = ""  # of a cancellation
    word: str = ""  # said aloud at the event; who writes it in the thread was there

    @property
    def organisers(self) -> tuple[int, ...]:
        """All who may change it."""
        return tuple(dict.fromkeys((*((self.organiser,) if self.organiser is not None else ()), *self.co_organisers)))


class Part(StrEnum):
    """What can change."""

    TITLE = "title"
    TIME = "time"
    PLACE = "place"  # the venue, the link, or which of both
    DETAILS = "details"
    ORGANISERS = "organisers"
    STATE = "state"


TOLD = frozenset({Part.TIME, Part.PLACE})  # a change that can lead somebody to the wrong door or hour


class MeetupChange(msgspec.Struct, frozen=True, kw_only=True):
    """A meetup after a decision, and what is new about it."""

    meetup: Meetup
    parts: frozenset[Part] = frozenset()
    by: int | None = None  # none: nobody in particular, time has passed

    @property
    def is_told(self) -> bool:
        """Whether everybody who holds or waits for a seat has to hear of it."""
        return self.meetup.state is not MeetupState.DRAFT and bool(self.parts & TOLD)


class Wrong(StrEnum):
    """What is wrong with a plan or a request."""

    TITLE = "title"
    DESCRIPTION = "description"
    PLACE = "place"
    LINK = "link"
    PAST = "past"
    FAR = "far"
    ORDER = "order"  # it ends before it starts
    LONG = "long"
    CHAPTERS = "chapters"
    PEOPLE = "people"
    NOT_YOURS = "not_yours"
    NOT_OPEN = "not_open"  # it is cancelled or over
    STILL_NEEDED = "still_needed"  # the last organiser cannot leave; hand over first


class MeetupError(ValueError):
    """A plan or request that cannot be: all that is wrong with it, so that a form says it at once."""

    def __init__(self, *wrong: Wrong) -> None:
        super().__init__(", ".join(w.value for w in wrong))
        self.wrong = wrong


def faults_of(plan: Plan, now: datetime, *, before: Plan | None = None) -> tuple[Wrong, ...]:
    """Return all that is wrong with a plan. A time that did not change may have begun in the meantime."""
    same_time = before is not None and (before.starts, before.ends) == (plan.starts, plan.ends)
    chapters_fit = len(plan.chapters) <= CHAPTERS and all(0 < len(c.title.strip()) <= TITLE for c in plan.chapters)
    people_fit = all(len(people) <= PEOPLE and len(set(people)) == len(people) for people in (plan.speakers, plan.rota))
    faults = {
        Wrong.TITLE: not 0 < len(plan.title.strip()) <= TITLE,
        Wrong.DESCRIPTION: len(plan.description) > DESCRIPTION,
        Wrong.PLACE: len(plan.place) > PLACE or (plan.where is not Where.ONLINE and not plan.place.strip()),
        Wrong.LINK: len(plan.link) > LINK or (bool(plan.link) and not plan.link.startswith(("https://", "http://"))),
        Wrong.PAST: plan.starts <= now and not same_time,
        Wrong.FAR: plan.starts > now + FARTHEST,
        Wrong.ORDER: plan.ends <= plan.starts,
        Wrong.LONG: plan.ends > plan.starts + LONGEST,
        Wrong.CHAPTERS: not chapters_fit,
        Wrong.PEOPLE: not people_fit,
    }
    return tuple(wrong for wrong, is_so in faults.items() if is_so)


def may_edit(meetup: Meetup, member: int, *, moderator: bool) -> bool:
    """Tell whether somebody may change a meetup: its organisers and the community's moderators."""
    return moderator or member in meetup.organisers


def create(plan: Plan, by: int, now: datetime, *, draft: bool = False) -> MeetupChange:
    """Plan a meetup.

    Raises:
        MeetupError: with all that is wrong with the plan.

    """
    plan = _tidy(plan)
    if wrong := faults_of(plan, now):
        raise MeetupError(*wrong)
    state = MeetupState.DRAFT if draft else MeetupState.PLANNED
    return MeetupChange(meetup=Meetup(plan=plan, organiser=by, state=state), parts=frozenset({Part.STATE}), by=by)


def publish(meetup: Meetup, by: int, now: datetime, *, moderator: bool = False) -> MeetupChange:
    """Make a draft a meetup that people can come to.

    Raises:
        MeetupError: it is not theirs or no longer to come.

    """
    _check(meetup, by, moderator=moderator)
    if meetup.state is MeetupState.PLANNED:
        return MeetupChange(meetup=meetup, by=by)
    if wrong := faults_of(meetup.plan, now):
        raise MeetupError(*wrong)
    return MeetupChange(meetup=replace(meetup, state=MeetupState.PLANNED), parts=frozenset({Part.STATE}), by=by)


def edit(meetup: Meetup, plan: Plan, by: int, now: datetime, *, moderator: bool = False) -> MeetupChange:
    """Change what was said of a meetup. The same again is no change.

    Raises:
        MeetupError: it is not theirs, over or cancelled, or the plan cannot be.

    """
    _check(meetup, by, moderator=moderator)
    plan = _tidy(plan)
    if wrong := faults_of(plan, now, before=meetup.plan):
        raise MeetupError(*wrong)
    parts = changed_parts(meetup.plan, plan)
    if not parts:
        return MeetupChange(meetup=meetup, by=by)
    return MeetupChange(meetup=replace(meetup, plan=plan, revision=meetup.revision + 1), parts=parts, by=by)


def changed_parts(before: Plan, after: Plan) -> frozenset[Part]:
    """Return what is different between two plans."""
    parts = set()
    if before.title != after.title:
        parts.add(Part.TITLE)
    if (before.starts, before.ends, before.zone) != (after.starts, after.ends, after.zone):
        parts.add(Part.DETAILS if (before.starts, before.ends) == (after.starts, after.ends) else Part.TIME)
    if (before.where, before.place, before.link) != (after.where, after.place, after.link):
        parts.add(Part.PLACE)
    settled = {name: getattr(before, name) for name in ("title", "starts", "ends", "zone", "where", "place", "link")}
    if replace(after, **settled) != before:
        parts.add(Part.DETAILS)
    return frozenset(parts)


def cancel(meetup: Meetup, by: int, *, reason: str = "", moderator: bool = False) -> MeetupChange:
    """Call a meetup off. Once is enough.

    Raises:
        MeetupError: it is not theirs, or over.

    """
    if meetup.state is MeetupState.CANCELLED and may_edit(meetup, by, moderator=moderator):
        return MeetupChange(meetup=meetup, by=by)
    _check(meetup, by, moderator=moderator)
    if len(reason) > DESCRIPTION:
        raise MeetupError(Wrong.DESCRIPTION)
    called_off = replace(meetup, state=MeetupState.CANCELLED, reason=reason.strip(), revision=meetup.revision + 1)
    return MeetupChange(meetup=called_off, parts=frozenset({Part.STATE}), by=by)


def end(meetup: Meetup, now: datetime) -> MeetupChange:
    """Note that a meetup is over, once its time has passed."""
    if meetup.state is not MeetupState.PLANNED or now < meetup.plan.ends:
        return MeetupChange(meetup=meetup)
    return MeetupChange(meetup=replace(meetup, state=MeetupState.OVER), parts=frozenset({Part.STATE}))


def _check(meetup: Meetup, by: int, *, moderator: bool) -> None:
    if not may_edit(meetup, by, moderator=moderator):
        raise MeetupError(Wrong.NOT_YOURS)
    if meetup.state in {MeetupState.CANCELLED, MeetupState.OVER}:
        raise MeetupError(Wrong.NOT_OPEN)


def _tidy(plan: Plan) -> Plan:
    """Bring what was typed into one form: a title is one line, moments are UTC."""
    return replace(
        plan,
        title=" ".join(plan.title.split()),
        place=" ".join(plan.place.split()),
        link=plan.link.strip(),
        starts=plan.starts.astimezone(UTC),
        ends=plan.ends.astimezone(UTC),
    )
