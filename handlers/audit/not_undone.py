"""Why the record has no undo for a deed: nothing to take back, another way back, or somebody has read it already.

A test asks each kind of deed for an undo or a reason; ``docs/audit.md`` shows both.
"""

from __future__ import annotations

from collections.abc import Mapping

from locales import msg

_NOTHING = msg("It changed nothing.")
_READ = msg("It has been read already.")
_OWN = msg("The member themself links and unlinks, with `/tsudoi link`.")
_CASE = msg("The buttons of the case lead back.")
_PEOPLE = msg("The list of people of the meetup leads back: seats are given and taken there.")
_NOTED = msg("The same page corrects it, also after the attendance was settled.")
NOT_UNDONE: Mapping[str, str] = {
    "access.refused": _NOTHING,
    "link.guessing": _NOTHING,
    "deed.undone": msg("The deed can be done again."),
    "account.linked": _OWN,
    "account.unlinked": _OWN,
    "account.link_undone": _OWN,
    "applicant.admitted": msg("They have been told, and are in."),
    "calendars.revoked": msg("Nobody keeps the old addresses; each member gets a new one with `/meetup calendar`."),
    "case.asked": _READ,
    "case.word_sent": _READ,
    "case.noted": msg("Notes stay with the case; another note corrects one."),
    "case.claimed": _CASE,
    "case.released": _CASE,
    "case.reopened": _CASE,
    "case.voted": msg("Whoever voted may vote again until the case is closed."),
    "digest.posted_early": _READ,
    "thanks.hinted": _READ,
    "meetup.attendance": _NOTED,
    "meetup.attendance_settled": _NOTED,
    "meetup.cancelled": msg("Everybody has been told; a new meetup can be planned."),
    "meetup.handed_over": msg("The new organiser can hand it back."),
    "meetup.seat_given": _PEOPLE,
    "meetup.taken_off": _PEOPLE,
    "question.reopened": msg("The question can be solved or closed again."),
}
