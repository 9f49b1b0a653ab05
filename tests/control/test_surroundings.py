"""A sample of the environment holds work, names the batches it touched, and only evidence ends it."""

from __future__ import annotations

import pytest

from axenic.asepsis.condition import Aseptic
from axenic.control.control import Control
from axenic.control.facts import EnvironmentMeasured, PhaseCompleted, ZoneAlarmed, ZoneRestored
from axenic.control.orders import HoldUnit, PermitPassage, RaiseException, RefusePassage, RunPhase, UnholdUnit
from axenic.control.packml import UnitState
from axenic.control.surroundings import touched
from tests.conftest import DAY, START

HOUR = 3_600_000
CROWDED = START + 5 * DAY


def particles(at, value, zone="core", **more):
    return EnvironmentMeasured(at, zone, "particles 0.5 um", value, "1/m3", "above the rack", "EM-7", **more)


def raised(made, kind):
    return [o for o in made.all(RaiseException) if o.kind == kind]


@pytest.mark.requirement("A1-EM1", "A1-EM2")
def test_an_action_level_puts_the_zone_at_risk_and_holds_its_work(suite):
    made = suite()
    made.run([*made.orders_of(3), particles(CROWDED, "3521")])
    zone = made.control.floor.zones["core"]
    assert (zone.state, zone.evidence) == (Aseptic.AT_RISK, "EM-7")
    permits = [o for o in made.all(PermitPassage) if o.at >= CROWDED]
    core = {s.name for s in made.control.floor.layout.stations.values() if s.zone == "core"}
    assert not [p for p in permits if {p.origin, p.target} & core]
    assert made.all(RefusePassage)


@pytest.mark.requirement("A1-EM2")
def test_every_batch_in_the_zone_gets_an_exception_and_no_other(suite):
    made = suite()
    made.run([*made.orders_of(3), particles(CROWDED, "3521")])
    inside = {o.batch for o in raised(made, "environment excursion")}
    core = {s.name for s in made.control.floor.layout.stations.values() if s.zone == "core"}
    passed = {o.batch for o in made.all(PermitPassage) if o.at <= CROWDED and {o.origin, o.target} & core}
    assert inside == passed != set()
    assert all(o.severity == "major" for o in raised(made, "environment excursion"))


def test_only_passages_since_the_last_good_sample_count_once_a_batch_has_left(suite):
    made = suite()
    made.run(made.orders_of(2))
    end = max(f.at for f in made.facts)
    assert touched(made.control.floor, "core", 0) == ["AX-0001", "AX-0002"]
    made.control.take(particles(end + HOUR, "100"))
    later = made.control.take(particles(end + 2 * HOUR, "9999"))
    assert [o.batch for o in later if isinstance(o, RaiseException)] == [""], "on record though no batch was touched"


@pytest.mark.requirement("A1-EM2")
def test_a_plate_read_days_later_looks_back_to_the_last_good_sample_before_it_was_taken(suite):
    made = suite()
    made.run(made.orders_of(2))
    end = max(f.at for f in made.facts)
    late = particles(end + 5 * DAY, "9999", sampled=START + 4 * DAY)
    made.control.take(particles(end + 4 * DAY, "10"))
    orders = made.control.take(late)
    assert {o.batch for o in orders if isinstance(o, RaiseException)} == {"AX-0001", "AX-0002"}


def test_an_alert_level_is_a_minor_exception_and_work_goes_on(suite):
    made = suite()
    made.run([*made.orders_of(1), particles(CROWDED, "2000")])
    assert [o.severity for o in raised(made, "environment alert")] == ["minor"]
    assert made.control.floor.zones["core"].state is Aseptic.ASEPTIC
    assert made.control.idle


@pytest.mark.parametrize("value", ["nan", "", "broken", "-1"])
def test_an_unknown_value_lets_nothing_pass(suite, value):
    made = suite()
    made.run([*made.orders_of(1), particles(CROWDED, value)])
    assert made.control.floor.zones["core"].state is Aseptic.UNKNOWN
    assert [o.severity for o in raised(made, "environment unknown")] == ["major"]
    assert not [o for o in made.all(PermitPassage) if o.at > CROWDED and o.target.startswith("reactor")]


def test_an_unknown_value_does_not_make_a_zone_at_risk_look_better(suite):
    made = suite()
    made.control.take(particles(START, "9999"))
    made.control.take(particles(START + 1, "nan"))
    assert made.control.floor.zones["core"].state is Aseptic.AT_RISK


def test_a_good_sample_restores_nothing_and_a_person_with_evidence_does(suite):
    made = suite()
    control = made.control
    control.take(particles(START, "9999"))
    control.take(particles(START + HOUR, "10"))
    control.take(ZoneRestored(START + 2 * HOUR, "core", ""))
    assert control.floor.zones["core"].state is Aseptic.AT_RISK
    control.take(ZoneRestored(START + 3 * HOUR, "core", "investigation EM-7 closed"))
    assert control.floor.zones["core"].state is Aseptic.ASEPTIC


def test_held_work_goes_on_after_the_zone_is_restored(suite):
    made = suite()
    restored = ZoneRestored(CROWDED + 4 * HOUR, "core", "investigation EM-7 closed")
    made.run([*made.orders_of(1), particles(CROWDED, "9999"), restored])
    assert made.control.idle
    assert [o for o in made.all(PermitPassage) if o.at > restored.at]


def test_a_trend_is_one_minor_exception_however_long_it_lasts(suite):
    made = suite()
    orders = []
    for n in range(10):
        orders += made.control.take(particles(START + n * HOUR, str(100 + 10 * n)))
    kinds = [o.kind for o in orders if isinstance(o, RaiseException)]
    assert kinds == ["environment trend"]


def test_without_limits_nothing_can_be_judged_and_nothing_passes(suite):
    made = suite()
    bare = Control(made.plant, {}, made.programs, made.control.floor._risks)
    bare.take(particles(START, "1"))
    assert bare.floor.zones["core"].state is Aseptic.UNKNOWN


def test_a_zone_nobody_knows_and_a_measure_without_limit_are_said(suite):
    control = suite().control
    orders = control.take(particles(START, "1", zone="attic"))
    orders += control.take(particles(START, "1", zone="support"))
    assert [o.kind for o in orders] == ["sample of an unknown zone", "environment without limit"]


def open_work(suite):
    """A core that has an open phase under way in a cabinet, its order, and a moment within it."""
    made = suite(plant="manual-suite")
    made.run(made.orders_of(1))
    opened = next(
        o for o in made.all(RunPhase) if o.batch and o.connections and o.unit.startswith("bench") and o.usual > 10_000
    )
    fresh = suite(plant="manual-suite")
    for fact in made.facts:
        orders = fresh.control.take(fact)
        if opened in orders:
            return fresh.control, opened, fact.at + 1
    raise AssertionError("no open work")


@pytest.mark.requirement("A1-EM1")
@pytest.mark.parametrize("what", ["3521", "broken", "alarm"])
def test_product_that_lies_open_in_a_zone_out_of_its_limits_is_held_until_the_zone_is_restored(suite, what):
    control, opened, at = open_work(suite)
    zone = control.floor.layout.stations[opened.unit].zone
    fact = ZoneAlarmed(at, zone, "door open") if what == "alarm" else particles(at, what, zone)
    held = [o for o in control.take(fact) if isinstance(o, HoldUnit)]
    assert [o.unit for o in held] == [opened.unit]
    assert control.floor.units[opened.unit].packml is UnitState.HELD
    assert not [o for o in control.take(particles(at + 1, "9999", zone)) if isinstance(o, HoldUnit)], "held once"
    freed = [o for o in control.take(ZoneRestored(at + 2, zone, "EM-7 closed")) if isinstance(o, UnholdUnit)]
    assert [o.unit for o in freed] == [opened.unit]
    assert control.floor.units[opened.unit].packml is UnitState.EXECUTE
    control.take(PhaseCompleted(at + 3, opened.number, {}))
    assert not [o for o in control.take(particles(at + 4, "9999", zone)) if isinstance(o, HoldUnit)], "closed again"


def test_closed_units_in_a_zone_out_of_its_limits_work_on(suite):
    made = suite()
    made.run([*made.orders_of(2), particles(CROWDED, "9999")])
    assert not made.all(HoldUnit)
