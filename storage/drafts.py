"""Drafts: forms that could not be taken, kept with what was typed so that a button can open them again."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.form import Form
from chat.ids import UserRef
from storage.codec import dump
from storage.tables.core import drafts

# Who has not come back to a form after a day starts a new one
KEEP = timedelta(days=1)


class DraftStore:
    """The drafts of one community, inside one unit of work."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community

    async def keep(self, user: UserRef, form: Form, at: datetime) -> str:
        """Keep a form for its writer and return the draft's id."""
        draft = secrets.token_urlsafe(12)
        await self._conn.execute(
            sa.insert(drafts).values(
                id=draft, community=self._community, user=str(user), form=dump(form), created_at=at
            )
        )
        return draft

    async def load(self, draft: str, user: UserRef) -> Form | None:
        """Return a draft to its own writer; None for anybody else, or when it is gone."""
        query = sa.select(drafts.c.form).where(
            drafts.c.id == draft, drafts.c.community == self._community, drafts.c.user == str(user)
        )
        found = (await self._conn.execute(query)).scalar_one_or_none()
        return msgspec.json.decode(found, type=Form) if found else None


async def forget_old(conn: AsyncConnection, now: datetime) -> int:
    """Delete drafts nobody came back for."""
    result = await conn.execute(sa.delete(drafts).where(drafts.c.created_at < now - KEEP))
    return result.rowcount
