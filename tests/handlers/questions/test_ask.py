from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from chat.answers import Invalid, OpenForm, Redraw, Say
from chat.card import Button, Buttons, Quote, Title
from chat.effects import DirectMessage, OpenThread, Post
from chat.form import Choice, Form, Line, Paragraph, Values
from chat.ids import UserRef
from community.config import Channels, QuestionSettings, TopicSettings, WorkspaceSettings
from community.questions.life import QuestionState, Search, Via
from tests.handlers.questions.asking import SAME, TITLE, Closed, all_of, crowd, only, public, solved
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, form_of, text_of

Build = Callable[..., Awaitable[Stage]]
ASKED: Values = {"title": "How do I turn on dark mode?", "details": "I looked in the settings.", "name": "named"}
NAMELESS: Values = {**ASKED, "name": "anonymous"}
WITHOUT = Channels()


def values_of(form: Form) -> Values:
    return {
        f.key: f.value for f in form.fields if isinstance(f, Line | Paragraph | Choice) and isinstance(f.value, str)
    }


async def test_bare_ask_opens_an_empty_form_and_words_go_into_it(stage: Stage) -> None:
    aki = await stage.joins("aki")
    answer = await stage.types(aki, "ask")
    assert isinstance(answer, OpenForm)
    assert [f.key for f in answer.form.fields] == ["title", "details", "topic", "level", "name"]
    assert values_of(answer.form) == {"title": "", "details": "", "name": "named"}
    answer = await stage.types(aki, "ask", question="why does it rain?")
    assert values_of(form_of(answer))["title"] == "why does it rain?"


async def test_long_words_after_the_command_get_a_title_and_stand_whole_below(stage: Stage) -> None:
    aki = await stage.joins("aki")
    long = "Hello all! " + "The build is slow. " * 20 + "How can I make the build faster?"
    values = values_of(form_of(await stage.types(aki, "ask", question=long)))
    assert values["details"] == long
    assert 0 < len(str(values["title"])) <= 150


async def test_a_community_with_25_topics_and_one_with_none_get_a_form(build: Build) -> None:
    many = tuple(TopicSettings(id=f"t{n}", en=f"T{n}", ja=f"話題{n}") for n in range(25))
    for topics, fields in ((many, 5), ((), 4)):
        stage = await build(topics=topics)
        form = form_of(await stage.types(await stage.joins("aki"), "ask"))
        assert len(form.fields) == fields


async def test_a_question_is_posted_in_the_question_channel_and_stands_in_a_thread(stage: Stage) -> None:
    aki = await stage.joins("aki")
    stage.sent.clear()
    answer = await stage.sends(aki, "ask:0:", {**ASKED, "topic": "ops", "level": "beginner"})
    assert "#questions" in text_of(answer)
    post, thread = public(stage)
    assert isinstance(post, Post)
    assert post.place.channel == "C-questions"
    assert "aki asks" in text_of(post).replace("@", "")
    assert isinstance(thread, OpenThread)
    question = await only(stage)
    assert (question.state, question.search, question.via) == (QuestionState.OPEN, Search.PEERS, Via.FORM)
    assert (question.topic, question.level, question.title) == ("ops", "beginner", ASKED["title"])
    assert question.thread is not None
    assert question.thread.thread
    assert await stage.facts("question.asked") == ["question.asked"]


async def test_a_form_sent_twice_asks_once(stage: Stage) -> None:
    aki = await stage.joins("aki")
    await stage.sends(aki, "ask:0:", ASKED)
    again = await stage.sends(aki, "ask:0:", ASKED)
    assert "asked already" in text_of(again)
    assert len(await all_of(stage)) == 1
    await stage.passes(timedelta(hours=1))
    await stage.sends(aki, "ask:0:", ASKED)  # an hour later they mean it
    assert len(await all_of(stage)) == 2


async def test_it_goes_where_it_was_typed_or_to_the_topics_own_channel(build: Build) -> None:
    topic = TopicSettings(id="python", en="Python", ja="Python", slack_channel="python")
    channels = Channels(questions=("questions", "python", "product"))
    stage = await build(topics=(topic,), workspaces=(WorkspaceSettings(workspace=SLACK, channels=channels),))
    aki = await stage.joins("aki")
    for form, topic_id, channel in (
        ("ask:0:", None, "C-questions"),
        ("ask:0:", "python", "C-python"),
        ("ask:0:C-product", "python", "C-product"),
        ("ask:0:C-general", None, "C-questions"),
    ):
        stage.sent.clear()
        values = {**ASKED, "title": f"How does {form} work in {channel} with {topic_id}?"}
        await stage.sends(aki, form, {**values, "topic": topic_id} if topic_id else values)
        post = public(stage)[0]
        assert isinstance(post, Post)
        assert post.place.channel == channel


async def test_a_forum_gets_a_post_of_its_own(build: Build) -> None:
    channels = Channels(questions=("forum",))
    stage = await build(workspaces=(WorkspaceSettings(workspace=DISCORD, channels=channels),))
    aki = await stage.joins("aki", DISCORD)
    stage.sent.clear()
    await stage.sends(aki, "ask:0:", ASKED)
    root, status = public(stage)
    assert isinstance(root, OpenThread)
    assert root.title == ASKED["title"]
    assert isinstance(status, Post)
    assert status.place.thread == "th"


async def test_without_a_question_channel_a_moderator_is_named_the_setting_and_the_words_are_kept(build: Build) -> None:
    stage = await build(workspaces=(WorkspaceSettings(workspace=SLACK, channels=WITHOUT),))
    aki = await stage.joins("aki")
    bare = await stage.types(aki, "ask")
    assert isinstance(bare, Say)
    assert "channels.questions" in text_of(bare)
    answer = await stage.types(aki, "ask", question="why does it rain?")
    assert any(isinstance(part, Quote) and "rain" in part.text for part in card_of(answer).parts)
    reopened = await stage.presses(aki, card_of(answer), "draft")
    assert values_of(form_of(reopened))["title"] == "why does it rain?"
    sent = await stage.sends(aki, form_of(reopened), ASKED)
    assert isinstance(sent, Invalid)
    assert values_of(sent.form)["details"] == ASKED["details"]
    assert "channels.questions" in sent.errors["title"]
    assert await all_of(stage) == []


@pytest.mark.parametrize(
    ("title", "details", "said"),
    [
        ("🙏🙏", "", "only emoji"),
        ("https://example.org/x", "", "only a link"),
        ("```print(1)```", "", "only code"),
        ("\u202e\u202e ", "", "what you would like to know"),
        ("Hello everyone!", "", "the question itself"),
    ],
)
async def test_what_cannot_be_answered_comes_back_with_what_to_do(
    stage: Stage, title: str, details: str, said: str
) -> None:
    aki = await stage.joins("aki")
    answer = await stage.sends(aki, "ask:0:", {"title": title, "details": details, "name": "anonymous"})
    assert isinstance(answer, Invalid)
    assert said in answer.errors["title"]
    assert values_of(answer.form) == {"title": title, "details": details, "name": "anonymous"}
    assert await all_of(stage) == []


async def test_everyone_is_not_pinged_and_signs_that_reach_out_are_taken_out(stage: Stage) -> None:
    aki = await stage.joins("aki")
    stage.sent.clear()
    zalgo = "W" + "\u0335" * 60 + "hy does \u202e@everyone <!channel> fail?"
    await stage.sends(aki, "ask:0:", {"title": zalgo, "details": "@here <@U1> *why*", "name": "named"})
    post = public(stage)[0]
    assert isinstance(post, Post)
    assert post.card.notify == ()
    assert post.card.notify_badges == ()
    (title,) = (part.text for part in post.card.parts if isinstance(part, Title))
    assert "\u202e" not in title
    assert title.count("\u0335") <= 4
    assert [part.text for part in post.card.parts if isinstance(part, Quote)] == ["@here <@U1> *why*"]


# ---- without a name


async def test_without_a_name_nothing_public_leads_to_the_asker(stage: Stage) -> None:
    aki = await stage.joins("aki")
    member = await stage.member(aki)
    stage.sent.clear()
    answer = await stage.sends(aki, "ask:0:", NAMELESS)
    assert "Nobody sees" in text_of(answer)
    shown = public(stage)
    assert len(shown) == 2
    for effect in shown:
        raw = repr(effect)
        assert aki.id not in raw
        assert "aki" not in raw
        actions = [b.action for p in card_of(effect).parts if isinstance(p, Buttons) for b in p.buttons
                   if isinstance(b, Button)]  # fmt: skip
        question = await only(stage)
        assert {a.partition(":")[2] for a in actions} <= {str(question.id)}
    assert question.asker == member
    assert not [e for e in stage.sent if isinstance(e, DirectMessage)]


async def test_where_names_are_wanted_the_form_has_no_choice_and_an_old_form_is_no_way_around(build: Build) -> None:
    stage = await build(questions=QuestionSettings(anonymous=False))
    aki = await stage.joins("aki")
    assert "name" not in [f.key for f in form_of(await stage.types(aki, "ask")).fields]
    answer = await stage.sends(aki, "ask:0:", NAMELESS)
    assert isinstance(answer, Invalid)
    assert "switched off" in answer.errors["title"]
    assert await all_of(stage) == []


async def test_switched_off_questions_open_no_form(build: Build) -> None:
    stage = await build(questions=QuestionSettings(enabled=False))
    aki = await stage.joins("aki")
    assert "switched off" in text_of(await stage.types(aki, "ask"))
    answer = await stage.sends(aki, "ask:0:", ASKED)  # a form that was open already
    assert isinstance(answer, Invalid)
    assert "switched off" in answer.errors["title"]
    assert await all_of(stage) == []


# ---- what was answered before


async def shown(stage: Stage) -> tuple[UserRef, Say]:
    """Let aki ask what was answered before."""
    bo, cho = await stage.joins("bo"), await stage.joins("cho")
    await crowd(stage)
    await solved(stage, bo, cho)
    aki = await stage.joins("aki")
    stage.sent.clear()
    answer = await stage.sends(aki, "ask:0:C-questions", {"title": SAME[:150], "details": "", "name": "named"})
    assert isinstance(answer, Say)
    return aki, answer


async def test_what_was_answered_before_is_shown_first_and_nothing_is_posted(stage: Stage) -> None:
    _aki, answer = await shown(stage)
    said = text_of(answer)
    assert TITLE in said
    assert "@cho" in said
    assert "2026" in said
    assert {"Read the answer", "This answered it", "Ask anyway", "Change it"} <= set(said.split("\n"))
    assert public(stage) == []
    assert await stage.facts("question.shown_earlier", "question.deflected") == ["question.shown_earlier"]


async def test_this_answered_it_asks_nobody_and_thanks(stage: Stage) -> None:
    aki, answer = await shown(stage)
    done = await stage.presses(aki, answer.card, "q_earlier")
    assert isinstance(done, Redraw)
    assert "helped" in text_of(done)
    assert [q.state for q in await all_of(stage)] == [QuestionState.SOLVED]
    assert await stage.facts("question.deflected") == ["question.deflected"]
    again = await stage.presses(aki, answer.card, "q_earlier")  # pressed twice
    assert "no longer kept" in text_of(again)
    assert await stage.facts("question.deflected") == ["question.deflected"]


async def test_ask_anyway_posts_once_however_often_it_is_pressed(stage: Stage) -> None:
    aki, answer = await shown(stage)
    first = await stage.presses(aki, answer.card, "q_anyway")
    assert "#questions" in text_of(first)
    again = await stage.presses(aki, answer.card, "q_anyway")
    assert "asked already" in text_of(again)
    assert len([e for e in public(stage) if isinstance(e, Post)]) == 1
    assert [q.state for q in await all_of(stage)] == [QuestionState.SOLVED, QuestionState.OPEN]
    await stage.passes(timedelta(days=8))
    assert len(await all_of(stage)) == 2


async def test_somebody_elses_press_is_refused(stage: Stage) -> None:
    _aki, answer = await shown(stage)
    bo = await stage.joins("bo")
    for name in ("q_anyway", "q_earlier", "q_change"):
        assert "somebody else" in text_of(await stage.presses(bo, answer.card, name))
    draft = (await all_of(stage))[-1]
    assert "somebody else" in text_of(await stage.sends(bo, f"ask:{draft.id}:", ASKED))
    assert (await all_of(stage))[-1] == draft


async def test_change_it_opens_the_form_as_it_was_and_changes_the_draft(stage: Stage) -> None:
    aki, answer = await shown(stage)
    opened = await stage.presses(aki, answer.card, "q_change")
    assert isinstance(opened, OpenForm)
    assert values_of(opened.form)["title"] == SAME[:150]
    await stage.sends(aki, opened.form, ASKED)  # something else altogether: nothing like it, so it is posted
    assert [q.title for q in await all_of(stage)] == [TITLE, ASKED["title"]]
    assert len([e for e in public(stage) if isinstance(e, Post)]) == 1


async def test_a_draft_is_forgotten_after_a_week_and_says_so(stage: Stage) -> None:
    aki, answer = await shown(stage)
    await stage.passes(timedelta(days=6))
    assert len(await all_of(stage)) == 2
    await stage.passes(timedelta(days=1, minutes=1))
    assert len(await all_of(stage)) == 1
    for name in ("q_anyway", "q_change", "q_earlier"):
        assert "/ask" in text_of(await stage.presses(aki, answer.card, name))
    assert public(stage) == []


async def test_what_stands_in_a_closed_channel_is_not_shown_outside_it(stage: Stage) -> None:
    bo, cho = await stage.joins("bo"), await stage.joins("cho")
    await crowd(stage)
    stage.directory = Closed()
    await solved(stage, bo, cho)
    aki = await stage.joins("aki")
    assert "Nothing solved" in text_of(await stage.types(aki, "find", words="webhook signature"))


async def test_what_stands_where_the_bot_sees_nothing_any_more_is_shown_to_nobody(stage: Stage) -> None:
    bo, cho = await stage.joins("bo"), await stage.joins("cho")
    await crowd(stage)
    await solved(stage, bo, cho)
    aki = await stage.joins("aki")
    assert "Nothing solved" not in text_of(await stage.types(aki, "find", words="webhook signature"))
    stage.directory.missing.add("questions")  # it may have been closed, and the bot sent out
    assert "Nothing solved" in text_of(await stage.types(aki, "find", words="webhook signature"))


async def test_an_answer_given_by_a_nameless_asker_keeps_them_nameless(stage: Stage) -> None:
    bo = await stage.joins("bo")
    await crowd(stage)
    await solved(stage, bo, bo, anonymous=True)
    aki = await stage.joins("aki")
    answer = await stage.types(aki, "find", words="webhook signature")
    assert TITLE in text_of(answer)
    assert "bo" not in text_of(answer).split()
    assert bo.id not in repr(answer)


async def test_a_question_that_could_not_be_posted_can_be_asked_again(stage: Stage) -> None:
    aki = await stage.joins("aki")
    stage.refuses = lambda effect: isinstance(effect, Post)
    await stage.sends(aki, "ask:0:", ASKED)
    assert (await only(stage)).state is QuestionState.DRAFT
    stage.refuses = lambda _effect: False
    stage.sent.clear()
    await stage.sends(aki, "ask:0:", ASKED)
    assert len([e for e in public(stage) if isinstance(e, Post)]) == 1
    assert (await only(stage)).state is QuestionState.OPEN


async def test_what_could_not_be_posted_is_tried_again_by_a_button_or_forgotten_after_a_week(stage: Stage) -> None:
    aki = await stage.joins("aki")
    stage.refuses = lambda effect: isinstance(effect, Post)
    for title in ("How do I turn it on?", "How do I turn it off?"):
        await stage.sends(aki, "ask:0:", {**ASKED, "title": title})
    (first, second) = [dm for dm in stage.took(DirectMessage) if dm.user == aki]
    opened = await stage.presses(aki, second.card, "q_change")
    assert values_of(form_of(opened))["title"] == "How do I turn it off?"
    stage.refuses = lambda _effect: False
    for _ in range(2):
        await stage.presses(aki, first.card, "q_anyway")
    (post,) = [e for e in public(stage) if isinstance(e, Post)]
    assert "How do I turn it on?" in text_of(post)
    drafts = [q.title for q in await all_of(stage) if q.state is QuestionState.DRAFT]
    assert drafts == ["How do I turn it off?"]
    await stage.passes(timedelta(days=7, minutes=1))
    assert [q.title for q in await all_of(stage)] == ["How do I turn it on?"]


async def test_a_form_whose_draft_has_expired_is_a_new_question(stage: Stage) -> None:
    aki, answer = await shown(stage)
    opened = await stage.presses(aki, answer.card, "q_change")
    await stage.passes(timedelta(days=7, minutes=1))
    await stage.sends(aki, form_of(opened), ASKED)
    assert [q.title for q in await all_of(stage)] == [TITLE, ASKED["title"]]
