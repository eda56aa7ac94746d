"""The hint: who writes a word that may hurt is told so in private, kindly, seldom, and nobody else ever hears of it.

Nothing is stored but what the limit needs: rows with a member and a time, which vanish by themselves. The message of
the hint is forgotten as soon as it is sent, and no fact is logged: there is nothing to count anybody by. It is the
same for moderators and for what they announce, whose words weigh more.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

from chat.answers import Answer, Redraw
from chat.card import Accent, Button, Buttons, Card, Footnote, LinkButton, Part, Text
from chat.effects import DirectMessage, Post
from chat.events import ActionPressed, MessagePosted
from chat.text import Bold, Code, join, rich
from community.conduct.kind_words import Found, find
from community.signals import EffectSettled
from community.thanks.giving import day_began
from handlers.context import Context
from handlers.quiet.pause import rests
from handlers.readers import Reader, account_of, as_reader, not_yours, note, reader, zone_of
from handlers.routes import Feature, on, press, settled
from locales import translator
from storage.people.choices import KIND_WORDS, OFF, ON
from storage.queues.timers import VANISHING

KIND = "kind_words"  # the business key's beginning
FRESH = timedelta(hours=1)  # what is heard later than this has been read by everybody
WEEKLY = 3  # hints at most; who is told more often than that does not want to hear it from a machine
WEEK = timedelta(days=7)
TODAY = f"{VANISHING}{KIND}.day"  # each of these timers belongs to a member; see ``storage.held.ids``
LATELY = tuple(f"{VANISHING}{KIND}.{n}" for n in range(WEEKLY))
_DAY = timedelta(days=1)


async def notice(ctx: Context, event: MessagePosted) -> None:
    """Give the writer of a hurtful word a hint."""
    if not ctx.config.conduct.kind_words or event.by_bot or event.direct or rests(ctx):
        return
    if ctx.now - event.at > FRESH or ctx.chat.is_bot(event.workspace, event.author.id):
        return
    found = find("\n".join(filter(None, (event.title, event.text))), await ctx.db.kind_words.lists())
    if found is None:
        return
    member = await ctx.db.people.ensure(event.author, event.author_name, event.at)
    account = account_of(member, event.author)
    if member.is_bot or account is None or (await ctx.db.choices.of(member.id)).get(KIND_WORDS) == OFF:
        return
    who = as_reader(member, account, ctx.config)
    if not (member.language or account.locale):  # Discord tells the language with a click only
        who = replace(who, t=translator(found.language))
    if await _may_hint(ctx, who):
        _hint(ctx, who, event, found)


async def _may_hint(ctx: Context, who: Reader) -> bool:
    """Say whether one more hint is not too much, and count it: one a day, and a few in any seven days."""
    timers, member = ctx.db.timers, who.member.id
    today = await timers.due_at(TODAY, member)
    if today is not None and today > ctx.now:
        return False
    for kind in LATELY:
        until = await timers.due_at(kind, member)
        if until is None or until <= ctx.now:
            tomorrow = day_began(ctx.now, zone_of(who.member, who.account, ctx.config)) + _DAY
            await timers.set(kind, member, ctx.now + WEEK)
            await timers.set(TODAY, member, max(tomorrow, ctx.now + timedelta(minutes=1)))
            return True
    return False


def _hint(ctx: Context, who: Reader, event: MessagePosted, found: Found) -> None:
    here = event.message.place
    card = hint_card(who, found, ctx.chat.link(event.message))
    beside = ctx.chat.capabilities(here.home).private_posts
    effect = Post(here, card, only_for=event.author) if beside else DirectMessage(event.author, card)
    key = hashlib.sha256(event.key.encode()).hexdigest()[:24]
    # `report`, so that it is wiped when it is sent, and never becomes a card for the moderators
    ctx.db.outbox.add(effect, key=f"{KIND}:{key}", report=True)


def hint_card(who: Reader, found: Found, link: str) -> Card:
    """Return the hint."""
    t = who.t
    named = [rich(Bold(t.line("“{item}”", item=word))) for word in found.words]
    parts: list[Part] = [
        Text(t("You wrote {words}. Somebody who reads it may be hurt.", words=join(t.line(", "), named)))
    ]
    if found.instead:
        parts.append(Text(t("How about: {instead}", instead=Bold(found.instead))))
    parts += [
        Text(t("You can still edit your message. If it was meant in another way, think nothing of this.")),
        Buttons(
            (
                LinkButton(link, t.line("To my message")),
                Button(f"kind_off:{who.member.id}", t.line("Stop hints about words")),
            )
        ),
        Footnote(t("Only you can see this. Nobody is told of it, and nobody counts it.")),
    ]
    return Card(parts=tuple(parts), accent=Accent.CALM, summary=t.line("A hint, for you alone"))


async def forget(ctx: Context, event: EffectSettled) -> None:
    """Forget that a hint was given."""
    await ctx.db.outbox.wipe(event.effect_key)


async def choose(ctx: Context, event: ActionPressed) -> Answer:
    """Give somebody no more hints, or hints again."""
    who = await reader(ctx, event)
    if not who.owns(event):
        return not_yours(who.t)
    t, stops = who.t, event.action.startswith("kind_off")
    await ctx.db.choices.set(who.member.id, KIND_WORDS, OFF if stops else ON, ctx.now)
    if stops:
        said = t(
            "All right, no more hints about words. You can also change this later: {command}",
            command=Code("/tsudoi privacy"),
        )
        button = Button(f"kind_on:{who.member.id}", t.line("Give me hints again"))
        return Redraw(Card(parts=(Text(said), Buttons((button,)))))
    return Redraw(note(t("Thank you. I will give you hints again, seldom and for you alone."), Accent.GOOD).card)


FEATURE = Feature(
    "kind_words",
    routes=(on(MessagePosted, notice), settled(KIND, forget), press("kind_off", choose), press("kind_on", choose)),
)
