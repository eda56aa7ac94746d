"""What members chose about themselves: to be recognised, named in a digest, sent their own digest, matched, asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.sql import upsert
from storage.tables.recognition import choices

RECOGNITION = "recognition"  # off: never asked about a peak moment, never praised in public
THANKS_OPENLY = "thanks_openly"  # off: thanked in private alone; where nothing was chosen, as with recognition
DIGEST = "digest"  # off: never named in a digest
PERSONAL_DIGEST = "personal_digest"  # on: what happened while they were away comes as a direct message
MATCHING = "matching"  # off: never introduced to others
SURVEY = "survey"  # off: never asked for their opinion
THANKS_HINTS = "thanks_hints"  # off: never asked whether their words were thanks
KIND_WORDS = "kind_words"  # off: given no hints about words that may hurt
ON, OFF = "on", "off"


def wants_private(chosen: Mapping[str, str]) -> bool:
    """Say whether somebody who chose so is thanked in private alone."""
    return chosen.get(THANKS_OPENLY, chosen.get(RECOGNITION)) == OFF


MemberIds = set[int]  # its own name, because the store has a method `set`


class ChoiceStore:
    """The choices of one community's members, inside one unit of work. What nobody chose is not there."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community

    async def of(self, member_id: int) -> dict[str, str]:
        """Return what a member chose, by the name of the choice."""
        query = sa.select(choices.c.choice, choices.c.value).where(
            choices.c.community == self._community, choices.c.member_id == member_id
        )
        return {row.choice: row.value for row in await self._conn.execute(query)}

    async def set(self, member_id: int, choice: str, value: str, at: datetime) -> None:
        """Set a choice, whatever it was before."""
        row = {"community": self._community, "member_id": member_id, "choice": choice, "value": value, "at": at}
        await self._conn.execute(
            upsert(self._conn, choices, ("member_id", "choice"), ("value", "at")).values(row),
        )

    async def who(self, choice: str, value: str) -> MemberIds:
        """Return the members who chose this."""
        query = sa.select(choices.c.member_id).where(
            choices.c.community == self._community, choices.c.choice == choice, choices.c.value == value
        )
        return set(await self._conn.scalars(query))

    async def thanked_in_private(self) -> MemberIds:
        """Return the members whose thanks are not to be read by others."""
        presented_nowhere = await self.who(RECOGNITION, OFF) - await self.who(THANKS_OPENLY, ON)
        return presented_nowhere | await self.who(THANKS_OPENLY, OFF)

    async def those_out(self, choice: str) -> MemberIds:
        """Return the members who said no to this."""
        return await self.who(choice, OFF)
