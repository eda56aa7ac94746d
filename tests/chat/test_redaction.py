"""A person is taken out of an effect: mentions, names, words, buttons; and nothing of anybody else."""

from __future__ import annotations

import pytest

from chat.card import Button, Buttons, Card, Field, Fields, LinkButton, Option, Quote, Select, Text, Title
from chat.effects import DirectMessage, Effect, MarkThread, OpenThread, Post, RedrawPost
from chat.ids import MessageRef, Place, Platform, UserRef
from chat.redaction import Person, Places, is_to, without
from chat.text import ChannelLink, Link, Mention, rich

AKI, BEN = (UserRef(Platform.SLACK, "T1", name) for name in ("Uaki", "Uben"))
PLACE = Place(Platform.SLACK, "T1", "C1")
ROOT = MessageRef(PLACE, "m1")
WORDS = "The quokka sleeps in the garden shed"
PLACES = Places({"greet": (1,), "people_off": (2,)}, frozenset({"people_pick"}))
PERSON = Person(frozenset({AKI}), 12, ("Aki",), (WORDS, "Well,\nthank you"), PLACES)
MAY = Person(frozenset({AKI}), 12, ("May", "Note"), ("Good morning everybody!", "Thank you"), PLACES)
URL = "https://chat.example/m1"


def post(*parts: object, notify: tuple[UserRef, ...] = ()) -> Post:
    return Post(PLACE, Card(parts=parts, notify=notify))  # type: ignore[arg-type]


def test_a_mention_a_name_and_words_go_and_the_rest_stays() -> None:
    said = rich("🙏 ", Mention(AKI, "Aki"), " thanks ", Mention(BEN, "Ben"), ", says Aki. Akira does, too.")
    found = without(post(Text(said), Quote(f"{WORDS}, I think"), notify=(AKI, BEN)), PERSON)
    assert found == post(
        Text(rich("🙏 ", "(deleted)", " thanks ", Mention(BEN, "Ben"), ", says (deleted). Akira does, too.")),
        Quote("(deleted)"),
        notify=(BEN,),
    )


def test_in_japanese_it_is_said_in_japanese() -> None:
    person = Person(frozenset({AKI}), 12, ("あき",), ())
    assert without(post(Text(rich("あき", "さんの質問です"))), person) == post(
        Text(rich("（削除済み）", "さんの質問です"))
    )


def test_a_button_that_leads_to_them_goes_and_a_row_without_buttons_with_it() -> None:
    card = (Title("Aki"), Buttons((Button("greet:12", "Hello"),)), Buttons((Button("greet:13", "Hello"),)))
    assert without(post(*card), PERSON) == post(Title("(deleted)"), Buttons((Button("greet:13", "Hello"),)))


def test_a_question_or_a_page_with_the_same_number_is_not_them() -> None:
    buttons = Buttons((Button("q_solve:12", "Solved"), Button("people_off:12:13", "Out"), Button("greet:1:12", "Hi")))
    about = post(Text(rich(Mention(AKI, "Aki"))), buttons)
    assert without(about, PERSON) == post(Text(rich("(deleted)")), buttons)
    menu = [Select(action=name, placeholder="One…", options=(Option("12", "x"), Option("13", "y")))
            for name in ("q_pick", "people_pick:3")]  # fmt: skip
    kept = without(post(Text(rich(Mention(AKI, "Aki"))), *menu), PERSON)
    assert isinstance(kept, Post)
    assert [[o.value for o in part.options] for part in kept.card.parts if isinstance(part, Select)] == [
        ["12", "13"], ["13"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "effect",
    [
        OpenThread(ROOT, "Shall we meet on 9 May?", Card(parts=(Text(rich(Mention(BEN, "Ben"), " asks about May")),))),
        MarkThread(ROOT, "Shall we meet on 9 May?"),
        post(Title("Note"), Buttons((Button("case_note:12", "Note"), LinkButton(URL, "Note")))),
        post(Fields((Field("Note", rich("on 9 May")),))),
        post(Text(rich("Good morning everybody! How are you?")), Quote("Good morning everybody in the garden!")),
        post(Quote("Thank you for the help"), Text(rich(Link(URL, "Thank you for the help")))),
        post(Title("Good morning everybody!")),
        post(Quote("May: it is about May, or not")),
        post(Text(rich(Mention(BEN, "May"), " is another May"))),
    ],
)
def test_what_others_said_stays_where_a_name_or_a_beginning_is_a_word_like_others(effect: Effect) -> None:
    assert without(effect, MAY) is effect


def test_labels_and_channels_stay_even_where_they_are_named() -> None:
    label = Buttons((Button("case_note:12", "Note"), LinkButton(URL, "Note")))
    menu = Select(action="x", placeholder="Note", options=(Option("a", "b"),))
    field = Fields((Field("Note", rich("x", Mention(BEN, "May"))),))
    found = without(post(Text(rich(Mention(AKI, "May"))), label, menu, field), MAY)
    assert found == post(Text(rich("(deleted)")), label, menu, field)


@pytest.mark.parametrize(
    ("value", "left"),
    [
        (rich("Run by ", "Ben, Aki, Chie"), rich("Run by ", "Ben, (deleted), Chie")),
        (rich("Run by ", "Ben、Aki (Slack)"), rich("Run by ", "Ben、(deleted) (Slack)")),
        (rich("Aki", " reported: ", "Spam"), rich("(deleted)", " reported: ", "Spam")),
    ],
)
def test_a_name_that_stands_for_itself_names_them(value: object, left: object) -> None:
    assert without(post(Text(value)), PERSON) == post(Text(left))  # type: ignore[arg-type]
    assert without(post(Fields((Field("Who", value),))), PERSON) == post(Fields((Field("Who", left),)))  # type: ignore[arg-type]


def test_their_line_goes_from_where_words_are_quoted_though_nothing_names_them() -> None:
    quoted = post(Quote(f"Ben said:\n{WORDS}"), Text(rich("• ", Link(URL, WORDS[:30] + "…"))))
    assert without(quoted, PERSON) == post(Quote("Ben said:\n(deleted)"), Text(rich("• ", Link(URL, "(deleted)"))))
    card = Card(parts=(Text(rich("x")),))
    assert without(OpenThread(ROOT, WORDS, card), PERSON) == OpenThread(ROOT, "(deleted)", card)
    assert without(MarkThread(ROOT, WORDS), PERSON) == MarkThread(ROOT, "(deleted)")
    short = post(Text(rich("About ", "Aki")), Quote("Well,"))
    assert without(short, PERSON) == post(Text(rich("About ", "(deleted)")), Quote("(deleted)"))


def test_what_is_about_them_is_said_by_who_keeps_it() -> None:
    said = RedrawPost(ROOT, Card(parts=(Text(rich("Hello, Aki!", ChannelLink(PLACE, "general"))),)))
    assert without(said, PERSON) is said
    kept = without(said, PERSON, about=True)
    assert kept == RedrawPost(ROOT, Card(parts=(Text(rich("Hello, (deleted)!", ChannelLink(PLACE, "general"))),)))


def test_where_they_are_not_it_is_the_very_same() -> None:
    effect = post(Text(rich("Hello, ", Mention(BEN, "Ben"))))
    assert without(effect, PERSON) is effect


def test_what_goes_to_them_alone_is_known() -> None:
    card = Card(parts=(Text(rich("x")),))
    assert is_to(DirectMessage(AKI, card), {AKI})
    assert not is_to(DirectMessage(BEN, card), {AKI})
    assert is_to(Post(PLACE, card, only_for=AKI), {AKI})
    assert not is_to(OpenThread(PLACE, "x", card, private_for=(AKI, BEN)), {AKI})
