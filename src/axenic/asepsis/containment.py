"""Whether a plant's containment allows a testing regime: in which enclosure, and by open or closed connections.

Source: PDA Journal, Table IX (highwire item 10244): a proposal for testing by containment, not a pharmacopoeial rule.
"""

from __future__ import annotations

from axenic.plant.plant import CleanroomGrade, MoverKind, Plant, Unit
from axenic.recipe.recipe import Barrier, Recipe, phase_kinds
from axenic.recipe.regime import Regime, apply

_PROVEN = (Barrier.MOIST_HEAT, Barrier.VAPOUR)
OPEN_ROOM, CABINET, ISOLATOR, GLOVELESS = "room", "cabinet", "closed isolator", "gloveless robotic isolator"


def enclosure_of(plant: Plant, unit: Unit) -> str:
    """What encloses the work on a unit: its zone, every way into it, and who reaches in."""
    zone = next(z for z in plant.zones if z.zone == unit.zone)
    ways = [i for i in plant.interfaces if i.inner == unit.zone]
    if zone.grade is not CleanroomGrade.A:
        return OPEN_ROOM
    if not any(i.barrier in _PROVEN for i in ways) or any(i.barrier and i.barrier not in _PROVEN for i in ways):
        return CABINET
    persons = any(m.kind is MoverKind.PERSON and unit.zone in m.zones for m in plant.movers)
    return ISOLATOR if persons or unit.gloves else GLOVELESS


def objections(regime: Regime, recipe: Recipe, plant: Plant) -> tuple[str, ...]:
    """Why the plant may not use the regime for the recipe; empty if it may.

    Every unit that can make one of the recipe's connections must stand in an enclosure the regime allows.
    """
    if regime.containment is None:
        return ()
    found = []
    for unit in plant.units:
        done = _connects(recipe, unit)
        if not done:
            continue
        if regime.containment.closed and not unit.closed:
            found.append(f"{unit.unit} makes open connections at {done}")
        if (enclosure := enclosure_of(plant, unit)) not in regime.containment.enclosures:
            allowed = " or ".join(regime.containment.enclosures)
            found.append(f"{unit.unit} makes connections at {done} in a {enclosure}, not in a {allowed}")
    return tuple(found)


def under(regime: Regime, recipe: Recipe, plant: Plant) -> Recipe:
    """The recipe under the regime, on that plant; raises ValueError with every objection."""
    against = objections(regime, recipe, plant)
    if against:
        reasons = "; ".join(against)
        raise ValueError(f"the regime {regime.regime} is not allowed for {recipe.recipe} on {plant.plant}: {reasons}")
    return apply(regime, recipe)


def _connects(recipe: Recipe, unit: Unit) -> str:
    """The first unit procedure the unit can do in which something is connected."""
    for step in recipe.procedure:
        made = any(p.connections for o in step.operations for p in o.phases)
        if made and phase_kinds(step) <= frozenset(unit.can):
            return step.unit_procedure
    return ""
