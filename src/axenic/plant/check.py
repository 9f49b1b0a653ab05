"""What a plant must be beyond its form: zones that exist, names that are its own, spreads in order."""

from __future__ import annotations

from collections.abc import Iterable

from axenic.notation.document import Document, Path
from axenic.notation.finding import Finding
from axenic.plant.plant import Plant, Span


def check_plant(plant: Plant, document: Document) -> list[Finding]:
    """Everything wrong with a well-formed plant, at its place."""
    found = list(_zones(plant, document))
    found += _names(plant, document)
    found += _facility(plant, document)
    for n, unit in enumerate(plant.units):
        if unit.changeover is not None:
            found += _span(unit.changeover.lasts, document, ("units", n, "changeover"))
    for n, mover in enumerate(plant.movers):
        found += _span(mover.move, document, ("movers", n, "move"))
    return found


def _zones(plant: Plant, document: Document) -> Iterable[Finding]:
    zones = {z.zone for z in plant.zones}
    asked: list[tuple[str, Path]] = [(u.zone, ("units", n, "zone")) for n, u in enumerate(plant.units)]
    for n, i in enumerate(plant.interfaces):
        asked += [(i.outer, ("interfaces", n, "outer")), (i.inner, ("interfaces", n, "inner"))]
        if i.outer == i.inner:
            text = f"{i.interface} joins {i.inner} to itself"
            yield document.finding("AX0101", text, "name two zones", ("interfaces", n))
    asked += [(z, ("movers", n, "zones")) for n, m in enumerate(plant.movers) for z in m.zones]
    for zone, path in asked:
        if zone not in zones:
            yield document.finding("AX0101", f"no zone is named {zone!r}", f"known: {', '.join(sorted(zones))}", path)


def _facility(plant: Plant, document: Document) -> Iterable[Finding]:
    if plant.facility is None:
        return
    zones, units = [z.zone for z in plant.zones], [u.unit for u in plant.units]
    floors = [f.zone for f in plant.facility.floors]
    for n, zone in enumerate(floors):
        path: Path = ("facility", "floors", n, "zone")
        if zone not in zones:
            yield document.finding("AX0101", f"no zone is named {zone!r}", f"known: {', '.join(zones)}", path)
        if zone in floors[:n]:
            yield document.finding("AX0106", f"the floor of {zone!r} is given already", "remove one of the two", path)
    bare = [z for z in zones if z not in floors]
    if bare:
        text = f"the floor of {', '.join(bare)} is not given"
        yield document.finding("AX0101", text, "write 0 for what stands in another zone", ("facility", "floors"))
    if (name := plant.facility.reactor.unit) not in units:
        hint = f"known: {', '.join(units)}"
        yield document.finding("AX0101", f"no unit is named {name!r}", hint, ("facility", "reactor", "unit"))


def _names(plant: Plant, document: Document) -> Iterable[Finding]:
    named: list[tuple[str, Path]] = [(u.unit, ("units", n, "unit")) for n, u in enumerate(plant.units)]
    named += [(i.interface, ("interfaces", n, "interface")) for n, i in enumerate(plant.interfaces)]
    named += [(m.mover, ("movers", n, "mover")) for n, m in enumerate(plant.movers)]
    seen: set[str] = set()
    for name, path in named:
        if name in seen:
            yield document.finding("AX0106", f"the name {name!r} is taken already", "rename one of the two", path)
        seen.add(name)


def _span(span: Span, document: Document, path: Path) -> list[Finding]:
    if span.least <= span.usual <= span.most:
        return []
    return [document.finding("AX0104", "the times are not in order", "write least <= usual <= most", path)]
