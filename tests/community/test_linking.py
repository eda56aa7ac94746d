"""What becomes of two rows of one person: alike in any order, and no "no" is lost; codes as they are typed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.ids import Platform, UserRef
from community.people import linking
from community.people.linking import (
    ALPHABET,
    LETTERS,
    Join,
    Refusal,
    chosen_privacy,
    code_of,
    judge,
    kept_of,
    shown,
    typed,
)
from community.people.members import Account, Member

AT = datetime(2026, 11, 22, tzinfo=UTC)
TIMES = st.integers(0, 5).map(lambda hours: AT + timedelta(hours=hours))
OFF = st.sampled_from(("on", "off"))
ROWS: dict[str, tuple[Join, dict[str, st.SearchStrategy[Any]]]] = {
    "earliest": (linking.earliest("at"), {"at": TIMES, "stage": st.just("agreed")}),
    "latest": (linking.latest("at"), {"at": TIMES, "verdict": st.sampled_from(("accepted", "not_now"))}),
    "best": (
        linking.best("state", ("answered", "offered", "silent"), "asked_at"),
        {"state": st.sampled_from(("answered", "offered", "silent", "other")), "asked_at": TIMES},
    ),
    "newcomer": (
        linking.newcomer,
        {
            "referrer": st.sampled_from((None, 3, 4)),
            "via": st.sampled_from((None, "x")),
            "nudged_at": st.none() | TIMES,
            "nudges_off": st.booleans(),
        },
    ),
    "topic": (
        linking.topic,
        {
            "gives": st.booleans(),
            "learns": st.booleans(),
            "level": st.sampled_from((None, "beginner", "intermediate", "expert")),
        },
    ),
    "welcomer": (
        linking.welcomer,
        {"state": st.sampled_from(("declined", "active", "invited")), "cap": st.integers(1, 9), "since": TIMES},
    ),
    "pause": (linking.pause, {"until": TIMES}),
    "choice": (linking.choice, {"value": OFF, "at": TIMES}),
    "reminder": (linking.reminder, {"choices": st.lists(st.sampled_from("abc"), unique=True).map(sorted)}),
    "wish": (linking.wish, {"introduced": st.booleans()}),
}


def joined_all(join: Join, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    joined, *others = rows
    for row in others:
        joined = join(joined, row)
    return joined


@pytest.mark.parametrize("name", ROWS)
@given(data=st.data())
def test_three_accounts_end_alike_in_whatever_order_they_are_linked(name: str, data: st.DataObject) -> None:
    join, fields = ROWS[name]
    rows = [data.draw(st.fixed_dictionaries(fields)) | {"member_id": n} for n in (1, 2, 3)]
    ends = []
    for order in permutations(rows):
        joined = joined_all(join, order)
        ends.append({name: value for name, value in joined.items() if name != "member_id"})
    assert all(end == ends[0] for end in ends)


@given(st.lists(st.tuples(OFF, TIMES), min_size=1, max_size=4))
def test_a_no_is_never_lost(said: list[tuple[str, datetime]]) -> None:
    rows: list[dict[str, Any]] = [{"value": value, "at": at} for value, at in said]
    joined = joined_all(linking.choice, rows)
    assert (joined["value"] == "off") == any(value == "off" for value, _ in said)


CHOICES = st.dictionaries(st.sampled_from(("recognition", "thanks_openly", "digest")), OFF)


@given(CHOICES, CHOICES)
def test_who_is_thanked_in_private_on_one_side_is_so_on_both(one: dict[str, str], other: dict[str, str]) -> None:
    joined = {
        key: "off" if "off" in {one.get(key), other.get(key)} else one.get(key) or other[key] for key in {*one, *other}
    }
    after = chosen_privacy(one, other, joined)

    def private(chosen: dict[str, str]) -> bool:
        return chosen.get("thanks_openly", chosen.get("recognition")) == "off"

    assert private(after) or not (private(one) or private(other))
    assert {key for key, value in joined.items() if value == "off"} <= {k for k, v in after.items() if v == "off"}


def test_the_newer_words_stay_and_the_older_fill_what_is_empty() -> None:
    old = {"purpose": "to learn", "introduction": "I am Aki.", "consent": True, "changed_at": AT}
    new = {"purpose": "to help", "introduction": "", "consent": False, "changed_at": AT + timedelta(days=1)}
    for one, other in ((old, new), (new, old)):
        joined = linking.profile(one, other)
        assert (joined["purpose"], joined["introduction"], joined["consent"]) == ("to help", "I am Aki.", True)
    refused = new | {"introduction": "I am Aki!"}
    assert linking.profile(old, refused)["consent"] is False, "who will not be introduced on one side, is not"


def test_of_two_reports_no_word_is_lost() -> None:
    one = {"learned": "fixtures", "next": "", "at": AT}
    other = {"learned": "plugins", "next": "more", "at": AT + timedelta(days=1)}
    joined = linking.report(other, one)
    assert (joined["learned"], joined["next"]) == ("fixtures\nplugins", "more")
    assert linking.report(one, one | {"at": other["at"]})["learned"] == "fixtures"


@given(st.lists(st.integers(0, 2**32), min_size=LETTERS, max_size=LETTERS))
def test_a_code_is_read_however_it_is_typed(numbers: list[int]) -> None:
    code = code_of(numbers)
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code)
    for said in (code, shown(code), shown(code).lower(), f" {code[:5]} {code[5:]} ", wide, wide.lower()):
        assert typed(said) == code


@given(st.text())
def test_what_is_no_code_is_none(text: str) -> None:
    code = typed(text)
    assert code is None or (len(code) == LETTERS and set(code) <= set(ALPHABET))


def test_letters_that_look_alike_are_not_in_codes() -> None:
    for pair in ("0O", "1I", "1L", "IL", "2Z", "5S", "8B", "UV"):
        assert not set(pair) <= set(ALPHABET)
    assert len(ALPHABET) ** LETTERS > 2**40
    with pytest.raises(ValueError, match="letters"):
        code_of([1])


def member(n: int, platform: Platform = Platform.SLACK, *, bot: bool = False, left: bool = False) -> Member:
    left_at = AT if left else None
    workspace = "T1" if platform is Platform.SLACK else "900"
    account = Account(UserRef(platform, workspace, f"U{n}"), f"U{n}", is_bot=bot, left_at=left_at)
    return Member(id=n, name=f"U{n}", joined_at=AT + timedelta(days=9 - n), accounts=(account,))


@pytest.mark.parametrize(
    ("first", "second", "waiting", "said"),
    [
        (member(1), member(2, Platform.DISCORD), (), None),
        (member(1), member(1), (), Refusal.ALREADY),
        (member(1), member(2), (), Refusal.SAME_PLACE),
        (member(1), member(2, left=True), (), None),
        (member(1, bot=True), member(2, Platform.DISCORD), (), Refusal.BOT),
        (member(1), member(2, Platform.DISCORD, bot=True), (), Refusal.BOT),
        (member(1), member(2, Platform.DISCORD), (2,), None),
        (member(1), member(2, Platform.DISCORD), (1,), None),
        (member(1), member(2, Platform.DISCORD), (1, 2), Refusal.WAITING),
        (member(1), member(2, Platform.DISCORD), (3,), None),
    ],
)
def test_who_may_be_one(first: Member, second: Member, waiting: tuple[int, ...], said: Refusal | None) -> None:
    assert judge(first, second, waiting=waiting) is said


@pytest.mark.parametrize("declined", [1, 2])
def test_a_no_of_the_moderators_is_not_undone_by_linking(declined: int) -> None:
    first, second = member(1), member(2, Platform.DISCORD)
    assert judge(first, second, waiting=(declined,), declined=(declined,)) is Refusal.DECLINED


def test_who_came_first_is_kept_whichever_side_asked() -> None:
    early, late = member(5), member(2, Platform.DISCORD)
    assert kept_of(early, late) == kept_of(late, early) == (early, late)
