"""What is typed into an option is answered from a reading transaction, and nothing of it stays."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from chat.answers import Suggest
from chat.card import Option
from chat.commands import Command, CommandOption, Localised, SubCommand
from chat.events import OptionTyped
from chat.ids import Place, Platform, UserRef, Workspace
from handlers.context import Context
from handlers.routes import Completion, Feature, RouteError, Routes, complete
from storage.activity import Fact
from storage.engine import Database
from storage.tables import core as tables
from tests.bot.house import AKI, HOME, house

LABEL = Localised(en="x", ja="x")
WHICH = CommandOption(name="which", description=LABEL, completes=True)
MEETUP = Command(name="meetup", description=LABEL, subs=(SubCommand(name="show", description=LABEL, options=(WHICH,)),))


def feature(handler: Completion) -> Feature:
    lines = (complete("meetup", "show", "which", handler),)
    return Feature("meetups", routes=(), commands=(MEETUP,), completions=lines)


def typed(text: str, **more: str) -> OptionTyped:
    given = {"command": "meetup", "sub": "show", "option": "which", "locale": "ja", **more}
    return OptionTyped(workspace=HOME, user=AKI, typed=text, **given)  # type: ignore[arg-type]


async def echo(ctx: Context, event: OptionTyped) -> Suggest:
    assert ctx.now
    return Suggest((Option("1", f"{ctx.db.community} {event.typed}"),))


async def test_a_handler_proposes_in_the_community_where_it_is_typed(database: Database) -> None:
    async with house(database, feature(echo)) as home:
        found = await home.inbox.suggest(typed("py"))
        assert found == Suggest((Option("1", "c1 py"),))
        assert await home.inbox.suggest(typed("py", option="other")) == Suggest()
        assert await home.inbox.suggest(typed("py", sub="list")) == Suggest()
        stranger = OptionTyped(
            workspace=Workspace(Platform.DISCORD, "nowhere"),
            user=UserRef(Platform.DISCORD, "nowhere", "1"),
            command="meetup",
            sub="show",
            option="which",
            typed="py",
        )
        assert await home.inbox.suggest(stranger) == Suggest()
        async with database.reading() as conn:
            assert (await conn.execute(sa.select(sa.func.count()).select_from(tables.inbox))).scalar_one() == 0


async def test_what_a_handler_would_record_is_lost(database: Database) -> None:
    async def record(ctx: Context, event: OptionTyped) -> Suggest:
        ctx.db.activity.record(Fact("noted", ctx.now), key=event.typed)
        return Suggest((Option("1", "x"),))

    async with house(database, feature(record)) as home:
        assert (await home.inbox.suggest(typed("py"))).choices
        await home.settled()
        assert await home.facts() == []


@pytest.mark.parametrize("fault", [ValueError("ours"), OSError("disk"), TimeoutError()])
async def test_a_handler_that_fails_proposes_nothing(database: Database, fault: Exception) -> None:
    async def fail(ctx: Context, event: OptionTyped) -> Suggest:
        del ctx, event
        raise fault

    async with house(database, feature(fail)) as home:
        assert await home.inbox.suggest(typed("py")) == Suggest()


async def test_a_slow_handler_proposes_nothing_and_waits_for_nobody_who_writes(database: Database) -> None:
    async def sleep(ctx: Context, event: OptionTyped) -> Suggest:
        await asyncio.sleep(60)
        return await echo(ctx, event)

    async with house(database, feature(sleep)) as home:
        begun = asyncio.get_running_loop().time()
        assert await home.inbox.suggest(typed("py")) == Suggest()
        assert asyncio.get_running_loop().time() - begun < 30
    async with house(database, feature(echo)) as home, database.writing() as conn:
        await database.take_turn(conn, "c1")
        assert (await home.inbox.suggest(typed("py"))).choices


def _without_option(name: str) -> Callable[[], Feature]:
    return lambda: Feature("x", routes=(), commands=(MEETUP,), completions=(complete("meetup", "show", name, echo),))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Feature("x", routes=(), commands=(MEETUP,)),
        lambda: Feature("x", routes=(), completions=(complete("meetup", "show", "which", echo),)),
        _without_option("whcih"),
    ],
)
def test_options_and_those_who_complete_them_must_agree(make: Callable[[], Feature]) -> None:
    with pytest.raises(RouteError, match="meetup show which:"):
        Routes.of([make()])


def test_a_command_without_sub_commands_is_completed_too() -> None:
    find = Command(name="find", description=LABEL, options=(WHICH,))
    lines = (complete("find", "", "which", echo),)
    table = Routes.of([Feature("find", routes=(), commands=(find,), completions=lines)])
    event = OptionTyped(
        workspace=HOME, user=AKI, command="find", option="which", typed="", place=Place(HOME.platform, HOME.id, "c")
    )
    assert table.completion(event) is echo
