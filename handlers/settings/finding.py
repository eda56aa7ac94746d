"""Finding a setting: by the name that is typed, by what people call it, by what it means and by its section."""

from __future__ import annotations

import unicodedata

from chat import limits
from chat.card import Accent, Card, Option, Part, Select, Text
from chat.ids import Workspace
from chat.text import Bold, Code, join, rich
from community.languages import LANGUAGES
from community.settings.knob_labels import LABELS
from community.settings.knob_list import KNOBS, SECTIONS
from community.settings.knobs import Knob, Section
from community.settings.overrides import is_locked
from handlers.context import Context
from handlers.knob_words import MENU, titled, value_in
from handlers.public import shortened
from handlers.readers import Reader
from handlers.settings.cards import PICK, option_of
from handlers.settings.words import current
from locales import Translator, msg, translator

ALSO = {"membership_cap": msg("seats, places, limit, full")}  # words for a setting that its meaning does not hold


SHORT = 20  # characters of a value among others


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _in_all_languages(message: str) -> str:
    return "\n".join(_folded(translator(language).line(message)) for language in LANGUAGES)


def named_section(typed: str) -> Section | None:
    """Return the section whose title was typed, in whichever language."""
    wanted = _folded(typed)
    return next((key for key, title in SECTIONS.items() if wanted in _in_all_languages(title).split("\n")), None)


def search(typed: str) -> list[Knob]:
    """Return the settings that are meant: by what they are called first, then by what they mean, then by section."""
    wanted = _folded(typed)
    exact = [knob for knob in KNOBS if wanted in _in_all_languages(LABELS[knob.name]).split("\n")]
    if exact or not wanted:
        return exact or list(KNOBS)
    by_name = [knob for knob in KNOBS if wanted in f"{knob.name}\n{_in_all_languages(LABELS[knob.name])}"]
    by_meaning = [knob for knob in KNOBS if wanted in f"{_in_all_languages(knob.meaning)}\n{_also(knob)}"]
    by_section = [knob for knob in KNOBS if wanted in _in_all_languages(SECTIONS[knob.section])]
    return list({knob.name: knob for knob in (*by_name, *by_meaning, *by_section)}.values())


def _also(knob: Knob) -> str:
    return _in_all_languages(ALSO[knob.name]) if knob.name in ALSO else ""


async def found_card(ctx: Context, who: Reader, typed: str, found: list[Knob], workspace: Workspace) -> Card:
    """Return several settings that may be meant, each with its value and meaning, and a menu that opens one."""
    t, near = who.t, found[: limits.OPTIONS]
    parts: list[Part] = [Text(t("{name} may be one of these:", name=Code(shortened(typed, 60))))]
    lines, options = [], []
    for knob in near:
        kept = current(knob, ctx.config, workspace)
        value = await value_in(ctx, knob, kept, workspace, t, most=SHORT)
        lines.append(rich("• ", Bold(titled(knob, t)), "  ", value, "  ", t.line(knob.meaning)))
        if not is_locked(ctx.config, knob.key(workspace)):
            options.append(option_of(knob, kept, value.text, t))
    parts.append(Text(join("\n", lines)))
    if options:
        parts.append(Select(action=PICK, placeholder=t.line("Change one…"), options=tuple(options)))
    return Card(parts=tuple(parts), accent=Accent.CALM)


def meant(typed: str, t: Translator) -> tuple[Option, ...]:
    """Return the settings that may be meant by what is being typed."""
    found = search(typed)[: limits.OPTIONS]
    return tuple(
        Option(knob.name, shortened(f"{titled(knob, t, MENU)}: {t.line(knob.meaning)}", MENU)) for knob in found
    )
