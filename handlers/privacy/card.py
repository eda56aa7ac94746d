"""``/tsudoi privacy``: what is kept about a member, why and how long, and what they can do about it."""

from __future__ import annotations

from collections.abc import Sequence

from chat.answers import Answer, Redraw, Say
from chat.card import Button, Buttons, Card, Footnote, Part, Style, Text, Title
from chat.commands import Localised, SubCommand
from chat.events import ActionPressed, CommandUsed
from chat.limits import BODY
from chat.text import RichText, join
from community.settings.privacy import PrivacySettings
from handlers.context import Context
from handlers.readers import Reader, not_yours, reader
from locales import Translator, msg
from storage.held import core as held_core
from storage.held import meetups as held_meetups
from storage.held import people as held_people
from storage.held import questions as held_questions
from storage.held.declaring import Held, Then, Window

PRIVACY = SubCommand(
    name="privacy",
    description=Localised(
        en="What I keep about you: see it, take it along, erase it", ja="保存しているあなたの情報の確認・書き出し・削除"
    ),
)
GROUPS: tuple[tuple[str, tuple[Held, ...]], ...] = (
    (msg("About you"), (*held_core.HELD, *held_people.HELD)),
    (msg("Questions and ideas"), held_questions.HELD),
    (msg("Meetups"), held_meetups.HELD),
)
OTHERS = msg("Belonging and safety")
ENOUGH = BODY - 400  # characters of one part, with room for what is escaped


async def show(ctx: Context, event: CommandUsed) -> Answer:
    """Show a member what is kept about them."""
    return Say(await privacy_card(ctx, await reader(ctx, event)))


async def show_again(ctx: Context, event: ActionPressed) -> Answer:
    """Show the same from a button."""
    who = await reader(ctx, event)
    return Redraw(await privacy_card(ctx, who)) if who.owns(event) else not_yours(who.t)


async def privacy_card(ctx: Context, who: Reader) -> Card:
    """Return the whole card."""
    t, member = who.t, who.member.id
    parts: list[Part] = [
        Title(t.line("What I keep about you")),
        Text(t("Here is everything I keep about you, and for how long. Only you see this.")),
    ]
    left = await ctx.db.export.counts(member)
    for heading, group in GROUPS:
        mine = [(one, n) for one, n in left if one in group]
        left = [(one, n) for one, n in left if one not in group]
        parts += _group(t, t.line(heading), mine, ctx.config.privacy)
    parts += _group(t, t.line(OTHERS), left, ctx.config.privacy)
    parts.append(
        Buttons(
            (
                Button(f"privacy_file:{member}", t.line("Take it along")),
                Button(f"privacy_choices:{member}", t.line("What I may ask and share")),
                Button(f"privacy_ask:{member}", t.line("Erase…"), Style.DANGER),
            )
        )
    )
    said = t("I keep no messages, except questions with their answers, ideas, and what you wrote to me in forms.")
    parts.append(Footnote(said))
    return Card(parts=tuple(parts))


def _group(t: Translator, heading: str, mine: Sequence[tuple[Held, int]], settings: PrivacySettings) -> list[Part]:
    """Return a group as parts, each short enough."""
    parts: list[Part] = []
    some = [t("**{heading}**", heading=heading)]
    for line in (_line(t, one, n, settings) for one, n in mine):
        if sum(len(said.plain()) + 1 for said in (*some, line)) > ENOUGH:
            parts.append(Text(join("\n", some)))
            some = []
        some.append(line)
    return [*parts, Text(join("\n", some))] if mine else []


def _line(t: Translator, one: Held, n: int, settings: PrivacySettings) -> RichText:
    why, kept = (_in_a_line(said) for said in (one.why.of(t.language), kept_text(t, one, settings)))
    kept = kept[:1].lower() + kept[1:]
    return t("• {why} ({n})\n    Kept: {kept}", why=why, n=n, kept=kept)


def _in_a_line(said: str) -> str:
    """Return a sentence of the page as it reads within a list."""
    return said.rstrip(".。").removesuffix("です")


def kept_text(t: Translator, one: Held, settings: PrivacySettings) -> str:
    """Return how long something is kept."""
    said = [said for window in one.windows if (said := _window_text(t, one, window, settings))]
    if not said:
        return one.kept.of(t.language) if one.kept else t.line("as long as the community exists")
    if one.kept:  # the rest of it has no end of its own
        said.insert(0, one.kept.of(t.language).rstrip(".。"))
    return t.line(" / ").join(dict.fromkeys(said))


def _window_text(t: Translator, one: Held, window: Window, settings: PrivacySettings) -> str:
    days = window.days if window.setting is None else getattr(settings, window.setting)
    if not days:
        return ""
    n = int(days)
    match window.then:
        case Then.NUMBERED:
            return t.n("without your name after {n} day", "without your name after {n} days", n).plain()
        case Then.EMPTIED if any(column in one.words for column in window.columns):
            return t.n("its words for {n} day", "its words for {n} days", n).plain()
        case Then.EMPTIED if one.kept:
            return t.n("some of it for {n} day", "some of it for {n} days", n).plain()
        case Then.ERASED:
            return t.n("until {n} day after you leave", "until {n} days after you leave", n).plain()
        case _:
            return t.n("for {n} day", "for {n} days", n).plain()
