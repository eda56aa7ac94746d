"""A question is known in both languages, and never at the price of a slow bot."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.questions.finding import Substance, has_substance, recognise, shape, title_of, weights
from community.questions.title import cut, graphemes

QUESTIONS = [
    "How do I read a file line by line?",
    "Hi all, does anyone know how to turn off the cache when building? I keep getting stale files.",
    "I'm trying to deploy but I get the error below and can't figure out why.\n```\nexit 1\n```\nAny ideas?",
    "ファイルを一行ずつ読むにはどうすればいいでしょうか？",
    "はじめまして。ビルドするとエラーが出てしまい困っています。解決方法をご存知の方いらっしゃいますか？",
    "設定ファイルの書き方を教えてください。どこに置けば読み込まれますか？",
]
OTHERS = [
    "We just released version 2.0, enjoy! https://example.org/notes",
    "Thanks, that works now!",
    "Good morning everyone",
    "You can use a decoder for that, see the docs.",
    "来週の勉強会の資料を公開しました。",
    "ありがとうございます！解決しました。",
    "今日は本の続きを読み進めます。よろしくお願いします。",
    "記事を書きました。ご査収ください。 https://example.org/post",
]


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_is_one(text: str) -> None:
    assert recognise(text).is_question


@pytest.mark.parametrize("text", OTHERS)
def test_news_thanks_and_answers_are_none(text: str) -> None:
    taken = recognise(text)
    assert (taken.is_question, taken.offer) == (False, False)


def test_the_language_is_that_of_the_prose() -> None:
    assert recognise("GHC 9.2 で cabal install が失敗します。なぜでしょうか？").language == "ja"
    assert recognise("What does `設定` mean?").language == "en"


def test_in_the_middle_of_a_conversation_it_takes_more() -> None:
    for text in QUESTIONS:
        assert recognise(text, opens=False).score < recognise(text).score


def test_who_is_addressed_needs_no_community() -> None:
    for text in QUESTIONS:
        assert recognise(text, names_somebody=True).score < recognise(text).score
    named, nobody = "<@U123> how do you build this?", "how do you build this?"
    assert recognise(named).score < recognise(nobody).score


def test_an_offer_asks_for_more_than_a_guess() -> None:
    for language in ("en", "ja"):
        assert weights(language).strict > weights(language).balanced


def test_the_words_are_the_sentence_that_asks() -> None:
    assert recognise("Hello. I like `map`. How do I undo `map f`? Thanks").words == "How do I undo map f?"


def test_a_question_edited_into_something_else_is_none() -> None:
    assert recognise("なぜ失敗するのでしょうか？原因を教えてください。").is_question
    assert not recognise("取り下げます。お騒がせしました。").is_question


def test_what_is_only_quoted_or_code_asks_nothing() -> None:
    assert not recognise("> how do I do that?\n> anyone?\nhere is mine").is_question
    assert recognise("```\nis this a question?\n```").score == 0


@pytest.mark.parametrize(
    ("text", "files", "what"),
    [
        ("```\nx = 1\n```", 0, Substance.CODE),
        ("```\nx = 1\n```", 1, Substance.CODE),
        ("", 1, Substance.FILES),
        ("", 0, Substance.NOTHING),
        (" \n　", 0, Substance.NOTHING),
        ("https://example.org/a?b=1", 0, Substance.LINK),
        ("<https://example.org|https://example.org>", 0, Substance.LINK),
        ("🙏🙏🏽", 0, Substance.EMOJI),
        (":wave: :smile:", 0, Substance.EMOJI),
        ("???", 0, Substance.NOTHING),
        ("Hello everyone!", 0, Substance.GREETING),
        ("質問してもいいですか？", 0, Substance.GREETING),
        ("Can I ask a question?", 0, Substance.GREETING),
        ("hi, why is `x` empty?", 0, Substance.ENOUGH),
        ("動きません", 1, Substance.ENOUGH),
    ],
)
def test_there_must_be_something_to_answer(text: str, files: int, what: Substance) -> None:
    assert has_substance(text, files) is what


def test_a_title_is_the_sentence_that_asks() -> None:
    text = "皆さん、こんにちは。\n初心者です。どうすれば配列を逆順にできますか？\n```\n[1, 2]\n```"
    assert title_of(text, 80) == "どうすれば配列を逆順にできますか？"
    assert title_of("Hi all! I use the beta. How do I reverse `xs`? https://example.org", 80) == "How do I reverse xs?"
    assert title_of("```\nonly code\n```", 80) == ""


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "Docker のコンテナが起動しません。どうすればいいでしょうか？",
            "Docker のコンテナが起動しません。 どうすればいいでしょうか？",
        ),
        (
            "こんにちは。請求書の番号が重複します。何が原因でしょうか？",
            "請求書の番号が重複します。 何が原因でしょうか？",
        ),
        ("どうすればいいでしょうか？", "どうすればいいでしょうか？"),
        (
            "The nginx proxy drops my cookies. Does anybody know how to fix this?",
            "The nginx proxy drops my cookies. Does anybody know how to fix this?",
        ),
        (
            "The nginx proxy drops my cookies. It is annoying. How can I fix this?",
            "The nginx proxy drops my cookies. How can I fix this?",
        ),
        ("What am I doing wrong?", "What am I doing wrong?"),
        ("I like the beta a lot. How do I rotate a webhook secret?", "How do I rotate a webhook secret?"),
        ("昨日から使っています。配列を逆順にする方法はありますか？", "配列を逆順にする方法はありますか？"),
    ],
)
def test_a_title_that_could_stand_over_any_question_says_what_it_is_about(text: str, title: str) -> None:
    assert title_of(text, 200) == title


def test_a_title_is_cut_between_words_and_within_its_limit() -> None:
    title = title_of("How do I convert a list of strings to a list of numbers without losing the order?", 40)
    assert title == "How do I convert a list of strings to a…"
    assert cut("これはとても長い題名です", 6) == "これはとて…"


def test_a_family_or_a_flag_is_never_torn_apart() -> None:
    family, flag, accent = "👨‍👩‍👧", "🇯🇵", "e\u0301"
    assert graphemes(family + flag + accent + "が") == [family, flag, accent, "が"]
    for limit in range(12):
        assert cut(flag * 3 + family, limit).rstrip("…") in {"", flag, flag * 2, flag * 3}


@given(st.text(max_size=300), st.integers(0, 60))
def test_any_text_has_a_title_that_fits(text: str, limit: int) -> None:
    title = title_of(text, limit)
    assert len(title.encode("utf-16-le")) // 2 <= limit
    assert "\n" not in title


@given(st.text(max_size=400), st.booleans(), st.booleans())
def test_any_text_gets_a_probability(text: str, opens: bool, names: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    taken = recognise(text, opens=opens, names_somebody=names)
    assert 0 <= taken.score <= 1
    assert has_substance(text) in Substance
    assert shape(text).language in {"en", "ja"}


@pytest.mark.parametrize(
    "piece",
    ["`", "<", "\n", " ", ".", "a.", "?!", ">", "<@", ":a", "@**", "あ。", "((", "https://", "<https://a|", ":", "```",
     ")", "hi ", "how what ", "a", "any one ", "still but ", "か", "…",
     "&", "in any way to ", "ます", "e\u0301", "が\n"],
)  # fmt: skip
def test_forty_thousand_characters_are_read_at_once(piece: str) -> None:
    text = (piece * 40_000)[:40_000]
    before = time.perf_counter()
    recognise(text)
    title_of(text, 90)
    has_substance(text)
    assert time.perf_counter() - before < 2  # a tenth of it on an idle machine; a pattern gone wild takes minutes
