"""GS1 element strings: check digits, what biip lets pass, and what a dose's symbol says."""

from __future__ import annotations

from datetime import datetime

import biip
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axenic.identity.gs1 import Elements, batch_elements, check_digit, elements_of, parse_elements
from axenic.identity.unreadable import Unreadable
from tests.identity.codes import ANNA, GTIN, hostile

SIX = datetime(2026, 7, 20, 18, 0)  # noqa: DTZ001  wall time at the label's zone


@pytest.mark.parametrize(("digits", "check"), [("629104150021", 3), ("0950600013435", 2), ("10614141234567890", 8)])
def test_the_published_check_digits_come_out(digits, check):
    assert check_digit(digits) == check


@settings(deadline=None)
@given(st.from_regex(r"[0-9]{12,17}", fullmatch=True), st.data())
def test_one_wrong_digit_always_changes_the_check_digit(digits, data):
    n, other = data.draw(st.integers(0, len(digits) - 1)), data.draw(st.sampled_from("0123456789"))
    if other != digits[n]:
        assert check_digit(digits[:n] + other + digits[n + 1 :]) != check_digit(digits)


def test_a_wrong_check_digit_that_biip_lets_pass_is_refused():
    wrong = f"01{GTIN[:-1]}310LOT"
    message = biip.parse(wrong).gs1_message
    assert message is not None and message.element_strings[0].gtin_error, "biip only remarks on it"
    with pytest.raises(Unreadable, match="wrong check digit") as refused:
        parse_elements(wrong)
    assert refused.value.findings[0].code == "AX0652"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x1d",
        "10LOT1\x1d10LOT2",  # twice
        "(10)A(B)C",  # biip drops what stands in the second pair
        "(10)LOT (21)S",
        " 10LOT",
        "10" + "X" * 21,
        "10LÖT",
        "10a\x00b",
        "17271345",
        "01" + "٠" * 14,  # digits, but not ours
        "9" * 5000,
    ],
)
def test_what_is_no_element_string_is_refused(text):
    with pytest.raises(Unreadable):
        parse_elements(text)


def test_a_dose_says_product_expiry_to_the_minute_lot_serial_and_pseudonym():
    made = batch_elements(GTIN, "AX-0001", "17", SIX, str(ANNA))
    assert str(made) == f"(01){GTIN}(17)260720(7003)2607201800(10)AX-0001(21)17(91){ANNA}"
    assert made.symbol == f"01{GTIN}1726072070032607201800\x1d10AX-0001\x1d2117\x1d91{ANNA}"
    assert parse_elements(made.symbol) == parse_elements(str(made)) == made


@pytest.mark.parametrize("lot", ["", "A" * 21, "A(B", "A\x1dB", "Ä", "A B", "A\n"])
def test_a_lot_that_would_not_be_read_as_written_is_refused(lot):
    with pytest.raises(Unreadable):
        batch_elements(GTIN, lot, "1", SIX, str(ANNA))


@settings(deadline=None)
@given(st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), min_size=1, max_size=22), st.integers(0, 9))
def test_elements_that_are_taken_come_back_equal(value, digit):
    try:
        made = elements_of([("01", GTIN[:-1] + str(digit)), ("10", value), ("21", value)])
    except Unreadable:
        return
    assert parse_elements(made.symbol) == made


@settings(deadline=None)
@given(hostile)
def test_no_text_raises_anything_but_a_finding(text):
    try:
        assert isinstance(parse_elements(text), Elements)
    except Unreadable as refused:
        assert all(f.message.isascii() and len(f.message) < 700 for f in refused.findings)
