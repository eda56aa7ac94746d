"""A community in which moments are looked for each morning, for tests that let days pass."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from chat.card import Buttons, Card
from chat.effects import DirectMessage, Post
from chat.ids import Platform, UserRef
from community.questions.life import Question, solve
from community.recognition.moments import Moment
from handlers import FEATURES
from handlers.context import Context
from handlers.questions.steps import take_step
from tests.handlers.digest.weekly import with_digest
from tests.handlers.questions.asked import again, ask, within
from tests.handlers.stage import Stage

A_DAY = timedelta(days=1)
MORNING = timedelta(hours=1)  # a stage begins on a Friday at ten, when the first look has just been
ANSWER = "You have to answer with a 200 within three seconds, or the same webhook is sent once more. See the log."
QUESTION = "Why do webhooks come twice?"


def prepare(stage: Stage, *, languages: dict[str, str] | None = None, **settings: object) -> Stage:
    """Let moments be looked for; ``languages`` by platform are those of the channel in which they are told."""
    settled = with_digest(stage.settings, **(languages or {}))
    recognition = msgspec.structs.replace(settled.recognition, **settings)
    stage.settings = msgspec.structs.replace(settled, recognition=recognition)
    stage.standing = [one for feature in FEATURES for one in feature.standing if one.kind == "peaks"]
    return stage


async def begins(stage: Stage) -> None:
    """Let the first look pass, before which nothing counts."""
    await stage.passes(A_DAY + timedelta(minutes=1))
    stage.sent.clear()


async def solved(
    stage: Stage, asker: UserRef, helper: UserRef, *, after: timedelta = timedelta(minutes=9), title: str = QUESTION
) -> Question:
    """Let somebody ask, another answer after a while, and the asker say that this solved it."""
    question = await ask(stage, asker, title)
    stage.now += after
    question = await answered(stage, question, helper)

    async def settle(ctx: Context) -> None:
        said = await ctx.db.questions.messages(question.id)
        change = solve(await again_in(ctx, question.id), await member(ctx, asker), ctx.now, said[-1].id)
        assert change
        await take_step(ctx, change, key=stage.key())

    stage.now += timedelta(minutes=1)
    await within(stage, settle)
    return await again(stage, question.id)


async def again_in(ctx: Context, question_id: int) -> Question:
    found = await ctx.db.questions.get(question_id)
    assert found
    return found


async def member(ctx: Context, user: UserRef) -> int:
    found = await ctx.db.people.by_user(user)
    assert found
    return found.id


async def answered(stage: Stage, question: Question, helper: UserRef, words: str = ANSWER) -> Question:
    """Let somebody answer in the thread of a question."""
    question = await again(stage, question.id)
    assert question.root
    await stage.says(helper, words, to=question.root)
    return await again(stage, question.id)


async def moments(stage: Stage) -> list[Moment]:
    """Return all moments that were found."""

    async def load(ctx: Context) -> list[Moment]:
        return await ctx.db.peaks._load()

    return await within(stage, load)


async def states(stage: Stage) -> dict[str, str]:
    """Return how each moment stands, by its kind."""
    return {moment.kind.value: moment.state.value for moment in await moments(stage)}


def asked(stage: Stage) -> dict[str, Card]:
    """Return the questions that members were sent, by their user id, and forget everything else that was sent."""
    return {
        effect.user.id: effect.card for effect in stage.took(DirectMessage) if "peak_yes:" in str(effect.card.parts)
    }


def told(stage: Stage) -> dict[Platform, list[Card]]:
    """Return what was posted in the channels for digests, and forget everything that was sent."""
    found: dict[Platform, list[Card]] = {}
    for post in stage.took(Post):
        if post.place.channel == "C-general" and not any(isinstance(part, Buttons) for part in post.card.parts):
            found.setdefault(post.place.platform, []).append(post.card)
    return found
