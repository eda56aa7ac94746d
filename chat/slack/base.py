"""What every part of the adapter holds: the calls, and who the bot is."""

from __future__ import annotations

from chat.ids import Place, UserRef
from chat.port import RefusedError
from chat.slack.identity import Identity
from chat.slack.web import SlackWeb


class SlackPart:
    """The ground that the parts of the adapter stand on."""

    def __init__(self, web: SlackWeb) -> None:
        self.web = web
        self._me: Identity | None = None
        self._private: dict[str, str] = {}  # direct message channels by member

    @property
    def me(self) -> Identity:
        """Who the bot is.

        Raises:
            RefusedError: before the platform has told.

        """
        if self._me is None:
            raise RefusedError("not_started", "the adapter has not been started")
        return self._me

    async def learn(self) -> Identity:
        """Ask who the bot is, once."""
        if self._me is None:
            told = await self.web.call("auth.test")
            self._me = Identity(
                team=str(told["team_id"]),
                user=str(told["user_id"]),
                bot=str(told.get("bot_id") or ""),
                url=str(told.get("url") or "").rstrip("/"),
                name=str(told.get("user") or "bot"),
                team_name=str(told.get("team") or ""),
            )
        return self._me

    def own(self, thing: Place | UserRef) -> None:
        """Refuse what belongs to another workspace.

        Raises:
            RefusedError: when it does.

        """
        if thing.home != self.me.workspace:
            raise RefusedError("other_workspace", f"{thing} is not of {self.me.workspace}")

    async def direct(self, user: UserRef) -> str:
        """Return the channel of the direct messages with a member."""
        self.own(user)
        if user.id not in self._private:
            opened = await self.web.call("conversations.open", users=user.id)
            self._private[user.id] = str(opened["channel"]["id"])
        return self._private[user.id]
