"""The one way a question changes: stored, logged, shown, searchable, and the search for peers stopped in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chat.effects import CLOSED, MarkThread, OpenThread, Post, PostedAs, React, RedrawPost
from chat.ids import MessageRef, Place, thread_of
from chat.limits import THREAD_TITLE
from community.questions.answers import goes_on
from community.questions.life import Change, CloseReason, Question, QuestionState, Search, reply
from handlers.context import Context
from handlers.public import channel_translator, mention_of, shortened
from handlers.questions.cards import Shown, root_card, thread_card
from handlers.questions.endings import tell_ending
from handlers.questions.helpers import helper_told, was_staff
from handlers.questions.withdraw import ESCALATE, IDLE, INVITE, note_invited_answer, stop_search
from storage.activity import Fact, Value
from storage.audit import Deed
from storage.questions.asked import texts_of
from storage.questions.invitations import InvitationState

DEEDS = {"closed", "merged", "solved", "reopened", "handed_over"}  # their sentences are in ``handlers.questions.deeds``
SOLVED_MARK, TAKEN_MARK = "✅", "👀"
PROPOSED = "question.proposed"  # a timer that only stands there: its asker is not asked again before it is due


def root_key(question_id: int) -> str:
    """Return the business key of the card that asks."""
    return f"question:{question_id}"


def thread_key(question_id: int) -> str:
    """Return the business key of the card in the thread."""
    return f"qthread:{question_id}"


def log(ctx: Context, question: Question, kind: str, actor: int | None, key: str, **data: Value) -> None:
    """Log a fact about a question. ``key`` names the happening, usually the event's key."""
    told: dict[str, Value] = {"topic": question.topic, "level": question.level, **data}
    fact = Fact(f"question.{kind}", ctx.now, actor, question.place, str(question.id), told)
    ctx.db.activity.record(fact, key=f"question.{kind}:{question.id}:{key}")


async def take_step(ctx: Context, change: Change, *, key: str) -> Question:
    """Let a question take a step: everything that follows from it is queued in the same transaction."""
    question = change.question
    await ctx.db.questions.save(question)
    log(ctx, question, change.kind, change.actor, key, **change.data, **await helper_told(ctx, change))
    if question.state is not QuestionState.OPEN:
        await stop_search(ctx, question, by=change.actor)
    await _set_timers(ctx, question, change.kind)
    await index(ctx, question)
    await show(ctx, question)
    await _mark(ctx, question, change.kind)
    await tell_ending(ctx, change, key=key)
    await _write_down(ctx, change, key)
    return question


async def _write_down(ctx: Context, change: Change, key: str) -> None:
    """Write down what a moderator does with the question of somebody else, whichever button it was."""
    question, actor = change.question, change.actor
    if change.kind not in DEEDS or actor in {None, question.asker}:
        return
    if actor is not None and await was_staff(ctx, actor):
        reason = change.data.get("reason")
        deed = Deed(f"question.{change.kind}", ctx.now, actor, f"question:{question.id}",
                    reason=str(reason) if reason else None)  # fmt: skip
        await ctx.db.audit.record(deed, key=f"{deed.deed}:{question.id}:{key}")


async def answer_given(ctx: Context, question: Question, by: int, *, key: str) -> Question:
    """Let a question be answered by somebody, who may have been invited to. However much they say, it is one answer."""
    log(ctx, question, "replied", by, str(by), staff=await was_staff(ctx, by))
    if change := reply(question, by, ctx.now):
        question = await take_step(ctx, change, key=key)
    await note_invited_answer(ctx, question, by)
    return question


async def _set_timers(ctx: Context, question: Question, kind: str) -> None:
    settings, again = ctx.config.questions, kind in ("reopened", "unanswered")
    if question.state not in (QuestionState.OPEN, QuestionState.BEING_ANSWERED):
        await ctx.db.timers.drop(ESCALATE, question.id)
    elif again and question.escalated_at is None:
        await ctx.db.timers.set(ESCALATE, question.id, ctx.now + timedelta(hours=settings.escalate_after_hours))
    if question.state is not QuestionState.ANSWERED:
        await ctx.db.timers.drop(IDLE, question.id)
    elif again or kind == "answered":
        await ctx.db.timers.set(IDLE, question.id, ctx.now + timedelta(days=settings.idle_after_days))
    if kind == "reopened" or not question.is_living:
        await ctx.db.timers.drop(PROPOSED, question.id)
    searching = question.state is QuestionState.OPEN and question.search is Search.PEERS
    if searching and (again or kind == "given_back"):
        wait = timedelta(minutes=settings.invite_after_minutes if again else 0)  # to say what is still missing
        await ctx.db.timers.set(INVITE, question.id, ctx.now + wait)


async def note_change(ctx: Context, question: Question) -> None:
    """Store what changed about a question that is no step of its life: its words, or a message in its thread."""
    await ctx.db.questions.save(question)
    await index(ctx, question)
    await show(ctx, question)


async def index(ctx: Context, question: Question) -> None:
    """Let a solved question be found, and any other not."""
    if question.state is QuestionState.SOLVED and (question.title or question.text):
        said = texts_of([m for m in await ctx.db.questions.messages(question.id) if not goes_on(question, m)])
        await ctx.db.knowledge.put(
            question.id, title=question.title, question=question.text, replies=said, at=question.asked_at
        )
    else:
        await ctx.db.knowledge.remove(question.id)


# ---- what is shown


async def show(ctx: Context, question: Question) -> None:
    """Redraw the cards of a question."""
    place = question.place
    if place is None:
        return
    t = channel_translator(ctx, place, question.language)
    shown = await shown_of(ctx, question, place)
    gone = question.close_reason is CloseReason.DELETED  # with its thread, perhaps: see ``deletions.note_gone``
    if await ctx.db.outbox.holds(thread_key(question.id)):
        card = thread_card(question, shown, t)
        ctx.db.outbox.put(RedrawPost(PostedAs(thread_key(question.id)), card), report=gone)
    if await ctx.db.outbox.holds(root_key(question.id)):
        card = root_card(question, shown, t, ctx.config)
        ctx.db.outbox.put(RedrawPost(PostedAs(root_key(question.id)), card))


async def shown_of(ctx: Context, question: Question, place: Place) -> Shown:
    """Return what the cards of a question say beyond it."""
    t = channel_translator(ctx, place, question.language)
    asker = None if question.anonymous else await mention_of(ctx, question.asker, place, t)
    takers = [
        await mention_of(ctx, invitation.member, place, t)
        for invitation in await ctx.db.invitations.about(question.id)
        if invitation.state is InvitationState.ACCEPTED
    ]
    answer = await ctx.db.questions.message(question.answer) if question.answer else None
    other = await ctx.db.questions.get(question.merged_into) if question.merged_into else None
    return Shown(
        asker=asker,
        taken_by=tuple(who for who in takers if who),
        answer_link=ctx.chat.link(answer.ref) if answer else None,
        answered_by=await mention_of(ctx, answer.member, place, t) if answer and not answer.by_asker else None,
        merged_link=ctx.chat.link(other.root) if other and other.root else None,
    )


async def _mark(ctx: Context, question: Question, kind: str) -> None:
    """Mark the message that asks, and the thread: what people see without opening either."""
    if question.root is None or question.close_reason is CloseReason.DELETED:
        return
    for mark, on_by, off_by in ((TAKEN_MARK, "taken", "given_back"), (SOLVED_MARK, "solved", "reopened")):
        if kind in (on_by, off_by):
            on = kind == on_by
            key = f"qmark:{question.id}:{on_by}:{ctx.now.isoformat()}:{on}"
            ctx.db.outbox.add(React(question.root, mark, on), key=key)
    if kind in ("solved", "closed", "merged", "reopened") and await _has_our_title(ctx, question, question.root):
        thread = question.thread or thread_of(question.root)
        title = shortened(question.title, THREAD_TITLE - len(CLOSED))
        ctx.db.outbox.put(MarkThread(thread, title, closed=kind != "reopened"))


async def untitle(ctx: Context, question: Question) -> None:
    """Take a question's words out of the title of its thread, where the bot wrote them there."""
    if question.root is not None and await _has_our_title(ctx, question, question.root):
        thread = question.thread or thread_of(question.root)
        t = channel_translator(ctx, thread, question.language)
        closed = question.state in (QuestionState.SOLVED, QuestionState.CLOSED)
        ctx.db.outbox.put(MarkThread(thread, t.line("A question"), closed=closed), report=True)


async def _has_our_title(ctx: Context, question: Question, root: MessageRef) -> bool:
    """Say whether the thread has a title, and the bot gave it: what members write over their posts stays theirs."""
    if not question.title or not ctx.chat.capabilities(root.place.home).thread_titles:
        return False
    opened_by = root_key if root.place.thread else thread_key
    return await ctx.db.outbox.holds(opened_by(question.id))


# ---- the first appearance


async def post_question(ctx: Context, question: Question, place: Place, *, key: str) -> Question | None:
    """Store a question that the bot asks for its asker, and queue its card; a draft of it is taken up."""
    question = replace(question, state=QuestionState.OPEN, search=Search.PEERS, asked_at=ctx.now)
    stored = await _store(ctx, question)
    if stored is None:
        return None
    t = channel_translator(ctx, place, question.language)
    card = root_card(stored, await shown_of(ctx, stored, place), t, ctx.config)
    info = ctx.chat.place(place.home, place.channel)
    title = shortened(stored.title, THREAD_TITLE)
    if info is not None and info.kind == "forum":
        ctx.db.outbox.add(OpenThread(place, title, card), key=root_key(stored.id), report=True)
    else:
        ctx.db.outbox.add(Post(place, card), key=root_key(stored.id), report=True)
    await _begin(ctx, stored, key)
    return stored


async def watch_question(ctx: Context, question: Question, *, key: str) -> Question | None:
    """Store a question that its asker has written in a channel; nothing is said yet. None where it is there already."""
    if question.root is not None and question.thread is None:  # replies are known by it, whoever opens the thread
        question = replace(question, thread=thread_of(question.root))
    stored = await _store(ctx, question)
    if stored is not None:
        await _begin(ctx, stored, key)
    return stored


async def _store(ctx: Context, question: Question) -> Question | None:
    if not question.id:
        return await ctx.db.questions.add(question)
    await ctx.db.questions.save(question)
    return question


async def _begin(ctx: Context, question: Question, key: str) -> None:
    settings = ctx.config.questions
    platform = question.account.platform.value if question.account else None  # it may have no place yet
    told = {"via": question.via.value, "anonymous": question.anonymous, "platform": platform}
    log(ctx, question, "asked", question.asker, key, **told)
    await ctx.db.timers.set(ESCALATE, question.id, ctx.now + timedelta(hours=settings.escalate_after_hours))
    if question.search is Search.PEERS:
        await ctx.db.timers.set(INVITE, question.id, ctx.now + timedelta(minutes=settings.invite_after_minutes))


async def stand_in_thread(ctx: Context, question: Question, root: MessageRef) -> Question:
    """Note where a question stands, and queue the card of its thread."""
    question = replace(question, root=root, thread=question.thread or thread_of(root))
    await ctx.db.questions.save(question)
    t = channel_translator(ctx, root.place, question.language)
    card = thread_card(question, await shown_of(ctx, question, root.place), t)
    if root.place.thread:
        ctx.db.outbox.add(Post(root.place, card), key=thread_key(question.id))
    else:
        title = shortened(question.title, THREAD_TITLE)
        ctx.db.outbox.add(OpenThread(root, title, card), key=thread_key(question.id))
    return question
