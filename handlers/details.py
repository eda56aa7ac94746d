"""What a member may add once they have arrived: levels, language and hours, and the channels of their topics."""

from __future__ import annotations

from collections.abc import Sequence

from chat.answers import Answer, Invalid, OpenForm, Say
from chat.card import Accent, Button, Buttons, Card, Part, Style, Text
from chat.effects import Effect, Invite, SetBadge
from chat.events import ActionPressed, FormSubmitted
from community.config import TopicSettings
from community.profile import Rhythm, check_levels, check_rhythm
from community.topics import only_known, pages
from handlers.context import Context
from handlers.known import load_known, me_parts, refresh_home, suggest
from handlers.onboarding_cards import listed
from handlers.onboarding_forms import levels_form, rhythm_form
from handlers.readers import Reader, arguments, as_reader, not_yours, note, number, reader
from handlers.routes import Feature, form, press
from storage.activity import Fact
from storage.profiles import Told


def _pages(ctx: Context, told: Told) -> list[Sequence[TopicSettings]]:
    by_id = {topic.id: topic for topic in ctx.config.topics}
    return [[by_id[topic] for topic in page] for page in pages(only_known(ctx.config.topics, told.topics))]


async def open_levels(ctx: Context, event: ActionPressed) -> Answer:
    """Open a page of the levels form."""
    who = await reader(ctx, event)
    if not who.owns(event):
        return not_yours(who.t)
    told = await ctx.db.profiles.told(who.member.id)
    asked, page = _pages(ctx, told), number(arguments(event), 1) or 0
    if page >= len(asked):  # the topics have changed since the button was drawn
        return note(who.t("There are no topics to ask about. Choose some under “About you” first."))
    return OpenForm(levels_form(who, asked[page], told, page))


async def take_levels(ctx: Context, event: FormSubmitted) -> Answer:
    """Take a page of the levels form, and offer the next."""
    who = await reader(ctx, event)
    if not who.owns(event):
        return not_yours(who.t)
    told = await ctx.db.profiles.told(who.member.id)
    asked, page = _pages(ctx, told), number(arguments(event), 1) or 0
    levels = check_levels(event.values, told.topics)
    if {k: v for k, v in levels.items() if told.levels.get(k) is not v}:
        await ctx.db.profiles.save_levels(who.member.id, levels)
        ctx.db.activity.record(
            Fact("member.levelled", ctx.now, who.member.id, data={"topics": len(levels)}),
            key=f"member.levelled:{event.key}",
        )
    refresh_home(ctx, await load_known(ctx, who))
    parts: list[Part] = [Text(who.t("Saved. Questions and meetups can now fit your level."))]
    if page + 1 < len(asked):
        more = Button(f"levels:{who.member.id}:{page + 1}", who.t.line("More topics"), Style.PRIMARY)
        parts.append(Buttons((more,)))
    return Say(Card(parts=tuple(parts), accent=Accent.GOOD))


async def open_rhythm(ctx: Context, event: ActionPressed) -> Answer:
    """Open the form for language and hours."""
    who = await reader(ctx, event)
    return OpenForm(rhythm_form(who, ctx.config)) if who.owns(event) else not_yours(who.t)


async def take_rhythm(ctx: Context, event: FormSubmitted) -> Answer:
    """Take language, zone and quiet hours, or say what to do about them."""
    who = await reader(ctx, event)
    if not who.owns(event):
        return not_yours(who.t)
    taken = check_rhythm(event.values)
    if not isinstance(taken, Rhythm):
        errors = {key: who.t.line(problem.text, **problem.values) for key, problem in taken.items()}
        return Invalid(errors, rhythm_form(who, ctx.config).filled(event.values))
    await ctx.db.people.record_preferences(
        who.member.id,
        language=taken.language or "",
        time_zone=taken.zone or "",
        quiet_hours=str(taken.quiet_hours) if taken.quiet_hours else "",
    )
    changed = await _reload(ctx, who)
    known = await load_known(ctx, changed)
    refresh_home(ctx, known)
    saved = Text(changed.t("Saved. This is what I know now:"))
    return Say(Card(parts=(saved, *me_parts(ctx, known)), accent=Accent.GOOD))


async def _reload(ctx: Context, who: Reader) -> Reader:
    """Return the reader as they are after a change: the answer already comes in the language they chose."""
    member = await ctx.db.people.by_id(who.member.id)
    return as_reader(member, who.account, ctx.config) if member else who


async def join_topics(ctx: Context, event: ActionPressed) -> Answer:
    """Let a member into the channels and badges of their topics."""
    who = await reader(ctx, event)
    if not who.owns(event):
        return not_yours(who.t)
    user = who.account.user
    joined: list[str] = []
    for n, offer in enumerate(suggest(ctx, who, await ctx.db.profiles.told(who.member.id))):
        effect: Effect = SetBadge(user, offer.name)
        if offer.is_channel:
            place = ctx.channel(user.home, offer.name)
            if place is None:
                continue  # named in the settings, but the bot cannot see it; `tsudoi doctor` says so
            effect = Invite(user, place)
        ctx.db.outbox.add(effect, key=f"topic:{event.key}:{n}")
        joined.append(f"#{offer.name.lstrip('#')}" if offer.is_channel else f"@{offer.name}")
        fact = Fact("topic.joined", ctx.now, who.member.id, subject=offer.topic)
        ctx.db.activity.record(fact, key=f"topic.joined:{event.key}:{n}")
    if not joined:
        return note(who.t("There is nothing to join for your topics yet."))
    return note(who.t("You are in: {names}", names=listed(joined, [who.t])), Accent.GOOD)


FEATURE = Feature(
    "details",
    routes=(
        press("levels", open_levels, opens_form=True),
        form("levels", take_levels),
        press("rhythm", open_rhythm, opens_form=True),
        form("rhythm", take_rhythm),
        press("join", join_topics),
    ),
)
