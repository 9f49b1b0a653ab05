"""Kills: the crash test of the suite with real processes and real SIGKILLs; nothing may be repeated or lost."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time

from bench.contest import say
from bench.row import Row
from bench.scale import Scale

TEST = ("tests/live/test_crash.py", "-k", "no_kill", "-q", "-p", "no:cacheprovider", "--override-ini", "timeout=1800")
NOTE = "the test compares the acts of the equipment with the orders of the journal, one by one"


def measure(scale: Scale) -> list[Row]:
    """One row: kills, acts repeated, acts lost; a test that fails is a budget not met, its reason in the note."""
    say(f"crash: {scale.kills} kills")
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *TEST],
        env={**os.environ, "AXENIC_KILLS": str(scale.kills)},
        capture_output=True,
        text=True,
        check=False,
    )
    took = time.perf_counter() - start
    say(done.stdout[-2000:] if done.returncode else f"crash: {took:.0f} s")
    budget = f"{scale.kills:,} kills, 0 repeated, 0 lost"
    if done.returncode:
        wrong = re.findall(r"^E\s+(.+)$", done.stdout, re.MULTILINE) or [done.stderr[-200:] or "no result"]
        return [Row("SIGKILL of the engine", "kills", 0, "none", 0, 0, 0, 0, budget, False, wrong[0])]
    return [
        Row(
            "SIGKILL of the engine",
            "kills",
            scale.kills,
            "none",
            0,
            0,
            0,
            0,
            budget,
            True,
            f"0 repeated, 0 lost; {NOTE}",
        )
    ]
