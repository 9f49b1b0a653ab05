"""Few batches: what can be told without a dose is told, and what is conditional on one says so."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from axenic.twin.economics import stack
from axenic.twin.figures import without_dose
from axenic.twin.predict import Way, predict
from axenic.twin.question import Question
from tests.twin.tallies import given, rows, tally_of


def test_batches_in_process_make_a_started_batch_no_cheaper():
    plant, recipe, assumptions = given()
    ended, going = (stack(tally_of(rows(19, 1, n), plant), plant, recipe, assumptions) for n in (0, 20))
    for name in ("materials", "leukapheresis"):
        assert going.slice_of_started(name) == pytest.approx(ended.slice_of_started(name))
    assert going.for_started == pytest.approx(going.full * 19 / 20)


def test_a_replication_in_which_all_is_lost_counts_as_a_failure():
    plant, _, _ = given()
    found = without_dose(tally_of(rows(0, 3, cause=2), plant))
    assert found["failure.all"] == found["failure.operation"] == 1
    assert found["doses.year"] == 0 and found["batches.year"] == pytest.approx(3, rel=0.01)
    assert "failure.all" not in without_dose(tally_of(rows(0, 0, 2), plant)) and "cost.full" not in found


def test_at_low_demand_failure_is_told_of_all_and_cost_says_that_it_is_conditional():
    scenario, loading = Question("robotic-cluster", demand=4.0, years=0.5, changes=("receipt failure=0.5",)).scenario()
    found = predict(replace(scenario, remakes=False), loading, Way(reps=24))
    assert 0 < found.with_dose < 24
    cost, failure = found.results.figure("cost.full"), found.results.figure("failure.all")
    barren = np.isnan(cost) & (failure == 1)
    assert barren.any(), "a replication with nothing but losses counts"
    assert found.figures["failure.all"].mean > np.nanmean(failure[np.isfinite(cost)])
    words = f"of the {found.with_dose} of 24 replications with a dose"
    assert words in str(found.table()) and words in found.to_data()["notes"][0] and words in found.to_report().note
    assert not math.isnan(found.figures["cost.full"].mean)
