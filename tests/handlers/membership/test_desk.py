"""What moderators see and decide about those who wait: shown first, written down, taken back where that is possible."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from chat.answers import Answer, Invalid
from chat.card import Card, Select
from chat.ids import UserRef, Workspace
from community.membership.values import Application, Standing
from handlers.audit.undoing import UNDO
from tests.handlers.membership.house import Make, applies, comes, desk, full, leaves, public, to
from tests.handlers.stage import DISCORD, SLACK, Stage, action, card_of, form_of, text_of

BOTH = pytest.mark.parametrize("workspace", [SLACK, DISCORD], ids=["slack", "discord"])


async def application(stage: Stage, user: UserRef) -> Application:
    member = await stage.member(user)
    one = await stage.look(lambda unit: unit.applications.of(member))
    assert isinstance(one, Application)
    return one


async def line(stage: Stage) -> list[str]:
    """Return the names of those in the line, in order."""
    found = await stage.look(lambda unit: unit.applications.open())
    assert isinstance(found, list)
    return [one.account.id for one in found if one.standing is Standing.APPLIED]


async def fills(stage: Stage, moderator: UserRef, opened: Answer, **values: str) -> Answer:
    return await stage.sends(moderator, form_of(opened), {**values})


async def undoes(stage: Stage, moderator: UserRef, done: Answer | Card) -> str:
    card = done if isinstance(done, Card) else card_of(done)
    return text_of(await stage.acts(moderator, action(card, UNDO)))


@BOTH
async def test_the_line_shows_places_answers_and_since_when(build: Make, workspace: Workspace) -> None:
    stage, moe = await full(build, workspace)
    empty = text_of(await stage.types(moe, "community", "waitlist"))
    assert "Nobody waits." in empty
    await applies(stage, "Ben", workspace)
    await applies(stage, "Cho", workspace)
    await comes(stage, "Dai", workspace)
    shown = card_of(await stage.types(moe, "community", "waitlist"))
    words = text_of(shown)
    assert "2 / 2" in words
    assert words.index("Ben") < words.index("Cho") < words.index("Dai")
    assert "To learn with others" in words
    assert "has not applied" in words
    menu = next(part for part in shown.parts if isinstance(part, Select))
    picked = await stage.acts(moe, "appl_pick", values=(menu.options[1].value,))
    assert "I can *host* meetups" in text_of(picked)
    assert "appl_move" in action(card_of(picked), "appl_move")


@BOTH
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("lets the others go first until", "next to be asked", "1 offer ran out")),
        ("ja", ("見送り中", "次に案内する人", "受け取られなかった案内 1回")),
    ],
    ids=["en", "ja"],
)
async def test_the_line_shows_who_said_not_now_and_who_is_the_next(
    build: Make, workspace: Workspace, language: str, words: tuple[str, str, str]
) -> None:
    rests, following, ran_out = words
    stage, moe = await full(build, workspace, claim_hours=10, language=language)
    ben = await applies(stage, "Ben", workspace)
    for name in ("Cho", "Dai"):
        await applies(stage, name, workspace)
    await leaves(stage, "Aiko", workspace)
    stage.sent.clear()
    await stage.presses(ben, card_of(await stage.types(ben, "tsudoi", "me")), "lobby_pass")
    assert any(rests in text_of(card).casefold() for card in desk(stage.sent)), "the card in the channel says so"

    async def entries() -> dict[str, str]:
        said = text_of(await stage.types(moe, "community", "waitlist")).splitlines()
        return {name: next(row for row in said if name in row) for name in ("Ben", "Cho", "Dai")}

    shown = await entries()
    assert rests in shown["Ben"]
    assert following not in shown["Ben"] + shown["Cho"], "the one lets others go first, the other is offered a seat"
    assert following in shown["Dai"]
    stage.sent.clear()
    await stage.passes(timedelta(hours=23))  # ten hours awake: the rest is over, and Cho's offer has run out
    assert not any(rests in text_of(card).casefold() for card in desk(stage.sent)[-2:])
    shown = await entries()
    assert rests not in shown["Ben"]
    assert ran_out in shown["Cho"]
    assert following not in shown["Cho"]


async def test_the_status_has_a_line_on_cap_and_queue_where_there_is_a_cap(build: Make) -> None:
    stage, moe = await full(build)
    assert "Cap 2/2 · in line 0" in text_of(await stage.types(moe, "community", "status"))
    for name in ("Ben", "Cho"):
        await applies(stage, name)
    await comes(stage, "Dai")
    assert "Cap 2/2 · in line 2 · in the lobby, not applied 1" in text_of(await stage.types(moe, "community", "status"))
    await leaves(stage, "Aiko")
    said = text_of(await stage.types(moe, "community", "status"))
    assert "Cap 1/2 · seats offered 1 · in line 1 · in the lobby, not applied 1" in said
    stage.settings = replace(stage.settings, membership=replace(stage.settings.membership, cap=0))
    assert "Cap" not in text_of(await stage.types(moe, "community", "status"))


async def test_a_long_line_has_pages(build: Make) -> None:
    stage, moe = await full(build)
    for n in range(12):
        await applies(stage, f"N{n:02}")
    first = card_of(await stage.types(moe, "community", "waitlist"))
    assert "N09" in text_of(first)
    assert "N10" not in text_of(first)
    second = text_of(await stage.presses(moe, first, "appl_list"))
    assert "N10" in second
    assert "N09" not in second
    assert "N11" in text_of(await stage.acts(moe, "appl_list:99")), "a page that is not there: the last"


async def test_only_moderators_decide(build: Make) -> None:
    stage, _ = await full(build)
    ben = await applies(stage, "Ben")
    one = await application(stage, ben)
    aiko = UserRef(SLACK.platform, "T1", "UAiko")
    for user in (ben, aiko):
        for raw in (f"appl_admit_yes:{one.id}:1:x", "appl_cap_yes:9:2", f"appl_decline_yes:{one.id}:x", "appl_list:0"):
            await stage.acts(user, raw)
        await stage.types(user, "community", "waitlist", cap="9")
    assert (await application(stage, ben)).standing is Standing.APPLIED


@BOTH
async def test_a_kind_no_is_read_before_it_goes_and_can_be_taken_back(build: Make, workspace: Workspace) -> None:
    stage, moe = await full(build, workspace)
    ben = await applies(stage, "Ben", workspace, locale="ja")
    await applies(stage, "Cho", workspace)
    stage.sent.clear()
    one = await application(stage, ben)
    preview = await fills(stage, moe, await stage.acts(moe, f"appl_decline:{one.id}"), words="Please *come* in spring.")
    assert "Please *come* in spring." in text_of(preview)
    assert "お見送り" in text_of(preview), "in the language in which it will be read"
    assert to(stage.sent, ben) == [], "nothing has gone yet"
    assert (await application(stage, ben)).reason is None, "a no that was never sent is not theirs to read"
    done = await stage.presses(moe, card_of(preview), "appl_decline_yes")
    (told,) = to(stage.sent, ben)
    assert "Please *come* in spring." in text_of(told)
    assert public(stage.sent) == []
    assert (await application(stage, ben)).standing is Standing.DECLINED
    stage.sent.clear()
    assert "back at the old place" in await undoes(stage, moe, done)
    assert await line(stage) == ["UBen", "UCho"]
    assert len(to(stage.sent, ben)) == 1, "and is told"


async def test_words_of_another_moderator_never_go_in_place_of_those_that_were_shown(build: Make) -> None:
    stage, moe = await full(build)
    boss = await stage.joins("boss", is_admin=True)
    ben = await applies(stage, "Ben")
    one = await application(stage, ben)
    mine = await fills(stage, moe, await stage.acts(moe, f"appl_decline:{one.id}"), words="mine")
    await fills(stage, boss, await stage.acts(boss, f"appl_decline:{one.id}"), words="theirs")
    stage.sent.clear()
    assert "no longer kept" in text_of(await stage.presses(boss, card_of(mine), "appl_decline_yes"))
    assert (await application(stage, ben)).standing is Standing.APPLIED
    await stage.presses(moe, card_of(mine), "appl_decline_yes")
    one = await application(stage, ben)
    assert (one.standing, one.reason) == (Standing.DECLINED, "mine")
    (told,) = to(stage.sent, ben)
    assert "mine" in text_of(told)
    assert "stands otherwise" in text_of(await stage.presses(boss, card_of(mine), "appl_decline_yes"))


@BOTH
async def test_somebody_is_let_in_at_once_above_the_cap_only_when_that_was_shown(
    build: Make, workspace: Workspace
) -> None:
    stage, moe = await full(build, workspace)
    await applies(stage, "Ben", workspace)
    cho = await applies(stage, "Cho", workspace)
    one = await application(stage, cho)
    preview = await fills(stage, moe, await stage.acts(moe, f"appl_admit:{one.id}"), reason="speaks on Friday")
    assert "1 person who applied earlier goes on waiting" in text_of(preview)
    assert "has 3 members or open offers, and the cap is 2" in text_of(preview)
    forged = await stage.acts(moe, action(card_of(preview), "appl_admit_yes").replace(":1:", ":0:"))
    assert "No seat is free" in text_of(forged)
    assert (await application(stage, cho)).standing is Standing.APPLIED
    done = await stage.presses(moe, card_of(preview), "appl_admit_yes")
    assert "is being welcomed" in text_of(done)
    assert (await application(stage, cho)).standing is Standing.SEATED
    assert "stands otherwise" in text_of(await stage.presses(moe, card_of(preview), "appl_admit_yes"))
    deeds = await stage.look(lambda unit: unit.audit.kinds())
    assert "applicant.admitted" in deeds  # type: ignore[operator]
    await stage.passes(timedelta(minutes=1))
    assert any("Welcome to Aozora!" in text_of(card) for card in to(stage.sent, cho))


async def test_a_reason_that_was_only_shown_stands_nowhere_and_is_its_writers(build: Make) -> None:
    stage, moe = await full(build)
    boss = await stage.joins("boss", is_admin=True)
    ben = await applies(stage, "Ben")
    before = await application(stage, ben)
    mine = await fills(stage, moe, await stage.acts(moe, f"appl_admit:{before.id}"), reason="mine")
    await fills(stage, boss, await stage.acts(boss, f"appl_admit:{before.id}"), reason="theirs")
    assert await application(stage, ben) == before, "nothing is written down before it is done"
    assert "no longer kept" in text_of(await stage.presses(boss, card_of(mine), "appl_admit_yes"))
    assert "no longer kept" in text_of(await stage.acts(moe, f"appl_admit_yes:{before.id}:1"))
    decline = await fills(stage, moe, await stage.acts(moe, f"appl_decline:{before.id}"), words="no")
    draft = action(card_of(decline), "appl_decline_yes").partition(":")[2].partition(":")[2]
    assert "no longer kept" in text_of(await stage.acts(moe, f"appl_admit_yes:{before.id}:1:{draft}")), (
        "of another form"
    )
    assert (await application(stage, ben)).standing is Standing.APPLIED
    await stage.presses(moe, card_of(mine), "appl_admit_yes")
    one = await application(stage, ben)
    assert (one.standing, one.reason) == (Standing.SEATED, "mine")


async def test_a_place_is_changed_with_a_reason_and_changed_back(build: Make) -> None:
    stage, moe = await full(build)
    for name in ("Ben", "Cho", "Dai"):
        await applies(stage, name)
    dai = UserRef(SLACK.platform, "T1", "UDai")
    one = await application(stage, dai)
    opened = await stage.acts(moe, f"appl_move:{one.id}")
    refused = await fills(stage, moe, opened, place="7", reason="")
    assert isinstance(refused, Invalid)
    assert set(refused.errors) == {"place", "reason"}
    done = await fills(stage, moe, opened, place="1", reason="the speaker's colleague")
    assert await line(stage) == ["UDai", "UBen", "UCho"]
    assert "number 3 again" in await undoes(stage, moe, done)
    assert await line(stage) == ["UBen", "UCho", "UDai"]
    moved = await fills(stage, moe, await stage.acts(moe, f"appl_move:{one.id}"), place="2", reason="because")
    await fills(stage, moe, await stage.acts(moe, f"appl_move:{one.id}"), place="1", reason="because")
    assert "Nothing was changed" in await undoes(stage, moe, moved), "another move came after it"


@BOTH
async def test_a_raised_cap_says_who_is_offered_a_seat_and_offers_it(build: Make, workspace: Workspace) -> None:
    stage, moe = await full(build, workspace)
    ben, cho = await applies(stage, "Ben", workspace), await applies(stage, "Cho", workspace)
    stage.sent.clear()
    preview = await stage.types(moe, "community", "waitlist", cap="3")
    assert "1 seat is offered at once: Ben" in text_of(preview)
    assert stage.sent == [], "nothing happens before it is set"
    done = await stage.presses(moe, card_of(preview), "appl_cap_yes")
    assert len(to(stage.sent, ben)) == 1
    assert to(stage.sent, cho) == []
    assert "The cap is 2 again" in await undoes(stage, moe, done), "nobody came in yet"
    assert await stage.look(lambda unit: unit.settings.all()) == {}, "the file says so, and goes on saying it"
    assert (await application(stage, ben)).standing is Standing.OFFERED, "promised is promised"
    again = card_of(await stage.types(moe, "community", "waitlist", cap="3"))
    done = await stage.presses(moe, again, "appl_cap_yes")
    await stage.presses(ben, to(stage.sent, ben)[-1], "lobby_take")
    assert "has been taken since" in await undoes(stage, moe, done)
    await leaves(stage, "Aiko", workspace)
    assert (await application(stage, cho)).standing is Standing.OFFERED


async def test_the_cap_is_shown_again_where_somebody_was_faster_and_refuses_what_is_no_number(build: Make) -> None:
    stage, moe = await full(build)
    preview = card_of(await stage.types(moe, "community", "waitlist", cap="5"))
    await stage.presses(moe, card_of(await stage.types(moe, "community", "waitlist", cap="4")), "appl_cap_yes")
    again = await stage.presses(moe, preview, "appl_cap_yes")
    assert "from 4 to 5" in text_of(again)
    assert "a number from 0" in text_of(await stage.types(moe, "community", "waitlist", cap="many"))
    form = form_of(await stage.acts(moe, "appl_cap"))
    assert isinstance(await stage.sends(moe, form, {"cap": "-3"}), Invalid)
    assert "Nobody has to leave" in text_of(await stage.sends(moe, form, {"cap": "1"}))
    stage.settings = replace(stage.settings, locked=("membership",))
    assert "fixed the cap" in text_of(await stage.acts(moe, "appl_cap_yes:9:4"))


async def test_a_cap_of_the_settings_offers_seats_as_well(build: Make) -> None:
    stage, moe = await full(build)
    ben = await applies(stage, "Ben")
    preview = card_of(await stage.types(moe, "community", "settings", set="membership_cap", value="3"))
    yes = next(b.action for p in preview.parts for b in getattr(p, "buttons", ()) if b.action != "leave_it")
    await stage.acts(moe, yes)
    await stage.passes(timedelta(minutes=1))
    assert (await application(stage, ben)).standing is Standing.OFFERED


async def test_the_card_in_the_moderators_channel_follows(build: Make) -> None:
    stage, _ = await full(build)
    ben = await applies(stage, "Ben")
    (card,) = desk(stage.sent)
    assert "I can *host* meetups" in text_of(card)
    stage.sent.clear()
    await stage.leaves(ben)
    (drawn,) = desk(stage.sent)
    assert "withdrawn" in text_of(drawn)
    assert "Accept now" in text_of(drawn)


async def test_made_up_ids_change_nothing(build: Make) -> None:
    stage, moe = await full(build)
    for raw in ("appl_admit:999", "appl_admit:x", "appl_admit_yes", "appl_decline_yes:999:x", "appl_move:-1",
                "appl_pick", "appl_cap_yes", "appl_cap_yes:x:y", "appl_list:x"):  # fmt: skip
        assert await stage.acts(moe, raw)
    for form in ("appl_admit:7", "appl_decline:7", "appl_move:7"):
        assert "no longer there" in text_of(await stage.sends(moe, form, {"place": "1", "reason": "x", "words": "x"}))
