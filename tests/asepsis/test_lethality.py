"""The published check values of moist-heat lethality, and the verdict built on them."""

from __future__ import annotations

import pytest

from axenic.asepsis.lethality import Rule, d_value_min, f_minutes, lethal_rate, lower_bound, required_f_minutes

TEN = [112, 116, 119, 121, 122, 121, 121, 121, 118, 114]
MINUTES = [n * 60_000 for n in range(10)]


@pytest.mark.parametrize(("t", "rate"), [(101.1, 0.01), (111.1, 0.1), (121.1, 1), (131.1, 10)])
def test_the_lethal_rate_is_a_power_of_ten(t, rate):
    assert lethal_rate(t) == pytest.approx(rate, rel=1e-12)


def test_ten_readings_give_both_published_sums():
    """Source: a published worked example, 6.87 min (rectangle, reference 121.1 degC)."""
    assert f_minutes(MINUTES, TEN, rule=Rule.RECTANGLE) == pytest.approx(6.8726, abs=1e-4)
    assert f_minutes(MINUTES, TEN) == pytest.approx(6.7136, abs=1e-4)


def test_fifteen_minutes_at_other_temperatures():
    assert f_minutes([0, 900_000], [111, 111], 121.0) == pytest.approx(1.5)
    assert f_minutes([0, 900_000], [124, 124], 121.1) == pytest.approx(29.248, abs=1e-2)


def test_d_values_and_required_lethality():
    assert d_value_min(1.6, 129, 121, 8) == pytest.approx(0.16)
    assert d_value_min(1.6, 113, 121, 8) == pytest.approx(16)
    assert required_f_minutes(0.5, 2, -6) == pytest.approx(4.0)
    assert required_f_minutes(1.8, 6, -6) == pytest.approx(21.6)


def test_the_decision_rests_on_the_lower_bound():
    assert lower_bound(12.5, 0.5) == pytest.approx(11.14, abs=0.01)
