"""A case as moderators see it: the card in their channels, drawn anew in all of them, and the papers in private."""

from __future__ import annotations

from collections.abc import Sequence

from chat.card import (
    Accent,
    Button,
    Buttons,
    Card,
    Field,
    Fields,
    Footnote,
    LinkButton,
    Part,
    Quote,
    Style,
    Text,
    Title,
)
from chat.effects import Post, PostedAs, RedrawPost
from chat.ids import Place, Workspace
from chat.text import RichText, join
from community.conduct.cases import Case, CaseState, Note, NoteKind, Report, tally
from community.words import tame
from handlers.conduct.alike import account_line, alike, others_about, pointer
from handlers.conduct.hands import is_delicate
from handlers.conduct.kept_away import apart
from handlers.conduct.words import OUTCOMES, REASONS, STATES, moderators_places, moment_of, name_for, since
from handlers.context import Context
from handlers.public import languages_of, shortened
from handlers.readers import Reader
from locales import Translator, msg, translator

QUOTED, SAID, TOLD = 500, 300, 400  # characters of each on a card; details show more
REPORTS_SHOWN, NOTES_SHOWN = 2, 5
CHANGED = {
    "edited": msg("The message was edited since; this is what it said when it was reported."),
    "deleted": msg("The message was deleted since; this is what it said when it was reported."),
}
FORGOTTEN = msg(
    "Who wrote the message has had their data erased. While this is open, the details still show what it said."
)
KINDS = {
    NoteKind.NOTE: msg("{who} noted:"),
    NoteKind.ASKED: msg("{who} asked the reporter:"),
    NoteKind.ANSWERED: msg("The reporter said:"),
    NoteKind.WORD: msg("{who} wrote to the member:"),
}


def card_key(case: Case, place: Place) -> str:
    """Return the business key of a case's card in one channel."""
    return f"case:{case.id}:{place.home}"


async def draw(ctx: Context, case: Case) -> None:
    """Show how a case stands in the moderators' channels of all workspaces."""
    for place in moderators_places(ctx):
        t = translator(languages_of(ctx, place)[0])
        card = await case_card(ctx, case, place.home, t)
        if await ctx.db.outbox.holds(card_key(case, place)):
            ctx.db.outbox.put(RedrawPost(PostedAs(card_key(case, place)), card))
        elif case.is_living:  # what is closed needs nobody's eyes: a channel that came later gets no card of it
            ctx.db.outbox.add(Post(place, card), key=card_key(case, place))


async def draw_alike(ctx: Context, case: Case) -> None:
    """Let the open cases that may be about the same person show by now what they may point at."""
    for case_id in sorted(await alike(ctx, case.member)):
        other = await ctx.db.cases.get(case_id)
        if other is not None and other.is_living:
            await draw(ctx, other)


async def case_card(ctx: Context, case: Case, home: Workspace, t: Translator) -> Card:
    """Return a case's card for a channel."""
    parts: list[Part] = [Title(title_of(case, t))]
    delicate = await is_delicate(ctx, case)
    if delicate:
        parts += [
            Text(
                t(
                    "This is, or may be, about somebody of the moderators' team. The whole team reads this channel, so "
                    "the details open in private, for those whom it is not about."
                )
            ),
            Fields((await _state(ctx, case, home, t),)),
        ]
    else:
        parts += await _about(ctx, case, home, t)
        parts += await pointer(ctx, case.member, t, None)
        parts += await _said(ctx, case, home, t, most=REPORTS_SHOWN)
        parts += await _votes(ctx, case, home, t)
    if case.told and not delicate:
        parts += [Text(t("The reporters were told:")), Quote(shortened(tame(case.told), TOLD))]
    parts += buttons_of(case, t, details=True)
    parts.append(Footnote(t("Only moderators read this. Please tell nobody who reported.")))
    return Card(parts=tuple(parts), accent=accent_of(case), summary=title_of(case, t))


async def details_card(ctx: Context, case: Case, who: Reader) -> Card:
    """Return a case with its papers, for one moderator in private."""
    t, home = who.t, who.account.user.home
    parts: list[Part] = [Title(title_of(case, t)), *await _about(ctx, case, home, t, who), *await apart(ctx, case, who)]
    parts += await pointer(ctx, case.member, t, who)
    parts += await _said(ctx, case, home, t, most=REPORTS_SHOWN + 1, forgotten=True)
    parts += await _votes(ctx, case, home, t)
    notes = [n for n in await ctx.db.cases.notes(case.id) if n.kind is not NoteKind.DRAFT]
    for one in notes[-NOTES_SHOWN:]:
        name = await name_for(ctx, one.author, home, t) if one.kind is not NoteKind.ANSWERED else ""
        parts += [Text(t(KINDS[one.kind], who=name)), Quote(shortened(tame(one.words) or "…", 200))]
    if case.told:
        parts += [Text(t("The reporters were told:")), Quote(shortened(tame(case.told), 200))]
    parts += buttons_of(case, t, details=False)
    return Card(parts=_fitting(parts), accent=accent_of(case))


def _fitting(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Return what one card can show: its head, its newest papers and its buttons."""
    most = 19
    if len(parts) <= most:
        return tuple(parts)
    tail = 12
    return (*parts[: most - tail], *parts[-tail:])


def title_of(case: Case, t: Translator) -> str:
    """Return what a case is called."""
    if case.urgent and case.is_living:
        return t.line("Urgent: report #{n}", n=case.id)
    return t.line("Report #{n}", n=case.id)


def accent_of(case: Case) -> Accent:
    """Return the colour of a case."""
    if not case.is_living:
        return Accent.GOOD if case.state is CaseState.RESOLVED else Accent.CALM
    return Accent.ALERT if case.urgent else Accent.WARM


async def _about(ctx: Context, case: Case, home: Workspace, t: Translator, who: Reader | None = None) -> list[Part]:
    reports = await ctx.db.cases.reports(case.id)
    fields = []
    if case.member is not None:
        fields.append(Field(t.line("About"), RichText((await account_line(ctx, case.member, t, reports),))))
        others = await others_about(ctx, case, who)
        fields.append(Field(t.line("Other reports about this member"), RichText((str(others),))))
    reasons = list(dict.fromkeys(report.reason for report in reports))
    what = " · ".join(t.line(REASONS[reason]) for reason in reasons) or "—"
    fields += [
        Field(t.line("What happened"), RichText((what,))),
        Field(t.line("Reported by"), t.n("{n} person", "{n} people", len(reports))),
        Field(t.line("Received"), since(ctx, case, t)),
        await _state(ctx, case, home, t),
    ]
    return [Fields((*fields, *await _talk(ctx, case, t)))]


async def _talk(ctx: Context, case: Case, t: Translator) -> list[Field]:
    """Return whether a reporter answered, wrote on their own, or has a question to answer; the newest of several.

    What nobody has answered yet is only said while nobody wrote: a word that waits to be read comes first.
    """
    newest: dict[int | None, tuple[Note, bool]] = {}
    for one in await ctx.db.cases.notes(case.id, (NoteKind.ASKED, NoteKind.ANSWERED)):
        before = newest.get(one.report)
        newest[one.report] = (one, before is not None and before[0].kind is NoteKind.ASKED)
    if not newest:
        return []
    wrote = [(one, asked) for one, asked in newest.values() if one.kind is NoteKind.ANSWERED]
    one, was_asked = max(wrote or newest.values(), key=lambda found: found[0].id)
    when = moment_of(ctx, one.at, t)
    if one.kind is NoteKind.ASKED:
        said = t("asked · {time}; no answer yet", time=when)
    elif was_asked:
        said = t("the reporter answered · {time}", time=when)
    else:
        said = t("the reporter wrote more · {time}", time=when)
    return [Field(t.line("Questions and answers"), said)]


async def _state(ctx: Context, case: Case, home: Workspace, t: Translator) -> Field:
    said = t(STATES[case.state])
    if case.state is CaseState.CLAIMED:
        said = t("{who} looks after it", who=await name_for(ctx, case.claimed_by, home, t))
    elif case.outcome is not None:
        said = t("{state}: {outcome}", state=t.line(STATES[case.state]), outcome=t.line(OUTCOMES[case.outcome]))
    return Field(t.line("Status"), said)


async def _said(
    ctx: Context, case: Case, home: Workspace, t: Translator, *, most: int, forgotten: bool = False
) -> list[Part]:
    """Return what was reported; words of who was erased only where ``forgotten`` says so.

    The erasure takes them off all that is posted. The open case keeps them (``storage/erasing/erasure.py``), for who
    looks into it in private, so no draw may post them again.
    """
    reports = await ctx.db.cases.reports(case.id)
    parts: list[Part] = []
    quoted: set[str] = set()
    shown = reports[-most:]
    if len(reports) > most:
        parts.append(Text(t("The newest {n} of {all} reports:", n=most, all=len(reports))))
    for report in shown:
        if report.quoted and report.quoted_of is None and not forgotten:
            if not quoted:
                parts.append(Footnote(t(FORGOTTEN)))
            quoted.add(report.quoted)
        elif report.quoted and report.quoted not in quoted:
            quoted.add(report.quoted)
            parts += [Text(t("The message:")), Quote(shortened(tame(report.quoted) or "…", QUOTED))]
            if report.since in CHANGED:
                parts.append(Footnote(t(CHANGED[report.since])))
        parts.append(Text(await _by(ctx, report, home, t)))
        if report.words:
            parts.append(Quote(shortened(tame(report.words) or "…", SAID)))
    links = list(dict.fromkeys(ctx.chat.link(r.message) for r in shown if r.message and r.since != "deleted"))
    if links:
        parts.append(Buttons(tuple(LinkButton(link, t.line("Go to the message")) for link in links[:1])))
    return parts


async def _by(ctx: Context, report: Report, home: Workspace, t: Translator) -> RichText:
    what = t.line(REASONS[report.reason])
    if report.nameless:
        return t("Reported without a name: {what}", what=what)
    return t("{who} reported: {what}", who=await name_for(ctx, report.member, home, t), what=what)


async def _votes(ctx: Context, case: Case, home: Workspace, t: Translator) -> list[Part]:
    votes = {m: v for m, v in (await ctx.db.cases.votes(case.id)).items() if v.counts}
    if ctx.config.conduct.quorum == 1 or not votes:
        return []
    lines = [
        t("{who}: {outcome}", who=await name_for(ctx, m, home, t), outcome=t.line(OUTCOMES[v.outcome]))
        for m, v in votes.items()
    ]
    n = ctx.config.conduct.quorum
    one = len(tally(votes)) == 1
    head = t("{n} have to agree. So far:", n=n) if one else t("{n} have to agree. Opinions differ so far:", n=n)
    return [Text(join("\n", [head, *lines]))]


def buttons_of(case: Case, t: Translator, *, details: bool) -> list[Part]:
    """Return what can be done with a case."""
    look = (Button(f"case_show:{case.id}", t.line("Details")),) if details else ()
    if not case.is_living:
        return [Buttons((*look, Button(f"case_reopen:{case.id}", t.line("Reopen"))))]
    if case.state is CaseState.OPEN:
        first: tuple[Button, ...] = (Button(f"case_claim:{case.id}", t.line("I'll look after it"), Style.PRIMARY),)
    else:
        first = (
            Button(f"case_release:{case.id}", t.line("Hand it back")),
            Button(f"case_claim:{case.id}", t.line("Take over")),
        )
    more = [
        Button(f"case_ask:{case.id}", t.line("Ask the reporter")),
        Button(f"case_note:{case.id}", t.line("Add a note")),
    ]
    if case.member is not None:
        more.append(Button(f"case_word:{case.id}", t.line("Write to the member")))
    ends = (
        Button(f"case_resolve:{case.id}", t.line("Resolve…")),
        Button(f"case_dismiss:{case.id}", t.line("Dismiss…")),
    )
    return [Buttons((*first, *ends)), Buttons((*more, *look))]
