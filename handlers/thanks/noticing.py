"""Thanks that are noticed: by a reaction, or by words, whose writer is asked in private whether they are to count."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chat.answers import Answer, Redraw
from chat.card import Accent, Button, Buttons, Card, Text
from chat.effects import DirectMessage, Post
from chat.events import ActionPressed, MessagePosted, Reacted
from chat.ids import MessageRef, Place, UserRef
from community.people.members import Member
from community.questions.answers import thanked_for
from community.questions.life import Question
from community.signals import EffectSettled, TimerDue
from community.thanks.giving import (
    State,
    Thanked,
    Way,
    day_began,
    emoji_of,
    may_ask,
    message_key,
    whom,
)
from community.thanks.words import says_thanks
from handlers.context import Context
from handlers.public import is_closed, mention_of
from handlers.questions.steps import PROPOSED
from handlers.quiet.pause import rests
from handlers.readers import (
    Reader,
    Refused,
    account_at,
    account_of,
    account_to_reach,
    arguments,
    as_reader,
    not_yours,
    note,
    number,
    reader,
    refused,
    zone_of,
)
from handlers.routes import Feature, due, on, press, settled
from handlers.thanks.steps import LAPSE, give, keep, log, refusal_of, tell_in_private, withdraw
from handlers.thanks.words import hint_card, refusal_text
from storage.people.choices import OFF, THANKS_HINTS

HINT = "thanks.hint"  # the timer of a question that waits until another one has been read
FRESH = timedelta(hours=1)  # what is heard later than this is no longer on the writer's mind
TALK = timedelta(days=2)  # how far back it is looked who has spoken in a thread
TURNS = 5_000  # messages of the whole community at most that are looked at for that
AFTER_ANOTHER = timedelta(minutes=10)  # "is it solved?" comes first
LONGEST = 1500  # characters; a longer message is about something else


# ---- a reaction


async def note_reaction(ctx: Context, event: Reacted) -> None:
    """Take the reaction of thanks as given, and as taken back with it."""
    settings = ctx.config.thanks
    wanted = emoji_of(settings.reaction)
    if not wanted or emoji_of(event.emoji) != wanted or ctx.chat.is_bot(event.workspace, event.user.id):
        return
    giver = await ctx.db.people.ensure(event.user, "", event.at)
    known = await ctx.db.thanks.by_key(message_key(giver.id, event.message))
    if not event.on:
        if known is not None and known.way is Way.REACTION and known.state is State.GIVEN:
            await withdraw(ctx, known, key=event.key)
        return
    if not settings.enabled or giver.is_bot or (known is not None and known.state is State.GIVEN):
        return
    receiver = await _author(ctx, event)
    if receiver is None:
        return
    new = Thanked(
        id=known.id if known else 0,
        key=message_key(giver.id, event.message),
        giver=giver.id,
        receiver=receiver.id,
        way=Way.REACTION,
        about=event.message,
        at=ctx.now,
    )
    if await refusal_of(ctx, giver, receiver, new) is None:
        await give(ctx, new, key=event.key)


async def _author(ctx: Context, event: Reacted) -> Member | None:
    if event.author is None or ctx.chat.is_bot(event.workspace, event.author.id):
        return None
    return await ctx.db.people.by_user(event.author)


# ---- words


async def note_words(ctx: Context, event: MessagePosted) -> None:
    """Notice words of thanks to one person, and ask their writer whether they are to count."""
    settings = ctx.config.thanks
    addressed = event.mentions or event.reply_to or event.message.place.thread
    if not settings.enabled or not settings.notice_words or event.by_bot or event.direct or not addressed or rests(ctx):
        return
    if len(event.text) > LONGEST or ctx.now - event.at > FRESH or not says_thanks(event.text):
        return
    giver = await ctx.db.people.ensure(event.author, event.author_name, event.at)
    if giver.is_bot or (await ctx.db.choices.of(giver.id)).get(THANKS_HINTS) == OFF:
        return
    receiver, about = await _thanked(ctx, event, giver)
    if receiver is None:
        return
    new = Thanked(
        key=about,
        giver=giver.id,
        receiver=receiver.id,
        way=Way.WORDS,
        about=event.message,
        at=ctx.now,
    )
    began = day_began(ctx.now, zone_of(giver, account_to_reach(giver), ctx.config))
    lately = await ctx.db.thanks.by_giver(giver.id, began)
    if not may_ask(lately) or await refusal_of(ctx, giver, receiver, new) is not None:
        return
    if await ctx.db.thanks.by_key(new.key) is not None:
        return  # asked about it before, or taken back
    stored = await keep(ctx, new)
    log(ctx, "noticed", stored, event.key)
    question = await ctx.db.questions.in_thread(event.message.place)
    if question is not None and await ctx.db.timers.due_at(PROPOSED, question.id) is not None:
        await ctx.db.timers.set(HINT, stored.id, ctx.now + AFTER_ANOTHER)
    else:
        await _ask(ctx, stored, event.author)


async def _thanked(ctx: Context, event: MessagePosted, giver: Member) -> tuple[Member | None, str]:
    """Return who is thanked, and what names the thanks."""
    place = event.message.place
    quoted = event.reply_to_author if event.reply_to and event.reply_to != place.thread else None
    question = await ctx.db.questions.in_thread(place) if place.thread else None
    asked_by_giver = question is not None and question.asker == giver.id
    if question is not None and asked_by_giver and question.anonymous:
        return None, ""  # thanks would tell who asked
    mentioned = [m.id for user in event.mentions if (m := await _person(ctx, user))]
    quoted_member = await _person(ctx, quoted) if quoted else None
    if quoted is not None and quoted_member is None and not mentioned:
        return None, ""  # a bot was answered
    if question is not None and asked_by_giver:
        found = await _helper(ctx, question, [*mentioned, *([quoted_member.id] if quoted_member else [])])
    else:
        talking = await _talking(ctx, event) if place.thread and not mentioned and quoted is None else set[int]()
        found = whom(giver.id, mentioned, quoted_member.id if quoted_member else None, talking)
    receiver = await ctx.db.people.by_id(found) if found is not None else None
    if receiver is not None and quoted_member is not None and receiver.id == quoted_member.id:
        return receiver, message_key(giver.id, MessageRef(place, event.reply_to or ""))
    stands = f"{place}" if place.thread else f"{event.message}"
    return receiver, f"words:{giver.id}:{receiver.id if receiver else 0}:{stands}"


async def _person(ctx: Context, user: UserRef) -> Member | None:
    member = await ctx.db.people.by_user(user)
    return member if member is not None and not member.is_bot else None


async def _helper(ctx: Context, question: Question, named: list[int]) -> int | None:
    answer = thanked_for(await ctx.db.questions.messages(question.id), named)
    return answer.member if answer else None


async def _talking(ctx: Context, event: MessagePosted) -> set[int]:
    """Return who has spoken in a thread, whoever began it included."""
    place = event.message.place
    people = await ctx.db.activity.wrote_in(place, ctx.now - TALK, ctx.now, of_last=TURNS)
    began = await _person(ctx, event.reply_to_author) if event.reply_to_author else None
    return people | ({began.id} if began else set())


# ---- asking


async def ask_later(ctx: Context, event: TimerDue) -> None:
    """Ask what had to wait."""
    thanks = await _of(ctx, event.subject)
    if thanks is None or thanks.state is not State.NOTICED or thanks.about is None:
        return
    giver = await ctx.db.people.by_id(thanks.giver)
    account = account_at(giver, thanks.about.place.home) if giver else None
    if account is not None and account.left_at is None:
        await _ask(ctx, thanks, account.user)


async def _ask(ctx: Context, thanks: Thanked, user: UserRef) -> None:
    giver = await ctx.db.people.by_id(thanks.giver)
    account = account_of(giver, user)
    if giver is None or account is None or thanks.about is None:
        return
    who = as_reader(giver, account, ctx.config)
    here = thanks.about.place
    receiver = await mention_of(ctx, thanks.receiver, Place(here.platform, here.workspace, ""), who.t)
    card: Card = hint_card(who, thanks, receiver or who.t.line("a member"))
    beside = ctx.chat.capabilities(here.home).private_posts
    effect = Post(here, card, only_for=user) if beside else DirectMessage(user, card)
    # `report`, so that who takes no direct messages does not become a card for the moderators
    ctx.db.outbox.add(effect, key=f"thanks_hint:{thanks.id}", report=True)


async def confirm(ctx: Context, event: ActionPressed) -> Answer:
    """Let noticed thanks count."""
    who = await reader(ctx, event)
    thanks = await _of(ctx, "".join(arguments(event)[:1]))
    if thanks is not None and thanks.giver != who.member.id:
        return not_yours(who.t)
    receiver = await ctx.db.people.by_id(thanks.receiver) if thanks else None
    if thanks is None or receiver is None or not ctx.config.thanks.enabled:
        return _lapsed(who)
    done = Redraw(_noted_card(who, thanks))
    if thanks.state is State.GIVEN:
        return done
    account = account_at(receiver, who.account.user.home)
    if why := await refusal_of(ctx, who.member, receiver, replace(thanks, at=ctx.now)):
        return Redraw(note(refusal_text(ctx, who, why, account.name if account else ""), Accent.WARM).card)
    await give(ctx, thanks, key=event.key)
    return done


def _lapsed(who: Reader) -> Refused:
    said = who.t("That is a while ago, and was not noted. {thanks} is always there.", thanks="/thanks")
    return refused(said, redraw=True)


def _noted_card(who: Reader, thanks: Thanked) -> Card:
    back = Button(f"thanks_back:{thanks.id}", who.t.line("Take it back"))
    return Card(parts=(Text(who.t("Noted. Thank you for saying it!")), Buttons((back,))), accent=Accent.GOOD)


async def decline(ctx: Context, event: ActionPressed) -> Answer:
    """Let noticed thanks go."""
    who = await reader(ctx, event)
    thanks = await _of(ctx, "".join(arguments(event)[:1]))
    if thanks is not None and thanks.giver != who.member.id:
        return not_yours(who.t)
    if thanks is None:
        return _lapsed(who)
    if thanks.state is State.NOTICED:
        await ctx.db.thanks.save(replace(thanks, state=State.WITHDRAWN))  # so that it is not asked again
        await ctx.db.timers.drop(LAPSE, thanks.id)
    return Redraw(note(who.t("All right, nothing is noted.")).card)


async def lapse(ctx: Context, event: TimerDue) -> None:
    """Forget what nobody has confirmed."""
    if (thanks_id := number([event.subject], 0)) is not None:
        await ctx.db.thanks.lapse(thanks_id)


async def _of(ctx: Context, typed: str) -> Thanked | None:
    thanks_id = number([typed], 0)
    return await ctx.db.thanks.get(thanks_id) if thanks_id else None


# ---- the line in the channel


async def note_posted(ctx: Context, event: EffectSettled) -> None:
    """Note where the line stands; where it could not be posted, tell the receiver in private."""
    thanks = await _of(ctx, event.effect_key.split(":")[1])
    if thanks is None or thanks.state is not State.GIVEN:
        return
    if not event.ok:
        await tell_in_private(ctx, thanks)
    elif event.ref is not None:
        about = event.ref if thanks.way is Way.COMMAND else thanks.about
        openly = not is_closed(ctx, event.ref.place, unseen=True)
        await ctx.db.thanks.save(replace(thanks, about=about, openly=openly))


FEATURE = Feature(
    "thanks.noticing",
    routes=(
        on(Reacted, note_reaction),
        on(MessagePosted, note_words),
        press("thanks_yes", confirm),
        press("thanks_no", decline),
        due(LAPSE, lapse),
        due(HINT, ask_later),
        settled("thanks", note_posted),
    ),
)
