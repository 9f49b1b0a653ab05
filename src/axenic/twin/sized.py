"""The same plant in another size, and its modules side by side.

Rule: reactors are set; units that serve one batch at a time, movers, crew, floors and purchases follow in proportion.
Whole things (units, movers, chambers of one way, purchases, crew) are rounded up. Where the file has two or more, at
least two stay: with a single washer, selector and airlock a breakdown keeps cells waiting past their limits, and a
tenth of the batches is lost. Floors follow without rounding, but not below half of the file's: doors, gowning and
service sides do not shrink with the reactors. The building factor stays the file's.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from axenic.plant.facility import Facility
from axenic.plant.plant import Interface, Mover, Plant, Unit
from axenic.twin.area import facility_of

_LEAST_FLOOR, _SPARE = 0.5, 2


def sized(plant: Plant, reactors: int) -> Plant:
    """The plant with so many reactors and everything else in proportion; raises ValueError below one reactor."""
    facility = facility_of(plant)
    own = next((u.count for u in plant.units if u.unit == facility.reactor.unit), 0)
    if reactors < 1 or own < 1:
        raise ValueError(f"{plant.plant} cannot have {reactors if own else own} reactors: at least one is needed")
    if reactors == own:
        return plant
    factor = reactors / own
    units = tuple(
        u.model_copy(update={"count": reactors if u.unit == facility.reactor.unit else _whole(u, factor)})
        for u in plant.units
    )
    movers = tuple(m.model_copy(update={"count": _up(m.count, factor)}) for m in plant.movers)
    return plant.model_copy(
        update={
            "plant": f"{plant.plant}-{reactors}",
            "title": f"{plant.title.split(',')[0]}, {reactors} reactors",
            "units": units,
            "movers": movers,
            "interfaces": tuple(_interfaces(plant.interfaces, factor)),
            "facility": _facility(facility, factor, own, reactors),
        }
    )


def _up(count: int, factor: float) -> int:
    return max(min(count, _SPARE), math.ceil(count * factor - 1e-9))


def _whole(unit: Unit, factor: float) -> int:
    return unit.count if unit.shared else _up(unit.count, factor)


def _interfaces(interfaces: Iterable[Interface], factor: float) -> Iterable[Interface]:
    """Each way keeps its kinds of interfaces; of each kind with a program there are as many as in proportion."""
    kinds: dict[tuple[str, ...], list[Interface]] = {}
    for i in interfaces:
        kinds.setdefault((i.outer, i.inner, i.barrier, i.program, i.kind), []).append(i)
    for same in kinds.values():
        wanted = _up(len(same), factor) if same[0].program else len(same)
        for n in range(wanted):
            first = same[n % len(same)]
            yield first if n < len(same) else first.model_copy(update={"interface": f"{first.interface}-{n + 1}"})


def _facility(facility: Facility, factor: float, own: int, reactors: int) -> Facility:
    room = max(_LEAST_FLOOR, factor)
    floors = tuple(f.model_copy(update={"area_m2": f.area_m2 * room}) for f in facility.floors)
    counts = (reactors if p.count == own else _up(p.count, factor) for p in facility.equipment)
    bought = tuple(p.model_copy(update={"count": n}) for p, n in zip(facility.equipment, counts, strict=True))
    crew = _up(facility.crew, factor)
    return facility.model_copy(update={"floors": floors, "equipment": bought, "crew": crew})


def beside(plant: Plant, modules: int) -> Plant:
    """So many of the plant side by side, as one site: everything counted so many times, floors and purchases too."""
    if modules == 1:
        return plant
    facility = facility_of(plant)
    floors = tuple(f.model_copy(update={"area_m2": f.area_m2 * modules}) for f in facility.floors)
    bought = tuple(p.model_copy(update={"count": p.count * modules}) for p in facility.equipment)
    whole = facility.model_copy(update={"floors": floors, "equipment": bought, "crew": facility.crew * modules})
    return plant.model_copy(
        update={
            "plant": f"{modules} x {plant.plant}",
            "units": tuple(u.model_copy(update={"count": u.count * modules}) for u in plant.units),
            "movers": tuple(m.model_copy(update={"count": m.count * modules}) for m in plant.movers),
            "facility": whole,
        }
    )


def renamed(plant: Plant, module: str) -> Plant:
    """The plant with names of its own, so that breakdowns and excursions of one module are not those of another."""

    def name(text: str) -> str:
        return f"{text}@{module}" if text else text

    facility = facility_of(plant)
    floors = tuple(f.model_copy(update={"zone": name(f.zone)}) for f in facility.floors)
    reactor = facility.reactor.model_copy(update={"unit": name(facility.reactor.unit)})
    return plant.model_copy(
        update={
            "zones": tuple(z.model_copy(update={"zone": name(z.zone)}) for z in plant.zones),
            "interfaces": tuple(_interface(i, module) for i in plant.interfaces),
            "units": tuple(u.model_copy(update={"unit": name(u.unit), "zone": name(u.zone)}) for u in plant.units),
            "movers": tuple(_mover(m, module) for m in plant.movers),
            "facility": facility.model_copy(update={"floors": floors, "reactor": reactor}),
        }
    )


def _interface(i: Interface, module: str) -> Interface:
    own = {"interface": f"{i.interface}@{module}", "outer": f"{i.outer}@{module}", "inner": f"{i.inner}@{module}"}
    return i.model_copy(update=own)


def _mover(m: Mover, module: str) -> Mover:
    return m.model_copy(update={"mover": f"{m.mover}@{module}", "zones": tuple(f"{z}@{module}" for z in m.zones)})
