"""Tells who invited a member, by watching how often each invitation was used.

Discord does not say it in the join. Reading invitations needs "Manage Server"; a server that withholds it simply has
no referrals. https://discord.com/developers/docs/resources/invite.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import structlog

from chat.discord.rest import DiscordRefusedError, Rest
from chat.port import ChatError

Json = dict[str, Any]
log = structlog.get_logger()

_PATIENCE: Final = 2.0  # seconds that a join may wait for it
_JUST_SPENT: Final = timedelta(seconds=10)  # an invitation at its last use vanishes around the join


class Invitation(NamedTuple):
    """An invitation as it was last seen."""

    uses: int
    inviter: str | None


class Referrals:
    """Counts of invitations, by server and code."""

    def __init__(self, rest: Callable[[], Rest]) -> None:
        self._rest = rest
        self._known: dict[str, dict[str, Invitation]] = {}
        self._spent: dict[str, dict[str, tuple[Invitation, datetime]]] = defaultdict(dict)
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._joining: dict[str, int] = defaultdict(int)  # joins whose inviter is still asked for

    def watches(self, server: str) -> bool:
        """Say whether the server lets the bot read its invitations."""
        return server in self._known

    async def refresh(self, server: str) -> None:
        """Count anew, after having been away."""
        try:
            self._known[server] = await self._read(server)
        except DiscordRefusedError as error:
            self._known.pop(server, None)
            log.info("discord.no_referrals", server=server, reason=error.code)
        except ChatError as error:
            log.warning("discord.referrals_unread", server=server, reason=str(error))

    async def _read(self, server: str) -> dict[str, Invitation]:
        listed: list[Json] = await self._rest().call("GET", "/guilds/{guild_id}/invites", guild_id=server)
        return {i["code"]: Invitation(i.get("uses") or 0, (i.get("inviter") or {}).get("id")) for i in listed}

    def created(self, server: str, invitation: Json) -> None:
        """Note a new invitation."""
        if server in self._known:
            inviter = (invitation.get("inviter") or {}).get("id")
            self._known[server][invitation["code"]] = Invitation(invitation.get("uses") or 0, inviter)

    def deleted(self, server: str, code: str, at: datetime) -> None:
        """Note that an invitation is gone; it may have had its last use."""
        if (known := self._known.get(server, {}).pop(code, None)) is not None:
            self._spent[server][code] = known, at

    async def who_invited(self, server: str, at: datetime) -> tuple[str | None, str | None]:
        """Return the inviter and the code behind a join that just happened, where that is certain."""
        if server not in self._known:
            return None, None
        self._joining[server] += 1
        try:
            async with asyncio.timeout(_PATIENCE), self._locks[server]:
                return self._compare(server, await self._read(server), at)
        except (ChatError, TimeoutError) as error:
            log.info("discord.referral_unknown", server=server, reason=str(error))
            return None, None
        finally:
            self._joining[server] -= 1

    def _compare(self, server: str, now: dict[str, Invitation], at: datetime) -> tuple[str | None, str | None]:
        before, joining = self._known[server], self._joining[server]
        spent, self._spent[server] = self._spent[server], {}
        gone = {code: old for code, (old, when) in spent.items() if at - when < _JUST_SPENT}
        gone |= {code: old for code, old in before.items() if code not in now}
        fresh = Invitation(0, None)
        grown = {code: seen.uses - before.get(code, fresh).uses for code, seen in now.items()}
        grown = {code: by for code, by in grown.items() if by > 0}
        self._known[server] = now
        if len(grown) == 1:
            code, by = next(iter(grown.items()))
            if by < joining:  # somebody among those who join came another way, and nobody says who
                return None, None
            # The joins that still wait find the rest of its uses.
            self._known[server] = {**now, code: Invitation(now[code].uses - by + 1, now[code].inviter)}
            return now[code].inviter, code
        if not grown and len(gone) == 1 and joining == 1:
            code, seen = next(iter(gone.items()))
            return seen.inviter, code
        return None, None  # several at once: nobody is credited rather than the wrong one
