"""What a message looks like apart from its words: code, quotes, links and mentions taken out, sentences apart."""

from __future__ import annotations

import html
import re
from functools import lru_cache

import msgspec

HOLE = "□"  # stands where inline code was, so that "what does `x` mean?" keeps its grammar

_INLINE = re.compile(r"`([^`\n]+)`")
_SLACK_LINK = re.compile(r"<(https?://[^<>|\s]+)(?:\|([^<>\n]*))?>")
_LINK = re.compile(r"https?://[^\s<>\u3000-\u30ff\u4e00-\u9fff（）「」、。]+")
_MENTION = re.compile(r"<@[!&]?[\w.-]+(?:\|[^>\n]{0,80})?>|@_?\*\*[^*\n]{1,80}\*\*")
_ROOM = re.compile(r"<#(\w+)(?:\|([^>\n]{0,80}))?>")
_EVERYBODY = re.compile(r"<!(?:here|channel|everyone|subteam)[^>\n]{0,80}>|(?<!\w)@(?:here|channel|everyone)\b")
_EMOJI_NAME = re.compile(r"<a?:\w{1,40}:\d+>|:[a-z][\w+-]{1,40}:(?::skin-tone-\d:)?")
_EMOJI = re.compile(
    r"[\u200d\u20e3\u231a-\u23ff\u2600-\u27bf\u2b05-\u2bff\ufe0f\U0001f000-\U0001faff\U000e0020-\U000e007f]"
)
_QUOTED = re.compile(r"[ \t]*(?:>|&gt;)")
_KANA = re.compile(r"[\u3041-\u30fa\u30fc\uff66-\uff9f]")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_BOUNDARY = re.compile(
    r"(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)\s+|(?<=[.!?][)\]\"'*_])\s+|(?<=[。．！？])(?![。．！？」』）)])|(?<=[?？])(?=[(（])|\n"
)
_SPACE = re.compile(r"[ \t\u3000]+")
_JAPANESE_SHARE = 8  # one kana to eight Latin letters: a Japanese sentence about programming is full of names


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """A message taken apart."""

    prose: str  # the writer's own words; inline code stays as words, blocks, quotes, links and mentions are out
    bare: str  # the same with a hole where inline code was
    language: str  # ja | en
    blocks: int = 0  # fenced code blocks
    inline: int = 0
    links: int = 0
    quotes: int = 0  # quoted lines
    mentions: int = 0  # persons or groups named
    everybody: bool = False  # said to all who are here
    emoji: int = 0
    code: str = ""  # the text of the blocks

    @property
    def sentences(self) -> tuple[str, ...]:
        """Return the sentences of the bare text, in order."""
        return sentences(self.bare)


@lru_cache(maxsize=64)
def shape(text: str) -> Shape:
    """Take a message apart: what is prose, and what is code, quotation, link, mention or emoji.

    The last few are kept: the same message is asked for its question, its substance and its title.
    """
    outside, blocks = _fences(text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = outside.split("\n")
    own = [line for line in lines if not _QUOTED.match(line)]
    prose = "\n".join(own)
    links = 0

    def link(found: re.Match[str]) -> str:
        nonlocal links
        links += 1
        label = found[2] if found.lastindex and found.lastindex >= 2 else ""  # noqa: PLR2004 - the second group
        return f" {label} " if label and "://" not in label and label not in found[1] else " "

    prose = _SLACK_LINK.sub(link, prose)
    prose, bare_links = _LINK.subn(" ", prose)
    prose, mentions = _MENTION.subn(" ", prose)
    prose, everybody = _EVERYBODY.subn(" ", prose)
    prose = _ROOM.sub(lambda found: f"#{found[2] or found[1]}", prose)
    prose = html.unescape(prose)
    prose, named_emoji = _EMOJI_NAME.subn(" ", prose)
    bare, inline = _INLINE.subn(HOLE, prose)
    prose = _INLINE.sub(r"\1", prose)
    bare, pictures = _EMOJI.subn("", bare)
    return Shape(
        prose=_tidy(_EMOJI.sub("", prose)),
        bare=_tidy(bare),
        language=language_of(bare),
        blocks=len(blocks),
        inline=inline,
        links=links + bare_links,
        quotes=len(lines) - len(own),
        mentions=mentions,
        everybody=bool(everybody),
        emoji=named_emoji + pictures,
        code="\n".join(blocks),
    )


def sentences(text: str) -> tuple[str, ...]:
    """Cut into sentences at full stops, question and exclamation marks and ends of lines."""
    return tuple(found for part in _BOUNDARY.split(text) if (found := part.strip()))


def language_of(text: str) -> str:
    """Return ``ja`` where a fair share of the letters is Japanese, else ``en``."""
    kana, han = len(_KANA.findall(text)), len(_HAN.findall(text))
    if not kana + han:
        return "en"
    return "ja" if (kana + han) * _JAPANESE_SHARE >= len(_LATIN.findall(text)) else "en"


def _fences(text: str) -> tuple[str, list[str]]:
    """Split off fenced blocks. A fence that nobody closed is no fence: what follows it is prose."""
    parts = text.split("```")
    if len(parts) % 2 == 0:
        parts[-2:] = [f"{parts[-2]}\n{parts[-1]}"]
    return "\n".join(parts[::2]), [part for part in parts[1::2] if part.strip()]


def _tidy(text: str) -> str:
    lines = (_SPACE.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
