"""The tables every feature builds on. Features add theirs in ``storage/tables/<feature>.py`` on the same metadata."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcTime(TypeDecorator[datetime]):
    """A point in time: refuses naive values on the way in, gives UTC on the way out."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn into UTC.

        Raises:
            ValueError: the value has no zone.

        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401 - the driver's
        """Give UTC back."""
        if value is None:
            return None
        found: datetime = value
        return found.replace(tzinfo=UTC) if dialect.name == "sqlite" else found.astimezone(UTC)


Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")  # SQLite counts only INTEGER keys up by itself


def of_community() -> sa.Column[str]:
    """Return the column that says to which community a row belongs."""
    return sa.Column("community", sa.String(64), nullable=False)


def of_member(*, primary_key: bool = False, index: bool | None = None) -> sa.Column[int]:
    """Return the column of a member whose leaving takes the row along."""
    key = sa.ForeignKey("members.id", ondelete="CASCADE")
    return sa.Column("member_id", Id, key, nullable=False, primary_key=primary_key, index=index)


members = sa.Table(
    "members",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("community", sa.String(64), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("language", sa.String(16)),  # the member's own choice
    sa.Column("time_zone", sa.String(64)),  # the member's own choice
    sa.Column("quiet_hours", sa.String(16)),  # "22:00-08:00"
    sa.Column("joined_at", UtcTime, nullable=False),
    sa.Column("left_at", UtcTime),
    sa.Column("kin", sa.String(32)),  # random: the same for those who were one member once, and count as one person
    sa.Index(None, "community", "joined_at"),
)

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("community", sa.String(64), nullable=False),
    sa.Column("member_id", Id, sa.ForeignKey("members.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("platform", sa.String(16), nullable=False),
    sa.Column("workspace", sa.String(64), nullable=False),
    sa.Column("user_id", sa.String(64), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("is_bot", sa.Boolean, nullable=False, default=False),
    sa.Column("is_admin", sa.Boolean, nullable=False, default=False),
    sa.Column("is_owner", sa.Boolean, nullable=False, default=False, server_default=sa.false()),
    # It waited for a seat, and came in by being linked to a member who has one
    sa.Column("by_link", sa.Boolean, nullable=False, default=False, server_default=sa.false()),
    sa.Column("badges", sa.Text, nullable=False, default=""),  # newline-separated
    sa.Column("locale", sa.String(16)),  # as the platform tells
    sa.Column("time_zone", sa.String(64)),  # as the platform tells
    sa.Column("joined_at", UtcTime, nullable=False),
    sa.Column("left_at", UtcTime),
    sa.UniqueConstraint("platform", "workspace", "user_id"),
)

activity = sa.Table(
    "activity",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("community", sa.String(64), nullable=False),
    sa.Column("key", sa.String(255), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("actor", Id),  # a member; outlives the member's erasure as a bare number
    sa.Column("platform", sa.String(16)),
    sa.Column("workspace", sa.String(64)),
    sa.Column("place", sa.String(128)),  # channel, or channel:thread
    sa.Column("subject", sa.String(255)),
    sa.Column("data", sa.Text),  # a few typed values as JSON; never message text
    sa.UniqueConstraint("community", "key"),
    sa.Index(None, "community", "kind", "at"),
    sa.Index(None, "community", "actor", "at"),
)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("community", sa.String(64), nullable=False),
    sa.Column("key", sa.String(255), nullable=False, unique=True),
    sa.Column("state", sa.String(8), nullable=False, default="new"),  # new, done, failed
    sa.Column("payload", sa.Text),  # taken away when done: message text does not stay
    sa.Column("received_at", UtcTime, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("error", sa.Text),
)
sa.Index("ix_inbox_open", inbox.c.id, sqlite_where=inbox.c.state == "new", postgresql_where=inbox.c.state == "new")
sa.Index("ix_inbox_received_at", inbox.c.received_at)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("community", sa.String(64), nullable=False),
    sa.Column("key", sa.String(255), nullable=False),
    sa.Column("workspace", sa.String(80), nullable=False),  # platform:id
    sa.Column("lane", sa.String(160), nullable=False),  # effects of one lane go out in order
    sa.Column("effect", sa.Text, nullable=False),
    sa.Column("report", sa.Boolean, nullable=False, default=False),
    sa.Column("state", sa.String(8), nullable=False, default="queued"),  # queued, claimed, sent, dead
    sa.Column("version", sa.Integer, nullable=False, default=0),  # grows when a newer redraw replaces this one
    sa.Column("attempt", sa.Integer, nullable=False, default=0),
    sa.Column("due_at", UtcTime, nullable=False),
    sa.Column("claimed_by", sa.String(64)),
    sa.Column("lease_until", UtcTime),
    sa.Column("tried_at", UtcTime),  # when an attempt with unknown outcome began: look for it from here
    sa.Column("ref", sa.Text),  # the message it became
    sa.Column("error", sa.Text),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("settled_at", UtcTime),
    sa.UniqueConstraint("community", "key"),
)
_unsettled = outbox.c.state.in_(("queued", "claimed"))
sa.Index("ix_outbox_open", outbox.c.due_at, outbox.c.id, sqlite_where=_unsettled, postgresql_where=_unsettled)

timers = sa.Table(
    "timers",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("community", sa.String(64), nullable=False),
    sa.Column("key", sa.String(255), nullable=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("subject", sa.String(128), nullable=False),
    sa.Column("data", sa.Text, nullable=False, default="{}"),
    sa.Column("due_at", UtcTime, nullable=False, index=True),
    sa.UniqueConstraint("community", "key"),
)

drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("community", sa.String(64), nullable=False),
    sa.Column("user", sa.String(200), nullable=False),
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False, index=True),
)

job_runs = sa.Table(
    "job_runs",
    metadata,
    sa.Column("community", sa.String(64), primary_key=True),
    sa.Column("job", sa.String(64), primary_key=True),
    sa.Column("slot", UtcTime, primary_key=True),
    sa.Column("ran_at", UtcTime, nullable=False),
)

cursors = sa.Table(
    "cursors",
    metadata,
    sa.Column("place", sa.String(200), primary_key=True),
    sa.Column("community", sa.String(64), nullable=False),
    sa.Column("at", UtcTime, nullable=False),  # everything said there until then is stored
)

settings = sa.Table(
    "settings",
    metadata,
    sa.Column("community", sa.String(64), primary_key=True),
    sa.Column("key", sa.String(128), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("changed_by", Id),
    sa.Column("changed_at", UtcTime, nullable=False),
)
