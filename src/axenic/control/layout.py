"""The plant as the core walks it: stacks of units spelled out one by one, look-ups made once."""

from __future__ import annotations

from dataclasses import dataclass

from axenic.asepsis.route import Crossing, route
from axenic.plant.plant import Changeover, Gowning, Interface, MoverKind, Plant, Span, Zone
from axenic.plant.shift import duty, time_of_week


@dataclass(frozen=True, slots=True)
class Station:
    """One unit of a stack: works on one batch at a time unless it is `shared`."""

    name: str
    zone: str
    can: frozenset[str]
    attended_by: int
    closed: bool
    shared: bool
    gloves: bool
    changeover: Changeover | None


@dataclass(frozen=True, slots=True)
class Carrier:
    """One robot or person that carries items, or attends phases, in its zones."""

    name: str
    kind: MoverKind
    zones: tuple[str, ...]
    move: Span
    duties: tuple[tuple[int, int], ...] = ()
    gowning: Gowning | None = None

    def on_duty(self, at: int) -> bool:
        """True if it works at that time; a robot always does."""
        if not self.duties:
            return True
        now = time_of_week(at)
        return any(begin <= now < end for begin, end in self.duties)


def names(name: str, count: int) -> tuple[str, ...]:
    """The names of a stack: the name itself for one, `name-1` … `name-n` for several."""
    return (name,) if count == 1 else tuple(f"{name}-{n}" for n in range(1, count + 1))


class Layout:
    """A plant with its look-ups: stations, carriers, zones, interfaces and routes."""

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self.zones: dict[str, Zone] = {z.zone: z for z in plant.zones}
        self.interfaces: dict[str, Interface] = {i.interface: i for i in plant.interfaces}
        self.stations: dict[str, Station] = {}
        for unit in plant.units:
            for name in names(unit.unit, unit.count):
                self.stations[name] = Station(
                    name,
                    unit.zone,
                    frozenset(unit.can),
                    unit.attended_by,
                    unit.closed,
                    unit.shared,
                    unit.gloves,
                    unit.changeover,
                )
        self.carriers: dict[str, Carrier] = {}
        for mover in plant.movers:
            for name in names(mover.mover, mover.count):
                self.carriers[name] = Carrier(
                    name, mover.kind, mover.zones, mover.move, duty(mover.shifts), mover.gowning
                )
        self.duties = tuple(sorted({d for c in self.carriers.values() for d in c.duties}))
        self._able: dict[frozenset[str], tuple[str, ...]] = {}
        self._routes: dict[tuple[str, str, tuple[str, ...]], tuple[Crossing, ...] | None] = {}

    def able(self, kinds: frozenset[str]) -> tuple[str, ...]:
        """The stations that can do all these phase kinds, in plant order."""
        if kinds not in self._able:
            self._able[kinds] = tuple(s.name for s in self.stations.values() if kinds <= s.can)
        return self._able[kinds]

    def route(self, origin: str, target: str, barriers: tuple[str, ...]) -> tuple[Crossing, ...] | None:
        """The crossings between two zones, or None if no way is proven."""
        key = (origin, target, barriers)
        if key not in self._routes:
            self._routes[key] = route(self.plant, origin, target, barriers)
        return self._routes[key]
