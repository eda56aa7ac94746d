"""What a message shows of being a question: its signs, and the sentence that asks."""

from __future__ import annotations

import math
from bisect import bisect_right
from functools import cache
from itertools import accumulate

import msgspec

from community.questions.needles import Sieve
from community.questions.signs import ASKS, ENGLISH, JAPANESE, STUCK, UNDOES
from community.questions.text import Shape, sentences

_FIRST, _LAST = 12, 6  # sentences looked at: a question stands at the beginning or at the end of a long message
_HEAD, _TAIL = 260, 140  # characters of a sentence looked at
_ASKING = {  # signs that a sentence asks, the clearest first
    "en": (("asks_mark",), ("anyone_knows", "how_to"), ("wh_start", "aux_start"),
           ("any_ideas", "wondering", "need_help"),
           ("is_there", "embedded", "looking_for", "trying_to"), ("cannot", "broken")),
    "ja": (("polite_ka", "teach", "kke", "polite_mark"), ("asks_mark", "deshou", "polite_inside", "who"),
           ("want_know", "exists"),
           ("how", "trouble"), ("dont_know", "fails"), ("plain_ka",)),
}  # fmt: skip
_PATTERNS = {"en": ENGLISH, "ja": JAPANESE}


@cache
def _sieve(language: str) -> Sieve:
    return Sieve(_PATTERNS[language])


class Found(msgspec.Struct, frozen=True):
    """What was seen in a message."""

    signs: dict[str, float]  # empty where there is no prose at all
    words: str | None


def features(taken: Shape, *, opens: bool, names_somebody: bool) -> Found:
    """Read the signs of a message."""
    holed = taken.sentences
    seen = [_bounded(sentence) for sentence in _window(holed)]
    if not any(char.isalpha() for sentence in seen for char in sentence):
        return Found({}, None)
    by_sentence = _signs_of(seen, _sieve(taken.language))
    signs: dict[str, float] = dict.fromkeys(frozenset().union(*by_sentence), 1.0)
    marks = [names for names in by_sentence if "asks_mark" in names]
    for name in frozenset().union(*marks) if marks else ():
        signs[f"?{name}"] = 1.0  # in a sentence that ends in a question mark
    asking = [_asks(names, taken.language) for names in by_sentence]
    stuck = [bool(names & STUCK[taken.language]) and "solved" not in names for names in by_sentence]
    for name in by_sentence[0]:
        signs[f"^{name}"] = 1.0
    for name in by_sentence[-1]:
        signs[f"${name}"] = 1.0
    length = len(taken.bare)
    signs |= {
        "asking": float(any(asking)),
        "asking_twice": float(sum(asking) > 1),
        "asking_last": float(asking[-1]),
        "stuck": float(any(stuck)),
        "stuck_last": float(stuck[-1]),
        "stuck_code": float(any(stuck) and taken.blocks > 0),
        "opens": float(opens),
        "names": float(names_somebody or taken.mentions > 0),
        "everybody": float(taken.everybody),
        "length": math.log1p(length) / 5,
        "short": float(length < (12 if taken.language == "ja" else 25)),
        "marks": min(len(marks), 4) / 4,
        "one_sentence": float(len(seen) == 1),
        "blocks": float(taken.blocks > 0),
        "inline": float(taken.inline > 0),
        "links": float(taken.links > 0 and not any(asking)),  # something is shown rather than asked
        "quotes": float(taken.quotes > 0),
        "emoji": float(taken.emoji > 0),
    }
    at = _asking(taken.language, by_sentence)
    own = sentences(taken.prose)
    words = None if at is None else _bounded(_window(own)[at]) if len(own) == len(holed) else seen[at]
    return Found({name: value for name, value in signs.items() if value}, words)


def _signs_of(seen: list[str], sieve: Sieve) -> list[set[str]]:
    """Return the signs of each sentence. Each pattern reads the text once, a line a sentence."""
    text = "\n".join(seen)
    starts = list(accumulate((len(sentence) + 1 for sentence in seen[:-1]), initial=0))
    found: list[set[str]] = [set() for _ in seen]
    for name, at in sieve.matches(text):
        found[bisect_right(starts, at) - 1].add(name)
    return found


def _asks(names: set[str], language: str) -> bool:
    # What is asked of everybody is no favour asked of one person
    undone = names & UNDOES[language] - ({"favour", "suggest"} if names & {"teach", "who"} else set())
    return bool(names & ASKS[language]) and not undone


def _window(all_of_them: tuple[str, ...]) -> tuple[str, ...]:
    return all_of_them if len(all_of_them) <= _FIRST + _LAST else all_of_them[:_FIRST] + all_of_them[-_LAST:]


def _bounded(sentence: str) -> str:
    return sentence if len(sentence) <= _HEAD + _TAIL else f"{sentence[:_HEAD]} {sentence[-_TAIL:]}"


def _asking(language: str, by_sentence: list[set[str]]) -> int | None:
    for rank in _ASKING[language]:
        for at, names in enumerate(by_sentence):
            if names.intersection(rank):
                return at
    return None
