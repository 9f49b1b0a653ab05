"""What was scanned or typed: one kind or a finding, and nothing typed without a check character."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axenic.identity.scan import Scan, Unread, read, said_by
from tests.identity.codes import ANNA, ANNAS_CELLS, GTIN, SEC, hostile


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("=A99992600000168", "DIN"),
        ("]C0=A99992600000168", "DIN"),
        (str(ANNA), "COI"),
        (f"]Q1{ANNA}\r\n", "COI"),
        (SEC, "SEC"),
        (f"]d201{GTIN}10AX-1\x1d217", "GS1"),
        (f"01{GTIN}10AX-1", "GS1"),
        (f"]C101{GTIN}", "GS1"),
    ],
)
def test_what_a_scanner_gives_is_known(raw, kind):
    found = read(raw.encode(), "scanned")
    assert isinstance(found, Scan), found
    assert (found.kind, found.how) == (kind, "scanned")


@pytest.mark.parametrize(
    ("raw", "kind"),
    [("a9999 26 000001 8", "DIN"), (str(ANNA).lower(), "COI"), (f"(01){GTIN}", "GS1"), (f"01{GTIN}", "GS1")],
)
def test_what_a_person_types_is_known_by_its_check_character(raw, kind):
    found = read(raw.encode(), "typed")
    assert isinstance(found, Scan), found
    assert (found.kind, found.how) == (kind, "typed")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("A9999 26 000001", "the check character is missing"),
        ("A9999 26 000001 9", "9 is not the check character"),
        (str(ANNA)[:-1] + ("2" if ANNA.check != "2" else "3"), "is not the check character"),
        (SEC, "has no check character"),
        (f"(01){GTIN}(10)AX-1", r"no check digit stands over \(10\)"),
        ("(10)AX-1", r"no check digit stands over \(10\)"),
    ],
)
def test_typing_without_a_check_that_holds_is_refused(raw, reason):
    found = read(raw.encode(), "typed")
    assert isinstance(found, Unread)
    assert [f.code for f in found.findings] == ["AX0652"]
    assert reason.replace("\\", "") in found.findings[0].message


def test_a_symbology_identifier_binds_a_donation_number_in_a_gs1_symbol_is_none():
    assert isinstance(read(b"]C1=A99992600000168", "scanned"), Unread)
    assert isinstance(read(f"]C001{GTIN}".encode(), "scanned"), Unread)


def test_lookalike_letters_are_named_as_such():
    found = read("=А99992600000168".encode(), "scanned")  # a Cyrillic A
    assert isinstance(found, Unread)
    assert "\\u0410" in found.findings[0].message
    assert "only looks like" in found.findings[0].hint


@settings(deadline=None)
@given(hostile, st.sampled_from(["scanned", "typed"]))
def test_no_text_ever_raises(text, how):
    found = read(text.encode("utf-8", "surrogatepass"), how)
    if isinstance(found, Unread):
        assert found.findings
        assert all(f.code in ("AX0651", "AX0652") and f.message.isascii() for f in found.findings)


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["scanned", "typed"]))
def test_no_bytes_ever_raise(raw, how):
    assert isinstance(read(raw, how), Scan | Unread)


def test_a_flood_of_bytes_is_no_code():
    assert isinstance(read(str(ANNA).encode() * 1000, "scanned"), Unread)


def test_a_number_that_can_be_two_things_is_refused_and_not_guessed():
    both = [
        text
        for n in range(100_000, 100_400)
        if isinstance(found := read((text := f"21345{n % 100:02}{n}{'0'}").encode(), "typed"), Unread)
        and "can be read as" in found.findings[0].message
    ]
    assert both, "one in 37 serial numbers of 12 characters is a donation number with its check character"


def test_the_donation_in_a_symbol_is_the_one_that_people_read():
    scanned, typed = read(ANNAS_CELLS.symbol.encode(), "scanned"), read(str(ANNAS_CELLS).encode(), "typed")
    assert isinstance(scanned, Scan) and isinstance(typed, Scan)
    assert str(scanned.value) == str(typed.value)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("]Q191\r\n", "91"),
        ("]C0K-7", "K-7"),
        (f"]d201{GTIN}10AX-0001\x1d211", "AX-0001"),
        (f"]Q1{ANNA}", str(ANNA)),
        ("]Q137.0 \u00b0C", "37.0 \u00b0C"),
    ],
)
def test_what_a_scan_says_is_its_content_and_its_elements(raw, says):
    assert says in said_by(raw)


@pytest.mark.parametrize("raw", ["", "91", "]", "]Q1", "Q191", "]d2nothing of GS1", "]Q1" + "9" * 5000])
def test_without_the_identifier_of_its_symbol_or_content_it_is_no_scan(raw):
    found = said_by(raw)
    assert isinstance(found, Unread) and found.findings


@given(st.text(max_size=200))
def test_no_text_is_a_scan_that_raises(text):
    found = said_by(text)
    assert isinstance(found, Unread) == (not isinstance(found, tuple))
    assert isinstance(found, Unread) or (text.startswith("]") and found[0] in text)
