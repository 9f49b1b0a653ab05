"""Intervals: equal to hand values and to scipy, and they cover as often as they say."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from axenic.twin.figure import Figure
from axenic.twin.interval import (
    Interval,
    difference,
    jackknife_interval,
    mean_interval,
    proportion_interval,
    quantile_interval,
    ratio_interval,
)
from tests.twin.models import NAN, waits

EXPERIMENTS = 2000


def ends(interval):
    return interval.low, interval.high


def coverage(intervals, truth):
    return sum(i.low <= truth <= i.high for i in intervals) / len(intervals)


def test_the_t_interval_is_the_one_of_the_textbook_and_of_scipy():
    values = [4.0, 5.0, 6.0, 7.0, 8.0]  # mean 6, sd sqrt(2.5), t(4; 0.975) = 2.776445
    found = mean_interval(values)
    assert found.mean == 6 and found.n == 5
    assert found.half == pytest.approx(2.776445105 * math.sqrt(2.5 / 5), rel=1e-9)
    wanted = stats.t.interval(0.9, 4, loc=6, scale=stats.sem(values))
    assert ends(mean_interval(values, 0.9)) == pytest.approx(wanted, rel=1e-12)


def test_95_percent_t_intervals_of_normal_values_cover_the_mean_in_93_to_97_percent():
    values = np.random.default_rng(1).normal(3.0, 5.0, (EXPERIMENTS, 10))
    assert 0.93 <= coverage([mean_interval(v) for v in values], 3.0) <= 0.97


def test_95_percent_t_intervals_of_queues_cover_the_known_mean_wait_in_93_to_97_percent():
    load, replications = 0.5, 20  # M/M/1: mean wait in line is load / (1 - load) services
    values = waits(np.random.default_rng(2), load, 200, EXPERIMENTS * replications).reshape(EXPERIMENTS, -1)
    assert 0.93 <= coverage([mean_interval(v) for v in values], load / (1 - load)) <= 0.97


def test_what_is_not_defined_is_left_out_and_too_little_has_no_ends():
    assert mean_interval([1.0, NAN, 3.0]) == mean_interval([1.0, 3.0])
    assert mean_interval([2.0, NAN]) == Interval(2.0, -math.inf, math.inf, 1)
    nothing = mean_interval([NAN, NAN])
    assert nothing.n == 0 and math.isnan(nothing.mean) and math.isnan(nothing.low)
    assert mean_interval([0.1] * 10) == Interval(0.1, 0.1, 0.1, 10)
    for kind in (lambda v: quantile_interval(v, 0.5), lambda v: jackknife_interval(v, np.mean)):
        assert kind([NAN]).n == 0


@pytest.mark.parametrize("values", [[], [[1.0, 2.0]], [1.0, math.inf]])
def test_no_values_and_infinite_ones_are_refused(values):
    with pytest.raises(ValueError, match="value"):
        mean_interval(values)


@pytest.mark.parametrize("confidence", [0.0, 1.0, 95])
def test_a_confidence_that_is_none_is_refused(confidence):
    for kind in (
        lambda c: mean_interval([1.0, 2.0], c),
        lambda c: mean_interval([1.0], c),
        lambda c: proportion_interval(1, 2, c),
        lambda c: quantile_interval([1.0], 0.5, c),
        lambda c: ratio_interval([1.0, 2.0], [1.0, 3.0], c),
    ):
        with pytest.raises(ValueError, match="confidence"):
            kind(confidence)


@pytest.mark.parametrize(("hits", "n"), [(0, 10), (1, 30), (21, 58), (10, 10), (500, 1000)])
@pytest.mark.parametrize("exact", [True, False])
def test_the_interval_of_a_share_is_that_of_scipy(hits, n, exact):
    wanted = stats.binomtest(hits, n).proportion_ci(0.95, "exact" if exact else "wilson")
    found = proportion_interval(hits, n, exact=exact)
    assert found.mean == hits / n
    assert ends(found) == pytest.approx((wanted.low, wanted.high), abs=1e-12)
    assert found.low <= found.mean <= found.high


@pytest.mark.parametrize(("hits", "n"), [(0, 0), (3, 2), (-1, 5)])
def test_an_impossible_share_is_refused(hits, n):
    with pytest.raises(ValueError, match="not possible"):
        proportion_interval(hits, n)


def test_the_median_of_ten_values_lies_between_the_second_and_the_ninth():
    found = quantile_interval([float(v) for v in range(10, 0, -1)], 0.5)
    assert found == Interval(5.0, 2.0, 9.0, 10)  # the table of order statistics: covers 97.9 %


def test_a_p90_has_no_upper_end_below_36_values():
    values = np.arange(1.0, 40.0)
    assert quantile_interval(values[:35], 0.9).high == math.inf  # 1 - 0.9**35 = 97.497 %
    assert quantile_interval(values[:36], 0.9).high == 36.0
    assert quantile_interval(values[:35], 0.1).low == -math.inf


def test_the_interval_of_a_quantile_covers_at_least_as_often_as_it_says():
    values = np.random.default_rng(3).exponential(1.0, (EXPERIMENTS, 60))
    covered = coverage([quantile_interval(v, 0.9) for v in values], -math.log(0.1))
    assert 0.95 <= covered <= 0.98


def test_the_same_seeds_give_a_narrower_difference_and_say_by_how_much():
    random = np.random.default_rng(4)
    common = random.normal(0, 3, 4000)
    a, b = common + random.normal(1, 1, 4000), common + random.normal(0, 1, 4000)
    found = difference(a, b)
    assert ends(found.interval) == pytest.approx(ends(mean_interval(a - b)))
    assert found.variance_ratio == pytest.approx(10, rel=0.1)  # (10 + 10) / (1 + 1)
    assert difference(a, random.permutation(b)).variance_ratio == pytest.approx(1, abs=0.1)


def test_a_pair_with_an_undefined_side_is_dropped_and_nothing_left_is_refused():
    found = difference([1.0, NAN, 3.0, 9.0], [0.0, 1.0, NAN, 5.0])
    assert found.interval.n == 2 and found.interval.mean == 2.5
    assert difference([2.0, 3.0], [1.0, 2.0]).variance_ratio == math.inf
    assert difference([2.0, 2.0], [1.0, 1.0]).variance_ratio == 1.0
    assert math.isnan(difference([2.0], [1.0]).variance_ratio)
    for a, b in (([1.0, NAN], [NAN, 1.0]), ([1.0], [1.0, 2.0]), ([], []), ([math.inf], [1.0])):
        with pytest.raises(ValueError, match=r"both values|pairs|infinite"):
            difference(a, b)


def test_fiellers_interval_is_where_the_t_test_of_the_ratio_turns():
    random = np.random.default_rng(5)
    top, bottom = random.normal(20, 3, 12), random.normal(5, 1, 12)
    found = ratio_interval(top, bottom)
    assert found.mean == pytest.approx(top.mean() / bottom.mean())
    for end in ends(found):
        assert stats.ttest_1samp(top - end * bottom, 0).pvalue == pytest.approx(0.05, abs=1e-9)


def test_a_ratio_over_a_mean_not_clear_of_zero_has_no_ends():
    found = ratio_interval([1.0, 2.0, 3.0], [-1.0, 1.5, 1.0])
    assert ends(found) == (-math.inf, math.inf)
    assert math.isnan(ratio_interval([1.0, 2.0], [-1.0, 1.0]).mean)


def test_the_jackknife_of_a_mean_is_its_t_interval():
    values = np.random.default_rng(6).normal(0, 1, 15)
    assert ends(jackknife_interval(values, np.mean)) == pytest.approx(ends(mean_interval(values)))
    assert jackknife_interval([1.0, 2.0], np.mean).high == math.inf


def test_what_one_replication_never_saw_has_both_ends():
    found = Figure.seen(np.zeros(1), "1", 58)
    assert (found.mean, found.low) == (0, 0)
    assert found.high == pytest.approx(stats.beta.ppf(0.975, 1, 58))
    assert str(found) == "0 (0.000 to 0.062)"
