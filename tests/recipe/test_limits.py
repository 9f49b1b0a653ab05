"""A result is held against its limit exactly as it is written, and what is no number is no result."""

from __future__ import annotations

from decimal import Decimal

import pytest

from axenic.recipe.limit import number_of, parse_limit


@pytest.mark.parametrize(
    "text", [None, "", "nan", "inf", "-0", "-0.0", "1_0", " 0 ", "\u0660", "0\u200b", "0x0", "1e9999", "."]
)
def test_a_text_that_is_no_number_is_no_result(text):
    assert number_of(text) is None
    assert not parse_limit("sterility == 0 1").holds_for(text)


@pytest.mark.parametrize(
    ("limit", "value", "holds"),
    [
        ("== 0 1", "1e-400", False),
        ("== 0 1", "0", True),
        ("== 0 1", "0e5", True),
        ("< 5 EU/mL", "4.9999999999999999999", True),
        (">= 80 %", "79.99999999999999999999", False),
        (">= 0.1 %", "0.1", True),
        ("<= 4e9 cells", "4000000000.0", True),
    ],
)
def test_a_result_is_compared_exactly(limit, value, holds):
    assert number_of(value) == Decimal(value)
    assert parse_limit(limit).holds_for(value) is holds
