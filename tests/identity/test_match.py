"""Two carriers, one patient: the swap of two patients' bags (inspector's attack 23) never gets through."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axenic.identity.gs1 import batch_elements
from axenic.identity.match import Bond, Match, Mismatch, match
from axenic.identity.scan import read
from tests.identity.codes import ANNA, ANNAS_CELLS, BRUNO, BRUNOS_CELLS, GTIN, SEC, hostile

SIX = datetime(2026, 7, 20, 18, 0)  # noqa: DTZ001  wall time at the label's zone
BOND = Bond(ANNA, frozenset({ANNAS_CELLS}), "AX-0001", GTIN, frozenset({"1", "2"}))


def scanned(text):
    return read(text.encode(), "scanned")


def typed(text):
    return read(text.encode(), "typed")


def dose(lot="AX-0001", serial="1", coi=ANNA):
    return scanned("]d2" + batch_elements(GTIN, lot, serial, SIX, str(coi)).symbol)


def test_the_right_bag_for_the_right_patient_is_a_match():
    found = match(dose(), scanned(str(ANNA)), BOND)
    assert isinstance(found, Match)
    assert found.coi == ANNA
    assert found.by[0] == f"container scanned as GS1: lot AX-0001, serial 1, COI {ANNA}"


def test_starting_material_is_known_by_its_donation_number():
    assert isinstance(match(scanned(ANNAS_CELLS.symbol), scanned(str(ANNA)), BOND), Match)
    assert isinstance(match(scanned(SEC), scanned(str(ANNA)), BOND), Match)


@pytest.mark.parametrize(
    ("container", "patient", "reason"),
    [
        (dose("AX-0002", "9", BRUNO), scanned(str(ANNA)), "container: lot AX-0002 is not of this batch"),
        (dose(), scanned(str(BRUNO)), "patient or kit: COI"),
        (dose(coi=BRUNO), scanned(str(ANNA)), "container: COI"),
        (dose(serial="3"), scanned(str(ANNA)), "container: serial 3 is not of this batch"),
        (scanned(BRUNOS_CELLS.symbol), scanned(str(ANNA)), "container: DIN A999926000088 belongs to another"),
        (scanned(f"01{GTIN}"), scanned(str(ANNA)), "the GS1 code names neither patient, donation nor batch"),
        (scanned("]d210AX-000191COI-XXXX"), scanned(str(ANNA)), "lot AX-000191COI-XXXX is not of this batch"),
        (scanned("]d210AX-0001\x1d91ANNA"), scanned(str(ANNA)), "'ANNA' is no chain-of-identity code"),
        (dose(), scanned("smeared"), "patient or kit: 'smeared' is none of"),
        (scanned(ANNAS_CELLS.symbol), scanned(f"]d201{GTIN}10AX-0001"), "neither code names the patient"),
    ],
)
def test_whatever_does_not_belong_is_a_mismatch_with_its_reason(container, patient, reason):
    found = match(container, patient, BOND)
    assert isinstance(found, Mismatch)
    assert any(reason in r for r in found.reasons), found.reasons


def test_the_swap_of_two_patients_is_told_from_both_sides():
    brunos = Bond(BRUNO, frozenset({BRUNOS_CELLS}), "AX-0002", GTIN, frozenset({"9"}))
    assert isinstance(match(dose("AX-0002", "9", BRUNO), scanned(str(ANNA)), BOND), Mismatch)
    assert isinstance(match(dose(), scanned(str(BRUNO)), brunos), Mismatch)


def test_one_code_scanned_twice_is_not_two_carriers():
    for one in (dose(), scanned(str(ANNA))):
        found = match(one, one, BOND)
        assert isinstance(found, Mismatch)
        assert "same code" in found.reasons[0]


def test_a_typed_code_needs_a_second_person_and_two_typed_codes_are_never_enough():
    assert isinstance(match(dose(), typed(str(ANNA)), BOND), Mismatch)
    assert isinstance(match(dose(), typed(str(ANNA)), BOND, witness="  "), Mismatch)
    assert isinstance(match(dose(), typed(str(ANNA)), BOND, witness="erika"), Match)
    assert isinstance(match(typed(str(ANNAS_CELLS)), typed(str(ANNA)), BOND, witness="erika"), Mismatch)


def test_there_is_no_way_to_accept_a_mismatch():
    assert [f.name for f in fields(Mismatch)] == ["reasons"]


@settings(deadline=None)
@given(hostile, hostile)
def test_no_scan_raises_and_no_nonsense_matches(one, two):
    found = match(read(one.encode("utf-8", "replace"), "scanned"), read(two.encode("utf-8", "replace"), "typed"), BOND)
    assert isinstance(found, Match | Mismatch)
    if isinstance(found, Match):
        raise AssertionError("typed without a second person")


@settings(deadline=None)
@given(st.integers(0, 9), st.sampled_from([ANNA, BRUNO]), st.sampled_from(["AX-0001", "AX-0002"]))
def test_only_what_agrees_in_everything_matches(serial, coi, lot):
    found = match(dose(lot, str(serial), coi), scanned(str(ANNA)), BOND)
    assert isinstance(found, Match) == (serial in (1, 2) and coi == ANNA and lot == "AX-0001")
