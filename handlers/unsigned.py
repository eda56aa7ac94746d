"""What a form says that is kept without a name: sent twice, or not to be read. The survey and the pulse are such."""

from __future__ import annotations

from collections.abc import Sequence

from chat.answers import Invalid, Say
from chat.card import Accent, Button, Buttons, Card, Text
from chat.events import FormSubmitted
from chat.form import Form
from handlers.readers import Reader, note


def answered_already(who: Reader) -> Say:
    """Say that one answer each is kept, and that nobody can take it back."""
    said = who.t("You have answered already, thank you. Nobody can tell which answer is yours, so it stays as it is.")
    return note(said, Accent.GOOD)


def choose_each(who: Reader, event: FormSubmitted, blank: Form, keys: Sequence[str], again: Button) -> Invalid:
    """Ask again for one of each of the fields ``keys``. No draft is kept: it would bear the member's name."""
    t = who.t
    said = t.line("Please choose one of each.")
    card = Card(
        parts=(
            Text(t("Please choose one of each. Nothing was kept, so that your answer has no name on it.")),
            Buttons((again,)),
        ),
        accent=Accent.WARM,
    )
    wrong = {key: said for key in keys if not event.values.get(key)} or {keys[0]: said}
    return Invalid(wrong, blank.filled(event.values), card)
