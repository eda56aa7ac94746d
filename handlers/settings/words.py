"""Settings in words: what a value looks like, where it comes from, and what would fit."""

from __future__ import annotations

from chat.card import Option
from chat.ids import Workspace
from chat.text import RichText
from community.config import Channels, CommunitySettings, WorkspaceSettings
from community.digest.settings import WEEKDAYS
from community.settings.knobs import Kind, Knob, figure, held, raw
from community.settings.overrides import is_locked
from handlers.context import Context
from handlers.knob_words import LANGUAGE_NAMES, MENU, shown, weekday
from handlers.readers import Reader, settings_of, zone_of
from locales import Translator, msg
from storage.settings import Override

TEXT_OR_NONE = msg("It takes a text of up to {most} characters, or none at all.")
FITS = {
    Kind.SWITCH: msg("It is on or off."),
    Kind.NUMBER: msg("It takes a number from {least} to {most}."),
    Kind.WHOLE: msg("It takes a whole number from {least} to {most}."),
    Kind.HOUR: msg("It takes an hour of the day, like 09:00."),
    Kind.WEEKDAY: msg("It takes a day of the week: {days}."),
    Kind.DAY: msg("It takes a day like 2026-12-31, or “none”."),
    Kind.TEXT: msg("It takes a text of up to {most} characters."),
    Kind.CHANNEL: msg("It takes the name of a channel that I can see, like #general, or “none”."),
    Kind.CHANNELS: msg("It takes the names of channels that I can see, with commas between them, or “none”."),
    Kind.LANGUAGES: msg("It takes channels with ja, en or ja+en, like english=en, lounge=ja+en, or “none”."),
    Kind.BADGE: msg("It takes the name of a role or user group, or “none”."),
    Kind.BADGES: msg("It takes the names of roles or user groups, with commas between them, or “none”."),
    Kind.PEOPLE: msg("It takes members, like @aki, with commas between them, or “none”."),
    Kind.LANGUAGE: msg("It takes ja or en."),
    Kind.ZONE: msg("It takes a city or a zone, like Tokyo or Europe/Berlin."),
    Kind.CHOICE: msg("It takes {names}, or “none”."),
    Kind.CHOICES: msg("It takes {names}, or “none”."),
}


def current(knob: Knob, config: CommunitySettings, workspace: Workspace) -> str:
    """Return the value that holds, as the text that is kept."""
    return raw(held(knob, config, workspace))


def source(
    ctx: Context, who: Reader, knob: Knob, workspace: Workspace, *, override: Override | None, setter: str
) -> str:
    """Say where a value comes from, in a few words."""
    t, config = who.t, ctx.config
    if is_locked(config, knob.key(workspace)):
        return t.line("locked by the operator")
    if override is not None:
        day = t.date(override.changed_at, zone_of(who.member, who.account, config), now=ctx.now)
        if setter:
            return t.line("set here by {who} on {day}", who=setter, day=day)
        return t.line("set here on {day}", day=day)
    if current(knob, config, workspace) == current(knob, built_in(config, workspace), workspace):
        return t.line("as built in")
    return t.line("from the file")


def built_in(config: CommunitySettings, workspace: Workspace) -> CommunitySettings:
    """Return the settings of a community whose file says nothing."""
    here = settings_of(config, workspace)
    workspaces = (WorkspaceSettings(workspace=workspace, channels=Channels()),) if here else ()
    return CommunitySettings(id=config.id, workspaces=workspaces)


def what_fits(knob: Knob, t: Translator) -> RichText:
    """Say what a setting takes, with an example where that helps."""
    least, most = figure(knob.least), figure(knob.most)
    names = ", ".join(choice for choice in knob.choices if choice)
    message = TEXT_OR_NONE if knob.kind is Kind.TEXT and not knob.least else FITS[knob.kind]
    days = ", ".join(weekday(day, t) for day in WEEKDAYS)
    return t(message, least=least, most=most, names=names, days=days)


def choices_of(knob: Knob, t: Translator) -> tuple[Option, ...]:
    """Return what a form offers for a setting with few values; none where it is typed."""
    match knob.kind:
        case Kind.SWITCH:
            return (Option("on", t.line("on")), Option("off", t.line("off")))
        case Kind.WEEKDAY:
            return tuple(Option(day, weekday(day, t)) for day in WEEKDAYS)
        case Kind.LANGUAGE:
            return tuple(Option(code, t.line(name)) for code, name in LANGUAGE_NAMES.items())
        case Kind.CHOICE | Kind.CHOICES:
            return tuple(Option(choice or "-", shown(knob, choice, t, MENU)) for choice in knob.choices)
        case _:
            return ()
