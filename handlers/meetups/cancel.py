"""A meetup is called off, after a form in which one can say why; everybody who holds or waits for a seat is told."""

from __future__ import annotations

from chat.answers import Answer, Invalid, OpenForm, Redraw, Say
from chat.card import Option
from chat.events import ActionPressed, FormSubmitted
from chat.form import Choice, Form, FormField, Paragraph
from chat.text import RichText
from community.meetups.plan import DESCRIPTION, MeetupError, MeetupState
from community.meetups.series import SeriesError, is_date
from community.seats.desk import involved
from community.words import tame
from handlers.audit.deeds import write_down
from handlers.context import Context
from handlers.meetups.held import Held, ended, held
from handlers.meetups.plan_cards import plan_card
from handlers.meetups.plan_forms import wrong_errors
from handlers.meetups.series_steps import call_off, end_from, leave_out, slot_day
from handlers.readers import note
from handlers.routes import Feature, form, press
from locales import msg
from storage.meetups.series import StoredSeries

CANCELLED = "meetup.cancelled"
ONE, ALL = "one", "all"


async def open_form(ctx: Context, event: ActionPressed) -> Answer:
    """Ask whether it is meant, and why."""
    found = await _held(ctx, event)
    if isinstance(found, Say):
        return found
    return OpenForm(await _form(ctx, found))


async def _held(ctx: Context, event: ActionPressed | FormSubmitted) -> Held | Say:
    found = await held(ctx, event)
    if isinstance(found, Say):
        return found
    if found.is_draft:
        return note(found.who.t("Nobody has seen this plan; “Throw away” is enough."))
    return found if found.meetup.state is MeetupState.PLANNED else ended(found)


async def _form(ctx: Context, found: Held) -> Form:
    t = found.who.t
    ledger = await ctx.db.meetups.ledger(found.stored.id)
    concerned = sum(involved(entry) for entry in ledger.entries.values()) if ledger else 0
    hint = t.n("{n} person is told, with these words", "{n} people are told, with these words", concerned).plain()
    hint = hint if concerned else t.line("There is nobody to be told.")
    fields: list[FormField] = [
        Paragraph(key="reason", label=t.line("Why?"), hint=hint, required=False, max_length=DESCRIPTION)
    ]
    if await _series(ctx, found) is not None:
        options = (Option(ONE, t.line("Only this one")), Option(ALL, t.line("This and all following")))
        fields.append(Choice(key="scope", label=t.line("Which ones?"), options=options, value=ONE))
    return Form(
        id=f"plan_cancel:{found.stored.id}",
        title=t.line("Cancel the meetup?"),
        fields=tuple(fields),
        submit=t.line("Cancel it"),
        cancel=t.line("Keep it"),
    )


async def submit(ctx: Context, event: FormSubmitted) -> Answer:
    """Call it off."""
    found = await _held(ctx, event)
    if isinstance(found, Say):
        return found
    reason, by = tame(str(event.values.get("reason", ""))), found.who.member.id
    kept = await _series(ctx, found)
    t = found.who.t
    try:
        if kept is not None and event.values.get("scope") == ALL:
            n = await end_from(ctx, kept, slot_day(kept, found.stored), by, reason=reason, key=event.key)
            said = t.n("{n} meetup is cancelled, and the series has ended.",
                       "{n} meetups are cancelled, and the series has ended.", n)  # fmt: skip
        else:
            await call_off(ctx, found.stored, by, reason=reason, key=event.key)
            if kept is not None:
                await _leave_out(ctx, kept, found)
            said = t("It is cancelled. Everybody who had a seat or was waiting is told.")
    except MeetupError as error:
        return Invalid(
            wrong_errors(error.wrong, found.who, ("reason",)), (await _form(ctx, found)).filled(event.values)
        )
    await write_down(ctx, found.who, event, CANCELLED, f"meetup:{found.stored.id}")
    stands = await ctx.db.meetups.get(found.stored.id)
    if stands is None:
        return note(said)
    return Redraw(await plan_card(ctx, Held(found.who, stands, found.moderator), said=RichText(said.spans)))


async def _leave_out(ctx: Context, kept: StoredSeries, found: Held) -> None:
    day = slot_day(kept, found.stored)
    try:
        if is_date(kept.series, day):
            await leave_out(ctx, kept, day)
    except SeriesError:
        return  # the rule has been changed meanwhile; there is no such date to leave out


async def _series(ctx: Context, found: Held) -> StoredSeries | None:
    kept = await ctx.db.series.get(found.stored.series) if found.stored.series is not None else None
    return kept if kept is not None and not kept.ended else None


FEATURE = Feature(
    "meetups.cancel",
    routes=(press("plan_cancel", open_form, opens_form=True), form("plan_cancel", submit)),
    deeds={CANCELLED: msg("{who} called a meetup off: {subject}")},
)
