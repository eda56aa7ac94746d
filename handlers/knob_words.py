"""A setting and its value in words, for the settings and for the record of who changed them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from chat.ids import Platform, UserRef, Workspace
from chat.text import Code, RichText
from community.digest.settings import WEEKDAYS
from community.settings.knob_labels import LABELS
from community.settings.knob_units import COUNTS, NOTHING, UNSET, Counts
from community.settings.knobs import HERE, Kind, Knob, listed, plain
from community.when.zones import zone_or
from handlers.accounts import told_apart
from handlers.context import Context
from handlers.figures.words import READERS
from handlers.public import shortened
from handlers.readers import account_in, name_of, settings_of
from locales import Translator, msg

VALUE = 80  # characters of a value in a list
MENU = 75  # characters of a menu's line
LANGUAGE_NAMES = {"ja": msg("Japanese"), "en": msg("English")}
OF_READERS = {str(stakeholder): name for stakeholder, name in READERS.items()}


def label(knob: Knob, t: Translator) -> str:
    """Return what people call a setting."""
    return t.line(LABELS[knob.name])


def titled(knob: Knob, t: Translator, most: int = VALUE) -> str:
    """Return what people call a setting, with the name that is typed beside it where there is room."""
    both = t.line("{label} ({name})", label=label(knob, t), name=knob.name)
    return both if len(both) <= most else shortened(label(knob, t), most)


def named(ctx: Context, knob: Knob, workspace: Workspace | None, t: Translator) -> str:
    """Return what people call a setting, with the workspace it is of where there are several."""
    place = place_of(ctx, workspace) if knob.path.startswith(HERE) and workspace is not None else ""
    return t.line("{label} ({name})", label=label(knob, t), name=place) if place else label(knob, t)


def place_of(ctx: Context, workspace: Workspace) -> str:
    """Return what tells a workspace from the community's others: its platform, or its name; empty where it is alone."""
    return told_apart(ctx, workspace, between=": ", most=VALUE)


def workspace_in(key: str) -> Workspace | None:
    """Return the workspace whose setting is kept under a key; none: the setting is the whole community's."""
    beginning, _, rest = key.partition(".")
    platform, _, id_ = rest.partition(".")[0].partition(":")
    known = beginning == "workspaces" and platform in {str(one) for one in Platform} and id_
    return Workspace(Platform(platform), id_) if known else None


def today_of(ctx: Context) -> date:
    """Return the community's day, in which the days of settings are meant."""
    return ctx.now.astimezone(zone_or(None, ctx.config.time_zone)).date()


async def value_in(
    ctx: Context, knob: Knob, kept: str, workspace: Workspace | None, t: Translator, *, most: int = VALUE
) -> Code:
    """Return a value as people read it, with channels and members by their names."""
    known = kept
    if workspace is not None and knob.kind is Kind.PEOPLE and listed(kept):
        known = t.line(", ").join([await _person(ctx, user, workspace, t) for user in listed(kept)])
        return Code(shortened(known, most))
    if workspace is not None and knob.kind in {Kind.CHANNEL, Kind.CHANNELS}:
        names = listed(kept) if knob.is_list else [kept] if kept else []
        if names:
            return Code(shortened(t.line(", ").join(_channel(ctx, name, workspace) for name in names), most))
    return Code(shown(knob, known, t, most, today=today_of(ctx)))


async def _person(ctx: Context, user: str, workspace: Workspace, t: Translator) -> str:
    member = await ctx.db.people.by_user(UserRef(workspace.platform, workspace.id, user))
    account = account_in(member, workspace) if member else None
    return f"@{name_of(account, t)}" if account else user


def _channel(ctx: Context, name: str, workspace: Workspace) -> str:
    found = ctx.chat.place(workspace, name) if settings_of(ctx.config, workspace) else None
    return f"#{found.name if found else name}"


def shown(knob: Knob, kept: str, t: Translator, most: int = VALUE, *, today: date | None = None) -> str:
    """Return a value as people read it; a day of the year that ``today`` is in without it."""
    if kept in {"", "[]", "{}"} or (kept in {"0", "0.0"} and knob.name in NOTHING):
        return t.line(NOTHING.get(knob.name, UNSET))
    said = plain(knob, kept).replace("\n", " ").strip()
    match knob.kind:
        case Kind.SWITCH:
            said = t.line("on") if kept == "true" else t.line("off")
        case Kind.WEEKDAY if kept in WEEKDAYS:
            said = weekday(kept, t)
        case Kind.LANGUAGE | Kind.CHOICE if kept in LANGUAGE_NAMES:
            said = t.line(LANGUAGE_NAMES[kept])
        case Kind.DAY:
            said = _day(kept, t, today)
        case Kind.NUMBER | Kind.WHOLE if knob.name in COUNTS:
            said = _counted(COUNTS[knob.name], kept, t)
        case Kind.CHOICE | Kind.CHOICES:
            said = t.line(", ").join(_reader(choice, t) for choice in (listed(kept) or [kept]))
    return shortened(said, most)


def _reader(choice: str, t: Translator) -> str:
    return t.line(OF_READERS[choice]) if choice in OF_READERS else choice


def _counted(counts: Counts, kept: str, t: Translator) -> str:
    """Return a number with what it counts; a part of an hour reads as several do."""
    try:
        n = float(kept)
    except ValueError:
        return kept
    match counts:
        case Counts.DAY_OF_MONTH:
            return t.line("day {n} of the month", n=kept)
        case Counts.SHARE:
            return f"{n * 100:.4g}%"
        case _:
            return COUNTED[counts](t, int(n) if n.is_integer() else 2, kept).plain()


COUNTED: Mapping[Counts, Callable[[Translator, int, str], RichText]] = {
    Counts.DAYS: lambda t, n, kept: t.n("{n} day", "{n} days", n, n=kept),
    Counts.HOURS: lambda t, n, kept: t.n("{n} hour", "{n} hours", n, n=kept),
    Counts.HOURS_BEFORE: lambda t, n, kept: t.n("{n} hour before the start", "{n} hours before the start", n, n=kept),
    Counts.MINUTES: lambda t, n, kept: t.n("{n} minute", "{n} minutes", n, n=kept),
    Counts.PEOPLE: lambda t, n, kept: t.n("{n} person", "{n} people", n, n=kept),
    Counts.TIMES: lambda t, n, kept: t.n("{n} time", "{n} times", n, n=kept),
    Counts.GREETINGS: lambda t, n, kept: t.n("{n} greeting", "{n} greetings", n, n=kept),
    Counts.MOMENTS: lambda t, n, kept: t.n("{n} moment", "{n} moments", n, n=kept),
}


def _day(kept: str, t: Translator, today: date | None) -> str:
    """Return a day of the calendar, without its year where that is this one; what is no day as it is kept."""
    try:
        return t.day(date.fromisoformat(kept), today=today)
    except ValueError:
        return kept


def weekday(name: str, t: Translator) -> str:
    """Return what a day of the week is called."""
    return str(t.locale.days["format"]["wide"][WEEKDAYS.index(name)])
