"""Who and what is in the workspace: members, user groups, channels."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

from chat.events import MemberJoined, MemberLeft
from chat.ids import Place, PlaceInfo, Profile, UserRef, Workspace
from chat.port import RefusedError
from chat.slack.groups import Groups
from chat.slack.inbound import left_key, read_profile
from chat.slack.web import SlackWeb


class Directory(Groups):
    """The look-ups of the port, and who belongs to what."""

    def __init__(self, web: SlackWeb) -> None:
        super().__init__(web)
        self._badge_lock = asyncio.Lock()

    async def member(self, user: UserRef) -> Profile:
        """Look an account up."""
        self.own(user)
        told = await self.web.call("users.info", http_verb="GET", user=user.id, include_locale=True)
        return read_profile(told["user"], self.me, await self._badges(user.id))

    async def members(self, workspace: Workspace) -> AsyncIterator[Profile]:
        """List the accounts of a workspace, bots included."""
        self._check(workspace)
        async for page in self.web.pages("users.list", "members", include_locale=True):
            for user in page:
                yield read_profile(user, self.me, await self._badges(str(user["id"])))

    def joined(self, profile: Profile, at: datetime) -> MemberJoined:
        """Return the join of an account that ``members`` shows; Slack does not tell when it was."""
        key = self.me.key("join", profile.user.id)
        return MemberJoined(key=key, at=at, workspace=self.me.workspace, member=profile)

    def left(self, user: UserRef, at: datetime) -> MemberLeft:
        """Return the leave of an account that ``members`` shows as deactivated; Slack does not tell when it was."""
        return MemberLeft(key=left_key(user.id, at, self.me), at=at, workspace=self.me.workspace, user=user)

    def workspace_name(self, workspace: Workspace) -> str:
        """Return the workspace's name."""
        return (self._me.team_name if self._me and self._me.workspace == workspace else "") or workspace.id

    def own_user(self, workspace: Workspace) -> str:
        """Return the bot's user id."""
        return self._me.user if self._me and self._me.workspace == workspace else ""

    async def places(self, workspace: Workspace) -> tuple[PlaceInfo, ...]:
        """List the channels the bot can see."""
        self._check(workspace)
        try:
            return await self._places("public_channel,private_channel")
        except RefusedError as refused:
            if refused.code != "missing_scope":
                raise
            return await self._places("public_channel")

    async def set_badge(self, user: UserRef, badge: str, *, on: bool = True) -> None:
        """Put a member into a user group (by handle, name or id) or take them out.

        Slack only replaces the whole list, so one change is made after the other; what another program changes in
        the same moment may be lost. A group cannot become empty.
        """
        self.own(user)
        async with self._badge_lock:
            group = await self._group(badge)
            found = await self.web.call("usergroups.users.list", http_verb="GET", usergroup=group)
            users = [str(u) for u in found.get("users") or ()]
            if (user.id in users) is on:
                return
            wanted = [*users, user.id] if on else [u for u in users if u != user.id]
            if not wanted:
                raise RefusedError("last_member", f"a user group cannot be empty: add someone else to @{badge} first")
            await self.web.call("usergroups.users.update", usergroup=group, users=",".join(wanted))
            self._groups_until = 0.0

    async def invite(self, user: UserRef, place: Place) -> None:
        """Let a member into a channel; a thread is open to all of its channel. Being there already is no error."""
        self.own(user)
        self.own(place)
        try:
            await self.web.call("conversations.invite", channel=place.channel, users=user.id)
        except RefusedError as refused:
            if refused.code not in {"already_in_channel", "cant_invite_self"}:
                raise

    def _check(self, workspace: Workspace) -> None:
        if workspace != self.me.workspace:
            raise RefusedError("other_workspace", f"the bot serves {self.me.workspace}, not {workspace}")

    async def _places(self, kinds: str) -> tuple[PlaceInfo, ...]:
        found: list[PlaceInfo] = []
        async for page in self.web.pages("conversations.list", "channels", types=kinds, exclude_archived=True):
            for channel in page:
                is_in = bool(channel.get("is_member"))
                found.append(
                    PlaceInfo(
                        place=self.me.place(str(channel["id"])),
                        name=str(channel.get("name") or channel["id"]),
                        kind="private" if channel.get("is_private") else "text",
                        closed=bool(channel.get("is_private")),
                        bot_is_in=is_in,
                        may_post=is_in,
                    )
                )
        return tuple(found)
