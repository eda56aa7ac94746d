"""The tables that figures are read from, made from the activity log alone and rebuilt from it at any time."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.core import Id, UtcTime, metadata

rollup = sa.Table(
    "activity_rollup",
    metadata,
    sa.Column("community", sa.String(64), primary_key=True),
    sa.Column("span", sa.String(1), primary_key=True),  # w: a week from Monday on; m: a month; in the community's zone
    sa.Column("start", sa.Date, primary_key=True),
    sa.Column("measure", sa.String(16), primary_key=True),  # what was done: see community.measures
    sa.Column("platform", sa.String(16), primary_key=True),  # "" where it belongs to none
    sa.Column("actor", Id, primary_key=True, autoincrement=False),
    sa.Column("n", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)

totals = sa.Table(
    "activity_totals",  # the same without who it was, so that a year is told without counting hundreds of thousands
    metadata,
    sa.Column("community", sa.String(64), primary_key=True),
    sa.Column("span", sa.String(1), primary_key=True),
    sa.Column("start", sa.Date, primary_key=True),
    sa.Column("platform", sa.String(16), primary_key=True),  # "*": all together, who is on two of them once
    sa.Column("measure", sa.String(16), primary_key=True),
    sa.Column("people", sa.Integer, nullable=False),
    sa.Column("n", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

folded = sa.Table(
    "activity_folded",
    metadata,
    sa.Column("community", sa.String(64), primary_key=True),
    sa.Column("fact", Id, nullable=False),  # the newest fact that the roll-up holds; facts are committed in this order
    sa.Column("time_zone", sa.String(64), nullable=False),  # in which its days were counted; another: made anew
    sa.Column("rules", sa.Integer, nullable=False),  # of which version; another: made anew
)

steps = sa.Table(
    "activity_steps",  # facts about questions, meetups, arrivals and ideas once more: in the log they lie far apart
    metadata,
    sa.Column("community", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(64), primary_key=True),
    sa.Column("at", sa.Double, primary_key=True),  # seconds since 1970
    sa.Column("fact", Id, primary_key=True, autoincrement=False),
    sa.Column("actor", Id),
    sa.Column("platform", sa.String(16)),
    sa.Column("subject", sa.String(255)),
    sa.Column("data", sa.Text),
    sa.Index(None, "subject"),
    sqlite_with_rowid=False,
)

imports = sa.Table(
    "imports",
    metadata,
    sa.Column("community", sa.String(64), primary_key=True),
    sa.Column("source", sa.String(64), primary_key=True),  # which file, by what is in it
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("position", Id, nullable=False),  # how far it was read: the next run goes on from here
    sa.Column("facts", Id, nullable=False),
    sa.Column("finished_at", UtcTime),
)
