"""A run whose moves are confirmed by the sites at both ends."""

from __future__ import annotations

import pytest

from axenic.control.facts import ItemMoved, OrderRefused, OutcomeLost
from axenic.control.orders import MoveItem
from axenic.device.instrument.disorder import Disorder, Wrong
from axenic.live.clock import SpeedClock
from axenic.live.shell import run as run_live
from axenic.record.journal import Journal
from tests.conftest import START
from tests.device.driver.rig import direct, field_of
from tests.live.test_field import kept


def ran(suite, tmp_path, goes_wrong=None, unit=""):
    """The facts, the orders and the work of one batch; `goes_wrong` strikes the equipment of a unit."""
    made = suite()
    clock = SpeedClock(START, 1e12)
    drivers, work = direct(suite(), clock)
    if goes_wrong:
        next(d for d in drivers if unit in d._host.nameplate.units)._host.inject(goes_wrong)
    field = field_of(drivers, sites={d.equipment: d for d in drivers})
    journal = Journal.create(tmp_path / "j.db", "axenic.example/x")
    try:
        run_live(made.control, field, journal, clock, made.orders_of(1))
    finally:
        field.close()
    return *kept(journal), work


@pytest.fixture
def whole(suite):
    made = suite()
    return made.run(made.orders_of(1))


@pytest.fixture
def first(whole):
    """The first move between two pieces of equipment."""
    return next(o for o in whole.orders if isinstance(o, MoveItem))


def test_confirmed_moves_give_the_same_facts_in_the_same_order_and_leave_every_item_where_it_is(suite, tmp_path, whole):
    facts, orders, work = ran(suite, tmp_path)
    assert (facts, orders) == (whole.facts, whole.orders)
    last = {o.item: o.target for o in orders if isinstance(o, MoveItem)}
    assert last
    assert all(item in work.holds(unit) for item, unit in last.items())


def test_a_mover_that_lies_is_not_believed(suite, tmp_path, first):
    facts, _, work = ran(suite, tmp_path, Disorder(Wrong.LIE), first.mover)
    (lost,) = (f for f in facts if isinstance(f, OutcomeLost))
    assert lost.order == first.number
    assert f"the target does not see {first.item}" in lost.reason
    assert not any(isinstance(f, ItemMoved) and f.order == first.number for f in facts)
    assert first.item in work.holds(first.origin)


def test_a_move_from_a_site_that_is_not_ready_is_refused_and_the_mover_does_not_go(suite, tmp_path, first):
    facts, _, work = ran(suite, tmp_path, Disorder(Wrong.REJECT), first.origin)
    refused = next(f for f in facts if isinstance(f, OrderRefused) and f.order == first.number)
    assert refused.reason == "the origin is not ready: its own interlock refuses"
    assert work.acts[first.number] == 0
