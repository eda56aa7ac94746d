"""How a case ends: an outcome that enough moderators find right, looked at before it is done, and told kindly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chat.answers import Answer, OpenForm, Redraw, Say
from chat.card import Accent, Button, Buttons, Card, Footnote, Option, Part, Quote, Text
from chat.events import ActionPressed, FormSubmitted
from chat.form import Choice, Form, Paragraph
from chat.text import RichText
from community.conduct.cases import DISMISSING, Case, Decide, Decision, Outcome, Refusal, Report, Vote
from handlers.conduct.cards import draw
from handlers.conduct.steps import carry_out, decided, quorum_of
from handlers.conduct.words import OUTCOMES, REFUSALS, handling
from handlers.context import Context
from handlers.previews import preview_card
from handlers.public import shortened
from handlers.readers import Reader, arguments, note, written
from handlers.routes import Feature, form, press
from locales import Translator

WORDS = 1000


async def open_resolve(ctx: Context, event: ActionPressed) -> Answer:
    """Open the form for a case in which something was done."""
    return await _open(ctx, event, dismissing=False)


async def open_dismiss(ctx: Context, event: ActionPressed) -> Answer:
    """Open the form for a case in which there was nothing to do."""
    return await _open(ctx, event, dismissing=True)


async def _open(ctx: Context, event: ActionPressed, *, dismissing: bool) -> Answer:
    found = await handling(ctx, event)
    if isinstance(found, Say):
        return found
    who, case = found
    t = who.t
    if not case.is_living:
        await draw(ctx, case)
        return note(t(REFUSALS[Refusal.CLOSED]), Accent.WARM)
    outcomes = [one for one in Outcome if (one in DISMISSING) is dismissing]
    given = await _proposed(ctx, case, who.member.id)
    words = Paragraph(
        key="words",
        label=t.line("A kind word to who reported"),
        hint=t.line("They read it as it is. Please name nobody and no measure against anybody."),
        value=given.words if given else "",
        max_length=WORDS,
        required=False,
    )
    chosen = given.outcome.value if given and given.outcome in outcomes else None
    outcome = Choice(
        key="outcome",
        label=t.line("What came of it?"),
        options=tuple(Option(one.value, t.line(OUTCOMES[one])) for one in outcomes),
        value=chosen,
    )
    title = t.line("Dismiss #{n}", n=case.id) if dismissing else t.line("Resolve #{n}", n=case.id)
    return OpenForm(
        Form(
            id=f"case_end:{case.id}",
            title=title,
            fields=(outcome, words),
            submit=t.line("Preview"),
            cancel=t.line("Cancel"),
        )
    )


async def _proposed(ctx: Context, case: Case, member: int) -> Vote | None:
    """Return what to begin with: one's own vote, else the newest of the others, to agree or to differ."""
    votes = await ctx.db.cases.votes(case.id)
    others = [vote for vote in votes.values() if vote.counts]
    return votes.get(member) or (others[-1] if others else None)


async def preview(ctx: Context, event: FormSubmitted) -> Answer:
    """Show what would happen, and to whom."""
    found = await handling(ctx, event)
    if isinstance(found, Say):
        return found
    who, case = found
    t = who.t
    chosen = str(event.values.get("outcome") or "")
    if chosen not in set(Outcome):
        return note(t("Please choose what came of it."), Accent.WARM)
    words = written(event, WORDS)
    given = Decide(who.member.id, Outcome(chosen), words)
    votes = await ctx.db.cases.votes(case.id)
    would = await decided(ctx, case, votes, given)
    if would.refusal is not None:
        return note(t(REFUSALS[would.refusal]), Accent.WARM)
    earlier = votes.get(who.member.id)
    # an outcome that was given before counts until the new one is given, too
    held = (
        replace(earlier, words=words)
        if earlier and earlier.counts
        else Vote(given.outcome, words, ctx.now, counts=False)
    )
    await ctx.db.cases.put_vote(case.id, who.member.id, held)
    do = f"case_do:{case.id}:{given.outcome.value}"
    return Say(await _preview_card(ctx, who, case, would, do))


async def _preview_card(ctx: Context, who: Reader, case: Case, would: Decision, do: str) -> Card:
    t = who.t
    outcome = would.case.outcome or would.votes[who.member.id].outcome
    if not would.closes:
        said = t(
            "You would say: {outcome}. {n} of the team have to agree before report #{case} is closed.",
            outcome=t.line(OUTCOMES[outcome]),
            n=await quorum_of(ctx, case),
            case=case.id,
        )
        return preview_card(t, said, do=do)
    reports = await ctx.db.cases.reports(case.id)
    shown: list[Part] = [Text(_whom(t, len(reports), bool(would.case.told)))]
    if would.case.told:
        shown.append(Quote(shortened(would.case.told, WORDS)))
    shown.extend(_by_code(t, reports))
    said = t("Report #{n} would be closed: {outcome}.", n=case.id, outcome=t.line(OUTCOMES[outcome]))
    return preview_card(t, said, do=do, shown=shown)


def _whom(t: Translator, n: int, words: bool) -> RichText:  # noqa: FBT001 - whether there are words is all it says
    if words:
        return t.n(
            "{n} person who reported it would be told so, with these words:",
            "{n} people who reported it would be told so, with these words:",
            n,
        )
    return t.n(
        "{n} person who reported it would be told so, with thanks.",
        "{n} people who reported it would be told so, with thanks.",
        n,
    )


def _by_code(t: Translator, reports: Sequence[Report]) -> list[Part]:
    """Say of reports without a name that nobody can write to who made them."""
    if not any(report.nameless for report in reports):
        return []
    return [Footnote(t("Whoever reported without a name is not written to: they find it with their code."))]


async def do(ctx: Context, event: ActionPressed) -> Answer:
    """Give the outcome that was looked at."""
    words = arguments(event)
    found = await handling(ctx, event)
    if isinstance(found, Say):
        return found
    who, case = found
    t = who.t
    vote = (await ctx.db.cases.votes(case.id)).get(who.member.id)
    chosen = words[1] if len(words) > 1 else ""
    if vote is None or chosen not in set(Outcome):
        return note(t("That is no longer as it was. Please look at the case again."), Accent.WARM)
    done = await carry_out(ctx, event, who, case, Decide(who.member.id, Outcome(chosen), vote.words))
    if done.refusal is not None:
        return note(t(REFUSALS[done.refusal]), Accent.WARM)
    if done.closes:
        button = Buttons((Button(f"case_reopen:{case.id}", t.line("Reopen")),))
        said = t("Report #{n} is closed. Who reported it is told.", n=case.id)
        kept = _by_code(t, await ctx.db.cases.reports(case.id))
        return Redraw(Card(parts=(Text(said), *kept, button), accent=Accent.GOOD))
    agreed = sum(v.outcome.value == chosen for v in done.votes.values())
    said = t("Noted: {n} of {all} agree so far.", n=agreed, all=await quorum_of(ctx, case))
    return Redraw(Card(parts=(Text(said),), accent=Accent.GOOD))


FEATURE = Feature(
    "conduct.endings",
    routes=(
        press("case_resolve", open_resolve, opens_form=True),
        press("case_dismiss", open_dismiss, opens_form=True),
        form("case_end", preview),
        press("case_do", do),
    ),
)
