"""Kind words: finds a word of a list in a message, so that its writer can be told in private how it may be read.

Precision comes first: a hint that is wrong is itself unkind. Code, quotations, links and what stands in quotation marks
is nobody's own word, and is not looked at. Text is compared in Unicode's form NFKC with case folded (Unicode Standard
Annex #15 and section 3.13 of the standard). English is compared by whole words. Japanese has no spaces, so a word is
only found where it does not continue in its own script: バカ is not found in バカンス, 馬鹿 not in 親馬鹿. Hiragana may
end anywhere, because verbs and adjectives do, and begins after another script or a particle.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import msgspec

from community.conduct.kind_words_english import ENGLISH
from community.conduct.kind_words_entry import Entry
from community.conduct.kind_words_japanese import JAPANESE
from community.questions.text import shape

WORD = 60  # characters
INSTEAD = 120
OWN_MOST = 500  # words of a community's own in one language
NAMED = 3  # words of one message that a hint speaks of
LONGEST = 4_000  # characters that are looked at; a longer text is a document
BUILT_IN: Mapping[str, tuple[Entry, ...]] = {"ja": JAPANESE, "en": ENGLISH}

_KATAKANA = "\u30a1-\u30fa\u30fc"
_KANJI = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HIRAGANA = "\u3041-\u3096"
_LATIN = "0-9a-z_\u00df-\u024f"
_BEGINS_AFTER = "はがもをにでとのやへかなよねだろう"  # a particle or an ending: a new word may begin
_QUOTED = re.compile(r"「[^「」]*」|『[^『』]*』|\"[^\"\n]{1,200}\"|“[^“”]{1,200}”|(?<!\w)'[^'\n]{1,80}'(?!\w)")
_STRUCK = re.compile(r"~~[^~\n]+~~|(?<!~)~[^~\n ][^~\n]*~(?!~)")  # taken back by its writer
_SPACE = re.compile(r"\s+")
_SURE = 5  # characters of a phrase in hiragana that is hardly ever part of another
_HOLE = "□"


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What moderators changed about one word of a list."""

    word: str
    listed: bool  # false: a word of the built-in list that is not to be hinted at
    instead: str = ""


class Found(msgspec.Struct, frozen=True):
    """What was found, as the lists have it, the gravest first, and what could be said instead of that."""

    words: tuple[str, ...]
    instead: str
    language: str  # of the gravest


def folded(text: str) -> str:
    """Return a text in the form in which words are compared."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("\u2019", "'").replace("\u30a0", "-")
    return _SPACE.sub(" ", plain).strip()


def entries_of(language: str, changes: Iterable[Change]) -> tuple[Entry, ...]:
    """Return the list that holds in a language: the built-in words but for those taken out, and the added ones."""
    changed = {folded(change.word): change for change in changes}
    kept: list[Entry] = []
    for entry in BUILT_IN.get(language, ()):
        change = changed.pop(folded(entry.word), None)
        if change is None:
            kept.append(entry)
        elif change.listed:
            kept.append(msgspec.structs.replace(entry, instead=change.instead or entry.instead))
    added = [Entry(change.word, change.instead) for change in changed.values() if change.listed]
    return (*added, *kept)


def is_built_in(language: str, word: str) -> bool:
    """Say whether a word is one of the built-in list."""
    return any(folded(entry.word) == folded(word) for entry in BUILT_IN.get(language, ()))


def find(text: str, lists: Mapping[str, Sequence[Entry]]) -> Found | None:
    """Return what a message says of the lists in its writer's own words; a list begins with its gravest words."""
    raw = folded(text[:LONGEST])
    if not any(matcher.may_hold(raw) for entries in lists.values() if (matcher := _matcher(tuple(entries)))):
        return None  # nearly always, and quickly
    own = _own_words(text)
    hits: list[tuple[int, int, str]] = []
    for language, entries in lists.items():
        matcher = _matcher(tuple(entries))
        hits += [(rank, at, language) for rank, at in matcher.search(own)] if matcher else []
    if not hits:
        return None
    found = [lists[language][rank] for rank, _, language in sorted(hits)]
    words = tuple(dict.fromkeys(entry.word for entry in found))[:NAMED]
    return Found(words, found[0].instead, min(hits)[2])


def _own_words(text: str) -> str:
    bare = folded(shape(text[:LONGEST]).bare)
    return _STRUCK.sub(_HOLE, _QUOTED.sub(_HOLE, bare))


class _Matcher:
    """A list, made ready to be looked for in one pass; of what begins at one place, the longest says what it is."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._ranks = {folded(entry.word): rank for rank, entry in enumerate(entries)}
        innocent = {folded(but) for entry in entries for but in entry.but}
        everything = sorted({*self._ranks, *innocent}, key=lambda word: (-len(word), word))
        self._pattern = re.compile("|".join(map(_bounded, everything)))

    def may_hold(self, raw: str) -> bool:
        """Say whether one of the words stands in a text at all, be it inside of another word."""
        return any(word in raw for word in self._ranks)

    def search(self, own: str) -> list[tuple[int, int]]:
        """Return the words that are not part of an innocent phrase: the place of each in the list and in the text."""
        found = ((self._ranks.get(hit[0]), hit.start()) for hit in self._pattern.finditer(own))
        return [(rank, at) for rank, at in found if rank is not None]


@lru_cache(maxsize=32)
def _matcher(entries: tuple[Entry, ...]) -> _Matcher | None:
    return _Matcher(entries) if entries else None


def _bounded(word: str) -> str:
    """Return the pattern of a word with what may not stand beside it."""
    return f"{_before(word)}{re.escape(word)}{_after(word[-1])}"


def _before(word: str) -> str:
    char = word[0]
    if re.match(f"[{_HIRAGANA}]", char):
        if len(word) >= _SURE:
            return ""
        return f"(?:(?<![{_HIRAGANA}ー])|(?<=[{_BEGINS_AFTER}]))"
    script = _script(char)
    return f"(?<![{script}])" if script else ""


def _after(char: str) -> str:
    script = _script(char)
    return f"(?![{script}])" if script else ""


def _script(char: str) -> str:
    for script in (_KATAKANA, _KANJI, _LATIN):
        if re.match(f"[{script}]", char):
            return script
    return ""
