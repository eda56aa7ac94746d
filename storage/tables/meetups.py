"""The tables of meetups: plans, seats, where they are announced, what people were asked, and what they said after."""

from __future__ import annotations

import sqlalchemy as sa

from storage.tables.core import Id, UtcTime, metadata, of_community, of_member


def _meetup(*, primary_key: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey("meetups.id", ondelete="CASCADE")
    return sa.Column("meetup_id", Id, key, nullable=False, primary_key=primary_key)


series = sa.Table(
    "meetup_series",
    metadata,
    sa.Column("id", Id, primary_key=True),
    of_community(),
    sa.Column("rule", sa.Text, nullable=False),  # community.series.Series as JSON
    sa.Column("meetup", sa.Text, nullable=False),  # community.meetups.Meetup as JSON: what is repeated
    sa.Column("seats", sa.Text, nullable=False),  # kinds and caps as JSON
    sa.Column("planned_until", UtcTime),  # occurrences up to then stand as meetups
    sa.Column("ended", sa.Boolean, nullable=False, default=False),
    sa.Index(None, "community", "ended"),
    sqlite_autoincrement=True,
)

meetups = sa.Table(
    "meetups",
    metadata,
    sa.Column("id", Id, primary_key=True),
    of_community(),
    sa.Column("series_id", Id, sa.ForeignKey("meetup_series.id", ondelete="SET NULL")),
    sa.Column("slot", UtcTime),  # the series' own time for it, which stays when this one is moved
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("starts_at", UtcTime, nullable=False),
    sa.Column("ends_at", UtcTime, nullable=False),
    sa.Column("meetup", sa.Text, nullable=False),  # community.meetups.Meetup as JSON
    sa.Column("ledger", sa.Text, nullable=False),  # community.seat_values.Ledger as JSON, without its entries
    sa.Column("home", sa.Text, nullable=False),  # Place as JSON: where it was planned
    sa.Column("made_at", UtcTime, nullable=False),
    sa.UniqueConstraint("series_id", "slot"),
    sa.Index(None, "community", "starts_at"),
    sa.Index(None, "community", "state", "starts_at"),
    sqlite_autoincrement=True,
)

seats = sa.Table(
    "meetup_seats",
    metadata,
    of_community(),
    _meetup(primary_key=True),
    of_member(primary_key=True),
    sa.Column("answer", sa.String(8)),
    sa.Column("seat", sa.String(8)),
    sa.Column("mark", sa.String(8)),
    sa.Column("entry", sa.Text, nullable=False),  # community.seat_values.Entry as JSON
    sa.Index(None, "community", "member_id"),
)

stands = sa.Table(
    "meetup_stands",
    metadata,
    of_community(),
    _meetup(primary_key=True),
    sa.Column("workspace", sa.String(80), primary_key=True),  # platform:id
    sa.Column("place", sa.Text, nullable=False),  # Place as JSON: the channel of the card
    sa.Column("root", sa.Text),  # MessageRef as JSON, once the card stands
    sa.Column("thread", sa.String(255)),  # where it is talked about, to find it by
    sa.Column("event", sa.String(64)),  # the platform's own scheduled event
    sa.Index(None, "community", "thread"),
)

questions = sa.Table(
    "meetup_questions",
    metadata,
    of_community(),
    _meetup(primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("options", sa.Text, nullable=False),  # JSON list; empty: answered in words
)

answers = sa.Table(
    "meetup_answers",
    metadata,
    of_community(),
    _meetup(primary_key=True),
    of_member(primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

reminders = sa.Table(
    "meetup_reminders",
    metadata,
    of_community(),
    _meetup(primary_key=True),
    of_member(primary_key=True),
    sa.Column("choices", sa.Text, nullable=False),  # JSON list
)

surveyed = sa.Table(
    "meetup_surveyed",
    metadata,
    of_community(),
    _meetup(primary_key=True),
    of_member(primary_key=True),  # that somebody has answered, and never what
)

survey = sa.Table(
    "meetup_survey",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),  # by chance: an order would tell who
    of_community(),
    _meetup(),
    sa.Column("recommends", sa.Integer, nullable=False),  # 0 to 10
    sa.Column("satisfied", sa.Integer, nullable=False),  # 1 to 4
    sa.Column("words", sa.Text, nullable=False),
    sa.Index(None, "meetup_id"),
)

wishes = sa.Table(
    "meetup_wishes",
    metadata,
    of_community(),
    _meetup(primary_key=True),
    of_member(primary_key=True),
    sa.Column("other_id", Id, sa.ForeignKey("members.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("introduced", sa.Boolean, nullable=False, default=False),
)

reports = sa.Table(
    "meetup_reports",
    metadata,
    of_community(),
    _meetup(primary_key=True),
    of_member(primary_key=True),
    sa.Column("learned", sa.Text, nullable=False),
    sa.Column("next", sa.Text, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
)

feeds = sa.Table(
    "calendar_feeds",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),  # SHA-256 of the secret in the address
    of_community(),
    sa.Column("made_by", Id),
    sa.Column("made_at", UtcTime, nullable=False),
)
