"""Whether a plant's units fit a recipe: each can take one batch after the other, and is open in grade A only.

The findings stand at the units' places, in the plant's file.
"""

from __future__ import annotations

from collections.abc import Iterable

from axenic.notation.document import Document, Path
from axenic.notation.finding import Finding
from axenic.plant.plant import CleanroomGrade, Plant, Unit
from axenic.recipe.recipe import Recipe, UnitProcedure, phase_kinds


def check_fit(recipe: Recipe, plant: Plant, document: Document) -> list[Finding]:
    """Every unit that would take cells once only, or work on them openly outside grade A; `document`: the plant's."""
    grades = {z.zone: z.grade for z in plant.zones}
    found: list[Finding] = []
    for n, unit in enumerate(plant.units):
        steps = [s for s in recipe.procedure if phase_kinds(s) <= set(unit.can)]
        if steps:
            found += _once(recipe, unit, document, ("units", n))
            found += _open(recipe, unit, grades[unit.zone], steps, document, ("units", n))
    return found


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
