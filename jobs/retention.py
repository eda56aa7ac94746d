"""Daily: what is no longer needed is deleted."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from jobs.ticker import Job
from storage import drafts
from storage.queues import inbox
from storage.queues.standing import empty_removed, stays
from storage.tables.core import outbox

log = structlog.get_logger()

# Platforms redeliver for minutes and catch-up reads back for days; a month leaves room for both
INBOX_KEYS = timedelta(days=30)
# A failed event keeps what a member wrote until an operator has looked into it, but not for ever
FAILED_EVENTS = timedelta(days=90)
# No platform takes an answer to a click after half an hour
ANSWERS = timedelta(hours=1)
# Long enough to find out why something was posted; after that the row keeps its key, so that it is never sent again,
# and the card of what stands in a channel, so that whoever wishes can be taken out of it
SENT_CONTENT = timedelta(days=30)


async def clean_up(conn: AsyncConnection, community: str, now: datetime) -> None:
    """Delete handled inbox rows and old drafts, and take the content from what was sent long ago."""
    keys = await inbox.forget_old(
        conn, done_before=now - INBOX_KEYS, failed_before=now - FAILED_EVENTS, answers_before=now - ANSWERS
    )
    forms = await drafts.forget_old(conn, now)
    old = sa.and_(
        outbox.c.community == community,
        outbox.c.state.in_(("sent", "dead")),
        outbox.c.settled_at < now - SENT_CONTENT,
        outbox.c.effect != "",
        ~stays(now),
    )
    await empty_removed(conn, community)
    contents = (await conn.execute(sa.update(outbox).where(old).values(effect=""))).rowcount
    log.info("retention", inbox_keys=keys, drafts=forms, outbox_contents=contents)


RETENTION = Job("retention", time(4, 10), clean_up, max_late=timedelta(hours=23))
