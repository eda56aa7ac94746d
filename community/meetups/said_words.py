"""A word that is said aloud at a meetup: whoever writes it in the meetup's thread was there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

WORD = 40  # characters; it has to be said and remembered
SHORTEST = 2
_ALONE = 4  # characters from which a word counts inside a sentence, too; a shorter one must stand alone
_NUMBERS = 90  # two digits, so that nobody guesses it from the season

JAPANESE = (
    "さくら", "もみじ", "たんぽぽ", "ひまわり", "すずらん", "つばめ", "かわせみ", "しらさぎ",
    "きつね", "うさぎ", "くじら", "ほたる", "ゆうやけ", "あさつゆ", "こもれび", "まつかぜ",
)  # fmt: skip
ENGLISH = (
    "maple", "willow", "clover", "lantern", "harbour", "meadow", "pebble", "ribbon",
    "falcon", "otter", "cricket", "walnut", "saffron", "thunder", "compass", "velvet",
)  # fmt: skip
LOTS = len(JAPANESE) * _NUMBERS


def made_word(language: str, lot: int) -> str:
    """Make a word; ``lot`` is drawn by chance from ``LOTS``."""
    words: Sequence[str] = JAPANESE if language == "ja" else ENGLISH
    return f"{words[lot // _NUMBERS % len(words)]}{lot % _NUMBERS + 10}"


def tidy_word(typed: str) -> str | None:
    """Return a word as an organiser chose it; none where it could not be said or is too long."""
    word = " ".join(typed.split())
    return word if len(_bare(word)) >= SHORTEST and len(word) <= WORD else None


def says(text: str, word: str) -> bool:
    """Tell whether a message says the word: in either width, case or kana, alone or within a sentence."""
    wanted = _bare(word)
    if not wanted:
        return False
    if _bare(text) == wanted:
        return True
    if len(wanted) < _ALONE:
        return False
    parts = [re.escape(part) for part in re.findall(r"\d+|[^\W\d]+", _folded(word))]
    # Latin words and digits end where others begin; Japanese is written without gaps
    found = re.search(r"(?<![a-z0-9])" + r"\W*".join(parts) + r"(?![a-z0-9])", _folded(text))
    return found is not None


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold()
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in text)  # katakana to hiragana


def _bare(text: str) -> str:
    return "".join(re.findall(r"\w+", _folded(text)))
