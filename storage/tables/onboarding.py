"""The tables of onboarding: stages, profiles, greetings, introductions, and the rota of welcomers."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.core import Id, UtcTime, metadata, of_community, of_member

stages = sa.Table(
    "stages",
    metadata,
    of_community(),
    of_member(primary_key=True),
    sa.Column("stage", sa.String(16), primary_key=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Index(None, "community", "stage", "at"),
)

newcomers = sa.Table(
    "newcomers",
    metadata,
    of_community(),
    of_member(primary_key=True),
    sa.Column("referrer", Id),  # a member; outlives their erasure as a bare number
    sa.Column("via", sa.String(128)),  # the invitation's code or name
    sa.Column("nudged_at", UtcTime),
    sa.Column("nudges_off", sa.Boolean, nullable=False, default=False),
)

greetings = sa.Table(
    "greetings",
    metadata,
    sa.Column("id", Id, primary_key=True),
    of_community(),
    of_member(index=True),
    sa.Column("join_key", sa.String(255), nullable=False),  # the event that brought them: each join is greeted once
    sa.Column("account", sa.Text, nullable=False),  # UserRef as JSON
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("rung", sa.String(16), nullable=False),  # the one being tried, or that reached them
    sa.Column("state", sa.String(8), nullable=False),  # open, reached, failed
    sa.Column("due_at", UtcTime, nullable=False),
    sa.UniqueConstraint("community", "join_key"),
    sa.Index(None, "community", "rung", "due_at"),
)

profiles = sa.Table(
    "profiles",
    metadata,
    of_community(),
    of_member(primary_key=True),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("introduction", sa.Text, nullable=False),
    sa.Column("consent", sa.Boolean, nullable=False),
    sa.Column("changed_at", UtcTime, nullable=False),
)

member_topics = sa.Table(
    "member_topics",
    metadata,
    of_community(),
    of_member(primary_key=True),
    sa.Column("topic", sa.String(64), primary_key=True),
    sa.Column("gives", sa.Boolean, nullable=False),
    sa.Column("learns", sa.Boolean, nullable=False),
    sa.Column("level", sa.String(16)),
    sa.Index(None, "community", "topic"),
)

introductions = sa.Table(
    "introductions",
    metadata,
    of_community(),
    of_member(primary_key=True),
    sa.Column("account", sa.Text, nullable=False),  # UserRef as JSON: whose name stands on the post
    sa.Column("state", sa.String(8), nullable=False),  # waiting, standing, removed
    sa.Column("round", sa.Integer, nullable=False),  # a post that was taken down and comes back is another post
    sa.Column("place", sa.Text),  # Place as JSON, from the first post on
    sa.Column("shown", sa.Text),  # the card that stands there, as JSON: the same again is not sent
)

welcomers = sa.Table(
    "welcomers",
    metadata,
    of_community(),
    of_member(primary_key=True),
    sa.Column("state", sa.String(8), nullable=False),  # invited, active, declined
    sa.Column("cap", sa.Integer, nullable=False),
    sa.Column("since", UtcTime, nullable=False),
)

cases = sa.Table(
    "welcome_cases",
    metadata,
    sa.Column("id", Id, primary_key=True),
    of_community(),
    of_member(index=True),
    sa.Column("kind", sa.String(16), nullable=False),  # introduction, first_post
    sa.Column("message", sa.Text, nullable=False),  # MessageRef as JSON
    sa.Column("opened_at", UtcTime, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),  # open, answered, withdrawn
    sa.Column("answered_at", UtcTime),
    sa.Column("answered_by", Id),
    sa.Column("told_moderators", sa.Boolean, nullable=False, default=False),
    sa.UniqueConstraint("community", "member_id", "kind"),
)
_open = cases.c.state == "open"
sa.Index("ix_welcome_cases_open", cases.c.community, sqlite_where=_open, postgresql_where=_open)

asks = sa.Table(
    "welcome_asks",
    metadata,
    sa.Column("id", Id, primary_key=True),
    of_community(),
    sa.Column("case_id", Id, sa.ForeignKey("welcome_cases.id", ondelete="CASCADE"), nullable=False),
    of_member(index=True),
    sa.Column("state", sa.String(8), nullable=False),  # offered, accepted, passed, silent, done
    sa.Column("asked_at", UtcTime, nullable=False),
    sa.Column("settled_at", UtcTime),
    sa.UniqueConstraint("case_id", "member_id"),
)
