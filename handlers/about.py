"""The way forward for a newcomer: the first form, the rules, and the introduction that follows from both."""

from __future__ import annotations

from dataclasses import replace

from chat.answers import Answer, Invalid, OpenForm, Redraw, Say
from chat.events import ActionPressed, FormSubmitted
from community.membership.form import about_of
from community.people.onboarding import Stage
from community.people.profile import About, check_about
from handlers.context import Context
from handlers.home import refresh_home
from handlers.introductions import publish
from handlers.known import introductions_channel, load_known, steps_card
from handlers.onboarding_cards import agreed_card, rules_card
from handlers.onboarding_forms import about_form
from handlers.readers import not_yours, reader
from handlers.routes import Feature, form, press
from storage.activity import Fact


async def open_about(ctx: Context, event: ActionPressed) -> Answer:
    """Open the first form, filled with what is known."""
    who = await reader(ctx, event)
    if not who.owns(event):
        return not_yours(who.t)
    told = await ctx.db.profiles.told(who.member.id)
    if not told.filled:  # what they wrote when they applied need not be typed again
        one = await ctx.db.applications.of(who.member.id)
        if one is not None and one.answers is not None:
            told = replace(told, about=about_of(one.answers))
    return OpenForm(about_form(who, ctx.config, told, introductions_channel(ctx, who)))


async def take_about(ctx: Context, event: FormSubmitted) -> Answer:
    """Take the first form, or say what to do about it."""
    who = await reader(ctx, event)
    if not who.owns(event):
        return not_yours(who.t)
    taken = check_about(event.values, ctx.config.topics)
    if not isinstance(taken, About):
        told = await ctx.db.profiles.told(who.member.id)
        errors = {key: who.t.line(problem.text, **problem.values) for key, problem in taken.items()}
        return Invalid(errors, about_form(who, ctx.config, told, introductions_channel(ctx, who)).filled(event.values))
    if await ctx.db.profiles.save_about(who.member.id, taken, ctx.now):
        fact = Fact(
            "member.profiled",
            ctx.now,
            who.member.id,
            data={"give": len(taken.give), "learn": len(taken.learn), "consent": taken.consent},
        )
        ctx.db.activity.record(fact, key=f"member.profiled:{event.key}")
    await publish(ctx, who)  # also where nothing changed: it may not have found its channel the last time
    known = await load_known(ctx, who)
    await refresh_home(ctx, known)
    return Say(steps_card(known))


async def show_rules(ctx: Context, event: ActionPressed) -> Answer:
    """Show the rules, and when they were agreed to."""
    who = await reader(ctx, event)
    if not who.owns(event):
        return not_yours(who.t)
    return Say(rules_card(who, ctx.config, await ctx.db.onboarding.stages(who.member.id)))


async def agree(ctx: Context, event: ActionPressed) -> Answer:
    """Note that somebody agreed to the rules; an introduction that waited for it is posted."""
    who = await reader(ctx, event)
    if not who.owns(event):
        return not_yours(who.t)
    if await ctx.db.onboarding.reach(who.member.id, Stage.AGREED, ctx.now):
        ctx.db.activity.record(Fact("member.agreed", ctx.now, who.member.id), key=f"member.agreed:{who.member.id}")
        await publish(ctx, who)
    known = await load_known(ctx, who)
    await refresh_home(ctx, known)
    return Redraw(steps_card(known) if known.told.filled else agreed_card(who))


FEATURE = Feature(
    "about",
    routes=(
        press("about", open_about, opens_form=True),
        form("about", take_about),
        press("rules", show_rules),
        press("agree", agree),
    ),
)
