"""What a plant must be beyond its form: zones that exist, names of its own, numbers that can be, a rota that serves.

Whether it fits a recipe is asked elsewhere (`asepsis.loop`, `asepsis.fit`).
"""

from __future__ import annotations

from collections.abc import Iterable

from axenic.notation.document import Document, Path
from axenic.notation.finding import Finding
from axenic.plant.plant import MoverKind, Plant, Span
from axenic.plant.shift import most_on_duty
from axenic.units import format_duration

MOST = 10_000  # of one kind of unit or mover [D]
LEAST_MTBF_MS = 3_600_000  # an hour [D]: the twin draws one fault for each phase at most, and phases last hours
LEAST_SHIFT_MS = 3_600_000  # an hour [D]: time to gown, work and hand over
_BY_HAND = "sporicide"  # the barrier whose programs are done by a person on the outer side


def check_plant(plant: Plant, document: Document) -> list[Finding]:
    """Everything wrong with a well-formed plant, at its place."""
    found = list(_zones(plant, document))
    found += _names(plant, document)
    found += _facility(plant, document)
    found += _numbers(plant, document)
    for span, path in _spans(plant):
        if not span.least <= span.usual <= span.most:
            text, hint = "the times are not in order", "write least <= usual <= most"
            found.append(document.finding("AX0104", text, hint, path))
    return found or list(_rota(plant, document))


def _zones(plant: Plant, document: Document) -> Iterable[Finding]:
    zones = {z.zone for z in plant.zones}
    asked: list[tuple[str, Path]] = [(u.zone, ("units", n, "zone")) for n, u in enumerate(plant.units)]
    for n, i in enumerate(plant.interfaces):
        asked += [(i.outer, ("interfaces", n, "outer")), (i.inner, ("interfaces", n, "inner"))]
        if i.outer == i.inner:
            text = f"{i.interface} joins {i.inner} to itself"
            yield document.finding("AX0101", text, "name two zones", ("interfaces", n))
    for n, mover in enumerate(plant.movers):
        asked += [(z, ("movers", n, "zones")) for z in mover.zones]
        if not mover.zones:
            text = f"{mover.mover} serves no zone"
            yield document.finding("AX0101", text, f"known: {', '.join(sorted(zones))}", ("movers", n, "zones"))
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
    named: list[tuple[str, int, Path]] = [(u.unit, u.count, ("units", n, "unit")) for n, u in enumerate(plant.units)]
    named += [(i.interface, 1, ("interfaces", n, "interface")) for n, i in enumerate(plant.interfaces)]
    named += [(m.mover, m.count, ("movers", n, "mover")) for n, m in enumerate(plant.movers)]
    seen: set[str] = set()
    for name, count, path in named:
        spelled = {name} | {f"{name}-{n}" for n in range(1, min(count, MOST) + 1) if count > 1}
        for twice in sorted(spelled & seen)[:1]:
            yield document.finding("AX0106", f"the name {twice!r} is taken already", "rename one of the two", path)
        seen |= spelled


def _numbers(plant: Plant, document: Document) -> Iterable[Finding]:
    """Counts, shares and times that cannot be."""
    asked: list[tuple[str, int, int, int, Path]] = []
    for n, unit in enumerate(plant.units):
        asked.append(("count", unit.count, 1, MOST, ("units", n, "count")))
        asked.append(("attended by", unit.attended_by, 0, MOST, ("units", n, "attended by")))
    asked += [("count", m.count, 1, MOST, ("movers", n, "count")) for n, m in enumerate(plant.movers)]
    asked += [("attempts", i.attempts, 1, MOST, ("interfaces", n, "attempts")) for n, i in enumerate(plant.interfaces)]
    asked.append(("destroys percent", plant.faults.destroys_percent, 0, 100, ("faults", "destroys percent")))
    for what, value, least, most, path in asked:
        if not least <= value <= most:
            yield document.finding("AX0110", f"{what} {value} cannot be", f"write {least} to {most}", path)
    yield from _faults(plant, document)
    yield from _shifts(plant, document)


def _faults(plant: Plant, document: Document) -> Iterable[Finding]:
    """Equipment is up longer than it is down: what is not is out of order, and nothing could be told of it."""
    mtbf, repair = plant.faults.mtbf, plant.faults.repair
    least = max(LEAST_MTBF_MS, (repair.least + repair.usual + repair.most) // 3)
    if mtbf < least:
        text = f"mtbf {format_duration(mtbf)} cannot be: a unit would be down longer than it is up, or fail at once"
        hint = f"write at least {format_duration(least)}, no less than a repair; what never fails has a very long one"
        yield document.finding("AX0110", text, hint, ("faults", "mtbf"))


def _shifts(plant: Plant, document: Document) -> Iterable[Finding]:
    """What was begun on duty is ended, so in a shift of a minute a person would do a day's work that nobody pays."""
    for n, mover in enumerate(plant.movers):
        least = max(LEAST_SHIFT_MS, mover.gowning.lasts.most if mover.gowning else 0)
        for k, shift in enumerate(mover.shifts):
            begin, end = shift.windows()[0]
            if end - begin < least:
                text = f"a shift of {format_duration(end - begin)} is too short to gown and to do anything"
                hint = f"write at least {format_duration(least)}; a longer one stands for several that adjoin"
                yield document.finding("AX0110", text, hint, ("movers", n, "shifts", k))


def _spans(plant: Plant) -> Iterable[tuple[Span, Path]]:
    for n, unit in enumerate(plant.units):
        if unit.changeover is not None:
            yield unit.changeover.lasts, ("units", n, "changeover")
    for n, mover in enumerate(plant.movers):
        yield mover.move, ("movers", n, "move")
        if mover.gowning is not None:
            yield mover.gowning.lasts, ("movers", n, "gowning")
    yield plant.faults.repair, ("faults", "repair")


def _rota(plant: Plant, document: Document) -> Iterable[Finding]:
    """Every unit and every interface wiped by hand has as many persons on duty at once, at some time of the week."""
    asked: list[tuple[str, str, int, Path]] = [
        (u.unit, u.zone, u.attended_by, ("units", n, "attended by")) for n, u in enumerate(plant.units)
    ]
    wiped = ((n, i) for n, i in enumerate(plant.interfaces) if i.barrier == _BY_HAND and i.program)
    asked += [(i.interface, i.outer, 1, ("interfaces", n, "barrier")) for n, i in wiped]
    for name, zone, wanted, path in asked:
        serve = [m for m in plant.movers if m.kind is MoverKind.PERSON and zone in m.zones]
        most = most_on_duty([(m.shifts, m.count) for m in serve])
        if wanted > most:
            text = f"{name} needs {wanted} persons in {zone}, at most {most} are ever on duty there at once"
            yield document.finding("AX0111", text, "add persons who serve the zone, or change their shifts", path)
    for n, mover in enumerate(plant.movers):
        if mover.gowning is not None and mover.gowning.good_for < mover.gowning.lasts.most:
            text = f"a gown of {mover.mover} is worn out before it is put on"
            yield document.finding("AX0104", text, "write lasts <= good for", ("movers", n, "gowning"))
