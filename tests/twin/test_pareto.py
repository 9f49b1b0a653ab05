"""The Pareto front: no point on it is bettered, every point off it is."""

from __future__ import annotations

import numpy as np
import pytest

from axenic.twin.pareto import Objective, Sense, front, non_dominated
from tests.twin.models import NAN, Known, Normal

BOTH = (Sense.MIN, Sense.MAX)


def test_a_front_by_hand():
    points = [(1.0, 1.0), (2.0, 3.0), (2.0, 2.0), (3.0, 3.0), (3.0, 4.0), (1.0, 1.0)]
    assert non_dominated(points, BOTH) == (0, 1, 4, 5)  # equal points stay together
    assert non_dominated([(3.0,), (1.0,), (2.0,)], (Sense.MIN,)) == (1,)
    assert non_dominated([], BOTH) == ()


def test_every_point_is_on_the_front_or_bettered_by_one_that_is():
    points = np.random.default_rng(1).integers(0, 8, (200, 3)).astype(float)
    senses = (Sense.MIN, Sense.MAX, Sense.MIN)
    kept = set(non_dominated(points.tolist(), senses))
    signed = points * [1, -1, 1]

    def betters(a, b):
        return (signed[a] <= signed[b]).all() and (signed[a] < signed[b]).any()

    assert not any(betters(a, b) for a in kept for b in kept)
    assert all(any(betters(a, b) for a in kept) for b in set(range(200)) - kept)


def test_candidates_come_back_in_their_order_with_intervals_and_their_place():
    def make(mean):
        return Normal(mean, 0.1)

    found = front([12.0, 10.0, 11.0], make, [Objective("cost"), Objective("days")], replications=8)
    assert [p.candidate for p in found] == [12.0, 10.0, 11.0]
    assert [p.front for p in found] == [False, True, False]
    assert found[1].intervals[0].n == 8 and found[1].intervals[1].n == 6
    both = front([12.0, 10.0], make, [Objective("cost"), Objective("days", Sense.MAX)], replications=8)
    assert all(p.front for p in both)


def never(n):
    return NAN


def test_a_candidate_that_is_never_defined_is_not_on_the_front():

    found = front([0, 1], lambda n: Known(of=never if n == 0 else abs), [Objective("figure")], replications=3)
    assert [p.front for p in found] == [False, True]
    assert found[0].intervals[0].n == 0


def test_nonsense_is_refused_and_nothing_gives_nothing():
    assert front([], Normal, [Objective("cost")], replications=3) == ()
    for points, senses in (([(1.0, NAN)], BOTH), ([(1.0,)], BOTH), ([(1.0,)], ())):
        with pytest.raises(ValueError, match=r"objective|defined values"):
            non_dominated(points, senses)
    with pytest.raises(ValueError, match="at least one replication"):
        front([1.0], Normal, [Objective("cost")], replications=0)
    with pytest.raises(ValueError, match="no figure 'speed'"):
        front([1.0], Normal, [Objective("speed")], replications=2)
