"""What can be typed, from the commands as they are registered, so that it is never out of date.

``/tsudoi help`` tells of all commands, any other command of itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chat.answers import Answer, Say
from chat.card import Button, Buttons, Card, Footnote, Part, Text, Title
from chat.commands import Command, Localised, SubCommand
from chat.events import CommandUsed
from chat.text import Bold, Code, join, rich
from community.conduct.pulse import next_round
from community.permissions import RULES
from community.roles import Role, may
from handlers.context import Context
from handlers.help_groups import FOR_MEMBERS, FOR_MODERATORS, MY_PULSE, RUNNING
from handlers.readers import Reader, is_moderator, reader
from handlers.roles import roles_of
from handlers.routes import Completes, Feature, Handler, command
from locales import Translator

WHOLE = "tsudoi"  # the command whose help tells of all of them
HELP = SubCommand(name="help", description=Localised(en="What this bot can do for you", ja="できることの一覧"))


ASKED = frozenset({HELP.name, "?", "ヘルプ", "使い方"})  # typed after a command that has no such sub-command


@dataclass(frozen=True, slots=True)
class Able:
    """What somebody can do here: their roles, and whether the anonymous pulse is asked at all."""

    roles: frozenset[Role]
    pulse: bool

    def use(self, typed: str) -> bool:
        """Say whether somebody can use a command."""
        rule = RULES.get(f"command {typed}")
        return rule is not None and may(self.roles, rule) and (self.pulse or typed != MY_PULSE)


async def able(ctx: Context, who: Reader) -> Able:
    """Return what somebody can do here."""
    pulse = next_round(ctx.config, ctx.now) is not None
    return Able(await roles_of(ctx, who.member, who.account), pulse)


def own_card(who: Reader, about: Command, can: Able, *, unknown: str = "") -> Card:
    """Return what one command can do."""
    t = who.t
    parts = _lost(who, unknown)
    parts.append(Title(t.line("What you can do with {command}", command=f"/{about.name}")))
    words = described([about])
    parts += [*_groups(FOR_MEMBERS, words, can, t), *_groups(FOR_MODERATORS, words, can, t)]
    parts.append(Footnote(t("{help} shows everything that I can do.", help=Code(f"/tsudoi {HELP.name}"))))
    return Card(parts=tuple(parts))


def help_card(who: Reader, commands: Sequence[Command], can: Able, *, unknown: str = "") -> Card:
    """Return the commands that a member can use, by what they are for."""
    t, words = who.t, described(commands)
    parts = _lost(who, unknown)
    parts.append(Title(t.line("What I can do for you")))
    organises = Role.ORGANISER in can.roles
    mine = {name: typed for name, typed in FOR_MEMBERS.items() if organises or name != RUNNING}
    parts += _groups(mine, words, can, t)
    if theirs := _groups(FOR_MODERATORS, words, can, t):
        parts += [Title(t.line("For moderators")), *theirs]
    parts.append(Buttons((Button(f"me:{who.member.id}", t.line("What I know about you")),)))
    parts.append(Footnote(t("{help} shows this again.", help=Code(f"/tsudoi {HELP.name}"))))
    return Card(parts=tuple(parts))


def described(commands: Sequence[Command]) -> dict[str, Localised]:
    """Return what each command does, by what is typed."""
    return {
        f"{c.name} {sub.name}" if sub else c.name: (sub or c).description for c in commands for sub in c.subs or (None,)
    }


def _lost(who: Reader, unknown: str) -> list[Part]:
    said = who.t("I do not know {typed}. This is what I can do:", typed=Code(unknown[:60]))
    return [Text(said)] if unknown else []


def _groups(
    groups: Mapping[str, tuple[str, ...]], words: Mapping[str, Localised], can: Able, t: Translator
) -> list[Part]:
    """Return a text for each heading below which there is something that can be used."""
    found: list[Part] = []
    for heading, names in groups.items():
        lines = [
            rich(Code(f"/{typed}"), "  ", words[typed].ja if t.language == "ja" else words[typed].en)
            for typed in names
            if typed in words and can.use(typed)
        ]
        if lines:
            found.append(Text(join("\n", [rich(Bold(t.line(heading))), *lines])))
    return found


def help_feature(commands: tuple[Command, ...], completions: tuple[Completes, ...] = ()) -> Feature:
    """Return the feature for the commands of all features; it registers them, too."""

    def helping(about: Command) -> Handler[CommandUsed]:
        async def say_help(ctx: Context, event: CommandUsed) -> Answer:
            who = await reader(ctx, event)
            known = not event.text or event.sub == HELP.name or event.text.strip().casefold() in ASKED
            unknown = "" if known else f"/{about.name} {event.text}"
            can = await able(ctx, who)
            if about.name != WHOLE and (is_moderator(who.account, ctx.config) or not about.for_moderators):
                return Say(own_card(who, about, can, unknown=unknown))
            return Say(help_card(who, commands, can, unknown=unknown))

        return say_help

    bare = tuple(command(c.name, "", helping(c)) for c in commands if c.subs)
    named = tuple(command(c.name, HELP.name, helping(c)) for c in commands if c.name == WHOLE)
    routes = (*bare, *named)
    return Feature("help", routes=routes, commands=commands, completions=completions)
