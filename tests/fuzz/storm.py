"""The storm itself: mutated payloads through one way in, with a look at the bot in between."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from chat.slack.inbound import _READERS
from sandbox.cast import DISCORD_SPACE, SLACK_SPACE
from storage.activity import ActivityStore
from tests.fuzz.hostile import Json, Mutator
from tests.fuzz.rig import Rig
from tests.fuzz.seeds import action_names, typed_commands

AT_ONCE = 64
LOOK_EVERY = 2_000
LARGEST = 2**21  # characters; what is larger than a mebibyte is turned away, and making it would be most of the work


@dataclass
class Outcome:
    """What became of the payloads of one way in."""

    way: str
    payloads: int = 0
    accepted: int = 0
    refused: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)


Send = Callable[[Json, int], Awaitable[None]]


class Storm:
    """Sends mutated payloads to a bot."""

    def __init__(self, rig: Rig, seed: int) -> None:
        self._rig = rig
        self._mutator = Mutator(seed, action_names())
        self._rng = self._mutator.rng
        self._commands = typed_commands()
        self._n = 0
        self.ways: dict[str, tuple[list[Json], Send]] = {
            "slack events by socket": (self._slack(events=True), self._socket),
            "slack clicks by socket": (self._slack(events=False), self._socket),
            "slack events by http": (self._slack(events=True), self._http),
            "slack clicks by http": (self._slack(events=False), self._http),
            "discord events": (self._discord(clicks=False), self._gateway),
            "discord clicks": (self._discord(clicks=True), self._gateway),
        }

    def _slack(self, *, events: bool) -> list[Json]:
        seeds = [payload for payload in self._rig.seeds.slack if ("event" in payload) is events]
        heard = [seed for seed in seeds if events and (seed["event"] or {}).get("type") in _READERS]
        return seeds + heard * 4  # most of what the platform knows is nothing that the bot listens to

    def _discord(self, *, clicks: bool) -> list[Json]:
        seeds = self._rig.seeds.discord
        return [{"t": event, "d": data} for event, data in seeds if (event == "INTERACTION_CREATE") is clicks]

    async def blow(self, way: str, payloads: int) -> Outcome:
        """Send so many payloads through one way in."""
        seeds, send = self.ways[way]
        outcome, rig = Outcome(way), self._rig
        before, began = rig.process.inbox.accepted, time.monotonic()
        refused = sum(rig.logged[name] for name in ("slack.unreadable", "discord.unreadable"))
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(payload: Json, n: int) -> None:
            try:
                await send(payload, n)
            except Exception as error:  # noqa: BLE001 - that is what is looked for
                outcome.faults.append(f"{error!r:.300} from {str(payload)[:600]}")
            finally:
                gate.release()

        async with asyncio.TaskGroup() as group:
            for n in range(payloads):
                await gate.acquire()
                self._n += 1
                group.create_task(one(self._made(self._rng.choice(seeds)), n))
                if n % LOOK_EVERY == LOOK_EVERY - 1:
                    await self._look()
        await self._look()
        outcome.payloads, outcome.seconds = payloads, time.monotonic() - began
        outcome.accepted = rig.process.inbox.accepted - before
        outcome.refused = sum(rig.logged[name] for name in ("slack.unreadable", "discord.unreadable")) - refused
        outcome.faults += rig.faults()
        return outcome

    async def _look(self) -> None:
        """Let a good message through: whoever still listens writes it down."""
        rig = self._rig
        await rig.settle()
        ts = f"{1_700_000_000 + self._n}.{self._n % 1_000_000:06}"
        event = {"type": "message", "channel": "C0GENERAL", "user": "U1", "text": "hello", "ts": ts, "event_ts": ts}
        await rig.by_socket({"type": "event_callback", "team_id": SLACK_SPACE, "event_id": f"Ev{ts}", "event": event})
        await rig.settle()
        async with rig.process.db.reading() as conn:
            facts = await ActivityStore(conn, "main").facts(("message.posted",))
            assert any(fact.subject == ts for fact in facts), "a good message was lost"
        for _ in range(50):  # a timer may have rung this very moment
            left = await rig.left_over()
            if not left["new"]:
                break
            await asyncio.sleep(0.1)
        assert not left["new"], f"events were left over: {left}"

    def _made(self, seed: Json) -> Json:
        """Return a mutation: half of them only change what a member can change, so that they get further."""
        while True:
            if self._rng.random() < 0.5:
                payload = self._mutator.mutate(seed)
            else:
                payload = self._mutator.mutate({}) | self._aimed(seed)
            if len(repr(payload)) < LARGEST:
                return self._fresh(payload)

    def _aimed(self, seed: Json) -> Json:
        made = self._mutator.mutate({"copy": seed})
        payload: Json = made["copy"] if isinstance(made.get("copy"), dict) else {}
        payload = seed | {key: payload[key] for key in payload if self._rng.random() < 0.1}
        action, text = self._mutator.action(), self._mutator.text()
        name, sub = self._rng.choice(self._commands)
        if "command" in payload:
            return payload | {"command": f"/{name}", "text": f"{sub} {text}"}
        if isinstance(payload.get("actions"), list) and payload["actions"] and isinstance(payload["actions"][0], dict):
            chosen = {"selected_option": {"value": self._mutator.action()[:75]}} if self._rng.random() < 0.5 else {}
            return payload | {"actions": [payload["actions"][0] | {"action_id": action} | chosen]}
        if isinstance(payload.get("view"), dict):
            return payload | {"view": self._filled(payload["view"], action)}
        if isinstance(payload.get("event"), dict) and isinstance(payload["event"].get("text"), str):
            return payload | {"event": payload["event"] | {"text": text}}
        if isinstance(payload.get("d"), dict):
            return payload | {"d": self._aimed_at_discord(payload["d"], action, text, name, sub)}
        return payload

    def _filled(self, view: Json, action: str) -> Json:
        held = view.get("state")
        state = held.get("values") if isinstance(held, dict) else None
        state = state if isinstance(state, dict) else {}
        values = {
            key: {name: element | ({"value": self._mutator.text()} if "value" in element else {})}
            for key, elements in state.items()
            if isinstance(elements, dict)
            for name, element in elements.items()
            if isinstance(element, dict)
        }
        keep = self._rng.random() < 0.6
        form = view.get("callback_id") if keep else action
        return view | {"callback_id": form, "state": {"values": values or state}}

    def _aimed_at_discord(self, data: Json, action: str, text: str, name: str, sub: str) -> Json:
        about = data.get("data")
        if not isinstance(about, dict):
            return data | ({"content": text} if "content" in data else {})
        if "custom_id" in about:
            keep = self._rng.random() < 0.4 and "components" in about
            custom = about["custom_id"] if keep else action
            return data | {"data": self._rewritten(about, text) | {"custom_id": custom}}
        options = [{"type": 3, "name": word, "value": text} for word in ("member", "value", "words", "question", "for")]
        given = [{"type": 1, "name": sub, "options": options}] if sub else options
        return data | {"data": about | {"name": name, "options": given}} if about.get("type") == 1 else data

    def _rewritten(self, value: Json, text: str) -> Json:
        """Return a submitted form with other words in its fields."""
        made = dict(value)
        for key, inner in value.items():
            if isinstance(inner, dict):
                made[key] = self._rewritten(inner, text)
            elif isinstance(inner, list):
                made[key] = [self._rewritten(one, text) if isinstance(one, dict) else one for one in inner]
            elif key == "value" and isinstance(inner, str):
                made[key] = text
        if isinstance(made.get("values"), list) and self._rng.random() < 0.5:
            made["values"] = [self._mutator.action()[:100]]
        return made

    def _fresh(self, payload: Json) -> Json:
        """Give a payload ids of its own, so that it is no second delivery; a few stay as they are."""
        if self._rng.random() < 0.02:
            return payload
        mark = f"{self._n}.{self._rng.getrandbits(40)}"
        for key in ("trigger_id", "event_id"):
            if isinstance(payload.get(key), str):
                payload = payload | {key: mark}
        if isinstance(payload.get("event"), dict) and isinstance(payload["event"].get("ts"), str):
            ts = f"{1_600_000_000 + self._n}.{self._n % 1_000_000:06}"
            payload = payload | {"event": payload["event"] | {"ts": ts, "event_ts": ts}}
        data = payload.get("d")
        if isinstance(data, dict) and isinstance(data.get("id"), str):
            payload = payload | {"d": data | {"id": str(1_300_000_000_000_000_000 + self._n)}}
        return payload

    # ---- ways

    async def _socket(self, payload: Json, _n: int) -> None:
        await self._rig.by_socket(payload)

    async def _http(self, payload: Json, n: int) -> None:
        forged = n % 50 == 0
        status = await self._rig.by_http(payload, signed=not forged)
        wanted = {401, 400, 413} if forged else {200, 400, 413}
        if status == 500 and self._rig.logged["not stored"]:
            self._rig.logged["not stored"] -= 1
            return
        if status not in wanted:
            raise AssertionError(f"HTTP {status}")

    async def _gateway(self, payload: Json, _n: int) -> None:
        event, data = payload.get("t"), payload.get("d")
        if isinstance(event, str) and event in self._rig.known_events():
            await self._rig.by_gateway(event, data if isinstance(data, dict) else {"": data})


SPACES = (SLACK_SPACE, DISCORD_SPACE)
