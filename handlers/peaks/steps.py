"""The steps of a peak moment: found, asked about, agreed to, looked at by moderators, told, or let go."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chat.card import Accent, Button, Buttons, Card, Text
from chat.effects import Post, PostedAs, RedrawPost, Remove
from chat.ids import Place
from community.recognition.moments import Moment, State
from handlers.context import Context
from handlers.peaks.wording import moment_card
from handlers.readers import Reader, account_to_reach, as_reader
from storage.activity import Fact, Value
from storage.people.choices import RECOGNITION

ASK = "peak_ask"  # the business key of the question to a member


def log(ctx: Context, what: str, moment: Moment, actor: int | None, **data: Value) -> None:
    """Log a step. Each is taken once, but for a yes and a no, which may change."""
    fact = Fact(f"peak.{what}", ctx.now, actor, subject=str(moment.id), data={"kind": moment.kind.value, **data})
    again = f":{ctx.now.isoformat()}" if what in ("agreed", "declined") else ""
    ctx.db.activity.record(fact, key=f"peak.{what}:{moment.id}{again}")


async def keep(ctx: Context, moment: Moment) -> Moment | None:
    """Keep a moment that was found; None where it was found before."""
    moment = replace(moment, changed_at=ctx.now)
    new_id = await ctx.db.peaks.add(moment)
    if new_id is None:
        return None
    stored = replace(moment, id=new_id)
    log(ctx, "found", stored, moment.member)
    return stored


async def move(ctx: Context, moment: Moment, state: State, at: datetime | None = None) -> Moment | None:
    """Let a moment take a step; None where somebody else was faster."""
    if not await ctx.db.peaks.set_state(moment, state, at):
        return None
    return replace(moment, state=state, changed_at=at or moment.changed_at)


def places_of(ctx: Context) -> list[Place]:
    """Return where moments are told: where the digest is, else where newcomers land."""
    found = []
    for workspace in ctx.config.workspaces:
        channels = workspace.channels
        place = ctx.channel(workspace.workspace, channels.digest) or ctx.channel(workspace.workspace, channels.welcome)
        if place is not None:
            found.append(place)
    return list(dict.fromkeys(found))


def post_key(moment: Moment, place: Place) -> str:
    """Return the business key of a moment's post."""
    return f"peak:{moment.id}:{place}"


async def tell(ctx: Context, moment: Moment) -> bool:
    """Post a moment everywhere, once."""
    places = places_of(ctx)
    told = await move(ctx, moment, State.POSTED, ctx.now) if places else None
    if told is None:
        return False
    for place in places:
        ctx.db.outbox.add(Post(place, await moment_card(ctx, told, place)), key=post_key(told, place))
    log(ctx, "posted", told, told.member, places=len(places))
    await _say_told(ctx, told)
    return True


def names_of(ctx: Context) -> str:
    """Return the names of the channels in which moments are told."""
    names = [info.name for place in places_of(ctx) if (info := ctx.chat.place(place.home, place.channel))]
    return ", ".join(f"#{name}" for name in dict.fromkeys(names))


async def _say_told(ctx: Context, moment: Moment) -> None:
    """Let the question to the member say where it stands now, with the way back."""
    member = await ctx.db.people.by_id(moment.member) if moment.member is not None else None
    account = account_to_reach(member) if member else None
    key = f"{ASK}:{moment.id}"
    if member is None or account is None or not await ctx.db.outbox.holds(key):
        return
    card = told_card(ctx, as_reader(member, account, ctx.config), moment)
    ctx.db.outbox.put(RedrawPost(PostedAs(key), card))


def told_card(ctx: Context, who: Reader, moment: Moment) -> Card:
    """Return what the member of a moment reads once it is told."""
    t = who.t
    said = t("I have told it in {channels}. Thank you!", channels=names_of(ctx))
    back = Button(f"peak_no:{moment.id}", t.line("Take the post down"))
    return Card(parts=(Text(said), Buttons((back,))), accent=Accent.GOOD)


async def take_down(ctx: Context, moment: Moment) -> None:
    """Take back what was said of a moment, on the wish of its member."""
    beginning = f"peak:{moment.id}:"  # wherever it was told, the channels of today may be others
    for key in await ctx.db.outbox.keyed(beginning):
        if not await ctx.db.outbox.cancel(key):
            ctx.db.outbox.add(Remove(PostedAs(key)), key=f"peak_gone:{moment.id}:{key.removeprefix(beginning)}")


async def may_be_told(ctx: Context, moment: Moment) -> bool:
    """Say whether the member of a moment is here and wants to be presented at all."""
    if moment.member is None:
        return moment.peak.of_all
    member = await ctx.db.people.by_id(moment.member)
    if member is None or member.left_at is not None or member.is_bot:
        return False
    return (await ctx.db.choices.of(moment.member)).get(RECOGNITION) != "off"
