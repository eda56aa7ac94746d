"""A card: what the bot shows, in neutral parts. Each platform has one pure renderer for it."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

import msgspec

from chat import limits
from chat.ids import UserRef
from chat.text import BadgeMention, Bold, ChannelLink, Code, Link, Mention, Moment, RichText


class Style(StrEnum):
    """How strongly a button asks to be pressed."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


class Accent(StrEnum):
    """The colour at a card's edge, where the platform draws one."""

    CALM = "calm"
    GOOD = "good"
    WARM = "warm"
    ALERT = "alert"


def _check_text(what: str, text: RichText, limit: int) -> None:
    plain = text.plain()
    escaped = len(plain) + sum(plain.count(c) * n for c, n in (("&", 4), ("<", 3), (">", 3)))
    if not 1 <= escaped <= limit:
        raise limits.LimitError(f"{what} is {escaped} characters when escaped, limit {limit}: {plain[:80]!r}")


class Title(msgspec.Struct, frozen=True, tag=True):
    """The card's heading, plain."""

    text: str

    def __post_init__(self) -> None:
        """Hold the limit of a heading."""
        limits.check_length("title", self.text, limits.TITLE)


class Text(msgspec.Struct, frozen=True, tag=True):
    """A paragraph."""

    text: RichText

    def __post_init__(self) -> None:
        """Hold the limit of a paragraph."""
        _check_text("text", self.text, limits.BODY)


class Quote(msgspec.Struct, frozen=True, tag=True):
    """A member's own words, set apart; never read as markup."""

    text: str

    def __post_init__(self) -> None:
        """Hold the limit of a paragraph, the quote marks of each line included."""
        _check_text("quote", RichText((self.text, "> " * (self.text.count("\n") + 1))), limits.BODY)


class Field(msgspec.Struct, frozen=True):
    """A label and its value."""

    label: str
    value: RichText

    def __post_init__(self) -> None:
        """Hold the limits of a field."""
        limits.check_length("field label", self.label, limits.FORM_LABEL)
        _check_text("field value", self.value, limits.FIELD_VALUE)


class Fields(msgspec.Struct, frozen=True, tag=True):
    """Labels and values, side by side where there is room."""

    fields: tuple[Field, ...]

    def __post_init__(self) -> None:
        """Hold the limit of fields."""
        limits.check_count("fields", len(self.fields), limits.FIELDS)


class Image(msgspec.Struct, frozen=True, tag=True):
    """A picture on the web, with the words for those who do not see it."""

    url: str
    alt: str

    def __post_init__(self) -> None:
        """Hold the limits of a picture."""
        limits.check_length("image address", self.url, limits.URL)
        limits.check_length("image description", self.alt, 1000)


class Divider(msgspec.Struct, frozen=True, tag=True):
    """A line between parts."""


class Button(msgspec.Struct, frozen=True, tag=True):
    """A button. ``action`` is ``name`` or ``name:argument``; it is visible to clients, so it carries ids only."""

    action: str
    label: str
    style: Style = Style.PLAIN
    disabled: bool = False  # on Slack, which has no such state, the button is left out

    def __post_init__(self) -> None:
        """Hold the limits of a button."""
        limits.check_action(self.action)
        limits.check_length("button label", self.label, limits.BUTTON_LABEL)


class LinkButton(msgspec.Struct, frozen=True, tag=True):
    """A button that opens a web address."""

    url: str
    label: str

    def __post_init__(self) -> None:
        """Hold the limits of a button."""
        limits.check_length("button address", self.url, limits.URL)
        limits.check_length("button label", self.label, limits.BUTTON_LABEL)


class Buttons(msgspec.Struct, frozen=True, tag=True):
    """One row of buttons."""

    buttons: tuple[Button | LinkButton, ...]

    def __post_init__(self) -> None:
        """Hold the limit of a row."""
        limits.check_count("buttons in a row", len(self.buttons), limits.BUTTONS)


class Option(msgspec.Struct, frozen=True):
    """One choice of a select. ``value`` is what comes back."""

    value: str
    label: str

    def __post_init__(self) -> None:
        """Hold the limits of an option."""
        limits.check_length("option value", self.value, limits.OPTION_LABEL)
        limits.check_length("option label", self.label, limits.OPTION_LABEL)


class Select(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """A menu in a card; choosing sends ``ActionPressed`` with the values."""

    action: str
    placeholder: str
    options: tuple[Option, ...]
    chosen: tuple[str, ...] = ()
    least: int = 1
    most: int = 1

    def __post_init__(self) -> None:
        """Hold the limits of a menu."""
        limits.check_action(self.action)
        limits.check_length("placeholder", self.placeholder, limits.PLACEHOLDER)
        check_options(self.options, self.chosen)
        limits.check_count("options that may be chosen", self.most, len(self.options), least=max(1, self.least))


class Footnote(msgspec.Struct, frozen=True, tag=True):
    """Small print."""

    text: RichText

    def __post_init__(self) -> None:
        """Hold the limit of a paragraph."""
        _check_text("footnote", self.text, limits.BODY)


Part: TypeAlias = Title | Text | Quote | Fields | Image | Divider | Buttons | Select | Footnote


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What the bot shows. Refuses what one of the platforms could not show.

    Raises:
        LimitError: with what is too much and the limit.

    """

    parts: tuple[Part, ...]
    accent: Accent = Accent.CALM
    notify: tuple[UserRef, ...] = ()  # whose mentions ping; nobody else's do
    notify_badges: tuple[str, ...] = ()  # roles or user groups, by name or id, whose mentions ping
    summary: str = ""  # the line of a notification; made from the title or first text where empty

    def __post_init__(self) -> None:
        """Hold the limits of a whole message."""
        limits.check_count("parts of a card", len(self.parts), limits.PARTS)
        text = sum(map(_written, self.parts))
        limits.check_count("characters of a card", text, limits.CARD_TEXT, least=0)
        components = 1 + sum(_components(part) for part in self.parts)
        limits.check_count("components of a card", components, limits.COMPONENTS)
        actions = [a for part in self.parts for a in part_actions(part)]
        if len(set(actions)) != len(actions):
            raise limits.LimitError(f"an action stands twice on one card: {sorted(actions)}")

    def headline(self) -> str:
        """Return the plain line for notifications and screen readers."""
        if self.summary:
            return self.summary
        texts = (part_text(part) for part in self.parts)
        return next((text for text in texts if text), "…")[:200]

    def badges(self) -> tuple[str, ...]:
        """Return the roles or user groups that the card names, for an adapter to look up."""
        texts = (text for part in self.parts for text in _rich_texts(part))
        named = (span.badge for text in texts for span in text.spans if isinstance(span, BadgeMention))
        return tuple(dict.fromkeys((*named, *self.notify_badges)))


def _rich_texts(part: Part) -> tuple[RichText, ...]:
    match part:
        case Text(text) | Footnote(text):
            return (text,)
        case Fields(fields):
            return tuple(field.value for field in fields)
        case _:
            return ()


def check_options(options: tuple[Option, ...], chosen: tuple[str, ...]) -> None:
    """Refuse options that a select could not show.

    Raises:
        LimitError: for too many, for one value twice, or for a choice that is no option.

    """
    limits.check_count("options", len(options), limits.OPTIONS)
    values = [option.value for option in options]
    if len(set(values)) != len(values):
        raise limits.LimitError(f"an option value stands twice: {values}")
    if stray := set(chosen) - set(values):
        raise limits.LimitError(f"chosen, but not among the options: {sorted(stray)}")


def part_text(part: Part) -> str:
    """Return the readable text of a part."""
    match part:
        case Title(text) | Quote(text):
            return text
        case Text(text) | Footnote(text):
            return text.plain()
        case Fields(fields):
            return "\n".join(f"{field.label}: {field.value.plain()}" for field in fields)
        case Image() | Divider() | Buttons() | Select():
            return ""


def _written(part: Part) -> int:
    """Return how long the text of a part is with the signs of style, tokens and addresses that a platform adds."""
    length = len(part_text(part))
    match part:
        case Title():
            return length + len("## ")
        case Quote(text):
            return length + len("> ") * (text.count("\n") + 1)
        case Text(text):
            return length + _tokens(text)
        case Footnote(text):
            return length + _tokens(text) + len("-# ") * (text.plain().count("\n") + 1)
        case Fields(fields):
            return sum(
                len("****") + len(field.label) + len(field.value.plain()) + 2 + _tokens(field.value) for field in fields
            )
        case _:
            return length


def _tokens(text: RichText) -> int:
    """Return how much longer a text is with its values written as tokens."""
    more = 0
    for span in text.spans:
        match span:
            case Bold():
                more += len("****")
            case Code():
                more += len("``")
            case Mention() | BadgeMention() | ChannelLink() | Moment():
                more += limits.TOKEN
            case Link(url=url):
                more += len("[]()") + len(url)
            case _:
                pass
    return more


def part_actions(part: Part) -> tuple[str, ...]:
    """Return the action ids that a part can send."""
    match part:
        case Buttons(buttons):
            return tuple(b.action for b in buttons if isinstance(b, Button))
        case Select(action=action):
            return (action,)
        case _:
            return ()


def _components(part: Part) -> int:
    match part:
        case Buttons(buttons):
            return 1 + len(buttons)
        case Select():
            return 2
        case _:
            return 1
