"""The hot buffer in an SQLite file of its own, so that the journal's commits never wait for it."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axenic.record.files import keep_folder
from axenic.record.store import PATIENCE_S
from axenic.record.telemetry.error import BUFFER, TelemetryError
from axenic.record.told import told

_TABLES = """
CREATE TABLE IF NOT EXISTS tag(id INTEGER PRIMARY KEY, cluster TEXT NOT NULL, name TEXT NOT NULL,
    at INTEGER, value REAL, text TEXT, quality INTEGER, UNIQUE(cluster, name)) STRICT;
CREATE TABLE IF NOT EXISTS fresh(tag INTEGER NOT NULL, at INTEGER NOT NULL, value REAL, text TEXT,
    quality INTEGER NOT NULL, PRIMARY KEY(at, tag)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS settled(tag INTEGER NOT NULL, at INTEGER NOT NULL, value REAL, text TEXT,
    quality INTEGER NOT NULL, PRIMARY KEY(tag, at)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS closing(cluster TEXT NOT NULL, first INTEGER NOT NULL, part INTEGER NOT NULL,
    PRIMARY KEY(cluster, first)) STRICT;
"""
_HINT = "check disk space and permissions; what was taken is held and written when it can be"
_BUSY = "wait until it has ended"


def _says(error: Exception) -> TelemetryError:
    return TelemetryError(BUFFER, f"the hot buffer cannot be used: {error}", _HINT, "")


_told = told(sqlite3.Error, OSError, says=_says)


class SqliteLink:
    """A file: WAL, synchronous=FULL."""

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self._path, self._db = path, db

    @classmethod
    @_told
    def opened(cls, path: Path) -> SqliteLink:
        """The file, made if it is not there. Usable by any thread, by one at a time."""
        is_new = not path.exists()
        path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, isolation_level=None, timeout=PATIENCE_S, check_same_thread=False)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        db.executescript(_TABLES)
        if is_new:
            keep_folder(path.parent)
        return cls(path, db)

    @classmethod
    @_told
    def to_read(cls, path: Path) -> SqliteLink:
        """A file that is only read."""
        return cls(path, sqlite3.connect(path.resolve().as_uri() + "?mode=ro", uri=True, isolation_level=None))

    @classmethod
    @_told
    def empty(cls) -> SqliteLink:
        """What a buffer is that was never made: nothing, in memory."""
        db = sqlite3.connect(":memory:", isolation_level=None)
        db.executescript(_TABLES)
        return cls(Path(), db)

    @_told
    def ask(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of one statement."""
        return self._db.execute(sql, values).fetchall()

    @_told
    def do(self, sql: str, values: Sequence[Any] = ()) -> int:
        """One statement; how many rows it touched."""
        return self._db.execute(sql, values).rowcount

    @_told
    def many(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows; one that is there already is left alone."""
        if rows:
            places = ", ".join("?" * len(rows[0]))
            self._db.executemany(f"INSERT INTO {table} VALUES ({places}) ON CONFLICT DO NOTHING", rows)

    @contextmanager
    def work(self) -> Iterator[None]:
        """One durable transaction, the only one of its time."""
        self.do("BEGIN IMMEDIATE")
        try:
            yield
            self.do("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self.do("ROLLBACK")
            raise

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Held by a lock on a file, which the system lets go of when the process ends, however it does."""
        descriptor = _lock_of(self._path)
        try:
            yield
        finally:
            os.close(descriptor)

    @_told
    def move(self, unless: str) -> None:
        """Move the rows of `fresh` to `settled`, those left out that meet a condition."""
        chosen = f"FROM fresh WHERE NOT {unless}"
        self._db.execute(f"INSERT INTO settled SELECT * {chosen} ORDER BY tag, at ON CONFLICT DO NOTHING")
        self._db.execute(f"DELETE {chosen}")

    def close(self) -> None:
        """Leave the file alone."""
        self._db.close()


@_told
def _lock_of(path: Path) -> int:
    descriptor = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise TelemetryError(BUFFER, "another process is compacting", _BUSY, str(path)) from None
    return descriptor
