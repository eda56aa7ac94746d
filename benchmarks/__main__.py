"""Runs the measurements: ``python -m benchmarks [NAME ...]``."""

from __future__ import annotations

import asyncio
import sys

from benchmarks import events, imports, kpi, routing_cost, rsvp, search_cost

RUNS = {
    "events": events.main,
    "imports": imports.main,
    "routing": routing_cost.main,
    "search": search_cost.short,
    "rsvp": rsvp.main,
    "kpi": kpi.main,
}


def main() -> None:
    """Run what was asked for, or everything."""
    names = [name for name in sys.argv[1:] if not name.startswith("-")] or list(RUNS)
    if unknown := [name for name in names if name not in RUNS]:
        raise SystemExit(f"no measurement {', '.join(unknown)}; there are: {', '.join(RUNS)}")
    for name in names:
        asyncio.run(RUNS[name]())


main()
