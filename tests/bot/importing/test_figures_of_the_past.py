"""What an import logs is what the KPIs count: who answered, who helped, who moderates, who was answered first."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from bot.config import load_config
from bot.importing.runner import Importer, Plan
from bot.importing.start import staff_rule
from chat.ids import UserRef, Workspace
from community.kpi.everything import Period, PeriodSpan
from community.people.members import Account
from community.people.onboarding import Stage
from community.questions.answers import is_substantial
from storage.activity import Fact
from storage.engine import Database
from storage.tables.core import accounts
from storage.tables.questions import questions
from storage.unit import Unit
from tests.bot.importing.exports import (
    ANSWER,
    DAY0,
    DISCORD,
    NOW,
    SLACK,
    Silent,
    bring,
    discord,
    discord_file,
    discord_user,
    lines,
    says,
    slack,
    slack_user,
    slack_zip,
    solved_thread,
    ts,
    writes,
)

DATA = Path(__file__).parents[3] / "../shared/data"
USERS = [slack_user("U1", "aki"), slack_user("U2", "ben", is_admin=True), slack_user("U3", "cho")]


async def facts(db: Database, *kinds: str) -> list[Fact]:
    async with db.writing() as conn:
        return await Unit(conn, "c1", NOW).activity.facts(kinds)


async def ids(db: Database) -> dict[str, int]:
    async with db.reading() as conn:
        return {row.user_id: row.member_id for row in await conn.execute(sa.select(accounts))}


async def test_who_answered_who_helped_and_who_moderates(database: Database, tmp_path: Path) -> None:
    said = [
        *solved_thread()[:2],
        says("U2", 10, "Tell me whether that works for you, please.", thread_ts=ts(0), parent_user_id="U1"),
        says("U3", 11, "You can also replay the events by hand.", thread_ts=ts(0), parent_user_id="U1"),
        says("U3", 12, "+1", thread_ts=ts(0), parent_user_id="U1"),
        says("U1", 20, "Thank you <@U2>, that solved it!", thread_ts=ts(0), parent_user_id="U1"),
    ]
    path = slack_zip(tmp_path / "e.zip", {"help/1.json": said}, users=USERS)
    await bring(database, slack(path))
    who = await ids(database)
    replied = await facts(database, "question.replied")
    assert [(f.actor, f.data["staff"], f.data["imported"]) for f in replied] == [
        (who["U2"], True, True),
        (who["U3"], False, True),
    ], "each once, with their first answer"
    assert [f.at.timestamp() for f in replied] == [pytest.approx(DAY0 + minutes * 60, abs=1) for minutes in (9, 11)]
    (answered,) = await facts(database, "question.answered")
    (solved,) = await facts(database, "question.solved")
    (asked,) = await facts(database, "question.asked")
    assert (answered.actor, answered.data["staff"]) == (who["U2"], True)
    assert (solved.data["helper"], solved.data["staff"]) == (who["U2"], True)
    assert asked.data["platform"] == "slack"
    posted = await facts(database, "message.posted")
    assert [f.data.get("staff") for f in posted] == [None, True, True, None, None, None]
    await bring(database, slack(path), again=True)
    assert await facts(database, "question.replied", "question.solved") == [*replied, solved]


async def test_members_are_answered_once_whatever_the_order_of_the_channels(database: Database, tmp_path: Path) -> None:
    channels = [{"id": "C1", "name": "later"}, {"id": "C2", "name": "sooner"}]
    days = {
        "later/1.json": [
            says("U1", 100, "And here I am, too."),
            says("U2", 110, "Welcome!", thread_ts=ts(100), parent_user_id="U1"),
            says("U2", 120, "By the way, ask <@U3>, who has not said anything yet."),
        ],
        "sooner/1.json": [
            says("UB", 1, "<@U1> was seen", bot_id="B1"),
            says("U3", 2, "<@U1> will be with us soon"),
            says("U1", 5, "Hello!"),
            says("U1", 6, "I answer myself.", thread_ts=ts(5), parent_user_id="U1"),
            says("U3", 9, "Nice to see you", thread_ts=ts(5), parent_user_id="U1"),
        ],
    }
    users = [*USERS[:1], slack_user("U2", "ben"), USERS[2], slack_user("UB", "robot", is_bot=True)]
    path = slack_zip(tmp_path / "e.zip", days, users=users, channels=channels)
    report = await bring(database, slack(path))
    who = await ids(database)
    found = {f.actor: f for f in await facts(database, "member.replied_to")}
    assert {member: f.data["by"] for member, f in found.items()} == {who["U1"]: who["U3"], who["U3"]: who["U2"]}
    assert found[who["U1"]].at.timestamp() == pytest.approx(DAY0 + 9 * 60, abs=1), "not what was said before they wrote"
    assert report.facts == 8
    async with database.writing() as conn:
        reached = await Unit(conn, "c1", NOW).onboarding.stages(who["U1"])
    assert reached[Stage.FIRST_POST].timestamp() == pytest.approx(DAY0 + 300, abs=1)
    assert reached[Stage.FIRST_REPLY] == found[who["U1"]].at
    await bring(database, slack(path), again=True)
    assert {f.actor: f for f in await facts(database, "member.replied_to")} == found


async def test_on_discord_the_author_of_what_is_quoted_is_known(database: Database, tmp_path: Path) -> None:
    aki, ben = discord_user("1", "aki"), discord_user("2", "ben")
    quoting = {"type": "Reply", "reference": {"messageId": "50", "channelId": "10", "guildId": "900"}}
    said = [writes(aki, 50, 0, "Good morning!"), writes(ben, 51, 3, ANSWER, **quoting)]
    await bring(database, discord(discord_file(tmp_path / "d.json", said)))
    who = await ids(database)
    (fact,) = await facts(database, "member.replied_to")
    assert (fact.actor, fact.data["by"]) == (who["1"], who["2"])


def test_moderators_are_those_of_the_configuration_and_of_the_platform(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(
        '[[community]]\nid = "c1"\n[[slack]]\ncommunity = "c1"\nmoderators = ["U7"]\n'
        'bot_token = "env:SLACK_BOT_TOKEN"\napp_token = "env:SLACK_APP_TOKEN"\n'
        '[[discord]]\ncommunity = "c1"\nserver = "900"\ntoken = "env:DISCORD_TOKEN"\nmoderator_badges = ["crew"]\n',
        encoding="utf-8",
    )
    settings = load_config(path)
    is_staff = staff_rule(settings, settings.community[0], SLACK)

    def account(home: Workspace, user: str, *, admin: bool = False, badges: tuple[str, ...] = ()) -> Account:
        return Account(_user(home, user), user, is_admin=admin, badges=frozenset(badges))

    assert is_staff(account(SLACK, "U7"))
    assert is_staff(account(SLACK, "U8", admin=True))
    assert is_staff(account(DISCORD, "5", badges=("crew", "77")))
    assert not is_staff(account(SLACK, "U9", badges=("crew",)))
    assert not is_staff(account(DISCORD, "U7"))


def _user(home: Workspace, user: str) -> UserRef:
    return UserRef(home.platform, home.id, user)


async def test_a_month_of_elm_has_the_figures_that_a_plain_count_of_the_file_has(
    database: Database, tmp_path: Path
) -> None:
    path = DATA / "elm.jsonl.gz"
    if not path.exists():
        pytest.skip("shared/data is not here")
    told = []
    with gzip.open(path, "rt", encoding="utf-8") as file, (tmp_path / "some.jsonl").open("w", encoding="utf-8") as cut:
        for line, _ in zip(file, range(2_500), strict=False):
            told.append(json.loads(line))
            cut.write(line)
    staff = {told[0]["user"]}
    plan = Plan("c1", lines(tmp_path / "some.jsonl"), is_staff=lambda account: account.user.id in staff)
    await Importer(database, plan, Silent(), NOW).run()
    when = [datetime.fromisoformat(one["ts"]) for one in told]
    month = when[1_250].date().replace(day=1)
    start = datetime(month.year, month.month, 1, tzinfo=UTC)
    end = (start + timedelta(days=32)).replace(day=1)
    inside = [one for one, at in zip(told, when, strict=True) if start <= at < end]
    assert len(inside) > 100

    async with database.writing() as conn:
        unit = Unit(conn, "c1", NOW)
        names = {row.member_id: row.user_id for row in await conn.execute(sa.select(accounts))}
        asked = (
            await conn.execute(sa.select(questions).where(questions.c.asked_at >= start, questions.c.asked_at < end))
        ).all()
        every = list((await conn.execute(sa.select(questions.c.id))).scalars())
        answers = set()
        for question in every:
            first: dict[int, datetime] = {}
            for said in await unit.questions.messages(question):
                if not said.by_asker and said.member is not None and is_substantial(said):
                    first.setdefault(said.member, said.at)
            answers |= {(question, member) for member, at in first.items() if start <= at < end}
        wanted = ("member_posts", "member_share", "speakers", "questions", "answers", "helpers")
        period = Period(PeriodSpan.MONTH, date(month.year, month.month, 1))
        found = await unit.figures.read(wanted, [period], zone=ZoneInfo("UTC"))
        here = await unit.figures.read(("questions",), [period], zone=ZoneInfo("UTC"), platform="slack")
    by_members = [one for one in inside if one["user"] not in staff]
    expected = {
        "member_posts": len(by_members),
        "member_share": len(by_members) / len(inside),
        "speakers": len({one["user"] for one in inside}),
        "questions": len(asked),
        "answers": len(answers),
        "helpers": len({member for _, member in answers}),
    }
    assert {name: found[name, period].value for name in wanted} == pytest.approx(expected)
    assert all(expected.values())
    assert here["questions", period].value == len(asked)

    first_post: dict[str, datetime] = {}
    for one, at in zip(told, when, strict=True):
        first_post[one["user"]] = min(at, first_post.get(one["user"], at))
    openers: dict[tuple[str, str], str] = {}
    replies: defaultdict[str, list[datetime]] = defaultdict(list)
    for one, at in zip(told, when, strict=True):
        opener = openers.setdefault((one["channel"], one["conversation"]), one["user"])
        if opener != one["user"]:
            replies[opener].append(at)
    logged = {names[f.actor or 0]: f.at for f in await facts(database, "member.replied_to")}
    assert logged == {user: min(at for at in ats if at >= first_post[user]) for user, ats in replies.items()}
