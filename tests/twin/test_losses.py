"""Where and why batches are lost, in the words of the core, and the same batches as the kernel loses."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from axenic.control.cause import Cause
from axenic.twin.ends import LOST
from axenic.twin.load import PILOT_SEED, pilot, pilot_orders
from axenic.twin.losses import Loss, losses, told
from axenic.twin.question import Question, Unanswerable


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("CD3 collected=0.001", ("40 at thaw (thaw)", "patient material", "CD3 cells", "limit >= 1e8 cells")),
        ("receipt failure=1", ("40 at receive (receive)", "logistics", "not identified at receipt")),
    ],
)
def test_a_plant_in_which_every_batch_dies_says_where_and_of_what(change, words):
    with pytest.raises(Unanswerable) as caught:
        Question("robotic-cluster", changes=(change,)).scenario()
    finding = caught.value.findings[0]
    assert finding.code == "AX0716" and "none of 40 batches and " in finding.message
    assert all(word in finding.message for word in words), finding.message


def test_the_core_loses_the_batches_that_the_kernel_loses_and_for_the_same_causes():
    scenario, _ = Question("robotic-cluster", changes=("bad lot=0.2", "operator error=0.01")).scenario()
    alone = replace(scenario, remakes=False)
    found = losses(alone, pilot_orders(alone), PILOT_SEED)
    rows = pilot(alone).batches
    assert Counter(x.cause for x in found) == Counter(Cause(c).title for c in rows["cause"][rows["outcome"] == LOST])
    assert found and all(x.step and x.phase and x.reason for x in found)


def test_many_ways_to_be_lost_are_told_by_the_most_frequent():
    found = [Loss("expand", "culture", "equipment", f"reactor-{n} failed") for n in range(3)]
    found += [Loss(f"step {n}", "wash", "equipment", "failed") for n in range(4)]
    words = told(found)
    assert words.startswith("3 at expand (culture): equipment, 'reactor-0 failed'; 1 at step 0 (wash)")
    assert words.endswith("; 2 elsewhere")
    assert "still wait" in told(())
    assert Loss("", "", "", "x").place == "before its first phase"
