"""Somebody else's things: the right role is not enough, and trying leaves nothing but a line in the audit."""

from __future__ import annotations

import pytest

from chat.events import CommandUsed, Interaction, MenuUsed
from chat.form import Values
from chat.ids import MessageRef, Place, UserRef, Workspace
from community.permissions import RULES, Role, Whose, may
from handlers.gate import BY_THING
from tests.handlers.stage import DISCORD, SLACK
from tests.matrix.hall import ELSEWHERE, Hall, changed, copied, interaction, routes
from tests.matrix.things import NAMED_BY, Things, things_of

FREE = {Whose.ANYBODY, Whose.SELF}
OF_CASES = {Whose.OTHERS, Whose.REPORTER}  # in test_cases
NOT_BY_OWNING = {Whose.READERS, Whose.PRODUCT_TEAM, Whose.ATTENDED, Whose.SEATED, Whose.WRITER_OR_MODERATORS}
# Routes that say more than on what they are used, and are refused without it
SAYS_MORE = {
    "press q_earlier",
    "press plan_part",
    "form plan_part",
    "press series",
    "press series_skip",
    "press series_end",
    "press people_pick",
    "press people_seat",
    "press people_off",
    "press att_set",
}
# Forms whose fields are looked at before it is seen whose they are
TYPED: dict[str, Values] = {
    "form ask": {"title": "How does this work?", "details": "I have read the page twice and do not see it."},
    "form q_product": {"answer": "We will look at it."},
}


def guarded(role: Role) -> list[str]:
    """Return the routes that a role may use on its own things only."""
    return [key for key in routes() if RULES[key].whose not in FREE | OF_CASES and may({role}, RULES[key])]


def found_nothing(key: str, words: str) -> bool:
    """Say whether a command looked for what was typed and saw nothing: others' plans, another community's meetups."""
    return key.startswith("command meetup ") and words.startswith("I find no")


def aimed(key: str, user: UserRef, things: Things) -> Interaction:
    """Return a use of a route on a thing."""
    made = interaction(key, user, rest=f":{things.of(key)}", typed=TYPED.get(key), options={"meetup": things.of(key)})
    if isinstance(made, CommandUsed):
        return made
    if isinstance(made, MenuUsed):  # on a message of somebody else's
        place = Place(user.platform, user.workspace, "C-questions")
        author = UserRef(user.platform, user.workspace, "Uowner")
        return copied(made, message=MessageRef(place, "root-x"), author=author)
    return made


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [(SLACK, DISCORD), (DISCORD, SLACK), (SLACK, ELSEWHERE), (DISCORD, ELSEWHERE)],
    ids=["slack", "discord", "slack-another-community", "discord-another-community"],
)
async def test_what_is_somebody_elses_is_refused_and_written_down(
    here: Hall, mine: Workspace, theirs: Workspace
) -> None:
    things = await things_of(here, here.people[theirs, Role.ORGANISER])
    for role in (Role.ORGANISER, Role.WELCOMER):
        user, member = here.people[mine, role], await here.member(mine, role)
        keys = [key for key in guarded(role) if role is Role.ORGANISER or not may({Role.ORGANISER}, RULES[key])]
        if theirs is ELSEWHERE:  # a draft's number from there says nothing here: the words are a new question
            keys = [key for key in keys if key != "form ask"]
        before, known = await here.rows(), len(await here.refusals())
        outcomes = await here.all_of([aimed(key, user, things) for key in keys])
        refused = {key for who, key, why in (await here.refusals())[known:] if (who, why) == (member, BY_THING)}
        let = {key: out.words for key, out in zip(keys, outcomes, strict=True) if key not in refused}
        assert {key for key, words in let.items() if not found_nothing(key, words)} == set(), role
        assert changed(before, await here.rows()).keys() <= {"audit"}, role


@pytest.mark.parametrize("home", [SLACK, DISCORD], ids=["slack", "discord"])
async def test_the_same_is_not_refused_to_whose_it_is(here: Hall, home: Workspace) -> None:
    """Else the test above would pass with things that nobody has."""
    owner = here.people[home, Role.ORGANISER]
    keys = [key for key in guarded(Role.ORGANISER) if key in NAMED_BY and RULES[key].whose not in NOT_BY_OWNING]
    keys = [key for key in keys if key not in SAYS_MORE]
    for key in keys:  # each with things of its own: some end what they are used on
        await here.all_of([aimed(key, owner, await things_of(here, owner))])
    refused = {key for _, key, why in await here.refusals() if why == BY_THING}
    assert refused == set()


def test_every_guarded_route_says_what_it_is_used_on() -> None:
    """What is named by a number needs its line in ``things.NAMED_BY``; what is left is named by its owner."""
    by_owner = {key for key in routes() if RULES[key].whose is Whose.OWN}
    rest = {key for key in routes() if RULES[key].whose not in FREE | OF_CASES} - by_owner
    assert rest - NAMED_BY.keys() == set()
    assert NAMED_BY.keys() - set(routes()) == set()
