"""A journal in a database of PostgreSQL: the same bytes, hashes and notes as in a file.

The owner of the tables makes them and is not used for anything else: every other connection acts as `axenic_app`,
which may select and insert, and nothing more. A trigger aborts UPDATE, DELETE and TRUNCATE by whomever. The number of
an entry is given under an advisory lock, which is held to the end of the transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from axenic.record.sqlite_store import SqliteStore
from axenic.record.store import PATIENCE_S, About, Lost, Row, State, StoreError
from axenic.record.told import told

ROLE = "axenic_app"
_LOCK = 0x4178656E6963  # one number for all of a database: "Axenic"
_CHUNK = 4096  # rows asked for at once

_TABLES = """
CREATE SCHEMA axenic;
CREATE TABLE axenic.entry(seq bigint PRIMARY KEY, body bytea NOT NULL, leaf bytea NOT NULL, note text);
CREATE TABLE axenic.about(origin text NOT NULL, simulated boolean NOT NULL, note text NOT NULL);
CREATE TABLE axenic.lease(one integer PRIMARY KEY CHECK (one = 1), fence bigint NOT NULL);
INSERT INTO axenic.lease VALUES (1, 0);
CREATE FUNCTION axenic.kept() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'entries are never changed or deleted'; END $$;
CREATE TRIGGER entry_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON axenic.entry
    FOR EACH STATEMENT EXECUTE FUNCTION axenic.kept();
"""
_ROLES = f"""
DO $$ BEGIN
    CREATE ROLE {ROLE} NOLOGIN;
EXCEPTION WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') THEN
        GRANT USAGE ON SCHEMA axenic TO {ROLE};
        GRANT SELECT, INSERT ON axenic.entry TO {ROLE};
        GRANT SELECT ON axenic.about TO {ROLE};
        GRANT SELECT, UPDATE ON axenic.lease TO {ROLE};
    END IF;
END $$;
"""  # where the owner may not make roles, a database administrator makes it and grants the same
_MAY = f"SELECT count(*) FROM pg_roles WHERE rolname = '{ROLE}' AND pg_has_role(current_user, oid, 'SET')"
_HOLD = f"SELECT pg_advisory_xact_lock({_LOCK})"
_STATE = "SELECT fence, coalesce((SELECT max(seq) FROM axenic.entry), 0) FROM axenic.lease"
_INSERT = "INSERT INTO axenic.entry SELECT * FROM unnest(%b::bigint[], %b::bytea[], %b::bytea[], %b::text[])"
_EXTEND = f"""{_INSERT}
WHERE EXISTS (SELECT FROM axenic.lease WHERE fence = coalesce(%b::bigint, fence))
AND coalesce((SELECT max(seq) FROM axenic.entry), 0) = %b::bigint"""
_COPY = "COPY (SELECT seq, body, leaf, note FROM axenic.entry ORDER BY seq) TO STDOUT (FORMAT BINARY)"

Connection = psycopg.Connection[tuple[Any, ...]]


def _says(error: Exception) -> StoreError:
    state = error.sqlstate if isinstance(error, psycopg.Error) else None
    gone = state is None or state.startswith("57P")  # 57P0x: the server shuts down
    return (Lost if gone else StoreError)(" ".join(str(error).split()))


_told = told(psycopg.Error, says=_says)


class PostgresStore:
    """The rows of a journal in a database."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    @classmethod
    @_told
    def to_write(cls, url: str) -> PostgresStore:
        """A database to append to, as `axenic_app` if there is that role and it may be taken."""
        db = _connected(url)
        try:
            if db.execute("SHOW fsync").fetchone() != ("on",):
                raise StoreError("the server keeps nothing durably: fsync is off")
            db.execute("SET synchronous_commit = on")
            if db.execute(_MAY).fetchone() == (1,):
                db.execute(f"SET ROLE {ROLE}")
        except BaseException:
            db.close()
            raise
        return cls(db)

    @classmethod
    @_told
    def to_read(cls, url: str) -> PostgresStore:
        """A database that is only read."""
        db = _connected(url)
        db.execute("SET default_transaction_read_only = on")
        return cls(db)

    @classmethod
    @_told
    def create(cls, url: str, about: About, rows: Sequence[Row], note: str) -> None:
        """Make the tables with their first rows: they are there wholly or not at all."""
        db = _connected(url)
        try:
            db.execute("BEGIN")
            db.execute(_TABLES)
            db.execute(_ROLES)
            db.execute("INSERT INTO axenic.about VALUES (%s, %s, %s)", about)
            cls(db).write(rows, note)
        finally:
            db.close()

    @classmethod
    @_told
    def is_there(cls, url: str) -> bool:
        """Whether the database holds a journal."""
        db = _connected(url)
        try:
            return db.execute("SELECT to_regclass('axenic.entry') IS NOT NULL").fetchone() == (True,)
        finally:
            db.close()

    @_told
    def about(self) -> About:
        """What the journal says of itself, unsigned."""
        row = self._db.execute("SELECT origin, simulated, note FROM axenic.about").fetchone()
        if row is None:
            raise StoreError("the journal does not say whose it is")
        return About(*row)

    def rows(self, after: int = 0) -> Iterator[Row]:
        """The entries after a number, in order."""
        while chunk := self._chunk(after):
            yield from chunk
            after = chunk[-1][0]

    @_told
    def _chunk(self, after: int) -> list[Row]:
        query = "SELECT seq, body, leaf FROM axenic.entry WHERE seq > %b ORDER BY seq LIMIT %b"
        return self._db.execute(query, (after, _CHUNK), binary=True).fetchall()

    @_told
    def newest_note(self) -> str:
        """The signed head: the note in the last row that has one, or that of the empty journal."""
        query = "SELECT note FROM axenic.entry WHERE note IS NOT NULL ORDER BY seq DESC LIMIT 1"
        row = self._db.execute(query).fetchone()
        return str(row[0]) if row else self.about().note

    @_told
    def look(self) -> State:
        """Begin to read: all that is read until `undo` is of the same moment."""
        return self._begun(f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {_STATE}")

    @_told
    def lock(self) -> State:
        """Begin to write; the state is read after the lock is held, by a statement of its own."""
        return self._begun(f"BEGIN; {_HOLD}; {_STATE}")

    def _begun(self, statements: str) -> State:
        cursor = self._db.execute(statements)
        while cursor.nextset():
            pass
        return State(*cursor.fetchall()[0])

    @_told
    def take_lease(self) -> int:
        """Take the lease, within a lock; the new fence."""
        query = "UPDATE axenic.lease SET fence = fence + 1 RETURNING fence"
        return int(self._db.execute(query).fetchall()[0][0])

    @_told
    def write(self, rows: Sequence[Row], note: str) -> None:
        """Append rows, with the signed head in the last of them, and keep them durably."""
        if rows:
            self._db.execute(_INSERT, _columns(rows, note))
        self._db.execute("COMMIT")

    @_told
    def extend(self, fence: int | None, size: int, rows: Sequence[Row], note: str) -> bool:
        """All of an append in one transaction, if it finds the fence and the size given; else nothing, and False.

        One round trip: the four statements go out together, and each sees what was committed before it began, so the
        insertion sees all that was done under the lock before. COMMIT is said, not left to the end of the pipeline:
        what the server refuses only then is an answer to it.
        """
        if not rows:
            return False
        with self._db.pipeline():
            self._db.execute("BEGIN", prepare=True)
            self._db.execute(_HOLD, prepare=True)
            done = self._db.execute(_EXTEND, (*_columns(rows, note), fence, size), prepare=True)
            self._db.execute("COMMIT", prepare=True)
        return done.rowcount == len(rows)

    @_told
    def keep(self) -> None:
        """End what was begun and keep it durably."""
        self._db.execute("COMMIT")

    @_told
    def undo(self) -> None:
        """End what was begun, if anything was and the server is still there."""
        if not self._db.closed and self._db.info.transaction_status != TransactionStatus.IDLE:
            self._db.execute("ROLLBACK")

    @_told
    def copy_to(self, path: Path) -> None:
        """A consistent copy as an SQLite file: the same rows and notes, and no server needed to read it."""
        self.look()
        about = self.about()
        try:
            with self._db.cursor() as cursor, cursor.copy(_COPY) as copy:
                copy.set_types(["int8", "bytea", "bytea", "text"])
                SqliteStore.copied(path, about, copy.rows())
        finally:
            self.undo()

    def close(self) -> None:
        """Leave the database alone."""
        self._db.close()


def _columns(rows: Sequence[Row], note: str) -> tuple[list[int], list[bytes], list[bytes], list[str | None]]:
    numbers, bodies, leaves = zip(*rows, strict=True)
    return list(numbers), list(bodies), list(leaves), [*[None] * (len(rows) - 1), note]


def _connected(url: str) -> Connection:
    db = psycopg.connect(url, autocommit=True, connect_timeout=PATIENCE_S, application_name="axenic")
    db.execute(f"SET lock_timeout = '{PATIENCE_S}s'")
    return db
