"""Time zones as people name them: an IANA name, a city in English or Japanese, an abbreviation, or an offset."""

from __future__ import annotations

import functools
import re
import unicodedata
from zoneinfo import ZoneInfo, available_timezones

# What people in and around Japan write; every other city is found in the IANA names themselves
NAMES = {
    "jst": "Asia/Tokyo", "japan": "Asia/Tokyo", "日本": "Asia/Tokyo", "日本時間": "Asia/Tokyo", "東京": "Asia/Tokyo",
    "大阪": "Asia/Tokyo", "京都": "Asia/Tokyo", "名古屋": "Asia/Tokyo", "札幌": "Asia/Tokyo", "福岡": "Asia/Tokyo",
    "仙台": "Asia/Tokyo", "横浜": "Asia/Tokyo", "沖縄": "Asia/Tokyo", "osaka": "Asia/Tokyo", "kyoto": "Asia/Tokyo",
    "nagoya": "Asia/Tokyo", "sapporo": "Asia/Tokyo", "fukuoka": "Asia/Tokyo", "okinawa": "Asia/Tokyo",
    "kst": "Asia/Seoul", "韓国": "Asia/Seoul", "ソウル": "Asia/Seoul", "korea": "Asia/Seoul",
    "中国": "Asia/Shanghai", "上海": "Asia/Shanghai", "北京": "Asia/Shanghai", "beijing": "Asia/Shanghai",
    "china": "Asia/Shanghai", "深圳": "Asia/Shanghai", "shenzhen": "Asia/Shanghai",
    "台湾": "Asia/Taipei", "台北": "Asia/Taipei", "taiwan": "Asia/Taipei", "香港": "Asia/Hong_Kong",
    "シンガポール": "Asia/Singapore", "バンコク": "Asia/Bangkok", "タイ": "Asia/Bangkok", "thailand": "Asia/Bangkok",
    "ハノイ": "Asia/Ho_Chi_Minh", "hanoi": "Asia/Ho_Chi_Minh", "ホーチミン": "Asia/Ho_Chi_Minh",
    "ベトナム": "Asia/Ho_Chi_Minh", "vietnam": "Asia/Ho_Chi_Minh", "ジャカルタ": "Asia/Jakarta",
    "マニラ": "Asia/Manila", "フィリピン": "Asia/Manila", "クアラルンプール": "Asia/Kuala_Lumpur",
    "インド": "Asia/Kolkata", "india": "Asia/Kolkata", "ist": "Asia/Kolkata", "デリー": "Asia/Kolkata",
    "delhi": "Asia/Kolkata", "mumbai": "Asia/Kolkata", "bangalore": "Asia/Kolkata", "ドバイ": "Asia/Dubai",
    "シドニー": "Australia/Sydney", "メルボルン": "Australia/Melbourne", "オークランド": "Pacific/Auckland",
    "ハワイ": "Pacific/Honolulu", "ホノルル": "Pacific/Honolulu", "hawaii": "Pacific/Honolulu",
    "ロンドン": "Europe/London", "イギリス": "Europe/London", "uk": "Europe/London", "パリ": "Europe/Paris",
    "フランス": "Europe/Paris", "ベルリン": "Europe/Berlin", "ドイツ": "Europe/Berlin", "germany": "Europe/Berlin",
    "munich": "Europe/Berlin", "ミュンヘン": "Europe/Berlin", "cet": "Europe/Berlin",
    "アムステルダム": "Europe/Amsterdam", "マドリード": "Europe/Madrid", "ローマ": "Europe/Rome",
    "チューリッヒ": "Europe/Zurich", "ウィーン": "Europe/Vienna", "ストックホルム": "Europe/Stockholm",
    "ヘルシンキ": "Europe/Helsinki",
    "ニューヨーク": "America/New_York", "ボストン": "America/New_York", "boston": "America/New_York",
    "est": "America/New_York", "et": "America/New_York", "シカゴ": "America/Chicago", "ct": "America/Chicago",
    "デンバー": "America/Denver", "ロサンゼルス": "America/Los_Angeles", "la": "America/Los_Angeles",
    "サンフランシスコ": "America/Los_Angeles", "san francisco": "America/Los_Angeles",
    "シアトル": "America/Los_Angeles", "seattle": "America/Los_Angeles", "シリコンバレー": "America/Los_Angeles",
    "pt": "America/Los_Angeles", "pst": "America/Los_Angeles", "バンクーバー": "America/Vancouver",
    "トロント": "America/Toronto", "サンパウロ": "America/Sao_Paulo", "メキシコシティ": "America/Mexico_City",
    "utc": "Etc/UTC", "gmt": "Etc/UTC",
}  # fmt: skip

# Offsets that no whole-hour zone has, each by the zone that most people who write it mean
_BROKEN = {
    "-3:30": "America/St_Johns", "+3:30": "Asia/Tehran", "+4:30": "Asia/Kabul", "+5:30": "Asia/Kolkata",
    "+5:45": "Asia/Kathmandu", "+6:30": "Asia/Yangon", "+9:30": "Australia/Darwin", "+10:30": "Australia/Lord_Howe",
}  # fmt: skip
_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+-])\s*(\d{1,2})(?::?([0-5]\d))?")
_EAST, _WEST = 14, 12  # the farthest offsets in use


def parse_zone(typed: str) -> str | None:
    """Return the IANA name of a zone that somebody named, or none where it cannot be told."""
    text = " ".join(unicodedata.normalize("NFKC", typed).replace("−", "-").lower().split())
    if match := _OFFSET.fullmatch(text):
        return _by_offset(match[1], int(match[2]), match[3] or "00")
    return NAMES.get(text) or _by_name().get(text.replace(" ", "_"))


def zone_or(name: str | None, fallback: str) -> ZoneInfo:
    """Return a zone by its IANA name, or the fallback where a platform told one that this machine does not know."""
    known = _by_name().get((name or "").lower())
    return ZoneInfo(known or fallback)


def _by_offset(sign: str, hours: int, minutes: str) -> str | None:
    if minutes != "00":
        return _BROKEN.get(f"{sign}{hours}:{minutes}")
    if hours == 0:
        return "Etc/UTC"
    if hours > (_EAST if sign == "+" else _WEST):
        return None
    if (sign, hours) == ("+", 9):
        return "Asia/Tokyo"  # the same all year, and it reads better than Etc/GMT-9
    return f"Etc/GMT{'-' if sign == '+' else '+'}{hours}"  # POSIX: the sign is the other way round


@functools.cache
def _by_name() -> dict[str, str]:
    names = sorted(
        n for n in available_timezones() if "/" in n and not n.startswith(("posix", "right", "Etc", "SystemV"))
    )
    cities = {name.rsplit("/", 1)[1].lower(): name for name in names}
    return cities | {
        name.lower(): name for name in [*names, "Etc/UTC", *(f"Etc/GMT{n:+d}" for n in range(-14, 13) if n)]
    }
