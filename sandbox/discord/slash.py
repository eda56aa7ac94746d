"""Reads what a member typed after a slash command into the options that Discord's client would send."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from sandbox.discord.hub import Hub
from sandbox.discord.interactions import resolved
from sandbox.world import Json, Space, WorldError

SUB, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER = range(1, 11)
_MENTION: Final = re.compile(r"<(?:@[!&]?|#)(\d+)>|(\d+)")
_KINDS: Final = {USER: "users", CHANNEL: "channels", ROLE: "roles", MENTIONABLE: "users"}
_YES: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(slots=True)
class Reader:
    """Reads one command. ``focused`` names the option that is being typed (autocomplete)."""

    hub: Hub
    space: Space
    focused: str | None = None

    def read(self, command: Json, text: str) -> Json:
        """Return ``data`` of the interaction."""
        chosen: dict[str, set[str]] = {}
        data: Json = {"id": command["id"], "name": command["name"], "type": 1}
        options = self._level(command.get("options") or [], text.strip(), f"/{command['name']}", chosen)
        if options:
            data["options"] = options
        if chosen:
            data["resolved"] = resolved(self.hub, self.space, chosen)
        if command.get("guild_id"):
            data["guild_id"] = command["guild_id"]
        return data

    def _level(self, known: list[Json], text: str, name: str, chosen: dict[str, set[str]]) -> list[Json]:
        if known and known[0]["type"] in (SUB, GROUP):
            word, _, rest = text.partition(" ")
            found = next((o for o in known if word and word in names_of(o)), None)
            if found is None:
                options = ", ".join(o["name"] for o in known)
                raise WorldError(f"{name} is used with one of: {options}", "one_of", what=name, options=options)
            inner = self._level(found.get("options") or [], rest.strip(), f"{name} {found['name']}", chosen)
            return [{"type": found["type"], "name": found["name"], "options": inner}]
        values = split(known, text, name)
        given: list[Json] = []
        for option in known:
            if option["name"] in values:
                entry = {"type": option["type"], "name": option["name"]}
                if option["name"] == self.focused:
                    given.append({**entry, "value": _typed(option, values[option["name"]], name), "focused": True})
                    continue
                given.append({**entry, "value": self._value(option, values[option["name"]], name, chosen)})
            elif option.get("required") and self.focused is None:
                raise WorldError(f"{name} needs {option['name']}", "option_needed", what=name, option=option["name"])
        return given

    def _value(self, option: Json, text: str, name: str, chosen: dict[str, set[str]]) -> Any:  # noqa: ANN401 - by type
        kind, what = option["type"], f"{name} {option['name']}"
        if option.get("choices"):
            for choice in option["choices"]:
                if text in (str(choice["value"]), *names_of(choice)):
                    return choice["value"]
            options = ", ".join(c["name"] for c in option["choices"])
            raise WorldError(f"{what} is one of: {options}", "one_of", what=what, options=options)
        if kind == STRING:
            least, most = option.get("min_length") or 0, option.get("max_length") or 6000
            if not least <= len(text) <= most:
                raise WorldError(
                    f"{what} takes {least} to {most} characters, not {len(text)}",
                    "option_length",
                    what=what,
                    least=least,
                    most=most,
                )
            return text
        if kind in (INTEGER, NUMBER):
            return self._number(option, text, what)
        if kind == BOOLEAN:
            if text.lower() not in _YES:
                raise WorldError(f"{what} is true or false, not {text!r}")
            return _YES[text.lower()]
        return self._thing(kind, text, what, chosen)

    @staticmethod
    def _number(option: Json, text: str, what: str) -> int | float:
        try:
            value = int(text) if option["type"] == INTEGER else float(text)
        except ValueError:
            raise WorldError(f"{what} is a number, not {text!r}", "not_number", what=what, text=text) from None
        least, most = option.get("min_value"), option.get("max_value")
        if (least is not None and value < least) or (most is not None and value > most):
            raise WorldError(
                f"{what} lies between {least} and {most}, not {value}",
                "out_of_range",
                what=what,
                least=least,
                most=most,
            )
        return value

    def _thing(self, kind: int, text: str, what: str, chosen: dict[str, set[str]]) -> str:
        id_: str | None = None
        match = _MENTION.fullmatch(text.strip())
        if match is not None:
            id_ = match[1] or match[2]
        elif kind == CHANNEL:
            id_ = next((c.id for c in self.space.channels.values() if c.name == text.lstrip("#")), None)
        elif kind == ROLE:
            id_ = next((r.id for r in self.space.roles.values() if r.name == text.lstrip("@")), None)
        else:
            id_ = next((a.user_id for a in self.space.accounts.values() if a.name == text.lstrip("@")), None)
        if id_ is None:
            raise WorldError(
                f"{what}: nobody and nothing here is called {text!r}", "nobody_called", what=what, text=text
            )
        role = kind == MENTIONABLE and id_ in self.space.roles
        chosen.setdefault("roles" if role else _KINDS[kind], set()).add(id_)
        return id_


def _typed(option: Json, text: str, name: str) -> str:
    """Return what stands in an option that is being typed; clients ask the application only where it said so."""
    if not option.get("autocomplete"):
        raise WorldError(f"{name} {option['name']} is not completed by the application")
    return text


def names_of(thing: Json) -> set[str]:
    """Return the names under which a member may know an option, sub-command or choice."""
    return {str(thing["name"]), *map(str, (thing.get("name_localizations") or {}).values())}


def split(known: list[Json], text: str, name: str) -> dict[str, str]:
    """Cut ``what to bring day:friday`` into values: named ones, and the rest for the required options in order."""
    alias = {one: o["name"] for o in known for one in names_of(o)}
    found: dict[str, str] = {}
    rest = text
    if alias:
        pattern = "|".join(re.escape(one) for one in sorted(alias, key=len, reverse=True))
        marks = list(re.finditer(rf"(?:^|(?<=\s))({pattern}):", text))
        rest = text[: marks[0].start()].strip() if marks else text.strip()
        for mark, after in zip(marks, [*(m.start() for m in marks[1:]), len(text)], strict=False):
            found[alias[mark[1]]] = text[mark.end() : after].strip()
    open_ = [o for o in known if o["name"] not in found]
    left = [o["name"] for o in open_ if o.get("required")] or [o["name"] for o in open_[:1]]
    words = rest.split(maxsplit=max(len(left) - 1, 0)) if len(left) > 1 else [rest] if rest else []
    if words and not left:
        raise WorldError(f"{name} takes no {rest!r}")
    found.update(zip(left, words, strict=False))
    return found
