"""A certified dose on its way: transport leaves its certificate alone, anything else voids it and keeps it here."""

from __future__ import annotations

from dataclasses import replace

import pytest

from axenic.control.facts import BatchOrdered
from axenic.quality.release import inway, void_certificate
from tests.quality.bound import ANNAS, ANNAS_CELLS, BRUNOS, COIS, STEPS, bag, bind, dose, hand_over, scans
from tests.quality.made import answered, masters, reviewed, run_of, state
from tests.quality.site import Site

HERE = "https://example.org/site/berlin"


@pytest.fixture
def site(site):
    """A site on which Anna's dose is bound, matched at every step, reviewed and certified."""
    things = (replace(t, patient=str(COIS[t.batch])) if isinstance(t, BatchOrdered) else t for t in run_of(2))
    site.append(*masters(), *things)
    for batch in (ANNAS, BRUNOS):
        bind(site, batch)
    for step in STEPS:
        hand_over(site, at=step)
    reviewed(answered(site))
    site.do("qp", "release certify", of_batch=ANNAS)
    return site


def void(site: Site) -> list[str]:
    return void_certificate(site.books, site.books.batches.get(ANNAS))


def deviates(site: Site) -> None:
    site.do("op", "deviation open", of_batch=ANNAS, what="the bag leaked", contained="set aside")


def closes(site: Site) -> None:
    site.do("qa", "deviation assess", deviation="DEV-0001", severity="minor")
    affected = tuple(site.books.relations.of(ANNAS))
    why = {"cause": "a cap", "impact": "none: the overwrap was wet", "cleared": affected}
    site.do("eng", "deviation investigate", deviation="DEV-0001", **why)
    site.do("qa2", "deviation close", deviation="DEV-0001", disposition="no effect")


@pytest.mark.requirement("A16-1")
def test_to_ship_a_dose_leaves_its_certificate_as_it_is(site):
    hand_over(site, at="ship")
    containers = {"container": (bag(ANNAS_CELLS),), "place": HERE}
    for verb in ("collect", "ship"):
        site.do("op", f"custody {verb}", of_batch=ANNAS, **containers)
    assert void(site) == []


@pytest.mark.requirement("A16-1", "US-192")
def test_a_deviation_after_the_certificate_makes_it_void_and_keeps_the_dose_here(site):
    deviates(site)
    assert "certify again or recall" in void(site)[0]
    because = site.refused("op", "handover match", of_batch=ANNAS, at="ship", **scans(ANNAS))
    assert because[0] == void(site)[0]
    assert "DEV-0001 is open: the bag leaked" in because
    bags = {"container": (dose(ANNAS, "1", COIS[ANNAS]),), "place": HERE}
    assert "DEV-0001 is open: the bag leaked" in site.refused("op", "custody ship", of_batch=ANNAS, **bags)
    assert set(because) == set(inway(site.books, site.books.batches.get(ANNAS), site.clock.wall))


@pytest.mark.requirement("ATT-23")
def test_a_dose_of_which_it_is_in_doubt_whose_it_is_does_not_ship(site):
    hand_over(site, BRUNOS, at="receipt", container=bag(ANNAS_CELLS))
    because = site.refused("op", "handover match", of_batch=ANNAS, at="ship", **scans(ANNAS))
    assert any("in doubt since entry" in text for text in because)


@pytest.mark.requirement("ATT-23")
def test_a_wrong_bag_at_shipping_is_on_record_though_the_certificate_is_void(site):
    deviates(site)
    act = hand_over(site, at="ship", container=dose(BRUNOS, "2", COIS[BRUNOS]))
    assert act.new["outcome"] == "mismatch"


@pytest.mark.requirement("A16-1")
def test_a_void_certificate_is_given_anew_when_all_is_closed_and_reviewed_again(site):
    deviates(site)
    assert "DEV-0001 is open: the bag leaked" in site.refused("qp", "release certify", of_batch=ANNAS)
    closes(site)
    assert any("is void" in text for text in site.refused("qp", "release certify", of_batch=ANNAS))
    site.do("lead", "review production", of_batch=ANNAS)
    site.do("qa", "review quality", of_batch=ANNAS)
    site.do("qa3", "review trail", of_batch=ANNAS)
    site.do("qp", "release certify", of_batch=ANNAS)
    assert (void(site), state(site)) == ([], "certified")
    hand_over(site, at="ship")


def test_nothing_ships_that_nobody_certified(site):
    bags = {"container": (dose(BRUNOS, "2", COIS[BRUNOS]),), "place": HERE}
    because = site.refused("op", "custody ship", of_batch=BRUNOS, **bags)
    assert f"{BRUNOS} is executed: only what is certified or supplied leaves" in because
