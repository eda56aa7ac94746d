"""Finds when members first wrote, and when somebody first answered them: see ``handlers.waiting``.

An export is read channel by channel, not in the order of time, so the earliest is known only at its end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chat.events import MessagePosted
from chat.ids import Place
from community.people.onboarding import Stage
from storage.activity import Fact, fact_row
from storage.imports import Known
from storage.sql import Row

StageAt = Mapping[tuple[int, Stage], datetime]


@dataclass(frozen=True, slots=True)
class Reply:
    """The first answer that somebody got."""

    at: datetime
    by: int
    place: Place


class Arrivals:
    """Reads all messages, and keeps each member's first and the first answer to them."""

    def __init__(self, people: Mapping[str, Known], posted: Mapping[str, datetime], stages: StageAt) -> None:
        """Begin with when accounts first wrote in the export, and what members reached as far as is known already."""
        self._people = people
        self._posted: dict[int, datetime] = {}
        for user, at in posted.items():
            known = people.get(user)
            if known is not None and not known.is_bot:
                self._posted[known.member] = min(at, self._posted.get(known.member, at))
        self._spoke = dict(self._posted)
        for (member, stage), at in stages.items():
            if stage in (Stage.FIRST_POST, Stage.INTRODUCED):
                self._spoke[member] = min(at, self._spoke.get(member, at))
        self._done = {member for member, stage in stages if stage is Stage.FIRST_REPLY}
        self._replies: dict[int, Reply] = {}

    def take(self, event: MessagePosted) -> None:
        """Look at a message."""
        if not (event.reply_to_author or event.mentions) or event.by_bot or event.direct:
            return
        author = self._people.get(event.author.id)
        if author is None or author.is_bot:
            return
        for user in (event.reply_to_author, *event.mentions):
            known = self._people.get(user.id) if user else None
            if known is not None and not known.is_bot and known.member != author.member:
                self._answer(known.member, event, author.member)

    def _answer(self, member: int, event: MessagePosted, by: int) -> None:
        first, spoke = self._replies.get(member), self._spoke.get(member)
        if (first is not None and first.at <= event.at) or spoke is None or spoke > event.at or member in self._done:
            return
        self._replies[member] = Reply(event.at, by, event.message.place)

    def stages(self) -> dict[tuple[int, Stage], datetime]:
        """Return what members reached."""
        posts = {(member, Stage.FIRST_POST): at for member, at in self._posted.items()}
        return posts | {(member, Stage.FIRST_REPLY): reply.at for member, reply in self._replies.items()}

    def rows(self, community: str) -> list[Row]:
        """Return the facts that members were answered, under the key that each has live, too: it is said once."""
        facts = (
            (member, Fact("member.replied_to", reply.at, member, reply.place, data={"by": reply.by, "imported": True}))
            for member, reply in self._replies.items()
        )
        return [fact_row(community, fact, f"member.replied_to:{member}") for member, fact in facts]
