"""A setting's value in words, for the settings and for the record of who changed them."""

from __future__ import annotations

from community.digest_settings import WEEKDAYS
from community.knobs import Kind, Knob, plain
from handlers.public import shortened
from locales import Translator, msg

VALUE = 80  # characters of a value in a list
MENU = 75  # characters of a menu's line
LANGUAGE_NAMES = {"ja": msg("Japanese"), "en": msg("English")}


def shown(knob: Knob, kept: str, t: Translator, most: int = VALUE) -> str:
    """Return a value as people read it."""
    match knob.kind:
        case Kind.SWITCH:
            return t.line("on") if kept == "true" else t.line("off")
        case Kind.WEEKDAY if kept in WEEKDAYS:
            return weekday(kept, t)
        case Kind.LANGUAGE | Kind.CHOICE if kept in LANGUAGE_NAMES:
            return t.line(LANGUAGE_NAMES[kept])
    said = plain(knob, kept).replace("\n", " ").strip()
    return shortened(said, most) if said else "–"


def weekday(name: str, t: Translator) -> str:
    """Return what a day of the week is called."""
    return str(t.locale.days["format"]["wide"][WEEKDAYS.index(name)])
