"""What organisers type about a meetup besides its time: where it is, how many seats, chapters."""

from __future__ import annotations

import re
import unicodedata

import msgspec

from community.meetups.plan import Plan, Where
from community.seats.organisers import MOST_SEATS
from community.words import tame

_LINK = re.compile(r"https?://[^\s<>\"'|、。（）]+")
_BETWEEN = r"[\s/／・+＋&＆,，、|｜()（）]"
_ONLINE = re.compile(
    rf"(?:^|(?<={_BETWEEN}))(?:オンライン(?:開催)?|online|リモート|remote)(?=$|{_BETWEEN})", re.IGNORECASE
)
_EDGES = " \t/／・+＋&＆,，、|｜()（）\u3000"
_NO_LIMIT = frozenset({"", "-", "∞", "制限なし", "上限なし", "なし", "無制限", "無し", "no limit", "unlimited", "none"})
_CAP = re.compile(r"(?P<n>[0-9]{1,7})\s*(?:人|名|席|seats?|people)?")


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """Where people meet, as read from one line."""

    where: Where
    place: str = ""
    link: str = ""


def read_spot(typed: str) -> Spot:
    """Read a place, a link, or both; the word "online" beside a place makes it both. Nothing said is online."""
    text = " ".join(tame(typed).split())
    found = _LINK.search(text)
    link = found[0] if found else ""
    rest = text.replace(link, " ", 1) if link else text
    place = _ONLINE.sub(" ", rest)
    said_online = place != rest
    place = " ".join(place.split()).strip(_EDGES)
    if not place:
        return Spot(where=Where.ONLINE, link=link)
    return Spot(where=Where.HYBRID if link or said_online else Where.VENUE, place=place, link=link)


def write_spot(plan: Plan) -> str:
    """Return the line that reads back as where a meetup is."""
    if plan.where is Where.HYBRID and not plan.link:
        return f"{plan.place} / online"
    return " ".join(filter(None, (plan.place, plan.link)))


def read_cap(typed: str) -> int | None:
    """Read a number of seats; none is no limit.

    Raises:
        ValueError: it is no number of seats.

    """
    text = unicodedata.normalize("NFKC", typed).strip().lower()
    if text in _NO_LIMIT:
        return None
    found = _CAP.fullmatch(text)
    if found is None or int(found["n"]) > MOST_SEATS:
        raise ValueError(f"not a number of seats: {typed[:40]!r}")
    return int(found["n"])


def read_lines(typed: str) -> tuple[str, ...]:
    """Read one thing per line; empty lines are none."""
    return tuple(line for line in (" ".join(tame(line).split()) for line in typed.splitlines()) if line)


def read_names(typed: str) -> tuple[str, ...]:
    """Read names, one beside the other or one per line, each once."""
    found = (" ".join(tame(name).split()) for name in re.split(r"[,，、;；\n]", typed))
    return tuple(dict.fromkeys(name for name in found if name))
