"""Laws: the property tests of the core and of the calibration with many more examples than the suite draws."""

from __future__ import annotations

import time

from bench.contest import say
from bench.row import Row
from bench.scale import Scale
from bench.suite import wrong_in

TESTS = ("tests/laws/test_core_laws.py", "tests/twin/test_calibrate_hostile.py")


def measure(scale: Scale) -> list[Row]:
    """One row: examples, and whether a law broke; a broken law is a budget not met, the example in the note."""
    say(f"laws: {scale.examples} examples each")
    start = time.perf_counter()
    wrong = wrong_in(TESTS, AXENIC_EXAMPLES=scale.examples)
    say(wrong or f"laws: {time.perf_counter() - start:.0f} s")
    budget = f"{scale.examples:,} examples, 0 broken"
    note = wrong or "disturbed and undisturbed plants keep the laws of the core; hostile readings give rows that load"
    return [Row("laws by chance", "examples", scale.examples, "none", 0, 0, 0, 0, budget, not wrong, note)]
