"""Sequential stopping: narrow enough, not earlier than allowed, and honest about what was not reached."""

from __future__ import annotations

import numpy as np
import pytest

from axenic.twin.stopping import Rule, Wanted, run_until
from tests.twin.models import NAN, Known, Normal


def test_it_stops_at_the_first_look_at_which_all_wanted_figures_are_narrow_enough():
    wanted = [Wanted("cost", relative=0.05), Wanted("days", absolute=0.6)]
    found = run_until(Normal(), 1, wanted)
    n = len(found.rows)
    assert not found.missed and (n - 10) % 8 == 0
    assert found.intervals["cost"].half <= 0.05 * found.intervals["cost"].mean
    assert found.intervals["days"].half <= 0.6 and found.intervals["days"].n < n  # NaN is left out
    earlier = run_until(Normal(), 1, wanted, Rule(most=n - 8))
    assert earlier.missed and np.array_equal(earlier.rows, found.rows[:-8], equal_nan=True)


def test_it_gives_up_at_the_most_and_names_what_was_missed():
    found = run_until(Normal(), 1, [Wanted("cost", relative=0.5), Wanted("days", relative=1e-6)], Rule(most=21))
    assert found.missed == ("days",) and len(found.rows) == 21


def test_an_event_not_seen_yet_is_not_taken_for_impossible():
    rare = Known(of=at_thirty)
    found = run_until(rare, 1, [Wanted("figure", absolute=0.1)])
    assert len(found.rows) > 31 and found.intervals["figure"].mean > 0
    constant = run_until(Known(of=one), 1, [Wanted("figure", relative=0.1)])
    assert len(constant.rows) == 66 and not constant.missed  # the first look from 64 on


def at_thirty(n):
    return n == 30


def one(n):
    return 1


def undefined(n):
    return NAN


def test_a_figure_that_is_never_defined_is_missed():
    found = run_until(Known(of=undefined), 1, [Wanted("figure", absolute=1)], Rule(most=20))
    assert found.missed == ("figure",) and found.intervals["figure"].n == 0


def test_95_percent_intervals_still_cover_in_at_least_92_percent_when_stopped_so():
    wanted, rule = [Wanted("cost", relative=0.1)], Rule()
    found = [run_until(Normal(10, 3), seed, wanted, rule).intervals["cost"] for seed in range(500)]
    assert np.mean([i.low <= 10 <= i.high for i in found]) >= 0.92


def test_nonsense_is_refused():
    with pytest.raises(ValueError, match="nothing is wanted"):
        run_until(Normal(), 1, [])
    with pytest.raises(ValueError, match="no figure 'speed'; there are cost, days"):
        run_until(Normal(), 1, [Wanted("speed", relative=0.1)])
    for words in ({}, {"relative": -1.0}, {"absolute": 0.0}):
        with pytest.raises(ValueError, match="half-width above 0"):
            Wanted("cost", **words)
    for words in ({"least": 1}, {"batch": 0}, {"most": 5}):
        with pytest.raises(ValueError, match="a rule needs"):
            Rule(**words)
