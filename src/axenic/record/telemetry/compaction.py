"""Compaction: days that have ended go from the hot buffer into archives, one after the other.

Closed in the buffer, written, put on record, then removed from the buffer: a process that is killed at any point leaves
what the next one goes on with. Until a day is on record all of it lies in the buffer; until it is removed it lies in
both, and a curve has it once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from axenic.record.journal import Journal
from axenic.record.telemetry.archive import Archive, OpenArchive, archives_of, day_of, folder_of, write
from axenic.record.telemetry.columns import Columns
from axenic.record.telemetry.error import ARCHIVE, UNWRITTEN, TelemetryError
from axenic.record.telemetry.hot_store import DAY_US, Closing, HotStore
from axenic.record.telemetry.tags import Tag

Told = Callable[[str, int, int], None]  # the archive, tags written, of how many


def _quiet(archive: str, done: int, of: int) -> None:
    """Nobody asked how far it is."""


@dataclass(slots=True)
class Compaction:
    """What compacts needs: the buffer, a journal to put archives on record in, and the declared tags."""

    store: HotStore
    journal: Journal
    tags: Mapping[str, Tag]
    told: Told = _quiet

    def run(self, before: int, at: int) -> list[Archive]:
        """Archive every day that ended by then, and what was begun before; the archives that are new.

        before: microseconds. at: milliseconds, the time of the acts. Late readings of a day make a next part of it.
        Raises TelemetryError or JournalError; all readings are still there then.
        """
        with self.store.alone():
            known = archives_of(self.journal.entries())
            before_it = len(known)
            for closing in self.store.closings():
                known += self._finish(closing, known, at)
            self.store.settle()
            for cluster, first in self.store.days(before):
                part = 1 + sum((a.cluster, a.day) == (cluster, day_of(first)) for a in known)
                closing = Closing(cluster, first, part)
                self.store.begin_closing(closing)
                known += self._finish(closing, known, at)
            self.store.settle()  # what came late for a day while it was closed
        return known[before_it:]

    def _finish(self, closing: Closing, known: Sequence[Archive], at: int) -> list[Archive]:
        """Go on with a day that is closed, wherever that was left; the archive, if it is new."""
        parts = [a for a in known if (a.cluster, a.day) == (closing.cluster, day_of(closing.first))]
        done = next((a for a in parts if a.part == closing.part), None)
        new = None if done else self._write(closing, parts)
        if new:
            self.journal.append([new.act(at)])
        archive = done or new
        if archive and (fault := archive.fault(folder_of(self.journal.place))):
            hint = "bring the archive back, or ask a person what became of it; its readings are still in the buffer"
            raise TelemetryError(ARCHIVE, fault, hint, str(archive.where(self.journal.place)))
        self.store.remove(closing)
        return [new] if new else []

    def _write(self, closing: Closing, parts: Sequence[Archive]) -> Archive | None:
        place, day = self.journal.place, day_of(closing.first)
        names = self.store.tags(closing.cluster)
        about = {"cluster": closing.cluster, "day": day, "part": closing.part}
        about |= {"journal": self.journal.origin, "simulated": self.journal.simulated}
        declared = (self.tags.get(name) or Tag.undeclared(name) for name in names)
        units = {tag.name: [tag.unit, str(tag.between), "critical" if tag.critical else ""] for tag in declared}
        earlier = [OpenArchive(place, part) for part in parts]
        try:
            curves = self._curves(closing, names, earlier)
            return write(place, closing.cluster, day, closing.part, curves, about | {"tags": units})
        except OSError as error:
            hint = "check disk space and permissions; all readings are still in the buffer"
            raise TelemetryError(UNWRITTEN, f"no archive can be written: {error}", hint, str(place)) from error
        finally:
            for archive in earlier:
                archive.close()

    def _curves(
        self, closing: Closing, names: Sequence[str], earlier: Sequence[OpenArchive]
    ) -> Iterator[tuple[str, Columns]]:
        """What the buffer has of the day and no earlier part of its archive has."""
        start, end = closing.first, closing.first + DAY_US - 1
        for done, name in enumerate(names, 1):
            number = self.store.number(closing.cluster, name)
            assert number is not None
            found = Columns.of(self.store.settled(number, start, end))
            for archive in earlier:
                found = found.without(archive.curve(name, start, end).times)
            yield name, found
            self.told(day_of(closing.first), done, len(names))
