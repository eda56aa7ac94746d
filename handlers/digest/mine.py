"""``/tsudoi digest``: one to three questions that wait for somebody, the meetups to come, and what they want to get."""

from __future__ import annotations

from collections.abc import Collection

from chat.answers import Answer, Redraw, Say
from chat.card import Accent, Button, Buttons, Card, Footnote, Part, Text, Title
from chat.commands import Localised, SubCommand
from chat.events import ActionPressed, CommandUsed
from chat.text import Link, RichText, join, rich
from community.digest.choosing import WAITING_AT_MOST
from community.digest.match import LIKELY, Match, Open, Taste, Why, match
from community.people.topics import topic_name
from community.questions.life import Question
from handlers.context import Context
from handlers.digest.tellable import is_tellable
from handlers.meetups.finding import upcoming
from handlers.meetups.lists import meetup_line
from handlers.peers import ask_of
from handlers.public import shortened
from handlers.readers import Reader, arguments, not_yours, reader
from handlers.routes import Feature, command, press
from locales import Translator
from storage.activity import Fact
from storage.held import people as held_people
from storage.people.choices import DIGEST, OFF, ON, PERSONAL_DIGEST

TITLE = 80  # characters of a question in a line
MEETUPS = 3
RANKED = 10  # questions for which the ranking is asked: the newest
CHOICES = {"digest_own": PERSONAL_DIGEST, "digest_named": DIGEST}  # by the name of the button
MINE = SubCommand(
    name="digest",
    description=Localised(
        en="Questions that wait for you, and meetups to come", ja="あなたを待っている質問と、これからのミートアップ"
    ),
)


async def show(ctx: Context, event: CommandUsed) -> Answer:
    """Show what waits for somebody."""
    who = await reader(ctx, event)
    return Say(await _card(ctx, who))


async def open_from_digest(ctx: Context, event: ActionPressed) -> Answer:
    """Show the same from a digest, and note that it was looked at."""
    who = await reader(ctx, event)
    week = "".join(arguments(event)[:1])[:16]
    fact = Fact("digest.opened", ctx.now, who.member.id, subject=week)
    ctx.db.activity.record(fact, key=f"digest.opened:{week}:{who.member.id}:{ctx.now:%Y-%m-%d}")
    return Say(await _card(ctx, who))


async def choose(ctx: Context, event: ActionPressed) -> Answer:
    """Change what somebody gets, and whether they are named."""
    who = await reader(ctx, event)
    if not who.owns(event):
        return not_yours(who.t)
    what, value = CHOICES[event.action.partition(":")[0]], "".join(arguments(event)[1:2])
    if value in (ON, OFF):
        await ctx.db.choices.set(who.member.id, what, value, ctx.now)
        fact = Fact("member.chose", ctx.now, who.member.id, subject=what, data={"value": value})
        ctx.db.activity.record(fact, key=f"member.chose:{event.key}")
    return Redraw(await _card(ctx, who))


async def _waiting(ctx: Context) -> list[Question]:
    waiting = await ctx.db.questions.unanswered(ctx.now - WAITING_AT_MOST, ctx.now)
    return [question for question in waiting if is_tellable(ctx, question, ())]


async def likely_helpers(ctx: Context) -> dict[int, set[int]]:
    """Return who is likely to know about which of the newest questions. Each is ranked once, which takes a moment."""
    likely: dict[int, set[int]] = {}
    for question in (await _waiting(ctx))[:RANKED]:
        exclude = (question.asker,) if question.asker is not None else ()
        ask = ask_of(question, ctx.now.timestamp())
        for line in await ctx.peers.rank(ctx.db, ask, exclude=exclude, limit=LIKELY):
            likely.setdefault(line.member, set()).add(question.id)
    return likely


async def waiting_for(ctx: Context, who: Reader, likely: Collection[int] = ()) -> tuple[tuple[Match, Question], ...]:
    """Return the questions that wait for a member, those among them that they are ``likely`` to know about."""
    db, member = ctx.db, who.member.id
    questions = await _waiting(ctx)
    told = await db.profiles.told(member)
    invited = {invitation.question for invitation in await db.invitations.unsettled_of(member)}
    taste = Taste(member=member, gives=told.about.give, learns=told.about.learn, invited=invited, likely=likely)
    by_id = {q.id: q for q in questions}
    found = match([Open(q.id, q.topic, q.asked_at, q.asker) for q in questions], taste)
    return tuple((one, by_id[one.question]) for one in found)


def waiting_lines(ctx: Context, t: Translator, found: tuple[tuple[Match, Question], ...]) -> RichText:
    """Return the questions with their reasons, one in each line."""
    return join("\n", [_line(ctx, t, *one) for one in found])


async def waiting_on_home(ctx: Context, who: Reader) -> list[Part]:
    """Return what a home tab shows of questions that wait for its member."""
    found = await waiting_for(ctx, who)
    return [Title(who.t.line("Waiting for you")), Text(waiting_lines(ctx, who.t, found))] if found else []


async def meetup_lines(ctx: Context, who: Reader) -> RichText | None:
    """Return the next meetups, one in each line."""
    found = (await upcoming(ctx))[:MEETUPS]
    return join("\n", [await meetup_line(ctx, who, stored) for stored in found]) if found else None


async def _card(ctx: Context, who: Reader) -> Card:
    t = who.t
    parts: list[Part] = [Title(t.line("For you"))]
    if found := await waiting_for(ctx, who, (await likely_helpers(ctx)).get(who.member.id, ())):
        parts += [Text(t("**Waiting for you**")), Text(waiting_lines(ctx, t, found))]
    else:
        parts.append(Text(t("No question waits for you in particular right now.")))
    if lines := await meetup_lines(ctx, who):
        parts += [Text(t("**Meetups to come**")), Text(lines)]
    parts += await _choices(ctx, who)
    return Card(parts=tuple(parts), accent=Accent.CALM)


async def _choices(ctx: Context, who: Reader) -> list[Part]:
    t, member = who.t, who.member.id
    chosen = await ctx.db.choices.of(member)
    if chosen.get(PERSONAL_DIGEST) == ON:
        said = t(
            "When you have been away for a week, I send you this, once a week at most and never in your quiet hours."
        )
        first = Button(f"digest_own:{member}:{OFF}", t.line("Stop sending it"))
    else:
        said = t("Would you like to get this when you have been away for a week? I send nothing unless you say so.")
        first = Button(f"digest_own:{member}:{ON}", t.line("Send me this when I was away"))
    if chosen.get(DIGEST) == OFF:
        named = t("The channel's digest does not name you.")
        second = Button(f"digest_named:{member}:{ON}", t.line("You may name me"))
    else:
        named = t("The channel's digest may name you, for example with an answer of yours.")
        second = Button(f"digest_named:{member}:{OFF}", t.line("Don't name me"))
    return [Buttons((first, second)), Footnote(join("\n", [said, named]))]


def _line(ctx: Context, t: Translator, found: Match, question: Question) -> RichText:
    title = shortened(" ".join(question.title.split()), TITLE)
    linked = rich("• ", Link(ctx.chat.link(question.root), title) if question.root else title)
    topic = next((topic_name(topic, t.language) for topic in ctx.config.topics if topic.id == question.topic), "")
    match found.why:
        case Why.INVITED:
            why = t("you were asked about it")
        case Why.GIVES:
            why = t("you can help with {topic}", topic=topic)
        case Why.LIKELY:
            why = t("you know about such things")
        case Why.LEARNS:
            why = t("about {topic}, which you want to learn", topic=topic)
    return rich(linked, " (", why, ")")


FEATURE = Feature(
    "digest.mine",
    stores=held_people.DIGESTING,
    routes=(
        command("tsudoi", MINE.name, show),
        press("digest_mine", open_from_digest),
        *(press(name, choose) for name in CHOICES),
    ),
)
