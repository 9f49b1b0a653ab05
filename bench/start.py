"""Start: `axenic --help` and the demo beside an interpreter that does nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from bench.contest import contest, seconds_of
from bench.row import Row, times
from bench.scale import Scale

BUDGET = 0.3  # seconds
PYTHON = "python -c pass"


def _process(*command: str) -> Callable[[], float]:
    def run() -> float:
        return seconds_of(lambda: subprocess.run(command, capture_output=True, check=True))

    return run


def measure(scale: Scale) -> list[Row]:
    """Two rows: help and demo."""
    axenic, out = str(Path(sys.executable).with_name("axenic")), scale.folder / "demo"
    contestants = {
        "help": _process(axenic, "--help"),
        PYTHON: _process(sys.executable, "-c", "pass"),
        "demo": _process(axenic, "demo", "--out", str(out)),
    }
    found = contest("start", scale.rounds, contestants)
    shutil.rmtree(out, ignore_errors=True)
    return [
        times("axenic --help", "s", found["help"], PYTHON, found[PYTHON], BUDGET),
        times("axenic demo (six patients)", "s", found["demo"], PYTHON, found[PYTHON]),
    ]
