"""The one way attendance changes: by the ledger, and what follows for who came."""

from __future__ import annotations

from chat.answers import Say
from chat.card import Accent
from chat.events import ActionPressed, FormSubmitted
from chat.text import MomentStyle
from community.meetups.plan import MeetupState
from community.people.onboarding import Stage
from community.seats.commands import CheckIn, Close, Correct
from community.seats.outcomes import Decision, Reason, Refusal, What
from community.seats.values import CAME, Ledger
from community.words import display_name
from handlers.context import Context
from handlers.meetups.after import ask
from handlers.meetups.cards import listed
from handlers.meetups.day import opening
from handlers.meetups.finding import by_id
from handlers.meetups.steps import act
from handlers.readers import Reader, arguments, note, refused, zone_of
from storage.meetups.plans import StoredMeetup

_CAME = frozenset(mark.value for mark in CAME)


async def take(ctx: Context, stored: StoredMeetup, command: CheckIn | Correct | Close) -> Decision | None:
    """Change attendance. A first meetup is a stage of arriving; after the end, who came is asked how it was."""
    decision = await act(ctx, stored, command)
    for fact in decision.facts if decision else ():
        if fact.what is not What.MARKED or fact.member is None or fact.data.get("mark") not in _CAME:
            continue
        await ctx.db.onboarding.reach(fact.member, Stage.FIRST_MEETUP, ctx.now)
        if stored.meetup.state is MeetupState.OVER:
            await ask(ctx, stored, fact.member)
    return decision


async def meetup_named(ctx: Context, event: ActionPressed | FormSubmitted) -> StoredMeetup | None:
    """Return the meetup that an action or form names first; clients can send anything."""
    return await by_id(ctx, "".join(arguments(event)[:1]))


async def why_not(ctx: Context, who: Reader, ledger: Ledger, refusal: Refusal) -> Say:
    """Say kindly why attendance was not changed."""
    t = who.t
    match refusal.reason:
        case Reason.TOO_EARLY:
            opens = t.moment(opening(ledger), zone_of(who.member, who.account, ctx.config), MomentStyle.FULL)
            said = t("It is too early: check-in begins {when}.", when=opens)
        case Reason.CANCELLED:
            said = t("This meetup was cancelled.")
        case Reason.CLOSED:
            said = t("Check-in has ended. If you were there, the organisers can still note it.")
        case Reason.ALREADY_MARKED:
            said = t("The organisers have noted something else about you. Please have a word with them.")
        case Reason.NO_SEAT:
            people = await ctx.db.people.by_ids(refusal.members)
            named = listed([display_name(member.name, t.line("a member")) for member in people], t)
            said = t("Without a seat nobody can be missing or excused: {names}. Nothing was changed.", names=named)
        case _:
            said = t("This could not be noted.")
    return note(said, Accent.WARM)


def not_organiser(who: Reader) -> Say:
    """Say that this is for organisers."""
    return refused(who.t("This is for the meetup's organisers and for moderators."))
