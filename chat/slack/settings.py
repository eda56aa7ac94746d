"""What an operator sets for one Slack workspace."""

from __future__ import annotations

from typing import Literal

import msgspec

from chat.slack.web import API


class SlackSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One installation in one workspace. Socket mode needs the app token, HTTP mode the signing secret."""

    bot_token: str
    workspace_id: str | None = None  # learnt from the platform where it is not set
    app_token: str | None = None
    signing_secret: str | None = None
    mode: Literal["socket", "http"] = "socket"
    api_url: str = API
    path: str = "/slack/events"  # of the request URL in HTTP mode; two workspaces of one process need two

    def __post_init__(self) -> None:
        """Refuse a mode without its secret.

        Raises:
            ValueError: naming the secret.

        """
        if self.mode == "socket" and not self.app_token:
            raise ValueError("socket mode needs the app token (xapp-…, scope connections:write)")
        if self.mode == "http" and not self.signing_secret:
            raise ValueError("http mode needs the signing secret ('Basic Information' of the app)")

    def __repr__(self) -> str:
        return f"SlackSettings(workspace_id={self.workspace_id!r}, mode={self.mode!r}, api_url={self.api_url!r})"
