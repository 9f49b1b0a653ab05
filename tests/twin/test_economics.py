"""The cost stack against sums done by hand, and what must be true of every stack."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as st

from axenic.assumption.assumption import quantile_of
from axenic.assumption.distribution import Form
from axenic.plant.facility import WayOfWorking
from axenic.twin.area import areas
from axenic.twin.capital import annuity, equipment_a_year, purchase, rooms_a_year, rooms_capital
from axenic.twin.economics import CONVERSION, SLICES, stack
from axenic.twin.ends import ends, lost_by_cause
from axenic.twin.labour import operators_by_rota, persons_for, touch_hours
from tests.twin.tallies import PER_BATCH, given, rows, tally_of

PLANTS = ("manual-suite", "robotic-cluster", "point-of-care")


def known_of(assumptions):
    return {r.row: r.value for r in assumptions.rows}


def of(plant="manual-suite", released=100, lost=0, going=0, recipe="car-t-9-day", years=1.0, **values):
    plant, recipe, assumptions = given(plant, recipe)
    tally = tally_of(rows(released, lost, going, years=years), plant, years)
    return stack(tally, plant, recipe, assumptions.at({k.replace("_", " "): v for k, v in values.items()}))


def test_an_annuity_pays_a_capital_back_with_interest():
    assert annuity(10, 10) == pytest.approx(0.162745, abs=1e-6)
    assert annuity(10, 15) == pytest.approx(0.131474, abs=1e-6)
    assert annuity(0, 10) == pytest.approx(0.1)


def test_touch_hours_are_those_of_the_process_table_and_tests_are_not_among_them():
    plant, recipe, assumptions = given()
    tally, known = tally_of(rows(1), plant), known_of(assumptions)
    assert touch_hours(tally, recipe, WayOfWorking.MANUAL, known) == pytest.approx(51 + 2)  # steps 1 to 13, and 16
    assert touch_hours(tally, recipe, WayOfWorking.ROBOTIC, known) == pytest.approx(6 + 1, abs=0.02)
    assert touch_hours(tally, recipe, WayOfWorking.GLOVES, known) == pytest.approx(0.6 * 53)


def test_a_phase_kind_without_hours_is_named():
    plant, recipe, assumptions = given()
    tally = tally_of(rows(1), plant, done={"sing": 1})
    with pytest.raises(ValueError, match="no row 'hands-on sing manual'"):
        touch_hours(tally, recipe, WayOfWorking.MANUAL, known_of(assumptions))


def test_the_slices_of_a_manual_suite_without_failures_are_those_worked_out_by_hand():
    found = of(released=100)
    assert {n: found.slice(n) for n in ("vector", "materials", "qc", "leukapheresis", "transport", "failure")} == {
        "vector": 15_000,
        "materials": 15_000,
        "qc": 10_000,
        "leukapheresis": 5_000,
        "transport": 4_000,
        "failure": 0,
    }
    assert found.slice("labour") == pytest.approx(53 * 4.3 * 70)
    assert found.slice("overhead") == pytest.approx(53 * 4.3 * 70)
    # 80 m2 of B, 40 of D, 780 - 120 of the rest; annuity over 15 years, and running costs
    capital = 80 * 12_000 + 40 * 4_500 + 660 * 2_500
    yearly = capital * annuity(10, 15) + 80 * 2_200 + 40 * 600 + 660 * 250
    assert found.slice("facility") == pytest.approx(yearly / 100)
    price = 2 * 20 + 8 * 15 + 2 * 100 + 2 * 80 + 2 * 40 + 2 * 60 + 150 + 150 + 200  # thousands
    assert found.slice("equipment") == pytest.approx(price * 1000 * (1.6 * annuity(10, 10) + 0.08) / 100)


def test_the_capital_is_that_of_floors_and_machines():
    plant, _, assumptions = given("robotic-cluster")
    known = known_of(assumptions)
    space = areas(plant, known)
    assert (space.module, space.classified, space.building) == (15, 40, 400)
    assert space.reactor == pytest.approx(12 / 36, rel=1e-3)
    assert space.by_grade == {"D": 40, "CNC": 360}
    assert rooms_capital(space, known) == 40 * 4_500 + 360 * 2_500
    assert purchase(plant.facility, known) == pytest.approx(4.3e6)
    assert rooms_a_year(space, known) > 0
    assert equipment_a_year(plant.facility, known) == pytest.approx(4.3e6 * (1.6 * annuity(10, 10) + 0.08))


def test_lost_batches_are_a_slice_of_their_own_worked_out_by_hand():
    found = of(released=90, lost=10)
    # 10 lost ones came to their tests, with half the work of a released one: 1/19 of what all share
    bought = 10 * (15_000 + 15_000 + 10_000 + 5_000 + 2_000)
    shared = sum(found.on_released[n] + found.on_lost[n] for n in CONVERSION) * (10 * 5) / (90 * 10 + 10 * 5)
    assert found.slice("failure") == pytest.approx((bought + shared) / 90)
    assert found.slice("labour") == pytest.approx(100 * 53 * 4.3 * 70 * (18 / 19) / 90)
    assert found.for_started == pytest.approx(found.full * 0.9)


def test_a_vector_is_paid_as_often_as_it_was_used():
    plant, recipe, assumptions = given()
    done = {kind: n * 90 for kind, n in PER_BATCH.items()} | {"transduce": 94}
    found = stack(tally_of(rows(90, 10), plant, done=done), plant, recipe, assumptions)
    assert found.on_released["vector"] == 90 * 15_000
    assert found.on_lost["vector"] == 4 * 15_000


def test_batches_in_process_bear_their_own_hours_but_no_rooms():
    done, going = of(released=100), of(released=100, going=20)
    assert going.slice("labour") == pytest.approx(done.slice("labour") * 1.2 * (1 - 100 / 1100))
    assert going.slice("facility") == pytest.approx(done.slice("facility"))
    assert going.slice("vector") == done.slice("vector")


def test_a_plant_at_the_ward_pays_no_courier_and_a_small_site_its_fixed_quality_staff():
    found = of("point-of-care", released=10, recipe="car-t-fresh-7-day")
    assert found.slice("transport") == 0
    assert found.slice("overhead") == pytest.approx(4 * 1600 * 70 / 10)


def test_a_plant_without_a_facility_is_refused_in_words():
    plant, recipe, assumptions = given()
    bare = plant.model_copy(update={"facility": None})
    with pytest.raises(ValueError, match="the plant manual-suite has no `facility`"):
        stack(tally_of(rows(1), plant), bare, recipe, assumptions)


def test_a_replication_without_a_dose_is_refused_in_words():
    plant, _, _ = given()
    with pytest.raises(ValueError, match="no dose was released"):
        ends(tally_of(rows(0, 3), plant))


def test_a_floor_of_grade_a_must_say_what_it_stands_in():
    plant, _, assumptions = given()
    floors = tuple(f.model_copy(update={"area_m2": 5.0}) for f in plant.facility.floors)
    wrong = plant.model_copy(update={"facility": plant.facility.model_copy(update={"floors": floors})})
    with pytest.raises(ValueError, match="the floor of cabinet-a is of grade A"):
        areas(wrong, known_of(assumptions))


ROTA = (6 + 2) * 16 / 24 + (
    2 + 1
) * 9 / 24  # persons present on average: by day 06:00 to 22:00, by night 21:30 to 06:30


def test_persons_are_counted_by_rota_and_by_hours_and_say_so():
    plant, _, assumptions = given()
    known = known_of(assumptions)
    assert operators_by_rota(plant, plant.facility, known) == pytest.approx(ROTA * 8760 / 1600)
    robotic, _, _ = given("robotic-cluster")
    assert operators_by_rota(robotic, robotic.facility, known) == pytest.approx(8760 / 1600)
    assert persons_for("review", WayOfWorking.ROBOTIC, 400, known) == pytest.approx(3 * 400 / 1600)


def test_causes_add_up_to_the_share_lost():
    plant, _, _ = given()
    causes = lost_by_cause(tally_of(rows(95, 5, cause=4), plant))
    assert causes["contamination"] == 0.05
    assert sum(causes.values()) == pytest.approx(0.05)


@settings(max_examples=40, deadline=None)
@over(
    st.sampled_from(PLANTS),
    st.integers(1, 300),
    st.integers(0, 60),
    st.integers(0, 30),
    st.floats(0.2, 5),
    st.floats(0, 5e4),
    st.floats(0, 20),
)
def test_the_stack_adds_up_and_no_slice_is_negative(plant, released, lost, going, years, vector, burden):
    found = of(plant, released, lost, going, years=years, vector=vector, labour_burden=burden)
    slices = [found.slice(n) for n in (*SLICES, "failure")]
    assert min(slices) >= 0
    assert found.full == pytest.approx(sum(slices))
    assert found.full * released == pytest.approx(sum(found.on_released.values()) + sum(found.on_lost.values()))
    assert found.conversion <= found.full and found.gate <= found.full
    assert 0 <= found.ceiling <= 1


@settings(max_examples=30, deadline=None)
@over(st.sampled_from(PLANTS), st.integers(1, 200), st.integers(1, 200))
def test_a_dose_costs_less_in_a_plant_that_makes_more(plant, few, more):
    assert of(plant, few + more).full < of(plant, few).full


@settings(max_examples=30, deadline=None)
@over(st.integers(10, 200), st.integers(0, 20), st.floats(0, 1), st.floats(0, 1))
def test_no_plant_saves_more_at_the_gate_than_all_but_its_inputs(released, lost, hours, rooms):
    """The identity: reduction <= 1 - (materials + vector + QC) / cost, whatever conversion costs afterwards."""
    before = of("manual-suite", released, lost)
    after = of(
        "manual-suite",
        released,
        lost,
        labour_rate=70 * hours,
        area_factor_manual=rooms,
        equipment_price_factor_manual=rooms,
    )
    assert 1 - after.gate / before.gate <= before.ceiling + 1e-12


@pytest.mark.parametrize("recipe", ["car-t-9-day", "car-t-fresh-7-day"])
def test_every_phase_kind_of_a_shipped_recipe_has_hours_both_ways(recipe):
    _, made, assumptions = given(recipe=recipe)
    known = known_of(assumptions)
    kinds = {p.phase for s in made.procedure for o in s.operations for p in o.phases}
    assert not [f"{k} {way}" for k in kinds for way in ("manual", "robotic") if f"hands-on {k} {way}" not in known]


@settings(max_examples=15, deadline=None)
@over(st.sampled_from(PLANTS), st.integers(0, 2**32))
def test_the_stack_stays_whole_wherever_in_their_doubt_the_rows_lie(plant, seed):
    place, recipe, assumptions = given(plant)
    rng = np.random.default_rng(seed)
    sure = [r for r in assumptions.rows if r.uncertain is None or r.uncertain.as_ is Form.BETA]
    drawn = {r.row: quantile_of(r, float(rng.uniform(0.001, 0.999))) for r in assumptions.rows if r not in sure}
    found = stack(tally_of(rows(50, 3), place), place, recipe, assumptions.at(drawn))
    assert 20_000 < found.full < 600_000
    assert min(found.slice(n) for n in (*SLICES, "failure")) >= 0
