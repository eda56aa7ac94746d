"""Who would like to talk more: two are introduced when both ticked each other; nobody learns of one alone."""

from __future__ import annotations

from datetime import datetime

from chat.answers import Answer, Redraw, Say
from chat.card import Accent, Button, Buttons, Card, Footnote, Option, Part, Select, Text, Title
from chat.effects import DirectMessage, OpenThread
from chat.events import ActionPressed
from chat.ids import Place, UserRef
from chat.limits import OPTION_LABEL, OPTIONS, THREAD_TITLE, TITLE
from chat.text import Bold, Mention
from community.hours.quiet_hours import next_decent_moment
from community.meetups.plan import MeetupState
from community.people.members import Account, Member
from community.seats.day import attendance
from community.seats.values import CAME
from community.signals import EffectSettled
from community.words import display_name
from handlers.context import Context
from handlers.meetups.drawn import drawn, ticked_then
from handlers.meetups.finding import gone
from handlers.meetups.notices import reader_of
from handlers.meetups.presence import meetup_named
from handlers.meetups.steps import log
from handlers.public import names_apart, shortened
from handlers.readers import (
    Reader,
    account_in,
    arguments,
    as_reader,
    name_of,
    note,
    number,
    numbers,
    quiet_hours_of,
    reader,
    refused,
    zone_of,
)
from handlers.routes import Feature, press, settled
from locales import translator
from storage.meetups.plans import StoredMeetup

PAGE = OPTIONS
TOGETHER = "meetup_pair"  # effects that bring two people into one private thread


async def show(ctx: Context, event: ActionPressed) -> Answer:
    """Show who else was there, to tick."""
    who, stored = await _asked(ctx, event)
    return stored if isinstance(stored, Say) else Say(await _card(ctx, who, stored, 0))


async def turn(ctx: Context, event: ActionPressed) -> Answer:
    """Show another page."""
    who, stored = await _asked(ctx, event)
    page = number(arguments(event), 1) or 0
    return stored if isinstance(stored, Say) else Redraw(await _card(ctx, who, stored, page))


async def tick(ctx: Context, event: ActionPressed) -> Answer:
    """Keep whom somebody ticked, and introduce those who ticked each other. The answer is the same either way."""
    who, stored = await _asked(ctx, event)
    if isinstance(stored, Say):
        return stored
    words = arguments(event)
    page = number(words, 1) or 0
    shown = [member.id for member in (await _others(ctx, who, stored))[page * PAGE : (page + 1) * PAGE]]
    chosen = numbers(event.values) & set(shown)
    # Who came to the page after it was drawn was not unticked
    offered = ticked_then("".join(words[2:3]), shown) or set()
    for n, other in enumerate(await ctx.db.meetup_after.wish(stored.id, who.member.id, offered, chosen)):
        await ctx.db.meetup_after.note_introduced(stored.id, who.member.id, other)
        log(ctx, stored, "introduced", None, f"{event.key}:{n}")
        await _introduce(ctx, stored, who.member.id, other)
    return Redraw(await _card(ctx, who, stored, page))


async def _asked(ctx: Context, event: ActionPressed) -> tuple[Reader, StoredMeetup | Say]:
    who = await reader(ctx, event)
    stored = await meetup_named(ctx, event)
    ledger = await ctx.db.meetups.ledger(stored.id) if stored else None  # held: two who tick at once come one by one
    if stored is None or ledger is None:
        return who, gone(who.t)
    if attendance(ledger).get(ledger.member(who.member.id)) not in CAME:
        return who, refused(who.t("This is for those who were there."))
    if stored.meetup.plan.hide_attendees:
        return who, note(who.t("Who was at this meetup is not shown, so there is nobody to choose from."), Accent.WARM)
    if stored.meetup.state is not MeetupState.OVER:
        return who, note(who.t("The meetup is not over yet. Enjoy it first!"), Accent.WARM)
    return who, stored


async def _others(ctx: Context, who: Reader, stored: StoredMeetup) -> list[Member]:
    """Return who else was there and is still here, by name."""
    ledger = await ctx.db.meetups.ledger(stored.id)
    marks = attendance(ledger) if ledger else {}
    came = [member for member, mark in marks.items() if mark in CAME and member != who.member.id]
    people = [member for member in await ctx.db.people.by_ids(came) if member.left_at is None and not member.is_bot]
    return sorted(people, key=lambda member: (member.name.casefold(), member.id))


async def _card(ctx: Context, who: Reader, stored: StoredMeetup, page: int) -> Card:
    t = who.t
    title = Title(shortened(stored.meetup.plan.title, TITLE))
    others = await _others(ctx, who, stored)
    if not others:
        return Card(parts=(title, Text(t("Nobody else was noted as being there."))))
    pages = (len(others) - 1) // PAGE + 1
    page = min(page, pages - 1)
    shown = others[page * PAGE : (page + 1) * PAGE]
    wished = await ctx.db.meetup_after.wishes_of(stored.id, who.member.id)
    known = names_apart(others, t)
    names = [(str(m.id), shortened(known[m.id], OPTION_LABEL)) for m in shown]
    parts: list[Part] = [
        title,
        Text(t("With whom would you like to talk more?")),
        Select(
            action=f"wish_set:{stored.id}:{page}:{drawn([m.id for m in shown], wished)}",
            placeholder=t.line("Choose people…"),
            options=tuple(Option(value, name) for value, name in names),
            chosen=tuple(str(member.id) for member in shown if member.id in wished),
            least=0,
            most=len(shown),
        ),
    ]
    buttons = []
    if page > 0:
        buttons.append(Button(f"wish_page:{stored.id}:{page - 1}", t.line("Back")))
    if page + 1 < pages:
        buttons.append(Button(f"wish_page:{stored.id}:{page + 1}", t.line("More")))
    if buttons:
        parts.append(Buttons(tuple(buttons)))
    parts.append(
        Footnote(t("Only if they choose you, too, I introduce you to each other. Nobody else learns of your choice."))
    )
    return Card(parts=tuple(parts))


# ---- introducing


async def _introduce(ctx: Context, stored: StoredMeetup, one: int, other: int) -> None:
    """Bring two together: in a private thread where both are and threads can be private, else by a message each."""
    pair = await _pair(ctx, stored, one, other)
    if pair is None:
        return
    first, second = pair
    at = max(_decent(ctx, first), _decent(ctx, second))
    for stand in await ctx.db.meetups.stands(stored.id):
        accounts = [account_in(who.member, stand.workspace) for who in pair]
        if ctx.chat.capabilities(stand.workspace).private_threads and all(accounts):
            users = tuple(account.user for account in accounts if account)
            effect = _thread(ctx, stored, stand.place, users, pair)
            low, high = sorted((one, other))
            ctx.db.outbox.add(effect, key=f"{TOGETHER}:{stored.id}:{low}:{high}", due=at, report=True)
            return
    await _write_to_both(ctx, stored, first, second)


async def _pair(ctx: Context, stored: StoredMeetup, one: int, other: int) -> tuple[Reader, Reader] | None:
    first, second = await reader_of(ctx, stored, one), await reader_of(ctx, stored, other)
    if first is None or second is None:
        return None
    for home in (first.account.user.home, second.account.user.home):  # where both are, they can find each other
        here, there = account_in(first.member, home), account_in(second.member, home)
        if here and there:
            return as_reader(first.member, here, ctx.config), as_reader(second.member, there, ctx.config)
    return first, second


def _decent(ctx: Context, who: Reader) -> datetime:
    zone = zone_of(who.member, who.account, ctx.config)
    return next_decent_moment(quiet_hours_of(who.member), ctx.now, zone) or ctx.now


def _thread(
    ctx: Context, stored: StoredMeetup, place: Place, users: tuple[UserRef, ...], pair: tuple[Reader, Reader]
) -> OpenThread:
    first, second = pair
    t = first.t if first.t.language == second.t.language else translator(ctx.config.language)
    mentions = [
        Mention(u, display_name(who.member.name, t.line("a member"))) for u, who in zip(users, pair, strict=True)
    ]
    said = t("{one} and {other}, after {title} you both would like to talk more. Here is a place for the two of you.",
             one=mentions[0], other=mentions[1], title=Bold(shortened(stored.meetup.plan.title, TITLE)))  # fmt: skip
    card = Card(parts=(Text(said),), accent=Accent.GOOD, notify=users)
    title = shortened(t.line("After {title}", title=stored.meetup.plan.title), THREAD_TITLE)
    return OpenThread(place, title, card, private_for=users)


async def note_thread(ctx: Context, event: EffectSettled) -> None:
    """Write to both where the thread could not be opened."""
    words = event.effect_key.split(":")
    ids = [number(words, at) for at in (1, 2, 3)]
    stored = await ctx.db.meetups.get(ids[0]) if ids[0] is not None else None
    if event.ok or stored is None or ids[1] is None or ids[2] is None:
        return
    if pair := await _pair(ctx, stored, ids[1], ids[2]):
        await _write_to_both(ctx, stored, *pair)


async def _write_to_both(ctx: Context, stored: StoredMeetup, first: Reader, second: Reader) -> None:
    for who, other in ((first, second), (second, first)):
        effect = DirectMessage(who.account.user, _message(ctx, stored, who, other))
        key = f"meetup_intro:{stored.id}:{who.member.id}:{other.member.id}"
        ctx.db.outbox.add(effect, key=key, due=_decent(ctx, who))


def _message(ctx: Context, stored: StoredMeetup, who: Reader, other: Reader) -> Card:
    t = who.t
    title = Bold(shortened(stored.meetup.plan.title, TITLE))
    said = t("{other} would like to talk more with you, too, after {title}.", title=title,
             other=_called(other.account, who))  # fmt: skip
    home = other.account.user.home
    if home == who.account.user.home:
        how = t("A private message is a good beginning.")
    else:
        platform, place = home.platform.value.title(), ctx.chat.workspace_name(home)  # often both have one name
        how = t("You find them on {platform}: {place}.", platform=platform, place=place)
    return Card(parts=(Text(said), Text(how)), accent=Accent.GOOD)


def _called(account: Account, who: Reader) -> Mention | Bold:
    """Return somebody as a mention where it can be clicked, else by name."""
    name = name_of(account, who.t)
    return Mention(account.user, name) if account.user.home == who.account.user.home else Bold(name)


FEATURE = Feature(
    "meetups.wishes",
    routes=(press("wish", show), press("wish_page", turn), press("wish_set", tick), settled(TOGETHER, note_thread)),
)
