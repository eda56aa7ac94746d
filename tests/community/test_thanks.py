"""Words of thanks mean that something helped, except where they say that it did not."""

from __future__ import annotations

import time

import pytest

from community.thanks.words import Thanks, read_thanks

SAID = {
    Thanks.THANKS: [
        "Thanks!", "thank you so much <@U1>", "cheers mate", "much appreciated", "ありがとうございます！",
        "感謝です", "助かりました。",
    ],
    Thanks.SOLVED: [
        "that worked, thanks!", "It works now.", "Solved it", "your suggestion fixed it", "got it working, thank you",
        "解決しました！", "できました！ありがとうございます", "無事動きました", "うまくいきました、感謝です",
    ],
    Thanks.UNSOLVED: [
        "thanks anyway", "Thanks, but it still fails", "thank you, unfortunately I get the same error",
        "Thanks for trying", "ありがとうございます、まだエラーが出ます", "一旦ありがとうございます",
        "ありがとうございます。やはり動きませんでした。",
        "ありがとうございます、解決には至っていません",
    ],
    Thanks.NONE: [
        "thanks in advance!", "any help would be appreciated", "no thanks", "よろしくお願いします",
        "教えていただけると助かります",
        "I wonder how it works",
        "if I get it working I will tell you",
        "It still fails", "まだエラーが出ます", "", "```\nthanks\n```", "> thanks\nwhat do you mean?",
        "How do I do this? Thanks in advance.", "どうすればできますか？",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("what", "text"), [(what, text) for what, texts in SAID.items() for text in texts])
def test_words_say_what_they_say(what: Thanks, text: str) -> None:
    assert read_thanks(text) is what


@pytest.mark.parametrize("piece", ["thanks ", "still but ", "ありがと", "まだ", "がうまく", "that ", "the ", "\n", "a"])
def test_a_long_message_is_read_at_once(piece: str) -> None:
    text = (piece * 40_000)[:40_000]
    before = time.perf_counter()
    read_thanks(text)
    assert time.perf_counter() - before < 2
