"""The tables of moderation: the audit, reports and their cases, kind words, the pulse."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.core import Id, UtcTime, metadata, of_community, of_member

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", Id, primary_key=True),
    of_community(),
    sa.Column("key", sa.String(255), nullable=False),  # one deed is written down once
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("actor", sa.ForeignKey("members.id", ondelete="SET NULL"), index=True),  # none: the operator, or erased
    sa.Column("platform", sa.String(16)),
    sa.Column("workspace", sa.String(64)),
    sa.Column("deed", sa.String(64), nullable=False),  # setting.changed, case.resolved, access.refused, ...
    sa.Column("subject", sa.String(255), nullable=False, default=""),  # what it was done to: a setting's path, case:3
    sa.Column("member_id", sa.ForeignKey("members.id", ondelete="SET NULL"), index=True),  # to whom, where to somebody
    sa.Column("before", sa.Text),  # what an undo brings back
    sa.Column("after", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("undone_at", UtcTime),
    sa.Column("undone_by", sa.ForeignKey("members.id", ondelete="SET NULL")),
    sa.UniqueConstraint("community", "key"),
    sa.Index(None, "community", "at"),
    sqlite_autoincrement=True,
)

cases = sa.Table(
    "conduct_cases",
    metadata,
    sa.Column("id", Id, primary_key=True),
    of_community(),
    sa.Column("state", sa.String(10), nullable=False),  # see community.conduct.CaseState
    sa.Column("urgent", sa.Boolean, nullable=False, default=False),
    sa.Column("delicate", sa.Boolean, nullable=False, default=False),  # about one of the team, also once they are gone
    sa.Column("member_id", sa.ForeignKey("members.id", ondelete="SET NULL"), index=True),  # about whom
    sa.Column("opened_at", UtcTime, nullable=False),  # to the hour, where the report is anonymous
    sa.Column("claimed_by", sa.ForeignKey("members.id", ondelete="SET NULL")),
    sa.Column("claimed_at", UtcTime),
    sa.Column("outcome", sa.String(16)),  # what was done; see community.conduct.Outcome
    sa.Column("told", sa.Text),  # what reporters were told in the end
    sa.Column("closed_by", sa.ForeignKey("members.id", ondelete="SET NULL")),
    sa.Column("closed_at", UtcTime),
    sa.Index(None, "community", "state"),
    sqlite_autoincrement=True,
)

excluded = sa.Table(  # who has no hand in a case: whom it is about, with whatever they were ever linked to
    "conduct_excluded",
    metadata,
    of_community(),
    sa.Column("case_id", sa.ForeignKey("conduct_cases.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("mark", sa.String(64), primary_key=True),  # of an account, as in the table of who was erased
    sa.Column("presumed", sa.Boolean, nullable=False, default=False),  # by the same name alone
    sa.Column("lifted", sa.String(16)),  # by an owner, who knows them for two: by chance, and what the undo knows it by
    sa.Index(None, "community", "mark"),
)

reports = sa.Table(
    "conduct_reports",
    metadata,
    sa.Column("id", Id, primary_key=True),
    of_community(),
    sa.Column("case_id", sa.ForeignKey("conduct_cases.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("member_id", sa.ForeignKey("members.id", ondelete="SET NULL"), index=True),  # none: anonymous, or erased
    sa.Column("account", sa.String(200)),  # where its reporter is told; none: anonymous
    sa.Column("relay", sa.String(64)),  # SHA-256 of the code that only the anonymous reporter has
    sa.Column("reason", sa.String(16), nullable=False),  # see community.conduct.Reason
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("message", sa.Text),  # MessageRef, where it is about one that the bot can see
    sa.Column("message_id", sa.String(64), index=True),  # its id on its platform, by which it is found again
    sa.Column("quoted", sa.Text),  # what it said when it was reported: it may be edited or deleted since
    sa.Column("quoted_of", sa.ForeignKey("members.id", ondelete="SET NULL"), index=True),  # whose words these are
    sa.Column("since", sa.String(8)),  # what happened to the message since: edited, deleted
    sa.Column("at", UtcTime, nullable=False),  # to the hour, where it is anonymous
    sa.UniqueConstraint("community", "relay"),
    sqlite_autoincrement=True,
)

report_starts = sa.Table(  # what a report form that is open just now is about; never who has it open
    "conduct_starts",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),  # random: it travels in the form
    of_community(),
    sa.Column("member_id", sa.ForeignKey("members.id", ondelete="CASCADE"), index=True),  # about whom
    sa.Column("mark", sa.String(64)),  # about whom, where they were erased: they are to have no hand in it
    sa.Column("message", sa.Text),
    sa.Column("quoted", sa.Text),
    sa.Column("at", UtcTime, nullable=False, index=True),  # to the hour
)

case_notes = sa.Table(
    "conduct_notes",
    metadata,
    sa.Column("id", Id, primary_key=True),
    of_community(),
    sa.Column("case_id", sa.ForeignKey("conduct_cases.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("report_id", sa.ForeignKey("conduct_reports.id", ondelete="CASCADE")),  # to or from its reporter
    sa.Column("author", sa.ForeignKey("members.id", ondelete="SET NULL")),  # a moderator; none: the reporter
    sa.Column("kind", sa.String(10), nullable=False),  # see community.conduct.NoteKind
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sqlite_autoincrement=True,
)

case_votes = sa.Table(
    "conduct_votes",
    metadata,
    of_community(),
    sa.Column("case_id", sa.ForeignKey("conduct_cases.id", ondelete="CASCADE"), primary_key=True),
    of_member(primary_key=True),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("words", sa.Text, nullable=False, default=""),  # what reporters are to be told
    sa.Column("counts", sa.Boolean, nullable=False, default=False),  # false: looked at by its giver, not given yet
    sa.Column("at", UtcTime, nullable=False),
)

kind_words = sa.Table(
    "kind_words",
    metadata,
    sa.Column("community", sa.String(64), primary_key=True),
    sa.Column("language", sa.String(8), primary_key=True),
    sa.Column("word", sa.String(80), primary_key=True),
    sa.Column("listed", sa.Boolean, nullable=False),  # false: a word of the built-in list that is not to be hinted at
    sa.Column("hint", sa.Text),  # what could be said instead
    sa.Column("by", sa.ForeignKey("members.id", ondelete="SET NULL")),
    sa.Column("at", UtcTime, nullable=False),
)

pulses = sa.Table(
    "pulses",
    metadata,
    sa.Column("community", sa.String(64), primary_key=True),
    sa.Column("month", sa.String(7), primary_key=True),  # 2026-11
    sa.Column("asked", sa.Integer, nullable=False, default=0),
    sa.Column("opened_at", UtcTime, nullable=False),
    sa.Column("closed_at", UtcTime),
)

pulse_answers = sa.Table(  # who answered stands elsewhere, in no common order
    "pulse_answers",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),  # random: its order tells nothing
    of_community(),
    sa.Column("month", sa.String(7), nullable=False),
    sa.Column("topic", sa.String(16), nullable=False),  # see community.pulse
    sa.Column("agrees", sa.Integer, nullable=False),  # 1 to 5
    sa.Index(None, "community", "month"),
)

pulse_answered = sa.Table(
    "pulse_answered",
    metadata,
    of_community(),
    sa.Column("month", sa.String(7), primary_key=True),
    of_member(primary_key=True),
)
