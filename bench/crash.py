"""Kills: the crash tests of the suite with real processes and real SIGKILLs; nothing may be repeated or lost."""

from __future__ import annotations

import time

from bench.contest import say
from bench.row import Row
from bench.scale import Scale
from bench.suite import wrong_in

ENGINE = ("tests/live/test_crash.py", "-k", "no_kill")
BOTH = ("tests/live/test_kills.py",)
SAME = "0 repeated, 0 lost, the same end as without kills; acts and orders compared one by one"
SAFE = "0 repeated, none that was not ordered, every doubt ended by an answer or a person"


def measure(scale: Scale) -> list[Row]:
    """Two rows: kills of the engine alone, and of engine and instruments."""
    return [
        _row("SIGKILL of the engine", ENGINE, scale.kills, SAME, "AXENIC_KILLS"),
        _row("SIGKILL of engine and instruments", BOTH, scale.kills, SAFE, "AXENIC_RANDOM_KILLS"),
    ]


def _row(name: str, test: tuple[str, ...], kills: int, proves: str, size: str) -> Row:
    """A test that fails is a budget not met, its reason in the note."""
    say(f"{name}: {kills} kills")
    start = time.perf_counter()
    wrong = wrong_in(test, **{size: kills})
    say(wrong or f"{name}: {time.perf_counter() - start:.0f} s")
    budget = f"{kills:,} kills, 0 repeated"
    return Row(name, "kills", 0 if wrong else kills, "none", 0, 0, 0, 0, budget, not wrong, wrong or proves)
