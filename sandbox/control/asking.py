"""Reads what a request to the control API asks for, field by field, and refuses what does not fit in a sentence."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from sandbox.world import Json, WorldError


class Asked:
    """The JSON object of a request (or its query)."""

    def __init__(self, fields: Json) -> None:
        self.fields = fields

    @classmethod
    async def read(cls, request: web.Request) -> Asked:
        """Read a request: the query for GET, the JSON body else."""
        if request.method == "GET":
            return cls(dict(request.query))
        try:
            fields = json.loads(await request.text() or "{}")
        except json.JSONDecodeError as error:
            raise WorldError(f"the body is not JSON: {error}") from None
        if not isinstance(fields, dict):
            raise WorldError("the body must be a JSON object")
        return cls(fields)

    def text(self, name: str, default: str | None = None) -> str:
        """Return a string."""
        value = self.fields.get(name, default)
        if not isinstance(value, str):
            raise WorldError(f"{name!r} must be given as a string")
        return value

    def maybe(self, name: str) -> str | None:
        """Return a string, or nothing where it is absent, null or empty."""
        return self.text(name) or None if self.fields.get(name) is not None else None

    def number(self, name: str, default: float | None = None) -> float:
        """Return a number (in a query it stands as text)."""
        value = self.fields.get(name, default)
        try:
            return float(value) if not isinstance(value, bool) else float("nan")  # type: ignore[arg-type]
        except (TypeError, ValueError):
            raise WorldError(f"{name!r} must be a number") from None

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return yes or no."""
        value = self.fields.get(name, default)
        if isinstance(value, str):
            return value.lower() in {"1", "true", "yes"}
        if not isinstance(value, bool):
            raise WorldError(f"{name!r} must be true or false")
        return value

    def object(self, name: str) -> Json:
        """Return an object."""
        value = self.fields.get(name)
        if not isinstance(value, dict):
            raise WorldError(f"{name!r} must be an object")
        return value

    def objects(self, name: str) -> list[Json]:
        """Return a list of objects, empty where absent."""
        value: Any = self.fields.get(name, [])
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            raise WorldError(f"{name!r} must be a list of objects")
        return value

    def texts(self, name: str) -> list[str]:
        """Return a list of strings, empty where absent."""
        value: Any = self.fields.get(name, [])
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise WorldError(f"{name!r} must be a list of strings")
        return value

    def moment(self, name: str) -> datetime:
        """Return a point in time; one without a zone is UTC."""
        return read_moment(self.text(name), name)


def read_moment(text: str, name: str) -> datetime:
    """Read an ISO 8601 time; one without a zone is UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise WorldError(f"{name!r} must be an ISO 8601 time such as 2026-11-23T09:00:00+09:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
