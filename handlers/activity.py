"""Writes down what people do in the chat: one fact each, without their words."""

from __future__ import annotations

from chat.events import ChannelEntered, ChannelLeft, MessageDeleted, MessageEdited, MessagePosted, Reacted
from handlers.context import Context
from handlers.readers import is_staff
from handlers.routes import Feature, on
from storage.activity import Fact, Value


async def note_message(ctx: Context, event: MessagePosted) -> None:
    """Log a message: who, where, when, how long, in answer to what."""
    if event.direct:  # what is said to the bot in private is nobody's statistics
        return
    member = await ctx.db.people.ensure(event.author, event.author_name, event.at, is_bot=event.by_bot)
    data: dict[str, Value] = {
        "length": len(event.text),
        "files": event.files,
        "mentions": len(event.mentions),
        "reply_to": event.reply_to,
        "bot": event.by_bot,
    }
    if is_staff(member, ctx.config):
        data["staff"] = True
    ctx.db.activity.record(
        Fact(
            "message.posted",
            event.at,
            actor=member.id,
            place=event.message.place,
            subject=event.message.id,
            data=data,
        ),
        key=event.key,
    )


async def note_edit(ctx: Context, event: MessageEdited) -> None:
    """Log that a message was changed."""
    member = await ctx.db.people.by_user(event.author)
    ctx.db.activity.record(
        Fact("message.edited", event.at, member.id if member else None, event.message.place, event.message.id),
        key=event.key,
    )


async def note_deletion(ctx: Context, event: MessageDeleted) -> None:
    """Log that a message was taken away."""
    ctx.db.activity.record(
        Fact("message.deleted", event.at, place=event.message.place, subject=event.message.id), key=event.key
    )


async def note_reaction(ctx: Context, event: Reacted) -> None:
    """Log a reaction, or its withdrawal."""
    if ctx.chat.is_bot(event.workspace, event.user.id):
        return
    member = await ctx.db.people.ensure(event.user, "", event.at)
    kind = "reaction.added" if event.on else "reaction.removed"
    fact = Fact(kind, event.at, member.id, event.message.place, event.message.id, {"emoji": event.emoji})
    ctx.db.activity.record(fact, key=event.key)


async def note_arrival(ctx: Context, event: ChannelEntered) -> None:
    """Log that somebody entered a channel."""
    await _note_channel(ctx, event, "channel.entered")


async def note_departure(ctx: Context, event: ChannelLeft) -> None:
    """Log that somebody left a channel."""
    await _note_channel(ctx, event, "channel.left")


async def _note_channel(ctx: Context, event: ChannelEntered | ChannelLeft, kind: str) -> None:
    if ctx.chat.is_bot(event.workspace, event.user.id):
        return
    member = await ctx.db.people.ensure(event.user, "", event.at)
    ctx.db.activity.record(Fact(kind, event.at, member.id, event.place), key=event.key)


FEATURE = Feature(
    "activity",
    routes=(
        on(MessagePosted, note_message),
        on(MessageEdited, note_edit),
        on(MessageDeleted, note_deletion),
        on(Reacted, note_reaction),
        on(ChannelEntered, note_arrival),
        on(ChannelLeft, note_departure),
    ),
)
