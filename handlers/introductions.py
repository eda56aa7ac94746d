"""Introductions in their channel: posted once, with consent and agreed rules, redrawn when they change."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from chat.card import Card
from chat.effects import Post, PostedAs, RedrawPost, Remove
from chat.events import MessageDeleted
from chat.ids import Place
from community.languages import channel_languages
from community.people.onboarding import Introduction, Publish, Stage, decide_introduction
from community.signals import EffectSettled, TimerDue
from handlers.context import Context
from handlers.dead_letters import tell_moderators
from handlers.known import introductions_channel
from handlers.onboarding_cards import introduction_card
from handlers.readers import Reader, account_in, as_reader, settings_of
from handlers.routes import Feature, due, on, settled
from handlers.waiting import watch, withdraw
from storage.activity import Fact
from storage.people.profiles import PostedIntroduction, Told

RETRY = "introductions.retry"
RETRY_EACH = timedelta(hours=1)  # a channel is mended by a person, not within minutes
RETRY_FOR = timedelta(days=7)  # later, nobody remembers what they wrote


async def publish(ctx: Context, who: Reader) -> None:
    """Bring a member's introduction to where it should be: in the channel, redrawn, waiting, or away."""
    member_id = who.member.id
    told = await ctx.db.profiles.told(member_id)
    stands = await ctx.db.profiles.introduction(member_id)
    posted = stands is not None and stands.state == "standing"
    stages = await ctx.db.onboarding.stages(member_id)
    decision = decide_introduction(
        Introduction(
            text=told.about.introduction, consent=told.about.consent, agreed=Stage.AGREED in stages, posted=posted
        )
    )
    now = stands or PostedIntroduction(who.account.user, "removed", 0, None, None)
    match decision:
        case Publish.NOTHING:
            if now.state == "waiting":
                await ctx.db.profiles.save_introduction(member_id, replace(now, state="removed"))
        case Publish.WAIT_FOR_RULES:
            await ctx.db.profiles.save_introduction(member_id, replace(now, account=who.account.user, state="waiting"))
        case Publish.POST:
            await _post(ctx, who, told, now)
        case Publish.REDRAW:
            await _redraw(ctx, who, told, now)
        case Publish.REMOVE:
            await _remove(ctx, member_id, now)


async def _post(ctx: Context, who: Reader, told: Told, before: PostedIntroduction) -> None:
    channel = introductions_channel(ctx, who)
    if channel is None:  # no channel that the bot can see; `tsudoi doctor` says so
        waiting = replace(before, account=who.account.user, state="waiting")
        await ctx.db.profiles.save_introduction(who.member.id, waiting)
        await _try_again_later(ctx, who.member.id)
        return
    card = _card(ctx, who, told, channel.place)
    fresh = PostedIntroduction(who.account.user, "standing", before.round + 1, channel.place, card)
    await ctx.db.profiles.save_introduction(who.member.id, fresh)
    ctx.db.outbox.add(Post(channel.place, card), key=introduction_key(who.member.id, fresh.round), report=True)


async def _redraw(ctx: Context, who: Reader, told: Told, stands: PostedIntroduction) -> None:
    account = account_in(who.member, stands.account.home) or who.account
    card = _card(ctx, as_reader(who.member, account, ctx.config), told, stands.place)
    if card == stands.shown:
        return
    await ctx.db.profiles.save_introduction(who.member.id, replace(stands, shown=card))
    ctx.db.outbox.put(RedrawPost(PostedAs(introduction_key(who.member.id, stands.round)), card))


async def _remove(ctx: Context, member_id: int, stands: PostedIntroduction) -> None:
    key = introduction_key(member_id, stands.round)
    if not await ctx.db.outbox.cancel(key):
        ctx.db.outbox.add(Remove(PostedAs(key)), key=f"un{key}")
    await ctx.db.profiles.save_introduction(member_id, replace(stands, state="removed", shown=None))
    await withdraw(ctx, member_id, "introduction")


async def take_down(ctx: Context, member_id: int) -> None:
    """Take a member's introduction away, whatever they had agreed to: they are erased."""
    stands = await ctx.db.profiles.introduction(member_id)
    if stands is not None and stands.state == "standing":
        await _remove(ctx, member_id, stands)
    await ctx.db.timers.drop(RETRY, member_id)


def _card(ctx: Context, who: Reader, told: Told, place: Place | None) -> Card:
    settings = settings_of(ctx.config, who.account.user.home)
    asked = None
    if settings:
        spoken = settings.channels.languages
        info = ctx.chat.place(place.home, place.channel) if place else None
        asked = (spoken.get(info.place.channel) or spoken.get(info.name)) if info else None
    languages = channel_languages(asked, ctx.config.language)
    return introduction_card(ctx.config, who.mention, told.about, languages)


def introduction_key(member_id: int, nth: int) -> str:
    """Return the business key of a member's introduction in the channel, the nth that was posted."""
    return f"intro:{member_id}:{nth}"


async def note_posted(ctx: Context, event: EffectSettled) -> None:
    """Note that an introduction stands in its channel, and watch over it until a human has answered."""
    _, member_text, nth = event.effect_key.split(":")
    member_id = int(member_text)
    stands = await ctx.db.profiles.introduction(member_id)
    if stands is None or stands.round != int(nth):
        return
    if not event.ok or event.ref is None:
        if stands.state == "standing":  # the member was told that it would be there; now they see that it waits
            await ctx.db.profiles.save_introduction(member_id, replace(stands, state="waiting", shown=None))
            if not await _try_again_later(ctx, member_id):  # each further try that fails is no news
                await tell_moderators(ctx, event)
        return
    await ctx.db.timers.drop(RETRY, member_id)
    if await ctx.db.onboarding.reach(member_id, Stage.INTRODUCED, event.at):
        fact = Fact("member.introduced", event.at, member_id, event.ref.place, event.ref.id)
        ctx.db.activity.record(fact, key=f"member.introduced:{member_id}")
    if stands.state == "standing":
        await watch(ctx, member_id, "introduction", event.ref, event.at)


# ---- a second chance


async def _try_again_later(ctx: Context, member_id: int) -> bool:
    """Let an introduction that waits for its channel be tried again; says whether that was under way already."""
    if await ctx.db.timers.due_at(RETRY, member_id) is not None:
        return True
    until = ctx.now + RETRY_FOR
    await ctx.db.timers.set(RETRY, member_id, ctx.now + RETRY_EACH, until=until.isoformat())
    return False


async def retry(ctx: Context, event: TimerDue) -> None:
    """Post an introduction that waits, where the channel has been mended and its writer still wants it."""
    member_id, until = int(event.subject), datetime.fromisoformat(event.data["until"])
    stands = await ctx.db.profiles.introduction(member_id)
    member = await ctx.db.people.by_id(member_id)
    if member is None or stands is None or stands.state != "waiting" or ctx.now >= until:
        return
    account = account_in(member, stands.account.home)
    if account is None or Stage.AGREED not in await ctx.db.onboarding.stages(member_id):
        return
    await ctx.db.timers.set(RETRY, member_id, ctx.now + RETRY_EACH, until=until.isoformat())
    await publish(ctx, as_reader(member, account, ctx.config))


# ---- taken away by a moderator


async def note_deletion(ctx: Context, event: MessageDeleted) -> None:
    """Note that somebody took an introduction away: nobody needs to answer what is gone."""
    for member_id, nth in await ctx.db.profiles.standing_in(event.message.place):
        ref = await ctx.db.outbox.ref(introduction_key(member_id, nth))
        stands = await ctx.db.profiles.introduction(member_id) if ref and ref.id == event.message.id else None
        if stands is not None:
            await ctx.db.profiles.save_introduction(member_id, replace(stands, state="removed", shown=None))
            await withdraw(ctx, member_id, "introduction")


FEATURE = Feature(
    "introductions",
    routes=(settled("intro", note_posted), due(RETRY, retry), on(MessageDeleted, note_deletion)),
)
