"""What welcomers and moderators see about a newcomer who waits for a human word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chat.card import Accent, Button, Buttons, Card, Footnote, LinkButton, Part, Style, Text, Title
from chat.text import Link, MomentStyle, RichText, join
from handlers.context import Context
from handlers.readers import Reader, zone_of
from locales import Translator

LISTED = 10  # a longer list is not read; the rest is counted


def ask_card(  # noqa: PLR0917 - one card, all of it visible
    who: Reader, name: str, kind: str, link: str, ask_id: int, since: datetime, ctx: Context, *, accepted: bool = False
) -> Card:
    """Return the private question to a welcomer, or, once accepted, the way to the newcomer."""
    t = who.t
    moment = t.moment(since, zone_of(who.member, who.account, ctx.config), MomentStyle.RELATIVE)
    if kind == "introduction":
        what = t("**{name}** has introduced themself and nobody has answered yet ({when}).", name=name, when=moment)
    else:
        what = t(
            "**{name}** is new here, has written something and has no answer yet ({when}).", name=name, when=moment
        )
    parts: list[Part] = [Text(what)]
    if accepted:
        parts.append(Text(t("Wonderful, thank you! A short hello or a small question is plenty.")))
        buttons: tuple[Button | LinkButton, ...] = (LinkButton(link, t.line("Go there")),)
    else:
        parts.append(Text(t("Would you say hello?")))
        buttons = (
            Button(f"ask_yes:{ask_id}", t.line("I'll say hello"), Style.PRIMARY),
            Button(f"ask_no:{ask_id}", t.line("Not this time")),
            LinkButton(link, t.line("Go there")),
            Button(f"ask_stop:{ask_id}", t.line("Stop asking me")),
        )
    parts.append(Buttons(buttons))
    return Card(parts=tuple(parts), accent=Accent.WARM)


def closed_card(t: Translator, *, answered: bool, passed: bool = False) -> Card:
    """Return what stands in place of the question when nothing is left to do."""
    if passed:
        said = t("No problem. I will ask somebody else.")
    elif answered:
        said = t("Somebody has said hello. Nothing left to do; thank you!")
    else:
        said = t("This has settled itself. Nothing left to do; thank you!")
    return Card(parts=(Text(said),), accent=Accent.CALM)


def alone_card(t: Translator, named: Sequence[tuple[str, str]]) -> Card:
    """Return the list of newcomers whom nobody on the rota can greet, for the moderators' channel."""
    lines = [RichText(("• ", Link(link, name or "…"))) for name, link in named[:LISTED]]
    if len(named) > LISTED:
        lines.append(t.n("and {n} more", "and {n} more", len(named) - LISTED))
    parts: list[Part] = [
        Title(t.line("Waiting for a hello")),
        Text(t("These newcomers have no reply yet, and no welcomer is free just now.")),
        Text(join("\n", lines)),
        Footnote(t("`/community welcomers` shows the rota. A few more people on it, or a higher cap, would help.")),
    ]
    return Card(parts=tuple(parts), accent=Accent.WARM)


def invitation_card(who: Reader, cap: int) -> Card:
    """Return the question to somebody whom a moderator would like to have on the rota."""
    t = who.t
    parts: list[Part] = [
        Title(t.line("Would you be a welcomer?")),
        Text(
            t.n(
                "When a newcomer has no reply, I would ask you to say hello: at most {n} time a week, never in your "
                "quiet hours. Saying no is always fine.",
                "When a newcomer has no reply, I would ask you to say hello: at most {n} times a week, never in your "
                "quiet hours. Saying no is always fine.",
                cap,
            )
        ),
        Buttons(
            (
                Button(f"rota_yes:{who.member.id}", t.line("Count me in"), Style.PRIMARY),
                Button(f"rota_no:{who.member.id}", t.line("Not for me")),
            )
        ),
    ]
    return Card(parts=tuple(parts), accent=Accent.WARM)
