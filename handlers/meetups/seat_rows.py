"""What other features add to a member's own card of a meetup: reminders, questions and the like.

The modules named here must not import this one, nor ``my_seat``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from chat.card import Part
from community.seats.counts import Standing
from handlers.context import Context
from handlers.meetups import ask_before, remind
from handlers.readers import Reader
from storage.meetups.plans import StoredMeetup

Row: TypeAlias = Callable[[Context, Reader, StoredMeetup, Standing], Awaitable[Sequence[Part]]]

ROWS: tuple[Row, ...] = (ask_before.row, remind.row)
