"""Draws cards and forms as Discord's components. Pure: values in, JSON out.

Rules: discord.com/developers/docs/components/reference. A card is one container of Components V2; a form is a modal of
labels. Field ids: the field's key, with ``MANY`` after it where several options may be chosen, because a submission
does not say how many could have been.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chat.card import (
    Accent,
    Button,
    Buttons,
    Card,
    Divider,
    Fields,
    Footnote,
    Image,
    LinkButton,
    Option,
    Part,
    Quote,
    Select,
    Style,
    Text,
    Title,
)
from chat.discord.markdown import Writer
from chat.discord.marks import mark
from chat.form import Choice, Choices, Date, Form, FormField, Line, Paragraph
from chat.ids import Platform, Workspace
from chat.limits import LimitError, check_length

Json = dict[str, Any]

EPHEMERAL: Final = 1 << 6
COMPONENTS_V2: Final = 1 << 15
MANY: Final = " *"  # a space cannot stand in a key, so no key ends like this
DISPLAYABLE: Final = 4000  # characters in all text displays of a message

_ROW, _BUTTON, _SELECT, _INPUT, _TEXT, _GALLERY, _SEPARATOR, _CONTAINER, _LABEL = 1, 2, 3, 4, 10, 12, 14, 17, 18
_ACCENTS: Final = {
    Accent.CALM: 0x5B7C99,
    Accent.GOOD: 0x4C9A6A,
    Accent.WARM: 0xE0A458,
    Accent.ALERT: 0xC8553D,
}
_STYLES: Final = {Style.PLAIN: 2, Style.PRIMARY: 1, Style.DANGER: 4}
_LINK_STYLE: Final = 5
_DATE_LENGTH: Final = 20  # room for what people write; the handler says what is wrong with it


def render_card(
    card: Card,
    home: Workspace | None,
    *,
    key: str | None = None,
    server: str | None = None,
    private: bool = False,
    roles: Mapping[str, str] | None = None,
) -> Json:
    """Draw a card as the body of a message for the readers of ``home``.

    ``key`` and ``server`` (by default that of ``home``) are marked on it invisibly, see ``marks``. ``roles`` are
    the ids of the badges that it names.

    Raises:
        LimitError: when what it says does not fit into a message.

    """
    known = roles or {}
    container = _container(card, Writer(home, roles=known))
    if _displayed(container) > DISPLAYABLE:
        container = _container(card, Writer(home, compact=True, roles=known))
    if (length := _displayed(container)) > DISPLAYABLE:
        raise LimitError(f"text of a card is {length} characters in Discord's markdown, limit {DISPLAYABLE}")
    if owner := server or (home.id if home else None):
        mark(container, key=key, server=owner)
    pinged = [u.id for u in card.notify if u.platform is Platform.DISCORD and u.home == home]
    allowed: Json = {"parse": [], "users": list(dict.fromkeys(pinged))}
    if called := [known[badge] for badge in card.notify_badges if badge in known]:
        allowed["roles"] = list(dict.fromkeys(called))
    return {
        "flags": COMPONENTS_V2 | (EPHEMERAL if private else 0),
        "components": [container],
        "allowed_mentions": allowed,
    }


def _displayed(container: Json) -> int:
    return sum(len(part.get("content", "")) for part in container["components"])


def _container(card: Card, writer: Writer) -> Json:
    parts = [_part(part, writer) for part in card.parts]
    return {"type": _CONTAINER, "accent_color": _ACCENTS[card.accent], "components": parts}


def _text(content: str) -> Json:
    return {"type": _TEXT, "content": content}


def _part(part: Part, writer: Writer) -> Json:  # noqa: PLR0911 - one case per kind of part
    match part:
        case Title(text):
            return _text(f"## {writer.line(text)}")
        case Text(text):
            return _text(writer.rich(text))
        case Quote(text):
            return _text("\n".join(f"> {writer.plain(line)}" for line in text.split("\n")))
        case Fields(fields):
            lines = (f"**{writer.line(field.label)}**\n{writer.rich(field.value)}" for field in fields)
            return _text("\n".join(lines))
        case Image(url, alt):
            return {"type": _GALLERY, "items": [{"media": {"url": url}, "description": alt}]}
        case Divider():
            return {"type": _SEPARATOR, "divider": True, "spacing": 1}
        case Buttons(buttons):
            return {"type": _ROW, "components": [_button(button) for button in buttons]}
        case Select():
            return {"type": _ROW, "components": [_select(part)]}
        case Footnote(text):
            return _text("\n".join(f"-# {line}" if line.strip() else "" for line in writer.rich(text).split("\n")))


def _button(button: Button | LinkButton) -> Json:
    if isinstance(button, LinkButton):
        return {"type": _BUTTON, "style": _LINK_STYLE, "label": button.label, "url": button.url}
    drawn: Json = {
        "type": _BUTTON,
        "style": _STYLES[button.style],
        "label": button.label,
        "custom_id": button.action,
    }
    if button.disabled:
        drawn["disabled"] = True
    return drawn


def _options(options: tuple[Option, ...], chosen: tuple[str, ...]) -> list[Json]:
    return [
        {"value": option.value, "label": option.label, "default": True}
        if option.value in chosen
        else {"value": option.value, "label": option.label}
        for option in options
    ]


def _select(select: Select) -> Json:
    return {
        "type": _SELECT,
        "custom_id": select.action,
        "placeholder": select.placeholder,
        "options": _options(select.options, select.chosen),
        "min_values": select.least,
        "max_values": select.most,
    }


def render_form(form: Form) -> Json:
    """Draw a form as the data of a modal."""
    return {"custom_id": form.id, "title": form.title, "components": [_label(field) for field in form.fields]}


def field_id(field: FormField) -> str:
    """Return the id that a field has on the wire.

    Raises:
        LimitError: when the key leaves no room for it.

    """
    written = field.key + MANY if isinstance(field, Choices) else field.key
    check_length("field id", written, 100)
    return written


def read_field_id(written: str) -> tuple[str, bool]:
    """Return the key behind a field's id, and whether several options could be chosen."""
    return (written[: -len(MANY)], True) if written.endswith(MANY) else (written, False)


def _label(field: FormField) -> Json:
    drawn: Json = {"type": _LABEL, "label": field.label, "component": _field(field)}
    if field.hint:
        drawn["description"] = field.hint
    return drawn


def _field(field: FormField) -> Json:
    drawn: Json = {"custom_id": field_id(field), "required": field.required}
    match field:
        case Line() | Paragraph():
            drawn |= {"type": _INPUT, "style": 1 if isinstance(field, Line) else 2, "max_length": field.max_length}
            if field.placeholder:
                drawn["placeholder"] = field.placeholder
            if field.value:
                drawn["value"] = field.value
        case Date():
            drawn |= {"type": _INPUT, "style": 1, "max_length": _DATE_LENGTH, "placeholder": "2026-12-31"}
            if field.value:
                drawn["value"] = field.value.isoformat()
        case Choice():
            drawn |= {"type": _SELECT, "options": _options(field.options, (field.value,) if field.value else ())}
            drawn |= {"min_values": int(field.required), "max_values": 1}
        case Choices():
            drawn |= {"type": _SELECT, "options": _options(field.options, field.values)}
            drawn |= {"min_values": int(field.required), "max_values": len(field.options)}
    return drawn
