"""The ledger of a campaign: its parts, which are done, and what they gave; in SQLite, so it outlives a crash.

At first everything is one pending part. What is handed to a worker is cut off from the front of a pending part.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Self

_TABLES = """
CREATE TABLE about(campaign TEXT NOT NULL) STRICT;
CREATE TABLE part(begin INTEGER PRIMARY KEY, stop INTEGER NOT NULL, state TEXT NOT NULL DEFAULT 'pending'
  CHECK (state IN ('pending', 'running', 'done')), digest BLOB, result BLOB) STRICT;
"""


class LedgerError(ValueError):
    """The file cannot be the ledger of this campaign."""


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """Replications `begin` to `stop - 1`, counted through all series of a campaign."""

    begin: int
    stop: int

    @property
    def count(self) -> int:
        """How many replications."""
        return self.stop - self.begin


class Ledger:
    """The one writer of a ledger; a part that was running when its campaign died is pending again."""

    def __init__(self, path: Path | None, campaign: str, total: int) -> None:
        """Opens or makes the ledger of the campaign with that digest and number of replications.

        Without a path it is kept in memory.

        Raises LedgerError if the file is another campaign's, is in use, or is no ledger.
        """
        self.path = path
        self._db = sqlite3.connect(path or ":memory:", isolation_level=None, timeout=0)
        try:
            self._db.execute("PRAGMA locking_mode = EXCLUSIVE")  # held until closed: one campaign, one writer
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")  # a power cut may lose the last parts, a kill none
            self._db.execute("BEGIN IMMEDIATE")
            self._begin(campaign, total)
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            self._db.close()
            raise LedgerError(f"{path}: cannot be used as a ledger: {error}") from error
        except BaseException:
            self._db.close()
            raise

    def _begin(self, campaign: str, total: int) -> None:
        if not self._db.execute("SELECT 1 FROM sqlite_schema").fetchone():
            for statement in _TABLES.split(";\n"):
                self._db.execute(statement)
            self._db.execute("INSERT INTO about VALUES (?)", (campaign,))
            self._db.execute("INSERT INTO part(begin, stop) VALUES (0, ?)", (total,))
        if self._db.execute("SELECT campaign FROM about").fetchone() != (campaign,):
            raise LedgerError(f"{self.path}: the ledger of another campaign; give another path or remove the file")
        self._db.execute("UPDATE part SET state = 'pending' WHERE state = 'running'")
        damaged = [(begin,) for begin, digest, result in self._done() if sha256(result).digest() != digest]
        self._db.executemany("UPDATE part SET state = 'pending' WHERE begin = ?", damaged)  # it can be done again

    def _done(self) -> Iterator[tuple[int, bytes, bytes]]:
        return self._db.execute("SELECT begin, digest, result FROM part WHERE state = 'done' ORDER BY begin")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._db.close()

    def pending(self) -> list[Part]:
        """What is still to do, in order."""
        rows = self._db.execute("SELECT begin, stop FROM part WHERE state <> 'done' ORDER BY begin")
        return [Part(begin, stop) for begin, stop in rows]

    def start(self, part: Part) -> None:
        """The part was handed to a worker; what a pending part has beyond it stays pending."""
        self._db.execute("BEGIN")
        self._db.execute(
            "INSERT INTO part(begin, stop) SELECT ?, stop FROM part WHERE begin = ? AND stop > ?",
            (part.stop, part.begin, part.stop),
        )
        self._db.execute("UPDATE part SET stop = ?, state = 'running' WHERE begin = ?", (part.stop, part.begin))
        self._db.execute("COMMIT")

    def finish(self, part: Part, result: bytes) -> None:
        """The part is done; from now on it survives whatever happens."""
        change = "UPDATE part SET state = 'done', digest = ?, result = ? WHERE begin = ?"
        self._db.execute(change, (sha256(result).digest(), result, part.begin))

    def result(self) -> bytes:
        """The results of all parts done, in order."""
        return b"".join(result for _, _, result in self._done())
