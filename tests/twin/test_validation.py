"""Published cases (process section 9) done again: what comes out equal, within what, and what cannot be reproduced."""

from __future__ import annotations

import numpy as np
import pytest

from axenic.assumption.assumption import Assumptions
from axenic.library.shelf import default
from axenic.twin.economics import stack
from axenic.twin.ends import DAYS_A_YEAR
from tests.twin.tallies import given, rows, tally_of

# V1: i-SHIPMENT. Published scalars only; the instances are our own ---------------------------------------------------
LINES, LINE_DAYS, HORIZON, SMALL_PLANT_USD = 4, 7, 130, 23_136.13


def holds(arrivals, lines: int) -> np.ndarray:
    """Days each patient waits for a line, first come first served, in one pool."""
    free, found = np.zeros(lines), []
    for arrival in np.sort(arrivals):
        line = int(np.argmin(free))
        found.append(max(0.0, free[line] - arrival))
        free[line] = max(arrival, free[line]) + LINE_DAYS
    return np.array(found)


def peak(arrivals) -> int:
    """The most patients at once if nobody waits."""
    days = np.zeros(HORIZON, int)
    for arrival in arrivals:
        days[arrival : arrival + LINE_DAYS] += 1
    return int(days.max())


def instances(patients: int, like: int, count: int):
    """Arrivals on days 1 to 90, evenly by chance, that have the published peak without a queue."""
    rng, found = np.random.default_rng(17365), []
    while len(found) < count:
        arrivals = rng.integers(1, 91, patients)
        if peak(arrivals) == like:
            found.append(arrivals)
    return found


def test_v1_the_facility_part_of_two_small_plants_is_120308_usd_for_a_therapy():
    assert pytest.approx(120_308, abs=0.5) == 2 * SMALL_PLANT_USD * HORIZON / 50
    assert pytest.approx(60_154, abs=0.5) == 1 * SMALL_PLANT_USD * HORIZON / 50
    assert pytest.approx(120_308, abs=1) == 57_840.33 * 2 * HORIZON / 125
    assert pytest.approx(5_784, abs=0.5) == SMALL_PLANT_USD / LINES
    assert default(Assumptions).value("facility per line-day") == 5_784


def test_v1_holds_in_a_queue_are_those_of_like_instances():
    """Published for its one instance: mean 2.48 d, p95 9 d, most 11 d. Ours scatter; 90 % of them must enclose it."""
    means, tails, most = np.array(
        [(h.mean(), np.quantile(h, 0.95), h.max()) for h in (holds(a, LINES) for a in instances(50, 8, 300))]
    ).T
    for found, published in ((means, 2.48), (tails, 9), (most, 11)):
        assert np.quantile(found, 0.05) <= published <= np.quantile(found, 0.95)
    assert np.median(means) == pytest.approx(3.1, abs=0.4)  # ours wait a little longer: tolerance 1 d, not exactness
    assert abs(np.median(means) - 2.48) < 1


def test_v1_fourteen_lines_hold_hardly_anybody():
    """Published for 125 patients on 14 lines: mean 0.03 d; ours below 0.3 d, so the plant can be halved by waiting."""
    assert np.quantile([holds(a, 14).mean() for a in instances(125, 17, 60)], 0.95) < 0.3


# V2: the dendritic-cell model of BioProcess International -------------------------------------------------------------
def with_labour_share(share: float) -> float:
    """The rise of the cost of goods when 7 operators become 10, in our stack set to that share of labour."""
    plant, recipe, assumptions = given()
    known = assumptions.at({"overhead ratio": 0, "fixed quality staff": 0, "operator turnover": 0})
    tally = tally_of(rows(100), plant)
    plain = stack(tally, plant, recipe, known)
    other = plain.full - plain.slice("labour")
    rate = known.value("labour rate") * other * share / (1 - share) / plain.slice("labour")
    before = stack(tally, plant, recipe, known.at({"labour rate": rate}))
    assert before.slice("labour") / before.full == pytest.approx(share)
    burden = known.value("labour burden") * 10 / 7
    return stack(tally, plant, recipe, known.at({"labour rate": rate, "labour burden": burden})).full / before.full - 1


def test_v2_seven_to_ten_staff_gives_24_percent_at_the_implied_share_and_not_at_the_one_in_the_text():
    assert with_labour_share(0.56) == pytest.approx(0.24, abs=0.001)
    assert with_labour_share(0.50) == pytest.approx(0.214, abs=0.001)  # 50 % and +24 % cannot both be: not reproduced


# V3: the robot against the manual isolator ----------------------------------------------------------------------------
def break_even(other: str, recipe: str) -> int:
    """Started batches a year from which a dose of the robotic cluster is cheaper at the gate."""
    for batches in range(5, 400):
        costs = []
        for name, way in (("robotic-cluster", "car-t-9-day"), (other, recipe)):
            plant, made, assumptions = given(name, way)
            costs.append(stack(tally_of(rows(batches), plant), plant, made, assumptions).gate)
        if costs[0] < costs[1]:
            return batches
    return 400


def test_v3_the_break_even_of_a_robot_depends_on_what_it_stands_against():
    """Published: 33 batches a year, a robot in an isolator against a manual isolator (Mizutani 2022).

    Near it against the clean-room suite; against our small glove isolator it lies higher: a cluster of 12 reactors is
    too large a robot for that comparison, and its inputs are not published. Not reproduced, and not fitted.
    """
    assert 25 <= break_even("manual-suite", "car-t-9-day") <= 45
    assert 90 <= break_even("point-of-care", "car-t-fresh-7-day") <= 150


# V4: the UK panel -----------------------------------------------------------------------------------------------------
def test_v4_of_1138_patients_58_fail_and_19_17_22_go_the_three_ways():
    known = default(Assumptions)
    failed = 58
    assert failed / 1138 == pytest.approx(0.051, abs=0.0005)
    as_it_is = failed * known.value("OOS infused")
    again = failed * known.value("remakes offered") * known.value("remake success")
    assert as_it_is == pytest.approx(19, abs=0.5)
    assert again == pytest.approx(17, abs=0.6)
    assert failed - as_it_is - again == pytest.approx(22, abs=1)


def test_v4_the_lymphoma_remakes_are_counted_against_their_own_failures():
    """21 remakes belong to the 38 of lymphoma; divided by all 58 they would give 11 late doses, not 17."""
    known = default(Assumptions)
    assert known.value("remakes offered") == pytest.approx(21 / 38, abs=0.005)
    assert 38 * known.value("remakes offered") * known.value("remake success") == pytest.approx(11, abs=0.5)
    assert 58 * (21 / 58) * known.value("remake success") == pytest.approx(11, abs=0.5)


# V6: a vendor's capacity ----------------------------------------------------------------------------------------------
def slot_days_for_batch(slots: int, batches: float) -> float:
    """Days that a batch may hold its slot, change-over included, if so many a year are to pass at all times."""
    return slots * DAYS_A_YEAR / batches


def batches_a_year(slots: int, days_in_slot: float, changeover_days: float = 0.0, uptime: float = 1.0) -> float:
    """Batches a year through slots that are each held so long, cleared, and up for a share of the time."""
    return slots * DAYS_A_YEAR * uptime / (days_in_slot + changeover_days)


def test_v6_the_claimed_capacity_leaves_no_time_for_a_nine_day_culture():
    slots = 38 * 16
    assert slot_days_for_batch(slots, 40_000) == pytest.approx(5.55, abs=0.005)
    assert slot_days_for_batch(slots, 100_000) == pytest.approx(2.2, abs=0.02)
    assert batches_a_year(slots, 5.548) == pytest.approx(40_000, rel=1e-4)
    real = batches_a_year(slots, days_in_slot=9, changeover_days=0.25, uptime=0.85)
    assert real == pytest.approx(20_400, abs=50)  # 51 % of the claim
    assert batches_a_year(slots, days_in_slot=7, changeover_days=0.25, uptime=0.85) == pytest.approx(26_020, abs=50)
    assert batches_a_year(36, 9, uptime=0.85) == pytest.approx(1_241, abs=1)  # the cluster of process section 8


# Section 7.2: the Monte Carlo -----------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def drawn():
    rng, draws = np.random.default_rng(72), 100_000

    def tri(low, mode, high):
        return rng.triangular(low, mode, high, draws)

    bought = {"vector": tri(5, 15, 30), "materials": tri(8, 15, 25), "qc": tri(6, 10, 20)}
    rate = tri(50, 70, 100) / 1000
    hours, fewer = tri(120, 220, 300), tri(10, 25, 60)
    overhead, facility, equipment = hours * rate * tri(0.6, 1, 1.6), tri(4, 8, 20), tri(1, 2.5, 6)
    failure = tri(0.04, 0.07, 0.12)
    manual = hours * rate + overhead + facility + equipment
    robotic = fewer * rate + overhead * tri(0.2, 0.4, 0.7) + facility * tri(0.1, 0.25, 0.5) + tri(3, 7, 20)
    inputs = sum(bought.values())
    cheaper_kits = inputs + bought["materials"] * (tri(0.9, 1, 1.3) - 1)
    full = (inputs + manual) / (1 - failure)
    return {
        "manual": full,
        "robotic": (cheaper_kits + robotic) / (1 - failure * tri(0.5, 0.8, 1)),
        "conversion": 1 - robotic / manual,
        "hours": 1 - fewer / hours,
        "share": inputs / full,
    }


def test_the_monte_carlo_of_full_costs_and_reductions_comes_out_as_written(drawn):
    reduction = 1 - drawn["robotic"] / drawn["manual"]
    for found, written in (
        (drawn["manual"], (79, 98, 119)),
        (drawn["robotic"], (58, 72, 88)),
        (reduction, (0.14, 0.26, 0.37)),
        (drawn["conversion"], (0.31, 0.52, 0.65)),
        (drawn["hours"], (0.74, 0.86, 0.93)),
        (drawn["share"], (0.36, 0.46, 0.55)),
    ):
        assert np.quantile(found, [0.05, 0.5, 0.95]) == pytest.approx(written, rel=0.03)
    assert (reduction >= 0.74).mean() == 0
    assert (drawn["conversion"] >= 0.74).mean() < 0.002
    assert (drawn["hours"] >= 0.74).mean() == pytest.approx(0.95, abs=0.01)


def test_our_two_plants_lie_within_the_monte_carlo(drawn):
    """Bottom up from floors, machines and phases, at the gate: a check that neither plant was made to win."""
    reached = []
    for name, released in (("manual-suite", 190), ("robotic-cluster", 390)):
        plant, recipe, assumptions = given(name)
        reached.append(stack(tally_of(rows(released, round(released * 0.05)), plant), plant, recipe, assumptions))
    manual, robotic = reached
    for found, column in ((manual, "manual"), (robotic, "robotic")):
        assert np.quantile(drawn[column], 0.01) < found.gate / 1000 < np.quantile(drawn[column], 0.99)
    assert 0.14 < 1 - robotic.gate / manual.gate < 0.37
