"""``/community cases``: what waits, the oldest first, and what there was about one member. ``/community duty``."""

from __future__ import annotations

from chat.answers import Answer, Redraw, Say
from chat.card import Accent, Button, Buttons, Card, Footnote, Option, Part, Select, Text, Title
from chat.commands import CommandOption, Localised, OptionKind, SubCommand
from chat.events import ActionPressed, CommandUsed
from chat.text import Bold, RichText, join, rich
from community.conduct.cases import LIVING, Case, CaseState
from handlers.conduct.alarm import ON_DUTY
from handlers.conduct.alike import account_line, pointer
from handlers.conduct.words import OUTCOMES, REASONS, STATES, moderating, name_for, since
from handlers.context import Context
from handlers.meetups.people_typed import UnknownPeopleError, read_people
from handlers.public import shortened
from handlers.readers import Reader, arguments, note, number, read_user
from handlers.routes import Feature, command, press
from locales import msg
from storage.people.choices import OFF, ON

CASES = SubCommand(
    name="cases",
    description=Localised(
        en="Reports that wait, or those about a member", ja="対応待ちの報告、またはメンバーごとの履歴"
    ),
    options=(
        CommandOption(
            name="member",
            description=Localised(en="Show what there was about this member", ja="このメンバーについての報告を見る"),
            kind=OptionKind.MEMBER,
        ),
    ),
)
DUTY = SubCommand(
    name="duty",
    description=Localised(en="Be called for urgent reports, or no longer", ja="急ぎの報告の当番に入る・抜ける"),
)
ON_PAGE = 6
NAME = 40
FILTERS = {
    "open": msg("Waiting"),
    "mine": msg("Mine"),
    "closed": msg("Closed"),
}
CLOSED = (CaseState.RESOLVED, CaseState.DISMISSED)


async def show_cases(ctx: Context, event: CommandUsed) -> Answer:
    """Show what waits, or the history of a member."""
    who = await moderating(ctx, event)
    if isinstance(who, Say):
        return who
    typed = event.options.get("member", "").strip()
    if not typed:
        return Say(await _page(ctx, who, "open", 0, None))
    user = read_user(typed, event.workspace)
    member = await ctx.db.people.by_user(user) if user else None
    try:
        member_id = member.id if member else (await read_people(ctx, typed, event.workspace) or (0,))[0]
    except UnknownPeopleError as unknown:
        return note(RichText((unknown.text(who.t),)), Accent.WARM)
    return Say(await _page(ctx, who, "all", 0, member_id))


async def turn(ctx: Context, event: ActionPressed) -> Answer:
    """Show another page."""
    who = await moderating(ctx, event)
    if isinstance(who, Say):
        return who
    words = arguments(event)
    kind = words[0] if words and words[0] in {*FILTERS, "all"} else "open"
    return Redraw(await _page(ctx, who, kind, number(words, 1) or 0, number(words, 2)))


async def show_waiting(ctx: Context, event: ActionPressed) -> Answer:
    """Show what waits to who pressed the reminder in the channel, and to nobody else there."""
    who = await moderating(ctx, event)
    return who if isinstance(who, Say) else Say(await _page(ctx, who, "open", 0, None))


async def _page(ctx: Context, who: Reader, kind: str, offset: int, member: int | None) -> Card:
    t = who.t
    states = {"closed": CLOSED, "all": tuple(CaseState)}.get(kind, LIVING)
    mine = who.member.id if kind == "mine" else None
    me = who.member.id
    count = await ctx.db.cases.count(states=states, member=member, claimed_by=mine, without=me)
    offset = min(offset, max(0, count - 1)) // ON_PAGE * ON_PAGE
    found = await ctx.db.cases.page(
        states=states, member=member, claimed_by=mine, without=me, limit=ON_PAGE, offset=offset
    )
    title = t.line("Reports")
    if member is not None:
        name = await account_line(ctx, member, t)
        title = shortened(t.line("Reports about {name}", name=name), 100)
    parts: list[Part] = [Title(title)]
    if not found:
        nothing = t("Nothing waits. How good.") if kind == "open" else t("There is nothing.")
        parts.append(Text(nothing))
    else:
        parts.append(Text(join("\n", [await _line(ctx, who, case) for case in found])))
        options = tuple(Option(str(case.id), t.line("Report #{n}", n=case.id)) for case in found)
        parts.append(Select(action="case_show", placeholder=t.line("Open one…"), options=options))
    parts += _turning(who, kind, offset, count, member)
    parts += await pointer(ctx, member, t, who)
    if member is not None:
        parts.append(Footnote(t("Reports are what somebody saw, and no verdict on a person.")))
    return Card(parts=tuple(parts), accent=Accent.WARM if kind == "open" and found else Accent.CALM)


def _turning(who: Reader, kind: str, offset: int, count: int, member: int | None) -> list[Part]:
    t, tail = who.t, f":{member}" if member is not None else ""
    pages = []
    if offset:
        pages.append(Button(f"cases_page:{kind}:{offset - ON_PAGE}{tail}", t.line("Earlier ones")))
    if offset + ON_PAGE < count:
        pages.append(Button(f"cases_page:{kind}:{offset + ON_PAGE}{tail}", t.line("More")))
    others = [
        Button(f"cases_page:{other}:0", t.line(label))
        for other, label in FILTERS.items()
        if member is None and other != kind
    ]
    return [Buttons(tuple(row)) for row in (pages, others) if row]


async def _line(ctx: Context, who: Reader, case: Case) -> RichText:
    t, home = who.t, who.account.user.home
    reports = await ctx.db.cases.reports(case.id)
    said: list[RichText] = [rich(Bold(f"#{case.id}"))]
    if case.urgent and case.is_living:
        said.append(t("**urgent**"))
    if case.member is not None:
        said.append(RichText((await account_line(ctx, case.member, t, reports, most=NAME),)))
    said += [t(REASONS[reason]) for reason in list(dict.fromkeys(r.reason for r in reports))[:2]]
    if len(reports) > 1:
        said.append(t.n("{n} report", "{n} reports", len(reports)))
    if case.claimed_by is not None and case.state is CaseState.CLAIMED:
        name = shortened(await name_for(ctx, case.claimed_by, home, t), NAME)
        said.append(t("{who} looks after it", who=name))
    elif case.outcome is not None:
        said.append(t("{state}: {outcome}", state=t.line(STATES[case.state]), outcome=t.line(OUTCOMES[case.outcome])))
    said.append(since(ctx, case, t))
    return join(" · ", said)


async def show_duty(ctx: Context, event: CommandUsed) -> Answer:
    """Show whether somebody is on duty, and what it means: to look at it changes nothing."""
    who = await moderating(ctx, event)
    if isinstance(who, Say):
        return who
    t, on = who.t, await _is_on_duty(ctx, who)
    if on:
        said = t("You are on duty: I call you for urgent reports at any hour, by night and in quiet days as well.")
    else:
        said = t("On duty, you are called for urgent reports at any hour, by night and in quiet days as well.")
    return Say(await _duty_card(ctx, who, said, on=on))


async def take_duty(ctx: Context, event: ActionPressed) -> Answer:
    """Be on duty, or no longer: one tap there and back."""
    who = await moderating(ctx, event)
    if isinstance(who, Say):
        return who
    t, asked = who.t, "".join(arguments(event)[:1])
    wants = asked == ON if asked in {ON, OFF} else not await _is_on_duty(ctx, who)
    await ctx.db.choices.set(who.member.id, ON_DUTY, ON if wants else OFF, ctx.now)
    if wants:
        said = t("You are on duty now: I call you for urgent reports at any hour, by night and in quiet days as well.")
    else:
        said = t("You are off duty now. Thank you!")
    return Redraw(await _duty_card(ctx, who, said, on=wants))


async def _is_on_duty(ctx: Context, who: Reader) -> bool:
    return (await ctx.db.choices.of(who.member.id)).get(ON_DUTY) == ON


async def _duty_card(ctx: Context, who: Reader, said: RichText, *, on: bool) -> Card:
    t = who.t
    many = t.n("{n} person is on duty.", "{n} people are on duty.", len(await ctx.db.choices.who(ON_DUTY, ON)))
    label = t.line("I am off duty") if on else t.line("I am on duty")
    button = Button(f"case_duty:{OFF if on else ON}", label)
    return Card(parts=(Text(said), Text(many), Buttons((button,))), accent=Accent.GOOD if on else Accent.CALM)


FEATURE = Feature(
    "conduct.queue",
    routes=(
        command("community", CASES.name, show_cases),
        command("community", DUTY.name, show_duty),
        press("cases_open", show_waiting),
        press("cases_page", turn),
        press("case_duty", take_duty),
    ),
)
