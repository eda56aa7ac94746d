"""Cases and reports: nobody handles a case about themselves, and nobody reads another's report, by whatever route."""

from __future__ import annotations

import pytest

from chat.answers import OpenForm
from chat.ids import Workspace
from community.conduct.cases import Case, Reason, Report
from community.permissions import RULES, Role, Whose, may
from handlers.gate import BY_THING
from storage.unit import Unit
from tests.handlers.stage import DISCORD, SLACK, START
from tests.matrix.hall import COMMUNITIES, ELSEWHERE, HOMES, Hall, changed, interaction, routes

LISTS = {"command community cases", "press cases_open", "press cases_page"}  # of all cases: they name none
OF_ONE = {"form case_worded", "press case_send"}  # one's own words, which are looked for first
OF_LAST = {"press case_not_me", "press case_not_me_do"}  # of who bears the name, where nobody else is left
WORDS = "It was on the stairs"


def guarded(role: Role, whose: Whose) -> list[str]:
    """Return the routes about one case or report that a role may use."""
    return [key for key in routes() if RULES[key].whose is whose and may({role}, RULES[key]) and key not in LISTS]


async def reported(here: Hall, home: Workspace, about: int, by: int) -> tuple[int, int]:
    """Let one member have reported another; return the numbers of the case and of the report."""
    async with here.db.writing() as conn:
        unit = Unit(conn, COMMUNITIES[home], START)
        case = await unit.cases.open(Case(START, member=about))
        report = await unit.cases.add_report(
            Report(Reason.INSULT, START, WORDS, case=case.id, member=by, account=f"{home}")
        )
        await unit.flush()
    return case.id, report.id


@pytest.mark.parametrize("home", HOMES, ids=["slack", "discord"])
async def test_a_case_about_oneself_is_for_others(here: Hall, home: Workspace) -> None:
    reporter = await here.member(home, Role.MEMBER)
    for role in (Role.MODERATOR, Role.OWNER):
        user, member = here.people[home, role], await here.member(home, role)
        case, _ = await reported(here, home, member, reporter)
        keys = guarded(role, Whose.OTHERS)
        assert len(keys) > 10, "the table has moved"
        before, known = await here.rows(), len(await here.refusals())
        outcomes = await here.all_of([interaction(key, user, rest=f":{case}:1", typed={"words": "No"}) for key in keys])
        assert [key for who, key, why in (await here.refusals())[known:] if (who, why) == (member, BY_THING)] == keys
        assert changed(before, await here.rows()).keys() <= {"audit"}, role
        assert len({outcome.words for outcome in outcomes}) == 1, "a refusal tells more than another"
        there_is_none = await here.all_of([interaction("press case_show", user, rest=":4040404")])
        assert there_is_none[0].words == outcomes[0].words, "by the refusal one learns that there is a case"


@pytest.mark.parametrize("home", HOMES, ids=["slack", "discord"])
async def test_a_case_about_somebody_else_is_handled(here: Hall, home: Workspace) -> None:
    """Else the test above would pass with cases that nobody may handle."""
    about, reporter = await here.member(home, Role.MEMBER), await here.member(home, Role.ORGANISER)
    for role in (Role.MODERATOR, Role.OWNER):
        keys = guarded(role, Whose.OTHERS)
        for key in keys:  # each on a case of its own: some end it
            case, _ = await reported(here, home, about, reporter)
            await here.all_of([interaction(key, here.people[home, role], rest=f":{case}:1", typed={"words": "Yes"})])
        assert {key for _, key, why in await here.refusals() if why == BY_THING} <= OF_ONE | OF_LAST, role


@pytest.mark.parametrize("home", HOMES, ids=["slack", "discord"])
async def test_no_list_has_a_case_about_who_reads_it(here: Hall, home: Workspace) -> None:
    reporter = await here.member(home, Role.MEMBER)
    for role, other in ((Role.MODERATOR, Role.OWNER), (Role.OWNER, Role.MODERATOR)):
        case, _ = await reported(here, home, await here.member(home, role), reporter)
        keys = sorted(LISTS)
        mine = await here.all_of([interaction(key, here.people[home, role]) for key in keys])
        theirs = await here.all_of([interaction(key, here.people[home, other]) for key in keys])
        assert [f"#{case}" in repr(outcome.answer) for outcome in mine] == [False] * len(keys), role
        assert [f"#{case}" in repr(outcome.answer) for outcome in theirs] == [True] * len(keys), role


@pytest.mark.parametrize(("home", "there"), [(SLACK, ELSEWHERE), (DISCORD, ELSEWHERE)], ids=["slack", "discord"])
async def test_a_case_of_another_community_is_none_here(here: Hall, home: Workspace, there: Workspace) -> None:
    about, reporter = await here.member(there, Role.MEMBER), await here.member(there, Role.ORGANISER)
    case, report = await reported(here, there, about, reporter)
    for role in (Role.MODERATOR, Role.OWNER):
        user = here.people[home, role]
        before = await here.rows()
        uses = [(key, case) for key in guarded(role, Whose.OTHERS)] + [
            (key, report) for key in guarded(role, Whose.REPORTER)
        ]
        known = len(await here.refusals())
        outcomes = await here.all_of([interaction(key, user, rest=f":{n}:1", typed={"words": "No"}) for key, n in uses])
        refused = [key for _, key, why in (await here.refusals())[known:] if why == BY_THING]
        assert refused == [key for key, _ in uses]
        assert changed(before, await here.rows()).keys() <= {"audit"}, role
        assert all(WORDS not in repr(outcome.answer) for outcome in outcomes)


@pytest.mark.parametrize("home", HOMES, ids=["slack", "discord"])
async def test_a_report_is_its_reporters(here: Hall, home: Workspace) -> None:
    mine, other = await here.member(home, Role.MEMBER), await here.member(home, Role.WELCOMER)
    _, report = await reported(here, home, other, mine)
    for role in set(Role) - {Role.APPLICANT}:
        user, member = here.people[home, role], await here.member(home, role)
        keys = guarded(role, Whose.REPORTER)
        assert keys, role
        before, known = await here.rows(), len(await here.refusals())
        uses = [interaction(key, user, rest=f":{report}", typed={"words": "And more"}) for key in keys]
        outcomes = await here.all_of(uses)
        refused = [key for who, key, _ in (await here.refusals())[known:] if who == member]
        if role is Role.MEMBER:
            assert refused == []
            assert any(isinstance(outcome.answer, OpenForm) for outcome in outcomes)
        else:
            assert refused == keys, role
            assert changed(before, await here.rows()).keys() <= {"audit"}, role
            assert all(WORDS not in repr(outcome.answer) for outcome in outcomes)
