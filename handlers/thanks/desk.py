"""``/community thanks``, for moderators alone: who helped and was not thanked, who was helped and could now give."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from chat.answers import Answer, OpenForm, Redraw, Say
from chat.card import Accent, Button, Buttons, Card, Footnote, LinkButton, Option, Part, Select, Text, Title
from chat.commands import Localised, SubCommand
from chat.effects import DirectMessage
from chat.events import ActionPressed, CommandUsed
from chat.ids import Place
from chat.text import Bold, Link, RichText, join, rich
from community.digest.choosing import WAITING_AT_MOST
from community.hours.waking import next_waking
from community.people.members import Member
from community.people.topics import Level
from community.questions.life import Question
from community.thanks.giving import State, Thanked, Way
from community.thanks.lists import HELPED_WITHIN, LATELY, CouldGive, Help, Open, Settled, could_give, unthanked
from handlers.audit.deeds import write_down
from handlers.context import Context
from handlers.previews import preview_card
from handlers.public import is_closed, mention_of, shortened
from handlers.readers import (
    Reader,
    account_at,
    account_in,
    account_to_reach,
    arguments,
    as_reader,
    name_of,
    note,
    number,
    quiet_hours_of,
    reader,
    zone_of,
)
from handlers.routes import Feature, command, press
from handlers.thanks.giving import SWITCHED_OFF
from handlers.thanks.steps import keep, refusal_of
from handlers.thanks.words import refusal_text, thanks_form
from locales import msg
from storage.activity import Fact
from storage.questions.invitations import ROUTING

THANKS_DESK = SubCommand(
    name="thanks",
    description=Localised(en="Who helped and was not thanked yet", ja="助けてくれたのに、まだお礼を受け取っていない人"),
)
HINTED = "thanks.hinted"
SHOWN = 6  # of each list; what is settled makes room for the next
EVIDENCE = 3  # questions named beside somebody
TITLE = 60
NAME = 40
SLEEPS_AT_MOST = timedelta(days=2)
LOOKED_AT = 100  # waiting questions: the newest
SOLVING = ("question.solved", "question.answer_marked")


async def show(ctx: Context, event: CommandUsed) -> Answer:
    """Show both lists."""
    who = await reader(ctx, event)
    if not ctx.config.thanks.enabled:
        return note(who.t(SWITCHED_OFF), Accent.WARM)
    t = who.t
    parts: list[Part] = [Title(t.line("Helped, and not thanked yet"))]
    parts += await _unthanked_parts(ctx, who)
    parts.append(Title(t.line("Were helped, and could now give")))
    parts += await _could_give_parts(ctx, who)
    parts.append(Footnote(t("Only moderators see this. It is no ranking: the order is that of names, or of waiting.")))
    return Say(Card(parts=tuple(parts), accent=Accent.WARM))


# ---- who was not thanked


async def _unthanked_parts(ctx: Context, who: Reader) -> list[Part]:
    t = who.t
    since = ctx.now - LATELY
    helped = [
        Help(by, question, fact.at)
        for fact in await ctx.db.activity.facts(["question.replied", "question.answered", *SOLVING], since=since)
        if (by := _helper(fact)) is not None and (question := number([fact.subject or ""], 0)) is not None
    ]
    spoken = [fact.data.get("member") for fact in await ctx.db.activity.facts(["question.thanked"], since=since)]
    thanked = await ctx.db.thanks.receivers(since) | {one for one in spoken if isinstance(one, int)}
    found = unthanked(helped, thanked | {who.member.id})
    questions = await ctx.db.questions.of_ids({question for about in found.values() for question in about})
    shown = []
    for member in await _present(ctx, who, found):
        about = [
            q
            for id_ in found[member.id]
            if (q := questions.get(id_)) and q.asker != member.id and _may_see(ctx, who, q)
        ]
        if len(about) > 1:
            shown.append((member, about[:EVIDENCE]))
    if not shown:
        return [Text(t("Everybody who helped lately has been thanked. How nice!"))]
    lines = [
        rich(Bold(_name(who, member)), " — ", join(" · ", [_linked(ctx, q, who) for q in about]))
        for member, about in shown[:SHOWN]
    ]
    options = tuple(Option(str(member.id), shortened(_name(who, member), NAME)) for member, _ in shown[:SHOWN])
    choose = Select(action="thanks_them", placeholder=t.line("Thank them…"), options=options)
    return [Text(join("\n", lines)), choose]


def _helper(fact: Fact) -> int | None:
    """Return who helped: of a solution it is whose answer it was."""
    member = fact.data.get("helper") if fact.kind in SOLVING else fact.actor
    return member if isinstance(member, int) else None


async def thank_them(ctx: Context, event: ActionPressed) -> Answer:
    """Open the form in which a moderator thanks somebody."""
    who = await reader(ctx, event)
    member_id = number([*event.values], 0)
    member = await ctx.db.people.by_id(member_id) if member_id is not None else None
    if member is None or not ctx.config.thanks.enabled:
        return note(who.t(SWITCHED_OFF) if member else who.t("I do not find them any more."), Accent.WARM)
    new = Thanked(
        key=f"desk:{who.member.id}:{member.id}:{ctx.now.timestamp():.0f}",
        giver=who.member.id,
        receiver=member.id,
        words="…",  # what is typed takes its place
        way=Way.COMMAND,
        at=ctx.now,
    )
    if why := await refusal_of(ctx, who.member, member, new):
        return note(refusal_text(ctx, who, why, _name(who, member)), Accent.WARM)
    stored = await keep(ctx, new)
    if stored.state is State.GIVEN:
        return note(who.t("That is done already."), Accent.GOOD)
    return OpenForm(thanks_form(who, f"thanks_say:{stored.id}", _name(who, member), required=True))


# ---- who could give


async def _could_give_parts(ctx: Context, who: Reader) -> list[Part]:
    t = who.t
    found, questions = await _could_give(ctx, who)
    members = {m.id: m for m in await _present(ctx, who, {one.member for one in found})}
    shown = [one for one in found if one.member in members][:SHOWN]
    if not shown:
        return [Text(t("Nobody in particular right now: no question waits that somebody who was helped may know."))]
    lines = []
    for one in shown:
        own, waiting = _linked(ctx, questions[one.helped], who), _linked(ctx, questions[one.waiting], who)
        name = Bold(_name(who, members[one.member]))
        lines.append(
            t(
                "{name} was helped with {own}, and says to know the topic of {waiting}.",
                name=name,
                own=own,
                waiting=waiting,
            )
            if one.by_level
            else t("{name} was helped with {own}; {waiting} is about the same.", name=name, own=own, waiting=waiting)
        )
    options = tuple(
        Option(f"{one.member}:{one.waiting}", shortened(_name(who, members[one.member]), NAME)) for one in shown
    )
    choose = Select(action="thanks_hint_give", placeholder=t.line("Tell them that a question waits…"), options=options)
    return [Text(join("\n", lines)), choose]


async def _could_give(ctx: Context, who: Reader) -> tuple[list[CouldGive], dict[int, Question]]:
    living = [
        q
        for q in await ctx.db.questions.unanswered(ctx.now - WAITING_AT_MOST, ctx.now)
        if q.topic and q.title and _may_read(ctx, q) and _may_see(ctx, who, q)
    ][:LOOKED_AT]
    solved = await ctx.db.questions.solved_since(ctx.now - HELPED_WITHIN)
    facts = await ctx.db.activity.facts(["question.replied", *SOLVING], since=ctx.now - HELPED_WITHIN)
    helped_by = {number([fact.subject or ""], 0): _helper(fact) for fact in facts if fact.kind in SOLVING}
    settled = [
        Settled(q.asker, q.id, q.topic, q.solved_at)
        for q in solved
        if q.asker is not None
        and helped_by.get(q.id) not in (None, q.asker)
        and not q.anonymous
        and q.solved_at
        and q.title
    ]
    levels: dict[tuple[int, str], Level] = {}
    for topic in {q.topic for q in living if q.topic}:
        stated = await ctx.db.peers.stated(topic)
        levels |= {(member, topic): said.level for member, said in stated.items() if said.level}
    engaged = {(fact.actor, about) for fact in facts if (about := number([fact.subject or ""], 0)) and fact.actor}
    for question in living:
        engaged |= {(asked.member, question.id) for asked in await ctx.db.invitations.about(question.id)}
    out = await ctx.db.invitations.opted_out(ROUTING) | set(await ctx.db.invitations.paused(ctx.now))
    waiting = [Open(q.id, q.topic, q.asker, q.asked_at) for q in living]
    found = could_give([one for one in settled if one.member not in out], waiting, levels, engaged)
    by_id = {question.id: question for question in (*solved, *living)}
    told = {one for one in found if await ctx.db.outbox.holds(_hint_key(one.member, one.waiting))}
    return [one for one in found if one not in told], by_id


def _hint_key(member: int, question: int) -> str:
    return f"thanks_could_give:{question}:{member}"


async def tell_them(ctx: Context, event: ActionPressed) -> Answer:
    """Tell somebody, in private and once, that a question waits which they may know something about."""
    who = await reader(ctx, event)
    t = who.t
    typed = arguments(event)[1:] or "".join(event.values[:1]).split(":")
    chosen = (number(typed, 0), number(typed, 1))
    found, questions = await _could_give(ctx, who)
    one = next((one for one in found if (one.member, one.waiting) == chosen), None)
    member = await ctx.db.people.by_id(one.member) if one else None
    question = questions[one.waiting] if one else None
    account = None
    if member is not None and question is not None and question.root is not None:
        account = account_in(member, question.root.place.home) or account_to_reach(member)
    if one is None or member is None or question is None or question.root is None or account is None:
        return note(t("That has settled itself meanwhile."), Accent.GOOD)
    if arguments(event)[:1] != ["go"]:
        would = t(
            "{name} would be told once, in private, that {question} waits, with your name and no obligation.",
            name=_name(who, member), question=_linked(ctx, question, who),
        )  # fmt: skip
        return Say(preview_card(t, would, do=f"thanks_hint_give:go:{one.member}:{one.waiting}"))
    reads = as_reader(member, account, ctx.config)
    card = await _hint_card(ctx, reads, who, question)
    zone = zone_of(member, account, ctx.config)
    due = next_waking(ctx.now, quiet_hours_of(member), zone, ctx.now + SLEEPS_AT_MOST)
    effect = DirectMessage(account.user, card)
    ctx.db.outbox.add(effect, key=_hint_key(one.member, one.waiting), due=due, report=True)
    await write_down(ctx, who, event, HINTED, f"question:{one.waiting}", member=member.id)
    said = t("{name} hears of it in private, once, with no obligation.", name=_name(who, member))
    return Redraw(note(said, Accent.GOOD).card)


async def _hint_card(ctx: Context, reads: Reader, by: Reader, question: Question) -> Card:
    t = reads.t
    home = Place(reads.account.user.platform, reads.account.user.workspace, "")
    said = t(
        "{by} thought of you: you were helped here with something like this, so you may know a piece of the answer to "
        "{question}. A guess or a pointer is plenty.",
        by=await mention_of(ctx, by.member.id, home, t) or t.line("a member"),
        question=_linked(ctx, question, reads),
    )
    parts: list[Part] = [Text(said)]
    if question.root is not None:
        buttons = (LinkButton(ctx.chat.link(question.root), t.line("Read it there")),)
        parts.append(Buttons((*buttons, Button(f"me:{reads.member.id}", t.line("What I know about you")))))
    parts.append(Footnote(t("No answer is expected. I say this once.")))
    return Card(parts=tuple(parts), accent=Accent.WARM)


# ---- what both need


async def _present(
    ctx: Context, who: Reader, ids: Sequence[int] | set[int] | dict[int, tuple[int, ...]]
) -> list[Member]:
    """Return those who are people and here, by name; whoever looks is left out."""
    found = [m for m in await ctx.db.people.by_ids(ids) if m.left_at is None and not m.is_bot and m.id != who.member.id]
    return sorted(found, key=lambda m: (_name(who, m).casefold(), m.id))


def _name(who: Reader, member: Member) -> str:
    account = account_at(member, who.account.user.home)
    return name_of(account, who.t) if account else who.t.line("a member")


def _linked(ctx: Context, question: Question, who: Reader) -> RichText:
    title = shortened(" ".join(question.title.split()) or who.t.line("a question"), TITLE)
    return rich(Link(ctx.chat.link(question.root), title) if question.root else title)


def _may_read(ctx: Context, question: Question) -> bool:
    """Say whether everybody can read a question: nobody is told what they could not read."""
    return question.root is not None and not is_closed(ctx, question.root.place, unseen=True)


def _may_see(ctx: Context, who: Reader, question: Question) -> bool:
    """Say whether a moderator may be shown a question: what stands in a closed channel only where it is at home."""
    return _may_read(ctx, question) or (question.root is not None and question.root.place.home == who.account.user.home)


FEATURE = Feature(
    "thanks.desk",
    routes=(
        command("community", THANKS_DESK.name, show),
        press("thanks_them", thank_them, opens_form=True),
        press("thanks_hint_give", tell_them),
    ),
    deeds={HINTED: msg("{who} told {member} in private that a question waits: {subject}")},
)
