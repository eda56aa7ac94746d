"""Cuts text into the terms that earlier answers are found by: words and identifiers, pairs of Japanese characters.

Japanese is cut into overlapping pairs, leaving out pairs of hiragana, which are mostly grammar (the usual bigrams of
Lucene's ``CJKBigramFilter``, https://lucene.apache.org/core/ , less those). So two-character words are found, which
trigrams cannot do, and no dictionary is needed. A kanji is a term by itself too, for words of one character.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

LONGEST = 20_000  # characters of one text that are read: what matters of a longer one stands at its start
SHORTEST_STEMMED, SHORTEST_STEM = 4, 3
LONGEST_WORD = 40  # longer ones are keys, hashes and encoded files

_HIRAGANA = "\u3041-\u309f"
_KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff"
_KANJI = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HANGUL = "\uac00-\ud7a3"
_PAIRED = f"{_HIRAGANA}{_KATAKANA}{_KANJI}{_HANGUL}"
_RUN = re.compile(rf"(?P<pairs>[{_PAIRED}]+)|[^\W{_PAIRED}]+")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\dA-Za-z_]+")  # of camelCase, HTTPServer, snake_case, u32
_GRAMMAR = re.compile(f"[{_HIRAGANA}]{{2}}")
_ONE_KANJI = re.compile(f"[{_KANJI}]")
_LINK = re.compile(r"https?://[^\s/>|)?#]*([^\s>|)?#]*)[^\s>|)]*")  # its path says something, the rest does not
_MENTION = re.compile(r"<[@#!][^>\s]*>")  # of people and channels
_VOWEL = re.compile("[aeiouy]")

# Words that tell no subject from another (function words of English and what questions in a chat are made of)
STOP = frozenset(
    """a about after all also am an and any are as at be because been before being but by can could did do does doing
    don for from get got had has have having he her here hey hi hello him his how i if in into is it its just ll like
    me more most my no not now of off on one only or other our out over own please re s she should so some such t
    than thank thanks that the their them then there these they this those through to too up us use using ve very was
    we were what when where which while who why will with would yes you your anyone someone know want need there
    """.split()  # noqa: SIM905 - a list of words reads best as words
)


def terms(text: str) -> list[str]:
    """Return the terms of a text in their order; an identifier is followed by its parts."""
    return list(_terms(_LINK.sub(r" \1 ", _MENTION.sub(" ", fold(text[:LONGEST])))))


def fold(text: str) -> str:
    """Make full-width and half-width forms, ligatures and the like one (Unicode NFKC, https://unicode.org/reports/tr15/)."""
    return unicodedata.normalize("NFKC", text)


def number(term: str) -> int:
    """Return the number that stands for a term in the store: its CRC-32 as a signed integer of 32 bits."""
    found = crc32(term.encode("utf-8", "surrogatepass"))
    return found - (1 << 32) if found >= 1 << 31 else found


def _terms(text: str) -> Iterator[str]:
    for run in _RUN.finditer(text):
        if run["pairs"]:
            yield from _pairs(run[0])
        elif len(run[0]) <= LONGEST_WORD:
            yield from _words(run[0])


def _pairs(run: str) -> Iterator[str]:
    if len(run) == 1:
        if not _GRAMMAR.match(run * 2):
            yield run
        return
    for first, second in pairwise(run):
        if _ONE_KANJI.match(first):
            yield first
        if not _GRAMMAR.match(first + second):
            yield first + second
    if _ONE_KANJI.match(run[-1]):
        yield run[-1]


@lru_cache(maxsize=1 << 14)  # most words of a text are common ones
def _words(run: str) -> tuple[str, ...]:
    run = run.strip("_")
    if not run:
        return ()
    whole = run.lower()
    parts = [part.lower() for part in _PART.findall(run)]
    found = []
    if whole not in STOP and len(whole) > 1:
        found.append(stem(whole) if whole.isalpha() else whole)
    if len(parts) > 1:
        found += [stem(part) for part in parts if len(part) > 1 and part not in STOP]
    return tuple(found)


def stem(word: str) -> str:
    """Return what the inflected forms of an English word share: compile, compiles, compiled, compiling.

    Step 1 and the final e of Porter, "An algorithm for suffix stripping", Program 14 (1980). The later steps, which
    strip what makes one word out of another, gained nothing on real chat.
    """
    if len(word) < SHORTEST_STEMMED:
        return word
    word = _without_plural(word)
    for suffix in ("ing", "ed"):
        rest = word.removesuffix(suffix)
        if rest != word:
            if len(rest) >= SHORTEST_STEM and _VOWEL.search(rest):
                doubled = rest[-1] == rest[-2] and rest[-1] not in "lsz"
                word = rest[:-1] if doubled else rest
            break
    if len(word) > SHORTEST_STEM and word.endswith("e"):
        word = word[:-1]
    if len(word) > SHORTEST_STEM and word.endswith("y") and word[-2] not in "aeiou":
        word = word[:-1] + "i"
    return word


def _without_plural(word: str) -> str:
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > SHORTEST_STEMMED else word[:-1]
    return word if not word.endswith("s") or word.endswith(("ss", "us", "is")) else word[:-1]
