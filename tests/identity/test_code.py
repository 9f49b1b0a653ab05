"""The chain-of-identity code: made of chance, checked at every reading, and nothing of the patient in it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axenic.identity.code import LETTERS, Coi, check_pseudonym, new_coi, parse_coi, plain, shares
from axenic.identity.unreadable import Unreadable
from tests.identity.codes import hostile

chance = st.binary(min_size=16, max_size=64)
field = st.one_of(
    st.text(max_size=40),
    st.dates().map(str),
    st.text(LETTERS, min_size=4, max_size=60),
    st.text("COI-" + LETTERS, max_size=12),
)


@settings(deadline=None)
@given(chance, st.dictionaries(st.text(min_size=1, max_size=8), field, max_size=5))
def test_a_code_has_no_four_characters_in_a_row_of_any_field_of_the_patient(drawn, patient):
    code = new_coi(drawn, patient)
    bare = plain(str(code))
    for value in patient.values():
        known = plain(value)
        assert not any(known[n : n + 4] in bare for n in range(len(known) - 3))
    assert check_pseudonym(str(code), patient) == []
    assert new_coi(drawn, patient) == code, "the same chance gives the same code"


@settings(deadline=None)
@given(chance)
def test_a_code_comes_back_from_how_it_is_written_and_typed(drawn):
    code = new_coi(drawn)
    for text in (str(code), str(code).lower(), str(code).replace("-", ""), f" {code} "):
        assert parse_coi(text) == code
    assert set(plain(str(code))[3:]) <= set(LETTERS), "nothing that is read wrongly, in the check character neither"


@settings(deadline=None)
@given(chance, st.data())
def test_one_wrong_letter_or_one_swap_is_always_told(drawn, data):
    text = plain(str(new_coi(drawn)))
    n = data.draw(st.integers(3, 19))
    wrong = [text[:n] + data.draw(st.sampled_from(LETTERS)) + text[n + 1 :]]
    if n < 19:
        wrong.append(text[:n] + text[n + 1] + text[n] + text[n + 2 :])
    for other in wrong:
        if other != text:
            with pytest.raises(Unreadable):
                parse_coi(other)


def test_a_code_that_was_made_from_a_name_is_refused_without_repeating_the_name():
    code = str(Coi("ANNAGRANT2345678"))
    patient = {"given name": "Änna", "family name": "O'Grant-Ray", "birth date": "1982-03-04"}
    findings = check_pseudonym(code, patient)
    assert [f.code for f in findings] == ["AX0654", "AX0654"]
    assert {"given name", "family name"} == {name for f in findings for name in patient if repr(name) in f.message}
    assert not any(word in str(f).upper() for f in findings for word in ("ANNA", "GRANT"))


@pytest.mark.parametrize(
    ("name", "bare"),
    [("Strauß", "STRAUSS"), ("Łukasz", "LUKASZ"), ("Nuñez-Đorđe", "NUNEZDORDE"), ("ﬁne", "FINE"), ("李", "")],
)
def test_accents_do_not_hide_a_name(name, bare):
    assert plain(name) == bare


def test_two_codes_of_different_chance_differ():
    assert len({new_coi(bytes([n]) * 16) for n in range(200)}) == 200


def test_too_little_chance_is_refused():
    with pytest.raises(Unreadable, match="too few"):
        new_coi(b"123456789012345")


def test_a_whole_book_in_a_field_ends_in_a_finding_and_not_in_a_search_without_end(monkeypatch):
    with pytest.raises(Unreadable, match="more than 2000 characters"):
        new_coi(b"x" * 16, {"notes": "everything " * 1_000_000})
    monkeypatch.setattr("axenic.identity.code.shares", lambda *_: True)
    with pytest.raises(Unreadable, match="no code is free"):
        new_coi(b"x" * 16, {"notes": "everything"})


def test_the_most_that_may_be_known_of_a_patient_leaves_codes():
    patient = {"notes": (LETTERS * 70)[:2000]}
    assert check_pseudonym(str(new_coi(b"x" * 16, patient)), patient) == []


def test_less_than_four_in_a_row_is_chance_and_not_a_likeness():
    assert not shares("ABC2ABC", "ABC")
    assert shares("XABCDX", "ABCD")


@settings(deadline=None)
@given(hostile)
def test_no_text_raises_anything_but_a_finding(text):
    try:
        parse_coi(text)
    except Unreadable as refused:
        assert all(f.message.isascii() and len(f.message) < 700 for f in refused.findings)
