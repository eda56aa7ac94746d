"""Members named in a form: by the name that people see, or as a mention. Who is meant must be clear."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from chat.ids import Workspace
from community.meetup_words import read_names
from community.members import Member
from community.words import display_name
from handlers.context import Context
from handlers.readers import read_user
from locales import Translator


class UnknownPeopleError(ValueError):
    """A name that is nobody's, or that several members have."""

    def __init__(self, name: str, n: int) -> None:
        super().__init__(name)
        self.name, self.n = name, n

    def text(self, t: Translator) -> str:
        """Return what to do about it."""
        if self.n:
            return t.line("{n} members are called “{name}”. Please mention the one you mean, or write the id.",
                          n=self.n, name=self.name)  # fmt: skip
        return t.line("I find nobody called “{name}”. Please write names as they are shown, with commas between them.",
                      name=self.name)  # fmt: skip


async def read_people(ctx: Context, typed: str, workspace: Workspace, known: Sequence[int] = ()) -> tuple[int, ...]:
    """Return the members that were named, in their order. Of two with one name it is who was among them before.

    Raises:
        UnknownPeopleError: it is not clear who is meant.

    """
    names = read_names(typed)
    if not names:
        return ()
    present = [member for member in await ctx.db.people.present() if not member.is_bot]
    found = [await _one(ctx, name, workspace, present, known) for name in names]
    return tuple(dict.fromkeys(found))


async def _one(ctx: Context, name: str, workspace: Workspace, present: list[Member], known: Sequence[int]) -> int:
    wanted = _plain(name)
    fitting = {m.id for m in present if wanted in {_plain(m.name), *(_plain(a.name) for a in m.accounts)}}
    among = [member for member in known if member in fitting]
    if among:
        return among[0]
    if len(fitting) == 1:
        return fitting.pop()
    user = read_user(name, workspace)
    member = await ctx.db.people.by_user(user) if user else None
    if member is not None and member.left_at is None and not member.is_bot:
        return member.id
    raise UnknownPeopleError(name[:40], len(fitting))


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", display_name(name, "")).casefold().lstrip("@")
