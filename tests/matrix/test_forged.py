"""What no card offered: numbers of nothing, of others, of another community; words too long, too strange, too many."""

from __future__ import annotations

import pytest

from chat.events import Interaction
from chat.form import Values
from chat.ids import UserRef, Workspace
from community.permissions import RULES
from community.roles import Role, Whose, may
from handlers.gate import BY_NAME, BY_THING
from tests.handlers.stage import DISCORD, SLACK
from tests.matrix.hall import ELSEWHERE, Hall, changed, interaction, routes
from tests.matrix.things import NAMED_BY, things_of

HOMES = pytest.mark.parametrize("home", [SLACK, DISCORD], ids=["slack", "discord"])
# What may stand behind the name of a button or form once somebody has edited it. None of it names anything
EDITED = (
    "",
    ":",
    ":0",
    ":-1",
    ":999999",
    ":999999999999999999",
    ":9223372036854775808",
    f":{'9' * 90}",
    ":１２",
    ":²",
    ":1e3",
    ":0x1",
    ":1 OR 1=1",
    ":'; DROP TABLE members;--",
    ":é",
    ":\u202e\u0000",
    ":%s:{0}:{t.line}",
    f":{'x' * 80}",
    ":999999:-1:on:999999:nope",
    ":::::::",
)
CHOSEN: tuple[tuple[str, ...], ...] = (
    (),
    ("0",),
    ("-1",),
    ("999999",),
    ("nope",),
    ("９",),
    ("9" * 100,),
    ("",),
    ("a", "b", "a"),
    ("<!channel>",),
    ("999999:999999",),
)
TYPED: tuple[Values, ...] = (
    {},
    {"nobody": "asked for this"},
    {"title": "x" * 5000, "when": "never", "words": "\u0000", "answer": "", "satisfied": "11", "recommends": "-3"},
    {"title": ("a", "list"), "words": ("1", "2"), "to": ("x",), "value": ("y",), "topics": "one"},
)
# Named by nothing, so that nothing about them can be forged: whatever stands behind the name, they do the same
NAMELESS = {
    "press feed_new",
    "press feed_off",
    "press feed_all_off",
    "form ask",  # a number that is nobody's draft begins a new question
    "form plan",
    "press case_duty",
    "form conduct_send",  # a report of its own, whatever it is about
}
OWN = {"drafts"}  # a form that is to be filled in better is kept for who typed it


def routes_of(role: Role) -> list[str]:
    """Return the buttons and forms that a role may use."""
    return [key for key in routes() if key.startswith(("press ", "form ")) and may({role}, RULES[key])]


def edits(key: str, user: UserRef) -> list[Interaction]:
    """Return a route's edited uses: with each ending, each choice, each set of fields."""
    if key.startswith("form "):
        return [
            interaction(key, user, rest=rest, typed=TYPED[n % len(TYPED)])
            for n, rest in enumerate(dict.fromkeys((*EDITED, *EDITED[: len(TYPED)])))
        ]
    uses = [interaction(key, user, rest=rest) for rest in EDITED]
    return uses + [interaction(key, user, rest=":999999", values=values) for values in CHOSEN]


@HOMES
async def test_an_edited_button_or_form_does_nothing(here: Hall, home: Workspace) -> None:
    tried: set[str] = set()
    for role in (Role.ORGANISER, Role.WELCOMER, Role.APPLICANT, Role.OWNER):
        user = here.people[home, role]
        keys = [key for key in routes_of(role) if key not in NAMELESS and RULES[key].whose is not Whose.SELF]
        keys = [key for key in keys if key not in tried]
        tried |= set(keys)
        before = await here.rows()
        # Handlers know no platform: half of the edits come from the one, half from the other
        await here.all_of([use for key in keys for use in edits(key, user)[home is SLACK :: 2]])
        after = await here.rows()
        left = {table: rows for table, rows in changed(before, after).items() if table not in {"audit"} | OWN}
        assert left == {}, role


@HOMES
async def test_what_does_the_same_whatever_stands_behind_it_does_not_fail(here: Hall, home: Workspace) -> None:
    keys = [key for key in routes_of(Role.OWNER) if key in NAMELESS or RULES[key].whose is Whose.SELF]
    assert keys
    await here.all_of([use for key in keys for use in edits(key, here.people[home, Role.OWNER])])


@HOMES
async def test_who_runs_everything_here_reaches_nothing_in_another_community(here: Hall, home: Workspace) -> None:
    """The numbers are real, and the owner here may do all: but they are of somebody else's community."""
    things = await things_of(here, here.people[ELSEWHERE, Role.ORGANISER])
    user = here.people[home, Role.OWNER]
    keys = [key for key in routes_of(Role.OWNER) if key in NAMED_BY and key not in NAMELESS]
    before, known = await here.rows(), len(await here.refusals())
    for rest in ("", ":0", ":1:1"):
        await here.all_of([interaction(key, user, rest=f":{things.of(key)}{rest}", values=("1",)) for key in keys])
    assert changed(before, await here.rows()).keys() <= {"audit"}
    told = {key for _, key, why in (await here.refusals())[known:] if why == BY_THING}
    assert set(keys) - told == set()


@HOMES
async def test_a_name_that_nobody_takes_is_written_down_without_what_was_sent(here: Hall, home: Workspace) -> None:
    user, member = here.people[home, Role.MEMBER], await here.member(home, Role.MEMBER)
    made_up = ["press settle_everything:1", "form give_me_all", "menu read_all", "press é", "press ", "form \u0000"]
    before = await here.rows()
    outcomes = await here.all_of([interaction(key, user) for key in made_up])
    assert {outcome.words.partition(" leads")[0] for outcome in outcomes} == {"That is from an earlier time and"}
    assert await here.refusals() == [(member, f"{kind} (unknown)", BY_NAME) for kind in ("press", "form", "menu")], (
        "one of each kind and hour, and nothing of what a client made up"
    )
    assert changed(before, await here.rows()).keys() == {"audit"}


@HOMES
async def test_what_arrives_twice_happens_once(here: Hall, home: Workspace) -> None:
    user = here.people[home, Role.ORGANISER]
    things = await things_of(here, user)
    keys = [key for key in routes_of(Role.ORGANISER) if key in NAMED_BY]
    first = [interaction(key, user, rest=f":{things.of(key)}", values=("1",), event_key=f"twice:{key}") for key in keys]
    await here.all_of(first)
    before, refused = await here.rows(), len(await here.refusals())
    outcomes = await here.all_of(first)
    assert changed(before, await here.rows()) == {}
    assert {type(outcome.answer).__name__ for outcome in outcomes} == {"Nothing"}
    assert len(await here.refusals()) == refused


@HOMES
async def test_refusals_fill_no_store(here: Hall, home: Workspace) -> None:
    """Pressing a hundred times what one may not is one line an hour."""
    user, member = here.people[home, Role.MEMBER], await here.member(home, Role.MEMBER)
    await here.all_of([interaction("press q_close", user, rest=f":{n}") for n in range(100)])
    await here.all_of([interaction("press q_yes", user, rest=f":{n}") for n in range(100)])
    assert sorted(await here.refusals(), key=str) == [
        (member, "press q_close", "role"),
        (member, "press q_yes", "thing"),
    ]


async def test_somebody_never_seen_is_taken_in_and_refused(here: Hall) -> None:
    stranger = UserRef(SLACK.platform, SLACK.id, "Ustranger")
    (outcome,) = await here.all_of([interaction("press q_close", stranger, rest=":1")])
    assert "for moderators" in outcome.words
    assert [key for _, key, _ in await here.refusals()] == ["press q_close"]


async def test_a_workspace_of_no_community_is_answered_with_nothing(here: Hall) -> None:
    stranger = UserRef(SLACK.platform, "T404", "Uowner")
    before = await here.rows(leave_out=())
    outcomes = await here.all_of([interaction(key, stranger) for key in routes()])
    assert {type(outcome.answer).__name__ for outcome in outcomes} == {"Nothing"}
    assert changed(before, await here.rows(leave_out=())) == {}


async def test_a_moderators_id_is_nothing_in_another_workspace(here: Hall) -> None:
    """The same characters are another account elsewhere: the settings name one of Slack's."""
    homes = (SLACK, DISCORD, ELSEWHERE)
    same = [UserRef(home.platform, home.id, "Uboss") for home in homes]
    outcomes = await here.all_of([interaction("command community status", user) for user in same])
    assert ["for moderators" in outcome.words for outcome in outcomes] == [False, True, True]
