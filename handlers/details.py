"""What a member may add once they have arrived: levels, language and hours, and the channels of their topics."""

from __future__ import annotations

from collections.abc import Sequence

from chat.answers import Answer, Invalid, OpenForm, Say
from chat.card import Accent, Button, Buttons, Card, Part, Style, Text
from chat.events import ActionPressed, FormSubmitted
from community.config import TopicSettings
from community.people.profile import Rhythm, check_levels, check_rhythm
from community.people.topics import only_known, pages
from handlers.context import Context
from handlers.home import refresh_home
from handlers.known import load_known, me_parts
from handlers.onboarding_forms import levels_form, rhythm_form
from handlers.readers import Reader, arguments, as_reader, not_yours, note, number, reader
from handlers.routes import Feature, form, press
from storage.activity import Fact
from storage.people.profiles import Told


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
    await refresh_home(ctx, await load_known(ctx, who))
    said = who.t("Saved. Questions and meetups can now fit your level.") if levels else who.t("Nothing chosen here.")
    parts: list[Part] = [Text(said)]
    if page + 1 < len(asked):
        more = Button(f"levels:{who.member.id}:{page + 1}", who.t.line("More topics"), Style.PRIMARY)
        parts.append(Buttons((more,)))
    return Say(Card(parts=tuple(parts), accent=Accent.GOOD if levels else Accent.CALM))


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
    await refresh_home(ctx, known)
    saved = Text(changed.t("Saved. This is what I know now:"))
    return Say(Card(parts=(saved, *me_parts(ctx, known)), accent=Accent.GOOD))


async def _reload(ctx: Context, who: Reader) -> Reader:
    """Return the reader as they are after a change: the answer already comes in the language they chose."""
    member = await ctx.db.people.by_id(who.member.id)
    return as_reader(member, who.account, ctx.config) if member else who


FEATURE = Feature(
    "details",
    routes=(
        press("levels", open_levels, opens_form=True),
        form("levels", take_levels),
        press("rhythm", open_rhythm, opens_form=True),
        form("rhythm", take_rhythm),
    ),
)
