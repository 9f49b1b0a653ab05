"""Two clocks, one log: the live run at high speed and the virtual run keep the same facts in the same order."""

from __future__ import annotations

import pytest

from axenic.live.clock import SpeedClock
from axenic.live.shell import Differ, recover
from axenic.live.shell import run as run_live
from axenic.record.entry import Document
from axenic.record.journal import Journal
from tests.conftest import START


@pytest.mark.parametrize("plant", ["robotic-cluster", "manual-suite"])
@pytest.mark.parametrize("recipe", ["car-t-9-day", "car-t-fresh-7-day"])
@pytest.mark.parametrize("seed", [1, 8])
def test_live_and_virtual_runs_give_the_same_facts_in_the_same_order(suite, tmp_path, recipe, plant, seed):
    virtual = suite(recipe, plant, seed).run()
    live = suite(recipe, plant, seed)
    journal = Journal.create(tmp_path / "live.db", "axenic.example/live")
    run_live(live.control, live.world, journal, SpeedClock(START, 1e9), live.orders_of(6))
    kept = [e.thing for e in journal.entries()]
    journal.close()
    assert [t for t in kept if t in virtual.facts] == virtual.facts
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
