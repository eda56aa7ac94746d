"""Changing a setting: read as people type, previewed with what follows, done once, written down, taken back."""

from datetime import timedelta

import pytest

from chat.answers import Invalid
from chat.card import Card
from chat.effects import DirectMessage, Post
from storage.audit import StoredDeed
from storage.settings import Override
from tests.handlers.settings.setting import boss, menu_of, owner, sets, shows, types
from tests.handlers.stage import DISCORD, Stage, card_of, text_of


async def overrides(stage: Stage) -> dict[str, str]:
    found = await stage.look(lambda db: db.settings.all())
    assert isinstance(found, dict)
    assert all(isinstance(held, Override) for held in found.values())
    return {key: held.value for key, held in found.items()}


async def deeds(stage: Stage) -> list[StoredDeed]:
    found = await stage.look(lambda db: db.audit.page(limit=20))
    assert isinstance(found, list)
    return found


async def test_a_change_is_previewed_then_made_and_taken_back(stage: Stage) -> None:
    user = await boss(stage)
    await sets(stage, user, "digest", "#general")
    preview = card_of(await types(stage, user, "digest_time", "10時"))
    assert "Hour of the digest: 09:00 → 10:00" in text_of(preview)
    assert "The next digest is then posted on Mon, 7 Dec, 10:00." in text_of(preview)
    assert "digest.time" not in await overrides(stage)
    done = card_of(await stage.presses(user, preview, "set_go"))
    assert "Hour of the digest is now 10:00" in text_of(done)
    assert (await overrides(stage))["digest.time"] == "10:00"
    deed = (await deeds(stage))[0].what
    assert (deed.deed, deed.subject, deed.before, deed.after) == ("setting.changed", "digest.time", "09:00", "10:00")
    assert deed.actor == await stage.member(user)
    assert "Hour of the digest is 09:00 again" in text_of(await stage.presses(user, done, "undo"))
    assert "digest.time" not in await overrides(stage)
    assert [d.what.deed for d in await deeds(stage)][:2] == ["deed.undone", "setting.changed"]


async def test_an_undo_brings_back_what_was_set_here_before(stage: Stage) -> None:
    user = await boss(stage)
    await sets(stage, user, "digest_time", "10:00")
    second = card_of(await sets(stage, user, "digest_time", "11:00"))
    await stage.presses(user, second, "undo")
    assert await overrides(stage) == {"digest.time": "10:00"}
    back = card_of(await sets(stage, user, "digest_time", "default"))
    assert "back to what the file says: 09:00" in text_of(back)
    assert await overrides(stage) == {}
    await stage.presses(user, back, "undo")
    assert await overrides(stage) == {"digest.time": "10:00"}


async def test_a_preview_can_be_left_and_opened_again(stage: Stage) -> None:
    user = await boss(stage)
    preview = card_of(await types(stage, user, "purpose_en", "We read together."))
    assert "nothing was changed" in text_of(await stage.presses(user, preview, "leave_it"))
    assert await overrides(stage) == {}


async def test_two_moderators_at_once_do_not_overwrite_each_other_unseen(stage: Stage) -> None:
    user, other = await boss(stage), await boss(stage, "other")
    mine = card_of(await types(stage, user, "digest_time", "10:00"))
    theirs = card_of(await types(stage, other, "digest_time", "11:00"))
    await stage.presses(other, theirs, "set_go")
    again = card_of(await stage.presses(user, mine, "set_go"))
    assert "other has changed Hour of the digest to 11:00 meanwhile" in text_of(again)
    assert "11:00 → 10:00" in text_of(again)
    assert await overrides(stage) == {"digest.time": "11:00"}
    await stage.presses(user, again, "set_go")
    assert await overrides(stage) == {"digest.time": "10:00"}
    pressed_twice = text_of(await stage.presses(user, again, "set_go"))
    assert "10:00 already" in pressed_twice
    assert len(await deeds(stage)) == 2


async def test_an_undo_that_comes_too_late_says_what_stands(stage: Stage) -> None:
    user, other = await boss(stage), await boss(stage, "other")
    mine = card_of(await sets(stage, user, "digest_time", "10:00"))
    await sets(stage, other, "digest_time", "11:00")
    said = text_of(await stage.presses(user, mine, "undo"))
    assert "other has changed Hour of the digest to 11:00 meanwhile" in said
    assert "nothing was changed" in said
    assert await overrides(stage) == {"digest.time": "11:00"}


async def test_a_reset_that_was_overtaken_changes_nothing(stage: Stage) -> None:
    user, other = await boss(stage), await boss(stage, "other")
    await sets(stage, user, "digest_time", "10:00")
    preview = card_of(await types(stage, user, "digest_time", "default"))
    await sets(stage, other, "digest_time", "11:00")
    assert "meanwhile" in text_of(await stage.presses(user, preview, "set_default"))
    assert await overrides(stage) == {"digest.time": "11:00"}


async def test_a_switch_is_turned_by_one_tap_and_back_by_another(stage: Stage) -> None:
    user = await boss(stage)
    assert "thanks_enabled:off" in menu_of(await shows(stage, user, "thanks"), "set_pick")
    done = card_of(await stage.acts(user, "set_pick", values=("thanks_enabled:off",)))
    assert "Thanks through me is now off" in text_of(done)
    assert "already" in text_of(await stage.acts(user, "set_pick", values=("thanks_enabled:off",)))
    assert await overrides(stage) == {"thanks.enabled": "false"}
    await stage.presses(user, done, "undo")
    assert await overrides(stage) == {}


async def test_a_setting_of_another_members_preview_cannot_be_pressed(stage: Stage) -> None:
    user, other = await boss(stage), await boss(stage, "other")
    preview = card_of(await types(stage, user, "digest_time", "10:00"))
    assert "no longer kept" in text_of(await stage.presses(other, preview, "set_go"))
    assert await overrides(stage) == {}


async def test_a_form_says_what_fits_and_keeps_what_was_typed(stage: Stage) -> None:
    user = await boss(stage)
    wrong = await stage.sends(user, "set:digest_time", {"value": "late"})
    assert isinstance(wrong, Invalid)
    assert wrong.errors["value"] == "late does not fit Hour of the digest. It takes an hour of the day, like 09:00."
    assert "late" in str(wrong.form)
    right = card_of(await stage.sends(user, "set:digest_time", {"value": "10:30"}))
    assert "10:30" in text_of(await stage.presses(user, right, "set_go"))
    lists = card_of(await stage.sends(user, "set:reports_monthly", {"value": ("sales", "marketing")}))
    await stage.presses(user, lists, "set_go")
    assert (await overrides(stage))["reports.monthly"] == '["sales", "marketing"]'


async def test_emptied_fields_take_things_away(stage: Stage) -> None:
    user = await boss(stage)
    preview = card_of(await stage.sends(user, "set:product", {"value": ""}))
    assert "Product team's channel (Slack): #product → not set" in text_of(preview)
    await stage.presses(user, preview, "set_go")
    none = card_of(await stage.sends(user, "set:reports_monthly", {}))
    await stage.presses(user, none, "set_go")
    found = await overrides(stage)
    assert found["workspaces.slack:T1.channels.product"] == ""
    assert found["reports.monthly"] == "[]"


async def test_a_setting_holds_for_what_comes_after(stage: Stage) -> None:
    user = await boss(stage)
    await sets(stage, user, "nudge_after_days", "1")
    await sets(stage, user, "welcome", "#python")
    stage.sent.clear()
    await stage.joins("aki")
    (post,) = stage.took(Post)
    assert post.place.channel == "C-python"
    await stage.passes(timedelta(days=1, minutes=1))
    assert len(stage.took(DirectMessage)) == 1
    await stage.joins("ren", DISCORD)  # a channel is set for the workspace in which it was typed
    assert "C-general" in str(stage.sent)


@pytest.mark.parametrize(
    ("name", "typed", "held"),
    [
        ("language", "JA", "Japanese"), ("time_zone", "ベルリン", "Europe/Berlin"),
        ("onboarding_enabled", "off", "off"), ("digest_weekday", "木曜", "Thursday"),
        ("watch_first_posts", "いいえ", "off"), ("reply_within_hours", "１２", "12 hours"),
        ("welcome", "<#C-python|python>", "#python"), ("purpose_ja", "学ぶ場所です。", "学ぶ場所です。"),
        ("questions", "#python、forum", "#python, #forum"), ("languages", "general=en, python=JA+en",
                                                          "general=en, python=ja+en"),
        ("moderator_badges", "<@&77>, keepers", "77, keepers"), ("duty_badge", "<!subteam^S1|@duty>", "S1"),
        ("moderator_ids", "aki", "@aki"), ("moderator_ids", "<@Uaki>", "@aki"), ("conduct_quiet_until", "2026/12/31",
                                                                                 "Thu, 31 Dec"),
        ("membership_cap", "200", "200 people"), ("product", "なし", "not set"),
        ("reports_language", "none", "the channel's language"), ("questions_exploration", "20%", "20%"),
        ("questions_exploration", "0.3", "30%"),
        ("recognition_time", "10時30分", "10:30"), ("meetups_holidays", "DE", "DE"),
    ],
)  # fmt: skip
async def test_values_are_read_as_people_type_them(stage: Stage, name: str, typed: str, held: str) -> None:
    await stage.joins("aki")
    user = await owner(stage)
    if name in {"product", "reports_language"}:
        await sets(stage, user, name, "ja" if name == "reports_language" else "python")
    assert f"is now {held}." in text_of(await sets(stage, user, name, typed))


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("nudge_after_days", "soon", "takes a number from 0.01 to 3650"), ("nudge_after_days", "-1", "does not fit"),
        ("nudge_after_days", "nan", "does not fit"), ("nudge_after_days", "1e99", "does not fit"),
        ("greetings_per_hour", "0", "whole number from 1 to 1000"), ("language", "fr", "takes ja or en"),
        ("time_zone", "Atlantis", "like Tokyo"), ("onboarding_enabled", "perhaps", "on or off"),
        ("purpose_en", "x" * 501, "up to 500"), ("welcome", "#wellcome", "cannot see a channel called wellcome"),
        ("questions", "python, nowhere", "cannot see a channel called nowhere"),
        ("languages", "general=fr", "does not fit"), ("languages", "nowhere=en", "cannot see"),
        ("moderator_ids", "nobody", "I do not know nobody here"), ("digest_weekday", "someday", "Monday, Tuesday"),
        ("digest_time", "25:00", "like 09:00"), ("conduct_quiet_until", "2026-13-01", "2026-12-31"),
        ("reports_monthly", "sales, aunts", "management"), ("meetups_holidays", "??", "does not go together"),
        ("promote_until_hours", "1", "does not go together with what else is set"),
        ("recognition_time", "03:00", "does not go together"), ("colour", "red", "There is no setting colour"),
        ("x" * 900, "red", "There is no setting"), ("workspaces.slack:T1.owners", "Uaki", "There is no setting"),
    ],
)  # fmt: skip
async def test_a_value_that_does_not_fit_changes_nothing(stage: Stage, name: str, typed: str, said: str) -> None:
    user = await owner(stage)
    assert said in text_of(await types(stage, user, name, typed))
    assert await overrides(stage) == {}


@pytest.mark.parametrize(
    ("name", "typed", "follows"),
    [
        ("membership_cap", "1", "so the community is then full"), ("membership_cap", "9", "so 6 seats are then free"),
        ("privacy_cases_days", "30", "no undo brings that back"), ("privacy_cases_days", "0", "deleted for its age"),
        ("reports_time", "10:00", "The week's figures then come on Mon, 7 Dec, 10:00."),
        ("reports_monthly", "none", "No monthly report"), ("reports_monthly", "sales", "Fri, 1 Jan"),
        ("language", "ja", "then read Japanese"), ("conduct_quiet_until", "2026-12-31", "end of Thu, 31 Dec I then"),
        ("moderator_ids", "aki", "2 members can then moderate"), ("product", "none", "then posted here"),
        ("product", "general", "Everybody here can read that channel."),
        ("lobby", "general", "sees who waits"), ("digest_enabled", "off", "No digest"),
    ],
)  # fmt: skip
async def test_a_preview_says_what_follows(stage: Stage, name: str, typed: str, follows: str) -> None:
    await stage.joins("aki")
    await stage.joins("ren", DISCORD)
    user = await owner(stage)
    assert follows in text_of(await types(stage, user, name, typed))


async def test_what_only_owners_change_is_refused_to_moderators(stage: Stage) -> None:
    user, own = await boss(stage), await owner(stage)
    for name, value in (("privacy_cases_days", "3"), ("moderator_ids", "boss"), ("member_badge", "keepers")):
        assert "Only an owner" in text_of(await types(stage, user, name, value))
        assert "Only an owner" in text_of(await stage.acts(user, "set_pick", values=(name,)))
        assert "Only an owner" in text_of(await stage.sends(user, f"set:{name}", {"value": value}))
    done = card_of(await sets(stage, own, "privacy_cases_days", "3"))
    assert "Only an owner" in text_of(await stage.presses(user, done, "undo"))
    assert await overrides(stage) == {"privacy.cases_days": "3"}
    assert "Only an owner" in text_of(await types(stage, user, "privacy_cases_days", "default"))


async def test_it_is_said_in_japanese_too(stage: Stage) -> None:
    user = await boss(stage, locale="ja")
    preview = text_of(await types(stage, user, "digest_weekday", "火曜"))
    assert "月曜日" in preview
    assert "火曜日" in preview
    assert "変更する" in preview


async def test_a_set_text_may_look_like_markup_and_stays_a_text(stage: Stage) -> None:
    user = await boss(stage)
    hostile = "<!channel> *bold* {name} `x` @everyone"
    card: Card = card_of(await sets(stage, user, "purpose_en", hostile))
    assert hostile in text_of(card)
    assert (await overrides(stage))["onboarding.purpose_en"] == hostile


async def test_an_undo_that_would_let_another_value_hold_no_more_is_held_back(stage: Stage) -> None:
    user = await boss(stage)
    first = card_of(await sets(stage, user, "meetups_promote_until_hours", "48"))
    await sets(stage, user, "meetups_no_offers_from_hours", "30")
    before = await overrides(stage)
    said = text_of(await stage.presses(user, first, "undo"))
    assert (
        "does not go together with what else is set now: meetups_no_offers_from_hours. So nothing was changed." in said
    )
    assert await overrides(stage) == before


async def test_going_back_to_the_file_is_held_back_where_another_value_would_hold_no_more(stage: Stage) -> None:
    user = await boss(stage)
    torn = "does not go together with what else is set now: meetups_no_offers_from_hours."
    await sets(stage, user, "meetups_promote_until_hours", "48")
    preview = card_of(await types(stage, user, "meetups_promote_until_hours", "default"))
    await sets(stage, user, "meetups_no_offers_from_hours", "30")
    before = await overrides(stage)
    for said in (
        await stage.presses(user, preview, "set_default"),
        await types(stage, user, "meetups_promote_until_hours", "default"),
        await stage.acts(user, "set_back", values=("meetups_promote_until_hours",)),
    ):
        assert torn in text_of(said)
        assert "back to what the file says" not in text_of(said)
    assert await overrides(stage) == before
    await sets(stage, user, "meetups_no_offers_from_hours", "default")
    await sets(stage, user, "meetups_promote_until_hours", "default")
    assert await overrides(stage) == {}


async def test_a_day_has_its_year_only_where_it_is_another(stage: Stage) -> None:
    user, reader = await boss(stage), await boss(stage, "ja", locale="ja")
    await sets(stage, user, "conduct_quiet_until", "2026-12-31")
    shown = text_of(await shows(stage, reader, "conduct"))
    assert "12月31日(木)" in shown
    assert "2026年12月31日" not in shown
    assert "Thu, 31 Dec → Sun, 3 Jan 2027" in text_of(await types(stage, user, "conduct_quiet_until", "2027-01-03"))
    await stage.passes(timedelta(days=27, hours=15))  # it is 2027 in Tokyo, and not yet in London
    assert "2026年12月31日(木)" in text_of(await shows(stage, reader, "conduct"))
