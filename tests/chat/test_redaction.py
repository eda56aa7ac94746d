"""A person is taken out of an effect: mentions, names, words, buttons; and nothing of anybody else."""

from __future__ import annotations

from chat.card import Button, Buttons, Card, Quote, Text, Title
from chat.effects import DirectMessage, OpenThread, Post
from chat.ids import Place, Platform, UserRef
from chat.redaction import Person, is_to, without
from chat.text import Mention, rich

AKI, BEN = (UserRef(Platform.SLACK, "T1", name) for name in ("Uaki", "Uben"))
PLACE = Place(Platform.SLACK, "T1", "C1")
WORDS = "The quokka sleeps in the garden shed"
PERSON = Person(frozenset({AKI}), 12, ("Aki",), (WORDS,))


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
    assert without(post(Text(rich("あきさんの質問です"))), person) == post(Text(rich("（削除済み）さんの質問です")))


def test_a_button_that_leads_to_them_goes_and_a_row_without_buttons_with_it() -> None:
    card = (Title("Aki"), Buttons((Button("greet:12", "Hello"),)), Buttons((Button("greet:13", "Hello"),)))
    assert without(post(*card), PERSON) == post(Title("(deleted)"), Buttons((Button("greet:13", "Hello"),)))


def test_where_they_are_not_it_is_the_very_same() -> None:
    effect = post(Text(rich("Hello, ", Mention(BEN, "Ben"))))
    assert without(effect, PERSON) is effect


def test_what_goes_to_them_alone_is_known() -> None:
    card = Card(parts=(Text(rich("x")),))
    assert is_to(DirectMessage(AKI, card), {AKI})
    assert not is_to(DirectMessage(BEN, card), {AKI})
    assert is_to(Post(PLACE, card, only_for=AKI), {AKI})
    assert not is_to(OpenThread(PLACE, "x", card, private_for=(AKI, BEN)), {AKI})
