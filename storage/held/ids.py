"""Where the numbers of members stand inside texts: the subjects and data of facts, timers, keys.

The erasure puts another number in their place, or lets the row go; linking two accounts does the same with the number
of the one who is gone. A feature that writes a member's number into such a text adds it here, beside its declaration.
"""

from __future__ import annotations

# Facts whose subject is a member: "12" or "member:12". By the beginning of their kind.
FACT_SUBJECTS = ("welcome.", "pin.", "digest.sent")

# Facts that name a further member in their data. By the beginning of their kind.
FACT_DATA: dict[str, tuple[str, ...]] = {
    "idea.noted": ("by",),
    "meetup.handed_over": ("to",),
    "member.joined": ("referrer",),
    "member.replied_to": ("by",),
    "member.returned": ("referrer",),
    "question.answer_marked": ("helper",),
    "question.solved": ("helper",),
    "question.thanked": ("member",),
    "seat.": ("by",),
    "thanks.": ("receiver",),
}

# Timers whose subject is a member, and those that name one in their data. By kind.
TIMER_SUBJECTS = (
    *("onboarding.nudge", "introductions.retry", "digest_personal_one", "privacy.forget", "pulse.one"),
    *("vanishing.kind_words.day", "vanishing.kind_words.0", "vanishing.kind_words.1", "vanishing.kind_words.2"),
)
TIMER_DATA: dict[str, tuple[str, ...]] = {"topic.refused": ("member",)}

# Keys of the outbox with a member in them that is not the one it is sent to, or not only: which parts, counted from 0.
# What is sent to a member is found by its address.
OUTBOX_KEYS: dict[str, tuple[int, ...]] = {
    "intro": (1,),
    "unintro": (1,),
    "meetup_file": (3,),
    "meetup_file_sent": (3,),
    "meetup_intro": (2, 3),
    "meetup_report": (2,),
    "meetup_pair": (2, 3),
    "remove:meetup_report": (3,),
    "privacy_file": (1,),
    "privacy_file_sent": (1,),
    "report_file": (4,),
    "topic": (1,),
}

# Actions of buttons with a member in them: which parts, counted from 0; and menus whose values are members, alone or
# before a colon. Questions and meetups have numbers, too, so a number alone says nothing.
ACTIONS: dict[str, tuple[int, ...]] = {
    "about": (1,),
    "agree": (1,),
    "audit_page": (2,),
    "case_lift": (2,),
    "case_lift_do": (2,),
    "cases_page": (3,),
    "digest_named": (1,),
    "digest_own": (1,),
    "digest_stop": (1,),
    "join": (1,),
    "kind_off": (1,),
    "kind_on": (1,),
    "levels": (1,),
    "link_undo": (1, 2),
    "links": (1,),
    "lobby_apply": (1,),
    "lobby_leave": (1,),
    "lobby_leave_yes": (1,),
    "lobby_pass": (1,),
    "lobby_place": (1,),
    "lobby_ready": (1,),
    "lobby_take": (1,),
    "me": (1,),
    "nudge_off": (1,),
    "peak_again": (1,),
    "people_off": (2,),
    "people_seat": (2,),
    "pin_later": (1,),
    "pin_undo": (1,),
    "pin_yes": (1,),
    "privacy": (1,),
    "privacy_ask": (1,),
    "privacy_choices": (1,),
    "privacy_file": (1,),
    "privacy_set": (1,),
    "privacy_sure": (1,),
    "pulse_off": (1,),
    "pulse_on": (1,),
    "rhythm": (1,),
    "rota_do": (2,),
    "rota_no": (1,),
    "rota_yes": (1,),
    "route_off": (1,),
    "route_on": (1,),
    "rules": (1,),
    "thanks_hint_give": (2,),
    "thanks_hints": (1,),
    "thanks_shy": (1,),
    "unlink": (1,),
    "unlink_do": (1,),
}
MENUS = ("att_set", "people_pick", "thanks_hint_give", "thanks_them", "wish_set")

# Keys of moments and thanks with members in them: their beginning, and which parts
PEAK_KEYS: dict[str, tuple[int, ...]] = {
    "anniversary": (1,),
    "comeback": (1,),
    "first_answer": (1,),
    "first_meetup": (1,),
    "first_solved": (1,),
    "nominated": (1, 2),
    "tenth_meetup": (1,),
    "third_meetup": (1,),
}
THANKS_KEYS: dict[str, tuple[int, ...]] = {"about": (1,), "desk": (1, 2)}
