"""What once ended in AX0900: every such input is a finding."""

from __future__ import annotations

import csv
import json
import sqlite3

import pytest

from axenic.cli.job import new_job
from axenic.record.journal import Journal
from tests.cli.conftest import ORDERS
from tests.cli.drawn import GOOD


@pytest.fixture
def journal(tmp_path):
    """A journal of documents alone."""
    path = tmp_path / "j.db"
    made = Journal.create(path, "axenic.example/j", things=new_job("car-t-9-day", "robotic-cluster", 7).documents())
    made.anchor()
    made.close()
    return path


@pytest.mark.parametrize("other", [5, None, [], {}, True])
@pytest.mark.parametrize("which", ["vkey", "checkpoint"])
def test_an_export_whose_key_or_checkpoint_is_no_text_does_not_verify(axenic, journal, tmp_path, which, other):
    out = tmp_path / "j.jsonl"
    assert axenic("export", journal, "--out", out)[0] == 0
    lines = out.read_text().split("\n")
    place = 0 if which == "vkey" else -2
    lines[place] = json.dumps(json.loads(lines[place]) | {which: other})
    out.write_text("\n".join(lines))
    assert axenic("verify", out)[0] == 1


READERS = (("replay",), ("record",), ("map",), ("risk",), ("trace", "--cycle", "C-1"))


@pytest.mark.parametrize("words", READERS)
def test_a_directory_or_an_impossible_name_is_no_journal(axenic, tmp_path, words):
    verb, *more = words
    for path in (tmp_path, tmp_path / ("x" * 300)):
        code, _, err = axenic(verb, path, *more)
        assert (code, "AX0303" in err) == (2, True)


def test_a_journal_that_does_not_say_whose_it_is_is_refused(axenic, journal, tmp_path):
    db = sqlite3.connect(journal)
    db.execute("DELETE FROM about")
    db.commit()
    db.close()
    assert axenic("record", journal)[0] == 2
    assert axenic("verify", journal)[0] == 1
    assert axenic("export", journal, "--out", tmp_path / "x")[0] == 1
    words = ("car-t-9-day", "--plant", "robotic-cluster", "--orders", ORDERS)
    assert axenic("run", *words, "--journal", journal)[0] == 2


def written(path, rows):
    with path.open("w", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    return path


@pytest.mark.parametrize("value", ["1e308", "-1e308", "1e13", "1e11", "1e6", "-1e6", "5000", "inf"])
@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_reading_that_no_sensor_gives_is_judged_without_a_crash(axenic, tmp_path, name, value):
    rows = [dict(row) for row in GOOD[name]()]
    for column in rows[0]:
        if column not in ("time_iso", "time_s", "phase", "event", "program", "version"):
            spoilt = [row | {column: value} if n == len(rows) // 2 else row for n, row in enumerate(rows)]
            assert axenic("judge", written(tmp_path / "r.csv", spoilt), "--program", name)[0] in (0, 1, 2)


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00", "0001-01-01T00:00:00+12:00", "9999-12-31T23:59:59-12:00"])
def test_a_time_of_no_run_is_a_finding(axenic, tmp_path, time):
    name = next(n for n in sorted(GOOD) if "time_iso" in GOOD[n]()[0])
    rows = [dict(row) for row in GOOD[name]()]
    code, _, err = axenic("judge", written(tmp_path / "r.csv", [rows[0] | {"time_iso": time}, *rows[1:]]))
    assert (code, "AX0401" in err) == (2, True)


def test_a_name_too_long_for_any_file_is_not_found(axenic):
    assert axenic("check", "x" * 300)[0] == 3
    assert axenic("judge", "x" * 300)[0] in (2, 3)


@pytest.mark.parametrize("speed", ["1e-300", "0", "-1", "nan", "inf", "1e13"])
def test_a_speed_out_of_bounds_is_refused(axenic, tmp_path, speed):
    words = ("car-t-9-day", "--plant", "robotic-cluster", "--orders", ORDERS, "--journal", tmp_path / "j.db")
    code, _, err = axenic("run", *words, "--live", f"--speed={speed}")
    assert (code, "AX0007" in err) == (2, True)


def test_exit_codes_say_wrong_usage_or_not_found(axenic, journal, tmp_path):
    assert axenic("check")[0] == 2
    words = ("car-t-9-day", "--plant", "robotic-cluster", "--orders", tmp_path / "no.yaml")
    assert axenic("run", *words, "--journal", tmp_path / "new.db")[0] == 3
    assert not (tmp_path / "new.db").exists()
    said = [axenic(*w)[::2] for w in (("verify", tmp_path), ("export", tmp_path, "--out", tmp_path / "x"))]
    assert said[0] == said[1]
    assert axenic("export", tmp_path / "no.db", "--out", tmp_path / "x")[0] == 3
    assert axenic("export", journal, "--out", tmp_path / "no" / "x")[0] == 2


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
def test_a_figure_of_the_machine_that_json_cannot_say_is_refused(axenic, tmp_path, value):
    path = written(tmp_path / "r.csv", GOOD["sip"]())
    code, out, _ = axenic("judge", path, "--json", f"--machine-f0={value}")
    assert (code, json.loads(out)["errors"][0]["code"]) == (2, "AX0007")
    assert axenic("judge", path, "--machine-f0", "15.2")[0] in (0, 1)
