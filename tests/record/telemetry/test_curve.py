"""A curve has every reading and every gap; reduced for drawing it looks the same."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from axenic.control.facts import BatchOrdered, ItemMoved
from axenic.control.orders import MoveItem
from axenic.library.shelf import text_of
from axenic.plant.plant import Plant
from axenic.record.entry import Document
from axenic.record.journal import Journal
from axenic.record.telemetry.columns import Columns
from axenic.record.telemetry.curve import Curve, Gap
from axenic.record.telemetry.reading import BAD, BAD_NO_COMMUNICATION, BAD_NO_DATA, GOOD, Reading
from tests.record.telemetry.conftest import NAMES, NOON, SECOND, TUESDAY, readings_of, tag_of

POINTS = st.lists(st.tuples(st.integers(1, 9), st.floats(-9, 9), st.sampled_from([GOOD] * 6 + [BAD])), max_size=200)


def curve_of(points, tag=None):
    at, rows = 0, []
    for step, value, quality in points:
        at += step
        rows.append((at, value, None, quality))
    return Curve.of(tag or tag_of(longest_s=1_000), Columns.of(rows))


def joined(curve):
    """The pairs of points that a drawing joins: good ones with nothing bad between them."""
    good = np.isfinite(curve.columns.values)
    times = curve.columns.times.tolist()
    return [(times[n], times[n + 1]) for n in range(len(times) - 1) if good[n] and good[n + 1]]


def pixels(curve, first, last, width):
    """Least and greatest value of each pixel column, and the values at its edges."""
    found = {}
    good = np.isfinite(curve.columns.values)
    for at, value in zip(curve.columns.times[good].tolist(), curve.columns.values[good].tolist(), strict=True):
        pixel = min(int((at - first) / max(last - first, 1) * width), width - 1)
        low, high, begin, _ = found.get(pixel, (value, value, (at, value), None))
        found[pixel] = (min(low, value), max(high, value), begin, (at, value))
    return found


@given(POINTS, st.integers(1, 12))
def test_a_reduced_curve_has_the_first_last_least_and_greatest_value_of_every_pixel(points, width):
    curve = curve_of(points)
    small = curve.reduced(width)
    if not len(curve):
        return
    first, last = int(curve.columns.times[0]), int(curve.columns.times[-1])
    assert pixels(small, first, last, width) == pixels(curve, first, last, width)
    assert len(small) <= max(4 * width, 8 * width + 1)
    assert set(small.columns.times.tolist()) <= set(curve.columns.times.tolist())


@given(POINTS, st.integers(1, 12))
def test_a_reduced_curve_joins_nothing_over_a_gap(points, width):
    curve = curve_of(points)
    small = curve.reduced(width)
    bad = curve.columns.times[~np.isfinite(curve.columns.values)].tolist()
    for begin, end in joined(small):
        assert not [at for at in bad if begin < at < end]
    kept_good = small.columns.times[np.isfinite(small.columns.values)].tolist()
    for begin, end in itertools.pairwise(kept_good):  # and opens none that was not there
        if not [at for at in bad if begin < at < end]:
            assert (begin, end) in joined(small)


def test_a_gap_lasts_from_the_reading_that_says_so_to_the_next_good_one():
    rows = [
        (0, 1.0, None, GOOD),
        (1, None, None, BAD_NO_COMMUNICATION),
        (5, 9.0, None, BAD),
        (9, 2.0, None, GOOD),
        (10, None, None, BAD),
    ]
    curve = Curve.of(tag_of(), Columns.of(rows))
    assert curve.gaps() == [Gap(1, 9, BAD_NO_COMMUNICATION), Gap(10, None, BAD)]
    assert curve.to_data()["values"] == [1.0, None, None, 2.0, None]


def test_readings_that_just_stop_leave_a_gap_and_one_that_is_late_does_not():
    tag = tag_of(longest_s=10)
    times = [0, 10, 30, 51, 60]
    curve = Curve.of(tag, Columns.of([(t * SECOND, 1.0, None, GOOD) for t in times]))
    assert curve.gaps() == [Gap(40 * SECOND, 51 * SECOND, BAD_NO_DATA)]


def test_readings_that_stop_before_the_end_of_what_was_asked_for_leave_a_gap_up_to_it():
    tag, rows = tag_of(longest_s=10), [(t * SECOND, 1.0, None, GOOD) for t in (0, 10)]
    assert Curve.of(tag, Columns.of(rows), 30 * SECOND).gaps() == []
    late = Curve.of(tag, Columns.of(rows), 31 * SECOND)
    assert [(gap.start, gap.quality) for gap in late.gaps()] == [(20 * SECOND, BAD_NO_DATA)]


def test_a_curve_runs_over_archives_and_buffer_and_both_ends_belong_to_it(site):
    given_ = readings_of(TUESDAY - 30 * SECOND, 60, NAMES[:1])
    site.take(given_)
    site.compact(before=TUESDAY)
    assert site.kept(NAMES[0], TUESDAY - 5 * SECOND, TUESDAY + 5 * SECOND) == given_[25:36]
    assert site.kept(NAMES[0], TUESDAY - 5 * SECOND, TUESDAY - 5 * SECOND) == given_[25:26]
    assert site.kept(NAMES[0], TUESDAY + 60 * SECOND) == []
    assert site.kept("nobody.knows") == []


def test_the_curves_of_a_batch_are_those_of_where_it_was_while_it_was_there(file_site):
    noon = NOON // 1000
    moves = [
        MoveItem(1, noon + 10_000, "robot-core", "AX-1:cells", "AX-1", "airlock-1", "reactor-3", "AX-1/passage-1"),
        MoveItem(2, noon + 40_000, "robot-core", "AX-1:cells", "AX-1", "reactor-3", "wash-1", "AX-1/passage-2"),
    ]
    things = [
        Document("plant", "robotic-cluster", text_of(Plant, "robotic-cluster")[0]),
        BatchOrdered(noon, "AX-1", "COI-1", "car-t", noon + 9_000),
        moves[0],
        ItemMoved(noon + 15_000, 1),
        moves[1],
        ItemMoved(noon + 45_000, 2),
        MoveItem(3, noon + 50_000, "robot-core", "AX-1:cells", "AX-1", "wash-1", "airlock-1", "AX-1/passage-3"),
        ItemMoved(noon + 51_000, 3),
    ]
    journal = Journal.open(file_site.place)
    journal.append(things)
    journal.close()
    names = ("airlock-1.peroxide", "reactor-3.oxygen", "reactor-4.oxygen", "core.particles 0.5 um", "qc.x")
    file_site.take([Reading(n, NOON + s * SECOND, float(s)) for s in range(-5, 60) for n in names])
    curves = file_site.curves()
    found = [(c.tag.name, [round((t - NOON) / SECOND) for t in c.columns.times]) for c in curves.batch("AX-1")]
    curves.close()
    assert found == [
        ("airlock-1.peroxide", list(range(16))),
        ("airlock-1.peroxide", list(range(50, 60))),  # it came back, and is still there
        ("core.particles 0.5 um", list(range(10, 52))),  # the zone of reactor and wash unit
        ("reactor-3.oxygen", list(range(10, 46))),
    ]
