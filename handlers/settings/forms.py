"""The form in which a setting is changed: filled in with what holds, and kept with what was typed."""

from __future__ import annotations

from datetime import date

from chat import limits
from chat.form import Choice, Choices, Form, FormField, Line, Paragraph, Values
from community.settings.knobs import Kind, Knob, listed, plain
from handlers.knob_words import shown, titled
from handlers.public import shortened
from handlers.settings.words import choices_of, what_fits
from locales import Translator

FORM = "set"
FIELD = "value"
LINE = 200  # characters that still read well on one line
LONG = 3000
NOW = 20  # characters of the present value in the hint


def form_of(knob: Knob, kept: str, t: Translator, mark: str = "", *, today: date | None = None) -> Form:
    """Return the form of a setting; ``mark`` remembers what held when a preview was shown."""
    return Form(
        id=f"{FORM}:{knob.name}:{mark}" if mark else f"{FORM}:{knob.name}",
        title=shortened(t.line("Change a setting"), limits.FORM_TITLE),
        fields=(_field(knob, kept, t, today),),
        submit=t.line("Preview"),
        cancel=t.line("Cancel"),
    )


def _field(knob: Knob, kept: str, t: Translator, today: date | None) -> FormField:
    now = t.line("Now: {value}.", value=shown(knob, kept, t, NOW, today=today))
    hint = shortened(f"{now} {what_fits(knob, t).plain()}", limits.FORM_HINT)
    label = titled(knob, t, limits.FORM_LABEL)
    required = not knob.may_be_empty
    if options := choices_of(knob, t):
        if knob.kind is Kind.CHOICES:
            return Choices(
                key=FIELD, label=label, hint=hint, options=options, values=tuple(listed(kept)), required=False
            )
        chosen = {"true": "on", "false": "off", "": "-"}.get(kept, kept)
        known = chosen if any(option.value == chosen for option in options) else None
        return Choice(key=FIELD, label=label, hint=hint, options=options, value=known)
    held = plain(knob, kept)
    is_long = knob.kind is Kind.TEXT and knob.most > LINE
    if is_long or knob.is_list or len(held) > LINE:
        most = int(knob.most) if knob.kind is Kind.TEXT else LONG
        return Paragraph(key=FIELD, label=label, hint=hint, value=held, max_length=most, required=required)
    return Line(key=FIELD, label=label, hint=hint, value=held, max_length=LINE, required=required)


def typed_in(values: Values) -> str:
    """Return what came back from the form, as it could have been typed."""
    value = values.get(FIELD, "")
    return value if isinstance(value, str) else ", ".join(value)


def typed_of(form: Form) -> str:
    """Return what a kept form holds."""
    match form.fields[0]:
        case Choices(values=values):
            return ", ".join(values)
        case Line(value=value) | Paragraph(value=value):
            return value
        case Choice(value=chosen):
            return chosen or ""
        case _:
            return ""
