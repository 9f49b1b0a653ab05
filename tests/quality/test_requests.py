"""What persons ask of a running plant becomes facts of the core, each once, whenever the engine comes to it."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest

from axenic.control.facts import AbortRequested, BatchOrdered, HoldRequested, ZoneAlarmed
from axenic.control.orders import DisposeBatch
from axenic.quality.requests import requests
from axenic.record.journal import Journal, read_entries
from tests.cli.conftest import ORDERS
from tests.quality.made import masters
from tests.quality.site import Site

RUN = ("run", "car-t-9-day", "--plant", "robotic-cluster", "--no-records")


class Kept:
    """A plant that was run once and staffed once; every test goes on with a copy."""

    def __init__(self, folder):
        self.folder, self.outcomes, self.clock, self.totp = folder, {}, None, {}

    def fill(self, go_on):
        self.outcomes = go_on(self.folder)
        site = Site(Journal.join(self.folder / "journal.db"), self.folder).staffed()
        self.clock, self.totp = site.clock, site.totp
        site.bus.close()


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return Kept(tmp_path_factory.mktemp("kept"))


@pytest.fixture
def plant(axenic, kept, tmp_path):
    """Six patients whose batches rest until persons have decided; a site with its staff on the same journal."""

    def go_on(folder=tmp_path):
        path = folder / "journal.db"
        code, out, err = axenic(*RUN, "--orders", ORDERS, "--journal", path, "--people", "--json")
        assert code == 0, err
        return {b["id"]: b for b in json.loads(out)["batches"]}

    if not kept.outcomes:
        kept.fill(go_on)
    shutil.copytree(kept.folder, tmp_path, dirs_exist_ok=True)
    go_on.outcomes = kept.outcomes
    journal = Journal.join(tmp_path / "journal.db")
    site = Site(journal, tmp_path, clock=replace(kept.clock), totp=dict(kept.totp))
    yield go_on, site
    site.bus.close()


def test_no_dose_is_released_before_a_person_has_decided(plant):
    go_on, _ = plant
    assert "released" not in {b["outcome"] for b in go_on.outcomes.values()}
    assert go_on() == go_on.outcomes


def test_an_abort_of_a_person_ends_the_batch_and_names_who_and_where_it_stands_on_record(plant):
    go_on, site = plant
    site.do("qa", "order abort", of_batch="AX-0002", reason="wrong bag thawed")
    seq = site.books.trail.lines[-1].seq
    go_on()
    entries = read_entries(site.journal.place)
    facts = [e.thing for e in entries if isinstance(e.thing, AbortRequested)]
    assert [(f.actor, f.reason) for f in facts] == [(f"qa (entry {seq})", "wrong bag thawed")]
    disposed = next(e.thing for e in entries if isinstance(e.thing, DisposeBatch) and e.thing.batch == "AX-0002")
    assert (disposed.outcome, "wrong bag thawed" in disposed.reason) == ("rejected", True)


def test_a_request_is_taken_once_however_often_the_engine_is_started(plant):
    go_on, site = plant
    site.do("op", "order hold", of_batch="AX-0003", reason="label smeared")
    for _ in range(3):
        go_on()
    assert sum(isinstance(e.thing, HoldRequested) for e in read_entries(site.journal.place)) == 1


def test_a_refused_request_asks_nothing(plant):
    _, site = plant
    assert "there is no batch" in site.refused("op", "order hold", of_batch="AX-9999", reason="x")[0]
    assert not requests(read_entries(site.journal.place), 0)


def test_a_new_dose_is_ordered_by_code_and_runs_with_the_others(plant):
    go_on, site = plant
    site.do("lead", "order place", order="AX-0007", patient="COI-7", recipe="car-t-9-day", due="2027-01-15")
    assert "AX-0007" in go_on()
    ordered = [e.thing for e in read_entries(site.journal.place) if isinstance(e.thing, BatchOrdered)]
    assert (ordered[-1].batch, ordered[-1].patient) == ("AX-0007", "COI-7")


def test_a_zone_that_a_person_does_not_believe_is_at_risk_for_the_core(plant):
    go_on, site = plant
    site.do("op", "zone alarm", zone="core", reason="door seal torn")
    go_on()
    facts = [e.thing for e in read_entries(site.journal.place) if isinstance(e.thing, ZoneAlarmed)]
    assert replace(facts[0], at=0, reason=facts[0].reason.partition(" (")[0]) == ZoneAlarmed(
        0, "core", "door seal torn"
    )


@pytest.mark.parametrize(
    ("name", "fields", "because"),
    [
        ("order place", {"order": "x y", "patient": "COI-1", "recipe": "car-t-9-day", "due": "2027-01-15"}, "no code"),
        ("order place", {"order": "AX-0001", "patient": "C", "recipe": "car-t-9-day", "due": "2027-01-15"}, "before"),
        ("order place", {"order": "AX-8", "patient": "C", "recipe": "none", "due": "2027-01-15"}, "no recipe"),
        ("order place", {"order": "AX-8", "patient": "C", "recipe": "car-t-9-day", "due": "soon"}, "no day to come"),
        ("order settle", {"number": 3}, "not in doubt"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_reason(plant, name, fields, because):
    _, site = plant
    assert any(
        because in text
        for text in site.refused("lead", name, **fields, **({"second": "qa"} if "settle" in name else {}))
    )


def test_a_zone_that_the_plant_does_not_have_is_refused(site):
    site.append(*masters())
    because = site.refused("op", "zone alarm", zone="NOWHERE", reason="door seal torn")
    assert "there is no zone 'NOWHERE'; there are: " in because[0] and "core" in because[0]
