"""Where a role comes from: the platforms, the settings, the rota, the line of those who wait."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import msgspec
import pytest
import sqlalchemy as sa

from chat.ids import UserRef, Workspace
from community.config import CommunitySettings, WorkspaceSettings
from community.people.members import Account, Member
from community.roles import Role
from handlers.context import Context
from handlers.readers import is_moderator, is_staff
from handlers.roles import roles_of
from storage.codec import dump
from storage.people.welcomers import RotaEntry
from storage.tables.membership import applications
from storage.unit import Unit
from tests.handlers.meetups.planned import within
from tests.handlers.stage import DISCORD, SLACK, START, Stage

PLAIN = {Role.MEMBER, Role.ORGANISER}  # where no badge is asked for, everybody may plan
MODERATOR = {*PLAIN, Role.MODERATOR}
OWNER = {*MODERATOR, Role.OWNER}
HOMES = pytest.mark.parametrize("home", [SLACK, DISCORD], ids=["slack", "discord"])


def settings(home: Workspace, **told: object) -> CommunitySettings:
    return CommunitySettings(id="c1", workspaces=(WorkspaceSettings(workspace=home, **told),))  # type: ignore[arg-type]


async def roles(stage: Stage, home: Workspace, config: CommunitySettings, **told: object) -> frozenset[Role]:
    """Return what somebody is of whom the platform tells this."""
    user = await stage.joins("aki", home, **told)

    async def ask(ctx: Context) -> frozenset[Role]:
        member = await ctx.db.people.by_user(user)
        assert member
        return await roles_of(replace(ctx, config=config), member, member.accounts[0])

    return await within(stage, ask)


@HOMES
@pytest.mark.parametrize(
    ("set_", "told", "expected"),
    [
        ({}, {}, PLAIN),
        ({}, {"is_admin": True}, MODERATOR),
        ({}, {"is_owner": True}, OWNER),
        ({"moderators": ("Uaki",)}, {}, MODERATOR),
        ({"moderators": ("Uaki2", "aki")}, {}, PLAIN),
        ({"moderator_badges": ("keepers",)}, {"badges": frozenset({"keepers"})}, MODERATOR),
        ({"moderator_badges": ("keepers",)}, {"badges": frozenset({"Keepers"})}, PLAIN),
        ({"owners": ("Uaki",)}, {}, OWNER),
        ({"organiser_badges": ("planners",)}, {}, {Role.MEMBER}),
        ({"organiser_badges": ("planners",)}, {"badges": frozenset({"planners"})}, PLAIN),
        ({"organiser_badges": ("planners",)}, {"is_admin": True}, MODERATOR),
    ],
)
async def test_what_the_platform_and_the_settings_say(
    stage: Stage, home: Workspace, set_: dict[str, object], told: dict[str, object], expected: set[Role]
) -> None:
    assert await roles(stage, home, settings(home, **set_), **told) == expected


@HOMES
async def test_settings_of_another_workspace_give_nothing(stage: Stage, home: Workspace) -> None:
    other = DISCORD if home is SLACK else SLACK
    assert await roles(stage, home, settings(other, owners=("Uaki",), moderators=("Uaki",))) == PLAIN


@pytest.mark.parametrize(
    ("state", "expected"), [("active", {*PLAIN, Role.WELCOMER}), ("invited", PLAIN), ("declined", PLAIN)]
)
async def test_who_said_yes_to_the_rota_is_a_welcomer(stage: Stage, state: str, expected: set[Role]) -> None:
    user = await stage.joins("aki")

    async def ask(ctx: Context) -> frozenset[Role]:
        member = await _of(ctx, user)
        await ctx.db.welcomers.put(RotaEntry(member.id, state, 3), ctx.now)
        return await roles_of(ctx, member, member.accounts[0])

    assert await within(stage, ask) == expected


@pytest.mark.parametrize(
    ("told", "state", "expected"),
    [
        ({}, "waiting", {Role.APPLICANT}),
        ({}, "declined", {Role.APPLICANT}),
        ({}, "seated", PLAIN),
        ({"is_admin": True}, "waiting", MODERATOR),
        ({"is_owner": True}, "waiting", OWNER),
    ],
)
async def test_who_waits_for_a_seat_is_no_member_but_who_runs_the_place_never_waits(
    stage: Stage, told: dict[str, object], state: str, expected: set[Role]
) -> None:
    user = await stage.joins("aki", SLACK, **told)

    async def ask(ctx: Context) -> frozenset[Role]:
        member = await _of(ctx, user)
        row = {"community": "c1", "member_id": member.id, "account": dump(user), "state": state, "rank": 1.0}
        await ctx.db.conn.execute(sa.delete(applications))
        await ctx.db.conn.execute(sa.insert(applications).values(**row, came_at=ctx.now, lapsed=0))
        fresh = replace(ctx, db=Unit(ctx.db.conn, "c1", ctx.now))
        return await roles_of(fresh, member, member.accounts[0])

    assert await within(stage, ask) == expected


@pytest.mark.parametrize("told", [True, False], ids=["by the platform", "by the settings"])
def test_an_owner_moderates_wherever_moderators_do(*, told: bool) -> None:
    user = UserRef(SLACK.platform, SLACK.id, "Uaki")
    config = settings(SLACK, owners=() if told else ("Uaki",))
    account = Account(user, "aki", is_owner=told)
    assert is_moderator(account, config)
    assert is_staff(Member(1, "aki", START, accounts=(account,)), config)
    other = replace(account, user=UserRef(SLACK.platform, SLACK.id, "Uben"), is_owner=False)
    assert not is_moderator(other, config)


async def test_the_rights_of_one_account_are_not_those_of_the_other(stage: Stage) -> None:
    """Whoever gets hold of one platform's account must not moderate the other by it."""
    boss, aki = await stage.joins("boss", is_admin=True), await stage.joins("aki", DISCORD)

    async def ask(ctx: Context) -> list[frozenset[Role]]:
        accounts = ((await _of(ctx, boss)).accounts[0], (await _of(ctx, aki)).accounts[0])
        linked = replace(await _of(ctx, boss), accounts=accounts)
        return [await roles_of(ctx, linked, account) for account in accounts]

    assert await within(stage, ask) == [MODERATOR, PLAIN]


async def _of(ctx: Context, user: object) -> Member:
    member = await ctx.db.people.by_user(user)  # type: ignore[arg-type]
    assert member
    return member


Build = Callable[..., Awaitable[Stage]]


async def test_a_refusal_is_said_in_the_readers_language_and_names_what_to_do(build: Build) -> None:
    badge = WorkspaceSettings(workspace=SLACK, organiser_badges=("planners",))
    stage = await build(language="ja")
    stage.settings = msgspec.structs.replace(stage.settings, workspaces=(badge,))
    aki = await stage.joins("aki", locale="ja-JP")
    said = str(await stage.types(aki, "meetup", "new"))
    assert "主催者" in said
    assert "/meetup list" in said
