"""``/community words``: the lists of words that may hurt, for moderators to add to, take out of and put back."""

from __future__ import annotations

import hashlib

from chat.answers import Answer, Invalid, OpenForm, Redraw, Say
from chat.card import Accent, Button, Buttons, Card, Footnote, Option, Part, Select, Style, Text, Title
from chat.commands import CommandOption, Localised, OptionKind, SubCommand
from chat.events import ActionPressed, CommandUsed, FormSubmitted
from chat.form import Form, Line
from chat.text import Bold, RichText, join, rich
from community.conduct.kind_words import BUILT_IN, INSTEAD, OWN_MOST, WORD, Change, entries_of, folded, is_built_in
from community.conduct.kind_words_entry import Entry
from community.words import tame
from handlers.audit import done_card
from handlers.context import Context
from handlers.kind_words.undoing import ADDED, DEEDS, PUT_BACK, TAKEN_OUT, UNDOES, change_to_text
from handlers.previews import preview_card
from handlers.readers import Reader, arguments, note, number, reader
from handlers.routes import Feature, command, form, press
from locales import Translator, msg
from storage.audit import Deed
from storage.held import moderation as held_moderation

PAGE = 20  # words on one card
SHORTEST = 2  # characters; one alone stands in everything
NAMES = {"ja": msg("Japanese"), "en": msg("English")}

WORDS = SubCommand(
    name="words",
    description=Localised(en="The words that I give private hints about", ja="「ことばのヒント」の言葉リスト"),
    options=(
        CommandOption(
            name="language",
            description=Localised(en="Which list", ja="どの言語のリストか"),
            kind=OptionKind.CHOICE,
            choices=tuple(BUILT_IN),
        ),
    ),
)


async def show(ctx: Context, event: CommandUsed) -> Answer:
    """Show the first page of a list: the one asked for, else that of the reader's language."""
    who = await reader(ctx, event)
    asked = event.options.get("language", "").strip().lower()
    return Say(await _page(ctx, who, asked if asked in BUILT_IN else who.t.language, 0))


async def turn(ctx: Context, event: ActionPressed) -> Answer:
    """Show another page, or the other list."""
    who = await reader(ctx, event)
    words = arguments(event)
    return Redraw(await _page(ctx, who, _language(words), number(words, 1) or 0))


async def pick(ctx: Context, event: ActionPressed) -> Answer:
    """Show one word, and what can be done with it."""
    who = await reader(ctx, event)
    language = _language(arguments(event))
    found = await _find(ctx, language, "".join(event.values[:1]))
    return Redraw(_detail(who, language, *found) if found else _gone(who))


async def open_form(ctx: Context, event: ActionPressed) -> Answer:
    """Open the form for a new word, or for another wording beside a word that is listed."""
    who = await reader(ctx, event)
    words = arguments(event)
    found = await _find(ctx, _language(words), words[1]) if len(words) > 1 else None
    return OpenForm(_form(who.t, _language(words), found[0] if found else None))


async def look_at(ctx: Context, event: FormSubmitted) -> Answer:
    """Show what a new word would do, before it does."""
    who = await reader(ctx, event)
    t, language = who.t, _language(arguments(event))
    word, instead = _typed(event.values.get("word")), _typed(event.values.get("instead"))
    shown = _form(t, language, None).filled(event.values)
    wrong = ""
    if not SHORTEST <= len(folded(word)) <= WORD or not any(char.isalnum() for char in word):
        wrong = t.line("A word has {least} to {most} characters.", least=SHORTEST, most=WORD)
    elif len(await ctx.db.kind_words.changes(language)) >= OWN_MOST:
        wrong = t.line("There are {n} words of your own already. Take one out first.", n=OWN_MOST)
    if wrong:
        return Invalid({"word": wrong}, shown)
    draft = await ctx.db.drafts.keep(event.user, shown, ctx.now)
    would = t(
        "Who writes {word} ({language}) would be given a hint: in private, once a day and three times a week at most.",
        word=Bold(t.line("“{item}”", item=word)),
        language=t.line(NAMES[language]),
    )
    follows = (
        t("The hint proposes: {instead}", instead=instead) if instead else t("The hint proposes no other wording.")
    )
    return Say(preview_card(t, would, do=f"kw_do:{language}:{draft}", label=t.line("Put it on the list"),
                            follows=follows))  # fmt: skip


async def add(ctx: Context, event: ActionPressed) -> Answer:
    """Put a word on a list that was looked at."""
    who = await reader(ctx, event)
    words = arguments(event)
    kept = await ctx.db.drafts.load(words[1] if len(words) > 1 else "", event.user)
    typed = {field.key: field.value for field in kept.fields if isinstance(field, Line)} if kept else {}
    if "word" not in typed:
        return Redraw(note(who.t("This is no longer kept. Please type the word again."), Accent.WARM).card)
    change = Change(word=folded(typed["word"]), listed=True, instead=_typed(typed.get("instead")))
    spot, said = (_language(words), change.word), msg("{word} is on the list now.")
    return Redraw(await _change(ctx, who, event, ADDED, spot, change=change, said=said))


async def take_out(ctx: Context, event: ActionPressed) -> Answer:
    """Take a word out of a list."""
    who = await reader(ctx, event)
    words = arguments(event)
    language = _language(words)
    found = await _find(ctx, language, words[1] if len(words) > 1 else "")
    if found is None or not found[1]:
        return Redraw(_gone(who))
    word = folded(found[0].word)
    change = Change(word=word, listed=False) if is_built_in(language, word) else None
    said = msg("{word} is off the list now.")
    return Redraw(await _change(ctx, who, event, TAKEN_OUT, (language, word), change=change, said=said))


async def put_back(ctx: Context, event: ActionPressed) -> Answer:
    """Let a built-in word be as it came."""
    who = await reader(ctx, event)
    words = arguments(event)
    language = _language(words)
    found = await _find(ctx, language, words[1] if len(words) > 1 else "")
    if found is None or not is_built_in(language, found[0].word):
        return Redraw(_gone(who))
    spot, said = (language, folded(found[0].word)), msg("{word} is as it came.")
    return Redraw(await _change(ctx, who, event, PUT_BACK, spot, change=None, said=said))


async def _change(
    ctx: Context,
    who: Reader,
    event: ActionPressed,
    deed: str,
    spot: tuple[str, str],
    *,
    change: Change | None,
    said: str,
) -> Card:
    """Change the word at a ``spot``: a language, and a word as it is compared. ``said`` is a message about {word}."""
    language, word = spot
    told = who.t(said, word=Bold(who.t.line("“{item}”", item=word)))
    before = (await ctx.db.kind_words.changes(language)).get(word)
    if before == change:
        return done_card(who, told, None)
    if change is None:
        await ctx.db.kind_words.drop(language, word)
    else:
        await ctx.db.kind_words.put(language, change, by=who.member.id, at=ctx.now)
    what = Deed(
        deed,
        ctx.now,
        who.member.id,
        subject=f"{language} {word}",
        before=change_to_text(before),
        after=change_to_text(change),
        workspace=who.account.user.home,
    )
    return done_card(who, told, await ctx.db.audit.record(what, key=f"{deed}:{event.key}"))


# ---- cards


async def _page(ctx: Context, who: Reader, language: str, page: int) -> Card:
    t = who.t
    changes = await ctx.db.kind_words.changes(language)
    listed = entries_of(language, changes.values())
    out = [Entry(change.word) for change in changes.values() if not change.listed]
    everything = [*((entry, True) for entry in listed), *((entry, False) for entry in out)]
    last = max(0, (len(everything) - 1) // PAGE)
    page = min(max(page, 0), last)
    here = everything[page * PAGE : (page + 1) * PAGE]
    parts: list[Part] = [
        Title(t.line("Kind words: {language}", language=t.line(NAMES[language]))),
        Text(t.n("{n} word is on the list.", "{n} words are on the list.", len(listed))),
    ]
    if not ctx.config.conduct.kind_words:
        parts.append(Text(t("Hints are switched off: see `/community settings`, {name}.", name="kind_words")))
    if here:
        parts.append(Text(join("\n", [_line(t, *one) for one in here])))
        options = tuple(Option(word_id(entry.word), entry.word) for entry, _ in here)
        parts.append(Select(action=f"kw_pick:{language}", placeholder=t.line("Change a word"), options=options))
    buttons = [Button(f"kw_new:{language}", t.line("Add a word"), Style.PRIMARY)]
    if page > 0:
        buttons.append(Button(f"kw_page:{language}:{page - 1}", t.line("Back")))
    if page < last:
        buttons.append(Button(f"kw_page:{language}:{page + 1}", t.line("Next")))
    buttons += [
        Button(f"kw_page:{other}:0", t.line("To the list: {language}", language=t.line(NAMES[other])))
        for other in BUILT_IN
        if other != language
    ]
    parts += [
        Buttons(tuple(buttons)),
        Footnote(t("Hints go to the writer alone. I tell nobody who was given one, and I do not count them.")),
    ]
    return Card(parts=tuple(parts))


def _line(t: Translator, entry: Entry, listed: bool) -> RichText:  # noqa: FBT001 - a row as it stands in the list
    if not listed:
        return rich("✕ ", entry.word, "  ", t("(taken out)"))
    return rich(Bold(entry.word), f"  → {entry.instead}" if entry.instead else "")


def _detail(who: Reader, language: str, entry: Entry, listed: bool) -> Card:  # noqa: FBT001 - as it stands in the list
    t, name = who.t, word_id(entry.word)
    parts: list[Part] = [Title(entry.word)]
    if listed:
        parts.append(Text(t("Who writes this is given a hint in private.")))
        parts.append(Text(t("The hint proposes: {instead}", instead=entry.instead or "–")))
    else:
        parts.append(Text(t("This was taken out of the list: nobody is given a hint about it.")))
    if entry.but:
        parts.append(Text(t("No hint is given in phrases like these: {phrases}", phrases=" · ".join(entry.but[:6]))))
    buttons: list[Button] = []
    if listed:
        buttons += [
            Button(f"kw_new:{language}:{name}", t.line("Propose another wording")),
            Button(f"kw_out:{language}:{name}", t.line("Take it out"), Style.DANGER),
        ]
    if is_built_in(language, entry.word):
        buttons.append(Button(f"kw_back:{language}:{name}", t.line("Put it back as it came")))
    buttons.append(Button(f"kw_page:{language}:0", t.line("To the list")))
    parts.append(Buttons(tuple(buttons)))
    return Card(parts=tuple(parts))


def _gone(who: Reader) -> Card:
    return note(who.t("This word is no longer on the list."), Accent.WARM).card


def _form(t: Translator, language: str, entry: Entry | None) -> Form:
    return Form(
        id=f"kw_add:{language}",
        title=t.line("A word that may hurt"),
        fields=(
            Line(
                key="word",
                label=t.line("Word or phrase ({language})", language=t.line(NAMES[language])),
                hint=t.line("Longer phrases are found more surely than short words."),
                value=entry.word if entry else "",
                max_length=WORD,
            ),
            Line(
                key="instead",
                label=t.line("What could be said instead"),
                hint=t.line("Optional. The hint proposes it."),
                required=False,
                value=entry.instead if entry else "",
                max_length=INSTEAD,
            ),
        ),
        submit=t.line("See what it does"),
        cancel=t.line("Cancel"),
    )


# ---- what was typed and pressed


def word_id(word: str) -> str:
    """Return a short name of a word that fits a button: a phrase in Japanese would not."""
    return hashlib.sha256(folded(word).encode()).hexdigest()[:12]


async def _find(ctx: Context, language: str, wanted: str) -> tuple[Entry, bool] | None:
    changes = await ctx.db.kind_words.changes(language)
    for entry in entries_of(language, changes.values()):
        if word_id(entry.word) == wanted:
            return entry, True
    out = next((c for c in changes.values() if not c.listed and word_id(c.word) == wanted), None)
    return (Entry(out.word), False) if out else None


def _language(words: list[str]) -> str:
    return words[0] if words and words[0] in BUILT_IN else next(iter(BUILT_IN))


def _typed(value: object) -> str:
    return " ".join(tame(str(value or "")).split())[:INSTEAD]


FEATURE = Feature(
    "kind_words.desk",
    stores=held_moderation.WORDS_HELD,
    routes=(
        command("community", WORDS.name, show),
        press("kw_page", turn),
        press("kw_pick", pick),
        press("kw_new", open_form, opens_form=True),
        form("kw_add", look_at),
        press("kw_do", add),
        press("kw_out", take_out),
        press("kw_back", put_back),
    ),
    deeds=DEEDS,
    undoes=UNDOES,
)
