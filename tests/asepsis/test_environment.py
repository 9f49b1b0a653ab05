"""The environment: Annex 1 limits as data (T17), levels, and trends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axenic.asepsis.environment import EnvironmentLimits, Level, trend_of
from tests.conftest import shelf

LIMITS = shelf(EnvironmentLimits, "default")


@pytest.mark.requirement("A1-EM1")
@pytest.mark.parametrize(
    ("of", "rest", "operation"),
    [
        ("A", (3_520, 29), (3_520, 29)),
        ("B", (3_520, 29), (352_000, 2_930)),
        ("C", (352_000, 2_930), (3_520_000, 29_300)),
        ("D", (3_520_000, 29_300), None),
    ],
)
def test_t17_particles_are_monitored_against_annex_1(of, rest, operation):
    for state, wanted in (("rest", rest), ("operation", operation)):
        found = [LIMITS.limit(f"particles {size}", of, state) for size in ("0.5 um", "5.0 um")]
        assert tuple(limit.action_above if limit else None for limit in found) == (wanted or (None, None))


def test_t17_classification_of_grade_a_names_no_limit_at_5_um_while_monitoring_does():
    row = next(r for r in LIMITS.classification if (r.of, r.size) == ("A", "5.0 um"))
    assert (row.rest, row.operation) == (None, None)
    assert "not specified" in row.says
    assert LIMITS.limit("particles 5.0 um", "A").action_above == 29
    in_d = [r for r in LIMITS.classification if r.of == "D"]
    assert all(r.operation is None and "not predetermined" in r.says for r in in_d)
    assert next(r for r in LIMITS.classification if (r.of, r.size) == ("B", "0.5 um")).operation == 352_000


@pytest.mark.parametrize(
    ("measure", "unit", "wanted"),
    [
        ("air sample", "CFU/m3", {"A": 0, "B": 10, "C": 100, "D": 200}),
        ("settle plate", "CFU/4h", {"A": 0, "B": 5, "C": 50, "D": 100}),
        ("contact plate", "CFU/plate", {"A": 0, "B": 5, "C": 25, "D": 50}),
        ("glove print", "CFU/glove", {"A": 0, "B": 5}),
    ],
)
def test_t17_viable_limits_and_one_more_is_an_excursion(measure, unit, wanted):
    for of, most in wanted.items():
        assert LIMITS.limit(measure, of).action_above == most
        assert LIMITS.judge(measure, of, str(most), unit).level in (Level.WITHIN, Level.ALERT)
        assert LIMITS.judge(measure, of, str(most + 1), unit).level is Level.ACTION


@pytest.mark.requirement("A1-EM2")
def test_t17_one_colony_in_grade_a_is_investigated():
    reading = LIMITS.judge("settle plate", "A", "1", "CFU/4h")
    assert reading.level is Level.ACTION
    assert "investigate" in reading.words


@pytest.mark.requirement("A1-PR")
@pytest.mark.parametrize(
    ("value", "level"), [("15", Level.WITHIN), ("11", Level.ALERT), ("10", Level.ALERT), ("9.9", Level.ACTION)]
)
def test_a_pressure_difference_is_bounded_from_below(value, level):
    assert LIMITS.judge("pressure difference", "A", value, "Pa").level is level


@pytest.mark.parametrize(
    ("measure", "value", "unit"),
    [
        ("particles 0.5 um", "nan", "1/m3"),
        ("particles 0.5 um", "inf", "1/m3"),
        ("particles 0.5 um", "", "1/m3"),
        ("particles 0.5 um", "-4", "1/m3"),
        ("particles 0.5 um", "100", "1/ft3"),
        ("luck", "7", "1/m3"),
    ],
)
def test_what_cannot_be_read_is_unknown_and_never_within(measure, value, unit):
    assert LIMITS.judge(measure, "A", value, unit).level is Level.UNKNOWN


def test_a_measure_without_a_limit_for_the_grade_says_so():
    assert LIMITS.judge("particles 0.5 um", "D", "5e6", "1/m3").level is Level.UNLIMITED


@given(st.sampled_from(LIMITS.limits), st.text(max_size=6))
def test_no_text_breaks_the_judgement_and_only_numbers_are_within(limit, text):
    reading = LIMITS.judge(limit.measure, limit.of, text, limit.unit, limit.state)
    if reading.level in (Level.WITHIN, Level.ALERT, Level.ACTION):
        assert float(text) == reading.value


def test_every_alert_level_lies_on_the_safe_side_of_its_action_level_and_nobody_has_verified_the_file():
    for row in LIMITS.limits:
        if row.alert_above is not None:
            assert row.alert_above < row.action_above
        if row.alert_below is not None:
            assert row.alert_below > row.action_below
    assert LIMITS.verified_by == ""


def test_a_trend_is_seen_before_any_limit_is_passed():
    limit = LIMITS.limit("particles 0.5 um", "A")
    calm = [100.0, 90, 110, 95, 105] * 4
    assert not trend_of(calm, limit, LIMITS.trend).drifting
    creeping = trend_of([*calm, 200, 300, 400, 500, 600, 700], limit, LIMITS.trend)
    assert creeping.drifting
    assert creeping.median_now > creeping.median_before
    often = trend_of([100.0, 90, 110, 95, 2000] * 4, limit, LIMITS.trend)
    assert often.share_above_alert == 0.2
    assert "20% of the last 20" in often.reason


def test_a_falling_pressure_is_a_trend_and_a_rising_one_is_none():
    limit = LIMITS.limit("pressure difference", "A")
    assert trend_of([20.0, 19, 18, 17, 16, 15], limit, LIMITS.trend).drifting
    assert not trend_of([15.0, 16, 17, 18, 19, 20], limit, LIMITS.trend).drifting
    assert not trend_of([], limit, LIMITS.trend).drifting
