"""``/thanks`` and the menu: who is told, where, and what is not taken."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from chat.answers import Invalid, OpenForm, Redraw
from chat.card import Quote
from chat.effects import DirectMessage, Post, Remove
from chat.ids import MessageRef, UserRef, Workspace
from community.thanks.giving import State, Way
from handlers.context import Context
from tests.handlers.questions.asked import within
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, form_of, text_of
from tests.handlers.thanks.thanking import is_shy, spot, stored, thank

BOTH = pytest.mark.parametrize("workspace", [SLACK, DISCORD])
LANGUAGES = pytest.mark.parametrize(("language", "said"), [("en", "says thank you to"), ("ja", "「ありがとう」")])


async def two(stage: Stage, workspace: Workspace = SLACK) -> tuple[UserRef, UserRef]:
    aki, ben = await stage.joins("aki", workspace), await stage.joins("ben", workspace)
    stage.sent.clear()
    return aki, ben


@BOTH
async def test_thanks_stand_where_they_were_typed_and_call_who_is_thanked(stage: Stage, workspace: Workspace) -> None:
    aki, ben = await two(stage, workspace)
    answer = await thank(stage, aki, ben.id, "for explaining the webhooks")
    assert "told here" in text_of(answer)
    (post,) = stage.took(Post)
    assert (post.place, post.card.notify) == (spot(workspace), (ben,))
    assert text_of(post) == "🙏 @aki says thank you to @ben.\nexplaining the webhooks"
    (given,) = await stored(stage, aki)
    assert (given.receiver, given.words) == (await stage.member(ben), "explaining the webhooks")
    assert (given.way, given.state) == (Way.COMMAND, State.GIVEN)
    assert given.about is not None
    assert given.about.id, "where the line stands is known once it is posted"
    assert await stage.facts("thanks.given") == ["thanks.given"]


@pytest.mark.parametrize(
    ("words", "said"), [("レビューを手伝ってくれた", "「ありがとう」"), ("the review", "thank you to")]
)
async def test_a_channel_of_both_languages_hears_that_of_the_words(stage: Stage, words: str, said: str) -> None:
    aki, ben = await two(stage)
    await thank(stage, aki, ben.id, words, channel="introductions")
    assert said in text_of(stage.took(Post)[0])


@BOTH
async def test_who_is_shy_is_told_in_private_and_in_their_language(stage: Stage, workspace: Workspace) -> None:
    aki, ben = await stage.joins("aki", workspace), await stage.joins("ben", workspace, locale="ja")
    await is_shy(stage, ben)
    stage.sent.clear()
    assert "in private" in text_of(await thank(stage, aki, ben.id, "the tea"))
    assert [type(effect) for effect in stage.sent] == [DirectMessage]
    (told,) = stage.took(DirectMessage)
    assert told.user == ben
    assert "the tea" in text_of(told)
    assert "お礼" in text_of(told) or "ありがとう" in text_of(told)


async def test_at_night_a_private_word_waits_for_the_morning(stage: Stage) -> None:
    aki, ben = await two(stage)
    await is_shy(stage, ben)
    stage.now = stage.now.replace(hour=15)  # midnight in Tokyo
    await thank(stage, aki, ben.id, "the tea")
    assert stage.took(DirectMessage) == []
    await stage.passes(timedelta(hours=7, minutes=59))
    assert stage.took(DirectMessage) == []
    await stage.passes(timedelta(minutes=2))
    assert len(stage.took(DirectMessage)) == 1


async def test_where_the_bot_cannot_write_the_receiver_hears_it_alone(stage: Stage) -> None:
    aki, ben = await two(stage)
    await thank(stage, aki, ben.id, "the tea", channel="somewhere")
    assert [type(effect) for effect in stage.sent] == [DirectMessage]


async def test_where_the_line_could_not_be_posted_the_receiver_hears_it_alone(stage: Stage) -> None:
    aki, ben = await two(stage)
    stage.refuses = lambda effect: isinstance(effect, Post)
    await thank(stage, aki, ben.id, "the tea")
    (told,) = stage.took(DirectMessage)
    assert told.user == ben


async def test_bare_it_explains_itself_and_takes_a_choice(stage: Stage) -> None:
    aki, ben = await two(stage)
    card = card_of(await thank(stage, aki, ""))
    assert "/thanks @name for" in text_of(card)
    assert "🙏" in text_of(card)
    after = await stage.presses(aki, card, "thanks_shy")
    assert "stay between you" in text_of(after)
    assert "somebody else" in text_of(await stage.presses(ben, card, "thanks_hints"))
    await thank(stage, ben, aki.id, "the tea")
    assert stage.took(Post) == []
    back = await stage.presses(aki, card_of(after), "thanks_shy")
    assert "read by everybody" in text_of(back)


async def test_without_words_a_form_asks_for_them(stage: Stage) -> None:
    aki, ben = await two(stage)
    answer = await thank(stage, aki, ben.id, "for")
    assert isinstance(answer, OpenForm)
    empty = await stage.sends(aki, form_of(answer), {"words": "  "})
    assert isinstance(empty, Invalid)
    assert "A few words" in empty.errors["words"]
    await stage.sends(aki, form_of(answer), {"words": "for the tea"})
    await stage.sends(aki, form_of(answer), {"words": "for the tea"})
    assert len(stage.took(Post)) == 1
    assert await stage.facts("thanks.given") == ["thanks.given"]


async def test_a_form_that_nobody_sends_is_forgotten(stage: Stage) -> None:
    aki, ben = await two(stage)
    form = form_of(await thank(stage, aki, ben.id))
    await stage.passes(timedelta(days=4))
    assert await stored(stage, aki) == []
    assert "a while ago" in text_of(await stage.sends(aki, form, {"words": "the tea"}))


@BOTH
async def test_the_menu_thanks_for_a_message_in_its_thread(stage: Stage, workspace: Workspace) -> None:
    aki, ben = await two(stage, workspace)
    ref = await stage.says(ben, "Here is how it works.")
    form = form_of(await stage.uses_menu(aki, "say_thanks", ref, author=ben, text="x"))
    assert "told here" in text_of(await stage.sends(aki, form, {"words": ""}))
    (post,) = stage.took(Post)
    assert post.place.thread == ref.id
    assert text_of(post) == "🙏 @aki says thank you to @ben."
    again = await stage.uses_menu(aki, "say_thanks", ref, author=ben, text="x")
    assert "already" in text_of(again)
    assert (await stored(stage, aki))[0].about == ref


async def test_taken_back_it_goes_and_may_be_given_again(stage: Stage) -> None:
    aki, ben = await two(stage)
    ref = await stage.says(ben, "Here is how it works.")
    form = form_of(await stage.uses_menu(aki, "say_thanks", ref, author=ben, text="x"))
    receipt = card_of(await stage.sends(aki, form, {"words": "this"}))
    assert "somebody else" in text_of(await stage.presses(ben, receipt, "thanks_back"))
    assert isinstance(await stage.presses(aki, receipt, "thanks_back"), Redraw)
    assert len(stage.took(Remove)) == 1
    assert (await stored(stage, aki))[0].state is State.WITHDRAWN
    assert await stage.facts("thanks.given", "thanks.withdrawn") == ["thanks.given", "thanks.withdrawn"]
    stage.now += timedelta(minutes=1)
    form = form_of(await stage.uses_menu(aki, "say_thanks", ref, author=ben, text="x"))
    await stage.sends(aki, form, {"words": "this"})
    assert len(stage.took(Post)) == 1


# ---- what is not taken


@BOTH
async def test_who_is_unknown_oneself_a_bot_or_gone_is_not_thanked(stage: Stage, workspace: Workspace) -> None:
    aki, ben = await two(stage, workspace)
    robot = await stage.joins("robot", workspace, is_bot=True)
    await stage.leaves(ben)
    stage.sent.clear()
    for member, said in (
        ("Unobody", "nobody called"),
        ("@", "nobody called"),
        ("<script>alert(1)</script>", "nobody called"),
        (aki.id, "That is you"),
        (robot.id, "a bot"),
        (f"{workspace.platform}bot", "a bot"),
        (ben.id, "no longer here"),
    ):
        assert said in text_of(await thank(stage, aki, member, "the tea")), member
    assert stage.sent == []
    assert await stored(stage, aki) == []


async def test_a_name_works_as_well_as_a_mention(stage: Stage) -> None:
    aki, _ = await two(stage)
    await thank(stage, aki, "@Ben", "the tea")
    assert len(stage.took(Post)) == 1
    await stage.joins("other", shown="ben")
    stage.sent.clear()
    assert "2 members" in text_of(await thank(stage, aki, "ben", "the coffee"))


async def test_the_sixth_of_a_day_waits_for_tomorrow(stage: Stage) -> None:
    aki = await stage.joins("aki")
    others = [await stage.joins(f"other{n}") for n in range(6)]
    stage.sent.clear()
    for other in others[:5]:
        await thank(stage, aki, other.id, "the tea")
    assert len(stage.took(Post)) == 5
    assert "5 times today" in text_of(await thank(stage, aki, others[5].id, "the tea"))
    stage.now += timedelta(hours=14)  # past midnight in Tokyo
    await thank(stage, aki, others[5].id, "the tea")
    assert len(stage.took(Post)) == 1


async def test_the_same_words_again_are_the_same_thanks(stage: Stage) -> None:
    aki, ben = await two(stage)
    await thank(stage, aki, ben.id, "the tea")
    assert "already" in text_of(await thank(stage, aki, ben.id, "The tea!"))
    await thank(stage, aki, ben.id, "the cake")
    assert len(stage.took(Post)) == 2


async def test_hostile_words_stay_words(stage: Stage) -> None:
    aki, ben = await two(stage)
    nasty = "<!channel> @everyone *bold* [x](http://evil) \u202e `code` <@U1>"
    await thank(stage, aki, ben.id, nasty)
    (post,) = stage.took(Post)
    (quote,) = [part for part in post.card.parts if isinstance(part, Quote)]
    assert quote.text == nasty.replace("\u202e", "")
    assert post.card.notify == (ben,)
    assert "Up to 300" in text_of(await thank(stage, aki, ben.id, "a" * 301))


async def test_buttons_and_forms_of_nobody_are_met_kindly(stage: Stage) -> None:
    aki, ben = await two(stage)
    form = form_of(await thank(stage, aki, ben.id))
    assert "somebody else" in text_of(await stage.sends(ben, form, {"words": "me"}))
    for raw in ("thanks_back:999", "thanks_back:x", "thanks_back", "thanks_yes:" + "9" * 30, "thanks_no:-1"):
        assert card_of(await stage.acts(aki, raw)).parts
    assert "a while ago" in text_of(await stage.sends(aki, "thanks_say:77", {"words": "x"}))


async def test_where_it_is_switched_off_nothing_is_taken(stage: Stage) -> None:
    aki, ben = await two(stage)
    form = form_of(await thank(stage, aki, ben.id))
    stage.settings = msgspec.structs.replace(
        stage.settings, thanks=msgspec.structs.replace(stage.settings.thanks, enabled=False)
    )
    ref = MessageRef(spot(SLACK), "m1")
    assert "switched off" in text_of(await thank(stage, aki, ben.id, "the tea"))
    assert "switched off" in text_of(await stage.uses_menu(aki, "say_thanks", ref, author=ben))
    assert "switched off" in text_of(await stage.sends(aki, form, {"words": "the tea"}))
    assert stage.sent == []


async def test_who_is_thanked_only_in_private_may_still_be_asked_about_moments(stage: Stage) -> None:
    aki, ben = await two(stage)
    explained = await thank(stage, ben, "")
    assert "only in private" in text_of(explained).casefold()
    await stage.presses(ben, card_of(explained), "thanks_shy")
    ben_id = await stage.member(ben)

    async def chosen(ctx: Context) -> tuple[dict[str, str], set[int]]:
        return await ctx.db.choices.of(ben_id), await ctx.db.choices.thanked_in_private()

    assert await within(stage, chosen) == ({"thanks_openly": "off"}, {ben_id})
    assert "in private" in text_of(await thank(stage, aki, ben.id, "the tea"))
