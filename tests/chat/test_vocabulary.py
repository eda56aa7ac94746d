"""Values refuse what one of the platforms could not show, and say what is too much."""

from __future__ import annotations

import pytest

from chat.effects import MarkThread, PostedAs
from chat.ids import MessageRef, Place, Platform, in_thread_of, thread_of
from chat.limits import LimitError

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
