"""The tables of who belongs: applications for a seat in the community, linked accounts, what was erased."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.core import Id, UtcTime, metadata, of_community, of_member

applications = sa.Table(
    "applications",
    metadata,
    sa.Column("id", Id, primary_key=True),
    of_community(),
    of_member(index=True),
    sa.Column("account", sa.String(200), nullable=False),  # with which they came
    sa.Column("state", sa.String(10), nullable=False),  # see community.membership.Standing
    sa.Column("rank", sa.Float, nullable=False),  # the order of the line; moderators may move somebody in between
    sa.Column("answers", sa.Text),  # of the application form, as JSON; none: not yet given
    sa.Column("came_at", UtcTime, nullable=False),
    sa.Column("applied_at", UtcTime),
    sa.Column("offered_at", UtcTime),
    sa.Column("claim_until", UtcTime),
    sa.Column("rests_until", UtcTime),  # said "not now": keeps the place, and is not asked before
    sa.Column("lapsed", sa.Integer, nullable=False, default=0),  # offers that nobody took up
    sa.Column("decided_by", sa.ForeignKey("members.id", ondelete="SET NULL")),
    sa.Column("decided_at", UtcTime),
    sa.Column("reason", sa.Text),  # of a move in the line, or the kind word of a decline
    sa.UniqueConstraint("community", "member_id"),
    sa.Index(None, "community", "state", "rank"),
    sqlite_autoincrement=True,
)

link_codes = sa.Table(
    "link_codes",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),  # SHA-256 of the code; the code itself is nowhere
    of_community(),
    of_member(index=True),
    sa.Column("account", sa.String(200), nullable=False),  # that asked for it
    sa.Column("expires_at", UtcTime, nullable=False),
)

merges = sa.Table(
    "member_merges",
    metadata,
    of_community(),
    sa.Column("gone_id", Id, primary_key=True, autoincrement=False),  # a member whose accounts went to another
    of_member(index=True),  # to whom; cards that still name the one who is gone mean this one
    sa.Column("accounts", sa.Text, nullable=False),  # that went along, one a line
    sa.Column("before", sa.Text),  # what both had told of themselves, as JSON: for who says that it was not them
    sa.Column("at", UtcTime, nullable=False),
)

erased = sa.Table(
    "erased",
    metadata,
    of_community(),
    sa.Column("mark", sa.String(64), primary_key=True),  # HMAC-SHA-256 of an account; see storage.erased
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("back_at", UtcTime),  # begun anew since: known again, and kept until the list beside the backups says so
)

salts = sa.Table(
    "salts",
    metadata,
    sa.Column("community", sa.String(64), primary_key=True),
    sa.Column("value", sa.String(64), nullable=False),  # random; the key of that community's marks
)
