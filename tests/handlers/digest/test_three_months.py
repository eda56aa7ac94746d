"""Three months of a community's life, Monday by Monday, in each way of speaking, against files.

``GOLDEN=write`` writes them anew; look at what changed. The process is killed before and after each slot, the clocks go
forward on the way (Europe, 28 March 2027), and for three weeks the bot is away.
"""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chat.card import Card
from chat.discord.render import render_card as render_discord
from chat.ids import Platform, UserRef
from chat.slack.render import render_card as render_slack
from community.digest.settings import DigestSettings
from handlers.context import Context
from storage.questions.ideas import Idea, IdeaState
from tests.handlers.digest.test_weeks import BERLIN, restarted
from tests.handlers.digest.weekly import celebrated, digests_of, introduced, opts_out, prepare, thanked
from tests.handlers.meetups.planned import planned
from tests.handlers.questions.asked import ask, within
from tests.handlers.questions.asking import solved
from tests.handlers.stage import DISCORD, SLACK, Stage, text_of

GOLDEN = Path(__file__).parent / "golden"
FIRST = date(2027, 2, 1)  # a Monday
WEEKS = 13
AWAY = range(9, 12)  # weeks at whose ends the bot is away; it is back in the middle of the one after
A_MINUTE, A_DAY = timedelta(minutes=1), timedelta(days=1)
SIDES = (Platform.SLACK, Platform.DISCORD)
NAMES = ("Aiko", "Ben", "Chie", "Dan", "Emi", "Finn", "Goro", "Hana", "Ivan", "Jun", "Kei", "Leo", "Mai")


def monday(nth: int) -> datetime:
    """Return nine in the morning of a Monday in Berlin."""
    day = FIRST + timedelta(weeks=nth)
    return datetime(day.year, day.month, day.day, 9, tzinfo=BERLIN).astimezone(UTC)


class Life:
    """What people do, week after week."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.people: list[UserRef] = []

    async def week(self, nth: int) -> None:
        """Let a week's things happen, a day after its Monday."""
        stage, people = self.stage, self.people
        if nth in (0, 6):
            return  # at first, and once in between, nobody does anything
        stage.now = max(stage.now, monday(nth) + A_DAY)
        newcomer = await introduced(stage, NAMES[nth], SIDES[nth % 2])
        people.append(newcomer)
        if len(people) > 2:
            await solved(stage, newcomer, people[nth % 3], f"How does part {nth} of the API work?", topic="python")
        if nth % 3 == 1:
            await self._asks(nth, newcomer)
        if nth % 3 == 2 and len(people) > 1:
            await thanked(stage, newcomer, people[-2], f"the walk through module {nth}")
        if nth in (4, 8):
            await self._talk(people[:4])
        if nth in (2, 7):
            await planned(stage, title=f"Reading circle {nth}", ahead=timedelta(days=12))
        if nth == 5:
            await opts_out(stage, people[1])
            await self._ships("Dark mode for the console")
        if nth == 7:
            await stage.leaves(people[2])
        if nth == 4:
            await celebrated(stage, people[0], "the tenth answer that solved something")

    async def _asks(self, nth: int, asker: UserRef) -> None:
        await ask(self.stage, asker, f"Where are the logs of service {nth}? <b>&</b>", topic="ops")
        title, late = f"Which port does service {nth} use?", nth * timedelta(hours=4)
        for helper in [user for user in self.people[:-1] if user.home == asker.home][:1]:
            await self._answered(asker, helper, title, after=late)

    async def _answered(self, asker: UserRef, helper: UserRef, title: str, *, after: timedelta) -> None:
        question = await ask(self.stage, asker, title)
        self.stage.now += after
        assert question.root
        await self.stage.says(helper, "It is in the manual, chapter two.", to=question.root, channel="questions")

    async def _talk(self, people: list[UserRef]) -> None:
        here = [user for user in people if user.home == SLACK]
        root = await self.stage.says(here[0], "What did you learn this week?", channel="python")
        for n in range(6):
            speaker = UserRef(SLACK.platform, SLACK.id, f"Utalk{n % 4}")
            await self.stage.says(speaker, "A lot!", to=root)

    async def _ships(self, text: str) -> None:
        member = await self.stage.member(self.people[0])

        async def ship(ctx: Context) -> None:
            idea = await ctx.db.ideas.add(
                Idea(member=member, account=self.people[0], root=None, text=text, noted_at=ctx.now, changed_at=ctx.now)
            )
            assert idea
            await ctx.db.ideas.decide(idea, IdeaState.SHIPPED, "", ctx.now)

        await within(self.stage, ship)


async def lived(stage: Stage) -> dict[Platform, dict[str, Card]]:
    """Let three months pass; return the digests by the day on which they came."""
    life = Life(stage)
    found: dict[Platform, dict[str, Card]] = {platform: {} for platform in SIDES}

    def collect() -> None:
        for platform, card in digests_of(life.stage).items():
            day = life.stage.now.astimezone(BERLIN).date().isoformat()
            assert day not in found[platform]
            found[platform][day] = card

    for nth in range(WEEKS):
        await life.week(nth)
        life.stage.sent.clear()
        slot = monday(nth + 1)
        if nth + 1 in AWAY:
            continue  # what is said meanwhile is found by catching up; time does not pass for the bot
        if nth in AWAY:
            slot += 2 * A_DAY  # it comes back on a Wednesday
            life.stage.now = slot - A_MINUTE
        for moment in (slot - A_MINUTE, slot, slot + A_MINUTE):
            life.stage = restarted(life.stage)
            await life.stage.passes(moment)
            collect()
    return found


def as_sent(platform: Platform, card: Card) -> Any:  # noqa: ANN401 - a platform's own JSON
    """Return a digest as its platform gets it."""
    if platform is Platform.SLACK:
        return json.loads(json.dumps(render_slack(card, SLACK.id)))
    return json.loads(json.dumps(render_discord(card, DISCORD)))


@pytest.mark.parametrize("spoken", ["en", "ja", "ja+en"])
async def test_each_mondays_digest_is_right(build: Callable[..., Awaitable[Stage]], spoken: str) -> None:
    digest = DigestSettings(weekday="monday", time="09:00")
    stage = prepare(await build(time_zone="Europe/Berlin", digest=digest), slack=spoken, discord=spoken)
    stage.settings = msgspec.structs.replace(stage.settings, language=spoken[:2])
    stage.now = monday(0) - A_DAY
    found = await lived(stage)
    days = list(found[Platform.SLACK])
    assert days == list(found[Platform.DISCORD])
    # nothing to say on the second Monday; then each; then three weeks away, and one digest on the day of the return
    expected = [monday(nth) for nth in range(2, 9)] + [monday(12) + 2 * A_DAY, monday(13)]
    assert days == [moment.astimezone(BERLIN).date().isoformat() for moment in expected]
    for platform, digests in found.items():
        sent = {day: as_sent(platform, card) for day, card in digests.items()}
        path = GOLDEN / f"{platform.value}_{spoken.replace('+', '_')}.json"
        if os.environ.get("GOLDEN") == "write":
            path.write_text(json.dumps(sent, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        assert json.loads(path.read_text(encoding="utf-8")) == sent, "GOLDEN=write writes it anew; read the diff"
    last = "\n".join(text_of(card) for day, card in found[Platform.SLACK].items() if day > "2027-03-20")
    assert "Chie" not in last, "opted out"
    assert "Dan" not in last, "has left"
    assert "Ben" in last
