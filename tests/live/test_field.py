"""A run on equipment behind drivers gives the same facts in the same order as one on the world in this process."""

from __future__ import annotations

import pytest

from axenic.control.orders import EQUIPMENT_ORDERS
from axenic.live.clock import SpeedClock
from axenic.live.shell import run as run_live
from axenic.record.journal import Journal
from tests.conftest import START
from tests.device.driver.rig import direct, field_of


def kept(journal):
    entries = list(journal.entries())
    return [e.thing for e in entries if e.stream == "fact"], [e.thing for e in entries if e.stream == "order"]


@pytest.mark.parametrize("name", ["robotic-cluster", "manual-suite", "point-of-care"])
@pytest.mark.parametrize("speed", [2e6, 1e12])
def test_instruments_in_process_give_the_same_facts_in_the_same_order_at_any_speed(suite, tmp_path, name, speed):
    made = suite(plant=name)
    clock = SpeedClock(START, speed)
    drivers, work = direct(suite(plant=name), clock)
    field = field_of(drivers)
    journal = Journal.create(tmp_path / "j.db", "axenic.example/x")
    try:
        run_live(made.control, field, journal, clock, made.orders_of(2))
    finally:
        field.close()
    whole = suite(plant=name)
    whole.run(whole.orders_of(2))
    assert kept(journal) == (whole.facts, whole.orders)
    asked = [o.number for o in whole.orders if isinstance(o, EQUIPMENT_ORDERS)]
    assert work.acts == dict.fromkeys(asked, 1)
