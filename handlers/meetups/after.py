"""After the end: the meetup is over, and who came is asked privately, once, at an hour that suits them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chat.card import Accent, Button, Buttons, Card, Footnote, Style, Text, Title
from chat.effects import DirectMessage, PostedAs, Remove
from chat.events import MemberLeft
from chat.limits import TITLE
from chat.text import Code
from community.hours.quiet_hours import next_decent_moment
from community.meetups.plan import MeetupKind, MeetupState, end
from community.meetups.survey import OPEN_FOR, SHOWN_FROM
from community.seats.day import attendance
from community.seats.values import CAME
from community.signals import TimerDue
from handlers.context import Context
from handlers.meetups.day import OVER
from handlers.meetups.notices import reader_of
from handlers.meetups.steps import log, redraw_soon
from handlers.public import shortened
from handlers.readers import Reader, quiet_hours_of, was_last, zone_of
from handlers.routes import Feature, due, on
from storage.meetups.plans import StoredMeetup

BREATH = timedelta(minutes=30)  # on the way home nobody fills in a form
STUDIES = frozenset({MeetupKind.STUDY_GROUP, MeetupKind.READING_CIRCLE})  # after which a report makes sense


async def finish(ctx: Context, event: TimerDue) -> None:
    """Note that a meetup is over, and ask who came how it was."""
    stored = await ctx.db.meetups.get(int(event.subject))
    ledger = await ctx.db.meetups.ledger(stored.id) if stored else None
    if stored is None or ledger is None or stored.meetup.state is not MeetupState.PLANNED:
        return
    change = end(stored.meetup, ctx.now)
    if not change.parts:
        await ctx.db.timers.set(OVER, stored.id, stored.meetup.plan.ends)  # it was put off in the meantime
        return
    stored = replace(stored, meetup=change.meetup)
    await ctx.db.meetups.save(stored.id, stored.meetup)
    log(ctx, stored, "over", None, "end")
    await redraw_soon(ctx, stored.id)
    came = [member for member, mark in attendance(ledger).items() if mark in CAME]
    for member in sorted(came):
        await ask(ctx, stored, member)
    if not came:
        await _say_nobody_was_noted(ctx, stored)


async def ask(ctx: Context, stored: StoredMeetup, member_id: int) -> None:
    """Ask somebody who came how it was, unless that is long ago."""
    since = max(ctx.now, stored.meetup.plan.ends + BREATH)
    who = await reader_of(ctx, stored, member_id)
    if who is None or since >= stored.meetup.plan.ends + OPEN_FOR:
        return
    at = next_decent_moment(quiet_hours_of(who.member), since, zone_of(who.member, who.account, ctx.config))
    effect = DirectMessage(who.account.user, _thanks(stored, who))
    ctx.db.outbox.add(effect, key=survey_key(stored.id, member_id), due=at or since)


def _thanks(stored: StoredMeetup, who: Reader) -> Card:
    t, plan = who.t, stored.meetup.plan
    buttons = [Button(f"survey:{stored.id}", t.line("Answer three questions"), Style.PRIMARY)]
    if plan.kind in STUDIES:
        buttons.append(Button(f"report:{stored.id}", t.line("Write a short report")))
    if not plan.hide_attendees:
        buttons.append(Button(f"wish:{stored.id}", t.line("I'd like to talk more…")))
    return Card(
        parts=(
            Title(shortened(plan.title, TITLE)),
            Text(t("Thank you for being there! How was it?")),
            Buttons(tuple(buttons)),
            Footnote(t("Your answers are kept without your name, and shown only together with those of others, "
                       "{n} at a time.", n=SHOWN_FROM)),
        ),
        accent=Accent.WARM,
    )  # fmt: skip


async def _say_nobody_was_noted(ctx: Context, stored: StoredMeetup) -> None:
    """Ask the organisers who came, where nobody was checked in: nobody is called absent for that."""
    for member_id in stored.meetup.organisers:
        who = await reader_of(ctx, stored, member_id)
        if who is None:
            continue
        t = who.t
        card = Card(
            parts=(
                Title(shortened(stored.meetup.plan.title, TITLE)),
                Text(t("Nobody has checked in. If you note who was there, they are asked how it was.")),
                Buttons((Button(f"att:{stored.id}", t.line("Who was there…"), Style.PRIMARY),)),
                Footnote(t("Later by {command}, too. Nobody counts as absent until then.",
                           command=Code(f"/meetup attendance {stored.id}"))),
            )
        )  # fmt: skip
        zone = zone_of(who.member, who.account, ctx.config)
        at = next_decent_moment(quiet_hours_of(who.member), ctx.now, zone) or ctx.now
        ctx.db.outbox.add(DirectMessage(who.account.user, card), key=f"meetup_noted:{stored.id}:{member_id}", due=at)


# ---- who leaves


async def note_departure(ctx: Context, event: MemberLeft) -> None:
    """Forget what somebody wished, and was wished, when they leave with their last account; and ask them nothing."""
    member = await ctx.db.people.by_user(event.user)
    if member is None or not was_last(member, event.user):
        return
    await ctx.db.meetup_after.drop_wishes(member.id)
    for stored in await ctx.db.meetups.between(ctx.now - OPEN_FOR, ctx.now, MeetupState.OVER.value):
        await ctx.db.outbox.cancel(survey_key(stored.id, member.id))


async def forget_member(ctx: Context, member_id: int) -> None:
    """Take a member out of what follows meetups, reports in threads included; surveys name nobody and stay.

    Call it before the member's own row is deleted.
    """
    reports = await ctx.db.meetup_after.reports_of(member_id)
    for report in reports:
        for stand in await ctx.db.meetups.stands(report.meetup):
            key = report_key(report.meetup, member_id, str(stand.workspace))
            if not await ctx.db.outbox.cancel(key):
                ctx.db.outbox.add(Remove(PostedAs(key)), key=f"remove:{key}")
    await ctx.db.meetup_after.forget(member_id)


def survey_key(meetup_id: int, member_id: int) -> str:
    """Return the business key of the question how it was."""
    return f"meetup_survey:{meetup_id}:{member_id}"


def report_key(meetup_id: int, member_id: int, workspace: str) -> str:
    """Return the business key of a report in a workspace."""
    return f"meetup_report:{meetup_id}:{member_id}:{workspace}"


FEATURE = Feature("meetups.after", routes=(due(OVER, finish), on(MemberLeft, note_departure)))
