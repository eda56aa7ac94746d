"""Why nothing was done about a seat, in kind words."""

from __future__ import annotations

from chat.text import RichText
from community.seats.outcomes import Reason, Refusal
from handlers.meetups.cards import SEATS
from locales import Translator, msg

WORDS = {
    Reason.CANCELLED: msg("Nothing was changed: the meetup is cancelled."),
    Reason.BEGUN: msg("The meetup has begun; seats can no longer be changed. Just come in if there is room."),
    Reason.TOO_EARLY: msg("It is too early to check in."),
    Reason.CLOSED: msg("The meetup is over and settled; nothing can be changed any more."),
    Reason.PAST: msg("That time has passed already."),
    Reason.WHICH_KIND: msg("Which seat would you like?"),
    Reason.NO_SUCH_KIND: msg("This meetup has no such seats ({kind})."),
    Reason.BY_INVITATION: msg("Only the organisers give these seats ({kind}). Ask them, if one should be yours."),
    Reason.OFFER_GONE: msg("This seat is no longer kept for you: the time for it has run out, or you had let it go."),
    Reason.FULL: msg("There is no free seat ({kind}): {taken} of {cap} are taken."),
    Reason.BELOW_TAKEN: msg("{cap} seats are too few ({kind}): {taken} are taken. Nobody is thrown out."),
    Reason.BAD_CAP: msg("That is no number of seats."),
    Reason.NOT_LISTED: msg("They are not on the list."),
    Reason.NO_SEAT: msg("Without a seat nobody can be a no-show."),
    Reason.ALREADY_MARKED: msg("A moderator has already noted how it went."),
    Reason.BAD_RULES: msg("These rules contradict each other."),
}

OFFERED = {  # what the same two say while seats are being offered, too
    Reason.FULL: msg("There is no free seat ({kind}): {taken} of {cap} are taken, {offered} promised."),
    Reason.BELOW_TAKEN: msg(
        "{cap} seats are too few ({kind}): {taken} are taken and {offered} promised. Nobody is thrown out."
    ),
}


def refusal_text(refusal: Refusal, t: Translator) -> RichText:
    """Say kindly why nothing was done."""
    words = OFFERED.get(refusal.reason) if refusal.offered else None
    return t(
        words or WORDS[refusal.reason],
        kind=t.line(SEATS[refusal.kind]) if refusal.kind else "",
        taken=refusal.taken or 0,
        cap=refusal.cap or 0,
        offered=refusal.offered or 0,
    )
