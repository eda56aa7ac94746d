"""Payloads as the platforms send them: recorded while people use the sandbox, and those of ``../shared/reference``."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from handlers import COMMANDS, FEATURES
from sandbox.cast import SLACK_SPACE
from tests.fuzz.hostile import Json

REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "slack"
PEOPLE = ("makoto", "misaki", "aoi", "yui", "takeru", "kenji", "priya")
SAID = (
    "Pythonの型ヒントがわかりません。どう書けばよいか、教えていただけますか？",
    "How do I undo a commit that I have pushed already?",
    "ありがとうございます！とても助かりました",
    "おはようございます",
)
TYPED = ("", "", "7", "default", "Aoi とても助かりました", "Pythonの型ヒントがわかりません", "@aoi thanks for the help")


@dataclass
class Seeds:
    """What was recorded, by the way in; a few of each kind."""

    slack: list[Json] = field(default_factory=list)
    discord: list[tuple[str, Json]] = field(default_factory=list)
    _seen: dict[str, int] = field(default_factory=dict)

    def note_slack(self, payload: Json) -> None:
        """Keep a payload of Slack."""
        event = payload.get("event") or {}
        acted = (payload.get("actions") or [{}])[0].get("action_id", "").partition(":")[0]
        words = str(payload.get("text") or "").partition(" ")[0] if "command" in payload else ""
        form = str((payload.get("view") or {}).get("callback_id") or "").partition(":")[0] if not acted else ""
        kind = (
            payload.get("type"),
            event.get("type"),
            event.get("subtype"),
            payload.get("command"),
            words,
            acted,
            form,
        )
        if self._new(str(kind)):
            self.slack.append(json.loads(json.dumps(payload)))

    def note_discord(self, event: str, data: Json) -> None:
        """Keep a payload of Discord's gateway."""
        about = data.get("data") or {} if event == "INTERACTION_CREATE" else {}
        subs = [option.get("name") for option in about.get("options") or ()]
        kind = (event, data.get("type"), about.get("name"), str(about.get("custom_id")).partition(":")[0], subs)
        if self._new(str(kind)):
            self.discord.append((event, json.loads(json.dumps(data))))

    def _new(self, kind: str) -> bool:
        self._seen[kind] = self._seen.get(kind, 0) + 1
        return self._seen[kind] <= 3

    def add_recorded(self) -> None:
        """Add what the platform itself sent, where those recordings are at hand."""
        for folder in ("events", "app-backend", "wire"):
            for path in sorted((REFERENCE / folder).glob("*.json")):
                for payload in _objects(json.loads(path.read_text(encoding="utf-8"))):
                    if "team_id" in payload or "event" in payload:  # else it would be another workspace's
                        payload["team_id"] = SLACK_SPACE
                    if isinstance(payload.get("team"), dict):
                        payload["team"]["id"] = SLACK_SPACE
                    self.note_slack(payload)


def _objects(found: Any) -> Iterator[Json]:  # noqa: ANN401 - JSON
    if isinstance(found, list):
        for inner in found:
            yield from _objects(inner)
    elif isinstance(found, dict):
        inner = found.get("payload")
        yield inner if isinstance(inner, dict) else found


def action_names() -> list[str]:
    """Return the name of every button, menu, form and select that a feature handles."""
    names = {route.name for f in FEATURES for route in f.routes if " " not in route.name and "." not in route.name}
    return sorted(names - {""})


def typed_commands() -> list[tuple[str, str]]:
    """Return every command with every sub-command."""
    return [(c.name, sub) for c in COMMANDS for sub in ["", *(s.name for s in c.subs)]]


async def play(url: str, rounds: int, seed: int) -> None:
    """Let people use the sandbox: talk, react, type every command, press what they see, send what opens."""
    rng = random.Random(seed)  # noqa: S311 - repeatable on purpose
    async with ClientSession(f"{url}/") as http:
        player = _Player(http, rng)
        for space in ("slack", "discord"):
            await player.post("join", space=space, person="sora")
            for name, sub in typed_commands():
                await player.types(space, "makoto", name, f"{sub} {rng.choice(TYPED)}".strip())
                await player.types(space, rng.choice(PEOPLE), name, sub)
        for _ in range(rounds):
            await player.does_something()
        await player.post("leave", space="slack", account="sora")
        await player.post("leave", space="discord", account="sora")
        await asyncio.sleep(1)


class _Player:
    def __init__(self, http: ClientSession, rng: random.Random) -> None:
        self._http = http
        self._rng = rng

    async def ask(self, method: str, path: str, **fields: Any) -> Json:  # noqa: ANN401 - JSON
        given: Any = {"params": fields} if method == "GET" else {"json": fields}
        async with self._http.request(method, f"api/{path}", **given) as reply:
            body: Json = await reply.json()
            return body

    async def post(self, path: str, **fields: Any) -> Json:  # noqa: ANN401 - JSON
        return await self.ask("POST", path, **fields)

    async def types(self, space: str, who: str, name: str, text: str) -> None:
        await self.post("command", space=space, account=who, channel="general", name=name, text=text)
        await self.send_form(space, who)

    async def send_form(self, space: str, who: str) -> None:
        await asyncio.sleep(0.02)
        found = await self.ask("GET", "form", space=space, viewer=who)
        if not (form := found.get("form")):
            return
        values = {}
        for name, options in _fields(form):
            values[name] = options[0] if options else self._rng.choice(SAID)
        await self.post("submit", space=space, account=who, values=values)
        await self.post("dismiss", space=space, account=who)

    async def does_something(self) -> None:
        space, who = self._rng.choice(("slack", "discord")), self._rng.choice(PEOPLE)
        channel = self._rng.choice(("general", "questions", "introductions", "meetups", "moderators"))
        seen = await self.ask("GET", "messages", space=space, channel=channel, viewer=who)
        messages = seen.get("messages") or []
        match self._rng.randint(0, 5):
            case 0:
                await self.post("say", space=space, account=who, channel=channel, text=self._rng.choice(SAID))
            case 1 if messages:
                message = self._rng.choice(messages)["id"]
                await self.post("react", space=space, account=who, channel=channel, message=message, emoji="🙏")
            case 2 if messages:
                names = [menu.label.ja for feature in FEATURES for menu in feature.menus]
                names += [menu.name for feature in FEATURES for menu in feature.menus]
                message = self._rng.choice(messages)["id"]
                for name in names:
                    await self.post("menu", space=space, account=who, channel=channel, message=message, name=name)
                await self.send_form(space, who)
            case 3:
                await self.post("open_home", space=space, account=who)
            case _:
                for message in messages[-8:]:
                    elements = [*_elements(message)]
                    if elements:
                        element = self._rng.choice(elements)
                        fields = {"channel": channel, "message": message["id"], "element": element}
                        await self.post("press", space=space, account=who, **fields)
                        await self.send_form(space, who)


def _elements(value: Any) -> Iterator[Json]:  # noqa: ANN401 - JSON
    """Yield what can be pressed, with a choice where it is a select."""
    if isinstance(value, dict):
        if value.get("type") in {"button", 2} and ("action_id" in value or "custom_id" in value):
            yield value
        for inner in value.values():
            yield from _elements(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _elements(inner)


def _fields(form: Any) -> Iterator[tuple[str, list[str]]]:  # noqa: ANN401 - JSON of either platform
    """Yield the fields of a form with the values that may be chosen."""
    if isinstance(form, dict):
        name = form.get("block_id") if "element" in form else form.get("custom_id") if form.get("type") != 9 else None
        if name and form.get("type") not in {2, 9}:
            with contextlib.suppress(AttributeError, TypeError):
                about = form.get("element") or form
                yield str(name), [str(option["value"]) for option in about.get("options") or ()]
        for inner in form.values():
            yield from _fields(inner)
    elif isinstance(form, list):
        for inner in form:
            yield from _fields(inner)
