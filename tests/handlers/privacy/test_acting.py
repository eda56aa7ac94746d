"""Every button and menu that leads to a member is declared: an erasure and a link of accounts find it by that alone."""

import ast

import pytest

from chat.card import Button, Buttons, Card, Option, Select
from chat.effects import Post
from chat.ids import Place, Platform
from chat.redaction import Person, Places, without
from storage.held.ids import ACTIONS, MENUS
from tests.handlers.privacy.acting import NAMES, carried, menus

PLACE = Place(Platform.SLACK, "T1", "C1")
PERSON = Person(frozenset(), 12, places=Places(ACTIONS, frozenset(MENUS)))
# Where the source calls a member's number otherwise
OTHERWISE = {"cases_page": {3}, "link_undo": {2}}
# Menus whose values are no members: deeds, words, kinds of seats, meetups, applications, questions, ideas, settings
OF_THINGS = {
    "appl_pick", "audit_pick", "case_show", "fig_pick", "idea_pick", "kw_pick", "meetup_pick", "q_answer", "q_close",
    "q_merge", "q_pick", "remind", "seat", "seat_take", "series_skip", "set_back", "set_pick", "set_section",
}  # fmt: skip
BY_WHO_CALLS = {"handlers.meetups.edit.action", "handlers.meetups.participants.action"}  # of meetups; of seats


def test_every_button_with_a_member_in_it_is_declared() -> None:
    found = {name: set(places) | OTHERWISE.get(name, set()) for name, places in carried().items()}
    undeclared = {name: places - set(ACTIONS.get(name, ())) for name, places in found.items()}
    missing = {name: places for name, places in undeclared.items() if places}
    assert missing == {}, "their places belong into ACTIONS of storage/held/ids.py"


def test_a_new_button_with_a_member_would_be_found() -> None:
    source = """
Button(f"q_take:{question.id}:{question.asker}", "x")
Button(f"q_no:{member.name}", "x")
ctx.db.outbox.add(effect, key=f"q_yes:{member.id}")
"""
    names = {"q_take": {2}, "q_no": set[int](), "q_yes": set[int]()}
    found = carried([("handlers.peaks.pins", ast.parse(source))])
    assert {name: set(found.get(name, {})) for name in names} == names


def test_nothing_is_declared_that_no_button_carries() -> None:
    found = carried()
    for name, places in ACTIONS.items():
        assert name in NAMES, f"{name}: there is no such route"
        assert set(places) == set(found.get(name, {})) | OTHERWISE.get(name, set()), name


def test_every_menu_is_of_members_or_of_things() -> None:
    found = menus()
    assert found - OF_THINGS - BY_WHO_CALLS == set(MENUS), "menus of members belong into MENUS of storage/held/ids.py"
    assert found >= OF_THINGS | BY_WHO_CALLS
    assert set(MENUS) <= NAMES


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_a_declared_button_goes_with_the_member(name: str) -> None:
    for place in ACTIONS[name]:
        words = [name, *(["77"] * 4)]
        stays = Button(":".join(words), "Stays")
        words[place] = "12"
        goes = Button(":".join(words), "Goes")
        found = without(Post(PLACE, Card(parts=(Buttons((goes, stays)),))), PERSON)
        assert found == Post(PLACE, Card(parts=(Buttons((stays,)),)))


@pytest.mark.parametrize("name", MENUS)
def test_a_choice_of_a_declared_menu_goes_with_the_member(name: str) -> None:
    goes, stays = (Option("12", "a"), Option("12:7", "b")), (Option("7:12", "c"), Option("121", "d"))
    card = Card(parts=(Select(action=f"{name}:12", placeholder="Who?", options=(*goes, *stays)),))
    kept = Card(parts=(Select(action=f"{name}:12", placeholder="Who?", options=stays),))
    assert without(Post(PLACE, card), PERSON) == Post(PLACE, kept)
