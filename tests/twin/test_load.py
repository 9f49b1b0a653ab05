"""Offered load: a plant that cannot do what is ordered is told so before anything long is run."""

from __future__ import annotations

import pytest

from axenic.twin.load import load
from axenic.twin.question import Question, Unanswerable


def test_the_reactors_of_the_cluster_are_used_up_first_and_the_load_is_in_proportion_to_the_demand():
    scenario, loading = Question("robotic-cluster", demand=100).scenario()
    assert loading.busiest.resource == "reactor"
    assert 260 < loading.busiest.hours < 320, "about 12 days"
    assert loading.capacity == pytest.approx(12 * 8760 / loading.busiest.hours)
    assert loading.at(200).busiest.share == pytest.approx(2 * loading.busiest.share)
    assert load(scenario) == loading


def test_lines_that_can_do_the_same_are_one_resource():
    _, loading = Question("manual-suite").scenario()
    assert "bench-a + bench-b" in {x.resource for x in loading.loads}
    assert loading.busiest.share == pytest.approx(0.8)


def test_an_overload_names_the_resource_and_the_demand_and_can_be_simulated_anyway():
    question = Question("robotic-cluster", demand=1000)
    with pytest.raises(Unanswerable, match=r"1,000 batches a year take 2\d\d% of unit reactor") as caught:
        question.scenario()
    assert caught.value.findings[0].code == "AX0714"
    assert caught.value.loading is not None and caught.value.loading.overloaded
    scenario, loading = question.scenario(anyway=True)
    assert scenario.demand == 1000
    assert loading.overloaded


def test_twice_the_reactors_can_do_twice_as_much():
    _, one = Question("robotic-cluster").scenario()
    _, two = Question("robotic-cluster", changes=("reactors=24",)).scenario()
    assert two.capacity == pytest.approx(2 * one.capacity, rel=0.02)


def test_persons_count_by_their_share_of_the_week_on_duty():
    scenario, loading = Question("manual-suite").scenario()
    crews = [m for m in scenario.plant.movers if "operator" in m.mover]
    assert any(m.shifts for m in crews)
    (pool,) = (x for x in loading.loads if "operator" in x.resource)
    assert 1 <= pool.count < sum(m.count for m in crews)
