"""Cases on both databases: joined, found by code, readable after their people are gone, bound to one community."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from chat.ids import MessageRef, Place, Platform
from community.conduct.cases import Case, CaseState, Note, NoteKind, Outcome, Reason, Report, Vote, to_the_hour
from storage.conduct.cases import Start, new_code
from storage.engine import Database
from storage.tables.core import members
from storage.tables.moderation import report_starts
from storage.unit import Unit
from tests.storage.test_meetups import NOW, person, unit

HERE = MessageRef(Place(Platform.DISCORD, "900", "C1", "t1"), "m1")
AT = NOW + timedelta(minutes=12, seconds=34)


async def opened(db: Unit) -> tuple[int, int, Case]:
    bad, emi = await person(db, "bad"), await person(db, "emi")
    case = await db.cases.open(Case(opened_at=AT, member=bad))
    report = Report(
        Reason.INSULT, AT, "It <hurts>", case.id, emi, "discord:900:emi", message=HERE, quoted="useless!", quoted_of=bad
    )
    await db.cases.add_report(report)
    return bad, emi, case


async def test_a_case_and_its_reports_are_kept_as_they_were(database: Database) -> None:
    async with unit(database) as db:
        bad, emi, case = await opened(db)
        code = new_code()
        await db.cases.add_report(Report(Reason.SPAM, AT, "ads", case.id), code)
    async with unit(database) as db:
        assert await db.cases.get(case.id) == Case(opened_at=AT, member=bad, id=case.id)
        named, nameless = await db.cases.reports(case.id)
        assert (named.member, named.account, named.at, named.nameless) == (emi, "discord:900:emi", AT, False)
        assert (named.words, named.quoted, named.message, named.quoted_of) == ("It <hurts>", "useless!", HERE, bad)
        assert (nameless.member, nameless.account, nameless.at) == (None, None, to_the_hour(AT))
        assert await db.cases.by_code(code) == nameless
        assert await db.cases.by_code(new_code()) is None
        assert await db.cases.report(named.id) == named
        assert await db.cases.sent_by(emi, AT) == 1
        assert await db.cases.sent_by(emi, AT + timedelta(seconds=1)) == 0
        assert await db.cases.sent_nameless(to_the_hour(AT)) == 1
    async with unit(database, "c2") as other:
        assert await other.cases.get(case.id) is None
        assert await other.cases.reports(case.id) == []
        assert await other.cases.by_code(code) is None
        assert await other.cases.page(states=tuple(CaseState)) == []


async def test_a_report_finds_the_living_case_of_its_message_or_member(database: Database) -> None:
    async with unit(database) as db:
        bad, emi, case = await opened(db)
        elsewhere = MessageRef(HERE.place.top, HERE.id)
        assert await db.cases.living_about(None, HERE) == case
        assert await db.cases.living_about(emi, elsewhere) == case, "one message by two names"
        assert await db.cases.living_about(bad, None) == case
        assert await db.cases.living_about(emi, None) is None
        assert await db.cases.living_about(None, None) is None
        await db.cases.save(replace(case, state=CaseState.RESOLVED, outcome=Outcome.WARNED, closed_at=AT))
        assert await db.cases.living_about(bad, HERE) is None


async def test_a_changed_message_is_noted_once_and_what_is_gone_stays_gone(database: Database) -> None:
    async with unit(database) as db:
        _, _, case = await opened(db)
        assert await db.cases.note_change(MessageRef(HERE.place, "m2"), "edited") == set()
        assert await db.cases.note_change(HERE, "edited") == {case.id}
        assert await db.cases.note_change(HERE, "edited") == set()
        assert await db.cases.note_change(HERE, "deleted") == {case.id}
        assert await db.cases.note_change(HERE, "edited") == set()
        assert (await db.cases.reports(case.id))[0].since == "deleted"


async def test_votes_and_papers_are_kept_in_their_order(database: Database) -> None:
    async with unit(database) as db:
        _, emi, case = await opened(db)
        boss = await person(db, "boss")
        looked = Vote(Outcome.WARNED, "soon", AT, counts=False)
        await db.cases.put_vote(case.id, boss, looked)
        assert await db.cases.votes(case.id) == {boss: looked}
        await db.cases.put_vote(case.id, boss, replace(looked, counts=True))
        await db.cases.set_votes(case.id, {emi: looked})
        assert await db.cases.votes(case.id) == {emi: looked}
        draft = await db.cases.add_note(Note(case.id, NoteKind.DRAFT, "a", AT, boss))
        assert await db.cases.take_draft(draft, emi, AT) is None
        sent = await db.cases.take_draft(draft, boss, AT)
        assert sent is not None
        assert (sent.kind, sent.words) == (NoteKind.WORD, "a")
        assert await db.cases.take_draft(draft, boss, AT) is None
        await db.cases.add_note(Note(case.id, NoteKind.DRAFT, "b", AT, boss))
        await db.cases.drop_drafts(case.id, boss)
        assert [note.words for note in await db.cases.notes(case.id)] == ["a"]
        assert await db.cases.notes(case.id, (NoteKind.ASKED,)) == []


async def test_a_case_can_be_read_when_its_people_are_gone(database: Database) -> None:
    async with unit(database) as db:
        bad, emi, case = await opened(db)
        boss = await person(db, "boss")
        await db.cases.save(replace(case, state=CaseState.CLAIMED, claimed_by=boss, claimed_at=AT))
        await db.cases.put_vote(case.id, boss, Vote(Outcome.WARNED, "", AT))
        await db.cases.add_note(Note(case.id, NoteKind.NOTE, "a", AT, boss))
        await db.conn.execute(sa.delete(members).where(members.c.id.in_([bad, emi, boss])))
        left = await db.cases.get(case.id)
        assert left is not None
        assert (left.member, left.claimed_by, left.state) == (None, None, CaseState.CLAIMED)
        (report,) = await db.cases.reports(case.id)
        assert (report.member, report.quoted_of, report.words) == (None, None, "It <hurts>")
        assert await db.cases.votes(case.id) == {}
        assert (await db.cases.notes(case.id))[0].author is None


async def test_what_a_form_is_about_is_forgotten_after_a_day(database: Database) -> None:
    async with unit(database) as db:
        bad = await person(db, "bad")
        what = Start(bad, HERE, "useless!")
        name = await db.cases.start(what, AT)
        assert await db.cases.started(name) == what
        assert await db.cases.started("other") is None
        row = (await db.conn.execute(sa.select(report_starts))).one()
        assert row.at == to_the_hour(AT)
        second = await db.cases.start(Start(bad), AT + timedelta(days=1, hours=1))
        assert await db.cases.started(name) is None
        await db.cases.end_start(second)
        assert await db.cases.started(second) is None


async def test_pages_are_the_oldest_first_and_leave_out_whom_they_are_about(database: Database) -> None:
    async with unit(database) as db:
        bad, emi, case = await opened(db)
        older = await db.cases.open(Case(opened_at=AT - timedelta(days=1)))
        mine = await db.cases.open(Case(opened_at=AT, member=emi, state=CaseState.CLAIMED, claimed_by=bad))
        everything = tuple(CaseState)
        assert [c.id for c in await db.cases.page(states=everything)] == [older.id, case.id, mine.id]
        assert [c.id for c in await db.cases.page(states=everything, without=bad)] == [older.id, mine.id]
        assert [c.id for c in await db.cases.page(states=(CaseState.OPEN,), limit=1, offset=1)] == [case.id]
        assert [c.id for c in await db.cases.page(states=everything, claimed_by=bad)] == [mine.id]
        assert await db.cases.count(states=everything, member=bad) == 1
        assert await db.cases.count(states=(CaseState.OPEN,)) == 2
