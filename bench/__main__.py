"""The measures: `python -m bench [core kernel campaign journal verification crash record …] [--quick] [--json]`."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from bench.contest import say
from bench.row import Row
from bench.scale import Scale
from bench.table import table

MEASURES = (
    "core",
    "kernel",
    "campaign",
    "journal",
    "verification",
    "review",
    "crash",
    "record",
    "walks",
    "laws",
    "faults",
    "wires",
    "start",
    "telemetry",
    "reaction",
)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Axenic beside its peers, as ratios.")
    parser.add_argument("measures", nargs="*", metavar="measure", help=f"some of {', '.join(MEASURES)}; none: all")
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that everything runs")
    parser.add_argument("--json", action="store_true", help="JSON on stdout instead of the table")
    parser.add_argument(
        "--folder", type=Path, default=Path("out"), help="where files are written, on the disk measured"
    )
    parser.add_argument("--paced", type=int, default=0, help="seconds of telemetry at the rate of the wall clock")
    chosen = parser.parse_args()
    unknown = [name for name in chosen.measures if name not in MEASURES]
    if unknown:
        parser.error(f"no measure is named {unknown[0]!r}; known: {', '.join(MEASURES)}")
    return chosen


def main() -> int:
    """Run the measures asked for; 1 if a budget is not met."""
    chosen = _arguments()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="bench-", dir=chosen.folder) as name:
        scale = Scale.quick(Path(name)) if chosen.quick else Scale.full(Path(name))
        scale = replace(scale, paced_s=chosen.paced or scale.paced_s)
        for measure in chosen.measures or MEASURES:
            say(f"-- {measure}")
            rows += importlib.import_module(f"bench.{measure}").measure(scale)
    sys.stdout.write((json.dumps([row.to_data() for row in rows], indent=2) if chosen.json else table(rows)) + "\n")
    return 1 if any(row.met is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
