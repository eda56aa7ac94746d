"""Small steps for tests about asking: a community that has answered a lot before, and messages in its channels."""

from __future__ import annotations

import msgspec

from chat.effects import Effect, OpenThread, Post
from chat.events import MessagePosted
from chat.ids import MessageRef, Place, PlaceInfo, UserRef, Workspace
from community.questions.life import Question, QuestionMessage, solve
from handlers.context import Context
from handlers.questions.steps import take_step
from storage.questions.knowledge import Conversation
from tests.handlers.questions.asked import ask, within
from tests.handlers.stage import Obedient, Stage

TITLE = "Webhook signature verification fails behind the nginx proxy"
WORDS = "Our Stripe webhook endpoint rejects every signature since the nginx proxy compresses the request body."
SAME = "Stripe webhook signature verification fails since nginx proxy compresses the body, what can I do?"
ANSWER = "Verify the raw request body, before nginx decompresses it."
OTHERS = 400  # conversations about other things: what is rare can only be told among many


class Closed(Obedient):
    """A directory whose question channel not everybody can read."""

    def place(self, workspace: Workspace, name: str) -> PlaceInfo | None:
        found = super().place(workspace, name)
        closed = found is not None and found.name == "questions"
        return msgspec.structs.replace(found, kind="private") if closed and found else found


async def crowd(stage: Stage) -> None:
    """Let the community have answered a lot of other things."""

    async def put(ctx: Context) -> None:
        await ctx.db.knowledge.put_all(
            [
                Conversation(100_000 + n, f"Garden number {n}", f"How do I water plant {n} in garden {n}?", (), ctx.now)
                for n in range(OTHERS)
            ]
        )

    await within(stage, put)


async def solved(
    stage: Stage, asker: UserRef, helper: UserRef, title: str = TITLE, words: str = WORDS, **more: object
) -> Question:
    """Let a question be asked, answered and solved."""
    question = await ask(stage, asker, title, words, **more)

    async def answer(ctx: Context) -> Question:
        member = await ctx.db.people.by_user(helper)
        stands = await ctx.db.questions.get(question.id)
        assert member
        assert stands
        assert stands.thread
        said = QuestionMessage(
            question=stands.id,
            member=member.id,
            ref=MessageRef(stands.thread, f"a{stands.id}"),
            text=ANSWER,
            at=ctx.now,
            by_asker=member.id == stands.asker,
        )
        row = await ctx.db.questions.add_message(said)
        change = solve(stands, member.id, ctx.now, row)
        assert change
        return await take_step(ctx, change, key=stage.key())

    done = await within(stage, answer)
    stage.sent.clear()
    return done


async def writes(
    stage: Stage, user: UserRef, text: str, channel: str = "questions", thread: str | None = None, **more: object
) -> MessageRef:
    """Let somebody write in a channel; with ``thread`` "own" as the first message of a forum post."""
    message_id = f"w{stage.key()}"
    place = Place(user.platform, user.workspace, f"C-{channel}", message_id if thread == "own" else thread)
    ref = MessageRef(place, message_id)
    told = {"key": stage.key(), "at": stage.now, "workspace": user.home, "author_name": user.id, **more}
    await stage.happens(MessagePosted(message=ref, author=user, text=text, **told))  # type: ignore[arg-type]
    return ref


async def all_of(stage: Stage) -> list[Question]:
    """Return every question that is stored, drafts included, oldest first."""

    async def get(ctx: Context) -> list[Question]:
        found = await ctx.db.questions.of_ids(range(1, 200))
        return [found[id_] for id_ in sorted(found)]

    return await within(stage, get)


async def only(stage: Stage) -> Question:
    """Return the one question that there is."""
    (question,) = await all_of(stage)
    return question


def public(stage: Stage) -> list[Effect]:
    """Return what everybody can see of what the bot sent."""
    return [e for e in stage.sent if isinstance(e, OpenThread) or (isinstance(e, Post) and e.only_for is None)]
