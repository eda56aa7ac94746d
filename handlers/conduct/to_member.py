"""A kind private word from the moderators to the member that a case is about. It says nothing of who reported."""

from __future__ import annotations

from chat.answers import Answer, OpenForm, Redraw, Say
from chat.card import Accent, Card, Footnote, Quote, Text
from chat.events import ActionPressed, FormSubmitted
from chat.form import Form, Paragraph
from community.conduct.cases import Case, Note, NoteKind
from handlers.conduct.steps import log
from handlers.conduct.words import handling, name_for, write
from handlers.context import Context
from handlers.previews import preview_card
from handlers.public import shortened
from handlers.readers import Reader, account_in, account_to_reach, arguments, as_reader, note, number, written
from handlers.routes import Feature, form, press

WORDS = 1000


async def open_word(ctx: Context, event: ActionPressed) -> Answer:
    """Open the form."""
    found = await handling(ctx, event)
    if isinstance(found, Say):
        return found
    who, case = found
    t = who.t
    if await _receiver(ctx, who, case) is None:
        return note(t("They are not here any more, so I cannot write to them."), Accent.WARM)
    words = Paragraph(
        key="words",
        label=t.line("What would you like to tell them?"),
        hint=t.line("Say what you saw and what you wish for. Nothing that tells who reported."),
        max_length=WORDS,
    )
    return OpenForm(
        Form(
            id=f"case_worded:{case.id}",
            title=t.line("Write to the member"),
            fields=(words,),
            submit=t.line("Preview"),
            cancel=t.line("Cancel"),
        )
    )


async def preview(ctx: Context, event: FormSubmitted) -> Answer:
    """Show what the member would read."""
    found = await handling(ctx, event)
    if isinstance(found, Say):
        return found
    who, case = found
    t = who.t
    words = written(event, WORDS)
    reads = await _receiver(ctx, who, case)
    if not words or reads is None:
        return note(t("There was nothing written, so nothing was sent."), Accent.WARM)
    await ctx.db.cases.drop_drafts(case.id, who.member.id)
    draft = await ctx.db.cases.add_note(Note(case.id, NoteKind.DRAFT, words, ctx.now, who.member.id))
    name = await name_for(ctx, case.member, who.account.user.home, t)
    asks = preview_card(
        t,
        t("I would write this to {name}, in private:", name=name),
        do=f"case_send:{case.id}:{draft}",
        label=t.line("Send it"),
        shown=_card(reads, words).parts,
    )
    return Say(asks)


async def send(ctx: Context, event: ActionPressed) -> Answer:
    """Send what was looked at, once."""
    found = await handling(ctx, event)
    if isinstance(found, Say):
        return found
    who, case = found
    t = who.t
    reads = await _receiver(ctx, who, case)
    if reads is None:
        return note(t("They are not here any more, so I cannot write to them."), Accent.WARM)
    draft = number(arguments(event), 1)
    word = await ctx.db.cases.take_draft(draft, who.member.id, ctx.now) if draft is not None else None
    if word is None or word.case != case.id:
        return note(t("That is done already, or was written anew since."), Accent.WARM)
    write(ctx, reads, _card(reads, word.words), key=f"case_word:{word.id}")
    await log(ctx, event, who, case, "case.word_sent")
    return Redraw(note(t("It is on its way, and arrives when they are awake."), Accent.GOOD).card)


async def _receiver(ctx: Context, who: Reader, case: Case) -> Reader | None:
    member = await ctx.db.people.by_id(case.member) if case.member is not None else None
    account = (account_in(member, who.account.user.home) or account_to_reach(member)) if member else None
    return as_reader(member, account, ctx.config) if member and account else None


def _card(reads: Reader, words: str) -> Card:
    t = reads.t
    return Card(
        parts=(
            Text(t("The moderators of this community would like to tell you something:")),
            Quote(shortened(words, WORDS)),
            Footnote(t("This is between you and the moderators. You can answer any of them directly.")),
        ),
        accent=Accent.WARM,
    )


FEATURE = Feature(
    "conduct.to_member",
    routes=(
        press("case_word", open_word, opens_form=True),
        form("case_worded", preview),
        press("case_send", send),
    ),
)
