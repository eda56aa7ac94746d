"""Where questions are asked: the question channels of a workspace, and the one that fits best."""

from __future__ import annotations

from datetime import timedelta

from chat.ids import MessageRef, Place, PlaceInfo, Workspace
from handlers.context import Context
from handlers.public import is_closed
from handlers.readers import settings_of

STILL_IN_A_MENU = timedelta(hours=1)  # a menu that was opened before the message went is not open longer


def question_channels(ctx: Context, workspace: Workspace) -> list[PlaceInfo]:
    """Return the question channels of a workspace that the bot can see, in the order of the settings."""
    settings = settings_of(ctx.config, workspace)
    named = settings.channels.questions if settings else ()
    return [info for name in named if (info := ctx.chat.place(workspace, name))]


def question_channel(ctx: Context, place: Place) -> PlaceInfo | None:
    """Return the question channel that a place, or the channel around it, is."""
    return next((info for info in question_channels(ctx, place.home) if info.place == place.top), None)


def may_write(ctx: Context, place: Place) -> bool:
    """Say whether the bot can write at a place."""
    info = ctx.chat.place(place.home, place.channel)
    return info is not None and info.may_post


async def just_deleted(ctx: Context, message: MessageRef) -> bool:
    """Say whether a message went while its menu was open."""
    deleted = await ctx.db.activity.facts(["message.deleted"], since=ctx.now - STILL_IN_A_MENU)
    return any(fact.subject == message.id and fact.place == message.place for fact in deleted)


def where_to_ask(ctx: Context, workspace: Workspace, typed_in: Place | None, topic: str | None) -> PlaceInfo | None:
    """Return where a question is posted: where it was typed, the topic's own channel, or the first there is.

    One that not everybody can read is chosen only by typing there: who asks could not read the answers, or would be
    shown what was answered in it.
    """
    able = [info for info in question_channels(ctx, workspace) if info.may_post]
    if typed_in is not None and (here := next((info for info in able if info.place == typed_in.top), None)):
        return here
    able = [info for info in able if not is_closed(ctx, info.place, unseen=True)]
    named = next((found.slack_channel for found in ctx.config.topics if found.id == topic), "")
    own = ctx.channel(workspace, named)
    return next((info for info in able if info.place == own), able[0] if able else None)
