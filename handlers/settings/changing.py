"""Changing a setting: previewed, checked once more when it is done, written down, and taken back by one tap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

from chat.answers import Answer, Invalid, Redraw, Say
from chat.card import Accent
from chat.events import ActionPressed, CommandUsed, FormSubmitted
from chat.form import Form
from chat.ids import Workspace
from chat.text import Bold, Code, RichText, join
from community.config import CommunitySettings
from community.hours.schedule import ONE
from community.permissions import Role
from community.settings.knob_list import find, of_key
from community.settings.knobs import Knob
from community.settings.overrides import effective_settings, is_locked, left_out
from handlers.audit.subjects import mention_in
from handlers.audit.undoing import done_card
from handlers.conduct.alarm import HANDS
from handlers.context import Context
from handlers.figures.folding import FOLD
from handlers.knob_words import named, today_of, value_in, workspace_in
from handlers.membership.cap import CHANGED, FROM_FILE, keep_cap, refuse_where_taken
from handlers.membership.cap import KEY as CAP
from handlers.membership.standing import SETTLE
from handlers.readers import Reader, note, zone_of
from handlers.roles import roles_of
from handlers.routes import CannotUndoError
from handlers.settings.cards import change_card, section_card
from handlers.settings.follows import what_follows
from handlers.settings.forms import form_of, typed_of
from handlers.settings.reading import UnfitTypedError, read_typed, settings_with
from handlers.settings.words import current
from storage.activity import Fact
from storage.audit import Deed, StoredDeed
from storage.settings import Override

RESET = "setting.reset"
GO, DEFAULT = "set_go", "set_default"
TEAM = {"moderator_ids", "moderator_badges"}
PREVIEWED = 300  # characters of a value before it is changed
SEATS = {"membership_cap", *TEAM}  # what changes who waits for a seat
Using = CommandUsed | ActionPressed | FormSubmitted


async def barred(ctx: Context, who: Reader, knob: Knob, workspace: Workspace) -> RichText | None:
    """Say why a moderator cannot change a setting, where that is so."""
    if is_locked(ctx.config, knob.key(workspace)):
        return who.t(
            "{name} is locked: the operator has set it in the file, and only the file changes it.",
            name=_named(ctx, who, knob, workspace),
        )
    if knob.owner and Role.OWNER not in await roles_of(ctx, who.member, who.account):
        return who.t(
            "Only an owner of the community changes {name}. You can ask one.", name=_named(ctx, who, knob, workspace)
        )
    return None


async def propose(
    ctx: Context, who: Reader, knob: Knob, typed: str, event: Using, *, form: Form | None = None
) -> Answer:
    """Show a change before it is made; what does not fit is said with what would."""
    workspace = event.workspace
    if said := await barred(ctx, who, knob, workspace):
        return note(said, Accent.WARM)
    try:
        kept = await read_typed(ctx, who, knob, typed, workspace)
        return await _preview(ctx, who, knob, kept, event)
    except UnfitTypedError as error:
        if form is None:
            return note(error.said, Accent.WARM)
        return Invalid({form.fields[0].key: error.said.plain()}, form)


async def _preview(
    ctx: Context, who: Reader, knob: Knob, kept: str, event: Using, *, meanwhile: RichText | None = None
) -> Answer:
    workspace = event.workspace
    before = current(knob, ctx.config, workspace)
    after = settings_with(ctx, who, knob, kept, workspace)
    kept = current(knob, after, workspace)
    if kept == before:
        said = await _already(ctx, who, knob, kept, workspace)
        return note(join(" ", [said for said in (meanwhile, said) if said is not None]))
    draft = await ctx.db.drafts.keep(
        event.user, form_of(knob, kept, who.t, _mark(before), today=today_of(ctx)), ctx.now
    )
    follows = await what_follows(ctx, who, knob, after, workspace)
    values = await _values_in(ctx, who, knob, (before, kept), workspace)
    name = named(ctx, knob, workspace, who.t)
    card = change_card(who, knob, name, values, follows, do=f"{GO}:{draft}", edit=f"draft:{draft}", meanwhile=meanwhile)
    return Redraw(card) if isinstance(event, ActionPressed) else Say(card)


async def change(ctx: Context, who: Reader, event: ActionPressed) -> Answer:
    """Make the change that was previewed, unless the setting has been changed since: then it is previewed anew."""
    form = await ctx.db.drafts.load(event.action.partition(":")[2], event.user)
    name, mark = [*form.id.split(":"), "", ""][1:3] if form else ("", "")
    knob = next(iter(find(name)), None) if name else None
    if form is None or knob is None:
        return note(who.t("This preview is no longer kept. Please choose the setting again."), Accent.WARM)
    workspace = event.workspace
    if said := await barred(ctx, who, knob, workspace):
        return Redraw(note(said, Accent.WARM).card)
    before = current(knob, ctx.config, workspace)
    try:
        kept = await read_typed(ctx, who, knob, typed_of(form), workspace)
        if _mark(before) != mark:
            return await _preview(ctx, who, knob, kept, event, meanwhile=await _meanwhile(ctx, who, knob, workspace))
        kept = current(knob, settings_with(ctx, who, knob, kept, workspace), workspace)
    except UnfitTypedError as error:
        return Redraw(note(error.said, Accent.WARM).card)
    deed = await store(ctx, who, knob, kept, event)
    return Redraw(done_card(who, await _done(ctx, who, knob, kept, workspace), deed))


async def flip(ctx: Context, who: Reader, knob: Knob, target: str, event: ActionPressed) -> Answer:
    """Turn something on or off by one tap, and offer to turn it back by another."""
    workspace = event.workspace
    if said := await barred(ctx, who, knob, workspace):
        return note(said, Accent.WARM)
    kept = "true" if target == "on" else "false"
    if current(knob, ctx.config, workspace) == kept:
        said = await _already(ctx, who, knob, kept, workspace)
        return Redraw(await section_card(ctx, who, knob.section, workspace, said=said))
    try:
        after = settings_with(ctx, who, knob, kept, workspace)
    except UnfitTypedError as error:
        return note(error.said, Accent.WARM)
    follows = await what_follows(ctx, who, knob, after, workspace)
    deed = await store(ctx, who, knob, kept, event)
    done = await _done(ctx, who, knob, kept, workspace)
    said = join(" ", [part for part in (done, follows) if part is not None])
    return Redraw(done_card(who, said, deed))


async def propose_default(ctx: Context, who: Reader, knob: Knob, event: Using) -> Answer:
    """Show what the file says, before a setting goes back to it."""
    workspace, t = event.workspace, who.t
    if said := await barred(ctx, who, knob, workspace):
        return note(said, Accent.WARM)
    overrides = await ctx.db.settings.all()
    if knob.key(workspace) not in overrides:
        return note(t("{name} is what the file says already.", name=_named(ctx, who, knob, workspace)))
    if said := _torn(ctx, who, overrides, _values(overrides, leaving=knob.key(workspace))):
        return note(said, Accent.WARM)
    after = without(ctx, overrides, knob.key(workspace))
    before, then = current(knob, ctx.config, workspace), current(knob, after, workspace)
    follows = await what_follows(ctx, who, knob, after, workspace)
    values = await _values_in(ctx, who, knob, (before, then), workspace)
    name = named(ctx, knob, workspace, t)
    card = change_card(who, knob, name, values, follows, do=f"{DEFAULT}:{knob.name}:{_mark(before)}")
    return Redraw(card) if isinstance(event, ActionPressed) else Say(card)


async def reset(ctx: Context, who: Reader, knob: Knob, mark: str, event: ActionPressed) -> Answer:
    """Let a setting go back to what the file says."""
    key, t = knob.key(event.workspace), who.t
    if said := await barred(ctx, who, knob, event.workspace):
        return Redraw(note(said, Accent.WARM).card)
    before = current(knob, ctx.config, event.workspace)
    overrides = await ctx.db.settings.all()
    held = overrides.get(key)
    if held is None:
        said = t("{name} is what the file says already.", name=_named(ctx, who, knob, event.workspace))
        return Redraw(note(said).card)
    if _mark(before) != mark:
        said = await _meanwhile(ctx, who, knob, event.workspace)
        return Redraw(note(join(" ", [said, t("So nothing was changed.")]), Accent.WARM).card)
    if said := _torn(ctx, who, overrides, _values(overrides, leaving=key)):  # set since the preview
        return Redraw(note(join(" ", [said, t("So nothing was changed.")]), Accent.WARM).card)
    then = current(knob, without(ctx, overrides, key), event.workspace)
    await ctx.db.settings.unset(key)
    deed = await _write_down(ctx, who, event, Deed(RESET, ctx.now, who.member.id, key, before=held.value, after=then))
    await _look_again(ctx, knob)
    said = t(
        "{name} is back to what the file says: {value}.",
        name=_named(ctx, who, knob, event.workspace),
        value=await value_in(ctx, knob, then, event.workspace, t),
    )
    return Redraw(done_card(who, said, deed))


async def store(ctx: Context, who: Reader, knob: Knob, kept: str, event: Using) -> int | None:
    """Set a value and write it down; returns the deed."""
    key = knob.key(event.workspace)
    if key == CAP:
        return await keep_cap(ctx, who, int(kept), event.key)
    held = (await ctx.db.settings.all()).get(key)
    before = held.value if held else current(knob, ctx.config, event.workspace)
    await ctx.db.settings.set(key, kept, by=who.member.id, at=ctx.now)
    await _look_again(ctx, knob)
    deed = Deed(CHANGED, ctx.now, who.member.id, key, before=before, after=kept, reason=None if held else FROM_FILE)
    return await _write_down(ctx, who, event, deed)


async def undo(ctx: Context, who: Reader, deed: StoredDeed) -> RichText:
    """Bring back what held before a change, where it is still the newest.

    Raises:
        CannotUndoError: it was changed again since, the file locks it, only an owner may, or it does not go together
            with what was set since.

    """
    what, t = deed.what, who.t
    knob = of_key(what.subject)
    if knob is None:
        raise CannotUndoError(t("There is no such setting any more."))
    workspace = workspace_in(what.subject) or who.account.user.home
    if said := await barred(ctx, who, knob, workspace):
        raise CannotUndoError(said)
    overrides = await ctx.db.settings.all()
    held = overrides.get(what.subject)
    stands = held is None if what.deed == RESET else held is not None and held.value == what.after
    if not stands:
        raise CannotUndoError(join(" ", [await _meanwhile(ctx, who, knob, workspace), t("So nothing was changed.")]))
    if what.subject == CAP:
        await refuse_where_taken(ctx, who, deed)
    values = _values(overrides, leaving=what.subject)
    if what.reason != FROM_FILE and what.before is not None:
        values[what.subject] = what.before
    if said := _torn(ctx, who, overrides, values):
        raise CannotUndoError(join(" ", [said, t("So nothing was changed.")]))
    if what.subject in values:
        await ctx.db.settings.set(what.subject, values[what.subject], by=who.member.id, at=ctx.now)
    else:
        await ctx.db.settings.unset(what.subject)
    now = current(knob, effective_settings(ctx.file or ctx.config, values), workspace)
    await _look_again(ctx, knob)
    fact = Fact(CHANGED, ctx.now, who.member.id, subject=what.subject)
    ctx.db.activity.record(fact, key=f"setting.undone:{deed.id}")
    value = await value_in(ctx, knob, now, workspace, t)
    return t("Undone: {name} is {value} again.", name=_named(ctx, who, knob, workspace), value=value)


def without(ctx: Context, overrides: Mapping[str, Override], key: str) -> CommunitySettings:
    """Return the settings as they would be without one override."""
    return effective_settings(ctx.file or ctx.config, _values(overrides, leaving=key))


def _values(overrides: Mapping[str, Override], *, leaving: str = "") -> dict[str, str]:
    return {key: held.value for key, held in overrides.items() if key != leaving}


def _torn(ctx: Context, who: Reader, overrides: Mapping[str, Override], after: dict[str, str]) -> RichText | None:
    """Say which values would silently hold no more with other overrides: two may fit only together."""
    base = ctx.file or ctx.config
    lost = left_out(base, after) - left_out(base, _values(overrides))
    if not lost:
        return None
    names = ", ".join(sorted(knob.name if (knob := of_key(key)) else key for key in lost))
    return who.t("That does not go together with what else is set now: {names}.", names=Code(names))


async def _look_again(ctx: Context, knob: Knob) -> None:
    if knob.name == "time_zone":  # the weeks begin at another hour: their figures are made anew, before anybody asks
        await ctx.db.timers.set(FOLD, ONE, ctx.now)
    elif knob.name in SEATS:  # they are offered, and who is of the team comes in, with the settings as they are then
        await ctx.db.timers.set(SETTLE, ONE, ctx.now)
    if knob.name in TEAM:  # who looks after a report and moderates no longer gives it back at once
        await ctx.db.timers.set(HANDS, ONE, ctx.now)


async def _write_down(ctx: Context, who: Reader, event: Using, deed: Deed) -> int | None:
    fact = Fact(CHANGED, ctx.now, who.member.id, subject=deed.subject)
    ctx.db.activity.record(fact, key=f"{CHANGED}:{event.key}")
    return await ctx.db.audit.record(replace(deed, workspace=event.workspace), key=f"{deed.deed}:{event.key}")


async def _done(ctx: Context, who: Reader, knob: Knob, kept: str, workspace: Workspace) -> RichText:
    value = await value_in(ctx, knob, kept, workspace, who.t)
    return who.t("Done: {name} is now {value}.", name=_named(ctx, who, knob, workspace), value=value)


async def _already(ctx: Context, who: Reader, knob: Knob, kept: str, workspace: Workspace) -> RichText:
    value = await value_in(ctx, knob, kept, workspace, who.t)
    return who.t("{name} is {value} already.", name=_named(ctx, who, knob, workspace), value=value)


async def _values_in(
    ctx: Context, who: Reader, knob: Knob, values: tuple[str, str], workspace: Workspace
) -> tuple[Code, Code]:
    before, after = [await value_in(ctx, knob, value, workspace, who.t, most=PREVIEWED) for value in values]
    return before, after


def _named(ctx: Context, who: Reader, knob: Knob, workspace: Workspace) -> Bold:
    return Bold(named(ctx, knob, workspace, who.t))


async def _meanwhile(ctx: Context, who: Reader, knob: Knob, workspace: Workspace) -> RichText:
    """Say what a setting is now, and who has changed it."""
    t, held = who.t, (await ctx.db.settings.all()).get(knob.key(workspace))
    value = await value_in(ctx, knob, current(knob, ctx.config, workspace), workspace, t)
    name = _named(ctx, who, knob, workspace)
    if held is None:
        return t("{name} has gone back to what the file says meanwhile: {value}.", name=name, value=value)
    by = await mention_in(ctx, held.changed_by, who)
    day = t.date(held.changed_at, zone_of(who.member, who.account, ctx.config), now=ctx.now)
    if by is None:
        return t("{name} was changed to {value} meanwhile, on {day}.", name=name, value=value, day=day)
    return t("{who} has changed {name} to {value} meanwhile, on {day}.", who=by, name=name, value=value, day=day)


def _mark(kept: str) -> str:
    """Return a short sign of a value, to notice that it has changed since."""
    return sha256(kept.encode()).hexdigest()[:8]
