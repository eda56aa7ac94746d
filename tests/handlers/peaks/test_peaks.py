"""Peak moments as members and moderators meet them, on both platforms and in both languages."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from chat.effects import Post, RedrawPost, Remove
from chat.ids import Platform, UserRef
from community.seats.commands import CheckIn
from community.seats.values import SeatKind
from community.signals import TimerDue
from handlers.context import Context
from handlers.meetups.steps import act
from storage.tables.core import activity
from tests.handlers.digest.weekly import opts_out
from tests.handlers.meetups.planned import planned
from tests.handlers.peaks.peaking import A_DAY, answered, asked, begins, moments, prepare, solved, states, told
from tests.handlers.questions.asked import ask, within
from tests.handlers.stage import DISCORD, Stage, card_of, text_of


@pytest.fixture
async def stage(stage: Stage) -> Stage:
    prepare(stage, languages={"slack": "ja", "discord": "en"})
    await begins(stage)
    return stage


async def test_a_question_solved_in_minutes_is_told_after_its_member_said_yes(stage: Stage) -> None:
    aiko, ken = await stage.joins("Aiko"), await stage.joins("Ken", locale="ja")
    await solved(stage, aiko, ken)
    stage.sent.clear()
    await stage.passes(A_DAY)
    cards = asked(stage)
    assert set(cards) == {"UKen"}, "only who did it is asked"
    assert "みんなに紹介してもいいですか" in text_of(cards["UKen"])
    assert "Why do webhooks come twice?" in text_of(cards["UKen"])
    assert told(stage) == {}, "nothing is told before a yes"
    await stage.presses(ken, cards["UKen"], "peak_yes")
    await stage.passes(A_DAY)
    posts = told(stage)
    assert {platform: len(cards) for platform, cards in posts.items()} == {Platform.SLACK: 1, Platform.DISCORD: 1}
    assert "@Ken" in text_of(posts[Platform.SLACK][0])
    assert "@Aiko" in text_of(posts[Platform.SLACK][0])
    assert "さん" in text_of(posts[Platform.SLACK][0])
    assert "Aiko" in text_of(posts[Platform.DISCORD][0])
    assert "solved" in text_of(posts[Platform.DISCORD][0])
    assert await stage.facts("peak.asked", "peak.agreed", "peak.posted") == ["peak.asked", "peak.agreed", "peak.posted"]
    await stage.passes(10 * A_DAY)
    assert told(stage) == {}, "it is told once"
    assert asked(stage) == {}, "and its member is left in peace"


async def test_a_no_is_a_no_and_somebody_else_cannot_answer(stage: Stage) -> None:
    aiko, ken = await stage.joins("Aiko"), await stage.joins("Ken")
    await solved(stage, aiko, ken)
    await stage.passes(A_DAY)
    card = asked(stage)["UKen"]
    for name in ("peak_yes", "peak_no", "peak_never"):
        assert "somebody else" in text_of(await stage.presses(aiko, card, name))
    assert (await states(stage))["first_solved"] == "asked"
    assert "keep it to myself" in text_of(await stage.presses(ken, card, "peak_no"))
    assert "settled already" in text_of(await stage.presses(ken, card, "peak_yes"))
    await stage.passes(20 * A_DAY)
    assert told(stage) == {}
    assert await stage.facts("peak.agreed", "peak.declined") == ["peak.declined"]


async def test_never_is_remembered_until_it_is_taken_back(stage: Stage) -> None:
    aiko, ken = await stage.joins("Aiko"), await stage.joins("Ken")
    await solved(stage, aiko, ken)
    await stage.passes(A_DAY)
    card = asked(stage)["UKen"]
    never = await stage.presses(ken, card, "peak_never")
    assert "I will not ask again" in text_of(never)
    assert set((await states(stage)).values()) == {"declined", "dropped"}
    stage.now += 40 * A_DAY
    await solved(stage, aiko, ken, title="And again?")
    await stage.passes(2 * A_DAY)
    assert asked(stage) == {}
    assert "somebody else" in text_of(await stage.presses(aiko, card_of(never), "peak_again"))
    assert "each time" in text_of(await stage.presses(ken, card_of(never), "peak_again"))
    await solved(stage, aiko, ken, title="Once more?")
    await stage.passes(A_DAY)
    assert set(asked(stage)) == {"UKen"}


async def test_a_yes_can_be_taken_back_even_when_it_stands_there(stage: Stage) -> None:
    aiko, ken = await stage.joins("Aiko"), await stage.joins("Ken")
    await solved(stage, aiko, ken)
    await stage.passes(A_DAY)
    yes = await stage.presses(ken, asked(stage)["UKen"], "peak_yes")
    await stage.passes(A_DAY)
    (stands,) = [effect.card for effect in stage.sent if isinstance(effect, RedrawPost)]
    assert "#general" in text_of(stands)
    assert len(told(stage)) == 2
    workspaces = tuple(
        msgspec.structs.replace(w, channels=msgspec.structs.replace(w.channels, digest="introductions"))
        for w in stage.settings.workspaces
    )
    stage.settings = msgspec.structs.replace(stage.settings, workspaces=workspaces)
    gone = text_of(await stage.presses(ken, card_of(yes), "peak_no"))
    assert "taken the post down" in gone
    assert "digest" not in gone, "no digest has told of it"
    assert len(stage.took(Remove)) == 2, "where it stands, not where it would stand now"
    await stage.passes(3 * A_DAY)
    assert told(stage) == {}


async def test_silence_is_no_yes_and_the_question_is_over_after_a_week(stage: Stage) -> None:
    aiko, ken = await stage.joins("Aiko"), await stage.joins("Ken")
    await solved(stage, aiko, ken)
    await stage.passes(A_DAY)
    card = asked(stage)["UKen"]
    await stage.passes(8 * A_DAY)
    assert set((await states(stage)).values()) == {"dropped"}
    assert "settled already" in text_of(await stage.presses(ken, card, "peak_yes"))
    await stage.passes(3 * A_DAY)
    assert told(stage) == {}


async def test_who_cannot_be_reached_is_let_go(stage: Stage) -> None:
    aiko, ken = await stage.joins("Aiko"), await stage.joins("Ken")
    await solved(stage, aiko, ken)
    stage.refuses = lambda effect: "peak_yes:" in str(effect)
    await stage.passes(A_DAY)
    assert (await states(stage))["first_solved"] == "dropped"


async def test_others_are_named_only_where_they_may_be(stage: Stage) -> None:
    aiko, ken, rin = await stage.joins("Aiko"), await stage.joins("Ken"), await stage.joins("Rin")
    await opts_out(stage, aiko)
    await solved(stage, aiko, ken)
    stage.now += timedelta(hours=1)
    await solved(stage, ken, rin, title="", after=timedelta(minutes=3))
    await stage.passes(A_DAY)
    cards = asked(stage)
    assert "Aiko" not in text_of(cards["UKen"])
    assert "webhooks" not in text_of(cards["UKen"]), "a title tells who asked"
    assert "solved a question for the first time" in text_of(cards["URin"])


async def test_a_question_without_a_name_stays_without(stage: Stage) -> None:
    aiko, ken = await stage.joins("Aiko"), await stage.joins("Ken")
    question = await ask(stage, aiko, anonymous=True)
    await answered(stage, question, ken)
    await stage.passes(A_DAY)
    assert "Aiko" not in text_of(asked(stage)["UKen"])


async def test_nothing_from_before_the_first_look_counts(stage: Stage) -> None:
    fresh = await stage.joins("Aiko"), await stage.joins("Ken")
    async with stage.db.writing() as conn:
        await conn.execute(activity.delete().where(activity.c.kind == "peak.began"))
    await solved(stage, *fresh)
    await stage.passes(5 * A_DAY)
    assert await moments(stage) == []


async def test_after_a_long_outage_old_news_is_not_told(stage: Stage) -> None:
    aiko, ken = await stage.joins("Aiko"), await stage.joins("Ken")
    await solved(stage, aiko, ken)
    stage.now += 6 * A_DAY  # nobody looked meanwhile
    await stage.passes(2 * A_DAY)
    assert await moments(stage) == []


async def test_a_look_at_night_asks_and_tells_nobody(stage: Stage) -> None:
    aiko, ken = await stage.joins("Aiko"), await stage.joins("Ken")
    await solved(stage, aiko, ken)
    stage.now = stage.now.replace(hour=18)  # three in the morning in Tokyo
    await stage.happens(TimerDue(key=stage.key(), at=stage.now, kind="peaks", subject="-"))
    assert asked(stage) == {}
    assert set((await states(stage)).values()) == {"found"}
    await stage.passes(A_DAY)
    assert set(asked(stage)) == {"UKen"}


async def test_the_same_look_twice_does_nothing_more(stage: Stage) -> None:
    aiko, ken = await stage.joins("Aiko"), await stage.joins("Ken")
    await solved(stage, aiko, ken)
    await stage.passes(A_DAY)
    await stage.presses(ken, asked(stage)["UKen"], "peak_yes")
    await stage.passes(A_DAY)
    assert len(stage.took(Post)) >= 2
    before = await moments(stage)
    for _ in range(3):
        await stage.happens(TimerDue(key=stage.key(), at=stage.now, kind="peaks", subject="-"))
    assert stage.sent == []
    assert await moments(stage) == before


async def test_moderators_are_not_asked_for_what_is_their_task(stage: Stage) -> None:
    aiko, boss = await stage.joins("Aiko"), await stage.joins("boss", is_admin=True)
    await solved(stage, aiko, boss)
    await stage.passes(A_DAY)
    assert await moments(stage) == []


async def test_what_is_said_behind_closed_doors_stays_there(stage: Stage) -> None:
    aiko, ken = await stage.joins("Aiko"), await stage.joins("Ken")
    question = await solved(stage, aiko, ken)
    assert question.root
    stage.directory.missing.add("questions")
    await stage.passes(A_DAY)
    assert await moments(stage) == []


async def test_many_hands_are_told_without_asking_and_without_names(stage: Stage) -> None:
    aiko = await stage.joins("Aiko")
    question = await ask(stage, aiko)
    for n in range(5):
        await answered(stage, question, await stage.joins(f"helper{n}"))
    stage.sent.clear()
    await stage.passes(A_DAY)
    text = text_of(told(stage)[Platform.DISCORD][0])
    assert "5 people put their heads together on “Why do webhooks come twice?”" in text
    assert "helper" not in text


async def test_the_hundredth_member_is_told_and_an_import_of_hundreds_is_not(stage: Stage) -> None:
    for n in range(99):
        await stage.joins(f"m{n}")
    await stage.passes(A_DAY)
    assert told(stage) == {}
    await stage.joins("one-more", DISCORD)
    await stage.passes(A_DAY)
    posts = told(stage)
    assert "There are 100 of us now!" in text_of(posts[Platform.DISCORD][0])
    assert "メンバーが100人になりました" in text_of(posts[Platform.SLACK][0])
    await stage.leaves(UserRef(Platform.DISCORD, "900", "Uone-more"))
    await stage.joins("another")
    await stage.passes(2 * A_DAY)
    assert told(stage) == {}, "the hundredth is the hundredth once"


async def test_a_comeback_and_an_anniversary(stage: Stage) -> None:
    ken = await stage.joins("Ken")
    rin = await stage.joins("Rin", joined_at=stage.now - timedelta(days=365) + timedelta(days=70))
    await stage.says(ken)
    stage.standing = ()
    await stage.passes(30 * A_DAY)
    await stage.says(rin)
    await stage.passes(39 * A_DAY)
    prepare(stage)
    await stage.says(rin)
    await stage.says(ken)
    await stage.passes(2 * A_DAY)
    cards = asked(stage)
    assert "Welcome back" in text_of(cards["UKen"])
    assert "おかえりなさい" in text_of(cards["UKen"])
    assert "1 year" in text_of(cards["URin"])


async def test_a_first_meetup_when_the_marks_are_settled(stage: Stage) -> None:
    ken = await stage.joins("Ken")
    meetup = await planned(stage, {SeatKind.ONLINE: None}, ahead=timedelta(hours=2))
    await stage.acts(ken, f"rsvp:{meetup}:online")
    await stage.passes(timedelta(hours=2))
    member = await stage.member(ken)

    async def check_in(ctx: Context) -> None:
        stored = await ctx.db.meetups.get(meetup)
        assert stored
        await act(ctx, stored, CheckIn(member=member, by=None))

    await within(stage, check_in)
    await stage.passes(timedelta(hours=20))
    assert "first_meetup" not in await states(stage), "until then marks are corrected"
    await stage.passes(2 * A_DAY)
    assert "first time: “Quiet work”" in text_of(asked(stage)["UKen"])


async def test_the_digest_tells_it_in_the_same_words(stage: Stage) -> None:
    aiko, ken = await stage.joins("Aiko"), await stage.joins("Ken")
    await solved(stage, aiko, ken)
    await stage.passes(A_DAY)
    await stage.presses(ken, asked(stage)["UKen"], "peak_yes")
    await stage.passes(A_DAY)  # what has not been told yet is no digest's to tell
    stage.sent.clear()
    boss = await stage.joins("boss", is_admin=True)
    preview = text_of(await stage.types(boss, "community", "digest", do="preview"))
    assert "@Kenさんの回答で、@Aikoさんの質問「Why do webhooks come twice?」が解決しました" in preview
