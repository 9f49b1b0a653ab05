"""The verdict on recorded cycles: a real one, and copies of it with one thing wrong each."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from axenic.asepsis.judge import judge
from axenic.asepsis.phases import find_phases
from axenic.asepsis.program import Calibration, Program
from axenic.asepsis.trace import Channel, Trace
from axenic.cli.recording import read_rows, trace_of
from axenic.library.shelf import take

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "steam_cycle_real.csv"
PROBES = ("TICR24_C", "TICR25_C")
CHAMBER = ("TIC21_C", "TIC22_C", "TIC23_C")
needs_recording = pytest.mark.skipif(not REAL.exists(), reason="the recorded cycle is not shipped")


def program() -> Program:
    loaded = take(Program, "steam-mannitol")
    assert loaded.value is not None
    return loaded.value


def made(minutes_of_exposure: float = 21.0, step_s: int = 16) -> list[dict[str, str]]:
    """A drawn cycle with the columns and the course of the program, one row each `step_s` seconds."""
    rows = []
    heat, hold = 30.0, 30.0 + minutes_of_exposure
    end = hold + 50
    for k in range(int(end * 60 / step_s)):
        m = k * step_s / 60
        warm = 37.0 if m < 10 else min(122.0, 37 + (m - 10) * 4.4) if m < hold else max(40.0, 122 - (m - hold) * 3)
        load = 37.0 if m < 10 else min(121.8, 37 + (m - 10) * 4.24) if m < hold else max(45.0, 121.8 - (m - hold) * 2)
        if m < 5:
            bar = 1.2
        elif m < 10:
            bar = 1.02
        elif m < heat:
            bar = 1.02 + (m - 10) * 0.1
        elif m < hold + 30:
            bar = 3.0
        elif m < hold + 40:
            bar = 1.02
        else:
            bar = 1.25
        rows.append(
            {"time_iso": f"2026-03-01T{8 + int(m // 60):02d}:{int(m % 60):02d}:{round(m * 60) % 60:02d}"}
            | dict.fromkeys(PROBES, f"{load:.2f}")
            | dict.fromkeys(CHAMBER, f"{warm:.2f}")
            | {"TIC38_C": f"{warm:.2f}", "PICR12_bar": f"{bar:.3f}"}
        )
    return rows


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


@pytest.mark.parametrize("kind", ["drawn", pytest.param("real", marks=needs_recording)])
class TestCopiesWithOneThingWrong:
    def rows(self, kind):
        rows = source(kind)
        steam = [i for i, r in enumerate(rows) if float(r[PROBES[0]]) > 121]
        return rows, steam[len(steam) // 2]

    def test_unaltered_it_passes(self, kind, verdict):
        assert verdict(self.rows(kind)[0])["verdict"] == "pass"

    def test_a_gap_in_the_exposure_makes_it_void(self, kind, verdict):
        rows, middle = self.rows(kind)
        found = verdict(rows[: middle - 2] + rows[middle + 3 :])
        assert found["verdict"] == "void"
        assert any("without a sample in exposure" in r for r in found["reasons"])

    def test_a_lost_probe_reading_in_the_exposure_makes_it_void(self, kind, verdict):
        rows, middle = self.rows(kind)
        for row in rows[middle - 2 : middle + 3]:
            row[PROBES[0]] = ""
        assert verdict(rows)["verdict"] == "void"

    def test_a_missing_channel_makes_it_void(self, kind, verdict):
        rows, _ = self.rows(kind)
        bare = [{k: v for k, v in r.items() if k != PROBES[1]} for r in rows]
        found = verdict(bare)
        assert found["verdict"] == "void"
        assert any(PROBES[1] in r for r in found["reasons"])

    def test_fahrenheit_makes_it_void(self, kind, verdict):
        rows, _ = self.rows(kind)
        for row in rows:
            for name in (*PROBES, *CHAMBER):
                row[name] = f"{float(row[name]) * 9 / 5 + 32:.2f}"
        found = verdict(rows)
        assert found["verdict"] == "void"
        assert any("unit" in r for r in found["reasons"])

    def test_a_clock_that_jumps_back_makes_it_void(self, kind, verdict):
        rows, middle = self.rows(kind)
        rows[middle]["time_iso"], rows[middle + 1]["time_iso"] = rows[middle + 1]["time_iso"], rows[middle]["time_iso"]
        found = verdict(rows)
        assert found["verdict"] == "void"
        assert any("clock" in r for r in found["reasons"])

    def test_a_chamber_too_cold_for_longer_than_allowed_fails(self, kind, verdict):
        rows, middle = self.rows(kind)
        for row in rows[middle - 8 : middle + 8]:
            row[CHAMBER[0]] = "119.5"
        found = verdict(rows)
        assert found["verdict"] == "fail"
        assert any("below 121" in r for r in found["reasons"])

    def test_a_probe_that_drifts_apart_fails(self, kind, verdict):
        rows, middle = self.rows(kind)
        rows[middle][CHAMBER[1]] = "134.0"
        found = verdict(rows)
        assert found["verdict"] == "fail"
        assert any("differ by" in r for r in found["reasons"])

    def test_a_cycle_cut_off_in_the_exposure_fails(self, kind, verdict):
        rows, middle = self.rows(kind)
        found = verdict(rows[: middle - 5])
        assert found["verdict"] == "fail"
        assert any("exposure of" in r for r in found["reasons"])

    def test_a_cycle_that_never_got_hot_is_void_and_says_which_phase_is_missing(self, kind, verdict):
        rows, _ = self.rows(kind)
        for row in rows:
            for name in PROBES:
                row[name] = f"{min(float(row[name]), 119.0):.2f}"
        found = verdict(rows)
        assert found["verdict"] == "void"
        assert any("exposure" in r for r in found["reasons"])
        assert "exposure" not in [p["name"] for p in found["phases"]]


def test_a_sensor_out_of_calibration_makes_it_void():
    sheet = program()
    trace, _ = trace_of(made(), sheet, "drawn")
    spans = find_phases(sheet, trace)
    assert judge(sheet, Calibration(0.5, trace.times[-1]), trace, spans).result == "pass"
    expired = judge(sheet, Calibration(0.5, trace.times[-1] - 1), trace, spans)
    assert expired.result == "void"
    assert any("calibration" in r for r in expired.reasons)


def test_a_power_loss_makes_it_void():
    sheet = program()
    trace, _ = trace_of(made(), sheet, "drawn")
    spans = find_phases(sheet, trace)
    found = judge(sheet, sheet.calibration_at_issue(), trace, (*spans, ("power loss", 1, 2)))
    assert found.result == "void"
    assert any("power" in r for r in found.reasons)


def test_an_uncertain_sensor_can_turn_a_pass_into_a_fail():
    sheet = program()
    trace, _ = trace_of(made(), sheet, "drawn")
    spans = find_phases(sheet, trace)
    sure = judge(sheet, Calibration(0.1, 1 << 62), trace, spans)
    unsure = judge(sheet, Calibration(2.5, 1 << 62), trace, spans)
    assert (sure.result, unsure.result) == ("pass", "fail")
    assert unsure.f0_lower_min < sheet.accept.f0_lower_at_least < sure.f0_lower_min


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
