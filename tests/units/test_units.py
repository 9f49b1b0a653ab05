"""Quantities and durations as they stand in files."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axenic.units import UnitError, format_duration, parse_duration, parse_quantity


@pytest.mark.parametrize(("text", "ms"), [("90 s", 90_000), ("48 h", 172_800_000), ("3.5 h", 12_600_000), ("0 s", 0)])
def test_a_duration_is_whole_milliseconds(text, ms):
    assert parse_duration(text) == ms


@pytest.mark.parametrize("text", ["12", -1, 1 << 53, "5 degC", "-1 h", "1e99 d", "", "h", None, True, [], "nan h"])
def test_what_is_no_duration_is_refused_with_a_hint(text):
    with pytest.raises(UnitError) as caught:
        parse_duration(text)
    assert caught.value.hint


@given(st.integers(0, 1 << 50))
def test_a_duration_written_and_read_is_the_same(ms):
    assert parse_duration(format_duration(ms)) == ms


def test_a_quantity_converts_within_its_dimension_only():
    assert parse_quantity("37 degC").to("K") == pytest.approx(Decimal("310.15"))
    assert parse_quantity("1 bar").to("mbar") == 1000
    with pytest.raises(UnitError, match="is a temperature"):
        parse_quantity("37 degC").to("bar")
