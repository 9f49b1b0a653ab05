"""A week of a plant: what stood on which station, when chambers ran, when something was carried."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from itertools import groupby

from axenic.twin.kernel import places as at
from axenic.twin.kernel.image import Ints
from axenic.twin.scenario import BEGIN, Scenario
from axenic.twin.tally import Tally

WEEK_MS = 7 * 86_400_000
_LINES_A_BATCH, _MOST_LINES = 400, 2_000_000


class Work(Enum):
    """What a span is; `BATCH` is a batch at a station from its first phase there to its last."""

    PHASE = at.WORK_PHASE
    CYCLE = at.WORK_CYCLE
    CHANGEOVER = at.WORK_CHANGEOVER
    MOVE = at.WORK_MOVE
    BATCH = -1


@dataclass(frozen=True, slots=True)
class Span:
    """From begin to end, milliseconds from the week's begin; `batch` is its row in the tally, or -1."""

    line: str
    station: str
    work: Work
    begin: int
    end: int
    batch: int


@dataclass(frozen=True, slots=True)
class Week:
    """The spans that reach into a week; `begin` in milliseconds since 1970."""

    begin: int
    spans: tuple[Span, ...]


def week_of(scenario: Scenario, seed: int, replication: int) -> tuple[Tally, Week]:
    """A replication with the week in the middle of its orders, or the last whole one that the log has room for."""
    lines = min(_MOST_LINES, 1000 + round(_LINES_A_BATCH * scenario.demand * scenario.years))
    tally, log = scenario.tally(seed, replication, lines)
    reach = int(log[-1, 1]) - BEGIN if len(log) else 0
    middle = round(scenario.years * 365 * 86_400_000 / 2)
    begin = BEGIN + max(0, min(middle // WEEK_MS, reach // WEEK_MS - 1)) * WEEK_MS
    spans = [*_named(scenario, log)]
    inside = [s for s in (*_batches(spans), *spans) if s.end > begin and s.begin < begin + WEEK_MS]
    return tally, Week(begin, tuple(_from(s, begin) for s in inside))


def _from(span: Span, begin: int) -> Span:
    return Span(span.line, span.station, span.work, span.begin - begin, span.end - begin, span.batch)


def _named(scenario: Scenario, log: Ints) -> Iterable[Span]:
    """The log with names for places; tests and reviews are left out, since a laboratory is shared."""
    names = _places(scenario)
    works = {w.value: w for w in Work}
    for begin, end, work, place, batch in log.tolist():
        if work in works and place in names:
            line, station = names[place]
            yield Span(line, station, works[work], begin, end, batch)


def _places(scenario: Scenario) -> dict[int, tuple[str, str]]:
    """Line and station of each place in the image; units that all batches share have none."""
    image = scenario.model.image
    m, names = image.m, image.names
    units = m[m[at.H_UNITS] :][: int(m[at.H_UNIT_COUNT])]
    carriers = m[m[at.H_CARRIERS] :][: int(m[at.H_CARRIER_COUNT])]
    chambers = m[m[at.H_CHAMBERS] :][: int(m[at.H_CHAMBER_COUNT])]
    found = {
        int(u): (names.lines[int(m[u + at.U_LINE])], station)
        for u, station in zip(units, names.stations, strict=True)
        if not m[u + at.U_SHARED]
    }
    movers = [name for name, count in names.movers for _ in range(count)]
    found |= {int(c): (line, name) for c, line, name in zip(carriers, movers, names.carriers, strict=True)}
    return found | {int(k): (name, name) for k, name in zip(chambers, names.chambers, strict=True)}


def _batches(spans: Iterable[Span]) -> Iterable[Span]:
    """A batch at a station, from its first phase there to its last before the changeover."""
    works = (Work.PHASE, Work.CHANGEOVER)
    seen = sorted((s for s in spans if s.work in works), key=lambda s: (s.station, s.begin))
    for (station, work, batch), some in groupby(seen, key=lambda s: (s.station, s.work, s.batch)):
        stay = list(some)
        if work is Work.PHASE:
            yield Span(stay[0].line, station, Work.BATCH, stay[0].begin, max(s.end for s in stay), batch)
