"""Discord's error replies. https://discord.com/developers/docs/topics/opcodes-and-status-codes#json."""

from __future__ import annotations

from typing import Any, Final, NoReturn

from sandbox.world import Json

UNKNOWN: Final = {
    "channel": (10003, "Unknown Channel"),
    "guild": (10004, "Unknown Guild"),
    "invite": (10006, "Unknown Invite"),
    "member": (10007, "Unknown Member"),
    "message": (10008, "Unknown Message"),
    "role": (10011, "Unknown Role"),
    "user": (10013, "Unknown User"),
    "emoji": (10014, "Unknown Emoji"),
    "webhook": (10015, "Unknown Webhook"),
    "interaction": (10062, "Unknown interaction"),
    "command": (10063, "Unknown application command"),
    "event": (10070, "Unknown Guild Scheduled Event"),
    "application": (10002, "Unknown Application"),
}


class ApiError(Exception):
    """A refusal, as the platform words it."""

    def __init__(self, status: int, code: int, message: str, errors: Json | None = None) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.body: Json = {"message": message, "code": code}
        if errors:
            self.body["errors"] = errors


class SlowedError(Exception):
    """A limit of one endpoint's own is used up."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"retry after {retry_after:g} s")
        self.retry_after = retry_after


def unknown(what: str) -> ApiError:
    """Say that a thing does not exist."""
    code, message = UNKNOWN[what]
    return ApiError(404, code, message)


def missing_access() -> ApiError:
    """Say that the bot cannot see the place."""
    return ApiError(403, 50001, "Missing Access")


def missing_permissions() -> ApiError:
    """Say that the bot sees the place but may not do that there."""
    return ApiError(403, 50013, "Missing Permissions")


class Problems:
    """Collects what is wrong with a body, in the nested form of code 50035."""

    def __init__(self) -> None:
        self.tree: Json = {}

    def add(self, path: tuple[str | int, ...], code: str, message: str) -> None:
        """Note one problem at a place in the body."""
        node = self.tree
        for step in path:
            node = node.setdefault(str(step), {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def length(self, path: tuple[str | int, ...], value: Any, least: int, most: int) -> None:  # noqa: ANN401 - checks it
        """Check that a value is a text of a length."""
        if not isinstance(value, str):
            self.add(path, "BASE_TYPE_REQUIRED", "This field is required")
        elif not least <= len(value) <= most:
            if least == 0:
                self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
            else:
                self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")

    def choice(self, path: tuple[str | int, ...], value: object, allowed: tuple[object, ...]) -> bool:
        """Check that a value is one of a few."""
        if value in allowed:
            return True
        self.add(path, "BASE_TYPE_CHOICES", f"Value must be one of {{{', '.join(map(str, allowed))}}}.")
        return False

    def check(self) -> None:
        """Refuse the body if anything was noted."""
        if self.tree:
            self.refuse()

    def refuse(self) -> NoReturn:
        """Refuse the body."""
        raise ApiError(400, 50035, "Invalid Form Body", self.tree)
