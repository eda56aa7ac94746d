import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message

from locales.extract import ROOMS, ROOT, find_messages, load, strings

FOUND = find_messages()
MARKUP = re.compile(r"\*\*|`")
# Endings of plain-form sentences; 体言止め (ending on a noun) is fine on buttons and titles
PLAIN_FORM = re.compile(
    r"(だ|である|だった|する|(?<![まで])した|しろ|せよ|される|された|できる|できた|なる|なった|ある|あった|いる|いた|ない|なかった"
    r"|しよう|だろう|のだ|べき|くれ|行く|来る|見る|書く|読む|思う|言う|使う|選ぶ|送る|待つ)[。！？]"
)


def ids(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def real(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def test_the_code_speaks() -> None:
    assert len(real(FOUND)) > 50


def literal_calls(path: Path, names: set[str]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names):
            continue
        if any(isinstance(word, ast.Constant) and isinstance(word.value, str) for word in node.args):
            yield f"{path.name}:{node.lineno}"


def other_translators(path: Path) -> set[str]:
    """Return what translators are called in a file, where they are not called ``t``."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)):
            continue
        if getattr(node.value.func, "id", "").endswith("translator"):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return names - {"t"}


def test_what_a_translator_of_another_name_says_is_marked_elsewhere() -> None:
    """Only words given to ``t`` or marked by ``msg`` are found for the catalogues; others would stay English."""
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    assert [call for path in files for call in literal_calls(path, other_translators(path))] == []


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_message_in_the_code_stands_translated(language: str) -> None:
    catalogue = load(language)
    missing = []
    for message in real(FOUND):
        known = catalogue.get(message.id)
        if known is None or known.fuzzy or not all(strings(known)):
            missing.append(message.id)
    assert not missing, f"run `make locales`, then translate: {missing}"


@pytest.mark.parametrize("language", ["en", "ja"])
def test_no_catalogue_holds_a_message_that_nobody_says(language: str) -> None:
    unused = [message.id for message in real(load(language)) if FOUND.get(message.id) is None]
    assert not unused


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_translation_holds_the_same_values(language: str) -> None:
    for message in real(load(language)):
        wanted = set().union(*map(placeholders, ids(message)))
        for string in strings(message):
            assert placeholders(string) == wanted, message.id


@pytest.mark.parametrize("language", ["en", "ja"])
def test_markup_comes_in_pairs(language: str) -> None:
    for message in real(load(language)):
        for string in strings(message):
            assert all(string.count(mark) % 2 == 0 for mark in MARKUP.findall(string)), string


def test_japanese_is_polite() -> None:
    said = [s for message in real(load("ja")) for s in strings(message)]
    # A button may say 投稿する; whatever has a comma or a full stop in it is a sentence
    blunt = [s for s in said if PLAIN_FORM.search(s + "。" * any(mark in s for mark in "、。"))]
    assert not blunt


def test_japanese_is_japanese() -> None:
    """A message with words in it has at least one kana or kanji, unless it is all values and names."""
    foreign = [
        s
        for message in real(load("ja"))
        for s in strings(message)
        if not re.search(r"[ぁ-んァ-ヶ一-龠]", s) and re.search(r"[a-z]{4,}", re.sub(r"\{\w+\}|`[^`]*`", "", s))
    ]
    assert not foreign


def japanese() -> list[tuple[str, str]]:
    """Return every Japanese text, with the message that it says."""
    return [(ids(message)[0], said) for message in real(load("ja")) for said in strings(message)]


KANA = "ぁ-んァ-ヶー一-龥々"
CALLED = re.compile(r"\{\w+\}\s+さん")
HALF_BRACKETS = re.compile(rf"[{KANA}]\(|\([^()]*[{KANA}][^()]*\)")
SPACED = re.compile(rf"[{KANA}、。「」（）！？][ \u3000]+[{KANA}「」（）]")
HALF_MARKS = re.compile(rf"[{KANA}][,;?!]|[{KANA}]\.(\s|$)|[{KANA}]:(?![a-z_+]+:)")


@pytest.mark.parametrize(
    ("slip", "why"),
    [
        (CALLED, "さん follows a name without a space"), (HALF_BRACKETS, "Japanese has （）"),
        (SPACED, "Japanese words have no spaces between them"), (HALF_MARKS, "Japanese has 、。！？："),
    ],
    ids=["san", "brackets", "spaces", "marks"],
)  # fmt: skip
def test_japanese_is_set_as_japanese(slip: re.Pattern[str], why: str) -> None:
    assert [said for _, said in japanese() if slip.search(said)] == [], why


def test_japanese_calls_out_once_at_most_in_a_sentence_group() -> None:
    assert [said for _, said in japanese() if said.count("！") > 2 or "！！" in said] == []


def test_the_communitys_cap_has_one_name() -> None:
    """定員 is what a meetup has; the community has メンバー数の上限."""
    where = {said: {file for file, _ in message.locations} for message in real(FOUND) for said in [ids(message)[0]]}
    meetups = ("handlers/meetups/", "community/seat", "community/series", "community/meetup", "handlers/digest/")
    slips = [
        said
        for english, said in japanese()
        if "定員" in said and not all(file.startswith(meetups) for file in where.get(english, set()))
    ]
    assert [said for said in slips if said != "定員、席、枠、人数、満員"] == []  # what a search finds the setting by
