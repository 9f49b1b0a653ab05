"""Assumptions as data: what the file says is what is drawn, and nonsense is refused."""

from __future__ import annotations

from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axenic.assumption.assumption import Assumptions, Distribution, Row
from axenic.assumption.distribution import duration, normal_quantile, quantile
from axenic.library.shelf import default


@given(st.floats(1e-300, 1 - 1e-16))
def test_the_normal_quantile_is_that_of_the_standard_library(u):
    assert normal_quantile(u) == pytest.approx(NormalDist().inv_cdf(u), rel=1e-14, abs=1e-15)


@given(st.floats(1e-12, 1 - 1e-12), st.sampled_from([0, 2, 5]), st.lists(st.integers(1, 10**9), min_size=3, max_size=3))
def test_a_duration_stays_within_least_and_most(u, shape, times):
    least, usual, most = sorted(times)
    assert least <= duration(shape, least, usual, most, u) <= most


@given(st.floats(1e-9, 0.499))
def test_a_quantile_rises_with_its_share(u):
    for shape, spread in ((1, 2.0), (2, 3.0), (3, 0.0), (4, 0.0), (5, 0.0)):
        assert quantile(shape, 5.0, spread, 1.0, 12.0, u) <= quantile(shape, 5.0, spread, 1.0, 12.0, 1 - u)


def test_every_shipped_row_has_a_source_and_its_default_within_its_bounds():
    rows = default(Assumptions).rows
    assert len(rows) >= 40
    assert all(row.source.strip() and row.unit for row in rows)


def test_a_file_over_another_replaces_only_the_rows_it_names():
    below = default(Assumptions)
    row = below.row("thaw recovery").model_copy(update={"value": 80.0})
    above = Assumptions(assumptions="site", version=1, over="default", rows=(row,)).placed_over(below)
    assert above.value("thaw recovery") == 80.0
    assert above.value("wash recovery") == below.value("wash recovery")
    assert len(above.rows) == len(below.rows)


@pytest.mark.parametrize(
    "wrong",
    [
        {"as": "triangular"},
        {"as": "uniform", "from": 2},
        {"as": "beta", "hits": 3},
        {"as": "normal", "sd": -1},
        {"as": "normal", "from": 5, "to": 4},
        {"as": "gaussian"},
    ],
)
def test_a_distribution_that_is_not_one_is_refused(wrong):
    with pytest.raises(ValueError):
        Distribution.model_validate(wrong)


def test_a_value_outside_its_own_bounds_is_refused():
    with pytest.raises(ValueError, match="not within"):
        Row.model_validate(
            {
                "row": "x",
                "value": 9,
                "unit": "1",
                "grade": "D",
                "source": "s",
                "uncertain": {"as": "uniform", "from": 1, "to": 2},
            }
        )
