"""Japanese words that may hurt who reads them: insults, and what sends people away who ask.

A word stands here only where it is hardly ever meant well. What people say of themselves, of code or of the weather is
put out of sight by ``but``. The gravest stand first. Moderators change the list for their own community.
"""

from __future__ import annotations

from community.conduct.kind_words_entry import Entry

_CALM = "うまく伝わっていないようです。もう一度説明します"
_STOP = "その話は、ここまでにしませんか"
_OTHERWISE = "私は別の考えです。理由は……"
_SEARCH = "この言葉で検索すると見つかります：……"
_BEGINNER = "はじめての方にはこの資料がおすすめです"

_SELF_OR_THING = (
    *("にでき", "に出来", "にならな", "になりませ", "にならず", "にして", "にされ", "にする"),
    *("な", "らし", "みたい", "げた", "げて", "正直", "力", "でか", "丁寧", "売れ", "当たり"),
    *("ですみません", "でごめん"),
)


def _of(word: str, instead: str, *endings: str) -> Entry:
    return Entry(word, instead, tuple(word + ending for ending in endings))


JAPANESE: tuple[Entry, ...] = (
    # Said to drive somebody away
    _of("死ね", _STOP, "ば", "る", "な", "ま", "ず", "ん", "た"),
    _of("しねよ", _STOP),
    _of("くたばれ", _STOP, "ば"),
    _of("消えろ", _STOP, "と念", "と思", "と祈", "って念", "って思", "って祈"),
    _of("消え失せろ", _STOP),
    _of("失せろ", _STOP),
    _of("黙れ", _STOP, "ば", "る", "な", "ま"),
    _of("だまれ", _STOP, "ば", "る", "な", "ま", "た", "て"),
    _of("ふざけるな", _CALM),
    _of("ふざけんな", _CALM),
    _of("うるせえ", _STOP),
    _of("うるせー", _STOP),
    _of("ぶっ殺す", _STOP),
    _of("二度と来るな", _STOP),
    # Names for people
    _of("馬鹿", _OTHERWISE, *_SELF_OR_THING, "馬鹿し"),
    _of("バカ", _OTHERWISE, *_SELF_OR_THING, "バカし"),
    _of("馬鹿なの", _CALM, "で", "は"),
    _of("バカなの", _CALM, "で", "は"),
    _of("馬鹿野郎", _OTHERWISE),
    _of("バカ野郎", _OTHERWISE),
    _of("馬鹿者", _OTHERWISE),
    _of("阿呆", _OTHERWISE, *_SELF_OR_THING),
    _of("アホ", _OTHERWISE, *_SELF_OR_THING),
    _of("間抜け", _OTHERWISE, *_SELF_OR_THING),
    _of("クソ野郎", _OTHERWISE),
    _of("くそ野郎", _OTHERWISE),
    _of("ゴミ野郎", _OTHERWISE),
    _of("ゴミクズ", _OTHERWISE),
    _of("人間のクズ", _OTHERWISE),
    _of("クズ野郎", _OTHERWISE),
    _of("無能", _CALM, "を自覚", "ですみません", "なので"),
    _of("低能", _CALM),
    _of("能無し", _CALM),
    _of("役立たず", _CALM),
    _of("雑魚", _CALM, "な質問"),
    _of("老害", _OTHERWISE),
    _of("情弱", _SEARCH),
    _of("キチガイ", _OTHERWISE),
    _of("気違い", _OTHERWISE),
    _of("ガイジ", _OTHERWISE),
    _of("池沼", _OTHERWISE),
    _of("知恵遅れ", _OTHERWISE),
    _of("ブス", _STOP),
    _of("デブ", _STOP),
    # Disdain
    _of("ざまあみろ", _STOP),
    _of("ざまぁ", _STOP),
    _of("頭おかしいんじゃ", _CALM),
    _of("頭大丈夫か", _CALM),
    # To who asks
    _of("ggrks", _SEARCH),
    _of("ググレカス", _SEARCH),
    _of("ググれカス", _SEARCH),
    _of("ggrカス", _SEARCH),
    _of("ググれよ", _SEARCH),
    _of("自分で調べろ", _SEARCH),
    _of("半年romれ", _BEGINNER),
    _of("そんなことも知らない", _BEGINNER, "で", "ので", "なら", "なんて恥ずかしい"),
    _of("そんなことも知らん", _BEGINNER),
    _of("そんなこともわからない", _BEGINNER, "で", "ので", "なら"),
    _of("そんなことも分からない", _BEGINNER, "で", "ので", "なら"),
    _of("初心者は黙", _BEGINNER),
    _of("素人は黙", _BEGINNER),
    _of("初心者お断り", _BEGINNER),
)
