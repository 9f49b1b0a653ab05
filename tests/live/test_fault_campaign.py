"""Batches on equipment that fails at random in every way: nothing unsafe, nothing unexplained, no dose with a doubt."""

from __future__ import annotations

import os

import pytest
from bench.walk import watch as watch_invariants

from axenic.control.facts import (
    ItemMoved,
    OrderRefused,
    OutcomeLost,
    OutcomeSettled,
    PhaseCompleted,
    PhaseFailed,
)
from axenic.control.orders import CloseBatch, DisposeBatch, MoveItem, RunPhase
from axenic.device.driver.direct import DirectDriver
from axenic.device.instrument.disorder import Wrong
from axenic.device.instrument.host import Host
from axenic.device.instrument.instrument import Instrument
from axenic.device.instrument.memory import Memory
from axenic.device.instrument.misfortune import Misfortune
from axenic.device.instrument.roster import roster, simulated_identity
from axenic.device.instrument.work import InWorld
from axenic.live.clock import SpeedClock
from axenic.live.shell import run as run_live
from axenic.record.journal import Journal
from tests.conftest import START
from tests.device.driver.rig import field_of
from tests.live.shift_lead import ShiftLead

BATCHES = int(os.environ.get("AXENIC_FAULT_BATCHES", "6"))
DOUBT, END = (OutcomeLost, OrderRefused), (OutcomeSettled, PhaseCompleted, PhaseFailed, ItemMoved)
SHARES = dict.fromkeys(Wrong, 0.004) | {Wrong.LAG: 0.01, Wrong.DRIFT: 0.01}


def failing(suite, folder, clock, seed, shares):
    """Drivers of instruments that meet their misfortune, and the work behind them."""
    work, drivers = InWorld(suite.world), []
    for number, (equipment, models) in enumerate(roster(suite.plant).items()):
        boots = iter(range(10**9))

        def make(power_off, equipment=equipment, models=models, boots=boots, number=number):
            identity = simulated_identity(suite.plant.plant, equipment, models, f"boot {next(boots)}")
            instrument = Instrument(identity, models, Memory(folder / equipment, 0), work)
            return Host(instrument, clock, power_off, misfortune=Misfortune(seed + number, shares, 0.002))

        drivers.append(DirectDriver(equipment, make))
    return drivers, work


@pytest.fixture
def campaign(suite, tmp_path):
    """A core, its journal and what its equipment did, after so many batches on failing equipment."""

    def run(batches, seed, shares=SHARES):
        made, clock = suite(plant="point-of-care", seed=seed), SpeedClock(START, 1e12)
        drivers, work = failing(
            suite(plant="point-of-care", seed=seed), tmp_path / f"device {seed}", clock, seed, shares
        )
        heard = []
        field = field_of(drivers, patience_s=0.25, listen=heard.append)
        journal = Journal.create(tmp_path / f"{seed}.db", "axenic.example/x")
        lead = ShiftLead(field, made.control, lambda number: work.acts[number] > 0)
        watch_invariants(made.control)
        try:
            run_live(made.control, field, journal, clock, made.orders_of(batches, 24), lead.watch)
        finally:
            field.close()
        things = [e.thing for e in journal.entries()]
        journal.close()
        return made.control, things, work, heard

    return run


def test_batches_on_failing_equipment_end_safe_and_explained(campaign):
    control, things, work, heard = campaign(BATCHES, 11)
    ended = {t.batch: t for t in things if isinstance(t, DisposeBatch)}
    assert len(ended) == BATCHES and control.idle, "every batch has come to an end, and it is on record"
    assert all(order.reason for order in ended.values())
    assert {t.batch for t in things if isinstance(t, CloseBatch)} == set(ended)
    assert all(count == 1 for count in work.acts.values()), "no act was repeated"
    doubts = {t.order for t in things if isinstance(t, DOUBT)}
    assert doubts, "the campaign put something in doubt"
    assert doubts <= {t.order for t in things if isinstance(t, END)}, "every doubt was ended by an answer or a person"
    for order in ended.values():
        if order.outcome == "released":
            before = things[: things.index(order)]
            mine = {t.number for t in before if isinstance(t, RunPhase | MoveItem) and t.batch == order.batch}
            raised = {t.order for t in before if isinstance(t, DOUBT)}
            assert mine & raised <= {t.order for t in before if isinstance(t, END)}, "released with an order in doubt"
    assert {type(e).__name__ for e in heard} >= {"LinkLost", "LinkFound"}
