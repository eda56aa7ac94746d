"""The tables of digests, peak moments, thanks, and of what members chose about them."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.core import Id, UtcTime, metadata, of_community, of_member

choices = sa.Table(
    "member_choices",
    metadata,
    of_community(),
    of_member(primary_key=True),
    sa.Column("choice", sa.String(32), primary_key=True),  # recognition, personal_digest, matching, survey, ...
    sa.Column("value", sa.String(32), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

digests = sa.Table(
    "digests",
    metadata,
    sa.Column("community", sa.String(64), primary_key=True),
    sa.Column("week", sa.String(8), primary_key=True),  # the week it tells of, ISO 8601: 2026-W47
    sa.Column("opening", sa.Text),  # the moderators' own words
    sa.Column("skipped", sa.Boolean, nullable=False, default=False),
    sa.Column("changed_by", Id),
    sa.Column("posted_at", UtcTime),  # its slot is over, whether there was something to say or not
)

peaks = sa.Table(
    "peaks",
    metadata,
    sa.Column("id", Id, primary_key=True),
    of_community(),
    sa.Column("key", sa.String(128), nullable=False),  # what happened, once: first_answer:12
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("member_id", Id, sa.ForeignKey("members.id", ondelete="CASCADE"), index=True),  # none: the community's
    sa.Column("nominated_by", Id, sa.ForeignKey("members.id", ondelete="SET NULL")),
    sa.Column("words", sa.Text),  # of a nomination
    sa.Column("data", sa.Text, nullable=False),  # what the wording needs, as JSON
    sa.Column("state", sa.String(10), nullable=False),  # see community.recognition.State
    sa.Column("at", UtcTime, nullable=False),  # when it happened
    sa.Column("changed_at", UtcTime, nullable=False),
    sa.UniqueConstraint("community", "key"),
    sa.Index(None, "community", "state", "at"),
    sqlite_autoincrement=True,
)

thanks = sa.Table(
    "thanks",
    metadata,
    sa.Column("id", Id, primary_key=True),
    of_community(),
    sa.Column("key", sa.String(255), nullable=False),  # one word of thanks is counted once
    sa.Column("giver_id", Id, sa.ForeignKey("members.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("receiver_id", Id, sa.ForeignKey("members.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("words", sa.Text, nullable=False),  # for what; may be empty
    sa.Column("via", sa.String(16), nullable=False),  # command, menu, reaction, words
    sa.Column("state", sa.String(10), nullable=False),  # noticed, given, withdrawn
    sa.Column("message", sa.Text),  # MessageRef, where it is about one
    sa.Column("openly", sa.Boolean, nullable=False, default=False),  # said where everybody could read it
    sa.Column("at", UtcTime, nullable=False),
    sa.UniqueConstraint("community", "key"),
    sa.Index(None, "community", "at"),
    sqlite_autoincrement=True,
)

pins = sa.Table(
    "first_pins",
    metadata,
    of_community(),
    of_member(primary_key=True),
    sa.Column("verdict", sa.String(10), nullable=False),  # accepted, not_now
    sa.Column("by", Id),
    sa.Column("at", UtcTime, nullable=False),
)
