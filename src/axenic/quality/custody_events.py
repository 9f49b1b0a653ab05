"""The chain of custody of a batch as EPCIS 2.0, from the acts on record: the same journal gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from axenic.identity.code import Coi, parse_coi
from axenic.identity.custody import (
    Event,
    LoggedTemperature,
    Moment,
    address_of,
    collected,
    document,
    received,
    shipped,
    transformed,
)
from axenic.identity.gs1 import GTIN, SERIAL, Elements
from axenic.quality.books import Books
from axenic.quality.handovers import APPLY
from axenic.quality.legs import COLLECT, RECEIVE, SHIP, Leg

_Made = Callable[[Moment, tuple[str, ...], Coi, list[LoggedTemperature]], Event]
_EVENTS: dict[str, _Made] = {
    COLLECT: lambda when, things, coi, _: collected(when, things, coi),
    SHIP: shipped,
    RECEIVE: received,
}


def custody_document(books: Books, batch: str) -> Event:
    """Every event of a batch in the order of the journal; raises Unreadable, or ValueError if nothing is on record."""
    legs = books.legs.of(batch)
    if not legs:
        raise ValueError(f"no custody of {batch!r} is on record")
    coi = parse_coi(books.bonds.ordered(batch))
    events = [(leg.seq, _event(leg, coi)) for leg in legs] + list(_transformations(books, batch, coi, legs))
    return document([event for _, event in sorted(events, key=lambda e: e[0])], _moment(legs[-1]))


def _event(leg: Leg, coi: Coi) -> Event:
    telling: list[list[Any]] = leg.log.get("telling", [])
    readings = [LoggedTemperature(at, Decimal(temperature), leg.logger) for at, temperature in telling]
    return _EVENTS[leg.command](_moment(leg), leg.things, coi, readings)


def _moment(leg: Leg) -> Moment:
    return Moment(leg.at, leg.ahead_min, leg.place)


def _transformations(books: Books, batch: str, coi: Coi, legs: list[Leg]) -> Iterator[tuple[int, Event]]:
    """Starting material became a dose: said where the dose's container gets its label, at the place it had come to."""
    bond = books.bonds.get(batch)
    seen: set[str] = set()
    for line in books.trail.of_batch(batch):
        act = line.act
        serial = act.new.get("serial", "") if act.command == APPLY and not act.refused else ""
        before = [leg for leg in legs if leg.seq < line.seq]
        if bond is None or not serial or serial in seen or not before:
            continue
        seen.add(serial)
        dose = address_of(Elements(((GTIN, bond.gtin), (SERIAL, serial))))
        cells = sorted(address_of(din) for din in bond.dins)
        when = Moment(act.at, before[-1].ahead_min, before[-1].place)
        yield line.seq, transformed(when, cells, [dose], coi, batch)
