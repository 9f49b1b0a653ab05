"""The SimPy peer of the benchmark models the same plant: it agrees with the core, frees everything, repeats itself."""

from __future__ import annotations

import pytest
from bench.agreement import Case, agreement, core_rows, figures, simpy_rows, table
from bench.simpy_pages import cycles_of
from bench.simpy_parts import REJECTED, RELEASED
from bench.simpy_plant import Simulation

SEEDS = 5


@pytest.mark.parametrize(("plant", "batches", "hours"), [("manual-suite", 20, 36)])
def test_it_agrees_with_the_core(plant, batches, hours):
    case = Case.shipped(plant, batches, hours)
    core = [figures(core_rows(case, seed)) for seed in range(1, SEEDS + 1)]
    peer = [figures(simpy_rows(case, seed)) for seed in range(1, 6 * SEEDS)]
    rows = agreement(core, peer)
    assert len(rows) >= 10
    assert sum(not row.agrees for row in rows) <= 1, table(rows)  # one in twenty is expected not to


def test_one_batch_alone_takes_as_long_as_in_the_core():
    case = Case.shipped("manual-suite", 1, 9)
    core, peer = core_rows(case, 3)[0], [simpy_rows(case, seed)[0] for seed in range(1, 31)]
    times = sorted(row.closed - row.ordered for row in peer if row.outcome == RELEASED)
    assert core.outcome == RELEASED
    assert times[0] <= core.closed - core.ordered <= times[-1]


def simulation(case, seed):
    cycles = cycles_of(case.programs, case.chambers)
    return Simulation(case.plant, case.recipe, cycles, case.assumptions, case.risks, seed)


@pytest.mark.parametrize("seed", [3, 4])
def test_everything_is_given_back(seed):
    case = Case.shipped("manual-suite", 40, 9)
    model = simulation(case, seed)
    pools = [*model.floor.unit_pools, *{id(p): p for p in model.floor.crews.values()}.values(), model.floor.chambers]
    stood = [len(pool.items) for pool in pools]
    rows = model.run(case.times, case.dues)
    model.env.run(until=model.env.now + 30 * 86_400_000)  # the last changeovers
    assert any(row.outcome == REJECTED for row in rows)
    assert all(row.outcome in (RELEASED, REJECTED) and row.ordered < row.disposed <= row.closed for row in rows)
    assert [len(pool.items) for pool in pools] == stood
    assert all(not pool.get_queue for pool in pools)


def test_a_seed_gives_the_same_rows_again():
    case = Case.shipped("manual-suite", 10, 20)
    assert simpy_rows(case, 5) == simpy_rows(case, 5) != simpy_rows(case, 6)
