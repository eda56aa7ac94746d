"""What is proposed while somebody types tells nothing to who may not use the command."""

from __future__ import annotations

import pytest

from chat.answers import Suggest
from chat.events import OptionTyped
from chat.ids import UserRef, Workspace
from community.permissions import RULES
from community.roles import Role, may
from handlers import FEATURES
from tests.handlers.stage import DISCORD, SLACK
from tests.matrix.hall import Hall, changed
from tests.matrix.things import things_of

COMPLETED = sorted(line.name.rstrip(":") for feature in FEATURES for line in feature.completions)


def typed(option: str, user: UserRef) -> OptionTyped:
    *command, name = option.split(" ")
    return OptionTyped(
        workspace=user.home, user=user, command=command[0], sub=" ".join(command[1:]), option=name, typed=""
    )


@pytest.mark.parametrize("home", [SLACK, DISCORD], ids=["slack", "discord"])
async def test_only_who_may_use_a_command_is_proposed_something(here: Hall, home: Workspace) -> None:
    await things_of(here, here.people[home, Role.ORGANISER])
    before = await here.rows()
    for role in Role:
        proposed = {
            option for option in COMPLETED if (await here.inbox.suggest(typed(option, here.people[home, role]))).choices
        }
        forbidden = {option for option in COMPLETED if not may({role}, RULES[f"command {option.rpartition(' ')[0]}"])}
        assert proposed & forbidden == set(), role
        assert proposed or role is Role.APPLICANT
    assert changed(before, await here.rows()) == {}


async def test_somebody_unknown_is_proposed_nothing(here: Hall) -> None:
    await things_of(here, here.people[SLACK, Role.ORGANISER])
    stranger = UserRef(SLACK.platform, SLACK.id, "Ustranger")
    for option in COMPLETED:
        assert await here.inbox.suggest(typed(option, stranger)) == Suggest(), option
