r"""Writes rich text in Discord's markdown, so that what people typed stays what they typed.

Rules: support.discord.com "Markdown Text 101" and discord.com/developers/docs/reference#message-formatting.
Plain spans are data. Each sign that could restyle, mask a link or address somebody gets a backslash. Where all those
backslashes would not fit into a message, ``Writer(compact=True)`` writes a look-alike of the same length instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from chat.ids import Platform, Workspace
from chat.text import BadgeMention, Bold, ChannelLink, Code, Link, Mention, Moment, MomentStyle, RichText, Span

_SIGNS: Final = re.compile(r"[\\*_~|`<>\[\]#]")  # without its brackets, what is in parentheses masks no link
# What Discord takes for a bare address is one token to it: no styles inside, and a backslash would become part of it.
_ADDRESS: Final = re.compile(r"https?://[^\s<]+[^<.,:;\"'\]\s]")
_LINE_START: Final = re.compile(r"^(\s*)([-+]|\d+\.)(?=\s)", re.MULTILINE)
_BROADCAST: Final = re.compile(r"@(?=everyone|here|[!&]?\d)", re.IGNORECASE)
_LOOKALIKES: Final = str.maketrans(
    {
        "\\": "＼", "*": "∗", "_": "＿", "~": "∼", "|": "｜", "`": "ˋ", "<": "‹", ">": "›",
        "[": "［", "]": "］", "#": "＃", "@": "＠",
    }
)  # fmt: skip
# Directional controls a name may bring along: what opens, and what closes it (Unicode Annex 9).
_EMBEDDINGS: Final = "\u202a\u202b\u202d\u202e"
_ISOLATES: Final = "\u2066\u2067\u2068"
_POP_EMBEDDING: Final = "\u202c"
_POP_ISOLATE: Final = "\u2069"
_MOMENTS: Final = {
    MomentStyle.DATE: "D",
    MomentStyle.TIME: "t",
    MomentStyle.FULL: "F",
    MomentStyle.RELATIVE: "R",
}


def _balance(text: str) -> str:
    """Close the directional controls that a text leaves open, so that it cannot turn round what stands after it."""
    if not any(c in text for c in _EMBEDDINGS + _ISOLATES):
        return text
    embedded = sum(map(text.count, _EMBEDDINGS)) - text.count(_POP_EMBEDDING)
    isolated = sum(map(text.count, _ISOLATES)) - text.count(_POP_ISOLATE)
    return text + _POP_EMBEDDING * max(0, embedded) + _POP_ISOLATE * max(0, isolated)


def _backslash_line_start(found: re.Match[str]) -> str:
    space, mark = found.groups()
    return f"{space}{mark[:-1]}\\." if mark.endswith(".") else f"{space}\\{mark}"


def _with_backslashes(text: str, *, addresses: bool) -> str:
    parts: list[str] = []
    at = 0
    for address in _ADDRESS.finditer(text) if addresses else ():
        parts += (_SIGNS.sub(r"\\\g<0>", text[at : address.start()]), address.group())
        at = address.end()
    parts.append(_SIGNS.sub(r"\\\g<0>", text[at:]))
    return "".join(parts)


def escape(text: str, *, compact: bool = False, addresses: bool = True) -> str:
    """Return plain text so that Discord shows it as it is: no styles, no masked links, no pings.

    Without ``addresses`` bare addresses get no exception: inside a style of ours their signs would end it.
    """
    if compact:
        shown = _LINE_START.sub(lambda m: m[1] + m[2].replace("-", "‐").replace("+", "＋").replace(".", "．"), text)
        return shown.translate(_LOOKALIKES | dict.fromkeys(map(ord, _EMBEDDINGS + _ISOLATES)))
    shown = _LINE_START.sub(_backslash_line_start, _with_backslashes(text, addresses=addresses))
    return _balance(_BROADCAST.sub("@\u200b", shown))


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes for the readers of one server; what belongs elsewhere is written by name. ``roles``: ids by badge."""

    home: Workspace | None
    compact: bool = False
    roles: Mapping[str, str] = field(default_factory=dict)

    def plain(self, text: str) -> str:
        """Escape what somebody typed."""
        return escape(text, compact=self.compact)

    def line(self, text: str) -> str:
        """Escape what somebody typed, on one line, inside a style of ours."""
        return escape(" ".join(text.split("\n")), compact=self.compact, addresses=False)

    def rich(self, text: RichText) -> str:
        """Write a run of spans."""
        return "".join(map(self._span, text.spans))

    def _span(self, span: Span) -> str:  # noqa: PLR0911 - one line per kind of span
        match span:
            case str():
                return self.plain(span)
            case Bold(text):
                return f"**{escape(text, compact=self.compact, addresses=False)}**" if text.strip() else text
            case Code(text):
                return f"`{_balance(text.replace('`', 'ˋ').replace(chr(10), ' '))}`" if text else ""
            case Mention(user=user, name=name):
                known = user.home == self.home and user.id.isdecimal()
                return f"<@{user.id}>" if known else f"@{self.line(name)}"
            case BadgeMention(badge=badge, name=name):
                return f"<@&{self.roles[badge]}>" if badge in self.roles else self.line(f"@{name}")
            case ChannelLink(place=place, name=name):
                known = place.home == self.home and place.platform is Platform.DISCORD
                return f"<#{place.thread or place.channel}>" if known else f"#{self.line(name)}"
            case Moment(at=at, style=style):
                return f"<t:{int(at.timestamp())}:{_MOMENTS[style]}>"
            case Link(url=url, label=label):
                if "://" in label or not label.strip():  # Discord shows no masked link whose label is an address
                    return url
                target = url.replace("(", "%28").replace(")", "%29").replace("\\", "%5C")
                return f"[{self.line(label)}]({target})"
