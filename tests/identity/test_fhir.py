"""FHIR R5: an order without a person in it comes in, a product and its record go out; persons are refused."""

from __future__ import annotations

import copy
import hashlib
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axenic.identity.fhir import COI_SYSTEM, DIN_SYSTEM, Dose, TherapyOrder, document_of, order_from, product_of
from axenic.identity.unreadable import Unreadable
from tests.identity.codes import ANNA, ANNAS_CELLS, BRUNO, hostile

BUNDLE = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [
        {
            "fullUrl": "urn:uuid:5f0d9a3e-0000-4000-8000-000000000001",
            "resource": {
                "resourceType": "Patient",
                "id": "p1",
                "identifier": [{"system": COI_SYSTEM, "value": str(ANNA)}],
            },
        },
        {
            "fullUrl": "urn:uuid:5f0d9a3e-0000-4000-8000-000000000002",
            "resource": {
                "resourceType": "ServiceRequest",
                "id": "order-17",
                "status": "active",
                "intent": "order",
                "identifier": [
                    {"system": COI_SYSTEM, "value": str(ANNA)},
                    {"system": DIN_SYSTEM, "value": str(ANNAS_CELLS)},
                ],
                "subject": {"reference": "Patient/p1"},
                "code": {"concept": {"coding": [{"system": "https://axenic.example/product", "code": "exemplocel"}]}},
                "occurrenceDateTime": "2026-02-01T08:00:00+01:00",
            },
        },
    ],
}


def changed(kind, **values):
    """The bundle with some elements of one resource changed, or taken out (None)."""
    bundle = copy.deepcopy(BUNDLE)
    resource = bundle["entry"][0 if kind == "Patient" else 1]["resource"]
    resource.update(values)
    for name in [name for name, value in values.items() if value is None]:
        del resource[name]
    return bundle


def refusal(bundle):
    with pytest.raises(Unreadable) as refused:
        order_from(bundle if isinstance(bundle, str) else json.dumps(bundle))
    return refused.value.findings


def test_an_order_comes_in_as_pseudonym_product_donation_and_date():
    order = order_from(json.dumps(BUNDLE))
    assert order == TherapyOrder(ANNA, "exemplocel", 1_769_929_200_000, "order-17", ANNAS_CELLS)


def test_the_donation_may_be_unknown_while_nothing_was_collected():
    identifier = [{"system": COI_SYSTEM, "value": str(ANNA)}]
    assert order_from(json.dumps(changed("ServiceRequest", identifier=identifier))).din is None


@pytest.mark.parametrize(
    ("kind", "values", "element"),
    [
        ("Patient", {"name": [{"family": "Grant", "given": ["Anna"]}]}, "name"),
        ("Patient", {"birthDate": "1982-03-04"}, "birthDate"),
        ("Patient", {"_birthDate": {"extension": []}}, "_birthDate"),
        ("Patient", {"address": [{"city": "Berlin"}]}, "address"),
        ("Patient", {"telecom": [{"value": "030"}]}, "telecom"),
        ("Patient", {"text": {"status": "generated", "div": "<div>Anna Grant</div>"}}, "div"),
        ("Patient", {"gender": "female"}, "gender"),
        ("Patient", {"extension": [{"url": "urn:x", "valueString": "Grant"}]}, "extension"),
        ("ServiceRequest", {"subject": {"reference": "Patient/p1", "display": "Anna Grant"}}, "display"),
        ("ServiceRequest", {"note": [{"text": "for Anna Grant"}]}, "note"),
        ("ServiceRequest", {"contained": [{"resourceType": "Patient", "name": [{"text": "Grant"}]}]}, "contained"),
    ],
)
def test_a_message_with_a_person_in_it_is_refused_and_the_person_is_not_repeated(kind, values, element):
    findings = refusal(changed(kind, **values))
    assert {f.code for f in findings} == {"AX0654"}
    assert any(element in f.message for f in findings)
    assert not any(word in str(f) for f in findings for word in ("Grant", "Anna", "1982", "Berlin"))


def test_a_hospital_number_beside_the_pseudonym_is_refused():
    codes = [{"system": COI_SYSTEM, "value": str(ANNA)}, {"system": "urn:hospital", "value": "4711"}]
    assert {f.code for f in refusal(changed("Patient", identifier=codes))} == {"AX0654"}


def test_a_person_hidden_in_a_text_that_the_library_would_unpack_is_refused():
    hidden = json.dumps({"reference": "Patient/p1", "display": "Anna Grant"})
    assert {f.code for f in refusal(changed("ServiceRequest", subject=hidden))} == {"AX0654"}
    named = json.dumps({"family": "Grant"})
    findings = refusal(changed("Patient", identifier=[json.dumps({"assigner": named})]))
    assert not any("Grant" in str(f) for f in findings)


def test_a_name_in_the_place_of_a_code_is_not_repeated():
    named = [{"system": COI_SYSTEM, "value": "Anna Grant"}]
    bundle = changed("Patient", identifier=named)
    bundle["entry"][1]["resource"]["identifier"] = named
    assert not any("Grant" in str(f) for f in refusal(bundle))


@pytest.mark.parametrize(
    ("kind", "values", "reason"),
    [
        ("Patient", {"identifier": [{"system": COI_SYSTEM, "value": str(BRUNO)}]}, "do not carry the same"),
        ("ServiceRequest", {"identifier": None}, "do not carry the same"),
        ("ServiceRequest", {"status": "draft"}, "not an active order"),
        ("ServiceRequest", {"intent": "proposal"}, "not an active order"),
        ("ServiceRequest", {"subject": {"reference": "Patient/p2"}}, "not for the patient of the Bundle"),
        ("ServiceRequest", {"subject": {"identifier": {"value": "x"}}}, "not for the patient of the Bundle"),
        ("ServiceRequest", {"code": None}, "names no single product"),
        ("ServiceRequest", {"code": {"concept": {"coding": [{"code": "a"}, {"code": "b"}]}}}, "no single product"),
        ("ServiceRequest", {"code": {"concept": {"text": "cells for Anna"}}}, "names no single product"),
        ("ServiceRequest", {"occurrenceDateTime": "2026-02-01"}, "no time with a zone"),
        ("ServiceRequest", {"occurrenceDateTime": None}, "no time with a zone"),
        ("ServiceRequest", {"status": 7}, "not FHIR R5"),
        ("ServiceRequest", {"subject": None}, "not FHIR R5"),
        ("ServiceRequest", {"subject": []}, "not FHIR R5"),
        ("ServiceRequest", {"nonsense": 1}, "not FHIR R5"),
    ],
)
def test_an_order_that_is_not_one_is_refused_with_its_reason(kind, values, reason):
    assert any(reason in f.message for f in refusal(changed(kind, **values))), refusal(changed(kind, **values))


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "1e999", '{"resourceType": "Patient"}', "[" * 100_000, '{"a":' * 50_000, '{"x": NaN}'],
)
def test_what_is_no_bundle_is_refused(text):
    assert refusal(text)[0].code == "AX0656"


def test_a_bundle_too_deep_too_large_or_of_other_things_is_refused():
    deep: dict = {"resourceType": "Bundle"}
    for _ in range(100):
        deep = {"resourceType": "Bundle", "x": deep}
    assert "nested" in refusal(deep)[0].message
    assert "characters" in refusal(" " * 1_000_001)[0].message
    assert "one Patient" in refusal(BUNDLE | {"entry": BUNDLE["entry"][:1]})[0].message
    assert "one Patient" in refusal(BUNDLE | {"entry": [BUNDLE["entry"][0]] * 2})[0].message


def test_an_element_that_is_null_is_one_that_is_not_there():
    bundle = copy.deepcopy(BUNDLE)
    for element in ("subject", "identifier", "code", "occurrenceDateTime", "status"):
        spoiled = copy.deepcopy(bundle)
        spoiled["entry"][1]["resource"][element] = None
        assert refusal(spoiled)


nested = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), hostile),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)


@settings(deadline=None)
@given(st.data(), nested)
def test_no_message_raises_anything_but_a_finding(data, value):
    bundle = copy.deepcopy(BUNDLE)
    place = data.draw(st.sampled_from([bundle, *bundle["entry"], *(e["resource"] for e in bundle["entry"])]))
    place[data.draw(st.sampled_from(list(place)))] = value
    try:
        assert isinstance(order_from(json.dumps(bundle)), TherapyOrder)
    except Unreadable as refused:
        assert refused.findings


def test_a_dose_goes_out_as_a_product_with_its_donation_pseudonym_and_storage():
    made = product_of(Dose(ANNA, "exemplocel", "AX-0001", ANNAS_CELLS, 1_769_929_200_000, "order-17", "A0", -196, -130))
    assert made["resourceType"] == "BiologicallyDerivedProduct"
    assert made["biologicalSourceEvent"] == {"system": DIN_SYSTEM, "value": ANNAS_CELLS.number}
    assert made["identifier"][0] == {"system": COI_SYSTEM, "value": str(ANNA)}
    assert made["request"] == [{"reference": "ServiceRequest/order-17"}]
    assert made["expirationDate"].startswith("2026-02-01T07:00:00")
    assert (made["storageTempRequirements"]["low"]["value"], made["division"]) == (-196, "A0")


def test_a_time_that_cannot_be_is_refused_and_a_millisecond_is_kept():
    dose = Dose(ANNA, "exemplocel", "AX-0001", ANNAS_CELLS, 1_769_929_200_123)
    assert product_of(dose)["expirationDate"].startswith("2026-02-01T07:00:00.123")
    for at in (-1, 1 << 60):
        with pytest.raises(Unreadable, match="no time of this century"):
            product_of(replace(dose, expires=at))


def test_the_batch_record_goes_out_with_the_digest_that_proves_it():
    pdf = b"%PDF-1.7 a record"
    made = document_of(pdf, "https://axenic.example/record/AX-0001.pdf", ANNA, 1_769_929_200_000, "Batch record")
    assert made["identifier"][0]["value"] == f"ni:///sha-256;{hashlib.sha256(pdf).hexdigest()}"
    assert made["content"][0]["attachment"]["size"] == len(pdf)
    assert made["subject"]["identifier"]["value"] == str(ANNA)


def test_what_cannot_be_written_as_fhir_is_refused():
    with pytest.raises(Unreadable):
        document_of(b"", "not a url with spaces ", ANNA, 0, "")
