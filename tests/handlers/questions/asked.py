"""Questions for tests: asked the short way, through the same steps as by the form."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from chat.ids import Place, UserRef
from community.config import CommunitySettings
from community.questions.life import Question, Via
from community.settings.overrides import effective_settings
from handlers.context import Context
from handlers.questions.steps import post_question
from locales import translator
from storage.unit import Unit
from tests.handlers.stage import Stage

T = TypeVar("T")
TITLE, WORDS = "Why do webhooks come twice?", "Since Monday every webhook reaches us twice. What can we do?"


async def within(stage: Stage, work: Callable[[Context], Awaitable[T]]) -> T:
    """Do something inside a unit of work, then let the platforms carry out what is due."""
    async with stage.db.writing() as conn:
        unit = Unit(conn, stage.settings.id, stage.now)
        overrides = {k: o.value for k, o in (await unit.settings.all()).items()}
        settings: CommunitySettings = effective_settings(stage.settings, overrides)
        done = await work(stage.context(unit, settings, translator(settings.language)))
        await unit.flush()
    await stage.deliver()
    return done


async def ask(stage: Stage, user: UserRef, title: str = TITLE, text: str = WORDS, **more: object) -> Question:
    """Let somebody ask by the form, and the card reach its channel."""

    async def post(ctx: Context) -> int:
        member = await ctx.db.people.by_user(user)
        assert member
        question = Question(
            asker=member.id,
            account=user,
            via=Via.FORM,
            title=title,
            text=text,
            language="en",
            asked_at=ctx.now,
            **more,  # type: ignore[arg-type]
        )
        place = Place(user.platform, user.workspace, "C-questions")
        stored = await post_question(ctx, question, place, key=stage.key())
        assert stored
        return stored.id

    return await again(stage, await within(stage, post))


async def again(stage: Stage, question_id: int) -> Question:
    """Return a question as it stands now."""

    async def get(ctx: Context) -> Question | None:
        return await ctx.db.questions.get(question_id)

    found = await within(stage, get)
    assert found
    return found
