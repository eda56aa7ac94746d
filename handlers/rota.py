"""``/community welcomers``: who is on the rota, and the question whether somebody would like to be."""

from __future__ import annotations

import json

from chat.answers import Answer, Redraw, Say
from chat.card import Accent, Buttons, Card, Footnote, Part, Text, Title
from chat.commands import CommandOption, Localised, OptionKind, SubCommand
from chat.effects import DirectMessage
from chat.events import ActionPressed, CommandUsed
from chat.ids import Workspace
from chat.text import Mention, RichText, join
from community.people.members import Member
from community.people.welcomers import MAX_CAP, WEEK
from handlers.audit.deeds import write_down
from handlers.audit.subjects import mention_in
from handlers.audit.undoing import undo_button
from handlers.context import Context
from handlers.previews import preview_card
from handlers.readers import (
    Reader,
    account_in,
    account_to_reach,
    arguments,
    as_reader,
    name_of,
    not_yours,
    note,
    number,
    read_user,
    reader,
    refused,
)
from handlers.routes import CannotUndoError, Feature, command, press
from handlers.welcomer_cards import LISTED, invitation_card
from locales import msg
from storage.activity import Fact
from storage.audit import StoredDeed
from storage.people.welcomers import RotaEntry

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
ASKED, REMOVED, CAPPED = "welcomer.asked", "welcomer.removed", "welcomer.capped"
STATES = {"active": msg("on the rota"), "invited": msg("has been asked")}


async def show_rota(ctx: Context, event: CommandUsed) -> Answer:
    """Show the rota; what would be written to somebody, or holds for all, is shown before it is done."""
    who = await reader(ctx, event)
    options = event.options
    cap: int | None = None
    if typed := options.get("cap", ""):
        cap = number([typed], 0) or 0
        if not 1 <= cap <= MAX_CAP:
            return note(who.t("The cap is a number from 1 to {most}.", most=MAX_CAP), Accent.WARM)
    found: dict[str, Member] = {}
    for name in ("add", "remove"):
        if typed := options.get(name, ""):
            member = await _find(ctx, typed, event.workspace)
            if member is None or member.is_bot:
                return note(
                    who.t("I do not know {name} here. Choose a member, like `@aki`.", name=typed[:60]), Accent.WARM
                )
            found[name] = member
    undo = await _remove(ctx, who, found["remove"], event) if "remove" in found else None
    if "add" in found:
        return await _propose(ctx, who, found["add"], cap)
    if cap and "remove" not in found:
        return await _propose_cap(ctx, who, cap)
    return Say(await _card(ctx, who, undo))


async def _propose(ctx: Context, who: Reader, member: Member, cap: int | None) -> Answer:
    """Say what somebody would be asked, before it is."""
    t, entry = who.t, await ctx.db.welcomers.entry(member.id)
    held = cap or (entry.cap if entry else ctx.config.onboarding.welcomer_weekly_cap)
    name = await mention_in(ctx, member.id, who) or t.line("a member")
    if entry and entry.state in STATES:
        if entry.cap == held:
            return Say(await _card(ctx, who))
        would = t("{who} would be asked {n} times a week at most, instead of {before}.", who=name, n=held,
                  before=entry.cap)  # fmt: skip
    elif account_to_reach(member) is None:
        return note(t("I cannot write to {who}.", who=name), Accent.WARM)
    else:
        would = t.n(
            "{who} would get one message, asking whether they would like to greet newcomers, {n} time a week at most. "
            "Nobody else is told.",
            "{who} would get one message, asking whether they would like to greet newcomers, {n} times a week at most. "
            "Nobody else is told.",
            held,
            who=name,
        )
    return Say(preview_card(t, would, do=f"rota_do:add:{member.id}:{held}"))


async def _propose_cap(ctx: Context, who: Reader, cap: int) -> Answer:
    rota = await ctx.db.welcomers.rota()
    if all(entry.cap == cap for entry in rota):
        return Say(await _card(ctx, who))
    changed = sum(entry.cap != cap for entry in rota)
    would = who.t(
        "All welcomers would be asked {cap} times a week at most. That changes it for {n} of them.", cap=cap, n=changed
    )
    return Say(preview_card(who.t, would, do=f"rota_do:cap:0:{cap}"))


async def do_it(ctx: Context, event: ActionPressed) -> Answer:
    """Do what was shown before."""
    who = await reader(ctx, event)
    words = [*arguments(event), "", "", ""]
    member_id, cap = number(words, 1), number(words, 2) or 0
    if not 1 <= cap <= MAX_CAP or member_id is None:
        return refused(who.t("This is no longer there."))
    if words[0] == "cap":
        return Redraw(await _card(ctx, who, await _cap_all(ctx, who, cap, event)))
    member = await ctx.db.people.by_id(member_id)
    if member is None or member.is_bot:
        return refused(who.t("This is no longer there."))
    return Redraw(await _card(ctx, who, await _add(ctx, who, member, cap, event)))


async def _cap_all(ctx: Context, who: Reader, cap: int, event: ActionPressed) -> int | None:
    deeds = []
    for nth, entry in enumerate(e for e in await ctx.db.welcomers.rota() if e.cap != cap):
        deeds.append(await _cap(ctx, who, entry, cap, event, nth=nth))
    return deeds[0] if len(deeds) == 1 else None  # of several, each can be undone in the record


async def _cap(
    ctx: Context, who: Reader, entry: RotaEntry, cap: int, event: ActionPressed, *, nth: int = 0
) -> int | None:
    await ctx.db.welcomers.put(RotaEntry(entry.member_id, entry.state, cap), ctx.now)
    return await write_down(
        ctx, who, event, CAPPED, member=entry.member_id, before=str(entry.cap), after=str(cap), nth=nth
    )


async def _add(ctx: Context, who: Reader, member: Member, cap: int, event: ActionPressed) -> int | None:
    entry = await ctx.db.welcomers.entry(member.id)
    if entry and entry.state in STATES:
        return None if entry.cap == cap else await _cap(ctx, who, entry, cap, event)
    account = account_to_reach(member)
    if account is None:
        return None
    await ctx.db.welcomers.put(RotaEntry(member.id, "invited", cap), ctx.now)
    card = invitation_card(as_reader(member, account, ctx.config), cap)
    ctx.db.outbox.add(DirectMessage(account.user, card), key=f"rota:{member.id}:{ctx.now.isoformat()}")
    return await write_down(ctx, who, event, ASKED, member=member.id, after=str(cap))


async def _remove(ctx: Context, who: Reader, member: Member, event: CommandUsed) -> int | None:
    entry = await ctx.db.welcomers.entry(member.id)
    await ctx.db.welcomers.remove(member.id)
    ctx.db.activity.record(Fact("welcomer.left", ctx.now, member.id), key=f"welcomer.left:{event.key}")
    if entry is None:
        return None
    before = json.dumps({"state": entry.state, "cap": entry.cap})
    return await write_down(ctx, who, event, REMOVED, member=member.id, before=before)


# ---- taking it back


async def undo_asked(ctx: Context, who: Reader, deed: StoredDeed) -> RichText:
    """Take somebody off the rota again who was asked."""
    member = deed.what.member_id
    entry = await ctx.db.welcomers.entry(member) if member is not None else None
    if member is None or entry is None or entry.state not in STATES:
        raise CannotUndoError(who.t("They are not on the rota any more, so nothing was changed."))
    await ctx.db.welcomers.remove(member)
    return who.t("They are off the rota again. The message that asked them stays where it is.")


async def undo_removed(ctx: Context, who: Reader, deed: StoredDeed) -> RichText:
    """Put somebody back who was taken off."""
    member, held = deed.what.member_id, json.loads(deed.what.before or "{}")
    if member is None or not held or await ctx.db.welcomers.entry(member) is not None:
        raise CannotUndoError(who.t("They are on the rota again already, or no longer here, so nothing was changed."))
    await ctx.db.welcomers.put(RotaEntry(member, held["state"], held["cap"]), ctx.now)
    return who.t("They are back on the rota, as before.")


async def undo_capped(ctx: Context, who: Reader, deed: StoredDeed) -> RichText:
    """Give somebody the cap of before back, where it has not changed since."""
    what = deed.what
    entry = await ctx.db.welcomers.entry(what.member_id) if what.member_id is not None else None
    if entry is None or str(entry.cap) != what.after or not what.before:
        raise CannotUndoError(who.t("That was changed again since, so nothing was changed now."))
    await ctx.db.welcomers.put(RotaEntry(entry.member_id, entry.state, int(what.before)), ctx.now)
    return who.t("Done: it is as before.")


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


async def _card(ctx: Context, who: Reader, undo: int | None = None) -> Card:
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
    if undo is not None:
        parts.append(Buttons((undo_button(t, undo),)))
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
        press("rota_do", do_it),
    ),
    deeds={
        ASKED: msg("{who} asked {member} to greet newcomers."),
        REMOVED: msg("{who} took {member} off the rota of welcomers."),
        CAPPED: msg("{who} set how often {member} is asked to greet newcomers: {before} → {after} a week at most."),
    },
    undoes={ASKED: undo_asked, REMOVED: undo_removed, CAPPED: undo_capped},
)
