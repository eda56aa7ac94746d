"""The table of permissions names every route, and no other."""

from __future__ import annotations

import pytest

from community.permissions import RULES
from community.roles import INCLUDES, Role, Rule, Whose, may, members, moderators, with_included
from handlers import FEATURES
from handlers.gate import key_of


def keys() -> set[str]:
    return {key for feature in FEATURES for route in feature.routes if (key := key_of(route))}


def test_every_route_has_its_rule() -> None:
    assert keys() - RULES.keys() == set(), "add its line to community/permissions.py"


def test_every_rule_has_its_route() -> None:
    assert RULES.keys() - keys() == set(), "its route is gone from the features"


def test_a_completed_option_belongs_to_a_command_with_a_rule() -> None:
    commands = {" ".join(line.name.rstrip(":").split(" ")[:-1]) for feature in FEATURES for line in feature.completions}
    assert commands
    assert {f"command {name}" for name in commands} <= RULES.keys()


@pytest.mark.parametrize(
    ("has", "allowed"),
    [
        ({Role.APPLICANT}, {Role.APPLICANT}),
        ({Role.MEMBER}, {Role.MEMBER}),
        ({Role.WELCOMER}, {Role.MEMBER, Role.WELCOMER}),
        ({Role.ORGANISER}, {Role.MEMBER, Role.ORGANISER}),
        ({Role.MODERATOR}, {Role.MEMBER, Role.ORGANISER, Role.MODERATOR}),
        ({Role.OWNER}, {Role.MEMBER, Role.ORGANISER, Role.MODERATOR, Role.OWNER}),
        ({Role.WELCOMER, Role.MODERATOR}, {Role.MEMBER, Role.WELCOMER, Role.ORGANISER, Role.MODERATOR}),
        (set(), set()),
    ],
)
def test_a_role_brings_others_along(has: set[Role], allowed: set[Role]) -> None:
    assert with_included(has) == allowed
    assert {role for role in Role if may(has, Rule(frozenset({role})))} == allowed


def test_what_is_brought_along_brings_its_own() -> None:
    for role, included in INCLUDES.items():
        assert with_included(included) == included, role


def test_moderators_need_no_thing_of_their_own() -> None:
    """Whose thing it is matters among equals; what is for moderators alone is any moderator's, but a report on them."""
    own = {rule.whose for rule in RULES.values() if rule.roles == moderators().roles}
    assert own == {Whose.ANYBODY, Whose.OTHERS}
    assert members(Whose.OWN) in RULES.values()
