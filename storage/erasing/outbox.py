"""Takes a member out of the outbox: what was to be sent to them, what shows them, and the keys that name them.

What stands on a platform is drawn anew without them; rows that were sent keep what tells that they were, under a key
that leads to nobody. What stands in a channel keeps its content for this (``storage/queues/standing.py``), or is drawn
by its feature: introductions, questions, meetups, moments, thanks, ideas, applications, cases.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat import effects
from chat.card import Card
from chat.effects import Effect, PostedAs
from chat.ids import MessageRef
from chat.redaction import Person, is_to, without
from storage.codec import UNREADABLE, dump, load_effect
from storage.held.ids import OUTBOX_KEYS
from storage.queues.standing import is_kept
from storage.tables.core import outbox

_CHANGES = ("redraw:as:", "title:as:")
_FILES = ('{"type":"Upload"', '{"type":"MakeFile"')


@dataclass(slots=True)
class Redrawn:
    """What is to be drawn anew, for the caller to queue: the newest card of each message."""

    cards: dict[str, tuple[MessageRef | PostedAs, Card]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)  # of threads, by the key that opened them


class OutboxErasure:
    """The outbox of one community, for an erasure."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community

    async def take_out(self, person: Person) -> Redrawn:
        """Take a person out of all rows; returns what is to be drawn anew."""
        rows = await self._rows(person)
        redrawn = Redrawn()
        gone: set[str] = set()
        for row in rows:
            effect = _read(row.effect)
            if _is_theirs(row, effect, person):
                gone.add(row.key)
        for row in rows:
            if row.key in gone or any(row.key == f"{change}{key}" for key in gone for change in _CHANGES):
                await self._conn.execute(sa.delete(outbox).where(outbox.c.id == row.id))
            else:
                await self._redact(row, person, redrawn)
        for key in await self._drawn_otherwise(redrawn, {row.key for row in rows}):
            del redrawn.cards[key]
        for old, new in (await self._rename(person)).items():
            if old in redrawn.cards:
                redrawn.cards[new] = PostedAs(new), redrawn.cards.pop(old)[1]
        return redrawn

    async def _drawn_otherwise(self, redrawn: Redrawn, looked_at: Collection[str]) -> list[str]:
        """Return the messages that are taken away or show another card by now, or will: the features know better."""
        changes = {f"redraw:as:{key}": key for key in redrawn.cards}
        query = sa.select(outbox.c.key, outbox.c.state).where(
            outbox.c.community == self._community, outbox.c.key.in_(changes)
        )
        rows = (await self._conn.execute(query)).all()
        drawn = {changes[row.key] for row in rows if row.key not in looked_at or row.state == "queued"}
        removals = sa.select(outbox.c.effect).where(
            outbox.c.community == self._community, outbox.c.effect.startswith('{"type":"Remove"', autoescape=True)
        )
        for effect in map(_read, (await self._conn.execute(removals)).scalars()):
            if isinstance(effect, effects.Remove):
                drawn.add(effect.target.key if isinstance(effect.target, PostedAs) else str(effect.target))
        return sorted(drawn & redrawn.cards.keys())

    async def drop(self, key: str) -> None:
        """Forget a row altogether, key and all."""
        await self._conn.execute(sa.delete(outbox).where(outbox.c.community == self._community, outbox.c.key == key))

    async def _rows(self, person: Person) -> list[sa.Row[Any]]:
        """Return the rows in which they may stand."""
        texts = {
            *(msgspec.json.encode(user).decode()[1:-1] for user in person.users),
            *(msgspec.json.encode(needle).decode()[1:-1] for needle in person.needles()),
            *(msgspec.json.encode(name).decode()[1:-1] for name in person.names if name.strip()),
        }
        found: dict[int, sa.Row[Any]] = {}
        for some in _portions(sorted(texts)):
            conditions = [outbox.c.effect.contains(text, autoescape=True) for text in some]
            found |= {row.id: row for row in await self._load(sa.or_(*conditions))}
        lanes = [outbox.c.lane == str(user) for user in person.users]
        keys = [outbox.c.key.contains(str(user), autoescape=True) for user in person.users]
        files = [outbox.c.effect.startswith(beginning, autoescape=True) for beginning in _FILES]
        found |= {row.id: row for row in await self._load(sa.or_(*lanes, *keys, *files))}
        return [found[id_] for id_ in sorted(found)]

    async def _load(self, which: sa.ColumnElement[bool]) -> list[sa.Row[Any]]:
        columns = (outbox.c.id, outbox.c.key, outbox.c.state, outbox.c.effect, outbox.c.lane, outbox.c.tried_at)
        query = sa.select(*columns, outbox.c.ref).where(outbox.c.community == self._community, which)
        return list(await self._conn.execute(query))

    async def _redact(self, row: sa.Row[Any], person: Person, redrawn: Redrawn) -> None:
        effect = _read(row.effect)
        kept = without(effect, person, about=names(row.key, str(person.member))) if effect else None
        if effect is None or kept is None or kept is effect:
            return
        if row.state in {"sent", "claimed"} or row.tried_at is not None:
            _note(row.key, kept, redrawn)
        if isinstance(kept, effects.OpenThread) and kept.title not in row.effect and row.state == "sent":
            redrawn.titles[row.key] = kept.title
        needed = row.state not in {"sent", "dead"} or (row.state == "sent" and is_kept(row.key, kept))
        values = {"effect": dump(kept) if needed else ""}
        await self._conn.execute(sa.update(outbox).where(outbox.c.id == row.id).values(values))

    # ---- keys

    async def _rename(self, person: Person) -> dict[str, str]:
        """Give rows whose key names the member another key, also where others point to them; returns both keys."""
        member = str(person.member)
        query = sa.select(outbox.c.id, outbox.c.key).where(
            outbox.c.community == self._community, outbox.c.key.contains(member, autoescape=True)
        )
        renamed: dict[str, str] = {}
        for row in (await self._conn.execute(query)).all():
            if not names(row.key, member):
                continue
            renamed[row.key] = new = f"erased:{secrets.token_hex(8)}"
            await self._conn.execute(sa.update(outbox).where(outbox.c.id == row.id).values(key=new))
            await self._point_to(row.key, new)
        return renamed

    async def _point_to(self, old: str, new: str) -> None:
        written, instead = (msgspec.json.encode(key).decode() for key in (old, new))
        query = sa.select(outbox.c.id, outbox.c.key, outbox.c.lane, outbox.c.effect).where(
            outbox.c.community == self._community,
            sa.or_(
                outbox.c.effect.contains(f'"key":{written}', autoescape=True),
                outbox.c.lane == f"as:{old}",
                outbox.c.key.in_([f"{change}{old}" for change in _CHANGES]),
            ),
        )
        for row in (await self._conn.execute(query)).all():
            values = {
                "key": row.key.replace(old, new) if row.key.startswith(_CHANGES) else row.key,
                "lane": row.lane.replace(old, new),
                "effect": row.effect.replace(f'"key":{written}', f'"key":{instead}'),
            }
            await self._conn.execute(sa.update(outbox).where(outbox.c.id == row.id).values(values))


def names(key: str, member: str) -> bool:
    """Say whether a key names a member, as ``held_ids`` tells of each kind."""
    for kind, places in OUTBOX_KEYS.items():
        if key.startswith(f"{kind}:"):
            parts = key.split(":")
            return any(len(parts) > place and parts[place] == member for place in places)
    return False


def _is_theirs(row: sa.Row[Any], effect: Effect | None, person: Person) -> bool:
    if row.lane in {str(user) for user in person.users}:
        return True
    if effect is None:
        return any(str(user) in row.key for user in person.users)
    if is_to(effect, person.users):
        return True
    if row.state not in {"sent", "dead"} and isinstance(effect, effects.Upload):
        return _holds(effect.content, person)
    return False


def _holds(content: bytes, person: Person) -> bool:
    return any(text.encode() in content for text in (*person.names, *(user.id for user in person.users)) if text)


def _note(key: str, effect: Effect, redrawn: Redrawn) -> None:
    """Note the card that a message shows from now on; a later change of it counts, not the first card."""
    match effect:
        case effects.RedrawPost(target=PostedAs(key=target) as posted, card=card):
            redrawn.cards[target] = posted, card
        case effects.RedrawPost(target=target, card=card):
            redrawn.cards[str(target)] = target, card
        case effects.Post(card=card, only_for=None) | effects.DirectMessage(card=card) | effects.OpenThread(card=card):
            redrawn.cards.setdefault(key, (PostedAs(key), card))


def _read(text: str) -> Effect | None:
    try:
        return load_effect(text) if text else None
    except UNREADABLE:
        return None


def _portions(texts: list[str], most: int = 50) -> Iterable[list[str]]:
    return (texts[start : start + most] for start in range(0, len(texts), most))
