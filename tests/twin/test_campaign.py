"""A campaign gives the same bytes for any crew, whoever is killed; and says clearly what it cannot do."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from distributed import LocalCluster

import axenic
from axenic.twin.campaign import WorkersLost, _pieces, _Work, campaign_digest, run_campaign, runner
from axenic.twin.crew import Crew
from axenic.twin.experiment import ReplicationError, Series, run_here
from axenic.twin.ledger import Ledger, LedgerError, Part
from axenic.twin.results import read_parquet
from tests.twin.models import NAN, Deadly, Known, Normal, die_once

ROOT = Path(__file__).resolve().parents[2]
LINE = (Series(Normal(), 7, 0, 30), Series(Normal(12.0), 7, 0, 50), Series(Normal(), 8, 5, 20))


def deadly(mark, **words):
    return (LINE[0], Series(Deadly(12.0, at=23, mark=str(mark), **words), 7, 0, 50), LINE[2])


def bytes_of(results, folder):
    results.write_parquet(folder / "found.parquet")
    return (folder / "found.parquet").read_bytes()


@pytest.fixture(scope="module")
def wanted(tmp_path_factory):
    return bytes_of(run_campaign(LINE), tmp_path_factory.mktemp("alone"))


@pytest.fixture(scope="module")
def pair():
    with Crew.processes(2) as crew:
        yield crew


def test_figures_stand_in_the_order_of_series_and_replication():
    found = run_campaign(LINE, part=7)
    assert [len(r) for r in found.rows] == [30, 50, 20]
    assert np.array_equal(found.rows[2][3], LINE[2].experiment.run(8, 8), equal_nan=True)
    assert found.figure("days", 1)[4] == LINE[1].experiment.run(7, 4)[1]
    assert found.interval("cost", 1).n == 50 and found.interval("days", 1).n == 38


@pytest.mark.parametrize("part", [1, 7, 100, None])
def test_threads_and_any_size_of_parts_give_the_same_bytes(part, wanted, tmp_path):
    with Crew.threads(3) as crew:
        assert bytes_of(run_campaign(LINE, crew, part=part), tmp_path) == wanted


def test_two_processes_give_the_same_bytes_and_serve_two_campaigns(pair, wanted, tmp_path):
    assert bytes_of(run_campaign(LINE, pair, part=9), tmp_path) == wanted
    again = runner(pair, block=2, part=4)(iter(LINE))
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(again, run_here(LINE), strict=True))


def test_a_worker_killed_in_mid_campaign_changes_no_byte(pair, wanted, tmp_path):
    heard = []
    found = run_campaign(
        deadly(tmp_path / "mark"), pair, ledger=tmp_path / "ledger", part=6, progress=lambda *now: heard.append(now)
    )
    assert (tmp_path / "mark").exists()  # it did die
    assert bytes_of(found, tmp_path) == wanted
    assert [now[:2] for now in heard][-1] == (100, 100) and heard[-1][2] == 0
    assert [now[0] for now in heard] == sorted(now[0] for now in heard)


def test_a_part_that_kills_every_worker_ends_the_campaign_and_is_named(pair, tmp_path):
    with pytest.raises(
        WorkersLost, match=r"died 3 times over replications 50 to 54, .* what was done is in the ledger"
    ):
        run_campaign(deadly("", always=True), pair, ledger=tmp_path / "ledger", part=5)
    with Ledger(tmp_path / "ledger", campaign_digest(LINE), 100) as book:
        assert Part(50, 55) in book.pending() and Part(0, 5) not in book.pending()


def test_a_campaign_killed_itself_goes_on_where_it_was(wanted, tmp_path):
    mark, ledger = tmp_path / "mark", tmp_path / "ledger"
    code = (
        "from tests.twin.test_campaign import *\n"
        f"run_campaign(deadly({str(mark)!r}), ledger=Path({str(ledger)!r}), part=4)"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    assert ended.returncode == -signal.SIGKILL
    heard = []
    found = run_campaign(deadly(mark), ledger=ledger, part=50, progress=lambda *now: heard.append(now))
    assert heard[0][:2] == (56, 100)  # replication 23 of the second series is the 54th: 52 were done, and now 4 more
    assert bytes_of(found, tmp_path) == wanted
    done = run_campaign(deadly(mark), ledger=ledger, progress=lambda *now: pytest.fail("nothing was left to do"))
    assert bytes_of(done, tmp_path) == wanted


@dataclass(frozen=True)
class Patricide(Normal):
    """Kills its campaign from a worker, and would itself go on for good."""

    mark: str = ""
    names = Normal.names

    def run(self, seed, replication):
        if replication == 9 and not os.path.exists(self.mark):
            Path(self.mark).touch()
            os.kill(os.getppid(), signal.SIGKILL)
            signal.pause()
        return super().run(seed, replication)


def test_a_worker_leaves_when_its_campaign_is_killed(tmp_path):
    mark = tmp_path / "mark"
    reader, writer = os.pipe()
    code = (
        "from tests.twin.test_campaign import *\n"
        f"run_campaign([Series(Patricide(mark={str(mark)!r}), 1, 0, 20)], Crew.processes(1), part=2)"
    )
    command = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=writer, stderr=subprocess.DEVNULL)
    os.close(writer)
    assert command.wait() == -signal.SIGKILL
    assert os.read(reader, 1) == b""  # the end comes only when the worker, who inherited it, has left as well
    os.close(reader)
    assert mark.exists()


@dataclass(frozen=True)
class Interrupted(Normal):
    """Ctrl-C comes once while it runs."""

    mark: str = ""
    names = Normal.names

    @property
    def digest(self):
        return Normal().digest

    def run(self, seed, replication):
        if replication == 20 and not os.path.exists(self.mark):
            Path(self.mark).touch()
            raise KeyboardInterrupt
        return super().run(seed, replication)


def test_ctrl_c_keeps_what_is_done(tmp_path):
    series = [Series(Interrupted(mark=str(tmp_path / "mark")), 1, 0, 40)]
    with pytest.raises(KeyboardInterrupt):
        run_campaign(series, ledger=tmp_path / "ledger", part=8)
    heard = []
    found = run_campaign(series, ledger=tmp_path / "ledger", part=8, progress=lambda *now: heard.append(now[0]))
    assert heard[0] == 24
    assert np.array_equal(found.rows[0], run_here(series)[0], equal_nan=True)


def test_ctrl_c_ends_processes_that_are_at_work(tmp_path):
    def stop(done, total, left):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), Crew.processes(1) as crew:
        run_campaign([Series(Known(of=for_good), 1, 0, 8)], crew, ledger=tmp_path / "ledger", part=1, progress=stop)
    with sqlite3.connect(tmp_path / "ledger") as db:
        assert db.execute("SELECT count(*) FROM part WHERE state = 'done'").fetchone()[0] == 1
    db.close()


def for_good(n):
    if n:
        signal.pause()
    return 1


def test_a_dask_cluster_gives_the_same_bytes(wanted, tmp_path):
    with (
        LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as cluster,
        Crew.cluster(cluster.scheduler_address) as crew,
    ):
        assert bytes_of(run_campaign(LINE, crew, part=9), tmp_path) == wanted
        with pytest.raises(ReplicationError, match="replication 3 "):
            run_campaign([Series(Known(of=breaks_at_three), 1, 0, 9)], crew, part=2)


def test_parquet_gives_back_the_results_with_their_provenance(tmp_path):
    found = run_campaign(LINE, assumptions={"default": "3f5a"})
    found.write_parquet(tmp_path / "a.parquet")
    back = read_parquet(tmp_path / "a.parquet")
    assert back.names == found.names and back.provenance == found.provenance
    assert back.assumptions == {"default": "3f5a"} and back.version == axenic.__version__
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(back.rows, found.rows, strict=True))
    table = pq.read_table(tmp_path / "a.parquet")
    assert table.column_names == ["series", "replication", "cost", "days"]
    assert table["replication"].to_pylist()[-1] == 24
    assert [p.name for p in tmp_path.iterdir()] == ["a.parquet"]
    assert len(found.to_pandas()) == 100
    pq.write_table(table.replace_schema_metadata({}), tmp_path / "b.parquet")
    with pytest.raises(ValueError, match="provenance is missing"):
        read_parquet(tmp_path / "b.parquet")


def test_seeds_beyond_the_numbers_of_json_come_back_whole(tmp_path):
    seed = 2**63 - 1
    run_campaign([Series(Normal(), seed, 0, 1)]).write_parquet(tmp_path / "a.parquet")
    assert read_parquet(tmp_path / "a.parquet").provenance[0].seed == seed


def test_results_are_not_to_be_changed_and_know_their_figures():
    found = run_campaign(LINE)
    with pytest.raises(ValueError, match="read-only"):
        found.rows[0][0, 0] = 1
    with pytest.raises(ValueError, match="no figure 'speed'; there are cost, days"):
        found.figure("speed")


def breaks_at_three(n):
    return 1 / (n - 3)


def none(n):
    return NAN


def test_an_experiment_that_raises_is_named_with_its_replication_in_any_crew(pair):
    series = [Series(Known(of=breaks_at_three), 4, 0, 9)]
    words = f"replication 3 of experiment {series[0].experiment.digest[:12]} with seed 4: ZeroDivisionError: "
    for crew in (None, pair):
        with pytest.raises(ReplicationError, match=words):
            run_campaign(series, crew, part=2)


def test_what_is_not_defined_stays_so_through_everything(pair, tmp_path):
    found = run_campaign([Series(Known(of=none), 1, 0, 5)], pair, part=2)
    found.write_parquet(tmp_path / "a.parquet")
    assert np.isnan(read_parquet(tmp_path / "a.parquet").rows[0]).all()
    assert found.interval("figure").n == 0


def test_what_cannot_be_pickled_is_said_and_not_waited_for(pair):
    with pytest.raises(Exception, match=r"[Pp]ickle|local object"):
        run_campaign([Series(Known(of=lambda n: n), 1, 0, 5)], pair, part=2)


@dataclass(frozen=True)
class Wrong(Normal):
    names = ("one", "two", "three")


def test_nonsense_is_refused():
    with pytest.raises(ValueError, match="at least one series"):
        run_campaign([])
    for first, count in ((0, 0), (0, -1), (-1, 5)):
        with pytest.raises(ValueError, match="at least one replication"):
            Series(Normal(), 1, first, count)
    with pytest.raises(ValueError, match="same figures"):
        run_campaign([LINE[0], Series(Known(of=none), 1, 0, 1)])
    with pytest.raises(ReplicationError, match="2 figures for 3 names"):
        run_campaign([Series(Wrong(), 1, 0, 1)])
    for kind in (Crew.threads, Crew.processes):
        with pytest.raises(ValueError, match="at least one worker"):
            kind(0)
    for part in (0, -3):
        with pytest.raises(ValueError, match="a part has at least one replication"):
            run_campaign(LINE, part=part)


def test_a_ledger_of_another_campaign_one_in_use_or_none_at_all_is_refused(tmp_path):
    path = tmp_path / "ledger"
    run_campaign(LINE, ledger=path)
    with pytest.raises(LedgerError, match="of another campaign"):
        run_campaign(LINE[:1], ledger=path)
    with Ledger(path, campaign_digest(LINE), 100), pytest.raises(LedgerError, match="locked"):
        run_campaign(LINE, ledger=path)
    (tmp_path / "letter").write_text("Dear patient, " * 100)
    with pytest.raises(LedgerError, match="not a database"):
        run_campaign(LINE, ledger=tmp_path / "letter")


def test_a_damaged_result_in_a_ledger_is_found_and_done_again(wanted, tmp_path):
    path = tmp_path / "ledger"
    run_campaign(LINE, ledger=path, part=10)
    db = sqlite3.connect(path)
    with db:
        db.execute("UPDATE part SET result = zeroblob(160) WHERE begin = 20")
    db.close()
    heard = []
    found = run_campaign(LINE, ledger=path, progress=lambda *now: heard.append(now[:2]))
    assert heard[-1] == (100, 100) and heard[0][0] > 90 and bytes_of(found, tmp_path) == wanted


def test_parts_go_across_series_without_gap_or_overlap():
    ends = [30, 80, 100]
    for size in (1, 9, 33, 100):
        parts = [Part(n, min(n + size, 100)) for n in range(0, 100, size)]
        seen = [
            (p.experiment, p.seed, p.first + n)
            for part in parts
            for p in _pieces(LINE, ends, part)
            for n in range(p.count)
        ]
        assert seen == [(s.experiment, s.seed, s.first + n) for s in LINE for n in range(s.count)]


def test_parts_last_about_two_seconds_but_leave_something_for_every_worker():
    with Ledger(None, "", 10**6) as book:
        work = _Work(LINE, book, Crew.processes(2), None, None, waiting=deque([Part(0, 10**6)]))
        assert work._size() == 1  # nothing is measured yet
        work.each = 0.01
        assert work._size() == 200
        work.each = 5.0
        assert work._size() == 1
        work.each = 1e-9
        assert work._size() == 250_000  # a fourth: two parts for each of two workers


def test_a_death_is_died_only_once(tmp_path):
    (tmp_path / "mark").touch()
    die_once(str(tmp_path / "mark"))


def test_a_scheduler_that_is_not_there_is_a_lost_connection(monkeypatch):
    def gone(address):
        raise OSError(f"Timed out trying to connect to {address}")  # what Dask raises: no TimeoutError

    monkeypatch.setattr(pytest.importorskip("distributed"), "Client", gone)
    with Crew.cluster("tcp://127.0.0.1:1") as crew, pytest.raises(ConnectionError, match="connect to tcp"):
        crew.submit(abs, -1)
