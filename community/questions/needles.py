"""What a text must contain for a pattern to match anywhere in it, so that most patterns need not be tried.

Looking for a few short texts costs a tenth of what a search by a pattern costs that ignores case, and most patterns
match in few texts. The answer is never "no" where the pattern matches: only what every match contains counts.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Needles = frozenset[str]

# Ignoring case, "i" and "s" match these, too (docs of re.IGNORECASE), and lower() keeps them or makes two of one
_ODD = re.compile("[\u0130\u0131\u017f]")
_ESCAPED = re.compile(r"\\.")
_parser: Any = importlib.import_module("re._parser")  # the only way to read a pattern that is not a copy of it


def needles_of(pattern: re.Pattern[str]) -> Needles | None:
    """Return texts in lower case of which at least one is in whatever the pattern matches; None where that is none."""
    found = _of_sequence(_parser.parse(pattern.pattern, pattern.flags))
    if found is None:
        return None
    return frozenset(one for one in found if not any(other != one and other in one for other in found))


def _of_sequence(parts: Iterable[tuple[Any, Any]]) -> Needles | None:
    """Return the needles of the part of a sequence that says most: the longest, and of these the fewest."""
    best: Needles | None = None
    run = ""
    for kind, value in [*parts, (None, None)]:
        if str(kind) == "LITERAL":
            run += chr(value).lower()
            continue
        for found in (frozenset({run}) if run else None, _of_part(str(kind), value)):
            if found is not None and (best is None or _worth(found) > _worth(best)):
                best = found
        run = ""
    return best


def _of_part(kind: str, value: Any) -> Needles | None:  # noqa: ANN401 - the parser tells no types
    match kind:
        case "SUBPATTERN":
            return _of_sequence(value[3])
        case "BRANCH":
            branches = [_of_sequence(branch) for branch in value[1]]
            told = [branch for branch in branches if branch is not None]
            return frozenset().union(*told) if len(told) == len(branches) else None
        case "MAX_REPEAT" | "MIN_REPEAT":
            return _of_sequence(value[2]) if value[0] else None
        case "IN":
            only = all(str(member) == "LITERAL" for member, _ in value)
            return frozenset(chr(char).lower() for _, char in value) if only else None
        case _:
            return None


def _worth(needles: Needles) -> tuple[int, int]:
    return min(map(len, needles)), -len(needles)


def _folded(pattern: re.Pattern[str]) -> re.Pattern[str]:
    """Return a pattern that finds in a text in lower case what the given one finds in the text as it was written."""
    source = _ESCAPED.sub("", pattern.pattern)
    if source != source.lower():
        return pattern
    return re.compile(pattern.pattern, pattern.flags & ~re.IGNORECASE)


class Sieve:
    """Some patterns that ignore case, and what a text must contain for each."""

    def __init__(self, patterns: Mapping[str, re.Pattern[str]]) -> None:
        self._all = tuple(patterns.items())
        self._folded = [
            (name, _folded(pattern), tuple(needles_of(pattern) or ("",))) for name, pattern in patterns.items()
        ]

    def matches(self, text: str) -> Iterator[tuple[str, int]]:
        """Return which patterns match, and where each match begins."""
        if _ODD.search(text):
            yield from ((name, match.start()) for name, pattern in self._all for match in pattern.finditer(text))
            return
        lower = text.lower()
        for name, pattern, needles in self._folded:
            for needle in needles:
                if needle in lower:
                    for match in pattern.finditer(lower):
                        yield name, match.start()
                    break
