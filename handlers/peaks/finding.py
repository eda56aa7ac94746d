"""Reads from the log and the stores what may be a peak moment. Only what everybody can see is looked at."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from community.meetups.plan import LONGEST, MeetupState
from community.questions.answers import is_substantial
from community.questions.life import Question, QuestionState
from community.recognition.finding import (
    HANDS,
    QUIET_AFTER,
    SILENCE,
    Answer,
    Growth,
    Return,
    Seen,
    Solution,
    Visit,
    anniversary,
    find,
)
from community.recognition.moments import Kind, Moment
from community.seats.day import attendance
from community.seats.values import CAME
from community.when.zones import zone_or
from handlers.context import Context
from handlers.public import is_closed
from handlers.readers import is_staff
from storage.activity import Fact

ANSWERED, SOLVED = "question.replied", ("question.solved", "question.answer_marked")
JOINED, HELD = ("member.joined", "member.returned"), "meetup.over"
SETTLED_WITHIN = timedelta(days=30)  # of a meetup's end; the settings allow longer, but then it is no news
ABOUT_LATELY = timedelta(days=90)  # an anniversary of somebody who is never there is a number, not a moment
YEARS = 50
_SOON = timedelta(microseconds=1)
_DAY = timedelta(days=1)


async def find_moments(ctx: Context, since: datetime) -> list[Moment]:
    """Return the moments since then, of members who are here and do not moderate: helping is the moderators' task."""
    facts = await ctx.db.activity.facts([ANSWERED, *SOLVED, *JOINED, HELD], since=since, until=ctx.now + _SOON)
    moments = find(await _seen(ctx, facts, since))
    people = {m.id: m for m in await ctx.db.people.by_ids({m.member for m in moments if m.member is not None})}
    peers = {m.id for m in people.values() if m.left_at is None and not m.is_bot and not is_staff(m, ctx.config)}
    return [m for m in moments if m.member is None or m.member in peers]


async def _seen(ctx: Context, facts: Collection[Fact], since: datetime) -> Seen:
    zone = zone_or(None, ctx.config.time_zone)
    questions = await _questions(ctx, facts)
    answers = list(_answers(facts, questions))
    joined = await _joined(ctx, since, zone)
    return Seen(
        since=since,
        until=ctx.now,
        zone=zone,
        answers=answers,
        first_answers=await ctx.db.peaks.first_answers({a.member for a in answers}),
        hands=await _hands(ctx, {a.question for a in answers if not a.imported}),
        solutions=await _solutions(ctx, facts, questions),
        visits=await _visits(ctx),
        returns=[
            Return(member, last, back)
            for member, last, back in await ctx.db.peaks.wrote_again(since, ctx.now, ctx.now - SILENCE)
        ],
        joined=joined,
        about_lately=frozenset(await ctx.db.weeks.active(joined, ctx.now - ABOUT_LATELY)),
        growth=await _growth(ctx, facts),
    )


async def _questions(ctx: Context, facts: Iterable[Fact]) -> dict[int, Question]:
    """Return the questions of which facts tell, as far as everybody can read them."""
    ids = {int(f.subject) for f in facts if f.subject and f.kind.startswith("question.")}
    found = await ctx.db.questions.of_ids(ids)
    return {q.id: q for q in found.values() if q.root and not is_closed(ctx, q.root.place, unseen=True)}


def _answers(facts: Iterable[Fact], questions: Mapping[int, Question]) -> Iterable[Answer]:
    for fact in facts:
        question = questions.get(int(fact.subject or 0)) if fact.kind == ANSWERED else None
        if question is not None and fact.actor is not None and fact.actor != question.asker:
            yield Answer(fact.actor, question.id, fact.at, imported=_is_imported(fact))


def _is_imported(fact: Fact) -> bool:
    return bool(fact.data.get("imported"))


async def _hands(ctx: Context, ids: Collection[int]) -> dict[int, dict[int, datetime]]:
    """Return who answered the questions that many answered, and when first; a nod is no answer."""
    hands: dict[int, dict[int, datetime]] = {}
    for question, n in (await ctx.db.peaks.answerers(ids)).items():
        if n < HANDS:
            continue
        said = [m for m in await ctx.db.questions.messages(question) if not m.by_asker and is_substantial(m)]
        people: dict[int, datetime] = {}
        for message in sorted(said, key=lambda m: m.at):
            if message.member is not None:
                people.setdefault(message.member, message.at)
        hands[question] = people
    return hands


async def _solutions(ctx: Context, facts: Iterable[Fact], questions: Mapping[int, Question]) -> list[Solution]:
    found: dict[int, Solution] = {}
    for fact in facts:
        question = questions.get(int(fact.subject or 0)) if fact.kind in SOLVED else None
        if question is None or question.state is not QuestionState.SOLVED or question.answer is None:
            continue
        said = await ctx.db.questions.message(question.answer)
        if said is None or said.member is None or said.by_asker or said.member == question.asker:
            continue
        found[question.id] = Solution(
            said.member,
            question.id,
            question.asked_at,
            said.at,
            fact.at,
            is_first=False,
            imported=_is_imported(fact),
        )
    first = await ctx.db.peaks.first_solved({s.member for s in found.values()})
    return [
        Solution(
            s.member,
            s.question,
            s.asked_at,
            s.answered_at,
            s.at,
            is_first=first.get(s.member) == s.question,
            imported=s.imported,
        )
        for s in found.values()
    ]


async def _visits(ctx: Context) -> list[Visit]:
    """Return who came to the meetups whose attendance was settled lately, where the list of guests is open."""
    visits: list[Visit] = []
    begin = ctx.now - QUIET_AFTER - LONGEST - SETTLED_WITHIN
    for stored in await ctx.db.meetups.between(begin, ctx.now, MeetupState.OVER.value):
        ledger = await ctx.db.meetups.ledger(stored.id)
        if ledger is None or stored.meetup.plan.hide_attendees or not await is_open(ctx, stored.id):
            continue
        settled = ledger.ends + ledger.rules.settle
        if not ctx.now - QUIET_AFTER < settled <= ctx.now:
            continue
        came = [member for member, mark in attendance(ledger).items() if mark in CAME]
        history = await ctx.db.meetups.attended_by(came, ledger.starts + _SOON)
        for member in came:
            nth = sum(visit.mark in CAME for visit in history.get(member, ()))
            visits.append(Visit(member, stored.id, nth, settled))
    return visits


async def is_open(ctx: Context, meetup_id: int) -> bool:
    """Say whether a meetup is announced where everybody can read it."""
    stands = await ctx.db.meetups.stands(meetup_id)
    return any(stand.root and not is_closed(ctx, stand.place, unseen=True) for stand in stands)


async def _joined(ctx: Context, since: datetime, zone: ZoneInfo) -> dict[int, datetime]:
    """Return who joined about these days in earlier years."""
    founded = await ctx.db.peaks.founded_at()
    if founded is None:
        return {}
    first = max(founded.year, ctx.now.year - YEARS)
    spans = [
        (anniversary(since, year, zone) - _DAY, anniversary(ctx.now, year, zone) + 2 * _DAY)
        for year in range(first - 1, ctx.now.year)
    ]
    return await ctx.db.peaks.joined_within([span for span in spans if span[0] < span[1]])


async def _growth(ctx: Context, facts: Collection[Fact]) -> dict[Kind, Growth]:
    own = [fact for fact in facts if not _is_imported(fact)]
    newest = {kind: fact.at for fact in own for kind in [fact.kind]}
    joined = {fact.actor for fact in own if fact.kind in JOINED and fact.actor is not None}
    here = {m.id for m in await ctx.db.people.by_ids(joined) if m.left_at is None and not m.is_bot}
    solved = {fact.subject for fact in own if fact.kind == SOLVED[0]}
    held = {fact.subject for fact in own if fact.kind == HELD}
    growth: dict[Kind, Growth] = {}
    if here:
        at = max(newest[kind] for kind in JOINED if kind in newest)
        growth[Kind.MEMBERS] = Growth(await ctx.db.people.count_present(), len(here), at)
    if held:
        growth[Kind.MEETUPS] = Growth(await ctx.db.peaks.held(), len(held), newest[HELD])
    if solved:
        growth[Kind.SOLVED] = Growth(await ctx.db.peaks.solved(), len(solved), newest[SOLVED[0]])
    return growth
