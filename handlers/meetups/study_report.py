"""A short report after a study group: what I learned, what comes next; posted in the thread in the member's words."""

from __future__ import annotations

import re

from chat.answers import Answer, Invalid, OpenForm, Say
from chat.card import Accent, Card, Part, Quote, Text
from chat.effects import Post, PostedAs, RedrawPost
from chat.events import ActionPressed, FormSubmitted
from chat.form import Form, Paragraph
from community.meetups.plan import MeetupState
from community.seats.values import CAME
from community.words import tame
from handlers.context import Context
from handlers.drafts import keep_draft
from handlers.meetups.after import STUDIES, report_key
from handlers.meetups.finding import gone
from handlers.meetups.presence import meetup_named
from handlers.meetups.steps import log
from handlers.public import channel_translator, mention_of, shortened
from handlers.readers import Reader, note, reader, refused
from handlers.routes import Feature, form, press
from storage.meetups.after import Report
from storage.meetups.plans import Stand, StoredMeetup

WORDS = 800  # characters of each part: short, and both fit on one card
SHOWN = 1500  # with the marks of a quote
_GAPS = re.compile(r"\n\s*\n\s*")  # one empty line is enough


async def open_report(ctx: Context, event: ActionPressed) -> Answer:
    """Open the form, filled in where there is a report already."""
    who, stored = await _asked(ctx, event)
    if isinstance(stored, Say):
        return stored
    return OpenForm(_form(stored.id, who, await ctx.db.meetup_after.report(stored.id, who.member.id)))


async def take_report(ctx: Context, event: FormSubmitted) -> Answer:
    """Post a report in the meetup's threads, or change the one that stands there."""
    who, stored = await _asked(ctx, event)
    if isinstance(stored, Say):
        return stored
    learned, ahead = (_GAPS.sub("\n\n", tame(str(event.values.get(key) or "")))[:WORDS] for key in ("learned", "next"))
    if not learned:
        wrong = {"learned": who.t.line("Please write a sentence about what you learned.")}
        return await keep_draft(ctx, event.user, Invalid(wrong, _form(stored.id, who, None).filled(event.values)))
    report = Report(stored.id, who.member.id, learned, ahead)
    before = await ctx.db.meetup_after.report(stored.id, who.member.id)
    await ctx.db.meetup_after.put_report(report, ctx.now)
    for stand in await ctx.db.meetups.stands(stored.id):
        await _post(ctx, stand, report)
    if before is None:
        log(ctx, stored, "reported", who.member.id, str(who.member.id))
        return note(who.t("Thank you! Your report stands in the meetup's thread."), Accent.GOOD)
    return note(who.t("Your report was changed."), Accent.GOOD)


async def _post(ctx: Context, stand: Stand, report: Report) -> None:
    t = channel_translator(ctx, stand.place, ctx.config.language)
    by = await mention_of(ctx, report.member, stand.place, t)
    parts: list[Part] = [
        Text(t("📝 {who} took this along:", who=by or t.line("a member"))),
        Quote(shortened(report.learned, SHOWN)),
    ]
    if report.next:
        parts += [Text(t("And next:")), Quote(shortened(report.next, SHOWN))]
    card = Card(parts=tuple(parts), accent=Accent.GOOD)
    key = report_key(report.meetup, report.member, str(stand.workspace))
    if await ctx.db.outbox.holds(key):
        ctx.db.outbox.put(RedrawPost(PostedAs(key), card))
    else:
        ctx.db.outbox.add(Post(stand.thread or stand.place, card), key=key)


async def _asked(ctx: Context, event: ActionPressed | FormSubmitted) -> tuple[Reader, StoredMeetup | Say]:
    who = await reader(ctx, event)
    stored = await meetup_named(ctx, event)
    ledger = await ctx.db.meetups.ledger(stored.id) if stored else None
    if stored is None or ledger is None or stored.meetup.plan.kind not in STUDIES:
        return who, gone(who.t)
    entry = ledger.entries.get(ledger.member(who.member.id))
    came = entry is not None and entry.mark in CAME
    if not came and who.member.id not in stored.meetup.organisers:
        return who, refused(who.t("Reports are written by those who were there."))
    if stored.meetup.state is not MeetupState.OVER:
        return who, note(who.t("The meetup is not over yet. Enjoy it first!"), Accent.WARM)
    return who, stored


def _form(meetup_id: int, who: Reader, report: Report | None) -> Form:
    t = who.t
    return Form(
        id=f"report:{meetup_id}",
        title=t.line("A short report"),
        fields=(
            Paragraph(
                key="learned",
                label=t.line("What I learned"),
                hint=t.line("Everybody in the meetup's thread can read it."),
                value=report.learned if report else "",
                max_length=WORDS,
            ),
            Paragraph(
                key="next",
                label=t.line("What I do next"),
                value=report.next if report else "",
                required=False,
                max_length=WORDS,
            ),
        ),
        submit=t.line("Post"),
        cancel=t.line("Cancel"),
    )


FEATURE = Feature(
    "meetups.study_report", routes=(press("report", open_report, opens_form=True), form("report", take_report))
)
