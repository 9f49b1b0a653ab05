"""Every cell of the crash matrix: engine, equipment or link lost before, during and after an act; never twice."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

import pytest

from axenic.control.facts import OutcomeLost
from axenic.control.orders import HoldUnit, RaiseException, RunPhase
from axenic.device.driver.direct import DirectDriver
from axenic.device.driver.driver import LinkError
from axenic.device.driver.intent import Intent, command_id
from axenic.device.instrument.host import Host
from axenic.device.instrument.instrument import Instrument
from axenic.device.instrument.memory import Memory
from axenic.device.instrument.roster import roster, simulated_identity
from axenic.device.instrument.work import InWorld
from axenic.live.clock import SpeedClock
from axenic.live.shell import recover
from axenic.record.journal import Journal
from tests.conftest import START
from tests.device.driver.rig import JOURNAL, field_of

LATER = START + 1
MOMENTS = ("before intent", "after intent", "received", "accepted", "begun", "recorded")
ALIVE, RESTARTED, FORGOT = "alive", "restarted with its journal", "restarted without its journal"
ONCE, DOUBT_UNDONE, DOUBT_DONE = ("known", 1), ("in doubt", 0), ("in doubt", 1)
ENGINE_KILLED = {
    ("before intent", ALIVE): ONCE,
    ("before intent", RESTARTED): ONCE,
    ("before intent", FORGOT): ONCE,
    ("after intent", ALIVE): ONCE,
    ("after intent", RESTARTED): ONCE,
    ("after intent", FORGOT): DOUBT_UNDONE,
    ("received", ALIVE): ONCE,
    ("received", RESTARTED): ONCE,
    ("received", FORGOT): DOUBT_UNDONE,
    ("accepted", ALIVE): ONCE,
    ("accepted", RESTARTED): DOUBT_UNDONE,
    ("accepted", FORGOT): DOUBT_UNDONE,
    ("begun", ALIVE): ONCE,
    ("begun", RESTARTED): DOUBT_DONE,
    ("begun", FORGOT): DOUBT_DONE,
    ("recorded", ALIVE): ONCE,
    ("recorded", RESTARTED): ONCE,
    ("recorded", FORGOT): DOUBT_DONE,
}
ENGINE_ALIVE = {
    **{cell: end for cell, end in ENGINE_KILLED.items() if cell[0] in ("received", "accepted", "begun")},
    ("done", ALIVE): ONCE,
    ("done", RESTARTED): DOUBT_DONE,
    ("done", FORGOT): DOUBT_DONE,
    ("recorded", ALIVE): ONCE,  # the engine has heard of it
    ("recorded", RESTARTED): ONCE,
    ("recorded", FORGOT): ONCE,
}


class Died(LinkError):
    """The power went."""


def never(moment, intent):
    """Nothing happens at any moment."""


def dies_at(fatal):
    def notice(moment, intent):
        if moment == fatal:
            raise Died(f"the power went when it had {moment}")

    return notice


class Floor:
    """A core that ordered one batch, and instruments of which one can be lost at a moment of its first phase."""

    def __init__(self, suite, folder):
        self.suite, self.folder = suite(), folder
        self.clock = SpeedClock(START, 10_000.0)  # an hour in 0.36 s
        self.work, self.began, self.memories = InWorld(self.suite.world), 0, 0
        self.fatal, self.drivers = never, {}
        self.ordered = self.suite.orders_of(1)[0]
        control = self.suite.new_control()
        self.orders = control.take(self.ordered)
        self.phase = next(o for o in self.orders if isinstance(o, RunPhase))
        self.unit = next(e for e, models in roster(self.suite.plant).items() if self.phase.unit in models)

    def intent(self, fence=1):
        return Intent(command_id(JOURNAL, self.phase.number), self.phase, JOURNAL, fence)

    def forget(self):
        self.memories, self.began = self.memories + 1, LATER

    def instrument(self, equipment):
        models = roster(self.suite.plant)[equipment]
        identity = simulated_identity(self.suite.plant.plant, equipment, models, f"boot {self.memories}")
        memory = Memory(self.folder / f"{equipment} {self.memories}", self.began)
        return Instrument(identity, models, memory, self.work, notice=lambda m, i: self.fatal(m, i))

    def all_drivers(self, alive=None):
        """`alive`: the instrument of the unit that goes on as it is."""

        def make(equipment, power_off):
            kept = alive if equipment == self.unit else None
            return Host(kept or self.instrument(equipment), self.clock, power_off)

        self.drivers = {name: DirectDriver(name, partial(make, name)) for name in roster(self.suite.plant)}
        return list(self.drivers.values())

    def follow(self, field, control):
        """Let the engine go on until the phase is answered or in doubt: that fact, and the orders it gives."""
        while True:
            field.wait(self.clock, lambda: False)
            fact = field.agenda.pop()
            orders = control.take(fact)
            if getattr(fact, "order", 0) == self.phase.number:
                return fact, orders
            for order in orders:
                field.perform(order)


def judged(fact, orders, acts):
    """What the cell came to; in doubt means that the unit is held and a critical exception is on record."""
    if not isinstance(fact, OutcomeLost):
        return "known", acts
    assert any(isinstance(o, HoldUnit) for o in orders)
    assert any(isinstance(o, RaiseException) and o.severity == "critical" for o in orders)
    return "in doubt", acts


@pytest.mark.requirement("A11-16", "A11-13")
@pytest.mark.parametrize(("moment", "fate"), ENGINE_KILLED)
def test_an_act_is_done_once_or_in_doubt_when_the_engine_was_killed(suite, tmp_path, moment, fate):
    floor = Floor(suite, tmp_path)
    journal = Journal.create(tmp_path / "j.db", "axenic.example/x")
    if moment != "before intent":
        journal.append([floor.ordered, *floor.orders])
    first = floor.instrument(floor.unit)
    if moment in MOMENTS[2:]:
        floor.fatal = dies_at(moment if fate != ALIVE else "")
        with suppress(Died):
            first.start(floor.intent(), START)
            first.advance(first.due() if moment == "recorded" else START)
        floor.fatal = never
    if fate == FORGOT:
        floor.forget()
    if fate != ALIVE:
        first.close()
    control = floor.suite.new_control()
    field = field_of(floor.all_drivers(first if fate == ALIVE else None))
    try:
        recover(control, field, journal.entries())
        if moment == "before intent":
            for order in control.take(floor.ordered):
                field.perform(order)
        fact, orders = floor.follow(field, control)
    finally:
        field.close()
        journal.close()
    assert judged(fact, orders, floor.work.acts[floor.phase.number]) == ENGINE_KILLED[moment, fate]


@pytest.mark.requirement("A11-16")
@pytest.mark.parametrize(("moment", "fate"), ENGINE_ALIVE)
def test_an_act_is_done_once_or_in_doubt_when_link_or_power_went_and_the_engine_lives(suite, tmp_path, moment, fate):
    floor = Floor(suite, tmp_path)
    field = field_of(floor.all_drivers())
    driver = floor.drivers[floor.unit]

    def goes(now, intent):
        if now != moment or intent.order != floor.phase:
            return
        floor.fatal = never
        if fate == ALIVE:
            driver._drop(0)  # the link alone
            return
        if fate == FORGOT:
            floor.forget()
        driver._power_off(0)
        raise Died(f"the power went when it had {moment}")

    floor.fatal = goes
    control = floor.suite.new_control()
    try:
        for order in control.take(floor.ordered):
            field.perform(order)
        fact, orders = floor.follow(field, control)
    finally:
        field.close()
    assert judged(fact, orders, floor.work.acts[floor.phase.number]) == ENGINE_ALIVE[moment, fate]
