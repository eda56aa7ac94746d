"""Each action that is for moderators alone says what it records, and each kind of deed has its sentence."""

from community.permissions import RULES, Role
from handlers import FEATURES
from handlers.audit import collect
from handlers.audit.not_undone import NOT_UNDONE
from handlers.audit.table import ALSO, LEAVES, Seen

DEEDS, UNDOES = collect(feature for feature in FEATURES if feature.name != "audit")


def test_each_action_for_moderators_alone_says_what_it_leaves() -> None:
    only = {route for route, rule in RULES.items() if rule.roles <= {Role.MODERATOR, Role.OWNER}}
    assert only - LEAVES.keys() == set(), "its line belongs into handlers/audit/table.py"
    assert LEAVES.keys() - only == set()
    assert ALSO.keys() <= RULES.keys() - LEAVES.keys()


def test_each_kind_of_deed_has_a_sentence_that_says_who() -> None:
    for route, left in (*LEAVES.items(), *ALSO.items()):
        assert (left.seen is Seen.NOTHING) is (not left.deeds), route
        assert set(left.deeds) <= DEEDS.keys(), route
    assert all("{who}" in said for said in DEEDS.values())


def test_what_needs_one_tap_only_is_undone_by_another() -> None:
    """By the button of the record, or because the same card offers the way back."""
    back_on_the_card = {
        "press undo", "press case_claim", "press case_release", "press case_reopen", "press q_reopen", "press att_set",
        "press att_all", "press att_close", "press plan_take",
    }  # fmt: skip
    for route, left in (*LEAVES.items(), *ALSO.items()):
        if left.seen is Seen.ONE_TAP and route not in back_on_the_card:
            assert set(left.deeds) <= UNDOES.keys(), route


def test_each_kind_of_deed_is_undone_from_the_record_or_says_why_not() -> None:
    assert DEEDS.keys() - UNDOES.keys() - NOT_UNDONE.keys() == set(), (
        "its reason belongs into handlers/audit/not_undone.py"
    )
    assert NOT_UNDONE.keys() & UNDOES.keys() == set()
    assert NOT_UNDONE.keys() <= DEEDS.keys() | {"deed.undone"}
