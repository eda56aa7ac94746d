"""Members: a person in a community, whatever accounts they have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chat.ids import UserRef


@dataclass(frozen=True, slots=True)
class Account:
    """A member on one platform."""

    user: UserRef
    name: str
    is_bot: bool = False
    is_admin: bool = False
    is_owner: bool = False
    badges: frozenset[str] = frozenset()
    locale: str | None = None
    time_zone: str | None = None
    joined_at: datetime | None = None
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a community. Everything counts members, never accounts."""

    id: int
    name: str
    joined_at: datetime
    language: str | None = None  # the member's own choice
    time_zone: str | None = None  # the member's own choice
    quiet_hours: str | None = None
    left_at: datetime | None = None
    accounts: tuple[Account, ...] = ()
    former: tuple[int, ...] = ()  # numbers under which they stood as somebody else, before two accounts were linked

    def goes_by(self, number: str) -> bool:
        """Say whether a number that a card holds, as text, means this member."""
        return number in {str(self.id), *map(str, self.former)}

    @property
    def is_bot(self) -> bool:
        """Whether this is a bot: never greeted, asked or counted."""
        return any(account.is_bot for account in self.accounts)
