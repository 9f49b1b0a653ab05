"""The kernel against queues with known answers. Every seed stands here, so that nothing is left to luck."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from axenic.twin.kernel import places as at
from axenic.twin.scenario import arrivals
from tests.twin.coverage import covered
from tests.twin.queues import (
    BEGIN,
    HOUR,
    Queue,
    erlang_wait,
    exponential,
    fixed,
    mean_and_half,
    ordered,
    poisson,
    triangular,
    waits,
)

pytestmark = pytest.mark.timeout(900)  # the first one compiles the kernel
SEED = 4
REPLICATIONS = 30
QUANTILE = float(stats.t.ppf(0.975, REPLICATIONS - 1))
MINUTE = HOUR // 60


def single(servers, service):
    return Queue((("serve", servers, service),), ("serve",)).model()


def agrees(values, exact, what):
    """The exact value lies in the 95 % interval of the replications."""
    mean, half = mean_and_half(np.array(values), QUANTILE)
    print(f"{what}: exact {exact:.5f}, estimate {mean:.5f} +- {half:.5f}")  # noqa: T201
    assert abs(mean - exact) <= half, f"{what}: exact {exact}, estimate {mean} +- {half}"
    assert half < 0.1 * abs(exact), f"{what}: an interval of {half} about {mean} says nothing"


def mean_waits(model, mean_gap, customers, warm_up):
    """Mean wait in hours, replication by replication."""
    for n in range(REPLICATIONS):
        yield waits(model, SEED + n, poisson(SEED, n, customers, mean_gap))[warm_up:].mean() / HOUR


@pytest.mark.parametrize("load", [0.5, 0.7, 0.9])
@pytest.mark.parametrize("servers", [1, 2, 5])
def test_the_mean_wait_of_many_exponential_servers_is_erlangs(servers, load):
    customers, warm_up = (24_000, 4_000) if load > 0.8 else (8_000, 1_000)
    found = mean_waits(single(servers, exponential(HOUR)), HOUR / (servers * load), customers, warm_up)
    agrees(list(found), erlang_wait(servers, load, 1.0), f"M/M/{servers}, load {load}")


def pollaczek_khinchine(load, mean, second):
    """Mean wait of M/G/1 from the load and the first two moments of the service time."""
    return load / mean * second / (2 * (1 - load))


@pytest.mark.parametrize("load", [0.5, 0.8])
def test_the_mean_wait_before_a_fixed_service_is_pollaczeks_and_khinchines(load):
    found = mean_waits(single(1, fixed(HOUR)), HOUR / load, 12_000, 2_000)
    agrees(list(found), pollaczek_khinchine(load, 1.0, 1.0), f"M/D/1, load {load}")


@pytest.mark.parametrize("load", [0.5, 0.8])
def test_the_mean_wait_before_a_triangular_service_is_pollaczeks_and_khinchines(load):
    a, b, c = 10 / 60, 0.5, 4.0
    mean = (a + b + c) / 3
    second = mean**2 + (a * a + b * b + c * c - a * b - a * c - b * c) / 18
    model = single(1, triangular(10 * MINUTE, 30 * MINUTE, 4 * HOUR))
    found = mean_waits(model, mean * HOUR / load, 12_000, 2_000)
    agrees(list(found), pollaczek_khinchine(load, mean, second), f"M/G/1, load {load}")


def test_arrivals_of_a_scenario_are_poisson_to_a_queue():
    model, load, found = single(2, exponential(HOUR)), 0.6, []
    for n in range(REPLICATIONS):
        times = BEGIN + arrivals(SEED + (n << 32), 2 * load / HOUR, 2_500 * HOUR)
        found.append(waits(model, SEED + n, times)[300:].mean() / HOUR)
    agrees(found, erlang_wait(2, load, 1.0), "M/M/2, arrivals of a scenario, load 0.6")


# lines of the log -------------------------------------------------------------------------------------------------


def phases_of(model, log):
    """(begin, end, line of units, row of the customer) of every phase."""
    m = model.image.m
    units = m[m[at.H_UNITS] :][: m[at.H_UNIT_COUNT]]
    line = dict(zip(units.tolist(), m[units + at.U_LINE].tolist(), strict=True))
    kept = log[log[:, 2] == at.WORK_PHASE]
    return kept[:, 0], kept[:, 1], np.array([line[place] for place in kept[:, 3].tolist()]), kept[:, 4]


def in_turn(moments, rows, count):
    """Moments by the row of their customer."""
    found = np.full(count, -1, dtype=np.int64)
    found[rows] = moments
    return found


def lindley(times, services):
    """The waits of one server, customer by customer."""
    free, found = 0, []
    for arrives, lasts in zip(times.tolist(), services.tolist(), strict=True):
        begins = max(arrives, free)
        found.append(begins - arrives)
        free = begins + lasts
    return np.array(found)


def test_each_wait_before_one_server_is_that_of_lindleys_recursion_to_the_millisecond():
    model, times = single(1, exponential(HOUR)), poisson(SEED, 0, 5_000, HOUR / 0.9)
    tally, log = model.run(ordered(times), SEED, 20_000)
    begin, end, _, rows = phases_of(model, log)
    services = in_turn(end - begin, rows, len(times))
    assert (tally.batches["begun"] - tally.batches["ordered"] == lindley(times, services)).all()


def tandem(first, second):
    lines = (("first", 1, first), ("stand", 150, fixed(0)), ("second", 1, second))
    return Queue(lines, ("first", "stand", "second")).model()


def through(model, seed, times):
    """Begin and end at the first and at the second server, by customer."""
    _, log = model.run(ordered(times), seed, 12 * len(times))
    begin, end, line, rows = phases_of(model, log)
    count = len(times)
    return [in_turn(x[line == n], rows[line == n], count) for n in (0, 2) for x in (begin, end)]


def test_two_exponential_servers_in_a_row_are_jacksons_product():
    gap, first, second = HOUR, 6 * HOUR // 10, 7 * HOUR // 10
    model, a_waits, b_waits, shares = tandem(exponential(first), exponential(second)), [], [], []
    for n in range(REPLICATIONS):
        times = poisson(SEED, n, 8_000, gap)
        a_begin, a_end, b_begin, b_end = through(model, SEED + n, times)
        a_waits.append((a_begin - times)[1_000:].mean() / HOUR)
        b_waits.append((b_begin - a_end)[1_000:].mean() / HOUR)
        seen = np.arange(times[1_000], times[-1], HOUR // 2)
        past = [np.searchsorted(np.sort(x), seen, side="right") for x in (times, a_end, b_end)]
        at_first, at_second = past[0] - past[1], past[1] - past[2]
        shares.append([((at_first == i) & (at_second == j)).mean() for i, j in ((0, 0), (1, 0), (0, 1), (1, 1))])
    agrees(a_waits, 0.6 * 0.6 / 0.4, "Jackson, wait at the first")
    agrees(b_waits, 0.7 * 0.7 / 0.3, "Jackson, wait at the second")
    for n, (i, j) in enumerate(((0, 0), (1, 0), (0, 1), (1, 1))):
        exact = 0.4 * 0.6**i * 0.3 * 0.7**j
        agrees([s[n] for s in shares], exact, f"Jackson, share of time with {i} and {j} customers")


@pytest.mark.parametrize(("first", "second"), [(45, 30), (30, 45)])
def test_two_fixed_services_in_a_row_keep_a_customer_as_long_as_the_longer_one_alone(first, second):
    model, found = tandem(fixed(first * MINUTE), fixed(second * MINUTE)), []
    for n in range(REPLICATIONS):
        times = poisson(SEED, n, 4_000, HOUR)
        *_, b_end = through(model, SEED + n, times)
        alone = lindley(times, np.full(len(times), 45 * MINUTE)) + 75 * MINUTE
        assert (b_end - times == alone).all(), "to the millisecond (Friedman 1965)"
        found.append((b_end - times)[500:].mean() / HOUR)
    agrees(found, pollaczek_khinchine(0.75, 0.75, 0.75**2) + 1.25, f"M/D/1 -> D/1, {first} and {second} min")


def interference(machines, menders, up, down):
    """The share of the time that a mender is busy, and the mean number of machines that run (M/M/c//N)."""
    weights = [1.0]
    for n in range(machines):
        weights.append(weights[-1] * (machines - n) / up * down / min(n + 1, menders))
    chances = np.array(weights) / sum(weights)
    broken = np.arange(machines + 1)
    return float(chances @ np.minimum(broken, menders)) / menders, float(chances @ (machines - broken))


@pytest.mark.parametrize(("machines", "menders"), [(4, 1), (6, 2)])
def test_machines_that_wait_for_a_mender_interfere_as_they_must(machines, menders):
    lines = (("run", machines, exponential(10 * HOUR)), ("mend", menders, exponential(5 * HOUR)))
    model = Queue(lines, ("run", "mend") * 200).model()
    since, until, busy, running = BEGIN + 200 * HOUR, BEGIN + 2_200 * HOUR, [], []
    for n in range(REPLICATIONS):
        tally, log = model.run(ordered(np.full(machines, BEGIN)), SEED + n, 40 * 200 * machines)
        assert tally.batches["closed"].min() > until - BEGIN
        begin, end, line, _ = phases_of(model, log)
        inside = np.clip(end, since, until) - np.clip(begin, since, until)
        running.append(inside[line == 0].sum() / (until - since))
        busy.append(inside[line == 1].sum() / (until - since) / menders)
    use, up = interference(machines, menders, 10.0, 5.0)
    agrees(busy, use, f"M/M/{menders}//{machines}, share of time that a mender is busy")
    agrees(running, up, f"M/M/{menders}//{machines}, machines that run")


def test_a_95_percent_interval_covers_the_known_wait_in_95_of_100_experiments():
    """`bench/coverage.py` makes 2,000 of them; of 400 the bounds are those of a binomial at 1 in 1,000."""
    hits = covered(range(400))
    low, high = stats.binom.ppf([0.0005, 0.9995], 400, 0.95)
    print(f"coverage {hits}/400, {low:.0f} to {high:.0f} allowed")  # noqa: T201
    assert low <= hits <= high
