"""ISBT 128 donation identification numbers: published vectors, and every mistake that a check must tell."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axenic.identity.din import Din, parse_symbol, parse_typed
from axenic.identity.mod37 import check_character, check_value
from axenic.identity.unreadable import Unreadable
from tests.identity.codes import hostile

ALNUM = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
VECTORS = [
    ("G123498654321", 17, "H"),  # JPAC Red Book, annex 2
    ("A999926000001", 8, "8"),
    ("A999926000005", 0, "0"),
    ("A999926000088", 36, "*"),
    ("W000026000037", 28, "S"),
]
numbers = st.from_regex(r"[A-NP-Z1-9][0-9]{12}", fullmatch=True)


@pytest.mark.parametrize(("number", "checksum", "character"), VECTORS)
def test_the_published_check_characters_come_out(number, checksum, character):
    assert (check_value(number), Din(number).check) == (checksum, character)
    assert Din(number).symbol == f"={number}{60 + checksum}"
    assert parse_symbol(Din(number).symbol).number == number
    assert parse_typed(f"{number[:4]} {number[4:7]} {number[7:10]} {number[10:]} {character}").number == number


def test_every_substitution_and_neighbour_swap_of_the_published_number_changes_its_check_character():
    number = "G123498654321"
    changed = [number[:n] + c + number[n + 1 :] for n in range(13) for c in ALNUM if c != number[n]]
    swapped = [number[:n] + number[n + 1] + number[n] + number[n + 2 :] for n in range(12)]
    assert (len(changed), len(swapped)) == (455, 12)
    assert "H" not in {check_character(text) for text in changed + swapped}


@settings(deadline=None)
@given(st.text(ALNUM, min_size=1, max_size=40), st.data())
def test_one_wrong_character_or_one_swap_never_keeps_the_check_character(text, data):
    n = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from(ALNUM))
    if other != text[n]:
        assert check_character(text[:n] + other + text[n + 1 :]) != check_character(text)
    if n + 1 < len(text) and text[n] != text[n + 1]:
        swapped = text[:n] + text[n + 1] + text[n] + text[n + 2 :]
        assert check_character(swapped) != check_character(text)


@settings(deadline=None)
@given(numbers)
def test_a_number_comes_back_from_its_symbol_and_from_what_people_type(number):
    din = Din(number)
    assert parse_symbol(din.symbol).number == parse_typed(str(din)).number == number
    assert din.facility + din.year + din.serial == number


@pytest.mark.parametrize(
    ("symbol", "code"),
    [
        ("=A99992600000169", "AX0652"),  # a checksum that is another one
        ("=A99992600000197", "AX0651"),  # flags that mean nothing
        ("=O99992600000100", "AX0651"),  # the letter O is never used
        ("=A9999260000010", "AX0651"),
        ("=A999926000001 8", "AX0651"),
        ("A99992600000168", "AX0651"),
        ("=A９99926000001", "AX0651"),  # a wide digit
        ("", "AX0651"),
    ],
)
def test_a_symbol_that_is_no_donation_number_is_refused(symbol, code):
    with pytest.raises(Unreadable) as refused:
        parse_symbol(symbol)
    assert refused.value.findings[0].code == code


def test_other_flags_are_kept_and_prove_nothing():
    assert parse_symbol("=A99992600000107").flags == "07"


def test_a_typed_number_without_its_check_character_says_so():
    with pytest.raises(Unreadable, match="check character is missing"):
        parse_typed("A9999 26 000001")


@settings(deadline=None)
@given(hostile)
def test_no_text_raises_anything_but_a_finding(text):
    for parse in (parse_symbol, parse_typed, check_value):
        try:
            parse(text)
        except Unreadable as refused:
            assert all(f.message.isascii() and len(f.message) < 700 for f in refused.findings)
