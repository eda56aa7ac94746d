"""What somebody can be in the community, and what a rule about who may do something is made of."""

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
