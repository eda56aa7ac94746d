"""What a member is told about a seat, privately and once, at an hour that suits them."""

from __future__ import annotations

import msgspec

from chat.card import Accent, Button, Buttons, Card, Footnote, LinkButton, Part, Style, Text, Title
from chat.effects import DirectMessage
from chat.limits import TITLE
from chat.text import Moment, MomentStyle, RichText, rich
from community.meetups.plan import MeetupState
from community.meetups.series import Series
from community.meetups.series_text import describe
from community.seats.counts import Standing, standing
from community.seats.outcomes import Notice, Tell
from handlers.context import Context
from handlers.meetups.cards import SEATS, when_text
from handlers.meetups.overtaken import NOTICE
from handlers.public import shortened
from handlers.readers import Reader, account_in, account_to_reach, as_reader, zone_of
from locales import Translator
from storage.meetups.plans import StoredMeetup


def notice_key(stored: StoredMeetup, notice: Notice) -> str:
    """Return the business key of a notice."""
    return f"{NOTICE}:{stored.id}:{notice.key}"


async def tell(ctx: Context, stored: StoredMeetup, notice: Notice, *, rhythm: Series | None = None) -> None:
    """Queue what a member has to be told about a seat; ``rhythm``: of the series of which all is said by it."""
    who = await reader_of(ctx, stored, notice.member)
    if who is None:
        return
    card = await _card(ctx, who, stored, notice)
    if rhythm is not None:
        said = who.t("The seat is yours at every meetup of the series: {rhythm}.", rhythm=describe(rhythm, who.t))
        card = msgspec.structs.replace(card, parts=(*card.parts, Footnote(said)))
    ctx.db.outbox.add(DirectMessage(who.account.user, card), key=notice_key(stored, notice), due=notice.not_before)


async def reader_of(ctx: Context, stored: StoredMeetup, member_id: int) -> Reader | None:
    """Return a member as the reader of a private message about a meetup."""
    member = await ctx.db.people.by_id(member_id)
    account = (account_in(member, stored.home.home) or account_to_reach(member)) if member else None
    return as_reader(member, account, ctx.config) if member and account else None


async def _card(ctx: Context, who: Reader, stored: StoredMeetup, notice: Notice) -> Card:
    t, meetup = who.t, stored.meetup
    ledger = await ctx.db.meetups.ledger(stored.id)
    mine = standing(ledger, notice.member) if ledger else Standing()
    said = _said(ctx, who, stored, notice, mine)
    parts: list[Part] = [Title(shortened(meetup.plan.title, TITLE)), Text(said)]
    if notice.tell is not Tell.CANCELLED:
        parts.append(Text(when_text(meetup, t)))
    elif following := await _following(ctx, stored):
        parts.append(Text(t("The next one: {when}", when=when_text(following.meetup, t))))
    buttons: list[Button | LinkButton] = []
    if notice.tell in (Tell.OFFERED, Tell.TIME_CHANGED) and notice.offer is not None:
        buttons.append(Button(f"claim:{stored.id}:{notice.offer}", t.line("Take the seat"), Style.PRIMARY))
        buttons.append(Button(f"decline:{stored.id}:{notice.offer}", t.line("Let it go")))
    elif notice.kind and (notice.tell is Tell.FREE or (notice.tell is Tell.LAPSED and notice.is_free)):
        buttons.append(Button(f"seat_move:{stored.id}:{notice.kind.value}", t.line("Take the seat"), Style.PRIMARY))
    elif notice.tell in (Tell.PROMOTED, Tell.SEATED, Tell.TIME_CHANGED):
        buttons.append(Button(f"seat_answer:{stored.id}:cannot", t.line("I cannot come")))
    if link := await link_to(ctx, who, stored):
        buttons.append(LinkButton(link, t.line("To the meetup")))
    if buttons:
        parts.append(Buttons(tuple(buttons)))
    if notice.keeps_place:
        parts.append(Footnote(t("You keep your place in line.")))
    accent = Accent.ALERT if notice.tell is Tell.CANCELLED else Accent.GOOD
    return Card(parts=tuple(parts), accent=accent)


async def _following(ctx: Context, stored: StoredMeetup) -> StoredMeetup | None:
    """Return the next meetup of the same series, as far as it stands ready."""
    others = await ctx.db.meetups.of_series(stored.series) if stored.series is not None else []
    after = (m for m in others if m.meetup.plan.starts > stored.meetup.plan.starts)
    return next((m for m in after if m.meetup.state is MeetupState.PLANNED), None)


def _said(ctx: Context, who: Reader, stored: StoredMeetup, notice: Notice, mine: Standing) -> RichText:
    t = who.t
    kind = t.line(SEATS[notice.kind]) if notice.kind else ""
    until = t.moment(
        notice.until or ctx.now, zone_of(who.member, who.account, ctx.config), MomentStyle.FULL, now=ctx.now
    )
    match notice.tell:
        case Tell.PROMOTED:
            said = t("A seat has become free, and it is yours ({kind}).", kind=kind)
        case Tell.OFFERED:
            said = t("A seat has become free ({kind}). Would you like it? It is kept for you until {until}.",
                     kind=kind, until=until)  # fmt: skip
        case Tell.LAPSED | Tell.FREE:
            said = _not_kept(notice, kind, t)
        case Tell.SEATED:
            said = t("The organisers have given you a seat ({kind}).", kind=kind)
        case Tell.REMOVED:
            said = t("The organisers have taken you off the list.")
        case Tell.TIME_CHANGED:
            said = _moved(notice, mine, until, t)
        case Tell.CANCELLED:
            said = t("This meetup is cancelled: {when}", when=when_text(stored.meetup, t))
            if stored.meetup.reason:
                said += rich("\n", t("Why: {reason}", reason=shortened(stored.meetup.reason, 500)))
    return said


def _not_kept(notice: Notice, kind: str, t: Translator) -> RichText:
    """Say what became of a seat that was kept for somebody, or that it is free to who waits behind them."""
    if notice.tell is Tell.FREE:
        return t("A seat is free ({kind}). The start is too close to ask one after the other: it goes to whoever "
                 "presses first.", kind=kind)  # fmt: skip
    if notice.is_free:
        return t("The seat ({kind}) is no longer kept for you. It is free now for whoever presses first.", kind=kind)
    return t("The seat that was kept for you has gone to the next in line.")


def _moved(notice: Notice, mine: Standing, until: Moment, t: Translator) -> RichText:
    """Say that the time has changed, and what becomes of a seat, of one that was offered, or of a place in line."""
    if notice.offer is not None:
        return t("The time has changed. The seat that I offered you is kept until {until}; the new time is:",
                 until=until)  # fmt: skip
    if mine.seat is None and mine.waits_for is None:
        return t("The time has changed. You said: maybe. The new time is:")
    if mine.seat is None:
        return t("The time has changed. You keep your place on the waiting list; the new time is:")
    return t("The time has changed. Your seat is kept; the new time is:")


async def link_to(ctx: Context, who: Reader, stored: StoredMeetup) -> str | None:
    """Return the address of the meetup's card, in the reader's own workspace where it stands there."""
    stands = [stand for stand in await ctx.db.meetups.stands(stored.id) if stand.root]
    stands.sort(key=lambda stand: stand.workspace != who.account.user.home)
    return ctx.chat.link(stands[0].root) if stands and stands[0].root else None
