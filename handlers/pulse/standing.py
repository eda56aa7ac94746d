"""The rounds of the pulse: opened once a month, each member asked once at an hour of theirs, closed and told."""

from __future__ import annotations

from chat.effects import DirectMessage, Post
from community.conduct.pulse import NEWCOMERS_WAIT, asked_at, closes, closes_later, month_of, next_round
from community.hours.quiet_hours import next_decent_moment
from community.hours.schedule import Standing
from community.signals import TimerDue
from handlers.context import Context
from handlers.public import languages_of
from handlers.pulse.answering import ask_card
from handlers.pulse.desk import told_card
from handlers.readers import account_to_reach, as_reader, quiet_hours_of, zone_of
from handlers.reports.standing import report_places
from handlers.routes import Feature, due
from locales import translator
from storage.held import moderation as held_moderation
from storage.people.choices import SURVEY

ROUND, ONE, CLOSE = "pulse", "pulse.one", "pulse.close"


async def begin(ctx: Context, event: TimerDue) -> None:
    """Open the month's round, and set a timer for each member who is asked. Coming late or twice opens it once."""
    del event
    month = month_of(ctx.config, ctx.now)
    if not ctx.config.conduct.pulse or not await ctx.db.pulses.open(month, ctx.now):
        return
    await ctx.db.timers.set(CLOSE, month, closes(ctx.config, ctx.now))
    out = await ctx.db.choices.those_out(SURVEY) | await ctx.db.applications.waiting_ids()
    for member in await ctx.db.people.present():
        settled_in = member.joined_at is None or ctx.now - member.joined_at >= NEWCOMERS_WAIT
        if member.id not in out and not member.is_bot and settled_in:
            await ctx.db.timers.set(ONE, member.id, asked_at(ctx.now, month, member.id), month=month)


async def ask(ctx: Context, event: TimerDue) -> None:
    """Ask one member, where the round is still open and the hour is a decent one of theirs."""
    month = event.data["month"]
    held = await ctx.db.pulses.round(month)
    member = await ctx.db.people.by_id(int(event.subject))
    account = account_to_reach(member) if member else None
    if held is None or held.closed_at is not None or member is None or account is None or not ctx.config.conduct.pulse:
        return
    out = await ctx.db.choices.those_out(SURVEY)
    if member.id in out or await ctx.db.pulses.has_answered(month, member.id):
        return
    welcome = next_decent_moment(quiet_hours_of(member), ctx.now, zone_of(member, account, ctx.config))
    if welcome is None:
        return
    if welcome > ctx.now:
        await ctx.db.timers.set(ONE, member.id, welcome, month=month)
        return
    await ctx.db.pulses.note_asked(month)
    card = ask_card(as_reader(member, account, ctx.config), month)
    # `report`, so that who takes no direct messages does not become a card for the moderators
    ctx.db.outbox.add(DirectMessage(account.user, card), key=f"{ROUND}:{month}:{member.id}", report=True)


async def close(ctx: Context, event: TimerDue) -> None:
    """Close a round and tell the moderators; quiet days hold it open."""
    month = event.subject
    held = await ctx.db.pulses.round(month)
    if held is None or held.closed_at is not None:
        return
    if later := closes_later(ctx.config, ctx.now):
        await ctx.db.timers.set(CLOSE, month, later)
        return
    await ctx.db.pulses.close(month, ctx.now)
    for place in report_places(ctx):
        for n, language in enumerate(languages_of(ctx, place)):
            key = f"pulse_told:{month}:{place}" + (f":{language}" if n else "")
            ctx.db.outbox.add(Post(place, await told_card(ctx, translator(language))), key=key)


FEATURE = Feature(
    "pulse",
    stores=held_moderation.PULSE_HELD,
    routes=(due(ROUND, begin), due(ONE, ask), due(CLOSE, close)),
    standing=(Standing(ROUND, next_round),),
)
