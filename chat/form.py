"""A short form: at most five fields, because that is what Discord shows."""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

import msgspec

from chat import limits
from chat.card import Option, check_options


class _Field(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    label: str
    hint: str = ""
    required: bool = True

    def __post_init__(self) -> None:
        """Hold the limits of a form's field."""
        limits.check_action(self.key)
        limits.check_length("field label", self.label, limits.FORM_LABEL)
        limits.check_length("field hint", self.hint, limits.FORM_HINT, least=0)


class Line(_Field, frozen=True, kw_only=True, tag=True):
    """One line of text."""

    value: str = ""
    placeholder: str = ""
    max_length: int = 200


class Paragraph(_Field, frozen=True, kw_only=True, tag=True):
    """Several lines of text."""

    value: str = ""
    placeholder: str = ""
    max_length: int = 1000


class Choice(_Field, frozen=True, kw_only=True, tag=True):
    """One of several options."""

    options: tuple[Option, ...]
    value: str | None = None

    def __post_init__(self) -> None:
        """Hold the limits of a select."""
        super().__post_init__()
        check_options(self.options, (self.value,) if self.value else ())


class Choices(_Field, frozen=True, kw_only=True, tag=True):
    """Any number of several options."""

    options: tuple[Option, ...]
    values: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Hold the limits of a select."""
        super().__post_init__()
        check_options(self.options, self.values)


class Date(_Field, frozen=True, kw_only=True, tag=True):
    """A day. Comes back as ISO 8601 (``2026-12-04``)."""

    value: date | None = None


FormField: TypeAlias = Line | Paragraph | Choice | Choices | Date
Values: TypeAlias = dict[str, str | tuple[str, ...]]


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """A form. ``id`` is ``name`` or ``name:argument`` like an action; it survives a restart because it says all.

    Raises:
        LimitError: with what is too much and the limit.

    """

    id: str
    title: str
    fields: tuple[FormField, ...]
    submit: str
    cancel: str

    def __post_init__(self) -> None:
        """Hold the limits of a form on both platforms."""
        limits.check_action(self.id)
        limits.check_length("form title", self.title, limits.FORM_TITLE)
        limits.check_length("submit label", self.submit, limits.FORM_TITLE)
        limits.check_length("cancel label", self.cancel, limits.FORM_TITLE)
        limits.check_count("form fields", len(self.fields), limits.FORM_FIELDS)
        keys = [field.key for field in self.fields]
        if len(set(keys)) != len(keys):
            raise limits.LimitError(f"a field key stands twice: {keys}")

    def filled(self, values: Values) -> Form:
        """Return the same form with what somebody typed, so that nothing they wrote is lost."""
        return msgspec.structs.replace(self, fields=tuple(_fill(field, values.get(field.key)) for field in self.fields))


def _fill(field: FormField, value: str | tuple[str, ...] | None) -> FormField:
    if value is None:
        return field
    match field:
        case Line() | Paragraph():
            return msgspec.structs.replace(field, value=str(value)[: field.max_length])
        case Choice():
            known = {option.value for option in field.options}
            return msgspec.structs.replace(field, value=value if value in known else None)
        case Choices():
            known = {option.value for option in field.options}
            chosen = (value,) if isinstance(value, str) else value
            return msgspec.structs.replace(field, values=tuple(v for v in chosen if v in known))
        case Date():
            try:
                return msgspec.structs.replace(field, value=date.fromisoformat(str(value)))
            except ValueError:
                return field
