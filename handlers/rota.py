"""``/community welcomers``: who is on the rota, and the question whether somebody would like to be."""

from __future__ import annotations

from chat.answers import Answer, Redraw, Say
from chat.card import Accent, Card, Footnote, Part, Text, Title
from chat.commands import CommandOption, Localised, OptionKind, SubCommand
from chat.effects import DirectMessage
from chat.events import ActionPressed, CommandUsed
from chat.ids import Workspace
from chat.text import Mention, RichText, join
from community.members import Member
from community.welcomers import MAX_CAP, WEEK
from handlers.context import Context
from handlers.readers import (
    Reader,
    account_in,
    account_to_reach,
    as_reader,
    name_of,
    not_yours,
    note,
    number,
    read_user,
    reader,
)
from handlers.routes import Feature, command, press
from handlers.welcomer_cards import LISTED, invitation_card
from locales import msg
from storage.activity import Fact
from storage.welcomers import RotaEntry

WELCOMERS = SubCommand(
    name="welcomers",
    description=Localised(en="Who says hello to newcomers", ja="新しい人に声をかける人の一覧と変更"),
    options=(
        CommandOption(
            name="add",
            description=Localised(en="Ask somebody to join in", ja="声かけ役をお願いする人"),
            kind=OptionKind.MEMBER,
        ),
        CommandOption(
            name="remove",
            description=Localised(en="Take somebody off", ja="声かけ役から外す人"),
            kind=OptionKind.MEMBER,
        ),
        CommandOption(
            name="cap",
            description=Localised(en="At most so often a week; alone, for all", ja="週の上限回数（単独なら全員）"),
            kind=OptionKind.NUMBER,
        ),
    ),
)
STATES = {"active": msg("on the rota"), "invited": msg("has been asked")}


async def show_rota(ctx: Context, event: CommandUsed) -> Answer:
    """Show the rota, after the change that was asked for."""
    who = await reader(ctx, event)
    options = event.options
    cap: int | None = None
    if typed := options.get("cap", ""):
        cap = number([typed], 0) or 0
        if not 1 <= cap <= MAX_CAP:
            return note(who.t("The cap is a number from 1 to {most}.", most=MAX_CAP), Accent.WARM)
    for name in ("add", "remove"):
        if typed := options.get(name, ""):
            member = await _find(ctx, typed, event.workspace)
            if member is None or member.is_bot:
                return note(
                    who.t("I do not know {name} here. Choose a member, like `@aki`.", name=typed[:60]), Accent.WARM
                )
            await (_add(ctx, member, cap) if name == "add" else _remove(ctx, member, event.key))
    if cap and not options.get("add"):
        for entry in await ctx.db.welcomers.rota():
            await ctx.db.welcomers.put(RotaEntry(entry.member_id, entry.state, cap), ctx.now)
    return Say(await _card(ctx, who))


async def _add(ctx: Context, member: Member, cap: int | None) -> None:
    entry = await ctx.db.welcomers.entry(member.id)
    held = cap or (entry.cap if entry else ctx.config.onboarding.welcomer_weekly_cap)
    if entry and entry.state in STATES:
        await ctx.db.welcomers.put(RotaEntry(member.id, entry.state, held), ctx.now)
        return
    account = account_to_reach(member)
    if account is None:
        return
    await ctx.db.welcomers.put(RotaEntry(member.id, "invited", held), ctx.now)
    card = invitation_card(as_reader(member, account, ctx.config), held)
    ctx.db.outbox.add(DirectMessage(account.user, card), key=f"rota:{member.id}:{ctx.now.isoformat()}")


async def _remove(ctx: Context, member: Member, key: str) -> None:
    await ctx.db.welcomers.remove(member.id)
    ctx.db.activity.record(Fact("welcomer.left", ctx.now, member.id), key=f"welcomer.left:{key}")


async def _find(ctx: Context, typed: str, workspace: Workspace) -> Member | None:
    user = read_user(typed, workspace)
    member = await ctx.db.people.by_user(user) if user else None
    if member is not None:
        return member
    wanted = typed.strip().lstrip("@").casefold()
    found = [
        m for m in await ctx.db.people.present() if (a := account_in(m, workspace)) and a.name.casefold() == wanted
    ]
    return found[0] if len(found) == 1 else None  # two of one name: a mention says which


async def _card(ctx: Context, who: Reader) -> Card:
    t = who.t
    entries = await ctx.db.welcomers.rota()
    asked = await ctx.db.welcomers.asked_since(ctx.now - WEEK)
    by_id = {member.id: member for member in await ctx.db.people.by_ids(e.member_id for e in entries)}
    lines: list[RichText] = []
    for entry in entries:
        member = by_id.get(entry.member_id)
        account = (account_in(member, who.account.user.home) or account_to_reach(member)) if member else None
        if account is None:
            continue
        load = sum(ctx.now - at < WEEK for at in asked.get(entry.member_id, ()))
        name = Mention(account.user, name_of(account, t))
        state = t.line(STATES[entry.state])
        lines.append(t("• {name}: {state}, asked {n} of {cap} times this week", name=name, state=state, n=load,
                       cap=entry.cap))  # fmt: skip
    if len(lines) > LISTED:
        lines[LISTED:] = [t.n("and {n} more", "and {n} more", len(lines) - LISTED)]
    said = join("\n", lines) if lines else t("Nobody yet. Lonely newcomers are brought to your channel instead.")
    parts: list[Part] = [Title(t.line("Welcomers")), Text(said)]
    parts.append(Footnote(t("Change it with `/community welcomers add:@name`, `remove:@name` or `cap:3`.")))
    return Card(parts=tuple(parts))


async def join_rota(ctx: Context, event: ActionPressed) -> Answer:
    """Take somebody who agreed onto the rota."""
    return await _decide(ctx, event, "active")


async def decline_rota(ctx: Context, event: ActionPressed) -> Answer:
    """Leave somebody off the rota who would rather not."""
    return await _decide(ctx, event, "declined")


async def _decide(ctx: Context, event: ActionPressed, state: str) -> Answer:
    who = await reader(ctx, event)
    entry = await ctx.db.welcomers.entry(who.member.id)
    if not who.owns(event) or entry is None:
        return not_yours(who.t)
    await ctx.db.welcomers.put(RotaEntry(who.member.id, state, entry.cap), ctx.now)
    kind = "welcomer.joined" if state == "active" else "welcomer.declined"
    ctx.db.activity.record(Fact(kind, ctx.now, who.member.id), key=f"{kind}:{event.key}")
    if state == "active":
        said = who.t("Thank you! I will write to you when somebody waits for a hello.")
    else:
        said = who.t("That is fine. Thank you for thinking about it.")
    return Redraw(note(said).card)


FEATURE = Feature(
    "rota",
    routes=(
        command("community", WELCOMERS.name, show_rota),
        press("rota_yes", join_rota),
        press("rota_no", decline_rota),
    ),
)
