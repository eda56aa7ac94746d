"""Structured mutations: a payload as a platform sends it, changed as an enemy, a bug or a new version would."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
Path: TypeAlias = tuple[str | int, ...]

LINK = "http://evil.example/fz"
STRANGER = "UFZEVIL666"
SNOWFLAKE = "666666666666666666"
BOLD = "fzbold"
# Ids that nobody bears. They are not those of the texts: who sends a payload may truly be greeted by a mention
NOBODY_SLACK = "UFZNOBODY7"
NOBODY_DISCORD = "777777777777777777"
# What must never come back unescaped: mentions, links behind words, markup
TEXTS = (
    f"<!channel> <!here|h> <!everyone> <@{STRANGER}> <!subteam^S666> <{LINK}|click>",
    f"@everyone @here <@{SNOWFLAKE}> <@&{SNOWFLAKE}> <#{SNOWFLAKE}> [click]({LINK}) **{BOLD}** ||{BOLD}||",
    f"*{BOLD}* _{BOLD}_ ~{BOLD}~ `{BOLD}` ```{BOLD}``` > {BOLD}\n# {BOLD}\n-# {BOLD}",
    "&lt;!channel&gt; &amp;lt;!channel&amp;gt;",
    "{name} {n} %s %(x)s {0} {} ${x} {{ }} \\N{BULLET}",
    "'; DROP TABLE members; -- \" OR 1=1",
    "../../etc/passwd\x00\x01\x1b[31m",
    "\u202eabc\u2066\u200f مرحبا שלום",
    "Z̷̢̛a̴l̶g̵o̸" * 20,
    "👩‍👩‍👧‍👦🏳️‍🌈" * 40,
    "Pythonの型ヒントがわかりません。どう書けばよいか、教えていただけますか？",
    "How do I undo a commit that I have pushed already? Can somebody help?",
    "ありがとうございます！とても助かりました🙏",
    "\ud800 half a character",
    "a" * 5_000,
    "あ" * 4_100,
    "\n" * 600,
    " ",
    "",
)
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**63, -(2**70), 10**400, 1.5, float("inf"), float("nan"), [], {}, [[]], [None],
    {"a": {"b": []}}, "0", "-1", "1" * 400, "１２３", "٣", "1e9", "0x10", "NaN", "null", "true", "2026-13-45", "25:61",
    "1700000000.000100", "9999999999999999999.9", NOBODY_DISCORD, NOBODY_SLACK,
)  # fmt: skip


class Mutator:
    """Changes payloads; the same seed changes them in the same way."""

    def __init__(self, seed: int, actions: Sequence[str]) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self._actions = tuple(actions)
        self._ways: tuple[Callable[[Json], None], ...] = (
            self._replace, self._replace, self._hurt_text, self._hurt_text, self._delete, self._double, self._swap,
            self._retype, self._stray,
        )  # fmt: skip

    def mutate(self, seed: Json) -> Json:
        """Return a changed copy."""
        payload = copy.deepcopy(seed)
        for _ in range(self.rng.choice((1, 1, 2, 3, 6))):
            self.rng.choice(self._ways)(payload)
        return payload

    def text(self) -> str:
        """Return something that somebody might write, or paste."""
        said = self.rng.choice(TEXTS)
        return said if self.rng.random() < 0.6 else f"{self.rng.choice(TEXTS)[:300]} {said}"

    def action(self) -> str:
        """Return a known action with arguments that no card ever offered."""
        name = self.rng.choice(self._actions)
        made = (str(self.rng.choice(("1", "2", "7", "-1", "0", "999999999999999999999", "x", "", "あ", "1:2"))),)
        more = tuple(str(self.rng.randint(-2, 60)) for _ in range(self.rng.randint(0, 3)))
        return ":".join((name, *made, *more))[: self.rng.choice((100, 100, 255))]

    # ---- ways

    def _replace(self, payload: Json) -> None:
        holder, key = self._spot(payload)
        holder[key] = copy.deepcopy(self.rng.choice(VALUES))

    def _hurt_text(self, payload: Json) -> None:
        spots = [(h, k) for h, k in _spots(payload) if isinstance(h[k], str)]
        if spots:
            holder, key = self.rng.choice(spots)
            holder[key] = self.text()

    def _delete(self, payload: Json) -> None:
        holder, key = self._spot(payload)
        del holder[key]

    def _double(self, payload: Json) -> None:
        lists = [h[k] for h, k in _spots(payload) if isinstance(h[k], list) and h[k]]
        if lists:
            chosen = self.rng.choice(lists)
            chosen.extend(copy.deepcopy(chosen) * self.rng.choice((1, 30)))

    def _swap(self, payload: Json) -> None:
        (one, a), (other, b) = self._spot(payload), self._spot(payload)
        one[a], other[b] = copy.deepcopy(other[b]), copy.deepcopy(one[a])

    def _retype(self, payload: Json) -> None:
        holder, key = self._spot(payload)
        value = holder[key]
        holder[key] = self.rng.choice((str(value)[:400], [copy.deepcopy(value)], {"value": copy.deepcopy(value)}))

    def _stray(self, payload: Json) -> None:
        holders = [h for h, _ in _spots(payload) if isinstance(h, dict)]
        if holders:
            self.rng.choice(holders)[self.text()[:40]] = copy.deepcopy(self.rng.choice(VALUES))

    def _spot(self, payload: Json) -> tuple[Any, Any]:
        return self.rng.choice([*_spots(payload)] or [({"": 0}, "")])


def _spots(value: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - JSON of any shape
    """Yield each place in a payload at which something stands: the list or table, and the key."""
    if isinstance(value, dict):
        keys: list[Any] = [*value]
    elif isinstance(value, list):
        keys = [*range(len(value))]
    else:
        return
    for key in keys:
        yield value, key
        yield from _spots(value[key])
