"""Who may do what: one rule for every command, button, form and menu entry that there is.

A rule has two parts. The role is checked before anything else happens (see ``handlers.gate``); whose thing it must be
besides is checked by the handler, which alone knows the thing. ``docs/permissions.md`` is made from this table.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is in the community; most are several of these at once."""

    APPLICANT = "applicant"  # waits for a seat in the community
    MEMBER = "member"
    WELCOMER = "welcomer"  # is on the rota
    ORGANISER = "organiser"  # may plan meetups; every member, unless the settings say who
    MODERATOR = "moderator"
    OWNER = "owner"


class Whose(StrEnum):
    """Whose thing it must be, beside the role. ``moderators`` in a name: or a moderator does it for them."""

    ANYBODY = "anybody"
    OWN = "own"  # a card or form that was made for the reader; in another's hands it does nothing
    SELF = "self"  # it is about whoever uses it, so that nobody can reach another's
    ASKER = "asker"
    ASKER_OR_MODERATORS = "asker_or_moderators"
    WRITER_OR_MODERATORS = "writer_or_moderators"  # of the message
    READERS = "readers"  # of the channel in which it stands
    INVITED = "invited"  # to answer the question, or to greet the newcomer
    PRODUCT_TEAM = "product_team"
    GIVER = "giver"  # of the thanks
    TOLD_OF = "told_of"  # whose moment it is
    PLANNER = "planner"  # who makes the plan; once announced: the meetup's organisers and moderators
    ORGANISERS = "organisers"  # the meetup's; and moderators
    SPEAKERS = "speakers"  # the meetup's organisers and speakers; moderators where nobody organises
    SEATED = "seated"  # who has answered the meetup
    ATTENDED = "attended"  # who was there
    REPORTER = "reporter"  # who sent the report, with a name
    OTHERS = "others"  # everybody but the member whom it is about


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may do one thing: anybody with one of the roles, where it is theirs."""

    roles: frozenset[Role]
    whose: Whose = Whose.ANYBODY


INCLUDES: Mapping[Role, frozenset[Role]] = {
    Role.APPLICANT: frozenset(),
    Role.MEMBER: frozenset(),
    Role.WELCOMER: frozenset({Role.MEMBER}),
    Role.ORGANISER: frozenset({Role.MEMBER}),
    Role.MODERATOR: frozenset({Role.MEMBER, Role.ORGANISER}),
    Role.OWNER: frozenset({Role.MEMBER, Role.ORGANISER, Role.MODERATOR}),
}


def with_included(roles: Collection[Role]) -> frozenset[Role]:
    """Return roles with those that they bring along."""
    return frozenset(roles).union(*(INCLUDES[role] for role in roles))


def may(roles: Collection[Role], rule: Rule) -> bool:
    """Say whether somebody's roles are enough for a rule."""
    return not rule.roles.isdisjoint(with_included(roles))


def everybody(whose: Whose = Whose.ANYBODY) -> Rule:
    """Allow it to all, also to those who wait for a seat in the community."""
    return Rule(frozenset({Role.APPLICANT, Role.MEMBER}), whose)


def applicants(whose: Whose = Whose.OWN) -> Rule:
    """Allow it to those who wait for a seat, and to nobody else."""
    return Rule(frozenset({Role.APPLICANT}), whose)


def members(whose: Whose = Whose.ANYBODY) -> Rule:
    """Allow it to who is in."""
    return Rule(frozenset({Role.MEMBER}), whose)


def welcomers(whose: Whose = Whose.ANYBODY) -> Rule:
    """Allow it to the welcomers on the rota."""
    return Rule(frozenset({Role.WELCOMER}), whose)


def organisers(whose: Whose = Whose.ANYBODY) -> Rule:
    """Allow it to who may plan meetups."""
    return Rule(frozenset({Role.ORGANISER}), whose)


def moderators(whose: Whose = Whose.ANYBODY) -> Rule:
    """Allow it to moderators."""
    return Rule(frozenset({Role.MODERATOR}), whose)


def owners(whose: Whose = Whose.ANYBODY) -> Rule:
    """Allow it to owners only."""
    return Rule(frozenset({Role.OWNER}), whose)


# By route, as handlers.gate.key_of names it: "command <name> <sub>", "press <name>", "form <name>", "menu <name>"
RULES: Mapping[str, Rule] = {
    # Help, and forms that were kept
    "home": everybody(Whose.SELF),
    "command tsudoi": everybody(),
    "command tsudoi help": everybody(),
    "command community": everybody(),  # the bare command shows what there is for who asks
    "command meetup": everybody(),
    "press draft": everybody(Whose.OWN),
    # Arriving: what a member tells of themselves
    "command tsudoi me": members(Whose.SELF),
    "press me": members(Whose.OWN),
    # One member with two accounts; the code proves whose the other is
    "command tsudoi link": everybody(Whose.SELF),
    "press link_do": members(Whose.SELF),
    "press links": members(Whose.OWN),
    "press unlink": members(Whose.OWN),
    "press unlink_do": members(Whose.OWN),
    "press link_undo": members(Whose.OWN),
    "press about": members(Whose.OWN),
    "form about": members(Whose.OWN),
    "press rules": everybody(Whose.OWN),
    "press agree": members(Whose.OWN),
    "press levels": members(Whose.OWN),
    "form levels": members(Whose.OWN),
    "press rhythm": members(Whose.OWN),
    "form rhythm": members(Whose.OWN),
    "press join": members(Whose.OWN),
    "press nudge_off": members(Whose.OWN),
    # Waiting for a seat: what applicants do, and what moderators decide
    "press lobby_apply": everybody(Whose.OWN),
    "form lobby_apply": everybody(Whose.OWN),
    "press lobby_place": everybody(Whose.OWN),
    "press lobby_take": everybody(Whose.OWN),
    "press lobby_pass": applicants(),
    "press lobby_ready": applicants(),
    "press lobby_leave": applicants(),
    "press lobby_leave_yes": applicants(),
    "command community waitlist": moderators(),
    "press appl_list": moderators(),
    "press appl_pick": moderators(),
    "press appl_admit": moderators(),
    "form appl_admit": moderators(),
    "press appl_admit_yes": moderators(),
    "press appl_decline": moderators(),
    "form appl_decline": moderators(),
    "press appl_decline_yes": moderators(),
    "press appl_move": moderators(),
    "form appl_move": moderators(),
    "press appl_cap": moderators(),
    "form appl_cap": moderators(),
    "press appl_cap_yes": moderators(),
    # Welcomers
    "press ask_yes": welcomers(Whose.INVITED),
    "press ask_no": welcomers(Whose.INVITED),
    "press ask_stop": welcomers(Whose.INVITED),
    "press rota_yes": members(Whose.OWN),
    "press rota_no": members(Whose.OWN),
    "command community welcomers": moderators(),
    # Questions
    "command ask": members(),
    "form ask": members(Whose.ASKER),
    "press q_anyway": members(Whose.ASKER),
    "press q_change": members(Whose.ASKER),
    "press q_find": members(Whose.ASKER),
    "press q_no": members(Whose.ASKER),
    "press q_earlier": members(Whose.ASKER),
    "press q_whisper": members(Whose.ASKER),
    "form q_whisper": members(Whose.ASKER),
    "press q_take": members(Whose.READERS),
    "press q_solve": members(),
    "press q_yes": members(Whose.ASKER_OR_MODERATORS),
    "press q_notyet": members(Whose.ASKER_OR_MODERATORS),
    "press q_settled": members(Whose.ASKER_OR_MODERATORS),
    "press q_withdraw": members(Whose.ASKER_OR_MODERATORS),
    "press q_answer": members(Whose.ASKER_OR_MODERATORS),
    "press q_reopen": members(Whose.ASKER_OR_MODERATORS),
    "press q_again": members(Whose.ASKER_OR_MODERATORS),
    "menu solved_it": members(),
    "menu ask_community": members(Whose.WRITER_OR_MODERATORS),
    "command find": members(),
    "command tsudoi find": members(),
    "press inv_yes": members(Whose.INVITED),
    "press inv_no": members(Whose.INVITED),
    "press inv_pause": members(Whose.INVITED),
    "press inv_stop": members(Whose.INVITED),
    "press route_off": members(Whose.OWN),
    "press route_on": members(Whose.OWN),
    "command community questions": moderators(),
    "press q_list": moderators(),
    "press q_pick": moderators(),
    "press q_desk": moderators(),
    "press q_close": moderators(),
    "press q_merge": moderators(),
    "press q_handover": moderators(),
    "press q_product": members(Whose.PRODUCT_TEAM),
    "form q_product": members(Whose.PRODUCT_TEAM),
    # Ideas
    "menu idea": members(),
    "press idea_up": members(Whose.READERS),
    "command community ideas": moderators(),
    "press idea_pick": moderators(),
    "press idea_set": moderators(),
    "form idea_set": moderators(),
    # Meetups: for who comes
    "command meetup list": members(),
    "command meetup mine": members(Whose.SELF),
    "command meetup show": members(),
    "press meetups_page": members(),
    "press meetup_pick": members(),
    "press rsvp": members(Whose.SELF),
    "press seat": members(Whose.SELF),
    "press seat_answer": members(Whose.SELF),
    "press seat_take": members(Whose.SELF),
    "press seat_move": members(Whose.SELF),
    "press seat_meanwhile": members(Whose.SELF),
    "press seat_swap": members(Whose.SELF),
    "press seat_stop": members(Whose.SELF),
    "press claim": members(Whose.SELF),
    "press decline": members(Whose.SELF),
    "press mine": members(Whose.SELF),
    "press seat_mine": members(Whose.SELF),
    "press seat_ics": members(),
    "press remind": members(Whose.SELF),
    "press preq": members(Whose.SEATED),
    "form preq": members(Whose.SEATED),
    "command meetup calendar": members(Whose.SELF),
    "press feed_new": members(Whose.SELF),
    "press feed_off": members(Whose.SELF),
    "press feed_all_off": moderators(),
    "press here": members(Whose.SELF),
    "press survey": members(Whose.ATTENDED),
    "form survey": members(Whose.ATTENDED),
    "press report": members(Whose.ATTENDED),
    "form report": members(Whose.ATTENDED),
    "press wish": members(Whose.ATTENDED),
    "press wish_page": members(Whose.ATTENDED),
    "press wish_set": members(Whose.ATTENDED),
    # Meetups: for who plans and runs them
    "command meetup new": organisers(),
    "form plan": organisers(Whose.PLANNER),
    "press plan_change": organisers(Whose.PLANNER),
    "press plan_pick": organisers(Whose.OWN),
    "press plan_at": organisers(Whose.PLANNER),
    "press plan_go": organisers(Whose.PLANNER),
    "press plan_drop": organisers(Whose.PLANNER),
    "press plan_part": organisers(Whose.PLANNER),
    "form plan_part": organisers(Whose.PLANNER),
    "command meetup duplicate": organisers(Whose.SELF),
    "press plan_again": organisers(Whose.ORGANISERS),
    "command meetup edit": members(Whose.SELF),
    "press plan_open": members(Whose.PLANNER),
    "press plan_cancel": members(Whose.ORGANISERS),
    "form plan_cancel": members(Whose.ORGANISERS),
    "press plan_hand": members(Whose.ORGANISERS),
    "form plan_hand": members(Whose.ORGANISERS),
    "press plan_take": moderators(),
    "press series": members(Whose.ORGANISERS),
    "press series_skip": members(Whose.ORGANISERS),
    "press series_end": members(Whose.ORGANISERS),
    "command meetup questions": members(Whose.PLANNER),
    "press preq_set": members(Whose.PLANNER),
    "form preq_set": members(Whose.PLANNER),
    "command meetup answers": members(Whose.SPEAKERS),
    "command meetup participants": members(Whose.ORGANISERS),
    "command meetup csv": members(Whose.ORGANISERS),
    "command meetup seat": members(Whose.ORGANISERS),
    "command meetup remove": members(Whose.ORGANISERS),
    "press people": members(Whose.ORGANISERS),
    "press people_csv": members(Whose.ORGANISERS),
    "press people_pick": members(Whose.ORGANISERS),
    "press people_seat": members(Whose.ORGANISERS),
    "press people_off": members(Whose.ORGANISERS),
    "press word": members(Whose.ORGANISERS),
    "form word": members(Whose.ORGANISERS),
    "command meetup attendance": members(Whose.ORGANISERS),
    "press att": members(Whose.ORGANISERS),
    "press att_page": members(Whose.ORGANISERS),
    "press att_set": members(Whose.ORGANISERS),
    "press att_all": members(Whose.ORGANISERS),
    "press att_close": members(Whose.ORGANISERS),
    "command meetup figures": members(Whose.ORGANISERS),
    "press fig_pick": members(Whose.ORGANISERS),
    "press fig_all": members(Whose.SELF),
    # The digest
    "command tsudoi digest": members(Whose.SELF),
    "press digest_mine": members(Whose.SELF),
    "press digest_own": members(Whose.OWN),
    "press digest_named": members(Whose.OWN),
    "press digest_stop": members(Whose.OWN),
    "command community digest": moderators(),
    "press digest_show": moderators(),
    "press digest_edit": moderators(),
    "form digest_edit": moderators(),
    "press digest_skip": moderators(),
    "press digest_post": moderators(),
    # Thanks, and moments that may be told
    "command thanks": members(),
    "menu say_thanks": members(),
    "form thanks_say": members(Whose.GIVER),
    "press thanks_back": members(Whose.GIVER),
    "press thanks_yes": members(Whose.GIVER),
    "press thanks_no": members(Whose.GIVER),
    "press thanks_shy": members(Whose.OWN),
    "press thanks_hints": members(Whose.OWN),
    "command community thanks": moderators(),
    "press thanks_them": moderators(),
    "press thanks_hint_give": moderators(),
    "command tsudoi nominate": members(),
    "press peak_yes": members(Whose.TOLD_OF),
    "press peak_no": members(Whose.TOLD_OF),
    "press peak_never": members(Whose.TOLD_OF),
    "press peak_again": members(Whose.OWN),
    "press peak_post": moderators(),
    "press peak_drop": moderators(),
    "command community pins": moderators(),
    "press pin_yes": moderators(),
    "press pin_later": moderators(),
    "press pin_undo": moderators(),
    # Reports to the moderators. Everybody may report; with a code, whoever has it
    "menu report_message": everybody(),
    "command tsudoi report": everybody(),
    "form conduct_send": everybody(),
    "press conduct_code": everybody(),
    "press conduct_more": everybody(),
    "form conduct_said": everybody(),
    "press conduct_mine": everybody(Whose.REPORTER),
    "press conduct_reply": everybody(Whose.REPORTER),
    "form conduct_replied": everybody(Whose.REPORTER),
    "command community cases": moderators(Whose.OTHERS),
    "press cases_open": moderators(Whose.OTHERS),
    "press cases_page": moderators(Whose.OTHERS),
    "command community duty": moderators(),
    "press case_duty": moderators(),
    "press case_claim": moderators(Whose.OTHERS),
    "press case_release": moderators(Whose.OTHERS),
    "press case_reopen": moderators(Whose.OTHERS),
    "press case_show": moderators(Whose.OTHERS),
    "press case_note": moderators(Whose.OTHERS),
    "form case_noted": moderators(Whose.OTHERS),
    "press case_ask": moderators(Whose.OTHERS),
    "form case_asked": moderators(Whose.OTHERS),
    "press case_resolve": moderators(Whose.OTHERS),
    "press case_dismiss": moderators(Whose.OTHERS),
    "form case_end": moderators(Whose.OTHERS),
    "press case_do": moderators(Whose.OTHERS),
    "press case_word": moderators(Whose.OTHERS),
    "form case_worded": moderators(Whose.OTHERS),
    "press case_send": moderators(Whose.OTHERS),
    # Kind words and quiet days
    "press kind_off": members(Whose.OWN),
    "press kind_on": members(Whose.OWN),
    "command community words": moderators(),
    "press kw_page": moderators(),
    "press kw_pick": moderators(),
    "press kw_new": moderators(),
    "form kw_add": moderators(),
    "press kw_do": moderators(),
    "press kw_out": moderators(),
    "press kw_back": moderators(),
    "command community quiet": moderators(),
    "press quiet_set": moderators(),
    # How the community stands
    "command community status": moderators(),
    "command community kpi": moderators(),
    "command community report": moderators(),
    "command community settings": moderators(),  # which of them only owners change says ``community.knob_list``
    "press set_menu": moderators(),
    "press set_section": moderators(),
    "press set_pick": moderators(),
    "form set": moderators(),
    "press set_go": moderators(),
    "press set_back": moderators(),
    "press set_default": moderators(),
    # Deeds: what is shown before it is done, and taking it back
    "command community audit": moderators(),
    "press audit_page": moderators(),
    "press audit_pick": moderators(),
    "press undo": moderators(),
    "press leave_it": members(),
}
