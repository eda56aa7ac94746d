"""A backup that could not be made is told to the moderators: nobody reads a log every day."""

from __future__ import annotations

from chat.card import Accent, Card, Footnote, Text, Title
from chat.text import Code
from community.signals import TimerDue
from handlers.context import Context
from handlers.dead_letters import bring_to_moderators
from handlers.routes import Feature, due
from locales import translator

REASON = 500  # characters of why


async def tell_failed(ctx: Context, event: TimerDue) -> None:
    """Say that today's backup failed, why, and what to do."""
    t = translator(ctx.config.language)
    card = Card(
        parts=(
            Title(t.line("Today's backup could not be made")),
            Text(t("The reason: {reason}", reason=Code(event.data.get("reason", "?")[:REASON]))),
            Text(
                t(
                    "I try again every ten minutes. Please tell whoever looks after the bot's machine; "
                    "{command} there tries at once and says more.",
                    command=Code("tsudoi backup"),
                )
            ),
            Footnote(
                t(
                    "For the log: {key}. If it still fails tomorrow, I will write again.",
                    key=Code(event.data.get("incident", "?")),
                )
            ),
        ),
        accent=Accent.ALERT,
    )
    bring_to_moderators(ctx, card, key=event.key)


FEATURE = Feature("backups", routes=(due("backup.failed", tell_failed),))
