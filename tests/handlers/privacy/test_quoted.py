"""What others' cards quote of who is erased goes from them; what others said stays as it is."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from chat.card import Button, Buttons, Card, Part, Quote, Text, Title
from chat.effects import Post, RedrawPost
from chat.ids import Place, Platform
from chat.text import Link, Mention, rich
from handlers.context import Context
from handlers.membership.standing import SETTLE
from storage.tables.core import outbox, timers
from tests.handlers.conduct.reporting import NAMED, people, reports
from tests.handlers.meetups.planned import within
from tests.handlers.privacy.test_erasing import erased
from tests.handlers.questions.asked import ask
from tests.handlers.questions.life import replies
from tests.handlers.stage import Stage, text_of

TITLE = "Why does the quokka hide?"
TEXT = "The quokka hides whenever somebody comes near the shed."
URL = "https://chat.example/m1"


async def posts(stage: Stage, key: str, *parts: Part) -> None:
    """Let a feature post a card of its own."""

    async def post(ctx: Context) -> None:
        ctx.db.outbox.add(Post(Place(Platform.SLACK, "T1", "C-general"), Card(parts=parts)), key=key)

    await within(stage, post)


async def shows(stage: Stage) -> dict[str, str]:
    """Return what stands on the platforms in the end, by the message."""
    shown: dict[str, str] = {}
    for effect in stage.sent:
        if isinstance(effect, RedrawPost):
            shown[str(effect.target)] = text_of(effect)
    return shown


async def rows(stage: Stage, clue: str) -> list[str]:
    async with stage.db.reading() as conn:
        found = await conn.execute(sa.select(outbox.c.key, outbox.c.effect))
        return [row.key for row in found if clue in row.effect]


async def test_cards_of_all_kinds_lose_the_words_of_a_question_of_theirs(stage_on_both: Stage) -> None:
    stage = stage_on_both
    _, _, emi, _ = await people(stage)
    ben, shy = await stage.joins("ben"), await stage.joins("shyshyshy")
    question = await ask(stage, shy, TITLE, TEXT)
    await replies(stage, ben, question)
    assert question.root
    await reports(stage, emi, shy, NAMED, text=TEXT, message=question.root)
    link = Link(URL, TITLE)
    kinds: dict[str, tuple[Part, ...]] = {
        "digest:w1": (Text(rich("• ", link)),),
        "welcome_card:1": (Text(rich("Somebody asks: ", link)), Quote(f"{TEXT[:40]}…")),
        "answered:1": (Title("An answer"), Text(rich(Mention(shy, "shyshyshy"), " asked: ", TITLE))),
    }
    for key, parts in kinds.items():
        await posts(stage, key, *parts)
    cards = {"case:1:slack:T1", "case:1:discord:900", f"q:{question.id}", *kinds}
    told = set(await rows(stage, "quokka"))
    assert told >= cards - {f"q:{question.id}"}
    stage.sent.clear()
    await erased(stage, shy)
    assert await rows(stage, "quokka") == []
    assert await rows(stage, "shyshyshy") == []
    shown = await shows(stage)
    for key in cards - {f"q:{question.id}"}:
        (text,) = [text for target, text in shown.items() if f"'{key}'" in target]
        assert "quokka" not in text
        assert "shyshyshy" not in text
        assert ("(deleted)" in text) is not key.startswith("case:"), "cases are drawn from what is kept of them"


async def test_what_others_said_stays_where_a_name_or_a_beginning_is_a_word_like_others(stage_on_both: Stage) -> None:
    stage = stage_on_both
    ben = await stage.joins("ben")
    one = await stage.joins("somebody", shown="May")
    await ask(stage, one, "How are you today?", "Good morning everybody, here is my question.")
    number = await stage.member(one)
    theirs: dict[str, tuple[Part, ...]] = {
        "theirs:1": (Title("Shall we meet on 9 May?"), Text(rich(Mention(ben, "ben"), " means May, not June"))),
        "theirs:2": (Quote("Good morning everybody, shall we begin?"),),
        "theirs:3": (Text(rich("May it be so")), Buttons((Button(f"q_solve:{number}", "May"),))),
    }
    for key, parts in theirs.items():
        await posts(stage, key, *parts)
    async with stage.db.reading() as conn:
        query = sa.select(outbox.c.key, outbox.c.effect).where(outbox.c.key.in_(theirs)).order_by(outbox.c.key)
        before = (await conn.execute(query)).all()
    stage.sent.clear()
    await erased(stage, one)
    async with stage.db.reading() as conn:
        assert (await conn.execute(query)).all() == before  # so they can still be drawn without somebody else
    assert not [target for target in await shows(stage) if "theirs" in target]
    async with stage.db.reading() as conn:
        assert not (await conn.execute(sa.select(outbox.c.id).where(outbox.c.effect.contains("meet on 9 (")))).all()


async def test_a_seat_that_becomes_free_is_offered_at_once(stage_on_both: Stage) -> None:
    stage = stage_on_both
    stage.settings = msgspec.structs.replace(
        stage.settings, membership=msgspec.structs.replace(stage.settings.membership, cap=2)
    )
    await stage.joins("boss", is_admin=True)
    one = await stage.joins("one")
    await stage.joins("waits")
    async with stage.db.writing() as conn:
        await conn.execute(sa.delete(timers).where(timers.c.kind == SETTLE))
    await erased(stage, one)
    async with stage.db.reading() as conn:
        due = (await conn.execute(sa.select(timers.c.due_at).where(timers.c.kind == SETTLE))).scalars().all()
    assert due == [stage.now]
