"""Plants of other sizes, and sites of modules."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from axenic.library.shelf import take
from axenic.notation.document import load, write
from axenic.plant.check import check_plant
from axenic.plant.plant import Plant
from axenic.twin.area import areas
from axenic.twin.question import Question
from axenic.twin.site import Site
from axenic.twin.sized import beside, renamed, sized
from tests.twin.tallies import given

CLUSTER = take(Plant, "robotic-cluster").value


def counts(plant):
    return {u.unit: u.count for u in plant.units}


@pytest.mark.parametrize("plant", ["robotic-cluster", "manual-suite", "point-of-care"])
@pytest.mark.parametrize("reactors", [1, 2, 16, 36])
def test_a_sized_plant_is_a_plant(plant, reactors):
    made = sized(take(Plant, plant).value, reactors)
    loaded = load(Plant, write(made), "made")
    assert not loaded.findings
    assert not check_plant(loaded.value, loaded.document)
    assert {i.interface for i in made.interfaces} >= {i.interface for i in made.interfaces if not i.program}


def test_everything_follows_the_reactors_and_spares_stay():
    large, small = sized(CLUSTER, 36), sized(CLUSTER, 2)
    assert counts(large)["wash"] == 6
    assert counts(large)["product-store"] == 120
    assert counts(small)["wash"] == 2
    assert sum(i.program == "vapour-airlock" for i in large.interfaces) == 6
    assert sum(i.program == "vapour-airlock" for i in small.interfaces) == 2
    known = {r.row: r.value for r in given()[2].rows}
    assert areas(large, known).classified == pytest.approx(3 * areas(CLUSTER, known).classified)
    assert areas(small, known).classified == pytest.approx(0.5 * areas(CLUSTER, known).classified)
    places = {p.bought: p.count for p in large.facility.equipment}
    assert places["reactor place in a stacked incubator"] == 36


def test_the_same_size_is_the_same_plant_and_none_is_refused():
    assert sized(CLUSTER, 12) is CLUSTER
    with pytest.raises(ValueError, match="0 reactors: at least one"):
        sized(CLUSTER, 0)


def test_modules_side_by_side_count_everything_and_have_names_of_their_own():
    known = {r.row: r.value for r in given()[2].rows}
    assert areas(beside(CLUSTER, 3), known).building == pytest.approx(3 * areas(CLUSTER, known).building)
    own = renamed(CLUSTER, "m2")
    assert {u.unit for u in own.units}.isdisjoint(counts(CLUSTER))
    assert not check_plant(own, load(Plant, write(own), "own").document)


def test_a_site_of_one_module_is_its_plant_and_three_are_no_different_in_rates_of_work():
    scenario, _ = Question("robotic-cluster", demand=200, years=0.5).scenario()
    one = Site(scenario, 1)
    named = dict(zip(one.names, one.run(1, 0), strict=True))
    assert [named[n] for n in scenario.names] == list(scenario.run(1, 0))
    three = Site(replace(scenario, demand=600), 3)
    found = dict(zip(three.names, three.run(1, 0), strict=True))
    assert found["throughput.building"] == pytest.approx(named["throughput.building"], rel=0.25)
    assert found["operators.rota"] == pytest.approx(3 * named["operators.rota"])
    tally = three.tally(1, 0)
    assert len(tally.batches) > 200
    assert (
        tally.batches["patient"][tally.batches["attempt"] == 1] == np.flatnonzero(tally.batches["attempt"] == 1)
    ).all()
    assert three.digest != one.digest


def test_modules_share_lots_and_nothing_else():
    scenario, _ = Question("robotic-cluster", demand=600, years=0.5, changes=("bad lot=0.5",)).scenario(anyway=True)
    parts = Site(replace(scenario, remakes=False), 3).parts
    lost = []
    for part in parts:
        rows = part.tally(1, 0)[0].batches
        filled = rows[rows["filled"] >= 0]
        days = (filled["tested"] // (14 * 86_400_000)).tolist()
        bad = (filled["cause"] == 4).tolist()
        lost.append({d for d in set(days) if sum(b for x, b in zip(days, bad, strict=True) if x == d) > 1})
    assert lost[0] & lost[1] & lost[2], "the same lots are bad in every module"
