"""A whole run on equipment behind OPC UA gives the same facts in the same order as one on the world in this process."""

from __future__ import annotations

import pytest

from axenic.live.clock import SpeedClock
from axenic.live.shell import run as run_live
from axenic.record.journal import Journal
from tests.conftest import START
from tests.device.driver.rig import field_of
from tests.device.opcua.plant import opcua_plant
from tests.live.test_field import kept


@pytest.mark.requirement("A11-16")
def test_a_batch_over_opc_ua_gives_the_same_facts_in_the_same_order(suite, tmp_path):
    made, clock = suite(plant="point-of-care"), SpeedClock(START, 1e12)
    journal = Journal.create(tmp_path / "j.db", "axenic.example/x")
    with opcua_plant(suite(plant="point-of-care"), clock, tmp_path) as drivers:
        field = field_of(drivers, patience_s=60.0)
        try:
            run_live(made.control, field, journal, clock, made.orders_of(1))
        finally:
            field.close()
    whole = suite(plant="point-of-care")
    whole.run(whole.orders_of(1))
    assert kept(journal) == (whole.facts, whole.orders)
