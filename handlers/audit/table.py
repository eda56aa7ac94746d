"""What every action that is for moderators alone leaves in the record, and how it is seen before it is done.

``docs/audit.md`` is made from this table. A test holds it against the rules of who may do what: an action that is for
moderators alone says here which deeds it records, or that it changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Seen(StrEnum):
    """How one sees what would happen before it does."""

    PREVIEW = "preview"  # a card says what would happen, and to how many; a second press does it
    FORM = "form"  # a form says it; sending it does it
    ONE_TAP = "one tap"  # it is done at once, and one tap takes it back
    NOTHING = "nothing"  # it changes nothing for others


@dataclass(frozen=True, slots=True)
class Leaves:
    """What one action leaves."""

    deeds: tuple[str, ...] = ()
    seen: Seen = Seen.NOTHING


LOOKS = Leaves()  # it shows, opens or asks, and changes nothing


def _preview(*deeds: str) -> Leaves:
    return Leaves(deeds, Seen.PREVIEW)


def _form(*deeds: str) -> Leaves:
    return Leaves(deeds, Seen.FORM)


def _tap(*deeds: str) -> Leaves:
    return Leaves(deeds, Seen.ONE_TAP)


LEAVES: Mapping[str, Leaves] = {
    "command community status": LOOKS,
    "command community kpi": LOOKS,
    "command community report": LOOKS,
    "command community audit": LOOKS,
    "press audit_page": LOOKS,
    "press audit_pick": LOOKS,
    "press undo": _tap("deed.undone"),
    "command community settings": LOOKS,
    "press set_menu": LOOKS,
    "press set_section": LOOKS,
    "press set_pick": _tap("setting.changed"),
    "form set": LOOKS,
    "press set_go": _preview("setting.changed"),
    "press set_back": LOOKS,
    "press set_default": _preview("setting.reset"),
    "command community welcomers": _tap("welcomer.removed"),
    "press rota_do": _preview("welcomer.asked", "welcomer.capped"),
    "command community questions": LOOKS,
    "press q_list": LOOKS,
    "press q_pick": LOOKS,
    "press q_desk": LOOKS,
    "press q_close": _tap("question.closed"),
    "press q_merge": _tap("question.merged"),
    "press q_handover": _preview("question.handed_over"),
    "command community ideas": LOOKS,
    "press idea_pick": LOOKS,
    "press idea_set": LOOKS,
    "form idea_set": _form("idea.decided"),
    "press feed_all_off": _preview("calendars.revoked"),
    "press plan_take": _tap("meetup.handed_over"),
    "command community digest": _tap("digest.skipped"),
    "press digest_show": LOOKS,
    "press digest_edit": LOOKS,
    "form digest_edit": _form("digest.edited"),
    "press digest_skip": _tap("digest.skipped", "digest.resumed"),
    "press digest_post": _preview("digest.posted_early"),
    "command community thanks": LOOKS,
    "press thanks_them": LOOKS,
    "press thanks_hint_give": _preview("thanks.hinted"),
    "press peak_post": _tap("peak.approved"),
    "press peak_drop": _tap("peak.dropped"),
    "command community pins": LOOKS,
    "press pin_yes": _tap("pin.said"),
    "press pin_later": _tap("pin.said"),
    "press pin_undo": _tap("pin.said"),
    "command community waitlist": LOOKS,
    **dict.fromkeys(("press appl_list", "press appl_pick", "press appl_admit", "press appl_decline"), LOOKS),
    **dict.fromkeys(("press appl_move", "press appl_cap"), LOOKS),
    "form appl_admit": LOOKS,
    "press appl_admit_yes": _preview("applicant.admitted"),
    "form appl_decline": LOOKS,
    "press appl_decline_yes": _preview("applicant.declined"),
    "form appl_move": _form("applicant.moved"),
    "form appl_cap": LOOKS,
    "press appl_cap_yes": _preview("membership.cap"),
    "command community cases": LOOKS,
    "press cases_open": LOOKS,
    "press cases_page": LOOKS,
    "command community duty": LOOKS,
    "press case_duty": LOOKS,
    "press case_claim": _tap("case.claimed"),
    "press case_release": _tap("case.released"),
    "press case_reopen": _tap("case.reopened"),
    "press case_show": LOOKS,
    "press case_note": LOOKS,
    "form case_noted": _form("case.noted"),
    "press case_ask": LOOKS,
    "form case_asked": _form("case.asked"),
    "press case_resolve": LOOKS,
    "press case_dismiss": LOOKS,
    "form case_end": LOOKS,
    "press case_do": _preview("case.voted", "case.resolved", "case.dismissed"),
    "press case_word": LOOKS,
    "form case_worded": LOOKS,
    "press case_send": _preview("case.word_sent"),
    "press case_lift": LOOKS,
    "press case_lift_do": _preview("case.lifted"),
    "press case_not_me": LOOKS,
    "press case_not_me_do": _preview("case.declared"),
    "command community words": LOOKS,
    "press kw_page": LOOKS,
    "press kw_pick": LOOKS,
    "press kw_new": LOOKS,
    "form kw_add": LOOKS,
    "press kw_do": _preview("words.added"),
    "press kw_out": _tap("words.taken_out"),
    "press kw_back": _tap("words.put_back"),
    "command community quiet": LOOKS,
    "press quiet_set": _preview("quiet.set"),
    "command community pulse": LOOKS,
}
# What organisers do for others, or moderators in their place
ALSO: Mapping[str, Leaves] = {
    "press q_solve": _tap("question.solved"),
    "press q_reopen": _tap("question.reopened"),
    "press people_seat": _preview("meetup.seat_given"),
    "press people_off": _preview("meetup.taken_off"),
    "press att_set": _tap("meetup.attendance"),
    "press att_all": _tap("meetup.attendance"),
    "press att_close": _tap("meetup.attendance_settled"),
    "form plan_cancel": _form("meetup.cancelled"),
    "form plan_hand": _form("meetup.handed_over"),
}
