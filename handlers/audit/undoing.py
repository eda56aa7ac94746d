"""The button that takes a deed back: once, by whoever is faster, and only while nothing else has changed since."""

from __future__ import annotations

from collections.abc import Mapping

from chat.answers import Answer, Redraw, Say
from chat.card import Accent, Button, Buttons, Card, Text
from chat.events import ActionPressed
from chat.text import RichText
from handlers.audit.subjects import mention_in
from handlers.context import Context
from handlers.readers import Reader, arguments, note, number, reader, zone_of
from handlers.routes import CannotUndoError, Handler, Undo
from locales import Translator
from storage.audit import Deed, StoredDeed

UNDO = "undo"
UNDONE = "deed.undone"


def undo_button(t: Translator, deed_id: int) -> Button:
    """Return the button that takes a deed back; ``deed_id`` is what ``audit.record`` returned."""
    return Button(f"{UNDO}:{deed_id}", t.line("Undo"))


def done_card(who: Reader, said: RichText, deed_id: int | None) -> Card:
    """Return the word that something was done, with the button that takes it back."""
    undo = (Buttons((undo_button(who.t, deed_id),)),) if deed_id is not None else ()
    return Card(parts=(Text(said), *undo), accent=Accent.GOOD)


def undoing(undoes: Mapping[str, Undo]) -> Handler[ActionPressed]:
    """Return the handler of the undo button, for the deeds of all features."""

    async def undo(ctx: Context, event: ActionPressed) -> Answer:
        """Take a deed back."""
        who = await reader(ctx, event)
        deed_id = number(arguments(event), 0)
        deed = await ctx.db.audit.get(deed_id) if deed_id is not None else None
        if deed is None:
            return note(who.t("This is no longer in the records, so I cannot undo it."), Accent.WARM)
        return await take_back(ctx, who, deed, undoes)

    return undo


async def take_back(ctx: Context, who: Reader, deed: StoredDeed, undoes: Mapping[str, Undo]) -> Answer:
    """Undo a deed, or say why that is not possible."""
    t, takes_back = who.t, undoes.get(deed.what.deed)
    if deed.undone_at is not None:
        return Redraw(note(await _undone_already(ctx, who, deed), Accent.WARM).card)
    if takes_back is None:
        return note(t("What was done here cannot be undone."), Accent.WARM)
    try:
        said = await takes_back(ctx, who, deed)
    except CannotUndoError as error:
        return Say(note(error.said, Accent.WARM).card)
    await ctx.db.audit.mark_undone(deed.id, by=who.member.id, at=ctx.now)
    undone = Deed(
        UNDONE,
        ctx.now,
        who.member.id,
        subject=deed.what.subject,
        member_id=deed.what.member_id,
        before=deed.what.deed,
        after=str(deed.id),
        workspace=who.account.user.home,
    )
    await ctx.db.audit.record(undone, key=f"{UNDONE}:{deed.id}")
    return Redraw(note(said, Accent.GOOD).card)


async def _undone_already(ctx: Context, who: Reader, deed: StoredDeed) -> RichText:
    day = who.t.date(deed.undone_at or ctx.now, zone_of(who.member, who.account, ctx.config), now=ctx.now)
    by = await mention_in(ctx, deed.undone_by, who)
    if by is None:
        return who.t("This was undone already, on {day}.", day=day)
    return who.t("{who} has undone this already, on {day}.", who=by, day=day)
