"""The quick look leaves out no pattern that would have matched, whatever the text."""

from __future__ import annotations

import gzip
import json
import re
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from community.questions.needles import Sieve, needles_of
from community.questions.signs import ENGLISH, JAPANESE

DATA = Path(__file__).parents[2] / "../shared/data"
SIEVES = {"en": (ENGLISH, Sieve(ENGLISH)), "ja": (JAPANESE, Sieve(JAPANESE))}
PARTS = sorted(
    {needle for table in (ENGLISH, JAPANESE) for pattern in table.values() for needle in needles_of(pattern) or ()}
)


def plainly(table: dict[str, re.Pattern[str]], text: str) -> list[tuple[str, int]]:
    return [(name, match.start()) for name, pattern in table.items() for match in pattern.finditer(text)]


@pytest.mark.parametrize(("pattern", "needles"), [
    (r"\bhow (?:do|to)\b", {"how "}),
    (r"(?:can|could) you|thank(?:s| you)", {" you", "thank"}),
    (r"a\w+(?:error|Fail)s?", {"error", "fail"}),
    (r"(?:any)?thing(?=ly)", {"thing"}),
    (r"[?？]$", {"?", "？"}),
    (r"(?:yes|no)*", None),
    (r"\d+|word", None),
    (r"(?<!not )\bsure|unsure", {"sure"}),
])  # fmt: skip
def test_what_every_match_contains(pattern: str, needles: set[str] | None) -> None:
    assert needles_of(re.compile(pattern, re.IGNORECASE)) == needles


@pytest.mark.parametrize("language", ["en", "ja"])
@given(
    parts=st.lists(
        st.sampled_from([*PARTS, "\n", " ", "?", "KELVIN", "\u212a", "\u017f", "\u0130", "\u0131"])
        | st.text(max_size=4)
    )
)
@example(parts=["how do \u0131"])
@example(parts=["\u0130\u0130\u0130 how to"])
@example(parts=["\u017fome", "one know\u017f"])
@example(parts=["HOW DO I FIX AN ERROR?"])
@example(parts=["すればOK", "ｗｗＷ"])
def test_the_same_signs_in_the_same_places(language: str, parts: list[str]) -> None:
    table, sieve = SIEVES[language]
    for text in ("".join(parts), " ".join(parts), "".join(parts).upper()):
        assert list(sieve.matches(text)) == plainly(table, text)


def test_no_other_letter_is_like_an_ascii_one_in_another_case() -> None:
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    alike = {char for char in re.findall("[a-z]", every, re.IGNORECASE) if not "a" <= char.lower() <= "z"}
    longer = {char for char in every if len(char.lower()) > 1}
    assert alike | longer == set("\u0130\u0131\u017f")


@pytest.mark.parametrize("name", ["elm", "haskell-jp"])
def test_real_messages_show_the_same_signs(name: str) -> None:
    path = DATA / f"{name}.jsonl.gz"
    if not path.exists():
        pytest.skip("shared/data is not here")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        texts = [json.loads(line)["text"][:400] for line, _ in zip(file, range(1_500), strict=False)]
    for table, sieve in SIEVES.values():
        for text in texts:
            assert list(sieve.matches(text)) == plainly(table, text)
