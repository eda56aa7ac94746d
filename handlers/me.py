"""What a member sees of themself: ``/tsudoi me``, and the home tab where the platform has one."""

from __future__ import annotations

from chat.answers import Answer, Nothing, Say
from chat.card import Card
from chat.commands import Localised, SubCommand
from chat.events import ActionPressed, CommandUsed, HomeOpened
from handlers.context import Context
from handlers.home import refresh_home
from handlers.known import load_known, me_parts
from handlers.readers import not_yours, reader
from handlers.routes import Feature, command, on, press

ME = SubCommand(
    name="me",
    description=Localised(en="What I know about you, and how to change it", ja="あなたの登録内容の確認と変更"),
)


async def show_me(ctx: Context, event: CommandUsed) -> Answer:
    """Show a member what is known of them."""
    known = await load_known(ctx, await reader(ctx, event))
    return Say(Card(parts=tuple(me_parts(ctx, known))))


async def press_me(ctx: Context, event: ActionPressed) -> Answer:
    """Show the same from a button."""
    who = await reader(ctx, event)
    if not who.owns(event):
        return not_yours(who.t)
    return Say(Card(parts=tuple(me_parts(ctx, await load_known(ctx, who)))))


async def open_home(ctx: Context, event: HomeOpened) -> Answer:
    """Draw the home tab anew whenever it is opened."""
    who = await reader(ctx, event)
    await refresh_home(ctx, await load_known(ctx, who))
    return Nothing()


FEATURE = Feature("me", routes=(command("tsudoi", "me", show_me), press("me", press_me), on(HomeOpened, open_home)))
