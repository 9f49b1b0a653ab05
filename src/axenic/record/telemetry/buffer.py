"""The hot buffer: readings are taken here, kept durably in groups, each tag and time once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path

from axenic.record.place import Place
from axenic.record.telemetry.deadband import Deadband
from axenic.record.telemetry.error import BUFFER, TelemetryError
from axenic.record.telemetry.hot_store import HotStore
from axenic.record.telemetry.reading import BAD, GOOD, Reading, is_good
from axenic.record.telemetry.sqlite_link import SqliteLink
from axenic.record.telemetry.tags import Tag

ENDING = ".telemetry"  # of the file beside the journal
_SPAN_US = 1_000_000  # readings of so long are written together
_GROUP = 4_000  # or so many
_MOST = 500_000  # held while the database cannot be written: four minutes of 2,000 values a second
_NEVER = 1 << 62  # microseconds
_SETTLE = 65_536  # readings after which what came is sorted: a take then waits for a write of about 16 MB


def opened(where: str | Path | Place) -> HotStore:
    """The hot buffer of a journal's place, made if it is not there; raises TelemetryError."""
    place = Place.of(where)
    if not place.url:
        return HotStore(SqliteLink.opened(place.beside(ENDING)))
    from axenic.record.telemetry.postgres_link import PostgresLink

    return HotStore(PostgresLink.opened(place.url))


def to_read(where: str | Path | Place) -> HotStore:
    """The hot buffer of a place, only to be read: an empty one if nothing was ever taken. Raises TelemetryError."""
    place = Place.of(where)
    if not place.url:
        path = place.beside(ENDING)
        return HotStore(SqliteLink.to_read(path) if path.exists() else SqliteLink.empty())
    from axenic.record.telemetry.postgres_link import PostgresLink

    return HotStore(PostgresLink.to_read(place.url) or SqliteLink.empty())


class Buffer:
    """Takes the readings of one cluster; for one thread at a time.

    What `take` has not written yet is written by the next one, by `flush` or by `close`: the span of their own times
    decides, the buffer has no clock. So whoever feeds it flushes once a second, also when nothing comes.
    """

    def __init__(self, where: str | Path | Place, cluster: str, tags: Mapping[str, Tag] | None = None) -> None:
        """tags: the declared ones; readings of others are kept at full rate. Raises TelemetryError."""
        self.place, self.cluster = Place.of(where), cluster
        self._bands = {name: Deadband(tag) for name, tag in (tags or {}).items() if not tag.critical}
        self._store: HotStore | None = opened(self.place)
        self._unsettled = self._store.waiting()
        self._held: list[Reading] = []
        self.taken = self.kept = 0

    def take(self, readings: Iterable[Reading]) -> bool:
        """Take readings, in any order, also ones taken before; whether all taken so far are kept durably.

        A reading within its tag's deadband is left out. Of two for the same tag and time the first stays. Raises
        TelemetryError if they cannot be written; they are held and tried again, until too many are held. Raises
        ValueError for what is no reading; then none of the group is taken.
        """
        if self.full:
            hint = "bring the database back; mark the gap for what comes meanwhile"
            raise TelemetryError(BUFFER, f"{len(self._held):,} readings wait to be written", hint, str(self.place))
        given = list(readings)
        for reading in given:
            _refuse_impossible(reading)
        self.taken += len(given)
        for reading in given:
            band = self._bands.get(reading.tag)
            self._held += [reading] if band is None else band.take(reading)
        if self._held and (len(self._held) >= _GROUP or self._span() >= _SPAN_US):
            self.flush()
        return not self._held

    @property
    def full(self) -> bool:
        """Whether it takes no more, because too many readings wait to be written."""
        return len(self._held) > _MOST

    def _span(self) -> int:
        times = [reading.at for reading in self._held]
        return max(times) - min(times)

    def flush(self) -> None:
        """Write what is held, in one durable transaction; raises TelemetryError, then it is still held."""
        if not self._held:
            return
        try:
            store = self._store = self._store or opened(self.place)
            store.write(self.cluster, [_row(reading) for reading in self._held])
            self.kept += len(self._held)
            self._unsettled += len(self._held)
            self._held = []
            if self._unsettled >= _SETTLE:
                store.settle()
                self._unsettled = 0
        except TelemetryError:
            if self._store is not None:
                self._store.close()
                self._store = None  # the next one connects again
            raise

    def close(self) -> None:
        """Write what is held and leave the database alone; raises TelemetryError."""
        try:
            self.flush()
        finally:
            if self._store is not None:
                self._store.close()


def _refuse_impossible(reading: Reading) -> None:
    """Raises ValueError for what no database could keep."""
    if not (0 <= reading.at < _NEVER and 0 <= reading.quality < 1 << 32 and reading.tag and reading.tag.isprintable()):
        raise ValueError(f"no reading: {reading!r}"[:200])


def _row(reading: Reading) -> tuple[str, int, float | None, str | None, int]:
    """A reading as its row. Good says that there is a value: what is called good and has none is bad."""
    tag, at, value, quality = reading
    if quality == GOOD and type(value) is float and math.isfinite(value):  # nearly all of them
        return tag, at, value, None, quality
    if is_good(quality) and not reading.good:
        quality = BAD
    if isinstance(value, str):
        return tag, at, None, value.encode("utf-8", "replace").decode().replace("\0", "?"), quality
    number = None if value is None or math.isnan(value) else float(value)
    return tag, at, number, None, quality
