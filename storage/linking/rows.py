"""Where members stand in rows of their own, and what becomes of them when two members are one.

Every column that holds a member's number stands here once or is named in ``ELSEWHERE``; a test compares this with the
tables themselves and with what ``storage/held/`` declares, so a new table cannot be forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from community.people import linking
from community.people.linking import Join
from storage.codec import dump
from storage.tables.core import accounts, settings
from storage.tables.meetups import answers, feeds, reminders, reports, surveyed, wishes
from storage.tables.membership import applications, merges
from storage.tables.moderation import audit, case_notes, case_votes, kind_words, pulse_answered, report_starts
from storage.tables.moderation import cases as conduct_cases
from storage.tables.moderation import reports as conduct_reports
from storage.tables.onboarding import asks, cases, greetings, member_topics, newcomers, profiles, stages, welcomers
from storage.tables.questions import idea_supports, ideas, invitations, opt_outs, pauses, question_messages, questions
from storage.tables.recognition import choices, digests, peaks, pins, thanks

_CASE = ("answered", "open", "withdrawn")
_ASK = ("done", "accepted", "offered", "passed", "silent")
_INVITED = ("answered", "accepted", "offered", "passed", "paused", "silent", "withdrawn", "unreached")
_SEAT = ("seated", "offered", "applied", "waiting", "declined")


@dataclass(frozen=True, slots=True)
class Moves:
    """A column in which one number takes another's place; with ``join``, where a row of ``key`` may stand but once."""

    table: sa.Table
    column: str
    key: tuple[str, ...] = ()
    join: Join | None = None
    as_json: tuple[str, ...] = ()  # columns that ``join`` reads as values


MOVES = (
    Moves(accounts, "member_id"),
    Moves(settings, "changed_by"),
    # Arriving
    Moves(stages, "member_id", ("stage",), linking.earliest("at")),
    Moves(newcomers, "member_id", ("community",), linking.newcomer),
    Moves(newcomers, "referrer"),
    Moves(greetings, "member_id"),
    Moves(profiles, "member_id", ("community",), linking.profile),
    Moves(member_topics, "member_id", ("topic",), linking.topic),
    Moves(welcomers, "member_id", ("community",), linking.welcomer),
    Moves(asks, "member_id", ("case_id",), linking.best("state", _ASK, "asked_at")),
    Moves(cases, "member_id", ("kind",), linking.best("state", _CASE, "opened_at")),
    Moves(cases, "answered_by"),
    # Questions and ideas
    Moves(questions, "asker"),
    Moves(questions, "first_reply_by"),
    Moves(questions, "solved_by"),
    Moves(question_messages, "member_id"),
    Moves(invitations, "member_id", ("question_id",), linking.best("state", _INVITED, "asked_at")),
    Moves(pauses, "member_id", ("community",), linking.pause),
    Moves(opt_outs, "member_id", ("what",), linking.earliest("since")),
    Moves(ideas, "member_id"),
    Moves(idea_supports, "member_id", ("idea_id",), linking.earliest("at")),
    # Meetups; seats are decided by the ledger, before all else
    Moves(answers, "member_id", ("meetup_id", "number"), linking.latest("at")),
    Moves(reminders, "member_id", ("meetup_id",), linking.reminder, as_json=("choices",)),
    Moves(surveyed, "member_id", ("meetup_id",), linking.earliest("meetup_id")),
    Moves(wishes, "member_id", ("meetup_id", "other_id"), linking.wish),
    Moves(wishes, "other_id", ("meetup_id", "member_id"), linking.wish),
    Moves(reports, "member_id", ("meetup_id",), linking.report),
    Moves(feeds, "made_by", ("community",), linking.latest("made_at")),
    # Digests, moments, thanks
    Moves(choices, "member_id", ("choice",), linking.choice),
    Moves(digests, "changed_by"),
    Moves(peaks, "member_id"),
    Moves(peaks, "nominated_by"),
    Moves(thanks, "giver_id"),
    Moves(thanks, "receiver_id"),
    Moves(pins, "member_id", ("community",), linking.latest("at")),
    Moves(pins, "by"),
    # Who belongs, and what moderators do
    Moves(applications, "member_id", ("community",), linking.best("state", _SEAT, "came_at")),
    Moves(applications, "decided_by"),
    Moves(merges, "member_id"),
    Moves(audit, "actor"),
    Moves(audit, "member_id"),
    Moves(audit, "undone_by"),
    Moves(conduct_cases, "member_id"),
    Moves(conduct_cases, "claimed_by"),
    Moves(conduct_cases, "closed_by"),
    Moves(conduct_reports, "member_id"),
    Moves(conduct_reports, "quoted_of"),
    Moves(report_starts, "member_id"),
    Moves(case_notes, "author"),
    Moves(case_votes, "member_id", ("case_id",), linking.latest("at")),
    Moves(kind_words, "by"),
    Moves(pulse_answered, "member_id", ("month",), linking.earliest("month")),
)

# Columns with a member's number that are not moved so, and by whom they are
ELSEWHERE: Mapping[str, str] = {
    "members.id": "storage.linking: who goes is deleted in the end",
    "member_merges.gone_id": "what it is about",
    "link_codes.member_id": "storage.linking: deleted, a code is of one account",
    "introductions.member_id": "storage.linking_texts: its post is found by a key with the number in it",
    "meetup_seats.member_id": "community.seat_answers.link: by the ledger, through handlers.linking",
    "activity.actor": "storage.linking.log",
    "activity_rollup.actor": "storage.linking.log",
    "activity_steps.actor": "storage.linking.log",
}


async def move_rows(conn: AsyncConnection, community: str, kept: int, gone: int) -> None:
    """Let everything that was of the one who goes be of who is kept."""
    for rule in MOVES:
        column = rule.table.c[rule.column]
        ours = rule.table.c.community == community
        if rule.join is not None:
            await _join(conn, community, rule, kept, gone)
        await conn.execute(sa.update(rule.table).where(ours, column == gone).values({rule.column: kept}))


async def _join(conn: AsyncConnection, community: str, rule: Moves, kept: int, gone: int) -> None:
    """Make one row of two where only one may stand; what is left of the one who goes can then be moved."""
    if rule.join is None:
        return
    table, column = rule.table, rule.table.c[rule.column]
    query = sa.select(table).where(table.c.community == community, column.in_((kept, gone)))
    rows = [_read(rule, dict(row._mapping)) for row in await conn.execute(query)]  # noqa: SLF001 - SQLAlchemy's public name for a row by its columns
    own = {_key(rule, row): row for row in rows if row[rule.column] == kept}
    for row in rows:
        before = own.get(_key(rule, row))
        if row[rule.column] != gone or before is None:
            continue
        joined = rule.join(before, row)
        if rule.column in table.primary_key.columns:
            await conn.execute(sa.delete(table).where(*_is(table, row)))
            changed = {name: value for name, value in joined.items() if value != before[name] and name != rule.column}
            if changed:
                changed = {name: dump(value) if name in rule.as_json else value for name, value in changed.items()}
                await conn.execute(sa.update(table).where(*_is(table, before)).values(changed))
        else:  # cards name these rows by their own number: the better of the two stays as it is
            keys = [column.name for column in table.primary_key.columns]
            loser = before if all(joined[name] == row[name] for name in keys) else row
            await conn.execute(sa.delete(table).where(*_is(table, loser)))


def _read(rule: Moves, row: dict[str, Any]) -> dict[str, Any]:
    return row | {name: msgspec.json.decode(row[name]) for name in rule.as_json}


def _key(rule: Moves, row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in rule.key)


def _is(table: sa.Table, row: Mapping[str, Any]) -> list[sa.ColumnElement[bool]]:
    return [column == row[column.name] for column in table.primary_key.columns]
