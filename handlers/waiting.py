"""Watches over what newcomers wrote until a human has answered: nobody is left alone."""

from __future__ import annotations

from datetime import datetime, timedelta

from chat.effects import PostedAs, RedrawPost
from chat.events import MessageDeleted, MessagePosted
from chat.ids import MessageRef
from community.people.members import Member
from community.people.onboarding import Stage, is_newcomer
from handlers.context import Context
from handlers.readers import Reader, account_in, account_to_reach, as_reader
from handlers.routes import Feature, on
from handlers.welcomer_cards import closed_card
from storage.activity import Fact
from storage.people.welcomers import WaitingCase

NEWCOMER_FOR = timedelta(days=14)  # whose first post comes later has found their own way in
TOO_OLD = timedelta(days=7)  # found while catching up: a hello now would be odd
SKEW = timedelta(minutes=5)  # between the platform's clock and ours
REPLY, SILENCE = "onboarding.reply", "onboarding.silence"  # timers: of a case, of somebody who was asked


async def watch(ctx: Context, member_id: int, kind: str, message: MessageRef, at: datetime) -> None:
    """Watch over a newcomer's message until a human has answered it."""
    if ctx.now - at > TOO_OLD:
        return
    case_id = await ctx.db.welcomers.open_case(member_id, kind, message, at)
    if case_id is not None:
        await ctx.db.timers.set(REPLY, case_id, at + ctx.config.onboarding.reply_within)


async def withdraw(ctx: Context, member_id: int, kind: str) -> None:
    """Stop watching over a message that is gone."""
    for case in await ctx.db.welcomers.open_cases():
        if case.member_id == member_id and case.kind == kind:
            await close_case(ctx, case, "withdrawn", ctx.now, None)


# ---- what people say


async def note_message(ctx: Context, event: MessagePosted) -> None:
    """Note a member's first post, and whether a message answers somebody who waits."""
    if event.by_bot or event.direct or ctx.chat.is_bot(event.workspace, event.author.id):
        return
    author = await ctx.db.people.ensure(event.author, event.author_name, event.at)
    if author.is_bot:
        return
    await _note_reply(ctx, event, author)
    first = await ctx.db.onboarding.reach(author.id, Stage.FIRST_POST, event.at)
    settings = ctx.config.onboarding
    if not (first and settings.enabled and settings.watch_first_posts):
        return
    in_conversation = event.reply_to or event.message.place.thread or event.mentions
    if not in_conversation and is_newcomer(await ctx.db.onboarding.stages(author.id), event.at, NEWCOMER_FOR):
        await watch(ctx, author.id, "first_post", event.message, event.at)


async def _note_reply(ctx: Context, event: MessagePosted, author: Member) -> None:
    if not (event.reply_to or event.message.place.thread or event.mentions):
        return  # said to everybody, which most messages are
    spoken_to: set[int] = set()
    for user in {event.reply_to_author, *event.mentions} - {None, event.author}:
        member = await ctx.db.people.by_user(user) if user else None
        if member and not member.is_bot:
            spoken_to.add(member.id)
    cases = [case for case in await ctx.db.welcomers.open_cases() if case.member_id != author.id]
    threads = {case.id: case.member_id for case in cases if _answers(event, case.message)}
    # A reply in one thread answers what stands there; a word to somebody elsewhere answers all that they wrote
    by_name = spoken_to - set(threads.values())
    for case in cases:
        if case.id in threads or (case.member_id in by_name and case.opened_at <= event.at + SKEW):
            await close_case(ctx, case, "answered", event.at, author.id)
    spoken_to |= set(threads.values())
    for member_id in sorted(spoken_to - {author.id}):
        stages = await ctx.db.onboarding.stages(member_id)
        spoke = Stage.FIRST_POST in stages or Stage.INTRODUCED in stages
        if spoke and await ctx.db.onboarding.reach(member_id, Stage.FIRST_REPLY, event.at):
            fact = Fact("member.replied_to", event.at, member_id, event.message.place, data={"by": author.id})
            ctx.db.activity.record(fact, key=f"member.replied_to:{member_id}")


def _answers(event: MessagePosted, message: MessageRef) -> bool:
    place = event.message.place
    return place.top == message.place.top and message.id in (event.reply_to, place.thread)


async def note_deletion(ctx: Context, event: MessageDeleted) -> None:
    """Stop watching over a message that its writer took away."""
    for case in await ctx.db.welcomers.open_cases():
        if case.message == event.message:
            await close_case(ctx, case, "withdrawn", event.at, None)


async def close_case(ctx: Context, case: WaitingCase, state: str, at: datetime, by: int | None) -> None:
    """Close a case, and let whoever is being asked about it know."""
    await ctx.db.welcomers.close_case(case.id, state, at, by)
    await ctx.db.timers.drop(REPLY, case.id)
    if state == "answered":
        waited = max(0.0, (at - case.opened_at).total_seconds())
        fact = Fact("welcome.replied", at, by, case.message.place, str(case.member_id), {"seconds": waited})
        ctx.db.activity.record(fact, key=f"welcome.replied:{case.id}:{case.message}")
    for asked in await ctx.db.welcomers.asks_about(case.member_id):
        if asked.case_id == case.id and asked.state in ("offered", "accepted"):
            await ctx.db.welcomers.set_ask(asked.id, "done", at)
            await ctx.db.timers.drop(SILENCE, asked.id)
            if who := await _reader_of(ctx, asked.member_id, case):
                card = closed_card(who.t, answered=state == "answered")
                ctx.db.outbox.put(RedrawPost(PostedAs(ask_key(asked.id)), card))


async def _reader_of(ctx: Context, member_id: int, case: WaitingCase) -> Reader | None:
    member = await ctx.db.people.by_id(member_id)
    account = (account_in(member, case.message.place.home) or account_to_reach(member)) if member else None
    return as_reader(member, account, ctx.config) if member and account else None


def ask_key(ask_id: int) -> str:
    """Return the business key of the question to a welcomer."""
    return f"ask:{ask_id}"


FEATURE = Feature("waiting", routes=(on(MessagePosted, note_message), on(MessageDeleted, note_deletion)))
