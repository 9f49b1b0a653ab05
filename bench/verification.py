"""Verification of a journal and of its export beside a bare SHA-256 pass over the same bytes."""

from __future__ import annotations

import shutil
import sqlite3
from hashlib import sha256
from pathlib import Path

from axenic.record.entry import Thing
from axenic.record.journal import Journal
from axenic.record.verify import export, verify
from bench.contest import contest, say, seconds_of
from bench.row import Row, rates
from bench.scale import Scale
from bench.scene import shipped_cluster

BUDGET = 300_000  # events a second
ROUNDS = 3  # a million events take seconds each time
CHUNK = 2_000
BARE = "bare SHA-256"


def build(folder: Path, scale: Scale) -> Path:
    """A journal with at least so many events, those of the shipped cluster over and over."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    things: list[Thing] = []
    for fact, orders in shipped_cluster(scale.patients).play().steps:
        things += [fact, *orders]
    path = folder / "journal.db"
    journal = Journal.create(path, "axenic.example/bench")
    while journal.size < scale.events:
        journal.append(things[:CHUNK])
        things = things[CHUNK:] + things[:CHUNK]
    journal.anchor()
    journal.close()
    return path


def _bodies(path: Path) -> list[bytes]:
    db = sqlite3.connect(path)
    try:
        return [body for (body,) in db.execute("SELECT body FROM entry ORDER BY seq")]
    finally:
        db.close()


def _verified(path: Path) -> float:
    def work() -> None:
        if not verify(path).ok:
            raise ValueError(f"{path} does not verify")

    return seconds_of(work)


def measure(scale: Scale) -> list[Row]:
    """All rows of verification."""
    say(f"verification: writing {scale.events:,} events")
    folder = scale.folder / "verification"
    path = build(folder, scale)
    lines = folder / "journal.jsonl"
    export(path, lines)
    bodies = _bodies(path)
    events, size = len(bodies), sum(map(len, bodies))

    def each() -> None:
        for body in bodies:
            sha256(body).digest()

    contestants = {
        "journal": lambda: _verified(path),
        "each": lambda: seconds_of(each),
        "export": lambda: _verified(lines),
        "file": lambda: seconds_of(lambda: sha256(lines.read_bytes()).digest()),
    }
    found = {
        who: [events / s for s in took]
        for who, took in contest("verify", min(scale.rounds, ROUNDS), contestants).items()
    }
    shutil.rmtree(folder, ignore_errors=True)
    shape = f"{events:,} events of {size / events:,.0f} bytes"
    one_each = f"{shape}; the peer hashes each body, already in memory: no database, no tree, no numbers checked"
    whole = f"{shape}; the peer reads the file and hashes it in one piece: no entries, no tree"
    return [
        rates(
            "verify a journal", "events/s", found["journal"], f"{BARE}, entry by entry", found["each"], BUDGET, one_each
        ),
        rates("verify its export", "events/s", found["export"], f"{BARE}, whole file", found["file"], BUDGET, whole),
    ]
