"""Hours of work: touch in the phases done, what the rota adds to it, and how many persons that takes.

Counted twice, on purpose. By hours: touch x burden / productive hours, as if persons could be shared without end. By
rota: the persons the plant needs present, at all hours, which is what a small plant really pays.
"""

from __future__ import annotations

from collections.abc import Mapping

from axenic.plant.facility import Facility, WayOfWorking
from axenic.plant.plant import Mover, MoverKind, Plant
from axenic.plant.shift import WEEK_MS, duty
from axenic.recipe.recipe import Recipe
from axenic.twin.tally import Tally

HOURS_A_YEAR = 8_760


def touch_hours(tally: Tally, recipe: Recipe, working: WayOfWorking, known: Mapping[str, float]) -> float:
    """Hours of direct touch in all phases done, persons together; release tests and review are paid elsewhere.

    Raises: ValueError if a phase kind has no row of hands-on hours.
    """
    elsewhere = {t.phase for t in recipe.release.tests} | {recipe.release.review.phase}
    return sum(p.done * _each(p.kind, working, known) for p in tally.phases if p.kind not in elsewhere)


def _each(kind: str, working: WayOfWorking, known: Mapping[str, float]) -> float:
    way = WayOfWorking.ROBOTIC if working is WayOfWorking.ROBOTIC else WayOfWorking.MANUAL
    name = f"hands-on {kind} {way}"
    if name not in known:
        raise ValueError(f"no row {name!r} in the assumptions: add the hours a person touches the phase {kind!r}")
    return known[name] * (known["hands-on factor gloves"] if working is WayOfWorking.GLOVES else 1.0)


def burden(working: WayOfWorking, known: Mapping[str, float]) -> float:
    """Hours on the rota for each hour of touch: gowning, set-up, cleaning, monitoring, training."""
    factor = 1.0 if working is WayOfWorking.MANUAL else known[f"labour burden factor {working}"]
    return known["labour burden"] * factor


def operators_by_hours(hours_a_year: float, known: Mapping[str, float]) -> float:
    """Persons for so many hours a year on the rota."""
    return hours_a_year / known["productive hours"]


def operators_by_rota(plant: Plant, facility: Facility, known: Mapping[str, float]) -> float:
    """Persons employed so that the shifts of the plant are manned, or its crew is present at all hours, if more."""
    manned = sum(m.count * _on_duty(m) for m in plant.movers if m.kind is MoverKind.PERSON)
    return max(manned, facility.crew) * HOURS_A_YEAR / known["productive hours"]


def _on_duty(mover: Mover) -> float:
    """The share of the week that its shifts cover; all of it without shifts."""
    duties = duty(mover.shifts)
    return sum(end - begin for begin, end in duties) / WEEK_MS if duties else 1.0


def persons_for(row: str, working: WayOfWorking, batches_a_year: float, known: Mapping[str, float]) -> float:
    """Persons for a row of hours for each batch that has a manual and a robotic form (laboratory, review)."""
    way = WayOfWorking.ROBOTIC if working is WayOfWorking.ROBOTIC else WayOfWorking.MANUAL
    return known[f"{row} hours {way}"] * batches_a_year / known["productive hours"]
