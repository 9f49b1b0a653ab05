"""A hospital's order comes in without a person, and only a certified dose is told back to it."""

from __future__ import annotations

import copy
import json

import pytest
from fhir.resources.biologicallyderivedproduct import BiologicallyDerivedProduct
from fhir.resources.documentreference import DocumentReference
from hypothesis import HealthCheck, given, settings

from axenic.control.facts import BatchOrdered
from axenic.quality.batches import CERTIFIED
from axenic.quality.requests import requests
from axenic.record.entry import Act, Document
from tests.identity.codes import ANNA, ANNAS_CELLS, BRUNOS_CELLS, hostile
from tests.identity.test_fhir import BUNDLE
from tests.quality.bound import ANNAS, RECIPE, STEPS, bind, hand_over, swapped, tried
from tests.quality.site import START, Site
from tests.quality.test_labels import apply, printed

DUE = "2027-02-01T08:00:00+01:00"


def message(site: Site, **changed) -> str:
    """The hospital's message, with some elements of the request changed, as a file."""
    bundle = copy.deepcopy(BUNDLE)
    bundle["entry"][1]["resource"].update({"occurrenceDateTime": DUE} | changed)
    file = site.folder / "order.json"
    file.write_text(json.dumps(bundle), "utf-8")
    return str(file)


@pytest.fixture
def site(site):
    """A site that has a recipe."""
    site.append(Document("recipe", RECIPE, "recipe: x", START))
    return site


@pytest.mark.requirement("P4-AUT")
def test_an_order_asks_the_core_for_a_batch_by_code_product_and_time(site):
    act = site.do("lead", "order take", file=message(site))
    fact = requests(site.journal.entries(), site.clock.wall)[0]
    assert isinstance(fact, BatchOrdered)
    assert (fact.batch, fact.patient, fact.recipe, fact.due) == (ANNAS, str(ANNA), RECIPE, 1_801_465_200_000)
    assert (act.new["request"], act.new["product"], act.new["din"]) == ("order-17", "exemplocel", ANNAS_CELLS.number)
    assert site.books.bonds.ordered(ANNAS) == str(ANNA)


def test_the_donation_that_the_order_names_is_the_one_that_is_bound(site):
    site.do("lead", "order take", file=message(site))
    wrong = {"of_batch": ANNAS, "coi": str(ANNA), "din": (str(BRUNOS_CELLS),)}
    assert "another patient's bag" in site.refused("op", "identity bind", second="op2", **wrong)[0]
    bind(site, ANNAS)


def test_a_message_is_taken_once(site):
    site.do("lead", "order take", file=message(site))
    assert site.refused("lead", "order take", file=message(site)) == (f"the message was taken before, as {ANNAS}",)
    assert "was ordered before" in site.refused("lead", "order take", file=message(site), order=ANNAS)[0]


@pytest.mark.requirement("US-1271c")
@pytest.mark.parametrize(
    ("changed", "because"),
    [
        ({"note": [{"text": "for Anna Überacker"}]}, "AX0654: note is not taken"),
        ({"subject": {"reference": "Patient/p1", "display": "Anna Überacker"}}, "AX0654: display of a reference"),
        ({"code": {"concept": {"coding": [{"code": "aspirin"}]}}}, "'aspirin' is not made here"),
        ({"occurrenceDateTime": "2026-02-01T08:00:00+01:00"}, "due in the past"),
        ({"occurrenceDateTime": "soon"}, "AX0656"),
        ({"status": "draft"}, "not an active order"),
        ({"code": {"concept": {"coding": [{"code": "exemplocel-fresh"}]}}}, "no recipe 'car-t-fresh-7-day'"),
    ],
)
def test_a_message_with_a_person_or_that_is_no_order_is_refused_and_nobody_is_named(site, changed, because):
    found = site.refused("lead", "order take", file=message(site, **changed))
    assert any(because in text for text in found), found
    assert "berack" not in str(site.last())


@pytest.mark.parametrize("what", ["", "none.json", "Anna Überacker.json", "."])
def test_a_file_that_cannot_be_read_is_refused_without_its_name(site, what):
    found = site.refused("lead", "order take", file=str(site.folder / what), order="Anna Überacker")
    assert "the message is no file, or too large" in found
    assert "Anna" not in str(site.last())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=hostile)
def test_no_message_raises(site, text):
    file = site.folder / "hostile.json"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    assert not tried(site, "lead", "order take", file=str(file))


# the dose -----------------------------------------------------------------------------------------------------


def told(site: Site, axenic, out: str = "dose.json", record: bytes = b"%PDF-1.7 record"):
    pdf = site.folder / "record.pdf"
    pdf.write_bytes(record)
    words = ("--record", pdf, "--address", "https://axenic.example/records/1", "--out", site.folder / out)
    return axenic("order", "product", ANNAS, "--journal", site.journal.place, *words)


def made(site: Site) -> Site:
    """Ordered by a message, bound, labelled; not certified."""
    site.do("lead", "order take", file=message(site))
    at = site.clock.wall
    site.append(BatchOrdered(at, ANNAS, str(ANNA), RECIPE, 1_801_465_200_000, f"lead (entry {site.books.size})"))
    bind(site, ANNAS)
    for step in STEPS:
        hand_over(site, at=step)
    printed(site, count=1)
    apply(site)
    return site


def certify(site: Site) -> None:
    """As the record would have brought it there."""
    site.books.batches.get(ANNAS).state = "quality reviewed"
    site.append(Act(site.clock.wall, "release certify", actor="qp", object=f"batch {ANNAS}", batch=ANNAS))
    batch = site.books.batches.get(ANNAS)
    assert batch.state == CERTIFIED


def test_a_dose_that_is_not_certified_is_not_told_of(site, axenic):
    made(site)
    code, _, err = told(site, axenic)
    assert (code, f"{ANNAS} is ordered, not certified" in err) == (4, True)
    assert not (site.folder / "dose.json").exists()


@pytest.mark.requirement("US-1271")
def test_a_certified_dose_goes_out_as_product_and_document_with_its_donation(site):
    from axenic.quality.fhir_product import bundle_of, product_refusals

    made(site)
    certify(site)
    assert product_refusals(site.books, ANNAS) == []
    bundle = bundle_of(site.books, ANNAS, b"%PDF-1.7 record", "https://axenic.example/records/1")
    product, document = (entry["resource"] for entry in bundle["entry"])
    BiologicallyDerivedProduct.model_validate(product)
    DocumentReference.model_validate(document)
    assert product["biologicalSourceEvent"]["value"] == ANNAS_CELLS.number
    assert product["request"] == [{"reference": "ServiceRequest/order-17"}]
    assert product["expirationDate"].startswith("2026-07-20T16:00")
    assert {i["value"] for i in product["identifier"]} == {str(ANNA), ANNAS}


def test_a_dose_of_which_it_is_in_doubt_whose_it_is_is_not_told_of(site):
    from axenic.quality.fhir_product import product_refusals

    made(site)
    certify(site)
    swapped(site, at="pack")
    assert any("in doubt" in text for text in product_refusals(site.books, ANNAS))


def test_a_record_that_is_none_and_a_place_that_cannot_be_written_are_findings(site, axenic):
    made(site)
    assert "the record is no PDF" in told(site, axenic, record=b"hello")[2]
    words = ("--record", site.folder / "no.pdf", "--address", "x", "--out", site.folder / "o.json")
    assert axenic("order", "product", ANNAS, "--journal", site.journal.place, *words)[0] == 3
    assert axenic("order", "product", "AX-9", "--journal", site.journal.place, *words)[0] in (3, 4)
