"""Telemetry: 2,000 values a second beside raw SQLite with the same rows, and the curves of a batch read back."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from statistics import median
from typing import Any

from bench.contest import say
from bench.row import Row, rates, times
from bench.scale import Scale
from bench.telemetry_run import SHOWN, TAGS

RAW = "raw SQLite"
Found = dict[str, Any]


def _taken(scale: Scale, who: str, seconds: int, pace: str = "fast") -> Found:
    folder = scale.folder / "telemetry"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    words = [sys.executable, "-m", "bench.telemetry_run", who, str(folder), str(seconds), pace]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    shutil.rmtree(folder, ignore_errors=True)
    if done.returncode:
        raise ValueError(done.stderr[-1000:])
    found: Found = json.loads(done.stdout)
    say(
        f"telemetry: {who}, {TAGS * seconds:,} values, {pace}: {found['lost']} lost, wall {found['wall']:.1f} s, "
        f"CPU {found['cpu']:.1f} s, slowest {1000 * found['slowest']:.0f} ms, "
        f"memory {found['mb_before']:.0f} to {found['mb']:.0f} MB, {found['bytes'] / 1e6:.0f} MB written"
    )
    return found


def measure(scale: Scale) -> list[Row]:
    """All rows of telemetry."""
    seconds = scale.telemetry_s
    mine, raw = [], []
    for _ in range(min(scale.rounds, 3)):
        mine.append(_taken(scale, "axenic", seconds))
        raw.append(_taken(scale, "raw", seconds))
    values, note = (
        TAGS * seconds,
        f"{TAGS:,} tags for {seconds} s, a durable transaction each second of plant time; the ",
    )
    note += "peer keeps the same rows ordered by tag and time, has no filter, no archive and proves nothing"
    read = f"{SHOWN} tags of {seconds} s each; the journal verified, the archive's blocks proven"
    size = f"{mine[0]['size'] / values:.2f} bytes a value as zstd Parquet, {mine[0]['compact_mb']:.0f} MB at most"

    def each(found: list[Found], name: str, by: float = 1.0) -> list[float]:
        return [max(one[name], 1e-9) * by for one in found]

    def grown(found: list[Found]) -> list[float]:
        return [max(one["mb"] - one["mb_before"], 0.1) for one in found]

    lost = sum(one["lost"] for one in mine)
    asked = each(raw, "hot", 1000)
    rows = [
        rates("telemetry, values kept", "values/s", [values / w for w in each(mine, "wall")], RAW,
              [values / w for w in each(raw, "wall")], TAGS, f"{lost} lost of {values * len(mine):,}; {note}"),
        times("telemetry, CPU for a second of plant", "ms", each(mine, "cpu", 1000 / seconds), RAW,
              each(raw, "cpu", 1000 / seconds), 0, note),
        times("telemetry, memory for it", "MB", grown(mine), RAW, grown(raw), 0,
              f"above the {mine[0]['mb_before']:.0f} MB of the idle process, most of it numpy and Arrow; {note}"),
        times("telemetry, written for a second of plant", "kB", each(mine, "bytes", 1e-3 / seconds), RAW,
              each(raw, "bytes", 1e-3 / seconds), 0, note),
        times("telemetry, curves from the buffer", "ms", each(mine, "hot", 1000), RAW, asked, 0, read),
        times("telemetry, curves from the archive", "ms", each(mine, "cold", 1000), RAW, asked, 0, read),
        _alone("telemetry, compaction", "values/s", values / median(each(mine, "compact")), "", None, size),
    ]  # fmt: skip
    return [*rows, _paced(scale, lost)]


def _paced(scale: Scale, lost: int) -> Row:
    """The same path at the rate of the wall clock."""
    found = _taken(scale, "axenic", scale.paced_s, "paced")
    share = 100 * found["cpu"] / found["took"]
    note = f"{scale.paced_s} s by the wall clock: {found['lost']} lost, {found['cpu']:.2f} s of CPU, "
    note += f"{found['mb']:.0f} MB at most, slowest take {1000 * found['slowest']:.0f} ms"
    met = found["lost"] == lost == 0
    return _alone("telemetry, one core at 2,000 values/s", "%", share, "0 lost", met, note)


def _alone(measure: str, unit: str, value: float, budget: str, met: bool | None, note: str) -> Row:
    return Row(measure, unit, value, "none", 0, 0, 0, 0, budget, met, note)
