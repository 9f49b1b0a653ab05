"""The verb `judge` on recorded files: what it answers, and what it refuses to read."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from axenic.asepsis.judge import judge
from axenic.asepsis.phases import find_phases
from axenic.asepsis.program import Program
from axenic.asepsis.trace import Channel, Trace
from axenic.cli.recording import read_rows
from axenic.library.shelf import take
from tests.cli.drawn import GOOD
from tests.cli.drawn import steam_mannitol as made

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "steam_cycle_real.csv"
needs_recording = pytest.mark.skipif(not REAL.exists(), reason="the recorded cycle is not shipped")


def program() -> Program:
    loaded = take(Program, "steam-mannitol")
    assert loaded.value is not None
    return loaded.value


def source(kind: str) -> list[dict[str, str]]:
    return read_rows(REAL)[0] if kind == "real" else made()


def written(rows, path: Path) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def verdict(axenic, tmp_path):
    def call(rows, *more):
        code, out, _ = axenic(
            "judge", written(rows, tmp_path / "c.csv"), "--program", "steam-mannitol", "--json", *more
        )
        result = json.loads(out)
        assert code == (0 if result["verdict"] == "pass" else 1)
        return result

    return call


@needs_recording
def test_the_real_cycle_passes_with_its_phases_its_f0_and_the_machines_own(axenic):
    code, out, _ = axenic("judge", REAL, "--json")
    found = json.loads(out)
    assert (code, found["verdict"], found["reasons"]) == (0, "pass", [])
    names = [p["name"] for p in found["phases"]]
    assert names == ["seal test", "filling", "heating", "exposure", "cooling", "venting", "draining"]
    exposure = next(p for p in found["phases"] if p["name"] == "exposure")
    # the machine's own log: 15:16:53 to 15:36:53, one sample is 32 s
    assert "2022-02-16T15:16:53" <= exposure["start"] <= "2022-02-16T15:17:25"
    assert "2022-02-16T15:36:53" <= exposure["end"] <= "2022-02-16T15:37:57"
    assert 15 < found["f0_lower_min"] < found["f0_min"] < found["machine_f0_min"] == 29.794
    assert "121.1 degC" in found["convention"]
    assert "trapezoid" in found["convention"]


@needs_recording
def test_the_machines_figure_is_shown_only_for_the_cycle_it_was_stated_for(verdict):
    rows = source("real")
    for row in rows:
        row["time_iso"] = row["time_iso"].replace("2022-", "2023-")
    assert verdict(rows)["machine_f0_min"] is None
    assert verdict(rows, "--machine-f0", "31.5")["machine_f0_min"] == 31.5


def test_seconds_do_for_a_time_and_a_date_of_calibration_counts(axenic, tmp_path):
    rows = [{"time_s": str(n * 16)} | {k: v for k, v in r.items() if k != "time_iso"} for n, r in enumerate(made())]
    path = written(rows, tmp_path / "c.csv")
    assert axenic("judge", path)[0] == 0
    code, out, _ = axenic("judge", path, "--calibrated-until", "1970-01-01T00:30:00", "--json")
    assert (code, json.loads(out)["verdict"]) == (1, "void")
    assert axenic("judge", path, "--calibrated-from", "soon")[0] == 2


@pytest.mark.parametrize("name", GOOD)
def test_each_kind_answers_with_the_same_keys_and_a_picture(axenic, tmp_path, name):
    path = written(GOOD[name](), tmp_path / "c.csv")
    code, out, _ = axenic("judge", path, "--json", "--picture", tmp_path / "c.png")
    found = json.loads(out)
    assert (code, found["verdict"], found["program"].split()[0]) == (0, "pass", name)
    keys = {"verdict", "reasons", "f0_min", "f0_lower_min", "convention", "phases", "figures", "machine_f0_min"}
    assert keys <= set(found)
    assert (tmp_path / "c.png").read_bytes().startswith(b"\x89PNG")


def test_judging_never_raises_on_an_empty_trace():
    sheet = program()
    bare = Trace((), tuple(Channel(c.column, c.unit, ()) for c in sheet.columns))
    assert judge(sheet, sheet.calibration_at_issue(), bare, ()).result == "void"
    assert find_phases(sheet, bare) == ()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "AX0401"),
        (b"a,b\n1,2\n", "AX0401"),
        (b"time_iso,TICR24_C\nyesterday,3\n", "AX0401"),
        (b"\xff\xfe\x00\x00", "AX0001"),
        (b'time_iso,"\n', "AX0001"),
        (b"time_iso," + b"x" * 6_000_000, "AX0008"),
        (b"time_s,TICR24_C\n1e300,3\n", "AX0401"),
        (b"time_iso\n" + b"2026-01-01T00:00:00\n" * 4, "AX0401"),
    ],
)
def test_a_recording_that_is_none_is_exit_2_with_a_code(axenic, tmp_path, content, code):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    exit_code, out, _ = axenic("judge", path, "--json")
    assert exit_code == 2
    assert [e["code"] for e in json.loads(out)["errors"]] == [code]


def test_a_recording_or_program_that_is_not_there_is_exit_3(axenic, tmp_path):
    assert axenic("judge", tmp_path / "none.csv")[0] == 3
    path = written(made(), tmp_path / "c.csv")
    assert axenic("judge", path, "--program", "steam-manitol")[0] == 3


def test_the_picture_is_drawn_and_a_wrong_ending_is_refused(axenic, tmp_path):
    path = written(made(), tmp_path / "c.csv")
    assert axenic("judge", path, "--picture", tmp_path / "c.png")[0] == 0
    assert (tmp_path / "c.png").read_bytes().startswith(b"\x89PNG")
    assert axenic("judge", path, "--picture", tmp_path / "c.nonsense")[0] == 2


@pytest.mark.parametrize("name", GOOD)
def test_a_void_run_is_drawn_too(axenic, tmp_path, name):
    rows = GOOD[name]()
    rows[4]["time_iso"], rows[3]["time_iso"] = rows[3]["time_iso"], rows[4]["time_iso"]
    path = written(rows[:8], tmp_path / "c.csv")
    code, out, _ = axenic("judge", path, "--program", name, "--json", "--picture", tmp_path / "c.png")
    assert (code, json.loads(out)["verdict"]) == (1, "void")
    assert (tmp_path / "c.png").exists()
