"""A member of whom the store is full: everything that the bot does, done by or to one person."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from chat.answers import Invalid
from chat.effects import DirectMessage
from chat.events import MemberChanged, MessagePosted
from chat.form import Form, Line
from chat.ids import MessageRef, Place, Profile, UserRef
from community.seats.values import SeatKind
from handlers.context import Context
from handlers.drafts import keep_draft
from storage.codec import dump
from storage.engine import Database
from storage.queues.inbox import row_of
from storage.tables.core import inbox, members, metadata, settings
from storage.tables.membership import applications, link_codes, merges
from storage.tables.moderation import audit, case_notes, case_votes, cases, kind_words, pulse_answered, reports
from storage.tables.recognition import digests, peaks, pins
from tests.handlers.meetups.day import chooses, come, goes
from tests.handlers.meetups.planned import planned, within
from tests.handlers.questions.asked import ask
from tests.handlers.questions.life import replies
from tests.handlers.stage import DISCORD, GOOD, Stage, card_of
from tests.handlers.thanks.thanking import thank

NAME = "Zanzibaba"
ID = "Uzanzibarista"
WORD = "quokka"  # in everything that they write
NUMBER = 731_000_457  # theirs as a member: no other number looks like it
CLUES = (NAME, ID, WORD, str(NUMBER))


async def at_number(db: Database, number: int) -> None:
    """Let the next member have a number that stands out wherever it is written."""
    async with db.writing() as conn:
        if db.is_sqlite:
            row = {"id": number - 1, "community": "elsewhere", "name": "x", "joined_at": sa.func.current_timestamp()}
            await conn.execute(sa.text("INSERT INTO members (id, community, name, joined_at) VALUES "
                                       "(:id, :community, :name, '2026-01-01 00:00:00.000000')"),
                               {k: v for k, v in row.items() if k != "joined_at"})  # fmt: skip
        else:
            await conn.execute(sa.text(f"ALTER SEQUENCE members_id_seq RESTART WITH {number}"))


async def full(stage: Stage) -> UserRef:
    """Let somebody do everything there is, with others around."""
    boss = await stage.joins("boss", is_admin=True)
    ben, chie = await stage.joins("ben"), await stage.joins("chie", DISCORD)
    await at_number(stage.db, NUMBER)
    one = await stage.joins("zanzibarista", shown=NAME, locale="ja", time_zone="Asia/Tokyo")
    assert await stage.member(one) == NUMBER
    await _arrives(stage, one, boss, ben)
    await _talks(stage, one, ben, chie)
    await _meets(stage, one, ben, chie, boss)
    await _waits(stage, one)
    await _belongs(stage, one, await stage.member(ben))
    return one


async def _arrives(stage: Stage, one: UserRef, boss: UserRef, ben: UserRef) -> None:
    await stage.acts(one, f"agree:{NUMBER}")
    about = {**GOOD, "purpose": f"To find the {WORD}", "introduction": f"Hello, I am {NAME} and love every {WORD}."}
    await stage.sends(one, f"about:{NUMBER}", about)
    await stage.sends(one, f"levels:{NUMBER}:0", {"python": "expert"})
    await stage.sends(one, f"rhythm:{NUMBER}", {"language": "ja", "zone": "Tokyo", "quiet": "22-8"})
    await stage.acts(one, f"join:{NUMBER}")
    asked = await stage.types(boss, "community", "welcomers", add="@ben")
    await stage.presses(boss, card_of(asked), "rota_do")
    await stage.acts(ben, f"rota_yes:{await stage.member(ben)}")
    asked = await stage.types(boss, "community", "welcomers", add=f"@{NAME}")
    await stage.presses(boss, card_of(asked), "rota_do")
    await stage.acts(one, f"rota_yes:{NUMBER}")
    await stage.passes(timedelta(days=1, minutes=2))  # nobody answers: a welcomer is asked to
    await stage.says(ben, f"welcome, @{NAME}!", mentions=(one,), reply_to_author=one)
    await stage.types(one, "tsudoi", "me")
    await stage.types(one, "tsudoi", "digest", personal="on")


async def _talks(stage: Stage, one: UserRef, ben: UserRef, chie: UserRef) -> None:
    mine = await ask(stage, one, f"Where does the {WORD} sleep?", f"I looked for the {WORD} everywhere.")
    await replies(stage, ben, mine)
    await replies(stage, one, mine, f"Thank you, the {WORD} is here!")
    await stage.acts(one, f"q_solve:{mine.id}")
    theirs = await ask(stage, ben)
    await replies(stage, one, theirs, f"Feed the {WORD} first, and then restart it.")
    await stage.acts(ben, f"q_solve:{theirs.id}")
    promised = await ask(stage, chie, "Who knows about gardens?", "Which plants are there to water?")
    await stage.acts(one, f"q_take:{promised.id}")
    said = await stage.says(one, f"It should draw a {WORD} in the corner.")
    await stage.uses_menu(ben, "idea", said, author=one, text=f"It should draw a {WORD} in the corner.")
    await stage.acts(ben, "idea_up:1")
    await thank(stage, one, ben.id, f"for the {WORD} trap")
    await thank(stage, ben, one.id, "for being there")
    await stage.uses_menu(ben, "thanks", said, author=one, text="hi")
    await stage.sends(one, "nominate", {"member": ben.id, "words": f"Found the {WORD} for us all."})
    await stage.types(one, "tsudoi", "nominate", member=ben.id, why=f"Found the {WORD} for us all.")
    await stage.types(ben, "tsudoi", "nominate", member=one.id, why="Always there for others, day and night.")
    await stage.acts(one, f"route_off:{NUMBER}")
    await stage.acts(one, f"route_on:{NUMBER}")


async def _meets(stage: Stage, one: UserRef, ben: UserRef, chie: UserRef, boss: UserRef) -> None:
    over = await planned(stage, {SeatKind.VENUE: 9}, organiser=one)
    await goes(stage, over, one, ben, chie)
    await stage.passes(timedelta(days=7))
    await come(stage, over, one, ben)
    await stage.passes(timedelta(hours=3))
    await stage.sends(one, f"survey:{over}", {"recommends": "9", "satisfied": "4", "words": "good"})
    await stage.sends(one, f"report:{over}", {"learned": f"How to see a {WORD}.", "next": f"Another {WORD}."})
    await chooses(stage, one, f"wish_set:{over}:0", [await stage.member(ben)])
    await chooses(stage, ben, f"wish_set:{over}:0", [NUMBER])
    ahead = await planned(stage, {SeatKind.VENUE: 1}, organiser=one)
    await goes(stage, ahead, one, ben)
    await stage.acts(one, f"mine:{ahead}")
    await stage.types(one, "meetup", "calendar")
    other = await planned(stage, {SeatKind.VENUE: 3}, organiser=boss)
    await goes(stage, other, one, chie)


async def _belongs(stage: Stage, one: UserRef, other: int) -> None:
    """Let rows stand in the tables whose own tests go their whole way: belonging, cases, words, the pulse, deeds."""
    at, account = stage.now, str(one)
    me = {"community": "c1", "member_id": NUMBER}
    rows: list[tuple[sa.Table, dict[str, object]]] = [
        (applications, {**me, "account": dump(one), "state": "seated", "rank": 1.0, "came_at": at, "applied_at": at,
                        "answers": f'{{"purpose":"{WORD}"}}'}),
        (link_codes, {**me, "digest": "d", "account": account, "expires_at": at}),
        (merges, {**me, "gone_id": 999_999, "accounts": account, "before": f'{{"name":"{NAME}"}}', "at": at}),
        (cases, {**me, "id": 901, "state": "resolved", "opened_at": at, "closed_at": at, "told": WORD,
                 "closed_by": NUMBER}),
        (reports, {**me, "case_id": 901, "account": dump(one), "reason": "other", "words": WORD, "at": at}),
        (reports, {"community": "c1", "case_id": 901, "reason": "other", "words": "x", "quoted": WORD, "at": at,
                   "quoted_of": NUMBER, "message": f'{{"author":"{ID}"}}'}),
        (case_notes, {"community": "c1", "case_id": 901, "author": NUMBER, "kind": "note", "words": WORD, "at": at}),
        (case_votes, {**me, "case_id": 901, "outcome": "x", "words": WORD, "at": at}),
        (kind_words, {"community": "c1", "language": "en", "word": "ugly", "listed": True, "by": NUMBER, "at": at}),
        (pulse_answered, {**me, "month": "2026-12"}),
        (audit, {**me, "key": f"x:{NUMBER}", "at": at, "deed": "x", "subject": f"member:{NUMBER}",
                 "before": f"[{NUMBER}]"}),
        (audit, {"community": "c1", "key": "y", "at": at, "deed": "y", "subject": "", "actor": NUMBER, "reason": WORD}),
        (peaks, {"community": "c1", "key": f"nominated:{other}:{NUMBER}:1", "kind": "nominated", "member_id": other,
                 "nominated_by": NUMBER, "words": WORD, "data": "{}", "state": "posted", "at": at, "changed_at": at}),
        (pins, {"community": "c1", "member_id": other, "verdict": "accepted", "by": NUMBER, "at": at}),
        (digests, {"community": "c1", "week": "2026-W40", "opening": WORD, "changed_by": NUMBER}),
        (settings, {"community": "c1", "key": "x", "value": "y", "changed_by": NUMBER, "changed_at": at}),
    ]  # fmt: skip
    async with stage.db.writing() as conn:
        for table, row in rows:
            await conn.execute(sa.insert(table).values(row))


async def _waits(stage: Stage, one: UserRef) -> None:
    form = Form(id="f", title="A form", submit="Send", cancel="Cancel", fields=(Line(key="k", label="L"),))
    asked = Invalid({"k": "no"}, form.filled({"k": WORD}))

    async def leave(ctx: Context) -> None:
        await keep_draft(ctx, one, asked)
        place = Place(one.platform, one.workspace, "C-general")
        failed = MessagePosted(
            key=f"slack:{ID}:lost", at=ctx.now, workspace=one.home, message=MessageRef(place, "lost"), author=one,
            author_name=NAME, text=f"a {WORD} that nobody could handle",
        )  # fmt: skip
        row = row_of("c1", failed, ctx.now)
        await ctx.db.conn.execute(sa.insert(inbox).values({**row, "state": "failed", "error": "x"}))
        late = MemberChanged(
            key=f"slack:{ID}:changed", at=ctx.now, workspace=one.home, member=Profile(user=one, name=NAME)
        )
        row = row_of("c1", late, ctx.now)
        await ctx.db.conn.execute(sa.insert(inbox).values({**row, "state": "done", "payload": None}))
        waiting = DirectMessage(one, card_of(await_card(NAME)))
        ctx.db.outbox.add(waiting, key=f"later:{NUMBER}", due=ctx.now + timedelta(days=2))
        await ctx.db.timers.set("onboarding.nudge", NUMBER, ctx.now + timedelta(days=2))

    await within(stage, leave)


def await_card(name: str) -> DirectMessage:
    """Return a message with a name in it."""
    from chat.card import Card, Text  # noqa: PLC0415 - a small helper
    from chat.text import rich  # noqa: PLC0415

    user = UserRef(*("slack", "T1", "Uben"))  # type: ignore[arg-type]
    return DirectMessage(user, Card(parts=(Text(rich(f"hello {name}")),)))


# ---- looking


async def kept(db: Database, *clues: str) -> list[str]:
    """Return every row of every table in which one of the clues stands, in any column."""
    found = []
    async with db.reading() as conn:
        for table in metadata.sorted_tables:
            for row in (await conn.execute(sa.select(table))).all():
                told = repr(tuple(row))
                if any(clue in told for clue in clues) and not (table is members and row.community == "elsewhere"):
                    found.append(f"{table.name}: {told[:300]}")
    return found


def in_files(folder: Path, *clues: str) -> list[str]:
    """Return the files in which one of the clues stands as bytes, whatever a database says of itself."""
    return [
        f"{file.name}: {clue}"
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        for clue in clues
        if clue.encode() in file.read_bytes()
    ]


__all__ = ["CLUES", "ID", "NAME", "NUMBER", "WORD", "dump", "full", "in_files", "kept"]
