"""Receives who joins: one short greeting by the least intrusive way that gets through, and the stages of arriving."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chat.card import Card
from chat.effects import DirectMessage, Effect, OpenThread, Post, ShowHome
from chat.events import ChannelEntered, MemberChanged, MemberJoined, MemberLeft
from chat.ids import Place, Workspace
from community.people.members import Account, Member
from community.people.onboarding import (
    HOUR,
    Greeting,
    Join,
    Reach,
    Rung,
    Stage,
    decide_greeting,
    ladder,
    next_rung,
    space_out,
)
from community.signals import EffectSettled
from handlers.context import Context
from handlers.nudge import plan_nudge
from handlers.onboarding_cards import mention_card, welcome_card, welcome_title
from handlers.readers import Reader, account_in, as_reader, settings_of
from handlers.routes import Feature, on, settled
from handlers.waiting import withdraw
from storage.activity import Fact, Value
from storage.held import people as held_people
from storage.people.onboarding import OpenGreeting


async def welcome(ctx: Context, event: MemberJoined) -> None:
    """Take in somebody who joined, remember who brought them, and greet them."""
    joined = await ctx.db.people.record_join(event.member, event.at)
    account = next(a for a in joined.member.accounts if a.user == event.member.user)
    if not account.is_bot:
        referrer = await ctx.db.people.by_user(event.referrer) if event.referrer else None
        since = min(event.at, event.member.joined_at or event.at)
        arrival = Arrival(event.key, event.at, since, referrer.id if referrer else None, event.via)
        await receive(ctx, joined.member, account, arrival, returning=joined.is_back)


async def welcome_from_channel(ctx: Context, event: ChannelEntered) -> None:
    """Greet somebody who enters the landing channel and was never seen to join, such as a colleague next door."""
    if ctx.chat.is_bot(event.workspace, event.user.id) or event.place.top != _landing(ctx, event.workspace):
        return
    member = await ctx.db.people.ensure(event.user, "", event.at)
    if member.is_bot or Stage.JOINED in await ctx.db.onboarding.stages(member.id):
        return
    account = next(a for a in member.accounts if a.user == event.user)
    referrer = await ctx.db.people.by_user(event.inviter) if event.inviter else None
    arrival = Arrival(event.key, event.at, event.at, referrer.id if referrer else None, None)
    await receive(ctx, member, account, arrival, returning=False)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One join: the event that told of it, when it was, and who brought them."""

    key: str
    at: datetime
    since: datetime  # the platform may know of an earlier day
    referrer: int | None
    via: str | None
    ready_at: datetime | None = None  # before, a greeting would come too early: the doors are being opened


async def receive(ctx: Context, member: Member, account: Account, arrival: Arrival, *, returning: bool) -> None:
    """Take in somebody who has a seat from now on: the facts, the stages, the greeting, the nudge."""
    first = await ctx.db.onboarding.reach(member.id, Stage.JOINED, arrival.since)
    if first:
        await ctx.db.onboarding.record_newcomer(member.id, referrer=arrival.referrer, via=arrival.via)
    if first or returning:
        data: dict[str, Value] = {"via": arrival.via, "referrer": arrival.referrer, "workspace": str(account.user.home)}
        fact = Fact("member.returned" if returning else "member.joined", arrival.at, member.id, data=data)
        ctx.db.activity.record(fact, key=f"{fact.kind}:{arrival.key}")
    greeting = decide_greeting(
        Join(
            at=arrival.at,
            is_bot=account.is_bot,
            returning=returning,
            greeted=await ctx.db.onboarding.is_greeted(member.id),
            joined_at=arrival.since,
        ),
        ctx.config.onboarding,
        ctx.now,
    )
    if greeting not in (Greeting.WELCOME, Greeting.WELCOME_BACK):
        return
    rung = next_rung(_rungs(ctx, account.user.home), None)
    if rung is None:
        return
    due = max(await _due(ctx, rung), arrival.ready_at or ctx.now)
    greeting_id = await ctx.db.onboarding.open_greeting(
        member.id, account.user, greeting, join_key=arrival.key, rung=rung, due_at=due
    )
    if greeting_id is None:
        return
    opened = OpenGreeting(greeting_id, member.id, account.user, greeting, rung, "open")
    _send(ctx, opened, as_reader(member, account, ctx.config), due)
    if greeting is Greeting.WELCOME:
        await plan_nudge(ctx, member, account, arrival.at)


# ---- the ladder


async def note_greeting(ctx: Context, event: EffectSettled) -> None:
    """Note that a greeting arrived, or try the next rung of the ladder."""
    greeting = await ctx.db.onboarding.greeting(int(event.effect_key.split(":")[1]))
    if greeting is None or greeting.state != "open" or event.effect_key != _key(greeting):
        return
    if event.ok:
        await ctx.db.onboarding.set_greeting(greeting.id, rung=greeting.rung, state="reached", due_at=event.at)
        await ctx.db.onboarding.reach(greeting.member_id, Stage.GREETED, event.at)
        fact = Fact("member.greeted", event.at, greeting.member_id, data={"rung": greeting.rung.value})
        ctx.db.activity.record(fact, key=f"member.greeted:{greeting.id}")
        return
    member = await ctx.db.people.by_id(greeting.member_id)
    account = account_in(member, greeting.account.home) if member else None
    rung = next_rung(_rungs(ctx, greeting.account.home), greeting.rung)
    if member is None or account is None or rung is None:
        await ctx.db.onboarding.set_greeting(greeting.id, rung=greeting.rung, state="failed", due_at=event.at)
        fact = Fact("member.unreached", event.at, greeting.member_id, data={"rung": greeting.rung.value})
        ctx.db.activity.record(fact, key=f"member.unreached:{greeting.id}")
        return
    due = await _due(ctx, rung)
    await ctx.db.onboarding.set_greeting(greeting.id, rung=rung, state="open", due_at=due)
    onward = OpenGreeting(greeting.id, member.id, account.user, greeting.kind, rung, "open")
    _send(ctx, onward, as_reader(member, account, ctx.config), due)


def _send(ctx: Context, greeting: OpenGreeting, who: Reader, due: datetime) -> None:
    landing = _landing(ctx, greeting.account.home)
    card = welcome_card(who, ctx.config, back=greeting.kind is Greeting.WELCOME_BACK)
    effect = _effect(greeting.rung, who, card, landing)
    if effect is not None:
        ctx.db.outbox.add(effect, key=_key(greeting), due=due, report=True)


def _effect(rung: Rung, who: Reader, card: Card, landing: Place | None) -> Effect | None:
    user = who.account.user
    match rung:
        case Rung.DIRECT:
            return DirectMessage(user, card)
        case Rung.HOME:
            return ShowHome(user, card)
        case _ if landing is None:
            return None  # the ladder has such rungs only where there is a landing channel
        case Rung.PRIVATE_POST:
            return Post(landing, card, only_for=user)
        case Rung.PRIVATE_THREAD:
            return OpenThread(landing, welcome_title(who), card, private_for=(user,))
        case Rung.MENTION:
            return Post(landing, mention_card(who))


async def _due(ctx: Context, rung: Rung) -> datetime:
    if rung is not Rung.DIRECT:
        return ctx.now
    sent = await ctx.db.onboarding.direct_greetings(ctx.now - HOUR)
    return space_out(ctx.now, sent, ctx.config.onboarding.greetings_per_hour)


def _rungs(ctx: Context, workspace: Workspace) -> tuple[Rung, ...]:
    able = ctx.chat.capabilities(workspace)
    reach = Reach(
        private_posts=able.private_posts,
        private_threads=able.private_threads,
        home_tab=able.home_tab,
        landing=_landing(ctx, workspace) is not None,
    )
    return ladder(reach)


def _landing(ctx: Context, workspace: Workspace) -> Place | None:
    settings = settings_of(ctx.config, workspace)
    return ctx.channel(workspace, settings.channels.welcome) if settings else None


def _key(greeting: OpenGreeting) -> str:
    return f"greet:{greeting.id}:{greeting.rung}"


# ---- what else is heard of people


async def note_change(ctx: Context, event: MemberChanged) -> None:
    """Take over what a platform says of somebody: name, language, zone, roles."""
    await ctx.db.people.record_profile(event.member)


async def farewell(ctx: Context, event: MemberLeft) -> None:
    """Note that somebody left, and stop waiting for a word to them."""
    member = await ctx.db.people.record_leave(event.user, event.at)
    if member is None:
        return
    ctx.db.activity.record(
        Fact("member.left", event.at, member.id, data={"workspace": str(event.workspace)}),
        key=f"member.left:{event.key}",
    )
    if member.left_at is not None:
        for kind in ("introduction", "first_post"):
            await withdraw(ctx, member.id, kind)


FEATURE = Feature(
    "onboarding",
    stores=held_people.ARRIVING,
    routes=(
        on(MemberJoined, welcome),
        on(ChannelEntered, welcome_from_channel),
        on(MemberChanged, note_change),
        on(MemberLeft, farewell),
        settled("greet", note_greeting),
    ),
)
