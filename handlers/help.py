"""``/tsudoi help``: what can be typed, from the commands as they are registered, so that it is never out of date."""

from __future__ import annotations

from collections.abc import Sequence

from chat.answers import Answer, Say
from chat.card import Button, Buttons, Card, Part, Text, Title
from chat.commands import Command, Localised, SubCommand
from chat.events import CommandUsed
from chat.text import Code, RichText, join, rich
from handlers.context import Context
from handlers.readers import Reader, is_moderator, reader
from handlers.routes import Completes, Feature, Handler, command

HELP = SubCommand(name="help", description=Localised(en="What this bot can do for you", ja="できることの一覧"))


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

    def helping(name: str) -> Handler[CommandUsed]:
        async def say_help(ctx: Context, event: CommandUsed) -> Answer:
            who = await reader(ctx, event)
            unknown = f"/{name} {event.text}" if event.text and event.sub != HELP.name else ""
            moderator = is_moderator(who.account, ctx.config)
            return Say(help_card(who, commands, moderator=moderator, unknown=unknown))

        return say_help

    bare = tuple(command(c.name, "", helping(c.name)) for c in commands if c.subs)
    routes = (*bare, command("tsudoi", HELP.name, helping("tsudoi")))
    return Feature("help", routes=routes, commands=commands, completions=completions)
