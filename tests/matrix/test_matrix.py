"""Every route, every role, both platforms, through the dispatcher: allowed or refused as the table says."""

from __future__ import annotations

import pytest

from chat.ids import Workspace
from community.permissions import RULES, Role, may
from community.roles import everybody
from handlers.gate import BY_ROLE, CLOSED, INSTEAD
from tests.handlers.stage import DISCORD, SLACK
from tests.matrix.hall import Hall, changed, interaction, refusal_words, routes

HOMES = pytest.mark.parametrize("home", [SLACK, DISCORD], ids=["slack", "discord"])

# All that the gate says: no handler says it again to somebody whom the gate let through
REFUSALS = {*INSTEAD.values(), CLOSED, refusal_words(everybody(), {Role.APPLICANT})}


def forbidden(role: Role) -> list[str]:
    return [key for key in routes() if not may({role}, RULES[key])]


def allowed(role: Role) -> list[str]:
    return [key for key in routes() if may({role}, RULES[key])]


@HOMES
async def test_what_the_table_forbids_is_refused_written_down_and_changes_nothing(here: Hall, home: Workspace) -> None:
    for role in Role:
        user, member = here.people[home, role], await here.member(home, role)
        keys = forbidden(role)
        before, known = await here.rows(), len(await here.refusals())
        outcomes = await here.all_of([interaction(key, user) for key in keys])
        told = {key: outcome.words for key, outcome in zip(keys, outcomes, strict=True)}
        assert told == {key: refusal_words(RULES[key], {role}) for key in keys}, role
        assert (await here.refusals())[known:] == [(member, key, BY_ROLE) for key in keys], role
        assert changed(before, await here.rows()).keys() <= {"audit"}, role


@HOMES
async def test_what_the_table_allows_reaches_its_handler(here: Hall, home: Workspace) -> None:
    for role in Role:
        user = here.people[home, role]
        keys = allowed(role)
        assert keys, role
        outcomes = await here.all_of([interaction(key, user) for key in keys])
        by_role = [key for _, key, why in await here.refusals() if why == BY_ROLE]
        assert by_role == [], role
        told = {key: outcome.words for key, outcome in zip(keys, outcomes, strict=True)}
        assert {key: words for key, words in told.items() if words in REFUSALS} == {}, role


def test_each_role_is_refused_something_but_the_highest() -> None:
    """Else the tests above would show nothing."""
    assert {role: bool(forbidden(role)) for role in Role if role is not Role.OWNER} == {
        role: True for role in Role if role is not Role.OWNER
    }
