"""Reports and cases. Nothing here leads from a report without a name to who wrote it: there is only a code's digest."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.ids import MessageRef, same_message
from community.conduct.cases import LIVING, Case, CaseState, Note, NoteKind, Outcome, Reason, Report, Vote, to_the_hour
from storage.codec import dump, load_ref
from storage.conduct.exclusions import Exclusions
from storage.sql import upsert
from storage.tables.moderation import case_notes, case_votes, cases, report_starts, reports

# 32 signs that nobody takes for another: 5 bits each, 80 bits in all
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 16
START_KEPT = timedelta(days=1)  # a form that is open for longer is started anew


def new_code() -> str:
    """Return a code that nobody can guess."""
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def read_code(typed: str) -> str | None:
    """Return a code as it was typed, with or without the dashes; None for what is none."""
    plain = "".join(typed.upper().removeprefix("CODE:").replace("-", " ").split())
    return plain if len(plain) == CODE_LENGTH and set(plain) <= set(LETTERS) else None


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Start:
    """What an open report form is about."""

    member: int | None = None
    message: MessageRef | None = None
    quoted: str = ""
    mark: str = ""  # about whom, where they were erased


class CaseStore:
    """The cases of one community, inside one unit of work."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community
        self.exclusions = Exclusions(conn, community)

    # ---- the form that is open

    async def start(self, what: Start, now: datetime) -> str:
        """Keep what a form is about while it is filled in, and forget what nobody sent; returns its name."""
        mine = report_starts.c.community == self._community
        await self._conn.execute(sa.delete(report_starts).where(mine, report_starts.c.at < now - START_KEPT))
        name = secrets.token_urlsafe(12)
        await self._conn.execute(
            sa.insert(report_starts).values(
                id=name,
                community=self._community,
                member_id=what.member,
                mark=what.mark or None,
                message=dump(what.message) if what.message else None,
                quoted=what.quoted or None,
                at=to_the_hour(now),
            )
        )
        return name

    async def started(self, name: str) -> Start | None:
        """Return what a form is about; None where that is no longer kept."""
        query = sa.select(report_starts).where(
            report_starts.c.community == self._community, report_starts.c.id == name[:32]
        )
        row = (await self._conn.execute(query)).one_or_none()
        if row is None:
            return None
        message = load_ref(row.message) if row.message else None
        return Start(row.member_id, message, row.quoted or "", row.mark or "")

    async def end_start(self, name: str) -> None:
        """Forget what a form was about."""
        mine = report_starts.c.community == self._community
        await self._conn.execute(sa.delete(report_starts).where(mine, report_starts.c.id == name[:32]))

    # ---- cases

    async def open(self, case: Case, *, mark: str = "") -> Case:
        """Store a new case; ``mark``: of whom it is about, where they were erased."""
        row = {"community": self._community, **_case_row(case)}
        new = await self._conn.execute(sa.insert(cases).values(row).returning(cases.c.id))
        found = await self.get(new.scalar_one())
        if found is None:
            raise LookupError("a case that was just stored")
        if found.member is not None:
            await self.exclusions.keep_away(found.id, found.member)
        if mark:
            await self.exclusions.keep_mark_away(found.id, mark)
        return found

    async def get(self, case_id: int, *, hold: bool = False) -> Case | None:
        """Return a case; ``hold`` keeps others from changing it until this transaction ends."""
        query = sa.select(cases).where(cases.c.community == self._community, cases.c.id == case_id)
        row = (await self._conn.execute(query.with_for_update() if hold else query)).one_or_none()
        return _case(row) if row else None

    async def save(self, case: Case) -> None:
        """Store how a case stands now."""
        mine = sa.and_(cases.c.community == self._community, cases.c.id == case.id)
        await self._conn.execute(sa.update(cases).where(mine).values(_case_row(case)))

    async def make_delicate(self, member: int) -> set[int]:
        """Remember of all cases about a member that they are about one of the team; returns of which that is new."""
        theirs = sa.and_(cases.c.community == self._community, cases.c.member_id == member, ~cases.c.delicate)
        changed = sa.update(cases).where(theirs).values(delicate=True).returning(cases.c.id)
        return set(await self._conn.scalars(changed))

    async def living_about(self, member: int | None, message: MessageRef | None) -> Case | None:
        """Return the case that a new report belongs to: of the same message, or about the same member."""
        if message is not None:
            for report in await self._of_message(message):
                found = await self.get(report.case, hold=True)
                if found and found.is_living:
                    return found
        if member is None:
            return None
        query = sa.select(cases).where(
            cases.c.community == self._community, cases.c.member_id == member, cases.c.state.in_(LIVING)
        )
        row = (await self._conn.execute(query.order_by(cases.c.id).limit(1).with_for_update())).one_or_none()
        return _case(row) if row else None

    async def page(
        self,
        *,
        states: Collection[CaseState],
        member: int | None = None,
        claimed_by: int | None = None,
        without: int | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> list[Case]:
        """Return cases, the oldest first; ``without`` those that this member has no hand in."""
        query = sa.select(cases).where(*await self._fitting(states, member, claimed_by, without))
        query = query.order_by(cases.c.opened_at, cases.c.id).limit(limit).offset(offset)
        return [_case(row) for row in await self._conn.execute(query)]

    async def count(
        self,
        *,
        states: Collection[CaseState],
        member: int | None = None,
        claimed_by: int | None = None,
        without: int | None = None,
    ) -> int:
        """Count cases."""
        query = sa.select(sa.func.count()).where(*await self._fitting(states, member, claimed_by, without))
        return int((await self._conn.execute(query)).scalar_one())

    async def numbers(self, *, about: int) -> set[int]:
        """Return the numbers of all cases about a member."""
        query = sa.select(cases.c.id).where(cases.c.community == self._community, cases.c.member_id == about)
        return set(await self._conn.scalars(query))

    async def _fitting(
        self, states: Collection[CaseState], member: int | None, claimed_by: int | None, without: int | None
    ) -> list[sa.ColumnElement[bool]]:
        found = [cases.c.community == self._community, cases.c.state.in_([state.value for state in states])]
        if member is not None:
            found.append(cases.c.member_id == member)
        if claimed_by is not None:
            found.append(cases.c.claimed_by == claimed_by)
        if without is not None:
            found.append(await self.exclusions.not_of(without))
        return found

    # ---- reports

    async def add_report(self, report: Report, code: str | None = None) -> Report:
        """Store a report. With a code it is without a name: nothing that leads to its writer is taken."""
        if code is not None and (report.member is not None or report.account is not None):
            raise ValueError("a report with a code has no name")
        row = {
            "community": self._community,
            "case_id": report.case,
            "member_id": report.member,
            "account": report.account,
            "relay": _digest(code) if code else None,
            "reason": report.reason.value,
            "words": report.words,
            "message": dump(report.message) if report.message else None,
            "message_id": report.message.id[:64] if report.message else None,
            "quoted": report.quoted or None,
            "quoted_of": report.quoted_of,
            "since": report.since,
            "at": to_the_hour(report.at) if code else report.at,
        }
        new = await self._conn.execute(sa.insert(reports).values(row).returning(reports))
        return _report(new.one())

    async def reports(self, case_id: int) -> list[Report]:
        """Return the reports of a case in their order."""
        return await self._reports(reports.c.case_id == case_id)

    async def report(self, report_id: int) -> Report | None:
        """Return a report."""
        return next(iter(await self._reports(reports.c.id == report_id)), None)

    async def by_code(self, code: str) -> Report | None:
        """Return the report that a code leads to."""
        return next(iter(await self._reports(reports.c.relay == _digest(code))), None)

    async def sent_by(self, member: int, since: datetime) -> int:
        """Count what a member reported by name."""
        return len(await self._reports(reports.c.member_id == member, reports.c.at >= since))

    async def sent_nameless(self, since: datetime) -> int:
        """Count what was reported without a name, by whomever."""
        return len(await self._reports(reports.c.relay.is_not(None), reports.c.at >= since))

    async def note_change(self, message: MessageRef, since: str) -> set[int]:
        """Note that a reported message was changed or taken away; returns the cases it is in."""
        found = [one for one in await self._of_message(message) if one.since not in {since, "deleted"}]
        if found:
            these = reports.c.id.in_([report.id for report in found])
            await self._conn.execute(sa.update(reports).where(these).values(since=since))
        return {report.case for report in found}

    async def _of_message(self, message: MessageRef) -> list[Report]:
        found = await self._reports(reports.c.message_id == message.id[:64])
        return [one for one in found if one.message is not None and same_message(one.message, message)]

    async def _reports(self, *where: sa.ColumnElement[bool]) -> list[Report]:
        query = sa.select(reports).where(reports.c.community == self._community, *where).order_by(reports.c.id)
        return [_report(row) for row in await self._conn.execute(query)]

    # ---- votes and papers

    async def votes(self, case_id: int) -> dict[int, Vote]:
        """Return what each moderator finds right, in the order in which they said so."""
        query = sa.select(case_votes).where(case_votes.c.community == self._community, case_votes.c.case_id == case_id)
        rows = await self._conn.execute(query.order_by(case_votes.c.at, case_votes.c.member_id))
        return {row.member_id: Vote(Outcome(row.outcome), row.words, row.at, row.counts) for row in rows}

    async def set_votes(self, case_id: int, votes: Mapping[int, Vote]) -> None:
        """Let these be the votes of a case, and no others."""
        held = sa.and_(case_votes.c.community == self._community, case_votes.c.case_id == case_id)
        await self._conn.execute(sa.delete(case_votes).where(held))
        for member, vote in votes.items():
            await self.put_vote(case_id, member, vote)

    async def put_vote(self, case_id: int, member: int, vote: Vote) -> None:
        """Store one moderator's vote, whatever it was before."""
        row = {
            "community": self._community,
            "case_id": case_id,
            "member_id": member,
            "outcome": vote.outcome.value,
            "words": vote.words,
            "counts": vote.counts,
            "at": vote.at,
        }
        change = ("outcome", "words", "counts", "at")
        await self._conn.execute(upsert(self._conn, case_votes, ("case_id", "member_id"), change).values(row))

    async def add_note(self, note: Note) -> int:
        """Put something into a case's papers; returns its id."""
        row = {
            "community": self._community,
            "case_id": note.case,
            "report_id": note.report,
            "author": note.author,
            "kind": note.kind.value,
            "words": note.words,
            "at": note.at,
        }
        new = await self._conn.execute(sa.insert(case_notes).values(row).returning(case_notes.c.id))
        return int(new.scalar_one())

    async def notes(self, case_id: int, kinds: Sequence[NoteKind] | None = None) -> list[Note]:
        """Return a case's papers in their order."""
        query = sa.select(case_notes).where(case_notes.c.community == self._community, case_notes.c.case_id == case_id)
        if kinds is not None:
            query = query.where(case_notes.c.kind.in_([kind.value for kind in kinds]))
        return [_note(row) for row in await self._conn.execute(query.order_by(case_notes.c.id))]

    async def take_draft(self, note_id: int, author: int, at: datetime) -> Note | None:
        """Turn a draft of its author into a word that is sent; None where it was sent or left already."""
        mine = sa.and_(
            case_notes.c.community == self._community,
            case_notes.c.id == note_id,
            case_notes.c.author == author,
            case_notes.c.kind == NoteKind.DRAFT.value,
        )
        sent = sa.update(case_notes).where(mine).values(kind=NoteKind.WORD.value, at=at).returning(case_notes)
        row = (await self._conn.execute(sent)).one_or_none()
        return _note(row) if row else None

    async def drop_drafts(self, case_id: int, author: int) -> None:
        """Forget the words that a moderator looked at and did not send."""
        mine = sa.and_(
            case_notes.c.community == self._community,
            case_notes.c.case_id == case_id,
            case_notes.c.author == author,
            case_notes.c.kind == NoteKind.DRAFT.value,
        )
        await self._conn.execute(sa.delete(case_notes).where(mine))


def _case_row(case: Case) -> dict[str, Any]:
    return {
        "state": case.state.value,
        "urgent": case.urgent,
        "delicate": case.delicate,
        "member_id": case.member,
        "opened_at": case.opened_at,
        "claimed_by": case.claimed_by,
        "claimed_at": case.claimed_at,
        "outcome": case.outcome.value if case.outcome else None,
        "told": case.told or None,
        "closed_by": case.closed_by,
        "closed_at": case.closed_at,
    }


def _case(row: sa.Row[Any]) -> Case:
    return Case(
        id=row.id,
        state=CaseState(row.state),
        urgent=row.urgent,
        delicate=row.delicate,
        member=row.member_id,
        opened_at=row.opened_at,
        claimed_by=row.claimed_by,
        claimed_at=row.claimed_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
        told=row.told or "",
        closed_by=row.closed_by,
        closed_at=row.closed_at,
    )


def _report(row: sa.Row[Any]) -> Report:
    return Report(
        id=row.id,
        case=row.case_id,
        member=row.member_id,
        account=row.account,
        nameless=row.relay is not None,
        reason=Reason(row.reason),
        words=row.words,
        message=load_ref(row.message) if row.message else None,
        quoted=row.quoted or "",
        quoted_of=row.quoted_of,
        since=row.since,
        at=row.at,
    )


def _note(row: sa.Row[Any]) -> Note:
    return Note(
        id=row.id,
        case=row.case_id,
        report=row.report_id,
        author=row.author,
        kind=NoteKind(row.kind),
        words=row.words,
        at=row.at,
    )
