"""What waits to be handled, and who waits for its answer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TypeGuard, get_args

from chat.answers import Answer
from chat.events import Interaction
from storage.codec import Arrival
from storage.queues.inbox import Item

INTERACTIONS = get_args(Interaction)


def is_interaction(arrival: Arrival) -> TypeGuard[Interaction]:
    """Whether a person waits for the answer."""
    return isinstance(arrival, INTERACTIONS)


@dataclass(slots=True)
class Waiting:
    """An item in the queue, and who waits for its answer."""

    item: Item
    answer: asyncio.Future[Answer] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    late: bool = False  # nobody waits in this process: the answer goes the way of late ones
    others: bool = False  # another replica took it in, and says the answer; it is in no lane of this one
    incident: str = ""  # of its first failure: the number that the member was told

    @property
    def is_urgent(self) -> bool:
        """Whether a person looks at a spinner."""
        return is_interaction(self.item.arrival)
