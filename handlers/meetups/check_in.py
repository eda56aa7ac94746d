"""Check-in: "I'm here" by a button in the meetup's thread, or by a word that is said at the event."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from msgspec.structs import replace

from chat.answers import Answer, Invalid, OpenForm, Say
from chat.card import Accent, Button, Buttons, Card, Footnote, Style, Text, Title
from chat.effects import DirectMessage, Post, React
from chat.events import ActionPressed, FormSubmitted, MessagePosted
from chat.form import Form, Line
from chat.ids import Workspace
from chat.limits import TITLE
from chat.text import Bold, MomentStyle, rich
from community.meetups.plan import MeetupState
from community.meetups.said_words import LOTS, SHORTEST, WORD, made_word, says, tidy_word
from community.seats.commands import CheckIn
from community.seats.outcomes import Decision, What
from community.seats.values import Ledger, Mark
from community.signals import TimerDue
from community.words import tame
from handlers.context import Context
from handlers.drafts import keep_draft
from handlers.meetups.day import OPENS, opening, set_day
from handlers.meetups.finding import gone
from handlers.meetups.held import may_run
from handlers.meetups.notices import reader_of
from handlers.meetups.presence import meetup_named, not_organiser, take, why_not
from handlers.public import channel_translator, shortened
from handlers.readers import Reader, note, reader
from handlers.routes import Feature, due, form, on, press
from locales import Translator
from storage.meetups.plans import StoredMeetup

SEEN = "✅"  # on a message that said the word


def here_key(ledger: Ledger, workspace: Workspace) -> str:
    """Return the business key of a check-in card: another one where the meetup was put off after it stood."""
    return f"meetup_here:{ledger.meetup}:{ledger.starts:%Y%m%dT%H%M}:{workspace}"


async def open_check_in(ctx: Context, event: TimerDue) -> None:
    """Post the check-in card where the meetup is talked about, and tell its organisers the word."""
    stored = await ctx.db.meetups.get(int(event.subject))
    ledger = await ctx.db.meetups.ledger(stored.id) if stored else None
    if stored is None or ledger is None or stored.meetup.state is not MeetupState.PLANNED or ledger.cancelled:
        return
    if ctx.now < opening(ledger):
        await set_day(ctx, ledger)
        return
    if ctx.now >= ledger.ends:
        return  # the bot was away, and nobody is there any more
    stored = await _with_word(ctx, stored)
    for stand in await ctx.db.meetups.stands(stored.id):
        t = channel_translator(ctx, stand.place, ctx.config.language)
        effect = Post(stand.thread or stand.place, here_card(stored, t))
        ctx.db.outbox.add(effect, key=here_key(ledger, stand.workspace))
    for member in stored.meetup.organisers:
        if who := await reader_of(ctx, stored, member):
            told = DirectMessage(who.account.user, word_card(stored, who.t))
            ctx.db.outbox.add(told, key=f"meetup_word:{stored.id}:{ledger.starts:%Y%m%dT%H%M}:{member}")


async def _with_word(ctx: Context, stored: StoredMeetup) -> StoredMeetup:
    if stored.meetup.word:
        return stored
    word = made_word(ctx.config.language, ctx.db.meetup_after.draw(LOTS))
    return await _keep_word(ctx, stored, word)


async def _keep_word(ctx: Context, stored: StoredMeetup, word: str) -> StoredMeetup:
    meetup = replace(stored.meetup, word=word)
    await ctx.db.meetups.save(stored.id, meetup)
    return StoredMeetup(id=stored.id, meetup=meetup, home=stored.home, series=stored.series, slot=stored.slot)


def here_card(stored: StoredMeetup, t: Translator) -> Card:
    """Return the card with which people say that they are here."""
    plan = stored.meetup.plan
    said = t(
        "{title} begins at {when}. Press “I'm here” when you have arrived, or have joined online.",
        title=Bold(shortened(plan.title, TITLE)),
        when=t.moment(plan.starts, ZoneInfo(plan.zone), MomentStyle.TIME),
    )
    return Card(
        parts=(
            Text(said),
            Buttons((Button(f"here:{stored.id}", t.line("🙋 I'm here"), Style.PRIMARY),)),
            Footnote(t("Or write the word you hear at the meetup into this thread. Without a seat you count, too.")),
        ),
        accent=Accent.WARM,
    )


def word_card(stored: StoredMeetup, t: Translator) -> Card:
    """Return what an organiser sees of the word."""
    return Card(
        parts=(
            Title(shortened(stored.meetup.plan.title, TITLE)),
            Text(
                rich(
                    t("Check-in is open. Please say this word aloud; whoever writes it in the thread is checked in:"),
                    "\n",
                    Bold(stored.meetup.word),
                )
            ),
            Buttons(
                (
                    Button(f"word:{stored.id}", t.line("Another word…")),
                    Button(f"att:{stored.id}", t.line("Who is here…")),
                )
            ),
        )
    )


# ---- being here


async def here(ctx: Context, event: ActionPressed) -> Answer:
    """Check somebody in who pressed the button."""
    who = await reader(ctx, event)
    stored = await meetup_named(ctx, event)
    if stored is None:
        return gone(who.t)
    decision = await take(ctx, stored, CheckIn(member=who.member.id, key=event.key))
    if decision is None:
        return gone(who.t)
    if decision.refusal:
        return await why_not(ctx, who, decision.state, decision.refusal)
    return _welcome(who, decision)


def _welcome(who: Reader, decision: Decision) -> Say:
    t, member = who.t, decision.state.member(who.member.id)
    new = {fact.data.get("mark") for fact in decision.facts if fact.what is What.MARKED and fact.member == member}
    if Mark.WALK_IN.value in new:
        said = t("Welcome! It is noted that you came without a seat.")
    elif Mark.ATTENDED.value in new:
        said = t("Welcome! You are checked in.")
    else:
        said = t("You are checked in already. Enjoy the meetup!")
    return note(said, Accent.GOOD)


async def hear(ctx: Context, event: MessagePosted) -> None:
    """Check somebody in who wrote the word; to anything else, and at any other time, say nothing."""
    if event.by_bot or not event.text:
        return
    stand = await ctx.db.meetups.in_thread(event.message.place)
    stored = await ctx.db.meetups.get(stand.meetup) if stand else None
    if stored is None or not stored.meetup.word or not says(event.text, stored.meetup.word):
        return
    member = await ctx.db.people.ensure(event.author, event.author_name, ctx.now)
    decision = await take(ctx, stored, CheckIn(member=member.id, key=event.key))
    if decision and decision.refusal is None:
        ctx.db.outbox.add(React(event.message, SEEN), key=f"meetup_said:{stored.id}:{event.message}")


# ---- the word


async def open_word(ctx: Context, event: ActionPressed) -> Answer:
    """Let an organiser choose the word."""
    who = await reader(ctx, event)
    stored = await meetup_named(ctx, event)
    if stored is None:
        return gone(who.t)
    return OpenForm(_word_form(stored, who)) if may_run(ctx, who, stored) else not_organiser(who)


async def set_word(ctx: Context, event: FormSubmitted) -> Answer:
    """Take the word that an organiser chose."""
    who = await reader(ctx, event)
    stored = await meetup_named(ctx, event)
    if stored is None:
        return gone(who.t)
    if not may_run(ctx, who, stored):
        return not_organiser(who)
    word = tidy_word(tame(str(event.values.get("word", ""))))
    if word is None:
        wrong = who.t.line("Please give {least} to {most} letters that can be said aloud.", least=SHORTEST, most=WORD)
        return await keep_draft(ctx, event.user, Invalid({"word": wrong}, _word_form(stored, who).filled(event.values)))
    await _keep_word(ctx, stored, word)
    return note(who.t("The word is now {word}.", word=Bold(word)), Accent.GOOD)


def _word_form(stored: StoredMeetup, who: Reader) -> Form:
    field = Line(key="word", label=who.t.line("The word to be said"), value=stored.meetup.word, max_length=WORD)
    return Form(
        id=f"word:{stored.id}",
        title=who.t.line("The word for check-in"),
        fields=(field,),
        submit=who.t.line("Save"),
        cancel=who.t.line("Cancel"),
    )


FEATURE = Feature(
    "meetups.check_in",
    routes=(
        due(OPENS, open_check_in),
        press("here", here),
        on(MessagePosted, hear),
        press("word", open_word, opens_form=True),
        form("word", set_word),
    ),
)
