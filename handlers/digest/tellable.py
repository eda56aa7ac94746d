"""What a digest may tell of: what everybody can read, and nothing of who does not want to be in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from chat.ids import MessageRef, Place
from community.digest.choosing import AHEAD, Digest, Talk, hottest
from community.digest.week import Week
from community.meetups.plan import MeetupState
from community.people.topics import only_known
from community.questions.life import Question
from community.seats.counts import Counts, counts
from handlers.context import Context
from handlers.introductions import introduction_key
from handlers.public import is_closed
from storage.meetups.plans import Stand, StoredMeetup
from storage.questions.ideas import Idea, IdeaState
from storage.recognition.digest_week import StoredThanks


@dataclass(frozen=True, slots=True)
class ToCome:
    """A meetup to come: where it stands, and its seats."""

    stored: StoredMeetup
    stands: tuple[Stand, ...]
    seats: Counts | None


@dataclass(frozen=True, slots=True)
class Told:
    """A conversation that is told of, and what it is called; "" where it has no title of its own."""

    place: Place
    title: str


def is_public(ctx: Context, place: Place) -> bool:
    """Say whether everybody can read what stands at a place; what the bot cannot see is not."""
    return not is_closed(ctx, place, unseen=True)


def is_tellable(ctx: Context, question: Question, out: Collection[int]) -> bool:
    """Say whether a question may be told of."""
    stands = question.root is not None and is_public(ctx, question.root.place)
    return stands and bool(question.title.strip()) and question.asker not in out


async def present(ctx: Context, ids: Iterable[int | None]) -> set[int]:
    """Return which members are people and still here."""
    wanted = {member for member in ids if member is not None}
    return {m.id for m in await ctx.db.people.by_ids(wanted) if m.left_at is None and not m.is_bot}


async def meetups_ahead(ctx: Context) -> list[ToCome]:
    """Return the meetups of the next days that stand where everybody can read."""
    found = await ctx.db.meetups.between(ctx.now, ctx.now + AHEAD, MeetupState.PLANNED.value)
    stands = await ctx.db.meetups.all_stands([stored.id for stored in found])
    ahead = []
    for stored in found:
        public = tuple(s for s in stands if s.meetup == stored.id and s.root and is_public(ctx, s.place))
        if public:
            ledger = await ctx.db.meetups.ledger(stored.id)
            ahead.append(ToCome(stored, public, counts(ledger) if ledger else None))
    return ahead


async def threads_of(
    ctx: Context, week: Week, out: Collection[int], besides: Collection[Place | None]
) -> tuple[list[Talk], Mapping[str, Told]]:
    """Return the conversations of a week that may be told of, ``besides`` left out."""
    spoken = await ctx.db.weeks.threads(week.since, week.until)
    talks = {str(place): (place, turns) for place, turns in spoken.items() if place not in besides}
    hot = hottest([Talk(name, turns) for name, (_, turns) in talks.items()], out)
    places = [talks[talk.name][0] for talk in hot]
    places = [place for place in places if is_public(ctx, place)]
    theirs = await ctx.db.weeks.began_by(out, places)
    told: dict[str, Told] = {}
    for place in places:
        if place in theirs:
            continue
        question = await ctx.db.questions.in_thread(place)
        if question is not None and question.asker in out:
            continue
        told[str(place)] = Told(place, question.title if question else await _meetup_title(ctx, place))
    return [Talk(name, talks[name][1]) for name in told], told


async def _meetup_title(ctx: Context, place: Place) -> str:
    stand = await ctx.db.meetups.in_thread(place)
    stored = await ctx.db.meetups.get(stand.meetup) if stand else None
    return stored.meetup.plan.title if stored else ""


async def topics_of(ctx: Context, week: Week) -> list[Talk]:
    """Return who asked and replied about each topic."""
    asked = await ctx.db.weeks.asked_about(week.since, week.until)
    replied = await ctx.db.weeks.repliers(asked, week.until)
    turns: dict[str, dict[int, int]] = {}
    for question, (topic, asker) in asked.items():
        of = turns.setdefault(topic, {})
        for member, n in [*replied.get(question, {}).items(), *([(asker, 1)] if asker is not None else [])]:
            of[member] = of.get(member, 0) + n
    return [Talk(topic, turns[topic]) for topic in only_known(ctx.config.topics, turns)]


async def shipped(ctx: Context, week: Week, out: Collection[int]) -> list[Idea]:
    """Return the ideas that came true."""
    return [
        idea
        for idea in await ctx.db.ideas.all(IdeaState.SHIPPED)
        if week.since < idea.changed_at <= week.until
        and idea.text.strip()
        and idea.member not in out
        and (idea.root is None or is_public(ctx, idea.root.place))
    ]


def is_said_openly(ctx: Context, thanks: StoredThanks) -> bool:
    """Say whether a word of thanks was said where everybody can read it, and still can."""
    return thanks.openly and thanks.about is not None and is_public(ctx, thanks.about.place)


async def helpers_of(ctx: Context, digest: Digest, questions: Mapping[int, Question]) -> dict[int, int]:
    """Return who gave the answers that are marked."""
    found: dict[int, int] = {}
    for solved in digest.solved.shown:
        question = questions[solved.question]
        answer = await ctx.db.questions.message(question.answer) if question.answer else None
        if answer is not None and answer.member is not None and answer.member != question.asker:
            found[question.id] = answer.member
    return found


async def introductions_of(ctx: Context, digest: Digest) -> dict[int, MessageRef]:
    """Return where the introductions of newcomers stand."""
    found: dict[int, MessageRef] = {}
    for newcomer in digest.newcomers.shown:
        stands = await ctx.db.profiles.introduction(newcomer.member)
        ref = await ctx.db.outbox.ref(introduction_key(newcomer.member, stands.round)) if stands else None
        if ref is not None and is_public(ctx, ref.place):
            found[newcomer.member] = ref
    return found
