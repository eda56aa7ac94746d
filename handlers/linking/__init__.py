"""``/tsudoi link``: one member with two accounts, proved by a code; and two members again."""

from __future__ import annotations

from chat.answers import Answer, Redraw, Say
from chat.card import Accent, Card, Text
from chat.commands import CommandOption, Localised, SubCommand
from chat.effects import DirectMessage
from chat.events import ActionPressed, CommandUsed
from community.membership.values import Standing
from community.people.linking import GUESSES, WITHIN, Refusal, judge, typed
from community.people.members import Member
from handlers.context import Context
from handlers.linking import cards
from handlers.linking.doing import account_that, link, take_back, unlink
from handlers.readers import Reader, account_to_reach, arguments, as_reader, not_yours, note, number, reader, refused
from handlers.routes import Feature, command, press
from locales import msg
from storage.activity import Fact
from storage.audit import Deed
from storage.held import membership as held_membership
from storage.linking.codes import MISTYPED

LINK = SubCommand(
    name="link",
    description=Localised(en="Link your account on the other platform", ja="別のアカウントとの連携"),
    options=(
        CommandOption(
            name="code",
            description=Localised(
                en="The code that your other account got", ja="もう一方のアカウントで受け取ったコード"
            ),
        ),
    ),
)
LINKED, UNLINKED, TAKEN_BACK, GUESSING = "account.linked", "account.unlinked", "account.link_undone", "link.guessing"
DEEDS = {
    LINKED: msg("{who} linked two accounts and is one member with them."),
    UNLINKED: msg("{who} unlinked an account: {member} is a member of their own."),
    TAKEN_BACK: msg("{who} said that a link was not theirs: {member} is a member of their own."),
    GUESSING: msg("{who} typed too many wrong codes for linking accounts."),
}


async def show_link(ctx: Context, event: CommandUsed) -> Answer:
    """Give a code, or take one that was typed and show what would follow."""
    who = await reader(ctx, event)
    said = event.options.get("code", "").strip()
    if said:
        return await _typed(ctx, who, event, said)
    if who.member.is_bot:
        return note(cards.refusal_text(who.t, Refusal.BOT), Accent.WARM)
    if await _declined(ctx, who.member):
        return note(cards.refusal_text(who.t, Refusal.DECLINED), Accent.WARM)
    code = await ctx.db.links.new_code(who.member.id, who.account.user, ctx.now)
    return Say(cards.code_card(ctx, who, code))


async def _typed(ctx: Context, who: Reader, event: CommandUsed, said: str) -> Answer:
    found = await _first(ctx, who, event, said)
    if isinstance(found, Refusal):
        return note(cards.refusal_text(who.t, found), Accent.WARM)
    first, code = found
    waiting = await ctx.db.applications.waiting_ids()
    common = await ctx.db.links.common(first.id, who.member.id)
    return Say(
        cards.link_card(ctx, who, first, common, code, lets_in=not waiting.isdisjoint({first.id, who.member.id}))
    )


async def confirm(ctx: Context, event: ActionPressed) -> Answer:
    """Link the accounts, and tell the one that gave the code."""
    who = await reader(ctx, event)
    found = await _first(ctx, who, event, "".join(arguments(event)[:1]))
    if isinstance(found, Refusal):
        return Redraw(note(cards.refusal_text(who.t, found), Accent.WARM).card)
    first, code = found
    asked = await ctx.db.links.find(code, ctx.now)
    if asked is None or not await ctx.db.links.use(code):
        return Redraw(note(cards.refusal_text(who.t, Refusal.UNKNOWN), Accent.WARM).card)
    came = who.account
    member, gone = await link(ctx, first, who.member)
    told = next((account for account in member.accounts if str(account.user) == asked.account), None)
    if told is not None and told.left_at is None:
        reading = as_reader(member, told, ctx.config)
        card = cards.told_card(ctx, reading, came, gone, gone_stays=first.id == gone)
        ctx.db.outbox.add(DirectMessage(told.user, card), key=f"linked:{gone}")
    deed = Deed(LINKED, ctx.now, member.id, f"member:{member.id}", member.id, workspace=event.workspace)
    await ctx.db.audit.record(deed, key=f"{LINKED}:{event.key}")
    account = account_that(member, came.user) or came
    return Redraw(cards.done_card(ctx, as_reader(member, account, ctx.config)))


async def _first(
    ctx: Context, who: Reader, event: CommandUsed | ActionPressed, said: str
) -> tuple[Member, str] | Refusal:
    """Return who asked for a code that was typed, and the code; or why it links nothing."""
    await ctx.db.activity.flush()
    if await ctx.db.links.mistyped(who.member.id, ctx.now - WITHIN) >= GUESSES:
        deed = Deed(GUESSING, ctx.now, who.member.id, workspace=event.workspace)
        await ctx.db.audit.record(deed, key=f"{GUESSING}:{who.member.id}:{ctx.now:%Y-%m-%dT%H}")
        return Refusal.TOO_OFTEN
    code = typed(said)
    found = await ctx.db.links.find(code, ctx.now) if code else None
    if code is None or found is None:
        fact = Fact(MISTYPED, ctx.now, who.member.id)
        ctx.db.activity.record(fact, key=f"{MISTYPED}:{event.key}")
        return Refusal.UNKNOWN
    if not found.here:
        return Refusal.ELSEWHERE
    first = await ctx.db.people.by_id(found.member)
    if first is None:  # a code goes with its member
        return Refusal.UNKNOWN
    waiting = await ctx.db.applications.waiting_ids()
    declined = await _declined(ctx, first, who.member)
    return judge(first, who.member, waiting=waiting, declined=declined) or (first, code)


async def _declined(ctx: Context, *members: Member) -> set[int]:
    found = [await ctx.db.applications.of(member.id) for member in members]
    return {one.member for one in found if one is not None and one.standing is Standing.DECLINED}


# ---- two members again


async def show_links(ctx: Context, event: ActionPressed) -> Answer:
    """Let a member choose the account that is to be a member of its own."""
    who = await reader(ctx, event)
    return Say(cards.choose_card(ctx, who)) if who.owns(event) else not_yours(who.t)


async def ask_unlink(ctx: Context, event: ActionPressed) -> Answer:
    """Say what follows from unlinking an account."""
    who = await reader(ctx, event)
    if not who.owns(event):
        return not_yours(who.t)
    n = number(arguments(event), 1)
    if n is None or n >= len(who.member.accounts) or len(who.member.accounts) == 1:
        return Redraw(cards.choose_card(ctx, who))
    by_link = await ctx.db.applications.came_by_link(who.member.id)
    return Redraw(cards.unlink_card(ctx, who, n, shares_seat=bool(by_link)))


async def do_unlink(ctx: Context, event: ActionPressed) -> Answer:
    """Let the account be a member of its own."""
    who = await reader(ctx, event)
    if not who.owns(event):
        return not_yours(who.t)
    words = arguments(event)
    account = next((a for a in who.member.accounts if cards.mark_of(a) == ":".join(words[2:])), None)
    if account is None or len(who.member.accounts) == 1:  # it was unlinked already, or is not theirs
        return Redraw(cards.choose_card(ctx, who))
    _, fresh = await unlink(ctx, who.member, account.user)
    deed = Deed(UNLINKED, ctx.now, who.member.id, f"member:{fresh.id}", fresh.id, workspace=event.workspace)
    await ctx.db.audit.record(deed, key=f"{UNLINKED}:{event.key}")
    said = who.t("Unlinked: {account} is a member of their own again.", account=cards.mention(account, who.t))
    return Redraw(Card(parts=(Text(said),), accent=Accent.GOOD))


async def undo(ctx: Context, event: ActionPressed) -> Answer:
    """Undo a link that somebody says was not theirs, and tell the other side."""
    who = await reader(ctx, event)
    if not who.owns(event):
        return not_yours(who.t)
    words = arguments(event)
    gone = number(words, 1)
    if gone is None:
        return refused(who.t("There is nothing to undo any more: these accounts are not linked."))
    done = await take_back(ctx, who.member, gone, gone_stays=words[2:3] == ["1"])
    if done is None:
        said = who.t("There is nothing to undo any more: these accounts are not linked.")
        return Redraw(Card(parts=(Text(said),)))
    _, other = done
    deed = Deed(TAKEN_BACK, ctx.now, who.member.id, f"member:{other.id}", other.id, workspace=event.workspace)
    await ctx.db.audit.record(deed, key=f"{TAKEN_BACK}:{event.key}")
    if (account := account_to_reach(other)) is not None:
        t = as_reader(other, account, ctx.config).t
        told = Card(parts=(Text(t("The other side took the link between your accounts back: you are two members.")),))
        ctx.db.outbox.add(DirectMessage(account.user, told), key=f"link_undone:{other.id}")
    said = who.t(
        "Undone: you are two members again, and what both told about themselves is as before. "
        "The moderators can see that it happened. Never give a code to anybody."
    )
    return Redraw(Card(parts=(Text(said),), accent=Accent.GOOD))


FEATURE = Feature(
    "linking",
    stores=held_membership.LINKING,
    routes=(
        command("tsudoi", "link", show_link),
        press("link_do", confirm),
        press("links", show_links),
        press("unlink", ask_unlink),
        press("unlink_do", do_unlink),
        press("link_undo", undo),
    ),
    deeds=DEEDS,
)
