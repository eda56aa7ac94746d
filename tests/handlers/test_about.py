from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from chat.answers import Invalid, OpenForm, Redraw, Say
from chat.card import Quote
from chat.effects import DirectMessage, Invite, Post, RedrawPost, Remove, SetBadge, ShowHome
from chat.events import HomeOpened, MessageDeleted
from chat.form import Choice, Choices, Line, Paragraph
from chat.ids import MessageRef, UserRef, Workspace
from chat.text import Mention
from community.config import TopicSettings
from community.people.onboarding import Stage as Step
from storage.people.profiles import PostedIntroduction
from tests.handlers.stage import DISCORD, GOOD, SLACK, Stage, action, card_of, form_of, text_of

Build = Callable[..., Awaitable[Stage]]
BOTH = pytest.mark.parametrize("workspace", [SLACK, DISCORD], ids=["slack", "discord"])


async def arrive(stage: Stage, name: str = "aki", workspace: Workspace = SLACK) -> UserRef:
    user = await stage.joins(name, workspace)
    stage.sent.clear()
    return user


async def fill(stage: Stage, user: UserRef, **changes: str | tuple[str, ...]) -> None:
    member = await stage.member(user)
    await stage.sends(user, f"about:{member}", {**GOOD, **changes})


async def agree(stage: Stage, user: UserRef) -> None:
    await stage.acts(user, f"agree:{await stage.member(user)}")


def introductions(stage: Stage) -> list[Post]:
    return [post for post in stage.took(Post) if post.place.channel == "C-introductions"]


@BOTH
async def test_from_start_to_introduction(stage: Stage, workspace: Workspace) -> None:
    aki = await stage.joins("aki", workspace)
    welcome = card_of(stage.sent[-1])
    form = form_of(await stage.presses(aki, welcome, "about"))
    assert [type(field) for field in form.fields] == [Line, Choices, Choices, Paragraph, Choice]
    next_steps = await stage.sends(aki, form, GOOD)
    assert isinstance(next_steps, Say)
    assert "as soon as you have agreed" in text_of(next_steps)
    assert introductions(stage) == []
    rules = await stage.presses(aki, welcome, "rules")
    assert "Be kind." in text_of(rules)
    done = await stage.presses(aki, card_of(rules), "agree")
    assert isinstance(done, Redraw)
    (post,) = introductions(stage)
    assert [part.text for part in post.card.parts if isinstance(part, Quote)] == [GOOD["introduction"]]
    assert "Operations" in text_of(post)
    assert not post.card.notify
    member = await stage.member(aki)
    reached = await stage.look(lambda db: db.onboarding.stages(member))
    assert isinstance(reached, dict)
    assert set(reached) == {Step.JOINED, Step.GREETED, Step.AGREED, Step.INTRODUCED}
    kinds = ("member.profiled", "member.agreed", "member.introduced")
    assert await stage.facts(*kinds) == list(kinds)


async def test_the_channels_languages_are_spoken_in_it(stage: Stage) -> None:
    aki = await arrive(stage)
    await agree(stage, aki)
    await fill(stage, aki)
    (post,) = introductions(stage)
    shown = text_of(post)
    assert "さん が仲間に加わりました" in shown or "が仲間に加わりました" in shown
    assert "has joined us" in shown
    assert "相談にのれること / Can help with" in shown


async def test_on_the_other_platform_it_is_the_communitys_language(stage: Stage) -> None:
    ren = await arrive(stage, "ren", DISCORD)
    await agree(stage, ren)
    await fill(stage, ren)
    (post,) = introductions(stage)
    assert "仲間" not in text_of(post)


async def test_a_form_that_cannot_be_taken_keeps_what_was_typed_and_says_why(stage: Stage) -> None:
    aki = await arrive(stage)
    answer = await stage.sends(aki, f"about:{await stage.member(aki)}", {**GOOD, "purpose": "🎉", "introduction": ""})
    assert isinstance(answer, Invalid)
    assert answer.errors == {
        "purpose": "Please say in a few words what brings you here.",
        "introduction": "There is nothing to post yet. Write a line about yourself, or choose not to post.",
    }
    purpose = answer.form.fields[0]
    assert isinstance(purpose, Line)
    assert purpose.value == "🎉"
    assert await stage.facts("member.profiled") == []


async def test_errors_are_in_the_readers_language(stage: Stage) -> None:
    aki = await arrive(stage)
    answer = await stage.sends(aki, f"about:{await stage.member(aki)}", {**GOOD, "purpose": ""}, locale="ja")
    assert isinstance(answer, Invalid)
    assert answer.errors == {"purpose": "参加のきっかけを、ひとことで教えてください。"}
    assert answer.form.title == "あなたについて"


async def test_an_over_long_introduction_is_refused_and_kept(stage: Stage) -> None:
    aki = await arrive(stage)
    long = "あ" * 1001
    answer = await stage.sends(aki, f"about:{await stage.member(aki)}", {**GOOD, "introduction": long})
    assert isinstance(answer, Invalid)
    assert set(answer.errors) == {"introduction"}


@pytest.mark.parametrize(
    "words", ["*b* <!channel> @everyone", "שלום, אני אקי", "z" + "\u0301" * 90 + " hi", "a\u202eb c"]
)
async def test_odd_words_are_shown_as_they_are_meant(stage: Stage, words: str) -> None:
    aki = await arrive(stage)
    await agree(stage, aki)
    await fill(stage, aki, introduction=words)
    (post,) = introductions(stage)
    (quote,) = (part.text for part in post.card.parts if isinstance(part, Quote))
    assert "\u202e" not in quote
    assert len(quote) <= len(words)
    assert quote[0] == words[0]


async def test_a_form_sent_twice_changes_nothing_the_second_time(stage: Stage) -> None:
    aki = await arrive(stage)
    await agree(stage, aki)
    await fill(stage, aki)
    await fill(stage, aki)
    assert len(introductions(stage)) == 1
    assert await stage.facts("member.profiled", "member.agreed") == ["member.agreed", "member.profiled"]


async def test_without_consent_nothing_is_posted(stage: Stage) -> None:
    aki = await arrive(stage)
    await agree(stage, aki)
    await fill(stage, aki, consent="no")
    assert introductions(stage) == []


async def test_an_edit_redraws_the_post(stage: Stage) -> None:
    aki = await arrive(stage)
    await agree(stage, aki)
    await fill(stage, aki)
    stage.sent.clear()
    await fill(stage, aki, introduction="Aki, second edition")
    (redraw,) = stage.took(RedrawPost)
    assert "second edition" in text_of(redraw)
    await fill(stage, aki, introduction="Aki, second edition", purpose="Another reason")  # not shown in the post
    assert stage.took(RedrawPost) == []


async def test_consent_taken_back_takes_the_post_away_and_given_again_posts_anew(stage: Stage) -> None:
    aki = await arrive(stage)
    await agree(stage, aki)
    await fill(stage, aki)
    await fill(stage, aki, consent="no")
    assert len(stage.took(Remove)) == 1
    await stage.passes(timedelta(days=3))
    assert not [post for post in stage.sent if isinstance(post, Post)]  # nobody is asked to greet what is gone
    await fill(stage, aki)
    assert len(introductions(stage)) == 1


async def test_a_post_that_failed_is_posted_with_the_next_change(stage: Stage) -> None:
    aki = await arrive(stage)
    stage.refuses = lambda effect: isinstance(effect, Post) and effect.place.channel == "C-introductions"
    await agree(stage, aki)
    await fill(stage, aki)
    assert await stage.facts("member.introduced") == []
    (told,) = stage.took(Post)
    assert told.place.channel == "C-moderators"
    assert "Something did not arrive" in text_of(told)
    assert "An introduction could not be posted." in text_of(told)
    assert "Your introduction waits until I can post" in text_of(await stage.types(aki, "tsudoi", "me"))
    stage.refuses = lambda _effect: False
    await fill(stage, aki, purpose="Something else")
    assert len(introductions(stage)) == 1


async def test_without_its_own_channel_an_introduction_goes_to_the_landing_channel(stage: Stage) -> None:
    aki = await arrive(stage)
    stage.directory.missing = {"introductions"}
    await agree(stage, aki)
    await fill(stage, aki)
    (post,) = stage.took(Post)
    assert post.place.channel == "C-general"


async def test_what_waits_for_its_channel_is_posted_once_that_is_mended(stage: Stage) -> None:
    aki, ren = await arrive(stage), await arrive(stage, "ren")
    stage.refuses = lambda effect: isinstance(effect, Post) and effect.place.channel == "C-introductions"
    await agree(stage, aki)
    await fill(stage, aki)
    stage.directory.missing = {"introductions", "general"}
    await agree(stage, ren)
    await fill(stage, ren)
    stage.directory.missing = set()
    stage.sent.clear()
    await stage.passes(timedelta(hours=5))
    assert [p for p in stage.took(Post) if "An introduction could not" in text_of(p)] == []  # no card each hour
    stage.refuses = lambda _effect: False
    await stage.passes(timedelta(hours=1))
    assert len(introductions(stage)) == 2
    await stage.passes(timedelta(days=1))
    assert introductions(stage) == []


@pytest.mark.parametrize("change", ["given up after a week", "wanted no more"])
async def test_what_waits_is_not_tried_for_ever(stage: Stage, change: str) -> None:
    aki = await arrive(stage)
    stage.directory.missing = {"introductions", "general"}
    await agree(stage, aki)
    await fill(stage, aki)
    if change == "wanted no more":
        await fill(stage, aki, consent="no")
    else:
        await stage.passes(timedelta(days=7, hours=2))
    stage.directory.missing = set()
    stage.sent.clear()
    await stage.passes(timedelta(days=2))
    assert introductions(stage) == []


@BOTH
async def test_an_introduction_that_a_moderator_takes_away_is_gone(stage: Stage, workspace: Workspace) -> None:
    aki = await arrive(stage, "aki", workspace)
    await agree(stage, aki)
    await fill(stage, aki)
    member = await stage.member(aki)
    ref = await stage.look(lambda db: db.outbox.ref(f"intro:{member}:1"))
    assert isinstance(ref, MessageRef)
    other = MessageRef(ref.place, "m999")
    for message, state, cases in ((other, "standing", 1), (ref, "removed", 0)):
        await stage.happens(MessageDeleted(key=stage.key(), at=stage.now, workspace=workspace, message=message))
        stands = await stage.look(lambda db: db.profiles.introduction(member))
        assert isinstance(stands, PostedIntroduction)
        assert stands.state == state
        assert len(await stage.look(lambda db: db.welcomers.open_cases())) == cases  # type: ignore[arg-type]


@pytest.mark.parametrize(("locale", "asked", "hint"), [
    ("ja", "#introductions に、自己紹介とトピックを投稿しますか？", "ここに書いたことは投稿されません"),
    ("en", "Post this and your topics in #introductions?", "What you write here is not posted."),
])  # fmt: skip
async def test_the_form_says_what_is_posted_and_where(stage: Stage, locale: str, asked: str, hint: str) -> None:
    aki = await stage.joins("aki", locale=locale)
    form = form_of(await stage.acts(aki, f"about:{await stage.member(aki)}"))
    assert (form.fields[-1].label, form.fields[0].hint) == (asked, hint)


async def test_without_any_channel_it_waits(stage: Stage) -> None:
    aki = await arrive(stage)
    stage.directory.missing = {"introductions", "general"}
    await agree(stage, aki)
    await fill(stage, aki)
    assert stage.took(Post) == []
    stage.directory.missing = set()
    await fill(stage, aki)  # the same again, which is what one does when nothing has appeared
    assert len(introductions(stage)) == 1
    assert await stage.facts("member.profiled") == ["member.profiled"]


@BOTH
async def test_nobody_presses_another_members_buttons(stage: Stage, workspace: Workspace) -> None:
    aki, ren = await arrive(stage, "aki", workspace), await arrive(stage, "ren", workspace)
    member = await stage.member(aki)
    for name in ("about", "rules", "agree", "levels", "rhythm", "join", "me", "nudge_off", "rota_yes", "rota_no"):
        for raw in (f"{name}:{member}", f"{name}:{member}:0", name, f"{name}:", f"{name}:x:y"):
            answer = await stage.acts(ren, raw)
            assert isinstance(answer, Say), raw
            assert "for somebody else" in text_of(answer), raw
    for form in ("about", "levels", "rhythm"):
        assert "for somebody else" in text_of(await stage.sends(ren, f"{form}:{member}:0", GOOD)), form
    assert await stage.facts("member.agreed", "member.profiled") == []


async def test_levels_are_asked_five_at_a_time_and_kept(stage: Stage) -> None:
    aki = await arrive(stage)
    learn = ("python", "t1", "t2", "t3", "t4", "t5")
    await fill(stage, aki, learn=learn)
    member = await stage.member(aki)
    first = form_of(await stage.acts(aki, f"levels:{member}:0"))
    assert len(first.fields) == 5
    saved = await stage.sends(aki, first, {"python": "expert", "ops": "beginner"})
    second = form_of(await stage.presses(aki, card_of(saved), "levels"))
    assert [field.key for field in second.fields] == ["t4", "t5"]
    await stage.sends(aki, second, {"t5": "intermediate"})
    me = text_of(await stage.types(aki, "tsudoi", "me"))
    assert "Python: Expert" in me
    assert "Topic 5: Intermediate" in me
    await fill(stage, aki, learn=("python",))  # a level stays with its topic
    me = text_of(await stage.types(aki, "tsudoi", "me"))
    assert "Python: Expert" in me
    assert "Topic 5" not in me


async def test_a_levels_button_from_an_earlier_time_says_what_to_do(stage: Stage) -> None:
    aki = await arrive(stage)
    answer = await stage.acts(aki, f"levels:{await stage.member(aki)}:7")
    assert "no topics to ask about" in text_of(answer)


async def test_language_and_hours_hold_from_the_next_word_on(stage: Stage) -> None:
    aki = await arrive(stage)
    member = await stage.member(aki)
    form = form_of(await stage.acts(aki, f"rhythm:{member}"))
    zone = form.fields[1]
    assert isinstance(zone, Line)
    assert zone.value == "Asia/Tokyo"
    answer = await stage.sends(aki, form, {"language": "ja", "zone": "ベルリン", "quiet": "22時〜8時"})
    assert "保存しました" in text_of(answer)
    assert "Europe/Berlin" in text_of(answer)
    assert "22:00-08:00" in text_of(answer)
    assert "ルール" in text_of(await stage.types(aki, "tsudoi", "me"))
    await stage.sends(aki, form, {"language": "auto", "zone": "", "quiet": ""})
    assert "Rules" in text_of(await stage.types(aki, "tsudoi", "me"))


async def test_an_unknown_zone_is_said_at_its_field(stage: Stage) -> None:
    aki = await arrive(stage)
    values = {"language": "auto", "zone": "Atlantis", "quiet": "22-8"}
    answer = await stage.sends(aki, f"rhythm:{await stage.member(aki)}", dict(values))
    assert isinstance(answer, Invalid)
    assert set(answer.errors) == {"zone"}
    quiet = answer.form.fields[2]
    assert isinstance(quiet, Line)
    assert quiet.value == "22-8"


async def test_topics_lead_to_channels_and_groups_on_slack(stage: Stage) -> None:
    aki = await arrive(stage)
    await fill(stage, aki)
    me = await stage.types(aki, "tsudoi", "me")
    assert "#python" in text_of(await stage.presses(aki, card_of(me), "join"))
    invites, badges = [e for e in stage.sent if isinstance(e, Invite)], stage.took(SetBadge)
    assert [invite.place.channel for invite in invites] == ["C-python"]
    assert [badge.badge for badge in badges] == ["ops-people"]


async def test_topics_lead_to_roles_on_discord(stage: Stage) -> None:
    ren = await arrive(stage, "ren", DISCORD)
    await fill(stage, ren)
    await stage.acts(ren, f"join:{await stage.member(ren)}")
    assert {badge.badge for badge in stage.took(SetBadge)} == {"pythonista", "ops"}


async def test_who_was_let_in_is_a_fact_only_then_and_not_offered_again(stage: Stage) -> None:
    aki = await arrive(stage)
    await fill(stage, aki)
    me = await stage.types(aki, "tsudoi", "me")
    stage.refuses = lambda effect: isinstance(effect, SetBadge)
    answer = text_of(await stage.presses(aki, card_of(me), "join"))
    assert "Letting you in: #python, @ops-people" in answer
    assert await stage.facts("topic.joined") == ["topic.joined"]
    member = await stage.member(aki)
    assert await stage.look(lambda db: db.profiles.joined_topics(member, SLACK)) == {("python", True)}
    assert await stage.look(lambda db: db.profiles.joined_topics(member, DISCORD)) == set()
    stage.refuses = lambda _effect: False
    await stage.presses(aki, card_of(await stage.types(aki, "tsudoi", "me")), "join")
    with pytest.raises(AssertionError, match="join in"):
        action(card_of(await stage.types(aki, "tsudoi", "me")), "join")


@pytest.mark.parametrize("unreachable", [(), (DirectMessage,)], ids=["reachable", "unreachable"])
async def test_a_closed_door_is_told_once_to_the_member_and_once_to_the_moderators(
    stage: Stage, unreachable: tuple[type, ...]
) -> None:
    aki = await arrive(stage)
    await fill(stage, aki)
    stage.refuses = lambda effect: isinstance(effect, (SetBadge, Invite, *unreachable))
    stage.sent.clear()
    await stage.acts(aki, f"join:{await stage.member(aki)}")
    await stage.passes(timedelta(minutes=2))
    assert await stage.facts("topic.joined") == []
    sorry = [effect for effect in stage.sent if isinstance(effect, DirectMessage)]
    assert [text_of(message).splitlines()[0] for message in sorry] == [
        "Sorry, I could not let you into #python, @ops-people."
    ][: int(not unreachable)]
    (card,) = stage.took(Post)
    assert card.place.channel == "C-moderators"
    assert "I could not let @aki into #python, @ops-people." in text_of(card)
    assert "topic" not in text_of(card)  # nothing of our own keys
    await stage.passes(timedelta(days=1))
    assert [post for post in stage.took(Post) if "let in" in text_of(post)] == []


async def test_an_empty_levels_form_does_not_claim_to_have_saved(stage: Stage) -> None:
    aki = await arrive(stage)
    await fill(stage, aki)
    form = f"levels:{await stage.member(aki)}:0"
    assert "Saved" not in text_of(await stage.sends(aki, form, {}))
    assert "Saved" in text_of(await stage.sends(aki, form, {"python": "expert"}))


async def test_there_may_be_nothing_to_join(stage: Stage) -> None:
    aki = await arrive(stage)
    assert "nothing to join" in text_of(await stage.acts(aki, f"join:{await stage.member(aki)}"))


async def test_a_community_without_topics_asks_for_none(build: Build) -> None:
    stage = await build(topics=())
    aki = await arrive(stage)
    form = form_of(await stage.acts(aki, f"about:{await stage.member(aki)}"))
    assert [field.key for field in form.fields] == ["purpose", "introduction", "consent"]


async def test_the_form_comes_back_filled_with_what_is_known(stage: Stage) -> None:
    aki = await arrive(stage)
    await fill(stage, aki)
    answer = await stage.acts(aki, f"about:{await stage.member(aki)}")
    assert isinstance(answer, OpenForm)
    held = {field.key: getattr(field, "value", None) or getattr(field, "values", None) for field in answer.form.fields}
    assert held == GOOD


async def test_the_home_tab_is_drawn_when_opened_and_after_each_change(stage: Stage) -> None:
    aki = await arrive(stage)
    await stage.happens(HomeOpened(key="h", at=stage.now, workspace=SLACK, user=aki))
    (home,) = stage.took(ShowHome)
    assert "What I know about you" in text_of(home.card)
    await fill(stage, aki)
    (home,) = stage.took(ShowHome)
    assert "To learn with others" in text_of(home.card)
    ren = await arrive(stage, "ren", DISCORD)
    await fill(stage, ren)
    assert stage.took(ShowHome) == []


async def test_the_rules_say_when_they_were_agreed_to(stage: Stage) -> None:
    aki = await arrive(stage)
    await agree(stage, aki)
    member = await stage.member(aki)
    rules = await stage.acts(aki, f"rules:{member}")
    assert "You agreed to this on Fri, 4 Dec 2026" in text_of(rules)
    with pytest.raises(AssertionError, match="agree in"):
        action(card_of(rules), "agree")


async def test_help_comes_bare_and_by_name_and_after_a_misspelt_word(stage: Stage) -> None:
    aki = await arrive(stage)
    bare, named = await stage.types(aki, "tsudoi"), await stage.types(aki, "tsudoi", "help")
    assert text_of(bare) == text_of(named)
    assert "/tsudoi me" in text_of(bare)
    assert "/community" not in text_of(bare)
    lost = text_of(await stage.types(aki, "tsudoi", text="hlep " + "x" * 500))
    assert "I do not know /tsudoi hlep" in lost
    assert "/tsudoi help" in lost
    assert "What I know" in text_of(await stage.presses(aki, card_of(bare), "me"))


@pytest.mark.parametrize("typed", ["", "help", "?", "ヘルプ"])
async def test_help_of_a_command_explains_that_command(stage: Stage, typed: str) -> None:
    aki = await arrive(stage)
    shown = text_of(await stage.types(aki, "meetup", text=typed))
    assert "I do not know" not in shown
    assert "/ask" not in shown
    assert shown.index("/meetup list") < shown.index("Run a meetup") < shown.index("/meetup participants")
    assert "/tsudoi help" in shown
    lost = text_of(await stage.types(aki, "meetup", text="lsit"))
    assert "I do not know /meetup lsit" in lost
    assert "/meetup list" in lost


async def test_the_name_on_a_post_is_a_mention_of_the_account(stage: Stage) -> None:
    aki = await arrive(stage)
    await agree(stage, aki)
    await fill(stage, aki)
    (post,) = introductions(stage)
    spans = [span for part in post.card.parts for span in getattr(getattr(part, "text", ""), "spans", ())]
    assert Mention(aki, "aki") in spans


@pytest.mark.parametrize("letter", ["x", "<", "&", "*", "あ", "\u0e17\u0e35"])
async def test_the_longest_of_everything_still_fits_every_card(build: Build, letter: str) -> None:
    names = [(letter * 45)[:43] + f"{n:02}" for n in range(25)]
    topics = tuple(
        TopicSettings(id=f"t{n}", en=name, ja=name[::-1], discord_role="r" * 90 + str(n))
        for n, name in enumerate(names)
    )
    stage = await build(topics=topics)
    ids = tuple(topic.id for topic in topics)
    for workspace in (SLACK, DISCORD):
        aki = await arrive(stage, "a" * 80, workspace)
        await agree(stage, aki)
        words = ("ab" + letter * 998)[:550]
        purpose = ("ab" + letter * 198)[:200]
        await fill(stage, aki, give=ids, learn=ids, introduction=words, purpose=purpose)
        member = await stage.member(aki)
        for page in range(5):
            await stage.sends(aki, f"levels:{member}:{page}", dict.fromkeys(ids, "intermediate"))
        await stage.sends(aki, f"rhythm:{member}", {"language": "ja", "zone": "", "quiet": "22-8"})
        assert "ほか" in text_of(await stage.types(aki, "tsudoi", "me"))  # the lists are cut, and say so
        await stage.acts(aki, f"join:{member}")
        assert len(introductions(stage)) == 1
