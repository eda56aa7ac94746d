"""All declarations of what is stored, and what is wrong with them."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa

from storage.held import core as held_core
from storage.held import meetups as held_meetups
from storage.held import membership as held_membership
from storage.held import moderation as held_moderation
from storage.held import people as held_people
from storage.held import questions as held_questions
from storage.held.declaring import Goes, Held
from storage.tables.core import metadata

CORE = held_core.HELD  # what every feature builds on; the others are brought by a feature each
HELD: tuple[Held, ...] = (
    *held_core.HELD,
    *held_people.HELD,
    *held_questions.HELD,
    *held_meetups.HELD,
    *held_membership.HELD,
    *held_moderation.HELD,
)


def faults(declared: tuple[Held, ...] = HELD, tables: sa.MetaData = metadata) -> list[str]:
    """Return what is declared nowhere, twice, or declared and gone; and what an erasure could not do."""
    found: list[str] = []
    count = Counter(one.table.name for one in declared)
    found += [f"{name}: declared {n} times" for name, n in count.items() if n > 1]
    found += [f"{name}: declared nowhere" for name in sorted(set(tables.tables) - count.keys())]
    found += [f"{name}: declared, and no table" for name in sorted(count.keys() - set(tables.tables))]
    for one in declared:
        name, columns, there = one.table.name, Counter(one.columns), set(one.table.c.keys())
        found += [f"{name}.{column}: declared {n} times" for column, n in columns.items() if n > 1]
        found += [f"{name}.{column}: declared nowhere" for column in sorted(there - columns.keys())]
        found += [f"{name}.{column}: declared, and no column" for column in sorted(columns.keys() - there)]
        said = {*(w.since for w in one.windows), *(c for w in one.windows for c in (*w.columns, *w.where))}
        said |= {*one.hidden, *one.shown_by}
        found += [f"{name}.{column}: spoken of, and no column" for column in sorted(said - there)]
        found += [fault for column, goes in one.people.items() if (fault := _undoable(one.table, column, goes))]
        found += [f"{name}.{column}: names a member" for column in sorted(_members(one.table) - one.people.keys())]
    return found


def _undoable(table: sa.Table, column: str, goes: Goes) -> str:
    """Say why an erasure could not do what is declared; empty where it can."""
    found = table.c.get(column)
    if found is None:
        return ""
    if goes is Goes.EMPTY and not found.nullable:
        return f"{table.name}.{column}: cannot be emptied"
    if goes is Goes.NUMBER and found.foreign_keys:
        return f"{table.name}.{column}: a number that is no member cannot stand there"
    return ""


def _members(table: sa.Table) -> set[str]:
    """Return the columns that point at a member."""
    return {c.name for c in table.c if any(key.target_fullname == "members.id" for key in c.foreign_keys)}
