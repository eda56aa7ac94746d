"""``python -m tests.fuzz --payloads 100000``: the long run, by hand; prints what became of each way in."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.fuzz.rig import rig
from tests.fuzz.storm import Storm

SHOWN = 25


async def run(payloads: int, seed: int, only: str) -> bool:
    """Blow through every way in; tell whether nothing went wrong."""
    fine = True
    with tempfile.TemporaryDirectory() as folder:
        async with rig(Path(folder), rounds=400, seed=seed) as made:
            storm = Storm(made, seed)
            sys.stdout.write(f"seeds: {len(made.seeds.slack)} of Slack, {len(made.seeds.discord)} of Discord\n")
            for way in storm.ways:
                if only not in way:
                    continue
                outcome = await storm.blow(way, payloads)
                fine &= not outcome.faults
                sys.stdout.write(
                    f"{way}: {outcome.payloads} payloads in {outcome.seconds:.0f} s, {outcome.accepted} accepted, "
                    f"{outcome.refused} refused as unreadable, {made.watch.sent} calls watched, "
                    f"{len(outcome.faults)} faults\n"
                )
                for fault, n in Counter(fault[:400] for fault in outcome.faults).most_common(SHOWN):
                    sys.stdout.write(f"  {n} × {fault}\n")
                made.errors.clear()
                made.loop_errors.clear()
                made.watch.faults.clear()
                sys.stdout.flush()
    return fine


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payloads", type=int, default=100_000, help="through each way in")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="ways whose name has this in it")
    given = parser.parse_args()
    sys.exit(0 if asyncio.run(run(given.payloads, given.seed, given.only)) else 1)


if __name__ == "__main__":
    main()
