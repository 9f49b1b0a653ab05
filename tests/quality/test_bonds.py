"""A batch is bound to its patient once; nothing of one patient is ever bound to another."""

from __future__ import annotations

import pytest

from axenic.quality.review import flags_of
from tests.identity.codes import ANNA, ANNAS_CELLS, BRUNO, BRUNOS_CELLS, GTIN
from tests.quality.bound import ANNAS, BRUNOS, COIS, RECIPE, bag, bind, both, cleared, ordered, swapped
from tests.quality.site import Site

WHO = {"of_batch": ANNAS, "coi": str(ANNA), "din": (str(ANNAS_CELLS),)}


def not_bound(site: Site, **changed) -> tuple[str, ...]:
    return site.refused("op", "identity bind", second="op2", **WHO | changed)


@pytest.mark.requirement("P4-AUT", "US-1271")
def test_a_batch_is_bound_at_receipt_to_pseudonym_donation_lot_and_containers(site):
    ordered(site, ANNAS)
    act = bind(site, ANNAS, din=(bag(ANNAS_CELLS),))
    assert act.new["second"]["user"] == "op2"
    bond = site.books.bonds.get(ANNAS)
    assert (bond.coi, {d.number for d in bond.dins}, bond.lot) == (ANNA, {ANNAS_CELLS.number}, ANNAS)
    assert site.books.bonds.of(("serial", GTIN, "1")) == [ANNAS]


def test_one_person_alone_does_not_bind(site):
    ordered(site, ANNAS)
    assert "a second person" in site.refused("op", "identity bind", **WHO)[0]


@pytest.mark.parametrize(
    ("changed", "because"),
    [
        ({"of_batch": "AX-9"}, "no ordered batch"),
        ({"coi": str(BRUNO)}, "ordered for another patient"),
        ({"coi": "Anna Überacker"}, "--coi holds no such code (AX0651)"),
        ({"coi": f"{str(ANNA)[:-1]}2"}, "--coi holds no such code (AX0652)"),
        ({"din": ()}, "at least one donation"),
        ({"din": ("A9999 26 000001 9",)}, "--din holds no such code (AX0652)"),
        ({"din": ("A999926000001",)}, "--din holds no such code (AX0652)"),
        ({"gtin": "09506000134353"}, "check digit"),
        ({"serial": ("1",)}, "give its GTIN"),
        ({"gtin": GTIN, "serial": ("1", "1")}, "each once"),
        ({"lot": "Ä"}, "a lot has"),
        ({"lot": "x" * 21}, "a lot has"),
    ],
)
def test_what_makes_no_bond_is_refused_with_its_reason_and_repeats_no_name(site, changed, because):
    ordered(site, ANNAS)
    found = not_bound(site, **changed)
    assert any(because in text for text in found), found
    assert not any("berack" in text for text in found)


@pytest.mark.requirement("P4-AUT")
def test_a_donation_a_lot_or_a_serial_of_one_patient_is_never_bound_to_another(site):
    ordered(site, ANNAS, BRUNOS)
    bind(site, ANNAS)
    other = {"of_batch": BRUNOS, "coi": str(BRUNO)}
    assert "belongs to another patient" in not_bound(site, **other)[0]
    own = other | {"din": (str(BRUNOS_CELLS),)}
    assert not_bound(site, **own, lot=ANNAS) == (f"lot {ANNAS} is of {ANNAS}",)
    assert not_bound(site, **own, gtin=GTIN, serial=("1",)) == (f"serial 1 is of {ANNAS}",)
    assert "identity mismatch" in {f.kind for f in flags_of(site.books, BRUNOS)}


@pytest.mark.requirement("P4-AUT")
def test_a_bond_is_made_anew_only_on_a_closed_deviation_and_by_quality_and_the_old_one_stays(site):
    both(site)
    again = {**WHO, "gtin": GTIN, "serial": ("3",)}
    assert "needs the role QA reviewer" in site.refused("op", "identity bind", second="op2", **again)[0]
    assert "only by a deviation" in site.refused("qa", "identity bind", second="lead", **again)[0]
    swapped(site)
    seq = site.books.trail.lines[-1].seq
    site.do("op", "deviation open", of_batch=BRUNOS, what="x", contained="y")
    open_ = again | {"deviation": "DEV-0001"}
    assert "not a closed deviation" in site.refused("qa", "identity bind", second="lead", **open_)[0]
    name = cleared(site, seq)
    act = site.do("qa", "identity bind", second="lead", **again, deviation=name)
    assert (act.old["serials"], act.new["serials"]) == (["1"], ["3"])
    assert site.books.bonds.of(("serial", GTIN, "1")) == []
    assert site.books.bonds.of(("serial", GTIN, "3")) == [ANNAS]
    assert "another bond" in site.refused("qa", "identity bind", second="lead", **again, deviation=name)[0]


def test_where_batches_are_bound_one_that_is_not_must_not_leave(site):
    ordered(site, ANNAS, BRUNOS)
    assert site.books.bonds.blockers(BRUNOS) == []
    bind(site, ANNAS)
    assert site.books.bonds.blockers(ANNAS) == []
    assert "is not bound" in site.books.blockers(BRUNOS)[0]


def test_a_batch_that_was_only_asked_for_is_known_by_its_order(site):
    from axenic.record.entry import Document

    site.append(Document("recipe", RECIPE, "recipe: x", site.clock.wall))
    typed = str(COIS[ANNAS]).replace("-", "").lower()
    site.do("lead", "order place", order=ANNAS, patient=typed, recipe=RECIPE, due="2027-01-15")
    bind(site, ANNAS)
    assert site.books.bonds.get(ANNAS).coi == ANNA
