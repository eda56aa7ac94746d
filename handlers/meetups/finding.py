"""Which meetup somebody means: its number, some words of its title, or a choice proposed while they type."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import timedelta

from chat.answers import Say, Suggest
from chat.card import Accent, Option
from chat.commands import CommandOption, Localised
from chat.events import OptionTyped
from chat.limits import OPTION_LABEL, OPTIONS
from chat.text import Code, join, rich
from community.meetups.plan import FARTHEST, LONGEST, MeetupState
from community.when.zones import zone_or
from handlers.context import Context
from handlers.public import shortened
from handlers.readers import Reader, note, number, refused
from handlers.routes import Completion
from locales import Translator
from storage.meetups.plans import StoredMeetup

LOOKED_BACK = timedelta(days=90)  # a season: older ones are found by their number
ALIKE = 5  # shown where words fit several
ANNOUNCED = tuple(state.value for state in MeetupState if state is not MeetupState.DRAFT)
WHICH = CommandOption(
    name="meetup",
    description=Localised(en="Which one: words of its title, or its number", ja="題名の一部、または番号"),
    completes=True,
)


async def upcoming(ctx: Context) -> list[StoredMeetup]:
    """Return the meetups that are not over yet, the next first."""
    found = await ctx.db.meetups.between(ctx.now - LONGEST, ctx.now + FARTHEST, MeetupState.PLANNED.value)
    return [stored for stored in found if stored.meetup.plan.ends > ctx.now]


async def by_id(ctx: Context, typed: str) -> StoredMeetup | None:
    """Return a meetup by its number, unless it is only somebody's draft."""
    meetup_id = number([typed.strip().lstrip("#＃")], 0)
    stored = await ctx.db.meetups.get(meetup_id) if meetup_id is not None else None
    return stored if stored and stored.meetup.state is not MeetupState.DRAFT else None


def gone(t: Translator) -> Say:
    """Say that a meetup is no longer there."""
    return refused(t("This meetup is no longer there."))


async def matching(ctx: Context, words: str) -> list[StoredMeetup]:
    """Return the meetups whose titles hold all the words: those to come first, then the latest."""
    wanted = _plain(words).split()
    found = await ctx.db.meetups.between(ctx.now - LOOKED_BACK, ctx.now + FARTHEST, *ANNOUNCED)
    fitting = [stored for stored in found if all(word in _plain(stored.meetup.plan.title) for word in wanted)]
    ahead = [stored for stored in fitting if stored.meetup.plan.ends > ctx.now]
    behind = [stored for stored in fitting if stored.meetup.plan.ends <= ctx.now]
    return ahead + behind[::-1]


async def meant(ctx: Context, who: Reader, typed: str) -> StoredMeetup | Say:
    """Return the one meetup that somebody means, or what to say where it is none or several.

    Nothing typed means the next one, where there is only one to come.
    """
    t = who.t
    if stored := await by_id(ctx, typed):
        return stored
    found = await matching(ctx, typed) if typed.strip() else await upcoming(ctx)
    if len(found) == 1:
        return found[0]
    if exact := [stored for stored in found if _plain(stored.meetup.plan.title) == _plain(typed)]:
        return exact[0]  # of a series, the next
    if not found:
        said = t("I find no such meetup. {command} shows what is to come.", command=Code("/meetup list"))
        return note(said, Accent.WARM)
    lines = [rich("• ", label_of(ctx, stored, t)) for stored in found[:ALIKE]]
    return note(rich(t("Which one? Please give its number:"), "\n", join("\n", lines)), Accent.WARM)


def suggests(*, behind: bool = False) -> Completion:
    """Return what proposes meetups while their name is typed; ``behind`` proposes those that are over, too."""

    async def suggest(ctx: Context, typed: OptionTyped) -> Suggest:
        found: Sequence[StoredMeetup] = await matching(ctx, typed.typed)
        if not behind:
            found = [s for s in found if s.meetup.plan.ends > ctx.now and s.meetup.state is MeetupState.PLANNED]
        options = (Option(str(stored.id), shortened(label_of(ctx, stored, ctx.t), OPTION_LABEL)) for stored in found)
        return Suggest(tuple(options)[:OPTIONS])

    return suggest


def label_of(ctx: Context, stored: StoredMeetup, t: Translator) -> str:
    """Return a meetup in one plain line: its number, title and day."""
    day = t.date(stored.meetup.plan.starts, zone_or(stored.meetup.plan.zone, ctx.config.time_zone), now=ctx.now)
    return f"#{stored.id} {shortened(stored.meetup.plan.title, 45)} ({day})"


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
