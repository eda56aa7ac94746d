"""Names of those who wait, as moderators read them: two who bear the same name are told apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from chat.ids import Place, UserRef
from chat.limits import OPTION_LABEL
from chat.text import Mention, RichText, rich
from community.membership.values import Application
from community.when.zones import zone_or
from community.words import same_name
from handlers.context import Context
from handlers.readers import account_at, name_of
from locales import Translator


def nowhere(user: UserRef) -> Place:
    """Return a place of no channel: where what is said in private stands."""
    return Place(user.platform, user.workspace, "-")


async def named(
    ctx: Context, one: Application, place: Place, t: Translator, *, apart: Mapping[int, str] | None = None
) -> RichText:
    """Return who applied: as a mention where they are at home, else by name."""
    member = await ctx.db.people.by_id(one.member)
    account = account_at(member, one.account.home) if member else None
    if account is None:
        return rich(t.line("a member"))
    name = name_of(account, t)
    shown = Mention(account.user, name) if account.user.home == place.home else name
    mark = (await marks_apart(ctx, t, [one]) if apart is None else apart).get(one.id)
    return t("{name} ({mark})", name=shown, mark=mark) if mark else rich(shown)


async def name_line(ctx: Context, one: Application, t: Translator, *, apart: Mapping[int, str] | None = None) -> str:
    """Return who applied as plain text, short enough for an entry of a menu."""
    member = await ctx.db.people.by_id(one.member)
    account = account_at(member, one.account.home) if member else None
    name = name_of(account, t) if account else t.line("a member")
    mark = (await marks_apart(ctx, t, [one]) if apart is None else apart).get(one.id)
    if mark is None:
        return name[:OPTION_LABEL]
    room = OPTION_LABEL - len(t.line("{name} ({mark})", name="", mark=mark))
    return t.line("{name} ({mark})", name=name[:room], mark=mark)


async def marks_apart(ctx: Context, t: Translator, shown: Iterable[Application] = ()) -> dict[int, str]:
    """Return what tells apart those who wait, and those shown, whose names look the same: by application."""
    found = {one.member: one for one in (*shown, *await ctx.db.applications.open())}
    alike: dict[str, list[Application]] = defaultdict(list)
    for member in await ctx.db.people.by_ids(found):
        one = found[member.id]
        account = account_at(member, one.account.home)
        name = name_of(account, t) if account else t.line("a member")
        alike[same_name(name)].append(one)
    marks: dict[int, str] = {}
    for group in alike.values():
        if len(group) > 1:
            marks |= _marks(ctx, t, group)
    return marks


def _marks(ctx: Context, t: Translator, group: list[Application]) -> dict[int, str]:
    """Return the shortest of what can be said of each that says something else of each other."""
    zone, between = zone_or(None, ctx.config.time_zone), "・" if t.language == "ja" else ", "

    def since(one: Application) -> datetime:
        return one.applied_at or one.came_at

    ways = [
        {one.id: one.account.platform.value.capitalize() for one in group},
        {one.id: t.date(since(one), zone, now=ctx.now) for one in group},
        {one.id: t.moment(since(one), zone, now=ctx.now).fallback for one in group},
        {one.id: t.line("no. {n}", n=one.id) for one in group},
    ]
    told = ways[0]
    for way in ways[1:]:
        if len(set(told.values())) == len(group):
            break
        told = {key: between.join((ways[0][key], said)) for key, said in way.items()}
    return told
