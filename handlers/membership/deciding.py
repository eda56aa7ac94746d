"""What moderators decide about an application: in now, no with a kind word, another place; shown before it is done."""

from __future__ import annotations

import dataclasses

from msgspec.structs import replace

from chat.answers import Answer, Invalid, OpenForm, Redraw, Say
from chat.card import Accent, Card
from chat.events import ActionPressed, FormSubmitted
from chat.form import Form, Line, Paragraph
from chat.text import Moment, RichText, join
from community.membership.commands import Admit, Decline, Move, Restore
from community.membership.decisions import Reason
from community.membership.line import free_seats, line_of, place_of
from community.membership.values import OPEN, Application, Standing
from community.words import tame
from handlers.audit import done_card
from handlers.context import Context
from handlers.membership.cards import declined_card
from handlers.membership.desk import chosen, gone
from handlers.membership.desk_card import standing_said
from handlers.membership.looking import load_roll
from handlers.membership.naming import named, nowhere
from handlers.membership.night import TELL, heard_at
from handlers.membership.notices import waiting_reader
from handlers.membership.steps import carry_out
from handlers.previews import preview_card
from handlers.readers import Reader, arguments, note, number, reader, written, zone_of
from handlers.routes import CannotUndoError, Feature, form, press
from locales import msg
from storage.audit import Deed, StoredDeed

ADMITTED, DECLINED, MOVED = "applicant.admitted", "applicant.declined", "applicant.moved"
WORDS = 600  # characters of a kind word
WHY = 200  # of a reason for the record


# ---- in now


async def open_admit(ctx: Context, event: ActionPressed) -> Answer:
    """Ask why somebody comes in now, for the record."""
    who = await reader(ctx, event)
    one = await _of(ctx, event)
    if one is None:
        return gone(who)
    return OpenForm(_admit_form(who, one))


def _admit_form(who: Reader, one: Application, words: str = "") -> Form:
    t = who.t
    hint = t.line("For the record of deeds. Those who wait do not read it.")
    field = Line(key="reason", label=t.line("Why now?"), hint=hint, value=words, max_length=WHY)
    return _form(who, f"appl_admit:{one.id}", t.line("Accept now"), field)


async def take_admit(ctx: Context, event: FormSubmitted) -> Answer:
    """Show what it means that somebody comes in now."""
    who, one = await reader(ctx, event), await _of(ctx, event)
    if one is None:
        return gone(who)
    return Say(await _admit_card(ctx, who, one, written(event, WHY, "reason")))


async def _admit_card(ctx: Context, who: Reader, one: Application, words: str) -> Card:
    """Return what it means. Until it is done the reason is a draft of who wrote it, and stands nowhere else."""
    t, roll = who.t, await load_roll(ctx, about=one.member)
    line, free = line_of(roll.applications), free_seats(roll)
    before = sum(1 for other in line if other.rank < one.rank) if one.standing is Standing.APPLIED else len(line)
    over = free == 0 and one.standing is not Standing.OFFERED
    said = [t("{who} gets a seat at once.", who=await named(ctx, one, nowhere(who.account.user), t))]
    if before and one.standing is not Standing.OFFERED:
        said.append(t.n("{n} person who applied earlier goes on waiting.",
                        "{n} people who applied earlier go on waiting.", before))  # fmt: skip
    if over:
        said.append(t("No seat is free: the community then has {n} members or open offers, and the cap is {cap}.",
                      n=roll.seated + len(_offered(roll.applications)) + 1,
                      cap=roll.rules.cap))  # fmt: skip
    draft = await ctx.db.drafts.keep(who.account.user, _admit_form(who, one, words), ctx.now)
    do = f"appl_admit_yes:{one.id}:{int(over)}:{draft}"
    label = t.line("Accept above the cap") if over else t.line("Accept now")
    follows = t("This cannot be taken back.")
    return preview_card(t, join("\n", said), do=do, label=label, follows=follows, danger=over)


def _offered(applications: tuple[Application, ...]) -> list[Application]:
    return [one for one in applications if one.standing is Standing.OFFERED]


async def admit(ctx: Context, event: ActionPressed) -> Answer:
    """Let somebody in, as it was shown."""
    who, words = await reader(ctx, event), arguments(event)
    one = await _of(ctx, event)
    if one is None:
        return gone(who)
    over = number(words, 1) == 1
    if one.standing is Standing.SEATED:
        return await _stands(ctx, who, one.id)
    reason = await _drafted(ctx, who, f"appl_admit:{one.id}", words[2:])
    if reason is None:
        return _not_kept(who)
    decision = await carry_out(ctx, Admit(one.member, who.member.id, reason, over))
    if decision.refused is Reason.FULL:  # the seat that was free has been taken or offered since
        return Redraw(await _admit_card(ctx, who, one, reason))
    if decision.refused is not None:
        return await _stands(ctx, who, one.id)
    after = "over" if over else None
    await _record(ctx, event, who, Deed(ADMITTED, ctx.now, who.member.id, after=after, reason=reason or None), one)
    name = await named(ctx, one, nowhere(who.account.user), who.t)
    said = who.t("{who} has a seat now and is being welcomed.", who=name)
    if at := await _morning(ctx, who, one):
        said = who.t("{who} has a seat now. It is night for them: the doors are open, and the welcome comes at {at}.",
                     who=name, at=at)  # fmt: skip
    return Redraw(note(said, Accent.GOOD).card)


# ---- a kind no


async def open_decline(ctx: Context, event: ActionPressed) -> Answer:
    """Ask for the kind word."""
    who, one = await reader(ctx, event), await _of(ctx, event)
    if one is None:
        return gone(who)
    return OpenForm(_decline_form(who, one))


def _decline_form(who: Reader, one: Application, words: str = "") -> Form:
    t = who.t
    field = Paragraph(
        key="words",
        label=t.line("A kind word to them"),
        hint=t.line("Why not now, and what they can do instead. You see the whole message before it goes."),
        value=words,
        max_length=WORDS,
    )
    return _form(who, f"appl_decline:{one.id}", t.line("Decline"), field)


async def take_decline(ctx: Context, event: FormSubmitted) -> Answer:
    """Show what the applicant would read."""
    who, one = await reader(ctx, event), await _of(ctx, event)
    if one is None:
        return gone(who)
    if one.standing not in OPEN:
        return await _stands(ctx, who, one.id)
    words = written(event, WORDS)
    return Say(await _decline_card(ctx, who, one, words))


async def _decline_card(ctx: Context, who: Reader, one: Application, words: str) -> Card:
    """Return what would be read. Until it is sent the words are a draft of who wrote them, and nobody else's."""
    t = who.t
    theirs = await waiting_reader(ctx, one) or who
    name = await named(ctx, one, nowhere(who.account.user), t)
    draft = await ctx.db.drafts.keep(who.account.user, _decline_form(who, one, words), ctx.now)
    follows = t("If you undo this, they are back at their old place in the line.")
    if at := await _morning(ctx, who, one):
        follows = join("\n", [t("It is night for them, so they read it at {at}.", at=at), follows])
    return preview_card(
        t,
        t("{who} would read this:", who=name),
        do=f"appl_decline_yes:{one.id}:{draft}",
        label=t.line("Send it"),
        shown=declined_card(theirs, words).parts,
        follows=follows,
        danger=True,
    )


async def decline(ctx: Context, event: ActionPressed) -> Answer:
    """Say no, as it was shown."""
    who, words = await reader(ctx, event), arguments(event)
    one = await _of(ctx, event)
    if one is None:
        return gone(who)
    if one.standing not in OPEN:
        return await _stands(ctx, who, one.id)
    reason = await _drafted(ctx, who, f"appl_decline:{one.id}", words[1:])
    if reason is None:
        return _not_kept(who)
    await carry_out(ctx, Decline(one.member, who.member.id, reason))
    deed_id = await _record(ctx, event, who, Deed(DECLINED, ctx.now, who.member.id, reason=reason or None), one)
    name = await named(ctx, one, nowhere(who.account.user), who.t)
    said = who.t("{who} has been told, kindly.", who=name)
    if at := await _morning(ctx, who, one):
        said = who.t("Declined. It is night for {who}, so they read it at {at}.", who=name, at=at)
    return Redraw(done_card(who, said, deed_id))


async def undo_decline(ctx: Context, who: Reader, deed: StoredDeed) -> RichText:
    """Put somebody back in the line, at the old place.

    Raises:
        CannotUndoError: they stand otherwise by now.

    """
    one = await ctx.db.applications.by_id(_id_in(deed))
    if one is None or one.standing is not Standing.DECLINED or one.decided_at != deed.what.at:
        raise CannotUndoError(_otherwise(who, one))
    unread = await ctx.db.timers.due_at(TELL, one.id) is not None
    await carry_out(ctx, Restore(one.member))
    name = await named(ctx, one, nowhere(who.account.user), who.t)
    if unread and await ctx.db.timers.due_at(TELL, one.id) is None:  # nor is there an earlier one to be taken back
        return who.t("{who} is back at the old place, and had not been told of the no yet.", who=name)
    if at := await _morning(ctx, who, one):
        return who.t("{who} is back at the old place, and reads it at {at}.", who=name, at=at)
    return who.t("{who} is back at the old place, and has been told.", who=name)


# ---- another place


async def open_move(ctx: Context, event: ActionPressed) -> Answer:
    """Ask for the place, and for the reason."""
    who, one = await reader(ctx, event), await _of(ctx, event)
    if one is None:
        return gone(who)
    found = place_of(await ctx.db.applications.open(), one.member)
    if found is None:
        return await _stands(ctx, who, one.id)
    return OpenForm(_move_form(who, one, str(found[0]), "", found[1]))


def _move_form(who: Reader, one: Application, place: str, reason: str, length: int) -> Form:
    t = who.t
    return _form(
        who,
        f"appl_move:{one.id}",
        t.line("Move in the line"),
        Line(
            key="place",
            label=t.line("Place in the line"),
            hint=t.line("1 is the next to be asked; the last is {length}.", length=length),
            value=place,
            max_length=6,
        ),
        Line(
            key="reason",
            label=t.line("Why?"),
            hint=t.line("For the record of deeds. Those who wait do not read it."),
            value=reason,
            max_length=WHY,
        ),
    )


async def move(ctx: Context, event: FormSubmitted) -> Answer:
    """Put somebody at another place in the line."""
    who, one = await reader(ctx, event), await _of(ctx, event)
    if one is None:
        return gone(who)
    found = place_of(await ctx.db.applications.open(), one.member)
    if found is None:
        return await _stands(ctx, who, one.id)
    typed, reason = (str(event.values.get(key, "")).strip() for key in ("place", "reason"))
    place = number([typed], 0)
    t, errors = who.t, {}
    if place is None or not 1 <= place <= found[1]:
        errors["place"] = t.line("A place is a number from 1 to {length}.", length=found[1])
    if not reason:
        errors["reason"] = t.line("Please say why, in a few words.")
    if errors or place is None:
        return Invalid(errors, _move_form(who, one, typed[:6], reason[:WHY], found[1]))
    decision = await carry_out(ctx, Move(one.member, place, who.member.id, tame(reason)[:WHY]))
    if decision.refused is not None:
        return await _stands(ctx, who, one.id)
    moved = await ctx.db.applications.by_id(one.id)
    alone = sum(1 for other in decision.changed if other.standing is Standing.APPLIED) == 1
    before = repr(one.rank) if alone else None  # where the line was numbered anew, the old number says nothing
    deed = Deed(MOVED, ctx.now, who.member.id, before=before, after=repr(moved.rank if moved else 0.0), reason=reason)
    deed_id = await _record(ctx, event, who, deed, one)
    name = await named(ctx, one, nowhere(who.account.user), t)
    return Say(done_card(who, t("{who} is number {place} now.", who=name, place=place), deed_id))


async def undo_move(ctx: Context, who: Reader, deed: StoredDeed) -> RichText:
    """Put somebody back at the place they had.

    Raises:
        CannotUndoError: they stand otherwise by now.

    """
    one, before = await ctx.db.applications.by_id(_id_in(deed)), deed.what.before
    if one is None or before is None or one.standing is not Standing.APPLIED or repr(one.rank) != deed.what.after:
        raise CannotUndoError(_otherwise(who, one))
    back = replace(one, rank=float(before), reason=None, decided_by=None, decided_at=None)
    await ctx.db.applications.save([back])
    place, _ = place_of(await ctx.db.applications.open(), one.member) or (0, 0)
    name = await named(ctx, one, nowhere(who.account.user), who.t)
    return who.t("{who} is number {place} again.", who=name, place=place)


# ---- what all of them need


async def _of(ctx: Context, event: ActionPressed | FormSubmitted) -> Application | None:
    return await chosen(ctx, (arguments(event) or [""])[0])


async def _drafted(ctx: Context, who: Reader, form_id: str, draft: list[str]) -> str | None:
    """Return the words that were shown; none: kept no longer, or another's, so what would be done is not known."""
    kept = await ctx.db.drafts.load(":".join(draft), who.account.user)
    field = kept.fields[0] if kept is not None and kept.id == form_id else None
    return field.value if isinstance(field, Line | Paragraph) else None


def _not_kept(who: Reader) -> Say:
    return note(who.t("This preview is no longer kept. Please write the words again."), Accent.WARM)


async def _morning(ctx: Context, who: Reader, one: Application) -> Moment | None:
    """Return when somebody reads what is decided now, where it is night for them."""
    at = await heard_at(ctx, one)
    return who.t.moment(at, zone_of(who.member, who.account, ctx.config), now=ctx.now) if at else None


async def _stands(ctx: Context, who: Reader, application_id: int) -> Say:
    return note(_otherwise(who, await ctx.db.applications.by_id(application_id)), Accent.WARM)


def _otherwise(who: Reader, one: Application | None) -> RichText:
    if one is None:
        return who.t("This application is no longer there. `/community waitlist` shows those that are.")
    return who.t("Nothing was changed: this application stands otherwise by now ({standing}).",
                 standing=standing_said(one, who.t).plain())  # fmt: skip


async def _record(
    ctx: Context, event: ActionPressed | FormSubmitted, who: Reader, deed: Deed, one: Application
) -> int | None:
    whole = dataclasses.replace(
        deed, subject=f"applicant:{one.id}", member_id=one.member, workspace=who.account.user.home
    )
    return await ctx.db.audit.record(whole, key=f"{deed.deed}:{event.key}")


def _id_in(deed: StoredDeed) -> int:
    return int(deed.what.subject.partition(":")[2])


def _form(who: Reader, form_id: str, title: str, *fields: Line | Paragraph) -> Form:
    return Form(id=form_id, title=title, fields=fields, submit=who.t.line("Next"), cancel=who.t.line("Cancel"))


FEATURE = Feature(
    "applications",
    routes=(
        press("appl_admit", open_admit, opens_form=True),
        form("appl_admit", take_admit),
        press("appl_admit_yes", admit),
        press("appl_decline", open_decline, opens_form=True),
        form("appl_decline", take_decline),
        press("appl_decline_yes", decline),
        press("appl_move", open_move, opens_form=True),
        form("appl_move", move),
    ),
    deeds={
        ADMITTED: msg("{who} let {member} in before their turn: {reason}"),
        DECLINED: msg("{who} declined the application of {member}"),
        MOVED: msg("{who} moved {member} in the line: {reason}"),
    },
    undoes={DECLINED: undo_decline, MOVED: undo_move},
)
