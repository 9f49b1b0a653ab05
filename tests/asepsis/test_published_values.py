"""The check values of the reference page on sterility, section 8 (T01 to T12, T15), with their tolerances."""

from __future__ import annotations

import math

import pytest

from axenic.asepsis.kill import exposure_ppm_min, vapour_log_reduction
from axenic.asepsis.lethality import (
    Rule,
    d_fraction_negative_min,
    d_value_min,
    f_biological_minutes,
    f_minutes,
    f_of_ramp_minutes,
    lethal_rate,
    log_reduction,
    lower_bound,
    required_f_minutes,
    sterility_assurance_level,
)
from axenic.asepsis.saturation import saturation_pressure_bar, saturation_temperature_degC
from axenic.asepsis.tightness import (
    leak_rate_mbar_per_min,
    leak_rate_percent_per_h,
    loss_allowed_pa,
    pressure_change_bar,
    pressure_change_by_temperature_bar,
)

REFERENCES = (121.0, 121.1, 121.11)
# table 3.2: the rates at 100, 102 ... 118 degC for each reference; 20 K more is a hundredfold
TABLE = {
    100: (0.0079433, 0.0077625, 0.0077446),
    102: (0.012589, 0.012303, 0.012274),
    104: (0.019953, 0.019498, 0.019454),
    106: (0.031623, 0.030903, 0.030832),
    108: (0.050119, 0.048978, 0.048865),
    110: (0.079433, 0.077625, 0.077446),
    112: (0.12589, 0.12303, 0.12274),
    114: (0.19953, 0.19498, 0.19454),
    116: (0.31623, 0.30903, 0.30832),
    118: (0.50119, 0.48978, 0.48865),
    120: (0.79433, 0.77625, 0.77446),
    122: (1.2589, 1.2303, 1.2274),
    124: (1.9953, 1.9498, 1.9454),
    126: (3.1623, 3.0903, 3.0832),
    128: (5.0119, 4.8978, 4.8865),
    130: (7.9433, 7.7625, 7.7446),
    132: (12.589, 12.303, 12.274),
    134: (19.953, 19.498, 19.454),
    136: (31.623, 30.903, 30.832),
    138: (50.119, 48.978, 48.865),
    140: (79.433, 77.625, 77.446),
}
TEN = (112, 116, 119, 121, 122, 121, 121, 121, 118, 114)
MINUTES = [n * 60_000 for n in range(10)]


@pytest.mark.parametrize(("t", "rate"), [(101.1, 0.01), (111.1, 0.1), (121.1, 1), (131.1, 10)])
def test_t01_a_lethal_rate_is_a_power_of_ten(t, rate):
    assert lethal_rate(t) == pytest.approx(rate, rel=1e-12)


def test_t02_all_63_values_of_the_table_to_five_digits():
    cells = [(t, r, wanted) for t, row in TABLE.items() for r, wanted in zip(REFERENCES, row, strict=True)]
    assert len(cells) == 63
    wrong = [(t, r) for t, r, wanted in cells if f"{lethal_rate(t, r):.5g}" != f"{wanted:.5g}"]
    assert wrong == []


def test_t03_ten_readings_by_rectangle_and_by_trapezoid():
    assert f_minutes(MINUTES, TEN, rule=Rule.RECTANGLE) == pytest.approx(6.87, abs=0.01)
    assert f_minutes(MINUTES, TEN, rule=Rule.RECTANGLE) == pytest.approx(6.8726, abs=1e-4)
    assert f_minutes(MINUTES, TEN) == pytest.approx(6.7136, abs=1e-4)


@pytest.mark.parametrize(
    ("t", "reference", "f"), [(111, 121.0, 1.5), (124, 121.0, 29.93), (111, 121.1, 1.466), (124, 121.1, 29.248)]
)
def test_t04_fifteen_minutes_at_other_temperatures(t, reference, f):
    assert f_minutes([0, 900_000], [t, t], reference) == pytest.approx(f, abs=0.01)


@pytest.mark.parametrize(
    ("t", "minutes", "f"), [(121, 15, 14.659), (126, 10, 30.90), (134, 3, 58.50), (134, 3.5, 68.24)]
)
def test_the_standard_holding_times_in_f0(t, minutes, f):
    assert f_minutes([0, round(minutes * 60_000)], [t, t]) == pytest.approx(f, abs=0.01)


def test_t05_assurance_of_an_indicator():
    assert sterility_assurance_level(6, 21.6, 1.8) == pytest.approx(1e-6)
    assert log_reduction(30, 1.8) == pytest.approx(16.67, abs=0.01)


@pytest.mark.parametrize(("t", "d"), [(129, 0.16), (113, 16.0)])
def test_t06_d_at_other_temperatures(t, d):
    assert d_value_min(1.6, t, 121, 8) == pytest.approx(d, abs=1e-9)


def test_t07_bioburden_method_and_twelve_minutes_that_are_not_enough():
    assert required_f_minutes(0.5, 2, -6) == pytest.approx(4.0)
    assert sterility_assurance_level(6, 12, 1.5) == pytest.approx(1e-2)
    assert f_biological_minutes(1.8, 6, -6) == pytest.approx(21.6)


def test_t08_vacuum_leak_rates():
    assert leak_rate_mbar_per_min(0.0130, 10) == pytest.approx(1.3)
    assert leak_rate_mbar_per_min(0.0131, 10) > 1.3
    assert leak_rate_mbar_per_min(-0.745 - -0.750, 10) == pytest.approx(0.5)


@pytest.mark.parametrize(("percent", "pa"), [(0.25, 21.1), (1.0, 84.4)])
def test_t09_isolator_classes_over_five_minutes(percent, pa):
    assert loss_allowed_pa(percent, 5) == pytest.approx(pa, abs=0.1)
    assert leak_rate_percent_per_h(loss_allowed_pa(percent, 5), 5) == pytest.approx(percent)


def test_t10_the_lower_bound_decides():
    assert lower_bound(1.0, 0.5) == pytest.approx(0.89125, abs=1e-5)
    assert lower_bound(12.5, 0.5) == pytest.approx(11.14, abs=0.005)


def test_t11_samples_of_any_interval_count_with_their_time():
    """A ramp sampled at drawn intervals of 1 to 20 s agrees with the exact integral as its error term says."""
    exact = f_of_ramp_minutes(100, 124, 4.0)
    times, t, k = [], 0, 0
    while t < 360_000:
        times.append(t)
        k += 1
        t += 1000 * (1 + (7 * k) % 20)
    times.append(360_000)
    drawn = f_minutes(times, [100 + 4.0 * t / 60_000 for t in times])
    worst = (20 / 60 * math.log(10) * 4.0 / 10) ** 2 / 12
    assert 0 < drawn / exact - 1 < worst


def test_t12_the_boiling_line():
    assert saturation_temperature_degC(3.042) == pytest.approx(134.0, abs=0.05)
    assert saturation_temperature_degC(2.0569) == pytest.approx(121.1, abs=0.05)
    assert saturation_temperature_degC(2.395) == pytest.approx(126.0, abs=0.05)


@pytest.mark.parametrize(("kelvin", "bar"), [(300, 0.0353658941), (500, 26.3889776), (600, 123.443146)])
def test_the_boiling_line_agrees_with_the_release_and_with_its_own_inverse(kelvin, bar):
    """Source: IAPWS-IF97, table 35."""
    assert saturation_pressure_bar(kelvin - 273.15) == pytest.approx(bar, rel=1e-8)
    assert saturation_temperature_degC(bar) == pytest.approx(kelvin - 273.15, abs=1e-4)


def test_t15_logs_of_a_vapour():
    at = [0, 480_000], [1.5, 1.5]
    assert vapour_log_reduction(*at, d_reference_min=1.0, reference=2.0) == pytest.approx(6.0)
    assert vapour_log_reduction([0, 960_000], at[1], 1.0, 2.0) == pytest.approx(12.0)
    assert vapour_log_reduction(*at, 1.0, 2.0, counted_from=1.6) == 0
    assert exposure_ppm_min([0, 60_000, 180_000], [0, 600, 600]) == pytest.approx(1500)


def test_a_tenth_of_a_kelvin_is_34_pa_and_is_taken_out():
    assert pressure_change_by_temperature_bar(1.01325, 0.1, 25) * 1e5 == pytest.approx(34, abs=0.5)
    assert pressure_change_bar(2.0, 2.0 * 294.15 / 293.15, 20.0, 21.0) == pytest.approx(0, abs=1e-12)
    assert pressure_change_bar(1.953, 1.952) == pytest.approx(-0.001)


def test_d_from_a_fraction_negative_run():
    """20 indicators of 1e6 spores, half of them negative after 12 min: 12/(6 - log10 ln 2)."""
    assert d_fraction_negative_min(12, 6, 20, 10) == pytest.approx(12 / (6 - math.log10(math.log(2))))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: d_fraction_negative_min(12, 6, 20, 20),
        lambda: f_of_ramp_minutes(100, 120, -1),
        lambda: saturation_temperature_degC(0),
        lambda: saturation_pressure_bar(400),
        lambda: leak_rate_mbar_per_min(1, 0),
        lambda: leak_rate_percent_per_h(1, 0),
    ],
)
def test_what_has_no_meaning_is_refused(wrong):
    with pytest.raises(ValueError):
        wrong()
