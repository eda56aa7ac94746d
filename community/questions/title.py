"""A short title for a thread, from the question's own words."""

# ruff: noqa: E501 - an alternative of a pattern is read in one piece

from __future__ import annotations

import re
import unicodedata

from community.questions.features import features
from community.questions.search_words import terms
from community.questions.text import sentences, shape

_GREETING = re.compile(
    r"^(?:(?:hi|hey|hello|hiya|good (?:morning|evening|afternoon|day)|greetings|sorry|excuse me|thanks|so|ok|okay|well)"
    r"(?:[ ,]+(?:all|everyone|everybody|there|folks|guys|team|people|y'all|again))*\s*(?:[,.!:;~-]+\s*|$)"
    r"|(?:こんにちは|こんにちわ|こんばんは|おはようございます|おはよう|お疲れ様です|お疲れさまです|おつかれさまです|お世話になっております"
    r"|お世話になります|はじめまして|初めまして|すみません(?:が)?|すいません(?:が)?|失礼します|皆さん|皆様|みなさん|みなさま|質問です)"
    r"[、。,.!！～〜\s]*)+",
    re.IGNORECASE,
)
_MAY_I_ASK = re.compile(
    r"(?:may|can|could) (?:i|we) ask (?:you )?(?:something|a question|questions?|here|(?:a )?(?:quick )?question)(?: here)?\W*"
    r"|(?:i (?:have|got|'ve got) )?(?:a |one )?(?:quick |small |dumb |beginner )?questions?\W*"
    r"|(?:is )?(?:any(?:one|body)|some(?:one|body)) (?:here|there|around|online|home)\W*|(?:can |could )?(?:any(?:one|body)|some(?:one|body)) help(?: me)?(?: please)?\W*"
    r"|(?:少し|ちょっと|一つ|ひとつ)?(?:質問|相談|お聞き|聞いて|伺って)(?:が|を|し|して|させていただいて)?(?:も)?(?:よろしい|いい|良い|大丈夫)?"
    r"(?:あります|あるのですが|があります|したいです|したいのですが|でしょうか|ですか)\W*"
    r"|(?:誰か|どなたか)(?:い|おられ|いらっしゃい)(?:ます|ません)か\W*|助けて(?:ください|下さい)?\W*",
    re.IGNORECASE,
)
_VAGUE = frozenset(  # stems of words that are in every question
    """anybody everybody somebody anything something fix help solv resolv idea problem issu work way wrong question tri
    happen possibl error thing appreciat hint tip correct right 質問 問題 原因 方法 対応 対処 解決 確認 場合 可能 必要 教示
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
_HIRAGANA = re.compile("[\u3041-\u309f]")
_SPECIFIC = 2  # words of content without which a title could stand over any question
_LOOKED_AT = 1000  # characters of a sentence that may become a title
_ENOUGH = 4  # letters without which a sentence says nothing
_JOINS = {"\u200d", "\ufe0e", "\ufe0f", "\u20e3"}


def title_of(text: str, limit: int) -> str:
    """Return a title of at most ``limit`` UTF-16 units, which no platform counts shorter; empty where nothing is said.

    It is the sentence that asks, without greeting, blocks of code, links and names; where that could stand over any
    question ("How do I fix this?"), what it is about goes before it. Where it is too long, it is cut between words, and never within what a reader sees as one character (UAX #29, in the parts that chat uses).
    """
    taken = shape(text)
    said = sentences(taken.prose)
    chosen = features(taken, opens=True, names_somebody=False).words or ""
    for candidate in (chosen, *said):
        title = _clean(candidate)
        if sum(char.isalnum() for char in title) >= _ENOUGH:
            return cut(_specific(title, [_clean(sentence) for sentence in said]), limit)
    return cut(_clean(" ".join(said[:_ENOUGH])), limit)


def _specific(title: str, said: list[str]) -> str:
    """Put before a title that says too little the sentence before it, or the one that says most."""
    if _content(title) >= _SPECIFIC:
        return title
    at = said.index(title) if title in said else 0
    others = [*said[:at][-1:], *sorted(said, key=_content, reverse=True)]
    about = next((other for other in others if other != title and _content(other) >= _SPECIFIC), None)
    return f"{about} {title}" if about else title


def _content(sentence: str) -> int:
    """Count the words that tell a subject; of Japanese, the pairs of characters that are no grammar."""
    return len({term for term in terms(sentence) if len(term) > 1 and not _HIRAGANA.search(term)} - _VAGUE)


def is_greeting(prose: str) -> bool:
    """Tell whether there is nothing but a greeting, or a question whether one may ask."""
    rest = _clean(" ".join(prose.split()))
    return not rest or bool(_MAY_I_ASK.fullmatch(rest))


def cut(text: str, limit: int) -> str:
    """Shorten to ``limit`` UTF-16 units with an ellipsis, between words where one is near, always between graphemes."""
    text = "".join(char for char in text if not "\ud800" <= char <= "\udfff")
    if _units(text) <= limit:
        return text
    room, kept = limit - 1, ""
    for cluster in graphemes(text[: limit + 1]):
        room -= _units(cluster)
        if room < 0:
            break
        kept += cluster
    following = text[len(kept) :]
    space = kept.rfind(" ")
    if not following.startswith(" ") and space > len(kept) * 2 // 3 and kept[space + 1 :].isascii():
        kept = kept[:space]
    kept = kept.rstrip(" 、,;:")
    return f"{kept}…" if limit > 0 else ""


def graphemes(text: str) -> list[str]:
    """Split into what readers see as characters: marks, joined emoji, skin tones, flags and conjoining Hangul stay whole."""
    out: list[str] = []
    flags = 0
    for char in text:
        flag = "\U0001f1e6" <= char <= "\U0001f1ff"
        flags = flags + 1 if flag else 0
        joins = bool(out) and (
            unicodedata.combining(char)
            or unicodedata.category(char) in {"Mn", "Mc", "Me"}
            or char in _JOINS
            or "\U0001f3fb" <= char <= "\U0001f3ff"
            or "\U000e0020" <= char <= "\U000e007f"
            or char in "\uff9e\uff9f"
            or out[-1][-1] == "\u200d"
            or (flag and flags % 2 == 0)
            or ("\u1160" <= char <= "\u11ff" and "\u1100" <= out[-1][-1] <= "\u11ff")
        )
        if joins:
            out[-1] += char
        else:
            out.append(char)
    return out


def _clean(sentence: str) -> str:
    flat = " ".join(sentence[:_LOOKED_AT].split())
    flat = flat.strip("*_~ -•・#")
    return _GREETING.sub("", flat).strip() or ""


def _units(text: str) -> int:
    return sum(2 if char > "\uffff" else 1 for char in text)
