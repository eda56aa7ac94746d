from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from chat.answers import Redraw, Say
from chat.effects import DirectMessage, Post, RedrawPost
from chat.events import MessageDeleted
from chat.ids import MessageRef, UserRef
from community.config import OnboardingSettings
from community.people.onboarding import Stage as Step
from tests.handlers.stage import DISCORD, GOOD, SLACK, Stage, card_of, text_of

Build = Callable[..., Awaitable[Stage]]
DAY = timedelta(hours=24, seconds=1)
STEPS = (
    "welcome.offered", "welcome.accepted", "welcome.passed", "welcome.silent", "welcome.replied", "welcome.escalated",
)  # fmt: skip


async def welcomer(stage: Stage, name: str, **told: object) -> UserRef:
    """Let somebody be on the rota, by the way of the chat."""
    user = await stage.joins(name, **told)  # type: ignore[arg-type]
    boss = await stage.joins("boss", user.home, is_admin=True)
    stage.sent.clear()
    asked = await stage.types(boss, "community", "welcomers", add=f"<@{user.id}>")
    await stage.presses(boss, card_of(asked), "rota_do")
    (invitation,) = stage.took(DirectMessage)
    await stage.presses(user, invitation.card, "rota_yes")
    await stage.says(user, "I am around", mentions=(boss,))
    await stage.says(boss, "hello", mentions=(user,))
    stage.sent.clear()
    return user


async def introduced(stage: Stage, name: str, **told: object) -> UserRef:
    """Let a newcomer introduce themself."""
    user = await stage.joins(name, **told)  # type: ignore[arg-type]
    member = await stage.member(user)
    await stage.acts(user, f"agree:{member}")
    await stage.sends(user, f"about:{member}", GOOD)
    stage.sent.clear()
    return user


async def case_of(stage: Stage, user: UserRef) -> MessageRef:
    member = await stage.member(user)
    cases = await stage.look(lambda db: db.welcomers.open_cases())
    assert isinstance(cases, list)
    (case,) = (case for case in cases if case.member_id == member)
    ref: MessageRef = case.message
    return ref


async def asked(stage: Stage) -> DirectMessage:
    (ask,) = (dm for dm in stage.took(DirectMessage) if "say hello" in text_of(dm))
    return ask


async def test_an_introduction_without_a_reply_is_brought_to_a_welcomer(stage: Stage) -> None:
    emi = await welcomer(stage, "emi")
    await introduced(stage, "aki")
    await stage.passes(timedelta(hours=23, minutes=59))
    assert stage.sent == []
    await stage.passes(timedelta(minutes=2))
    ask = await asked(stage)
    assert ask.user == emi
    assert "aki has introduced themself" in text_of(ask)


async def test_a_reply_in_the_thread_ends_the_search(stage: Stage) -> None:
    emi = await welcomer(stage, "emi")
    aki = await introduced(stage, "aki")
    await stage.says(emi, "welcome!", to=await case_of(stage, aki))
    await stage.passes(DAY * 3)
    assert not [e for e in stage.sent if isinstance(e, DirectMessage)]
    assert await stage.facts(*STEPS) == ["welcome.replied"]
    member = await stage.member(aki)
    reached = await stage.look(lambda db: db.onboarding.stages(member))
    assert isinstance(reached, dict)
    assert Step.FIRST_REPLY in reached


async def test_a_mention_counts_and_a_bots_or_their_own_words_do_not(stage: Stage) -> None:
    emi = await welcomer(stage, "emi")
    aki = await introduced(stage, "aki")
    ref = await case_of(stage, aki)
    await stage.says(aki, "anyone?", to=ref)
    await stage.says(UserRef(SLACK.platform, SLACK.id, "Uother"), "beep", to=ref, by_bot=True)
    await stage.passes(DAY)
    ask = await asked(stage)
    await stage.says(emi, "hello aki", mentions=(aki,))
    (redraw,) = stage.took(RedrawPost)
    assert "Somebody has said hello" in text_of(redraw)
    answer = await stage.presses(emi, ask.card, "ask_yes")
    assert "Somebody has said hello" in text_of(answer)


async def test_yes_shows_the_way_and_a_hello_closes_it(stage: Stage) -> None:
    emi = await welcomer(stage, "emi")
    aki = await introduced(stage, "aki")
    ref = await case_of(stage, aki)
    await stage.passes(DAY)
    ask = await asked(stage)
    answer = await stage.presses(emi, ask.card, "ask_yes")
    assert isinstance(answer, Redraw)
    assert "Go there" in text_of(answer)
    again = await stage.presses(emi, ask.card, "ask_yes")  # pressed twice
    assert text_of(again) == text_of(answer)
    await stage.says(emi, "hi!", to=ref)
    assert await stage.facts(*STEPS) == ["welcome.offered", "welcome.accepted", "welcome.replied"]


async def test_no_asks_the_next_at_once_and_silence_after_a_day(stage: Stage) -> None:
    first, second = await welcomer(stage, "emi"), await welcomer(stage, "fumi")
    await welcomer(stage, "gen")
    await introduced(stage, "aki")
    await stage.passes(DAY)
    ask = await asked(stage)
    assert ask.user == first
    assert "somebody else" in text_of(await stage.presses(first, ask.card, "ask_no"))
    ask = await asked(stage)
    assert ask.user == second
    await stage.passes(DAY)
    ask = await asked(stage)
    assert ask.user.id == "Ugen"
    kinds = ["welcome.offered", "welcome.passed", "welcome.offered", "welcome.silent", "welcome.offered"]
    assert await stage.facts(*STEPS) == kinds


async def test_a_yes_that_nobody_follows_goes_on_to_the_next(stage: Stage) -> None:
    emi, fumi = await welcomer(stage, "emi"), await welcomer(stage, "fumi")
    await introduced(stage, "aki")
    await stage.passes(DAY)
    await stage.presses(emi, (await asked(stage)).card, "ask_yes")
    await stage.passes(DAY)
    assert (await asked(stage)).user == fumi


async def test_a_welcomer_who_cannot_be_reached_is_passed_over(stage: Stage) -> None:
    emi, fumi = await welcomer(stage, "emi"), await welcomer(stage, "fumi")
    await introduced(stage, "aki")
    stage.refuses = lambda effect: isinstance(effect, DirectMessage) and effect.user == emi
    await stage.passes(DAY)
    assert (await asked(stage)).user == fumi


async def test_who_speaks_the_newcomers_language_is_asked_first(stage: Stage) -> None:
    await welcomer(stage, "emi", locale="en")
    await welcomer(stage, "yui", locale="ja")
    await introduced(stage, "aki", locale="ja")
    await stage.passes(DAY)
    (ask,) = stage.took(DirectMessage)
    assert ask.user.id == "Uyui"
    assert "声をかけます" in text_of(ask)


async def test_over_the_cap_the_moderators_hear_of_all_lonely_newcomers_at_once(stage: Stage) -> None:
    await welcomer(stage, "emi")
    boss = await stage.joins("boss", is_admin=True)
    would = await stage.types(boss, "community", "welcomers", cap="1")
    assert "changes it for 1 of them" in text_of(would)
    await stage.presses(boss, card_of(would), "rota_do")
    for name in ("aki", "bob", "kei"):
        await introduced(stage, name)
    await stage.passes(DAY)
    assert len([e for e in stage.took(DirectMessage) if "say hello" in text_of(e)]) == 1
    await stage.passes(timedelta(minutes=10))
    (post,) = stage.took(Post)
    assert post.place.channel == "C-moderators"
    assert "bob" in text_of(post)
    assert "kei" in text_of(post)
    assert "aki" not in text_of(post)
    await stage.passes(DAY * 2)
    told = [post for post in stage.took(Post) if post.place.channel == "C-moderators"]
    assert len(told) == 1  # aki, when emi has stayed silent; nobody is named twice
    assert "aki" in text_of(told[0])
    assert "bob" not in text_of(told[0])


async def test_without_a_rota_the_moderators_hear(stage: Stage) -> None:
    await introduced(stage, "aki")
    await stage.passes(DAY + timedelta(minutes=10))
    (post,) = stage.took(Post)
    assert "aki" in text_of(post)
    assert await stage.facts(*STEPS) == ["welcome.escalated"]


async def test_a_welcomer_is_left_to_sleep(stage: Stage) -> None:
    emi = await welcomer(stage, "emi")
    member = await stage.member(emi)
    await stage.look(lambda db: db.people.record_preferences(member, quiet_hours="09:00-11:30", time_zone="Asia/Tokyo"))
    await introduced(stage, "aki")
    await stage.passes(DAY)  # it is ten in the morning in Tokyo
    assert stage.sent == []
    await stage.passes(timedelta(hours=1, minutes=30))
    assert (await asked(stage)).user == emi


async def test_a_newcomers_first_post_is_watched_over(stage: Stage) -> None:
    await welcomer(stage, "emi")
    aki = await stage.joins("aki")
    await stage.says(aki, "how do I start?")
    await stage.says(aki, "anyone?")
    stage.sent.clear()
    await stage.passes(DAY)
    assert "aki is new here" in text_of(await asked(stage))


async def test_it_can_be_set_that_first_posts_are_not(build: Build) -> None:
    stage = await build(onboarding=OnboardingSettings(watch_first_posts=False))
    aki = await stage.joins("aki")
    await stage.says(aki)
    assert await stage.look(lambda db: db.welcomers.open_cases()) == []


async def test_two_messages_of_one_newcomer_never_ask_two_people(stage: Stage) -> None:
    await welcomer(stage, "emi")
    await welcomer(stage, "fumi")
    aki = await introduced(stage, "aki")
    await stage.says(aki, "how do I start?")
    await stage.passes(DAY)
    assert len([e for e in stage.took(DirectMessage) if "say hello" in text_of(e)]) == 1


async def test_a_reply_in_one_thread_leaves_the_other_message_waiting(stage: Stage) -> None:
    emi = await welcomer(stage, "emi")
    aki = await introduced(stage, "aki")
    introduction = await case_of(stage, aki)
    first = await stage.says(aki, "how do I start?")
    await stage.says(emi, "like this", to=first, reply_to_author=aki)
    assert await case_of(stage, aki) == introduction
    await stage.says(emi, "and welcome!", to=introduction)
    assert await stage.look(lambda db: db.welcomers.open_cases()) == []


async def test_one_message_can_answer_one_newcomer_and_greet_another(stage: Stage) -> None:
    emi = await welcomer(stage, "emi")
    aki, bob = await introduced(stage, "aki"), await introduced(stage, "bob")
    await stage.says(emi, "welcome, and you too, bob", to=await case_of(stage, aki), mentions=(bob,))
    assert await stage.look(lambda db: db.welcomers.open_cases()) == []


async def test_a_message_that_is_gone_needs_no_reply(stage: Stage) -> None:
    await welcomer(stage, "emi")
    aki = await stage.joins("aki")
    ref = await stage.says(aki, "oops")
    await stage.happens(MessageDeleted(key="d", at=stage.now, workspace=SLACK, message=ref))
    ren = await introduced(stage, "ren")
    await stage.leaves(ren)
    stage.sent.clear()
    await stage.passes(DAY * 2)
    assert stage.sent == []


async def test_only_the_asked_may_answer(stage: Stage) -> None:
    await welcomer(stage, "emi")
    fumi = await welcomer(stage, "fumi")
    await introduced(stage, "aki")
    await stage.passes(DAY)
    ask = await asked(stage)
    for name in ("ask_yes", "ask_no", "ask_stop"):
        assert "for somebody else" in text_of(await stage.presses(fumi, ask.card, name))
        for raw in (name, f"{name}:", f"{name}:x", f"{name}:999", f"{name}:-1"):
            assert "for somebody else" in text_of(await stage.acts(fumi, raw))
    assert await stage.facts(*STEPS) == ["welcome.offered"]


async def test_a_welcomer_can_leave_the_rota_from_the_question(stage: Stage) -> None:
    emi, fumi = await welcomer(stage, "emi"), await welcomer(stage, "fumi")
    await introduced(stage, "aki")
    await stage.passes(DAY)
    assert "I will not ask you again" in text_of(await stage.presses(emi, (await asked(stage)).card, "ask_stop"))
    assert (await asked(stage)).user == fumi
    await introduced(stage, "bob")
    await stage.passes(DAY)
    assert {e.user.id for e in stage.took(DirectMessage) if "say hello" in text_of(e)} == {"Ufumi"}


async def test_only_who_is_in_the_same_place_is_asked(stage: Stage) -> None:
    await welcomer(stage, "emi")
    await stage.joins("boss", DISCORD)
    await introduced(stage, "ren", workspace=DISCORD)
    await stage.passes(DAY + timedelta(minutes=10))
    assert [e for e in stage.sent if isinstance(e, DirectMessage) and "say hello" in text_of(e)] == []
    (post,) = (e for e in stage.took(Post) if e.place.channel == "C-moderators")
    assert post.place.home == DISCORD


async def test_who_was_asked_to_join_the_rota_may_say_no(stage: Stage) -> None:
    boss, emi = await stage.joins("boss", is_admin=True), await stage.joins("emi")
    stage.sent.clear()
    would = await stage.types(boss, "community", "welcomers", add="@emi", cap="2")
    assert "emi would get one message" in text_of(would)
    assert stage.took(DirectMessage) == []
    listed = await stage.presses(boss, card_of(would), "rota_do")
    assert "has been asked, asked 0 of 2" in text_of(listed)
    (invitation,) = stage.took(DirectMessage)
    assert "at most 2 times a week" in text_of(invitation)
    assert "That is fine" in text_of(await stage.presses(emi, invitation.card, "rota_no"))
    assert "Nobody yet" in text_of(await stage.types(boss, "community", "welcomers"))
    await introduced(stage, "aki")
    await stage.passes(DAY)
    assert stage.took(DirectMessage) == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"cap": "0"}, "from 1 to 50"),
        ({"cap": "many"}, "from 1 to 50"),
        ({"cap": "９"}, "from 1 to 50"),
        ({"add": "@nobody"}, "I do not know @nobody"),
        ({"add": "🎉" * 300}, "I do not know"),
        ({"remove": "@nobody"}, "I do not know @nobody"),
        ({"add": "@slackbot", "cap": "2"}, "I do not know"),
    ],
)
async def test_what_cannot_be_done_with_the_rota_is_said(stage: Stage, options: dict[str, str], said: str) -> None:
    boss = await stage.joins("boss", is_admin=True)
    await stage.joins("slackbot", is_bot=True)
    answer = await stage.types(boss, "community", "welcomers", **options)
    assert isinstance(answer, Say)
    assert said in text_of(answer)


async def test_a_moderator_takes_somebody_off_the_rota(stage: Stage) -> None:
    emi = await welcomer(stage, "emi")
    boss = UserRef(SLACK.platform, SLACK.id, "Uboss")
    assert "emi" in text_of(await stage.types(boss, "community", "welcomers"))
    assert "Nobody yet" in text_of(await stage.types(boss, "community", "welcomers", remove=emi.id))


async def test_a_card_of_a_question_fits_the_longest_name(stage: Stage) -> None:
    await welcomer(stage, "emi")
    await introduced(stage, "aki", shown="<&>" * 100)
    await stage.passes(DAY)
    card_of(await asked(stage))


async def test_what_was_answered_is_not_opened_again(stage: Stage) -> None:
    emi = await welcomer(stage, "emi")
    aki = await introduced(stage, "aki")
    await stage.says(emi, "welcome!", to=await case_of(stage, aki))
    member = await stage.member(aki)
    await stage.sends(aki, f"about:{member}", {**GOOD, "consent": "no"})
    await stage.sends(aki, f"about:{member}", GOOD)  # posted anew, but somebody has said hello before
    assert await stage.look(lambda db: db.welcomers.open_cases()) == []
