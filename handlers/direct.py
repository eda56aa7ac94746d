"""Answers who writes to the bot in private: not with silence, and not with a lecture each time."""

from __future__ import annotations

from datetime import timedelta

from chat.card import Button, Buttons, Card, Part, Text
from chat.effects import DirectMessage
from chat.events import MessagePosted
from chat.text import Code
from handlers.context import Context
from handlers.readers import as_reader
from handlers.routes import Feature, on
from storage.activity import Fact

ONCE_IN = timedelta(hours=1)  # who pours out their heart line by line gets one answer, not ten

ANSWERED = "direct.answered"


async def answer_direct(ctx: Context, event: MessagePosted) -> None:
    """Say what the bot can do, once an hour; the words themselves are kept nowhere."""
    if not event.direct or event.by_bot or ctx.chat.is_bot(event.workspace, event.author.id):
        return
    if ctx.now - event.at > ONCE_IN:
        return  # found while catching up: an answer now would be odd
    member = await ctx.db.people.ensure(event.author, event.author_name, event.at)
    answered = await ctx.db.activity.facts([ANSWERED], since=ctx.now - ONCE_IN)
    if member.is_bot or any(fact.actor == member.id for fact in answered):
        return
    ctx.db.activity.record(Fact(ANSWERED, ctx.now, member.id), key=f"{ANSWERED}:{event.key}")
    account = next(a for a in member.accounts if a.user == event.author)
    who = as_reader(member, account, ctx.config)
    t = who.t
    parts: tuple[Part, ...] = (
        Text(t("Thank you for writing! I am a bot and cannot hold a conversation, but I can help you settle in.")),
        Text(t("{help} shows everything I can do. For anything else, the moderators are happy to help.", help=_HELP)),
        Buttons((Button(f"me:{member.id}", t.line("What I know about you")),)),
    )
    ctx.db.outbox.add(DirectMessage(account.user, Card(parts=parts)), key=f"hello:{event.key}")


_HELP = Code("/tsudoi help")
FEATURE = Feature("direct", routes=(on(MessagePosted, answer_direct),))
