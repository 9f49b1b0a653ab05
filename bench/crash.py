"""Kills: the crash test of the suite with real processes and real SIGKILLs; nothing may be repeated or lost."""

from __future__ import annotations

import time

from bench.contest import say
from bench.row import Row
from bench.scale import Scale
from bench.suite import wrong_in

TEST = ("tests/live/test_crash.py", "-k", "no_kill")
NOTE = "the test compares the acts of the equipment with the orders of the journal, one by one"


def measure(scale: Scale) -> list[Row]:
    """One row: kills, acts repeated, acts lost; a test that fails is a budget not met, its reason in the note."""
    say(f"crash: {scale.kills} kills")
    start = time.perf_counter()
    wrong = wrong_in(TEST, AXENIC_KILLS=scale.kills)
    say(wrong or f"crash: {time.perf_counter() - start:.0f} s")
    budget = f"{scale.kills:,} kills, 0 repeated, 0 lost"
    if wrong:
        return [Row("SIGKILL of the engine", "kills", 0, "none", 0, 0, 0, 0, budget, False, wrong)]
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
