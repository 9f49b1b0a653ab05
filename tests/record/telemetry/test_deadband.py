"""Exception reporting leaves out only what says nothing new."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from axenic.plant.tag import Between
from axenic.record.telemetry.deadband import Deadband
from axenic.record.telemetry.reading import BAD, BAD_NO_COMMUNICATION, GOOD, Reading
from tests.record.telemetry.conftest import SECOND, tag_of

VALUES = st.one_of(
    st.tuples(st.floats(-5, 5), st.sampled_from([GOOD, GOOD, GOOD, BAD])),
    st.tuples(st.none(), st.just(BAD_NO_COMMUNICATION)),
)
SOURCE = st.lists(st.tuples(st.integers(1, 40), VALUES), max_size=60)


def readings(source):
    at, found = 0, []
    for step, (value, quality) in source:
        at += step * SECOND
        found.append(Reading("t", at, value, quality))
    return found


def filtered(tag, given_):
    band = Deadband(tag)
    return [kept for reading in given_ for kept in band.take(reading)]


@given(SOURCE, st.floats(0, 2), st.sampled_from(list(Between)))
def test_what_is_left_out_lies_within_the_deadband_of_the_kept_one_before_it_and_is_as_good(source, deadband, between):
    given_ = readings(source)
    kept = filtered(tag_of(deadband=deadband, between=between), given_)
    assert kept == sorted(set(kept), key=given_.index)  # a part of what was given, in its order, nothing twice
    for reading in set(given_) - set(kept):
        before = max((k for k in kept if k.at < reading.at), key=lambda k: k.at)
        assert before.quality == reading.quality
        assert not reading.good or abs(reading.value - before.value) <= deadband


@given(SOURCE, st.floats(0, 2))
def test_a_line_through_what_is_kept_is_off_by_twice_the_deadband_at_most(source, deadband):
    given_ = [r for r in readings(source) if r.good]
    kept = filtered(tag_of(deadband=deadband), given_)
    for reading in given_:
        after = next((k for k in kept if k.at >= reading.at), None)
        if after is None or after.at == reading.at:
            continue
        before = max((k for k in kept if k.at < reading.at), key=lambda k: k.at)
        share = (reading.at - before.at) / (after.at - before.at)
        line = before.value + share * (after.value - before.value)
        assert abs(line - reading.value) <= 2 * deadband + 1e-9


@given(SOURCE)
def test_a_reading_is_kept_at_least_as_often_as_the_tag_says(source):
    given_ = readings(source)
    kept = filtered(tag_of(deadband=1e9, longest_s=60), given_)
    times = {k.at for k in kept}
    for reading in given_:
        before = max((t for t in times if t <= reading.at), default=None)
        assert before is not None
        assert reading.at - before < 60 * SECOND


@given(SOURCE)
def test_every_change_of_quality_is_kept_with_the_last_reading_before_it(source):
    given_ = readings(source)
    kept = filtered(tag_of(deadband=1e9, between=Between.STEP, longest_s=10_000), given_)
    for before, after in itertools.pairwise(given_):
        if before.quality != after.quality:
            assert {before, after} <= set(kept)


def test_a_late_reading_is_kept():
    band = Deadband(tag_of(deadband=10))
    assert band.take(Reading("t", 9, 1.0)) == [Reading("t", 9, 1.0)]
    assert band.take(Reading("t", 12, 1.0)) == []
    assert band.take(Reading("t", 10, 1.0)) == [Reading("t", 10, 1.0)]


def test_a_text_is_kept_when_it_changes():
    band = Deadband(tag_of(between=Between.STEP))
    given_ = [Reading("t", n, text) for n, text in enumerate(("idle", "idle", "execute", "execute", "held"))]
    kept = [k for reading in given_ for k in band.take(reading)]
    assert [k.value for k in kept] == ["idle", "execute", "held"]
