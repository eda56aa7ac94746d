"""Answers: bound to one click or command, due in three seconds, and lost without harm if they come late."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from chat import limits
from chat.card import Card, Option
from chat.form import Form


class Say(msgspec.Struct, frozen=True, tag=True):
    """Tell who acted, privately."""

    card: Card


class OpenForm(msgspec.Struct, frozen=True, tag=True):
    """Show a form to who acted."""

    form: Form


class Redraw(msgspec.Struct, frozen=True, tag=True):
    """Replace the message that was pressed; where there is none, say it privately."""

    card: Card


class Invalid(msgspec.Struct, frozen=True, tag=True):
    """The form cannot be taken as it is. ``form`` holds what was typed; ``card`` says the errors where fields cannot.

    ``card`` must offer a button that opens ``form`` again (see ``handlers.drafts``).
    """

    errors: dict[str, str]  # by field key, plain sentences that say what to do
    form: Form
    card: Card | None = None


class Nothing(msgspec.Struct, frozen=True, tag=True):
    """Acknowledge, and show nothing."""


class Suggest(msgspec.Struct, frozen=True):
    """What may be meant by what is being typed, the likeliest first. The answer to ``OptionTyped`` and nothing else.

    Raises:
        LimitError: for too many, or for one value twice.

    """

    choices: tuple[Option, ...] = ()

    def __post_init__(self) -> None:
        """Hold the limit of choices."""
        limits.check_count("suggestions", len(self.choices), limits.OPTIONS, least=0)
        values = [choice.value for choice in self.choices]
        if len(set(values)) != len(values):
            raise limits.LimitError(f"a suggestion stands twice: {values}")


Answer: TypeAlias = Say | OpenForm | Redraw | Invalid | Nothing
