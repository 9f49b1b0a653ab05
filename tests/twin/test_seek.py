"""Target seeking: the smallest number that meets the target, with the confidence asked for, and no false promise."""

from __future__ import annotations

import pytest

from axenic.twin.seek import Shown, Target, seek
from tests.twin.models import NAN, Formula, Known


def days(n):
    return 20.0 - n


def doses(n):
    return 10.0 * n


def robots(of=days, sd=1.0):
    return lambda n: Formula(of, (("n", n),), sd)


def test_the_smallest_number_is_found_and_the_one_before_is_shown_to_miss():
    found = seek(robots(), Target("figure", 14.5), 1, 20)
    assert found.at.number == 6 and found.at.shown is Shown.MET
    assert found.at.interval.high <= 14.5 < found.below.interval.low
    assert found.below.number == 5 and found.below.shown is Shown.MISSED
    assert len(found.tried) <= 6 and str(found).startswith("6: figure is 1")


def test_a_target_may_be_a_least_and_a_quantile_over_replications():
    assert seek(robots(doses), Target("figure", 55.0, at_most=False), 1, 100).at.number == 6
    found = seek(robots(sd=2.0), Target("figure", 14.0, quantile=0.9), 1, 20)
    assert found.at.number == 9  # 20 - n + 1.2816 x 2 <= 14
    assert found.below.number == 8


def test_the_first_number_may_be_enough_and_even_the_last_too_little():
    first = seek(robots(), Target("figure", 30.0), 1, 20)
    assert first.at.number == 1 and first.below is None
    never = seek(robots(), Target("figure", -5.0), 1, 20)
    assert never.at is None and len(never.tried) == 1
    assert str(never).startswith("not reached up to 20: figure is ")


def test_what_cannot_be_told_with_so_few_replications_is_left_open_and_not_promised():
    found = seek(robots(sd=5.0), Target("figure", 14.0), 1, 20, most=40)  # 6 meets it exactly: nobody can tell
    assert found.at.number > 6 and found.below.shown is Shown.OPEN


def test_wrong_verdicts_are_rarer_than_one_in_twenty():
    wrong = 0
    for seed in range(150):
        found = seek(robots(sd=2.0), Target("figure", 14.2), 1, 16, seed=seed, most=400)
        wrong += any(t.shown is (Shown.MISSED if t.number >= 6 else Shown.MET) for t in found.tried)
    assert wrong / 150 <= 0.05


def rare(n):
    return n == 40


def never(n):
    return NAN


def test_an_event_not_seen_yet_shows_nothing():
    found = seek(lambda n: Known(of=rare), Target("figure", 0.001), 1, 1, most=80)
    assert found.at is None and found.tried[0].shown is Shown.OPEN
    assert seek(lambda n: Known(of=never), Target("figure", 1.0), 1, 1, most=20).tried[0].shown is Shown.OPEN


def test_nonsense_is_refused():
    for low, high, words in ((5, 4, {}), (1, 4, {"least": 1}), (1, 4, {"most": 5}), (1, 4, {"confidence": 0.0})):
        with pytest.raises(ValueError, match="a search needs"):
            seek(robots(), Target("figure", 1.0), low, high, **words)
    with pytest.raises(ValueError, match="no figure 'speed'"):
        seek(robots(), Target("speed", 1.0), 1, 4)
