"""What each stakeholder wants of the community, which figures tell of it, and what helps where one goes wrong: data."""

from __future__ import annotations

import msgspec

from chat.marks import msg
from community.kpi.everything import Stakeholder


class Goal(msgspec.Struct, frozen=True):
    """Something a stakeholder wants. The figures that tell most stand first."""

    title: str  # a marked message
    kpis: tuple[str, ...]


GOALS: dict[Stakeholder, tuple[Goal, ...]] = {
    Stakeholder.CUSTOMER_SUCCESS: (
        Goal(
            msg("Customers get help in time"),
            ("answered_24h", "first_answer_median", "first_answer_p90", "questions", "helped"),
        ),
        Goal(msg("Problems are solved, not only answered"), ("solved_7d", "solved_median", "solved_p90", "deflection")),
        Goal(
            msg("Customers help each other"),
            ("solved_by_peers", "helpers", "answers", "member_share", "thanks"),
        ),
        Goal(
            msg("Customers settle in and stay"),
            ("at_risk_share", "activation", "retention_1", "retention_3", "active", "at_risk", "leavers"),
        ),
        Goal(
            msg("Customers are satisfied and heard"),
            ("nsat", "nps", "ideas_shipped", "attendance", "repeat"),
        ),
    ),
    Stakeholder.SALES: (
        Goal(msg("The circle of people we reach grows"), ("joins", "active", "speakers")),
        Goal(msg("Members recommend us"), ("referred", "referrers", "nps", "nsat")),
        Goal(
            msg("Prospects can see that customers are well looked after"),
            ("answered_24h", "helped", "first_answer_median", "ideas_shipped"),
        ),
        Goal(msg("There are occasions to meet"), ("attendees", "meetups", "first_timers")),
        Goal(msg("Relationships last"), ("retention_3", "at_risk")),
    ),
    Stakeholder.MARKETING: (
        Goal(msg("New people find us"), ("joins", "referred", "referrers", "source_known")),
        Goal(msg("Newcomers become part of it"), ("activation", "retention_1", "agreed", "leavers")),
        Goal(
            msg("Members carry the conversation"),
            ("speakers", "member_posts", "member_share", "speaker_share", "active", "stickiness"),
        ),
        Goal(
            msg("Meetups bring people in and back"),
            ("attendees", "attendance", "first_timers", "repeat", "meetups", "no_show"),
        ),
        Goal(msg("There are good stories to tell"), ("nps", "nsat", "ideas_shipped", "solved_by_peers", "helpers")),
    ),
    Stakeholder.DEVELOPMENT: (
        Goal(msg("We hear what users want"), ("ideas", "voices", "handed_over")),
        Goal(msg("What users want is built"), ("ideas_shipped",)),
        Goal(msg("Users find their way with the product"), ("questions", "solved_7d", "answered_24h", "deflection")),
        Goal(msg("Users know enough to help each other"), ("answers", "active")),
    ),
    Stakeholder.MANAGEMENT: (
        Goal(
            msg("The community is alive"),
            ("active", "stickiness", "speakers", "member_posts", "at_risk_share", "at_risk"),
        ),
        Goal(
            msg("It grows, and people stay"),
            ("joins", "activation", "retention_1", "retention_3", "referred", "leavers"),
        ),
        Goal(
            msg("It helps"),
            (
                "answered_24h",
                "solved_7d",
                "first_answer_median",
                "solved_median",
                "helped",
                "questions",
                "deflection",
            ),
        ),
        Goal(
            msg("It carries itself"),
            ("solved_by_peers", "member_share", "helpers", "answers", "thanks"),
        ),
        Goal(msg("It brings people together"), ("attendees", "attendance", "repeat", "first_timers", "meetups")),
        Goal(msg("It is worth it to members and to the product"), ("nps", "nsat", "ideas_shipped", "ideas")),
    ),
}

_QUIET = msg(
    "People are going quiet: ask a few of them, in person, what they would come back for, and greet who does come back."
)
_SLOW = msg(
    "Widen the circle of people who answer: invite members to register what they can help with, and thank those who do."
)
_SOLVE = msg("Look through the questions that are answered but not solved, and ask what is still missing.")
_SATISFIED = msg("Read what the surveys say was missing, and tell members what will change because of it.")
_BRING = msg("Give members an easy reason to bring somebody: an invitation to the next meetup, or a friend's seat.")
_SEATS = msg("Remind those who hold a seat earlier, and make it easy to give a seat back to who waits for one.")
_START = msg("Look at the first days of newcomers: who greets them, and whether their first message gets a reply.")
_TALK = msg("Staff write much of what is said: let a member have the first word before staff answer.")
_PRODUCT = msg("Tell members which ideas were decided and why: who hears nothing has no further ideas.")

# What to do where a figure is worse than it was, or than is usual elsewhere
ADVICE: dict[str, str] = {
    "answered_24h": _SLOW,
    "first_answer_median": _SLOW,
    "first_answer_p90": _SLOW,
    "helped": _SLOW,
    "helpers": _SLOW,
    "answers": _SLOW,
    "solved_7d": _SOLVE,
    "solved_median": _SOLVE,
    "solved_p90": _SOLVE,
    "deflection": msg("Turn the answers that help most into pages that are found before somebody has to ask."),
    "solved_by_peers": _TALK,
    "member_share": _TALK,
    "member_posts": _TALK,
    "speaker_share": msg("Ask easy questions that everybody can answer, so that readers become writers."),
    "speakers": msg("Ask easy questions that everybody can answer, so that readers become writers."),
    "joins": msg("Tell where people already are that this place exists, and what they get out of it."),
    "referred": _BRING,
    "referrers": _BRING,
    "source_known": msg("Give each place from which people come an invitation of its own, so that it can be counted."),
    "leavers": msg("Ask people who leave for their reason, in one kind sentence and without obligation."),
    "activation": _START,
    "agreed": _START,
    "retention_1": _START,
    "retention_3": _QUIET,
    "active": _QUIET,
    "stickiness": msg("Give each week something to come for: a regular hour, a topic, a small event."),
    "at_risk": _QUIET,
    "at_risk_share": _QUIET,
    "attendance": _SEATS,
    "no_show": _SEATS,
    "attendees": msg("Ask what day, hour and topic suit members, and plan the next meetups by it."),
    "repeat": msg("Announce the next meetup at the end of this one, while people are still together."),
    "nsat": _SATISFIED,
    "nps": _SATISFIED,
    "ideas": _PRODUCT,
    "voices": _PRODUCT,
    "ideas_shipped": _PRODUCT,
    "thanks": msg("Thank somebody in public yourself: thanks are given where thanks are seen."),
}
