"""``/meetup figures``: what is shown agrees with a count by hand, and only to whom it concerns."""

from __future__ import annotations

from datetime import timedelta

from chat.form import Values
from chat.ids import UserRef
from community.meetups.attendance import Held, forecast
from community.seats.commands import Rsvp
from community.seats.values import Answer, Mark, SeatKind
from handlers.context import Context
from handlers.meetups.steps import act
from tests.handlers.meetups.day import AHEAD, LENGTH, chooses, come, goes, select
from tests.handlers.meetups.planned import planned, within
from tests.handlers.stage import DISCORD, Stage, card_of, text_of

SETTLED = timedelta(hours=25)
REFERENCES = ("67.5 % come to free events", "90.1 % to prepaid ones", "1,023", "30 %")


async def took_place(
    stage: Stage, org: UserRef, seated: list[UserRef], came: list[UserRef], *, title: str = "Quiet work", cap: int = 9
) -> int:
    """Let a meetup take place and its attendance be settled."""
    meetup = await planned(stage, {SeatKind.VENUE: cap}, organiser=org, title=title)
    await goes(stage, meetup, *seated)
    await stage.passes(AHEAD)
    await come(stage, meetup, *came)
    await stage.passes(LENGTH + SETTLED)
    return meetup


async def answers(stage: Stage, meetup: int, said: list[tuple[UserRef, int, int]]) -> None:
    for user, recommends, satisfied in said:
        values: Values = {"recommends": str(recommends), "satisfied": str(satisfied), "words": f"word {recommends}"}
        await stage.sends(user, f"survey:{meetup}", values)


async def test_two_meetups_agree_with_a_count_by_hand(stage: Stage) -> None:
    org = await stage.joins("org")
    p = [await stage.joins(f"p{n}", DISCORD if n % 2 else org.home) for n in range(8)]
    # 6 seats: p0 to p5, p6 and p7 wait; nobody leaves. p0 to p3 and, without a seat, p6 come
    first = await took_place(stage, org, p, [*p[:4], p[6]], cap=6)
    # p0 to p3 hold seats; p0, p1 come, and p7 without a seat
    await took_place(stage, org, p[:4], [*p[:2], p[7]], title="Second")
    await answers(stage, first, [(p[0], 10, 4), (p[1], 9, 4), (p[2], 8, 3), (p[3], 6, 2), (p[6], 0, 3)])
    shown = text_of(await stage.types(org, "meetup", "figures"))
    assert "Of 2 meetups" in shown
    assert "Attendance  60.0 % (6 of 10)" in shown  # 4 of 6 and 2 of 4
    assert "No-shows  40.0 % (4 of 10)" in shown
    assert "Came again  33.3 % (2 of 6)" in shown  # p0 and p1, of p0 to p3, p6 and p7
    assert "First-timers  75.0 % (6 of 8)" in shown  # all 5, then p7 of 3
    assert "to a seat  0.0 % (0 of 2)" in shown
    assert "(NPS)  0.0 (5 answers)" in shown  # 2 promoters, 2 detractors
    assert "(NSAT)  +60.0 (5 answers)" in shown  # 4 satisfied, 1 not
    assert all(reference in shown for reference in REFERENCES)
    one = text_of(await stage.types(org, "meetup", "figures", meetup=str(first)))
    assert "4 came with a seat, 1 without; 2 did not come, 0 excused." in one
    assert "Attendance  66.7 % (4 of 6)" in one
    assert "First-timers  100.0 % (5 of 5)" in one
    assert all(f"word {n}" in one for n in (10, 9, 8, 6, 0))


async def test_a_freed_seat_that_somebody_waited_for_counts_as_converted(stage: Stage) -> None:
    org, aki, ben, chie = [await stage.joins(name) for name in ("org", "aki", "ben", "chie")]
    meetup = await planned(stage, {SeatKind.VENUE: 1}, organiser=org)
    await goes(stage, meetup, aki, ben, chie)
    member = await stage.member(aki)

    async def leave(ctx: Context) -> None:
        found = await ctx.db.meetups.get(meetup)
        assert found
        await act(ctx, found, Rsvp(member=member, answer=Answer.CANNOT, confirmed=True, key=stage.key()))

    await within(stage, leave)
    await stage.passes(AHEAD)
    await come(stage, meetup, ben)
    await stage.passes(LENGTH + SETTLED)
    shown = text_of(await stage.types(org, "meetup", "figures", meetup=str(meetup)))
    assert "From the waiting list to a seat  50.0 % (1 of 2)" in shown  # ben, not chie


async def test_few_people_are_not_told_on(stage: Stage) -> None:
    org = await stage.joins("org")
    p = [await stage.joins(f"p{n}") for n in range(4)]
    meetup = await took_place(stage, org, p, p)
    await answers(stage, meetup, [(user, 0, 1) for user in p])
    for shown in (
        text_of(await stage.types(org, "meetup", "figures")),
        text_of(await stage.types(org, "meetup", "figures", meetup=str(meetup))),
    ):
        assert "First-timers  shown from 5 people on" in shown
        assert "Survey  shown from 5 answers on" in shown
        assert "word 0" not in shown
        assert "Attendance  100.0 % (4 of 4), likely 51 to 100 %" in shown


async def test_what_the_sixth_said_is_not_the_difference_that_they_make(stage: Stage) -> None:
    org = await stage.joins("org")
    p = [await stage.joins(f"p{n}") for n in range(6)]
    meetup = await took_place(stage, org, p, p)
    await answers(stage, meetup, [(user, 10, 4) for user in p[:5]])
    before = text_of(await stage.types(org, "meetup", "figures", meetup=str(meetup)))
    assert "(NPS)  +100.0 (5 answers)" in before
    assert "added 5 at a time" in before
    await answers(stage, meetup, [(p[5], 0, 1)])
    assert text_of(await stage.types(org, "meetup", "figures", meetup=str(meetup))) == before


async def test_before_attendance_is_settled_there_is_a_count_and_no_rate(stage: Stage) -> None:
    org, aki, ben = [await stage.joins(name) for name in ("org", "aki", "ben")]
    meetup = await planned(stage, {SeatKind.VENUE: 5}, organiser=org)
    await goes(stage, meetup, aki, ben)
    await stage.passes(AHEAD)
    await come(stage, meetup, aki)
    await stage.passes(LENGTH)
    shown = text_of(await stage.types(org, "meetup", "figures", meetup="quiet"))
    assert "So far" in shown
    assert "1 came with a seat" in shown
    assert "Attendance  " not in shown
    assert "Attendance has been taken at no meetup yet" in text_of(await stage.types(org, "meetup", "figures"))


async def test_a_meetup_at_which_nobody_checked_in_lowers_no_rate(stage: Stage) -> None:
    org, aki, ben = [await stage.joins(name) for name in ("org", "aki", "ben")]
    await took_place(stage, org, [aki, ben], [aki])
    untaken = await took_place(stage, org, [aki, ben], [])
    shown = text_of(await stage.types(org, "meetup", "figures"))
    assert "Of 1 meetup in" in shown
    assert "At 1 nobody was checked in" in shown
    assert "50.0 % (1 of 2)" in shown
    one = text_of(await stage.types(org, "meetup", "figures", meetup=str(untaken)))
    assert "nobody is called absent" in one


async def test_the_next_meetup_is_forecast_from_those_before(stage: Stage) -> None:
    org = await stage.joins("org")
    p = [await stage.joins(f"p{n}") for n in range(8)]
    await took_place(stage, org, p, p[:6])
    meetup = await planned(stage, {SeatKind.VENUE: 9}, organiser=org, title="To come")
    await goes(stage, meetup, *p)
    marks = dict(enumerate([Mark.ATTENDED] * 6 + [Mark.NO_SHOW] * 2))
    by_hand = forecast(8, [Held(meetup=1, starts=stage.now, marks=marks)])
    shown = text_of(await stage.types(org, "meetup", "figures"))
    assert f"Of 8 with a seat about {by_hand.expected:.0f} will come" in shown
    assert f"nine times of ten {by_hand.low} to {by_hand.high}" in shown
    assert "usual at free events elsewhere" in shown
    assert "1 meetup" in shown


async def test_organisers_see_their_own_moderators_all_and_others_none(stage: Stage) -> None:
    org, other, aki = [await stage.joins(name) for name in ("org", "other", "aki")]
    mod = await stage.joins("mod", DISCORD, badges=frozenset({"keepers"}))
    first = await took_place(stage, org, [aki], [aki], title="Of org")
    second = await took_place(stage, other, [aki], [aki], title="Of other")
    assert "for organisers" in text_of(await stage.types(aki, "meetup", "figures"))
    assert "organisers and for moderators" in text_of(await stage.types(org, "meetup", "figures", meetup=str(second)))
    refused = await chooses(stage, aki, "fig_pick", [first])
    assert "organisers and for moderators" in text_of(refused)
    mine, every = [card_of(await stage.types(user, "meetup", "figures")) for user in (org, mod)]
    assert [o.value for o in select(mine, "fig_pick").options] == [str(first)]
    assert [o.value for o in select(every, "fig_pick").options] == [str(second), str(first)]
    one = card_of(await chooses(stage, mod, "fig_pick", [first]))
    assert "Of org" in text_of(one)
    assert "Figures of all meetups" in text_of(await stage.presses(mod, one, "fig_all"))
    for wrong in ("x", "", str(2**70)):
        assert "no longer there" in text_of(await chooses(stage, mod, "fig_pick", [wrong] if wrong else []))
