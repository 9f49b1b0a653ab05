"""Figures of hand-made tallies: names, units, times in parts, throughput, persons, swarms of losses."""

from __future__ import annotations

import math

import numpy as np
import pytest

from axenic.twin.figures import figures, unit_of
from axenic.twin.fragility import clustering, worst_week
from axenic.twin.vein import INSIDE
from tests.twin.tallies import DAY, given, rows, tally_of


def of(plant="manual-suite", recipe="car-t-9-day", batches=None, years=1.0):
    plant, recipe, assumptions = given(plant, recipe)
    batches = rows(95, 5) if batches is None else batches
    return figures(tally_of(batches, plant, years), plant, recipe, assumptions)


@pytest.fixture(scope="module")
def manual():
    return of()


def test_every_figure_is_a_number_with_a_unit(manual):
    for found in (manual, of("robotic-cluster"), of("point-of-care", "car-t-fresh-7-day")):
        assert all(isinstance(v, float) and math.isfinite(v) for v in found.values())
        assert all(unit_of(name) for name in found)


def test_two_plants_have_the_same_names_but_for_their_units(manual):
    own = ("utilisation.unit.", "utilisation.carrier.", "utilisation.chamber.", "cycles_failed.")
    other = of("robotic-cluster")
    assert {n for n in manual if not n.startswith(own)} == {n for n in other if not n.startswith(own)}


def test_an_unknown_figure_has_no_unit():
    with pytest.raises(KeyError):
        unit_of("beauty.of_it")


def test_the_stack_of_the_figures_adds_up_to_the_full_cost(manual):
    slices = [
        "vector",
        "materials",
        "qc",
        "labour",
        "overhead",
        "facility",
        "equipment",
        "leukapheresis",
        "transport",
        "failure",
    ]
    assert sum(manual[f"cost.{n}"] for n in slices) == pytest.approx(manual["cost.full"])
    assert manual["cost.conversion"] == pytest.approx(
        sum(manual[f"cost.{n}"] for n in ("labour", "overhead", "facility", "equipment"))
    )


def test_the_stack_of_a_started_batch_has_no_failure_but_all_that_was_spent(manual):
    parts = [v for n, v in manual.items() if n.startswith("started.") and n != "started.full"]
    assert sum(parts) == pytest.approx(manual["started.full"])
    assert manual["started.full"] == pytest.approx(manual["cost.full"] * 0.95)


def test_the_parts_of_the_time_to_the_vein_add_up_and_the_simulated_ones_are_those_of_the_rows(manual):
    inside = {n: manual[f"time_to_vein.{n}"] for n in INSIDE}
    assert inside == {"queue": 1, "manufacture": 10, "waiting": 2, "qc": 7, "review": 1, "pack": 1}
    whole = ("mean", "median", "p90")
    parts = [v for n, v in manual.items() if n.startswith("time_to_vein.") and not n.endswith(whole)]
    assert sum(parts) == pytest.approx(manual["time_to_vein.mean"])
    assert manual["time_to_vein.booking"] == pytest.approx((2 + 7 + 22) / 3, rel=0.04)
    assert manual["time_to_vein.mean"] - manual["vein_to_vein.mean"] == pytest.approx(manual["time_to_vein.booking"])
    assert manual["time_to_vein.p90"] > manual["time_to_vein.median"]


def test_nothing_travels_to_a_plant_at_the_ward():
    found = of("point-of-care", "car-t-fresh-7-day")
    assert found["time_to_vein.courier_in"] == found["time_to_vein.courier_out"] == 0


def test_a_second_attempt_carries_the_time_its_patient_has_lost():
    batches = rows(2, 1)
    batches["patient"][1], batches["attempt"][1] = 2, 2  # the second dose is for the patient whose batch was lost
    batches["ordered"][2] = batches["ordered"][1] - 30 * DAY
    found = of(batches=batches)
    assert found["time_to_vein.lost_attempts"] == pytest.approx(15)
    assert found["patients.with_dose"] == 1


def test_a_stage_never_reached_takes_no_time():
    batches = rows(3)
    batches["tested"] = -1
    found = of(batches=batches)
    assert found["time_to_vein.qc"] == 0
    assert found["time_to_vein.review"] == 8


def test_patients_still_in_process_are_not_counted_as_untreated():
    assert of(batches=rows(9, 1, going=5))["patients.with_dose"] == pytest.approx(0.9)
    infused = [of()[f"patients.infused.{risk}_risk"] for risk in ("low", "medium", "high")]
    assert 0.95 > infused[0] > infused[1] > infused[2]


def test_throughput_has_four_denominators(manual):
    floors = {"reactor": 6.4, "module": 80, "classified": 120, "building": 780}
    for name, m2 in floors.items():
        assert manual[f"throughput.{name}"] == pytest.approx(95 / m2)
    assert of(batches=rows(190, 10, years=2), years=2)["throughput.module"] == pytest.approx(95 / 80)


def test_operators_by_hours_are_the_burdened_touch_of_all_batches(manual):
    assert manual["labour.touch"] == pytest.approx(53)
    assert manual["labour.rota"] == pytest.approx(53 * 4.3)
    assert manual["operators.hours"] == pytest.approx(100 * 53 * 4.3 / 1600)
    assert manual["operators.large_site"] == pytest.approx(10_000 * 53 * 4.3 / 1600)
    assert manual["cost.labour_if_rota_is_paid"] == pytest.approx(((6 + 2) * 16 + (2 + 1) * 9) / 24 * 8760 * 70 / 95)
    assert manual["labour.gowning"] == pytest.approx(4 * 60 * 25 / 60 / 100)


def test_utilisation_is_of_what_stands_there(manual):
    assert manual["utilisation.unit.bench-a"] == manual["utilisation.reactor"] == 0.25
    assert manual["utilisation.carrier.operator"] == pytest.approx(0.1 / 6)
    assert manual["utilisation.chamber.front-a"] == manual["cycles_failed.front-a"] == 0.05


def test_the_decade_takes_the_published_demand_to_a_hundred_thousand(manual):
    assert manual["demand.decade"] == pytest.approx(100_000, rel=0.001)
    assert manual["demand.flat_decade"] == 48_880


def lost_on(days):
    batches = rows(100, len(days))
    batches["disposed"][100:] = np.array(days) * DAY
    batches["closed"][100:] = -1
    plant, _, _ = given()
    return tally_of(batches, plant)


def test_losses_one_by_one_do_not_cluster_and_a_swarm_does():
    single = lost_on([5 + 14 * n for n in range(26)])
    swarm = lost_on([200] * 13 + [205] * 13)
    assert clustering(single) == 0
    assert clustering(swarm) > 10
    assert (worst_week(single), worst_week(swarm)) == (1, 26)
    assert clustering(lost_on([])) == 1 and worst_week(lost_on([])) == 0


def test_losses_by_chance_have_a_clustering_near_one():
    rng = np.random.default_rng(3)
    found = [clustering(lost_on(sorted(rng.integers(0, 364, 40)))) for _ in range(60)]
    assert np.mean(found) == pytest.approx(1, abs=0.12)
