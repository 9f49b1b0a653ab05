"""What was taken is kept once, by tag and time, and is there after the process was killed."""

from __future__ import annotations

import os
import signal
import sqlite3
from math import inf, nan

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from axenic.record.telemetry.buffer import Buffer
from axenic.record.telemetry.error import TelemetryError
from axenic.record.telemetry.reading import BAD, BAD_NO_COMMUNICATION, Reading, gaps
from tests.record.telemetry.conftest import MONDAY, NAMES, NOON, SECOND, Site, readings_of, tag_of


def test_readings_are_given_back_as_they_were_taken(site):
    given_ = readings_of(NOON, 200)
    site.take(given_)
    for name in NAMES:
        assert site.kept(name) == [r for r in given_ if r.tag == name]


def test_what_is_sent_again_is_kept_once_and_the_first_value_stays(site):
    given_ = readings_of(NOON, 80, NAMES[:1])
    site.take(given_)
    site.take([r._replace(value=-1.0) for r in given_[40:]] + readings_of(NOON + 80 * SECOND, 5, NAMES[:1]))
    kept = site.kept(NAMES[0])
    assert kept[:80] == given_
    assert len(kept) == 85


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.integers(0, 30), max_size=12), max_size=90), st.integers(0, 10**9))
def test_whatever_order_and_repeats_they_come_in_each_tag_and_time_is_there_once(
    tmp_path_factory, monkeypatch, groups, unique
):
    monkeypatch.setattr("axenic.record.telemetry.buffer._SETTLE", 40)  # so that some are sorted, and some not yet
    site = Site(tmp_path_factory.mktemp("site") / f"{unique}.db")
    buffer = Buffer(site.place, site.cluster)
    for n, group in enumerate(groups):
        buffer.take([Reading(f"u.{second % 3}", NOON + second * SECOND, float(n)) for second in group])
        buffer.flush()
    buffer.close()
    first: dict[int, float] = {}
    for n, group in enumerate(groups):
        for second in group:
            first.setdefault(second, float(n))
    for k in range(3):
        wanted = [(NOON + s * SECOND, v) for s, v in sorted(first.items()) if s % 3 == k]
        assert [(r.at, r.value) for r in site.kept(f"u.{k}")] == wanted


def test_a_second_is_written_when_the_next_one_comes_and_the_taker_is_told(file_site):
    buffer = Buffer(file_site.place, file_site.cluster)
    assert not buffer.take(readings_of(NOON, 1))
    assert buffer.take(readings_of(NOON + SECOND, 1))
    assert buffer.kept == buffer.taken == 6
    buffer.close()


def test_a_group_that_is_large_enough_is_written_at_once(file_site):
    buffer = Buffer(file_site.place, file_site.cluster)
    assert buffer.take([Reading(f"u-{n}.t", NOON, 1.0) for n in range(4_000)])
    buffer.close()


def test_a_lost_link_is_a_reading_of_its_own(site):
    site.take([*readings_of(NOON, 2), *gaps(NAMES, NOON + 2 * SECOND)])
    assert site.kept(NAMES[0])[-1] == Reading(NAMES[0], NOON + 2 * SECOND, None, BAD_NO_COMMUNICATION)


@pytest.mark.parametrize("value", [nan, inf, None])
def test_what_is_called_good_and_is_no_value_is_kept_as_bad(site, value):
    site.take([Reading("u.t", NOON, value)])
    assert site.kept("u.t") == [Reading("u.t", NOON, None, BAD)]


@pytest.mark.parametrize("quality", [BAD, BAD_NO_COMMUNICATION, 0x4000_0000])
def test_a_bad_or_uncertain_value_is_never_given_as_a_value(site, quality):
    site.take([Reading("u.t", NOON, 5.0, quality), Reading("u.s", NOON, "idle", quality)])
    assert [r.value for r in (*site.kept("u.t"), *site.kept("u.s"))] == [None, None]


@pytest.mark.parametrize(
    "wrong", [Reading("", 1, 1.0), Reading("t", -1, 1.0), Reading("t", 1 << 63, 1.0), Reading("t", 1, 1.0, 1 << 32)]
)
def test_what_is_no_reading_is_refused_with_its_whole_group(file_site, wrong):
    buffer = Buffer(file_site.place, file_site.cluster)
    with pytest.raises(ValueError, match="no reading"):
        buffer.take([*readings_of(NOON, 3), wrong])
    buffer.close()
    assert file_site.count() == 0


def test_a_text_that_a_database_cannot_hold_is_kept_as_well_as_it_can_be(site):
    site.take([Reading("u.s", NOON, "a\0b\ud800")])
    assert [r.value for r in site.kept("u.s")] == ["a?b?"]


def test_only_tags_that_are_not_critical_go_through_their_deadband(file_site):
    slow, critical = tag_of("u.slow", deadband=10), tag_of("u.fast", deadband=10, critical=True)
    given_ = [Reading(t, NOON + n * SECOND, n % 2.0) for n in range(30) for t in ("u.slow", "u.fast", "u.other")]
    file_site.take(given_, {t.name: t for t in (slow, critical)})
    assert [len(file_site.kept(t)) for t in ("u.slow", "u.fast", "u.other")] == [1, 30, 30]


def test_readings_wait_while_the_database_is_locked_and_are_written_when_it_is_free(file_site, monkeypatch):
    monkeypatch.setattr("axenic.record.telemetry.sqlite_link.PATIENCE_S", 0.01)
    buffer = Buffer(file_site.place, file_site.cluster)
    other = sqlite3.connect(file_site.place.beside(".telemetry"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(TelemetryError) as caught:
        buffer.take(readings_of(NOON, 3))
    assert caught.value.finding.code == "AX0331"
    other.execute("ROLLBACK")
    other.close()
    buffer.close()
    assert file_site.count() == 9


def test_more_than_can_be_held_is_refused(file_site, monkeypatch):
    monkeypatch.setattr("axenic.record.telemetry.buffer._MOST", 2)
    monkeypatch.setattr("axenic.record.telemetry.buffer._SPAN_US", 1 << 60)
    buffer = Buffer(file_site.place, file_site.cluster)
    buffer.take(readings_of(NOON, 1))
    with pytest.raises(TelemetryError, match="3 readings wait"):
        buffer.take(readings_of(NOON, 1))
    buffer.close()
    assert file_site.count() == 3


def test_the_newest_reading_of_each_tag_is_known_also_after_its_day_was_taken_out(site):
    site.take(readings_of(MONDAY, 5))
    newest = Reading(NAMES[0], MONDAY + SECOND * 4, 4 * 37 % 1000 / 8)
    for _ in range(2):
        curves = site.curves()
        assert len(curves.newest()) == 3
        assert curves.newest()[0] == newest
        curves.close()
        site.compact()
    assert site.count() == 0


def test_what_was_said_to_be_kept_is_there_after_a_kill_and_what_is_sent_again_is_not_doubled(site):
    given_ = readings_of(NOON, 300, NAMES[:2])
    reader, writer = os.pipe()
    process = os.fork()
    if process == 0:
        buffer = Buffer(site.place, site.cluster)
        for n in range(0, len(given_), 4):
            if buffer.take(given_[n : n + 4]):
                os.write(writer, b"k" * 4)
            if n == 400:
                os.kill(os.getpid(), signal.SIGKILL)
        os._exit(1)
    os.close(writer)
    assert os.waitpid(process, 0)[1] == signal.SIGKILL
    with os.fdopen(reader, "rb") as said:
        acknowledged = len(said.read())
    kept = [r for name in NAMES[:2] for r in site.kept(name)]
    assert 300 < acknowledged <= len(kept)
    assert set(given_[:acknowledged]) <= set(kept)
    site.take(given_)
    assert sorted(r for name in NAMES[:2] for r in site.kept(name)) == sorted(given_)
