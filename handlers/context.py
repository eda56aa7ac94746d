"""What a handler works with: one frozen value, no magic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chat.ids import MessageRef, Place, PlaceInfo, Workspace
from chat.port import Capabilities
from community.config import CommunitySettings
from handlers.peers import Peers
from locales import Translator
from storage.unit import Unit


class Directory(Protocol):
    """Looking things up about the platforms without asking them: what is known is kept in memory."""

    def capabilities(self, workspace: Workspace) -> Capabilities:
        """Return how the workspace's platform differs."""
        ...

    def place(self, workspace: Workspace, name: str) -> PlaceInfo | None:
        """Return a channel by name or id, where the bot can see it."""
        ...

    def link(self, message: MessageRef) -> str:
        """Return the web address of a message."""
        ...

    def workspace_name(self, workspace: Workspace) -> str:
        """Return what people call the workspace."""
        ...

    def is_bot(self, workspace: Workspace, user_id: str) -> bool:
        """Whether an account is this bot itself."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """One event's services: the open unit, the time it was accepted, the reader's language, settings, look-ups."""

    db: Unit
    now: datetime
    t: Translator
    config: CommunitySettings
    chat: Directory
    peers: Peers
    file: CommunitySettings | None = None  # what the operator's file alone says; none: nothing was set in the chat

    def channel(self, workspace: Workspace, name: str) -> Place | None:
        """Return the place of a channel that the settings name, where the bot can see it."""
        found = self.chat.place(workspace, name) if name else None
        return found.place if found else None
