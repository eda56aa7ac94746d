"""The channels and badges of a member's topics: asked for with one press, and a fact only once the platform obeyed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from chat.answers import Answer
from chat.card import Accent, Card, Footnote, Part, Text, Title
from chat.effects import DirectMessage, Effect, Invite, SetBadge
from chat.events import ActionPressed
from chat.ids import Platform, Workspace
from chat.text import Code
from community.signals import EffectSettled, TimerDue
from handlers.context import Context
from handlers.dead_letters import REASON, bring_to_moderators
from handlers.home import refresh_home
from handlers.known import Suggestion, load_known, offers_of, shown_name, suggest
from handlers.onboarding_cards import listed
from handlers.readers import account_in, as_reader, not_yours, note, reader
from handlers.routes import Feature, due, press, settled
from locales import translator
from storage.activity import Fact

REFUSED = "topic.refused"  # a fact for each place that stayed closed, and the timer that tells of all of one press
GATHER = timedelta(minutes=1)  # the effects of one press settle one by one; they are told of together


async def join_topics(ctx: Context, event: ActionPressed) -> Answer:
    """Ask the platform to let a member into the channels and badges of their topics."""
    who = await reader(ctx, event)
    if not who.owns(event):
        return not_yours(who.t)
    user, pressed = who.account.user, sha256(event.key.encode()).hexdigest()[:16]
    asked: list[str] = []
    for offer in suggest(ctx, who, await ctx.db.profiles.told(who.member.id)):
        effect: Effect = SetBadge(user, offer.name)
        if offer.is_channel:
            place = ctx.channel(user.home, offer.name)
            if place is None:
                continue  # named in the settings, but the bot cannot see it; `tsudoi doctor` says so
            effect = Invite(user, place)
        ctx.db.outbox.add(effect, key=_key(who.member.id, user.home, offer, pressed), report=True)
        asked.append(shown_name(offer))
    if not asked:
        return note(who.t("There is nothing to join for your topics yet."))
    return note(who.t("Letting you in: {names}", names=listed(asked, [who.t])), Accent.GOOD)


# ---- what became of it


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the key of such an effect says."""

    member_id: int
    workspace: Workspace
    offer: str  # c or b: the channel or the badge of the topic
    topic: str
    pressed: str


def _key(member_id: int, workspace: Workspace, offer: Suggestion, pressed: str) -> str:
    return f"topic:{member_id}:{workspace}:{'c' if offer.is_channel else 'b'}:{offer.topic}:{pressed}"


def _read(key: str) -> _Asked:
    _, member_id, platform, workspace, offer, topic, pressed = key.split(":")
    return _Asked(int(member_id), Workspace(Platform(platform), workspace), offer, topic, pressed)


async def note_joined(ctx: Context, event: EffectSettled) -> None:
    """Note that a member was let in, or that the platform refused."""
    if not event.expected:  # queued by an earlier version, whose keys said less
        return
    asked = _read(event.effect_key)
    data = {"workspace": str(asked.workspace), "offer": asked.offer}
    if event.ok:
        fact = Fact("topic.joined", event.at, asked.member_id, subject=asked.topic, data={**data})
        ctx.db.activity.record(fact, key=f"topic.joined:{event.effect_key}")
        member = await ctx.db.people.by_id(asked.member_id)
        account = account_in(member, asked.workspace) if member else None
        if member and account:
            await refresh_home(ctx, await load_known(ctx, as_reader(member, account, ctx.config)))
        return
    refused = Fact(
        REFUSED,
        ctx.now,
        asked.member_id,
        subject=asked.topic,
        data={**data, "press": asked.pressed, "reason": event.reason[:REASON]},
    )
    ctx.db.activity.record(refused, key=f"{REFUSED}:{event.effect_key}")
    await ctx.db.timers.set(REFUSED, asked.pressed, ctx.now + GATHER, member=str(asked.member_id))


async def tell_refused(ctx: Context, event: TimerDue) -> None:
    """Tell the member and the moderators, once each, of all that stayed closed after one press."""
    facts = await ctx.db.activity.facts([REFUSED], since=ctx.now - timedelta(days=1))
    refused = [fact for fact in facts if fact.data.get("press") == event.subject]
    member = await ctx.db.people.by_id(int(event.data["member"]))
    if not refused or member is None:
        return
    platform, _, workspace = str(refused[0].data["workspace"]).partition(":")
    home = Workspace(Platform(platform), workspace)
    account = account_in(member, home)
    if account is None:  # gone meanwhile: nobody is waiting at the door
        return
    who = as_reader(member, account, ctx.config)
    names = [
        shown_name(offer)
        for topic in ctx.config.topics
        for offer in offers_of(topic, home.platform)
        if any(f.subject == topic.id and f.data["offer"] == ("c" if offer.is_channel else "b") for f in refused)
    ] or [str(fact.subject) for fact in refused]  # the settings have changed meanwhile
    sorry = Card(
        parts=(
            Text(who.t("Sorry, I could not let you into {names}.", names=listed(names, [who.t]))),
            Text(who.t("You need do nothing: the moderators know. You can also ask one of them to let you in.")),
        ),
        accent=Accent.WARM,
    )
    # `report`, so that a member who takes no direct messages does not become a second card for the moderators
    ctx.db.outbox.add(DirectMessage(account.user, sorry), key=f"topic_refused:{event.subject}", report=True)
    t = translator(ctx.config.language)
    reason = ", ".join(dict.fromkeys(str(fact.data["reason"] or "?") for fact in refused))
    parts: tuple[Part, ...] = (
        Title(t.line("Somebody could not be let in")),
        Text(t("I could not let {who} into {names}.", who=who.mention, names=listed(names, [t]))),
        Text(t("Please let them in by hand, and see that I may do it the next time.")),
        Footnote(t("The chat said: {reason}", reason=Code(reason[:REASON]))),
    )
    bring_to_moderators(ctx, Card(parts=parts, accent=Accent.ALERT), key=f"{REFUSED}:{event.subject}", near=home)


FEATURE = Feature(
    "joining",
    routes=(press("join", join_topics), settled("topic", note_joined), due(REFUSED, tell_refused)),
)
