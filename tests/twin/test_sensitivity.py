"""Which assumption matters: known answers, equal to SALib's, and never the noise of the replications."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from axenic.assumption.assumption import Assumptions
from axenic.twin.campaign import runner
from axenic.twin.crew import Crew
from axenic.twin.interval import mean_interval
from axenic.twin.morris import elementary_effects, morris, paths
from axenic.twin.sensitivity import Study, row_value, tornado
from axenic.twin.sobol import Scheme, indices, saltelli, share_by_grade, sobol
from tests.twin.models import NAN, Formula, ishigami

FIRST, TOTAL = (0.31391, 0.44241, 0.0), (0.55759, 0.44241, 0.24368)  # Ishigami with 7 and 0.1, exact


def row(name, value, grade="D", **uncertain):
    text = {"row": name, "value": value, "unit": "1", "grade": grade, "source": "test"}
    return text | ({"uncertain": uncertain} if uncertain else {})


def study(of, rows, sd=0.0, times=0.0, **words):
    assumptions = Assumptions.model_validate({"assumptions": "test", "version": 1, "rows": rows})
    usual = {r.row: r.value for r in assumptions.rows}

    def make(values):
        return Formula(of, tuple((usual | dict(values)).items()), sd, times)

    return Study(make, assumptions, "figure", **words)


def uniform(name, grade="D"):
    return row(name, 0.0, grade, **{"as": "uniform", "from": -math.pi, "to": math.pi})


ISHIGAMI = [uniform("x1", "A"), uniform("x2", "B"), uniform("x3", "A")]


def linear(a, b, c=0.0, fixed=1.0):
    return 2 * a - 3 * b + c * c + fixed


def flat(a, b, c=0.0, fixed=1.0):
    return fixed


LINEAR = [
    row("a", 5.0, "A", **{"as": "uniform", "from": 0, "to": 10}),
    row("b", 5.0, "C", **{"as": "uniform", "from": 0, "to": 10}),
    row("fixed", 1.0),
]


def test_rows_take_the_quantiles_of_what_is_not_known():
    rows = Assumptions.model_validate(
        {
            "assumptions": "test",
            "version": 1,
            "rows": [
                row("beta", 0.36, **{"as": "beta", "hits": 21, "misses": 37}),
                row("normal", 3.0, **{"as": "normal", "sd": 2}),
                row("known", 7.0),
            ],
        }
    ).rows
    assert row_value(rows[0], 0.1) == pytest.approx(stats.beta(21, 37).ppf(0.1), rel=1e-12)
    assert row_value(rows[1], 0.9) == pytest.approx(stats.norm(3, 2).ppf(0.9), rel=1e-12)
    assert row_value(rows[2], 0.9) == 7.0
    assert all(math.isfinite(row_value(r, u)) for r in rows for u in (0.0, 1.0))


def test_the_bars_of_a_straight_line_are_exact_whatever_the_noise():
    wide, narrow = tornado(study(linear, LINEAR, sd=100.0, replications=5))
    assert (wide.row, wide.grade, wide.at) == ("b", "C", (1.0, 9.0))
    assert wide.low.interval.mean == pytest.approx(12) and wide.high.interval.mean == pytest.approx(-12)
    assert wide.swing == pytest.approx(24) and narrow.swing == pytest.approx(16)
    assert wide.low.interval.half < 1e-9 and wide.low.variance_ratio > 1e6


def test_noise_that_does_not_cancel_widens_both_bars():
    bar = tornado(study(linear, LINEAR, times=0.5, replications=20))[0]
    for end in (bar.low, bar.high):
        assert 0 < end.interval.half < 6 and end.interval.low < end.interval.mean < end.interval.high


def test_a_bar_that_bends_back_is_as_wide_as_its_three_means():
    bent = row("c", 0.0, "B", **{"as": "uniform", "from": -10, "to": 10})
    bar = next(b for b in tornado(study(linear, [*LINEAR, bent], replications=1)) if b.row == "c")
    assert bar.low.interval.mean == bar.high.interval.mean == pytest.approx(64)
    assert bar.swing == pytest.approx(64)


def test_effects_of_a_straight_line_are_its_slopes_over_the_whole_range():
    first, second = morris(study(linear, LINEAR, sd=9.0), trajectories=4)
    assert (first.row, second.row) == ("b", "a")
    assert first.mu_star.mean == pytest.approx(30) and first.mu.mean == pytest.approx(-30)
    assert first.mu_star.half < 1e-9 and first.sigma.mean < 1e-9


def test_a_row_that_acts_with_another_one_has_a_spread():
    effects = {e.row: e for e in morris(study(ishigami, ISHIGAMI), trajectories=50)}
    assert effects["x3"].sigma.low > 0 and effects["x3"].mu.low < 0 < effects["x3"].mu.high
    assert effects["x3"].mu_star.low > 0


def test_paths_move_one_row_at_a_time_and_use_every_level_equally():
    shares, order, _ = paths(5, 400, seed=3)
    assert ((np.diff(shares, axis=1) != 0).sum(axis=2) == 1).all()
    assert (np.abs(np.diff(shares, axis=1)).sum(axis=2) == 0.5).all()
    assert np.array_equal(np.sort(order, axis=1), np.tile(np.arange(5), (400, 1)))
    levels, counts = np.unique(shares, return_counts=True)
    assert levels.tolist() == [0.125, 0.375, 0.625, 0.875]
    assert counts.min() > 0.9 * counts.mean()


def test_the_effects_are_those_of_salib():
    analyze = pytest.importorskip("SALib.analyze.morris").analyze
    shares, order, sign = paths(3, 30, seed=1)
    points = (shares.reshape(-1, 3) * 2 - 1) * math.pi
    figure = np.array([ishigami(*p) for p in points.tolist()])
    effects = elementary_effects(figure.reshape(30, 4), order, sign)
    problem = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[0, 1]] * 3}
    theirs = analyze(problem, shares.reshape(-1, 3), figure, num_levels=4, seed=1)
    scale = 0.75  # they take a step of two levels for 2/3 of the range, we for 1/2: our levels are the middles
    assert np.abs(effects).mean(axis=0) * scale == pytest.approx(np.asarray(theirs["mu_star"]))
    assert effects.std(axis=0, ddof=1) * scale == pytest.approx(np.asarray(theirs["sigma"]))


def test_the_shares_are_those_of_salib_for_the_same_runs():
    analyze = pytest.importorskip("SALib.analyze.sobol").analyze
    blocks = saltelli(3, [(0,), (1,), (2,)], 64, (1, 0))
    figure = ishigami_of(blocks)
    closed, total = indices(figure)
    problem = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[0, 1]] * 3}
    theirs = analyze(problem, figure[[0, 2, 3, 4, 1]].T.ravel(), calc_second_order=False, seed=1)
    assert closed == pytest.approx(theirs["S1"], abs=1e-12)
    assert total == pytest.approx(theirs["ST"], abs=1e-12)


def test_the_shares_of_ishigami_are_the_exact_ones():
    found = {s.name: s for s in sobol(study(ishigami, ISHIGAMI), Scheme(points=1024, scrambles=3))}
    for n, name in enumerate(("x1", "x2", "x3")):
        assert found[name].closed.mean == pytest.approx(FIRST[n], abs=0.01)
        assert found[name].total.mean == pytest.approx(TOTAL[n], abs=0.01)


def test_95_percent_intervals_of_shares_cover_the_exact_ones_in_at_least_90_percent():
    covered = np.zeros((2, 3))
    for seed in range(150):
        runs = [indices(ishigami_of(saltelli(3, [(0,), (1,), (2,)], 64, (seed, n)))) for n in range(8)]
        for k, exact in enumerate((FIRST, TOTAL)):
            found = [mean_interval([run[k][row] for run in runs]) for row in range(3)]
            covered[k] += [i.low <= e <= i.high for i, e in zip(found, exact, strict=True)]
    assert (covered / 150 >= 0.9).all()


def ishigami_of(blocks):
    x = (blocks * 2 - 1) * math.pi
    return np.sin(x[..., 0]) + 7 * np.sin(x[..., 1]) ** 2 + 0.1 * x[..., 2] ** 4 * np.sin(x[..., 0])


def test_the_shares_of_grades_are_those_of_their_rows_together():
    a, b, c, d = share_by_grade(study(ishigami, ISHIGAMI), Scheme(points=256))
    assert a.rows == ("x1", "x3") and b.rows == ("x2",)
    assert a.closed.mean == pytest.approx(FIRST[0] + (TOTAL[2] - FIRST[2]), abs=0.02)  # with what x1 and x3 do together
    assert a.closed.mean + b.closed.mean == pytest.approx(1, abs=0.02)
    assert a.total.mean == pytest.approx(a.closed.mean, abs=0.02)
    assert (c.closed.mean, d.total.mean, c.rows) == (0.0, 0.0, ())


def test_noise_within_a_replication_is_no_variance_of_an_input():
    shares = sobol(study(linear, LINEAR, sd=1000.0, replications=3), Scheme(points=128))
    assert [s.name for s in shares] == ["b", "a"]
    assert [s.total.mean for s in shares] == pytest.approx([9 / 13, 4 / 13], abs=0.01)


def test_a_figure_that_does_not_vary_has_no_shares_and_no_effects():
    assert {s.total.mean for s in sobol(study(flat, LINEAR), Scheme(points=8))} == {0.0}
    assert {e.mu_star.mean for e in morris(study(flat, LINEAR), trajectories=2)} == {0.0}
    assert {b.swing for b in tornado(study(flat, LINEAR))} == {0.0}


def test_a_study_by_a_crew_is_the_same_to_the_last_bit():
    with Crew.threads(2) as crew:
        plain = study(linear, LINEAR, times=0.1, replications=3)
        by_crew = replace(plain, runner=runner(crew, block=7))
        assert sobol(by_crew, Scheme(points=16)) == sobol(plain, Scheme(points=16))
        assert tornado(by_crew) == tornado(plain)


def undefined(a, b, fixed):
    return NAN if a > 5 else 1.0


def test_nonsense_is_refused():
    known = study(linear, [row("a", 1.0), row("b", 1.0)])
    for what in (tornado, morris, sobol, share_by_grade):
        with pytest.raises(ValueError, match="no row of 'test' is uncertain"):
            what(known)
        with pytest.raises(ValueError, match="no figure 'speed'; there are figure"):
            what(replace(study(linear, LINEAR), figure="speed"))
        with pytest.raises(ValueError, match="at least one replication"):
            what(study(linear, LINEAR, replications=0))
    for what in (morris, sobol):
        with pytest.raises(ValueError, match="figure is not defined in any replication at a "):
            what(study(undefined, LINEAR))
    with pytest.raises(ValueError, match="no replication has both values"):
        tornado(study(undefined, LINEAR))
    with pytest.raises(ValueError, match="two trajectories"):
        morris(study(linear, LINEAR), trajectories=1)
    for words in ({"points": 100}, {"points": 1}, {"scrambles": 1}):
        with pytest.raises(ValueError, match="power of two"):
            Scheme(**words)
