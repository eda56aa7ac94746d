"""Asks welcomers to say hello to newcomers who wait: one at a time, privately, and the moderators last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from chat.answers import Answer, Redraw
from chat.effects import DirectMessage, Post
from chat.events import ActionPressed
from community.people.members import Account, Member
from community.people.welcomers import WEEK, Ask, Case, Nobody, Wait, Welcomer, choose_welcomer
from community.signals import EffectSettled, TimerDue
from handlers.context import Context
from handlers.readers import (
    Reader,
    account_in,
    arguments,
    as_reader,
    language_of,
    name_of,
    not_yours,
    note,
    number,
    quiet_hours_of,
    reader,
    settings_of,
    zone_of,
)
from handlers.routes import Feature, due, press, settled
from handlers.waiting import REPLY, SILENCE, ask_key, close_case
from handlers.welcomer_cards import alone_card, ask_card, closed_card
from locales import translator
from storage.activity import Fact
from storage.held import people as held_people
from storage.people.welcomers import AskedWelcomer, WaitingCase

GATHER = timedelta(minutes=10)  # moderators hear of several lonely newcomers at once, not one by one
ALONE = "onboarding.alone"


# ---- whom to ask


async def seek_welcomer(ctx: Context, event: TimerDue) -> None:
    """Ask the next welcomer about a newcomer who still waits."""
    case = await ctx.db.welcomers.case(int(event.subject))
    if case and case.state == "open":
        await _seek(ctx, case)


async def _seek(ctx: Context, case: WaitingCase) -> None:
    newcomer = await ctx.db.people.by_id(case.member_id)
    account = account_in(newcomer, case.message.place.home) if newcomer else None
    if newcomer is None or account is None:
        await close_case(ctx, case, "withdrawn", ctx.now, None)
        return
    asked = await ctx.db.welcomers.asks_about(newcomer.id)
    if any(a.state in ("offered", "accepted") for a in asked):  # somebody is being asked about their other message
        await ctx.db.timers.set(REPLY, case.id, ctx.now + _patience(ctx))
        return
    rota = await _load_rota(ctx, case)
    language = language_of(newcomer, account, ctx.config)
    choice = choose_welcomer(
        [entry.welcomer for entry in rota],
        Case(newcomer=newcomer.id, language=language, tried=frozenset(a.member_id for a in asked)),
        ctx.now,
    )
    match choice:
        case Ask(member_id):
            chosen = next(entry for entry in rota if entry.welcomer.member == member_id)
            await _ask(ctx, case, account, as_reader(chosen.member, chosen.account, ctx.config))
        case Wait(until):
            await ctx.db.timers.set(REPLY, case.id, until)
        case Nobody():
            if not case.told_moderators and await ctx.db.timers.due_at(ALONE, "all") is None:
                await ctx.db.timers.set(ALONE, "all", ctx.now + GATHER)


async def _ask(ctx: Context, case: WaitingCase, newcomer: Account, who: Reader) -> None:
    ask_id = await ctx.db.welcomers.add_ask(case.id, who.member.id, ctx.now)
    if ask_id is None:
        return
    card = ask_card(who, name_of(newcomer, who.t), case.kind, ctx.chat.link(case.message), ask_id, case.opened_at, ctx)
    ctx.db.outbox.add(DirectMessage(who.account.user, card), key=ask_key(ask_id), report=True)
    await ctx.db.timers.set(SILENCE, ask_id, ctx.now + _patience(ctx))
    _record(ctx, "welcome.offered", ask_id, who.member.id, case)


@dataclass(frozen=True, slots=True)
class OnRota:
    """A welcomer, with the account that can answer where the newcomer spoke."""

    welcomer: Welcomer
    member: Member
    account: Account


async def _load_rota(ctx: Context, case: WaitingCase) -> list[OnRota]:
    """Return the welcomers who could answer a case, with their load."""
    entries = {e.member_id: e for e in await ctx.db.welcomers.rota() if e.state == "active"}
    asked = await ctx.db.welcomers.asked_since(ctx.now - WEEK)
    found: list[OnRota] = []
    for member in await ctx.db.people.by_ids(entries):
        account = account_in(member, case.message.place.home)
        if account is None or member.left_at is not None:
            continue
        welcomer = Welcomer(
            member=member.id,
            cap=entries[member.id].cap,
            asked=tuple(asked.get(member.id, ())),
            languages=(language_of(member, account, ctx.config),),
            zone=zone_of(member, account, ctx.config),
            quiet_hours=quiet_hours_of(member),
        )
        found.append(OnRota(welcomer, member, account))
    return found


# ---- what they answer


async def accept(ctx: Context, event: ActionPressed) -> Answer:
    """Note that a welcomer will say hello."""
    who, asked, case = await _load_ask(ctx, event)
    if asked is None or case is None:
        return not_yours(who.t)
    if case.state != "open" or asked.state == "done":
        return Redraw(closed_card(who.t, answered=case.state == "answered"))
    if asked.state == "offered":
        await ctx.db.welcomers.set_ask(asked.id, "accepted", ctx.now)
        await ctx.db.timers.set(SILENCE, asked.id, ctx.now + _patience(ctx))
        _record(ctx, "welcome.accepted", asked.id, who.member.id, case)
    name = await _name_of_newcomer(ctx, case, who)
    link = ctx.chat.link(case.message)
    return Redraw(ask_card(who, name, case.kind, link, asked.id, case.opened_at, ctx, accepted=True))


async def decline(ctx: Context, event: ActionPressed) -> Answer:
    """Note that a welcomer cannot this time, and ask the next."""
    who, asked, case = await _load_ask(ctx, event)
    if asked is None or case is None:
        return not_yours(who.t)
    if asked.state in ("offered", "accepted") and case.state == "open":
        await _settle(ctx, asked, case, "passed")
    return Redraw(closed_card(who.t, answered=False, passed=True))


async def leave_rota(ctx: Context, event: ActionPressed) -> Answer:
    """Take a welcomer who wants to be asked no more off the rota."""
    who, asked, case = await _load_ask(ctx, event)
    if asked is None or case is None:
        return not_yours(who.t)
    await ctx.db.welcomers.remove(who.member.id)
    ctx.db.activity.record(Fact("welcomer.left", ctx.now, who.member.id), key=f"welcomer.left:{event.key}")
    if asked.state in ("offered", "accepted") and case.state == "open":
        await _settle(ctx, asked, case, "passed")
    gone = who.t("Done: I will not ask you again. Thank you for every hello you have said.")
    return Redraw(note(gone).card)


async def note_silence(ctx: Context, event: TimerDue) -> None:
    """Pass over a welcomer who has said nothing, or said yes and not come."""
    asked = await ctx.db.welcomers.ask(int(event.subject))
    case = await ctx.db.welcomers.case(asked.case_id) if asked else None
    if asked and case and asked.state in ("offered", "accepted") and case.state == "open":
        await _settle(ctx, asked, case, "silent")


async def note_asked(ctx: Context, event: EffectSettled) -> None:
    """Pass over a welcomer whom no message reaches."""
    asked = await ctx.db.welcomers.ask(int(event.effect_key.partition(":")[2]))
    case = await ctx.db.welcomers.case(asked.case_id) if asked else None
    if not event.ok and asked and case and asked.state == "offered" and case.state == "open":
        await _settle(ctx, asked, case, "silent")


async def _settle(ctx: Context, asked: AskedWelcomer, case: WaitingCase, state: str) -> None:
    await ctx.db.welcomers.set_ask(asked.id, state, ctx.now)
    await ctx.db.timers.drop(SILENCE, asked.id)
    _record(ctx, f"welcome.{state}", asked.id, asked.member_id, case)
    await _seek(ctx, case)


async def tell_moderators(ctx: Context, _event: TimerDue) -> None:
    """Tell the moderators of newcomers whom nobody on the rota can greet, each once, all in one post."""
    lonely: list[WaitingCase] = []
    for case in await ctx.db.welcomers.open_cases():
        asked = await ctx.db.welcomers.asks_about(case.member_id)
        late = case.opened_at + ctx.config.onboarding.reply_within <= ctx.now
        if late and not case.told_moderators and not any(a.state in ("offered", "accepted") for a in asked):
            lonely.append(case)
    by_home: dict[str, list[WaitingCase]] = {}
    for case in lonely:
        by_home.setdefault(str(case.message.place.home), []).append(case)
    for cases in by_home.values():
        home = cases[0].message.place.home
        settings = settings_of(ctx.config, home)
        place = ctx.channel(home, settings.channels.moderators) if settings else None
        if place is None:
            continue
        t = translator(ctx.config.language)
        named = [(await _name_of_newcomer(ctx, case, None), ctx.chat.link(case.message)) for case in cases]
        ctx.db.outbox.add(
            Post(place, alone_card(t, named)), key=f"alone:{min(c.id for c in cases)}:{ctx.now.isoformat()}"
        )
        for case in cases:
            await ctx.db.welcomers.note_told(case.id)
            fact = Fact("welcome.escalated", ctx.now, None, case.message.place, str(case.member_id))
            ctx.db.activity.record(fact, key=f"welcome.escalated:{case.id}:{case.message}")


# ---- small things


async def _load_ask(ctx: Context, event: ActionPressed) -> tuple[Reader, AskedWelcomer | None, WaitingCase | None]:
    who = await reader(ctx, event)
    ask_id = number(arguments(event), 0)
    asked = await ctx.db.welcomers.ask(ask_id) if ask_id is not None else None
    if asked is None or asked.member_id != who.member.id:
        return who, None, None
    return who, asked, await ctx.db.welcomers.case(asked.case_id)


async def _name_of_newcomer(ctx: Context, case: WaitingCase, who: Reader | None) -> str:
    t = who.t if who else translator(ctx.config.language)
    newcomer = await ctx.db.people.by_id(case.member_id)
    account = account_in(newcomer, case.message.place.home) if newcomer else None
    return name_of(account, t) if account else t.line("a member")


def _record(ctx: Context, kind: str, ask_id: int, welcomer: int, case: WaitingCase) -> None:
    fact = Fact(kind, ctx.now, welcomer, case.message.place, str(case.member_id), {"about": case.kind})
    ctx.db.activity.record(fact, key=f"{kind}:{ask_id}")


def _patience(ctx: Context) -> timedelta:
    return timedelta(hours=ctx.config.onboarding.welcomer_answer_hours)


FEATURE = Feature(
    "welcomers",
    stores=held_people.WELCOMING,
    routes=(
        due(REPLY, seek_welcomer),
        due(SILENCE, note_silence),
        due(ALONE, tell_moderators),
        settled("ask", note_asked),
        press("ask_yes", accept),
        press("ask_no", decline),
        press("ask_stop", leave_rota),
    ),
)
