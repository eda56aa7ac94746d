"""Where nobody else of the team is left: who bears the name of whom a case is about may say that it is not them.

Until then nobody reads the case, and the channel only knows that there is one. So whoever reports the second account of
a community's only moderator is not read by them unasked; and whoever takes that moderator's name is not safe by it.
"""

from __future__ import annotations

from chat.answers import Answer, Redraw, Say
from chat.events import ActionPressed
from community.conduct.cases import Case, Refusal
from handlers.audit.undoing import done_card
from handlers.conduct.apart import undo_lift
from handlers.conduct.cards import draw, draw_alike
from handlers.conduct.hands import hands, namesakes
from handlers.conduct.words import REFUSALS, moderating
from handlers.context import Context
from handlers.previews import preview_card
from handlers.readers import Reader, arguments, number, refused
from handlers.routes import Feature, press
from locales import msg
from storage.audit import Deed

DECLARED = "case.declared"


async def ask(ctx: Context, event: ActionPressed) -> Answer:
    """Say what follows, before somebody says that the reported account is not theirs."""
    found = await _last(ctx, event)
    if isinstance(found, Say):
        return found
    who, case = found
    t = who.t
    would = t(
        "You would see report #{n} with everything in it, also who reported where they gave their name. That you said "
        "so is written down, and the whole team can read it.",
        n=case.id,
    )
    return Say(preview_card(t, would, do=f"case_not_me_do:{case.id}", label=t.line("That account is not mine")))


async def declare(ctx: Context, event: ActionPressed) -> Answer:
    """Let somebody look after a case who says that the reported account is not theirs."""
    found = await _last(ctx, event)
    if isinstance(found, Say):
        return found
    who, case = found
    word = await ctx.db.cases.exclusions.lift(case.id, who.member.id)
    if word is None:
        return refused(who.t(REFUSALS[Refusal.ABOUT_YOU]))
    deed = Deed(DECLARED, ctx.now, who.member.id, f"case:{case.id}", after=word, workspace=event.workspace)
    kept = await ctx.db.audit.record(deed, key=f"{DECLARED}:{event.key}")
    await draw(ctx, case)
    await draw_alike(ctx, case)
    said = who.t("You can look after report #{n} now; `/community cases` shows it.", n=case.id)
    return Redraw(done_card(who, said, kept))


async def _last(ctx: Context, event: ActionPressed) -> tuple[Reader, Case] | Say:
    """Return who acts and the case, where they bear the name and nobody else is left; else the word of every case."""
    who = await moderating(ctx, event)
    if isinstance(who, Say):
        return who
    case_id = number(arguments(event), 0)
    case = await ctx.db.cases.get(case_id, hold=True) if case_id is not None else None
    if case is None or await hands(ctx, case) or who.member.id not in {m.id for m, _ in await namesakes(ctx, case)}:
        return refused(who.t(REFUSALS[Refusal.ABOUT_YOU]))
    return who, case


FEATURE = Feature(
    "conduct.alone",
    routes=(press("case_not_me", ask), press("case_not_me_do", declare)),
    deeds={DECLARED: msg("{who} said that the account reported in {subject}, which has their name, is not theirs.")},
    undoes={DECLARED: undo_lift},
)
