"""Open work over OPC UA whose wires go wrong: a clear alarm, a safe state, and recovery without a restart."""

from __future__ import annotations

import asyncio

import pytest
from bench.open_work import OVER, PRESSURE, OpenWork

from axenic.control.facts import EnvironmentMeasured, ZoneRestored
from axenic.control.orders import HoldUnit, UnholdUnit
from axenic.control.packml import UnitState
from axenic.device.instrument.disorder import Disorder, Wrong
from axenic.record.telemetry.buffer import to_read
from axenic.record.telemetry.reading import BAD_NO_COMMUNICATION

YEAR = 366 * 86_400_000
SAYS = {Wrong.SENSOR: "bad 0x808C0000", Wrong.SILENCE: "no good value for 10 s"}


def kept_of(work):
    """The readings of the zone's pressure in the buffer, in their order."""
    store = to_read(work.journal)
    number = store.number(work.scene.plant.plant, f"{work.zone}.{PRESSURE}")
    rows = store.fresh([number], 0, 1 << 62).get(number, []) + store.settled(number, 0, 1 << 62)
    store.close()
    return sorted(rows)


async def excursion(equipment):
    """The pressure falls, and comes back when the unit is held."""
    equipment.pressure(3.0)
    await equipment.reaches(UnitState.HELD)
    equipment.pressure(None)
    await equipment.reaches(UnitState.EXECUTE)


def about(done, alarm):
    return [(what, place) for what, name, place in done.alarms() if name == alarm]


def held_and_freed(done):
    """The holds and what ended each, in the order of the journal."""
    return [type(e.thing).__name__ for e in done.entries if isinstance(e.thing, HoldUnit | ZoneRestored | UnholdUnit)]


@pytest.mark.requirement("A1-EM1")
def test_pressure_that_falls_holds_the_open_unit_and_every_value_it_told_is_kept(tmp_path):
    async def three(equipment):
        for _ in range(3):
            await excursion(equipment)

    work = OpenWork(tmp_path)
    done = work.run(three)
    assert held_and_freed(done) == ["HoldUnit", "ZoneRestored", "UnholdUnit"] * 3
    measured = [e.thing for e in done.entries if isinstance(e.thing, EnvironmentMeasured)]
    assert [fact.value for fact in measured[1::2]] == ["3.0"] * 3, "each with the last good value before it"
    assert all(float(fact.value) >= 20.0 for fact in measured[::2])
    told = [(v["at"] * 1000, v["value"], None, 0) for v in done.told]
    kept = [row for row in kept_of(work) if row[1] != OVER]
    assert len(kept) >= 6
    first = told.index(kept[0])
    assert kept == told[first : first + len(kept)]
    assert len(told) - first - len(kept) <= 1, "the last is told when the engine has ended"


def test_a_unit_that_answers_five_seconds_late_is_held_all_the_same_and_found_again(tmp_path):
    async def late(equipment):
        equipment.unit.inject(Disorder(Wrong.LAG, 5.0))
        equipment.pressure(3.0)
        await equipment.reaches(UnitState.HELD)
        equipment.unit.inject(Disorder(Wrong.LAG, 0.0, 0))
        equipment.pressure(None)
        await equipment.reaches(UnitState.EXECUTE)

    done = OpenWork(tmp_path).run(late)
    assert held_and_freed(done) == ["HoldUnit", "ZoneRestored", "UnholdUnit"]
    lost = about(done, "link lost")
    assert lost in ([], [("came", "bench-a"), ("went", "bench-a")]), "whoever answers before it is lost is not lost"


def test_a_unit_that_answers_garbage_is_named_and_held_as_soon_as_it_answers_sense(tmp_path):
    async def garbled(equipment):
        equipment.unit.inject(Disorder(Wrong.GARBAGE, times=2))
        await excursion(equipment)

    done = OpenWork(tmp_path).run(garbled)
    assert about(done, "unit answers nonsense") == [("came", "bench-a")]
    assert held_and_freed(done) == ["HoldUnit", "ZoneRestored", "UnholdUnit"]


@pytest.mark.requirement("A11-16")
def test_certificates_that_end_while_product_lies_open_are_renewed_and_the_same_engine_goes_on(tmp_path):
    work = OpenWork(tmp_path)

    async def ends(equipment):
        work.ahead.value = YEAR
        assert await asyncio.to_thread(work.ordered.wait, 100), "nobody measures the zone: what lies open is held"
        assert equipment.state is UnitState.EXECUTE, "it cannot be reached"
        work.renew()
        await equipment.reaches(UnitState.HELD)
        await equipment.reaches(UnitState.EXECUTE)

    done = work.run(ends)
    for name in ("bench-a", "monitor-cabinet-a"):
        assert [what for what, place in about(done, "certificate expired") if place == name] == ["came", "went"]
    assert held_and_freed(done) == ["HoldUnit", "ZoneRestored", "UnholdUnit"]
    unknown = [e.thing.value for e in done.entries if isinstance(e.thing, EnvironmentMeasured)][1]
    assert unknown == "no communication", "never the last value"
    gap = [row for row in kept_of(work) if row[3] == BAD_NO_COMMUNICATION]
    assert gap, "the gap is a row of its own"


@pytest.mark.parametrize(
    ("wrong", "says"), [(Wrong.SENSOR, "bad 0x808C0000"), (Wrong.SILENCE, "no good value for 30 s")]
)
def test_a_sensor_that_fails_or_falls_silent_makes_the_zone_unknown(tmp_path, wrong, says):
    work = OpenWork(tmp_path)

    async def blind(equipment):
        equipment.monitor.inject(Disorder(wrong, item=f"{work.zone}.{PRESSURE}"))
        await equipment.reaches(UnitState.HELD)
        equipment.monitor.inject(Disorder(wrong, times=0, item=f"{work.zone}.{PRESSURE}"))
        await equipment.reaches(UnitState.EXECUTE)

    done = work.run(blind)
    assert [e.thing.value for e in done.entries if isinstance(e.thing, EnvironmentMeasured)][1] == SAYS[wrong]
    assert about(done, "stale value") == [("came", "cabinet-a"), ("went", "cabinet-a")]
    assert held_and_freed(done) == ["HoldUnit", "ZoneRestored", "UnholdUnit"]


def test_a_person_restores_the_zone_on_record_and_the_running_engine_takes_it_once(tmp_path):
    done = OpenWork(tmp_path, by_act=True).run(excursion)
    assert held_and_freed(done) == ["HoldUnit", "ZoneRestored", "UnholdUnit"]
    (restored,) = [e.thing for e in done.entries if isinstance(e.thing, ZoneRestored)]
    assert restored.evidence.startswith("EM-7 (entry ")
