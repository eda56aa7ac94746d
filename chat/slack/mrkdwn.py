"""RichText as Slack's mrkdwn: what members typed stays data, and only our own spans become markup.

Slack knows no escape for ``*``, ``_``, ``~`` and the backtick: a word joiner (U+2060) on both sides keeps one from
opening or closing a run, is not seen, and leaves the character itself in place. Escaping of ``&``, ``<`` and ``>``,
mentions and dates: docs.slack.dev/messaging/formatting-message-text.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from chat.ids import Platform, UserRef
from chat.text import BadgeMention, Bold, ChannelLink, Code, Link, Mention, Moment, MomentStyle, RichText, Span

JOINER = "\u2060"  # invisible, no line break, not a word character to Slack
GAP = "\u200b"  # invisible; Slack only styles a run that stands apart, and Japanese has no spaces

_NO_GROUPS: Mapping[str, str] = MappingProxyType({})
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_CONTROLS = "*_~`"
_DATES = {
    MomentStyle.DATE: "{date_long}",
    MomentStyle.TIME: "{time}",
    MomentStyle.FULL: "{date_long} {time}",
    MomentStyle.RELATIVE: "{ago}",
}
_OPENS_DIRECTION = {"\u202a": "\u202c", "\u202b": "\u202c", "\u202d": "\u202c", "\u202e": "\u202c"} | dict.fromkeys(
    "\u2066\u2067\u2068", "\u2069"
)


def escape(text: str) -> str:
    """Return plain text for a place where only entities matter (notifications, labels of links)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def pieces(
    text: RichText, workspace: str, notify: tuple[UserRef, ...] = (), groups: Mapping[str, str] = _NO_GROUPS
) -> list[str]:
    """Return the text as pieces of mrkdwn that may be parted between each other, but not within.

    ``groups`` are the ids of the user groups that are to be pinged, by what the text calls them.
    """
    out: list[str] = []
    after_markup = False
    for span in text.spans:
        rendered = _plain(span) if isinstance(span, str) else _markup(span, workspace, notify, groups)
        if not rendered:
            continue
        styled = isinstance(span, Bold | Code | Mention | BadgeMention) and rendered[0][0] in "*`"
        if (styled or after_markup) and out and not out[-1][-1].isspace() and not rendered[0][0].isspace():
            out.append(GAP)
        out.extend(rendered)
        after_markup = styled
    return out


def render(
    text: RichText, workspace: str, notify: tuple[UserRef, ...] = (), groups: Mapping[str, str] = _NO_GROUPS
) -> str:
    """Return the whole text as one string of mrkdwn."""
    return "".join(pieces(text, workspace, notify, groups))


def quoted(text: str) -> list[str]:
    """Return a member's words as lines of a quote, pieces as in ``pieces``."""
    out: list[str] = []
    for line in text.split("\n"):
        if out:
            out.append("\n")
        out.append("> ")
        out.extend(_plain(line))
    return out


def chunks(parts: list[str], limit: int, *, line_start: str = "") -> list[str]:
    """Join pieces into as few strings as the limit allows, parted at line ends where possible; nothing is lost."""
    whole = "".join(parts)
    if len(whole) <= limit:
        return [whole]
    out: list[str] = []
    current: list[str] = []
    size = 0
    for part in parts:
        if size + len(part) > limit:
            cut = next((n for n in range(len(current) - 1, 0, -1) if current[n].endswith("\n")), len(current) - 1) + 1
            out.append("".join(current[:cut]))
            rest = current[cut:]
            current = rest if not line_start or rest[:1] == [line_start] else [line_start, *rest]
            size = sum(map(len, current))
        current.append(part)
        size += len(part)
    return [*out, "".join(current)]


def _plain(text: str) -> list[str]:
    out: list[str] = []
    line_is_blank = True
    for n, char in enumerate(text):
        if char in _CONTROLS:
            # within a word Slack styles nothing (snake_case); there the text stays as it was, for copying
            inside = char != "`" and 0 < n < len(text) - 1 and text[n - 1].isalnum() and text[n + 1].isalnum()
            out.append(char if inside else f"{JOINER}{char}{JOINER}")
        elif char == ">" and line_is_blank:
            out.append(f"{JOINER}&gt;")  # at the head of a line even the entity makes a quote
        else:
            out.append(_ENTITIES.get(char, char))
        line_is_blank = char == "\n" or (line_is_blank and char.isspace())
    return out + _closers(text)


def _closers(text: str) -> list[str]:
    """End the writing directions that a text leaves open, so that it cannot turn around what follows it."""
    stack: list[str] = []
    for char in text:
        if char in _OPENS_DIRECTION:
            stack.append(_OPENS_DIRECTION[char])
        elif stack and char == stack[-1]:
            stack.pop()
    return stack[::-1]


def _markup(  # noqa: PLR0911 - one answer per kind of span
    span: Span, workspace: str, notify: tuple[UserRef, ...], groups: Mapping[str, str]
) -> list[str]:
    match span:
        case Bold(text):
            return _bold(text)
        case Code(text):
            inner = escape(" ".join(text.split("\n"))).replace("`", "\u02cb")
            return [f"`{inner}`"] if inner.strip() else []
        case Mention() | BadgeMention():
            return _mention(span, workspace, notify, groups)
        case ChannelLink(place=place, name=name):
            if place.platform is Platform.SLACK and place.workspace == workspace:
                return [f"<#{place.channel}>"]
            return _plain(f"#{name}")
        case Moment(at=at, style=style, fallback=fallback):
            return [f"<!date^{int(at.timestamp())}^{_DATES[style]}|{_label(fallback)}>"]
        case Link(url=url, label=label):
            return [f"<{escape(url)}|{_label(label) or escape(url)}>"]
        case str():
            return _plain(span)


def _mention(
    span: Mention | BadgeMention, workspace: str, notify: tuple[UserRef, ...], groups: Mapping[str, str]
) -> list[str]:
    """Return a token only where it is to ping: Slack has none that leaves people in peace."""
    if isinstance(span, BadgeMention):
        return [f"<!subteam^{groups[span.badge]}>"] if span.badge in groups else _bold(f"@{span.name}")
    user = span.user
    if user in notify and user.platform is Platform.SLACK and user.workspace == workspace:
        return [f"<@{user.id}>"]
    return _bold(f"@{span.name}")


def _bold(text: str) -> list[str]:
    out: list[str] = []
    for n, line in enumerate(text.split("\n")):
        if n:
            out.append("\n")
        if core := line.strip():
            head, tail = line[: len(line) - len(line.lstrip())], line[len(line.rstrip()) :]
            out.extend(filter(None, (head, f"*{''.join(_plain(core))}*", tail)))
        elif line:
            out.append(line)
    return out


def _label(text: str) -> str:
    return escape(" ".join(text.split())).replace("|", "\uff5c")
