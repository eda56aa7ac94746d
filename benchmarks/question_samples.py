"""Draws the messages that are labelled by hand, always the same ones, and reads them from the shared data.

Labels are kept as file and line number (from 0), never as text. Openers carry the asker's own lines of the next two
minutes and the topic's title, as the harness of routing has them.
"""

from __future__ import annotations

import gzip
import json
import random
from collections import defaultdict
from datetime import datetime
from pathlib import Path

import msgspec

DATA = Path(__file__).parents[2] / "shared" / "data"
LABELS = Path(__file__).parent / "labels"
LANGUAGES = {"en": ("elm", "clojurians", "wasmtime"), "ja": ("haskell-jp",)}
OPENERS = {"en": 480, "ja": 460}
MORE = {"en": 150, "ja": 330}  # further openers for tuning, drawn when the first had been labelled
AGAIN = {
    "en": 0,
    "ja": 400,
}  # and once more, when the Japanese signs had been written on the first and did not carry over
HELD_OUT_MORE = {"en": 0, "ja": 240}  # labelled after all tuning: one in five openers asks, so 200 hold few questions
MIDDLE = 120  # per language
HELD_OUT = {"openers": 200, "middle": 60}  # per language
FOLLOW = 120.0  # seconds in which the asker's own lines still belong to the question
SEED = 20260  # drawn once; another seed would draw other messages than were labelled


class Sample(msgspec.Struct, frozen=True):
    """One message (or opener with its following lines) that may be labelled."""

    file: str
    line: int
    text: str
    opens: bool


def read(file: str) -> dict[str, list[dict[str, str]]]:
    """Return the conversations of a community, each with its messages in order; ``line`` is added to each message."""
    conversations: dict[str, list[dict[str, str]]] = defaultdict(list)
    with gzip.open(DATA / f"{file}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            message = json.loads(line) | {"line": number}
            conversations[message["conversation"]].append(message)
    return conversations


def openers_and_middles(file: str) -> tuple[list[Sample], list[Sample]]:
    """Return every opener of a community, and every message in the middle of a conversation."""
    openers, middle = [], []
    for messages in read(file).values():
        first = messages[0]
        parts, following = [first["text"]], 1
        while (
            following < len(messages)
            and messages[following]["user"] == first["user"]
            and _seconds(first, messages[following]) <= FOLLOW
        ):
            parts.append(messages[following]["text"])
            following += 1
        title = first.get("title", "")
        text = "\n".join(([title] if title else []) + parts)
        openers.append(Sample(file, int(first["line"]), text, opens=True))
        middle += [Sample(file, int(one["line"]), one["text"], opens=False) for one in messages[following:]]
    return openers, middle


def draw(language: str) -> dict[str, list[Sample]]:
    """Return the samples of a language by part, e.g. ``tuning-openers`` or ``held-out-middle``."""
    chance = random.Random(SEED)  # noqa: S311 - a sample, not a secret
    parts: dict[str, list[Sample]] = defaultdict(list)
    files = LANGUAGES[language]
    for file in files:
        openers, middle = openers_and_middles(file)
        for kind, everything, wanted in (("openers", openers, OPENERS[language]), ("middle", middle, MIDDLE)):
            picked = chance.sample(everything, wanted // len(files))
            cut = HELD_OUT[kind] // len(files)
            parts[f"held-out-{kind}"] += picked[:cut]
            parts[f"tuning-{kind}"] += picked[cut:]
    taken = {(one.file, one.line) for samples in parts.values() for one in samples}
    for file in files:
        rest = [one for one in openers_and_middles(file)[0] if (one.file, one.line) not in taken]
        parts["tuning-more"] += chance.sample(rest, MORE[language] // len(files))
    for part, wanted in (("tuning-again", AGAIN), ("held-out-more", HELD_OUT_MORE)):
        taken |= {(one.file, one.line) for one in parts["tuning-more"] + parts["tuning-again"]}
        for file in files:
            rest = [one for one in openers_and_middles(file)[0] if (one.file, one.line) not in taken]
            parts[part] += chance.sample(rest, wanted[language] // len(files))
    return {part: samples for part, samples in parts.items() if samples}


def _seconds(before: dict[str, str], after: dict[str, str]) -> float:
    return (datetime.fromisoformat(after["ts"]) - datetime.fromisoformat(before["ts"])).total_seconds()
