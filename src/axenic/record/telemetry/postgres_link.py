"""The hot buffer in PostgreSQL: the same tables in a schema of their own, beside the journal or without one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import psycopg

from axenic.record.place import shown
from axenic.record.store import PATIENCE_S
from axenic.record.telemetry.error import BUFFER, TelemetryError
from axenic.record.told import told

_WORK, _ALONE = 0x54656C65, 0x54656C66  # numbers of advisory locks: "Tele", and the next
_TABLES = """
CREATE SCHEMA IF NOT EXISTS axenic_telemetry;
CREATE TABLE IF NOT EXISTS tag(id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, cluster text NOT NULL,
    name text NOT NULL, at bigint, value float8, text text, quality bigint, UNIQUE(cluster, name));
CREATE TABLE IF NOT EXISTS fresh(tag bigint NOT NULL, at bigint NOT NULL, value float8, text text,
    quality bigint NOT NULL, PRIMARY KEY(at, tag));
CREATE TABLE IF NOT EXISTS settled(tag bigint NOT NULL, at bigint NOT NULL, value float8, text text,
    quality bigint NOT NULL, PRIMARY KEY(tag, at));
CREATE TABLE IF NOT EXISTS closing(cluster text NOT NULL, first bigint NOT NULL, part bigint NOT NULL,
    PRIMARY KEY(cluster, first));
"""
_KINDS = {
    "tag(cluster, name)": ("text", "text"),
    "fresh": ("bigint", "bigint", "float8", "text", "bigint"),
    "closing": ("text", "bigint", "bigint"),
}
_SOON_S = 2  # the server takes a moment to see that a process is no more
_HINT = "is the server up, and may the user use the schema axenic_telemetry? what was taken is held until it can be"
_BUSY = "wait until it has ended"

Connection = psycopg.Connection[tuple[Any, ...]]


def _says(error: Exception) -> TelemetryError:
    said = " ".join(str(error).split())
    return TelemetryError(BUFFER, f"the hot buffer cannot be used: {said}", _HINT, "")


_told = told(psycopg.Error, says=_says)


class PostgresLink:
    """A database by its URL."""

    def __init__(self, url: str, db: Connection) -> None:
        self._url, self._db = url, db

    @classmethod
    @_told
    def opened(cls, url: str) -> PostgresLink:
        """The database, its tables made if they are not there."""
        db = _connected(url)
        try:
            if not _is_there(db):
                db.execute(f"BEGIN; SELECT pg_advisory_xact_lock({_WORK}); {_TABLES} COMMIT")
        except BaseException:
            db.close()
            raise
        return cls(url, db)

    @classmethod
    @_told
    def to_read(cls, url: str) -> PostgresLink | None:
        """The database, only to be read; None if there is no buffer in it."""
        db = _connected(url)
        db.execute("SET default_transaction_read_only = on")
        if _is_there(db):
            return cls(url, db)
        db.close()
        return None

    @_told
    def ask(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of one statement."""
        return self._db.execute(_placed(sql), values or None).fetchall()

    @_told
    def do(self, sql: str, values: Sequence[Any] = ()) -> int:
        """One statement; how many rows it touched."""
        return self._db.execute(_placed(sql), values or None).rowcount

    @_told
    def many(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows; one that is there already is left alone."""
        if rows:
            columns = [list(column) for column in zip(*rows, strict=True)]
            places = ", ".join(f"%b::{kind}[]" for kind in _KINDS[table])
            self._db.execute(f"INSERT INTO {table} SELECT * FROM unnest({places}) ON CONFLICT DO NOTHING", columns)

    @contextmanager
    def work(self) -> Iterator[None]:
        """One durable transaction under an advisory lock, so that it is the only one of its time."""
        self.do(f"BEGIN; SELECT pg_advisory_xact_lock({_WORK})")
        try:
            yield
            self.do("COMMIT")
        except BaseException:
            with suppress(TelemetryError):  # the connection may be gone, and with it what was begun
                self.do("ROLLBACK")
            raise

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Held by an advisory lock, which the server lets go of when the connection ends, however it does."""
        try:
            self.do(f"SET lock_timeout = '{_SOON_S}s'")
            self.do(f"SELECT pg_advisory_lock({_ALONE})")
        except TelemetryError as error:
            raise TelemetryError(BUFFER, f"another process is compacting: {error}", _BUSY, shown(self._url)) from error
        finally:
            self.do(f"SET lock_timeout = '{PATIENCE_S}s'")
        try:
            yield
        finally:
            with suppress(TelemetryError):
                self.do(f"SELECT pg_advisory_unlock({_ALONE})")

    @_told
    def move(self, unless: str) -> None:
        """Move the rows of `fresh` to `settled`, those left out that meet a condition."""
        moved = f"WITH moved AS (DELETE FROM fresh WHERE NOT {unless} RETURNING *)"
        self._db.execute(f"{moved} INSERT INTO settled SELECT * FROM moved ON CONFLICT DO NOTHING")

    def close(self) -> None:
        """Leave the database alone."""
        self._db.close()


def _placed(sql: str) -> str:
    """The same statement with the place holders of psycopg."""
    return sql.replace("?", "%s")


def _connected(url: str) -> Connection:
    db = psycopg.connect(url, autocommit=True, connect_timeout=PATIENCE_S, application_name="axenic telemetry")
    db.execute(f"SET client_min_messages = warning; SET lock_timeout = '{PATIENCE_S}s'; SET synchronous_commit = on")
    db.execute("SET search_path = axenic_telemetry")
    return db


def _is_there(db: Connection) -> bool:
    return db.execute("SELECT to_regclass('axenic_telemetry.closing') IS NOT NULL").fetchone() == (True,)
