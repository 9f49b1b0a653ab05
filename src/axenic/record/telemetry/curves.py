"""Reading back: the curve of any tag, and of every tag that was around a batch, from buffer and archives together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from axenic.control.layout import Layout
from axenic.notation.document import load
from axenic.plant.plant import Plant
from axenic.record.entry import Document, Entry
from axenic.record.place import Place
from axenic.record.telemetry.archive import Archive, OpenArchive, archives_of
from axenic.record.telemetry.columns import Columns
from axenic.record.telemetry.curve import ALWAYS, Curve
from axenic.record.telemetry.hot_store import HotStore
from axenic.record.telemetry.reading import Reading
from axenic.record.telemetry.tags import Tag
from axenic.record.whereabouts import stays_of

Told = Callable[[int, int], None]  # curves read, of how many
Span = tuple[int, int]


def _quiet(done: int, of: int) -> None:
    """Nobody asked how far it is."""


def plant_of(entries: Sequence[Entry]) -> Plant | None:
    """The plant of a journal, as it was issued last; None if it holds none that can be read."""
    texts = [(t.name, t.text) for e in entries if isinstance(t := e.thing, Document) and t.kind == "plant"]
    return load(Plant, texts[-1][1], texts[-1][0]).value if texts else None


class Curves:
    """The curves of one cluster; everything it gives was in the buffer or is proven by the journal.

    The archives to look into are taken from the journal as it is after the buffer was asked, never before: what
    compaction moves meanwhile is then seen in one or in both.
    """

    def __init__(
        self,
        place: Place,
        store: HotStore,
        cluster: str,
        tags: Mapping[str, Tag],
        entries: Callable[[], Sequence[Entry]],
        known: Sequence[Entry] = (),
    ) -> None:
        """entries: reads the journal. known: what was read of it already."""
        self._place, self._store, self._entries = place, store, entries
        self._cluster, self._tags = cluster, tags
        self._known = known or entries()
        self._opened: dict[str, OpenArchive] = {}

    def tag(self, name: str) -> Tag:
        """A tag as it is declared, or as one that nobody declared."""
        return self._tags.get(name) or Tag.undeclared(name)

    def names(self, start: int = 0, end: int = ALWAYS) -> list[str]:
        """Every tag of the buffer and of the archives of a span (microseconds); raises TelemetryError, JournalError."""
        archived = (self._open(archive).tags() for archive in self._archives(self._known, start, end))
        return sorted({*self._store.tags(self._cluster), *(tag for tags in archived for tag in tags)})

    def _archives(self, entries: Sequence[Entry], start: int = 0, end: int = ALWAYS) -> list[Archive]:
        known = (a for a in archives_of(entries) if a.cluster == self._cluster)
        return [a for a in known if a.first <= end and a.last >= start]

    def newest(self) -> list[Reading]:
        """The newest reading of every tag."""
        rows = sorted(self._store.newest(self._cluster).items())
        return [
            Reading(name, at, value if text is None else text, quality) for name, (at, value, text, quality) in rows
        ]

    def curve(self, name: str, start: int = 0, end: int = ALWAYS) -> Curve:
        """A tag's readings from `start` to `end` (microseconds), both included; raises TelemetryError, JournalError."""
        return next(self.of([(name, start, end)]))

    def of(self, wanted: Sequence[tuple[str, int, int]], told: Told = _quiet) -> Iterator[Curve]:
        """Several curves, in their order; raises TelemetryError, JournalError."""
        hot = self._hot(wanted)
        archives = self._archives(self._entries())
        for done, ((name, start, end), newest) in enumerate(zip(wanted, hot, strict=True), 1):
            there = [a for a in archives if a.first <= end and a.last >= start]
            parts = [self._open(archive).curve(name, start, end) for archive in there]
            yield Curve.of(self.tag(name), Columns.joined([*parts, *newest]), end)
            told(done, len(wanted))

    def batch(self, batch: str, told: Told = _quiet) -> Iterator[Curve]:
        """The curves around a batch: of each unit, airlock and zone it was in, while anything of it was there."""
        return self.of(self.around(batch), told)

    def around(self, batch: str) -> list[tuple[str, int, int]]:
        """Tags, with from when until when (microseconds) something of the batch was at their place, once or again."""
        plant = plant_of(self._known)
        zones = {} if plant is None else {s.name: s.zone for s in Layout(plant).stations.values()}
        spans: dict[str, list[Span]] = {}
        for stay in stays_of(self._known):
            if stay.batch == batch:
                for place in filter(None, (stay.place, zones.get(stay.place))):
                    spans.setdefault(place, []).append((stay.start * 1000, min(stay.end * 1000, ALWAYS)))
        if not spans:
            return []
        begun, ended = (pick(t for found in spans.values() for span in found for t in span) for pick in (min, max))
        names = ((name, self.tag(name).place) for name in self.names(begun, ended))
        return [(name, *span) for name, place in names for span in _merged(spans.get(place, ()))]

    def _hot(self, wanted: Sequence[tuple[str, int, int]]) -> list[list[Columns]]:
        """What the buffer has of each: sorted, and not sorted yet."""
        numbers = [self._store.number(self._cluster, name) for name, _, _ in wanted]
        known = [number for number in numbers if number is not None]
        if not known:
            return [[] for _ in wanted]
        begun, ended = min(start for _, start, _ in wanted), max(end for _, _, end in wanted)
        fresh = self._store.fresh(known, begun, ended)
        found = []
        for number, (_, start, end) in zip(numbers, wanted, strict=True):
            rows = [] if number is None else self._store.settled(number, start, end)
            new = [row for row in fresh.get(number or 0, ()) if start <= row[0] <= end]
            found.append([Columns.of(rows), Columns.of(new)])
        return found

    def _open(self, archive: Archive) -> OpenArchive:
        if archive.name not in self._opened:
            self._opened[archive.name] = OpenArchive(self._place, archive)
        return self._opened[archive.name]

    def close(self) -> None:
        """Leave buffer and archives alone."""
        for archive in self._opened.values():
            archive.close()
        self._store.close()


def _merged(spans: Sequence[Span]) -> list[Span]:
    """The same stretches of time, those that touch as one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
