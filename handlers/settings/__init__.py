"""``/community settings``: everything that can be set while the bot runs, what it means, and changing it."""

from __future__ import annotations

from chat.answers import Answer, OpenForm, Redraw, Say, Suggest
from chat.card import Accent
from chat.commands import CommandOption, Localised, SubCommand
from chat.events import ActionPressed, CommandUsed, FormSubmitted, OptionTyped
from chat.text import Code
from community.settings.knob_list import find
from community.settings.knobs import Kind, Knob, Section
from handlers.context import Context
from handlers.knob_words import today_of
from handlers.membership.cap import CHANGED
from handlers.readers import Reader, arguments, note, reader
from handlers.routes import Feature, command, complete, form, press
from handlers.settings.cards import BACK, OPEN, PICK, SECTION, menu_card, section_card
from handlers.settings.changing import (
    DEFAULT,
    GO,
    RESET,
    barred,
    change,
    flip,
    propose,
    propose_default,
    reset,
    undo,
)
from handlers.settings.finding import found_card, meant, named_section, search
from handlers.settings.forms import FORM, form_of, typed_in
from handlers.settings.words import current, what_fits
from locales import msg

BACK_WORDS = frozenset({"default", "reset", "戻す", "初期値"})
SETTINGS = SubCommand(
    name="settings",
    description=Localised(en="See and change what is set", ja="設定の確認と変更"),
    options=(
        CommandOption(
            name="set",
            description=Localised(en="Which setting: its name, or a word", ja="設定の名前、または探す言葉（例：上限）"),
            completes=True,
        ),
        CommandOption(
            name="value", description=Localised(en="Its new value, or: default", ja="新しい値（default で元に戻す）")
        ),
    ),
)


async def show_settings(ctx: Context, event: CommandUsed) -> Answer:
    """Show the sections, one setting, or a change before it is made."""
    who = await reader(ctx, event)
    name, typed = event.options.get("set", "").strip(), event.options.get("value", "").strip()
    if not name:
        return Say(await menu_card(ctx, who, event.workspace))
    found = find(name) or search(name)
    if len(found) != 1:
        return await _asked_back(ctx, who, name, found, event)
    if not typed:
        return Say(await section_card(ctx, who, found[0].section, event.workspace, said=what_fits(found[0], who.t)))
    if typed.lower() in BACK_WORDS:
        return await propose_default(ctx, who, found[0], event)
    return await propose(ctx, who, found[0], typed, event)


async def _asked_back(ctx: Context, who: Reader, name: str, found: list[Knob], event: CommandUsed) -> Answer:
    """Show the section that is meant, or the settings that may be."""
    section = named_section(name)
    if section is not None and not event.options.get("value"):
        return Say(await section_card(ctx, who, section, event.workspace))
    if found:
        return Say(await found_card(ctx, who, name, found, event.workspace))
    said = who.t("There is no setting {name}. `/community settings` shows all of them.", name=Code(name[:60]))
    return note(said, Accent.WARM)


async def complete_name(ctx: Context, typed: OptionTyped) -> Suggest:
    """Propose settings while one is typed."""
    return Suggest(meant(typed.typed, ctx.t))


async def open_menu(ctx: Context, event: ActionPressed) -> Answer:
    """Go back to the sections."""
    return Redraw(await menu_card(ctx, await reader(ctx, event), event.workspace))


async def open_section(ctx: Context, event: ActionPressed) -> Answer:
    """Show one section."""
    who = await reader(ctx, event)
    section = next((section for section in Section if section.value in event.values), None)
    if section is None:
        return Redraw(await menu_card(ctx, who, event.workspace))
    return Redraw(await section_card(ctx, who, section, event.workspace))


async def pick(ctx: Context, event: ActionPressed) -> Answer:
    """Open the form of a setting, or turn a switch at once."""
    who = await reader(ctx, event)
    name, _, target = next(iter(event.values), "").partition(":")
    knob = _exactly(name)
    if knob is None:
        return note(who.t("There is no such setting any more."), Accent.WARM)
    if knob.kind is Kind.SWITCH and target in {"on", "off"}:
        return await flip(ctx, who, knob, target, event)
    if said := await barred(ctx, who, knob, event.workspace):
        return note(said, Accent.WARM)
    return OpenForm(form_of(knob, current(knob, ctx.config, event.workspace), who.t, today=today_of(ctx)))


async def take(ctx: Context, event: FormSubmitted) -> Answer:
    """Show what the form asks for before it is made."""
    who = await reader(ctx, event)
    knob = _exactly("".join(arguments(event)[:1]))
    if knob is None:
        return note(who.t("There is no such setting any more."), Accent.WARM)
    typed = typed_in(event.values)
    filled = form_of(knob, current(knob, ctx.config, event.workspace), who.t, today=today_of(ctx)).filled(event.values)
    return await propose(ctx, who, knob, typed or ("none" if knob.may_be_empty else ""), event, form=filled)


async def go(ctx: Context, event: ActionPressed) -> Answer:
    """Make the change that was previewed."""
    return await change(ctx, await reader(ctx, event), event)


async def pick_back(ctx: Context, event: ActionPressed) -> Answer:
    """Show what the file says for a setting that was set here."""
    who = await reader(ctx, event)
    knob = _exactly(next(iter(event.values), ""))
    if knob is None:
        return note(who.t("There is no such setting any more."), Accent.WARM)
    return await propose_default(ctx, who, knob, event)


async def go_back(ctx: Context, event: ActionPressed) -> Answer:
    """Let a setting go back to what the file says."""
    who = await reader(ctx, event)
    name, mark = (*arguments(event), "", "")[:2]
    knob = _exactly(name)
    if knob is None:
        return note(who.t("There is no such setting any more."), Accent.WARM)
    return await reset(ctx, who, knob, mark, event)


def _exactly(name: str) -> Knob | None:
    found = find(name) if name else []
    return found[0] if found and found[0].name == name else None


COMPLETIONS = (complete("community", SETTINGS.name, "set", complete_name),)
FEATURE = Feature(
    "settings",
    routes=(
        command("community", SETTINGS.name, show_settings),
        press(OPEN, open_menu),
        press(SECTION, open_section),
        press(PICK, pick, opens_form=True),
        form(FORM, take),
        press(GO, go),
        press(BACK, pick_back),
        press(DEFAULT, go_back),
    ),
    deeds={
        CHANGED: msg("{who} changed {subject} from {before} to {after}."),
        RESET: msg("{who} took {subject} back to what the file says: from {before} to {after}."),
    },
    undoes={CHANGED: undo, RESET: undo},
)
