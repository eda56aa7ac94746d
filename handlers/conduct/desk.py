"""What moderators do with a case, other than ending it: take it on, look into it, note, ask who reported."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from chat.answers import Answer, OpenForm, Redraw, Say
from chat.card import Accent, Button, Buttons, Card, Option, Quote, Style, Text
from chat.events import ActionPressed, FormSubmitted
from chat.form import Choice, Form, FormField, Paragraph
from chat.ids import MessageRef, same_message
from chat.text import RichText
from community.conduct.cases import Case, Claim, Command, Note, NoteKind, Refusal, Release, Reopen, Report
from handlers.conduct.cards import card_key, case_card, details_card, draw
from handlers.conduct.steps import Sign, carry_out, log
from handlers.conduct.words import GONE, REFUSALS, handling, name_for, reporter_of, write
from handlers.context import Context
from handlers.public import languages_of, shortened
from handlers.readers import Reader, note, number, written
from handlers.routes import CannotUndoError, Feature, form, press
from locales import msg, translator
from storage.audit import StoredDeed

Maker: TypeAlias = Callable[[Reader], Command]
WORDS = 1500
ASKABLE = 24  # a menu shows 25, and one of them is "all"
ALL = "all"
REOPENED = msg("Report #{n} is open again, and yours to look after.")
DONE = {
    "case.claimed": msg("You look after report #{n} now. Thank you!"),
    "case.released": msg("Report #{n} waits for somebody again."),
    "case.reopened": REOPENED,
}


async def claim(ctx: Context, event: ActionPressed) -> Answer:
    """Take a case on, or over from who has not come to it for a day."""
    return await _do(ctx, event, lambda who: Claim(who.member.id))


async def release(ctx: Context, event: ActionPressed) -> Answer:
    """Give a case back."""
    return await _do(ctx, event, lambda who: Release(who.member.id))


async def reopen(ctx: Context, event: ActionPressed) -> Answer:
    """Look at a closed case once more."""
    return await _do(ctx, event, lambda who: Reopen(who.member.id))


async def _do(ctx: Context, event: ActionPressed, command: Maker) -> Answer:
    found = await handling(ctx, event)
    if isinstance(found, Say):
        return found
    who, case = found
    done = await carry_out(ctx, event, who, case, command(who))
    if done.refusal is not None or done.deed is None:
        await draw(ctx, done.case)  # the card that was pressed may be an old one
        said = who.t(REFUSALS[done.refusal]) if done.refusal else who.t(GONE)
        return note(said, Accent.WARM)
    return await shown(ctx, event, who, done.case, who.t(DONE[done.deed], n=case.id))


async def shown(ctx: Context, event: ActionPressed, who: Reader, case: Case, said: RichText) -> Answer:
    """Answer a press: the channel's card is drawn anew at once, any other card is answered in private."""
    if event.message is not None and await _is_own_card(ctx, event.message, case):
        t = translator(languages_of(ctx, event.message.place)[0])
        return Redraw(await case_card(ctx, case, event.workspace, t))
    button = Buttons((Button(f"case_show:{case.id}", who.t.line("Details")),))
    return Say(Card(parts=(Text(said), button), accent=Accent.GOOD))


async def _is_own_card(ctx: Context, message: MessageRef, case: Case) -> bool:
    card = await ctx.db.outbox.ref(card_key(case, message.place))
    return card is not None and same_message(card, message)


async def show(ctx: Context, event: ActionPressed) -> Answer:
    """Show a case with its papers, to one moderator alone; pressed, or chosen from a list."""
    found = await handling(ctx, event, number([*event.values], 0))
    if isinstance(found, Say):
        return found
    who, case = found
    return Say(await details_card(ctx, case, who))


# ---- a note among moderators


async def open_note(ctx: Context, event: ActionPressed) -> Answer:
    """Open the form of a note."""
    found = await handling(ctx, event)
    if isinstance(found, Say):
        return found
    who, case = found
    t = who.t
    words = Paragraph(key="words", label=t.line("For the team's eyes only"), max_length=WORDS)
    return OpenForm(
        Form(
            id=f"case_noted:{case.id}",
            title=t.line("Note on #{n}", n=case.id),
            fields=(words,),
            submit=t.line("Save"),
            cancel=t.line("Cancel"),
        )
    )


async def noted(ctx: Context, event: FormSubmitted) -> Answer:
    """Put a note into a case's papers."""
    found = await handling(ctx, event)
    if isinstance(found, Say):
        return found
    who, case = found
    words = written(event, WORDS)
    if not words:
        return note(who.t("There was nothing written, so nothing was kept."), Accent.WARM)
    await ctx.db.cases.add_note(Note(case.id, NoteKind.NOTE, words, ctx.now, who.member.id))
    await log(ctx, event, who, case, "case.noted")
    return Say(await details_card(ctx, case, who))


# ---- a question to who reported


async def open_ask(ctx: Context, event: ActionPressed) -> Answer:
    """Open the form of a question to those who reported."""
    found = await handling(ctx, event)
    if isinstance(found, Say):
        return found
    who, case = found
    t = who.t
    reports = await ctx.db.cases.reports(case.id)
    fields: list[FormField] = [
        Paragraph(
            key="words",
            label=t.line("What would you like to ask?"),
            hint=t.line("They read it as a question of the moderators, without your name."),
            max_length=WORDS,
        )
    ]
    if len(reports) > 1:
        options = [Option(str(r.id), shortened(await _called(ctx, who, r), 70)) for r in reports[-ASKABLE:]]
        fields.append(
            Choice(
                key="whom",
                label=t.line("Whom?"),
                options=(Option(ALL, t.line("All who reported")), *options),
                value=ALL,
            )
        )
    return OpenForm(
        Form(
            id=f"case_asked:{case.id}",
            title=t.line("Ask about #{n}", n=case.id),
            fields=tuple(fields),
            submit=t.line("Ask"),
            cancel=t.line("Cancel"),
        )
    )


async def _called(ctx: Context, who: Reader, report: Report) -> str:
    if report.nameless:
        return who.t.line("Without a name ({n})", n=report.id)
    name = await name_for(ctx, report.member, who.account.user.home, who.t)
    return f"{name} ({report.id})"


async def asked(ctx: Context, event: FormSubmitted) -> Answer:
    """Bring a question to who reported: by a private message, or to be found with the code."""
    found = await handling(ctx, event)
    if isinstance(found, Say):
        return found
    who, case = found
    t = who.t
    words = written(event, WORDS)
    if not words:
        return note(t("There was nothing written, so nothing was sent."), Accent.WARM)
    whom = str(event.values.get("whom") or ALL)
    reports = [r for r in await ctx.db.cases.reports(case.id) if whom in {ALL, str(r.id)}]
    told = waiting = 0
    for report in reports:
        if not report.nameless and await reporter_of(ctx, report) is None:
            continue
        note_id = await ctx.db.cases.add_note(Note(case.id, NoteKind.ASKED, words, ctx.now, who.member.id, report.id))
        told += not report.nameless
        waiting += report.nameless
        if not report.nameless:
            await _bring_question(ctx, report, words, note_id)
    if not told and not waiting:
        return note(t("Nobody who reported this is here any more."), Accent.WARM)
    await log(ctx, event, who, case, "case.asked")
    await draw(ctx, case)
    said = t("Your question is on its way.")
    if waiting:
        said = t(
            "Your question is there for them. Who reported without a name finds it when they look with their code."
        )
    return note(said, Accent.GOOD)


async def _bring_question(ctx: Context, report: Report, words: str, note_id: int) -> None:
    reads = await reporter_of(ctx, report)
    if reads is None:
        return
    t = reads.t
    parts = (
        Text(t("The moderators have a question about your report:")),
        Quote(shortened(words, 1000)),
        Buttons(
            (
                Button(f"conduct_reply:{report.id}", t.line("Answer"), Style.PRIMARY),
                Button(f"conduct_mine:{report.id}", t.line("Show my report")),
            )
        ),
    )
    write(ctx, reads, Card(parts=parts, accent=Accent.WARM), key=f"case_question:{note_id}")


# ---- undo


async def undo_end(ctx: Context, who: Reader, deed: StoredDeed) -> RichText:
    """Open a case again that was closed.

    Raises:
        CannotUndoError: it is gone, about who would undo it, or open again.

    """
    case = await ctx.db.cases.get(number(deed.what.subject.split(":"), 1) or 0, hold=True)
    if case is None:
        raise CannotUndoError(who.t(REFUSALS[Refusal.ABOUT_YOU]))
    key = f"undo:{deed.id}"
    done = await carry_out(ctx, Sign(key, who.account.user.home), who, case, Reopen(who.member.id))
    if done.refusal is not None:
        raise CannotUndoError(who.t(REFUSALS[done.refusal]))
    return who.t(REOPENED, n=case.id)


DEEDS = {
    "case.claimed": msg("{who} took on report {subject}."),
    "case.released": msg("{who} gave report {subject} back."),
    "case.voted": msg("{who} said which outcome is right for report {subject}."),
    "case.resolved": msg("{who} resolved report {subject}."),
    "case.dismissed": msg("{who} dismissed report {subject}."),
    "case.reopened": msg("{who} reopened report {subject}."),
    "case.asked": msg("{who} asked who made report {subject}."),
    "case.noted": msg("{who} made a note on report {subject}."),
    "case.word_sent": msg("{who} wrote to a member about report {subject}."),
}
FEATURE = Feature(
    "conduct.desk",
    routes=(
        press("case_claim", claim),
        press("case_release", release),
        press("case_reopen", reopen),
        press("case_show", show),
        press("case_note", open_note, opens_form=True),
        form("case_noted", noted),
        press("case_ask", open_ask, opens_form=True),
        form("case_asked", asked),
    ),
    deeds=DEEDS,
    undoes={"case.resolved": undo_end, "case.dismissed": undo_end},
)
