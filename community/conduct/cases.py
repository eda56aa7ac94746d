"""Reports and cases: what a moderator may do with a case, and what becomes of it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from chat.ids import MessageRef

REPORTS_AN_HOUR = 5  # of one member, or without names of the whole community: more are kept, and call nobody at once
ABANDONED = timedelta(days=1)  # a case that was taken on so long ago may be taken over
ALARMS = 4  # times the owners are called about an urgent case that nobody takes on


class CaseState(StrEnum):
    """How far a case is."""

    OPEN = "open"  # nobody looks after it
    CLAIMED = "claimed"
    RESOLVED = "resolved"  # something was done
    DISMISSED = "dismissed"  # there was nothing to do


LIVING = (CaseState.OPEN, CaseState.CLAIMED)


class Reason(StrEnum):
    """What a report says that happened."""

    HARASSMENT = "harassment"
    INSULT = "insult"
    UNSAFE = "unsafe"  # somebody feels threatened or is in danger
    PRIVACY = "privacy"  # somebody else's data, or what was said in confidence
    SPAM = "spam"
    OTHER = "other"


class Outcome(StrEnum):
    """What was done about a case."""

    SPOKE = "spoke"  # with the member
    WARNED = "warned"
    MESSAGE_REMOVED = "message_removed"
    MEMBER_REMOVED = "member_removed"
    NOTHING_FOUND = "nothing_found"
    NOT_OURS = "not_ours"


DISMISSING = frozenset({Outcome.NOTHING_FOUND, Outcome.NOT_OURS})


class NoteKind(StrEnum):
    """What stands in a case's papers."""

    NOTE = "note"  # among moderators
    ASKED = "asked"  # a question to a reporter
    ANSWERED = "answered"  # what a reporter added or answered
    DRAFT = "draft"  # a word to the member that its writer still looks at
    WORD = "word"  # a word that the member was sent


@dataclass(frozen=True, slots=True)
class Case:
    """What reports about one member or message are together."""

    opened_at: datetime
    member: int | None = None  # about whom; none: about nobody in particular, or erased
    urgent: bool = False
    delicate: bool = False  # about one of the team; stays so when they are no longer of it, or erased
    state: CaseState = CaseState.OPEN
    claimed_by: int | None = None
    claimed_at: datetime | None = None
    outcome: Outcome | None = None
    told: str = ""  # what reporters were told in the end
    closed_by: int | None = None
    closed_at: datetime | None = None
    id: int = 0

    @property
    def is_living(self) -> bool:
        """Whether something is still to be done."""
        return self.state in LIVING


@dataclass(frozen=True, slots=True)
class Report:
    """What one member told the moderators."""

    reason: Reason
    at: datetime
    words: str = ""
    case: int = 0
    member: int | None = None  # who reported; none: without a name, or erased
    account: str | None = None
    nameless: bool = False  # there is a code that leads to it, and nothing else does
    message: MessageRef | None = None
    quoted: str = ""
    quoted_of: int | None = None
    since: str | None = None  # what happened to the message since: edited, deleted
    id: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """Something in a case's papers."""

    case: int
    kind: NoteKind
    words: str
    at: datetime
    author: int | None = None  # none: a reporter without a name, or somebody who was erased
    report: int | None = None  # to or from its reporter
    id: int = 0


@dataclass(frozen=True, slots=True)
class Vote:
    """The outcome that one moderator finds right, and what the reporters would be told."""

    outcome: Outcome
    words: str
    at: datetime
    counts: bool = True  # false: its giver still looks at it


@dataclass(frozen=True, slots=True)
class Claim:
    """Take a case on."""

    by: int


@dataclass(frozen=True, slots=True)
class Release:
    """Give a case back."""

    by: int


@dataclass(frozen=True, slots=True)
class Decide:
    """Say which outcome is right; the case ends when enough agree."""

    by: int
    outcome: Outcome
    words: str = ""
    same: frozenset[int] = frozenset()  # who were one member with the giver once: one person has one vote


@dataclass(frozen=True, slots=True)
class Reopen:
    """Look at a case once more."""

    by: int


Command: TypeAlias = Claim | Release | Decide | Reopen


class Refusal(StrEnum):
    """Why a command does nothing."""

    ABOUT_YOU = "about_you"  # whoever is reported has no hand in it
    TAKEN = "taken"
    YOURS = "yours"
    NOT_YOURS = "not_yours"
    CLOSED = "closed"
    NOT_CLOSED = "not_closed"


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a case. ``deed`` is what the audit calls it; none where nothing was done."""

    case: Case
    votes: Mapping[int, Vote]
    deed: str | None = None
    refusal: Refusal | None = None

    @property
    def closes(self) -> bool:
        """Whether the case ends by this."""
        return self.deed in {"case.resolved", "case.dismissed"}


def decide(
    case: Case,
    votes: Mapping[int, Vote],
    command: Command,
    now: datetime,
    quorum: int = 1,
    *,
    away: Collection[int] = (),
) -> Decision:
    """Return what a moderator's command makes of a case; ``away`` are members who have no hand in it."""
    if why := _why_not(case, command, away):
        return Decision(case, votes, refusal=why)
    match command:
        case Claim(by):
            return _claim(case, votes, by, now, away)
        case Release():
            free = replace(case, state=CaseState.OPEN, claimed_by=None, claimed_at=None)
            return Decision(free, votes, "case.released")
        case Decide():
            counted = {m: v for m, v in votes.items() if v.counts and m not in command.same and may_see(case, m, away)}
            return _vote(case, counted, command, now, quorum)
        case Reopen(by):
            again = replace(
                case,
                state=CaseState.CLAIMED,
                claimed_by=by,
                claimed_at=now,
                outcome=None,
                told="",
                closed_by=None,
                closed_at=None,
            )
            return Decision(again, {}, "case.reopened")


def _why_not(case: Case, command: Command, away: Collection[int]) -> Refusal | None:
    if not may_see(case, command.by, away):
        return Refusal.ABOUT_YOU
    if case.is_living is isinstance(command, Reopen):
        return Refusal.NOT_CLOSED if case.is_living else Refusal.CLOSED
    return Refusal.NOT_YOURS if isinstance(command, Release) and case.claimed_by != command.by else None


def _claim(case: Case, votes: Mapping[int, Vote], by: int, now: datetime, away: Collection[int]) -> Decision:
    if case.claimed_by == by:
        return Decision(case, votes, refusal=Refusal.YOURS)
    held = case.claimed_by is not None and case.claimed_by not in away
    if held and case.claimed_at is not None and now - case.claimed_at < ABANDONED:
        return Decision(case, votes, refusal=Refusal.TAKEN)
    taken = replace(case, state=CaseState.CLAIMED, claimed_by=by, claimed_at=now)
    return Decision(taken, votes, "case.claimed")


def _vote(case: Case, others: Mapping[int, Vote], given: Decide, now: datetime, quorum: int) -> Decision:
    own = Vote(given.outcome, given.words.strip(), now)
    counted = {**others, given.by: own}
    agreed = [vote for vote in counted.values() if vote.outcome is own.outcome]
    if len(agreed) < quorum:
        return Decision(case, counted, "case.voted")
    # the words of whoever made it enough; where they left them out, the newest of those who agree
    said = own.words or next((v.words for v in sorted(agreed, key=lambda v: v.at, reverse=True) if v.words), "")
    dismissed = own.outcome in DISMISSING
    closed = replace(
        case,
        state=CaseState.DISMISSED if dismissed else CaseState.RESOLVED,
        outcome=own.outcome,
        told=said,
        closed_by=given.by,
        closed_at=now,
    )
    return Decision(closed, counted, "case.dismissed" if dismissed else "case.resolved")


def tally(votes: Mapping[int, Vote]) -> dict[Outcome, int]:
    """Count who finds which outcome right, the most first."""
    found = Counter(vote.outcome for vote in votes.values() if vote.counts)
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def to_the_hour(at: datetime) -> datetime:
    """Return the hour in which something was: all that is kept of when somebody without a name was here."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def is_flood(recent: int) -> bool:
    """Say whether so many reports came within the hour that one more is kept but calls nobody."""
    return recent >= REPORTS_AN_HOUR


def may_see(case: Case, moderator: int, away: Collection[int] = ()) -> bool:
    """Say whether a moderator may see and handle a case: everybody but whom it is about, whatever account they use."""
    return case.member != moderator and moderator not in away
