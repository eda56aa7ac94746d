"""Whatever JSON an app sends as blocks or view, the sandbox answers with what is wrong and never breaks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.slack import blocks, state, views
from sandbox.slack.errors import SlackError
from sandbox.world import WorldError

WORDS = st.sampled_from(
    [
        "section",
        "actions",
        "input",
        "context",
        "header",
        "image",
        "button",
        "static_select",
        "checkboxes",
        "overflow",
        "plain_text",
        "mrkdwn",
        "plain_text_input",
        "number_input",
        "modal",
        "home",
        "x",
    ]
)
KEYS = st.sampled_from(
    [
        "type",
        "text",
        "elements",
        "element",
        "accessory",
        "fields",
        "options",
        "option_groups",
        "label",
        "value",
        "title",
        "block_id",
        "action_id",
        "initial_option",
        "initial_options",
        "max_length",
        "style",
        "placeholder",
        "blocks",
        "image_url",
        "alt_text",
        "hint",
        "description",
        "submit",
        "private_metadata",
        "external_id",
        "url",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5000) | WORDS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=25,
)
IN_BLOCK = ["text", "elements", "element", "accessory", "fields", "block_id", "label", "hint", "alt_text"]
IN_ELEMENT = ["text", "options", "option_groups", "initial_option", "initial_options", "max_length", "value"]
BLOCK = st.fixed_dictionaries({"type": st.sampled_from(sorted(blocks.BLOCKS))}, optional=dict.fromkeys(IN_BLOCK, JSON))
ELEMENT = st.fixed_dictionaries(
    {"type": st.sampled_from(sorted(blocks.IN_SECTION | blocks.IN_INPUT))}, optional=dict.fromkeys(IN_ELEMENT, JSON)
)


@given(JSON | st.lists(BLOCK, max_size=3))
def test_any_json_as_blocks_is_judged(given_blocks: Any) -> None:  # noqa: ANN401 - JSON
    found = blocks.problems(given_blocks, blocks.MESSAGE)
    assert all("[json-pointer:" in problem for problem in found)
    if not found:
        whole = blocks.completed(given_blocks)
        assert all(block["block_id"] for block in whole)


@given(st.lists(ELEMENT, min_size=1, max_size=2), st.sampled_from(["accessory", "elements", "element"]))
def test_any_element_is_judged(elements: list[Any], where: str) -> None:
    kind = {"accessory": "section", "elements": "actions", "element": "input"}[where]
    text = {"type": "plain_text", "text": "x"}
    block = {"type": kind, "text": text, "label": text, where: elements if where == "elements" else elements[0]}
    assert all("[json-pointer:" in problem for problem in blocks.problems([block], blocks.MODAL))


@given(JSON)
def test_any_json_as_a_view_is_judged(view: Any) -> None:  # noqa: ANN401 - JSON
    assert judged(view) in ("invalid_arguments", view)


def judged(view: Any) -> Any:  # noqa: ANN401 - JSON
    try:
        return views.checked(view, blocks.MODAL)
    except SlackError as refused:
        return refused.code


@pytest.mark.parametrize(
    ("kind", "given_value", "expected"),
    [
        ("plain_text_input", "a", {"value": "a"}),
        ("plain_text_input", "", {"value": None}),
        ("number_input", "3", {"value": "3"}),
        ("datepicker", "2026-11-22", {"selected_date": "2026-11-22"}),
        ("timepicker", "09:30", {"selected_time": "09:30"}),
        ("datetimepicker", "1700000000", {"selected_date_time": 1_700_000_000}),
        ("users_select", "U1", {"selected_user": "U1"}),
        ("multi_users_select", ["U1", "U2"], {"selected_users": ["U1", "U2"]}),
        ("conversations_select", "C1", {"selected_conversation": "C1"}),
        ("channels_select", None, {"selected_channel": None}),
        ("static_select", "py", {"selected_option": {"text": {"type": "plain_text", "text": "Py"}, "value": "py"}}),
        ("static_select", None, {"selected_option": None}),
        ("radio_buttons", ["py"], {"selected_option": {"text": {"type": "plain_text", "text": "Py"}, "value": "py"}}),
        ("checkboxes", [], {"selected_options": []}),
        (
            "multi_static_select",
            "py",
            {"selected_options": [{"text": {"type": "plain_text", "text": "Py"}, "value": "py"}]},
        ),
    ],
)
def test_what_is_filled_in_is_told_in_the_words_of_its_element(
    kind: str, given_value: state.Given, expected: dict[str, Any]
) -> None:
    element = {"type": kind, "options": [{"text": {"type": "plain_text", "text": "Py"}, "value": "py"}]}
    assert state.settled(element, given_value) == {"type": kind, **expected}


def test_an_option_that_is_not_offered_cannot_be_chosen() -> None:
    element = {"type": "static_select", "options": [{"text": {"type": "plain_text", "text": "Py"}, "value": "py"}]}
    with pytest.raises(WorldError, match="'elm' is not offered; there are: py"):
        state.settled(element, "elm")


def test_initial_values_are_sent_untouched() -> None:
    option = {"text": {"type": "plain_text", "text": "Py"}, "value": "py"}
    given_blocks = [
        {
            "type": "input",
            "block_id": "a",
            "element": {"type": "plain_text_input", "action_id": "v", "initial_value": "x"},
        },
        {
            "type": "input",
            "block_id": "b",
            "element": {"type": "checkboxes", "action_id": "v", "options": [option], "initial_options": [option]},
        },
    ]
    values, refused = state.values_of(given_blocks, {}, {})
    assert refused == {}
    assert values["a"]["v"]["value"] == "x"
    assert values["b"]["v"]["selected_options"] == [option]
    emptied, refused = state.values_of(given_blocks, {"a": None, "b": []}, {})
    assert set(refused) == {"a", "b"}
    assert emptied["a"]["v"]["value"] is None
