"""The settings as cards: the sections, one section with all it holds, and one change before it is made."""

from __future__ import annotations

from collections.abc import Mapping

from chat.card import Accent, Button, Buttons, Card, Footnote, Option, Part, Select, Style, Text, Title
from chat.ids import Workspace
from chat.text import Bold, Code, RichText, join, rich
from community.settings.knob_list import SECTIONS, of_section
from community.settings.knobs import Kind, Knob, Section
from community.settings.overrides import is_locked
from handlers.audit.subjects import mention_in
from handlers.audit.undoing import undo_button
from handlers.context import Context
from handlers.knob_words import MENU, label, place_of, titled, value_in
from handlers.previews import LEAVE
from handlers.public import shortened
from handlers.readers import Reader
from handlers.settings.words import current, source
from locales import Translator
from storage.settings import Override

OPEN, SECTION, PICK, BACK = "set_menu", "set_section", "set_pick", "set_back"
OF_A_WORKSPACE = {Section.CHANNELS, Section.PEOPLE}
HALF = 6  # settings in one text, which has a limit of its own


async def menu_card(ctx: Context, who: Reader, workspace: Workspace) -> Card:
    """Return the sections, with how many settings were set here."""
    t, overrides = who.t, await ctx.db.settings.all()
    lines: list[RichText] = []
    for section, title in SECTIONS.items():
        knobs = of_section(section)
        locked = sum(is_locked(ctx.config, knob.key(workspace)) for knob in knobs)
        changed = _changed(ctx, knobs, overrides, workspace)
        said = [t.n("{n} setting", "{n} settings", len(knobs)).plain()]
        if changed:
            said.append(t.n("{n} set here", "{n} set here", changed).plain())
        if locked:
            said.append(t.n("{n} locked", "{n} locked", locked).plain())
        lines.append(rich("• ", Bold(t.line(title)), "  ", " · ".join(said)))
    options = tuple(Option(section.value, t.line(title)) for section, title in SECTIONS.items())
    return Card(
        parts=(
            Title(t.line("Settings")),
            Text(join("\n", lines)),
            Select(action=SECTION, placeholder=t.line("Show and change…"), options=options),
            Footnote(
                t(
                    "Typed: `/community settings set:name value:…`; `value:default` takes a change back. "
                    "`/community audit` shows who changed what."
                )
            ),
        )
    )


def _changed(ctx: Context, knobs: list[Knob], overrides: Mapping[str, Override], workspace: Workspace) -> int:
    keys = [knob.key(workspace) for knob in knobs]
    return sum(key in overrides and not is_locked(ctx.config, key) for key in keys)


async def section_card(
    ctx: Context,
    who: Reader,
    section: Section,
    workspace: Workspace,
    *,
    said: RichText | None = None,
    undo: int | None = None,
) -> Card:
    """Return the settings of one section, each with its value, where that comes from and what it means."""
    t, overrides = who.t, await ctx.db.settings.all()
    lines, options, back = [], [], []
    for knob in of_section(section):
        key = knob.key(workspace)
        kept, locked = current(knob, ctx.config, workspace), is_locked(ctx.config, key)
        override = None if locked else overrides.get(key)
        origin = source(ctx, who, knob, workspace, override=override, setter=await _setter(ctx, who, override))
        mark = " 🔒" if locked else " 👑" if knob.owner else ""
        value = await value_in(ctx, knob, kept, workspace, t)
        lines.append(rich(Bold(titled(knob, t)), mark, "  ", value, "  ", f"{t.line(knob.meaning)} ({origin})"))
        if locked:
            continue
        options.append(option_of(knob, kept, value.text, t))
        if override is not None:
            back.append(Option(knob.name, titled(knob, t, MENU)))
    parts: list[Part] = [Title(_title(ctx, section, workspace, t))]
    if said is not None:
        parts.append(Text(said))
        if undo is not None:
            parts.append(Buttons((undo_button(t, undo),)))
    parts += [Text(join("\n", lines[n : n + HALF])) for n in range(0, len(lines), HALF)]
    if options:
        parts.append(Select(action=PICK, placeholder=t.line("Change one…"), options=tuple(options)))
    if back:
        parts.append(Select(action=BACK, placeholder=t.line("Back to what the file says…"), options=tuple(back)))
    parts.append(Buttons((Button(OPEN, t.line("All sections")),)))
    if any(knob.owner for knob in of_section(section)):
        parts.append(Footnote(t("👑 Only an owner of the community changes these.")))
    return Card(parts=tuple(parts))


def _title(ctx: Context, section: Section, workspace: Workspace, t: Translator) -> str:
    title, place = t.line(SECTIONS[section]), place_of(ctx, workspace) if section in OF_A_WORKSPACE else ""
    return t.line("{label} ({name})", label=title, name=place) if place else title


def option_of(knob: Knob, kept: str, value: str, t: Translator) -> Option:
    """Return a setting as a menu's option; a switch says what it would be turned to, and needs no form."""
    if knob.kind is Kind.SWITCH:
        target = "off" if kept == "true" else "on"
        then = t.line("off") if target == "off" else t.line("on")
        return Option(f"{knob.name}:{target}", f"{titled(knob, t, MENU - len(then) - 3)} → {then}")
    return Option(knob.name, shortened(f"{titled(knob, t, MENU)}: {value}", MENU))


async def _setter(ctx: Context, who: Reader, override: Override | None) -> str:
    found = await mention_in(ctx, override.changed_by, who) if override else None
    return found.name if found else ""


def change_card(
    who: Reader, knob: Knob, name: str, values: tuple[Code, Code], follows: RichText | None, *, do: str,
    edit: str = "", meanwhile: RichText | None = None,
) -> Card:  # fmt: skip
    """Return a change before it is made: the value that holds, the one that would, and what follows from it."""
    t, (before, after) = who.t, values
    parts: list[Part] = [Text(meanwhile)] if meanwhile is not None else []
    parts.append(Text(t("{name}: {before} → {after}", name=Bold(name), before=before, after=after)))
    meaning = t.line(knob.meaning)
    if label(knob, t).casefold() not in meaning.casefold():  # it would say the name twice, and nothing else
        parts.append(Footnote(rich(meaning)))
    if follows is not None:
        parts.append(Text(follows))
    buttons = [Button(do, t.line("Make the change"), Style.PRIMARY)]
    if edit:
        buttons.append(Button(edit, t.line("Another value…")))
    buttons.append(Button(LEAVE, t.line("Leave it")))
    return Card(parts=(*parts, Buttons(tuple(buttons))), accent=Accent.WARM)
