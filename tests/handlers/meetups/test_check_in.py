"""Being there: by the button, by the word, and as organisers note it."""

from __future__ import annotations

from datetime import timedelta

from chat.answers import Invalid, OpenForm
from chat.effects import DirectMessage, Post, React
from community.meetups.plan import MeetupState
from community.meetups.said_words import says
from community.people.onboarding import Stage as Step
from community.seats.commands import Reschedule
from community.seats.values import Mark, SeatKind
from handlers.context import Context
from handlers.meetups.steps import act
from storage.meetups.plans import Stand
from tests.handlers.meetups.day import AHEAD, LENGTH, chooses, come, goes, marks, select, stored, told
from tests.handlers.meetups.planned import ledger_of, planned, within
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, form_of, text_of

OPENS = AHEAD - timedelta(hours=1)


async def test_a_card_comes_into_each_thread_when_check_in_opens_and_the_word_to_the_organiser_alone(
    stage: Stage,
) -> None:
    org, aki = await stage.joins("org"), await stage.joins("aki", DISCORD)
    meetup = await planned(stage, organiser=org)
    await stage.passes(OPENS - timedelta(minutes=1))
    stage.sent.clear()
    await stage.passes(timedelta(minutes=1))
    cards = [effect for effect in stage.sent if isinstance(effect, Post) and "when you have arrived" in text_of(effect)]
    assert all("begins at" in text_of(card) and "soon" not in text_of(card) for card in cards)
    assert [(card.place.home, card.place.thread is not None) for card in cards] == [(DISCORD, True), (SLACK, True)]
    word = (await stored(stage, meetup)).meetup.word
    assert word
    (private,) = [effect for effect in stage.sent if isinstance(effect, DirectMessage)]
    assert private.user == org
    assert word in text_of(private)
    assert not any(word in text_of(card) for card in cards)
    (said,) = await come(stage, meetup, aki)
    assert "without a seat" in said
    assert await marks(stage, meetup, aki) == [Mark.WALK_IN]


async def test_whoever_has_a_seat_is_checked_in_once_and_has_come_to_their_first_meetup(stage: Stage) -> None:
    aki = await stage.joins("aki")
    meetup = await planned(stage)
    await goes(stage, meetup, aki)
    await stage.passes(AHEAD)
    assert [
        await come(stage, meetup, aki),
        await come(stage, meetup, aki),
    ] == [["Welcome! You are checked in."], ["You are checked in already. Enjoy the meetup!"]]
    assert await marks(stage, meetup, aki) == [Mark.ATTENDED]
    assert await stage.facts("seat.marked") == ["seat.marked"]
    member = await stage.member(aki)

    async def reached(ctx: Context) -> bool:
        return Step.FIRST_MEETUP in await ctx.db.onboarding.stages(member)

    assert await within(stage, reached)


async def test_before_the_time_nobody_is_here_and_after_it_only_organisers_can_say_so(stage: Stage) -> None:
    org, aki, ben = [await stage.joins(name) for name in ("org", "aki", "ben")]
    meetup = await planned(stage, {SeatKind.VENUE: 5}, organiser=org)
    await goes(stage, meetup, aki, ben)
    (said,) = await come(stage, meetup, aki)
    assert "too early" in said
    assert await marks(stage, meetup, aki) == [None]
    await stage.passes(AHEAD)
    await come(stage, meetup, ben)
    await stage.passes(LENGTH + timedelta(hours=24))
    assert await marks(stage, meetup, aki, ben) == [Mark.NO_SHOW, Mark.ATTENDED]
    (late,) = await come(stage, meetup, aki)
    assert "has ended" in late
    assert await marks(stage, meetup, aki) == [Mark.NO_SHOW]
    desk = select(card_of(await stage.types(org, "meetup", "attendance")), f"att_set:{meetup}:0:attended")
    await chooses(stage, org, desk.action, [await stage.member(aki), await stage.member(ben)])
    assert await marks(stage, meetup, aki, ben) == [Mark.ATTENDED, Mark.ATTENDED]


async def test_forged_and_stale_numbers_are_answered_kindly(stage: Stage) -> None:
    aki = await stage.joins("aki")
    for name in ("here", "survey", "report", "wish", "att", "word", "wish_set", "att_set", "att_all", "att_close"):
        for wrong in ("999", "x", "", str(2**70), "-1"):
            assert "no longer there" in text_of(await stage.acts(aki, f"{name}:{wrong}")), (name, wrong)


async def test_when_nobody_checks_in_nobody_is_a_no_show_and_the_organiser_is_asked_who_came(stage: Stage) -> None:
    org, aki = await stage.joins("org"), await stage.joins("aki")
    meetup = await planned(stage, organiser=org)
    await goes(stage, meetup, aki)
    await stage.passes(AHEAD + LENGTH + timedelta(days=3))
    assert await marks(stage, meetup, aki) == [None]
    assert (await ledger_of(stage, meetup)).closed
    assert (await stored(stage, meetup)).meetup.state is MeetupState.OVER
    assert await stage.facts("meetup.over") == ["meetup.over"]
    assert [text for text in told(stage, org) if "Nobody has checked in" in text]
    assert not [text for text in told(stage, aki) if "How was it?" in text]
    await stage.acts(org, f"att_all:{meetup}:0")
    await stage.passes(timedelta(days=1))
    assert await marks(stage, meetup, aki) == [Mark.ATTENDED]
    assert [text for text in told(stage, aki) if "How was it?" in text]


async def test_the_word_checks_in_whoever_writes_it_in_the_thread_on_the_day(stage: Stage) -> None:
    org, aki, ben = await stage.joins("org"), await stage.joins("aki"), await stage.joins("ben", DISCORD)
    meetup = await planned(stage, {SeatKind.VENUE: 5}, organiser=org)
    await goes(stage, meetup, aki)
    form = form_of(await stage.acts(org, f"word:{meetup}"))
    assert isinstance(await stage.sends(org, form, {"word": "!"}), Invalid)
    await stage.sends(org, form, {"word": "サクラ Go"})
    roots = {stand.workspace: stand.root for stand in await _stands(stage, meetup)}
    await stage.says(aki, "さくらgo", to=roots[SLACK], channel="meetups")
    assert await marks(stage, meetup, aki) == [None]
    await stage.passes(AHEAD)
    await stage.says(aki, "はい、ｻｸﾗ GO です!", to=roots[SLACK], channel="meetups")
    await stage.says(ben, "I am late", to=roots[DISCORD], channel="meetups")
    assert await marks(stage, meetup, aki, ben) == [Mark.ATTENDED, None]
    await stage.says(ben, "さくらＧＯ", to=roots[DISCORD], channel="meetups")
    await stage.says(ben, "さくらGO", channel="meetups")
    assert await marks(stage, meetup, aki, ben) == [Mark.ATTENDED, Mark.WALK_IN]
    assert len(stage.took(React)) == 2


async def _stands(stage: Stage, meetup: int) -> list[Stand]:
    async def get(ctx: Context) -> list[Stand]:
        return await ctx.db.meetups.stands(meetup)

    return await within(stage, get)


async def test_only_organisers_choose_the_word_and_open_the_desk(stage: Stage) -> None:
    org, aki = await stage.joins("org"), await stage.joins("aki")
    mod = await stage.joins("mod", DISCORD, badges=frozenset({"keepers"}))
    meetup = await planned(stage, organiser=org)
    for name in ("word", "att", "att_all", "att_close", "att_page", "att_set"):
        answer = await stage.acts(aki, f"{name}:{meetup}:0:attended")
        assert "organisers and for moderators" in text_of(answer), name
    assert "organisers and for moderators" in text_of(await stage.sends(aki, f"word:{meetup}", {"word": "mine"}))
    assert isinstance(await stage.acts(mod, f"word:{meetup}"), OpenForm)


async def test_organisers_note_many_at_once_and_take_it_back(stage: Stage) -> None:
    org = await stage.joins("org")
    people = [await stage.joins(f"p{n:02}") for n in range(27)]
    walker, stranger = await stage.joins("walker"), await stage.joins("stranger", DISCORD)
    meetup = await planned(stage, {SeatKind.VENUE: 27}, organiser=org)
    await goes(stage, meetup, *people)
    await stage.passes(AHEAD)
    await come(stage, meetup, walker)
    ids = [await stage.member(user) for user in people]
    card = card_of(await stage.types(org, "meetup", "attendance"))
    attended = select(card, f"att_set:{meetup}:0:attended")
    assert len(attended.options) == 25
    card = card_of(await chooses(stage, org, attended.action, ids[:5]))
    assert select(card, f"att_set:{meetup}:0:attended").chosen == tuple(str(i) for i in ids[:5])
    await chooses(stage, org, select(card, f"att_set:{meetup}:0:excused").action, [ids[5], "nonsense", 10**30])
    no_show = f"att_set:{meetup}:0:no_show"
    card = card_of(await chooses(stage, org, select(card, no_show).action, ids[6:8]))
    assert await marks(stage, meetup, *people[:9]) == [Mark.ATTENDED] * 5 + [Mark.EXCUSED] + [Mark.NO_SHOW] * 2 + [None]
    await chooses(stage, org, select(card, no_show).action, [])
    assert await marks(stage, meetup, *people[6:8]) == [None, None]
    second = card_of(await stage.acts(org, f"att_page:{meetup}:1"))
    assert [o.label for o in select(second, f"att_set:{meetup}:1:attended").options] == ["p25", "p26"]
    assert select(second, f"att_set:{meetup}:1:walk_in").chosen == (str(await stage.member(walker)),)
    await stage.acts(org, f"att_all:{meetup}:1")
    assert await marks(stage, meetup, *people[24:]) == [None, Mark.ATTENDED, Mark.ATTENDED]
    answer = await stage.types(org, "meetup", "attendance", member=people[8].id)
    assert "p08" in text_of(answer)
    unknown = await stage.types(org, "meetup", "attendance", member="UNOBODY")
    assert "nobody by that name" in text_of(unknown)
    await within(stage, lambda ctx: ctx.db.people.ensure(stranger, "stranger", ctx.now))
    assert await marks(stage, meetup, people[8], stranger) == [Mark.ATTENDED, None]


async def test_who_checks_in_while_the_desk_is_open_stays_checked_in(stage: Stage) -> None:
    org, aki, ben, chie = [await stage.joins(name) for name in ("org", "aki", "ben", "chie")]
    meetup = await planned(stage, {SeatKind.VENUE: 3}, organiser=org)
    await goes(stage, meetup, aki, ben, chie)
    await stage.passes(AHEAD)
    name = f"att_set:{meetup}:0:attended"
    old = select(card_of(await stage.types(org, "meetup", "attendance")), name)
    await come(stage, meetup, aki)
    card = card_of(await chooses(stage, org, old.action, [await stage.member(ben)]))
    assert await marks(stage, meetup, aki, ben, chie) == [Mark.ATTENDED, Mark.ATTENDED, None]
    await chooses(stage, org, select(card, name).action, [await stage.member(ben)])  # aki is unticked
    assert await marks(stage, meetup, aki, ben, chie) == [None, Mark.ATTENDED, None]


async def test_from_an_old_list_people_are_noted_and_nobody_is_taken_off(stage: Stage) -> None:
    org, aki, ben, chie = [await stage.joins(name) for name in ("org", "aki", "ben", "chie")]
    meetup = await planned(stage, {SeatKind.VENUE: 3}, organiser=org)
    await stage.passes(AHEAD)
    name = f"att_set:{meetup}:0:walk_in"
    await come(stage, meetup, ben)
    old = select(card_of(await stage.types(org, "meetup", "attendance")), name)
    await come(stage, meetup, aki, chie)
    said = await chooses(stage, org, old.action, [])
    assert "nothing was taken away" in text_of(said)
    assert await marks(stage, meetup, aki, ben, chie) == [Mark.WALK_IN] * 3
    assert len(select(card_of(said), name).chosen) == 3
    await chooses(stage, org, f"{name}:zz-{old.action.rpartition('-')[2]}", [])
    assert await marks(stage, meetup, aki, ben, chie) == [Mark.WALK_IN] * 3


async def test_a_meetup_that_is_put_off_opens_check_in_again_at_its_new_time(stage: Stage) -> None:
    org = await stage.joins("org")
    meetup = await planned(stage, organiser=org)
    org_id = await stage.member(org)
    await stage.passes(OPENS + timedelta(minutes=5))
    assert sum("when you have arrived" in text_of(e) for e in stage.took(Post)) == 2

    async def put_off(ctx: Context) -> None:
        found = await ctx.db.meetups.get(meetup)
        assert found
        starts = found.meetup.plan.starts + timedelta(days=1)
        await act(ctx, found, Reschedule(by=org_id, starts=starts, ends=starts + LENGTH))

    await within(stage, put_off)
    await stage.passes(timedelta(hours=20))
    assert sum("when you have arrived" in text_of(e) for e in stage.took(Post)) == 0
    await stage.passes(timedelta(hours=5))
    assert sum("when you have arrived" in text_of(e) for e in stage.took(Post)) == 2


def test_a_word_is_heard_in_either_width_case_and_kana_but_not_inside_another() -> None:
    assert says("SAKURA42!", "sakura42")
    assert says("i think it was maple 17, right?", "maple17")
    assert says("さくら２７です", "サクラ27")
    assert not says("maple170", "maple17")
    assert not says("I go there", "go")
    assert says("Go!", "go")
    assert not says("", "maple17")
    assert not says("anything", "!?")
