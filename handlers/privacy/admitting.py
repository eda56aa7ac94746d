"""Keeps whoever was erased out of everything that is stored, until they begin anew: one look for each group of events.

What they write, react or are called is dropped before any feature sees it. A deliberate act, a command or a button, is
answered kindly; and to join again after the erasure is to begin anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from chat.answers import Answer, Nothing, Say
from chat.card import Accent, Button, Buttons, Card, Footnote, Style, Text, Title
from chat.events import (
    ActionPressed,
    CommandUsed,
    FormSubmitted,
    MemberJoined,
    MenuUsed,
    MessagePosted,
    Reacted,
)
from chat.ids import Profile, UserRef
from chat.text import Code
from handlers.conduct.nameless import without_author
from handlers.context import Context
from handlers.membership.lobby import is_full
from storage.codec import Arrival

BEGIN = "begin_anew"
_SPOKEN_OF = ("author", "reply_to_author", "referrer", "inviter")  # by others: nobody is known under it


def people_in(arrival: Arrival) -> list[UserRef]:
    """Return all accounts that an event names."""
    found = [getattr(arrival, name, None) for name in ("user", *_SPOKEN_OF)]
    profile = getattr(arrival, "member", None)
    mentioned = arrival.mentions if isinstance(arrival, MessagePosted) else ()
    return [user for user in (*found, getattr(profile, "user", None), *mentioned) if isinstance(user, UserRef)]


async def admit(ctx: Context, arrival: Arrival) -> Arrival | Answer:
    """Return an event as the features may see it; an answer where nothing else is to happen."""
    users = people_in(arrival)
    gone = await ctx.db.erased.among(users) if users else {}
    if not gone:
        return arrival
    who = _actor(arrival)
    if who not in gone:
        if isinstance(arrival, MenuUsed) and arrival.author in gone:
            arrival = without_author(arrival, await ctx.db.erased.mark(arrival.author))
        return _without(arrival, gone)
    if isinstance(arrival, MemberJoined) and _came_after(arrival, gone[who]):
        await ctx.db.erased.remove([who], ctx.now)
        return arrival
    if isinstance(arrival, CommandUsed | ActionPressed | FormSubmitted | MenuUsed):
        begins = isinstance(arrival, ActionPressed) and arrival.action == BEGIN
        return arrival if begins else begin_card(ctx)
    return Nothing()


def _actor(arrival: Arrival) -> UserRef | None:
    """Return who does something by an event."""
    if isinstance(arrival, MessagePosted):
        return arrival.author
    user = getattr(arrival, "user", None) or getattr(getattr(arrival, "member", None), "user", None)
    if user is None and not isinstance(arrival, Reacted | MenuUsed):
        user = getattr(arrival, "author", None)  # of an edit
    return user if isinstance(user, UserRef) else None


def _came_after(joined: MemberJoined, erased_at: datetime) -> bool:
    """Say whether this is a new arrival, and no old one that is read again."""
    return (joined.member.joined_at or joined.at) > erased_at


def _without(arrival: Arrival, gone: Iterable[UserRef]) -> Arrival:
    """Return an event of somebody else in which nobody who was erased is named."""
    away = set(gone)
    changes: dict[str, object] = {name: None for name in _SPOKEN_OF if getattr(arrival, name, None) in away}
    if isinstance(arrival, MessagePosted):
        changes["mentions"] = tuple(user for user in arrival.mentions if user not in away)
    changed: Arrival = msgspec.structs.replace(arrival, **changes)
    return changed


def begin_card(ctx: Context) -> Say:
    """Ask kindly whether somebody wants to begin anew."""
    return Say(forgotten_card(ctx))


def forgotten_card(ctx: Context) -> Card:
    """Return what somebody sees who was erased: that they are, and the way back."""
    t = ctx.t
    parts = (
        Title(t.line("Your data is erased")),
        Text(
            t(
                "As you asked, I keep nothing that shows it was you, and do nothing with what you write here. Would "
                "you like to begin anew?"
            )
        ),
        Buttons((Button(BEGIN, t.line("Begin anew"), Style.PRIMARY),)),
        Footnote(t("If you do nothing, everything stays as it is.")),
    )
    return Card(parts=parts, accent=Accent.WARM)


async def begin_anew(ctx: Context, event: ActionPressed) -> Answer:
    """Take the mark away, and let them arrive like anybody who joins: greeted, or waiting for a seat."""
    t, full = ctx.t, False
    if await ctx.db.erased.remove([event.user], ctx.now):
        profile = Profile(user=event.user, name=event.user_name or event.user.id, locale=event.locale)
        joined = MemberJoined(key=f"anew:{event.key}", at=ctx.now, workspace=event.workspace, member=profile)
        full = bool(ctx.config.membership.cap) and await is_full(ctx, None)
        await ctx.db.arrive(joined)
    command = Code("/tsudoi privacy")
    said = t("Welcome back! From now on I know you again. {command} shows what I keep.", command=command)
    if full:
        said = t("Welcome back! We are full at the moment, so you begin on the waiting list.")
    return Say(Card(parts=(Text(said),), accent=Accent.GOOD))
