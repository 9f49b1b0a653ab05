"""Two bags are swapped while a plant runs: the engine holds both batches before anything touches them."""

from __future__ import annotations

import json

import pytest

from axenic.control.facts import HoldRequested
from axenic.control.orders import MoveItem, RunPhase
from axenic.record.journal import Journal, read_entries
from tests.identity.codes import ANNA, BRUNO, BRUNOS_CELLS
from tests.quality.bound import RECIPE, bind, hand_over, swapped
from tests.quality.site import Site

RUN = ("run", RECIPE, "--plant", "robotic-cluster", "--no-records", "--people", "--json")
ONE = "orders:\n  - {batch: AX-0000, patient: COI-0, ordered: 2026-01-05T06:00:00Z, due: 2026-02-04T06:00:00Z}\n"
ANNAS, BRUNOS = "AX-0001", "AX-0002"


@pytest.fixture
def plant(axenic, tmp_path):
    """A plant that has run one batch to its review; Anna's and Bruno's are ordered and bound, and not begun."""
    path, orders = tmp_path / "journal.db", tmp_path / "one.yaml"
    orders.write_text(ONE, "utf-8")

    def go_on():
        code, out, err = axenic(*RUN, "--orders", orders, "--journal", path)
        assert code == 0, err
        return {b["id"]: b for b in json.loads(out)["batches"]}

    go_on()
    site = Site(Journal.join(path), tmp_path).staffed()
    for batch, coi in ((ANNAS, ANNA), (BRUNOS, BRUNO)):
        site.do("lead", "order place", order=batch, patient=str(coi), recipe=RECIPE, due="2027-01-15")
        bind(site, batch)
    yield go_on, site
    site.bus.close()


def touched(site: Site, batch: str) -> list[str]:
    """What was done with a batch's cells or its things."""
    things = [e.thing for e in read_entries(site.journal.place)]
    return [type(t).__name__ for t in things if isinstance(t, RunPhase | MoveItem) and t.batch == batch]


@pytest.mark.requirement("P4-AUT", "ATT-23")
@pytest.mark.parametrize("typed", [False, True])
def test_a_swap_before_the_cells_go_in_stops_both_before_contact_and_nobody_lets_them_go_on(plant, typed):
    go_on, site = plant
    assert swapped(site).new["outcome"] == "mismatch"
    if typed:
        hand_over(site, ANNAS, container=str(BRUNOS_CELLS), typed="container", second="op2")
    go_on()
    site.bus.catch_up()
    facts = [e.thing for e in read_entries(site.journal.place) if isinstance(e.thing, HoldRequested)]
    assert {f.batch for f in facts} == {ANNAS, BRUNOS}
    assert all("identity mismatch" in f.reason for f in facts)
    for batch in (ANNAS, BRUNOS):
        assert touched(site, batch) == []
        held = [r for r in site.books.batches.get(batch).raised if r.kind == "batch held"]
        assert "identity mismatch" in held[0].text
        # in virtual time nobody decides in time: what was held too long is lost, and never touched
        assert "held longer than the recipe allows: identity mismatch" in site.books.batches.get(batch).reason
    go_on()
    assert touched(site, ANNAS) + touched(site, BRUNOS) == []


@pytest.mark.requirement("P4-AUT")
def test_without_a_swap_nothing_is_held(plant):
    go_on, site = plant
    hand_over(site, ANNAS)
    hand_over(site, BRUNOS)
    go_on()
    assert "RunPhase" in touched(site, ANNAS)
