"""Which database a journal's place means: the one place where that is decided, and where PostgreSQL is loaded."""

from __future__ import annotations

from collections.abc import Sequence

from axenic.record.place import Place
from axenic.record.sqlite_store import SqliteStore
from axenic.record.store import About, Row, Store


def to_write(place: Place) -> Store:
    """The store of a journal to append to; raises StoreError."""
    if not place.url:
        return SqliteStore.to_write(place.path)
    from axenic.record.postgres_store import PostgresStore

    return PostgresStore.to_write(place.url)


def to_read(place: Place) -> Store:
    """The store of a journal that is only read; raises StoreError."""
    if not place.url:
        return SqliteStore.to_read(place.path)
    from axenic.record.postgres_store import PostgresStore

    return PostgresStore.to_read(place.url)


def create(place: Place, about: About, rows: Sequence[Row], note: str) -> None:
    """Make the store of a journal with its first rows, wholly or not at all; raises StoreError or OSError."""
    if not place.url:
        return SqliteStore.create(place.path, about, rows, note)
    from axenic.record.postgres_store import PostgresStore

    return PostgresStore.create(place.url, about, rows, note)


def is_there(place: Place) -> bool:
    """Whether there is a journal, or a file where it would lie; raises StoreError or OSError."""
    if not place.url:
        return place.path.exists()
    from axenic.record.postgres_store import PostgresStore

    return PostgresStore.is_there(place.url)
