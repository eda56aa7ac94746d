"""Kind words: found where they are said to somebody, and nowhere else."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.conduct.kind_words import (
    BUILT_IN,
    INSTEAD,
    WORD,
    Change,
    entries_of,
    find,
    folded,
    is_built_in,
)

DATA = Path(__file__).parents[2] / ".." / "shared" / "data"

HURT = [
    ("お前バカじゃないの？", "バカ"),
    ("ﾊﾞｶだろ", "バカ"),
    ("この質問した人、馬鹿なの？", "馬鹿なの"),
    ("もう死ね！", "死ね"),
    ("ggrks", "ggrks"),
    ("ＧＧＲＫＳ", "ggrks"),
    ("ググれカスと言いたい", "ググれカス"),
    ("そんなことも知らないの？", "そんなことも知らない"),
    ("老害は黙れ", "老害"),
    ("運営、無能すぎる", "無能"),
    ("うるさい、黙れよ。", "黙れ"),
    ("さすが情弱ですね", "情弱"),
    ("初心者は黙ってて", "初心者は黙"),
    ("STFU already", "stfu"),
    ("You're an idiot.", "idiot"),
    ("you  IDIOT", "idiot"),
    ("RTFM, please", "rtfm"),
    ("Just shut up.", "shut up"),
    ("Are you stupid?", "are you stupid"),
    ("You’re stupid", "you're stupid"),
    ("それってstfuって感じ", "stfu"),
]
INNOCENT = [
    "夏はバカンスに行きます",
    "アルバカーキから参加しています",
    "バカ売れしたらしいです",
    "処理時間もバカにならない",
    "われながら馬鹿な勘違いでした",
    "親馬鹿ですが、娘が書きました",
    "このプロセスが死ねばロックは外れます",
    "死ねる締め切りだ",
    "ボタンが消えろと念じています「消えろ」",
    "「バカ」という語は避けましょう",
    "> お前はバカだ\nそれは言いすぎです",
    "`idiot` という変数名を直しました",
    "```\nprint('stfu')\n```",
    "https://example.com/idiot を見ました",
    "デブサミで会いましょう",
    "ブースに寄ってください。ブスッと刺さる話でした",
    "無能化ではなく無効化です",
    "雑魚寝の合宿でした",
    "黙ればいいのに、とは思いません",
    "I feel like an idiot, sorry for the noise",
    "I'm an idiot, it was a typo",
    "this is an idiomatic solution",
    "I should have RTFM'd better",
    "make it idiot-proof",
    "he said “you idiot” and left",
    "I want to learn to code",
    "~you idiot~ sorry",
    "sorry for the stupid question",
    "the mormons and the maroons",
    "",
    "　",
]


@pytest.mark.parametrize(("text", "word"), HURT)
def test_a_word_that_may_hurt_is_found(text: str, word: str) -> None:
    found = find(text, BUILT_IN)
    assert found is not None
    assert word in found.words
    assert found.instead


@pytest.mark.parametrize("text", INNOCENT)
def test_what_hurts_nobody_is_left_alone(text: str) -> None:
    assert find(text, BUILT_IN) is None


def test_of_several_words_all_are_named_the_gravest_first() -> None:
    found = find("そんなことも知らないの？ お前はバカか、バカ！ 死ね", BUILT_IN)
    assert found is not None
    assert (found.words, found.language) == (("死ね", "バカ", "そんなことも知らない"), "ja")
    assert found.instead == next(entry.instead for entry in BUILT_IN["ja"] if entry.word == "死ね")
    both = find("お前はバカか。kys", BUILT_IN)
    assert both is not None
    assert (both.words, both.language) == (("kys", "バカ"), "en")


def test_moderators_add_take_out_and_reword() -> None:
    changes = [
        Change(word="わかるでしょ", listed=True, instead="ここを読んでみてください"),
        Change(word="バカ", listed=False),
        Change(word="無能", listed=True, instead="できることを教えてください"),
    ]
    lists = {"ja": entries_of("ja", changes)}
    found = find("それくらいわかるでしょ", lists)
    assert found is not None
    assert found.instead == "ここを読んでみてください"
    assert find("お前はバカか", lists) is None
    assert find("バカ野郎", lists) is not None, "a word of its own"
    changed = find("無能だ", lists)
    assert changed is not None
    assert changed.instead == "できることを教えてください"
    assert find("無能なので教えてください", lists) is None, "what is innocent stays so"
    assert find("stfu", lists) is None, "another language's list was not asked"
    assert entries_of("fr", []) == ()
    assert find("バカ", {"fr": ()}) is None


def test_an_added_word_is_found_however_it_is_written() -> None:
    lists = {"en": entries_of("en", [Change(word="You  People", listed=True)])}
    assert find("why do YOU PEOPLE always", lists) is not None
    assert find("you peoples", lists) is None
    assert is_built_in("ja", "ﾊﾞｶ")
    assert not is_built_in("en", "you people")


def test_lists_are_clean() -> None:
    for language, entries in BUILT_IN.items():
        words = [folded(entry.word) for entry in entries]
        assert len(set(words)) == len(words), language
        for entry in entries:
            assert len(entry.word) <= WORD
            assert 0 < len(entry.instead) <= INSTEAD
            assert find(f"。{entry.word}。", {language: entries}) is not None, entry.word
            for but in entry.but:
                assert find(f"。{but}。", {language: (entry,)}) is None, but


@given(st.text(max_size=300), st.sampled_from(["バカ", "idiot", "死ね", ""]))
def test_no_text_breaks_it(text: str, word: str) -> None:
    find(text + word + text, BUILT_IN)


@pytest.mark.parametrize(("name", "most"), [("haskell-jp", 1), ("elm", 1), ("clojurians", 0)])
def test_few_hints_are_given_where_people_are_kind(name: str, most: int) -> None:
    path = DATA / f"{name}.jsonl.gz"
    if not path.parent.exists():
        pytest.skip("the data beside the project is not here")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        hints = sum(find(json.loads(line)["text"], BUILT_IN) is not None for line in lines)
    assert hints <= most
