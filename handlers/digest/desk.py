"""``/community digest``: see it as it will be posted, write its opening words, skip a week, post it now."""

from __future__ import annotations

from datetime import timedelta

from chat.answers import Answer, OpenForm, Redraw, Say
from chat.card import Accent, Button, Buttons, Card, Divider, Footnote, Part, Text, Title
from chat.commands import CommandOption, Localised, OptionKind, SubCommand
from chat.events import ActionPressed, CommandUsed, FormSubmitted
from chat.form import Form, Paragraph
from chat.ids import Place
from chat.text import Code, RichText, join
from community.digest.week import Week, is_wanted, name_of_slot, zone_of_digest
from handlers.audit.deeds import write_down
from handlers.context import Context
from handlers.digest.cards import digest_card, opening_of
from handlers.digest.effect import effect_of_newest, effect_text
from handlers.digest.gather import gather
from handlers.digest.posting import digest_places, post, running
from handlers.public import languages_of
from handlers.readers import Reader, arguments, note, number, reader
from handlers.routes import CannotUndoError, Feature, command, form, press
from locales import msg, translator
from storage.activity import Fact
from storage.audit import StoredDeed
from storage.recognition.digests import StoredDigest

SKIPPED, RESUMED, EDITED, POSTED = "digest.skipped", "digest.resumed", "digest.edited", "digest.posted_early"
A_WEEK = timedelta(weeks=1)
WORDS = 500  # characters of opening words; the digest is what people came for
DIGEST = SubCommand(
    name="digest",
    description=Localised(
        en="The weekly digest: preview, edit, skip, post now", ja="週のダイジェストの確認・編集・お休み・投稿"
    ),
    options=(
        CommandOption(
            name="do",
            description=Localised(en="What to do with it", ja="プレビュー・書き出しの編集・今週は休む・今すぐ投稿"),
            kind=OptionKind.CHOICE,
            choices=("preview", "edit", "skip", "post"),
        ),
    ),
)


async def use(ctx: Context, event: CommandUsed) -> Answer:
    """Do what was typed; the bare command shows the preview."""
    who = await reader(ctx, event)
    week = await running(ctx)
    match event.options.get("do", "").strip().lower() or event.text.strip().lower():
        case "" | "preview":
            return Say(await _preview(ctx, who, week, _nearest(ctx, who)))
        case "edit":
            return OpenForm(_form(ctx, who, await ctx.db.digests.get(week.name)))
        case "skip":
            return await _skip(ctx, who, week, event, skipped=True)
        case "post":  # what it would post is seen first; the button beneath posts it
            return Say(await _preview(ctx, who, week, _nearest(ctx, who)))
    choices = RichText((Code("/community digest preview | edit | skip | post"),))
    return note(who.t("You can type: {choices}", choices=choices), Accent.WARM)


async def show(ctx: Context, event: ActionPressed) -> Answer:
    """Show the preview at another place."""
    who = await reader(ctx, event)
    return Redraw(await _preview(ctx, who, await running(ctx), number(arguments(event), 0) or 0))


async def open_edit(ctx: Context, event: ActionPressed) -> Answer:
    """Open the form with the opening words."""
    who = await reader(ctx, event)
    week = await running(ctx)
    return OpenForm(_form(ctx, who, await ctx.db.digests.get(week.name)))


async def edit(ctx: Context, event: FormSubmitted) -> Answer:
    """Store the opening words, and show how it looks with them."""
    who = await reader(ctx, event)
    week = await running(ctx)
    stands = await ctx.db.digests.take(week.name) if arguments(event)[:1] == [week.name] else None
    if stands is None or stands.told_until is not None:
        return note(who.t("That week's digest is posted already; these words would come too late."), Accent.WARM)
    typed = str(event.values.get("words", "")).strip()[:WORDS]
    usual = opening_of([translator(language) for language in _languages(ctx)])
    words = "" if typed == usual else typed
    if words != stands.opening:
        await ctx.db.digests.set_opening(week.name, words, who.member.id)
        _log(ctx, who, "edited", week, event.key)
        about = f"digest:{week.name}"
        await write_down(ctx, who, event, EDITED, about, before=stands.opening or "", after=words)
    return Say(await _preview(ctx, who, week, _nearest(ctx, who)))


async def press_skip(ctx: Context, event: ActionPressed) -> Answer:
    """Skip the week, or take that back."""
    who = await reader(ctx, event)
    week = await running(ctx)
    asked, skipped = (*arguments(event), "", "")[:2]
    return await _skip(ctx, who, week, event, skipped=skipped == "on") if asked == week.name else _gone(who)


async def press_post(ctx: Context, event: ActionPressed) -> Answer:
    """Post the week's digest now."""
    who = await reader(ctx, event)
    week = await running(ctx)
    return await _post_now(ctx, who, week, event) if arguments(event)[:1] == [week.name] else _gone(who)


async def _skip(ctx: Context, who: Reader, week: Week, event: ActionPressed | CommandUsed, *, skipped: bool) -> Answer:
    t = who.t
    stands = await ctx.db.digests.take(week.name)
    if stands.told_until is not None:
        return note(t("This week's digest is posted already."), Accent.WARM)
    if stands.skipped is not skipped:
        await ctx.db.digests.set_skipped(week.name, who.member.id, skipped=skipped)
        _log(ctx, who, "skipped" if skipped else "resumed", week, event.key)
        await write_down(ctx, who, event, SKIPPED if skipped else RESUMED, f"digest:{week.name}")
    slot = t.moment(week.slot, zone=zone_of_digest(ctx.config))
    if skipped:
        said = t("This week's digest is skipped: nothing is posted on {slot}.", slot=slot)
        button = Button(f"digest_skip:{week.name}:off", t.line("Post it after all"))
    else:
        said = t("The digest comes on {slot}.", slot=slot)
        button = Button(f"digest_skip:{week.name}:on", t.line("Skip this week"))
    return Redraw(Card(parts=(Text(said), Buttons((button,))), accent=Accent.GOOD))


async def _post_now(ctx: Context, who: Reader, week: Week, event: ActionPressed) -> Answer:
    t = who.t
    stands = await ctx.db.digests.take(week.name)
    if stands.told_until is not None:
        return note(t("This week's digest is posted already."), Accent.WARM)
    if not digest_places(ctx):
        return note(_nowhere(who), Accent.WARM)
    if not await post(ctx, await gather(ctx, week), stands, by=who.member.id):
        return note(t("There is nothing to say yet, so nothing was posted."), Accent.WARM)
    await ctx.db.digests.close(week.name, week.until)
    await write_down(ctx, who, event, POSTED, f"digest:{week.name}")
    return note(t("Posted. The next digest tells what happens from now on."), Accent.GOOD)


async def _preview(ctx: Context, who: Reader, week: Week, nth: int) -> Card:
    t = who.t
    places = digest_places(ctx)
    stands = await ctx.db.digests.get(week.name)
    if not places or stands.told_until is not None:
        said = _nowhere(who) if not places else t("This week's digest is posted already.")
        effect = await effect_of_newest(ctx, name_of_slot(ctx.config, week.slot + A_WEEK))
        followed = (Footnote(effect_text(effect, t)),) if effect else ()
        return Card(parts=(Title(t.line("The weekly digest")), Text(said), *followed))
    nth %= len(places)
    card = await digest_card(ctx, await gather(ctx, week), places[nth], stands.opening)
    buttons = [Button("digest_edit", t.line("Opening words"))]
    if stands.skipped:
        buttons.append(Button(f"digest_skip:{week.name}:off", t.line("Post it after all")))
    else:
        buttons.append(Button(f"digest_skip:{week.name}:on", t.line("Skip this week")))
    if card is not None:
        buttons.append(Button(f"digest_post:{week.name}", t.line("Post now")))
    if len(places) > 1:
        buttons.append(Button(f"digest_show:{(nth + 1) % len(places)}", t.line("The other place")))
    nothing: tuple[Part, ...] = (
        Title(t.line("The weekly digest")),
        Text(t("There is nothing to say yet. As long as that is so, nothing is posted.")),
    )
    shown = card.parts if card is not None else nothing
    small = join("\n", await _small_print(ctx, who, week, stands, places[nth]))
    return Card(parts=(*shown, Divider(), Buttons(tuple(buttons)), Footnote(small)))


async def _small_print(ctx: Context, who: Reader, week: Week, stands: StoredDigest, place: Place) -> list[RichText]:
    t = who.t
    info = ctx.chat.place(place.home, place.channel)
    channel = f"#{info.name}" if info else "…"
    where = f"{channel} ({ctx.chat.workspace_name(place.home)[:40]})"
    slot = t.moment(week.slot, zone=zone_of_digest(ctx.config))
    if stands.skipped:
        lines = [
            t("Only you see this. It would go to {where} on {slot}, but this week is skipped.", where=where, slot=slot)
        ]
    elif not is_wanted(ctx.config):
        lines = [t("Only you see this. The digest is switched off; it is posted only by hand.")]
    else:
        lines = [
            t("Only you see this. It goes to {where} on {slot}, with what happens until then.", where=where, slot=slot)
        ]
    if effect := await effect_of_newest(ctx, week.name):
        lines.append(effect_text(effect, t))
    return lines


def _form(ctx: Context, who: Reader, stands: StoredDigest) -> Form:
    t = who.t
    usual = opening_of([translator(language) for language in _languages(ctx)])
    return Form(
        id=f"digest_edit:{stands.week}",
        title=t.line("Opening words"),
        fields=(
            Paragraph(
                key="words",
                label=t.line("How the digest begins"),
                hint=t.line("As it will stand there. Empty: the usual greeting."),
                required=False,
                value=stands.opening or usual,
                max_length=WORDS,
            ),
        ),
        submit=t.line("Save"),
        cancel=t.line("Cancel"),
    )


def _nearest(ctx: Context, who: Reader) -> int:
    """Return which place is shown first: the one of the workspace where the moderator is."""
    places = digest_places(ctx)
    return next((n for n, place in enumerate(places) if place.home == who.account.user.home), 0)


def _languages(ctx: Context) -> tuple[str, ...]:
    """Return every language in which some digest is posted."""
    spoken = [language for place in digest_places(ctx) for language in languages_of(ctx, place)]
    return tuple(dict.fromkeys(spoken)) or (ctx.config.language,)


def _nowhere(who: Reader) -> RichText:
    typed = Code("/community settings set:digest value:general")
    return who.t("No channel that I can see is set for the digest. {command} sets one.", command=typed)


def _gone(who: Reader) -> Say:
    return note(
        who.t("That week is over. {command} shows the new one.", command=Code("/community digest")), Accent.WARM
    )


def _log(ctx: Context, who: Reader, what: str, week: Week, key: str) -> None:
    fact = Fact(f"digest.{what}", ctx.now, who.member.id, subject=week.name)
    ctx.db.activity.record(fact, key=f"digest.{what}:{key}")


async def undo_skip(ctx: Context, who: Reader, deed: StoredDeed) -> RichText:
    """Let a week be posted again that was skipped, or the other way round."""
    week, skipped = await _week_of(ctx, who, deed), deed.what.deed == SKIPPED
    stands = await ctx.db.digests.take(week.name)
    if stands.skipped is not skipped:
        raise CannotUndoError(who.t("That was changed again since, so nothing was changed now."))
    await ctx.db.digests.set_skipped(week.name, who.member.id, skipped=not skipped)
    slot = who.t.moment(week.slot, zone=zone_of_digest(ctx.config))
    if skipped:
        return who.t("The digest comes on {slot}.", slot=slot)
    return who.t("This week's digest is skipped: nothing is posted on {slot}.", slot=slot)


async def undo_edit(ctx: Context, who: Reader, deed: StoredDeed) -> RichText:
    """Bring the opening words of before back, where they were not written anew since."""
    week = await _week_of(ctx, who, deed)
    stands = await ctx.db.digests.take(week.name)
    if (stands.opening or "") != (deed.what.after or ""):
        raise CannotUndoError(who.t("That was changed again since, so nothing was changed now."))
    await ctx.db.digests.set_opening(week.name, deed.what.before or "", who.member.id)
    return who.t("The digest begins as before again.")


async def _week_of(ctx: Context, who: Reader, deed: StoredDeed) -> Week:
    week = await running(ctx)
    stands = await ctx.db.digests.get(week.name)
    if deed.what.subject != f"digest:{week.name}" or stands.told_until is not None:
        raise CannotUndoError(who.t("That week's digest is over, so nothing can be undone any more."))
    return week


FEATURE = Feature(
    "digest.desk",
    routes=(
        command("community", DIGEST.name, use, opens_form=True),
        press("digest_show", show),
        press("digest_edit", open_edit, opens_form=True),
        form("digest_edit", edit),
        press("digest_skip", press_skip),
        press("digest_post", press_post),
    ),
    deeds={
        SKIPPED: msg("{who} skipped the week's digest ({subject})."),
        RESUMED: msg("{who} took back that the week's digest is skipped ({subject})."),
        EDITED: msg("{who} changed the opening words of the digest ({subject})."),
        POSTED: msg("{who} posted the digest ahead of its time ({subject})."),
    },
    undoes={SKIPPED: undo_skip, RESUMED: undo_skip, EDITED: undo_edit},
)
