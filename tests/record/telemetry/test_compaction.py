"""Days that have ended go into archives on record; nothing is lost or doubled, wherever the process is killed."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections import Counter

import pyarrow.parquet as pq
import pytest

from axenic.record.journal import Journal, read_entries
from axenic.record.telemetry.archive import COMMAND, archives_of, folder_of
from axenic.record.telemetry.buffer import Buffer, opened
from axenic.record.telemetry.compaction import Compaction
from axenic.record.telemetry.error import TelemetryError
from axenic.record.telemetry.hot_store import DAY_US, Closing
from axenic.record.telemetry.reading import Reading
from axenic.record.verify import verify
from tests.conftest import START
from tests.record.telemetry.conftest import MONDAY, NAMES, NOON, SECOND, TUESDAY, WEDNESDAY, readings_of, tag_of

SPARSE = int(os.environ.get("AXENIC_TELEMETRY_SPARSE", "40"))  # 1: killed at every step there is
TWO_DAYS = readings_of(TUESDAY - 20 * SECOND, 40)  # half of them on Monday, half on Tuesday


def kept(site, cluster=""):
    return sorted(r for name in NAMES for r in site.kept(name, cluster=cluster))


@pytest.mark.requirement("PI-5")
def test_a_day_that_has_ended_becomes_an_archive_that_is_on_record(site):
    site.take(TWO_DAYS)
    (monday,) = site.compact(before=TUESDAY + SECOND)
    assert (monday.name, monday.rows) == ("cluster/2026-01-05.parquet", 60)
    assert (monday.first, monday.last) == (TUESDAY - 20 * SECOND, TUESDAY - SECOND)
    assert site.count() == 60  # Tuesday has not ended
    (found,) = archives_of(read_entries(site.place))
    assert (found.sha256, found.root, found.fault(folder_of(site.place))) == (monday.sha256, monday.root, "")
    assert kept(site) == sorted(TWO_DAYS)
    assert site.compact(before=TUESDAY + SECOND) == []


def test_an_archive_is_plain_parquet_sorted_by_tag_and_time_that_says_what_it_is(site):
    site.take(TWO_DAYS)
    tag = tag_of(NAMES[0], critical=True)
    monday, tuesday = site.compact(tags={tag.name: tag})
    table = pq.read_table(tuesday.where(site.place))
    rows = [(row["tag"], row["at"]) for row in table.to_pylist()]
    assert rows == sorted(rows)
    assert table.schema.names == ["tag", "at", "value", "text", "quality"]
    assert b'"simulated": true' in table.schema.metadata[b"axenic"]
    assert b'"airlock-1.peroxide": ["degC", "linear", "critical"]' in table.schema.metadata[b"axenic"]
    assert pq.read_metadata(monday.where(site.place)).row_group(0).column(1).compression == "ZSTD"


def test_a_late_reading_makes_a_next_part_and_one_that_is_archived_already_makes_none(site):
    site.take(TWO_DAYS)
    site.compact()
    late = [Reading(NAMES[0], NOON, 1.0)]
    site.take([*late, *TWO_DAYS[:9]])
    (second,) = site.compact()
    assert (second.name, second.rows) == ("cluster/2026-01-05.2.parquet", 1)
    site.take([*late, *TWO_DAYS])
    assert site.compact() == []
    assert site.count() == 0
    assert kept(site) == sorted([*late, *TWO_DAYS])


def test_a_reading_that_comes_while_its_day_is_closed_is_not_taken_out_with_it(site):
    site.take(TWO_DAYS)
    store = opened(site.place)
    store.settle()
    store.begin_closing(Closing("cluster", MONDAY, 1))
    late = Reading(NAMES[0], NOON, 1.0)
    site.take([late])
    store.settle()
    store.close()
    assert [archive.rows for archive in site.compact()] == [60, 1, 60]
    assert kept(site) == sorted([late, *TWO_DAYS])


def test_clusters_have_archives_of_their_own(site):
    site.take(TWO_DAYS)
    site.take([r._replace(value=1.0) for r in TWO_DAYS], cluster="../suite 2")
    names = [archive.name for archive in site.compact(before=TUESDAY)]
    assert names == ["%2E%2E%2Fsuite 2/2026-01-05.parquet", "cluster/2026-01-05.parquet"]
    assert {r.value for r in kept(site, "../suite 2")} == {1.0}
    assert kept(site) == sorted(TWO_DAYS)


def test_an_archive_that_was_lost_before_its_day_was_removed_keeps_the_day_in_the_buffer(site):
    site.take(TWO_DAYS)
    store, journal = opened(site.place), Journal.join(site.place)
    store.settle()
    store.begin_closing(Closing("cluster", MONDAY, 1))
    done = Compaction(store, journal, {})._write(Closing("cluster", MONDAY, 1), [])
    journal.append([done.act(1)])
    store.close()
    journal.close()
    done.where(site.place).unlink()
    with pytest.raises(TelemetryError) as caught:
        site.compact()
    assert caught.value.finding.code == "AX0332"
    assert site.count() == 120


def test_one_process_compacts_at_a_time(file_site):
    file_site.take(TWO_DAYS)
    store = opened(file_site.place)
    with store.alone(), pytest.raises(TelemetryError, match="another process is compacting"):
        file_site.compact()
    store.close()
    assert len(file_site.compact()) == 2


def test_a_disk_that_takes_no_archive_leaves_every_reading_in_the_buffer(file_site):
    file_site.take(TWO_DAYS)
    file_site.place.beside(".curves").write_text("a file stands in the way")
    with pytest.raises(TelemetryError) as caught:
        file_site.compact()
    assert caught.value.finding.code == "AX0333"
    assert file_site.count() == 120
    file_site.place.beside(".curves").unlink()
    assert len(file_site.compact()) == 2
    assert kept(file_site) == sorted(TWO_DAYS)


class Steps:
    """Everything that a compaction does step by step, by its name; kills its process at one step of a name."""

    OWN = ("/record/telemetry/", "/record/journal.py", "/record/files.py", "_store.py")
    ACTS = ("run", "_finish", "begin_closing", "write", "append", "remove", "_remove_some", "settle")

    def __init__(self, name=None, nth=0):
        self.seen, self._name, self._nth = Counter(), name, nth

    def __call__(self, frame, event, argument):
        code = frame.f_code
        if not any(part in code.co_filename for part in self.OWN):
            return
        name = f"{event} {code.co_qualname} {getattr(argument, '__name__', '')}"
        self.seen[name] += 1
        if (name, self.seen[name]) == (self._name, self._nth):
            os.kill(os.getpid(), signal.SIGKILL)

    @classmethod
    def of_acts(cls, seen):
        """The first and last step of each name that lies between two things written, put on record or removed."""
        names = [n for n in seen if n.split()[0] in ("call", "return") and n.split()[1].rpartition(".")[2] in cls.ACTS]
        return [(name, nth) for name in names for nth in sorted({1, seen[name]})]


def in_a_process(work):
    """How a forked process ended that did some work, and what it wrote."""
    reader, writer = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            os.write(writer, str(work()).encode())
            os._exit(0)
        finally:
            os._exit(1)
    os.close(writer)
    status = os.waitpid(process, 0)[1]
    with os.fdopen(reader, "rb") as said:
        return status, said.read().decode()


@pytest.mark.requirement("PI-5")
def test_a_compaction_killed_at_any_step_loses_nothing_and_doubles_nothing(site):
    """A late reading first, so that the killed compaction also writes a second part."""

    def prepare(cluster):
        site.take(TWO_DAYS[:90], cluster=cluster)
        site.compact()
        site.take(TWO_DAYS, cluster=cluster)

    def killed_at(name=None, nth=0):
        store, journal = opened(site.place), Journal.join(site.place)
        steps = Steps(name, nth)
        sys.setprofile(steps)
        Compaction(store, journal, {}).run(WEDNESDAY, at=START)
        sys.setprofile(None)
        return json.dumps(steps.seen)

    prepare("counted")
    status, said = in_a_process(killed_at)
    assert status == 0
    seen = json.loads(said)
    acts = Steps.of_acts(seen)
    others = [(name, 1) for name in seen if (name, 1) not in acts]
    assert len(acts) > 15
    every = 4 if site.place.url else 1  # over a socket each takes several times as long
    for n, (name, nth) in enumerate([*acts[::every], *others[:: every * SPARSE]]):
        cluster, where = f"cluster {n}", f"killed at {name}, {nth}"
        prepare(cluster)
        status, _ = in_a_process(lambda: killed_at(name, nth))  # noqa: B023
        assert status == signal.SIGKILL, f"not {where}"
        assert kept(site, cluster) == sorted(TWO_DAYS), where
        site.compact()
        assert kept(site, cluster) == sorted(TWO_DAYS), f"gone on with after {where}"
        rows = [a.rows for a in archives_of(read_entries(site.place)) if a.cluster == cluster]
        assert sum(rows) == len(TWO_DAYS), f"gone on with after {where}"
    assert site.count() == 0
    assert verify(site.place).ok
    files = {p.name for p in site.place.beside(".curves").rglob("*.parquet*")}
    assert not [name for name in files if name.endswith(".half")]
    acts = [e.thing.object for e in read_entries(site.place) if getattr(e.thing, "command", "") == COMMAND]
    assert len(acts) == len(set(acts))


def test_whoever_reads_while_days_are_compacted_always_has_every_reading_once(site):
    given_ = [r for day in range(12) for r in readings_of(MONDAY + day * DAY_US, 20)]
    site.take(given_)
    process = os.fork()
    if process == 0:
        try:
            site.compact(before=MONDAY + 12 * DAY_US)
            os._exit(0)
        finally:
            os._exit(1)
    ended = (0, 0)
    while ended == (0, 0):
        ended = os.waitpid(process, os.WNOHANG)
        assert kept(site) == sorted(given_)
    assert ended == (process, 0)
    assert site.count() == 0


def test_readings_go_on_coming_while_days_are_compacted(site):
    buffer = Buffer(site.place, site.cluster)
    given_ = []
    for day in range(3):
        for n in range(100):
            group = readings_of(MONDAY + day * DAY_US + n * SECOND, 1)
            given_ += group
            buffer.take(group)
        site.compact(before=MONDAY + day * DAY_US)
    buffer.close()
    assert kept(site) == sorted(given_)
