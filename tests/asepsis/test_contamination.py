"""Formulas of contamination and of media fills against their published check values (sterility.md, T16 to T21)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axenic.asepsis import media_fill
from axenic.asepsis.deposition import (
    contact_cfu,
    contamination_probability,
    decontaminated_probability,
    deposited_cfu,
    iso_14644_particles_per_m3,
    mixed_probability,
    probability_of_any,
    recovery_min,
    room_cfu_per_m3,
    sample_volume_l,
    settle_plate_cfu,
    settling_velocity_m_per_s,
)


def test_t16_iso_14644_classes_and_the_volume_of_a_sample():
    assert iso_14644_particles_per_m3(5, 0.5) == pytest.approx(3517, abs=1)
    assert iso_14644_particles_per_m3(5, 5.0) == pytest.approx(29.3, abs=0.1)
    assert iso_14644_particles_per_m3(7, 0.5) == pytest.approx(351_676, abs=1)
    assert iso_14644_particles_per_m3(8, 5.0) == pytest.approx(29_251, abs=1)
    assert sample_volume_l(29) == pytest.approx(690, abs=1)
    assert sample_volume_l(20) == 1000


def test_t18_a_particle_of_12_um_falls_at_0_462_cm_per_s():
    assert settling_velocity_m_per_s(12) * 100 == pytest.approx(0.462, abs=0.002)


def test_t19_settle_plates_catch_what_annex_1_sets_beside_air_samples():
    assert settle_plate_cfu(10) == pytest.approx(4.21, abs=0.01)
    assert settle_plate_cfu(100) == pytest.approx(42.1, abs=0.1)


def test_an_opening_of_2_cm2_for_a_minute_in_air_of_a_tenth():
    assert deposited_cfu(0.1, 2e-4, 60) == pytest.approx(5.52e-6, rel=1e-3)


@pytest.mark.parametrize(
    ("positives", "units", "bound"),
    [
        (0, 3_000, 9.981e-4),
        (1, 4_750, 9.983e-4),
        (0, 300, 9.936e-3),
        (0, 30, 9.50e-2),
        (0, 9, 0.2831),
        (1, 15_000, 3.162e-4),
        (3, 30_003, 2.584e-4),
        (0, 65, 4.50e-2),
    ],
)
def test_t20_the_exact_upper_bound_of_a_media_fill(positives, units, bound):
    assert media_fill.upper_bound(positives, units) == pytest.approx(bound, rel=1e-3)


def test_t20_how_many_units_show_less_than_one_in_a_thousand():
    assert [media_fill.units_needed(1e-3, k) for k in (0, 1, 2)] == [2_995, 4_742, 6_294]
    assert media_fill.units_needed(0.1, 0, 0.90) == 22
    assert media_fill.units_needed(1e-4) == 29_956


def test_t21_a_batch_of_the_shipped_example_and_nine_clean_fills_of_forty_transfers():
    passages = (1e-5,) * 30 + (1e-6,) * 12 + (1e-6,) * 10 + (1e-6,) * 8
    assert probability_of_any(passages) == pytest.approx(3.2995e-4, abs=1e-8)
    bound = media_fill.upper_bound(0, 9)
    assert media_fill.per_transfer_probability(bound, 40) == pytest.approx(8.287e-3, abs=1e-6)
    assert probability_of_any((media_fill.per_transfer_probability(bound, 40),) * 40) == pytest.approx(bound, rel=1e-9)


def test_the_base_rate_of_mizutani_lies_inside_its_exact_interval():
    low, high = media_fill.interval(18, 29_858)
    assert low < 18 / 29_858 < high
    assert (low, high) == (pytest.approx(3.57e-4, rel=0.01), pytest.approx(9.53e-4, rel=0.01))


@given(st.integers(0, 30), st.integers(1, 3_000))
def test_the_bound_holds_exactly_the_tail_it_promises(positives, units):
    positives = min(positives, units)
    bound = media_fill.upper_bound(positives, units)
    assert positives / units <= bound <= 1
    if positives < units:
        assert media_fill.binomial_at_most(positives, units, bound) == pytest.approx(0.05, rel=1e-6)


def test_what_a_cycle_does_not_reach_stays_however_long_it_runs():
    assert decontaminated_probability(0.5, 100, 1e-3) == pytest.approx(5e-4)
    assert decontaminated_probability(0.5, 6, 1e-3) == pytest.approx(0.5 * (1e-3 + 1e-6), rel=1e-5)
    with pytest.raises(ValueError, match="never go to zero"):
        decontaminated_probability(0.5, 6, 0)


def test_the_small_formulas():
    assert recovery_min(40) == pytest.approx(6.9, abs=0.02)
    assert room_cfu_per_m3(1, 17.7) == pytest.approx(10)
    assert room_cfu_per_m3(1, 17.7, floor_m2=20) < 10
    assert contact_cfu(4, 1e-3, 0.5, 2) == pytest.approx(4e-3)
    assert mixed_probability(1e-4, 0, 0.02) == pytest.approx(2e-6)
    assert contamination_probability(1e-9) == pytest.approx(1e-9)


@pytest.mark.parametrize("counts", [(1, 0), (-1, 5), (6, 5)])
def test_counts_that_are_no_media_fill_are_refused(counts):
    with pytest.raises(ValueError, match="no result of a media fill"):
        media_fill.upper_bound(*counts)
