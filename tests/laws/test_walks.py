"""A live plant under answers in any order, late, wrong or lost, under alarms, holds, doubts and aborts."""

from __future__ import annotations

import pytest
from bench.scene import shipped_cluster
from bench.walk import Answers, Broken, Walk

from axenic.control.orders import JudgeCycle, PermitPassage, RefusePassage


@pytest.fixture(scope="module")
def scene():
    return shipped_cluster(3).play()


def test_no_walk_breaks_an_invariant_and_every_started_cycle_ends_in_a_verdict(scene):
    """`make bench` takes 10,000 walks; here a few, and that they go where something can break."""
    answers = Answers.of(scene)
    given = [order for seed in range(150) for order in Walk(scene, answers, seed).run(150).given]
    verdicts = [o.verdict for o in given if isinstance(o, JudgeCycle)]
    assert min(verdicts.count(v) for v in ("pass", "fail", "void")) > 20
    assert any(isinstance(o, PermitPassage) and o.kind == "crossing inward" for o in given)
    assert any(isinstance(o, RefusePassage) for o in given)


def test_a_walk_on_weakened_interlocks_is_found_out(scene):
    answers = Answers.of(scene)
    with pytest.raises(Broken):
        for seed in range(60):
            walk = Walk(scene, answers, seed)
            for chamber in walk.control.floor.chambers.values():
                chamber.machine = chamber.machine.without("an outer opening ends the proof")
            walk.run(150)
