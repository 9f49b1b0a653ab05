"""Whether a plant's units fit a recipe: cells can come there, one batch after the other, and open in grade A only.

The findings stand at the units' places, in the plant's file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from axenic.notation.document import Document, Path
from axenic.notation.finding import Finding
from axenic.plant.plant import CleanroomGrade, Plant, Unit
from axenic.recipe.recipe import Recipe, UnitProcedure, phase_kinds


def check_fit(recipe: Recipe, plant: Plant, document: Document) -> list[Finding]:
    """Every zone and unit of the plant (`document`) where the cells of the recipe cannot be as they must."""
    grades = {z.zone: z.grade for z in plant.zones}
    found, used = list[Finding](), dict[str, str]()
    for n, unit in enumerate(plant.units):
        steps = [s for s in recipe.procedure if phase_kinds(s) <= set(unit.can)]
        if steps:
            found += _once(recipe, unit, document, ("units", n))
            found += _open(recipe, unit, grades[unit.zone], steps, document, ("units", n))
            used.setdefault(unit.zone, unit.unit)
    return found + list(_reached(plant, used, document))


def _reached(plant: Plant, used: Mapping[str, str], document: Document) -> Iterable[Finding]:
    """Zones with a unit that is used, where no passage is permitted or nobody can carry anything."""
    for n, zone in enumerate(plant.zones):
        if zone.zone not in used:
            continue
        if not zone.qualification:
            text = f"{zone.zone} is not qualified: no cells may come to its {used[zone.zone]}"
            yield document.finding("AX0205", text, "name its `qualification`", ("zones", n, "zone"))
        if not any(zone.zone in m.zones for m in plant.movers):
            text = f"no robot and no person serves {zone.zone}: no cells can come to its {used[zone.zone]}"
            yield document.finding("AX0205", text, "add the zone to the `zones` of a mover", ("zones", n, "zone"))


def _once(recipe: Recipe, unit: Unit, document: Document, path: Path) -> Iterable[Finding]:
    text = f"{unit.unit} would take the cells of one batch of {recipe.recipe} and then no other: "
    if unit.shared:
        yield document.finding("AX0203", f"{text}it is shared", "remove `shared`", (*path, "shared"))
    elif unit.changeover is None:
        yield document.finding("AX0203", f"{text}it has no changeover", "give it a `changeover`", (*path, "unit"))


def _open(
    recipe: Recipe, unit: Unit, grade: CleanroomGrade, steps: list[UnitProcedure], document: Document, path: Path
) -> Iterable[Finding]:
    connects = next((s for s in steps if any(p.connections for o in s.operations for p in o.phases)), None)
    if not unit.closed and grade is not CleanroomGrade.A and connects is not None:
        text = f"{connects.unit_procedure!r} of {recipe.recipe} connects on {unit.unit}, which is open in grade {grade}"
        hint = "put the unit in a zone of grade A, or make it `closed: true`"
        yield document.finding("AX0204", text, hint, (*path, "closed"))
