"""The loop check: every transfer a recipe asks for, on every way the plant offers, passes a proven barrier.

It walks the routes that the core walks (`route`), so that what is proven here is what runs.
"""

from __future__ import annotations

from axenic.asepsis.route import route
from axenic.notation.document import Document, Path
from axenic.notation.finding import Finding
from axenic.plant.plant import Plant, Unit
from axenic.recipe.recipe import Barrier, Recipe, phase_kinds

STORE, RACK = "store materials", "hold materials"


def _able(plant: Plant, kinds: frozenset[str]) -> list[Unit]:
    return [u for u in plant.units if kinds <= set(u.can)]


def check_loop(recipe: Recipe, document: Document, plant: Plant) -> list[Finding]:
    """Every step without a unit, and every transfer without a proven way; empty means the loop is closed."""
    found: list[Finding] = []
    places: list[str] = []
    for n, step in enumerate(recipe.procedure):
        kinds = phase_kinds(step)
        units = _able(plant, kinds)
        if not units:
            text = f"no unit of {plant.plant} can do {step.unit_procedure!r} ({', '.join(sorted(kinds))})"
            hint = "let a unit's `can` list all of these phase kinds"
            found.append(document.finding("AX0202", text, hint, ("procedure", n, "unit procedure")))
            continue
        zones = list(dict.fromkeys(u.zone for u in units))
        path: Path = ("procedure", n, "transfer")
        found += _open(
            plant, document, path, f"the cells to {step.unit_procedure}", (places, zones), step.transfer.decontaminate
        )
        places = zones
    found += _materials(recipe, document, plant)
    for n, test in enumerate(recipe.release.tests):
        if not _able(plant, frozenset({test.phase})):
            text = f"no unit of {plant.plant} can do the {test.phase}"
            found.append(
                document.finding("AX0202", text, "add it to a laboratory's `can`", ("release", "tests", n, "phase"))
            )
    return found


def _materials(recipe: Recipe, document: Document, plant: Plant) -> list[Finding]:
    found: list[Finding] = []
    stores = [u.zone for u in _able(plant, frozenset({STORE}))]
    racks = [u.zone for u in _able(plant, frozenset({RACK}))]
    for n, material in enumerate(recipe.materials):
        if not stores or not racks:
            text = f"{plant.plant} has no unit that can {STORE!r} and one that can {RACK!r}"
            return [document.finding("AX0202", text, "add both units to the plant", ("materials", n))]
        found += _open(plant, document, ("materials", n), material.material, (stores, racks), material.decontaminate)
    return found


def _open(
    plant: Plant,
    document: Document,
    path: Path,
    what: str,
    ends: tuple[list[str], list[str]],
    accepted: tuple[Barrier, ...],
) -> list[Finding]:
    for origin in ends[0]:
        for target in ends[1]:
            if route(plant, origin, target, tuple(b.value for b in accepted)) is None:
                return [_exposure(plant, document, path, what, origin, target, accepted)]
    return []


def _exposure(
    plant: Plant, document: Document, path: Path, what: str, origin: str, target: str, accepted: tuple[Barrier, ...]
) -> Finding:
    inward = [i for i in plant.interfaces if i.inner == target] or list(plant.interfaces)
    offers = sorted({i.barrier for i in inward if i.program})
    open_ways = [i.interface for i in inward if not i.program]
    says = f"accepts {', '.join(accepted)}" if accepted else "asks for no decontamination"
    text = f"{what} would cross from {origin} into {target} undecontaminated: the transfer {says}"
    if open_ways:
        text += f"; {', '.join(open_ways)} has no program"
    offer = ", ".join(offers) or "none: give an interface a barrier and a program"
    return document.finding("AX0201", text, f"add `decontaminate: [{offer}]` (what {plant.plant} offers there)", path)
