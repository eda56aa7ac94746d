"""What the fake is made of: how it may differ, and the messages it holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from chat.card import Card
from chat.events import MessagePosted
from chat.ids import MessageRef, UserRef
from chat.port import Capabilities

SLACK_LIKE = Capabilities(
    inline_form_errors=True,
    private_posts=True,
    private_threads=True,
    thread_titles=False,
    home_tab=True,
    scheduled_events=False,
    tells_time_zone=True,
    tells_language=True,
    post_lookup=True,
)
DISCORD_LIKE = msgspec.structs.replace(
    SLACK_LIKE,
    inline_form_errors=False,
    private_posts=False,
    thread_titles=True,
    home_tab=False,
    scheduled_events=True,
    tells_time_zone=False,
    tells_language=False,
)


@dataclass(slots=True)
class Posted:
    """A message of the bot."""

    ref: MessageRef
    card: Card
    key: str
    at: datetime
    pinged: frozenset[str] = frozenset()  # ids of badges
    only_for: UserRef | None = None
    direct_to: UserRef | None = None
    files: tuple[str, ...] = ()
    removed: bool = False


@dataclass(slots=True)
class Said:
    """A message of a member."""

    event: MessagePosted
    reactions: set[str] = field(default_factory=set)
