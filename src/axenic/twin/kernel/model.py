"""A model: an image with its orders, run as often as wanted; room that was too small is made larger and run again."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace

import numpy as np

from axenic.asepsis.interlocks import PassageKind
from axenic.assumption.assumption import Row
from axenic.device.draw import word
from axenic.twin.kernel import places as at
from axenic.twin.kernel.image import Image, Ints
from axenic.twin.kernel.loop import run
from axenic.twin.kernel.room import laid
from axenic.twin.tally import BATCH, Carriers, Chambers, Phases, Tally, Units

_MASK = 0xFFFFFFFF
_EVENTS, _EVENTS_EACH = 2_000_000, 20_000  # an ordinary batch has about a hundred
_LARGEST = 1 << 22  # batches at once; beyond it the plant is hopelessly overloaded
LOG_COLUMNS = 5


class Endless(ValueError):
    """The plant goes on for ever without ending its batches."""


class Overloaded(ValueError):
    """More batches wait at once than can be kept: demand is far above capacity."""


@dataclass(slots=True)
class Orders:
    """The batches ordered: rows of (ordered, due) in milliseconds, and the words of each and of its remake."""

    times: Ints
    things: Ints


class Model:
    """An image, as `Builder(...).image()` makes it of recipe, plant and assumptions, with room for batches."""

    def __init__(self, image: Image) -> None:
        self.image = image
        self._batches = 32  # at once; grows when it is not enough

    def moved(self, row: Row) -> Model:
        """The same model with another value of a row, and no image built anew; raises ValueError for an unknown row."""
        place, other = 5 * self.image.names.rows.index(row.row), copy(self)
        floats = self.image.f.copy()
        floats[place : place + 5] = row.numbers()
        other.image = replace(self.image, f=floats)
        return other

    def run(self, orders: Orders, seed: int, lines: int = 0) -> tuple[Tally, Ints]:
        """One replication, and so many lines of its log; raises Overloaded, Endless."""
        while True:
            m, f = laid(self.image, self._batches)
            m[at.H_K0], m[at.H_K1] = seed & _MASK, (seed >> 32) & _MASK
            m[at.H_ARRIVALS], m[at.H_LOG_ROOM] = len(orders.times), lines
            rows = np.full((2 * len(orders.times) + 1, at.ROW_SIZE), -1, dtype=np.int64)
            log = np.zeros((max(1, lines), LOG_COLUMNS), dtype=np.int64)
            m[at.H_LEFT] = _EVENTS + _EVENTS_EACH * len(orders.times)
            run(m, f, rows.ravel(), orders.times, orders.things, log)
            if not m[at.H_FULL]:
                return self._tally(m, rows, orders), log[: int(m[at.H_LOGGED])]
            if m[at.H_FULL] == at.ENDLESS:
                raise Endless("something is done again and again and nothing comes to an end: is every zone qualified?")
            self._batches *= 2
            if self._batches > _LARGEST:
                raise Overloaded("more than four million batches at once: demand is far above capacity")

    def _tally(self, m: Ints, rows: Ints, orders: Orders) -> Tally:
        kept = np.concatenate([rows[: int(m[at.H_ARRIVED])], rows[len(orders.times) :][: int(m[at.H_STARTED])]])
        begin = int(orders.times[0, 0]) if len(orders.times) else 0
        batches = np.zeros(len(kept), dtype=BATCH)
        for n, name in enumerate(BATCH.names[:-1]):  # type: ignore[index]
            batches[name] = kept[:, n]
        for name in ("ordered", "due", "begun", "filled", "tested", "disposed", "closed"):
            batches[name] = np.where(batches[name] >= 0, batches[name] - begin, -1)
        batches["risk"] = kept[:, at.A_RISK] / at.RISK_UNIT
        names = self.image.names
        kinds = m[m[at.H_KINDS] :][: 4 * len(names.kinds)].reshape(-1, 4)
        phases = tuple(Phases(k, int(r[2]), int(r[3])) for k, r in zip(names.kinds, kinds, strict=True))
        passages = tuple(int(n) for n in m[m[at.H_PASSAGES] :][: len(PassageKind)])
        span = int(m[at.H_AT]) - begin
        return Tally(batches, phases, self._units(m), self._carriers(m), self._chambers(m), passages, span)

    def _units(self, m: Ints) -> tuple[Units, ...]:
        places = m[m[at.H_UNITS] :][: int(m[at.H_UNIT_COUNT])]
        lines = m[places + at.U_LINE]
        found = []
        for n, name in enumerate(self.image.names.lines):
            own = places[lines == n]
            taken, changeovers = int(m[own + at.U_TAKEN].sum()), int(m[own + at.U_CHANGEOVERS].sum())
            found.append(Units(name, len(own), taken, changeovers))
        return tuple(found)

    def _carriers(self, m: Ints) -> tuple[Carriers, ...]:
        places, found, first = m[m[at.H_CARRIERS] :][: int(m[at.H_CARRIER_COUNT])], [], 0
        for name, count in self.image.names.movers:
            own = places[first : first + count]
            first += count
            busy, gownings = int(m[own + at.C_WORKED].sum()), int(m[own + at.C_GOWNINGS].sum())
            found.append(Carriers(name, bool(m[own + at.C_PERSON].any()), count, busy, gownings))
        return tuple(found)

    def _chambers(self, m: Ints) -> tuple[Chambers, ...]:
        places = m[m[at.H_CHAMBERS] :][: int(m[at.H_CHAMBER_COUNT])]
        return tuple(
            Chambers(name, int(m[k + at.K_CYCLES]), int(m[k + at.K_FAILED]), int(m[k + at.K_WORKED]))
            for name, k in zip(self.image.names.chambers, places, strict=True)
        )


def orders_of(times: Ints, dues: Ints, names: list[str]) -> Orders:
    """Orders from times, due dates (milliseconds) and names of batches."""
    things = np.array([(word(n), word(f"{n}/2")) for n in names], dtype=np.int64).reshape(-1, 2)
    return Orders(np.column_stack([times, dues]).astype(np.int64), things)
