"""Faults: many batches on equipment that fails in every way at random; nothing unsafe, nothing unexplained."""

from __future__ import annotations

import time

from bench.contest import say
from bench.row import Row
from bench.scale import Scale
from bench.suite import wrong_in

TEST = ("tests/live/test_fault_campaign.py",)


def measure(scale: Scale) -> list[Row]:
    """One row: batches, and whether a law broke; what broke is in the note."""
    say(f"faults: {scale.faulty} batches")
    start = time.perf_counter()
    wrong = wrong_in(TEST, AXENIC_FAULT_BATCHES=scale.faulty)
    say(wrong or f"faults: {time.perf_counter() - start:.0f} s")
    budget = f"{scale.faulty:,} batches, 0 broken"
    note = wrong or "no invariant broken, no act repeated, no dose released with an order in doubt, every batch ended"
    return [Row("batches on failing equipment", "batches", scale.faulty, "none", 0, 0, 0, 0, budget, not wrong, note)]
