"""A journal in an SQLite file: WAL mode, synchronous=FULL, triggers that abort UPDATE, DELETE and REPLACE.

The triggers stop accidents, not the owner of the file, who is stopped by the signed checkpoint kept outside. The
signed head lies in the last row of each transaction: a table of its own would be a second page to write each time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from axenic.record.files import keep_folder
from axenic.record.store import PATIENCE_S, About, EarlierForm, Row, State, StoreError
from axenic.record.told import told

_TABLES = """
BEGIN;
CREATE TABLE entry(seq INTEGER PRIMARY KEY, body BLOB NOT NULL, leaf BLOB NOT NULL, note TEXT) STRICT;
CREATE TABLE about(origin TEXT NOT NULL, simulated INTEGER NOT NULL, note TEXT NOT NULL) STRICT;
CREATE TABLE lease(one INTEGER PRIMARY KEY CHECK (one = 1), fence INTEGER NOT NULL) STRICT;
CREATE TRIGGER entry_is_kept BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
CREATE TRIGGER entry_stays BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;
CREATE TRIGGER entry_is_new BEFORE INSERT ON entry WHEN EXISTS (SELECT 1 FROM entry WHERE seq = NEW.seq)
  BEGIN SELECT RAISE(ABORT, 'entries are never replaced'); END;
INSERT INTO lease VALUES (1, 0);
"""
_STATE = "SELECT fence, ifnull((SELECT max(seq) FROM entry), 0) FROM lease"
_INSERT = "INSERT INTO entry VALUES (?, ?, ?, ?)"


def _says(error: Exception) -> StoreError:
    return StoreError(str(error))


_told = told(sqlite3.Error, says=_says)


class SqliteStore:
    """The rows of a journal in a file."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    @classmethod
    @_told
    def to_write(cls, path: Path) -> SqliteStore:
        """A file to append to."""
        if not path.exists():
            raise StoreError("there is no such file")
        db = sqlite3.connect(path, isolation_level=None, timeout=PATIENCE_S)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
        return cls(db)

    @classmethod
    @_told
    def to_read(cls, path: Path) -> SqliteStore:
        """A file that is only read. A name with `?`, `#` or `%` is a name."""
        return cls(sqlite3.connect(path.resolve().as_uri() + "?mode=ro", uri=True, isolation_level=None, timeout=5.0))

    @classmethod
    @_told
    def create(cls, path: Path, about: About, rows: Sequence[Row], note: str) -> None:
        """Make the file with its first rows: it is there wholly or not at all."""
        begun = path.with_name(path.name + ".begun")
        begun.unlink(missing_ok=True)
        db = sqlite3.connect(begun, isolation_level=None)
        try:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=FULL")
            db.executescript(_TABLES)
            db.execute("INSERT INTO about VALUES (?, ?, ?)", about)
            cls(db).write(rows, note)
        finally:
            db.close()
        begun.rename(path)
        keep_folder(path.parent)

    @classmethod
    @_told
    def copied(cls, path: Path, about: About, rows: Iterable[tuple[int, bytes, bytes, str | None]]) -> None:
        """Make a file of the rows of another database, with their notes."""
        cls.create(path, about, (), "")
        db = sqlite3.connect(path, isolation_level=None)
        try:
            db.execute("BEGIN")
            db.executemany(_INSERT, rows)
            db.execute("COMMIT")
            db.execute("PRAGMA journal_mode=DELETE")
        finally:
            db.close()

    @_told
    def about(self) -> About:
        """Raises EarlierForm for a journal whose signed head is a table of its own."""
        if self._db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'head'").fetchone():
            raise EarlierForm("the journal was written by an earlier form of Axenic")
        row = self._db.execute("SELECT origin, simulated, note FROM about").fetchone()
        if row is None:
            raise StoreError("the journal does not say whose it is")
        return About(row[0], bool(row[1]), row[2])

    def rows(self, after: int = 0) -> Iterator[Row]:
        """The entries after a number, in order."""
        try:
            yield from self._db.execute("SELECT seq, body, leaf FROM entry WHERE seq > ? ORDER BY seq", (after,))
        except sqlite3.Error as error:
            raise StoreError(str(error)) from error

    @_told
    def newest_note(self) -> str:
        """The signed head: the note in the last row that has one, or that of the empty journal."""
        query = "SELECT note FROM entry WHERE note IS NOT NULL ORDER BY seq DESC LIMIT 1"
        row = self._db.execute(query).fetchone()
        return str(row[0]) if row else self.about().note

    @_told
    def look(self) -> State:
        """Begin to read: all that is read until `undo` is of the same moment."""
        self._db.execute("BEGIN")
        return State(*self._db.execute(_STATE).fetchone())

    @_told
    def lock(self) -> State:
        """Begin to write."""
        self._db.execute("BEGIN IMMEDIATE")
        return State(*self._db.execute(_STATE).fetchone())

    @_told
    def take_lease(self) -> int:
        """Take the lease, within a lock; the new fence."""
        return int(self._db.execute("UPDATE lease SET fence = fence + 1 RETURNING fence").fetchall()[0][0])

    @_told
    def write(self, rows: Sequence[Row], note: str) -> None:
        """Append rows, with the signed head in the last of them, and keep them durably."""
        self._insert(rows, note)
        self._db.execute("COMMIT")

    def _insert(self, rows: Sequence[Row], note: str) -> None:
        if rows:
            noted = [(*row, None) for row in rows[:-1]]
            self._db.executemany(_INSERT, (*noted, (*rows[-1], note)))

    @_told
    def extend(self, fence: int | None, size: int, rows: Sequence[Row], note: str) -> bool:
        """All of an append in one transaction, if it finds the fence and the size given; else nothing, and False."""
        execute = self._db.execute
        execute("BEGIN IMMEDIATE")
        held, there = execute(_STATE).fetchone()
        if there != size or fence not in (None, held):
            execute("ROLLBACK")
            return False
        self._insert(rows, note)
        execute("COMMIT")
        return True

    @_told
    def keep(self) -> None:
        """End what was begun and keep it durably."""
        self._db.execute("COMMIT")

    @_told
    def undo(self) -> None:
        """End what was begun, if anything was."""
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    @_told
    def copy_to(self, path: Path) -> None:
        """A consistent copy as a file of its own, while others go on appending."""
        other = sqlite3.connect(path, isolation_level=None)
        try:
            self._db.backup(other, pages=10_000)
            other.execute("PRAGMA journal_mode=DELETE")  # one file, which can be read where nothing may be written
        finally:
            other.close()

    def close(self) -> None:
        """Leave the file alone."""
        self._db.close()
