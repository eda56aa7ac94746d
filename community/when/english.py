"""Reads month names by dateparser, and believes it only where what it read really stands in the text.

Left to itself the library reads a year out of an hour ("12月4日 19時" became 2112) and drops what it does not know, so
it gets a short piece only, and every number and every word of that piece must come back in the date.
"""

from __future__ import annotations

import re
from datetime import datetime

from community.when.said import ProblemKind, refuse
from community.when.words import MONTH_NAMES, MONTHS, Slots, Text

_NO_TIME = r"(?![0-9:]|\s*(?:am\b|pm\b|a\.m|p\.m|o'|-\s*[0-9]))"
_DATE = re.compile(
    rf"\b{MONTH_NAMES}\s*(?:the\s+)?[0-9]{{1,2}}(?:st|nd|rd|th)?{_NO_TIME}(?:\s+(?:19|20|21)[0-9]{{2}}\b{_NO_TIME})?"
    rf"|(?<![0-9:])[0-9]{{1,2}}(?:st|nd|rd|th)?\s*(?:of\s+)?\b{MONTH_NAMES}(?:\s+(?:19|20|21)[0-9]{{2}}\b{_NO_TIME})?"
)
_WORD = re.compile(r"[a-z]+|[0-9]+")
_SMALL = {"of", "the", "st", "nd", "rd", "th", "on"}


def read_english_dates(text: Text, slots: Slots) -> None:
    """Take out dates with the name of a month."""

    def read(match: re.Match[str]) -> None:
        found = read_date(match[0])
        if found is None:
            raise refuse(ProblemKind.NO_SUCH_DAY, said=match[0].strip())
        year, month, day = found
        slots.put(match[0], month=month, day=day)
        if year is not None:
            slots.put(match[0], year=year)

    text.take(_DATE, read)


def read_date(text: str) -> tuple[int | None, int, int] | None:
    """Return year, month and day, the year only if it was said; nothing unless the text says exactly that."""
    for base in (2023, 2024):  # a common year, and a leap year for the 29th of February
        found = _parse(text, datetime(base, 1, 1))  # noqa: DTZ001 - a calendar page, no moment
        if found is None:
            continue
        words: list[str] = _WORD.findall(text)
        numbers = sorted(int(word) for word in words if word.isdigit())
        names = [word for word in words if not word.isdigit() and word not in _SMALL]
        said_year = numbers == sorted((found.day, found.year))
        if (said_year or numbers == [found.day]) and [name[:3] for name in names] == [MONTHS[found.month - 1]]:
            return found.year if said_year else None, found.month, found.day
    return None


def _parse(text: str, base: datetime) -> datetime | None:
    import dateparser  # noqa: PLC0415 - half a second, for those who write the name of a month

    return dateparser.parse(
        text,
        languages=["en"],
        settings={
            "RELATIVE_BASE": base,
            "PREFER_DATES_FROM": "future",
            "TIMEZONE": "UTC",
            "PARSERS": ["absolute-time"],
            "REQUIRE_PARTS": ["day", "month"],
        },
    )


def warm_up() -> None:
    """Load the library and its language before the first person waits for it; runs in a thread, after the start."""
    read_date("dec 4")
