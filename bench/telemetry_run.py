"""One taker of readings in a process of its own: what it took, lost, used and wrote, as JSON on stdout."""

from __future__ import annotations

import json
import math
import resource
import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from axenic.record.journal import Journal, read_entries
from axenic.record.place import Place
from axenic.record.telemetry.buffer import Buffer, opened
from axenic.record.telemetry.compaction import Compaction
from axenic.record.telemetry.curves import Curves
from axenic.record.telemetry.hot_store import DAY_US
from axenic.record.telemetry.reading import Reading

TAGS, SHOWN = 2_000, 40  # values each second; curves of one batch
BEGUN = 20_458 * DAY_US  # 2026-01-05
NAMES = [f"unit-{n // 8}.item-{n % 8}" for n in range(TAGS)]
SECOND = 1_000_000
_TABLE = """CREATE TABLE reading(tag INTEGER NOT NULL, at INTEGER NOT NULL, value REAL, text TEXT,
    quality INTEGER NOT NULL, PRIMARY KEY(tag, at)) STRICT, WITHOUT ROWID"""


def value_of(tag: int, second: int) -> float:
    """A slow wave with a sensor's last digits."""
    return round(37 + math.sin((second + 13 * tag) / 60) + (second * 7 + tag * 3) % 11 / 100, 2)


def ticks(seconds: int) -> Iterator[list[Reading]]:
    """The readings of each second, all tags at once."""
    for second in range(seconds):
        at = BEGUN + second * SECOND
        yield [Reading(name, at, value_of(tag, second)) for tag, name in enumerate(NAMES)]


class Meter:
    """Wall and processor time of what is measured, and nothing of what makes the readings."""

    def __init__(self) -> None:
        self.wall = self.cpu = self.slowest = 0.0

    def __enter__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def __exit__(self, *error: object) -> None:
        wall = time.perf_counter() - self._wall
        self.slowest = max(self.slowest, wall)
        self.wall += wall
        self.cpu += time.process_time() - self._cpu


def written() -> int:
    """Bytes that this process had written to a disk."""
    lines = Path("/proc/self/io").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("write_bytes"))


def peak_mb() -> float:
    """The most memory this process ever had, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def told(meter: Meter, before: tuple[int, float], lost: int, **more: float) -> dict[str, Any]:
    """What is said of a taker."""
    said = {"wall": meter.wall, "cpu": meter.cpu, "slowest": meter.slowest, "lost": lost}
    return said | {"bytes": written() - before[0], "mb": peak_mb(), "mb_before": before[1]} | more


def by_axenic(folder: Path, seconds: int, paced: bool) -> dict[str, Any]:
    """Buffer.take, as a driver calls it; then a batch's curves from the buffer, compaction, and from the archive."""
    place, meter = Place.of(folder / "site.db"), Meter()
    Journal.create(place, "axenic.example/bench").close()
    buffer, before, start = Buffer(place, "cluster"), (written(), peak_mb()), time.perf_counter()
    for second, readings in enumerate(ticks(seconds)):
        if paced:
            time.sleep(max(0.0, start + second - time.perf_counter()))
        with meter:
            buffer.take(readings)
    with meter:
        buffer.close()
    took = time.perf_counter() - start
    store = opened(place)
    found = told(meter, before, TAGS * seconds - store.count(), took=took)
    if paced:
        return found
    found["hot"] = _read(place, seconds)
    journal, compacted = Journal.join(place), Meter()
    with compacted:
        (archive,) = Compaction(store, journal, {}).run(BEGUN + DAY_US, 0)
    found |= {"compact": compacted.wall, "size": archive.size, "cold": _read(place, seconds)}
    return found | {"lost": found["lost"] + TAGS * seconds - archive.rows, "compact_mb": peak_mb()}


def _read(place: Place, seconds: int) -> float:
    """Seconds for the curves of a batch; raises ValueError if a reading of them is not there."""
    meter = Meter()
    with meter:
        curves = Curves(place, opened(place), "cluster", {}, lambda: read_entries(place))
        found = list(curves.of([(name, 0, BEGUN + DAY_US) for name in NAMES[:SHOWN]]))
        curves.close()
    for tag, curve in enumerate(found):
        if curve.columns.values.tolist() != [value_of(tag, second) for second in range(seconds)]:
            raise ValueError(f"{curve.tag.name} is not as it was taken")
    return meter.wall


def by_sqlite(folder: Path, seconds: int, _: bool) -> dict[str, Any]:
    """Raw SQLite: the same rows, ordered by tag and time, a durable transaction each second."""
    db = sqlite3.connect(folder / "raw.db", isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute(_TABLE)
    numbers, meter, before = {name: n for n, name in enumerate(NAMES)}, Meter(), (written(), peak_mb())
    for readings in ticks(seconds):
        with meter:
            rows = [(numbers[tag], at, value, None, quality) for tag, at, value, quality in readings]
            db.execute("BEGIN IMMEDIATE")
            db.executemany("INSERT INTO reading VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", rows)
            db.execute("COMMIT")
    found = told(meter, before, TAGS * seconds - db.execute("SELECT count(*) FROM reading").fetchone()[0])
    reading, query = Meter(), "SELECT at, value, text, quality FROM reading WHERE tag = ? ORDER BY at"
    with reading:
        for tag in range(SHOWN):
            db.execute(query, (tag,)).fetchall()
    db.close()
    return found | {"hot": reading.wall}


if __name__ == "__main__":
    who, folder, seconds, paced = sys.argv[1:]
    run = {"axenic": by_axenic, "raw": by_sqlite}[who]
    sys.stdout.write(json.dumps(run(Path(folder), int(seconds), paced == "paced")))
