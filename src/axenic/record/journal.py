"""The journal: what happened and what was ordered, appended once, never changed, each time with a signed head.

SQLite in WAL mode with synchronous=FULL. Triggers abort UPDATE and DELETE; they stop accidents, not the owner of
the file, who is stopped by the signed checkpoint kept outside the database. A lease with a fencing number is
checked in the same transaction as every append: there is one writer.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from axenic.notation.finding import Finding
from axenic.record.entry import Document, Entry, Thing, body_of, decode
from axenic.record.history import Row, Signed, Verdict, judge_history
from axenic.record.merkle import Frontier, leaf_hash
from axenic.record.note import Checkpoint, Signer

_TABLES = """
CREATE TABLE entry(seq INTEGER PRIMARY KEY, body BLOB NOT NULL, leaf BLOB NOT NULL) STRICT;
CREATE TABLE head(one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL, note TEXT NOT NULL) STRICT;
CREATE TABLE about(origin TEXT NOT NULL, simulated INTEGER NOT NULL) STRICT;
CREATE TABLE lease(one INTEGER PRIMARY KEY CHECK (one = 1), fence INTEGER NOT NULL) STRICT;
CREATE TRIGGER entry_is_kept BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
CREATE TRIGGER entry_stays BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;
INSERT INTO lease VALUES (1, 0);
"""

_PATIENCE_S = 30.0  # taking over reads the whole journal under the lock, about 300,000 entries each second


class JournalError(Exception):
    """The journal cannot be used as asked; `finding` says why and how to mend it."""

    def __init__(self, code: str, message: str, hint: str, file: str) -> None:
        super().__init__(message)
        self.finding = Finding(code, message, hint, file)


def key_path(path: Path) -> Path:
    """Where the private key of a journal lies: beside it, never in it."""
    return path.with_name(path.name + ".key")


def vkey_path(path: Path) -> Path:
    """Where the public key of a journal lies."""
    return path.with_name(path.name + ".vkey")


def anchor_path(path: Path) -> Path:
    """Where the newest signed checkpoint lies outside the database."""
    return path.with_name(path.name + ".checkpoint")


@dataclass(frozen=True, slots=True)
class Head:
    """A journal's state as it can be shown: size, root (hexadecimal), signed note and public key."""

    origin: str
    simulated: bool
    size: int
    root: str
    note: str
    vkey: str


class Journal:
    """The one writer of a journal file."""

    def __init__(self, path: Path, connection: sqlite3.Connection, signer: Signer) -> None:
        self.path = path
        self._db = connection
        self._signer = signer
        self._vkey = signer.verifier.vkey()
        try:
            connection.execute("BEGIN IMMEDIATE")  # one transaction: nobody appends between the fence and the reading
            self._fence = connection.execute("UPDATE lease SET fence = fence + 1 RETURNING fence").fetchall()[0][0]
            signed = Signed(_note(connection), self._vkey, _anchored(path), read_about(connection))
            rows = connection.execute("SELECT seq, body, leaf FROM entry ORDER BY seq")
            verdict = _approved(judge_history(rows, signed), path)
            self.origin, self.simulated = read_about(connection)
            connection.execute("COMMIT")
        except BaseException:
            connection.close()  # which undoes it: a journal that is refused stays with the writer it has
            raise
        self._frontier, self._note = verdict.frontier, signed.note

    @classmethod
    def create(cls, path: Path, origin: str, simulated: bool = True, things: Sequence[Thing] = ()) -> Journal:
        """A new journal with a new key, begun with `things`: all of it is there or none.

        Raises JournalError if the file is there or cannot be written.
        """
        if path.exists():
            raise JournalError("AX0301", "there is a file of that name already", "choose another path", str(path))
        if anchor_path(path).exists():  # else a journal that was thrown away would take its checkpoint with it
            text, hint = "the checkpoint of an earlier journal lies there", "move it away or choose another path"
            raise JournalError("AX0301", text, hint, str(anchor_path(path)))
        try:
            descriptor = os.open(key_path(path), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            private = os.urandom(32)
            with os.fdopen(descriptor, "wb") as file:
                file.write(private)
            signer = Signer(origin, private)
            vkey_path(path).write_text(signer.verifier.vkey() + "\n", "utf-8")
            begun = path.with_name(path.name + ".begun")  # a journal is there wholly or not at all
            begun.unlink(missing_ok=True)
            db = _connect(begun)
            db.executescript(_TABLES)
            db.execute("INSERT INTO about VALUES (?, ?)", (origin, int(simulated)))
            rows, frontier = _rows(things, Frontier(), simulated)
            db.executemany("INSERT INTO entry VALUES (?, ?, ?)", rows)
            note = signer.note(Checkpoint(origin, frontier.size, frontier.root()))
            db.execute("INSERT INTO head VALUES (1, ?, ?)", (frontier.size, note))
            db.close()
            begun.rename(path)
            db = _connect(path)
        except (OSError, sqlite3.Error) as error:
            raise JournalError("AX0301", str(error), "check disk space and permissions", str(path)) from error
        return cls(path, db, signer)

    @classmethod
    def open(cls, path: Path) -> Journal:
        """Take over a journal as its writer; raises JournalError."""
        try:
            private = key_path(path).read_bytes()
            db = _connect(path)
            return cls(path, db, Signer(read_about(db)[0], private))
        except (OSError, sqlite3.Error, ValueError, TypeError, AttributeError, IndexError) as error:
            hint = "check the path, and that its .key lies beside it"
            raise JournalError("AX0303", f"not a journal that can be written: {error}", hint, str(path)) from error

    def append(self, things: Sequence[Thing]) -> int:
        """Append in one durable transaction; the number of the last entry.

        Raises JournalError: AX0301 if it cannot be written (nothing is), AX0302 if another writer took over.
        """
        rows, frontier = _rows(things, self._frontier, self.simulated)
        note = self._signer.note(Checkpoint(self.origin, frontier.size, frontier.root()))
        try:
            self._write(rows, frontier.size, note)
        except sqlite3.Error as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            hint = "nothing was written and nothing moves; check disk space and permissions"
            raise JournalError("AX0301", str(error), hint, str(self.path)) from error
        self._frontier, self._note = frontier, note
        return frontier.size

    def _write(self, rows: list[Row], size: int, note: str) -> None:
        db = self._db
        db.execute("BEGIN IMMEDIATE")
        if db.execute("SELECT fence FROM lease").fetchone()[0] != self._fence:
            db.execute("ROLLBACK")
            raise JournalError("AX0302", "another writer took over", "stop one of the two", str(self.path))
        db.executemany("INSERT INTO entry VALUES (?, ?, ?)", rows)
        db.execute("UPDATE head SET size = ?, note = ?", (size, note))
        db.execute("COMMIT")

    @property
    def size(self) -> int:
        """How many entries there are."""
        return self._frontier.size

    def root(self) -> str:
        """The Merkle root over all entries, hexadecimal."""
        return self._frontier.root().hex()

    def entries(self) -> Iterator[Entry]:
        """All entries, decoded, in order."""
        for (body,) in self._db.execute("SELECT body FROM entry ORDER BY seq"):
            yield decode(body)

    def head(self) -> Head:
        """The signed head, as this writer signed it."""
        return Head(self.origin, self.simulated, self.size, self.root(), self._note, self._vkey)

    def anchor(self) -> Path:
        """Write the signed head beside the database; its path."""
        target = anchor_path(self.path)
        half = target.with_name(target.name + ".half")  # whoever reads it meanwhile reads one or the other
        half.write_text(self._note, "utf-8")
        half.replace(target)
        return target

    def close(self) -> None:
        """Leave the file alone."""
        self._db.close()


def _rows(things: Sequence[Thing], frontier: Frontier, simulated: bool) -> tuple[list[Row], Frontier]:
    """The rows that come after a frontier, and the frontier after them."""
    frontier, rows = frontier.copy(), []
    for thing in things:
        body = body_of(frontier.size + 1, thing, simulated)
        leaf = leaf_hash(body)
        frontier.append(leaf)
        rows.append((frontier.size, body, leaf))
    return rows, frontier


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, timeout=_PATIENCE_S)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    return db


def read_only(path: Path) -> sqlite3.Connection:
    """A connection that cannot write; raises sqlite3.Error or OSError. A name with `?`, `#` or `%` is a name."""
    return sqlite3.connect(path.resolve().as_uri() + "?mode=ro", uri=True, isolation_level=None, timeout=5.0)


def read_about(db: sqlite3.Connection) -> tuple[str, bool]:
    """Origin and `simulated` as an unsigned table has them; raises sqlite3.Error or ValueError."""
    row = db.execute("SELECT origin, simulated FROM about").fetchone()
    if row is None:
        raise ValueError("the journal does not say whose it is")
    return row[0], bool(row[1])


def _note(db: sqlite3.Connection) -> str:
    row = db.execute("SELECT note FROM head").fetchone()
    if row is None:
        raise ValueError("the journal has no signed head")
    return str(row[0])


def _anchored(path: Path) -> str:
    """The checkpoint kept outside, if there is one; raises OSError or ValueError."""
    return anchor_path(path).read_text("utf-8") if anchor_path(path).exists() else ""


def _approved(verdict: Verdict, path: Path) -> Verdict:
    """The verdict, if it is good; raises JournalError: what does not verify is neither read nor gone on with."""
    if verdict.ok:
        return verdict
    hint = "axenic verify names the entry that is wrong"
    raise JournalError("AX0303", f"does not verify: {'; '.join(verdict.reasons)}", hint, str(path))


@dataclass(frozen=True, slots=True)
class Reading:
    """A journal as it was read: all entries, verified, and the head they fit."""

    entries: list[Entry]
    head: Head


def read_journal(path: Path) -> Reading:
    """Read and verify a journal without becoming its writer; raises JournalError."""
    try:
        if not path.exists():
            raise JournalError("AX0501", "there is no such journal", "check the path", str(path))
        vkey, anchor = vkey_path(path).read_text("utf-8").strip(), _anchored(path)
        db = read_only(path)
        try:
            db.execute("BEGIN")  # head and entries of the same moment
            rows = db.execute("SELECT seq, body, leaf FROM entry ORDER BY seq").fetchall()
            signed = Signed(_note(db), vkey, anchor, read_about(db))
        finally:
            db.close()
        verdict = _approved(judge_history(rows, signed), path)
        origin, simulated = signed.about or ("", True)
        head = Head(origin, simulated, verdict.events, verdict.root, signed.note, vkey)
        return Reading([decode(body) for _, body, _ in rows], head)
    except (OSError, sqlite3.Error, ValueError, KeyError, TypeError, AttributeError) as error:
        hint = "check the path, and that its .vkey lies beside it; axenic verify says more"
        raise JournalError("AX0303", f"cannot be read as a journal: {error}", hint, str(path)) from error


def read_entries(path: Path) -> list[Entry]:
    """All entries of a journal, verified, without becoming its writer; raises JournalError."""
    return read_journal(path).entries


def documents(entries: Iterable[Entry]) -> dict[tuple[str, str], str]:
    """The master documents of a journal by kind and name."""
    found = (e.thing for e in entries if isinstance(e.thing, Document))
    return {(d.kind, d.name): d.text for d in found}
