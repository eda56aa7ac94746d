"""User groups: which there are, who is in them, and what a card calls them."""

from __future__ import annotations

import time
from typing import Any

import structlog

from chat.card import Card
from chat.port import ChatError, RefusedError, UncertainError, UnreachableError
from chat.slack.base import SlackPart
from chat.slack.web import SlackWeb

Json = dict[str, Any]

GROUPS_FRESH = 60.0  # seconds: user groups are asked for 20 times a minute at most
_NAMES = ("id", "handle", "name")

_log = structlog.get_logger(__name__)


class Groups(SlackPart):
    """Knows the user groups of the workspace for a minute."""

    def __init__(self, web: SlackWeb) -> None:
        super().__init__(web)
        self._groups: list[Json] = []
        self._worn: dict[str, frozenset[str]] = {}  # names and ids of user groups by member
        self._groups_until = 0.0

    async def groups_called(self, card: Card) -> dict[str, str]:
        """Return the ids of the user groups that a card is to ping, by what the card calls them.

        Unknown ones are left out, and all of them in a workspace without user groups: they are shown by name.

        Raises:
            ChatError: where trying again may help; nothing was done.

        """
        if not card.notify_badges:
            return {}
        try:
            groups = await self._all_groups()
        except RefusedError as refused:
            _log.info("slack.no_groups", code=refused.code)
            return {}
        except UncertainError as broken:  # only asked: nothing can be left behind
            raise UnreachableError(str(broken)) from broken
        ids = {badge: _find(groups, badge) for badge in card.badges()}
        pinged = {ids[badge] for badge in card.notify_badges}
        return {badge: group for badge, group in ids.items() if group and group in pinged}

    async def groups_called_now(self, card: Card) -> dict[str, str]:
        """Return the same for somebody who waits: what cannot be asked at once is shown by name."""
        try:
            return await self.groups_called(card)
        except ChatError as error:
            _log.info("slack.no_groups", reason=str(error))
            return {}

    async def _group(self, badge: str) -> str:
        groups = await self._all_groups(fresh=True)
        if found := _find(groups, badge):
            return found
        known = ", ".join(sorted(f"@{group.get('handle')}" for group in groups)) or "none"
        raise RefusedError("no_such_usergroup", f"no user group {badge!r}; there are: {known}")

    async def _all_groups(self, *, fresh: bool = False) -> list[Json]:
        if fresh or time.monotonic() > self._groups_until:
            told = await self.web.call("usergroups.list", http_verb="GET", include_users=True)
            self._groups = list(told.get("usergroups") or ())
            self._groups_until = time.monotonic() + GROUPS_FRESH
            worn: dict[str, set[str]] = {}
            for group in self._groups:
                names = {str(group[key]) for key in _NAMES if group.get(key)}
                for user in group.get("users") or ():
                    worn.setdefault(str(user), set()).update(names)
            self._worn = {user: frozenset(names) for user, names in worn.items()}
        return self._groups

    async def _badges(self, user: str) -> frozenset[str]:
        try:
            await self._all_groups()
        except RefusedError:  # user groups need a paid workspace; a profile is worth having without them
            self._worn, self._groups_until = {}, time.monotonic() + GROUPS_FRESH
        return self._worn.get(user, frozenset())


def _find(groups: list[Json], badge: str) -> str | None:
    wanted = badge.removeprefix("@")
    for field in _NAMES:
        for group in groups:
            if group.get(field) == wanted:
                return str(group["id"])
    return None
