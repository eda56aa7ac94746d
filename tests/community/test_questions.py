"""A question is known in both languages, and never at the price of a slow bot."""

from __future__ import annotations

from community.questions import Substance, has_substance, recognise, title_of


def test_a_plain_question_is_one_in_both_languages() -> None:
    assert recognise("How do I read a file line by line?").is_question
    asked = recognise("ファイルを一行ずつ読むにはどうすればいいでしょうか？")
    assert (asked.is_question, asked.language) == (True, "ja")


def test_an_announcement_is_none() -> None:
    assert not recognise("We just released version 2.0, enjoy!").is_question
    assert not recognise("来週の勉強会の資料を公開しました。").is_question


def test_a_question_without_prose_says_what_is_missing() -> None:
    assert has_substance("```\nx = 1\n```") is Substance.CODE
    assert has_substance("", files=1) is Substance.FILES
    assert has_substance("質問してもいいですか？") is Substance.GREETING


def test_a_title_is_the_sentence_that_asks() -> None:
    text = "皆さん、こんにちは。\n初心者です。どうすれば配列を逆順にできますか？"
    assert title_of(text, 80) == "どうすれば配列を逆順にできますか？"
