"""Who is called, and when: at once for an urgent report, the owners when nobody takes it on, once a day for the rest.

An urgent report waits for nobody's morning and for no quiet days; who is on duty has said so.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, time

from chat.card import Accent, Button, Buttons, Card, Part, Text
from chat.effects import Post
from chat.ids import Place, UserRef
from chat.text import BadgeMention, Mention, RichText, join, rich
from community.conduct.cases import ALARMS, Case, CaseState
from community.config import CommunitySettings
from community.hours.schedule import ONE, Standing, next_daily
from community.people.members import Account, Member
from community.signals import TimerDue
from community.when.zones import zone_or
from handlers.conduct.hands import Team, hands, is_delicate, namesakes
from handlers.conduct.words import moderators_places, team, write, write_about
from handlers.context import Context
from handlers.public import languages_of
from handlers.readers import as_reader, is_owner, name_of, settings_of
from handlers.routes import Feature, due
from locales import Translator, msg, translator
from storage.people.choices import ON

ON_DUTY = "on_duty"  # a choice: calls this moderator for urgent reports, by night as well
ALARM = "conduct.alarm"  # timer of an urgent case that nobody has taken on
HANDS = "conduct.hands"  # timer: it is looked whether who looks after a case still moderates
REMIND = "conduct.remind"  # once a day, what waits
REMIND_AT = time(10)
CAME = msg("A report has come in: #{n}. `/community cases` shows what waits.")
WAITS = msg("An urgent report is waiting: #{n}. Could one of you look after it now?")
NOBODY_CAME = msg("An urgent report has been waiting, and nobody has taken it on: #{n}. Could you look after it?")
STRANDED = msg("A report has come in that no moderator can look after: #{n}. Could you?")
STRANDED_URGENT = msg("An urgent report has come in that no moderator can look after: #{n}. Could you, now?")
ALONE = msg(
    "Report #{n} is about an account that has your name, and nobody else of the team is left to look after it. So I "
    "show it to nobody. If that account is not yours, say so, and it is yours to look after. If it is, please make "
    "somebody else a moderator: only they will see it."
)
CALLED_AT_MOST = 15  # mentions in one post; a team is not larger, and the channel is theirs anyway
NUMBERS_SHOWN = 15
LISTED = 100  # cases that one reminder counts


async def announce(ctx: Context, case: Case) -> set[int]:
    """Tell in private that a report came: owners, where no moderator can take it; all, where there is no channel.

    Returns who is told by this: an urgent report calls nobody twice.
    """
    everybody = await team(ctx)
    able = await hands(ctx, case, among=everybody)
    if not able:
        return await _ask_namesakes(ctx, case, everybody, key=f"case_alone:{case.id}")
    stranded = is_stranded(ctx, able, everybody)
    told: set[int] = set()
    if not stranded and moderators_places(ctx):
        return told
    if stranded:
        kind, words = "case_stranded", STRANDED_URGENT if case.urgent else STRANDED
    else:
        kind, words = "case_new", WAITS if case.urgent else CAME
    for member, account in able:
        key = f"{kind}:{case.id}:{member.id}"
        if not await ctx.db.outbox.holds(key):
            _write(ctx, case, member, account, as_reader(member, account, ctx.config).t(words, n=case.id), key=key)
            told.add(member.id)
    return told


async def _ask_namesakes(ctx: Context, case: Case, everybody: Team, *, key: str) -> set[int]:
    """Ask who bears the name of whom a case is about, where nobody else is left; returns who was asked now."""
    asked: set[int] = set()
    for member, account in await namesakes(ctx, case, among=everybody):
        mine = f"{key}:{member.id}"
        if await ctx.db.outbox.holds(mine):
            continue
        who = as_reader(member, account, ctx.config)
        button = Buttons((Button(f"case_not_me:{case.id}", who.t.line("That account is not mine")),))
        card = Card(parts=(Text(who.t(ALONE, n=case.id)), button), accent=Accent.ALERT if case.urgent else Accent.WARM)
        write_about(ctx, case, who, card, key=mine)
        asked.add(member.id)
    return asked


def is_stranded(ctx: Context, able: Team, everybody: Team) -> bool:
    """Say whether somebody is kept away from a case, and nobody but owners is left; else it goes its usual way.

    Where owners are the whole team, they are the moderators.
    """
    owners = [m for m, _ in able if any(a.left_at is None and is_owner(a, ctx.config) for a in m.accounts)]
    return len(owners) == len(able) < len(everybody)


async def ring(ctx: Context, case: Case, *, told: Collection[int] = ()) -> None:
    """Call whoever is on duty, at once; ``told`` were written to by this very report."""
    on_duty = await ctx.db.choices.who(ON_DUTY, ON)
    called = await hands(ctx, case)
    for member, account in called:
        if member.id in on_duty and member.id not in told:
            said = as_reader(member, account, ctx.config).t(WAITS, n=case.id)
            _write(ctx, case, member, account, said, key=f"case_urgent:{case.id}:{member.id}:{ctx.now:%Y%m%dT%H%M}")
    delicate = await is_delicate(ctx, case)
    for place in moderators_places(ctx):
        await _call(ctx, case, place, called, on_duty, delicate=delicate)
    await ctx.db.timers.set(ALARM, case.id, ctx.now + ctx.config.conduct.urgent_within, times="1")


async def _call(
    ctx: Context, case: Case, place: Place, called: list[tuple[Member, Account]], on_duty: set[int], *, delicate: bool
) -> None:
    t = translator(languages_of(ctx, place)[0])
    settings = settings_of(ctx.config, place.home)
    badge = settings.duty_badge if settings else ""
    here = [(m, a) for m, _ in called for a in m.accounts if a.user.home == place.home and a.left_at is None]
    whom = [a for m, a in here if m.id in on_duty]
    # the badge may be that of who is reported: then the others are called by name
    if badge and not delicate:
        names: list[RichText] = [rich(BadgeMention(badge, badge))]
        badges: tuple[str, ...] = (badge,)
    else:
        whom, names, badges = whom or [a for _, a in here], [], ()
    whom = whom[:CALLED_AT_MOST]
    names += [rich(Mention(a.user, name_of(a, t))) for a in whom]
    said = t(WAITS, n=case.id)
    parts: tuple[Part, ...] = (
        Text(rich(join(" ", names), " ", said) if names else said),
        Buttons(_buttons(case, t)),
    )
    notify: tuple[UserRef, ...] = tuple(a.user for a in whom)
    card = Card(parts=parts, accent=Accent.ALERT, notify=notify, notify_badges=badges)
    ctx.db.outbox.add(Post(place, card), key=f"case_alarm:{case.id}:{place.home}:{ctx.now:%Y%m%dT%H%M}")


def _write(ctx: Context, case: Case, member: Member, account: Account, said: RichText, *, key: str) -> None:
    """Write about one case, with the buttons to take it on."""
    who = as_reader(member, account, ctx.config)
    accent = Accent.ALERT if case.urgent else Accent.WARM
    card = Card(parts=(Text(said), Buttons(_buttons(case, who.t))), accent=accent)
    write_about(ctx, case, who, card, key=key)


def _buttons(case: Case, t: Translator) -> tuple[Button, ...]:
    return (
        Button(f"case_claim:{case.id}", t.line("I'll look after it")),
        Button(f"case_show:{case.id}", t.line("Details")),
    )


async def settle(ctx: Context, case: Case) -> None:
    """Stop calling for a case that somebody looks after; call again for an urgent one that was given back."""
    if case.urgent and case.state is CaseState.OPEN:
        await ctx.db.timers.set(ALARM, case.id, ctx.now + ctx.config.conduct.urgent_within, times="1")
    else:
        await ctx.db.timers.drop(ALARM, case.id)


async def escalate(ctx: Context, event: TimerDue) -> None:
    """Call the owners, some times over, while an urgent case is nobody's."""
    case = await ctx.db.cases.get(int(event.subject))
    if case is None or case.state is not CaseState.OPEN:
        return
    times = int(event.data.get("times", "1"))
    # where no owner is known, or the only one is whom it is about: everybody else of the team
    whom = await hands(ctx, case, owners=True) or await hands(ctx, case)
    if not whom:
        await _ask_namesakes(ctx, case, await team(ctx), key=f"case_alone:{case.id}:{event.at:%Y%m%dT%H%M%S}")
    for member, account in whom:
        key = f"case_owner:{case.id}:{member.id}:{event.at:%Y%m%dT%H%M%S}"
        _write(ctx, case, member, account, as_reader(member, account, ctx.config).t(NOBODY_CAME, n=case.id), key=key)
    if times < ALARMS:
        again = ctx.now + ctx.config.conduct.urgent_within
        await ctx.db.timers.set(ALARM, case.id, again, times=str(times + 1))


async def remind(ctx: Context, event: TimerDue) -> None:
    """Remind once a day of the cases that nobody has taken on: in the channels, or whoever can take them in private.

    An urgent one is among them when the owners were called for it as often as they are, and nobody came.
    """
    await ctx.db.timers.set(HANDS, ONE, event.at)
    called_until = event.at - ALARMS * ctx.config.conduct.urgent_within
    waiting = [
        case
        for case in await ctx.db.cases.page(states=(CaseState.OPEN,), limit=LISTED)
        if case.opened_at < (called_until if case.urgent else event.at)
    ]
    if not waiting:
        return
    places = moderators_places(ctx)
    for place in places:
        card = _reminder(translator(languages_of(ctx, place)[0]), waiting)
        ctx.db.outbox.add(Post(place, card), key=f"case_remind:{place.home}:{event.at:%Y-%m-%d}")
    await _remind_in_private(ctx, event, waiting, channel=bool(places))


async def _remind_in_private(ctx: Context, event: TimerDue, waiting: Sequence[Case], *, channel: bool) -> None:
    """Remind owners of what no moderator can take; where there is no channel, everybody of what they can."""
    everybody = await team(ctx)
    people = {member.id: (member, account) for member, account in everybody}
    told: dict[tuple[int, bool], list[Case]] = {}
    for case in waiting:
        able = await hands(ctx, case, among=everybody)
        if not able:
            await _ask_namesakes(ctx, case, everybody, key=f"case_alone:{case.id}:{event.at:%Y-%m-%d}")
        stranded = is_stranded(ctx, able, everybody)
        for member, _ in able if stranded or not channel else ():
            told.setdefault((member.id, stranded), []).append(case)
    for (member_id, stranded), theirs in told.items():
        who = as_reader(*people[member_id], ctx.config)
        kind = "case_stranded" if stranded else "case_remind"
        card = _reminder(who.t, theirs, stranded=stranded)
        write(ctx, who, card, key=f"{kind}:{member_id}:{event.at:%Y-%m-%d}")


def _reminder(t: Translator, waiting: Sequence[Case], *, stranded: bool = False) -> Card:
    numbers = ", ".join(f"#{case.id}" for case in waiting[:NUMBERS_SHOWN])
    if len(waiting) > NUMBERS_SHOWN:
        numbers += ", …"
    if stranded:
        said = t.n(
            "{n} report is waiting, and no moderator can look after it: {numbers}. Could you?",
            "{n} reports are waiting, and no moderator can look after them: {numbers}. Could you?",
            len(waiting),
            numbers=numbers,
        )
    else:
        said = t.n(
            "{n} report is waiting for somebody to look after it: {numbers}",
            "{n} reports are waiting for somebody to look after them: {numbers}",
            len(waiting),
            numbers=numbers,
        )
    button = Buttons((Button("cases_open", t.line("Show what waits")),))
    return Card(parts=(Text(said), button), accent=Accent.WARM)


def next_reminder(settings: CommunitySettings, after: datetime) -> datetime:
    """Return when the moderators are reminded next."""
    return next_daily(REMIND_AT, zone_or(None, settings.time_zone), after)


FEATURE = Feature(
    "conduct.alarm",
    routes=(due(ALARM, escalate), due(REMIND, remind)),
    standing=(Standing(REMIND, next_reminder),),
)
