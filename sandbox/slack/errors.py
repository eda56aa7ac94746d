"""How the Web API refuses: an error code in Slack's words, with whatever the documentation says goes beside it."""

from __future__ import annotations

from sandbox.world import Json


class SlackError(Exception):
    """Answered as ``{"ok": false, "error": code, ...}``, with HTTP 200 as Slack does."""

    def __init__(self, code: str, **beside: object) -> None:
        super().__init__(code)
        self.code = code
        self.beside = beside

    def reply(self) -> Json:
        """Return the body of the reply."""
        return {"ok": False, "error": self.code, **self.beside}


def invalid(code: str, *messages: str) -> SlackError:
    """Return an error that says in ``response_metadata`` what is wrong, as for ``invalid_blocks``."""
    told = [f"[ERROR] {message}" for message in messages]
    beside: Json = {"response_metadata": {"messages": told}}
    if code == "invalid_blocks":
        beside["errors"] = list(messages)
    return SlackError(code, **beside)
