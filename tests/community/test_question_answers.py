"""Which message of a thread may be the answer, and whom thanks are for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chat.ids import MessageRef, Place, Platform
from community.questions.answers import CHOICES, best_of, choices, clear_answer, is_substantial, is_talking, thanked_for
from community.questions.life import QuestionMessage

NOW = datetime(2026, 12, 4, 1, tzinfo=UTC)
THREAD = Place(Platform.SLACK, "T1", "C1", "100.1")
ASKER, BEN, CHIE = 1, 2, 3


def said(n: int, member: int | None, text: str, minutes: int = 0) -> QuestionMessage:
    """Return something said in a thread."""
    at = NOW + timedelta(minutes=minutes)
    ref = MessageRef(THREAD, str(n))
    return QuestionMessage(id=n, question=7, member=member, ref=ref, text=text, at=at, by_asker=member == ASKER)


@pytest.mark.parametrize(
    ("text", "may_be"),
    [
        ("Set the timeout to thirty seconds.", True),
        ("設定を変えてください", True),
        ("```\npip install -U tool\n```", True),
        ("https://docs.example/timeouts", True),
        ("ok!", False),
        ("+1", False),
        ("👍", False),
        ("", False),
        ("You’re welcome!", False),
        ("どういたしまして！", False),
        ("Thank you!", False),
        ("Same here, watching this.", False),
        ("me too", False),
        ("I'm on it, give me a minute", False),
        ("Let me check that after lunch", False),
        ("調べてみますね！", False),
        ("私も同じです", False),
        ("設定を確認してみてください", True),
        ("Glad it helped! One more thing: restart the worker afterwards, or it keeps the old value.", True),
    ],
)
def test_nods_and_thanks_are_no_answers(text: str, *, may_be: bool) -> None:
    assert is_substantial(said(1, BEN, text)) is may_be


def test_with_one_answerer_it_is_clear_which_message_did_it() -> None:
    talk = [
        said(1, BEN, "Which version is it?"),
        said(2, ASKER, "It is version three."),
        said(3, BEN, "Take four then."),
    ]
    assert clear_answer([*talk, said(4, BEN, "np!")]) == talk[2]
    assert clear_answer([*talk, said(4, CHIE, "Or take five, which is newer.")]) is None
    assert clear_answer([said(2, ASKER, "It was the cable.")]) is None
    assert clear_answer([]) is None


def test_who_only_nodded_is_taken_by_their_last_word() -> None:
    assert best_of([said(1, BEN, "ok"), said(2, BEN, "+1")], BEN) == said(2, BEN, "+1")
    assert best_of([said(1, BEN, "ok")], CHIE) is None


def test_an_erased_answerer_is_nobody_to_mark_by_itself() -> None:
    assert clear_answer([said(1, None, "")]) is None
    assert thanked_for([said(1, None, "")], ()) is None


def test_the_menu_offers_the_newest_answers_and_no_nods() -> None:
    talk = [said(n, BEN, f"Try number {n} of the list.") for n in range(1, 40)]
    assert [m.id for m in choices([*talk, said(50, CHIE, "+1")])] == list(range(39, 39 - CHOICES, -1))
    assert [m.id for m in choices([said(1, CHIE, "+1"), said(2, ASKER, "It was the cable.")])] == [1]


def test_thanks_are_for_who_is_named_else_for_the_last_answerer() -> None:
    talk = [said(1, BEN, "Take version four."), said(2, CHIE, "Or take five, which is newer."), said(3, CHIE, "np")]
    assert thanked_for(talk, ()) == talk[1]
    assert thanked_for(talk, {BEN}) == talk[0]
    assert thanked_for(talk, {ASKER, 99}) == talk[1]
    assert thanked_for([said(1, ASKER, "Hello?")], {ASKER}) is None


def test_who_wrote_a_moment_ago_reads_along() -> None:
    assert is_talking([said(1, ASKER, "It is version three.")], NOW + timedelta(minutes=10))
    assert not is_talking([said(1, ASKER, "It is version three.")], NOW + timedelta(minutes=11))
    assert not is_talking([said(1, BEN, "Which version?")], NOW)
