"""A printed batch record of 100 pages and its seal, beside the same pages as Typst alone lays them out."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path

from axenic.cli.job import new_job
from axenic.quality.judged import books_of, judged
from axenic.record.bundle import read_bundle
from axenic.record.carry import carried
from axenic.record.entry import Act, Thing
from axenic.record.journal import Journal, Reading, read_journal
from axenic.record.print import Press, ended, print_bundle
from axenic.record.seal import seal_of
from bench.contest import contest, say, seconds_of
from bench.row import Row, times
from bench.scale import Scale
from bench.scene import shipped_cluster

BUDGET = 2.0  # seconds
ROUNDS = 5
ACTS = 2_000  # on one batch: with its own entries they fill the pages
BATCH = "AX-0001"
MINUTE = 60_000


def acts(count: int, at: int) -> list[Thing]:
    """What persons do to one batch: notes, now and then a correction, a refusal, a signature."""
    found: list[Thing] = []
    for n in range(count):
        where = {"station": f"ST-{n % 7}", "zone": "Europe/Brussels", "batch": BATCH, "object": f"batch {BATCH}"}
        moment, actor = at + n * MINUTE, f"op{n % 9}"
        if n % 40 == 39:
            signed = {"name": f"Person {n % 9}", "meaning": "checked", "at": moment, "zone": "UTC", "user": actor}
            found.append(Act(moment, "sign", actor, "QA reviewer", new={"signature": signed}, **where))
        elif n % 20 == 19:
            old, new = {"value": f"{n}.1"}, {"value": f"{n}.2"}
            value = where | {"object": f"entry {BATCH}/expand/grow#1/volume {n}"}
            found.append(Act(moment, "entry correct", actor, "operator", old=old, new=new, reason="misread", **value))
        else:
            refused = ("not in this state",) if n % 20 == 7 else ()
            text = {"text": f"bag {n} looked at: clear, no leak, label legible, lot as ordered"}
            found.append(
                Act(moment, "note", actor, "operator", new=text, reason="line check", refused=refused, **where)
            )
    return found


def build(folder: Path, count: int) -> tuple[Path, Reading]:
    """A journal of some patients with so many acts on the first batch."""
    things: list[Thing] = list(new_job("car-t-9-day", "robotic-cluster", 7).documents())
    for fact, orders in shipped_cluster(2).play().steps:
        things += [fact, *orders]
    path = folder / "record.db"
    last = max(thing.at for thing in things)
    journal = Journal.create(path, "axenic.example/bench", things=[*things, *acts(count, last)])
    journal.close()
    return path, read_journal(path)


class _Bare(Press):
    """The same pages without tags, without PDF/A, with nothing attached."""

    def lay_out(self, record: dict[str, object], at: int, bundle: bytes = b"") -> bytes:
        copy = {**record["copy"], "attachment": ""}  # type: ignore[dict-item]
        inputs = {"record": json.dumps({**record, "copy": copy}), "bundle": ""}
        return bytes(self._compiler.compile(sys_inputs=inputs, timestamp=at // 1000, pdf_tags=False))


def _pages(pdf: bytes) -> int:
    found = re.findall(rb"/Type\s*/Pages\b.*?/Count\s+(\d+)", pdf, re.DOTALL)
    return max(map(int, found))


def once(who: str, folder: Path) -> tuple[float, float]:
    """Seconds of one record, and those of the processor alone; a process of its own, since Typst remembers layouts."""
    bundle = read_bundle((folder / f"{BATCH}.json").read_bytes())
    seal = seal_of(folder / "record.db", read_journal(folder / "record.db"))

    def sealed() -> None:
        (folder / f"{BATCH}.pdf").write_bytes(seal.close(print_bundle(bundle), ended(bundle.entries())))

    before = time.process_time()
    wall = seconds_of(sealed if who == "sealed" else lambda: print_bundle(bundle, _Bare()))
    return wall, time.process_time() - before


def _asked(who: str, folder: Path) -> tuple[float, float]:
    command = [sys.executable, "-m", "bench.record", who, folder]
    wall, busy = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(wall), float(busy)


def measure(scale: Scale) -> list[Row]:
    """All rows of the record."""
    say(f"record: a journal with {ACTS:,} acts on one batch")
    path, reading = build(scale.folder, ACTS)
    bundle = carried(BATCH, reading, path, judged(books_of(reading.entries, True), BATCH))
    (scale.folder / f"{BATCH}.json").write_bytes(bundle.to_bytes())
    contestants = {who: lambda who=who: _asked(who, scale.folder)[0] for who in ("sealed", "bare")}
    busy = min(_asked("sealed", scale.folder)[1] for _ in range(2))
    first = (scale.folder / f"{BATCH}.pdf").read_bytes()
    found = contest("record", min(scale.rounds, ROUNDS), contestants)
    if first != (scale.folder / f"{BATCH}.pdf").read_bytes():
        raise ValueError("printed again, the record has other bytes")
    pages, size = _pages(first), len(first) / 1e6
    note = f"{pages} pages, {bundle.here:,} entries, {size:.1f} MB, tagged PDF/A-3b with its bundle, sealed; same bytes"
    note += f"; {busy:.2f} s of processor time"
    name = "the same pages by Typst, untagged, no PDF/A, no bundle, no seal"
    return [times("print and seal a batch record", "s", found["sealed"], name, found["bare"], BUDGET, note)]


if __name__ == "__main__":
    sys.stdout.write(" ".join(map(str, once(sys.argv[1], Path(sys.argv[2])))) + "\n")
