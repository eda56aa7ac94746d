"""What can be typed, from the commands as they are registered, so that it is never out of date.

``/tsudoi help`` tells of all commands, any other command of itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from chat.answers import Answer, Say
from chat.card import Button, Buttons, Card, Footnote, Part, Text, Title
from chat.commands import Command, Localised, SubCommand
from chat.events import CommandUsed
from chat.text import Code, RichText, join, rich
from handlers.context import Context
from handlers.readers import Reader, is_moderator, reader
from handlers.routes import Completes, Feature, Handler, command

WHOLE = "tsudoi"  # the command whose help tells of all of them
HELP = SubCommand(name="help", description=Localised(en="What this bot can do for you", ja="できることの一覧"))


ASKED = frozenset({HELP.name, "?", "ヘルプ", "使い方"})  # typed after a command that has no such sub-command


def own_card(who: Reader, about: Command, *, unknown: str = "") -> Card:
    """Return what one command can do; what is for those who organise comes last."""
    t = who.t
    parts: list[Part] = []
    if unknown:
        parts.append(Text(t("I do not know {typed}. This is what I can do:", typed=Code(unknown[:60]))))
    parts.append(Title(t.line("What you can do with {command}", command=f"/{about.name}")))
    for_all = tuple(sub for sub in about.subs if not sub.for_organisers)
    theirs = tuple(sub for sub in about.subs if sub.for_organisers)
    parts.append(Text(_lines([replace(about, subs=for_all)], t.language)))
    if theirs:
        parts += [Title(t.line("For organisers")), Text(_lines([replace(about, subs=theirs)], t.language))]
    parts.append(Footnote(t("{help} shows everything that I can do.", help=Code(f"/tsudoi {HELP.name}"))))
    return Card(parts=tuple(parts))


def help_card(who: Reader, commands: Sequence[Command], *, moderator: bool, unknown: str = "") -> Card:
    """Return the list of commands that a member can use."""
    t = who.t
    parts: list[Part] = []
    if unknown:
        parts.append(Text(t("I do not know {typed}. This is what I can do:", typed=Code(unknown[:60]))))
    parts.append(Title(t.line("What I can do for you")))
    mine = [c for c in commands if not c.for_moderators]
    parts.append(Text(_lines(mine, t.language)))
    theirs = [c for c in commands if c.for_moderators]
    if moderator and theirs:
        parts += [Title(t.line("For moderators")), Text(_lines(theirs, t.language))]
    parts.append(Buttons((Button(f"me:{who.member.id}", t.line("What I know about you")),)))
    return Card(parts=tuple(parts))


def _lines(commands: Sequence[Command], language: str) -> RichText:
    lines = [
        rich(Code(f"/{c.name} {sub.name}" if sub else f"/{c.name}"), "  ", _words(sub or c, language))
        for c in commands
        for sub in (c.subs or (None,))
    ]
    return join("\n", lines)


def _words(described: Command | SubCommand, language: str) -> str:
    return described.description.ja if language == "ja" else described.description.en


def help_feature(commands: tuple[Command, ...], completions: tuple[Completes, ...] = ()) -> Feature:
    """Return the feature for the commands of all features; it registers them, too."""

    def helping(about: Command) -> Handler[CommandUsed]:
        async def say_help(ctx: Context, event: CommandUsed) -> Answer:
            who = await reader(ctx, event)
            known = not event.text or event.sub == HELP.name or event.text.strip().casefold() in ASKED
            unknown = "" if known else f"/{about.name} {event.text}"
            moderator = is_moderator(who.account, ctx.config)
            if about.name != WHOLE and (moderator or not about.for_moderators):
                return Say(own_card(who, about, unknown=unknown))
            return Say(help_card(who, commands, moderator=moderator, unknown=unknown))

        return say_help

    bare = tuple(command(c.name, "", helping(c)) for c in commands if c.subs)
    named = tuple(command(c.name, HELP.name, helping(c)) for c in commands if c.name == WHOLE)
    routes = (*bare, *named)
    return Feature("help", routes=routes, commands=commands, completions=completions)
