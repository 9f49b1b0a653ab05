"""Working and waiting between the first step and the last: a fuller plant makes batches wait, not more work."""

from __future__ import annotations

from dataclasses import replace

import pytest

from axenic.twin.question import Question

DAY = 86_400_000


def days(scenario, demand: float):
    """Mean days of working and of waiting; what is worked on is never more than the time there was."""
    rows = replace(scenario, demand=demand, years=2.0).tally(1, 0)[0].batches
    rows = rows[rows["filled"] >= 0]
    taken = rows["filled"] - rows["begun"]
    assert (rows["handled"] > 0).all() and (rows["handled"] <= taken).all()
    return rows["handled"].mean() / DAY, (taken - rows["handled"]).mean() / DAY


@pytest.mark.parametrize("plant", ["manual-suite", "robotic-cluster"])
def test_a_fuller_plant_makes_batches_wait_and_works_on_them_no_longer(plant):
    scenario, _ = Question(plant).scenario()
    (quiet, waits), (busy, waits_longer) = days(scenario, 20.0), days(scenario, 1.15 * scenario.demand)
    assert busy == pytest.approx(quiet, rel=0.02)
    assert waits_longer > 1.5 * waits > 0
