"""Linking two accounts of one person: the code that proves it, who may, and what one member makes of two rows.

Where two rows claim one place, what is decided here is the same whichever of the two members is kept: joining is
commutative, and three accounts end alike in whatever order they are linked. A "no" of either side holds.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from chat.ids import Workspace
from community.people.members import Member

Row = Mapping[str, Any]
Joined = dict[str, Any]
Join = Callable[[Row, Row], Joined]

# Without 0 O, 1 I L, U V and 2 Z, 5 S, 8 B, which look alike on a screen that is read to type on another
ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
LETTERS = 10  # of 23: 45 bits; at five guesses an hour somebody would need some hundred million years
GROUP = 5
LASTS = timedelta(minutes=15)
GUESSES = 5  # wrong codes that one member may type within ...
WITHIN = timedelta(hours=1)
TAKEN_BACK_FOR = timedelta(days=7)  # how long "this was not me" brings back what both had told of themselves


def code_of(numbers: Collection[int]) -> str:
    """Return a code from random numbers, one for each letter."""
    if len(numbers) != LETTERS:
        raise ValueError(f"a code has {LETTERS} letters")
    return "".join(ALPHABET[number % len(ALPHABET)] for number in numbers)


def shown(code: str) -> str:
    """Return a code as people read it."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def typed(text: str) -> str | None:
    """Read a code as people type it: in any case and width, with or without the dash; None where it is none."""
    letters = [letter for letter in unicodedata.normalize("NFKC", text[:64]).upper() if letter.isalnum()]
    code = "".join(letters)
    return code if len(code) == LETTERS and set(code) <= set(ALPHABET) else None


# ---- who may


class Refusal(StrEnum):
    """Why two accounts are not linked."""

    UNKNOWN = "unknown"  # no such code, or it was used, or its time is over
    ELSEWHERE = "elsewhere"  # a code of another community
    ALREADY = "already"  # the same account, or linked already
    SAME_PLACE = "same_place"  # both are accounts of one workspace
    BOT = "bot"
    WAITING = "waiting"  # neither has a seat in the community
    DECLINED = "declined"  # a moderator said no to one of them
    TOO_OFTEN = "too_often"


def judge(
    first: Member, second: Member, *, waiting: Collection[int] = (), declined: Collection[int] = ()
) -> Refusal | None:
    """Say why two members cannot be one; None where they can.

    ``waiting``: who has no seat in the community; a seat is shared, but a "no" is not undone by linking. ``declined``:
    those of them who were told no.
    """
    if first.id == second.id:
        return Refusal.ALREADY
    if first.is_bot or second.is_bot:
        return Refusal.BOT
    if first.id in declined or second.id in declined:
        return Refusal.DECLINED
    if first.id in waiting and second.id in waiting:
        return Refusal.WAITING
    return Refusal.SAME_PLACE if homes(first) & homes(second) else None


def homes(member: Member) -> set[Workspace]:
    """Return the workspaces in which a member is present."""
    return {account.user.home for account in member.accounts if account.left_at is None}


def kept_of(one: Member, other: Member) -> tuple[Member, Member]:
    """Return who is kept, and who goes into the other: whoever came first stays."""
    first, second = sorted((one, other), key=lambda member: (member.joined_at, member.id))
    return first, second


@dataclass(frozen=True, slots=True)
class Common:
    """What two members have both, and one of them will not have twice."""

    meetups: int = 0  # with a seat, or a place in the line, on both sides
    profiles: bool = False
    introductions: bool = False
    thanks: int = 0  # between the two
    opt_outs: int = 0  # that only one of the two has said


# ---- what becomes of two rows


def earliest(column: str) -> Join:
    """Join by the row that came first."""
    return lambda one, other: _first(one, other, lambda row: (row[column], *_order(row)))


def latest(column: str) -> Join:
    """Join by the row that came last."""
    return lambda one, other: _last(one, other, lambda row: (row[column], *_order(row)))


def best(column: str, order: Collection[str], then: str) -> Join:
    """Join by the row whose ``column`` stands earliest in ``order``; among equals the one that came first."""
    rank = {value: n for n, value in enumerate(order)}
    return lambda one, other: _first(
        one, other, lambda row: (rank.get(row[column], len(rank)), row[then], *_order(row))
    )


def newcomer(one: Row, other: Row) -> Joined:
    """Join how somebody came: what is known of either; a "no" to the nudge holds, and one nudge is enough."""
    told = _first(
        one, other, lambda row: (row["referrer"] is None, row["via"] is None, row["referrer"] or 0, row["via"] or "")
    )
    nudged = [row["nudged_at"] for row in (one, other) if row["nudged_at"] is not None]
    return {
        **told,
        "nudged_at": min(nudged, default=None),
        "nudges_off": one["nudges_off"] or other["nudges_off"],
    }


def profile(one: Row, other: Row) -> Joined:
    """Join what somebody told: the newer words win, the older fill what is empty; to post needs the yes of both."""
    newer = _last(one, other, lambda row: (row["changed_at"], *_order(row)))
    older = _first(one, other, lambda row: (row["changed_at"], *_order(row)))
    introduced = [row["consent"] for row in (newer, older) if row["introduction"]]
    return {
        **newer,
        "purpose": newer["purpose"] or older["purpose"],
        "introduction": newer["introduction"] or older["introduction"],
        "consent": all(introduced) if introduced else newer["consent"] and older["consent"],
    }


_LEVELS = (None, "beginner", "intermediate", "expert")


def topic(one: Row, other: Row) -> Joined:
    """Join what somebody said of a topic: all of it; of two levels the further one."""
    levels = [row["level"] for row in (one, other)]
    known = [level for level in levels if level in _LEVELS]
    return {
        **one,
        "gives": one["gives"] or other["gives"],
        "learns": one["learns"] or other["learns"],
        "level": max(known, key=_LEVELS.index, default=None),
    }


def welcomer(one: Row, other: Row) -> Joined:
    """Join a place on the rota: who said no, says no; the smaller number a week."""
    order = ("declined", "active", "invited")
    state = min(one["state"], other["state"], key=lambda state: order.index(state) if state in order else len(order))
    return {**one, "state": state, "cap": min(one["cap"], other["cap"]), "since": min(one["since"], other["since"])}


def pause(one: Row, other: Row) -> Joined:
    """Join two pauses: the longer holds."""
    return {**one, "until": max(one["until"], other["until"])}


def choice(one: Row, other: Row) -> Joined:
    """Join what somebody chose: a "no" of either side holds, else the newer word."""
    return _last(one, other, lambda row: (row["value"] == "off", row["at"], *_order(row)))


def reminder(one: Row, other: Row) -> Joined:
    """Join how somebody wants to be reminded: in every way that they chose; ``choices`` is a list."""
    return {**one, "choices": sorted({*one["choices"], *other["choices"]})}


def report(one: Row, other: Row) -> Joined:
    """Join what somebody wrote after a meetup: both texts, the earlier first."""
    first, second = sorted((one, other), key=lambda row: (row["at"], row["learned"], row["next"]))
    return {
        **second,
        "learned": "\n".join(dict.fromkeys(filter(None, (first["learned"], second["learned"])))),
        "next": "\n".join(dict.fromkeys(filter(None, (first["next"], second["next"])))),
    }


def wish(one: Row, other: Row) -> Joined:
    """Join two wishes for one person: who has been introduced to them has been."""
    return {**one, "introduced": one["introduced"] or other["introduced"]}


def chosen_privacy(one: Mapping[str, str], other: Mapping[str, str], joined: Mapping[str, str]) -> dict[str, str]:
    """Return choices so that nobody is thanked openly who asked on either side not to be.

    Who never chose about thanks is taken at their word about recognition; joined with the other's choices, that word
    might count no more.
    """

    def private(choices: Mapping[str, str]) -> bool:
        return choices.get("thanks_openly", choices.get("recognition")) == "off"

    if (private(one) or private(other)) and not private(joined):
        return {**joined, "thanks_openly": "off"}
    return dict(joined)


def _first(one: Row, other: Row, rank: Callable[[Row], tuple[Any, ...]]) -> Joined:
    return {**(one if rank(one) <= rank(other) else other)}


def _last(one: Row, other: Row, rank: Callable[[Row], tuple[Any, ...]]) -> Joined:
    return {**(one if rank(one) > rank(other) else other)}


def _order(row: Row) -> tuple[str, ...]:
    """Return by what two rows are told apart that are equal else; never by whose they are."""
    return tuple(str(row[name]) for name in sorted(row) if name not in ("id", "member_id", "other_id"))
