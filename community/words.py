"""What people typed, made fit to stand beside other people's words without losing any of their meaning."""

from __future__ import annotations

import re
import unicodedata

_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")  # marks that turn the text around them
_MARKS = 4  # more stacked marks than any living script writes on one letter
NAME_LENGTH = 80


def tame(text: str) -> str:
    """Take out what would reach beyond the text: direction marks, control characters, piles of combining marks.

    Right-to-left scripts keep their direction (it lies in the letters), and Thai, Hebrew or Vietnamese their marks.
    """
    kept: list[str] = []
    marks = 0
    for char in _DIRECTION.sub("", text.replace("\r\n", "\n").replace("\r", "\n")):
        if unicodedata.combining(char):
            marks += 1
            if marks > _MARKS:
                continue
        else:
            marks = 0
        if unicodedata.category(char) == "Cc" and char not in "\n\t":
            continue
        kept.append(char)
    return "".join(kept).strip()


def same_name(raw: str) -> str:
    """Return what two ways to write one name have in common: width, case and spaces tell nobody apart."""
    return "".join(unicodedata.normalize("NFKC", tame(raw)).casefold().split())


def display_name(raw: str, fallback: str) -> str:
    """Return a name for one line of text; ``fallback`` where nothing visible is left of it."""
    name = " ".join(tame(raw).split())
    if not any(unicodedata.category(char)[0] in "LNPS" for char in name):
        return fallback
    return name if len(name) <= NAME_LENGTH else name[: NAME_LENGTH - 1] + "…"
