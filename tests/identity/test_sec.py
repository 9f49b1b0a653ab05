"""The Single European Code: 21 and 19 characters, a real day, one blank; everything else is refused with a reason."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings

from axenic.identity.sec import parse_sec
from axenic.identity.unreadable import Unreadable
from tests.identity.codes import SEC, hostile


def test_the_vector_is_read_in_its_parts():
    code = parse_sec(SEC)
    assert (code.country, code.establishment, code.donation) == ("BE", "00A317", "A999926000001")
    assert (code.system, code.product, code.split, code.expiry) == ("E", "0000056", "001", date(2030, 12, 31))
    assert str(code) == SEC
    assert parse_sec(SEC.replace("1 E", "1\nE")) == code, "two lines are one code"


def test_a_code_without_a_defined_expiry_is_read_as_such():
    assert parse_sec(SEC.replace("20301231", "00000000")).expiry is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (SEC.replace("20301231", "20301331"), "20301331 is no day"),
        (SEC.replace("20301231", "20300229"), "20300229 is no day"),
        (SEC.replace("A9999", "9999"), "has 20 characters, not 21"),
        (SEC.replace("A9999", "AA9999"), "has 22 characters, not 21"),
        (SEC.replace("1 E", "1E"), "is no Single European Code"),
        (SEC.replace("1 E", "1  E"), "is no Single European Code"),
        (SEC.replace("SEC ", ""), "is no Single European Code"),
        (SEC.replace("BE", "B3"), "B3 is no country"),
        (SEC.replace(" E", " X"), "X is no product coding system"),
        (SEC.replace("BE", "be"), "not 21 plain ones"),
        (SEC.replace("A999", "А999"), "not 21 plain ones"),  # a Cyrillic A
    ],
)
def test_what_is_wrong_is_refused_with_its_reason(text, reason):
    with pytest.raises(Unreadable, match=reason):
        parse_sec(text)


def test_every_reason_is_given_at_once():
    with pytest.raises(Unreadable) as refused:
        parse_sec("SEC B300A317A999926000001 X000005600120301331")
    assert len(refused.value.findings) == 3


@settings(deadline=None)
@given(hostile)
def test_no_text_raises_anything_but_a_finding(text):
    try:
        parse_sec(text)
    except Unreadable as refused:
        assert all(f.message.isascii() for f in refused.findings)
