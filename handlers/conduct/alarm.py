"""Who is called, and when: at once for an urgent report, the owners when nobody takes it on, once a day for the rest.

An urgent report waits for nobody's morning and for no quiet days; who is on duty has said so.
"""

from __future__ import annotations

from datetime import datetime, time

from chat.card import Accent, Button, Buttons, Card, Part, Text
from chat.effects import DirectMessage, Post
from chat.ids import Place, UserRef
from chat.text import BadgeMention, Mention, RichText, join, rich
from community.conduct import ALARMS, Case, CaseState
from community.config import CommunitySettings
from community.members import Account, Member
from community.schedule import ONE, Standing, next_daily
from community.signals import TimerDue
from community.zones import zone_or
from handlers.conduct.hands import hands, is_delicate
from handlers.conduct.words import moderators_places
from handlers.context import Context
from handlers.public import languages_of
from handlers.readers import as_reader, name_of, settings_of
from handlers.routes import Feature, due
from locales import Translator, translator
from storage.choices import ON

ON_DUTY = "on_duty"  # a choice: calls this moderator for urgent reports, by night as well
ALARM = "conduct.alarm"  # timer of an urgent case that nobody has taken on
HANDS = "conduct.hands"  # timer: it is looked whether who looks after a case still moderates
REMIND = "conduct.remind"  # once a day, what waits
REMIND_AT = time(10)
CALLED_AT_MOST = 15  # mentions in one post; a team is not larger, and the channel is theirs anyway
NUMBERS_SHOWN = 15


async def announce(ctx: Context, case: Case) -> None:
    """Tell each moderator in private that a report came, where no workspace has a channel for them."""
    if moderators_places(ctx):
        return
    for member, account in await hands(ctx, case):
        await _write(ctx, case, member, account, key=f"case_new:{case.id}:{member.id}", owner=False)


async def ring(ctx: Context, case: Case) -> None:
    """Call whoever is on duty, at once."""
    on_duty = await ctx.db.choices.who(ON_DUTY, ON)
    called = await hands(ctx, case)
    for member, account in called:
        if member.id in on_duty:
            await _write(
                ctx, case, member, account, key=f"case_urgent:{case.id}:{member.id}:{ctx.now:%Y%m%dT%H%M}", owner=False
            )
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
    said = t("An urgent report is waiting: #{n}. Could one of you look after it now?", n=case.id)
    parts: tuple[Part, ...] = (
        Text(rich(join(" ", names), " ", said) if names else said),
        Buttons(_buttons(case, t)),
    )
    notify: tuple[UserRef, ...] = tuple(a.user for a in whom)
    card = Card(parts=parts, accent=Accent.ALERT, notify=notify, notify_badges=badges)
    ctx.db.outbox.add(Post(place, card), key=f"case_alarm:{case.id}:{place.home}:{ctx.now:%Y%m%dT%H%M}")


async def _write(ctx: Context, case: Case, member: Member, account: Account, *, key: str, owner: bool) -> None:
    t = as_reader(member, account, ctx.config).t
    if owner:
        said = t(
            "An urgent report has been waiting, and nobody has taken it on: #{n}. Could you look after it?", n=case.id
        )
    elif case.urgent:
        said = t("An urgent report is waiting: #{n}. Could one of you look after it now?", n=case.id)
    else:
        said = t("A report has come in: #{n}. `/community cases` shows what waits.", n=case.id)
    card = Card(parts=(Text(said), Buttons(_buttons(case, t))), accent=Accent.ALERT if case.urgent else Accent.WARM)
    ctx.db.outbox.add(DirectMessage(account.user, card), key=key)


def _buttons(case: Case, t: Translator) -> tuple[Button, ...]:
    return (
        Button(f"case_claim:{case.id}", t.line("I look after it")),
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
    for member, account in whom:
        key = f"case_owner:{case.id}:{member.id}:{event.at:%Y%m%dT%H%M%S}"
        await _write(ctx, case, member, account, key=key, owner=True)
    if times < ALARMS:
        again = ctx.now + ctx.config.conduct.urgent_within
        await ctx.db.timers.set(ALARM, case.id, again, times=str(times + 1))


async def remind(ctx: Context, event: TimerDue) -> None:
    """Remind the moderators' channels once a day of the cases that nobody has taken on."""
    await ctx.db.timers.set(HANDS, ONE, event.at)
    waiting = [
        case
        for case in await ctx.db.cases.page(states=(CaseState.OPEN,), limit=NUMBERS_SHOWN)
        if case.opened_at < event.at and not case.urgent
    ]
    if not waiting:
        return
    for place in moderators_places(ctx):
        t = translator(languages_of(ctx, place)[0])
        numbers = ", ".join(f"#{case.id}" for case in waiting)
        said = t.n(
            "{n} report is waiting for somebody to look after it: {numbers}",
            "{n} reports are waiting for somebody to look after them: {numbers}",
            len(waiting),
            numbers=numbers,
        )
        button = Buttons((Button("cases_open", t.line("Show what waits")),))
        card = Card(parts=(Text(said), button), accent=Accent.WARM)
        ctx.db.outbox.add(Post(place, card), key=f"case_remind:{place.home}:{event.at:%Y-%m-%d}")


def next_reminder(settings: CommunitySettings, after: datetime) -> datetime:
    """Return when the moderators are reminded next."""
    return next_daily(REMIND_AT, zone_or(None, settings.time_zone), after)


FEATURE = Feature(
    "conduct.alarm",
    routes=(due(ALARM, escalate), due(REMIND, remind)),
    standing=(Standing(REMIND, next_reminder),),
)
