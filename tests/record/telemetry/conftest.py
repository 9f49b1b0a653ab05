"""Readings of a small cluster over two days, in a buffer on either database."""

from __future__ import annotations

import pytest

from axenic.plant.tag import Between
from axenic.record.journal import Journal, read_entries
from axenic.record.place import Place
from axenic.record.telemetry.buffer import Buffer, opened
from axenic.record.telemetry.compaction import Compaction
from axenic.record.telemetry.curves import Curves
from axenic.record.telemetry.hot_store import DAY_US
from axenic.record.telemetry.reading import Reading
from axenic.record.telemetry.tags import Tag

SECOND = 1_000_000
MONDAY = 20_458 * DAY_US  # 2026-01-05
TUESDAY, WEDNESDAY = MONDAY + DAY_US, MONDAY + 2 * DAY_US
NOON = MONDAY + DAY_US // 2
NAMES = ("airlock-1.peroxide", "core.particles 0.5 um", "reactor-3.state")


def tag_of(name="reactor-1.temperature", between=Between.LINEAR, deadband=0.5, longest_s=60, critical=False):
    return Tag(name, name.partition(".")[0], "degC", between, deadband, longest_s * SECOND, critical)


def readings_of(start, count, names=NAMES, every=SECOND):
    """One reading of each tag every second, the last of them a text."""
    return [
        Reading(name, start + n * every, f"state {n // 7}" if name.endswith("state") else (n * 37 % 1000) / 8)
        for n in range(count)
        for name in names
    ]


class Site:
    """A journal with its buffer and archives, opened anew for each thing done: as other processes would."""

    def __init__(self, where, cluster="cluster"):
        self.place, self.cluster = Place.of(where), cluster
        Journal.create(self.place, "axenic.example/telemetry").close()

    def take(self, readings, tags=None, cluster=""):
        buffer = Buffer(self.place, cluster or self.cluster, tags)
        buffer.take(readings)
        buffer.close()

    def compact(self, before=WEDNESDAY, tags=None):
        store, journal = opened(self.place), Journal.join(self.place)
        try:
            return Compaction(store, journal, tags or {}).run(before, at=1_000)
        finally:
            store.close()
            journal.close()

    def count(self):
        store = opened(self.place)
        try:
            return store.count()
        finally:
            store.close()

    def curves(self, tags=None, cluster=""):
        store = opened(self.place)
        return Curves(self.place, store, cluster or self.cluster, tags or {}, lambda: read_entries(self.place))

    def kept(self, name, start=0, end=1 << 62, cluster=""):
        """The readings of a tag as they can be read back."""
        curves = self.curves(cluster=cluster)
        try:
            columns = curves.curve(name, start, end).columns
        finally:
            curves.close()
        rows = zip(
            columns.times.tolist(),
            columns.values.tolist(),
            columns.texts.tolist(),
            columns.qualities.tolist(),
            strict=True,
        )
        return [Reading(name, at, None if v != v and text is None else text or v, q) for at, v, text, q in rows]


@pytest.fixture
def site(where):
    return Site(where)


@pytest.fixture
def file_site(tmp_path):
    """A site whose journal is a file."""
    return Site(tmp_path / "site.db")
