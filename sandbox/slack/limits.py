"""Slack's own limit on posting, for whoever wants to meet it: about one message a second and channel, short bursts.

https://docs.slack.dev/apis/web-api/rate-limits
"""

from __future__ import annotations

import time

from sandbox.slack.errors import SlackError

A_SECOND = 1.0
BURST = 5


class PostLimits:
    """Counts posts by channel, on the machine's clock."""

    def __init__(self) -> None:
        self._full_at: dict[tuple[str, str], float] = {}

    def check(self, space: str, channel: str) -> None:
        """Count one post, or refuse it with how long to wait."""
        now = time.monotonic()
        due = max(self._full_at.get((space, channel), now), now)
        if due - now > (BURST - 1) / A_SECOND:
            raise SlackError("ratelimited", retry_after=1.0)
        self._full_at[space, channel] = due + 1 / A_SECOND
