"""What is known of the platforms, kept in memory so that handlers can look things up inside a transaction."""

from __future__ import annotations

import structlog

from chat.ids import MessageRef, PlaceInfo, Workspace
from chat.port import Adapter, Capabilities, ChatError

log = structlog.get_logger()


class KnownPlaces:
    """The channels of every workspace, refreshed at start and whenever a gap is caught up with."""

    def __init__(self) -> None:
        self._adapters: dict[Workspace, Adapter] = {}
        self._places: dict[Workspace, tuple[PlaceInfo, ...]] = {}

    def add(self, adapter: Adapter) -> None:
        """Know an adapter and its workspaces."""
        for workspace in adapter.workspaces():
            self._adapters[workspace] = adapter

    @property
    def adapters(self) -> dict[Workspace, Adapter]:
        """Who serves which workspace."""
        return self._adapters

    async def refresh(self, adapter: Adapter) -> None:
        """Ask a platform for its channels; where it does not answer, what was known stays."""
        for workspace in adapter.workspaces():
            try:
                self._places[workspace] = await adapter.places(workspace)
            except ChatError as error:
                log.warning("directory.not_refreshed", workspace=str(workspace), error=str(error))

    def capabilities(self, workspace: Workspace) -> Capabilities:
        """Return how the workspace's platform differs."""
        return self._adapters[workspace].capabilities()

    def place(self, workspace: Workspace, name: str) -> PlaceInfo | None:
        """Return a channel by id or name (with or without #)."""
        wanted = name.removeprefix("#")
        held = self._places.get(workspace, ())
        by_id = next((p for p in held if p.place.channel == wanted), None)
        return by_id or next((p for p in held if p.name == wanted), None)

    def link(self, message: MessageRef) -> str:
        """Return the web address of a message."""
        return self._adapters[message.place.home].link(message)

    def workspace_name(self, workspace: Workspace) -> str:
        """Return what people call the workspace."""
        return self._adapters[workspace].workspace_name(workspace)

    def is_bot(self, workspace: Workspace, user_id: str) -> bool:
        """Whether an account is this bot itself."""
        adapter = self._adapters.get(workspace)
        return adapter is not None and adapter.own_user(workspace) == user_id
