"""What an order to send somebody what is kept about them holds: whose it is. The file is made when it is sent."""

from __future__ import annotations

import msgspec

_HEAD = b'{"type":"ExportRecipe"'


class ExportRecipe(msgspec.Struct, frozen=True, tag=True):
    """One member's export."""

    community: str
    member: int


def write_recipe(recipe: ExportRecipe) -> bytes:
    """Return a recipe as bytes."""
    return msgspec.json.encode(recipe)


def read_recipe(written: bytes) -> ExportRecipe | None:
    """Return the recipe that bytes hold; None where they are of another kind of file."""
    return msgspec.json.decode(written, type=ExportRecipe) if written.startswith(_HEAD) else None
