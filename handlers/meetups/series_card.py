"""A series as its organisers see it: how it repeats, which dates are left out, and how it ends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from chat.answers import Answer, Redraw, Say
from chat.card import Accent, Button, Buttons, Card, Footnote, Option, Part, Select, Style, Text, Title
from chat.events import ActionPressed
from chat.limits import TITLE
from chat.text import rich
from community.meetups.plan import MeetupState
from community.meetups.series import Occurrence, Series, Skipped, dates, holiday_on, unskip
from community.meetups.series_text import describe
from community.when.wall import moment, on_wall
from handlers.context import Context
from handlers.meetups.held import Held, gone, held
from handlers.meetups.series_steps import call_off, end_from, leave_out, roll, slot_day
from handlers.public import shortened
from handlers.readers import arguments, note
from handlers.routes import Feature, press
from locales import Translator
from storage.meetups.series import StoredSeries

DATES = 12  # of the menu


@dataclass(frozen=True, slots=True)
class HeldSeries:
    """A series, the meetup by which it was reached, and somebody who may change both."""

    found: Held
    kept: StoredSeries


async def show(ctx: Context, event: ActionPressed) -> Answer:
    """Show a series."""
    series = await _held(ctx, event)
    return series if isinstance(series, Say) else Redraw(_card(ctx, series))


async def toggle(ctx: Context, event: ActionPressed) -> Answer:
    """Leave out a date, or take one back in."""
    series = await _held(ctx, event)
    if isinstance(series, Say):
        return series
    kept, t = series.kept, series.found.who.t
    day = _day(next(iter(event.values), ""))
    one = next((o for o in _ahead(ctx, kept.series) if o.day == day), None)
    if one is None or day is None or (isinstance(one, Skipped) and one.holiday and day not in kept.series.skips):
        return note(t("This date is no longer one of the series."), Accent.WARM)
    standing = [stored for stored in await ctx.db.meetups.of_series(kept.id) if slot_day(kept, stored) == day]
    if isinstance(one, Skipped):
        for stored in standing:  # the date is free for a new meetup; the cancelled one stays as it is
            await ctx.db.series.attach(stored.id, None, None)
        await roll(ctx, replace(kept, series=unskip(kept.series, day)))
    else:
        for stored in standing:
            if stored.meetup.state is MeetupState.PLANNED:
                await call_off(ctx, stored, series.found.who.member.id, reason="", key=event.key)
        await leave_out(ctx, kept, day)
    after = await ctx.db.series.get(kept.id)
    return Redraw(_card(ctx, replace(series, kept=after or kept)))


async def ask_end(ctx: Context, event: ActionPressed) -> Answer:
    """Ask whether the series is to end."""
    series = await _held(ctx, event)
    if isinstance(series, Say):
        return series
    t, meetup_id = series.found.who.t, series.found.stored.id
    after = await _after(ctx, series)
    said = t.n(
        "The series ends with this meetup. {n} later one that stands ready is cancelled; who has a seat there is told.",
        "The series ends with this meetup. {n} later ones that stand ready are cancelled; who has a seat is told.",
        after,
    )
    buttons = (
        Button(f"series_end:{meetup_id}:yes", t.line("End the series"), Style.DANGER),
        Button(f"series:{meetup_id}", t.line("Back")),
    )
    return Redraw(Card(parts=(Title(_title(series)), Text(said), Buttons(buttons)), accent=Accent.WARM))


async def end(ctx: Context, event: ActionPressed) -> Answer:
    """End the series after a meetup, once that was asked."""
    if arguments(event)[1:2] != ["yes"]:
        return await ask_end(ctx, event)
    series = await _held(ctx, event)
    if isinstance(series, Say):
        return series
    day = slot_day(series.kept, series.found.stored) + timedelta(days=1)
    await end_from(ctx, series.kept, day, series.found.who.member.id, reason="", key=event.key)
    said = series.found.who.t("The series has ended. This meetup itself stays as it is.")
    return Redraw(Card(parts=(Title(_title(series)), Text(said))))


async def _held(ctx: Context, event: ActionPressed) -> HeldSeries | Say:
    found = await held(ctx, event)
    if isinstance(found, Say):
        return found
    kept = await ctx.db.series.get(found.stored.series) if found.stored.series is not None else None
    if kept is None or found.is_draft:
        return gone(found.who)
    if kept.ended:
        return note(found.who.t("This series has ended."), Accent.WARM)
    return HeldSeries(found, kept)


def _card(ctx: Context, series: HeldSeries) -> Card:
    t, kept, meetup_id = series.found.who.t, series.kept, series.found.stored.id
    parts: list[Part] = [Title(_title(series)), Text(rich("🔁 ", describe(kept.series, t)))]
    options = tuple(
        _option(ctx, kept.series, one, t) for one in _ahead(ctx, kept.series) if _is_choice(kept.series, one)
    )
    if options:
        placeholder = t.line("Leave out a date, or take it back in…")
        parts.append(Select(action=f"series_skip:{meetup_id}", placeholder=placeholder, options=options))
    parts.append(
        Buttons(
            (
                Button(f"plan_change:{meetup_id}:all", t.line("Change this and all following")),
                Button(f"series_end:{meetup_id}", t.line("End it after this one…"), Style.DANGER),
            )
        )
    )
    parts.append(Footnote(t("The next meetup is announced when the one before it is over.")))
    return Card(parts=tuple(parts))


def _title(series: HeldSeries) -> str:
    return shortened(series.found.meetup.plan.title, TITLE)


def _ahead(ctx: Context, series: Series) -> list[Occurrence | Skipped]:
    """Return the next dates, those left out among them."""
    today = on_wall(ctx.now, ZoneInfo(series.zone)).date()
    horizon = today + timedelta(days=5 * 366)
    found: list[Occurrence | Skipped] = []
    for one in islice(dates(series), 4000):
        if one.day > horizon or len(found) >= DATES:
            break
        if one.day > today or (isinstance(one, Occurrence) and one.starts > ctx.now):
            found.append(one)
    return found


def _is_choice(series: Series, one: Occurrence | Skipped) -> bool:
    return isinstance(one, Occurrence) or one.day in series.skips


def _option(ctx: Context, series: Series, one: Occurrence | Skipped, t: Translator) -> Option:
    zone = ZoneInfo(series.zone)
    shown = t.date(moment(datetime.combine(one.day, series.first.time()), zone), zone, now=ctx.now)
    if isinstance(one, Skipped):
        return Option(one.day.isoformat(), t.line("{day}: left out. Take it back in", day=shown))
    holiday = holiday_on(series.skip_holidays, one.day, t.language) if series.skip_holidays else None
    return Option(one.day.isoformat(), t.line("{day} ({holiday})", day=shown, holiday=holiday) if holiday else shown)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


async def _after(ctx: Context, series: HeldSeries) -> int:
    day = slot_day(series.kept, series.found.stored)
    return sum(
        stored.meetup.state is MeetupState.PLANNED and slot_day(series.kept, stored) > day
        for stored in await ctx.db.meetups.of_series(series.kept.id)
    )


FEATURE = Feature(
    "meetups.series", routes=(press("series", show), press("series_skip", toggle), press("series_end", end))
)
