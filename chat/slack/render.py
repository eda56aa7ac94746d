"""Cards and forms as Block Kit: pure, nothing trimmed. Rules: docs.slack.dev/reference/block-kit/blocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chat.card import (
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
from chat.form import Choice, Choices, Date, Form, FormField, Line, Paragraph
from chat.ids import UserRef
from chat.limits import FORM_TITLE
from chat.slack import mrkdwn
from chat.text import Bold, RichText

Json = dict[str, Any]

SECTION = 3000  # characters of a section's text
SECTION_FIELD = 2000  # characters of one of its fields
LINK_ACTION = "link."  # a link button reports its presses too; nobody waits for them
FIELD_ACTION = "value"  # a form field is known by its block; the element in it has always this id


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes for the readers of one workspace; ``groups`` are the ids of those to ping, by what the card says."""

    workspace: str
    notify: tuple[UserRef, ...]
    groups: Mapping[str, str] = field(default_factory=dict)

    def pieces(self, text: RichText) -> list[str]:
        return mrkdwn.pieces(text, self.workspace, self.notify, self.groups)


def render_card(card: Card, workspace: str, groups: Mapping[str, str] | None = None) -> Json:
    """Return ``text`` (for notifications and screen readers) and ``blocks`` of a message.

    ``groups`` are the ids of the user groups to ping, by what the card calls them.
    """
    return {"text": mrkdwn.escape(card.headline()), "blocks": render_blocks(card, workspace, groups)}


def render_blocks(card: Card, workspace: str, groups: Mapping[str, str] | None = None) -> list[Json]:
    """Return the blocks of a card."""
    writer = _Writer(workspace, card.notify, groups or {})
    blocks: list[Json] = []
    for part in card.parts:
        blocks.extend(_part(part, writer, len(blocks)))
    return blocks


def render_home(card: Card, workspace: str) -> Json:
    """Return a card as a home tab."""
    return {"type": "home", "blocks": render_blocks(card, workspace)}


def render_modal(card: Card, workspace: str, name: str, metadata: str = "") -> Json:
    """Return a card as a window of its own; its heading is the card's where it is short enough, else ``name``."""
    title = next((p.text for p in card.parts if isinstance(p, Title) and len(p.text) <= FORM_TITLE), name[:FORM_TITLE])
    blocks = render_blocks(card, workspace)
    return {"type": "modal", "title": _text(title), "private_metadata": metadata, "blocks": blocks}


def render_form(form: Form, metadata: str = "") -> Json:
    """Return a form as a modal view; ``metadata`` comes back with it."""
    return {
        "type": "modal",
        "callback_id": form.id,
        "title": _text(form.title),
        "submit": _text(form.submit),
        "close": _text(form.cancel),
        "private_metadata": metadata,
        "blocks": [_field(field) for field in form.fields],
    }


def _part(  # noqa: PLR0911 - one answer per kind of part
    part: Part, writer: _Writer, n: int
) -> list[Json]:
    match part:
        case Title(text):
            return [{"type": "header", "text": _text(text)}]
        case Text(text):
            return _sections(writer.pieces(text))
        case Quote(text):
            return [_section(chunk) for chunk in mrkdwn.chunks(mrkdwn.quoted(text), SECTION, line_start="> ")]
        case Fields():
            return _fields(part, writer)
        case Image(url=url, alt=alt):
            return [{"type": "image", "image_url": url, "alt_text": alt}]
        case Divider():
            return [{"type": "divider"}]
        case Buttons(buttons):
            shown = [b for b in buttons if isinstance(b, LinkButton) or not b.disabled]
            elements = [_button(button, f"{n}.{m}") for m, button in enumerate(shown)]
            return [{"type": "actions", "elements": elements}] if elements else []
        case Select():
            return [_select(part)]
        case Footnote(text):
            found = mrkdwn.chunks(writer.pieces(text), SECTION)
            return [{"type": "context", "elements": [_mrkdwn(chunk) for chunk in found]}]


def _sections(pieces: list[str]) -> list[Json]:
    return [_section(chunk) for chunk in mrkdwn.chunks(pieces, SECTION)]


def _section(text: str) -> Json:
    return {"type": "section", "text": _mrkdwn(text)}


def _fields(part: Fields, writer: _Writer) -> list[Json]:
    shown = [writer.pieces(RichText((Bold(field.label), "\n")) + field.value) for field in part.fields]
    if any(sum(map(len, pieces)) > SECTION_FIELD for pieces in shown):
        return [block for pieces in shown for block in _sections(pieces)]
    return [{"type": "section", "fields": [_mrkdwn("".join(pieces)) for pieces in shown]}]


def _button(button: Button | LinkButton, n: str) -> Json:
    if isinstance(button, LinkButton):
        return {
            "type": "button",
            "text": _text(button.label),
            "action_id": f"{LINK_ACTION}{n}",
            "url": button.url,
        }
    shown: Json = {"type": "button", "text": _text(button.label), "action_id": button.action}
    if button.style is not Style.PLAIN:
        shown["style"] = button.style.value
    return shown


def _select(part: Select) -> Json:
    options = {option.value: _option(option) for option in part.options}
    chosen = [options[value] for value in part.chosen]
    element: Json = {
        "action_id": part.action,
        "placeholder": _text(part.placeholder),
        "options": list(options.values()),
    }
    if part.most == 1:
        if chosen:
            element["initial_option"] = chosen[0]
        return {"type": "actions", "elements": [{"type": "static_select", **element}]}
    if chosen:
        element["initial_options"] = chosen
    element |= {"type": "multi_static_select", "max_selected_items": part.most}
    # a select of several may not stand in an actions block, only beside a text
    return {"type": "section", "text": _text(part.placeholder), "accessory": element}


def _field(field: FormField) -> Json:
    block: Json = {
        "type": "input",
        "block_id": field.key,
        "label": _text(field.label),
        "optional": not field.required,
        "element": {"action_id": FIELD_ACTION, **_element(field)},
    }
    if field.hint:
        block["hint"] = _text(field.hint)
    return block


def _element(field: FormField) -> Json:
    match field:
        case Line() | Paragraph():
            element: Json = {"type": "plain_text_input", "multiline": isinstance(field, Paragraph)}
            element["max_length"] = field.max_length
            if field.value:
                element["initial_value"] = field.value
            if field.placeholder:
                element["placeholder"] = _text(field.placeholder)
            return element
        case Choice():
            return {"type": "static_select", "options": list(map(_option, field.options))} | (
                {"initial_option": _chosen(field.options, (field.value,))[0]} if field.value else {}
            )
        case Choices():
            return {"type": "multi_static_select", "options": list(map(_option, field.options))} | (
                {"initial_options": _chosen(field.options, field.values)} if field.values else {}
            )
        case Date():
            return {"type": "datepicker"} | ({"initial_date": field.value.isoformat()} if field.value else {})


def _chosen(options: tuple[Option, ...], values: tuple[str, ...]) -> list[Json]:
    return [_option(option) for option in options if option.value in values]


def _option(option: Option) -> Json:
    return {"text": _text(option.label), "value": option.value}


def _text(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": True}


def _mrkdwn(text: str) -> Json:
    # verbatim: Slack adds no links, channels or mentions of its own to what members typed
    return {"type": "mrkdwn", "text": text, "verbatim": True}
