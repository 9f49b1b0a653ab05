"""Two clocks, one log: the live run at high speed and the virtual run keep the same facts in the same order."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axenic.control.facts import ClockJumped
from axenic.control.orders import DisposeBatch, RaiseException
from axenic.library.shelf import shipped
from axenic.live.clock import SpeedClock
from axenic.live.shell import Differ, recover
from axenic.live.shell import run as run_live
from axenic.plant.plant import Plant
from axenic.recipe.recipe import Recipe
from axenic.record.entry import Document
from axenic.record.journal import Journal
from tests.conftest import START, Suite, shelf


@settings(max_examples=24, deadline=None)
@given(
    st.sampled_from(shipped(Recipe)),
    st.sampled_from(shipped(Plant)),
    st.integers(0, 2**63),
    st.integers(1, 4),
    st.integers(0, 40),
    st.integers(1, 12),
)
def test_live_and_virtual_runs_give_the_same_facts_in_the_same_order(recipe, plant, seed, patients, every_h, reactors):
    built = shelf(Plant, plant)
    units = tuple(u.model_copy(update={"count": reactors}) if "culture" in u.can else u for u in built.units)
    virtual, live = (Suite(shelf(Recipe, recipe), built.model_copy(update={"units": units}), seed) for _ in "12")
    virtual.run(virtual.orders_of(patients, every_h))
    with TemporaryDirectory() as folder:
        journal = Journal.create(Path(folder) / "live.db", "axenic.example/live")
        orders = live.orders_of(patients, every_h)
        run_live(live.control, live.world, journal, SpeedClock(START, 1e12), orders, live.keep)
        kept = [e.thing for e in journal.entries()]
        journal.close()
    assert live.facts == virtual.facts
    assert live.orders == virtual.orders
    assert len(kept) == len(virtual.facts) + len(virtual.orders)


@pytest.mark.parametrize("cut", [1, 57, 300, 611])
def test_a_run_cut_off_anywhere_goes_on_to_the_same_end(suite, tmp_path, cut):
    whole = suite().run()
    journal = Journal.create(tmp_path / "cut.db", "axenic.example/cut")
    first = suite()
    for fact in whole.facts[:cut]:
        journal.append([fact, *first.control.take(fact)])
    second = suite()
    recover(second.control, second.world, journal.entries())
    run_live(second.control, second.world, journal, SpeedClock(START, 1e12), second.orders_of(6))
    facts = [e.thing for e in journal.entries() if e.stream == "fact"]
    journal.close()
    assert facts == whole.facts


def test_a_journal_whose_orders_are_not_the_cores_is_not_gone_on_with(suite, tmp_path):
    done = suite().run()
    made = suite()
    journal = Journal.create(tmp_path / "x.db", "axenic.example/x")
    journal.append([Document("seed", "seed", "7"), *done.facts[:3], *done.orders[5:9]])
    with pytest.raises(Differ):
        recover(made.control, made.world, journal.entries())
    journal.close()


def test_a_wall_clock_that_is_set_ends_every_validity_time_and_the_patients_still_get_their_therapy(suite, tmp_path):
    jumps = iter([0.0] * 60)
    offset = [0.0]

    def wall() -> float:
        offset[0] = 7200.0 if next(jumps, None) is None else 0.0
        return time.monotonic() + offset[0]

    made = suite()
    journal = Journal.create(tmp_path / "jump.db", "axenic.example/jump")
    run_live(made.control, made.world, journal, SpeedClock(START, 1e12, wall), made.orders_of(2), made.keep)
    journal.close()
    assert [f.seconds for f in made.facts if isinstance(f, ClockJumped)] == [7200]
    assert sum(o.kind == "clock jump" for o in made.all(RaiseException)) == 2
    assert {o.outcome for o in made.all(DisposeBatch)} == {"released"}
