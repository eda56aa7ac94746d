"""A short storm through every way in; the long one is ``python -m tests.fuzz``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.rig import rig
from tests.fuzz.storm import Storm
from tests.fuzz.watch import Watch

PAYLOADS = 150  # through each way in


@pytest.mark.timeout(300)
async def test_nothing_that_comes_in_breaks_the_bot_or_comes_back_as_a_mention(tmp_path: Path) -> None:
    async with rig(tmp_path, rounds=60, seed=7) as made:
        storm = Storm(made, seed=7)
        kinds = {payload.get("command") for payload in made.seeds.slack} & {"/ask", "/community", "/meetup", "/tsudoi"}
        assert len(kinds) == 4, "too little was recorded"
        assert len(made.seeds.discord) > 30, "too little was recorded"
        for way in storm.ways:
            outcome = await storm.blow(way, PAYLOADS)
            assert outcome.faults == [], f"{way}: {outcome.faults[:3]}"
            assert outcome.accepted > 0, f"nothing came through: {way}"
        assert made.watch.sent > PAYLOADS, "hardly anything was answered"


async def test_the_watch_sees_a_mention_that_comes_back() -> None:
    watch = Watch()
    watch.slack("chat.postMessage", {"text": "hello <!channel>", "blocks": []})
    watch.discord("POST", "/x", {"components": [{"type": 10, "content": "<@666666666666666666>"}], "flags": 32768})
    assert len(watch.faults) == 3


@pytest.mark.parametrize(
    ("text", "faults"),
    [("`<@666666666666666666>`", 0), (r"\`<@666666666666666666>\`", 1), ("`a` <@666666666666666666> `b`", 1)],
)
async def test_what_stands_in_code_is_no_mention(text: str, faults: int) -> None:
    watch = Watch()
    quiet: dict[str, list[str]] = {"parse": []}
    watch.discord("POST", "/x", {"components": [{"type": 10, "content": text}], "allowed_mentions": quiet})
    assert len(watch.faults) == faults
