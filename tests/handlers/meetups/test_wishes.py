"""Who would like to talk more: two learn of each other only when both ticked it."""

from __future__ import annotations

from datetime import timedelta

from chat.answers import Redraw
from chat.effects import DirectMessage, Effect, OpenThread
from chat.ids import UserRef
from handlers.context import Context
from tests.handlers.meetups.day import AHEAD, LENGTH, chooses, come, select, told
from tests.handlers.meetups.planned import planned, within
from tests.handlers.stage import DISCORD, Stage, card_of, text_of


async def over(stage: Stage, *people: UserRef, hide: bool = False) -> int:
    """Let a meetup with these people come to its end, by day."""
    meetup = await planned(stage, hide_attendees=hide)
    await stage.passes(AHEAD)
    await come(stage, meetup, *people)
    await stage.passes(LENGTH + timedelta(hours=1))
    stage.sent.clear()
    return meetup


async def ticks(stage: Stage, user: UserRef, meetup: int, *others: UserRef) -> str:
    ids = [await stage.member(other) for other in others]
    return text_of(await chooses(stage, user, f"wish_set:{meetup}:0", ids))


def pairs(stage: Stage) -> list[OpenThread]:
    return [effect for effect in stage.sent if isinstance(effect, OpenThread)]


async def test_two_on_one_platform_are_told_when_both_ticked_and_only_then(stage: Stage) -> None:
    aki, ben, chie = [await stage.joins(name) for name in ("aki", "ben", "chie")]
    meetup = await over(stage, aki, ben, chie)
    card = card_of(await stage.acts(aki, f"wish:{meetup}"))
    assert [option.label for option in select(card, "wish_set").options] == ["ben", "chie"]
    alone = await ticks(stage, aki, meetup, ben)
    await ticks(stage, chie, meetup, aki)
    assert not stage.sent
    shown = card_of(await stage.acts(ben, f"wish:{meetup}"))
    assert select(shown, "wish_set").chosen == ()  # nothing shows that somebody ticked them
    both = await ticks(stage, ben, meetup, aki)
    assert both == alone
    assert [("ben" in text, "aki" in text) for text in (*told(stage, aki), *told(stage, ben))] == [
        (True, False), (False, True),
    ]  # fmt: skip
    assert not told(stage, chie)
    await ticks(stage, ben, meetup, aki)
    assert len(stage.took(DirectMessage)) == 2
    assert await stage.facts("meetup.introduced") == ["meetup.introduced"]


async def test_where_threads_can_be_private_the_two_get_one_and_a_message_each_if_it_fails(stage: Stage) -> None:
    aki, ben, chie = [await stage.joins(name, DISCORD) for name in ("aki", "ben", "chie")]
    meetup = await over(stage, aki, ben, chie)
    await ticks(stage, aki, meetup, ben, chie)
    await ticks(stage, ben, meetup, aki)
    (thread,) = pairs(stage)
    assert set(thread.private_for) == set(thread.card.notify) == {aki, ben}
    assert not told(stage, aki)

    def no_threads(effect: Effect) -> bool:
        return isinstance(effect, OpenThread)

    stage.refuses = no_threads
    await ticks(stage, chie, meetup, aki)
    assert len(told(stage, aki)) == len(told(stage, chie)) == 1


async def test_two_on_different_platforms_learn_where_to_find_each_other(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben", DISCORD)
    meetup = await over(stage, aki, ben)
    await ticks(stage, aki, meetup, ben)
    await ticks(stage, ben, meetup, aki)
    assert "the discord side" in told(stage, aki)[0]
    assert "the slack side" in told(stage, ben)[0]
    assert "aki would like to talk more with you, too, after Quiet work." in told(stage, ben)[0]


async def test_an_introduction_waits_for_the_morning(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    meetup = await over(stage, aki, ben)
    await stage.passes(timedelta(hours=12))
    stage.sent.clear()
    await ticks(stage, aki, meetup, ben)
    await ticks(stage, ben, meetup, aki)
    assert not stage.sent
    await stage.passes(timedelta(hours=12))
    assert len(stage.took(DirectMessage)) == 2


async def test_a_wish_taken_back_or_of_somebody_who_left_introduces_nobody(stage: Stage) -> None:
    aki, ben, chie = [await stage.joins(name) for name in ("aki", "ben", "chie")]
    meetup = await over(stage, aki, ben, chie)
    await ticks(stage, aki, meetup, ben, chie)
    card = card_of(await stage.acts(aki, f"wish:{meetup}"))
    await chooses(stage, aki, select(card, "wish_set").action, [await stage.member(chie)])
    await ticks(stage, ben, meetup, aki)
    assert not told(stage, aki)
    await stage.leaves(chie)
    card = card_of(await stage.acts(aki, f"wish:{meetup}"))
    assert [option.label for option in select(card, "wish_set").options] == ["ben"]
    member = await stage.member(aki)

    async def kept(ctx: Context) -> dict[int, bool]:
        return await ctx.db.meetup_after.wishes_of(meetup, member)

    assert await within(stage, kept) == {}


async def test_nobody_wishes_for_themselves_for_strangers_or_without_having_been_there(stage: Stage) -> None:
    aki, ben, absent = [await stage.joins(name) for name in ("aki", "ben", "absent")]
    meetup = await over(stage, aki, ben)
    answer = await chooses(
        stage, aki, f"wish_set:{meetup}:0", [await stage.member(aki), await stage.member(absent), 10**30, "x"]
    )
    assert isinstance(answer, Redraw)
    assert select(answer.card, "wish_set").chosen == ()
    assert not pairs(stage)
    assert "those who were there" in await ticks(stage, absent, meetup, aki)
    assert "those who were there" in text_of(await stage.acts(absent, f"wish:{meetup}"))


async def test_a_meetup_that_hides_who_came_shows_them_to_nobody(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    meetup = await over(stage, aki, ben, hide=True)
    assert "not shown" in text_of(await stage.acts(aki, f"wish:{meetup}"))
    assert "not shown" in await ticks(stage, aki, meetup, ben)
    await stage.passes(timedelta(days=1))
    assert all("talk more" not in text for text in told(stage, aki))


async def test_a_wish_stays_when_another_page_has_come_to_show_who_it_is_for(stage: Stage) -> None:
    people = [await stage.joins(f"p{n:02}") for n in range(28)]
    meetup = await over(stage, *people)
    first = card_of(await stage.acts(people[0], f"wish:{meetup}"))
    second = card_of(await stage.presses(people[0], first, "wish_page"))
    wished = await stage.member(people[26])
    await chooses(stage, people[0], select(second, "wish_set").action, [wished])
    await stage.leaves(people[1])  # the first of the second page moves up
    other = await stage.member(people[2])
    card = card_of(await chooses(stage, people[0], select(first, "wish_set").action, [other]))
    assert set(select(card, "wish_set").chosen) == {str(wished), str(other)}


async def test_many_people_are_shown_page_by_page(stage: Stage) -> None:
    people = [await stage.joins(f"p{n:02}") for n in range(28)]
    meetup = await over(stage, *people)
    first = card_of(await stage.acts(people[0], f"wish:{meetup}"))
    assert len(select(first, "wish_set").options) == 25
    second = card_of(await stage.presses(people[0], first, "wish_page"))
    assert [option.label for option in select(second, "wish_set").options] == ["p26", "p27"]
    await ticks(stage, people[0], meetup, people[1])
    last = await stage.member(people[27])
    await chooses(stage, people[0], f"wish_set:{meetup}:1", [last])
    member = await stage.member(people[0])

    async def kept(ctx: Context) -> dict[int, bool]:
        return await ctx.db.meetup_after.wishes_of(meetup, member)

    assert set(await within(stage, kept)) == {await stage.member(people[1]), last}
