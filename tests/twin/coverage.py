"""How often a 95 % t interval from the kernel's own runs covers a mean time in system that is known exactly."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np
from scipy import stats

from axenic.twin.kernel.model import Model
from tests.twin.queues import BEGIN, HOUR, Queue, erlang_wait, exponential, ordered

SERVERS, LOAD = 2, 0.5
REPLICATIONS, CUSTOMERS, WARM_UP = 20, 250, 30  # a start from empty is forgotten after a few customers at this load
APART = 100_000 * HOUR  # the replications of one experiment stand in one run, so far apart that none knows another
SEED = 7
EXACT = erlang_wait(SERVERS, LOAD, HOUR) + HOUR


@cache
def model() -> Model:
    return Queue((("serve", SERVERS, exponential(HOUR)),), ("serve",)).model()


def covers(experiment: int) -> bool:
    """One experiment: twenty independent replications, their mean, their interval."""
    chance = np.random.Generator(np.random.Philox(key=[SEED, experiment]))
    gaps = chance.exponential(HOUR / (SERVERS * LOAD), (REPLICATIONS, CUSTOMERS))
    times = BEGIN + APART * np.arange(REPLICATIONS)[:, None] + np.cumsum(gaps, axis=1).astype(np.int64)
    tally, _ = model().run(ordered(times.ravel()), SEED + experiment)
    spent = (tally.batches["closed"] - tally.batches["ordered"]).reshape(REPLICATIONS, CUSTOMERS)
    means = spent[:, WARM_UP:].mean(axis=1)
    half = float(stats.t.ppf(0.975, REPLICATIONS - 1)) * means.std(ddof=1) / REPLICATIONS**0.5
    return bool(abs(means.mean() - EXACT) <= half)


def covered(experiments: Iterable[int]) -> int:
    """How many of these experiments cover the exact value."""
    return sum(map(covers, experiments))
