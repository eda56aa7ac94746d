"""How people come into being, enter, change and leave; the acts that are not a click in a client."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sandbox.control.asking import Asked
from sandbox.control.stage import Stage
from sandbox.control.views import show_account, show_channel, show_person
from sandbox.world import Account, Channel, ChannelKind, Json, Person, Space, SpaceKind, WorldError

DISCORD_EPOCH_MS = 1_420_070_400_000  # https://discord.com/developers/docs/reference#snowflakes


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, not a name at all, a folder of names
        raise WorldError(f"no time zone {name!r}; write it like Asia/Tokyo") from None
    return name


def _role(name: str) -> str:
    known = ("newcomer", "expert", "moderator", "member")
    if name not in known:
        raise WorldError(f"no role {name!r} for a person; there are: {', '.join(known)}")
    return name


async def put_person(stage: Stage, asked: Asked) -> Json:
    """Make a new person, or change the one whose ``id`` is given; their accounts follow."""
    known = stage.world.people.get(asked.maybe("id") or "")
    if known is None:
        name = asked.text("name").strip()
        if not name:
            raise WorldError("a person needs a name", "name_needed")
        return show_person(_make_person(stage, asked, name))
    known.name = asked.text("name", known.name).strip() or known.name
    known.language = asked.text("language", known.language)
    known.time_zone = _zone(asked.text("time_zone", known.time_zone))
    known.role = _role(asked.text("role", known.role))
    known.accepts_dms = asked.flag("accepts_dms", default=known.accepts_dms)
    for space in stage.world.spaces.values():
        account = stage.world.account_of(space.id, known.id)
        if account is not None:
            stage.world.change_account(
                space.id, account.user_id, name=known.name, language=known.language, time_zone=known.time_zone
            )
    return show_person(known)


def _make_person(stage: Stage, asked: Asked, name: str) -> Person:
    return stage.world.add_person(
        Person(
            asked.maybe("id") or stage.next_id("p"),
            name,
            asked.text("language", "ja"),
            _zone(asked.text("time_zone", "Asia/Tokyo")),
            _role(asked.text("role", "newcomer")),
            asked.flag("accepts_dms", default=True),
        )
    )


def enter(stage: Stage, space: Space, person: Person, referrer: str | None = None) -> Account:
    """Let a person join a space, or come back to it."""
    held = stage.world.account_of(space.id, person.id)
    if held is not None and held.left_at is None:
        raise WorldError(f"{person.name} is already in {space.name}")
    inviter = None if referrer is None else stage.account(space, referrer).user_id
    return stage.platform(space).new_account(space.id, person, invited_by=inviter)


async def join(stage: Stage, asked: Asked) -> Json:
    """Let a person join a space, with the language and time zone their client then has."""
    space, person = stage.space(asked.text("space")), stage.person(asked.text("person"))
    person.language = asked.text("language", person.language)
    person.time_zone = _zone(asked.text("time_zone", person.time_zone))
    return show_account(enter(stage, space, person, asked.maybe("referrer")))


async def join_many(stage: Stage, asked: Asked) -> Json:
    """Let many people join at once; those who do not exist yet are made. Returns user ids in the order asked."""
    space, out = stage.space(asked.text("space")), []
    for fields in asked.objects("people"):
        one = Asked(fields)
        known = stage.world.people.get(one.maybe("id") or "")
        person = known or _make_person(stage, one, one.text("name"))
        account = stage.world.account_of(space.id, person.id)
        if account is None or account.left_at is not None:
            account = enter(stage, space, person)
        for channel in asked.texts("channels"):
            stage.world.join_channel(space.id, stage.channel(space, channel).id, account.user_id)
        out.append({"person": person.id, "account": account.user_id})
    return {"joined": out}


async def leave(stage: Stage, asked: Asked) -> Json:
    """Let a member leave a space."""
    space = stage.space(asked.text("space"))
    account = stage.actor(space, asked.text("account"))
    stage.world.leave(space.id, account.user_id)
    return show_account(account)


async def join_channel(stage: Stage, asked: Asked) -> Json:
    """Let a member enter a public channel."""
    space = stage.space(asked.text("space"))
    account, channel = stage.actor(space, asked.text("account")), stage.channel(space, asked.text("channel"))
    if channel.private or channel.kind in {ChannelKind.PRIVATE, ChannelKind.DM}:
        raise WorldError(f"#{channel.name} is private; a member must invite you", "private", channel=channel.name)
    stage.world.join_channel(space.id, channel.id, account.user_id)
    return show_channel(channel)


async def leave_channel(stage: Stage, asked: Asked) -> Json:
    """Let a member leave a channel."""
    space = stage.space(asked.text("space"))
    account, channel = stage.actor(space, asked.text("account")), stage.channel(space, asked.text("channel"))
    stage.world.leave_channel(space.id, channel.id, account.user_id)
    return show_channel(channel)


def find_dm(stage: Stage, space: Space, one: Account, other: Account) -> Channel:
    """Return the direct-message channel of two members, opened if need be."""
    if other.user_id == space.bot:
        return stage.platform(space).bot_dm(one)
    pair = {one.user_id, other.user_id}
    for channel in space.channels.values():
        if channel.kind is ChannelKind.DM and channel.members == pair:
            return channel
    stamp = stage.world.tick()
    made = f"D{stamp:X}"[:11] if space.kind is SpaceKind.SLACK else str((stamp // 1000 - DISCORD_EPOCH_MS) << 22)
    name = f"dm-{one.user_id}-{other.user_id}"
    return stage.world.add_channel(Channel(made, space.id, name, ChannelKind.DM, pair, private=True))


async def dm(stage: Stage, asked: Asked) -> Json:
    """Open a direct message with another member, or (``to`` = ``bot``) with the bot."""
    space = stage.space(asked.text("space"))
    account, to = stage.actor(space, asked.text("account")), asked.text("to", "bot")
    other = stage.account(space, space.bot if to == "bot" else to)
    if other is account:
        raise WorldError("a direct message needs two people")
    return show_channel(find_dm(stage, space, account, other))
