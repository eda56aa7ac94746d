from collections.abc import Awaitable, Callable
from datetime import timedelta

import msgspec
import pytest

from chat.effects import DirectMessage, Effect, OpenThread, Post, ShowHome
from chat.events import ChannelEntered, MemberChanged, MemberJoined
from chat.ids import Place, Profile, UserRef
from community.config import ConfigError, OnboardingSettings
from community.people.onboarding import Stage as Step
from tests.handlers.stage import DISCORD, SLACK, Stage, action, card_of, text_of

Build = Callable[..., Awaitable[Stage]]
ONBOARDING = ("member.joined", "member.greeted", "member.returned", "member.unreached")


async def stages(stage: Stage, user: UserRef) -> set[Step]:
    member = await stage.member(user)
    found = await stage.look(lambda db: db.onboarding.stages(member))
    assert isinstance(found, dict)
    return set(found)


async def test_a_newcomer_on_slack_is_greeted_where_only_they_can_see_it(stage: Stage) -> None:
    aki = await stage.joins("aki")
    (post,) = stage.took(Post)
    assert (post.place.channel, post.only_for) == ("C-general", aki)
    assert "Welcome to Aozora!" in text_of(post)
    assert await stages(stage, aki) == {Step.JOINED, Step.GREETED}
    assert await stage.facts(*ONBOARDING) == ["member.joined", "member.greeted"]


async def test_a_newcomer_on_discord_is_greeted_in_a_thread_of_their_own(stage: Stage) -> None:
    ren = await stage.joins("ren", DISCORD)
    (thread,) = stage.took(OpenThread)
    assert thread.private_for == (ren,)
    assert isinstance(thread.start, Place)
    assert thread.start.channel == "C-general"


async def test_the_greeting_is_in_the_newcomers_language(stage: Stage) -> None:
    await stage.joins("aki", locale="ja-JP")
    (post,) = stage.took(Post)
    assert "Aozoraへようこそ！" in text_of(post)
    assert "はじめる" in text_of(post)


async def test_each_rung_that_fails_leads_to_the_next(stage: Stage) -> None:
    tried: list[Effect] = []

    def refuse(effect: Effect) -> bool:
        tried.append(effect)
        return not isinstance(effect, ShowHome)

    stage.refuses = refuse
    aki = await stage.joins("aki")
    assert [type(effect) for effect in tried] == [Post, DirectMessage, ShowHome]
    assert Step.GREETED in await stages(stage, aki)


async def test_on_discord_the_last_rung_is_a_mention_that_pings_only_the_newcomer(stage: Stage) -> None:
    stage.refuses = lambda effect: not isinstance(effect, Post)
    ren = await stage.joins("ren", DISCORD)
    (post,) = stage.took(Post)
    assert post.card.notify == (ren,)
    assert post.only_for is None


async def test_who_cannot_be_reached_at_all_is_written_down(stage: Stage) -> None:
    stage.refuses = lambda _effect: True
    aki = await stage.joins("aki")
    assert await stage.facts(*ONBOARDING) == ["member.joined", "member.unreached"]
    assert await stages(stage, aki) == {Step.JOINED}


async def test_without_a_landing_channel_the_greeting_is_a_direct_message(stage: Stage) -> None:
    stage.directory.missing = {"general"}
    await stage.joins("aki")
    assert len(stage.took(DirectMessage)) == 1


async def test_direct_greetings_never_come_in_a_burst(build: Build) -> None:
    stage = await build(onboarding=OnboardingSettings(greetings_per_hour=2))
    stage.directory.missing = {"general"}
    for name in "abcde":
        await stage.joins(name)
    sent = [len(stage.took(DirectMessage))]
    for _ in range(3):
        await stage.passes(timedelta(hours=1))
        sent.append(len(stage.took(DirectMessage)))
    assert sent == [2, 2, 1, 0]


async def test_a_bot_is_never_greeted(stage: Stage) -> None:
    await stage.joins("helper", is_bot=True)
    assert stage.sent == []
    assert await stage.facts(*ONBOARDING) == []


async def test_the_same_join_heard_twice_greets_once(stage: Stage) -> None:
    aki = UserRef(SLACK.platform, SLACK.id, "Uaki")
    for key in ("a", "b"):  # the live event, and the same newcomer found while catching up
        event = MemberJoined(key=key, at=stage.now, workspace=SLACK, member=Profile(user=aki, name="aki"))
        await stage.happens(event)
    assert len(stage.took(Post)) == 1
    assert await stage.facts(*ONBOARDING) == ["member.joined", "member.greeted"]


async def test_somebody_who_comes_back_is_welcomed_back(stage: Stage) -> None:
    aki = await stage.joins("aki")
    await stage.leaves(aki)
    stage.sent.clear()
    await stage.passes(timedelta(days=100))
    await stage.joins("aki", joined_at=stage.now - timedelta(days=100))
    (post,) = stage.took(Post)
    assert "Welcome back!" in text_of(post)
    assert await stage.facts("member.left", "member.returned") == ["member.left", "member.returned"]


async def test_a_join_found_long_after_is_recorded_and_not_greeted(stage: Stage) -> None:
    aki = await stage.joins("aki", joined_at=stage.now - timedelta(days=30))
    assert stage.sent == []
    assert await stages(stage, aki) == {Step.JOINED}
    await stage.passes(timedelta(days=10))
    assert stage.sent == []  # nor nudged


async def test_who_brought_whom_is_kept(stage: Stage) -> None:
    friend = await stage.joins("friend")
    aki = UserRef(SLACK.platform, SLACK.id, "Uaki")
    profile = Profile(user=aki, name="aki")
    event = MemberJoined(key="j", at=stage.now, workspace=SLACK, member=profile, referrer=friend, via="meetup-flyer")
    await stage.happens(event)
    member, referrer = await stage.member(aki), await stage.member(friend)
    came = await stage.look(lambda db: db.onboarding.newcomer(member))
    assert (getattr(came, "referrer", None), getattr(came, "via", None)) == (referrer, "meetup-flyer")


async def test_a_colleague_who_enters_the_landing_channel_is_greeted_once(stage: Stage) -> None:
    aki = UserRef(SLACK.platform, SLACK.id, "Uaki")
    for n, channel in enumerate(("C-python", "C-general", "C-general")):
        place = Place(SLACK.platform, SLACK.id, channel)
        await stage.happens(ChannelEntered(key=f"c{n}", at=stage.now, workspace=SLACK, user=aki, place=place))
        assert len(stage.took(Post)) == (1 if n == 1 else 0)
    await stage.joins("aki")  # the platform's own word comes late
    assert stage.took(Post) == []


async def test_onboarding_can_be_switched_off(build: Build) -> None:
    stage = await build(onboarding=OnboardingSettings(enabled=False))
    aki = await stage.joins("aki")
    await stage.says(aki)
    await stage.passes(timedelta(days=10))
    assert stage.sent == []


@pytest.mark.parametrize(
    "shown", ["🎉🎉", "\u202eevil", "Z" + "\u0301" * 80, "x" * 300, "<!channel> @everyone *b*", ""]
)
async def test_any_name_can_be_welcomed(stage: Stage, shown: str) -> None:
    await stage.joins("odd", shown=shown)
    await stage.joins("odd", DISCORD, shown=shown)
    assert len(stage.sent) == 2
    for effect in stage.sent:
        assert "\u202e" not in text_of(effect)
    (thread,) = stage.took(OpenThread)
    assert 1 <= len(thread.title) <= 100  # Discord's limit of a thread's name


async def test_a_changed_profile_is_taken_over(stage: Stage) -> None:
    aki = await stage.joins("aki")
    profile = Profile(user=aki, name="Aki the Great", is_admin=True, time_zone="Europe/Berlin")
    await stage.happens(MemberChanged(key="ch", at=stage.now, workspace=SLACK, member=profile))
    member = await stage.look(lambda db: db.people.by_user(aki))
    assert msgspec.structs.asdict(profile)["name"] == getattr(member, "name", "")


async def test_the_nudge_comes_once_by_day_and_then_never_again(stage: Stage) -> None:
    await stage.joins("aki", time_zone="America/New_York")  # it is 20:00 in New York
    stage.sent.clear()
    await stage.passes(timedelta(days=3, hours=12, minutes=59))
    assert stage.sent == []
    await stage.passes(timedelta(minutes=2))  # nine in the morning there
    (nudge,) = stage.took(DirectMessage)
    assert "how do you find Aozora so far?" in text_of(nudge)
    await stage.passes(timedelta(days=60))
    assert stage.sent == []


async def test_who_has_spoken_is_not_nudged(build: Build) -> None:
    stage = await build(onboarding=OnboardingSettings(watch_first_posts=False))
    aki = await stage.joins("aki")
    await stage.says(aki)
    stage.sent.clear()
    await stage.passes(timedelta(days=10))
    assert stage.sent == []


async def test_who_says_leave_it_before_or_after_is_left_in_peace(stage: Stage) -> None:
    aki = await stage.joins("aki")
    stage.sent.clear()
    await stage.passes(timedelta(days=4))
    (nudge,) = stage.took(DirectMessage)
    ren = await stage.joins("ren")
    assert "for somebody else" in text_of(await stage.presses(ren, nudge.card, "nudge_off"))
    assert "All right." in text_of(await stage.presses(aki, nudge.card, "nudge_off"))
    member = await stage.member(ren)
    await stage.acts(ren, f"nudge_off:{member}")
    stage.sent.clear()
    await stage.passes(timedelta(days=10))
    assert stage.sent == []


async def test_the_nudge_follows_hours_that_were_changed_meanwhile(stage: Stage) -> None:
    aki = await stage.joins("aki", time_zone="Asia/Tokyo")
    member = await stage.member(aki)
    await stage.look(lambda db: db.people.record_preferences(member, quiet_hours="09:00-15:00"))
    stage.sent.clear()
    await stage.passes(timedelta(days=3, hours=4, minutes=59))  # 14:59
    assert stage.sent == []
    await stage.passes(timedelta(minutes=1))
    assert len(stage.took(DirectMessage)) == 1


async def test_everything_a_welcome_card_offers_can_be_pressed(stage: Stage) -> None:
    aki = await stage.joins("aki")
    (post,) = stage.took(Post)
    for name in ("about", "rules"):
        assert action(card_of(post), name).endswith(f":{await stage.member(aki)}")


@pytest.mark.parametrize("letter", ["x", "&", "あ"])
async def test_the_longest_purpose_and_rules_can_be_shown(build: Build, letter: str) -> None:
    purpose, rules = letter * (500 if letter != "&" else 260), letter * (2500 if letter != "&" else 600)
    onboarding = OnboardingSettings(purpose_en=purpose, purpose_ja=purpose, rules_en=rules, rules_ja=rules)
    stage = await build(onboarding=onboarding, name="N" * 200)
    ren = await stage.joins("r" * 80, DISCORD)
    assert len(stage.took(OpenThread)) == 1
    assert rules in text_of(await stage.acts(ren, f"rules:{await stage.member(ren)}"))


@pytest.mark.parametrize("key", ["purpose_en", "purpose_ja", "rules_en", "rules_ja"])
@pytest.mark.parametrize("text", ["", " ", "x" * 2501, "&" * 2000])
def test_words_that_no_card_could_show_are_refused(key: str, text: str) -> None:
    with pytest.raises(ConfigError, match=key):
        OnboardingSettings(**{key: text})  # type: ignore[arg-type]
