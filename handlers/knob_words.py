"""A setting's value in words, for the settings and for the record of who changed them."""

from __future__ import annotations

from datetime import date

from community.digest_settings import WEEKDAYS
from community.knob_labels import LABELS
from community.knobs import Kind, Knob, plain
from community.zones import zone_or
from handlers.context import Context
from handlers.public import shortened
from locales import Translator, msg

VALUE = 80  # characters of a value in a list
MENU = 75  # characters of a menu's line
LANGUAGE_NAMES = {"ja": msg("Japanese"), "en": msg("English")}


def label(knob: Knob, t: Translator) -> str:
    """Return what people call a setting."""
    return t.line(LABELS[knob.name])


def titled(knob: Knob, t: Translator, most: int = VALUE) -> str:
    """Return what people call a setting, with the name that is typed beside it where there is room."""
    both = t.line("{label} ({name})", label=label(knob, t), name=knob.name)
    return both if len(both) <= most else shortened(label(knob, t), most)


def today_of(ctx: Context) -> date:
    """Return the community's day, in which the days of settings are meant."""
    return ctx.now.astimezone(zone_or(None, ctx.config.time_zone)).date()


def shown(knob: Knob, kept: str, t: Translator, most: int = VALUE, *, today: date | None = None) -> str:
    """Return a value as people read it; a day of the year that ``today`` is in without it."""
    match knob.kind:
        case Kind.SWITCH:
            return t.line("on") if kept == "true" else t.line("off")
        case Kind.WEEKDAY if kept in WEEKDAYS:
            return weekday(kept, t)
        case Kind.LANGUAGE | Kind.CHOICE if kept in LANGUAGE_NAMES:
            return t.line(LANGUAGE_NAMES[kept])
        case Kind.DAY:
            return _day(kept, t, today)
    said = plain(knob, kept).replace("\n", " ").strip()
    return shortened(said, most) if said else "–"


def _day(kept: str, t: Translator, today: date | None) -> str:
    """Return a day of the calendar, without its year where that is this one; none: no day."""
    try:
        return t.day(date.fromisoformat(kept), today=today)
    except ValueError:
        return t.line("none")


def weekday(name: str, t: Translator) -> str:
    """Return what a day of the week is called."""
    return str(t.locale.days["format"]["wide"][WEEKDAYS.index(name)])
