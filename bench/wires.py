"""Wires: a whole batch over OPC UA, SiLA 2 and lines at 5,000 times, each piece of equipment a process of its own."""

from __future__ import annotations

import time

from bench.contest import say
from bench.row import Row
from bench.scale import Scale
from bench.suite import wrong_in

TEST = ("tests/cli/test_plant.py", "-k", "same_journal")


def measure(scale: Scale) -> list[Row]:
    """One row: whether its journal has the root of the same batch on equipment in this process."""
    say(f"wires: one batch at {scale.speed:,} times")
    start = time.perf_counter()
    wrong = wrong_in(TEST, AXENIC_WIRE_SPEED=scale.speed)
    took = time.perf_counter() - start
    say(wrong or f"wires: {took:.0f} s")
    note = wrong or f"the same facts and orders, bit for bit; {took:.0f} s with starting 18 processes"
    return [Row("a batch over the wire", "times", scale.speed, "none", 0, 0, 0, 0, "same root", not wrong, note)]
