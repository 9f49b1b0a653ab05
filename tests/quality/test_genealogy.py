"""From any code, lot or serial to the donor and to the dose, and nothing that is not of the chain."""

from __future__ import annotations

import json
from itertools import count

import pytest

from axenic.control.facts import BatchOrdered
from axenic.identity.code import new_coi
from axenic.identity.din import Din
from axenic.quality.books import Books
from axenic.quality.genealogy import Genealogy
from axenic.quality.permissions import shipped
from axenic.record.entry import Act, Entry
from tests.identity.codes import ANNA, ANNAS_CELLS, GTIN
from tests.quality.bound import ANNAS, BRUNOS, both, dose
from tests.quality.doses import STEP, begun
from tests.quality.site import START

MANY = 10_000
KITS = 40  # batches that share a kit lot


@pytest.fixture(scope="module")
def many():
    """Ten thousand bound batches with kit lots; what belongs to which, as it was made."""
    books, numbers = Books(shipped()), count(1)
    truth = []
    for n in range(MANY):
        batch, coi = f"B-{n:05}", str(new_coi(f"patient {n} of many".encode()))
        din, serial, lot, kit = f"A9999{26}{n:06}", f"S{n:05}", f"L{n:05}", f"K{n // KITS:04}"
        bond = {"coi": coi, "dins": [din], "lot": lot, "gtin": GTIN, "serials": [serial], "deviation": ""}
        entry = {"step": STEP, "name": "wash kit lot", "value": kit, "unit": "", "how": "scanned", "occurred": 0}
        things = (
            BatchOrdered(START, batch, coi, "car-t-9-day", START),
            Act(START, "identity bind", object=f"batch {batch}", batch=batch, new=bond),
            Act(START, "entry add", object=f"entry {batch}/{STEP}/wash kit lot", batch=batch, new=entry),
        )
        for thing in things:
            books.bonds.take(made := Entry(next(numbers), "act", thing))
            books.entries.take(made)
        truth.append((batch, coi, din, serial, lot, kit))
    return Genealogy(books), truth


@pytest.mark.requirement("P4-TR", "US-1271")
def test_in_ten_thousand_batches_every_code_leads_to_its_dose_and_back_to_its_donor(many):
    genealogy, truth = many
    for batch, coi, din, serial, lot, _ in truth[:: MANY // 500]:
        number = Din(din)
        codes = (batch, coi, number.symbol, str(number), serial, lot, dose(lot, serial, ANNA).replace(str(ANNA), coi))
        for code in codes:
            assert genealogy.batches(code) == [batch], code
        chain = genealogy.chain(batch)
        assert (chain.coi, chain.donations, chain.serials, chain.lot) == (coi, (din,), (serial,), lot)


@pytest.mark.requirement("P4-TR")
def test_a_lot_of_a_kit_leads_to_every_batch_it_went_into_and_to_no_other(many):
    genealogy, truth = many
    for kit in {row[-1] for row in truth}:
        assert genealogy.batches(kit) == [row[0] for row in truth if row[-1] == kit]


@pytest.mark.requirement("US-1271")
def test_the_trace_shows_donor_dose_and_materials_on_the_command_line(site, axenic):
    both(site)
    begun(site, ANNAS)
    site.do(
        "op",
        "entry add",
        of_batch=ANNAS,
        step=STEP,
        name="wash kit lot",
        value="K-7",
        how="scanned",
        scan="]C0K-7",
        second="op2",
    )
    for code in (str(ANNA), str(ANNAS_CELLS), "K-7", dose(ANNAS, "1", ANNA)):
        ended, out, err = axenic("identity", "trace", code, "--journal", site.journal.place, "--json")
        assert (ended, err) == (0, "")
        chains = json.loads(out)["chains"]
        assert [(c["batch"], c["donations"], c["lots"]) for c in chains] == [
            (ANNAS, [ANNAS_CELLS.number], ["wash kit lot K-7"])
        ]
    ended, out, _ = axenic("identity", "trace", BRUNOS, "--journal", site.journal.place)
    assert f"batch {BRUNOS}" in out
    assert axenic("identity", "trace", "nothing", "--journal", site.journal.place)[0] == 3
