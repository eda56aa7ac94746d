"""Where a member's number stands inside texts, and how another takes its place: meetups, timers, keys, subjects.

What members hold in their hands, the buttons of cards, is left as it is: ``PeopleStore`` and ``Reader.owns`` know who a
number means that is no more.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from community.meetups.people import merge_members
from community.meetups.plan import Meetup
from community.seats.values import Entry
from storage.codec import dump
from storage.held.ids import OUTBOX_KEYS, PEAK_KEYS, THANKS_KEYS, TIMER_DATA, TIMER_SUBJECTS
from storage.sql import Row
from storage.tables.core import outbox, timers
from storage.tables.meetups import meetups, seats, series
from storage.tables.moderation import audit
from storage.tables.onboarding import introductions
from storage.tables.recognition import peaks, thanks

# Keys of what is sent to one member, beside those of ``held_ids``: nobody gets the same once more for the other account
SENT_TO = {
    "idea_told": (2,),
    "meetup_handed": (2,),
    "meetup_helping": (2,),
    "meetup_noted": (2,),
    "meetup_reminder": (2,),
    "pulse": (2,),
    "meetup_survey": (2,),
    "meetup_word": (3,),
    "nudge": (1,),
    "own_digest": (2,),
    "rota": (1,),
    "thanks_could_give": (2,),
}
_KEYS = {name: parts for name, parts in (OUTBOX_KEYS | SENT_TO).items() if name not in ("intro", "unintro")}
# Of two moments that are one: what was told stands, then what its member said no to, then the one that came further
_FURTHER = ("posted", "declined", "approved", "agreed", "in_review", "asked", "found", "dropped")


async def move_texts(conn: AsyncConnection, community: str, kept: int, gone: int) -> None:
    """Put the number of who is kept in the place of the one that goes."""
    await _plans(conn, community, kept, gone)
    await _marks(conn, community, kept, gone)
    await _introduction(conn, community, kept, gone)
    await _timers(conn, community, kept, gone)
    await _outbox(conn, community, kept, gone)
    await _peaks(conn, community, kept, gone)
    await _thanks(conn, community, kept, gone)
    named = {f"member:{gone}": f"member:{kept}"}
    for before, now in named.items():
        where = (audit.c.community == community, audit.c.subject == before)
        await conn.execute(sa.update(audit).where(*where).values(subject=now))


def renamed(key: str, parts: dict[str, tuple[int, ...]], kept: int, gone: int) -> str:
    """Return a key with the number of who is kept in it, where one of its parts is the other's."""
    words = key.split(":")
    for name, places in parts.items():
        if key.startswith(f"{name}:"):
            for at in places:
                if at < len(words) and words[at] == str(gone):
                    words[at] = str(kept)
    return ":".join(words)


# ---- meetups


async def _plans(conn: AsyncConnection, community: str, kept: int, gone: int) -> None:
    for table in (meetups, series):
        query = sa.select(table.c.id, table.c.meetup).where(
            table.c.community == community, table.c.meetup.contains(str(gone))
        )
        for row in (await conn.execute(query)).all():
            meetup = msgspec.json.decode(row.meetup, type=Meetup)
            merged = merge_members(meetup, kept, gone)
            if merged != meetup:
                await conn.execute(sa.update(table).where(table.c.id == row.id).values(meetup=dump(merged)))


async def _marks(conn: AsyncConnection, community: str, kept: int, gone: int) -> None:
    """Let marks that somebody set as a moderator be by the one they are now."""
    query = sa.select(seats.c.meetup_id, seats.c.member_id, seats.c.entry).where(
        seats.c.community == community, seats.c.entry.contains(f'"marked_by":{gone}')
    )
    for row in (await conn.execute(query)).all():
        entry = msgspec.json.decode(row.entry, type=Entry)
        if entry.marked_by == gone:
            mine = (seats.c.meetup_id == row.meetup_id, seats.c.member_id == row.member_id)
            marked = dump(msgspec.structs.replace(entry, marked_by=kept))
            await conn.execute(sa.update(seats).where(*mine).values(entry=marked))


# ---- introductions


async def _introduction(conn: AsyncConnection, community: str, kept: int, gone: int) -> None:
    """Keep the post of who is kept; where they have none, the other's, under a key that was never used."""
    query = sa.select(introductions).where(
        introductions.c.community == community, introductions.c.member_id.in_((kept, gone))
    )
    rows = {row.member_id: row for row in await conn.execute(query)}
    theirs, own = rows.get(gone), rows.get(kept)
    if theirs is None:
        return
    if theirs.state == "removed" or (own is not None and own.state != "removed"):
        if own is not None:
            await conn.execute(sa.delete(introductions).where(introductions.c.member_id == gone))
            return
    elif own is not None:
        await conn.execute(sa.delete(introductions).where(introductions.c.member_id == kept))
    fresh = theirs.round + (own.round if own is not None else 0) + 1
    await rename_introduction(conn, community, (gone, theirs.round), (kept, fresh))
    moved = sa.update(introductions).where(introductions.c.member_id == gone)
    await conn.execute(moved.values(member_id=kept, round=fresh))


async def rename_introduction(
    conn: AsyncConnection, community: str, before: tuple[int, int], now: tuple[int, int]
) -> None:
    """Let the post of an introduction be found under another member and round: also by what waits to change it."""
    old, new = (f"intro:{member}:{nth}" for member, nth in (before, now))
    ours = outbox.c.community == community
    sent = (ours, outbox.c.key.in_((old, f"redraw:as:{old}", f"un{old}")))
    await conn.execute(sa.update(outbox).where(*sent).values(key=sa.func.replace(outbox.c.key, old, new)))
    waits = (ours, outbox.c.state.in_(("queued", "claimed")), outbox.c.effect.contains(f'"{old}"', autoescape=True))
    renames = sa.func.replace(outbox.c.effect, f'"{old}"', f'"{new}"')
    await conn.execute(sa.update(outbox).where(*waits).values(effect=renames))


# ---- timers and keys


async def _timers(conn: AsyncConnection, community: str, kept: int, gone: int) -> None:
    keys = {f"{kind}:{gone}": f"{kind}:{kept}" for kind in TIMER_SUBJECTS}
    query = sa.select(timers).where(timers.c.community == community, timers.c.key.in_([*keys, *keys.values()]))
    rows = {row.key: row for row in await conn.execute(query)}
    for before, now in keys.items():
        if before not in rows:
            continue
        if now in rows:  # once is enough: the sooner
            later = max((rows[before], rows[now]), key=lambda row: (row.due_at, row.id))
            await conn.execute(sa.delete(timers).where(timers.c.id == later.id))
            if later.key == before:
                continue
        moved = sa.update(timers).where(timers.c.community == community, timers.c.key == before)
        await conn.execute(moved.values(key=now, subject=str(kept)))
    for kind, names in TIMER_DATA.items():
        told = sa.select(timers.c.id, timers.c.data).where(timers.c.community == community, timers.c.kind == kind)
        for row in (await conn.execute(told)).all():
            data = msgspec.json.decode(row.data)
            changed = {name: str(kept) for name in names if data.get(name) == str(gone)}
            if changed:
                await conn.execute(sa.update(timers).where(timers.c.id == row.id).values(data=dump(data | changed)))


async def _outbox(conn: AsyncConnection, community: str, kept: int, gone: int) -> None:
    """Let what was sent to either have been sent to the one they are; nobody gets the same twice."""
    begins = [outbox.c.key.startswith(f"{name}:", autoescape=True) for name in _KEYS]
    query = sa.select(outbox.c.id, outbox.c.key, outbox.c.state).where(
        outbox.c.community == community, outbox.c.key.contains(f":{gone}"), sa.or_(*begins)
    )
    rows = [(row, renamed(row.key, _KEYS, kept, gone)) for row in await conn.execute(query)]
    changed = [(row, now) for row, now in rows if now != row.key]
    taken = await _taken(conn, outbox, community, [now for _, now in changed])
    for row, now in changed:
        if now in taken:
            if row.state == "queued":
                await conn.execute(sa.delete(outbox).where(outbox.c.id == row.id))
            continue
        await conn.execute(sa.update(outbox).where(outbox.c.id == row.id).values(key=now))
        taken.add(now)


async def _peaks(conn: AsyncConnection, community: str, kept: int, gone: int) -> None:
    query = sa.select(peaks).where(peaks.c.community == community, peaks.c.key.contains(f":{gone}"))
    for row in (await conn.execute(query)).all():
        now = renamed(row.key, PEAK_KEYS, kept, gone)
        if now == row.key:
            continue
        same = await conn.execute(sa.select(peaks).where(peaks.c.community == community, peaks.c.key == now))
        other = same.one_or_none()
        if other is not None:
            keep, drop = sorted((row, other), key=lambda one: (_FURTHER.index(one.state), one.at, one.id))
            await conn.execute(sa.delete(peaks).where(peaks.c.id == drop.id))
            if keep.id == other.id:
                continue
        await conn.execute(sa.update(peaks).where(peaks.c.id == row.id).values(key=now))
    # Nobody is told of by themselves
    own = (peaks.c.community == community, peaks.c.member_id.in_((kept, gone)), peaks.c.nominated_by.in_((kept, gone)))
    await conn.execute(sa.update(peaks).where(*own, peaks.c.state != "posted").values(state="dropped"))


async def _thanks(conn: AsyncConnection, community: str, kept: int, gone: int) -> None:
    query = sa.select(thanks.c.id, thanks.c.key).where(
        thanks.c.community == community, thanks.c.key.contains(f":{gone}")
    )
    rows = [(row, renamed(row.key, THANKS_KEYS, kept, gone)) for row in await conn.execute(query)]
    changed = [(row, now) for row, now in rows if now != row.key]
    taken = await _taken(conn, thanks, community, [now for _, now in changed])
    for row, now in changed:
        if now not in taken:
            await conn.execute(sa.update(thanks).where(thanks.c.id == row.id).values(key=now))
            taken.add(now)


async def _taken(conn: AsyncConnection, table: sa.Table, community: str, keys: Iterable[str]) -> set[str]:
    found = sa.select(table.c.key).where(table.c.community == community, table.c.key.in_(list(keys)))
    return set((await conn.execute(found)).scalars())


def changed_data(text: str | None, names: Iterable[str], kept: int, gone: int) -> str | None:
    """Return a fact's data with the number of who is kept in it; None where it does not change."""
    data: Row = msgspec.json.decode(text) if text else {}
    changed = {name: kept for name in names if data.get(name) == gone and not isinstance(data.get(name), bool)}
    return dump(data | changed) if changed else None
