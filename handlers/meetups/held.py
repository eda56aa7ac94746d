"""Who may touch a meetup: its plan belongs to who makes it, a meetup to its organisers and the moderators."""

from __future__ import annotations

from dataclasses import dataclass

from chat.answers import Say
from chat.card import Accent
from chat.events import ActionPressed, FormSubmitted
from chat.text import Code
from community.meetups.plan import Meetup, MeetupState, may_edit
from handlers.context import Context
from handlers.readers import Reader, arguments, is_moderator, note, number, reader, refused
from storage.meetups.plans import StoredMeetup

NEW_TYPED, EDIT_TYPED = Code("/meetup new"), Code("/meetup edit")


@dataclass(frozen=True, slots=True)
class Held:
    """A meetup, and somebody who may change it."""

    who: Reader
    stored: StoredMeetup
    moderator: bool

    @property
    def meetup(self) -> Meetup:
        """What is said of it."""
        return self.stored.meetup

    @property
    def is_draft(self) -> bool:
        """Whether it is a plan that nobody else has seen."""
        return self.meetup.state is MeetupState.DRAFT


async def held(ctx: Context, event: ActionPressed | FormSubmitted) -> Held | Say:
    """Return the meetup that an action or form names first, locked; a kind word where it is not theirs or gone."""
    who = await reader(ctx, event)
    return await hold(ctx, who, number(arguments(event), 0))


async def hold(ctx: Context, who: Reader, meetup_id: int | None) -> Held | Say:
    """Return a meetup to somebody who may change it. Until this unit ends, nobody else does."""
    if meetup_id is None or await ctx.db.meetups.ledger(meetup_id) is None:
        return gone(who)
    stored = await ctx.db.meetups.get(meetup_id)
    if stored is None:
        return gone(who)
    moderator = is_moderator(who.account, ctx.config)
    if stored.meetup.state is MeetupState.DRAFT:
        if stored.meetup.organiser != who.member.id:
            return refused(who.t("This plan is somebody else's. {new} begins your own.", new=NEW_TYPED))
    elif not may_edit(stored.meetup, who.member.id, moderator=moderator):
        return refused(who.t("Only its organisers and the moderators can change this meetup."))
    return Held(who, stored, moderator)


def may_run(ctx: Context, who: Reader, stored: StoredMeetup) -> bool:
    """Tell whether somebody may change a meetup and see who comes: its organisers and the moderators."""
    return may_edit(stored.meetup, who.member.id, moderator=is_moderator(who.account, ctx.config))


def gone(who: Reader) -> Say:
    """Say that a plan or meetup is no longer there."""
    said = who.t("This meetup is no longer kept. {new} begins a new one, {edit} shows yours.",
                 new=NEW_TYPED, edit=EDIT_TYPED)  # fmt: skip
    return refused(said)


def ended(held_: Held) -> Say:
    """Say that a meetup can no longer be changed."""
    t = held_.who.t
    if held_.meetup.state is MeetupState.CANCELLED:
        return note(
            t("This meetup is cancelled. It can be planned again with {again}.", again=AGAIN_TYPED), Accent.WARM
        )
    return note(t("This meetup is over. It can be planned again with {again}.", again=AGAIN_TYPED), Accent.WARM)


AGAIN_TYPED = Code("/meetup duplicate")
