"""How a table says what it holds: why, of whom, in which columns, what an erasure does to it, and how long it is kept.

Every table and every column is declared once, in the files beside this one (collected by
``storage/held/everything.py``); a test fails for one that is not. The erasure, the export, the daily retention, the
linking of accounts and the page for members all read the declarations, so none of them can forget a table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

import sqlalchemy as sa


class Said(NamedTuple):
    """A sentence for members, in both languages."""

    en: str
    ja: str

    def of(self, language: str) -> str:
        """Return the sentence in a language."""
        return self.ja if language == "ja" else self.en


class Goes(StrEnum):
    """What an erasure does where a column names the member who is erased."""

    ROW = "row"  # the row is deleted
    EMPTY = "empty"  # the column is emptied, and with it the words and accounts that belong to it
    NUMBER = "number"  # a number that leads to nobody takes its place, the same one everywhere: what is counted stands


class Ids(StrEnum):
    """How ids of members or accounts stand in a text; ``storage/held/ids.py`` says it for each kind and key."""

    ACCOUNT = "account"  # platform:workspace:user
    USER = "user"  # ``UserRef`` as JSON
    MESSAGE = "message"  # a message or place, as JSON or as words: no person's id, but it leads to what they wrote
    KEY = "key"  # parts with colons between them
    SUBJECT = "subject"  # a member's number, or member:number
    DATA = "data"  # a JSON object with members' numbers in some fields
    EFFECT = "effect"  # an effect of the outbox: mentions, accounts, members in the actions of buttons, words, names
    ARRIVAL = "arrival"  # an event that waits: accounts, names, words
    MEETUP = "meetup"  # ``community.meetups.Meetup``: organisers, speakers, presenters
    LEDGER = "ledger"  # ``community.seat_values.Ledger`` without its entries: aliases, clicks
    ENTRY = "entry"  # ``community.seat_values.Entry``: its member, and who marked it
    CARD = "card"  # a card as it was shown
    FORM = "form"  # a form as it was filled in


class Then(StrEnum):
    """What happens to a row when its time is over."""

    DELETED = "deleted"
    EMPTIED = "emptied"  # the columns that the window names are emptied
    NUMBERED = "numbered"  # the name goes, by a number that leads to nobody; what is counted stands
    ERASED = "erased"  # the member is erased as if they had asked for it, but may come back without being asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """How long something is kept: a number of days, or a setting of ``PrivacySettings`` (0: no end)."""

    since: str  # the column that the time is counted from
    days: float | None = None
    setting: str | None = None
    then: Then = Then.DELETED
    columns: tuple[str, ...] = ()  # of ``EMPTIED``
    where: Mapping[str, tuple[object, ...]] = field(default_factory=dict)  # only rows with one of these values
    by: str = ""  # whose work it is, where another job than retention does it

    def __post_init__(self) -> None:
        """Refuse a window of no length or of two."""
        if (self.days is None) == (self.setting is None):
            raise ValueError("a window has a number of days, or the setting that says it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What one table holds. Each column stands in exactly one of the fields below."""

    table: sa.Table
    why: Said
    people: Mapping[str, Goes] = field(default_factory=dict)  # columns that hold a member's number
    words: Mapping[str, str] = field(default_factory=dict)  # what somebody wrote or is called: by whose column
    texts: Mapping[str, Ids] = field(default_factory=dict)  # texts in which ids stand
    accounts: Mapping[str, str] = field(default_factory=dict)  # of the texts: which go when which column is emptied
    plain: str = ""  # the other columns: nothing of a person
    mine: tuple[str, ...] | None = None  # by which columns a row is shown to a member; none: by all of ``people``
    hidden: tuple[str, ...] = ()  # columns that are not shown with it: of others, or of use to the machine alone
    windows: tuple[Window, ...] = ()
    kept: Said | None = None  # why it has no window of its own
    stays: Said | None = None  # what an erasure leaves, and why

    def __post_init__(self) -> None:
        """Refuse what does not fit together; a typo must not leave a column out of an erasure."""
        stray = {*self.words.values(), *self.accounts.values()} - self.people.keys()
        if stray or self.accounts.keys() - self.texts.keys():
            raise ValueError(f"{self.table.name}: {sorted(stray | (self.accounts.keys() - self.texts.keys()))}")
        if not self.windows and self.kept is None:
            raise ValueError(f"{self.table.name}: how long is it kept, or why as long as the community exists?")

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that are declared."""
        return (*self.people, *self.words, *self.texts, *self.plain.split())

    @property
    def shown_by(self) -> tuple[str, ...]:
        """The columns by which a row is a member's own."""
        return tuple(self.people) if self.mine is None else self.mine
