"""Small steps for tests about what happens to a question after it was asked."""

from __future__ import annotations

from chat.answers import Answer
from chat.card import Card, Select, Text, part_actions
from chat.effects import DirectMessage, Effect, Post
from chat.events import MenuUsed, MessageDeleted, MessageEdited, MessagePosted, Reacted
from chat.ids import MessageRef, UserRef
from chat.text import RichText
from community.questions.life import Question
from handlers.context import Context
from storage.activity import Fact
from storage.questions.invitations import Invitation, InvitationState
from tests.handlers.questions.asked import again, ask, within
from tests.handlers.stage import Stage

FIX = "Answer every webhook with a 200 within five seconds, then it is not sent twice."
INVITED = Card(parts=(Text(RichText(("Would you answer this?",))),))
OTHER = "You can also keep the ids that you have seen, and skip those."


async def asked(stage: Stage, user: UserRef, **more: object) -> Question:
    """Let somebody ask by the form, and look only at what happens after that."""
    question = await ask(stage, user, **more)  # type: ignore[arg-type]
    stage.sent.clear()
    return question


async def replies(stage: Stage, user: UserRef, question: Question, text: str = FIX, **more: object) -> MessageRef:
    """Let somebody write in a question's thread."""
    assert question.thread
    assert question.root
    ref = MessageRef(question.thread, f"r{stage.key()}")
    told = {"key": stage.key(), "at": stage.now, "workspace": user.home, "reply_to": question.root.id, **more}
    await stage.happens(
        MessagePosted(message=ref, author=user, author_name=user.id, text=text, **told)  # type: ignore[arg-type]
    )
    return ref


async def edits(stage: Stage, user: UserRef, ref: MessageRef, text: str) -> None:
    """Let somebody change what a message says."""
    await stage.happens(
        MessageEdited(key=stage.key(), at=stage.now, workspace=user.home, message=ref, author=user, text=text)
    )


async def deletes(stage: Stage, ref: MessageRef) -> None:
    """Let a message, or a thread, be gone."""
    await stage.happens(MessageDeleted(key=stage.key(), at=stage.now, workspace=ref.place.home, message=ref))


async def reacts(stage: Stage, user: UserRef, ref: MessageRef, emoji: str, *, on: bool = True) -> None:
    """Let somebody react to a message."""
    await stage.happens(
        Reacted(key=stage.key(), at=stage.now, workspace=user.home, message=ref, user=user, emoji=emoji, on=on)
    )


async def uses_menu(stage: Stage, user: UserRef, ref: MessageRef, author: UserRef, text: str = FIX) -> Answer:
    """Let somebody use the entry "This solved it" of a message's menu."""
    event = MenuUsed(
        key=stage.key(),
        at=stage.now,
        workspace=user.home,
        user=user,
        menu="solved_it",
        message=ref,
        author=author,
        text=text,
    )
    answer = await stage.happens(event)
    assert answer is not None
    return answer


async def invites(stage: Stage, question: Question, user: UserRef) -> int:
    """Let somebody have been invited."""
    member = await stage.member(user)

    async def add(ctx: Context) -> int | None:
        invited = Invitation(question=question.id, member=member, account=user, round=1, asked_at=ctx.now)
        new_id = await ctx.db.invitations.add(invited)
        ctx.db.outbox.add(DirectMessage(user, INVITED), key=f"invite:{new_id}", report=True)
        return new_id

    new_id = await within(stage, add)
    assert new_id
    stage.sent.clear()
    return new_id


async def invitation_states(stage: Stage, question: Question) -> list[InvitationState]:
    """Return what became of a question's invitations."""

    async def about(ctx: Context) -> list[InvitationState]:
        return [i.state for i in await ctx.db.invitations.about(question.id)]

    return await within(stage, about)


def private_to(stage: Stage, user: UserRef) -> list[Card]:
    """Return what only one member was asked about questions, and forget everything."""
    everything: list[Effect] = [*stage.sent]
    stage.sent.clear()
    cards = [
        e.card
        for e in everything
        if (isinstance(e, DirectMessage) and e.user == user) or (isinstance(e, Post) and e.only_for == user)
    ]
    return [c for c in cards if any(a.startswith("q_") for part in c.parts for a in part_actions(part))]


def menu_of(card: Card) -> Select:
    """Return the menu of a card."""
    (select,) = [part for part in card.parts if isinstance(part, Select)]
    return select


async def facts_of(stage: Stage, *kinds: str) -> list[Fact]:
    """Return the facts of some kinds."""

    async def get(ctx: Context) -> list[Fact]:
        return await ctx.db.activity.facts(kinds)

    return await within(stage, get)


async def finds(stage: Stage, words: str) -> list[int]:
    """Return the questions that are found by some words."""

    async def look(ctx: Context) -> list[int]:
        return [hit.question_id for hit in await ctx.db.knowledge.search(words, limit=5)]

    return await within(stage, look)


async def stands(stage: Stage, question: Question) -> Question:
    """Return a question as it stands now."""
    return await again(stage, question.id)
