"""The interlocks: nothing that must never be can be reached, and every weakened guard is found out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axenic.asepsis.boundary import Boundary, Load, Reading, Stage, active
from axenic.asepsis.explore import explore, mutate
from axenic.asepsis.interlocks import AIRLOCK, STERILISER, TABLE, parts_of
from axenic.asepsis.machine import Machine
from axenic.cli.explain import interlock_table
from axenic.library.shelf import shipped
from axenic.plant.plant import Plant
from tests.conftest import shelf

ROOT = Path(__file__).resolve().parents[2]
MACHINES = {m.name: m for m in (*TABLE, *(p.machine for n in shipped(Plant) for p in parts_of(shelf(Plant, n))))}
LOADED = ("open outer", "outer follows", "put in", "close outer", "outer follows")
INJECTING = (*LOADED, "start cycle", "next phase", "inject")
PASSED = (*INJECTING, "next phase", "next phase", "safe reading", "verdict pass")


@pytest.mark.requirement("A1-PR", "ATT-25")
@pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)
def test_no_invariant_can_be_broken_in_any_reachable_state_and_a_safe_one_stays_in_reach(machine):
    found = explore(machine)
    assert found.violated == (), found.trace
    assert found.states > 50


@pytest.mark.requirement("A1-PR", "ATT-25")
@pytest.mark.parametrize(
    "machine", [m for m in MACHINES.values() if m.name not in ("steriliser", "pass-through")], ids=lambda m: m.name
)
def test_every_weakened_guard_is_caught(machine):
    assert [m.change for m in mutate(machine) if not m.caught_by] == []


def test_the_guards_that_only_a_steriliser_has_are_caught_when_weakened():
    """The others are the airlock's; `axenic check --prove robotic-cluster` weakens them all."""
    for name in ("IB11", "IB29"):
        rule = next(r for r in STERILISER.rules if r.name == name)
        assert all(explore(STERILISER.without(name, act)).violated for act in rule.acts)


def test_every_shipped_plant_is_covered_interface_by_interface_and_unit_by_unit():
    for name in shipped(Plant):
        plant = shelf(Plant, name)
        places = {place for part in parts_of(plant) for place in part.places}
        assert {i.interface for i in plant.interfaces if i.program} <= places
        assert {u.unit for u in plant.units} <= places


def test_the_counter_example_of_a_weakened_machine_is_the_shortest_way_there():
    weaker = AIRLOCK.without("IB03", "open outer")
    assert explore(weaker).trace[:-1] == ("unsafe reading", "open outer")


def after(machine: Machine[Boundary], *events: str) -> Boundary:
    state, forbids = machine.walk(machine.start, events)
    assert not forbids, forbids
    return state


def refused(machine: Machine[Boundary], state: Boundary, act: str) -> set[str]:
    return {rule.name for rule in machine.refusals(state, act)}


@pytest.mark.requirement("A1-MAT", "A1-ISO")
def test_the_inner_door_stays_shut_until_the_airlock_is_proven():
    assert "IB05" in refused(AIRLOCK, after(AIRLOCK, *LOADED), "open inner")
    assert not refused(AIRLOCK, after(AIRLOCK, *PASSED), "open inner")


@pytest.mark.requirement("A1-ISO")
def test_power_loss_voids_the_cycle_and_its_return_starts_nothing():
    state = after(AIRLOCK, *INJECTING, "power loss", "power return")
    assert (state.stage, state.energised) == (Stage.VOID, False)
    assert "IB21" in refused(AIRLOCK, state, "restart cycle")
    assert "IB04" in refused(AIRLOCK, state, "open outer")


def test_a_void_cycle_leads_back_to_a_dirty_chamber_by_purging_only():
    state = after(AIRLOCK, *INJECTING, "chain lost", "purge", "safe reading", "purged", "chain back")
    assert (state.stage, state.load) == (Stage.DIRTY, Load.RAW)
    assert not refused(AIRLOCK, state, "open outer")


def test_a_sterilised_load_leaves_on_the_clean_side_only():
    clean = after(STERILISER, *PASSED)
    assert refused(STERILISER, clean, "open outer") == {"IB11"}
    assert not refused(STERILISER, clean, "open inner")


def test_an_unreadable_sensor_keeps_both_doors_shut():
    state = after(AIRLOCK, *PASSED, "invalid reading")
    assert state.reading is Reading.NOT_SAFE
    assert refused(AIRLOCK, state, "open inner") == refused(AIRLOCK, state, "open outer") == {"IB03"}


@settings(max_examples=400, deadline=None)
@given(st.sampled_from([m for m in MACHINES.values() if isinstance(m.start, Boundary)]), st.lists(st.integers(0, 59)))
def test_on_any_walk_every_started_cycle_can_end_and_nothing_forbidden_happens(machine, choices):
    events = (*machine.acts, *machine.happenings)
    state = machine.start
    for choice in choices:
        event = events[choice % len(events)]
        if event in machine.acts and machine.refusals(state, event):
            continue
        before, state = state, machine.step(state, event)
        assert not [i.name for i in machine.invariants if i.broken(before, event, state)]
    assert not active(machine.step(state, "time-out"))


def test_the_docs_print_the_table_of_the_code():
    assert interlock_table() in (ROOT / "docs" / "interlocks.md").read_text("utf-8")
