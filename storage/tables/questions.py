"""The tables of questions: what was asked, what was answered, who was invited, and ideas for the product."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.core import Id, UtcTime, metadata, of_community, of_member


def _question(*, primary_key: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey("questions.id", ondelete="CASCADE")
    return sa.Column("question_id", Id, key, nullable=False, primary_key=primary_key)


questions = sa.Table(
    "questions",
    metadata,
    sa.Column("id", Id, primary_key=True),
    of_community(),
    sa.Column("asker", Id),  # a member; none once they have been erased
    sa.Column("account", sa.Text),  # UserRef as JSON: where the asker is written to
    sa.Column("anonymous", sa.Boolean, nullable=False, default=False),
    sa.Column("via", sa.String(8), nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("topic", sa.String(64)),
    sa.Column("level", sa.String(16)),
    sa.Column("language", sa.String(16), nullable=False),
    sa.Column("asked_at", UtcTime, nullable=False),
    sa.Column("root", sa.String(255)),  # the message that asks, to find it by
    sa.Column("root_ref", sa.Text),  # the same as JSON
    sa.Column("thread", sa.String(255)),  # where answers are given, to find it by
    sa.Column("thread_place", sa.Text),  # the same as JSON
    sa.Column("search", sa.String(8), nullable=False),
    sa.Column("round", sa.Integer, nullable=False, default=0),
    sa.Column("first_reply_at", UtcTime),
    sa.Column("first_reply_by", Id),
    sa.Column("solved_at", UtcTime),
    sa.Column("solved_by", Id),
    sa.Column("answer", Id),  # a row of question_messages
    sa.Column("closed_at", UtcTime),
    sa.Column("close_reason", sa.String(16)),
    sa.Column("merged_into", Id),
    sa.Column("escalated_at", UtcTime),
    sa.Column("handed_over_at", UtcTime),
    sa.Column("product_reply_at", UtcTime),
    sa.UniqueConstraint("community", "root"),
    sa.Index(None, "community", "thread"),
    sa.Index(None, "community", "state", "asked_at"),
    sa.Index(None, "community", "asker"),
    sqlite_autoincrement=True,  # cards and keys name a draft by its id: once it is deleted, it is nobody else's
)

question_messages = sa.Table(
    "question_messages",
    metadata,
    sa.Column("id", Id, primary_key=True),
    of_community(),
    _question(),
    sa.Column("member_id", Id),  # none once they have been erased
    sa.Column("message", sa.String(255), nullable=False),
    sa.Column("ref", sa.Text, nullable=False),  # MessageRef as JSON
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("by_asker", sa.Boolean, nullable=False),
    sa.UniqueConstraint("community", "message"),
    sa.Index(None, "question_id", "at"),
    sqlite_autoincrement=True,  # a question names its answer by this id, which outlives the message
)

invitations = sa.Table(
    "question_invitations",
    metadata,
    sa.Column("id", Id, primary_key=True),
    of_community(),
    _question(),
    sa.Column("member_id", Id, sa.ForeignKey("members.id", ondelete="CASCADE"), nullable=False),
    sa.Column("account", sa.Text, nullable=False),  # UserRef as JSON: where it was sent
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),  # offered, accepted, passed, paused, silent, answered, withdrawn
    sa.Column("reason", sa.Text),  # why this member, as JSON
    sa.Column("explored", sa.Boolean, nullable=False),  # a first chance rather than the ranking's best
    sa.Column("asked_at", UtcTime, nullable=False),
    sa.Column("settled_at", UtcTime),
    sa.UniqueConstraint("question_id", "member_id"),
    sa.Index(None, "community", "member_id", "asked_at"),
    sa.Index(None, "community", "asked_at"),
)

pauses = sa.Table(
    "routing_pauses",
    metadata,
    of_community(),
    of_member(primary_key=True),
    sa.Column("until", UtcTime, nullable=False),
)

opt_outs = sa.Table(
    "opt_outs",
    metadata,
    of_community(),
    of_member(primary_key=True),
    sa.Column("what", sa.String(16), primary_key=True),  # routing, ...
    sa.Column("since", UtcTime, nullable=False),
)

ideas = sa.Table(
    "ideas",
    metadata,
    sa.Column("id", Id, primary_key=True),
    of_community(),
    sa.Column("member_id", Id),  # whose idea; none once they have been erased
    sa.Column("account", sa.Text),  # UserRef as JSON
    sa.Column("root", sa.String(255)),
    sa.Column("root_ref", sa.Text),  # MessageRef as JSON: the message that has the idea
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),  # noted, planned, shipped, declined
    sa.Column("note", sa.Text, nullable=False),  # what the moderators say to it
    sa.Column("noted_at", UtcTime, nullable=False),
    sa.Column("changed_at", UtcTime, nullable=False),
    sa.UniqueConstraint("community", "root"),
    sa.Index(None, "community", "state"),
)

idea_supports = sa.Table(
    "idea_supports",
    metadata,
    of_community(),
    sa.Column("idea_id", Id, sa.ForeignKey("ideas.id", ondelete="CASCADE"), primary_key=True),
    of_member(primary_key=True),
    sa.Column("at", UtcTime, nullable=False),
)
