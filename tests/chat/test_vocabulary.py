"""Values refuse what one of the platforms could not show, and say what is too much."""

from __future__ import annotations

import pytest

from chat.answers import Suggest
from chat.card import Option
from chat.commands import CommandOption, Localised, OptionKind
from chat.effects import MarkThread, PostedAs
from chat.ids import MessageRef, Place, Platform, in_thread_of, thread_of
from chat.limits import LimitError

LABEL = Localised(en="x", ja="x")
ROOM = Place(Platform.DISCORD, "S1", "C1")
THREAD = Place(Platform.DISCORD, "S1", "C1", "5")


def test_a_title_is_refused_rather_than_cut() -> None:
    assert MarkThread(THREAD, "a" * 98, closed=True).shown() == "✔ " + "a" * 98
    assert MarkThread(THREAD, "a" * 100).shown() == "a" * 100
    for title, closed in (("a" * 99, True), ("a" * 101, False), ("", False), ("  ", True)):
        with pytest.raises(LimitError, match="thread title"):
            MarkThread(PostedAs("k"), title, closed=closed)
    with pytest.raises(ValueError, match="not a thread"):
        MarkThread(ROOM, "title")


@pytest.mark.parametrize(
    ("place", "root", "inside"),
    [
        (THREAD, MessageRef(ROOM, "5"), True),  # it hangs on the message
        (THREAD, MessageRef(THREAD, "6"), True),  # the message stands in it
        (THREAD, MessageRef(THREAD, "5"), True),
        (THREAD, MessageRef(ROOM, "6"), False),
        (ROOM, MessageRef(ROOM, "5"), False),
        (THREAD, MessageRef(Place(Platform.DISCORD, "S1", "C2"), "5"), False),
        (THREAD, MessageRef(Place(Platform.SLACK, "S1", "C1"), "5"), False),
    ],
)
def test_what_was_said_in_the_thread_of_a_message(place: Place, root: MessageRef, *, inside: bool) -> None:
    assert in_thread_of(place, root) is inside
    assert in_thread_of(thread_of(root), root)


def test_suggestions_are_refused_rather_than_cut() -> None:
    assert Suggest().choices == ()
    many = tuple(Option(str(n), "x") for n in range(26))
    assert len(Suggest(many[:25]).choices) == 25
    for too_much in (many, (many[0], many[0])):
        with pytest.raises(LimitError, match="suggestion"):
            Suggest(too_much)


def test_an_option_with_choices_of_its_own_completes_nothing() -> None:
    assert CommandOption(name="a", description=LABEL, completes=True).completes
    for kind, choices in ((OptionKind.MEMBER, ()), (OptionKind.CHOICE, ("x",)), (OptionKind.TEXT, ("x",))):
        with pytest.raises(ValueError, match="completes nothing"):
            CommandOption(name="a", description=LABEL, kind=kind, choices=choices, completes=True)
