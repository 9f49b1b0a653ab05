"""The verb `calibrate` as its users call it: journals, CSV files, and everything that can be wrong with them."""

from __future__ import annotations

import json
import shutil
import tracemalloc

import numpy as np
import pytest

from axenic.assumption.assumption import Assumptions
from axenic.cli.executed import read_executed
from axenic.control.facts import PhaseCompleted
from axenic.control.orders import RunPhase
from axenic.library.shelf import assumptions, default, take
from axenic.record.journal import Journal
from axenic.twin.observed import HOUR_MS, Observed

HEAD = "batch,phase,started,ended,viability\n"
LINE = "B-1,thaw,2026-01-05T06:00:00Z,2026-01-05T06:30:00Z,85\n"


@pytest.fixture(scope="module")
def journal(tmp_path_factory):
    from axenic.cli.run import demo

    folder = tmp_path_factory.mktemp("calibrate")
    assert demo(out=folder) == 0
    return folder / "journal.db"


def table(path, n=60, seed=1):
    chance = np.random.default_rng(seed)
    lines = ["batch,phase,duration,viability,recovery [%],outcome,reason,patient,operator"]
    for k in range(n):
        patient = f"P-{k - 1 if k % 6 == 1 and k < 30 else k}"  # five of ten lost doses were made again
        hours, viability = chance.triangular(0.4, 0.5, 1.0), chance.normal(84, 5)
        lines.append(f"B-{k},thaw,{hours:.4f} h,{viability:.1f},,,,{patient},x")
        end = f"rejected,viability 30,{patient},x" if k % 6 == 0 else f"released,,{patient},x"
        lines.append(f"B-{k},wash,{chance.lognormal(0.7, 0.3):.4f} h,,{chance.normal(81, 6):.1f},{end}")
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_a_table_of_executed_batches_gives_rows_of_grade_a(axenic, tmp_path):
    out = tmp_path / "site.yaml"
    code, said, _ = axenic("calibrate", table(tmp_path / "done.csv"), "--out", out, "--name", "site", "--json")
    result = json.loads(said)
    assert (code, result["grade"], result["simulated"]) == (0, "A", False)
    assert result["columns not used"] == ["operator"]
    assert (result["failures"]["all"]["hits"], result["failures"]["all"]["of"]) == (10, 60)
    assert result["equipment"] is None, "no column says whether equipment failed"
    loaded = take(Assumptions, str(out))
    assert not loaded.findings
    assert {r.row for r in loaded.value.rows} == {"viability thawed", "wash recovery", "remakes offered"}
    assert {x.phase: x.shape for x in loaded.value.lasting}.keys() == {"thaw", "wash"}
    assert loaded.value.row("wash recovery").value == pytest.approx(81, abs=2.5)
    assert loaded.value.value("remakes offered") == 0.5
    assert all(r.grade == "A" and "done.csv (sha256 " in r.source for r in loaded.value.rows)
    assert str(tmp_path) not in out.read_text("utf-8")
    whole = assumptions(str(out)).value
    assert {r.row for r in whole.rows} == {r.row for r in default(Assumptions).rows}
    assert axenic("check", out)[0] == 0


def test_a_journal_of_simulated_equipment_gives_rows_of_grade_d_and_says_so(axenic, journal, tmp_path):
    out, picture = tmp_path / "twin.yaml", tmp_path / "twin.png"
    code, said, _ = axenic("calibrate", journal, "--out", out, "--picture", picture, "--all")
    assert code == 0
    assert "SIMULATED, so grade D" in said
    assert "6 durations, fewer than 8" in said
    assert picture.read_bytes().startswith(b"\x89PNG")
    loaded = take(Assumptions, str(out)).value
    assert {x.grade for x in (*loaded.rows, *loaded.lasting)} == {"D"}
    assert "culture" in {x.phase for x in loaded.lasting}
    assert "transduced" not in {r.row for r in loaded.rows}, "four panels of six doses are six data"
    assert not assumptions(str(out)).findings


def test_records_that_do_not_belong_together_are_refused(axenic, journal, tmp_path):
    done, out = table(tmp_path / "done.csv"), tmp_path / "o.yaml"
    for records, says in (
        ((journal, done), "simulated and of real"),
        ((done, done), "twice"),
        ((journal,) * 2, "twice"),
    ):
        code, _, err = axenic("calibrate", *records, "--out", out)
        assert code == 2
        assert "AX0822" in err
        assert says in err
    assert not out.exists()


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "no column 'batch'"),
        ("batch,phase\n", 1, "no column 'duration'"),
        ("batch,batch,phase,duration\n", 1, "stands twice"),
        (HEAD, 1, "no line below"),
        (HEAD + "B-1,thaw,yesterday,2026-01-05T06:30:00Z,85\n", 2, "no time"),
        (HEAD + "B-1,thaw,2026-01-05T06:00:00,2026-01-05T06:30:00Z,85\n", 2, "no zone"),
        (HEAD + LINE + "B-1,thaw,2026-01-05T06:30:00Z,2026-01-05T06:00:00Z,85\n", 3, "cannot be"),
        (HEAD + "B-1,thaw,0001-01-01T00:00:00Z,2026-01-05T06:00:00Z,85\n", 2, "cannot be"),
        (HEAD + LINE.replace(",85", ",NaN"), 2, "viability NaN cannot be"),
        (HEAD + LINE.replace(",85", ",-3"), 2, "cannot be"),
        (HEAD + LINE.replace(",85", ",1e400"), 2, "cannot be"),
        (HEAD + LINE.replace(",85", ",many"), 2, "not a number"),
        (HEAD + LINE.replace(",85", ",85 mL"), 2, "not in %"),
        (HEAD + LINE.replace("thaw", "tahw"), 2, "did you mean 'thaw'"),
        (HEAD + LINE.replace("B-1", ""), 2, "no name of a batch"),
        (HEAD + "B-1,thaw\n", 2, "2 columns, the header has 5"),
        ("batch,phase,duration\nB-1,thaw,-2 h\n", 2, "cannot be"),
        ("batch,phase,duration\nB-1,thaw,2 parsec\n", 2, "unknown unit"),
        ("batch,phase,duration,status\nB-1,thaw,2 h,nearly\n", 2, "no status"),
        ("batch,phase,duration,outcome\nB-1,thaw,2 h,eaten\n", 2, "no outcome"),
        ("batch,phase,duration,patient\nB-1,thaw,2 h,P-1\nB-1,wash,2 h,P-2\n", 3, "has the patient 'P-1'"),
        ("batch,phase,duration\nB-1,thaw,\n", 0, "no phase ended"),
    ],
)
def test_a_wrong_line_is_a_finding_with_its_place(axenic, tmp_path, text, line, says):
    path, out = tmp_path / "wrong.csv", tmp_path / "o.yaml"
    path.write_text(text, "utf-8")
    code, _, err = axenic("calibrate", path, "--out", out)
    assert code == 2
    assert says in err
    assert not line or f"wrong.csv:{line}:" in err
    assert not out.exists()


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff\xfe\x00b",
        b"batch,phase,duration\nB-1,thaw,\xe9\n",
        b'batch,phase,duration\n"B-1,thaw,2 h\n',
        b"\x00" * 99,
    ],
)
def test_what_is_no_text_is_a_finding(axenic, tmp_path, raw):
    path = tmp_path / "raw.csv"
    path.write_bytes(raw)
    code, _, err = axenic("calibrate", path, "--out", tmp_path / "o.yaml")
    assert code == 2
    assert "AX0" in err


def test_many_wrong_lines_are_counted_not_all_printed(axenic, tmp_path):
    path = tmp_path / "wrong.csv"
    path.write_text(HEAD + "B-1,nothing,x,y,z\n" * 5000, "utf-8")
    code, _, err = axenic("calibrate", path, "--out", tmp_path / "o.yaml")
    assert code == 2
    assert "4980 more lines" in err


def test_a_long_file_is_read_line_by_line(tmp_path):
    path, lines = tmp_path / "long.csv", 60_000
    with path.open("w", encoding="utf-8") as file:
        file.write("batch,phase,duration\n")
        file.writelines(f"B-{n % 500},thaw,{1 + n % 97} min\n" for n in range(lines))
    observed = Observed()
    tracemalloc.start()
    assert read_executed(path, observed) == ([], [])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(observed.kinds["thaw"].hours) == lines
    assert peak < 3_000_000, "eight bytes a line, and the names of the batches"


def test_what_is_not_there_is_exit_3_and_nothing_named_is_exit_2(axenic, tmp_path):
    assert axenic("calibrate", tmp_path / "no.csv", "--out", tmp_path / "o.yaml")[0] == 3
    assert axenic("calibrate", "--out", tmp_path / "o.yaml")[0] == 2
    assert axenic("calibrate", tmp_path, "--out", tmp_path / "o.yaml")[0] == 2


def test_a_journal_that_was_changed_is_not_evidence(axenic, journal, tmp_path):
    import sqlite3

    changed = tmp_path / "journal.db"
    for name in ("", ".vkey"):
        shutil.copy(f"{journal}{name}", f"{changed}{name}")
    with sqlite3.connect(changed) as db:
        db.execute("DROP TRIGGER entry_is_kept")
        changes = ('"viability":"8', '"viability":"9')
        db.execute("UPDATE entry SET body = CAST(replace(body, ?, ?) AS BLOB)", changes)
    db.close()
    code, _, err = axenic("calibrate", changed, "--out", tmp_path / "o.yaml")
    assert code == 2
    assert "AX0303" in err


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--name", "y"), ""),
        (("--name", ""), ""),
        (("--picture", "x.nonsense"), "--picture"),
        (("--out", "no/o"), "AX0001"),
    ],
)
def test_what_cannot_be_written_is_said(axenic, tmp_path, monkeypatch, more, says):
    monkeypatch.chdir(tmp_path)
    out = () if "--out" in more else ("--out", "o.yaml")
    code, _, err = axenic("calibrate", table(tmp_path / "done.csv"), *out, *more)
    assert (code == 2) == bool(says)
    assert says in err


def test_assumptions_stand_over_one_another_from_file_to_file(tmp_path):
    (tmp_path / "deep").mkdir()
    row = "{row: thaw recovery, value: %s, unit: '%%', grade: D, source: s}"
    (tmp_path / "site.yaml").write_text(f"assumptions: site\nversion: 1\nover: default\nrows: [{row % 70}]\n")
    top = tmp_path / "deep" / "line.yaml"
    top.write_text("assumptions: line\nversion: 1\nover: ../site.yaml\n")
    whole = assumptions(str(top))
    assert not whole.findings
    assert (whole.value.assumptions, whole.value.value("thaw recovery")) == ("line", 70)
    assert assumptions("default").value == default(Assumptions)


@pytest.mark.parametrize("over", ["a.yaml", "./b.yaml", "missing.yaml", '"\\0"'])
def test_a_circle_and_what_is_missing_are_refused(axenic, tmp_path, over):
    (tmp_path / "a.yaml").write_text("assumptions: a\nversion: 1\nover: b.yaml\n")
    (tmp_path / "b.yaml").write_text(f"assumptions: b\nversion: 1\nover: {over}\n")
    whole = assumptions(str(tmp_path / "a.yaml"))
    assert whole.value is None
    code = {"a.yaml": "AX0824", "./b.yaml": "AX0824"}.get(over, "AX0501")
    assert [f.code for f in whole.findings] == [code]
    assert axenic("check", tmp_path / "a.yaml")[0] != 0


def test_check_names_a_row_and_a_phase_that_nobody_reads(axenic, tmp_path):
    path = tmp_path / "odd.yaml"
    path.write_text(
        "assumptions: odd\nversion: 1\nover: default\n"
        "rows: [{row: thaw recovry, value: 70, unit: '%', grade: D, source: s}]\n"
        "lasting: [{phase: tahw, least: 3 h, usual: 2 h, most: 4 h, shape: round, grade: D, source: s}]\n"
    )
    code, _, err = axenic("check", path)
    assert code == 2
    assert "did you mean 'thaw recovery'" in err
    assert "did you mean 'thaw'" in err
    assert "AX0104" in err
    assert "no shape" in err


def test_faults_of_a_table_are_a_rate_with_its_interval(axenic, tmp_path):
    path = tmp_path / "faults.csv"
    lines = [f"B-{n},thaw,{1 + n % 5 / 10} h,{'pump' if n < 3 else ''},{'failed' if n < 1 else ''}" for n in range(40)]
    path.write_text("batch,phase,duration,fault,status\n" + "\n".join(lines) + "\n", "utf-8")
    code, said, _ = axenic("calibrate", path, "--out", tmp_path / "o.yaml")
    assert code == 0
    assert "equipment faults: 3 in 48 h" in said
    assert "faults that destroyed the batch: 1 of 3" in said
    assert "3 cut short or mended are left out (censored)" in said


def test_a_journal_of_real_equipment_gives_grade_a(axenic, tmp_path):
    things = []
    for n in range(1, 13):
        things.append(RunPhase(n, 0, "thaw-1", "thaw", f"B-{n}/thaw/thaw#1", f"B-{n}"))
        things.append(PhaseCompleted(HOUR_MS // 2 + n * 60_000, n, {"viability": f"{80 + n % 5}.5"}))
    Journal.create(tmp_path / "site.db", "site/journal", simulated=False, things=things).close()
    out = tmp_path / "o.yaml"
    code, said, _ = axenic("calibrate", tmp_path / "site.db", "--out", out)
    assert code == 0
    assert "grade A" in said
    made = take(Assumptions, str(out)).value
    assert {x.grade for x in (*made.rows, *made.lasting)} == {"A"}
    assert "SIMULATED" not in out.read_text("utf-8")
