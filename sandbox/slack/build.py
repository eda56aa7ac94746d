"""Ready-made workspaces and newcomers, for tests, the page and the demo."""

from __future__ import annotations

from sandbox.slack import ids
from sandbox.world import Account, Channel, ChannelKind, Person, Space, SpaceKind, World

CHANNELS = (
    ("general", "Announcements and everything that concerns all"),
    ("introductions", "Say who you are"),
    ("questions", "Ask anything"),
    ("random", "The rest"),
)


def build_workspace(
    world: World,
    *,
    id: str = "T0TSUDOI",  # noqa: A002 - the platform's word
    name: str = "Tsudoi Sandbox",
    bot: str = "U0TSUDOI",
    channels: tuple[tuple[str, str], ...] = CHANNELS,
    private: tuple[str, ...] = ("moderators",),
    by_choice: tuple[tuple[str, str], ...] = (),
) -> Space:
    """Open a workspace with public channels (name, topic), the bot in all of them, and private ones.

    New accounts enter every public channel but those ``by_choice``; the first is Slack's general channel, which nobody
    can leave.
    """
    space = world.add_space(Space(id, SpaceKind.SLACK, name, bot))
    created = int(world.now().timestamp())
    for number, (channel, topic) in enumerate((*channels, *by_choice)):
        default = number < len(channels)
        extra = {"created": created, "is_general": number == 0, "default": default, "creator": bot}
        key = ids.stable("C", id, channel)
        world.add_channel(Channel(key, id, channel, ChannelKind.TEXT, {bot}, topic=topic, extra=extra))
    for channel in private:
        extra = {"created": created, "creator": bot}
        key = ids.stable("C", id, channel)
        world.add_channel(Channel(key, id, channel, ChannelKind.PRIVATE, {bot}, private=True, extra=extra))
    return space


def new_account(
    world: World, space_id: str, person: Person, *, invited_by: str | None = None, is_admin: bool = False
) -> Account:
    """Let a person join a workspace and its default channels, each time with a user id of their own."""
    space = world.space(space_id)
    world.people.setdefault(person.id, person)
    earlier = sum(1 for account in space.accounts.values() if account.person == person.id)
    account = Account(
        space_id,
        ids.stable("U", space_id, person.id, str(earlier)),
        person.name,
        person.id,
        world.now(),
        is_admin=is_admin,
        invited_by=invited_by,
        language=person.language,
        time_zone=person.time_zone,
    )
    defaults = tuple(c.id for c in space.channels.values() if c.extra.get("default") and not c.archived)
    return world.join(account, defaults)
