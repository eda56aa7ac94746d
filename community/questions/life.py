"""The life of a question: open, being answered, answered, solved, closed; and who may move it on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from chat.ids import MessageRef, Place, UserRef


class QuestionState(StrEnum):
    """How far a question has come."""

    DRAFT = "draft"  # typed, not posted: earlier answers are being looked at first
    OPEN = "open"
    BEING_ANSWERED = "taken"  # somebody said that they will
    ANSWERED = "answered"
    SOLVED = "solved"
    CLOSED = "closed"


LIVING = (QuestionState.OPEN, QuestionState.BEING_ANSWERED, QuestionState.ANSWERED)


class CloseReason(StrEnum):
    """Why a question ended without being solved."""

    ANSWERED_EARLIER = "earlier"  # an earlier answer was enough: nobody had to be asked
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"  # by the asker
    DELETED = "deleted"  # the message or thread is gone
    EDITED = "edited"  # it asks nothing any more
    LEFT = "left"  # the asker is no longer here
    OFF_TOPIC = "off_topic"
    OUTDATED = "outdated"


class Via(StrEnum):
    """How a question came."""

    FORM = "form"
    MENU = "menu"
    CHANNEL = "channel"
    IMPORT = "import"


class Search(StrEnum):
    """How far the search for peers has come."""

    OFF = "off"  # nobody is asked: the asker has not said so
    PEERS = "peers"
    GROUP = "group"  # the topic's role or group was called
    STAFF = "staff"  # the moderators were told


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as it stands. ``id`` 0: not stored yet."""

    id: int = 0
    asker: int | None  # a member; none once they have been erased
    account: UserRef | None
    anonymous: bool = False
    via: Via
    state: QuestionState = QuestionState.OPEN
    title: str
    text: str
    topic: str | None = None
    level: str | None = None
    language: str = "ja"
    asked_at: datetime
    root: MessageRef | None = None  # the message that asks: the asker's own, or the bot's card
    thread: Place | None = None  # where answers are given
    search: Search = Search.OFF
    round: int = 0  # how often peers were invited
    first_reply_at: datetime | None = None
    first_reply_by: int | None = None
    solved_at: datetime | None = None
    solved_by: int | None = None  # who said that it is solved
    answer: int | None = None  # the message that solved it
    closed_at: datetime | None = None
    close_reason: CloseReason | None = None
    merged_into: int | None = None
    escalated_at: datetime | None = None
    handed_over_at: datetime | None = None
    product_reply_at: datetime | None = None

    @property
    def place(self) -> Place | None:
        """Where it is talked about: its thread, as soon as there is one."""
        return self.thread or (self.root.place if self.root else None)

    @property
    def wants_help(self) -> bool:
        """Whether its asker has said that others may be asked: by asking the bot, or when it offered help."""
        return self.via is not Via.CHANNEL or self.round > 0 or self.search in (Search.PEERS, Search.GROUP)

    @property
    def is_living(self) -> bool:
        """Whether it still waits for something."""
        return self.state in LIVING


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionMessage:
    """Something said in a question's thread. ``text`` is kept, because it may be the answer."""

    id: int = 0
    question: int
    member: int | None  # none once they have been erased
    ref: MessageRef
    text: str
    at: datetime
    by_asker: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A step that a question takes: how it stands now, and the fact that says so."""

    question: Question
    kind: str  # of the fact, after ``question.``
    actor: int | None = None
    data: dict[str, str | int | float | bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who wants to move a question on."""

    member: int
    is_moderator: bool = False

    def leads(self, question: Question) -> bool:
        """Say whether a question is this member's to settle: the asker's and the moderators'."""
        return self.is_moderator or self.member == question.asker


def take_up(question: Question, by: int, now: datetime) -> Change | None:
    """Let somebody say that they will answer (👀)."""
    if question.state is not QuestionState.OPEN or by == question.asker:
        return None
    return Change(replace(question, state=QuestionState.BEING_ANSWERED), "taken", by, _waited(question, now))


def put_down(question: Question, by: int | None) -> Change | None:
    """Let whoever took it up give it back."""
    if question.state is not QuestionState.BEING_ANSWERED:
        return None
    return Change(replace(question, state=QuestionState.OPEN), "given_back", by)


def reply(question: Question, by: int, now: datetime) -> Change | None:
    """Note what may be an answer, of somebody else than the asker; None where it is not the first and changes nothing.

    A nod ("me too", "on it!") is none and takes no step: who asked still waits, and is still looked after.
    """
    if by == question.asker or question.state is QuestionState.DRAFT:
        return None
    first = question.first_reply_at is None
    state = QuestionState.ANSWERED if question.is_living else question.state
    if not first and state is question.state:
        return None
    after = replace(question, state=state)
    if first:
        after = replace(after, first_reply_at=now, first_reply_by=by)
    return Change(after, "answered", by, {**_waited(question, now), "first": first})


def unanswered(question: Question, by: int | None, *, wanted: bool = False) -> Change | None:
    """Let a question wait again whose answers did not help. Peers are asked where the asker wants or wanted that."""
    if question.state is not QuestionState.ANSWERED:
        return None
    return Change(_waiting_again(question, wanted=wanted), "unanswered", by)


def _waiting_again(question: Question, *, wanted: bool = False) -> Question:
    """Let a question be looked after from the start: peers, the group, and, once more, the moderators."""
    search = Search.PEERS if wanted or question.wants_help else Search.OFF
    return replace(question, state=QuestionState.OPEN, search=search, escalated_at=None)


def solve(question: Question, by: int, now: datetime, answer: int | None = None) -> Change | None:
    """Say that a question is solved, or (again) which message did it."""
    if question.state is QuestionState.SOLVED:
        if answer is None or answer == question.answer:
            return None
        return Change(replace(question, answer=answer), "answer_marked", by, {"answer": answer})
    if question.state in (QuestionState.DRAFT, QuestionState.CLOSED):
        return None
    after = replace(question, state=QuestionState.SOLVED, solved_at=now, solved_by=by, answer=answer or question.answer)
    return Change(after, "solved", by, {**_waited(question, now), "answer": after.answer})


def unmark(question: Question, by: int | None) -> Change | None:
    """Take the mark from the answer of a solved question: it is gone, or it was not the one. It stays solved."""
    if question.state is not QuestionState.SOLVED or question.answer is None:
        return None
    return Change(replace(question, answer=None), "answer_marked", by, {"answer": None})


def reopen(question: Question, by: int | None) -> Change | None:
    """Open a question again that was solved or closed; one whose words are gone has to be asked anew."""
    if question.state not in (QuestionState.SOLVED, QuestionState.CLOSED):
        return None
    if question.close_reason is CloseReason.DELETED:
        return None
    again = _waiting_again(question)
    if question.first_reply_at is not None and not question.wants_help:
        again = replace(question, state=QuestionState.ANSWERED)  # they are talking already, and nobody was to be asked
    after = replace(
        again,
        solved_at=None,
        solved_by=None,
        answer=None,
        closed_at=None,
        close_reason=None,
        merged_into=None,
    )
    return Change(after, "reopened", by)


def close(question: Question, by: int | None, reason: CloseReason, now: datetime) -> Change | None:
    """Close a question that is posted, and not solved. A duplicate is merged, and what is gone is deleted."""
    if not question.is_living or reason in (CloseReason.DUPLICATE, CloseReason.DELETED):
        return None
    after = replace(question, state=QuestionState.CLOSED, closed_at=now, close_reason=reason)
    return Change(after, "closed", by, {"reason": reason.value})


def delete(question: Question, by: int | None, now: datetime) -> Change | None:
    """Close a question, solved or not, whose message is gone: its words go with it."""
    if question.state is QuestionState.DRAFT or question.close_reason is CloseReason.DELETED:
        return None
    after = replace(
        question,
        state=QuestionState.CLOSED,
        closed_at=question.closed_at or now,
        close_reason=CloseReason.DELETED,
        merged_into=None,
        title="",
        text="",
        search=Search.OFF,
    )
    return Change(after, "closed", by, {"reason": CloseReason.DELETED.value})


def merge(question: Question, into: Question, by: int, now: datetime) -> Change | None:
    """Close a question as a duplicate of another that is neither itself nor merged."""
    if question.id == into.id or into.merged_into is not None or into.state is QuestionState.DRAFT:
        return None
    if question.state in (QuestionState.DRAFT, QuestionState.CLOSED):
        return None
    after = replace(
        question,
        state=QuestionState.CLOSED,
        closed_at=now,
        close_reason=CloseReason.DUPLICATE,
        merged_into=into.id,
    )
    return Change(after, "merged", by, {"into": into.id})


def escalate(question: Question, now: datetime) -> Change | None:
    """Bring a question that waits for an answer before the moderators, once until it is opened again."""
    if question.escalated_at is not None or question.state not in (QuestionState.OPEN, QuestionState.BEING_ANSWERED):
        return None
    after = replace(question, escalated_at=now, search=Search.STAFF)
    return Change(after, "escalated", None, _waited(question, now))


def hand_over(question: Question, by: int, now: datetime) -> Change | None:
    """Hand a question to the product team, once."""
    if question.handed_over_at is not None or not question.is_living:
        return None
    return Change(replace(question, handed_over_at=now), "handed_over", by)


def _waited(question: Question, now: datetime) -> dict[str, str | int | float | bool | None]:
    return {"seconds": max(0.0, (now - question.asked_at).total_seconds())}
