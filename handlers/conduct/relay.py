"""Between who reported and the moderators: how it stands, questions and answers. A code is all that it takes."""

from __future__ import annotations

from chat.answers import Answer, OpenForm, Say
from chat.card import Accent, Button, Buttons, Card, Footnote, Part, Quote, Style, Text, Title
from chat.effects import Post
from chat.events import ActionPressed, FormSubmitted
from chat.form import Form, Paragraph
from community.conduct.cases import Case, CaseState, Note, NoteKind, Report, may_see, to_the_hour
from community.words import tame
from handlers.conduct.cards import draw
from handlers.conduct.hands import away_of, hands, is_delicate
from handlers.conduct.steps import standing
from handlers.conduct.words import GONE, moderators_places, spoken_to, write_about
from handlers.context import Context
from handlers.public import languages_of, shortened
from handlers.readers import Reader, account_to_reach, arguments, as_reader, not_yours, note, number, reader, written
from handlers.routes import Feature, form, press
from locales import Translator, translator
from storage.conduct.cases import read_code

WORDS = 1500
SHOWN, EACH = 6, 400  # of what was said to and fro, the newest
ADDED_AT_MOST = 30  # notes to one report; who has more to say talks with a moderator


# ---- without a name: the code


async def show_by_code(ctx: Context, t: Translator, typed: str) -> Say:
    """Show how a report stands to whoever has its code."""
    code = read_code(typed)
    report = await ctx.db.cases.by_code(code) if code else None
    case = await ctx.db.cases.get(report.case) if report else None
    if code is None or report is None or case is None:
        return note(
            t(
                "No report has this code. Please look at it again; the letters O and I and the digits 0 and 1 are not "
                "used."
            ),
            Accent.WARM,
        )
    return Say(await _card(ctx, t, case, report, more=f"conduct_more:{code}", again=f"conduct_code:{code}"))


async def look(ctx: Context, event: ActionPressed) -> Answer:
    """Show how a report stands, by the button that carries its code."""
    return await show_by_code(ctx, spoken_to(ctx, event), "".join(arguments(event)[:1]))


async def say_more(ctx: Context, event: ActionPressed) -> Answer:
    """Open the form in which somebody without a name adds or answers something."""
    t = spoken_to(ctx, event)
    code = read_code("".join(arguments(event)[:1]))
    if code is None or await ctx.db.cases.by_code(code) is None:
        return note(t(GONE), Accent.WARM)
    return OpenForm(_form(t, f"conduct_said:{code}"))


async def said(ctx: Context, event: FormSubmitted) -> Answer:
    """Pass on what somebody without a name added."""
    t = spoken_to(ctx, event)
    code = read_code("".join(arguments(event)[:1]))
    report = await ctx.db.cases.by_code(code) if code else None
    if code is None or report is None:
        return note(t(GONE), Accent.WARM)
    return await _pass_on(ctx, t, report, event, again=f"conduct_code:{code}")


# ---- with a name: the report's own number


async def look_at_mine(ctx: Context, event: ActionPressed) -> Answer:
    """Show how a report stands to the member who sent it."""
    who = await reader(ctx, event)
    report = await _mine(ctx, event, who.member.id)
    case = await ctx.db.cases.get(report.case) if report else None
    if report is None or case is None:
        return not_yours(who.t)
    more, again = f"conduct_reply:{report.id}", f"conduct_mine:{report.id}"
    return Say(await _card(ctx, who.t, case, report, more=more, again=again))


async def reply(ctx: Context, event: ActionPressed) -> Answer:
    """Open the form in which a member adds to their report."""
    who = await reader(ctx, event)
    report = await _mine(ctx, event, who.member.id)
    return OpenForm(_form(who.t, f"conduct_replied:{report.id}")) if report else not_yours(who.t)


async def replied(ctx: Context, event: FormSubmitted) -> Answer:
    """Pass on what a member added to their report."""
    who = await reader(ctx, event)
    report = await _mine(ctx, event, who.member.id)
    if report is None:
        return not_yours(who.t)
    return await _pass_on(ctx, who.t, report, event, again=f"conduct_mine:{report.id}")


async def _mine(ctx: Context, event: ActionPressed | FormSubmitted, member: int) -> Report | None:
    asked = number(arguments(event), 0)
    report = await ctx.db.cases.report(asked) if asked is not None else None
    return report if report is not None and report.member == member else None


# ---- both


async def _card(ctx: Context, t: Translator, case: Case, report: Report, *, more: str, again: str) -> Card:
    parts: list[Part] = [Title(t.line("How your report stands")), Text(standing(case, t))]
    parts += await nobody_left(ctx, case.id, t)
    if case.told:
        parts += [Text(t("They write to you:")), Quote(shortened(tame(case.told), 1000))]
    notes = [
        one for one in await ctx.db.cases.notes(case.id, (NoteKind.ASKED, NoteKind.ANSWERED)) if one.report == report.id
    ]
    for one in notes[-SHOWN:]:
        asked = one.kind is NoteKind.ASKED
        parts += [
            Text(t("The moderators asked:") if asked else t("You said:")),
            Quote(shortened(tame(one.words) or "…", EACH)),
        ]
    answer = bool(notes) and notes[-1].kind is NoteKind.ASKED
    label = t.line("Answer") if answer else t.line("Add something")
    style = Style.PRIMARY if answer else Style.PLAIN
    parts.append(Buttons((Button(more, label, style), Button(again, t.line("Look again")))))
    if report.nameless:
        parts.append(Footnote(t("Nobody sees who you are, not even while you look.")))
    return Card(parts=tuple(parts), accent=Accent.CALM if case.is_living else Accent.GOOD)


async def nobody_left(ctx: Context, case_id: int, t: Translator) -> list[Part]:
    """Return the truth for who reported, while nobody of the team can look at it but whom it is, or may be, about."""
    case = await ctx.db.cases.get(case_id)
    if case is None or case.state is not CaseState.OPEN or await hands(ctx, case):
        return []
    said = t(
        "Just now nobody of the moderators can look at it without being, perhaps, the one you reported. I keep it, and "
        "ask for somebody else. If you are in danger, please turn to somebody you trust outside this community as well."
    )
    return [Text(said)]


def _form(t: Translator, name: str) -> Form:
    words = Paragraph(key="words", label=t.line("What would you like to say?"), max_length=WORDS)
    return Form(
        id=name,
        title=t.line("To the moderators"),
        fields=(words,),
        submit=t.line("Send"),
        cancel=t.line("Cancel"),
    )


async def _pass_on(ctx: Context, t: Translator, report: Report, event: FormSubmitted, *, again: str) -> Say:
    """Put a reporter's words into the papers, and let the moderators know."""
    words = written(event, WORDS)
    case = await ctx.db.cases.get(report.case, hold=True)
    if case is None:
        return note(t(GONE), Accent.WARM)
    before = [n for n in await ctx.db.cases.notes(case.id, (NoteKind.ANSWERED,)) if n.report == report.id]
    if len(before) >= ADDED_AT_MOST:
        return note(t("That is a lot already. The moderators have all of it; please give them some time."), Accent.WARM)
    if not words:
        return note(t("There was nothing written, so nothing was sent."), Accent.WARM)
    at = to_the_hour(ctx.now) if report.nameless else ctx.now
    author = None if report.nameless else report.member
    note_id = await ctx.db.cases.add_note(Note(case.id, NoteKind.ANSWERED, words, at, author, report.id))
    await _tell_moderators(ctx, case, note_id, words)
    await draw(ctx, case)
    thanks = t("The moderators have it. Thank you.")
    buttons = Buttons((Button(again, t.line("How does it stand?")),))
    return Say(Card(parts=(Text(thanks), buttons), accent=Accent.GOOD))


async def _tell_moderators(ctx: Context, case: Case, note_id: int, words: str) -> None:
    """Tell who looks after a case that a reporter wrote; where nobody does, the channels.

    Where the channel is read by whom the case may be about, or there is none, those who may see it are told in
    private: the moment at which somebody writes may tell who it is.
    """
    holder = await ctx.db.people.by_id(case.claimed_by) if case.claimed_by is not None else None
    account = account_to_reach(holder) if holder else None
    away = await away_of(ctx, case, [holder.id]) if holder else ()
    if holder is not None and account is not None and may_see(case, holder.id, away):
        _bring(ctx, case, as_reader(holder, account, ctx.config), words, key=f"case_said:{note_id}")
        return
    places = moderators_places(ctx)
    if not places or await is_delicate(ctx, case):
        for member, reached in await hands(ctx, case):
            _bring(ctx, case, as_reader(member, reached, ctx.config), words, key=f"case_said:{note_id}:{member.id}")
        return
    for place in places:
        t = translator(languages_of(ctx, place)[0])
        ctx.db.outbox.add(Post(place, _wrote_card(t, case, words)), key=f"case_said:{note_id}:{place.home}")


def _bring(ctx: Context, case: Case, who: Reader, words: str, *, key: str) -> None:
    """Bring a reporter's words."""
    write_about(ctx, case, who, _wrote_card(who.t, case, words), key=key)


def _wrote_card(t: Translator, case: Case, words: str) -> Card:
    parts: list[Part] = [
        Text(t("Who sent report #{n} has written:", n=case.id)),
        Quote(shortened(words, EACH)),
        Buttons(
            (
                Button(f"case_show:{case.id}", t.line("Details")),
                Button(f"case_ask:{case.id}", t.line("Ask the reporter")),
            )
        ),
    ]
    return Card(parts=tuple(parts), accent=Accent.WARM)


FEATURE = Feature(
    "conduct.relay",
    routes=(
        press("conduct_code", look, forgets=True),
        press("conduct_more", say_more, opens_form=True, forgets=True),
        form("conduct_said", said, forgets=True),
        press("conduct_mine", look_at_mine),
        press("conduct_reply", reply, opens_form=True),
        form("conduct_replied", replied),
    ),
)
