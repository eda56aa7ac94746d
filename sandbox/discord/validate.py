"""What Discord refuses in messages and modals. https://discord.com/developers/docs/components/reference."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from sandbox.discord.errors import ApiError, Problems
from sandbox.discord.messages import COMPONENTS_V2
from sandbox.world import Json

Path = tuple[str | int, ...]

ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR = 9, 10, 11, 12, 13, 14
CONTAINER, LABEL, UPLOAD, RADIO, CHECKBOXES, CHECKBOX = 17, 18, 19, 21, 22, 23
ENTITY_SELECTS: Final = (5, 6, 7, 8)
SELECTS: Final = (STRING_SELECT, *ENTITY_SELECTS)
LINK, PREMIUM = 5, 6
_TOP_V2: Final = (ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR, CONTAINER)
_IN_CONTAINER: Final = (ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR)
_TOP_MODAL: Final = (LABEL, TEXT, ROW)
_IN_LABEL: Final = (*SELECTS, TEXT_INPUT, UPLOAD, RADIO, CHECKBOXES, CHECKBOX)


@dataclass(slots=True)
class Walk:
    """One walk over a tree of components: counts, and the problems on the way."""

    problems: Problems
    modal: bool = False
    count: int = 0
    text: int = 0
    custom_ids: set[str] = field(default_factory=set)

    def children(self, path: Path, parts: Any, allowed: tuple[int, ...], least: int, most: int) -> list[Json]:  # noqa: ANN401
        """Check a list of components and return those that can be looked at further."""
        if not isinstance(parts, list) or not least <= len(parts) <= most:
            self.problems.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
            return []
        good = []
        for index, part in enumerate(parts):
            self.count += 1
            kind = part.get("type") if isinstance(part, dict) else None
            if self.problems.choice((*path, index, "type"), kind, allowed):
                good.append(part)
                self._part((*path, index), part)
        return good

    def _custom_id(self, path: Path, part: Json) -> None:
        custom_id = part.get("custom_id")
        self.problems.length((*path, "custom_id"), custom_id, 1, 100)
        if custom_id in self.custom_ids:
            words = "Component custom id cannot be duplicated"
            self.problems.add((*path, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", words)
        self.custom_ids.add(str(custom_id))

    def _part(self, path: Path, part: Json) -> None:
        kind = part["type"]
        if kind in (ROW, BUTTON):
            (self._row if kind == ROW else self._button)(path, part)
        elif kind in SELECTS or kind in (RADIO, CHECKBOXES, CHECKBOX, UPLOAD):
            self._choice(path, part)
        elif kind == TEXT_INPUT:
            self._text_input(path, part)
        elif kind == TEXT:
            self.problems.length((*path, "content"), part.get("content"), 1, 4000)
            self.text += len(part.get("content") or "")
        elif kind == SECTION:
            self.children((*path, "components"), part.get("components"), (TEXT,), 1, 3)
            accessory = part.get("accessory")
            self.children((*path, "accessory"), [accessory] if accessory else None, (BUTTON, THUMBNAIL), 1, 1)
        elif kind == CONTAINER:
            self.children((*path, "components"), part.get("components"), _IN_CONTAINER, 1, 40)
        elif kind == LABEL:
            self._label(path, part)
        elif kind == GALLERY and not 1 <= len(part.get("items") or ()) <= 10:  # noqa: PLR2004 - Discord's limit
            self.problems.add((*path, "items"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 10 in length.")

    def _label(self, path: Path, part: Json) -> None:
        self.problems.length((*path, "label"), part.get("label"), 1, 45)
        if part.get("description") is not None:
            self.problems.length((*path, "description"), part["description"], 0, 100)
        inner = part.get("component")
        self.children((*path, "component"), [inner] if inner else None, _IN_LABEL, 1, 1)

    def _row(self, path: Path, part: Json) -> None:
        inner = part.get("components")
        first = inner[0].get("type") if isinstance(inner, list) and inner and isinstance(inner[0], dict) else BUTTON
        if self.modal:
            allowed: tuple[int, ...] = (TEXT_INPUT,)
        else:
            allowed = (BUTTON,) if first == BUTTON else SELECTS
        self.children((*path, "components"), inner, allowed, 1, 5 if allowed == (BUTTON,) else 1)

    def _button(self, path: Path, part: Json) -> None:
        style = part.get("style")
        self.problems.choice((*path, "style"), style, (1, 2, 3, 4, 5, 6))
        if part.get("label") is not None:
            self.problems.length((*path, "label"), part["label"], 0, 80)
        if not part.get("label") and not part.get("emoji") and style != PREMIUM:
            words = "A button must have a label or emoji."
            self.problems.add((*path, "label"), "BUTTON_COMPONENT_MISSING_LABEL_OR_EMOJI", words)
        if style == LINK:
            if not str(part.get("url", "")).startswith(("http://", "https://", "discord://")):
                self.problems.add((*path, "url"), "URL_TYPE_INVALID_URL", "Not a well formed URL.")
        elif style != PREMIUM:
            self._custom_id(path, part)

    def _choice(self, path: Path, part: Json) -> None:
        self._custom_id(path, part)
        if part.get("placeholder") is not None:
            self.problems.length((*path, "placeholder"), part["placeholder"], 0, 150)
        most = {STRING_SELECT: 25, RADIO: 10, CHECKBOXES: 10}.get(part["type"])
        if most is None:
            return
        options = part.get("options")
        if not isinstance(options, list) or not 1 <= len(options) <= most:
            words = f"Must be between 1 and {most} in length."
            self.problems.add((*path, "options"), "BASE_TYPE_BAD_LENGTH", words)
            return
        seen: set[str] = set()
        for index, option in enumerate(options):
            place = (*path, "options", index)
            self.problems.length((*place, "label"), option.get("label"), 1, 100)
            self.problems.length((*place, "value"), option.get("value"), 1, 100)
            if option.get("description") is not None:
                self.problems.length((*place, "description"), option["description"], 0, 100)
            if option.get("value") in seen:
                words = "The specified option value is already used"
                self.problems.add((*place, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", words)
            seen.add(str(option.get("value")))
        fewest, highest = part.get("min_values", 1), part.get("max_values", 1 if part["type"] != CHECKBOXES else most)
        if fewest > len(options) or (highest > len(options) and part["type"] == STRING_SELECT):
            words = f"Must be less than or equal to {len(options)}"
            self.problems.add((*path, "max_values"), "NUMBER_TYPE_MAX", words)

    def _text_input(self, path: Path, part: Json) -> None:
        self._custom_id(path, part)
        self.problems.choice((*path, "style"), part.get("style"), (1, 2))
        if part.get("label") is not None:
            self.problems.length((*path, "label"), part["label"], 1, 45)
        if part.get("placeholder") is not None:
            self.problems.length((*path, "placeholder"), part["placeholder"], 0, 100)
        if part.get("value") is not None:
            self.problems.length((*path, "value"), part["value"], 0, part.get("max_length") or 4000)


def check_message(body: Json, *, has_files: bool, edit: bool = False) -> None:
    """Refuse a message that Discord would refuse."""
    problems = Problems()
    content, embeds, components = body.get("content"), body.get("embeds") or [], body.get("components") or []
    if content is not None:
        problems.length(("content",), content, 0, 2000)
    if isinstance(body.get("nonce"), str):
        problems.length(("nonce",), body["nonce"], 0, 25)
    if int(body.get("flags") or 0) & COMPONENTS_V2:
        for name in ("content", "embeds", "poll", "sticker_ids"):
            if body.get(name):
                words = f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
                problems.add((name,), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", words)
        check_components(components, problems, v2=True)
    elif components:
        check_components(components, problems, v2=False)
    _check_embeds(embeds, problems)
    problems.check()
    if not edit and not (content or embeds or components or has_files or body.get("poll") or body.get("sticker_ids")):
        raise ApiError(400, 50006, "Cannot send an empty message")


def check_components(components: Any, problems: Problems, *, v2: bool) -> None:  # noqa: ANN401 - checks it
    """Check the components of a message."""
    walk = Walk(problems)
    walk.children(("components",), components, _TOP_V2 if v2 else (ROW,), 1 if v2 else 0, 40 if v2 else 5)
    if walk.count > 40:  # noqa: PLR2004 - Discord's limit
        words = "The maximum number of components in a message is 40"
        problems.add(("components",), "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", words)
    if walk.text > 4000:  # noqa: PLR2004 - Discord's limit
        words = "The total size of displayable text in components must be less than or equal to 4000"
        problems.add(("components",), "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", words)


def _check_embeds(embeds: Any, problems: Problems) -> None:  # noqa: ANN401 - checks it
    if not isinstance(embeds, list) or len(embeds) > 10:  # noqa: PLR2004 - Discord's limit
        problems.add(("embeds",), "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
        return
    total = 0
    for index, embed in enumerate(embeds):
        for name, most in (("title", 256), ("description", 4096)):
            if embed.get(name):
                problems.length(("embeds", index, name), embed[name], 0, most)
                total += len(embed[name])
        fields = embed.get("fields") or []
        if len(fields) > 25:  # noqa: PLR2004 - Discord's limit
            problems.add(("embeds", index, "fields"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
        for number, one in enumerate(fields):
            problems.length(("embeds", index, "fields", number, "name"), one.get("name"), 1, 256)
            problems.length(("embeds", index, "fields", number, "value"), one.get("value"), 1, 1024)
            total += len(one.get("name") or "") + len(one.get("value") or "")
    if total > 6000:  # noqa: PLR2004 - Discord's limit
        words = "Embed size exceeds maximum size of 6000"
        problems.add(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", words)


def check_modal(modal: Json) -> None:
    """Refuse a modal that Discord would refuse."""
    problems = Problems()
    problems.length(("data", "title"), modal.get("title"), 1, 45)
    problems.length(("data", "custom_id"), modal.get("custom_id"), 1, 100)
    Walk(problems, modal=True).children(("data", "components"), modal.get("components"), _TOP_MODAL, 1, 5)
    problems.check()


def _said(thing: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return JSON without what is null, however deep; clients spell out what they leave open."""
    if isinstance(thing, dict):
        return {key: _said(value) for key, value in thing.items() if value is not None}
    return [_said(item) for item in thing] if isinstance(thing, list) else thing


def numbered(components: list[Json]) -> list[Json]:
    """Return components as Discord keeps them: each with an id, and with the defaults written out."""
    used = {part["id"] for part in parts_of(components) if part.get("id")}
    serial = iter(n for n in range(1, 1000) if n not in used)

    def keep(part: Json) -> Json:
        kept: Json = _said(part)
        kept["id"] = part.get("id") or next(serial)
        kind = kept["type"]
        if kind in SELECTS:
            kept = {"min_values": 1, "max_values": 1, **kept}
        elif kind == CONTAINER:
            kept = {"accent_color": None, "spoiler": False, **kept}
        elif kind == SEPARATOR:
            kept = {"spacing": 1, "divider": True, **kept}
        elif kind in (THUMBNAIL, FILE):
            kept = {"spoiler": False, **({"description": None} if kind == THUMBNAIL else {}), **kept}
        elif kind == GALLERY:
            kept["items"] = [{"description": None, "spoiler": False, **item} for item in kept["items"]]
        if isinstance(part.get("components"), list):
            kept["components"] = [keep(inner) for inner in part["components"]]
        for name in ("accessory", "component"):
            if isinstance(part.get(name), dict):
                kept[name] = keep(part[name])
        return kept

    return [keep(part) for part in components]


def parts_of(components: list[Json]) -> list[Json]:
    """Return all components of a tree, outer before inner."""
    found: list[Json] = []
    for part in components:
        found.append(part)
        found += parts_of(part.get("components") or [])
        found += parts_of([part[name] for name in ("accessory", "component") if isinstance(part.get(name), dict)])
    return found
