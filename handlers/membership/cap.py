"""The cap, changed by a moderator: first shown, then set, and taken back while nobody has come in by it."""

from __future__ import annotations

from dataclasses import replace

from chat.answers import Answer, Invalid, OpenForm, Redraw, Say
from chat.card import Accent
from chat.events import ActionPressed, FormSubmitted
from chat.form import Form, Line
from chat.text import Code, RichText, join
from community.config import ConfigError
from community.membership.commands import Settle
from community.membership.decisions import Tell
from community.membership.line import decide, line_of
from community.membership.settings import CAP_MOST
from community.membership.values import Application, Roll, Standing, waits_for_morning
from community.settings.overrides import is_locked, with_setting
from handlers.audit import done_card
from handlers.context import Context
from handlers.membership.looking import load_roll
from handlers.membership.naming import marks_apart, name_line
from handlers.membership.notices import without_lobby
from handlers.membership.steps import carry_out
from handlers.previews import preview_card
from handlers.readers import Reader, arguments, note, number, reader
from handlers.routes import CannotUndoError, Feature, form, press
from locales import msg
from storage.activity import Fact
from storage.audit import Deed, StoredDeed

KEY = "membership.cap"  # the setting, and the kind of deed
NO_LOBBY = msg("No lobby channel is set. Those who wait can read the public channels, too.")
UNLINKED = msg(
    "Somebody with an account on each platform counts as two members until they link them with `/tsudoi link`."
)
CHANGED = "setting.changed"  # the fact, as of any setting
FROM_FILE = "file"  # the reason of a deed: what held before came from the file, so an undo goes back to it
NAMED = 10  # of those whom seats would be offered to


async def open_cap(ctx: Context, event: ActionPressed) -> Answer:
    """Open the form for the cap."""
    who = await reader(ctx, event)
    if is_locked(ctx.config, KEY):
        return _locked(who)
    return OpenForm(_form(who, str(ctx.config.membership.cap)))


async def take_cap(ctx: Context, event: FormSubmitted) -> Answer:
    """Show what the cap would change."""
    who = await reader(ctx, event)
    typed = str(event.values.get("cap", "")).strip()
    if _read(typed) is None:
        return Invalid({"cap": _wrong(who).plain()}, _form(who, typed[:9]))
    return await ask_cap(ctx, who, typed)


async def ask_cap(ctx: Context, who: Reader, typed: str) -> Answer:
    """Show what a cap would change, with the button that sets it."""
    t, cap, old = who.t, _read(typed), ctx.config.membership.cap
    if is_locked(ctx.config, KEY):
        return _locked(who)
    if cap is None:
        return note(_wrong(who), Accent.WARM)
    if cap == old:
        return note(t("That is the cap already."))
    would = t("The cap goes from {old} to {new}.", old=_shown(who, old), new=_shown(who, cap))
    follows = await _follows(ctx, who, cap)
    if cap:
        follows = join("\n", [follows, t(UNLINKED)])
    if cap and without_lobby(ctx):
        follows = join("\n", [follows, t(NO_LOBBY)])
    return Say(preview_card(t, would, do=f"appl_cap_yes:{cap}:{old}", label=t.line("Set the cap"), follows=follows))


async def _follows(ctx: Context, who: Reader, cap: int) -> RichText:
    """Say who would be offered a seat."""
    t, after = who.t, _with_cap(ctx, cap)
    roll = await load_roll(after)
    decision = decide(roll, Settle(), ctx.now)
    told = {Tell.OFFERED} if cap else {Tell.SEATED}
    asked = [one for one in decision.changed if decision.tells.get(one.member) in told]
    held = {one.member for one in roll.applications if one.standing is Standing.OFFERED}
    asleep = [one for one in decision.changed if waits_for_morning(one) and one.member not in held]
    listed = await _names(ctx, who, asked)
    if not cap:
        if not asked:
            return t("Nobody waits; from then on everybody is let in at once.")
        return t.n("{n} person who waits is let in at once: {names}", "{n} people who wait are let in at once: {names}",
                   len(asked), names=listed)  # fmt: skip
    said = []
    if asked:
        said.append(t.n("{n} seat is offered at once: {names}", "{n} seats are offered at once: {names}", len(asked),
                        names=listed))  # fmt: skip
    if asleep:
        kept_for = await _names(ctx, who, asleep)
        said.append(t.n("{n} seat is kept, and offered in the morning, because it is night for them: {names}",
                        "{n} seats are kept, and offered in the morning, because it is night for them: {names}",
                        len(asleep), names=kept_for))  # fmt: skip
    return join("\n", said) if said else _offers_nobody(who, roll, cap)


async def _names(ctx: Context, who: Reader, found: list[Application]) -> str:
    t = who.t
    apart = await marks_apart(ctx, t, found)
    names = [await name_line(ctx, one, t, apart=apart) for one in found[:NAMED]]
    if len(found) > NAMED:
        names.append(t.n("and {n} more", "and {n} more", len(found) - NAMED).plain())
    return ("、" if t.language == "ja" else ", ").join(names)


def _offers_nobody(who: Reader, roll: Roll, cap: int) -> RichText:
    t = who.t
    if cap <= roll.seated:
        said = t.n("There is {n} member now. Nobody has to leave; newcomers wait.",
                   "There are {n} members now. Nobody has to leave; newcomers wait.", roll.seated)  # fmt: skip
        kept = any(one.standing is Standing.OFFERED for one in roll.applications)
        return join("\n", [said, t("Seats that are offered already stay offered.")]) if kept else said
    waits = len(line_of(roll.applications))
    return t("Nobody is offered a seat at once.") if waits else t("Nobody waits, so nobody is offered a seat.")


async def set_cap(ctx: Context, event: ActionPressed) -> Answer:
    """Set the cap as it was shown, and offer the seats."""
    who, words = await reader(ctx, event), arguments(event)
    cap, old = _read(words[0] if words else ""), number(words, 1)
    if is_locked(ctx.config, KEY):
        return _locked(who)
    if cap is None:
        return note(_wrong(who), Accent.WARM)
    if ctx.config.membership.cap == cap:
        return Redraw(note(who.t("That is the cap already.")).card)
    if ctx.config.membership.cap != old:  # somebody was faster: what was shown is not what would happen
        return await ask_cap(ctx, who, str(cap))
    deed_id = await keep_cap(ctx, who, cap, event.key)
    return Redraw(done_card(who, who.t("The cap is {cap} now.", cap=_shown(who, cap)), deed_id))


async def keep_cap(ctx: Context, who: Reader, cap: int, event_key: str) -> int | None:
    """Set the cap, offer the seats, and write it down: here and in the settings the same deed, with the same undo."""
    held = KEY in await ctx.db.settings.all()
    await _put(ctx, who, cap)
    deed = Deed(
        KEY,
        ctx.now,
        who.member.id,
        subject=KEY,
        before=str(ctx.config.membership.cap),
        after=str(cap),
        reason=None if held else FROM_FILE,
        workspace=who.account.user.home,
    )
    ctx.db.activity.record(Fact(CHANGED, ctx.now, who.member.id, subject=KEY), key=f"{CHANGED}:{event_key}")
    deed_id = await ctx.db.audit.record(deed, key=f"{KEY}:{event_key}")
    await carry_out(_with_cap(ctx, cap), Settle())
    return deed_id


async def undo_cap(ctx: Context, who: Reader, deed: StoredDeed) -> RichText:
    """Go back to the cap as it was, where nobody has taken a seat since. Offers that stand are kept.

    Raises:
        CannotUndoError: the cap is another by now, or somebody came in.

    """
    t, before, after = who.t, _read(deed.what.before or ""), _read(deed.what.after or "")
    if before is None or ctx.config.membership.cap != after or is_locked(ctx.config, KEY):
        now = _shown(who, ctx.config.membership.cap)
        raise CannotUndoError(t("The cap was changed again since: it is {cap} now.", cap=now))
    await refuse_where_taken(ctx, who, deed)
    if deed.what.reason == FROM_FILE:  # what the file says holds again, also when the file is changed
        await ctx.db.settings.unset(KEY)
        before = (ctx.file or ctx.config).membership.cap
    else:
        await _put(ctx, who, before)
    ctx.db.activity.record(Fact(CHANGED, ctx.now, who.member.id, subject=KEY), key=f"setting.undone:{deed.id}")
    await carry_out(_with_cap(ctx, before), Settle())
    return t("The cap is {cap} again. Seats that were offered meanwhile stay offered.", cap=_shown(who, before))


async def refuse_where_taken(ctx: Context, who: Reader, deed: StoredDeed) -> None:
    """Keep a cap by which somebody has come in.

    Raises:
        CannotUndoError: somebody has.

    """
    if taken := len(await ctx.db.applications.seated_since(deed.what.at)):
        raise CannotUndoError(
            who.t.n(
                "{n} seat has been taken since, so the cap stays. `/community waitlist` lets you set another.",
                "{n} seats have been taken since, so the cap stays. `/community waitlist` lets you set another.",
                taken,
            )
        )


async def _put(ctx: Context, who: Reader, cap: int) -> None:
    await ctx.db.settings.set(KEY, str(cap), by=who.member.id, at=ctx.now)


def _with_cap(ctx: Context, cap: int) -> Context:
    try:
        return replace(ctx, config=with_setting(ctx.config, KEY, str(cap)))
    except ConfigError as error:  # it was checked before
        raise ValueError(str(error)) from error


def _read(typed: str) -> int | None:
    cap = number([typed], 0)
    return cap if cap is not None and cap <= CAP_MOST else None


def _shown(who: Reader, cap: int) -> Code:
    return Code(str(cap) if cap else who.t.line("unlimited"))


def _wrong(who: Reader) -> RichText:
    return who.t("The cap is a number from 0 to {most}; 0 means none.", most=CAP_MOST)


def _locked(who: Reader) -> Say:
    return note(who.t("Whoever runs me has fixed the cap in my settings file."), Accent.WARM)


def _form(who: Reader, value: str) -> Form:
    t = who.t
    return Form(
        id="appl_cap",
        title=t.line("The cap"),
        fields=(
            Line(
                key="cap",
                label=t.line("Members at most"),
                hint=t.line("0 for none. What it would change is shown before anything happens."),
                value=value,
                max_length=9,
            ),
        ),
        submit=t.line("Look first"),
        cancel=t.line("Cancel"),
    )


FEATURE = Feature(
    "cap",
    routes=(press("appl_cap", open_cap, opens_form=True), form("appl_cap", take_cap), press("appl_cap_yes", set_cap)),
    deeds={KEY: msg("{who} changed the cap from {before} to {after}")},
    undoes={KEY: undo_cap},
)
