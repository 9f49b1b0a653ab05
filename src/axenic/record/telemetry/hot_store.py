"""The rows of the hot buffer: what is asked of either database, in the SQL that both understand.

Readings are written in the order in which they come (`fresh`), because a table ordered by tag would touch a page for
each of its tags at every write. Now and then they are sorted into `settled`, ordered by tag and time, in one go. What
compaction takes out is a day under `closing`: nothing more is settled into it until it is gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol

Row = tuple[int, int, float | None, str | None, int]  # tag's number, at, value, text, quality
Measured = tuple[int, float | None, str | None, int]  # the same without the tag
DAY_US = 86_400_000_000
_AT_ONCE = 100_000  # rows taken out in one transaction: a writer waits for it, for a fraction of a second

_CLOSED = """EXISTS (SELECT 1 FROM closing c JOIN tag t ON t.cluster = c.cluster
    WHERE t.id = fresh.tag AND fresh.at >= c.first AND fresh.at < c.first + 86400000000)"""
_LAST = "SELECT at, value, text, quality FROM {} ORDER BY at DESC LIMIT 1"
_NEWEST = """
SELECT t.name, f.at, f.value, f.text, f.quality FROM fresh f JOIN tag t ON t.id = f.tag
JOIN (SELECT tag, max(at) AS at FROM fresh GROUP BY tag) n ON n.tag = f.tag AND n.at = f.at WHERE t.cluster = ?
"""
_NEXT = "SELECT at FROM settled WHERE tag = ? AND at > ? ORDER BY at LIMIT 1"
_KEEP_NEWEST = "UPDATE tag SET at = ?, value = ?, text = ?, quality = ? WHERE id = ? AND (at IS NULL OR at < ?)"
_OF_DAY = "settled WHERE tag = ? AND at >= ? AND at < ?"


class Closing(NamedTuple):
    """A day (its first microsecond) of a cluster that is being taken out, as part so many of its archive."""

    cluster: str
    first: int
    part: int


class HotLink(Protocol):
    """A connection to the database of the hot buffer; all its methods raise TelemetryError."""

    def ask(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of one statement."""

    def do(self, sql: str, values: Sequence[Any] = ()) -> int:
        """One statement; how many rows it touched."""

    def many(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows; one that is there already is left alone."""

    def work(self) -> AbstractContextManager[None]:
        """One durable transaction, which no other that settles or closes overlaps."""

    def alone(self) -> AbstractContextManager[None]:
        """While in it, nobody else is; raises TelemetryError if somebody is."""

    def move(self, unless: str) -> None:
        """Move the rows of `fresh` to `settled`, those left out that meet a condition."""

    def close(self) -> None:
        """Leave the database alone."""


class HotStore:
    """The hot buffer's rows over a link."""

    def __init__(self, link: HotLink) -> None:
        self._link = link
        self._numbers: dict[tuple[str, str], int] = {}

    def number(self, cluster: str, tag: str) -> int | None:
        """The number of a tag; None if nothing of it was ever kept."""
        if (cluster, tag) not in self._numbers:
            self._look()
        return self._numbers.get((cluster, tag))

    def tags(self, cluster: str) -> list[str]:
        """The names of all tags ever kept."""
        self._look()
        return sorted(name for of, name in self._numbers if of == cluster)

    def _look(self) -> None:
        self._numbers = {(c, n): i for i, c, n in self._link.ask("SELECT id, cluster, name FROM tag")}

    def write(self, cluster: str, rows: Sequence[tuple[str, int, float | None, str | None, int]]) -> None:
        """Keep readings durably, all of them or none; each tag and time once."""
        try:
            with self._link.work():
                unknown = sorted({row[0] for row in rows if (cluster, row[0]) not in self._numbers})
                if unknown:
                    self._link.many("tag(cluster, name)", [(cluster, name) for name in unknown])
                    self._look()
                numbers = self._numbers
                self._link.many("fresh", [(numbers[cluster, tag], *rest) for tag, *rest in rows])
        except BaseException:
            self._numbers = {}  # numbers given in a transaction that was undone are nobody's
            raise

    def waiting(self) -> int:
        """How many readings are not sorted yet."""
        return int(self._link.ask("SELECT count(*) FROM fresh")[0][0])

    def settle(self) -> None:
        """Sort what came into its place by tag and time."""
        with self._link.work():
            self._link.move(unless=_CLOSED)

    def fresh(self, numbers: Sequence[int], start: int, end: int) -> dict[int, list[Measured]]:
        """What is not sorted yet of some tags from `start` to `end`, both included, in one pass.

        Whoever reads both asks for it before `settled`: what moves meanwhile is then seen in one or in both.
        """
        found: dict[int, list[Measured]] = {}
        some = ", ".join(map(str, numbers)) or "NULL"
        sql = (
            f"SELECT tag, at, value, text, quality FROM fresh WHERE at >= ? AND at <= ? AND tag IN ({some}) ORDER BY at"
        )
        for tag, *row in self._link.ask(sql, (start, end)):
            found.setdefault(tag, []).append(tuple(row))
        return found

    def settled(self, number: int, start: int, end: int) -> list[Measured]:
        """What is sorted of a tag from `start` to `end`, both included; it stays as it is while its day is closed."""
        sql = "SELECT at, value, text, quality FROM settled WHERE tag = ? AND at >= ? AND at <= ? ORDER BY at"
        return self._link.ask(sql, (number, start, end))

    def newest(self, cluster: str) -> dict[str, Measured]:
        """The newest reading of every tag, also of one whose readings were taken out."""
        rows: list[tuple[Any, ...]] = []
        for name in self.tags(cluster):
            number = self._numbers[cluster, name]
            rows += [(name, *row) for row in self._link.ask(_LAST.format("settled WHERE tag = ?"), (number,))]
        rows += self._link.ask(
            "SELECT name, at, value, text, quality FROM tag WHERE cluster = ? AND at > 0", (cluster,)
        )
        rows += self._link.ask(_NEWEST, (cluster,))
        return {name: row for name, *row in sorted(rows, key=_at)}  # type: ignore[misc]

    def days(self, before: int) -> list[tuple[str, int]]:
        """Cluster and first microsecond of every day that ended by then and has settled readings."""
        self._look()
        found: set[tuple[str, int]] = set()
        for (cluster, _), number in self._numbers.items():
            at = -1
            while rows := self._link.ask(_NEXT, (number, at)):
                first = rows[0][0] // DAY_US * DAY_US
                if first + DAY_US > before:
                    break
                found.add((cluster, first))
                at = first + DAY_US - 1
        return sorted(found)

    def alone(self) -> AbstractContextManager[None]:
        """While in it, nobody else compacts."""
        return self._link.alone()

    def closings(self) -> list[Closing]:
        """The days that are being taken out, also by a process that is no more."""
        return [Closing(*row) for row in self._link.ask("SELECT cluster, first, part FROM closing ORDER BY 1, 2")]

    def begin_closing(self, closing: Closing) -> None:
        """From here on the settled readings of the day stay as they are."""
        with self._link.work():
            self._link.many("closing", [closing])

    def remove(self, closing: Closing) -> None:
        """Take the day out, tag by tag, then let it be settled into again. The newest reading of a tag stays known."""
        left = [self._numbers[closing.cluster, name] for name in self.tags(closing.cluster)]
        while left:
            with self._link.work():
                self._remove_some(closing.first, left)
        with self._link.work():
            self._link.do("DELETE FROM closing WHERE cluster = ? AND first = ?", closing[:2])

    def _remove_some(self, first: int, left: list[int]) -> None:
        """Take the day out of the last tags that are left, as many as one transaction should."""
        removed = 0
        while left and removed < _AT_ONCE:
            number = left.pop()
            span = (number, first, first + DAY_US)
            for row in self._link.ask(_LAST.format(_OF_DAY), span):
                self._link.do(_KEEP_NEWEST, (*row, number, row[0]))
            removed += self._link.do(f"DELETE FROM {_OF_DAY}", span)

    def count(self) -> int:
        """How many readings lie in the buffer (a resend that is not settled yet counted twice)."""
        return int(self._link.ask("SELECT (SELECT count(*) FROM settled) + (SELECT count(*) FROM fresh)")[0][0])

    def close(self) -> None:
        """Leave the database alone."""
        self._link.close()


def _at(row: tuple[Any, ...]) -> int:
    return int(row[1])
