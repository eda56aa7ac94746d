"""An owner's word that somebody is kept away from a case for the name alone. What is certain nobody lifts."""

from __future__ import annotations

from chat.answers import Answer, Redraw, Say
from chat.card import Accent
from chat.events import ActionPressed
from chat.text import RichText
from community.conduct.cases import Case, Refusal, may_see
from handlers.audit.undoing import done_card
from handlers.conduct.cards import draw, draw_alike
from handlers.conduct.handing_back import hand_back_of_kept_away
from handlers.conduct.kept_away import NAME
from handlers.conduct.words import REFUSALS, handling, name_for
from handlers.context import Context
from handlers.previews import preview_card
from handlers.public import shortened
from handlers.readers import Reader, arguments, is_owner, note, number
from handlers.routes import CannotUndoError, Feature, press
from locales import msg
from storage.audit import Deed, StoredDeed

LIFTED = "case.lifted"
CHANGED = msg("That is no longer as it was. Please look at the case again.")


async def ask(ctx: Context, event: ActionPressed) -> Answer:
    """Say what follows before somebody is let in who bears the name of whom a case is about."""
    found = await _namesake(ctx, event)
    if isinstance(found, Say):
        return found
    who, case, member = found
    t = who.t
    name = shortened(await name_for(ctx, member, who.account.user.home, t), NAME)
    would = t(
        "{name} would see report #{n} with everything in it, and could look after it. Please be sure that {name} is "
        "not the person it is about.",
        name=name,
        n=case.id,
    )
    return Say(preview_card(t, would, do=f"case_lift_do:{case.id}:{member}", label=t.line("Let them take part")))


async def lift(ctx: Context, event: ActionPressed) -> Answer:
    """Let somebody take part who only bears the name of whom a case is about."""
    found = await _namesake(ctx, event)
    if isinstance(found, Say):
        return found
    who, case, member = found
    word = await ctx.db.cases.exclusions.lift(case.id, member)
    if word is None:
        return note(who.t(CHANGED), Accent.WARM)
    # it names nobody: the audit is read by those, too, whom it may be undone for
    deed = Deed(LIFTED, ctx.now, who.member.id, f"case:{case.id}", after=word, workspace=event.workspace)
    kept = await ctx.db.audit.record(deed, key=f"{LIFTED}:{event.key}")
    await draw(ctx, case)
    await draw_alike(ctx, case)
    name = shortened(await name_for(ctx, member, who.account.user.home, who.t), NAME)
    return Redraw(done_card(who, who.t("{name} can take part in report #{n} now.", name=name, n=case.id), kept))


async def _namesake(ctx: Context, event: ActionPressed) -> tuple[Reader, Case, int] | Say:
    """Return who acts, the case, and who is kept away from it for the name alone."""
    found = await handling(ctx, event)
    if isinstance(found, Say):
        return found
    who, case = found
    member_id = number(arguments(event), 1)
    member = await ctx.db.people.by_id(member_id) if member_id is not None else None
    why = await ctx.db.cases.exclusions.why_away(case.id, [member]) if member is not None else {}
    if member is None or not why.get(member.id):
        return note(who.t(CHANGED), Accent.WARM)
    return who, case, member.id


async def undo_lift(ctx: Context, who: Reader, deed: StoredDeed) -> RichText:
    """Keep somebody away again who was let in.

    Raises:
        CannotUndoError: the case is gone or about who would undo it, they are no owner, or it was undone already.

    """
    case = await ctx.db.cases.get(number(deed.what.subject.split(":"), 1) or 0, hold=True)
    away = await ctx.db.cases.exclusions.away(case.id, [who.member]) if case is not None else ()
    if case is None or not may_see(case, who.member.id, away):
        raise CannotUndoError(who.t(REFUSALS[Refusal.ABOUT_YOU]))
    if not is_owner(who.account, ctx.config):
        raise CannotUndoError(who.t("Only an owner of the community can undo this."))
    if not await ctx.db.cases.exclusions.keep_away_again(case.id, deed.what.after or ""):
        raise CannotUndoError(who.t(CHANGED))
    await hand_back_of_kept_away(ctx, case, key=f"undo:{deed.id}")
    await draw(ctx, case)
    await draw_alike(ctx, case)
    return who.t("Who bears the same name is kept away from report #{n} again.", n=case.id)


FEATURE = Feature(
    "conduct.apart",
    routes=(press("case_lift", ask), press("case_lift_do", lift)),
    deeds={LIFTED: msg("{who} let somebody of the team take part in report {subject}.")},
    undoes={LIFTED: undo_lift},
)
