"""``/meetup list``, ``mine`` and ``show``: what is to come, with the seats left and where one stands."""

from __future__ import annotations

from collections.abc import Sequence

from chat.answers import Answer, Redraw, Say
from chat.card import Button, Buttons, Card, Divider, Footnote, Option, Part, Select, Text, Title
from chat.events import ActionPressed, CommandUsed
from chat.limits import OPTION_LABEL
from chat.text import Bold, Code, Link, MomentStyle, RichText, join, rich
from community.meetups.plan import MeetupState
from community.seats.counts import Standing, counts, standing
from community.seats.values import Answer as Said
from community.when.zones import zone_or
from handlers.context import Context
from handlers.meetups.cards import SEATS, about
from handlers.meetups.finding import by_id, gone, label_of, meant, upcoming
from handlers.meetups.my_seat import my_card
from handlers.meetups.notices import link_to
from handlers.meetups.steps import run_by
from handlers.public import shortened
from handlers.readers import Reader, arguments, number, reader
from handlers.routes import Feature, command, press
from storage.meetups.plans import StoredMeetup

PAGE = 6  # meetups on one card: the longest titles and links of six fit its 3,900 characters
DESCRIPTION = 500  # characters, above one's own seat
NAMED = 60  # characters of a title in a list
ON_HOME = 3


async def show_list(ctx: Context, event: CommandUsed) -> Answer:
    """Show what is to come."""
    return Say(await _list_card(ctx, await reader(ctx, event), 0))


async def turn(ctx: Context, event: ActionPressed) -> Answer:
    """Show another page of what is to come."""
    return Redraw(await _list_card(ctx, await reader(ctx, event), number(arguments(event), 0) or 0))


async def show_mine(ctx: Context, event: CommandUsed) -> Answer:
    """Show the meetups to come that somebody has answered."""
    who = await reader(ctx, event)
    t = who.t
    parts: list[Part] = [Title(t.line("Your meetups"))]
    found = await my_meetups(ctx, who)
    run = [stored for stored in await upcoming(ctx) if who.member.id in stored.meetup.organisers]
    theirs = run[: max(PAGE // 2, PAGE - len(found))]
    shown = found[: PAGE - len(theirs)]
    if shown:
        parts += [Text(await meetup_line(ctx, who, stored)) for stored in shown]
    else:
        parts.append(Text(t("You have answered none of the meetups to come. {command} shows them.", command=_LIST)))
    if theirs:
        parts.append(Title(t.line("Meetups that you run")))
        parts += [Text(await meetup_line(ctx, who, stored)) for stored in theirs]
    if shown or theirs:
        parts.append(_menu(ctx, who, list({stored.id: stored for stored in (*shown, *theirs)}.values())))
    if more := len(found) + len(run) - len(shown) - len(theirs):
        parts.append(Footnote(t.n("and {n} more", "and {n} more", more)))
    return Say(Card(parts=tuple(parts)))


async def show_one(ctx: Context, event: CommandUsed) -> Answer:
    """Show one meetup, with everything that can be done about one's seat."""
    who = await reader(ctx, event)
    found = await meant(ctx, who, event.options.get("meetup", "") or event.text)
    return found if isinstance(found, Say) else Say(await _whole_card(ctx, who, found))


async def pick(ctx: Context, event: ActionPressed) -> Answer:
    """Show one meetup of a list."""
    who = await reader(ctx, event)
    found = await by_id(ctx, next(iter(event.values), ""))
    return Redraw(await _whole_card(ctx, who, found)) if found else gone(who.t)


async def _whole_card(ctx: Context, who: Reader, stored: StoredMeetup) -> Card:
    """Return what a meetup is about, and below it one's own seat."""
    mine, ledger = await my_card(ctx, who, stored), await ctx.db.meetups.ledger(stored.id)
    if ledger is None or stored.meetup.state is MeetupState.CANCELLED:
        return mine
    organisers, rhythm = await run_by(ctx, stored, who.t)
    what = about(stored.meetup, counts(ledger), who.t, organisers=organisers, rhythm=rhythm, description=DESCRIPTION)
    head, *seat = mine.parts
    return Card(parts=(head, *what, Divider(), *seat), accent=mine.accent)


async def my_meetups(ctx: Context, who: Reader) -> list[StoredMeetup]:
    """Return the meetups to come that somebody has answered, the next first."""
    ids = await ctx.db.meetups.mine(who.member.id, ctx.now)
    found = await ctx.db.meetups.of_ids(ids)
    return [found[meetup_id] for meetup_id in ids if meetup_id in found]


async def meetups_on_home(ctx: Context, who: Reader) -> list[Part]:
    """Return what a home tab shows of meetups: one's own, else the next."""
    mine = await my_meetups(ctx, who)
    found = (mine or await upcoming(ctx))[:ON_HOME]
    if not found:
        return []
    title = Title(who.t.line("Your meetups") if mine else who.t.line("Meetups to come"))
    return [title, Text(join("\n", [await meetup_line(ctx, who, stored) for stored in found]))]


_LIST = Code("/meetup list")


async def _list_card(ctx: Context, who: Reader, page: int) -> Card:
    t = who.t
    found = await upcoming(ctx)
    parts: list[Part] = [Title(t.line("Meetups to come"))]
    if not found:
        new = Code("/meetup new")
        return Card(parts=(*parts, Text(t("Nothing is planned yet. {command} plans the first one.", command=new))))
    pages = (len(found) - 1) // PAGE + 1
    page = min(page, pages - 1)
    parts += await _entries(ctx, who, found[page * PAGE : (page + 1) * PAGE])
    if pages > 1:
        buttons = [
            Button(f"meetups_page:{n}", label)
            for n, label in ((page - 1, t.line("Earlier")), (page + 1, t.line("Later")))
            if 0 <= n < pages
        ]
        parts += [Buttons(tuple(buttons)), Footnote(t("Page {page} of {pages}", page=page + 1, pages=pages))]
    return Card(parts=tuple(parts))


async def _entries(ctx: Context, who: Reader, found: Sequence[StoredMeetup]) -> list[Part]:
    if not found:
        return []
    parts: list[Part] = [Text(await meetup_line(ctx, who, stored)) for stored in found]
    return [*parts, _menu(ctx, who, found)]


def _menu(ctx: Context, who: Reader, found: Sequence[StoredMeetup]) -> Select:
    options = tuple(Option(str(s.id), shortened(label_of(ctx, s, who.t), OPTION_LABEL)) for s in found)
    return Select(action="meetup_pick", placeholder=who.t.line("Show one…"), options=options)


async def meetup_line(ctx: Context, who: Reader, stored: StoredMeetup) -> RichText:
    """Return a meetup in two lines: what and when, seats left and where one stands."""
    t, plan = who.t, stored.meetup.plan
    called_off = stored.meetup.state is MeetupState.CANCELLED
    name = (
        t.line("Cancelled: {title}", title=shortened(plan.title, NAMED)) if called_off else shortened(plan.title, NAMED)
    )
    title, link = f"#{stored.id} {name}", await link_to(ctx, who, stored)
    when = t.moment(plan.starts, zone_or(plan.zone, ctx.config.time_zone), MomentStyle.FULL, now=ctx.now)
    said: list[RichText] = [rich(Link(link, title) if link else Bold(title), "  ", when)]
    if not called_off and (ledger := await ctx.db.meetups.ledger(stored.id)):
        below: list[RichText] = []
        for kind, of in counts(ledger).kinds.items():
            if not of.choice:
                continue
            if of.left is None:
                left = t("{kind}: room for all", kind=t.line(SEATS[kind]))
            else:
                left = t(
                    "{kind}: {left} of {cap} free", kind=t.line(SEATS[kind]), left=max(0, of.left), cap=of.cap or 0
                )
            if of.offered:
                left += t.n(" ({n} offered to who waits)", " ({n} offered to who waits)", of.offered)
            below.append(left)
        if mine := _mine(who, standing(ledger, who.member.id)):
            below.append(mine)
        if below:
            said.append(join(" · ", below))
    return join("\n", said)


def _mine(who: Reader, mine: Standing) -> RichText | None:
    t = who.t
    if mine.seat:
        return t("you have a seat")
    if mine.offer:
        return t("a seat is kept for you")
    if mine.position:
        return t("you are number {position} in line", position=mine.position)
    if mine.answer is Said.MAYBE:
        return t("you said maybe")
    return t("you cannot come") if mine.answer is Said.CANNOT else None


FEATURE = Feature(
    "meetups.lists",
    routes=(
        command("meetup", "list", show_list),
        command("meetup", "mine", show_mine),
        command("meetup", "show", show_one),
        press("meetups_page", turn),
        press("meetup_pick", pick),
    ),
)
