"""Block Kit as Slack checks it: what is allowed where, and how long it may be.

https://docs.slack.dev/reference/block-kit/blocks and https://docs.slack.dev/reference/block-kit/block-elements.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.slack import ids
from sandbox.world import Json

MOST_IN_MESSAGE = 50
MOST_IN_VIEW = 100
MESSAGE, MODAL, HOME = "message", "modal", "home"

SELECTS = frozenset(
    f"{many}{what}_select"
    for many in ("", "multi_")
    for what in ("static", "external", "users", "conversations", "channels")
)
PICKERS = frozenset({"datepicker", "timepicker", "datetimepicker"})
CHOICES = frozenset({"checkboxes", "radio_buttons"})
TYPED = frozenset(
    {"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input"}
)
MOST_OPTIONS = {
    "static_select": 100,
    "multi_static_select": 100,
    "overflow": 5,
    "checkboxes": 10,
    "radio_buttons": 10,
}
IN_ACTIONS = SELECTS | PICKERS | CHOICES | {"button", "overflow", "workflow_button"}
IN_SECTION = IN_ACTIONS | {"image"}
IN_INPUT = (SELECTS | PICKERS | CHOICES | TYPED) - {"overflow"}
BLOCKS: dict[str, frozenset[str]] = {
    "section": frozenset({MESSAGE, MODAL, HOME}),
    "divider": frozenset({MESSAGE, MODAL, HOME}),
    "header": frozenset({MESSAGE, MODAL, HOME}),
    "image": frozenset({MESSAGE, MODAL, HOME}),
    "actions": frozenset({MESSAGE, MODAL, HOME}),
    "context": frozenset({MESSAGE, MODAL, HOME}),
    "input": frozenset({MESSAGE, MODAL, HOME}),
    "rich_text": frozenset({MESSAGE, MODAL, HOME}),
    "video": frozenset({MESSAGE, MODAL, HOME}),
    "file": frozenset({MESSAGE}),
    "markdown": frozenset({MESSAGE}),
}
SLOTS = {"actions": "elements", "section": "accessory", "input": "element"}  # where elements stand in a block


@dataclass(frozen=True, slots=True)
class Element:
    """An interactive element with the block it stands in."""

    block: Json
    element: Json


def problems(blocks: Any, surface: str) -> list[str]:  # noqa: ANN401 - whatever JSON a caller sent
    """List what Slack would refuse, in the manner of its messages."""
    if not isinstance(blocks, list):
        return ["must provide an array [json-pointer:/blocks]"]
    most = MOST_IN_MESSAGE if surface == MESSAGE else MOST_IN_VIEW
    found = [f"no more than {most} items allowed [json-pointer:/blocks]"] if len(blocks) > most else []
    seen: set[str] = set()
    for number, block in enumerate(blocks):
        where = f"/blocks/{number}"
        if not isinstance(block, dict):
            found.append(f"must be an object [json-pointer:{where}]")
            continue
        block_id = block.get("block_id")
        if block_id is not None:
            found += _length(block_id, 255, f"{where}/block_id")
            if str(block_id) in seen:
                found.append(f"`block_id` already exists: {block_id} [json-pointer:{where}/block_id]")
            seen.add(str(block_id))
        if surface not in BLOCKS.get(str(block.get("type")), ()):
            found.append(f"unsupported type: {block.get('type')} [json-pointer:{where}/type]")
        else:
            found += _block(block, where)
    return found


def _block(block: Json, where: str) -> Iterator[str]:
    match block["type"]:
        case "section":
            yield from _section(block, where)
        case "header":
            yield from _text(block.get("text"), 150, f"{where}/text", plain=True)
        case "image":
            yield from _image(block, where)
        case "actions":
            elements = block.get("elements")
            yield from _items(elements, 25, f"{where}/elements")
            yield from _elements(elements, IN_ACTIONS, f"{where}/elements")
        case "context":
            yield from _context(block, where)
        case "input":
            yield from _input(block, where)
        case "markdown":
            yield from _length(block.get("text"), 12000, f"{where}/text", least=1)


def _image(block: Json, where: str) -> Iterator[str]:
    yield from _length(block.get("alt_text"), 2000, f"{where}/alt_text", least=1)
    if "image_url" not in block and "slack_file" not in block:
        yield f"missing required field: image_url [json-pointer:{where}]"
    yield from _length(block.get("image_url", ""), 3000, f"{where}/image_url")


def _context(block: Json, where: str) -> Iterator[str]:
    yield from _items(block.get("elements"), 10, f"{where}/elements")
    for number, element in enumerate(_list(block.get("elements"))):
        if not isinstance(element, dict) or element.get("type") != "image":
            yield from _text(element, 3000, f"{where}/elements/{number}")


def _input(block: Json, where: str) -> Iterator[str]:
    yield from _text(block.get("label"), 2000, f"{where}/label", plain=True)
    if "hint" in block:
        yield from _text(block["hint"], 2000, f"{where}/hint", plain=True)
    yield from _elements([block.get("element")], IN_INPUT, f"{where}/element")


def _section(block: Json, where: str) -> Iterator[str]:
    if block.get("text") is None and not block.get("fields"):
        yield f"missing required field: text or fields [json-pointer:{where}]"
    if block.get("text") is not None:
        yield from _text(block["text"], 3000, f"{where}/text")
    if "fields" in block:
        yield from _items(block["fields"], 10, f"{where}/fields")
        for number, one in enumerate(_list(block["fields"])):
            yield from _text(one, 2000, f"{where}/fields/{number}")
    if "accessory" in block:
        yield from _elements([block["accessory"]], IN_SECTION, f"{where}/accessory")


def _elements(elements: Any, allowed: frozenset[str], where: str) -> Iterator[str]:  # noqa: ANN401 - JSON
    seen: set[str] = set()
    for number, element in enumerate(elements if isinstance(elements, list) else ()):
        at = f"{where}/{number}"
        if not isinstance(element, dict) or str(element.get("type")) not in allowed:
            kind = element.get("type") if isinstance(element, dict) else element
            yield f"unsupported type: {kind} [json-pointer:{at}/type]"
            continue
        action = element.get("action_id")
        if action is not None:
            yield from _length(action, 255, f"{at}/action_id", least=1)
            if str(action) in seen:
                yield f"`action_id` already exists: {action} [json-pointer:{at}/action_id]"
            seen.add(str(action))
        yield from _element(element, at)


def _element(element: Json, at: str) -> Iterator[str]:
    kind = element["type"]
    if "placeholder" in element:
        yield from _text(element["placeholder"], 150, f"{at}/placeholder", plain=True)
    if kind == "button":
        yield from _button(element, at)
    elif kind in MOST_OPTIONS:
        yield from _choices(element, MOST_OPTIONS[kind], at)
    elif kind == "plain_text_input":
        yield from _length(element.get("initial_value", ""), 3000, f"{at}/initial_value")
        for key in ("min_length", "max_length"):
            value = element.get(key, 1)
            if not isinstance(value, int) or not 0 <= value <= 3000:  # noqa: PLR2004 - the published limit
                yield f"must be less than 3001 [json-pointer:{at}/{key}]"
    elif kind == "number_input" and "is_decimal_allowed" not in element:
        yield f"missing required field: is_decimal_allowed [json-pointer:{at}]"


def _button(element: Json, at: str) -> Iterator[str]:
    yield from _text(element.get("text"), 75, f"{at}/text", plain=True)
    yield from _length(element.get("value", ""), 2000, f"{at}/value")
    yield from _length(element.get("url", ""), 3000, f"{at}/url")
    yield from _length(element.get("accessibility_label", ""), 75, f"{at}/accessibility_label")
    if element.get("style", "primary") not in ("primary", "danger"):
        yield f"must be one of: primary, danger [json-pointer:{at}/style]"


def _choices(element: Json, most: int, at: str) -> Iterator[str]:
    if "options" not in element and "option_groups" not in element:
        yield f"missing required field: options [json-pointer:{at}]"
    if "options" in element:
        yield from _options(element["options"], most, f"{at}/options")
    for number, group in enumerate(_objects(element.get("option_groups"))):
        yield from _text(group.get("label"), 75, f"{at}/option_groups/{number}/label", plain=True)
        yield from _options(group.get("options"), 100, f"{at}/option_groups/{number}/options")
    yield from _initial(element, at)


def _options(options: Any, most: int, at: str) -> Iterator[str]:  # noqa: ANN401 - JSON
    yield from _items(options, most, at)
    if any(not isinstance(option, dict) for option in _list(options)):
        yield f"must be an object [json-pointer:{at}]"
    for number, option in enumerate(_objects(options)):
        yield from _text(option.get("text"), 75, f"{at}/{number}/text")
        yield from _length(option.get("value"), 150, f"{at}/{number}/value", least=1)
        if "description" in option:
            yield from _text(option["description"], 75, f"{at}/{number}/description")


def _initial(element: Json, at: str) -> Iterator[str]:
    known = [option.get("value") for option in options_of(element)]
    chosen = element.get("initial_options") or ([element["initial_option"]] if "initial_option" in element else [])
    for option in chosen if isinstance(chosen, list) else [chosen]:
        if not isinstance(option, dict) or option.get("value") not in known:
            yield f"initial option must be one of the options [json-pointer:{at}/initial_option]"


def _text(text: Any, most: int, at: str, *, plain: bool = False) -> Iterator[str]:  # noqa: ANN401 - JSON
    if not isinstance(text, dict):
        yield f"missing required field: text [json-pointer:{at}]"
    elif text.get("type") not in (("plain_text",) if plain else ("plain_text", "mrkdwn")):
        yield f"unsupported type: {text.get('type')} [json-pointer:{at}/type]"
    else:
        yield from _length(text.get("text"), most, f"{at}/text", least=1)


def _length(text: Any, most: int, at: str, *, least: int = 0) -> Iterator[str]:  # noqa: ANN401 - JSON
    if not isinstance(text, str):
        yield f"must be a string [json-pointer:{at}]"
    elif len(text) > most:
        yield f"must be less than {most + 1} characters [json-pointer:{at}]"
    elif len(text) < least:
        yield f"must be more than {least - 1} characters [json-pointer:{at}]"


def _items(items: Any, most: int, at: str) -> Iterator[str]:  # noqa: ANN401 - JSON
    if not isinstance(items, list) or not items:
        yield f"must contain at least 1 item [json-pointer:{at}]"
    elif len(items) > most:
        yield f"no more than {most} items allowed [json-pointer:{at}]"


def options_of(element: Json) -> list[Json]:
    """Return all options of a select, in groups or not."""
    groups = _objects(element.get("option_groups"))
    return [*_objects(element.get("options")), *(option for one in groups for option in _objects(one.get("options")))]


def _list(value: Any) -> list[Any]:  # noqa: ANN401 - JSON
    return value if isinstance(value, list) else []


def _objects(value: Any) -> list[Json]:  # noqa: ANN401 - JSON
    return [one for one in _list(value) if isinstance(one, dict)]


def interactive(blocks: list[Json]) -> Iterator[Element]:
    """Yield every element that a person can press or fill in."""
    for block in blocks:
        slot = SLOTS.get(block["type"])
        held = block.get(slot) if slot else None
        for element in held if isinstance(held, list) else [held] if held else ():
            if element["type"] in IN_ACTIONS | IN_INPUT:
                yield Element(block, element)


def completed(blocks: list[Json]) -> list[Json]:
    """Return blocks that were found right, with the ids that Slack makes up where the app gave none."""
    whole: list[Json] = []
    for block in blocks:
        block = {**block, "block_id": block.get("block_id") or ids.fresh("")[-6:]}  # noqa: PLW2901 - the copy
        slot = SLOTS.get(block["type"])
        if slot == "elements":
            block[slot] = [_with_action(element) for element in block[slot]]
        elif slot and slot in block:
            block[slot] = _with_action(block[slot])
        whole.append(block)
    return whole


def _with_action(element: Json) -> Json:
    if element["type"] == "image" or element.get("action_id"):
        return element
    return {**element, "action_id": ids.fresh("")[-6:]}
