"""Names and characters lead to each other."""

from __future__ import annotations

import pytest

from chat.slack.emoji import UNICODE, to_name, to_unicode


def test_every_known_character_leads_back_to_itself() -> None:
    assert len(UNICODE) > 250
    for char in set(UNICODE.values()):
        assert to_unicode(to_name(char)) == char


@pytest.mark.parametrize(("name", "char"), [("+1", "👍"), ("thumbsup::skin-tone-4", "👍"), ("tsudoi", "tsudoi")])
def test_names_are_read(name: str, char: str) -> None:
    assert to_unicode(name) == char


@pytest.mark.parametrize(
    ("char", "name"),
    [("❤", "heart"), ("❤️", "heart"), ("👍🏽", "+1"), (":tsudoi:", "tsudoi"), ("✅", "white_check_mark")],
)
def test_characters_are_named(char: str, name: str) -> None:
    assert to_name(char) == name
