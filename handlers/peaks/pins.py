"""``/community pins``: who could organise something, with what speaks for them. For moderators alone."""

from __future__ import annotations

from chat.answers import Answer, Redraw, Say
from chat.card import Button, Buttons, Card, Footnote, Part, Text, Title
from chat.commands import Localised, SubCommand
from chat.events import ActionPressed, CommandUsed
from chat.text import Bold, Mention, RichText, join, rich
from community.people.members import Member
from community.people.topics import only_known, topic_name
from community.recognition.first_pins import (
    AGAIN_AFTER,
    LOOKS_BACK,
    TOPICS,
    Evidence,
    Said,
    Verdict,
    candidates,
    gather,
)
from handlers.audit.deeds import write_down
from handlers.context import Context
from handlers.readers import Reader, account_at, arguments, is_staff, name_of, number, reader
from handlers.routes import CannotUndoError, Feature, command, press
from locales import Translator, msg
from storage.activity import Fact
from storage.audit import StoredDeed

PINS = SubCommand(
    name="pins",
    description=Localised(en="Who could organise something", ja="運営に誘えそうなメンバーの候補"),
)
SHOWN = 6  # a card holds no more; whoever is settled makes room
TOPICS_SHOWN = 5


async def show_pins(ctx: Context, event: CommandUsed) -> Answer:
    """Show the candidates."""
    who = await reader(ctx, event)
    return Say(await _card(ctx, who))


async def press_yes(ctx: Context, event: ActionPressed) -> Answer:
    """Remember that somebody is to be asked, or was."""
    return await _say(ctx, event, Verdict.ACCEPTED)


async def press_later(ctx: Context, event: ActionPressed) -> Answer:
    """Remember that it is not the time."""
    return await _say(ctx, event, Verdict.NOT_NOW)


async def press_undo(ctx: Context, event: ActionPressed) -> Answer:
    """Forget what was said of somebody."""
    return await _say(ctx, event, None)


async def _say(ctx: Context, event: ActionPressed, verdict: Verdict | None) -> Answer:
    who = await reader(ctx, event)
    asked = number(arguments(event), 0)
    member = await ctx.db.people.by_id(asked) if asked is not None else None
    if member is None:
        return Redraw(await _card(ctx, who))
    before = (await ctx.db.pins.said()).get(member.id)
    if verdict is None:
        await ctx.db.pins.unsay(member.id)
    else:
        await ctx.db.pins.say(member.id, Said(verdict, ctx.now, who.member.id))
    what = verdict.value if verdict else "undone"
    fact = Fact(f"pin.{what}", ctx.now, who.member.id, subject=f"member:{member.id}")
    ctx.db.activity.record(fact, key=f"pin.{what}:{event.key}")
    held = before.verdict.value if before else None
    if held != (verdict.value if verdict else None):
        after = verdict.value if verdict else None
        await write_down(ctx, who, event, SAID, "pins", member=member.id, before=held, after=after)
    return Redraw(await _card(ctx, who, (member, verdict) if verdict else None))


async def _card(ctx: Context, who: Reader, settled: tuple[Member, Verdict] | None = None) -> Card:
    t = who.t
    found, people, accepted = await _found(ctx)
    parts: list[Part] = [Title(t.line("Who could organise something?"))]
    if settled:
        parts += _settled(who, *settled)
    if not found:
        parts.append(Text(t("Nobody stands out just now. Meetups, answers and time bring somebody forward.")))
    for one in found[:SHOWN]:
        parts.append(Text(_told(ctx, who, one, people[one.member])))
        parts.append(
            Buttons(
                (
                    Button(f"pin_yes:{one.member}", t.line("We ask them")),
                    Button(f"pin_later:{one.member}", t.line("Not now")),
                )
            )
        )
    small = [
        t(
            "Only moderators see this. It tells what people did within a year; nobody is scored. "
            "“Not now” hides somebody for {days} days.",
            days=AGAIN_AFTER.days,
        )
    ]
    if len(found) > SHOWN:
        small.append(t.n("and {n} more", "and {n} more", len(found) - SHOWN))
    if accepted:
        names = ", ".join(_mention(m, who, t).name for m in accepted[:SHOWN])
        small.append(t("Whom you wanted to ask: {names}", names=names))
    parts.append(Footnote(join("\n", small)))
    return Card(parts=tuple(parts))


def _settled(who: Reader, member: Member, verdict: Verdict) -> list[Part]:
    t, name = who.t, _mention(member, who, who.t)
    if verdict is Verdict.ACCEPTED:
        said = t("Noted: {name}. A personal word from you is the best way to ask.", name=name)
    else:
        said = t("{name} is not shown for now.", name=name)
    return [Text(said), Buttons((Button(f"pin_undo:{member.id}", t.line("Undo")),))]


async def _found(ctx: Context) -> tuple[list[Evidence], dict[int, Member], list[Member]]:
    since = ctx.now - LOOKS_BACK
    answers, topics = await ctx.db.pins.answers(since)
    evidence = gather(
        meetups=await ctx.db.pins.visits(since, ctx.now),
        answers=answers,
        topics={member: only_known(ctx.config.topics, theirs) for member, theirs in topics.items()},
        brought=await ctx.db.pins.brought(since),
        came_back=await ctx.db.pins.returned(since) | await ctx.db.peaks.came_back(since),
    )
    said = await ctx.db.pins.said()
    likely = candidates(evidence, said, (), ctx.now)
    wanted = {member for member, one in said.items() if one.verdict is Verdict.ACCEPTED}
    people = {m.id: m for m in await ctx.db.people.by_ids({*(one.member for one in likely), *wanted})}
    fit = {m.id for m in people.values() if m.left_at is None and not m.is_bot and not is_staff(m, ctx.config)}
    return [one for one in likely if one.member in fit], people, [people[m] for m in sorted(wanted & fit)]


def _told(ctx: Context, who: Reader, one: Evidence, member: Member) -> RichText:
    """Return what somebody did, in words."""
    t = who.t
    lines: list[RichText] = []
    if one.meetups:
        lines.append(t.n("came to {n} meetup", "came to {n} meetups", one.meetups))
    if one.answers:
        names = [topic_name(topic, t.language) for topic in ctx.config.topics if topic.id in one.topics]
        if len(names) >= TOPICS:
            listed = t.line(", ").join(names[:TOPICS_SHOWN])
            lines.append(
                t.n(
                    "helped with {n} question ({topics})",
                    "helped with {n} questions ({topics})",
                    one.answers,
                    topics=listed,
                )
            )
        else:
            lines.append(t.n("helped with {n} question", "helped with {n} questions", one.answers))
    if one.brought:
        lines.append(t.n("brought {n} member", "brought {n} members", one.brought))
    if one.came_back:
        lines.append(t("came back after being away"))
    return join("\n", [rich(Bold(_mention(member, who, t).name)), *(RichText(("• ",)) + line for line in lines)])


def _mention(member: Member, who: Reader, t: Translator) -> Mention:
    account = account_at(member, who.account.user.home) or who.account
    return Mention(account.user, name_of(account, t))


async def undo(ctx: Context, who: Reader, deed: StoredDeed) -> RichText:
    """Bring back what was said of somebody before, where nobody has said anything else since."""
    what = deed.what
    now = (await ctx.db.pins.said()).get(what.member_id) if what.member_id is not None else None
    if what.member_id is None or (now.verdict.value if now else None) != what.after:
        raise CannotUndoError(who.t("That was changed again since, so nothing was changed now."))
    if what.before is None:
        await ctx.db.pins.unsay(what.member_id)
    else:
        await ctx.db.pins.say(what.member_id, Said(Verdict(what.before), ctx.now, who.member.id))
    return who.t("Done: it is as before.")


SAID = "pin.said"
FEATURE = Feature(
    "pins",
    routes=(
        command("community", PINS.name, show_pins),
        press("pin_yes", press_yes),
        press("pin_later", press_later),
        press("pin_undo", press_undo),
    ),
    deeds={SAID: msg("{who} noted who could organise something: {member} ({after}).")},
    undoes={SAID: undo},
)
