"""A journal on either database, and whoever owns that database and means no good."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest

from axenic.control.facts import BatchOrdered, ItemMoved
from axenic.record.journal import Journal
from axenic.record.place import Place


def facts(count):
    """So many facts, all of them lawful."""
    return [BatchOrdered(1000, "AX-1", "COI-1", "car-t", 9000), *(ItemMoved(1000 + n, n) for n in range(1, count))]


class Owner:
    """The owner of a database: drops what stands in the way, then does what SQL can do."""

    def __init__(self, place: Place) -> None:
        self._postgres = bool(place.url)
        self._db = psycopg.connect(place.url, autocommit=True) if place.url else _file(place)
        self._run("SET search_path = axenic" if place.url else "SELECT 1")

    def _run(self, statement, values=()):
        return self._db.execute(statement.replace("?", "%s") if self._postgres else statement, values)

    def drop_triggers(self):
        where = " ON entry" if self._postgres else ""
        self._run(f"DROP TRIGGER IF EXISTS entry_is_kept{where}")
        self._run(f"DROP TRIGGER IF EXISTS entry_stays{where}")
        self._run(f"DROP TRIGGER IF EXISTS entry_is_new{where}")

    def do(self, statement, values=()):
        return self._run(statement, values).rowcount

    def ask(self, statement, values=()):
        return self._run(statement, values).fetchall()

    def close(self):
        self._db.close()


def _file(place):
    return sqlite3.connect(place.path, isolation_level=None)


@pytest.fixture
def owner():
    """Become the owner of a journal's database."""
    known = []

    def of(journal):
        known.append(Owner(journal.place))
        return known[-1]

    yield of
    for each in known:
        each.close()


@pytest.fixture(params=["file", "postgresql"])
def where(request, tmp_path):
    """Where a journal may be made: a path or a URL."""
    return request.getfixturevalue("database") if request.param == "postgresql" else tmp_path / "j.db"


@pytest.fixture
def journal(where):
    """Nine facts in two appends, anchored."""
    made = Journal.create(where, "axenic.example/test")
    made.append(facts(5))
    made.append(facts(4))
    made.anchor()
    yield made
    made.close()
