"""Opens a Discord server in the sandbox's world."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sandbox.discord.permissions import BOT, EVERYONE, MODERATOR
from sandbox.discord.snowflake import snowflake
from sandbox.world import Account, Channel, ChannelKind, Role, Space, SpaceKind, World

BOT_ID: Final = "1121300000000000001"  # the application and its bot user have one id
BOT_NAME: Final = "Tsudoi"


def build_server(
    world: World,
    *,
    id: str | None = None,  # noqa: A002 - the name of the field
    name: str = "Tsudoi Discord",
    channels: tuple[tuple[str, str], ...] = (("welcome", "text"), ("general", "text")),
    roles: tuple[str, ...] = (),
) -> Space:
    """Open a server with @everyone, ``roles`` to wear, a moderator role, the bot's, and channels ``(name, kind)``."""
    now = world.now()
    space = Space(id or snowflake(world.tick()), SpaceKind.DISCORD, name, BOT_ID)
    world.add_space(space)
    world.add_role(Role(space.id, space.id, "@everyone", position=0, permissions=EVERYONE))
    for position, role in enumerate(roles, 1):
        world.add_role(Role(snowflake(world.tick()), space.id, role, position=position))
    above = len(roles)
    moderator = world.add_role(
        Role(snowflake(world.tick()), space.id, "moderator", position=above + 1, permissions=MODERATOR)
    )
    bot_role = Role(snowflake(world.tick()), space.id, BOT_NAME, position=above + 2, permissions=BOT)
    bot_role.extra = {"managed": True, "tags": {"bot_id": BOT_ID}}
    world.add_role(bot_role)
    moderator.extra = {"hoist": True, "mentionable": True}
    bot = space.accounts[BOT_ID]
    bot.roles.add(bot_role.id)
    bot.joined_at = now - timedelta(days=1)
    for position, (channel, kind) in enumerate(channels, 1):
        made = Channel(snowflake(world.tick()), space.id, channel, ChannelKind(kind), position=position)
        made.private = made.kind is ChannelKind.PRIVATE
        if made.private:
            made.members.add(BOT_ID)
        world.add_channel(made)
    return space


def owner_of(space: Space) -> str:
    """Return the user id of a server's owner: who was made it, else its first administrator, else its founder."""
    here = [account for account in space.accounts.values() if not account.is_bot and account.left_at is None]
    named = next((a for a in here if a.is_owner), None) or next((a for a in here if a.is_admin), None)
    return named.user_id if named else space.id


def moderator_role(space: Space) -> Role:
    """Return the moderator role that ``build_server`` made."""
    return next(role for role in space.roles.values() if role.name == "moderator")


def account_name(account: Account) -> str:
    """Return a handle in Discord's alphabet; names written otherwise get one made of the id."""
    plain = "".join(c for c in account.name.lower().replace(" ", "_") if c.isascii() and (c.isalnum() or c in "._"))
    return plain if len(plain) > 1 else f"user{account.user_id[-8:]}"
