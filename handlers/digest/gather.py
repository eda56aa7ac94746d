"""Gathers what is known of a week, lets the rules choose, and brings what the cards need to show the choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chat.ids import MessageRef, Place
from community.digest.choosing import (
    WAITING_AT_MOST,
    Digest,
    Material,
    Peak,
    SolvedQuestion,
    Thanks,
    WaitingQuestion,
    choose,
)
from community.digest.number import SPAN, answered_within_a_day
from community.digest.week import Week
from community.questions.life import Question
from handlers.context import Context
from handlers.digest.tellable import (
    ToCome,
    Told,
    helpers_of,
    introductions_of,
    is_said_openly,
    is_tellable,
    meetups_ahead,
    present,
    shipped,
    threads_of,
    topics_of,
)
from storage.people.choices import DIGEST, RECOGNITION
from storage.questions.ideas import Idea
from storage.recognition.digest_week import StoredPeak


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A digest with all that its cards say of it."""

    week: Week
    digest: Digest
    questions: Mapping[int, Question]
    helpers: Mapping[int, int]  # by question: who gave the answer that is marked, where they may be named
    introductions: Mapping[int, MessageRef]  # by member
    threads: Mapping[str, Told]  # by the name of the talk
    meetups: Mapping[int, ToCome]
    ideas: Mapping[int, Idea]
    peaks: Mapping[int, StoredPeak]

    @property
    def subjects(self) -> dict[str, Place | None]:
        """What is shown, as the log names it, with the thread in which one can join in."""
        shown = [q.question for q in self.digest.solved.shown] + [q.question for q in self.digest.waiting.shown]
        found: dict[str, Place | None] = {f"question:{q}": self.questions[q].thread for q in shown}
        found |= {f"thread:{talk.name}": self.threads[talk.name].place for talk in self.digest.threads.shown}
        return found | {f"meetup:{meetup}": None for meetup in self.digest.meetups.shown}


async def gather(ctx: Context, week: Week) -> Story:
    """Gather a week's story."""
    db = ctx.db
    out = await db.choices.those_out(DIGEST)
    shy = out | await db.choices.those_out(RECOGNITION)
    in_private = out | await db.choices.thanked_in_private()
    solved = [q for q in await db.questions.solved_since(week.since) if q.solved_at and week.since < q.solved_at]
    waiting = await db.questions.unanswered(week.until - WAITING_AT_MOST, week.until)
    questions = {q.id: q for q in (*solved, *waiting) if is_tellable(ctx, q, out)}
    newcomers = await db.weeks.newcomers(week.since, week.until)
    talks, threads = await threads_of(ctx, week, out, {q.thread for q in questions.values()})
    topics = await topics_of(ctx, week)
    meetups = {m.stored.id: m for m in await meetups_ahead(ctx)}
    ideas = {idea.id: idea for idea in await shipped(ctx, week, out)}
    thanks = [t for t in await db.weeks.thanks(week.since, week.until) if is_said_openly(ctx, t)]
    peaks = {peak.id: peak for peak in await db.weeks.peaks(week.since, week.until)}
    people = {q.asker for q in waiting} | {who for talk in (*talks, *topics) for who in talk.turns}
    people |= {who for t in thanks for who in (t.giver, t.receiver)} | {p.member for p in peaks.values()}
    here = await present(ctx, people)
    material = Material(
        newcomers=newcomers,
        solved=[
            SolvedQuestion(q.id, q.solved_at)
            for q in solved
            if q.id in questions and q.solved_at and q.solved_at <= week.until
        ],
        waiting=[WaitingQuestion(q.id, q.asked_at) for q in waiting if q.id in questions and q.asker in here],
        threads=talks,
        topics=topics,
        meetups=[(m.stored.id, m.stored.meetup.plan.starts) for m in meetups.values()],
        ideas=sorted(ideas),
        thanks=[Thanks(t.giver, t.receiver, t.at, t.words) for t in thanks if t.receiver not in in_private],
        peaks=[Peak(p.id, p.member, p.at) for p in peaks.values() if p.member not in shy],
        unnamed=out | {member for member in people - here if member is not None},
        number=answered_within_a_day(*await db.weeks.first_answers(week.until - SPAN, week.until), week.until),
    )
    digest = choose(material, ctx.now)
    helpers = await helpers_of(ctx, digest, questions)
    named = await present(ctx, helpers.values()) - shy
    return Story(
        week=week,
        digest=digest,
        questions=questions,
        helpers={question: member for question, member in helpers.items() if member in named},
        introductions=await introductions_of(ctx, digest),
        threads=threads,
        meetups=meetups,
        ideas=ideas,
        peaks=peaks,
    )
