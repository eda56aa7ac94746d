"""Play many scripts against the ledger: ``python -m tests.community.seats_long 100000 --seed 1``.

Tests play 2,000; this prints what was met, so that a run can be judged, and the script that broke it, if one did.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter

from tests.community.seat_world import play

LONGEST = 18  # steps


def main() -> int:
    parser = argparse.ArgumentParser(description="Play random scripts against the seat ledger.")
    parser.add_argument("examples", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3600.0, help="stop after this long")
    asked = parser.parse_args()
    draw = random.Random(asked.seed)  # noqa: S311 - scripts, not secrets
    met: Counter[str] = Counter()
    began = time.monotonic()
    number = 0
    while number < asked.examples and time.monotonic() - began < asked.seconds:
        number += 1
        data = draw.randbytes(4 + 3 * draw.randint(1, LONGEST))
        try:
            met += play(data).met
        except Exception:
            print(f"example {number}: play(bytes.fromhex({data.hex()!r}))")  # noqa: T201 - run by hand
            raise
    print(f"{number} examples, seed {asked.seed}, {time.monotonic() - began:.0f} s")  # noqa: T201 - run by hand
    for what, count in sorted(met.items()):
        print(f"{what:24} {count}")  # noqa: T201 - run by hand
    return 0


if __name__ == "__main__":
    sys.exit(main())
