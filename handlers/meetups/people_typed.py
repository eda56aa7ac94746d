"""Members named in a form: by the name that people see, or as a mention. Who is meant must be clear.

Names are typed as people remember them: with or without a space in between and an @ before. Of two with one name, who
is on the platform where it was typed is meant, or the platform stands behind the name as in every list.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from chat.ids import Workspace
from community.meetups.words import read_names
from community.people.members import Member
from community.words import display_name
from handlers.context import Context
from handlers.meetups.cards import listed
from handlers.public import names_apart
from handlers.readers import account_in, read_user
from locales import Translator


class UnknownPeopleError(ValueError):
    """A name that is nobody's, or that several members have."""

    def __init__(self, name: str, called: Sequence[Member] = ()) -> None:
        super().__init__(name)
        self.name, self.called = name, called

    def text(self, t: Translator) -> str:
        """Return what to do about it."""
        apart = tuple(dict.fromkeys(names_apart(self.called, t).values()))
        if len(apart) > 1:
            return t.line("{n} members are called “{name}”. Please write which one you mean: {names}",
                          n=len(self.called), name=self.name, names=listed(apart, t))  # fmt: skip
        if self.called:
            return t.line("{n} members are called “{name}”. Please mention the one you mean, or write the id.",
                          n=len(self.called), name=self.name)  # fmt: skip
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
    fitting = [m for m in present if wanted in _called(m)]
    among = [member for member in known if member in {m.id for m in fitting}]
    if among:
        return among[0]
    here = [m for m in fitting if account_in(m, workspace)]
    for few in (fitting, here):
        if len(few) == 1:
            return few[0].id
    user = read_user(name, workspace)
    member = await ctx.db.people.by_user(user) if user else None
    if member is not None and member.left_at is None and not member.is_bot:
        return member.id
    raise UnknownPeopleError(name[:40], fitting)


def _called(member: Member) -> set[str]:
    """Return what somebody may be called: each name, also with a platform behind it, as lists tell people apart."""
    names = {_plain(name) for name in (member.name, *(account.name for account in member.accounts))}
    platforms = {account.user.platform.value for account in member.accounts if account.left_at is None}
    return names | {f"{name}({platform})" for name in names for platform in platforms}


def _plain(name: str) -> str:
    plain = unicodedata.normalize("NFKC", display_name(name, "")).casefold()
    return "".join(plain.split()).lstrip("@")
