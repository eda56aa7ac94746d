"""Peak moments as data: what there is to tell, how it is worded, how long each rests. No one is ever ranked.

A wording is used only if all that it names is known and may be named; so each moment has one without names at its end.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from chat.marks import msg

_NAMED = re.compile(r"\{(\w+)\}")


class Kind(StrEnum):
    """The kinds of peak moments."""

    FIRST_ANSWER = "first_answer"
    FIRST_SOLVED = "first_solved"
    FAST_SOLVED = "fast_solved"
    FIRST_MEETUP = "first_meetup"
    THIRD_MEETUP = "third_meetup"
    TENTH_MEETUP = "tenth_meetup"
    COMEBACK = "comeback"
    ANNIVERSARY = "anniversary"
    NOMINATED = "nominated"
    MANY_HANDS = "many_hands"
    MEMBERS = "members"
    MEETUPS = "meetups"
    SOLVED = "solved"


class State(StrEnum):
    """How far a moment has come. What is agreed to may be told."""

    FOUND = "found"
    ASKED = "asked"
    IN_REVIEW = "in_review"  # its member said yes; the moderators look at it first
    AGREED = "agreed"  # its member said yes
    APPROVED = "approved"  # and so did the moderators
    POSTED = "posted"
    DECLINED = "declined"
    DROPPED = "dropped"  # it is no news any more, or nobody could be asked


TELLABLE = (State.AGREED, State.APPROVED)
PENDING = (State.ASKED, State.IN_REVIEW, *TELLABLE)


@dataclass(frozen=True, slots=True)
class Peak:
    """A kind of moment."""

    kind: Kind
    what: str  # a message: what happened and when it counts, for the pages and the moderators
    wordings: tuple[str, ...]  # messages, the fullest first
    cool_down: timedelta  # the same kind of the same member is not told again within it
    weight: int  # where there is not room for all, the rarer goes first
    of_all: bool = False  # the community's own: nobody is named and nobody has to be asked


_EVER = timedelta(days=36_500)  # its key names it once and for all
_DAY = timedelta(days=1)

PEAKS: Mapping[Kind, Peak] = {
    peak.kind: peak
    for peak in (
        Peak(
            Kind.FIRST_ANSWER,
            msg("A member answered a question of somebody else for the first time."),
            (
                msg("{who} answered a question here for the first time: {asker}'s “{title}”. Thank you, {who}!"),
                msg("{who} answered a question here for the first time: “{title}”. Thank you, {who}!"),
                msg("{who} answered a question here for the first time. Thank you, {who}!"),
            ),
            _EVER,
            3,
        ),
        Peak(
            Kind.FIRST_SOLVED,
            msg("An answer of a member solved somebody's question for the first time."),
            (
                msg("An answer by {who} solved {asker}'s question “{title}”: {who}'s first solved question here."),
                msg("An answer by {who} solved the question “{title}”: {who}'s first solved question here."),
                msg("An answer by {who} solved a question for the first time. Wonderful!"),
            ),
            _EVER,
            6,
        ),
        Peak(
            Kind.FAST_SOLVED,
            msg("An answer that came within 15 minutes solved a question."),
            (
                msg("{who} solved {asker}'s question “{title}” in {time}. That is help when it is needed!"),
                msg("{who} solved the question “{title}” in {time}. That is help when it is needed!"),
                msg("{who} solved a question in {time}. That is help when it is needed!"),
            ),
            30 * _DAY,
            5,
        ),
        Peak(
            Kind.FIRST_MEETUP,
            msg("A member came to a meetup for the first time."),
            (
                msg("{who} came to a meetup for the first time: “{title}”. So good to have met you!"),
                msg("{who} came to a meetup for the first time. So good to have met you!"),
            ),
            _EVER,
            4,
        ),
        Peak(
            Kind.THIRD_MEETUP,
            msg("A member came to a third meetup."),
            (
                msg("“{title}” was {who}'s third meetup with us. You are one of the familiar faces now!"),
                msg("{who} has been to three meetups with us. You are one of the familiar faces now!"),
            ),
            _EVER,
            2,
        ),
        Peak(
            Kind.TENTH_MEETUP,
            msg("A member came to a tenth meetup."),
            (
                msg("“{title}” was {who}'s tenth meetup with us. Thank you for coming back again and again!"),
                msg("{who} has been to ten meetups with us. Thank you for coming back again and again!"),
            ),
            _EVER,
            7,
        ),
        Peak(
            Kind.COMEBACK,
            msg("A member who was silent for 60 days or more wrote again."),
            (msg("{who} is back with us after a while. Welcome back, {who}!"),),
            180 * _DAY,
            4,
        ),
        Peak(
            Kind.ANNIVERSARY,
            msg("A member joined this day a year or more ago, and has been about lately."),
            (msg("{who} has been part of this community for {time} now. Thank you for being here!"),),
            300 * _DAY,
            1,
        ),
        Peak(
            Kind.NOMINATED,
            msg("A member was nominated by another, with their words."),
            (
                msg("{by} would like everybody to know what {who} did:"),
                msg("A member would like everybody to know what {who} did:"),
            ),
            7 * _DAY,
            9,
        ),
        Peak(
            Kind.MANY_HANDS,
            msg("Five or more people answered one question."),
            (
                msg("{n} people put their heads together on “{title}”. This is what a community is for!"),
                msg("{n} people put their heads together on one question. This is what a community is for!"),
            ),
            _EVER,
            5,
            of_all=True,
        ),
        Peak(
            Kind.MEMBERS,
            msg("The community reached 100 members, or a later round number."),
            (msg("There are {n} of us now! Thank you to everybody who makes this a place to come to."),),
            _EVER,
            8,
            of_all=True,
        ),
        Peak(
            Kind.MEETUPS,
            msg("The community held its 10th meetup, or a later round number."),
            (msg("We have held {n} meetups together! Thank you to all who planned, spoke and came."),),
            _EVER,
            8,
            of_all=True,
        ),
        Peak(
            Kind.SOLVED,
            msg("The community solved its 50th question, or a later round number."),
            (msg("{n} questions have been solved here by now, with the help of many. Thank you all!"),),
            _EVER,
            7,
            of_all=True,
        ),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something worth telling. ``id`` 0: not stored yet."""

    id: int = 0
    key: str  # what happened, once
    kind: Kind
    member: int | None = None  # none: the community's own
    by: int | None = None  # who nominated
    words: str = ""  # of a nomination
    data: Mapping[str, int] = field(default_factory=dict)  # what the wording needs: numbers only, names are looked up
    state: State = State.FOUND
    at: datetime  # when it happened
    changed_at: datetime

    @property
    def peak(self) -> Peak:
        """What kind of moment it is."""
        return PEAKS[self.kind]


def wording_of(peak: Peak, known: Collection[str]) -> str:
    """Return the fullest wording of which everything is known."""
    return next((words for words in peak.wordings if set(_NAMED.findall(words)) <= set(known)), peak.wordings[-1])
