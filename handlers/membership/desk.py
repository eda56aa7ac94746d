"""``/community waitlist``: who waits for a seat, in order, and the way to each of them."""

from __future__ import annotations

from collections.abc import Mapping

from chat.answers import Answer, Redraw, Say
from chat.card import Button, Buttons, Card, Field, Fields, Footnote, Option, Part, Select, Text, Title
from chat.commands import CommandOption, Localised, OptionKind, SubCommand
from chat.events import ActionPressed, CommandUsed
from chat.text import Bold, RichText, join, rich
from community.membership.line import free_seats, line_of, ready_line, rests
from community.membership.values import Application, Standing
from community.when.zones import zone_or
from handlers.context import Context
from handlers.membership.cap import UNLINKED, ask_cap
from handlers.membership.desk_card import desk_card
from handlers.membership.looking import load_roll
from handlers.membership.naming import marks_apart, name_line, named, nowhere
from handlers.public import shortened
from handlers.readers import Reader, arguments, note, number, reader
from handlers.routes import Feature, command, press

WAITLIST = SubCommand(
    name="waitlist",
    description=Localised(en="Who waits for a seat in the community", ja="入会待ちの一覧と、メンバー数の上限の変更"),
    options=(
        CommandOption(
            name="cap",
            description=Localised(en="Members at most, 0 for no cap", ja="メンバー数の上限（0で上限なし）"),
            kind=OptionKind.NUMBER,
        ),
    ),
)
PAGE = 10  # people of one page
SHOWN = 80  # characters of what brings somebody here


async def show_line(ctx: Context, event: CommandUsed) -> Answer:
    """Show who waits; with a cap, show what it would change."""
    who = await reader(ctx, event)
    typed = event.options.get("cap", "").strip()
    if typed:
        return await ask_cap(ctx, who, typed)
    return Say(await line_card(ctx, who, 0))


async def turn_page(ctx: Context, event: ActionPressed) -> Answer:
    """Show another page of the line."""
    return Redraw(await line_card(ctx, await reader(ctx, event), number(arguments(event), 0) or 0))


async def pick(ctx: Context, event: ActionPressed) -> Answer:
    """Show one application, with what can be done about it."""
    who = await reader(ctx, event)
    one = await chosen(ctx, event.values[0] if event.values else "")
    if one is None:
        return gone(who)
    return Say(await desk_card(ctx, one, who.t, nowhere(who.account.user)))


async def chosen(ctx: Context, typed: str) -> Application | None:
    """Return the application that a button or menu names."""
    application_id = number([typed], 0)
    return await ctx.db.applications.by_id(application_id) if application_id is not None else None


def gone(who: Reader) -> Say:
    """Say that there is no such application any more."""
    return note(who.t("This application is no longer there. `/community waitlist` shows those that are."))


async def line_card(ctx: Context, who: Reader, page: int) -> Card:
    """Return a page of those who wait."""
    t, roll = who.t, await load_roll(ctx)
    offered = [one for one in roll.applications if one.standing is Standing.OFFERED]
    line = line_of(roll.applications)
    lobby = [one for one in roll.applications if one.standing is Standing.WAITING]
    free, cap = free_seats(roll), roll.rules.cap
    fields = [
        Field(t.line("Members"), RichText((f"{roll.seated} / {cap}" if cap else str(roll.seated),))),
        Field(t.line("Seats offered"), RichText((str(len(offered)),))),
        Field(t.line("In the line"), RichText((str(len(line)),))),
        Field(t.line("In the lobby, not applied"), RichText((str(len(lobby)),))),
    ]
    if free is not None:
        fields.insert(1, Field(t.line("Free seats"), RichText((str(free),))))
    parts: list[Part] = [Title(t.line("Waiting for a seat")), Fields(tuple(fields))]
    everybody = [*offered, *line, *lobby]
    pages = max(1, -(-len(everybody) // PAGE))
    page = min(max(page, 0), pages - 1)
    shown = everybody[page * PAGE : (page + 1) * PAGE]
    if shown:
        apart = await marks_apart(ctx, t, shown)
        places = {one.id: n for n, one in enumerate(line, 1)}
        following = next(iter(ready_line(line, ctx.now)), None)
        entries = []
        for one in shown:
            entry = await _entry(ctx, who, one, places.get(one.id), apart)
            entries.append(rich(entry, _aside(ctx, who, one, following), _purpose(one)))
        parts.append(Text(join("\n", entries)))
        options = [Option(str(one.id), await name_line(ctx, one, t, apart=apart)) for one in shown]
        parts.append(Select(action="appl_pick", placeholder=t.line("Look at an application"), options=tuple(options)))
    else:
        parts.append(Text(t("Nobody waits.") if cap else t("There is no cap: everybody is let in at once.")))
    buttons = [Button("appl_cap", t.line("Change the cap"))]
    if page:
        buttons.append(Button(f"appl_list:{page - 1}", t.line("Back")))
    if page < pages - 1:
        buttons.append(Button(f"appl_list:{page + 1}", t.line("More")))
    parts.append(Buttons(tuple(buttons)))
    if cap:
        parts.append(Footnote(t(UNLINKED)))
    parts.append(Footnote(t("Only you can see this. Nobody who waits is named anywhere but here and in your channel.")))
    return Card(parts=tuple(parts))


async def _entry(ctx: Context, who: Reader, one: Application, place: int | None, apart: Mapping[int, str]) -> RichText:
    t, zone = who.t, zone_or(None, ctx.config.time_zone)
    name = await named(ctx, one, nowhere(who.account.user), t, apart=apart)
    day = t.date(one.applied_at or one.came_at, zone, now=ctx.now)
    if one.claim_until and one.standing is Standing.OFFERED:
        until = t.moment(one.claim_until, zone, now=ctx.now)
        return t("• {who}: a seat is offered until {until}", who=name, until=until)
    if one.offered_at and one.standing is Standing.OFFERED:
        at = t.moment(one.offered_at, zone, now=ctx.now)
        return t("• {who}: a seat is kept, and offered in the morning ({at})", who=name, at=at)
    if place is not None:
        return rich(Bold(f"{place}. "), t("{who}, since {day}", who=name, day=day))
    return t("• {who}: in the lobby since {day}, has not applied", who=name, day=day)


def _aside(ctx: Context, who: Reader, one: Application, following: Application | None) -> RichText:
    """Say who is asked next, who let the others go first, and whose offers ran out."""
    t, said = who.t, []
    if following is not None and one.id == following.id:
        said.append(t("next to be asked"))
    if rests(one, ctx.now) and one.rests_until:
        until = t.moment(one.rests_until, zone_or(None, ctx.config.time_zone), now=ctx.now)
        said.append(t("lets the others go first until {until}", until=until))
    if one.lapsed:
        said.append(t.n("{n} offer ran out", "{n} offers ran out", one.lapsed))
    return rich(*(rich(" · ", words) for words in said))


def _purpose(one: Application) -> str:
    return f"  {shortened(one.answers.purpose, SHOWN)}" if one.answers and one.answers.purpose else ""


FEATURE = Feature(
    "waitlist",
    routes=(
        command("community", WAITLIST.name, show_line),
        press("appl_list", turn_page),
        press("appl_pick", pick),
    ),
)
