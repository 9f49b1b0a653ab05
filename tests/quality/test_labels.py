"""Labels: printed for this bond only, read back, put on by a match, and every one of them accounted for."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings

from axenic.identity.code import new_coi
from axenic.identity.vault import Vault
from tests.identity.codes import ANNA, ANNAS_CELLS, hostile
from tests.quality.bound import ANNAS, BRUNOS, COIS, bag, both, dose, label_file, tried, wrist
from tests.quality.site import Site


@pytest.fixture
def site(site):
    """A site with Anna's and Bruno's batches bound."""
    return both(site)


def printed(site: Site, batch: str = ANNAS, count: int = 3):
    out = site.folder / f"label-{batch}.png"
    return site.do("op", "label print", of_batch=batch, file=label_file(site.folder, batch), out=str(out), count=count)


def symbol(site: Site, batch: str = ANNAS) -> str:
    """The printed symbol, as a scanner reads it from the label."""
    serial = "1" if batch == ANNAS else "2"
    return next(f"]d2{s}" for s in site.books.labels.get(batch, serial).symbols if not s.startswith("="))


def apply(site: Site, **changed):
    given_ = {"of_batch": ANNAS, "container": bag(ANNAS_CELLS), "other": symbol(site)}
    return site.do("op", "label apply", **given_ | changed)


@pytest.mark.requirement("P4-AUT", "US-1271")
def test_a_label_is_printed_read_back_and_on_record_with_digest_symbols_and_count(site):
    act = printed(site)
    document = (site.folder / f"label-{ANNAS}.png").read_bytes()
    assert (act.new["digest"], act.new["count"]) == (sha256(document).hexdigest(), 3)
    assert ANNAS_CELLS.symbol in act.new["symbols"]
    assert any(str(ANNA) in text for text in act.new["symbols"])


@pytest.mark.requirement("US-1271c")
def test_a_label_with_a_word_of_the_person_is_not_printed_and_the_word_not_repeated(site):
    with Vault(site.safe.vault) as vault:
        vault.keep(ANNA, {"family name": "Exemplocel"})
    given_ = {"of_batch": ANNAS, "file": label_file(site.folder), "out": str(site.folder / "l.png")}
    assert site.refused("op", "label print", **given_) == (
        "a word of the patient's field 'family name' stands on the label",
    )
    assert not (site.folder / "l.png").exists()


@pytest.mark.parametrize(
    ("changed", "because"),
    [
        ({"batch": "AX-9"}, "batch is not that of the bond"),
        ({"coi": str(new_coi(b"chance of Clara's code"))}, "code is not that of the bond"),
        ({"coi": "COI-AAAA"}, "code or donation is not that of the bond"),
        ({"donations": "[A9999 26 000088 *]"}, "donation is not that of the bond"),
        ({"serial": '"7"'}, "serial is not that of the bond"),
        ({"gtin": '"00000000000000"'}, "GTIN is not that of the bond"),
        ({"product": '""'}, "product is missing"),
        ({"rules": "mars"}, "AX0653"),
        ({"label": "[1"}, "the file holds no label (AX0002"),
    ],
)
def test_a_label_of_another_bond_or_without_what_it_must_say_is_not_printed(site, changed, because):
    given_ = {"of_batch": ANNAS, "file": label_file(site.folder, **changed), "out": str(site.folder / "l.png")}
    assert any(because in text for text in site.refused("op", "label print", **given_))


@pytest.mark.parametrize(
    "changed",
    [{"out": "l.doc"}, {"out": "/nowhere/l.png"}, {"count": 0}, {"count": 21}, {"file": ""}, {"file": "none.yaml"}],
)
def test_nonsense_is_refused(site, changed):
    given_ = {"of_batch": ANNAS, "file": label_file(site.folder), "out": str(site.folder / "l.png")} | changed
    assert site.refused("op", "label print", **given_)


@pytest.mark.requirement("P4-AUT")
def test_printed_is_applied_and_destroyed_or_the_batch_stays(site):
    printed(site)
    assert site.books.labels.blockers(ANNAS) == [f"labels of {ANNAS}, serial 1: 3 printed, 0 applied, 0 destroyed"]
    apply(site)
    rest = {"of_batch": ANNAS, "serial": "1"}
    assert "2 labels" in site.refused("op", "label destroy", second="op2", count=3, **rest)[0]
    assert "a second person" in site.refused("op", "label destroy", count=2, **rest)[0]
    site.do("op", "label destroy", second="op2", count=2, reason="spare", **rest)
    assert site.books.labels.blockers(ANNAS) == []
    assert "all 3 labels of serial 1 are accounted for" in site.refused(
        "op", "label apply", of_batch=ANNAS, container=bag(ANNAS_CELLS), other=symbol(site)
    )


def test_a_container_whose_labels_were_all_destroyed_has_none(site):
    printed(site, count=1)
    site.do("op", "label destroy", second="op2", of_batch=ANNAS, serial="1")
    assert site.books.labels.blockers(ANNAS) == [f"no label is on container 1 of {ANNAS}"]


@pytest.mark.requirement("ATT-23")
def test_swapped_labels_hold_both_batches_and_count_as_not_applied(site):
    printed(site)
    printed(site, BRUNOS)
    act = apply(site, other=symbol(site, BRUNOS))
    assert (act.new["outcome"], act.new["batches"]) == ("mismatch", [ANNAS, BRUNOS])
    assert {site.books.labels.get(b, s).applied for b, s in ((ANNAS, "1"), (BRUNOS, "2"))} == {0}
    assert all(site.books.handovers.stopped_by(b) for b in (ANNAS, BRUNOS))


def test_a_symbol_that_was_not_printed_here_is_not_applied(site):
    printed(site)
    given_ = {"of_batch": ANNAS, "container": bag(ANNAS_CELLS), "other": dose(ANNAS, "1", ANNA)}
    assert "was not printed here" in site.refused("op", "label apply", **given_)[0]
    assert "was not printed here" in site.refused("op", "label apply", **given_ | {"other": wrist(COIS[ANNAS])})[0]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=hostile, two=hostile)
def test_no_scan_raises(site, one, two):
    given_ = {"of_batch": ANNAS, "container": one, "other": two}
    assert not tried(site, "op", "label apply", **given_) or not site.books.handovers.of(ANNAS)[-1].matched
    tried(site, "op", "label destroy", second="op2", of_batch=ANNAS, serial=one)
