"""``/find``: solved questions for whoever looks for an answer, before asking or instead of it."""

from __future__ import annotations

from chat.answers import Answer, Say
from chat.card import Button, Buttons, Card, Part, Style, Text
from chat.commands import Command, CommandOption, Localised, SubCommand
from chat.events import CommandUsed
from chat.text import Bold, Code
from community.words import tame
from handlers.context import Context
from handlers.public import shortened
from handlers.questions.ask_form import ask_form, begun
from handlers.questions.earlier import earlier_parts, find_earlier
from handlers.questions.places import where_to_ask
from handlers.readers import Reader, note, reader
from handlers.routes import Feature, command

FOUND_AT_ONCE = 5
WORDS_SHOWN = 80
_WORDS = CommandOption(name="words", description=Localised(en="What you look for", ja="探している言葉"))
_SAID = Localised(en="Look for answers among solved questions", ja="解決した質問から答えを探す")
FIND = Command(name="find", description=_SAID, options=(_WORDS,))
FIND_SUB = SubCommand(name="find", description=_SAID, options=(_WORDS,))


async def find(ctx: Context, event: CommandUsed) -> Answer:
    """Show solved questions that fit some words, privately."""
    who = await reader(ctx, event)
    t = who.t
    words = " ".join(tame(event.options.get("words", "") or event.text).split())
    if not words:
        return note(t("What are you looking for? For example: {example}", example=Code(t.line("/find login error"))))
    found = await find_earlier(ctx, who, words, most=FOUND_AT_ONCE, likely=False, place=event.place)
    shown = Bold(shortened(words, WORDS_SHOWN))
    said = (
        t("Solved questions about {words}:", words=shown)
        if found
        else t("Nothing solved about {words} yet.", words=shown)
    )
    parts: list[Part] = [Text(said), *earlier_parts(ctx, who, found)]
    parts += await _ask_instead(ctx, who, event, words)
    return Say(Card(parts=tuple(parts)))


async def _ask_instead(ctx: Context, who: Reader, event: CommandUsed, words: str) -> list[Part]:
    """Return the way on for who has not found it: the form, with the words in it."""
    if not ctx.config.questions.enabled or where_to_ask(ctx, event.workspace, event.place, None) is None:
        return []
    t = who.t
    filled = begun(ask_form(who, ctx.config, event.place), words)
    kept = await ctx.db.drafts.keep(who.account.user, filled, ctx.now)
    said = t("Not there? Ask: somebody here may know.")
    return [Text(said), Buttons((Button(f"draft:{kept}", t.line("Ask the community"), Style.PRIMARY),))]


FEATURE = Feature("questions.find", routes=(command("find", "", find), command("tsudoi", "find", find)))
