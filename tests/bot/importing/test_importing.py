"""What an import brings into the store: facts of their own time, once, under the keys of live events."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from chat.ids import MessageRef, Place, UserRef
from chat.slack.identity import Identity
from chat.slack.inbound import read_message
from community.questions.life import QuestionState, Via
from handlers.figures.folding import FOLD
from storage.activity import Fact
from storage.engine import Database
from storage.tables.core import accounts, activity, inbox, members, outbox, timers
from storage.tables.onboarding import greetings, stages
from storage.unit import Unit
from tests.bot.importing.exports import (
    ANSWER,
    DAY0,
    DISCORD,
    NOW,
    QUESTION,
    SLACK,
    Silent,
    bring,
    discord,
    discord_file,
    discord_user,
    lines,
    lines_file,
    says,
    slack,
    slack_user,
    slack_zip,
    solved_thread,
    ts,
    writes,
)

AKI, BEN, ROBOT = discord_user("1", "aki"), discord_user("2", "ben"), discord_user("3", "robot", bot=True)


async def facts(db: Database, *kinds: str) -> list[Fact]:
    async with db.writing() as conn:
        return await Unit(conn, "c1", NOW).activity.facts(kinds)


async def keys(db: Database) -> list[str]:
    async with db.reading() as conn:
        return list((await conn.execute(sa.select(activity.c.key).order_by(activity.c.key))).scalars())


async def ids(db: Database) -> dict[str, int]:
    async with db.reading() as conn:
        return {row.user_id: row.member_id for row in await conn.execute(sa.select(accounts))}


async def count(db: Database, table: sa.Table) -> int:
    async with db.reading() as conn:
        return int((await conn.execute(sa.select(sa.func.count()).select_from(table))).scalar_one())


async def test_a_slack_export_becomes_facts_people_and_a_solved_question(database: Database, tmp_path: Path) -> None:
    days = {
        "help/2023-11-14.json": [
            {"type": "message", "subtype": "channel_join", "user": "U1", "ts": ts(-60), "text": "<@U1> has joined"},
            *solved_thread(),
            says("U2", 30, "Unrelated.", edited={"user": "U2", "ts": f"{DAY0 + 1900}.000000"}),
            says("UB", 31, "Build is green.", bot_id="B1"),
        ]
    }
    report = await bring(database, slack(slack_zip(tmp_path / "export.zip", days)))
    posted = await facts(database, "message.posted")
    who = await ids(database)
    assert [(f.actor, f.subject, f.data["bot"]) for f in posted] == [
        (who["U1"], ts(0), False),
        (who["U2"], ts(9), False),
        (who["U1"], ts(20), False),
        (who["U2"], ts(30), False),
        (who["UB"], ts(31), True),
    ]
    assert posted[0].at == datetime.fromtimestamp(DAY0, UTC) + timedelta(microseconds=100)
    assert posted[1].place == Place(SLACK.platform, "T1", "C1", ts(0))
    assert all(f.data["imported"] is True for f in await facts(database, "message.posted", "reaction.added"))
    (reaction,) = await facts(database, "reaction.added")
    assert (reaction.actor, reaction.data["emoji"]) == (who["U2"], "👀"), "bots' reactions are nobody's"
    assert [f.actor for f in await facts(database, "message.edited")] == [who["U2"]]
    (joined,) = await facts(database, "member.joined")
    assert (joined.actor, joined.at) == (
        who["U1"],
        datetime.fromtimestamp(DAY0 - 3600, UTC) + timedelta(microseconds=100),
    )
    assert (report.people, report.questions, report.replies) == (3, 1, 2)
    async with database.writing() as conn:
        unit = Unit(conn, "c1", NOW)
        root = MessageRef(Place(SLACK.platform, "T1", "C1"), ts(0))
        question = await unit.questions.by_root(root)
        assert question
        assert (question.state, question.via, question.text) == (QuestionState.SOLVED, Via.IMPORT, QUESTION)
        assert question.answer
        answer = await unit.questions.message(question.answer)
        assert answer
        assert (answer.text, answer.member) == (ANSWER, who["U2"])
        hits = await unit.knowledge.search("webhook retry error", limit=3)
        assert [hit.question_id for hit in hits] == [question.id]
        assert await unit.questions.living() == []
        robot = await unit.people.by_user(UserRef(SLACK.platform, "T1", "UB"))
        assert robot
        assert robot.is_bot
    answered, solved = await facts(database, "question.answered"), await facts(database, "question.solved")
    assert [(f.actor, f.data["seconds"], f.data["first"], f.data["imported"]) for f in answered] == [
        (who["U2"], 540.0, True, True)
    ]
    assert [(f.actor, f.data["seconds"], f.data["answer"]) for f in solved] == [(who["U1"], 1200.0, question.answer)]
    assert solved[0].at == posted[2].at


async def test_it_is_brought_once_however_often_it_runs(database: Database, tmp_path: Path) -> None:
    path = slack_zip(tmp_path / "export.zip", {"help/2023-11-14.json": solved_thread()})
    await bring(database, slack(path))
    before = await keys(database)
    meter = Silent()
    assert (await bring(database, slack(path), meter)).finished_before == NOW
    assert meter.passes == [], "nothing is even read"
    again = await bring(database, slack(path), again=True)
    assert (again.facts, again.people, again.questions, again.replies) == (0, 0, 0, 0)
    assert await keys(database) == before


async def test_an_import_says_nothing_and_sets_nothing_going(database: Database, tmp_path: Path) -> None:
    join = {"type": "message", "subtype": "channel_join", "user": "U2", "ts": ts(-60), "text": ""}
    await bring(database, slack(slack_zip(tmp_path / "e.zip", {"help/1.json": [join, *solved_thread()]})))
    await bring(database, discord(discord_file(tmp_path / "d.json", [writes(AKI, 50, 0, QUESTION)])))
    for table in (outbox, inbox, greetings):
        assert await count(database, table) == 0, table.name
    async with database.reading() as conn:
        assert list((await conn.execute(sa.select(timers.c.kind))).scalars()) == [FOLD], "only the figures are counted"
        reached = Counter((await conn.execute(sa.select(stages.c.stage))).scalars())
    assert reached == {"joined": 1, "first_post": 3, "first_reply": 1}, "nobody is new who wrote long ago"


async def test_what_was_seen_live_is_not_counted_twice(database: Database, tmp_path: Path) -> None:
    live = read_message(solved_thread()[0], "C1", Identity(team="T1", user="UBOT", bot="BBOT"))
    assert live
    async with database.writing() as conn:
        unit = Unit(conn, "c1", NOW)
        member = await unit.people.ensure(live.author, "Aki", live.at)
        unit.activity.record(
            Fact("message.posted", live.at, member.id, live.message.place, live.message.id, {"bot": False}),
            key=live.key,
        )
        await unit.flush()
    await bring(database, slack(slack_zip(tmp_path / "e.zip", {"help/1.json": solved_thread()})))
    posted = await facts(database, "message.posted")
    assert len(posted) == 3
    assert "imported" not in posted[0].data
    assert posted[0].actor == (await ids(database))["U1"] == member.id
    assert await facts(database, "reaction.added") == [], "from then on the bot counted reactions itself"


async def test_a_discord_export_of_a_channel_a_thread_and_a_forum_post(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    reply = {"type": "Reply", "reference": {"messageId": "50", "channelId": "10", "guildId": "900"}}
    discord_file(
        folder / "help.json",
        [
            writes(AKI, 49, -5, "Joined the server.", type="GuildMemberJoin"),
            writes(AKI, 50, 0, QUESTION),
            writes(BEN, 51, 3, ANSWER, **reply, reactions=[
                {"emoji": {"id": "", "name": "👍", "code": "thumbsup"}, "count": 1, "users": [AKI]}
            ]),
            writes(ROBOT, 52, 4, "I am a bot."),
            writes(AKI, 53, 5, "Thanks, that worked!", **reply, timestampEdited="2023-11-14T22:30:00.5+00:00"),
        ],
    )  # fmt: skip
    thread = {"id": "60", "type": "GuildPublicThread", "categoryId": "10", "category": "help", "name": "Another one"}
    discord_file(folder / "a thread.json", [writes(BEN, 61, 70, ANSWER), writes(AKI, 62, 71, "Solved, thank you!")],
                 channel=thread)  # fmt: skip
    discord_file(folder / "help2.json", [writes(AKI, 60, 60, QUESTION.replace("webhook", "payment"))])
    post = {"id": "80", "type": "GuildPublicThread", "categoryId": "11", "category": "forum", "name": "How do I test?"}
    discord_file(folder / "post.json", [writes(BEN, 80, 90, "I do not know where to begin. How do I start?")],
                 channel=post)  # fmt: skip
    export = discord(folder)
    report = await bring(database, export)
    who = await ids(database)
    found = {f.subject: f for f in await facts(database, "message.posted")}
    assert set(found) == {"50", "51", "52", "53", "60", "61", "62", "80"}
    assert "discord:900:message:50" in await keys(database)
    assert found["51"].data["reply_to"] == "50"
    assert found["52"].data["bot"] is True
    assert found["61"].place == Place(DISCORD.platform, "900", "10", "60")
    assert [f.actor for f in await facts(database, "reaction.added")] == [who["1"]]
    assert "discord:900:edited:53:2023-11-14T22:30:00.500000+00:00" in await keys(database), "as live"
    assert [(f.actor, f.data["imported"]) for f in await facts(database, "member.joined")] == [(who["1"], True)]
    assert report.endings == {QuestionState.SOLVED: 2, QuestionState.CLOSED: 1}
    async with database.writing() as conn:
        unit = Unit(conn, "c1", NOW)
        asked = await unit.questions.asked_by(who["2"])
        assert [(q.title, q.state, q.thread) for q in asked] == [
            ("How do I test?", QuestionState.CLOSED, Place(DISCORD.platform, "900", "11", "80"))
        ]
        aki = await unit.people.by_user(UserRef(DISCORD.platform, "900", "1"))
        assert aki
        assert (aki.name, aki.accounts[0].badges) == ("Aki", frozenset({"77", "helper"}))
    closed = await facts(database, "question.closed")
    assert [(f.at - found["80"].at, f.data["reason"]) for f in closed] == [(timedelta(days=7), "outdated")]


async def test_questions_are_looked_for_in_the_question_channels_only(database: Database, tmp_path: Path) -> None:
    channels = [{"id": "C1", "name": "help"}, {"id": "C2", "name": "random"}]
    days = {"help/1.json": solved_thread(), "random/1.json": [says("U2", 500, QUESTION)]}
    path = slack_zip(tmp_path / "e.zip", days, channels=channels)
    assert (await bring(database, slack(path), question_channels={"C1"})).questions == 1
    assert (await bring(database, slack(path), question_channels=None, again=True)).questions == 1, "the other one"


async def test_without_threads_the_conversation_is_guessed(database: Database, tmp_path: Path) -> None:
    said = [
        says("U1", 0, QUESTION),
        says("U2", 2, ANSWER),
        says("U1", 4, "Thank you so much, that fixed it!"),
    ]
    report = await bring(database, slack(slack_zip(tmp_path / "e.zip", {"help/1.json": said})))
    assert (report.questions, report.replies) == (1, 2)
    assert report.endings == {QuestionState.SOLVED: 1}


async def test_what_is_said_in_the_same_breath_belongs_to_the_question(database: Database, tmp_path: Path) -> None:
    said = [says("U1", 0, QUESTION), says("U1", 1, "Does anybody know whether version 5 helps there?")]
    report = await bring(database, slack(slack_zip(tmp_path / "e.zip", {"help/1.json": said})))
    assert report.questions == 1
    async with database.writing() as conn:
        (question,) = await Unit(conn, "c1", NOW).questions.asked_by((await ids(database))["U1"])
    assert question.text == f"{QUESTION}\nDoes anybody know whether version 5 helps there?"


async def test_a_later_export_tells_how_a_question_went_on(database: Database, tmp_path: Path) -> None:
    whole = solved_thread()
    await bring(database, slack(slack_zip(tmp_path / "1.zip", {"help/1.json": whole[:1]})))
    assert [f.data["reason"] for f in await facts(database, "question.closed")] == ["outdated"]
    report = await bring(database, slack(slack_zip(tmp_path / "2.zip", {"help/1.json": whole})))
    assert (report.facts, report.questions, report.replies) == (2, 0, 2)
    assert report.endings == {QuestionState.SOLVED: 1}
    assert len(await facts(database, "question.solved")) == 1


async def test_lines_become_messages_in_threads_with_keys_of_their_own(database: Database, tmp_path: Path) -> None:
    line = {
        "community": "x",
        "channel": "general",
        "ts": "2019-01-01T09:00:00.250Z",
        "user": "fred",
        "conversation": "1",
    }
    path = lines_file(
        tmp_path / "talk.jsonl",
        [
            {**line, "text": QUESTION},
            {**line, "ts": "2019-01-01T09:05:00Z", "user": "gina", "text": ANSWER},
            {**line, "ts": "2019-01-01T09:05:00Z", "user": "gina", "text": ANSWER},
            {**line, "ts": "2019-01-01T09:09:00", "text": "thanks, solved!", "bot": False},
            {**line, "ts": "2019-01-02T09:09:00Z", "text": "known to the platform", "id": "1546420140.000000"},
        ],
    )
    export = lines(path)
    report = await bring(database, export)
    posted = await facts(database, "message.posted")
    assert len(posted) == 5, "who says the same twice in one moment says it twice"
    assert [f.at.hour for f in posted] == [0, 9, 9, 9, 9], "a time without a zone is the community's"
    assert "slack:T1:message:general:1546420140.000000" in await keys(database)
    assert (report.questions, report.facts) == (1, 5)
    again = await bring(database, lines(path), again=True)
    assert (again.facts, again.questions, again.replies) == (0, 0, 0)


async def test_who_is_gone_has_left_and_no_news_is_made_of_it(database: Database, tmp_path: Path) -> None:
    users = [slack_user("U1", "aki"), slack_user("U2", "ben", deleted=True)]
    await bring(database, slack(slack_zip(tmp_path / "e.zip", {"help/1.json": solved_thread()}, users=users)))
    async with database.reading() as conn:
        left = {row.name: row.left_at for row in await conn.execute(sa.select(members))}
    assert left["aki"] is None
    assert left["ben"] is not None
    assert await facts(database, "member.left") == []
