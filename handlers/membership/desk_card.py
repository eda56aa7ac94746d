"""An application as moderators see it: one card in their channel, drawn anew with whatever becomes of it."""

from __future__ import annotations

from datetime import datetime

from chat.card import Accent, Button, Buttons, Card, Field, Fields, Footnote, Part, Quote, Text, Title
from chat.effects import Post, PostedAs, RedrawPost
from chat.ids import Place
from chat.text import RichText
from community.membership.line import rests
from community.membership.values import IN_LINE, OPEN, Application, Standing, waits_for_morning
from community.when.zones import zone_or
from handlers.context import Context
from handlers.membership.naming import named
from handlers.onboarding_cards import topics_text
from handlers.public import languages_of, mention_of, shortened
from locales import Translator, msg, translator

QUOTED = 600  # characters of an answer on the card
STANDINGS = {
    Standing.WAITING: msg("in the lobby, has not applied"),
    Standing.APPLIED: msg("in the line"),
    Standing.OFFERED: msg("a seat is offered"),
    Standing.SEATED: msg("has a seat"),
    Standing.DECLINED: msg("declined"),
    Standing.WITHDRAWN: msg("withdrawn"),
    Standing.CLOSED: msg("closed: no answer to the offers"),
}
KEPT = msg("a seat is kept, and offered in the morning")  # it is night for them


def card_key(one: Application) -> str | None:
    """Return the business key of an application's card; none before the form was sent."""
    return f"applicant:{one.id}:{int(one.applied_at.timestamp())}" if one.applied_at else None


async def draw_desk_card(ctx: Context, one: Application, *, heard: datetime | None = None) -> None:
    """Show in the moderators' channel how an application stands; ``heard``: when they hear of it, if not at once."""
    key, place = card_key(one), _moderators_place(ctx, one)
    if key is None or place is None:
        return
    t = translator(languages_of(ctx, place)[0])
    card = await desk_card(ctx, one, t, place, heard=heard)
    if await ctx.db.outbox.holds(key):
        ctx.db.outbox.put(RedrawPost(PostedAs(key), card))
    elif one.standing in IN_LINE:
        ctx.db.outbox.add(Post(place, card), key=key)


def _moderators_place(ctx: Context, one: Application) -> Place | None:
    near = sorted(ctx.config.workspaces, key=lambda w: w.workspace != one.account.home)
    found = (ctx.channel(w.workspace, w.channels.moderators) for w in near)
    return next((place for place in found if place is not None), None)


async def desk_card(
    ctx: Context, one: Application, t: Translator, place: Place, *, heard: datetime | None = None
) -> Card:
    """Return an application with its answers, and what a moderator can do about it."""
    who = await named(ctx, one, place, t)
    parts: list[Part] = [
        Title(t.line("An application for a seat")),
        Text(t("From {who}", who=who)),
        Fields(_fields(ctx, one, t, one.offered_at if waits_for_morning(one) else heard)),
    ]
    if one.answers:
        said = ((t("What brings them here:"), one.answers.purpose), (t("To give:"), one.answers.share))
        for label, words in said:
            parts += [Text(label), Quote(shortened(words, QUOTED))] if words else []
    if one.decided_by is not None and one.standing not in OPEN:
        by = await mention_of(ctx, one.decided_by, place, t)
        if by is not None:
            parts.append(Footnote(t("Decided by {who}", who=by)))
    if buttons := desk_buttons(one, t):
        parts.append(Buttons(buttons))
    accent = Accent.WARM if one.standing in OPEN else Accent.GOOD if one.standing is Standing.SEATED else Accent.CALM
    return Card(parts=tuple(parts), accent=accent)


def standing_said(one: Application, t: Translator) -> RichText:
    """Say how an application stands."""
    return t(KEPT if waits_for_morning(one) else STANDINGS[one.standing])


def _fields(ctx: Context, one: Application, t: Translator, heard: datetime | None) -> tuple[Field, ...]:
    zone = zone_or(None, ctx.config.time_zone)
    fields = [Field(t.line("How it stands"), standing_said(one, t))]
    if one.applied_at:
        fields.append(Field(t.line("Since"), RichText((t.moment(one.applied_at, zone, now=ctx.now),))))
    if one.claim_until and one.standing is Standing.OFFERED:
        fields.append(Field(t.line("Kept until"), RichText((t.moment(one.claim_until, zone, now=ctx.now),))))
    if rests(one, ctx.now) and one.rests_until:
        until = t.moment(one.rests_until, zone, now=ctx.now)
        fields.append(Field(t.line("Lets the others go first until"), RichText((until,))))
    if heard:
        fields.append(Field(t.line("They read it at"), RichText((t.moment(heard, zone, now=ctx.now),))))
    if one.lapsed:
        fields.append(Field(t.line("Offers not taken"), RichText((str(one.lapsed),))))
    if one.answers and one.answers.give:
        fields.append(Field(t.line("Can help with"), topics_text(ctx.config, one.answers.give, [t])))
    return tuple(fields)


def desk_buttons(one: Application, t: Translator) -> tuple[Button, ...]:
    """Return what a moderator can do about an application."""
    accept = Button(f"appl_admit:{one.id}", t.line("Accept now"))
    if one.standing is Standing.WAITING:
        return (accept, Button(f"appl_decline:{one.id}", t.line("Decline")))
    if one.standing not in IN_LINE:
        return (accept,) if one.standing is not Standing.SEATED else ()
    move = (Button(f"appl_move:{one.id}", t.line("Move in the line")),) if one.standing is Standing.APPLIED else ()
    return (accept, Button(f"appl_decline:{one.id}", t.line("Decline")), *move)
