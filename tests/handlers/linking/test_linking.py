"""``/tsudoi link``: the code, with whom one becomes one member, what is refused, and the way back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from chat.answers import Redraw
from chat.effects import DirectMessage, Post, Remove
from chat.ids import Platform, UserRef, Workspace
from community.people.linking import ALPHABET, LASTS
from community.seats.values import SeatKind
from community.thanks.giving import State, Thanked, Way
from handlers.context import Context
from handlers.linking.doing import link as make_one
from storage.people.choices import OFF, ON, RECOGNITION, THANKS_OPENLY, wants_private
from storage.questions.invitations import ROUTING
from storage.tables.core import inbox
from storage.tables.membership import link_codes
from storage.unit import Unit
from tests.handlers.linking.linked import code_of, link, types_code
from tests.handlers.meetups.planned import ledger_of, planned, within
from tests.handlers.stage import DISCORD, GOOD, SLACK, Stage, action, card_of, text_of

BOTH_WAYS = pytest.mark.parametrize(("one", "other"), [(SLACK, DISCORD), (DISCORD, SLACK)])
Build = Callable[..., Awaitable[Stage]]


@BOTH_WAYS
async def test_two_accounts_become_one_member_and_both_are_told(stage: Stage, one: Workspace, other: Workspace) -> None:
    aki, ben = await stage.joins("aki", one), await stage.joins("ben", other, shown="Ben B.")
    stage.sent.clear()
    preview = await types_code(stage, ben, await code_of(stage, aki))
    said = text_of(preview)
    assert "aki" in said
    assert "Ben B." in said
    assert f"the {one.platform} side" in said
    assert await stage.member(aki) != await stage.member(ben), "nothing happens before it is confirmed"
    done = await stage.presses(ben, card_of(preview), "link_do")
    assert isinstance(done, Redraw)
    assert "one member" in text_of(done)
    assert await stage.member(aki) == await stage.member(ben)
    (told,) = stage.took(DirectMessage)
    assert told.user == aki
    assert "Ben B." in text_of(told)
    assert await stage.facts("member.linked") == ["member.linked"]
    deeds = await stage.look(lambda db: db.audit.page(limit=9, deed="account.linked"))
    assert len(deeds) == 1  # type: ignore[arg-type]
    me = text_of(await stage.types(aki, "tsudoi", "me"))
    assert "Ben B." in me
    assert "Unlink" in me


async def test_it_is_said_in_japanese(build: Build) -> None:
    stage = await build(language="ja")
    aki, ben = await stage.joins("aki"), await stage.joins("ben", DISCORD)
    said = text_of(await types_code(stage, ben, await code_of(stage, aki)))
    assert "連携" in said
    assert "Link" not in said


async def test_a_code_works_once_and_for_a_quarter_of_an_hour(stage: Stage) -> None:
    aki, ben, chi = await stage.joins("aki"), await stage.joins("ben", DISCORD), await stage.joins("chi", DISCORD)
    late = await code_of(stage, aki)
    stage.now += LASTS
    assert "does not work" in text_of(await types_code(stage, ben, late))
    code = await code_of(stage, aki)
    preview = card_of(await types_code(stage, ben, code.lower().replace("-", " ")))
    other = card_of(await types_code(stage, chi, code))
    await stage.presses(ben, preview, "link_do")
    assert "does not work" in text_of(await stage.presses(chi, other, "link_do"))
    assert "does not work" in text_of(await types_code(stage, chi, code))
    assert await stage.member(chi) != await stage.member(aki)


async def test_a_full_width_code_is_a_code(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben", DISCORD)
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in await code_of(stage, aki))
    assert "Link these accounts?" in text_of(await types_code(stage, ben, wide))


async def test_a_newer_code_takes_the_place_of_the_one_before(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben", DISCORD)
    before = await code_of(stage, aki)
    await code_of(stage, aki)
    assert "does not work" in text_of(await types_code(stage, ben, before))


async def test_the_code_stands_nowhere(stage: Stage) -> None:
    aki = await stage.joins("aki")
    code = (await code_of(stage, aki)).replace("-", "")
    async with stage.db.reading() as conn:
        (row,) = (await conn.execute(sa.select(link_codes))).all()
        assert code not in str(tuple(row))
        assert (await conn.execute(sa.select(inbox).where(inbox.c.payload.contains(code)))).all() == []


async def test_codes_cannot_be_tried_through(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben", DISCORD)
    code = await code_of(stage, aki)
    for n in range(5):
        assert "does not work" in text_of(await types_code(stage, ben, ALPHABET[n] * 10))
    assert "too many" in text_of(await types_code(stage, ben, code)), "the right one does not work either"
    assert "too many" in text_of(await stage.acts(ben, f"link_do:{code}"))
    deeds = await stage.look(lambda db: db.audit.page(limit=9, deed="link.guessing"))
    assert len(deeds) == 1, "once an hour"  # type: ignore[arg-type]
    stage.now += timedelta(hours=1, minutes=1)
    fresh = await code_of(stage, aki)
    assert "Link these accounts?" in text_of(await types_code(stage, ben, fresh))


async def test_the_same_account_a_bot_and_the_same_place_are_refused_kindly(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    robot = await stage.joins("robot", DISCORD, is_bot=True)
    code = await code_of(stage, aki)
    assert "this very account" in text_of(await types_code(stage, aki, code))
    assert "same place" in text_of(await types_code(stage, ben, code))
    assert "cannot be linked" in text_of(await types_code(stage, robot, code))
    assert "cannot be linked" in text_of(await stage.types(robot, "tsudoi", "link"))


async def test_accounts_of_two_communities_are_not_linked(stage: Stage) -> None:
    aki = await stage.joins("aki")
    async with stage.db.writing() as conn:
        there = Unit(conn, "c2", stage.now)
        user = UserRef(Platform.DISCORD, "901", "U9")
        stranger = await there.people.ensure(user, "stranger", stage.now)
        code = await there.links.new_code(stranger.id, user, stage.now)
    assert "another community" in text_of(await types_code(stage, aki, code))
    assert "another community" in text_of(await stage.acts(aki, f"link_do:{code}"))


async def test_one_seat_is_left_and_the_other_goes_to_the_next(stage_on_both: Stage) -> None:
    stage = stage_on_both
    meetup = await planned(stage, {SeatKind.VENUE: 2})
    aki, ben, chi = await stage.joins("aki"), await stage.joins("ben", DISCORD), await stage.joins("chi")
    for user in (aki, ben, chi):
        await stage.acts(user, f"rsvp:{meetup}:going")
    kept, gone = await stage.member(aki), await stage.member(ben)
    preview = text_of(await types_code(stage, ben, await code_of(stage, aki)))
    assert "on the list of 1 meetup with both" in preview
    await link(stage, aki, ben)
    ledger = await ledger_of(stage, meetup)
    assert set(ledger.entries) == {kept, await stage.member(chi)}
    assert ledger.entries[await stage.member(chi)].seat is SeatKind.VENUE
    await stage.acts(ben, f"rsvp:{meetup}:going")
    ledger = await ledger_of(stage, meetup)
    assert set(ledger.entries) == {kept, await stage.member(chi)}, "one member, with either account"
    assert ledger.aliases == {gone: kept}


async def test_a_no_of_either_side_holds(stage_on_both: Stage) -> None:
    stage = stage_on_both
    aki, ben = await stage.joins("aki"), await stage.joins("ben", DISCORD)
    one, other = await stage.member(aki), await stage.member(ben)
    async with stage.db.writing() as conn:
        db = Unit(conn, "c1", stage.now)
        await db.choices.set(one, RECOGNITION, OFF, stage.now)
        await db.choices.set(other, RECOGNITION, ON, stage.now + timedelta(hours=1))
        await db.choices.set(other, THANKS_OPENLY, ON, stage.now)
        await db.invitations.opt_out(other, ROUTING, stage.now)
    await link(stage, aki, ben)
    chosen = await stage.look(lambda db: db.choices.of(one))
    assert isinstance(chosen, dict)
    assert chosen[RECOGNITION] == OFF
    assert wants_private(chosen), "who was thanked in private alone still is"
    assert await stage.look(lambda db: db.invitations.opted_out(ROUTING)) == {one}


async def test_nobody_has_thanked_themselves(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben", DISCORD)
    async with stage.db.writing() as conn:
        db = Unit(conn, "c1", stage.now)
        pair = await stage_member(db, ben), await stage_member(db, aki)
        new = Thanked(key="k", giver=pair[0], receiver=pair[1], way=Way.COMMAND, state=State.GIVEN, at=stage.now)
        await db.thanks.add(new)
    assert "Thanks between the two accounts" in text_of(await types_code(stage, ben, await code_of(stage, aki)))
    await link(stage, aki, ben)
    assert await stage.facts("thanks.withdrawn") == ["thanks.withdrawn"]


async def stage_member(db: Unit, user: UserRef) -> int:
    member = await db.people.by_user(user)
    assert member
    return member.id


async def test_one_introduction_is_left_and_its_buttons_still_work(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben", DISCORD)
    one, other = await stage.member(aki), await stage.member(ben)
    for user, member in ((aki, one), (ben, other)):
        await stage.acts(user, f"agree:{member}")
        await stage.sends(user, f"about:{member}", GOOD | {"introduction": f"Hello, I am {user.id}."})
        stage.now += timedelta(minutes=1)
    stage.sent.clear()
    await link(stage, aki, ben)
    (gone,) = stage.took(Remove)
    assert str(other) in str(gone.target)
    told = await stage.look(lambda db: db.profiles.told(one))
    assert told.about.introduction == "Hello, I am Uben."  # type: ignore[attr-defined]  # the newer words
    answer = await stage.acts(ben, f"me:{other}")
    assert "What I know about you" in text_of(answer), "a card of before still is theirs"
    taken = await stage.sends(ben, f"about:{other}", GOOD | {"consent": "no"})
    assert "somebody else" not in text_of(taken)
    assert len(stage.took(Remove)) == 1
    assert stage.took(Post) == []


async def test_this_was_not_me_undoes_it_at_once(stage_on_both: Stage) -> None:
    stage = stage_on_both
    thief = await stage.joins("thief", DISCORD)
    stage.now += timedelta(days=1)
    aki = await stage.joins("aki")
    before, came_first = await stage.member(aki), await stage.member(thief)
    await stage.sends(aki, f"about:{before}", GOOD)
    await stage.sends(thief, f"about:{came_first}", GOOD | {"purpose": "To look at others"})
    stage.sent.clear()
    await link(stage, aki, thief)
    (told,) = stage.took(DirectMessage)
    assert await stage.member(aki) == came_first, "who came first stays, whoever typed the code"
    said = await stage.acts(aki, action(card_of(told), "link_undo"))
    assert "two members again" in text_of(said)
    mine, theirs = await stage.member(aki), await stage.member(thief)
    assert mine != theirs
    assert theirs not in {before, came_first}, "no old button of the thief opens anything of aki"
    assert "somebody else" in text_of(await stage.acts(thief, f"me:{before}"))
    assert "somebody else" in text_of(await stage.acts(thief, f"me:{came_first}"))
    assert "What I know" in text_of(await stage.acts(aki, f"me:{before}"))
    for member, purpose in ((mine, GOOD["purpose"]), (theirs, "To look at others")):
        assert await _purpose(stage, member) == purpose
    assert "nothing to undo" in text_of(await stage.acts(aki, action(card_of(told), "link_undo")))
    (word,) = stage.took(DirectMessage)
    assert word.user == thief


async def _purpose(stage: Stage, member: int) -> str:
    async with stage.db.writing() as conn:
        return (await Unit(conn, "c1", stage.now).profiles.told(member)).about.purpose


async def test_an_account_becomes_a_member_of_its_own_again(stage_on_both: Stage) -> None:
    stage = stage_on_both
    meetup = await planned(stage)
    aki, ben = await stage.joins("aki"), await stage.joins("ben", DISCORD)
    await stage.acts(aki, f"rsvp:{meetup}:going")
    await stage.says(ben, "good evening")
    await link(stage, aki, ben)
    one = await stage.member(aki)
    await stage.sends(aki, f"about:{one}", GOOD)
    async with stage.db.writing() as conn:
        await Unit(conn, "c1", stage.now).invitations.opt_out(one, ROUTING, stage.now)
    choose = card_of(await stage.acts(ben, f"links:{one}"))
    assert "ben" in text_of(choose)
    ask = card_of(await stage.acts(ben, f"unlink:{one}:1"))
    assert "Seats" in text_of(ask)
    assert await stage.member(ben) == one, "nothing happens before it is confirmed"
    assert "Unlinked" in text_of(await stage.presses(ben, ask, "unlink_do"))
    two = await stage.member(ben)
    assert two != one
    assert set((await ledger_of(stage, meetup)).entries) == {one}
    assert await stage.look(lambda db: db.invitations.opted_out(ROUTING)) == {one, two}
    facts = await stage.look(lambda db: db.activity.facts(["message.posted", "seat.seated", "member.joined"]))
    assert [(fact.kind, fact.actor) for fact in facts] == [  # type: ignore[attr-defined]
        ("member.joined", one),
        ("member.joined", two),
        ("seat.seated", one),
        ("message.posted", two),
    ]
    assert "one account" in text_of(await stage.presses(aki, ask, "unlink_do"))
    await stage.acts(ben, f"rsvp:{meetup}:going")
    assert set((await ledger_of(stage, meetup)).entries) == {one, two}
    await link(stage, ben, aki)
    assert await stage.member(aki) == await stage.member(ben) == one


async def test_a_stranger_unlinks_nothing(stage: Stage) -> None:
    aki, ben, chi = await stage.joins("aki"), await stage.joins("ben", DISCORD), await stage.joins("chi")
    await link(stage, aki, ben)
    one, other = await stage.member(aki), await stage.member(chi)
    ask = card_of(await stage.acts(ben, f"unlink:{one}:1"))
    for forged in (f"links:{one}", f"unlink:{one}:1", action(ask, "unlink_do"), f"link_undo:{one}:2:0"):
        assert "somebody else" in text_of(await stage.acts(chi, forged))
    for forged in (f"unlink:{other}:1", f"unlink_do:{other}:1:discord-900-Uben", f"link_undo:{other}:2:0"):
        await stage.acts(chi, forged)
    assert await stage.member(aki) == await stage.member(ben) == one


async def test_new_members_never_get_a_number_that_was_somebodys(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben", DISCORD)
    gone = await stage.member(ben)
    await link(stage, aki, ben)
    assert await stage.member(await stage.joins("chi")) > gone


async def test_what_one_unit_has_loaded_is_not_believed_after_a_link(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben", DISCORD)
    code = await code_of(stage, aki)

    async def group(ctx: Context) -> tuple[int, int]:
        await ctx.db.people.preload([aki, ben])  # as the dispatcher does for all events of a group
        first, second = await ctx.db.people.by_user(aki), await ctx.db.people.by_user(ben)
        assert first
        assert second
        await make_one(ctx, first, second)
        return await stage_member(ctx.db, aki), await stage_member(ctx.db, ben)

    one, other = await within(stage, group)
    assert one == other
    assert "does not work" in text_of(await types_code(stage, ben, code)), "no code outlives a link"
