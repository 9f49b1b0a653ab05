"""The gauges of a simulated plant and the feed: every declared tag is read, and what cannot be kept is marked."""

from __future__ import annotations

import threading
from queue import SimpleQueue

from axenic.library.shelf import default
from axenic.live.feed import Feed
from axenic.live.plant.gauges import shipped_gauges
from axenic.live.values import STATE
from axenic.plant.tag import TagSheet
from axenic.record.telemetry.buffer import Buffer, to_read
from axenic.record.telemetry.error import BUFFER, TelemetryError
from axenic.record.telemetry.reading import BAD_NO_COMMUNICATION, Reading


def test_every_declared_tag_but_states_has_a_gauge_and_no_gauge_is_of_nothing():
    rows = {(row.of, row.kind, row.item) for row in shipped_gauges().rows}
    assert rows == {(tag.of, tag.kind, tag.item) for tag in default(TagSheet).tags if tag.item != STATE}


def test_what_came_while_nothing_could_be_kept_is_a_gap_and_what_comes_later_is_kept(tmp_path):
    away, tries = threading.Event(), SimpleQueue()
    away.set()

    def opened():
        tries.put(1)
        if away.is_set():
            raise TelemetryError(BUFFER, "the disk is away", "bring it back", "site.db")
        return Buffer(tmp_path / "site.db", "plant")

    feed = Feed(opened)
    feed.put([Reading("reactor-1.temperature", 1, 37.0)])
    while not feed._missed:
        tries.get(timeout=30)
    assert "the disk is away" in feed.fault
    away.clear()
    feed.put([Reading("reactor-1.temperature", 2, 37.0)])
    feed.close()
    assert not feed.fault
    store = to_read(tmp_path / "site.db")
    number = store.number("plant", "reactor-1.temperature")
    rows = store.fresh([number], 0, 1 << 62)[number]
    store.close()
    assert [(at, value, quality) for at, value, _, quality in rows] == [(1, None, BAD_NO_COMMUNICATION), (2, 37.0, 0)]
